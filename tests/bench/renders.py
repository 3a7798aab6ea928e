"""How many renders the facts of the frame (找错 entry, footer) need: a site on which every page lacks them, and the real browser."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from checks.error_report_entry import CHECK as ERROR_REPORT_ENTRY
from checks.registry import observers
from checks.settle import settle
from crawler.browser import Renderer
from crawler.crawl import crawl
from crawler.evidence import EvidenceWriter
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import Limits
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.bench.site import build, served

AS_OF = date(2026, 8, 20)


@dataclass(frozen=True, slots=True)
class Counted:
    """Pages read, pages doubted, templates among them, pages rendered."""

    pages: int
    doubted: int
    templates: int
    rendered: int


def count_renders(pages: int) -> Counted:
    """Crawl a site of ``pages`` pages without the entry, settle the doubts about it in Chromium, count."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        site.mkdir()
        build(site, pages, entry=False)
        with served(site) as (address, _):
            return asyncio.run(_count(Site(address), Path(folder), pages))


async def _count(site: Site, folder: Path, pages: int) -> Counted:
    writer, network, ledger = EvidenceWriter(folder / "site.sqlite", site, AS_OF), Network(site), VisitLedger()
    await network.start()
    fetcher = Fetcher(network, ledger, Politeness(delay=0, per_host=8))
    crawling = Limits(max_pages=pages + 50, depth=50, delay=0, per_host=8, render="never")
    await crawl(
        site,
        observers(),
        writer=writer,
        network=network,
        fetcher=fetcher,
        ledger=ledger,
        renderer=None,
        limits=crawling,
        as_of=AS_OF,
        progress=None,
    )
    try:
        limits = replace(crawling, render="auto", max_renders=pages)
        async with Renderer(network, fetcher, ledger, limits=limits, as_of=AS_OF) as renderer:
            summary = await settle(writer, writer.read(), [ERROR_REPORT_ENTRY], renderer, limits)
    finally:
        await fetcher.close()
    read = len(writer.read().readable)
    writer.abandon()
    return Counted(read, summary.doubted, summary.templates, summary.rendered)
