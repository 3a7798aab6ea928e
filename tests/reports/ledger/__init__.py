"""The rectification ledger: sheet, reading, review, figures, and a whole cycle."""
