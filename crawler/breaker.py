"""The circuit breaker (熔断): when a site starts refusing us, stop, and say so. Never hammer."""

from __future__ import annotations

from collections import deque
from typing import Literal

Outcome = Literal["good", "refused", "failing"]
"""An answer the site meant for us; one that turns us away (403, 412, 429, 521, challenge, connection refused); a server in trouble."""

_REFUSING = frozenset({401, 403, 405, 406, 412, 418, 421, 429, 444, 468, 493, 521, 567})


def outcome_of(status: int | None, *, challenged: bool = False, error: str = "") -> Outcome:
    """How one exchange counts. 404 and 410 are honest answers; ``error``: a word of `crawler.responses.ErrorWord`."""
    if challenged or error == "refused" or status in _REFUSING:
        return "refused"
    if error in ("timeout", "tls", "protocol", "dns-failed") or (status is not None and status >= 500):
        return "failing"
    return "good"


class Breaker:
    """Trips after ``consecutive`` bad outcomes in a row, or when ``share`` of the last ``window`` were bad.

    `suspects` becomes True first: the caller asks the home page once more and either calls `forgive` (the home page is well: a
    section of the site is closed, not we) or `trip`.
    """

    FORGIVEN = 2

    def __init__(self, *, consecutive: int = 8, window: int = 25, share: float = 0.7) -> None:
        self._consecutive, self._share = consecutive, share
        self._recent: deque[Outcome] = deque(maxlen=window)
        self._row = 0
        self._forgiven = 0
        self.tripped: Literal["", "refused", "failing"] = ""

    def note(self, outcome: Outcome) -> None:
        """Count one exchange."""
        self._recent.append(outcome)
        self._row = 0 if outcome == "good" else self._row + 1

    @property
    def suspects(self) -> bool:
        """Whether the site seems to refuse us, and it has not been decided yet."""
        if self.tripped:
            return False
        bad = sum(1 for outcome in self._recent if outcome != "good")
        full = len(self._recent) == self._recent.maxlen
        return self._row >= self._consecutive or (full and bad >= self._share * len(self._recent))

    def stop(self) -> None:
        """The site itself asked for a longer pause than a crawl can take."""
        self.tripped = self.tripped or "refused"

    def trip(self) -> None:
        """Stop for good: by what most of the recent bad outcomes were."""
        refused = sum(1 for outcome in self._recent if outcome == "refused")
        failing = sum(1 for outcome in self._recent if outcome == "failing")
        self.tripped = "refused" if refused >= failing else "failing"

    def forgive(self) -> bool:
        """Start counting anew; False when that was done often enough and the breaker tripped instead."""
        if self._forgiven >= self.FORGIVEN:
            self.trip()
            return False
        self._forgiven += 1
        self._recent.clear()
        self._row = 0
        return True
