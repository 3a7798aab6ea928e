"""Floor 1: the web -> facts, and where they are kept. Knows no check (see docs/architecture.md)."""
