"""What `make bench-province` runs and measures: one night as a process of its own with all its children, and bare Scrapy over the same pages."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import scrapy

from tests.bench.province_world import COLUMNS, Served

ROOT = Path(__file__).parents[2]
LOOK = 0.2
"""Seconds between two looks at the processes of a run."""
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Measured:
    """One run. ``cpu``: processor seconds of the process and everything it started; ``peaks``: the most memory (MB) of a process of each kind."""

    pages: int = 0
    requests: int = 0
    bytes: int = 0
    stored: int = 0
    wall: float = 0.0
    cpu: float = 0.0
    cpu_by: dict[str, float] = field(default_factory=dict)
    writing: float = 0.0
    rendered: int = 0
    peaks: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Pages per processor-second."""
        return self.pages / self.cpu if self.cpu else 0.0


class Watcher:
    """Looks at a process and all its descendants until `stop`: processor time and peak memory of each, also of those that have ended meanwhile."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._cpu: dict[int, float] = {}
        self._peak: dict[int, float] = {}
        self._names: dict[int, str] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> tuple[dict[str, float], dict[str, float]]:
        """``(processor seconds, peak MB)`` by kind of process."""
        self._ended.set()
        self._thread.join()
        seconds: dict[str, float] = {}
        peaks: dict[str, float] = {}
        for pid, name in self._names.items():
            seconds[name] = seconds.get(name, 0.0) + self._cpu.get(pid, 0.0)
            peaks[name] = max(peaks.get(name, 0.0), self._peak.get(pid, 0.0))
        return seconds, peaks

    def _run(self) -> None:
        while not self._ended.wait(LOOK):
            self._look()

    def _look(self) -> None:
        stats = {int(entry.name): _stat(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
        ours = {self._root} | (set(self._names) & set(stats))
        grown = True
        while grown:
            fresh = {pid for pid, stat in stats.items() if stat is not None and stat[0] in ours and pid not in ours}
            ours |= fresh
            grown = bool(fresh)
        for pid in ours:
            stat = stats.get(pid)
            if stat is None:
                continue
            self._cpu[pid] = stat[1]
            self._names[pid] = self._kind(pid)
            self._peak[pid] = max(self._peak.get(pid, 0.0), _peak_mb(pid))

    def _kind(self, pid: int) -> str:
        if pid == self._root:
            return "parent"
        command = _read(f"/proc/{pid}/cmdline").replace("\0", " ")
        if "chrom" in command:
            return "chromium"
        if "playwright" in command or "node" in command.split(" ", 1)[0]:
            return "browser driver"
        if "resource_tracker" in command:
            return "tracker"
        return "worker" if command else self._names.get(pid, "worker")


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:  # it ended while we looked
        return ""


def _stat(entry: Path) -> tuple[int, float] | None:
    """``(parent's pid, processor seconds)``; None for one that ended."""
    text = _read(f"{entry}/stat")
    if not text:
        return None
    fields = text.rpartition(")")[2].split()
    return int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICKS


def _peak_mb(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", _read(f"/proc/{pid}/status"))
    return int(found[1]) / 1024 if found else 0.0


def night(served: Served, database: Path, *more: str, workers: int, as_of: str = "2026-08-20", browser: bool = True) -> Measured:
    """One `mingjing nightly` over the registered sites. Ends the benchmark when it did not read every page: fast and incomplete is not fast."""
    command = [sys.executable, "-c", "import scheduler; scheduler.mingjing()", "nightly", "--db", str(database), "--delay", "0"]
    command += ["--nameserver", served.nameserver, "--as-of", as_of, "--workers", str(workers), "--log-format", "json", *more]
    env = {**os.environ, "PYTHONPATH": str(ROOT)} | ({} if browser else {"MINGJING_CHROMIUM": "/nowhere/chromium"})
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=told, text=True)
        watcher = Watcher(process.pid)
        out, _ = process.communicate()
        wall = time.perf_counter() - begun
        seconds, peaks = watcher.stop()
        if process.returncode not in (0, 1) or not out.strip():
            told.seek(0)
            raise SystemExit(f"mingjing nightly ended with {process.returncode}:\n{told.read()[-2000:]}")
    summary = json.loads(out.strip().splitlines()[-1])
    if summary["unassessed"]:
        raise SystemExit(f"{len(summary['unassessed'])} sites could not be assessed: {summary['unassessed'][0]}")
    return Measured(
        pages=summary["pages"],
        requests=summary["requests"],
        bytes=summary["bytes"],
        stored=summary["size"],
        wall=wall,
        cpu=sum(seconds.values()),
        cpu_by=seconds,
        writing=summary["writing_seconds"],
        rendered=_rendered(Path(summary["evidence"])),
        peaks=peaks,
    )


def _rendered(folder: Path) -> int:
    """Pages that the browser opened on a night."""
    from crawler.evidence import Evidence

    count = 0
    for path in folder.glob("*.sqlite"):
        evidence = Evidence(path)
        count += sum(page.render != "no" for page in evidence.pages)
        evidence.close()
    return count


def whole(served: Served, measured: Measured) -> Measured:
    """``measured`` when it read the whole of every site."""
    if measured.pages < served.sites * (served.pages - 1):
        raise SystemExit(f"{measured.pages} pages read of {served.sites * served.pages}: fast and incomplete is not fast")
    return measured


def bare(served: Served, name: str = "bare") -> Measured:
    """Bare Scrapy over the same pages, one process for all sites; ``name`` "conditional": every request says If-Modified-Since, every answer is 304."""
    order = json.dumps({"sites": served.addresses(), "pages": served.pages, "conditional": name == "conditional"})
    command = [sys.executable, "-m", "tests.bench.province_runs"]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    watcher = Watcher(process.pid)
    out, _ = process.communicate(order)
    wall = time.perf_counter() - begun
    _, peaks = watcher.stop()
    figures = json.loads(out.splitlines()[-1])
    return Measured(pages=figures["pages"], wall=wall, cpu=figures["cpu"], peaks=peaks)


class BareProvince(scrapy.Spider):
    """Fetches every page of every site, the sites in turn, and does nothing else."""

    name = "bare"

    async def start(self) -> AsyncIterator[Any]:
        """Ask everything."""
        order = self.order  # type: ignore[attr-defined]
        headers = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"} if order["conditional"] else None
        paths = ["", *(f"p/{number}.html" for number in range(1, order["pages"])), *(f"c{number}/" for number in range(COLUMNS))]
        for path in paths:
            for site in order["sites"]:
                yield scrapy.Request(f"{site}{path}", headers=headers, dont_filter=True, meta={"handle_httpstatus_list": [304]})

    def parse(self, response: Any) -> dict[str, int]:
        """One item per page."""
        return {"size": len(response.body)}


def main() -> None:
    """The bare crawl of `bare`, its order on stdin."""
    from scrapy.crawler import AsyncCrawlerRunner

    from tests.bench.runners import FAST

    order, counted = json.loads(sys.stdin.read()), 0

    def count(**_: Any) -> None:
        nonlocal counted
        counted += 1

    async def go() -> None:
        runner = AsyncCrawlerRunner({**FAST, "CONCURRENT_REQUESTS": 32, "CONCURRENT_REQUESTS_PER_DOMAIN": 2})
        crawler = runner.create_crawler(BareProvince)
        crawler.signals.connect(count, signal=scrapy.signals.response_received, weak=False)
        await runner.crawl(crawler, order=order)

    asyncio.run(go())
    print(json.dumps({"pages": counted, "cpu": time.process_time()}))


if __name__ == "__main__":
    main()
