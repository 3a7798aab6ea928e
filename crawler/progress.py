"""What a run is doing, told to whoever shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Receives short facts while a site is inspected; must return at once and never raise."""

    def update(self, *, phase: str = "", pages: int | None = None, queued: int | None = None, url: str = "") -> None:
        """Tell what changed: the phase (crawl, settle, elsewhere, probe, judge), pages read so far, addresses waiting, the address in hand."""


class Silent:
    """Shows nothing."""

    def update(self, *, phase: str = "", pages: int | None = None, queued: int | None = None, url: str = "") -> None:
        """Ignore it."""
