"""How a finished file is put in its place: written beside it, then renamed. A file that can't be written leaves the old one as it was."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


class OutputProblem(Exception):
    """A file can't be written; ``str()`` is one Chinese line: which, why, what to do."""


def put(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; its folder is made. Raises `OutputProblem`."""
    beside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):  # it may never have come into being
            beside.unlink()
        raise OutputProblem(
            f"文件 {path} 无法写入（{error.strerror or error}）：请关闭正在打开它的程序，检查目录权限和磁盘空间后再试。"
        ) from error
