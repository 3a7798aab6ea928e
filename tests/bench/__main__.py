"""Run the three crawls in turn, three times each, and print medians, ratios and memory; ``--renders`` counts renders instead."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.bench.renders import count_renders
from tests.bench.site import build, served

NAMES = {
    "plain": "(a) Scrapy CrawlSpider + LinkExtractor",
    "bare": "(b) bare Scrapy, nothing parsed",
    "ours": "(c) mingjing, all checks and evidence",
}
GOALS = {"(c)/(a)": 3.0, "(c)/(b)": 0.6, "MB": 300}
"""What is to be reached: at least, at least, at most."""


def machine() -> str:
    """Processor, cores, interpreter and Scrapy of this machine, in a line."""
    names = [line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, Scrapy {version('scrapy')}"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []


def one(name: str, address: str, pages: int) -> dict[str, float]:
    """The figures of one crawl, run as a process of its own; ends the benchmark when it did not read the whole site."""
    command = [sys.executable, "-m", "tests.bench.runners", name, address, str(pages)]
    figures: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    if figures["pages"] < pages - 1:
        raise SystemExit(f"{name} read {figures['pages']} of {pages} pages: fast and incomplete is not fast")
    return figures


def compare(pages: int, rounds: int) -> dict[str, list[dict[str, float]]]:
    """The figures of every run, by crawl; the three take turns."""
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in NAMES}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        site.mkdir()
        build(site, pages)
        with served(site) as (address, server):
            print(f"{machine()}; {pages} pages served by {server}, {rounds} rounds, interleaved", flush=True)
            for _ in range(rounds):
                for name, done in runs.items():
                    done.append(one(name, address, pages))
    return runs


def table(runs: dict[str, list[dict[str, float]]]) -> str:
    """Medians per crawl, and the three figures that are to be reached."""
    rate = {name: statistics.median(run["pages"] / run["cpu"] for run in done) for name, done in runs.items()}
    lines = [f"{'':<42} {'pages per processor-second':>27} {'pages/s':>9} {'peak MB':>8}"]
    for name, done in runs.items():
        wall = statistics.median(run["pages"] / run["wall"] for run in done)
        lines.append(f"{NAMES[name]:<42} {rate[name]:>27.1f} {wall:>9.1f} {max(run['peak_mb'] for run in done):>8.0f}")
    peak = max(run["peak_mb"] for run in runs["ours"])
    lines.append(
        f"(c)/(a) = {rate['ours'] / rate['plain']:.2f} (to reach: {GOALS['(c)/(a)']})   "
        f"(c)/(b) = {rate['ours'] / rate['bare']:.2f} (to reach: {GOALS['(c)/(b)']})   "
        f"memory of (c) {peak:.0f} MB (at most {GOALS['MB']})"
    )
    return "\n".join(lines)


def main() -> None:
    """Compare the crawls, or with ``--renders`` show that renders grow with templates."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--renders", action="store_true", help="count the renders that frame facts need on a site, and on one four times as large"
    )
    arguments = parser.parse_args()
    if not arguments.renders:
        print(table(compare(arguments.pages, arguments.rounds)))
        return
    for pages in (arguments.pages, 4 * arguments.pages):
        counted = count_renders(pages)
        print(
            f"{counted.pages:>6} pages read, {counted.doubted} of them doubted, {counted.templates} templates: {counted.rendered} renders",
            flush=True,
        )


if __name__ == "__main__":
    main()
