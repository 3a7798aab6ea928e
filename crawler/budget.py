"""The budget of one crawl: pages, bytes, seconds. A cap that is reached stops the next request, never the one in hand."""

from __future__ import annotations

import time
from typing import Literal

from crawler.settings import Limits

Cap = Literal["", "max-pages", "max-bytes", "max-seconds"]


class Budget:
    """What one crawl may still use. Redirects, retries and robots refusals give their page back, within three times the page cap."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._started = time.monotonic()
        self.pages = 0
        self.requests = 0
        self.bytes = 0

    def reached(self) -> Cap:
        """The cap that forbids the next request, "" when none does."""
        if self.pages >= self._limits.max_pages or self.requests >= 3 * self._limits.max_pages + 10:
            return "max-pages"
        return self.exhausted()

    def exhausted(self) -> Cap:
        """The cap, other than pages, that forbids even a request already chosen."""
        if self.bytes >= self._limits.max_total_bytes:
            return "max-bytes"
        return "max-seconds" if time.monotonic() - self._started >= self._limits.max_seconds else ""

    def take(self) -> None:
        """One page is about to be asked."""
        self.pages += 1
        self.requests += 1

    def give_back(self) -> None:
        """What was taken turned out to be no page: a redirect, or an address that robots.txt forbids."""
        self.pages -= 1

    def add_bytes(self, count: int) -> None:
        """Count what came over the wire."""
        self.bytes += count
