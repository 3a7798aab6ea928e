"""How a finished file is put in its place: written beside it, then renamed. A file that can't be written leaves the old one as it was."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path


class OutputProblem(Exception):
    """A file can't be written; ``str()`` is one Chinese line: which, why, what to do."""


_REASONS = {
    errno.ENOENT: "路径不存在", errno.EISDIR: "是目录", errno.ENOTDIR: "路径中有一级是文件而不是目录", errno.EEXIST: "已有同名的文件",
    errno.EACCES: "没有权限", errno.EPERM: "没有权限", errno.EROFS: "所在的磁盘只读", errno.ENOSPC: "磁盘已满", errno.ENAMETOOLONG: "名称太长",
}  # fmt: skip


def os_reason(error: OSError) -> str:
    """Why the system refused, in Chinese; its own words where it is none of the usual reasons."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


def put(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; its folder is made. Raises `OutputProblem`."""
    beside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):  # it may never have come into being
            beside.unlink()
        raise OutputProblem(
            f"文件 {path} 无法写入（{os_reason(error)}）：请关闭正在打开它的程序，检查目录权限和磁盘空间后再试。"
        ) from error
