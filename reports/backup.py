"""``mingjing backup FILE``: one whole copy of the central database while a night, a watch or an import writes to it.

SQLite's own online backup reads one state of the database (WAL: writers are not held up). The copy is checked, made one file without side files, and
only then gets its name: a backup that breaks off leaves the one of yesterday.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from reports.commands.options import UsageProblem

BUSY_SECONDS = 30.0
"""How long a database that somebody holds exclusively is waited for."""


class BackupFailed(Exception):
    """This machine could not make the copy (disk, permissions, a damaged database); ``str()`` is one Chinese line."""


def backup(db: Path, file: Path) -> int:
    """Copy ``db`` to ``file``, replacing it; returns its size in bytes.

    Raises `UsageProblem` when ``db`` is none or ``file`` can't be one, `BackupFailed` when the copy could not be made.
    """
    if not db.is_file():
        raise UsageProblem(f"监管库 {db} 不存在：请检查 --db 或环境变量 MINGJING_DB。")
    if file.is_dir():
        raise UsageProblem(f"{file} 是文件夹：请写出备份文件的名称，例如 {file / 'oversight-backup.db'}。")
    if file.resolve() == db.resolve():
        raise UsageProblem(f"备份文件不能就是监管库 {db} 自己：请另写一个文件名。")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _copy(db, draft)
        with draft.open("rb+") as whole:
            os.fsync(whole.fileno())
        draft.replace(file)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"监管库 {db} 没有备份成 {file}（{error}）：请检查磁盘空间和权限；原有的备份没有改动。") from error
    finally:
        for rest in ("", "-journal", "-wal", "-shm"):
            draft.with_name(draft.name + rest).unlink(missing_ok=True)
    return file.stat().st_size


def _copy(db: Path, draft: Path) -> None:
    source = sqlite3.connect(f"{db.resolve().as_uri()}?mode=rw", uri=True, timeout=BUSY_SECONDS)
    try:
        if source.execute("SELECT count(*) FROM sqlite_master WHERE type='table' AND name='rooms'").fetchone()[0] == 0:
            raise UsageProblem(f"{db} 不是监管库：请检查 --db 或环境变量 MINGJING_DB。")
        target = sqlite3.connect(draft, isolation_level=None)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            words = str(target.execute("PRAGMA integrity_check(1)").fetchone()[0])
            if words != "ok":
                raise sqlite3.DatabaseError(f"备份没有通过完整性检查：{words}")
        finally:
            target.close()
    finally:
        source.close()
