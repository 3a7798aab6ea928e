"""Published JSON Schemas of the reports."""
