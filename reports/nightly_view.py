"""The night on the screen: a live view on a terminal, a line a minute elsewhere. Both show the same `Standing`."""

from __future__ import annotations

import logging
import sys
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from crawler.fleet_log import Lines, Objects
from reports.progress import PHASES

log = logging.getLogger("mingjing.nightly")

EVERY = 60.0
"""Seconds between two lines."""

RATE_SECONDS = 60.0
"""Pages a second are told over the last minute."""

WORST = 5
"""Sites shown that are longest under way."""


@dataclass(slots=True)
class Standing:
    """How a night stands, in sites and pages. ``errors``: sites not assessed so far; ``running``: what workers say of those in hand."""

    total: int
    settled: int = 0
    errors: int = 0
    pages: int = 0
    running: Sequence[dict[str, Any]] = ()
    begun: float = field(default_factory=time.monotonic)
    last_error: str = ""
    _marks: deque[tuple[float, int]] = field(default_factory=deque)

    def mark(self) -> None:
        """Remember how many pages there are now."""
        now = time.monotonic()
        self._marks.append((now, self.all_pages))
        while now - self._marks[0][0] > RATE_SECONDS:
            self._marks.popleft()

    @property
    def all_pages(self) -> int:
        """Pages of settled sites and of those in hand."""
        return self.pages + sum(int(site["pages"]) for site in self.running)

    @property
    def left(self) -> int:
        """Sites that nobody has begun."""
        return max(0, self.total - self.settled - len(self.running))

    @property
    def rate(self) -> float:
        """Pages a second over the last minute."""
        if len(self._marks) < 2:
            return 0.0
        (first, before), (last, after) = self._marks[0], self._marks[-1]
        return max(0.0, (after - before) / max(0.001, last - first))

    @property
    def eta(self) -> str:
        """How long it will take still, from how long it took so far; "" before anything can be said."""
        if not self.settled:
            return ""
        return duration((time.monotonic() - self.begun) / self.settled * (self.total - self.settled))

    def line(self) -> str:
        """One line."""
        parts = [f"完成 {self.settled}/{self.total}", f"进行中 {len(self.running)}", f"未开始 {self.left}", f"{self.rate:.1f} 页/秒"]
        parts += [f"预计还需 {self.eta}"] if self.eta else []
        parts += [f"未能评估 {self.errors}"] if self.errors else []
        worst = max(self.running, key=lambda site: float(site["seconds"]), default=None)
        if worst is not None:
            parts.append(f"最久 {worst['key']}（{duration(float(worst['seconds']))}，{worst['pages']} 页）")
        return "，".join(parts)


def duration(seconds: float) -> str:
    """``1:02:33`` or ``2:33``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class View(Protocol):
    """Shows a `Standing` as often as it likes."""

    def show(self, standing: Standing) -> None:
        """Look at it."""


class _Lines:
    def __init__(self) -> None:
        self._told = time.monotonic()

    def show(self, standing: Standing) -> None:
        """A line a minute."""
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            log.info("%s", standing.line())


class _Screen:
    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, standing: Standing) -> None:
        """Draw it anew."""
        self._live.update(drawn(standing))


def drawn(standing: Standing) -> Table:
    """The live view: one line of figures, then the sites longest under way, then the last error."""
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text(standing.line(), style="bold"))
    table = Table("网站", "主机", "阶段", "页数", "用时", box=None, header_style="dim")
    for site in sorted(standing.running, key=lambda site: -float(site["seconds"]))[:WORST]:
        phase = PHASES.get(str(site["phase"]), str(site["phase"]))
        table.add_row(str(site["key"]), str(site["host"]), phase, str(site["pages"]), duration(float(site["seconds"])))
    grid.add_row(table)
    if standing.last_error:
        grid.add_row(Text(standing.last_error, style="red", no_wrap=True, overflow="ellipsis"))
    return grid


@contextmanager
def shown(log_format: Literal["text", "json"]) -> Iterator[View]:
    """A `View`, with the root logger's lines in the form asked for; both end with the block."""
    terminal = log_format == "text" and sys.stderr.isatty()
    console = Console(stderr=True)
    handler: logging.Handler = _Above(console) if terminal else logging.StreamHandler(sys.stderr)
    handler.setFormatter(Objects() if log_format == "json" else Lines())
    root, levels = logging.getLogger(), {name: logging.getLogger(name).level for name in ("", *_OURS)}
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.INFO)
    try:
        if terminal:
            with Live(console=console, refresh_per_second=2, transient=True) as live:
                yield _Screen(live)
        else:
            yield _Lines()
    finally:
        root.removeHandler(handler)
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)


_OURS = ("mingjing", "crawler", "checks", "reports")


class _Above(logging.Handler):
    """Lines above the live view, unchanged."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        self._console.print(self.format(record), markup=False, highlight=False, soft_wrap=True)
