"""Run the three crawls in turn, three times each, and print medians and ratios."""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.site import build, served

NAMES = {
    "plain": "(a) Scrapy CrawlSpider + LinkExtractor",
    "bare": "(b) bare Scrapy, nothing parsed",
    "ours": "(c) mingjing, all observers and evidence",
}


def main() -> None:
    """Print one table: pages per processor second, pages per wall second, peak memory, and the two ratios."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in NAMES}
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        site.mkdir()
        build(site, arguments.pages)
        with served(site) as (address, server):
            print(
                f"{arguments.pages} pages served by {server}; {platform.machine()}, Python {platform.python_version()}; {arguments.rounds} rounds, interleaved"
            )
            for _ in range(arguments.rounds):
                for name in NAMES:
                    out = subprocess.run(
                        [sys.executable, "-m", "tests.bench.runners", name, address, str(arguments.pages)],
                        capture_output=True,
                        text=True,
                        check=True,
                    ).stdout
                    figures = json.loads(out.splitlines()[-1])
                    if figures["pages"] < arguments.pages - 1:
                        raise SystemExit(f"{name} read {figures['pages']} of {arguments.pages} pages: fast and incomplete is not fast")
                    runs[name].append(figures)
    rate = {name: statistics.median(run["pages"] / run["cpu"] for run in done) for name, done in runs.items()}
    for name, done in runs.items():
        wall = statistics.median(run["pages"] / run["wall"] for run in done)
        peak = max(run["peak_mb"] for run in done)
        print(f"{NAMES[name]:<45} {rate[name]:7.1f} pages/processor-second {wall:7.1f} pages/s {peak:6.0f} MB peak")
    print(f"(c)/(a) = {rate['ours'] / rate['plain']:.2f}   (c)/(b) = {rate['ours'] / rate['bare']:.2f}")


if __name__ == "__main__":
    main()
