"""The tables of the availability samples; a released script never changes."""

from __future__ import annotations

MIGRATIONS = (
    """
    CREATE TABLE watch_rounds (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL UNIQUE, day TEXT NOT NULL, void TEXT NOT NULL, v6 INTEGER NOT NULL,
        sites INTEGER NOT NULL, opened INTEGER NOT NULL, failed INTEGER NOT NULL, seconds REAL NOT NULL
    );
    CREATE INDEX watch_rounds_day ON watch_rounds (day);
    CREATE TABLE watch_changes (
        site_key TEXT NOT NULL, family INTEGER NOT NULL, round INTEGER NOT NULL, state TEXT NOT NULL, word TEXT NOT NULL, detail TEXT NOT NULL,
        PRIMARY KEY (site_key, family, round)
    ) WITHOUT ROWID;
    CREATE TABLE watch_totals (
        site_key TEXT NOT NULL, family INTEGER NOT NULL, first_day TEXT NOT NULL, last_day TEXT NOT NULL,
        visits INTEGER NOT NULL, failed INTEGER NOT NULL,
        PRIMARY KEY (site_key, family, first_day)
    ) WITHOUT ROWID;
    CREATE TABLE watch_permits (site_key TEXT PRIMARY KEY, url TEXT NOT NULL, read_at TEXT NOT NULL) WITHOUT ROWID
    """,
)
"""``watch_changes``: from round ``round`` on the site is in ``state`` (opened, failed, untold, ours, absent), until its next row.

``watch_totals``: every day from ``first_day`` to ``last_day`` had these ``visits`` and ``failed``. AUTOINCREMENT: a number is never used
again, so that changes keep their order when old rounds are gone.
"""
