"""Politeness towards one host: how many requests at once, and how far apart they start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

RESOURCE_SHARE = 0.2
"""Of the delay, between the sub-resources of a page that the browser shows."""


@dataclass(frozen=True, slots=True)
class Politeness:
    """``delay``: seconds between the starts of two requests to one host; ``per_host``: at once; ``timeout``: seconds of one exchange;

    ``max_bytes``: of one body, compressed or not; ``obey_robots``: robots.txt is asked first.
    """

    delay: float = 0.5
    per_host: int = 2
    timeout: float = 15.0
    max_bytes: int = 5 * 2**20
    obey_robots: bool = True


class HostGate:
    """The turnstile of each host; everything outside the spider passes it."""

    def __init__(self, politeness: Politeness) -> None:
        self._politeness = politeness
        self._places: dict[str, asyncio.Semaphore] = {}
        self._starts: dict[str, asyncio.Lock] = {}
        self._last: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, resource: bool = False, family: Literal[4, 6] | None = None) -> AsyncIterator[None]:
        """One request to ``host``: waits for a free place, then until the delay since the last start has passed.

        ``resource``: a sub-resource of a page in the browser; those follow each other at a fifth of the delay. ``family``: of the address that
        will be asked, for gates that count by address.
        """
        del family
        spacing = self._politeness.delay * (RESOURCE_SHARE if resource else 1.0)
        now = asyncio.get_running_loop().time
        async with self._places.setdefault(host, asyncio.Semaphore(self._politeness.per_host)):
            async with self._starts.setdefault(host, asyncio.Lock()):  # one start at a time, measured when it really happens
                await asyncio.sleep(max(0.0, self._last.get(host, float("-inf")) + spacing - now()))
                self._last[host] = now()
            yield

    def close(self) -> None:
        """Whoever asked through this gate asks no more."""
