"""How often the checks' readings of real pages are right: labelled pages, and a rival beside us."""
