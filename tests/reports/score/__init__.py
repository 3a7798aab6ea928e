"""Scores by hand: the golden case of the scoring rules, what-if and the attribution of changes."""
