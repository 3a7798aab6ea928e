"""Servers that break TLS, HTTP or the promise to end: one outcome for the address, none for the rest of the site.

Every case is a site of its own with honest pages and one hostile address; all are inspected side by side in one process.
"""

from __future__ import annotations

import asyncio
import gzip
import itertools
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile import server, site
from tests.hostile.certificates import Contexts
from tests.hostile.running import Case, Lab, Run, quiet
from tests.hostile.server import HostileServer, answer, drip, page, raw
from tests.portals.dns import DnsServer

HONEST_PAGE = site.frame("专题专栏", "<h1>专题专栏</h1><p>" + "专题内容。" * 40 + "</p>").encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
READ, NONE = ("page", ""), ("not asked", "")


def _redirect(target: str | bytes, status: int = 302) -> server.Speak:
    place = target.encode("latin-1") if isinstance(target, str) else target
    return raw(b"HTTP/1.1 %d Found\r\nContent-Length: 0\r\nConnection: close\r\nLocation: %s\r\n\r\n" % (status, place))


def _ever_new() -> server.Speak:
    numbers = itertools.count()

    async def speak(path: str, writer: asyncio.StreamWriter) -> None:
        await _redirect(f"/bad/?n={next(numbers)}")(path, writer)

    return speak


def _continues() -> server.Speak:
    return drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 50, 0.01)


def _odd_heads(body: bytes) -> dict[str, tuple[server.Speak, tuple[str, str]]]:
    """Status lines and headers no server should send."""
    return {
        "http-0.9": (raw(body), ("network-error", "")),
        "nothing": (raw(b""), ("network-error", "")),
        "head-cut": (raw(b"HTTP/1.1 200 OK\r\nContent-"), ("network-error", "")),
        "status-999": (answer(body, status=999), ("http-error", "服务器应答 999")),
        "status-000": (raw(b"HTTP/1.1 000 Zero\r\nContent-Length: 0\r\n\r\n"), ("http-error", "服务器应答 0")),
        "status-word": (raw(b"HTTP/1.1 OK OK\r\n\r\n" + body), ("network-error", "")),
        "status-204": (raw(b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n" + body), ("network-error", "")),
        "status-retry-superscript": (answer(b"", "Retry-After: \xb2", status=503), ("http-error", "服务器应答 503")),
        "status-retry-absurd": (answer(b"", "Retry-After: Wed, 21 Oct 99999999999 07:28:00 GMT", status=429), ("http-error", "服务器应答 429")),
        "headers-10000": (raw(OK + b"".join(b"X-%d: y\r\n" % n for n in range(10_000)) + b"Content-Length: %d\r\n\r\n" % len(body) + body), ("network-error", "")),
        "header-10mb": (raw(OK + b"X: " + b"y" * 10_000_000 + b"\r\n\r\n" + body), ("network-error", "")),
        "headers-for-ever": (drip(OK, b"X-Filler: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 400, 0), ("network-error", "")),
        "header-no-colon": (raw(OK + b"nonsense\r\n\r\n" + body), ("network-error", "")),
        "header-nul": (raw(OK + b"X: a\0b\r\n\r\n" + body), ("network-error", "")),
        "header-bare-cr": (raw(OK + b"X: a\rSet-Cookie: b=c\r\n\r\n" + body), ("network-error", "")),
        "header-bytes": (raw(OK + b"X-\xff: \xfe\xff\xd6\xd0\r\n\r\n" + body), ("network-error", "")),
        "header-value-bytes": (raw(OK + b"ETag: \xfe\xff\xd6\xd0\r\nX: \xed\xa0\x80\r\n\r\n" + body), READ),
        "type-nonsense": (answer(body, kind=";;;charset=\xff\xfe"), READ),
        "type-twice": (raw(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Type: image/png\r\n\r\n" + body), ("not-html", "text/html,image/png")),
        "upgrade-101": (raw(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n" + body), ("http-error", "服务器应答 101")),
        "http-2-preface": (raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64"), ("network-error", "")),
    }  # fmt: skip


def http_cases() -> list[Case]:
    """What a server says → the state and reason of the address."""
    chunked = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    body = HONEST_PAGE
    odd: dict[str, tuple[server.Speak, tuple[str, str]]] = {
        # encodings
        "gzip-label-on-plain": (answer(body, "Content-Encoding: gzip"), ("network-error", "")),
        "gzip-cut": (answer(gzip.compress(body)[:-40], "Content-Encoding: gzip"), READ),
        "gzip-garbage": (answer(b"\x1f\x8b\x08\x00" + b"\xff" * 500, "Content-Encoding: gzip"), ("network-error", "")),
        "deflate-bare": (answer(zlib.compress(body)[2:-4], "Content-Encoding: deflate"), READ),
        "encoding-unknown": (answer(body, "Content-Encoding: x-evil"), READ),
        "br-label-on-plain": (answer(body, "Content-Encoding: br"), ("network-error", "")),
        # redirects
        "redirect-self": (_redirect("/bad/"), ("redirect", "重定向次数过多或循环")),
        "redirect-new": (_ever_new(), ("redirect", "")),
        "redirect-refresh-self": (page("<meta http-equiv=refresh content='0;url=/bad/?1'>"), ("redirect", "页面自动跳转")),
        "redirect-script": (_redirect("javascript:alert(1)"), ("http-error", "跳转地址无法识别")),
        "redirect-gbk": (_redirect(b"/\xd6\xd0/"), ("redirect", "")),
        "redirect-control": (_redirect(b"/\xff\xfe\xd6\xd0\x01"), ("redirect", "")),
        "redirect-bracket": (_redirect("http://[::1"), ("http-error", "跳转地址无法识别")),
        "redirect-long": (_redirect("/" + "a" * 60_000), ("redirect", "")),
        # time
        "drip-head": (drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"), ("network-error", "超时")),
        "drip-body": (drip(OK + b"Content-Length: 100000\r\n\r\n<p>", b"x"), ("network-error", "超时")),
        "silence": (drip(b"", b""), ("network-error", "超时")),
        "continue-for-ever": (_continues(), ("network-error", "")),
        # lengths
        "length-too-long": (raw(OK + b"Content-Length: 99999\r\n\r\n" + body), READ),
        "length-too-short": (raw(OK + b"Content-Length: 20\r\n\r\n" + body), ("network-error", "")),
        "length-negative": (raw(OK + b"Content-Length: -5\r\n\r\n" + body), ("network-error", "")),
        "length-absurd": (raw(OK + b"Content-Length: 99999999999999999999\r\n\r\n" + body), ("network-error", "")),
        "length-superscript": (raw(OK + "Content-Length: ²\r\n\r\n".encode() + body), ("network-error", "")),
        "length-twice": (raw(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n" + body), ("network-error", "")),
        "chunk-bad-size": (raw(chunked + b"zz\r\n" + body), ("network-error", "")),
        "chunk-huge-size": (raw(chunked + b"ffffffffffffffff\r\n" + body), READ),
        "chunk-negative": (raw(chunked + b"-1\r\n" + body), ("network-error", "")),
        "chunk-cut": (raw(chunked + b"%x\r\n" % len(body) + body), READ),
        "chunk-and-length": (raw(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)), ("network-error", "")),
        **_odd_heads(body),
    }  # fmt: skip
    return [Case(name, expected, {"/bad/": speak, "/bad/?1": speak}) for name, (speak, expected) in odd.items()]


def tls_cases(web: HostileServer, contexts: Contexts, dns: DnsServer) -> list[Case]:
    """What a TLS port does → the state and reason of the address behind it. The site itself stays on plain HTTP."""
    honest = {"*": page(HONEST_PAGE)}
    cases = []
    for name, fault, expected in (
        ("tls-expired", contexts.expired, READ),
        ("tls-self-signed", contexts.self_signed, READ),
        ("tls-wrong-host", contexts.wrong_host, READ),
        ("tls-only-old", contexts.only_old, READ),
        ("tls-no-shared-cipher", contexts.no_shared_cipher, ("network-error", "TLS 握手")),
        ("tls-endless-chain", contexts.endless_chain, ("network-error", "TLS 握手")),
    ):
        address = web.address()
        port = web.listen(address, honest, tls=fault(f"www.{name}-test.gov.cn"))
        cases.append(_elsewhere(dns, name, address, port, expected))
    for name, greet, expected in (
        ("tls-silence", server.hang, ("network-error", "超时")),
        ("tls-half", server.half_a_handshake, ("network-error", "超时")),
        ("tls-cut", server.cut, ("network-error", "TLS 握手")),
        ("tls-reset", server.reset, ("network-error", "TLS 握手")),
        ("tls-garbage", server.garbage, ("network-error", "TLS 握手")),
        ("tls-plain-http", server.plain_http, ("network-error", "TLS 握手")),
    ):
        address = web.address()
        cases.append(_elsewhere(dns, name, address, web.accept(address, greet), expected))
    return cases


def _elsewhere(dns: DnsServer, name: str, address: str, port: int, expected: tuple[str, str]) -> Case:
    """A page of the same site at another name of it, behind the faulty port."""
    dns.zone(f"{name}-alias.cn", hosts={"www": (address,)})
    return Case(name, expected, bad=f"https://www.{name}-alias.cn:{port}/bad/", aliases=(f"www.{name}-alias.cn",))


@pytest.fixture(scope="module")
def run(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All sites, inspected side by side by one process."""
    contexts = Contexts(Path(tmp_path_factory.mktemp("tls")))
    yield lab.run([Case("clean", NONE, bad=""), *http_cases(), *tls_cases(lab.web, contexts, lab.dns)], at_once=8)


NAMES = [case.name for case in http_cases()] + [
    f"tls-{name}" for name in (
        "expired", "self-signed", "wrong-host", "only-old", "no-shared-cipher", "endless-chain", "silence", "half", "cut", "reset", "garbage", "plain-http",
    )
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_answer_has_one_clear_outcome_and_the_rest_of_the_site_is_judged_as_without_it(run: Run, name: str) -> None:
    outcome, clean = run.outcomes[name], run.outcomes["clean"]
    row = outcome.page()
    assert (row["state"], str(row["reason"])[: len(outcome.case.expected[1])]) == outcome.case.expected, row
    assert outcome.found["state"] == "ok"
    assert outcome.honest_pages() == site.HONEST
    assert outcome.accusations() == clean.accusations()
    for check in ("home-updates", "error-report-entry"):
        assert outcome.found["verdicts"][check] == clean.found["verdicts"][check] == "pass"
    assert outcome.found["seconds"] < 60


def test_all_of_them_together_are_quiet_and_cost_little_memory_and_time(run: Run) -> None:
    assert quiet(run), run.stderr[-4000:]
    assert run.grown_mb < 150
    assert run.seconds < 200
