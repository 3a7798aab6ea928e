"""Leave to send the next request of a crawl: budget, breaker, pauses a site asked for, and the gate all requests to a host share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.exceptions import IgnoreRequest

from crawler.breaker import Breaker, Outcome
from crawler.budget import Budget
from crawler.network import Network
from crawler.politeness import HostGate
from crawler.safeguard import PAUSE, Safeguard
from crawler.settings import Limits
from crawler.visit import VisitLedger

USUAL_DELAY = Limits().delay
_DEFAULT_PAUSE = 5.0  # seconds after 429 or 503 that name no time


class CrawlStopped(IgnoreRequest):
    """No request goes out any more; ``reason``: a cap of the budget, breaker, or interrupted."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Permit:
    """What the download handler asks before it opens a socket. One per crawl."""

    def __init__(self, limits: Limits, network: Network, ledger: VisitLedger, gate: HostGate) -> None:
        self.limits, self.network, self.ledger, self.gate = limits, network, ledger, gate
        self.budget = Budget(limits)
        self.breaker = Breaker()
        self.safeguard = Safeguard(PAUSE * min(1.0, limits.delay / USUAL_DELAY))
        self.cookies: dict[str, str] = {}  # host -> Cookie header, only where a site redirects to itself until it gets one
        self.interrupted = False
        self.abort: list[Callable[[], Awaitable[None]]] = []  # closes connections in use, for an interrupted crawl
        self._resume_at = 0.0
        self._open = asyncio.Event()
        self._open.set()

    @property
    def stopped(self) -> str:
        """Why no request may go out, "" while they may."""
        if self.interrupted:
            return "interrupted"
        if self.breaker.tripped:
            return "breaker"
        return "safeguard" if self.safeguard.spent else self.budget.exhausted()

    async def wait(self) -> None:
        """Wait out pauses; raises `CrawlStopped` when the crawl is over."""
        await self._open.wait()
        rest = self._resume_at - asyncio.get_running_loop().time()
        while rest > 0 and not self.stopped:
            await asyncio.sleep(min(rest, 1.0))
            rest = self._resume_at - asyncio.get_running_loop().time()
        self.check()

    def check(self) -> None:
        """Raise `CrawlStopped` when the crawl is over."""
        if self.stopped:
            raise CrawlStopped(self.stopped)

    def note(self, outcome: Outcome) -> None:
        """How one exchange went: the breaker and the safeguard hear of it."""
        self.breaker.note(outcome)
        now = asyncio.get_running_loop().time()
        if pause := self.safeguard.note(outcome, now):
            self._resume_at = max(self._resume_at, now + pause)

    def hold(self) -> None:
        """Let nothing out until `release`: the breaker's question is being decided."""
        self._open.clear()

    def release(self) -> None:
        """End `hold`."""
        self._open.set()

    def respect(self, status: int, headers: Mapping[str, str]) -> None:
        """429 and 503 with Retry-After: nothing goes out until it has passed; asked for longer than we may wait, nothing any more."""
        if status != 429 and (status != 503 or "retry-after" not in headers):
            return
        seconds = retry_after(headers.get("retry-after", ""))
        if seconds > self.limits.retry_after:
            self.breaker.stop()
        else:
            self._resume_at = max(self._resume_at, asyncio.get_running_loop().time() + seconds)


def retry_after(value: str) -> float:
    """Seconds that a Retry-After header asks for: a number or an HTTP date; a short default when it names none."""
    value = value.strip()
    if value.isdecimal():
        return float(value[:6])
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError, IndexError):  # the standard parser raises all of them on odd dates
        return _DEFAULT_PAUSE
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
