"""People's judgements and figures: sheets out, sheets in."""
