"""The central database (监管库, ``oversight.db``): how it is opened, written and migrated. Which tables stand in it is their rooms' business.

Every room that keeps something there owns its tables and their migrations (`Room`); no floor reads the tables of one above.
WAL, a busy time-out and short transactions let a night, a watch and an import write side by side.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlite_utils import Database

BUSY_SECONDS = 30.0
"""How long a writer waits for another one."""


class OversightError(Exception):
    """The central database can't be used: which file, why, and what to do, in one Chinese line."""


@dataclass(frozen=True, slots=True)
class Room:
    """One owner of tables: its name, and SQL scripts in the order they were released. A released script never changes; a change is a new one."""

    name: str
    migrations: tuple[str, ...]


def connect(path: Path) -> Database:
    """Open (or make) the database. Statements commit by themselves; what belongs together goes through `writing`.

    Raises `OversightError` for a folder that can't be written, a file that is no database, or one that stays locked.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("CREATE TABLE IF NOT EXISTS rooms (name TEXT PRIMARY KEY, version INTEGER NOT NULL)")
    except (sqlite3.Error, OSError) as error:
        raise OversightError(f"监管库 {path} 打不开（{error}）：请检查路径、目录权限和磁盘空间，或用 --db 指定另一个文件。") from error
    return Database(connection)


def migrate(database: Database, room: Room) -> None:
    """Bring a room's tables up to date. Raises `OversightError` when the file was written by a newer program."""
    row = database.conn.execute("SELECT version FROM rooms WHERE name=?", (room.name,)).fetchone()
    version = int(row[0]) if row else 0
    if version > len(room.migrations):
        raise OversightError(f"监管库中“{room.name}”的表由更新版本的程序写入（版本 {version}）：请升级本程序。")
    if version == len(room.migrations):
        return
    with writing(database):
        row = database.conn.execute("SELECT version FROM rooms WHERE name=?", (room.name,)).fetchone()
        for script in room.migrations[int(row[0]) if row else 0 :]:
            for statement in script.split(";"):
                if statement.strip():
                    database.conn.execute(statement)
        database.conn.execute("INSERT OR REPLACE INTO rooms (name,version) VALUES (?,?)", (room.name, len(room.migrations)))


@contextmanager
def writing(database: Database) -> Iterator[None]:
    """One short transaction, taken at once (BEGIN IMMEDIATE) so that it waits for other writers instead of failing half-way."""
    database.conn.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.conn.execute("ROLLBACK")
        raise
    database.conn.execute("COMMIT")
