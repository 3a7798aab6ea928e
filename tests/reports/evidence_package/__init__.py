"""The evidence package of a finding, out of evidence files made by hand."""
