"""Running a command's work: the garbage collector is told what stays."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_YOUNG = 20_000
"""Objects made between two collections of the young ones. A page makes some thousands, nearly all free of cycles and gone with it: at
Python's 700 each would be looked at several times while its page is still being read."""


def spare() -> None:
    """What has been imported so far is never looked at by the garbage collector again, the rest less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 20)


def run(work: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run`` with a collector that is told what stays. (uvloop gains nothing here: measured.)"""
    spare()
    return asyncio.run(work)
