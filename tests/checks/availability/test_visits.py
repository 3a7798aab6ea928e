"""Real visits: each way a home page can fail, told apart on real sockets; when a watch waits and when it does not."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from checks.availability import CHECK
from checks.availability_facts import Outcome, Visit, classify, read_visits, visit, watch
from checks.model import MOMENTS, Moment
from crawler.evidence import EvidenceWriter
from crawler.fetch import Fetched, Fetcher, Politeness
from crawler.network import Network
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.checks.ipv6.portal import AS_OF, HOME
from tests.portals.authority import TestAuthority
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

ZONE = "qinghe-test.gov.cn"
HOST = f"www.{ZONE}"
Answer = Response | Callable[[Request], Response]


class Home:
    """A host with one page; `visit` and `run` ask it as the check does."""

    def __init__(self, dns: DnsServer, web: WebServer, folder: Path) -> None:
        self.dns, self.web, self.folder = dns, web, folder
        self.ledger = VisitLedger()
        self.addresses: tuple[str, ...] = ("127.0.1.10", "::1")
        self.answer: Answer = Response(HOME.encode())
        self.port = web.listen(self.addresses)
        self.scheme = "http"
        self.nameserver = dns.nameserver

    @property
    def url(self) -> str:
        return f"{self.scheme}://{HOST}:{self.port}/"

    def _respond(self, request: Request) -> Response:
        if request.path == "/robots.txt":
            return Response(b"User-agent: *\nDisallow: /admin/\n", type="text/plain")
        return self.answer(request) if callable(self.answer) else self.answer

    def open(self) -> None:
        self.dns.zone(ZONE, hosts={"www": self.addresses})
        self.web.host(HOST, self._respond)

    def _fetcher(self) -> Fetcher:
        return Fetcher(Network(Site(self.url), nameserver=self.nameserver), self.ledger, Politeness(delay=0, timeout=3))

    def visit(self, *, limit: float = 3.0) -> Visit:
        async def once() -> Visit:
            fetcher = self._fetcher()
            try:
                return await visit(fetcher, self.url, 4, 0, limit=limit, as_of=AS_OF)
            finally:
                await fetcher.close()

        self.open()
        return asyncio.run(once())

    def run(self, writer: EvidenceWriter, *, delay: float = 0.0) -> float:
        """The three moments of a run; how many seconds they took."""

        async def moments() -> None:
            fetcher = self._fetcher()
            for number in range(MOMENTS):
                moment = Moment(number, Site(self.url), delay, writer.read())
                for key, (value, error) in (await watch(moment, fetcher.network, fetcher)).items():
                    writer.put_probe(CHECK.id, key, value, error)
            await fetcher.close()

        self.open()
        begun = time.monotonic()
        asyncio.run(moments())
        return time.monotonic() - begun

    def writer(self) -> EvidenceWriter:
        return EvidenceWriter(self.folder / "evidence.sqlite", Site(self.url), AS_OF)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with DnsServer() as dns, WebServer() as web:
        yield Home(dns, web, tmp_path)


CHALLENGE = b"<html><body><script>document.cookie='a=1';location.reload();</script></body></html>"
NGINX = b"<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Response(HOME.encode()), "open"),
        (Response(b"<p>forbidden</p>", 403), "walled"),
        (Response(b"", 429), "walled"),
        (Response(CHALLENGE, 412), "walled"),
        (Response(CHALLENGE, 503), "walled"),
        (Response("服务不可用".encode(), 503), "status"),
        (Response(b"<h1>404</h1>", 404), "status"),
        (Response(b"", 200), "empty"),
        (Response(b'<meta http-equiv="refresh" content="0;url=/web/">'), "open"),
        (Response(NGINX), "parked"),
        (Response(HOME.encode(), delay=1.5), "timeout"),
        (Response(HOME.encode(), fault="hang"), "timeout"),
        (Response(HOME.encode() * 4, fault="drip"), "timeout"),
        (Response(b"", fault="drop"), "protocol"),
        (Response(HOME.encode(), headers=(("X Powered By", "portal"),)), "unparsed"),
        (Response(HOME.encode(), fault="cut"), "open"),
        (Response(b"", 302, headers=(("Location", "/"),)), "redirect-loop"),
        (Response(b"", 302, headers=(("Location", "http://10.0.0.8/"),)), "refused-address"),
        (Response(b"x" * (6 * 2**20)), "open"),
        (Response(b"%PDF-1.4", type="application/pdf"), "open"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.status}{value.fault}",
)
def test_each_way_to_answer_has_its_outcome(home: Home, answer: Response, outcome: Outcome) -> None:
    home.answer = answer
    made = home.visit(limit=1.0)
    assert made.outcome == outcome, made
    assert (made.detail == "") == (outcome == "open") or answer.status == 200, made


def test_a_closed_port_is_refused(home: Home) -> None:
    home.web.close(home.port)
    assert home.visit().outcome == "refused"


def test_an_answer_that_is_no_tls_is_a_tls_failure(home: Home) -> None:
    with socket.create_server(("127.0.1.10", 0)) as server:

        def answer() -> None:
            for _ in range(4):
                connection, _ = server.accept()
                connection.recv(2048)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        home.scheme, home.port = "https", server.getsockname()[1]
        assert home.visit().outcome == "tls"


def test_an_expired_certificate_is_no_reason_to_call_a_site_unreachable(home: Home, tmp_path: Path) -> None:
    home.port = home.web.listen(("127.0.1.10",), tls=TestAuthority(tmp_path).context([HOST], days=-30))
    home.scheme = "https"
    assert home.visit().outcome == "open"


def test_a_name_without_address_and_a_silent_resolver_are_told_apart(home: Home) -> None:
    home.addresses = ("::1",)
    assert home.visit().outcome == "no-such-domain"
    home.nameserver = ("127.0.0.1", 9)
    assert home.visit().outcome == "dns-failed"


def test_a_site_that_forbids_robots_is_not_visited(home: Home) -> None:
    home.open()
    home.web.host(HOST, lambda request: Response(b"User-agent: *\nDisallow: /\n", type="text/plain"))

    async def once() -> Visit:
        fetcher = home._fetcher()
        made = await visit(fetcher, home.url, 4, 0, limit=3, as_of=AS_OF)
        await fetcher.close()
        return made

    assert asyncio.run(once()).outcome == "robots"
    assert [entry.path for entry in home.web.log] == ["/robots.txt"]


def test_a_run_visits_once_per_family_and_moment_and_counts_its_requests(home: Home) -> None:
    writer = home.writer()
    home.run(writer)
    visits = read_visits(writer.read())
    assert [(made.moment, made.family) for made in visits] == [(0, 4), (0, 6), (1, 4), (1, 6), (2, 4), (2, 6)]
    assert all(made.opened for made in visits)
    asked = [entry for entry in home.web.log if entry.path == "/"]
    assert sorted(entry.family for entry in asked) == [4, 4, 4, 6, 6, 6]
    assert home.ledger.summary()["by_kind"]["probe"] == 6
    judgement = CHECK.judge(writer.read(), AS_OF)
    assert judgement.verdict == "pass" and judgement.figures["v6_proved"]
    assert judgement.figures["families"]["6"]["elapsed_ms"]["median"] >= 0


def test_without_an_aaaa_ipv6_is_not_tried(home: Home) -> None:
    home.addresses = ("127.0.1.10",)
    writer = home.writer()
    home.run(writer)
    assert {made.family for made in read_visits(writer.read())} == {4}
    assert CHECK.judge(writer.read(), AS_OF).figures["families"]["6"]["state"] == "not-asked"


def test_a_site_that_fails_at_one_moment_is_intermittent(home: Home) -> None:
    calls: list[int] = []

    def flaky(request: Request) -> Response:
        calls.append(request.family)
        return Response("忙".encode(), 503) if calls.count(4) == 1 and request.family == 4 else Response(HOME.encode())

    home.answer = flaky
    writer = home.writer()
    home.run(writer)
    judgement = CHECK.judge(writer.read(), AS_OF)
    assert judgement.verdict == "pass" and [found.code for found in judgement.findings] == ["intermittent"]
    assert judgement.figures["families"]["4"]["state"] == "some"


def test_visits_to_a_dead_site_are_spaced_and_those_to_a_living_one_are_not(home: Home) -> None:
    writer = home.writer()
    assert home.run(writer, delay=0.5) < 5
    writer.abandon()
    home.web.close(home.port)
    writer = home.writer()
    took = home.run(writer, delay=0.05)  # forty delays are two seconds, twice
    assert 2.5 < took < 8
    assert CHECK.judge(writer.read(), AS_OF).findings[0].code == "unreachable-now"


def test_the_pause_is_measured_from_the_last_visit_and_capped() -> None:
    from checks.availability_facts import _pause

    now = datetime.now(ZoneInfo("Asia/Shanghai"))
    failed = Visit(0, now.isoformat(timespec="seconds"), 4, "http://a/", "http://a/", "refused", "", None, "", 1)
    moment = Moment(1, Site("http://a.gov.cn/"), 0.5)
    assert 17 < _pause(moment, [failed], reached=False) <= 20
    assert _pause(replace(moment, delay=60.0), [failed], reached=False) <= 60
    long_ago = replace(failed, at=(now - timedelta(hours=1)).isoformat(timespec="seconds"))
    assert _pause(moment, [long_ago], reached=False) == 0
    for quiet in ([], [replace(failed, outcome="open")], [replace(failed, outcome="no-such-domain")]):
        assert _pause(moment, quiet, reached=False) == 0
    assert _pause(moment, [failed], reached=True) == 0
    in_the_future = replace(failed, at=(now + timedelta(hours=1)).isoformat(timespec="seconds"))  # a clock that was set back
    assert _pause(moment, [in_the_future], reached=False) <= 20


def test_a_network_of_ours_that_leads_nowhere_is_not_the_sites() -> None:
    got = Fetched("http://a.cn/", "http://a.cn/", None, {}, b"", "refused", "无法连接（Network is unreachable）", (), "", 3)
    assert classify(got, 15.0, AS_OF)[0] == "own-network"
    assert classify(replace(got, detail="连接被拒绝"), 15.0, AS_OF)[0] == "refused"
