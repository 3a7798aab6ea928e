"""The judgement on facts that loopback can't serve: several v6 addresses, a line of ours that dies during the run, old evidence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checks.ipv6 import CHECK
from checks.ipv6_facts import (
    AddressFacts,
    BadAddress,
    ContentFacts,
    Control,
    Exchange,
    Facts,
    HomeFacts,
    LinkFacts,
    LinkTest,
    Look,
    NameServer,
    ProofFacts,
    ReachFacts,
    Try,
    ZoneFacts,
)
from checks.ipv6_figures import percent
from checks.ipv6_likeness import compare, difference, shingles
from checks.ipv6_links import evenly, registered_domain
from checks.model import Judgement
from crawler.document import Document
from crawler.evidence import EvidenceWriter
from crawler.site import Site
from tests.checks.ipv6.portal import AS_OF, codes, facts

HOST = "www.qinghe-test.gov.cn"
HOME = f"https://{HOST}/"
ONE, TWO = "2400:3200::1", "2400:3200::2"


def connect(address: str, port: int, error: str = "") -> Exchange:
    return Exchange(address, port, not error, error, "连接被拒绝" if error else "", 10)


def visit(family: int, number: int, status: int | None = 200, error: str = "") -> Try:
    return Try(family, number, status, HOME, False, error, "超时" if error else "", 5, 20, 40)


def server(name: str, error: str = "", *, address: str = ONE) -> NameServer:
    look = Look("ok", (address,), "", 3) if address else Look("none", (), f"{name} 没有 AAAA 记录", 3)
    return NameServer(name, look, (), (Exchange(address, 53, not error, error, "查询超时" if error else "", 9),) if address else ())


def link(path: str, ok: bool | None = True, reason: str = "", level: Any = "second") -> LinkTest:
    return LinkTest(f"{HOME}{path}", level, "own", ok, reason, "")


GOOD = Facts(
    address=AddressFacts(
        HOST, "2026-08-20T01:00:00+08:00", Look("ok", ("11.0.0.1",), "", 4), Look("ok", (ONE, TWO), "", 5), (ONE, TWO), ()
    ),
    zone=ZoneFacts("qinghe-test.gov.cn", "ok", "", (server("ns1"), server("ns2"))),
    reach=ReachFacts(
        (80, 443), tuple(connect("11.0.0.1", p) for p in (80, 443)), tuple(connect(a, p) for a in (ONE, TWO) for p in (80, 443))
    ),
    home=HomeFacts(
        HOME,
        "",
        tuple(visit(f, n) for n in range(1, 6) for f in (6, 4)),
        ContentFacts("清河", "清河", True, 0.0, 0.0, 9, 9, (), ()),
        "",
        None,
    ),
    links=LinkFacts("", {"second/own": 2}, 2, (link("a/"), link("b/"), link("a/1.html", level="third"))),
    proof=ProofFacts((), (ONE,)),
)
UNPROVED = ProofFacts((), ())


def judged(folder: Path, known: Facts) -> Judgement:
    writer = EvidenceWriter(folder / "e.sqlite", Site(HOME), AS_OF)
    writer.put_meta("site_state", {"state": "ok", "reason": "", "detail": ""})
    writer.add_page(facts(HOME, title="清河"))
    for key in ("address", "zone", "reach", "home", "links", "proof"):
        writer.put_probe(CHECK.id, key, getattr(known, key))
    return CHECK.judge(writer.read(), AS_OF)


def reached(*v6: Exchange) -> Facts:
    assert GOOD.reach is not None
    return replace(GOOD, reach=replace(GOOD.reach, v6=v6))


def visited(*tries: Try, content: ContentFacts | None = None) -> Facts:
    assert GOOD.home is not None
    return replace(GOOD, home=replace(GOOD.home, tries=tries, content=content or GOOD.home.content))


def served_by(*servers: NameServer) -> Facts:
    return replace(GOOD, zone=ZoneFacts("qinghe-test.gov.cn", "ok", "", servers))


def linked(*tests: LinkTest) -> Facts:
    return replace(GOOD, links=LinkFacts("", {"second/own": len(tests)}, 1, tests))


def content(**changes: Any) -> Facts:
    assert GOOD.home is not None
    assert GOOD.home.content is not None
    return visited(*GOOD.home.tries, content=replace(GOOD.home.content, **changes))


ALL_REFUSED = tuple(connect(a, p, "refused") for a in (ONE, TWO) for p in (80, 443))
NO_443 = (connect(ONE, 80), connect(ONE, 443, "refused"), connect(TWO, 80), connect(TWO, 443, "refused"))
SPARE_DEAD = (connect(ONE, 80), connect(ONE, 443), connect(TWO, 80, "timeout"), connect(TWO, 443, "timeout"))
SILENT = (server("ns1", "timeout"), server("ns2", "timeout"))
LINE_DIED = ProofFacts((Control("control-test.cn", True, False, "超时"),), ())
LINE_LIVES = ProofFacts((Control("control-test.cn", False, True, ""),), ())

CASES: list[tuple[str, Facts, str, set[str], set[str]]] = [
    ("good", GOOD, "pass", set(), set()),
    ("good, though nothing but the site itself proves it", replace(GOOD, proof=UNPROVED), "pass", set(), set()),
    ("one spare address dead", reached(*SPARE_DEAD), "pass", {"bad-spare-address"}, set()),
    ("one port missing on all", reached(*NO_443), "fail", {"unreachable-v6"}, set()),
    ("all refused", reached(*ALL_REFUSED), "fail", {"unreachable-v6"}, set()),
    ("all refused, unproved", replace(reached(*ALL_REFUSED), proof=UNPROVED), "not_assessed", set(), {"no-ipv6-here"}),
    ("all refused, our line died meanwhile", replace(reached(*ALL_REFUSED), proof=LINE_DIED), "not_assessed", set(), {"no-ipv6-here"}),
    ("all refused, a control lives", replace(reached(*ALL_REFUSED), proof=LINE_LIVES), "fail", {"unreachable-v6"}, set()),
    ("403 over v6", visited(visit(4, 1), visit(6, 1, 403)), "fail", {"status-differs"}, set()),
    ("403 over both", visited(visit(4, 1, 403), visit(6, 1, 403)), "pass", set(), set()),
    ("we were too fast over v6", visited(visit(4, 1), visit(6, 1, 429)), "not_assessed", set(), {"blocked"}),
    ("too fast once over v6", visited(visit(4, 1), visit(6, 1, 429), visit(6, 2)), "pass", set(), set()),
    ("a wall before v6", visited(visit(4, 1), replace(visit(6, 1, 412), challenged=True)), "not_assessed", set(), {"blocked"}),
    ("a wall before v4", visited(replace(visit(4, 1, 412), challenged=True), visit(6, 1)), "pass", set(), set()),
    ("links walled off", linked(link("a/", None, "challenged"), link("b/", None, "limited")), "not_assessed", set(), {"blocked"}),
    ("four of five", visited(*(visit(4, n) for n in range(5)), *(visit(6, n) for n in range(4)), visit(6, 5, None, "timeout")), "pass", {"unstable-v6"}, set()),
    ("both families unsteady", visited(visit(4, 1), visit(4, 2, None, "timeout"), visit(6, 1), visit(6, 2, None, "timeout")), "pass", set(), set()),
    ("the servers' AAAA are all missing", replace(served_by(server("ns1", address=""), server("ns2", address="")), proof=UNPROVED), "fail", {"ns-not-over-v6"}, set()),
    ("silent servers", served_by(*SILENT), "fail", {"ns-not-over-v6"}, set()),
    ("silent servers, unproved", replace(served_by(*SILENT), proof=UNPROVED), "not_assessed", set(), {"no-ipv6-here"}),
    ("lame servers need no proof", replace(served_by(server("ns1", "protocol")), proof=UNPROVED), "fail", {"ns-not-over-v6"}, set()),
    ("one of two answers", served_by(server("ns1"), server("ns2", "timeout")), "pass", {"ns-single-v6"}, set()),
    ("two of three answer", served_by(server("ns1"), server("ns2"), server("ns3", address="")), "pass", set(), set()),
    ("no zone found", replace(GOOD, zone=ZoneFacts("gov.cn", "failed", "超时", ())), "not_assessed", set(), {"dns-failed"}),
    ("another title", content(same_title=False), "pass", {"content-differs"}, set()),
    ("text at the limit", content(text_difference=0.10), "pass", set(), set()),
    ("text over the limit", content(text_difference=0.101), "pass", {"content-differs"}, set()),
    ("one link of two", linked(link("a/"), link("b/", False, "status")), "fail", {"link-rate-low"}, set()),
    ("a link nobody can tell", linked(link("a/"), link("b/", None, "dead")), "pass", set(), set()),
    ("a link whose host did not resolve", linked(link("a/"), link("b/", None, "dns-failed")), "not_assessed", set(), {"dns-failed"}),
    ("another host's link", linked(link("a/"), replace(link("b/", False, "no-aaaa"), group="other")), "pass", set(), set()),
]  # fmt: skip


@pytest.mark.parametrize(("known", "verdict", "expected", "reasons"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_facts_are_judged_as_the_rule_says(tmp_path: Path, known: Facts, verdict: str, expected: set[str], reasons: set[str]) -> None:
    judgement = judged(tmp_path, known)
    assert (judgement.verdict, codes(judgement), {u.reason for u in judgement.unseen}) == (verdict, expected, reasons), judgement.summary


def test_a_message_holds_figure_and_limit(tmp_path: Path) -> None:
    (found,) = judged(tmp_path, linked(*(link(f"{n}/") for n in range(9)), link("x/", False, "status"))).findings
    assert found.message == "本站二级链接检测 10 条，IPv6 能访问 9 条，支持率 90.0%（标准：100%）：IPv6 与 IPv4 的状态码不同 1 条。"
    assert (found.subject, found.evidence.pages, found.basis) == ("home", (f"{HOME}x/",), "assumed")


def test_an_invalid_aaaa_is_named(tmp_path: Path) -> None:
    bad = BadAddress("::ffff:11.0.0.1", "IPv4 映射地址或无效地址")
    known = replace(GOOD, address=replace(GOOD.address, valid=(), invalid=(bad,)), reach=None, home=None)
    (found,) = judged(tmp_path, known).findings
    assert found.code == "no-aaaa"
    assert "::ffff:11.0.0.1" in found.message


def test_a_probe_that_broke_is_not_assessed(tmp_path: Path) -> None:
    writer = EvidenceWriter(tmp_path / "e.sqlite", Site(HOME), AS_OF)
    writer.put_probe(CHECK.id, "probe", None, "RuntimeError: loop closed")
    judgement = CHECK.judge(writer.read(), AS_OF)
    assert (judgement.verdict, judgement.unseen[0].detail) == ("not_assessed", "RuntimeError: loop closed")


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(0, 0, "—"), (1, 1, "100.0%"), (999, 1000, "99.9%"), (9999, 10000, "99.9%"), (1, 3, "33.3%")]
)
def test_only_all_is_a_hundred_percent(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


@pytest.mark.parametrize(
    ("host", "domain"),
    [("www.beijing.gov.cn", "beijing.gov.cn"), ("a.b.example.com", "example.com"), ("www.x.政务", "x.政务"), ("a.b.unknown-suffix", "b.unknown-suffix"),
     ("gov.cn", "gov.cn"), ("11.0.0.1", "11.0.0.1"), ("www.xn--mxtq1m.xn--zfr164b", "xn--mxtq1m.xn--zfr164b")],
)  # fmt: skip
def test_the_registered_domain_of_a_host(host: str, domain: str) -> None:
    assert registered_domain(host) == domain


@pytest.mark.parametrize(
    ("size", "most", "first", "last"), [(10, 60, 0, 9), (60, 60, 0, 59), (61, 60, 0, 59), (1000, 60, 0, 983), (3, 1, 0, 0)]
)
def test_a_sample_reaches_from_end_to_end(size: int, most: int, first: int, last: int) -> None:
    drawn = evenly(range(size), most)
    assert len(drawn) == min(size, most) == len(set(drawn))
    assert (drawn[0], drawn[-1]) == (first, last)


def pages(*bodies: str) -> list[Document]:
    return [Document(f"<title>清河</title><body>{body}</body>", HOME, as_of=AS_OF) for body in bodies]


LONG = "本县召开全县农村工作会议，传达学习上级精神，部署下一阶段重点任务，会议要求各乡镇各部门抓好落实。"
ALIKE: list[tuple[str, Callable[[], ContentFacts], bool]] = [
    ("the same", lambda: compare(pages(LONG, LONG), pages(LONG, LONG)), True),
    ("counters", lambda: compare(pages(LONG + "第1次", LONG + "第2次"), pages(LONG + "第33次", LONG + "第4次")), True),
    ("a banner that turns", lambda: compare(pages(LONG + "春节快乐万事如意", LONG + "国庆快乐祖国万岁"), pages(LONG, LONG)), True),
    ("same letters, other text", lambda: compare(pages(LONG, LONG), pages(LONG[::-1], LONG[::-1])), False),
    ("nothing over v6", lambda: compare(pages(LONG, LONG), pages("", "")), False),
    ("one visit each", lambda: compare(pages(LONG), pages(LONG)), True),
]


@pytest.mark.parametrize(("seen", "alike"), [case[1:] for case in ALIKE], ids=[case[0] for case in ALIKE])
def test_pages_are_alike_as_a_reader_would_say(seen: Callable[[], ContentFacts], alike: bool) -> None:
    found = seen()
    assert (found.text_difference <= 0.1) is alike


def test_the_difference_rate_is_the_formula_of_the_standard() -> None:
    rate, only4, only6 = difference([{"a", "b", "c"}], [{"a", "b", "d", "e"}])
    assert (rate, only4, only6) == (3 / 7, {"c"}, {"d", "e"})
    assert difference([set()], [set()])[0] == 0.0
    assert shingles("2026 年") == {"年"}
