"""Memory of the browser's pages (Linux): a page that eats memory is ended before the machine is; elsewhere nothing is watched.

Chromium itself sets no limit that a page reaches before a small server is out of memory. What ends is the one process that draws
the page: the browser lives on, and the render is incomplete.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

log = logging.getLogger(__name__)

MAX_RESIDENT = 1200 * 2**20
"""Bytes of resident memory of one page's process; heavy portals need 300 MB."""

PAUSE = 0.3
"""Seconds between two looks: a page fills about half a gigabyte in it."""

_PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def renderers(root: int) -> list[int]:
    """Processes that draw pages, among the descendants of process ``root``; [] where /proc can't tell."""
    parents: dict[int, int] = {}
    with contextlib.suppress(OSError):
        for entry in _PROC.iterdir():
            if entry.name.isdecimal():
                with contextlib.suppress(OSError, ValueError, IndexError):
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    return [process for process in parents if _descends(process, root, parents) and _draws(process)]


def _descends(process: int, root: int, parents: dict[int, int]) -> bool:
    for _ in range(64):
        process = parents.get(process, 0)
        if process in (0, root):
            break
    return process == root


def _draws(process: int) -> bool:
    with contextlib.suppress(OSError):
        return b"--type=renderer" in (_PROC / str(process) / "cmdline").read_bytes()
    return False


def resident(process: int) -> int:
    """Bytes of resident memory, 0 when the process is gone."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int((_PROC / str(process) / "statm").read_text().split()[1]) * _PAGE_BYTES
    return 0


async def _watch() -> None:
    while True:
        await asyncio.sleep(PAUSE)
        for process in await asyncio.to_thread(renderers, os.getpid()):
            if resident(process) > MAX_RESIDENT:
                log.warning("a page took more than %d MB of memory and was ended", MAX_RESIDENT >> 20)
                with contextlib.suppress(OSError):
                    os.kill(process, signal.SIGKILL)


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[None]:
    """While this is entered, pages that outgrow `MAX_RESIDENT` are ended."""
    watcher = asyncio.ensure_future(_watch())
    try:
        yield
    finally:
        watcher.cancel()
        await asyncio.gather(watcher, return_exceptions=True)
