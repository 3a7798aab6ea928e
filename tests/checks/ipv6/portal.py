"""A small served portal with its own DNS for the IPv6 check, and the evidence a crawl of it would leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from checks.ipv6 import CHECK
from checks.model import Judgement
from crawler.document import Document
from crawler.evidence import Evidence, EvidenceWriter, PageLink
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.portals.dns import DnsServer, Servers
from tests.portals.server import Request, Response, WebServer

AS_OF = date(2026, 8, 20)
ZONE = "qinghe-test.gov.cn"
HOST = f"www.{ZONE}"
V4, V6 = "127.0.1.10", "::1"
HOME = (
    "<html><head><title>清河县人民政府</title></head><body><h1>清河县人民政府门户网站</h1>"
    "<p>今天是星期四，欢迎访问清河县人民政府门户网站，政务公开、办事服务、互动交流栏目均已开通。</p>"
    "<a href='/xwzx/'>新闻资讯</a> <a href='/zwgk/'>政务公开</a></body></html>"
)


def page(title: str, links: Iterable[str] = ()) -> Response:
    """A page with a title, some text and links."""
    anchors = "".join(f"<a href='{link}'>{link}</a> " for link in links)
    return Response(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{anchors}</body></html>".encode())


class Served:
    """The portal: hosts of its zone, paths that may answer by family, ports; `judge` probes and judges it."""

    def __init__(self, dns: DnsServer, web: WebServer, folder: Path) -> None:
        self.dns, self.web, self.folder = dns, web, folder
        self.addresses: dict[str, tuple[str, ...]] = {"www": (V4, V6), "v4": (V4,)}
        self.servers: Servers = "both"
        self.paths: dict[str, Callable[[Request], Response]] = {}
        self.listen_on: tuple[str, ...] = (V4, V6)
        self.site_host = HOST
        self.controls: tuple[str, ...] = ()
        self.nameserver: tuple[str, int] = dns.nameserver
        self.state = "ok"
        self.pages: list[str] = ["/", "/xwzx/", "/zwgk/"]
        self.delay = 0.0
        self.port = 0
        self.ledger = VisitLedger()
        self.serve("/", Response(HOME.encode()))
        self.serve("/xwzx/", page("新闻资讯", ["/xwzx/1.html", "/xwzx/2.html"]))
        self.serve("/zwgk/", page("政务公开", ["/zwgk/1.html"]))
        for path in ("/xwzx/1.html", "/xwzx/2.html", "/zwgk/1.html"):
            self.serve(path, page(f"稿件 {path}"))

    def serve(self, path: str, answer: Response | Callable[[Request], Response]) -> None:
        """Answer ``path`` with a response, or with what a function makes of the request (``request.family`` is 4 or 6)."""
        self.paths[path] = answer if callable(answer) else lambda _: answer

    def by_family(self, path: str, four: Response, six: Response) -> None:
        """Answer ``path`` differently over v4 and v6."""
        self.serve(path, lambda request: six if request.family == 6 else four)

    def _answer(self, request: Request) -> Response:
        handler = self.paths.get(request.path)
        return handler(request) if handler else Response(b"<title>404</title>", 404)

    def open(self) -> None:
        """Publish the zone and open the ports."""
        self.dns.zone(ZONE, hosts=self.addresses, servers=self.servers)
        for host in (HOST, ZONE, f"v4.{ZONE}", "127.0.1.10", "localhost"):
            self.web.host(host, self._answer)
        self.port = self.port or self.web.listen(self.listen_on)

    @property
    def base(self) -> str:
        """The home page's address without a path."""
        return f"http://{self.site_host}:{self.port}"

    def _crawled(self, writer: EvidenceWriter) -> None:
        """What the crawl leaves of ``pages``: as IPv4 shows them."""
        writer.put_meta("site_state", {"state": self.state, "reason": "", "detail": ""})
        for path in self.pages if self.state == "ok" else []:
            response = self._answer(Request("GET", HOST, path, {}, V4, 4, "http"))
            if response.status in (301, 302):
                response = self._answer(Request("GET", HOST, "/", {}, V4, 4, "http"))
            document = Document(response.body.decode(), self.base + path, as_of=AS_OF)
            links = [PageLink(link.url, link.text, link.place) for link in document.links]
            writer.add_page(facts(self.base + path, title=document.title, depth=0 if path == "/" else 1), links=links)

    def judge(self) -> Judgement:
        """Open, crawl, probe with real sockets, judge."""
        self.open()
        writer = EvidenceWriter(self.folder / "evidence.sqlite", Site(self.base + "/"), AS_OF)
        self._crawled(writer)
        asyncio.run(self._probe(writer))
        evidence = writer.read()
        judgement = CHECK.judge(evidence, AS_OF)
        assert CHECK.judge(writer.read(), AS_OF) == judgement
        self.evidence: Evidence = evidence
        return judgement

    async def _probe(self, writer: EvidenceWriter) -> None:
        network = Network(Site(self.base + "/"), nameserver=self.nameserver, v6_controls=self.controls)
        fetcher = Fetcher(network, self.ledger, Politeness(delay=self.delay, timeout=3))
        assert CHECK.probe is not None
        found: Mapping[str, tuple[object, str]] = await CHECK.probe(writer.read(), network, fetcher)
        for key, (value, error) in found.items():
            writer.put_probe(CHECK.id, key, value, error)
        await fetcher.close()


def facts(url: str, *, title: str = "", depth: int = 0) -> dict[str, object]:
    """The fields of a page that answered 200."""
    return {
        "url": url, "final_url": url, "via": "", "depth": depth, "state": "page", "reason": "", "status": 200, "content_type": "text/html",
        "charset": "utf-8", "title": title, "template": "t", "sha256": "", "size": 1, "fetched_at": "2026-08-20T01:00:00+08:00",
        "elapsed_ms": 1, "etag": "", "last_modified": "", "script_built": False, "elsewhere": False, "render": "no", "render_reason": "",
    }  # fmt: skip


def codes(judgement: Judgement) -> set[str]:
    """The codes of all findings."""
    return {found.code for found in judgement.findings}
