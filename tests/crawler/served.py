"""A little web server on loopback and one crawl of it, for the tests of the crawl. Real sockets, no mocks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from crawler.crawl import CrawlResult, crawl
from crawler.earlier import Earlier
from crawler.evidence import Evidence, EvidenceWriter, Observer, Page
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import Limits
from crawler.site import Site
from crawler.visit import VisitLedger

AS_OF = date(2026, 3, 1)
FAST = Limits(delay=0.0, timeout=3.0)
_hosts = itertools.count(20)


@dataclass(frozen=True)
class Reply:
    """An answer. ``stream``: writes the body itself and may never end."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    stream: Callable[[asyncio.StreamWriter], Awaitable[None]] | None = None

    def head(self) -> bytes:
        fields = {"Content-Type": "text/html; charset=utf-8", "Connection": "close", **self.headers}
        if self.stream is None:
            fields.setdefault("Content-Length", str(len(self.bytes)))
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value != "")
        return f"HTTP/1.1 {self.status} X\r\n{lines}\r\n".encode("latin-1")

    @property
    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else self.body.encode()


Route = Reply | str | Callable[["Asked"], Reply]


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    target: str
    headers: Mapping[str, str]
    at: float


class Server:
    """Serves ``routes`` (path with query → answer); other paths get a plain 404. ``asked`` holds every request in order."""

    def __init__(self, routes: Mapping[str, Route] | None = None, fallback: Route | None = None) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.fallback = fallback or Reply("<h1>404 Not Found</h1>", 404)
        self.asked: list[Asked] = []
        self.host = f"127.0.1.{next(_hosts) % 200 + 20}"
        self.port = 0
        self.busy = self.most_busy = 0

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}/"

    def paths(self) -> list[str]:
        """What was asked, robots.txt and the random path left out."""
        return [a.target for a in self.asked if a.target in self.routes or (not callable(self.routes) and a.target != "/robots.txt")]

    def times(self, target: str) -> int:
        return sum(1 for a in self.asked if a.target == target)

    @contextlib.asynccontextmanager
    async def running(self, tls: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
        server = await asyncio.start_server(self._serve, self.host, self.port, ssl=tls)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            first = await reader.readexactly(1)
            if first == b"\x16":  # a TLS hello: this server speaks plain HTTP only
                writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            raw = (first + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            target = raw[0].split(" ")[1]
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in raw[1:] if line)}
            asked = Asked(target, headers, asyncio.get_running_loop().time())
            self.asked.append(asked)
            route = self.routes.get(target, self.fallback)
            reply = Reply(route) if isinstance(route, str) else route if isinstance(route, Reply) else route(asked)
            writer.write(reply.head())
            if reply.stream is not None:
                await reply.stream(writer)
            else:
                writer.write(reply.bytes)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self.busy -= 1
            writer.close()


@dataclass
class Crawled:
    """The outcome of one crawl."""

    result: CrawlResult
    evidence: Evidence
    ledger: dict[str, Any]

    def page(self, url: str) -> Page:
        return next(page for page in self.evidence.pages if page.url == url)

    def states(self) -> dict[str, str]:
        return {page.url: page.state for page in self.evidence.pages}

    @property
    def coverage(self) -> dict[str, Any]:
        coverage: dict[str, Any] = self.evidence.meta("coverage")
        return coverage

    def left_out(self, reason: str) -> int:
        return int(self.coverage["left_out"].get(reason, {}).get("count", 0))


async def crawl_it(
    url: str,
    folder: Path,
    *,
    limits: Limits = FAST,
    observers: tuple[Observer[Any], ...] = (),
    try_http: bool = False,
    renderer: Any = None,
    site: Site | None = None,
    name: str = "evidence.sqlite",
    nameserver: tuple[str, int] | None = None,
    network: Network | None = None,
    as_of: date = AS_OF,
    lean: Callable[[EvidenceWriter, Fetcher], Earlier | None] = lambda writer, fetcher: None,
) -> Crawled:
    """Crawl one served site and open its evidence. ``lean`` gives the earlier night that this one may lean on."""
    site = site or Site(url)
    writer = EvidenceWriter(folder / name, site, as_of)
    ledger = VisitLedger()
    network = network or Network(site, nameserver=nameserver)
    fetcher = Fetcher(
        network,
        ledger,
        Politeness(delay=limits.delay, per_host=limits.per_host, timeout=limits.timeout, obey_robots=not limits.ignore_robots),
    )
    earlier = lean(writer, fetcher)
    try:
        result = await crawl(
            site,
            observers,
            writer=writer,
            network=network,
            fetcher=fetcher,
            ledger=ledger,
            renderer=renderer,
            limits=limits,
            as_of=as_of,
            try_http=try_http,
            earlier=earlier,
        )
    finally:
        if earlier is not None:
            await earlier.close()
        await fetcher.close()
        path = writer.finish()
    return Crawled(result, Evidence(path), ledger.summary())


async def crawl_server(server: Server, folder: Path, **changes: Any) -> Crawled:
    """Start ``server``, crawl it, stop it. Keyword arguments of `Limits` change the limits, others go to `crawl_it`."""
    names = set(Limits.__slots__)
    limits = replace(FAST, **{k: v for k, v in changes.items() if k in names})
    rest = {k: v for k, v in changes.items() if k not in names}
    async with server.running():
        return await crawl_it(server.url, folder, limits=limits, **rest)


def body(*links: tuple[str, str], title: str = "某县人民政府", text: str = "") -> str:
    """A page with links in its navigation and some text."""
    anchors = "".join(f"<a href='{href}'>{words}</a> " for href, words in links)
    return f"<html><head><title>{title}</title></head><body><div class=nav>{anchors}</div><div>{text or title * 20}</div></body></html>"
