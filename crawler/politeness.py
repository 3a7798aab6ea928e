"""Politeness towards one host: how many requests at once, and how far apart they start."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_RESOURCE_SHARE = 0.2  # of the delay, between the sub-resources of a page that the browser shows


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
        self._next: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host: str, *, resource: bool = False) -> AsyncIterator[None]:
        """One request to ``host``: waits for a free place, then until the delay since the last start has passed.

        ``resource``: a sub-resource of a page in the browser; those follow each other at a fifth of the delay.
        """
        place = self._places.setdefault(host, asyncio.Semaphore(self._politeness.per_host))
        spacing = self._politeness.delay * (_RESOURCE_SHARE if resource else 1.0)
        async with place:
            now = asyncio.get_running_loop().time()
            start = max(now, self._next.get(host, 0.0))
            self._next[host] = start + spacing
            if start > now:
                await asyncio.sleep(start - now)
            yield
