"""Templates and style of the reports."""
