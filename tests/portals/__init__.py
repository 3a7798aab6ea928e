"""Served portals: a real DNS server, a real web server, and generated government sites with their ground truth."""
