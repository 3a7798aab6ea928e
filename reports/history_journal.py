"""What one night changed, so that it can be taken back: a re-run of the night then starts from where the night had started.

Only the last night of a site can be taken back; its journal is replaced by the next night's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

_KEYS = {"life_findings": "id", "life_spans": "id"}


class Journal:
    """Writes rows of the tables above and remembers what stood there before."""

    def __init__(self, database: Database) -> None:
        self._run = database.conn.execute
        self._entries: list[tuple[str, Any, dict[str, Any] | None]] = []

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """A new row."""
        columns, marks = ",".join(row), ",".join("?" * len(row))
        cursor = self._run(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))
        self._entries.append((table, row.get(_KEYS[table], cursor.lastrowid), None))

    def update(self, table: str, before: Mapping[str, Any], changes: Mapping[str, Any]) -> None:
        """The row ``before``, whole, as it stands; of ``changes`` only what differs is written and remembered."""
        new = {column: value for column, value in changes.items() if before[column] != value}
        if not new:
            return
        key = before[_KEYS[table]]
        places = ",".join(f"{column}=?" for column in new)
        self._run(f"UPDATE {table} SET {places} WHERE {_KEYS[table]}=?", (*new.values(), key))
        self._entries.append((table, key, {column: before[column] for column in new}))

    def kept(self) -> str:
        """The journal as it is stored."""
        return json.dumps(self._entries, ensure_ascii=False, separators=(",", ":"))


def take_back(database: Database, kept: str) -> None:
    """Undo what a `Journal` wrote, last first."""
    for table, key, before in reversed(json.loads(kept)):
        where = f"WHERE {_KEYS[table]}=?"
        if before is None:
            database.conn.execute(f"DELETE FROM {table} {where}", (key,))
            continue
        places = ",".join(f"{column}=?" for column in before)
        database.conn.execute(f"UPDATE {table} SET {places} {where}", (*before.values(), key))
