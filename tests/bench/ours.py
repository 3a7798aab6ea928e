"""(c) of the benchmark: the crawl of `check-site`, every observer and the evidence file, without the browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.registry import observers
from crawler.crawl import crawl
from crawler.evidence import EvidenceWriter
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import Limits
from crawler.site import Site
from crawler.visit import VisitLedger

AS_OF = date(2026, 8, 20)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What a crawl leaves behind, still open."""

    writer: EvidenceWriter
    network: Network
    ledger: VisitLedger
    fetcher: Fetcher
    limits: Limits


@asynccontextmanager
async def crawled(address: str, pages: int, folder: Path) -> AsyncIterator[Crawled]:
    """The site at ``address`` crawled into ``folder``; eight requests at once, no delay, as the peers do."""
    site = Site(address)
    limits = Limits(max_pages=pages + 50, depth=50, delay=0, per_host=8, render="never")
    writer, network, ledger = EvidenceWriter(folder / "site.sqlite", site, AS_OF), Network(site), VisitLedger()
    await network.start()
    fetcher = Fetcher(network, ledger, Politeness(delay=0, per_host=8))
    try:
        await crawl(
            site, observers(), writer=writer, network=network, fetcher=fetcher, ledger=ledger, renderer=None, limits=limits, as_of=AS_OF
        )
        yield Crawled(writer, network, ledger, fetcher, limits)
    finally:
        await fetcher.close()
