"""The three crawls that `make bench` compares, each run as a process of its own: ``python -m tests.bench.runners NAME ADDRESS PAGES``.

plain: Scrapy's CrawlSpider with LinkExtractor, no checks. bare: Scrapy fetching known addresses, nothing parsed. ours: the
crawl with every observer and the evidence file. Each prints one JSON line: pages, wall and processor seconds, peak MB.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule

from crawler.loop import run
from tests.bench.ours import crawled

FAST = {
    "TWISTED_REACTOR_ENABLED": False,
    "LOG_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "CONCURRENT_REQUESTS": 8,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
    "DOWNLOAD_DELAY": 0,
    "ROBOTSTXT_OBEY": False,
}


class Plain(CrawlSpider):
    """What a Scrapy user writes first."""

    name = "plain"
    rules = (Rule(LinkExtractor(), callback="count", follow=True),)

    def count(self, response: Any) -> Iterator[dict[str, int]]:
        """One item per page."""
        yield {"size": len(response.body)}


class Bare(scrapy.Spider):
    """Fetches, and does nothing else."""

    name = "bare"

    async def start(self) -> AsyncIterator[Any]:
        """Ask every address of the site."""
        for number in range(1, self.pages):  # type: ignore[attr-defined]
            yield scrapy.Request(f"{self.address}p/{number}.html", dont_filter=True)  # type: ignore[attr-defined]

    def parse(self, response: Any) -> dict[str, int]:
        """One item per page."""
        return {"size": len(response.body)}


async def _scrapy(spider: type[scrapy.Spider], **arguments: Any) -> int:
    counted = 0

    def count(**_: Any) -> None:
        nonlocal counted
        counted += 1

    runner = AsyncCrawlerRunner(FAST)
    crawler = runner.create_crawler(spider)
    crawler.signals.connect(count, signal=scrapy.signals.response_received, weak=False)
    await runner.crawl(crawler, **arguments)
    return counted


async def _ours(address: str, pages: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        async with crawled(address, pages, Path(folder)) as done:
            return len(done.writer.read().pages)


def _peak_mb() -> float:
    """The most memory this process has had. Linux counts it from the start of the program in ``VmHWM``; ``ru_maxrss`` there still holds
    what the process was before it became this program (a large test run, for one)."""
    status = Path("/proc/self/status")
    if status.is_file():
        return next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(name: str, address: str, pages: int) -> None:
    """Run one crawl and print its figures."""
    started, before = time.perf_counter(), time.process_time()
    if name == "plain":
        count = asyncio.run(_scrapy(Plain, start_urls=[address], allowed_domains=["127.0.0.1"]))
    elif name == "bare":
        count = asyncio.run(_scrapy(Bare, address=address, pages=pages))
    else:
        count = run(_ours(address, pages))
    figures = {
        "pages": count,
        "wall": time.perf_counter() - started,
        "cpu": time.process_time() - before,
        "peak_mb": _peak_mb(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
