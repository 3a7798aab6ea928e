"""Real handshakes on loopback: every fault of a certificate, a chain and a port told apart, each beside its sound twin."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from checks.https import CHECK
from checks.https_facts import Trust
from checks.https_probe import redirect_of
from checks.https_tls import shake
from checks.model import Judgement
from crawler.evidence import EvidenceWriter
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.site import Site, ascii_host
from crawler.visit import VisitLedger
from tests.checks.ipv6.portal import AS_OF, HOME, facts
from tests.portals.authority import TestAuthority
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

ZONE = "qinghe-test.gov.cn"
HOST = f"www.{ZONE}"
ADDRESS = "127.0.1.10"


class Door:
    """One host behind TLS. ``serve`` opens it; ``judge`` reads the home page as a crawl would have, probes, and judges."""

    def __init__(self, dns: DnsServer, web: WebServer, folder: Path) -> None:
        self.dns, self.web, self.folder = dns, web, folder
        self.authority = TestAuthority(folder)
        self.ca_file: Path | None = self.authority.ca_file
        self.host, self.port = HOST, 0
        self.answer: Callable[[Request], Response] = lambda request: Response(HOME.encode())
        self.nameserver = dns.nameserver
        self.ledger = VisitLedger()
        self.body = HOME
        self.readable = True
        dns.zone(ZONE, hosts={"www": (ADDRESS,)})

    def serve(self, context: ssl.SSLContext | None) -> None:
        self.port = self.web.listen((ADDRESS,), tls=context)
        self.web.host(self.host, lambda request: self.answer(request))

    @property
    def url(self) -> str:
        return f"https://{self.host}:{self.port}/"

    def judge(self, as_of: date = AS_OF) -> Judgement:
        writer = EvidenceWriter(self.folder / "evidence.sqlite", Site(self.url), as_of)
        writer.put_meta("site_state", {"state": "ok" if self.readable else "unreachable", "reason": "", "detail": "首页没有读到"})
        state = {} if self.readable else {"state": "network-error", "status": None}
        page = writer.add_page({**facts(self.url), **state})
        if self.readable:
            writer.keep_bytes(page, self.body.encode(), "0" * 64)
        asyncio.run(self._probe(writer))
        judgement = CHECK.judge(writer.read(), as_of)
        assert CHECK.judge(writer.read(), as_of) == judgement
        writer.abandon()
        return judgement

    async def _probe(self, writer: EvidenceWriter) -> None:
        network = Network(Site(self.url), nameserver=self.nameserver, ca_file=self.ca_file)
        fetcher = Fetcher(network, self.ledger, Politeness(delay=0, timeout=3))
        assert CHECK.probe is not None
        for key, (value, error) in (await CHECK.probe(writer.read(), network, fetcher)).items():
            writer.put_probe(CHECK.id, key, value, error)
        await fetcher.close()


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    with DnsServer() as dns, WebServer() as web:
        yield Door(dns, web, tmp_path)


def on(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def days(count: int) -> datetime:
    """Noon UTC, so many days after the inspection day."""
    return on(AS_OF + timedelta(days=count))


def codes(judgement: Judgement) -> set[str]:
    assert all(found.severity == "caution" and found.basis == "none" and found.subject == "site" for found in judgement.findings)
    return {found.code for found in judgement.findings}


def test_a_sound_certificate_passes_with_its_figures(door: Door) -> None:
    door.serve(door.authority.context([HOST, ZONE], until=days(200)))
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("pass", set()), judgement
    seen = judgement.figures["certificate"]
    assert (seen["days_left"], seen["matches"], seen["trust"], seen["names"]) == (200, True, "ok", [HOST, ZONE])
    assert judgement.figures["handshake"]["version"] == "TLSv1.3"
    assert judgement.figures["redirect"] is None and judgement.figures["mixed"]["pages"] == 1


@pytest.mark.parametrize(
    ("left", "expected"), [(-400, "expired"), (-1, "expired"), (0, "expiring"), (12, "expiring"), (30, "expiring"), (31, ""), (500, "")]
)
def test_the_days_left_are_counted_on_the_inspection_day(door: Door, left: int, expected: str) -> None:
    door.serve(door.authority.context([HOST], until=days(left)))
    judgement = door.judge()
    assert codes(judgement) == ({expected} if expected else set())
    assert judgement.figures["certificate"]["trust"] == "ok", "dates are not the chain's fault"


def _shanghai(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()


def test_a_certificate_of_the_future_is_not_yet_valid_and_a_newer_one_than_the_inspection_day_is_fine(door: Door) -> None:
    now = datetime.now(UTC)
    door.serve(door.authority.context([HOST], since=now + timedelta(days=20), until=now + timedelta(days=300)))
    assert codes(door.judge(_shanghai(now))) == {"not-yet-valid"}
    door.serve(door.authority.context([HOST], since=now - timedelta(days=2), until=now + timedelta(days=300)))
    assert codes(door.judge(_shanghai(now) - timedelta(days=60))) == set()


@pytest.mark.parametrize(
    ("names", "valid"),
    [
        ([HOST], True),
        ([f"*.{ZONE}"], True),
        (["www.QINGHE-TEST.gov.cn"], True),
        ([ZONE], False),
        ([f"*.www.{ZONE}"], False),
        (["*.gov.cn"], False),
        (["www.liulang-test.gov.cn", f"hd.{ZONE}"], False),
    ],
)
def test_the_names_of_a_certificate_decide_and_a_wildcard_stands_for_one_label(door: Door, names: list[str], valid: bool) -> None:
    door.serve(door.authority.context(names, until=days(200)))
    judgement = door.judge()
    assert codes(judgement) == (set() if valid else {"wrong-name"})
    assert judgement.verdict == "pass"


def test_a_self_signed_certificate_is_one_finding_whatever_else_is_wrong(door: Door) -> None:
    door.serve(door.authority.context(["localhost.localdomain"], until=days(-3), self_signed=True))
    judgement = door.judge()
    assert codes(judgement) == {"self-signed"} and "不含域名" in judgement.findings[0].message


def test_an_authority_nobody_knows_is_untrusted(door: Door, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = TestAuthority(tmp_path / "other", "somebody else")
    door.serve(other.context([HOST], until=days(200)))
    judgement = door.judge()
    assert codes(judgement) == {"untrusted"} and "somebody else" in judgement.findings[0].message


def test_a_key_too_weak_is_not_the_fault_of_its_authority(door: Door) -> None:
    door.serve(door.authority.context([HOST], until=days(200), weak=True))
    judgement = door.judge()
    assert codes(judgement) == {"invalid-certificate"} and judgement.figures["certificate"]["trust"] == "invalid"
    assert "没有通过验证" in judgement.findings[0].message


def test_a_root_that_is_sent_along_is_still_untrusted(door: Door, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = TestAuthority(tmp_path / "other", "somebody else")
    context = other.context([HOST])
    other.certify(context, [HOST], until=days(200), sent=[other.root])
    door.serve(context)
    judgement = door.judge()
    assert codes(judgement) == {"untrusted"} and judgement.figures["certificate"]["sent"] == 2


def test_a_chain_with_its_intermediate_is_whole(door: Door) -> None:
    door.serve(door.authority.context([HOST], until=days(200), chain="whole"))
    judgement = door.judge()
    assert codes(judgement) == set() and judgement.figures["certificate"]["sent"] == 2


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_missing_intermediate_is_found_where_its_authority_publishes_it(door: Door, encoding: Encoding) -> None:
    door.dns.zone("ca-test.cn", hosts={"aia": (ADDRESS,)})
    door.web.host(
        "aia.ca-test.cn", lambda request: Response(door.authority.intermediate.public_bytes(encoding), type="application/pkix-cert")
    )
    port = door.web.listen((ADDRESS,))
    url = f"http://aia.ca-test.cn:{port}/intermediate.crt"
    door.serve(door.authority.context([HOST], until=days(200), chain="leaf-only", issuer_url=url))
    judgement = door.judge()
    assert codes(judgement) == {"incomplete-chain"} and url in judgement.findings[0].message
    assert [entry.path for entry in door.web.log if entry.host == "aia.ca-test.cn"] == ["/intermediate.crt"]


@pytest.mark.parametrize(
    "answer", [Response(b"gone", 404), Response(b"<html>", 200), Response(b"\x30\x03\x02\x01\x05"), Response(b"", fault="drop")]
)
def test_a_gap_that_nothing_closes_is_untrusted(door: Door, answer: Response) -> None:
    door.dns.zone("ca-test.cn", hosts={"aia": (ADDRESS,)})
    door.web.host("aia.ca-test.cn", lambda request: answer)
    port = door.web.listen((ADDRESS,))
    door.serve(door.authority.context([HOST], until=days(200), chain="leaf-only", issuer_url=f"http://aia.ca-test.cn:{port}/i.crt"))
    assert codes(door.judge()) == {"untrusted"}


def test_an_expired_intermediate_is_not_the_certificates_own_expiry(door: Door) -> None:
    context = door.authority.context([HOST], chain="whole")
    until = datetime.now(UTC) + timedelta(days=200)
    door.authority.certify(context, [HOST], until=until, chain="whole", sent=[door.authority.expired_intermediate])
    door.serve(context)
    assert codes(door.judge(_shanghai(datetime.now(UTC)))) == {"chain-expired"}


@pytest.mark.parametrize(
    ("version", "old"),
    [(ssl.TLSVersion.TLSv1, True), (ssl.TLSVersion.TLSv1_1, True), (ssl.TLSVersion.TLSv1_2, False), (ssl.TLSVersion.TLSv1_3, False)],
)
def test_versions_below_1_2_are_named(door: Door, version: ssl.TLSVersion, old: bool) -> None:
    door.serve(door.authority.context([HOST], until=days(200), minimum=version, maximum=version))
    judgement = door.judge()
    assert codes(judgement) == ({"old-tls"} if old else set()), judgement
    assert judgement.figures["handshake"]["legacy"] is old and judgement.figures["certificate"]["trust"] == "ok"


def test_names_in_chinese_are_asked_for_and_matched_in_their_ascii_form(door: Door) -> None:
    door.host = ascii_host("清河县.政务")
    door.dns.zone(door.host, hosts={"@": (ADDRESS,)})
    door.serve(door.authority.context([door.host], until=days(200)))
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("pass", set()), judgement


def test_a_server_that_speaks_no_tls_fails_the_handshake_and_is_not_assessed_further(door: Door) -> None:
    with socket.create_server((ADDRESS, 0)) as server:

        def answer() -> None:
            for _ in range(8):
                connection, _ = server.accept()
                connection.recv(2048)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        door.port, door.readable = server.getsockname()[1], False
        judgement = door.judge()
    assert codes(judgement) == {"handshake-failed"} and judgement.verdict == "not_assessed"


def test_a_closed_port_of_an_https_site_is_not_assessed(door: Door) -> None:
    door.serve(door.authority.context([HOST]))
    door.web.close(door.port)
    door.readable = False
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", set())


def test_a_dead_resolver_is_not_assessed(door: Door) -> None:
    door.serve(door.authority.context([HOST]))
    door.nameserver = ("127.0.0.1", 9)
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", set())
    assert "域名解析" in judgement.reason


def test_a_machine_without_roots_calls_no_certificate_untrusted(door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "none"))
    door.serve(door.authority.context([HOST], until=days(200)))
    door.ca_file = None
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", set())
    assert "根证书" in judgement.reason


def test_every_exchange_is_counted_in_the_visit_record(door: Door) -> None:
    door.serve(door.authority.context([HOST], until=days(200)))
    door.judge()
    assert door.ledger.summary()["by_kind"] == {"probe": 3}  # one connect, one handshake to read, one to verify


def test_a_port_closed_and_a_port_refusing_tls_are_told_apart(door: Door) -> None:
    door.serve(door.authority.context([HOST]))

    async def look(port: int) -> tuple[str, Trust]:
        network = Network(Site(door.url), nameserver=door.nameserver, ca_file=door.ca_file)
        fetcher = Fetcher(network, door.ledger, Politeness(delay=0, timeout=3))
        found = await shake(network, fetcher, HOST, port)
        await fetcher.close()
        return found.state, found.trust

    assert asyncio.run(look(door.port)) == ("ok", "ok")
    door.web.close(door.port)
    assert asyncio.run(look(door.port)) == ("refused", "unknown")


JUMP = b"<html><body><script>location.href='https://www.qinghe-test.gov.cn/';</script></body></html>"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Response(HOME.encode()), "stays"),
        (Response(b"", 301, headers=(("Location", "https://www.qinghe-test.gov.cn:1/"),)), "redirects"),
        (Response(b'<meta http-equiv="refresh" content="0;url=https://www.qinghe-test.gov.cn/">'), "redirects"),
        (Response(JUMP), "redirects"),
        (Response(b"forbidden", 403), "no-page"),
        (Response(b"gone", 404), "no-page"),
        (Response(b"<script>document.cookie='a=1';location.reload()</script>", 412), "blocked"),
        (Response(b"", fault="hang"), "no-answer"),
    ],
    ids=["stays", "301", "refresh", "script", "403", "404", "challenge", "hang"],
)
def test_what_plain_http_does_is_told_apart(door: Door, answer: Response, state: str) -> None:
    door.serve(None)
    door.answer = lambda request: Response(b"", 404) if request.path == "/robots.txt" else answer
    assert asyncio.run(_redirect(door)) == state


def test_no_http_at_all_is_fine(door: Door) -> None:
    door.serve(None)
    door.web.close(door.port)
    assert asyncio.run(_redirect(door)) == "refused"


async def _redirect(door: Door) -> str:
    network = Network(Site(door.url), nameserver=door.nameserver)
    fetcher = Fetcher(network, door.ledger, Politeness(delay=0, timeout=1))
    writer = EvidenceWriter(door.folder / "redirect.sqlite", Site(door.url), AS_OF)
    found = await redirect_of(writer.read(), fetcher, f"http://{HOST}:{door.port}/")
    await fetcher.close()
    writer.abandon()
    return found.state


MIXED = HOME.replace(
    "</body>", '<script src="http://static.qinghe-test.gov.cn/a.js"></script><img src="http://static.qinghe-test.gov.cn/a.png"></body>'
)


def test_mixed_content_is_two_findings_with_its_tags(door: Door) -> None:
    door.serve(door.authority.context([HOST], until=days(200)))
    door.body = MIXED
    judgement = door.judge()
    assert codes(judgement) == {"mixed-active", "mixed-passive"} and judgement.verdict == "pass"
    active = next(found for found in judgement.findings if found.code == "mixed-active")
    assert active.evidence.snippet == '<script src="http://static.qinghe-test.gov.cn/a.js">' and active.evidence.pages == (door.url,)


def test_a_policy_in_the_header_that_upgrades_everything_leaves_no_mixed_content(door: Door) -> None:
    door.serve(door.authority.context([HOST], until=days(200)))
    door.body = MIXED
    policy = (("Content-Security-Policy", "upgrade-insecure-requests"),)
    door.answer = lambda request: Response(MIXED.encode(), headers=policy)
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("pass", set())
    assert judgement.figures["mixed"]["upgraded"]


def test_mixed_content_is_not_assessed_where_the_header_could_not_be_read(door: Door) -> None:
    door.serve(door.authority.context([HOST], until=days(200)))
    door.body = MIXED
    door.answer = lambda request: Response(b"<script>document.cookie='a=1';location.reload()</script>", 412)
    judgement = door.judge()
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", set())
