"""Quarters and a year of a simulated province: real database, real evidence files, no crawl; with its own truth."""
