"""The table of official indicators: its sums, what feeds it, and a province's own table laid over it."""
