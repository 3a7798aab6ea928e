"""How the files of a quarter come into their folder: all made beside it first, then moved; when one can't be made or moved, none is changed."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reports.output import OutputProblem, os_reason

Made = Callable[[Path], object]
"""Makes one file at a path, when asked."""


@contextmanager
def staging(out: Path) -> Iterator[Path]:
    """A folder for files on their way into ``out``, gone afterwards. ``out`` is made, and gone again when nothing came into it. Raises `OutputProblem`."""
    there = out.exists()
    if there and not out.is_dir():
        raise _no_folder(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".partial-", dir=out))
    except OSError as error:
        raise _problem(out, error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if not there and not any(out.iterdir()):
            out.rmdir()


def stage(folder: Path, files: Iterable[tuple[str, Made]]) -> list[str]:
    """Make every file in the staging folder, one after the other; their names. Raises `OutputProblem` when the disk is full."""
    names: list[str] = []
    gc.freeze()  # what is there is there to stay: only what each file leaves behind is looked through after it
    try:
        for name, make in files:
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                make(path)
            except OSError as error:
                raise _problem(path, error) from error
            names.append(name)
            gc.collect()  # a Word document is one large circle: sixty of them would wait for each other in memory
    finally:
        gc.unfreeze()
    return names


def check(out: Path, names: Iterable[str]) -> None:
    """Whether every file can take its place, before any does. Raises `OutputProblem` for the first that can't."""
    for name in names:
        target = out / name
        folder = next(each for each in target.parents if each.exists())
        if not folder.is_dir():
            raise _no_folder(folder)
        if target.is_dir():
            raise OutputProblem(f"{target} 是目录，不能写成文件：请移走它，或用 --out 指定另一个目录。")
        if not os.access(folder, os.W_OK) or (target.exists() and not os.access(target, os.W_OK)):
            raise _problem(target, PermissionError(13, os.strerror(13)))


def move(folder: Path, out: Path, names: Iterable[str]) -> None:
    """Move staged files to their places. What was moved is moved back when one can't be. Raises `OutputProblem`."""
    kept = folder / ".before"
    done: list[str] = []
    try:
        for name in names:
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                (kept / name).parent.mkdir(parents=True, exist_ok=True)
                target.replace(kept / name)
            done.append(name)
            (folder / name).replace(target)
    except OSError as error:
        for name in done:
            _back(kept / name, out / name)
        raise _problem(out / name, error) from error


def others(out: Path, names: Iterable[str]) -> int:
    """How many files lie in the folder that are none of ``names``: left by an earlier run or put there by hand."""
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file() and not path.name.startswith(".")}
    return len(there - set(names))


def _back(before: Path, target: Path) -> None:
    if before.exists():
        before.replace(target)
    else:
        target.unlink(missing_ok=True)


def _no_folder(path: Path) -> OutputProblem:
    return OutputProblem(f"{path} 是文件而不是目录：请移走它，或用 --out 指定另一个目录。")


def _problem(path: Path, error: OSError) -> OutputProblem:
    return OutputProblem(
        f"文件 {path} 无法写入（{os_reason(error)}）：请关闭正在打开它的程序，检查目录权限和磁盘空间后再试；原有文件没有改动。"
    )
