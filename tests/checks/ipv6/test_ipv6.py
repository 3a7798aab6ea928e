"""The IPv6 check on served portals: real DNS, real sockets of both families. Each planted defect is found, nothing else is."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import checks.ipv6 as module
from checks.catalogue import rules
from checks.ipv6 import CHECK
from tests.checks.ipv6.portal import HOME, HOST, V4, V6, ZONE, Served, codes, page
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with DnsServer() as dns, WebServer() as web:
        yield Served(dns, web, tmp_path)


def reasons(judgement: module.Judgement) -> set[str]:
    return {unseen.reason for unseen in judgement.unseen}


def dead_port() -> int:
    with socket.socket(socket.AF_INET6) as probe:
        probe.bind((V6, 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Case:
    name: str
    plant: Callable[[Served], object]
    verdict: str
    codes: frozenset[str] = frozenset()
    reasons: frozenset[str] = frozenset()


def without_aaaa(served: Served) -> None:
    served.addresses["www"] = (V4,)


def mapped_only(served: Served) -> None:
    served.addresses["www"] = (V4, "::ffff:127.0.1.10")


def local_only(served: Served) -> None:
    served.addresses["www"] = (V4, "fe80::1", "ff02::1")


def servfail(served: Served) -> None:
    served.dns.fault(HOST, "servfail", "AAAA")


def resolver_dead(served: Served) -> None:
    silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    silent.bind(("127.0.0.1", 0))
    served.nameserver = silent.getsockname()


def v6_refused(served: Served) -> None:
    served.listen_on = (V4,)


def v6_refused_unproved(served: Served) -> None:
    served.listen_on, served.servers = (V4,), "v6-dead"


def v6_refused_control_alive(served: Served) -> None:
    v6_refused_unproved(served)
    served.controls = (f"[{V6}]:{served.web.listen((V6,))}",)


def v6_refused_control_dead(served: Served) -> None:
    v6_refused_unproved(served)
    served.controls = (f"[{V6}]:{dead_port()}",)


def v4_refused(served: Served) -> None:
    served.listen_on = (V6,)


def both_refused(served: Served) -> None:
    served.port = dead_port()


def v6_500(served: Served) -> None:
    served.by_family("/", Response(HOME.encode()), Response(b"<title>500</title>", 500))


def both_500(served: Served) -> None:
    served.serve("/", Response(b"<title>500</title>", 500))
    served.pages = []


def v6_hangs(served: Served) -> None:
    served.by_family("/", Response(HOME.encode()), Response(b"", fault="hang"))


def v6_half(served: Served) -> None:
    asked: list[int] = []

    def answer(request: Request) -> Response:
        asked.append(request.family)
        return Response(b"", fault="hang") if request.family == 6 and asked.count(6) == 2 else Response(HOME.encode())

    served.serve("/", answer)


def ns_v4_only(served: Served) -> None:
    served.servers = "v4-only"


def ns_v6_dead(served: Served) -> None:
    served.servers = "v6-dead"


def ns_one_v6(served: Served) -> None:
    served.servers = "one-v6"


def ns_addresses_unknown(served: Served) -> None:
    served.dns.fault(f"ns1.{ZONE}", "servfail", "AAAA")
    served.dns.fault(f"ns2.{ZONE}", "servfail", "AAAA")


def home_redirects_to_v4_only(served: Served) -> None:
    served.serve("/", lambda request: Response(status=302, headers=(("Location", f"http://v4.{ZONE}:{served.port}/index/"),)))
    served.serve("/index/", Response(HOME.encode()))
    served.pages = []


def home_redirects_to_dual(served: Served) -> None:
    served.serve("/", lambda request: Response(status=302, headers=(("Location", "/index/"),)) if request.path == "/" else Response(b""))
    served.serve("/index/", Response(HOME.encode()))
    served.pages = []


def other_content(served: Served) -> None:
    served.by_family("/", Response(HOME.encode()), page("网站建设中", ["/a", "/b"]))


def nonces_only(served: Served) -> None:
    counter = iter(range(10_000))

    def answer(request: Request) -> Response:
        number = next(counter)
        extra = f"<p>您是第 {number} 位访问者</p><a href='/xwzx/?token={number:x}'>新闻</a><input value='{number}'></body>"
        return Response(HOME.replace("</body>", extra).encode())

    served.serve("/", answer)
    served.serve("/xwzx/?token=0", page("新闻资讯"))
    for number in range(1, 40):
        served.serve(f"/xwzx/?token={number:x}", page("新闻资讯"))


def home_links(served: Served, *links: str) -> None:
    anchors = "".join(f"<a href='{link}'>链接 {link}</a>" for link in links)
    served.serve("/", Response(HOME.replace("</body>", anchors + "</body>").encode()))


def link_status(served: Served) -> None:
    home_links(served, "/only4.html")
    served.by_family("/only4.html", page("稿件"), Response(b"", 404))


def link_content(served: Served) -> None:
    home_links(served, "/lm/")
    served.pages.append("/lm/")
    served.by_family("/lm/", page("政策文件"), page("页面建设中"))


def link_timeout(served: Served) -> None:
    home_links(served, "/slow.html")
    served.by_family("/slow.html", page("稿件"), Response(b"", fault="hang"))


def link_redirect_v4(served: Served) -> None:
    home_links(served, "/jump")
    served.serve("/jump", lambda _: Response(status=302, headers=(("Location", f"http://v4.{ZONE}:{served.port}/xwzx/"),)))


def link_bare_domain(served: Served) -> None:
    served.open()
    home_links(served, f"http://{ZONE}:{served.port}/xwzx/")  # the site's own host without www has no AAAA


def link_third_level(served: Served) -> None:
    served.by_family("/xwzx/2.html", page("稿件"), Response(b"", 500))


def link_dead_on_both(served: Served) -> None:
    home_links(served, "/gone.html", "/hang.html")
    served.serve("/hang.html", Response(b"", fault="drop"))


def link_large(served: Served) -> None:
    home_links(served, "/files/report.pdf")
    served.serve("/files/report.pdf", Response(b"%PDF" * 400_000, type="application/pdf"))


def links_elsewhere(served: Served) -> None:
    served.dns.zone("bureau-test.gov.cn", hosts={"www": (V4,)})
    served.dns.fault("www.silent-test.gov.cn", "servfail")
    home_links(served, f"http://v4.{ZONE}:1/", "http://www.bureau-test.gov.cn/", "http://www.silent-test.gov.cn/", "http://10.1.1.1/")


def blocked(served: Served) -> None:
    served.state = "blocked"


def blocked_without_aaaa(served: Served) -> None:
    served.state = "blocked"
    without_aaaa(served)


def robots(served: Served) -> None:
    served.serve("/robots.txt", Response(b"User-agent: *\nDisallow: /", type="text/plain"))


WALL = Response(b"<html><head><script>document.cookie='a=1';location.reload()</script></head><body></body></html>", 412)


def walled_over_v6(served: Served) -> None:
    served.by_family("/", Response(HOME.encode()), WALL)


def links_walled_over_v6(served: Served) -> None:
    for path in list(served.paths):
        if path != "/":
            served.by_family(path, page("稿件"), WALL)


def one_link_walled_over_v6(served: Served) -> None:
    served.by_family("/zwgk/", page("政务公开"), WALL)


def pages_unread(served: Served) -> None:
    served.pages = ["/"]


def nothing(served: Served) -> None:
    """The harmless twin of everything."""


CASES = [
    Case("all is well", nothing, "pass"),
    Case("no AAAA", without_aaaa, "fail", frozenset({"no-aaaa"})),
    Case("mapped only", mapped_only, "fail", frozenset({"no-aaaa"})),
    Case("link-local and multicast only", local_only, "fail", frozenset({"no-aaaa"})),
    Case("AAAA servfail", servfail, "not_assessed", reasons=frozenset({"dns-failed"})),
    Case("resolver dead", resolver_dead, "not_assessed", reasons=frozenset({"dns-failed"})),
    Case("v6 refused, v4 answers", v6_refused, "fail", frozenset({"unreachable-v6"})),
    Case("v6 refused, nothing proves our side", v6_refused_unproved, "not_assessed", reasons=frozenset({"no-ipv6-here"})),
    Case("v6 refused, a control answers", v6_refused_control_alive, "fail", frozenset({"unreachable-v6", "ns-not-over-v6"})),
    Case("v6 refused, the control is dead", v6_refused_control_dead, "not_assessed", reasons=frozenset({"no-ipv6-here"})),
    Case("v4 refused, v6 answers", v4_refused, "pass"),
    Case("both refused", both_refused, "not_assessed", reasons=frozenset({"unreachable"})),
    Case("v6 500, v4 200", v6_500, "fail", frozenset({"status-differs"})),
    Case("500 on both", both_500, "not_assessed", reasons=frozenset({"unreachable"})),
    Case("v6 accepts and hangs", v6_hangs, "fail", frozenset({"unreachable-v6"})),
    Case("v6 now and then", v6_half, "pass", frozenset({"unstable-v6"})),
    Case("name servers without v6", ns_v4_only, "fail", frozenset({"ns-not-over-v6"})),
    Case("name servers silent over v6", ns_v6_dead, "fail", frozenset({"ns-not-over-v6"})),
    Case("one name server over v6", ns_one_v6, "pass", frozenset({"ns-single-v6"})),
    Case("name servers' AAAA unknown", ns_addresses_unknown, "not_assessed", reasons=frozenset({"dns-failed"})),
    Case("home leads to a v4-only host", home_redirects_to_v4_only, "fail", frozenset({"redirect-v4-only"})),
    Case("home leads to itself", home_redirects_to_dual, "not_assessed", reasons=frozenset({"unreachable"})),
    Case("other content", other_content, "pass", frozenset({"content-differs"})),
    Case("counters and tokens only", nonces_only, "pass"),
    Case("a link with another status", link_status, "fail", frozenset({"link-rate-low"})),
    Case("a link with another page", link_content, "fail", frozenset({"link-rate-low"})),
    Case("a link that hangs", link_timeout, "fail", frozenset({"link-rate-low"})),
    Case("a link to a v4-only host by redirect", link_redirect_v4, "fail", frozenset({"link-rate-low"})),
    Case("a link to the own host without AAAA", link_bare_domain, "fail", frozenset({"link-rate-low"})),
    Case("a link of the third level", link_third_level, "fail", frozenset({"link-rate-low"})),
    Case("links dead on both", link_dead_on_both, "pass"),
    Case("a large attachment", link_large, "pass"),
    Case("links to others", links_elsewhere, "pass"),
    Case("blocked", blocked, "not_assessed", reasons=frozenset({"blocked"})),
    Case("blocked and no AAAA", blocked_without_aaaa, "fail", frozenset({"no-aaaa"})),
    Case("a wall before the home page over v6", walled_over_v6, "not_assessed", reasons=frozenset({"blocked"})),
    Case("a wall before the links over v6", links_walled_over_v6, "not_assessed", reasons=frozenset({"blocked"})),
    Case("a wall before one link over v6", one_link_walled_over_v6, "pass"),
    Case("robots forbid", robots, "not_assessed", reasons=frozenset({"blocked"})),
    Case("second level unread", pages_unread, "not_assessed", reasons=frozenset({"crawl-stopped"})),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_defect_is_found_and_nothing_else(served: Served, case: Case) -> None:
    case.plant(served)
    judgement = served.judge()
    told = [found.message for found in judgement.findings] + [f"{unseen.reason}: {unseen.detail}" for unseen in judgement.unseen]
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == (case.verdict, case.codes, case.reasons), told


def test_every_code_is_met_by_a_case_and_stands_in_the_catalogue() -> None:
    met = {code for case in CASES for code in case.codes} | {"bad-spare-address"}  # that one: test_ipv6_judge.py
    assert met == set(CHECK.codes) == set(rules("ipv6").codes)


@pytest.mark.parametrize("host", [V4, "localhost"])
def test_a_site_without_a_name_is_not_judged_and_not_asked(served: Served, host: str) -> None:
    served.site_host = host
    judgement = served.judge()
    assert (judgement.verdict, served.web.log, served.dns.queries) == ("not_applicable", [], [])


def test_the_silent_server_case_stands_on_the_query_and_not_on_the_record(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check that trusts the servers' AAAA (the published disease) calls this zone good: then the case above must fail."""
    ns_v6_dead(served)
    assert codes(served.judge()) == {"ns-not-over-v6"}
    over_v6 = [query for query in served.dns.queries if query.family == 6]
    assert {query.kind for query in over_v6} == {"SOA"}
    assert len(over_v6) >= 2, "each server must really be asked over its v6 address"
    monkeypatch.setattr(module, "_answers", lambda server: bool(server.look.addresses))
    assert codes(CHECK.judge(served.evidence, served.evidence.as_of)) == set()


def test_a_blocked_site_is_not_asked_for_any_page(served: Served) -> None:
    blocked(served)
    served.judge()
    assert served.web.log == []


def test_a_site_that_walls_links_off_is_not_hammered(served: Served) -> None:
    links = [f"/lb/{number:03}.html" for number in range(50)]
    for link in links:
        served.by_family(link, page("稿件"), WALL)
    home_links(served, *links)
    served.judge()
    assert len([entry for entry in served.web.log if entry.path.startswith("/lb/")]) <= 6


def test_links_are_sampled_by_the_stated_rule(served: Served) -> None:
    links = [f"/lb/{number:03}.html" for number in range(150)]
    for link in links:
        served.serve(link, page("稿件"))
    home_links(served, *links)
    judgement = served.judge()
    levels = {(row["level"], row["group"]): row for row in judgement.figures["links"]["levels"]}
    second = levels["second", "own"]
    assert (second["known"], second["tested"], second["rate"]) == (152, 60, "100.0%")
    asked = {entry.path for entry in served.web.log if entry.family == 6 and entry.path.startswith("/lb/")}
    assert asked >= {"/lb/000.html"}
    assert max(asked) > "/lb/140.html", "the sample reaches to the end of the list"
    assert "等距抽取" in judgement.figures["links"]["rule"]


def test_failing_links_say_why_and_are_all_listed(served: Served) -> None:
    served.open()
    home_links(served, "/a4", "/jump", f"http://{ZONE}:{served.port}/xwzx/", "/slow", f"http://v4.{ZONE}:{served.port}/")
    served.by_family("/a4", page("稿件"), Response(b"", 503))
    served.by_family("/slow", page("稿件"), Response(b"", fault="drop"))
    served.serve("/jump", lambda _: Response(status=302, headers=(("Location", f"http://v4.{ZONE}:{served.port}/xwzx/"),)))
    judgement = served.judge()
    failing = {row["url"].removeprefix(served.base): row["reason"] for row in judgement.figures["links"]["failing"]}
    bare, v4 = f"http://{ZONE}:{served.port}/xwzx/", f"http://v4.{ZONE}:{served.port}/"
    assert failing == {"/a4": "status", "/jump": "redirect-v4-only", bare: "no-aaaa", "/slow": "protocol", v4: "no-aaaa"}
    (found,) = judgement.findings
    assert found.subject == "home"
    assert set(found.evidence.pages) == {served.base + "/a4", served.base + "/jump", served.base + "/slow", bare}
    assert "检测 6 条" in found.message
    assert "33.3%" in found.message


def test_each_level_is_one_finding_with_its_own_subject(served: Served) -> None:
    link_status(served)
    link_third_level(served)
    assert [(found.code, found.subject) for found in served.judge().findings] == [("link-rate-low", "home"), ("link-rate-low", "site")]


def test_figures_hold_both_families_beside_each_other(served: Served) -> None:
    figures = served.judge().figures
    assert figures["aaaa"] == [V6]
    assert figures["success"] == {"v4": {"tries": 5, "ok": 5, "rate": "100.0%"}, "v6": {"tries": 5, "ok": 5, "rate": "100.0%"}}
    assert [(a["family"], a["status"]) for a in figures["attempts"]] == [(6, 200), (4, 200)] * 5
    assert set(figures["latency"]["v6"]) == {"dns_ms", "connect_ms", "first_byte_ms", "total_ms"}
    assert figures["zone"]["answered"] == 2
    assert figures["content"]["link_difference"] == "0.0%"
    assert figures["proof"]["proved"] is True


def without_times(value: object) -> object:
    if isinstance(value, dict):
        return {key: without_times(inner) for key, inner in value.items() if not key.endswith("_ms")}
    return [without_times(inner) for inner in value] if isinstance(value, list) else value


def test_the_same_site_twice_gives_the_same_answer_but_for_times(served: Served) -> None:
    link_status(served)
    ns_one_v6(served)
    first, second = served.judge(), served.judge()
    assert without_times(dict(first.figures)) == without_times(dict(second.figures))
    assert [(f.id, f.message) for f in first.findings] == [(f.id, f.message) for f in second.findings]
    assert first.summary == second.summary


def test_the_probe_waits_its_turn(served: Served) -> None:
    served.delay = 0.2
    served.judge()
    starts = sorted(entry.at for entry in served.web.log)
    assert starts[-1] - starts[0] > 0.2 * (len(starts) - 2), "requests to one host start 0.2 s apart"
    assert served.ledger.summary()["by_kind"]["probe"] >= len(served.web.log) - 1
