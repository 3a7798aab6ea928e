"""One run at a time: a lock that the operating system lets go of when its holder dies, and a note beside it of who holds it."""

from __future__ import annotations

import getpass
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout


class RunLocked(Exception):
    """Another run holds the lock; ``str()`` says who and since when, in one Chinese line."""


@contextmanager
def only_run(database: Path, now: datetime) -> Iterator[None]:
    """Hold the lock of the nights of this central database. Raises `RunLocked`, and OSError where the folder can't be written."""
    lock, note = FileLock(f"{database}.nightly.lock", timeout=0), database.with_name(f"{database.name}.nightly.json")
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock.acquire()
    except Timeout:
        raise RunLocked(_holder(note)) from None
    try:
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "user": _user(), "since": now.isoformat(sep=" ", timespec="seconds")}
        note.write_text(json.dumps(holder, ensure_ascii=False), encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in containers
        return str(os.getuid())


def _holder(note: Path) -> str:
    try:
        holder = json.loads(note.read_text(encoding="utf-8"))
        who = f"{holder['user']} 在 {holder['host']} 上的进程 {holder['pid']}，自 {holder['since']} 起"
    except (OSError, ValueError, KeyError):
        who = "它刚刚启动"
    return f"另一次夜间检查正在运行（{who}）：同一监管库同时只能运行一次，请等它结束。"
