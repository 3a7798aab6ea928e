"""A small served portal and a few other sites, with their own DNS, for the links check; `judge` probes and judges what a crawl left."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

from checks.links import CHECK
from checks.model import Finding, Judgement
from checks.page_lists import OBSERVER
from crawler.document import Document
from crawler.evidence import Evidence, EvidenceWriter, PageLink
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

AS_OF = date(2026, 8, 20)
ZONE = "qinghe-test.gov.cn"
HOST = f"www.{ZONE}"
V4 = "127.0.1.10"
FRIEND = "www.friend-test.cn"
Answer = Response | Callable[[Request], Response]
MENU = '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li><a href="/xwzx/">新闻中心</a></li></ul></div>'
WORDS = "<p>清河县人民政府门户网站，政务公开、办事服务、互动交流栏目均已开通，欢迎访问。</p>"
PNG = Response(b"\x89PNG", type="image/png")
GONE = Response("<title>404</title><h1>404 页面不存在</h1>".encode(), 404)


def html(body: str, title: str = "清河县人民政府", head: str = "") -> str:
    """A whole page with the menu."""
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{MENU}{WORDS}{body}</body></html>'


class Portal:
    """The portal: answers by (host, path), pages a crawl read, history; `judge` runs the probe and judges."""

    def __init__(self, dns: DnsServer, web: WebServer, folder: Path) -> None:
        self.dns, self.web, self.folder = dns, web, folder
        self.ledger = VisitLedger()
        self.port = web.listen((V4,))
        self.site = Site(f"http://{HOST}:{self.port}/")
        self.answers: dict[tuple[str, str], Answer] = {}
        self.nameserver = dns.nameserver
        self.state, self.ended_by, self.timeout, self.delay = "ok", "finished", 0.5, 0.0
        self.seconds = 0.0
        self.other = GONE
        folder.mkdir(exist_ok=True)
        self.path = folder / "evidence.sqlite"
        self.writer = EvidenceWriter(self.path, self.site, AS_OF)
        dns.zone(ZONE, hosts={"www": (V4,), "@": (V4,)})
        web.host(HOST, self._respond)
        self.host(FRIEND, {"/": Response(html("<p>友情网站</p>", "友情网站").encode())})
        self.serve("/zwgk/", html("<p>政务公开</p>", "政务公开"))
        self.serve("/xwzx/", html("<p>新闻中心</p>", "新闻中心"))

    def url(self, path: str, host: str = HOST) -> str:
        return f"http://{host}:{self.port}{path}"

    def host(self, name: str, answers: Mapping[str, Answer]) -> None:
        """Another site on the same port."""
        zone = ".".join(name.split(".")[-2:])
        self.dns.zone(zone, hosts={name.removesuffix(f".{zone}"): (V4,), "@": (V4,)})
        self.answers.update({(name, path): answer for path, answer in answers.items()})
        self.web.host(name, self._respond)

    def serve(self, path: str, answer: Answer | str) -> None:
        """Answer ``path`` of the portal."""
        self.answers[HOST, path] = Response(answer.encode()) if isinstance(answer, str) else answer

    def _respond(self, request: Request) -> Response:
        answer = self.answers.get((request.host, request.path), self.other)
        return answer(request) if callable(answer) else answer

    def page(
        self, path: str, body: str, *, depth: int | None = None, head: str = "", title: str = "清河县人民政府", **facts: object
    ) -> int:
        """A page that is served and that the crawl read; ``rendered``: the HTML the browser showed."""
        text = html(body, title, head)
        rendered = facts.pop("rendered", None)
        self.serve(path, text)
        data = text.encode()
        document = Document(text, self.url(path), as_of=AS_OF)
        row = self._facts(path) | {
            "depth": (0 if path == "/" else 1) if depth is None else depth,
            "title": title,
            "template": document.skeleton,
            "state": "page",
            "status": 200,
            "sha256": hashlib.sha256(data).hexdigest(),
        }
        if rendered is not None:
            row["render"] = "complete"
        observations = [(OBSERVER, OBSERVER.observe(document), "")]
        shown = Document(str(rendered), self.url(path), as_of=AS_OF, rendered=True) if rendered is not None else document
        links = [PageLink(link.url, link.text, link.place) for link in shown.links if link.url]
        number = self.writer.add_page(row | facts, observations, links)
        if "sha256" not in facts:
            self.writer.keep_bytes(number, data, str(row["sha256"]))
        if rendered is not None:
            body_shown = str(rendered).encode()
            self.writer.keep_bytes(number, body_shown, hashlib.sha256(body_shown).hexdigest(), phase="rendered")
        return number

    def crawled(self, path: str, state: str, status: int | None = 200, **facts: object) -> None:
        """An address the crawl asked that was no page."""
        self.writer.add_page(self._facts(path) | {"state": state, "status": status} | facts)

    def site_walls(self) -> None:
        """From now on everything but the pages set so far is refused."""
        self.other = Response(b"<h1>403</h1>", 403)

    def home(self, body: str, **more: object) -> None:
        """The home page with these links in it, and the two columns of its menu."""
        self.page("/", body, **more)  # type: ignore[arg-type]
        self.page("/zwgk/", "<p>政务公开</p>", title="政务公开")
        self.page("/xwzx/", "<p>新闻中心</p>", title="新闻中心")

    def history(self, key: str, *nights: tuple[int, str]) -> None:
        """``(days ago, outcome)`` of earlier nights."""
        for ago, outcome in nights:
            self.writer.put_history(CHECK.id, key, date.fromordinal(AS_OF.toordinal() - ago), {"outcome": outcome})

    def judge(self) -> Judgement:
        """What the check says after one probe."""
        self.writer.put_meta("site_state", {"state": self.state, "reason": "", "detail": ""})
        self.writer.put_meta("coverage", {"ended_by": self.ended_by})
        self.writer.put_meta("options", {"cloak_test": True, "delay": self.delay})
        evidence = self.writer.read()
        began = time.monotonic()
        for key, (value, error) in asyncio.run(self._probe(evidence)).items():
            self.writer.put_probe(CHECK.id, key, value, error)
        self.seconds = time.monotonic() - began
        judgement = CHECK.judge(self.writer.read(), AS_OF)
        assert CHECK.judge(self.writer.read(), AS_OF) == judgement
        return judgement

    async def _probe(self, evidence: Evidence) -> dict[str, tuple[object, str]]:
        network = Network(self.site, nameserver=self.nameserver)
        await network.start()
        fetcher = Fetcher(network, self.ledger, Politeness(delay=self.delay, timeout=self.timeout))
        try:
            assert CHECK.probe is not None
            return dict(await CHECK.probe(evidence, network, fetcher))
        finally:
            await fetcher.close()

    def asked(self, host: str = HOST) -> list[str]:
        """``METHOD path`` of every request to a host, robots.txt apart."""
        return [f"{entry.method} {entry.path}" for entry in self.web.log if entry.host == host and entry.path != "/robots.txt"]

    def _facts(self, path: str) -> dict[str, object]:
        url = path if "://" in path else self.url(path)
        return {
            "url": url, "final_url": url, "via": "", "depth": 1, "state": "page", "reason": "", "status": None,
            "content_type": "text/html; charset=utf-8", "charset": "utf-8", "title": "", "template": "", "sha256": "", "size": 0,
            "fetched_at": "2026-08-20T02:30:00+08:00", "elapsed_ms": 20, "etag": "", "last_modified": "", "script_built": 0,
            "elsewhere": 0, "render": "no", "render_reason": "",
        }  # fmt: skip


def told(judgement: Judgement) -> set[tuple[str, str, str]]:
    """Every finding as (code, severity, subject)."""
    return {(found.code, found.severity, found.subject) for found in judgement.findings}


def only(findings: Iterable[Finding]) -> Finding:
    """The one finding."""
    (found,) = findings
    return found
