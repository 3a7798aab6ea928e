"""How many renders the facts of the frame (找错 entry, footer) need: a site on which every page lacks them, and the real browser."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from checks.error_report_entry import CHECK as ERROR_REPORT_ENTRY
from checks.settle import settle
from crawler.browser import Renderer
from tests.bench.ours import AS_OF, crawled
from tests.bench.site import build, served


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
            return asyncio.run(_count(address, Path(folder), pages))


async def _count(address: str, folder: Path, pages: int) -> Counted:
    async with crawled(address, pages, folder) as done:
        limits = replace(done.limits, render="auto", max_renders=pages)
        async with Renderer(done.network, done.fetcher, done.ledger, limits=limits, as_of=AS_OF) as renderer:
            summary = await settle(done.writer, done.writer.read(), [ERROR_REPORT_ENTRY], renderer, limits)
        read = len(done.writer.read().readable)
        done.writer.abandon()
    return Counted(read, summary.doubted, summary.templates, summary.rendered)
