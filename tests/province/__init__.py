"""A generated province: units, portals, the addresses they share, and what becomes of each over several nights."""
