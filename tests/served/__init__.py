"""Whole inspections of served portals."""
