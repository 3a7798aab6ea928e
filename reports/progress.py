"""Progress of one inspection on stderr: a live line on a terminal, plain log lines elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

from crawler.progress import Progress

log = logging.getLogger("mingjing")

PHASES = {
    "crawl": "采集页面",
    "settle": "在浏览器中核实",
    "elsewhere": "读取其他主机上的互动平台",
    "probe": "检测域名与 IPv6",
    "judge": "判定并截图",
}
"""Phase code → what a person reads."""


class _Live:
    """One line that says the phase, pages, rate and address in hand."""

    def __init__(self, status: Status, host: str) -> None:
        self._status, self._host, self._started = status, host, time.monotonic()
        self._phase, self._pages, self._queued, self._url = "crawl", 0, 0, ""

    def update(self, *, phase: str = "", pages: int | None = None, queued: int | None = None, url: str = "") -> None:
        """Redraw the line with what is new."""
        self._phase, self._url = phase or self._phase, url or self._url
        self._pages = self._pages if pages is None else pages
        self._queued = self._queued if queued is None else queued
        rate = self._pages / max(0.1, time.monotonic() - self._started)
        words = PHASES.get(self._phase, self._phase)
        self._status.update(f"{self._host} {words}：已读 {self._pages} 页，待读 {self._queued}，{rate:.1f} 页/秒  {self._url[:70]}")


class _Lines:
    """Log lines: every phase, and every hundredth page."""

    def __init__(self, host: str) -> None:
        self._host, self._told, self._phase = host, 0, ""

    def update(self, *, phase: str = "", pages: int | None = None, queued: int | None = None, url: str = "") -> None:
        """Log a phase when it begins, and pages by the hundred."""
        if phase and phase != self._phase:
            self._phase = phase
            log.info("%s: %s", self._host, phase)
        if pages is not None and pages - self._told >= 100:
            self._told = pages
            log.info("%s: %d pages read, %s queued", self._host, pages, queued if queued is not None else "?")


@contextmanager
def shown_progress(host: str) -> Iterator[Progress]:
    """A `Progress` for this terminal, closed when the block ends."""
    if not sys.stderr.isatty():
        logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        log.setLevel(logging.INFO)
        yield _Lines(host)
        return
    with Console(stderr=True).status(f"{host} 准备检查") as status:
        yield _Live(status, host)
