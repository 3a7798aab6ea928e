"""The commands' declarations, one file a command or group: options in, one call of the floor's own room out. `scheduler` wires them."""
