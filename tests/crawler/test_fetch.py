"""The fetcher against real sockets: every word of `ERRORS`, politeness, limits, redirects, TLS, both families."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import ssl
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from crawler.fetch import ERRORS, Fetched, Fetcher, Politeness
from crawler.network import Network
from crawler.site import Site
from crawler.visit import Kind, VisitLedger
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer, peak_at_once

ZONE = "qinghe-test.gov.cn"
HOST = f"www.{ZONE}"
QUICK = Politeness(delay=0, timeout=3, obey_robots=False)


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with DnsServer() as server:
        server.zone(ZONE, hosts={"www": ("127.0.1.10", "::1"), "v4": ("127.0.1.10",), "inner": ("10.1.1.1",)})
        yield server


class Portal:
    """A served host whose paths are functions; `run` fetches in a loop of its own and gives results with the ledger."""

    def __init__(self, dns: DnsServer, web: WebServer) -> None:
        self.dns, self.web = dns, web
        self.port = web.listen(("127.0.1.10", "::1"))
        self.paths: dict[str, Callable[[Request], Response]] = {}
        for host in (HOST, f"v4.{ZONE}", "127.0.1.10", "[::1]"):
            web.host(host, self.answer)
        self.base = f"http://{HOST}:{self.port}"
        self.ledger = VisitLedger()

    def answer(self, request: Request) -> Response:
        handler = self.paths.get(request.path)
        return handler(request) if handler else Response(b"none", 404)

    def serve(self, path: str, response: Response | Callable[[Request], Response]) -> str:
        self.paths[path] = response if callable(response) else lambda _: response
        return self.base + path

    def asked(self, path: str) -> int:
        return len([entry for entry in self.web.log if entry.path == path])

    def get_all(self, urls: list[str], politeness: Politeness = QUICK, kind: Kind = "page", **options: Any) -> list[Fetched]:
        async def run() -> list[Fetched]:
            network = Network(Site(self.base + "/"), nameserver=self.dns.nameserver)
            fetcher = Fetcher(network, self.ledger, politeness)
            try:
                return list(await asyncio.gather(*(fetcher.get(url, kind=kind, **options) for url in urls)))
            finally:
                await fetcher.close()

        return asyncio.run(run())

    def get(self, url: str, politeness: Politeness = QUICK, kind: Kind = "page", **options: Any) -> Fetched:
        return self.get_all([url], politeness, kind, **options)[0]


@pytest.fixture
def portal(dns: DnsServer) -> Iterator[Portal]:
    with WebServer() as web:
        yield Portal(dns, web)


def encoded(body: bytes, encoding: str) -> Response:
    return Response(body, headers=(("Content-Encoding", encoding),))


PLAIN = "公开".encode() * 50
BARE = zlib.compressobj(wbits=-15)
ENCODINGS = {
    "gzip": encoded(gzip.compress(PLAIN), "gzip"),
    "deflate": encoded(zlib.compress(PLAIN), "deflate"),
    "bare-deflate": encoded(BARE.compress(PLAIN) + BARE.flush(), "deflate"),
    "twice": encoded(gzip.compress(gzip.compress(PLAIN)), "gzip, gzip"),
    "members": encoded(gzip.compress(PLAIN[:60]) + gzip.compress(PLAIN[60:]), "gzip"),
    "identity": encoded(PLAIN, "identity"),
    "broken-off": encoded(gzip.compress(PLAIN)[:-6], "gzip"),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_body_arrives_as_it_was_before_compression(portal: Portal, name: str) -> None:
    got = portal.get(portal.serve("/", ENCODINGS[name]))
    assert (got.error, got.status, got.body) == ("", 200, PLAIN)


def bomb(size: int, layers: int = 1) -> bytes:
    body = gzip.compress(b"\0" * size)
    for _ in range(layers - 1):
        body = gzip.compress(body)
    return body


FAULTS: list[tuple[str, Response, str]] = [
    ("too large", Response(b"x" * 200_000), "too-large"),
    ("says it is too large", Response(b"x", declared=10**12), "too-large"),
    ("a bomb", encoded(bomb(50_000_000), "gzip"), "too-large"),
    ("a bomb in a bomb", encoded(bomb(50_000_000, 2), "gzip, gzip"), "too-large"),
    ("no gzip", encoded(b"<html>not compressed</html>", "gzip"), "decode"),
    ("unknown encoding", encoded(b"...", "br"), "decode"),
    ("encodings without end", encoded(bomb(10, 5), "gzip, gzip, gzip, gzip, gzip"), "decode"),
    ("hangs", Response(b"x", fault="hang"), "timeout"),
    ("drips", Response(b"x" * 4000, fault="drip"), "timeout"),
    ("drops", Response(b"x", fault="drop"), "protocol"),
    ("within the limit", Response(b"x" * 99_000), ""),
]


@pytest.mark.parametrize(("response", "word"), [case[1:] for case in FAULTS], ids=[case[0] for case in FAULTS])
def test_a_faulty_answer_is_one_word_and_no_body(portal: Portal, response: Response, word: str) -> None:
    got = portal.get(portal.serve("/", response), max_bytes=100_000, timeout=1.0)
    assert got.error == word, got.detail
    assert bool(got.body) is (word == "")
    assert bool(got.detail) is (word != "")


def test_a_body_that_breaks_off_counts_as_far_as_it_came(portal: Portal) -> None:
    got = portal.get(portal.serve("/", Response(b"<p>half" * 100, fault="cut")))
    assert (got.error, len(got.body)) == ("", 350)


ADDRESSES: list[tuple[str, str]] = [
    ("http://absent.qinghe-test.gov.cn/", "no-such-domain"),
    ("http://servfail.qinghe-test.gov.cn/", "dns-failed"),
    ("http://inner.qinghe-test.gov.cn/", "refused-address"),
    ("http://10.1.2.3/", "refused-address"),
    ("http://169.254.169.254/latest/meta-data/", "refused-address"),
    ("http://127.0.1.10:1/", "refused"),
    ("http://bad host/", "protocol"),
    ("http://[::1/", "protocol"),
    ("http://www.qinghe-test.gov.cn:99999/", "protocol"),
    ("ftp://www.qinghe-test.gov.cn/", "protocol"),
    ("http:///nothing", "protocol"),
    ("http://\udcff.cn/", "protocol"),
]


@pytest.mark.parametrize(("url", "word"), ADDRESSES)
def test_an_address_that_can_not_be_reached_has_its_word(portal: Portal, url: str, word: str) -> None:
    portal.dns.fault("servfail.qinghe-test.gov.cn", "servfail")
    got = portal.get(url)
    assert (got.error, got.status, got.body) == (word, None, b""), got.detail


def test_every_word_of_an_error_has_chinese(portal: Portal) -> None:
    words = {word for _, word in ADDRESSES} | {case[2] for case in FAULTS} | {"robots", "redirect-loop", "tls"}
    assert words - {""} == set(ERRORS)


def redirect(to: str, status: int = 302, cookie: str = "") -> Response:
    headers = (("Location", to), *((("Set-Cookie", cookie),) if cookie else ()))
    return Response(status=status, headers=headers)


def test_redirects_are_followed_and_listed(portal: Portal) -> None:
    portal.serve("/", redirect("/a%20b?x=1#frag", 301))
    portal.serve("/a%20b?x=1", redirect(f"http://v4.{ZONE}:{portal.port}/end", 308))
    portal.serve("/end", Response(b"end"))
    got = portal.get(portal.base + "/")
    assert (got.status, got.body) == (200, b"end")
    assert got.redirects == (portal.base + "/a%20b?x=1", f"http://v4.{ZONE}:{portal.port}/end")
    assert got.final_url == got.redirects[-1]
    assert portal.get(portal.base + "/", follow=False).status == 301


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_a_location_in_raw_chinese_is_understood(portal: Portal, charset: str) -> None:
    portal.serve("/", redirect("/公开/".encode(charset).decode("latin-1")))
    portal.serve("/%E5%85%AC%E5%BC%80/", Response(b"open"))
    assert portal.get(portal.base + "/").body == b"open"


def test_a_circle_of_redirects_ends(portal: Portal) -> None:
    portal.serve("/a", redirect("/b"))
    portal.serve("/b", redirect("/a"))
    got = portal.get(portal.base + "/a")
    assert (got.error, portal.asked("/a"), portal.asked("/b")) == ("redirect-loop", 1, 1)


def test_redirects_without_end_end_at_ten(portal: Portal) -> None:
    for number in range(30):
        portal.serve(f"/{number}", redirect(f"/{number + 1}"))
    got = portal.get(portal.base + "/0")
    assert (got.error, len(portal.web.log)) == ("redirect-loop", 11)


def test_a_wall_that_sets_a_cookie_and_asks_again_is_passed_and_the_cookie_is_forgotten(portal: Portal) -> None:
    portal.serve("/", lambda request: Response(b"in") if request.cookie("pass") == "1" else redirect("/", cookie="pass=1; Path=/"))
    first, second = portal.get_all([portal.base + "/"] * 2)
    assert (first.body, second.body) == (b"in", b"in")
    assert portal.asked("/") == 4


def test_every_hop_of_a_redirect_is_judged(portal: Portal) -> None:
    portal.serve("/", redirect("http://10.9.9.9/inside"))
    got = portal.get(portal.base + "/")
    assert (got.error, got.final_url) == ("refused-address", "http://10.9.9.9/inside")


def test_a_redirect_to_no_web_address_is_left_where_it_stands(portal: Portal) -> None:
    portal.serve("/", redirect("javascript:alert(1)"))
    got = portal.get(portal.base + "/")
    assert (got.error, got.status, got.redirects) == ("", 302, ())


ROBOTS = Response(b"User-agent: *\nDisallow: /private/\n\nUser-agent: mingjing\nDisallow: /ours/\n", type="text/plain")


def test_robots_txt_is_obeyed_and_read_once(portal: Portal) -> None:
    portal.serve("/robots.txt", ROBOTS)
    for path in ("/", "/ours/1", "/private/1"):
        portal.serve(path, Response(b"x"))
    urls = [portal.base + path for path in ("/", "/ours/1", "/private/1")]
    polite = Politeness(delay=0, timeout=3)
    assert [got.error for got in portal.get_all(urls, polite)] == ["", "robots", ""]  # our own group governs
    assert portal.asked("/robots.txt") == 1
    assert portal.asked("/ours/1") == 0
    assert [got.error for got in portal.get_all(urls, polite, robots=False)] == ["", "", ""]
    assert [got.error for got in portal.get_all(urls, QUICK)] == ["", "", ""]


@pytest.mark.parametrize(
    "robots", [Response(b"", 404), Response(b"", 500), Response(b"<html>Disallow: /</html>"), Response(b"\xff\xfe\0Disallow")]
)
def test_a_robots_txt_that_says_nothing_allows(portal: Portal, robots: Response) -> None:
    portal.serve("/robots.txt", robots)
    portal.serve("/", Response(b"x"))
    assert portal.get(portal.base + "/", Politeness(delay=0, timeout=3)).error == ""


def test_robots_txt_holds_behind_a_redirect_too(portal: Portal) -> None:
    portal.serve("/robots.txt", ROBOTS)
    portal.serve("/", redirect("/ours/1"))
    assert portal.get(portal.base + "/", Politeness(delay=0, timeout=3)).error == "robots"
    assert portal.asked("/ours/1") == 0


def test_at_most_two_at_once_and_the_delay_between_starts(portal: Portal) -> None:
    urls = [portal.serve(f"/{number}", Response(b"x", delay=0.25)) for number in range(6)]
    portal.get_all(urls, Politeness(delay=0.1, per_host=2, obey_robots=False))
    starts = sorted(entry.at for entry in portal.web.log)
    assert peak_at_once(portal.web.log) == 2
    for first, last in itertools.combinations(range(len(starts)), 2):  # a request that reached the log late makes the next look early
        assert starts[last] - starts[first] >= (last - first) * 0.1 - 0.15


def test_hosts_do_not_wait_for_each_other(portal: Portal) -> None:
    portal.serve("/", Response(b"x"))
    begun = time.monotonic()
    portal.get_all([portal.base + "/", f"http://v4.{ZONE}:{portal.port}/"], Politeness(delay=5, obey_robots=False))
    assert time.monotonic() - begun < 3


def test_a_short_retry_after_is_waited_for_once(portal: Portal) -> None:
    answers = [Response(b"busy", 503, headers=(("Retry-After", "1"),)), Response(b"here")]
    portal.serve("/", lambda _: answers.pop(0))
    assert portal.get(portal.base + "/").body == b"here"
    portal.serve("/always", Response(b"busy", 429, headers=(("Retry-After", "1"),)))
    assert (portal.get(portal.base + "/always").status, portal.asked("/always")) == (429, 2)


@pytest.mark.parametrize("named", ["120", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", ""])
def test_a_long_or_odd_retry_after_is_not_waited_for(portal: Portal, named: str) -> None:
    portal.serve("/", Response(b"busy", 503, headers=(("Retry-After", named),)))
    begun = time.monotonic()
    assert portal.get(portal.base + "/").status == 503
    assert portal.asked("/") == 1
    assert time.monotonic() - begun < 2


def test_a_family_is_forced_and_measured(portal: Portal) -> None:
    portal.serve("/", lambda request: Response(str(request.family).encode(), delay=0.05))
    four, six, free = (portal.get(portal.base + "/", family=family) for family in (4, 6, None))
    assert (four.body, four.address, six.body, six.address, free.address) == (b"4", "127.0.1.10", b"6", "::1", "127.0.1.10")
    assert six.first_byte_ms >= 50
    assert six.elapsed_ms >= six.first_byte_ms >= six.connect_ms
    only_v4 = portal.get(f"http://v4.{ZONE}:{portal.port}/", family=6)
    assert (only_v4.error, only_v4.status) == ("no-such-domain", None)


def test_a_redirect_to_a_v4_only_host_fails_over_v6(portal: Portal) -> None:
    portal.serve("/", redirect(f"http://v4.{ZONE}:{portal.port}/end"))
    portal.serve("/end", Response(b"x"))
    got = portal.get(portal.base + "/", family=6)
    assert (got.error, got.final_url, len(got.redirects)) == ("no-such-domain", f"http://v4.{ZONE}:{portal.port}/end", 1)


def test_when_the_first_address_is_dead_the_next_is_tried(portal: Portal) -> None:
    portal.dns.zone(ZONE, hosts={"www": ("127.0.1.99", "::1")})
    portal.serve("/", Response(b"x"))
    assert portal.get(portal.base + "/").address == "::1"


def test_we_say_who_we_are(portal: Portal) -> None:
    portal.get(portal.serve("/", Response(b"x")), headers={"Referer": "http://a.cn/"})
    entry = portal.web.log[-1]
    assert entry.agent.startswith("mingjing/")
    assert "+http" in entry.agent
    assert entry.headers["referer"] == "http://a.cn/"


def test_an_idn_host_is_reached(portal: Portal) -> None:
    portal.dns.zone("清河测试.政务", hosts={"www": ("127.0.1.10",)})
    ascii_name = "www." + "清河测试".encode("idna").decode() + "." + "政务".encode("idna").decode()
    portal.web.host(ascii_name, lambda _: Response("政务".encode()))
    assert portal.get(f"http://www.清河测试.政务:{portal.port}/").body == "政务".encode()


def test_every_request_is_counted_and_what_was_never_sent_is_not(portal: Portal) -> None:
    ok, absent = portal.serve("/", Response(b"12345")), portal.base + "/absent"
    portal.get_all([ok, absent, "http://10.1.2.3/", f"http://absent.{ZONE}/"], kind="probe")
    summary = portal.ledger.summary()
    assert (summary["requests"], summary["bytes"], summary["by_kind"]) == (2, 9, {"probe": 2})
    assert summary["by_host"] == {HOST: 2}
    assert summary["errors"] == {"404": 1, "refused-address": 1, "no-such-domain": 1}
    assert summary["peak_per_second"] in (1, 2)
    assert datetime.fromisoformat(summary["started"]).utcoffset() == timedelta(hours=8)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate of another name, long expired, with its key in one PEM file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "other-test.gov.cn")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    signed = builder.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2020, 2, 1)).sign(key, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return path


def tls(certificate: Path, **limits: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.load_cert_chain(certificate)
    for name, value in limits.items():
        setattr(context, name, value)
    return context


def test_a_faulty_certificate_does_not_stop_us(portal: Portal, certificate: Path) -> None:
    port = portal.web.listen(("127.0.1.10", "::1"), tls=tls(certificate))
    portal.serve("/", Response(b"secure"))
    for family in (4, 6):
        got = portal.get(f"https://{HOST}:{port}/", family=family)
        assert (got.error, got.body) == ("", b"secure")
        assert got.tls_ms > 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_handshake_only_our_openssl_refuses_is_tried_again_the_old_way(portal: Portal, certificate: Path) -> None:
    old = tls(certificate, minimum_version=ssl.TLSVersion.TLSv1, maximum_version=ssl.TLSVersion.TLSv1)
    port = portal.web.listen(("127.0.1.10",), tls=old)
    portal.serve("/", Response(b"old"))
    assert portal.get(f"https://{HOST}:{port}/").body == b"old"
    assert portal.ledger.summary()["errors"] == {"tls": 1}


def test_a_port_that_speaks_no_tls_is_a_tls_fault_and_nobody_hammers(portal: Portal) -> None:
    async def run() -> tuple[Fetched, int]:
        connections = 0

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            await reader.read(100)
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(answer, "127.0.1.10", 0)
        fetcher = Fetcher(Network(Site(portal.base), nameserver=portal.dns.nameserver), portal.ledger, QUICK)
        got = await fetcher.get(f"https://{HOST}:{server.sockets[0].getsockname()[1]}/", kind="page")
        await fetcher.close()
        server.close()
        return got, connections

    got, connections = asyncio.run(run())
    assert (got.error, connections) == ("tls", 2)


def test_the_context_that_verifies_refuses_what_the_other_reads(portal: Portal, certificate: Path) -> None:
    network = Network(Site(portal.base), nameserver=portal.dns.nameserver, ca_file=certificate)
    assert network.ssl_context(verify=True).verify_mode == ssl.CERT_REQUIRED
    assert network.ssl_context(verify=True).cert_store_stats()["x509"] >= 1
    assert network.ssl_context().verify_mode == ssl.CERT_NONE
    assert network.ssl_context() is network.ssl_context()
