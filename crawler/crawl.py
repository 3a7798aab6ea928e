"""`crawl`: one site, from its home page until the budget is spent, into the evidence file. Runs in the caller's event loop.

Several crawls may run in one process, one after another or side by side: nothing here is global, and no reactor is installed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from scrapy.crawler import AsyncCrawlerRunner

from crawler.arrival import Arrival
from crawler.earlier import Earlier
from crawler.evidence import EvidenceWriter, Observer
from crawler.fetch import Fetcher
from crawler.job import Job
from crawler.network import Network
from crawler.permit import Permit
from crawler.progress import Progress
from crawler.reception import Browser, Reception
from crawler.settings import Limits, scrapy_settings
from crawler.site import Site
from crawler.spider import SiteSpider
from crawler.visit import VisitLedger

SiteState = Literal["ok", "blocked", "unreachable"]


@dataclass(frozen=True, slots=True)
class CrawlResult:
    """What became of a crawl. ``home``: the address the home page was read at, "" when it could not be read; ``ended_by`` as in the
    evidence file's coverage; ``detail``: Chinese, why the site is not ok."""

    state: SiteState
    detail: str
    home: str
    pages_asked: int
    pages_read: int
    ended_by: str


async def crawl(
    site: Site,
    observers: Sequence[Observer[Any]],
    *,
    writer: EvidenceWriter,
    network: Network,
    fetcher: Fetcher,
    ledger: VisitLedger,
    renderer: Browser | None,
    limits: Limits,
    as_of: date,
    progress: Progress | None = None,
    try_http: bool = False,
    earlier: Earlier | None = None,
) -> CrawlResult:
    """Crawl ``site`` into ``writer``: pages, observations, links, bytes, and the meta keys ``coverage`` and ``site_state``.

    ``earlier``: a night before, whose unchanged pages are taken over (``writer`` has it attached).
    ``try_http``: the user typed no scheme, so http is tried when https gives no answer at all. Network faults raise nothing, they
    are facts. When cancelled, what was written stays, ``coverage`` says interrupted, and CancelledError goes on.
    """
    _quieten()
    await network.start()
    permit = Permit(limits, network, ledger, fetcher.gate)
    reception = Reception(site, limits, as_of=as_of, fetcher=fetcher, browser=renderer, earlier=earlier)
    job = Job(
        site,
        observers,
        writer=writer,
        permit=permit,
        reception=reception,
        limits=limits,
        progress=progress,
        try_http=try_http,
        earlier=earlier,
    )
    try:
        await _run(job, fetcher, limits)
    finally:
        await reception.fragments.close()
        result = _conclude(job, writer)
    if job.fault is not None:
        raise job.fault
    return result


async def _run(job: Job, fetcher: Fetcher, limits: Limits) -> None:
    runner = AsyncCrawlerRunner(scrapy_settings(limits))
    crawler = runner.create_crawler(SiteSpider)
    task = runner.crawl(crawler, job=job, fetcher=fetcher)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        if isinstance(crawler.spider, SiteSpider):
            await crawler.spider.interrupt()
        await runner.stop()
        await asyncio.gather(task, return_exceptions=True)
        raise


def _quieten() -> None:
    """Scrapy's own log lines are not for our users: every fault it reports is a row of ours. A level somebody set is left alone."""
    logger = logging.getLogger("scrapy")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.CRITICAL)


def _conclude(job: Job, writer: EvidenceWriter) -> CrawlResult:
    coverage = job.coverage()
    if pauses := job.permit.safeguard.pauses:
        coverage["pauses"] = pauses
    state, detail = _state(job, str(coverage["ended_by"]))
    writer.put_meta("coverage", coverage)
    writer.put_meta("site_state", {"state": state, "reason": "", "detail": detail})
    home = job.home.address.url if job.home is not None and job.home.readable else ""
    return CrawlResult(state, detail, home, job.tally.asked, job.tally.read, str(coverage["ended_by"]))


def _state(job: Job, ended_by: str) -> tuple[SiteState, str]:
    """Whether the site could be read at all. ``blocked``: it turned us away; ``unreachable``: its home page gave no page."""
    home = job.home
    if home is None:
        return "unreachable", "首页没有访问" if ended_by != "interrupted" else "采集被中断"
    if home.readable:
        if job.permit.breaker.tripped == "refused":
            return "blocked", f"读取 {job.tally.read} 页后，网站开始拒绝访问，程序已停止采集"
        if (job.permit.breaker.tripped == "failing" or job.permit.safeguard.spent) and job.tally.read * 2 < job.tally.asked:
            return "unreachable", f"读取 {job.tally.read} 页后，网站连续超时或出错，程序已停止采集"
        return "ok", ""
    return _unread(home)


def _unread(home: Arrival) -> tuple[SiteState, str]:
    refused = home.state == "challenge" or home.status in (401, 403, 405, 412, 418, 421, 429, 468, 493, 521, 567)
    if refused:
        return "blocked", f"首页被防护设备拦截（{home.reason}）"
    if home.state == "redirect":
        return "unreachable", f"首页{home.reason}" if home.reason else f"首页跳转到 {home.target}，没有读到页面"
    return "unreachable", f"首页 {home.address.url}：{home.reason}"
