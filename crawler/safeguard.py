"""The safeguard (保护性暂停): a site that fails too often over five minutes is left alone for a while, and after some such pauses for good.

The breaker (`crawler.breaker`) sees a row of failures at once; the safeguard sees a site that answers every other request only, for which no row is ever long.
"""

from __future__ import annotations

from collections import deque

from crawler.breaker import Outcome

WINDOW = 300.0
"""Seconds that are looked back over."""

LEAST = 20
"""Requests in the window before a rate means anything."""

SHARE = 0.4
"""Share of refused and failing requests (connection errors, 403, 429, 5xx) in the window that is too much."""

PAUSE = 60.0
"""Seconds of a pause at the usual delay; scaled with the delay, so that a test without delay doesn't wait."""

PAUSES = 3
"""Pauses after which the site is left alone for the night."""


class Safeguard:
    """Watches one site. ``pause``: seconds that a pause lasts."""

    def __init__(self, pause: float = PAUSE) -> None:
        self._pause = pause
        self._recent: deque[tuple[float, bool]] = deque()
        self._bad = 0
        self.pauses = 0

    @property
    def spent(self) -> bool:
        """Whether the site has failed through all its pauses: nothing more is asked tonight."""
        return self.pauses > PAUSES

    def note(self, outcome: Outcome, moment: float) -> float:
        """Count one exchange that ended at ``moment`` (seconds of any steady clock); the seconds to pause now, 0 when there is no need."""
        bad = outcome != "good"
        self._recent.append((moment, bad))
        self._bad += bad
        while self._recent and self._recent[0][0] < moment - WINDOW:
            self._bad -= self._recent.popleft()[1]
        if len(self._recent) < LEAST or self._bad < SHARE * len(self._recent):
            return 0.0
        self.pauses += 1
        self._recent.clear()
        self._bad = 0
        return self._pause
