"""What we did to the site (访问记录): every request of a run is counted here, whoever sent it."""

from __future__ import annotations

import time
from collections import Counter
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

Kind = Literal["page", "fragment", "probe", "browser", "elsewhere", "robots"]
"""Who asked: the crawl, a fragment of a page, a probe, the browser, a page on another host, robots.txt."""

_UNSENT = frozenset({"dns-failed", "no-such-domain", "refused-address", "robots"})
_ZONE = ZoneInfo("Asia/Shanghai")


class VisitLedger:
    """Counts the requests of one run. Not thread-safe: one event loop writes."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._started = datetime.now(_ZONE)
        self._requests = 0
        self._bytes = 0
        self._kinds: Counter[str] = Counter()
        self._hosts: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()
        self._seconds: Counter[int] = Counter()

    def record(self, host: str, kind: Kind, status: int | None, bytes: int, error: str = "") -> None:
        """Count one request that has ended. ``bytes``: body bytes as they came over the wire; ``error``: a word of `Fetched.error`.

        An HTTP status of 400 and above is counted among the errors by its number. What was never sent (no address, or one the
        guard or robots.txt forbids) is an error but no request.
        """
        sent = error not in _UNSENT
        if (error or (status is not None and status >= 400)) and (sent or kind != "robots"):
            self._errors[error or str(status)] += 1
        if not sent:
            return
        self._requests += 1
        self._bytes += bytes
        self._kinds[kind] += 1
        self._hosts[host] += 1
        self._seconds[int(time.monotonic() - self._begun)] += 1

    @property
    def requests(self) -> int:
        """How many requests have been counted so far."""
        return self._requests

    def summary(self) -> dict[str, Any]:
        """The visit record: requests, bytes, by_kind, by_host, errors {code: n}, peak_per_second, seconds, started, ended."""
        return {
            "requests": self._requests,
            "bytes": self._bytes,
            "by_kind": dict(sorted(self._kinds.items())),
            "by_host": dict(sorted(self._hosts.items(), key=lambda item: (-item[1], item[0]))),
            "errors": dict(sorted(self._errors.items())),
            "peak_per_second": max(self._seconds.values(), default=0),
            "seconds": round(time.monotonic() - self._begun, 1),
            "started": self._started.isoformat(timespec="seconds"),
            "ended": datetime.now(_ZONE).isoformat(timespec="seconds"),
        }
