"""Floor 2: facts -> findings; one indicator family, one file."""
