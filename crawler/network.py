"""Name look-ups and addresses: one `Network` per inspected site; every socket of the run is opened through it."""
