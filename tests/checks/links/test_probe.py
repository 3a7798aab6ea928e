"""Real answers: each way a target can fail, what is confirmed and how, what is never held against it, and how much is asked."""

from __future__ import annotations

import asyncio
import itertools
import socket
import threading
import time
from collections.abc import Callable

import pytest

from checks.links import CHECK
from checks.links_probe import Probe
from checks.links_targets import Collector
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from tests.checks.links.portal import FRIEND, GONE, HOST, PNG, V4, Answer, Portal, html, only, told
from tests.portals.server import Request, Response

OK = Response(html("<p>正文</p>", "一篇稿件").encode())

CHALLENGE = b"<html><body><script>document.cookie='a=1';location.reload();</script></body></html>"
GAMBLING = html("<p>注册就送</p>", "澳门葡京官网-真人娱乐-百家乐在线平台")
SALE = Response("<html><title>example.cn</title><body><h1>此域名出售</h1><p>This domain is for sale</p></body></html>".encode())


def by_method(head: Response, get: Response) -> Callable[[Request], Response]:
    return lambda request: head if request.method == "HEAD" else get


def in_turn(*answers: Response) -> Callable[[Request], Response]:
    turn = itertools.chain(answers, itertools.repeat(answers[-1]))
    return lambda request: next(turn)


OWN_LINKS: list[tuple[str, Answer, str, str]] = [
    ("fine", OK, "", ""),
    ("404 by GET and HEAD", GONE, "broken-link", ""),
    ("410", Response(b"", 410), "broken-link", ""),
    ("404 where HEAD is refused", by_method(Response(b"", 405), GONE), "broken-link", ""),
    ("404 by GET, fine by HEAD", by_method(Response(b""), GONE), "", "inconsistent"),
    ("404 once, then fine", in_turn(GONE, Response(b"", 405), OK), "", ""),
    ("500 once, then fine", in_turn(Response(b"", 500), OK), "", ""),
    ("500 twice", Response(b"", 500), "broken-link", ""),
    ("502, then nothing", in_turn(Response(b"", 502), Response(fault="drop")), "broken-link", ""),
    ("no answer in time, twice", Response(fault="hang"), "broken-link", ""),
    ("no answer in time once", in_turn(Response(fault="hang"), OK), "", ""),
    ("the connection is dropped", Response(fault="drop"), "broken-link", ""),
    ("401", Response(b"", 401), "", "forbidden"),
    ("403", Response(b"<h1>403</h1>", 403), "", "forbidden"),
    ("405", Response(b"", 405), "", "forbidden"),
    ("412", Response(b"", 412), "", "forbidden"),
    ("429", Response(b"", 429), "", "limited"),
    ("451", Response(b"", 451), "", "forbidden"),
    ("400", Response(b"", 400), "", "status"),
    ("503 with a challenge", Response(CHALLENGE, 503), "", "challenge"),
    ("412 with a challenge", Response(CHALLENGE, 412), "", "challenge"),
    ("503 that asks for patience", Response(b"", 503, headers=(("Retry-After", "600"),)), "", "limited"),
    ("503 twice", Response(b"", 503), "broken-link", ""),
    ("a redirect loop", Response(b"", 302, headers=(("Location", "/t.html"),)), "faulty-link", ""),
    ("a redirect to the home page", Response(b"", 302, headers=(("Location", "/"),)), "", ""),
    ("a redirect to an inner address", Response(b"", 302, headers=(("Location", "http://10.0.0.8/"),)), "private-address", ""),
    ("an answer of 200 that says 404", Response("<title>404</title><h1>页面不存在</h1>".encode()), "wrong-answer", ""),
    ("the web server's own page", Response(b"<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"), "wrong-answer", ""),
    ("gambling", Response(GAMBLING.encode()), "hijacked", ""),
    ("gambling reported on", Response(html("", "警方打击网上赌场，提醒远离百家乐在线平台").encode()), "", ""),
    ("a domain for sale", SALE, "parked-domain", ""),
    ("an article about domains", Response(html("<p>正文</p>", "关于域名已过期网站处置情况的说明").encode()), "", ""),
    ("headers that only browsers can read", Response(b"<p>1</p>", headers=(("X Y", "1"),)), "", "protocol"),
    ("a file where a page was expected", Response(b"%PDF" * 90000, type="application/pdf"), "", ""),
]


@pytest.mark.parametrize(("answer", "code", "unverified"), [case[1:] for case in OWN_LINKS], ids=[case[0] for case in OWN_LINKS])
def test_each_way_to_answer_an_own_link_has_its_outcome(portal: Portal, answer: Answer, code: str, unverified: str) -> None:
    portal.home('<a href="/t.html">一篇稿件</a>')
    portal.serve("/t.html", answer)
    judgement = portal.judge()
    assert [found.code for found in judgement.findings] == ([code] if code else []), judgement
    assert judgement.figures["unverifiable"] == ({unverified: 1} if unverified else {})
    assert judgement.verdict == "pass"
    if code.startswith("broken"):
        found = only(judgement.findings)
        assert (found.severity, found.seen, found.subject) == ("candidate", 1, "/t.html")
        assert len(found.evidence.figures["tries"]) >= 2, "confirmed before accused"


IMAGES: list[tuple[str, Answer, str, list[str]]] = [
    ("fine by HEAD", PNG, "", ["HEAD /i.png"]),
    ("HEAD is not known", by_method(Response(b"", 501), PNG), "", ["HEAD /i.png", "GET /i.png"]),
    ("HEAD says 404, GET does not", by_method(Response(b"", 404), PNG), "", ["HEAD /i.png", "GET /i.png"]),
    ("HEAD drops the connection", by_method(Response(fault="drop"), PNG), "", ["HEAD /i.png", "HEAD /i.png", "GET /i.png"]),
    ("404 by both", Response(b"", 404), "broken-image", ["HEAD /i.png", "GET /i.png"]),
    ("large", Response(b"x" * 300_000, type="image/png"), "", ["HEAD /i.png"]),
    (
        "large where HEAD is refused",
        by_method(Response(b"", 405), Response(b"x" * 300_000, type="image/png")),
        "",
        ["HEAD /i.png", "GET /i.png"],
    ),
]


@pytest.mark.parametrize(("answer", "code", "asked"), [case[1:] for case in IMAGES], ids=[case[0] for case in IMAGES])
def test_pictures_are_asked_by_head_and_accused_by_get(portal: Portal, answer: Answer, code: str, asked: list[str]) -> None:
    portal.home('<img src="/i.png" alt="标题图片">')
    portal.serve("/i.png", answer)
    judgement = portal.judge()
    assert [found.code for found in judgement.findings] == ([code] if code else [])
    assert [entry for entry in portal.asked() if "i.png" in entry] == asked


def test_a_link_the_crawl_has_read_is_not_asked_again(portal: Portal) -> None:
    portal.home('<a href="/t.html">稿件</a> <a href="/f.pdf">附件</a> <a href="/old.html">旧址</a>')
    portal.page("/t.html", "<p>正文</p>", depth=2)
    portal.crawled("/f.pdf", "not-html")
    portal.crawled("/old.html", "redirect", 302, final_url=portal.url("/t.html"))
    judgement = portal.judge()
    assert portal.asked() == [] and judgement.figures["known_from_crawl"] == judgement.figures["ok"] == 6


def test_a_missing_page_of_the_crawl_is_looked_at_twice_more(portal: Portal) -> None:
    portal.home('<a href="/t.html">稿件</a>')
    portal.crawled("/t.html", "http-error", 404)
    assert told(portal.judge()) == {("broken-link", "candidate", "/t.html")}
    assert [entry for entry in portal.asked() if "t.html" in entry] == ["GET /t.html", "HEAD /t.html"]


def test_a_deleted_article_that_ends_on_the_home_page_is_a_caution(portal: Portal) -> None:
    portal.home('<a href="/xwzx/202608/t20260801_12.html">一篇已删除的稿件</a> <a href="/default.jsp">返回首页</a>')
    for path in ("/xwzx/202608/t20260801_12.html", "/default.jsp"):
        portal.crawled(path, "redirect", 302, final_url=portal.url("/"))
    assert told(portal.judge()) == {("wrong-answer", "caution", "/xwzx/202608/t20260801_12.html")}


def test_a_page_that_the_crawl_read_as_a_soft_404_is_a_caution(portal: Portal) -> None:
    portal.home('<a href="/t.html">稿件</a>')
    portal.crawled("/t.html", "soft-404")
    portal.crawled("/admin/", "robots", None)
    assert told(portal.judge()) == {("wrong-answer", "caution", "/t.html")}


def test_own_paths_that_robots_excludes_are_unverifiable(portal: Portal) -> None:
    portal.home('<a href="/admin/login.html">管理登录</a> <a href="/t.html">稿件</a>')
    portal.serve("/robots.txt", Response(b"User-agent: *\nDisallow: /admin/\n", type="text/plain"))
    portal.serve("/t.html", OK)
    judgement = portal.judge()
    assert judgement.figures["unverifiable"] == {"robots": 1} and not judgement.findings
    assert "GET /admin/login.html" not in portal.asked()


# other sites


def test_a_name_that_does_not_exist_is_a_dead_host_whatever_its_links(portal: Portal) -> None:
    portal.home('<a href="http://www.gone-test.cn/a.html">甲</a> <a href="http://www.gone-test.cn/b.html">乙</a>')
    judgement = portal.judge()
    found = only(judgement.findings)
    assert (found.code, found.subject, found.severity) == ("dead-host", "www.gone-test.cn", "candidate")
    assert found.evidence.figures["targets"] == 2 and judgement.figures["broken"] == 2
    assert "域名不存在" in found.message


@pytest.mark.parametrize(("fault", "reason"), [("servfail", "dns-failed"), ("timeout", "dns-failed"), ("refused", "dns-failed")])
def test_a_resolver_that_fails_accuses_nobody(portal: Portal, fault: str, reason: str) -> None:
    portal.home('<a href="http://www.friend-test.cn/">友情网站</a>')
    portal.dns.fault(FRIEND, fault)  # type: ignore[arg-type]
    judgement = portal.judge()
    assert not judgement.findings and judgement.figures["unverifiable"] == {reason: 1}


def test_a_dead_resolver_is_not_assessed(portal: Portal) -> None:
    portal.home('<a href="http://www.gone-test.cn/">甲</a>')
    portal.dns.fault("*", "servfail")
    judgement = portal.judge()
    assert judgement.verdict == "not_assessed" and judgement.unseen[0].reason == "dns-failed" and not judgement.findings


def test_a_resolver_that_has_died_is_not_asked_for_every_host(portal: Portal) -> None:
    portal.home("".join(f'<a href="http://w{n}.far-test.cn/">网站{n}</a>' for n in range(60)))
    portal.dns.fault("*", "servfail")
    assert portal.judge().figures["unverifiable"] == {"dns-failed": 60}
    assert len({query.name for query in portal.dns.queries if "far-test" in query.name}) <= 20


def test_a_resolver_that_dies_after_the_site_was_read_is_not_assessed(portal: Portal) -> None:
    portal.home("".join(f'<a href="http://w{n}.far-test.cn/">网站{n}</a>' for n in range(3)))
    for number in range(3):
        portal.dns.fault(f"w{number}.far-test.cn", "servfail")
    judgement = portal.judge()
    assert judgement.verdict == "not_assessed" and [unseen.reason for unseen in judgement.unseen] == ["dns-failed"]


def test_another_site_that_takes_the_connection_and_hangs_up_may_mean_us(portal: Portal) -> None:
    portal.host("www.shy-test.cn", {"/": Response(fault="drop")})
    portal.home(f'<a href="{portal.url("/", "www.shy-test.cn")}">友情网站</a>')
    judgement = portal.judge()
    assert not judgement.findings and judgement.figures["unverifiable"] == {"cut-off": 1}


@pytest.mark.parametrize("path", ["/a.html", "/f.pdf"])
def test_an_answer_that_comes_too_slowly_is_judged_by_its_status(portal: Portal, path: str) -> None:
    portal.host("www.slow-test.cn", {path: by_method(Response(b"", 405), Response(b"x" * 60_000, fault="drip"))})
    portal.home(f'<a href="{portal.url(path, "www.slow-test.cn")}">文件</a>')
    judgement = portal.judge()
    assert not judgement.findings and judgement.figures["ok"] == 4, judgement


def test_a_dead_port_of_the_site_is_one_finding_and_a_slow_page_at_a_live_one_is_not_the_port(portal: Portal) -> None:
    live = portal.web.listen((V4,))
    for number in range(3):
        portal.serve(f"/w{number}", Response(fault="hang") if number == 0 else OK)
    dead = "".join(f'<a href="http://{HOST}:9/app{n}">应用{n}</a>' for n in range(8))
    portal.home(dead + "".join(f'<a href="http://{HOST}:{live}/w{n}">网站{n}</a>' for n in range(3)))
    judgement = portal.judge()
    assert told(judgement) == {("dead-host", "candidate", ":9"), ("broken-link", "candidate", f":{live}/w0")}
    assert next(f for f in judgement.findings if f.code == "dead-host").evidence.figures["targets"] == 8


def test_a_page_whose_address_is_chinese_accuses_nobody(portal: Portal) -> None:
    portal.home(f'<a href="{portal.url("/", FRIEND)}">友情网站</a>', final_url=portal.url("/首页.html"))
    assert not portal.judge().findings
    asked = [entry for entry in portal.web.log if (entry.host, entry.path) == (FRIEND, "/")]
    assert [entry.headers["referer"] for entry in asked] == [portal.url("/%E9%A6%96%E9%A1%B5.html")]


def test_a_host_that_refuses_every_connection_is_one_finding(portal: Portal) -> None:
    portal.dns.zone("closed-test.cn", hosts={"www": ("127.0.1.99",)})
    links = "".join(f'<a href="http://www.closed-test.cn/{n}.html">稿件{n}</a>' for n in range(5))
    portal.home(f'{links}<a href="https://www.closed-test.cn/x">加密</a><a href="http://{FRIEND}:{portal.port}/">友情网站</a>')
    found = only(portal.judge().findings)
    assert (found.code, found.subject, found.evidence.figures["targets"]) == ("dead-host", "www.closed-test.cn", 6)


def test_one_dead_port_is_no_dead_host(portal: Portal) -> None:
    portal.host("www.half-test.cn", {"/": OK})
    portal.home(f'<a href="http://www.half-test.cn:9/app">应用</a> <a href="http://www.half-test.cn:{portal.port}/">网站</a>')
    assert told(portal.judge()) == {("broken-link", "candidate", "www.half-test.cn:9/app")}


def test_when_no_other_site_answers_it_may_be_us(portal: Portal) -> None:
    portal.dns.zone("closed-test.cn", hosts={f"w{n}": ("127.0.1.99",) for n in range(4)})
    portal.home("".join(f'<a href="http://w{n}.closed-test.cn/">网站{n}</a>' for n in range(4)))
    judgement = portal.judge()
    assert not judgement.findings and judgement.verdict == "not_assessed"
    assert judgement.figures["unverifiable"] == {"no-outside": 4}


def test_a_site_that_only_ipv6_reaches_is_not_accused_by_a_machine_without_ipv6(portal: Portal) -> None:
    portal.dns.zone("six-test.cn", hosts={"www": ("::1",)})
    portal.home(f'<a href="http://www.six-test.cn:9/">六</a> <a href="http://{FRIEND}:{portal.port}/">友情网站</a>')
    judgement = portal.judge()
    assert not judgement.findings and judgement.figures["unverifiable"] == {"v6-only": 1}


def test_other_sites_get_three_requests_and_their_robots_txt_is_obeyed(portal: Portal) -> None:
    paths = {f"/{n}.html": OK for n in range(6)}
    portal.host("www.many-test.cn", paths)
    portal.host("www.closed-test.cn", {"/": OK, "/robots.txt": Response(b"User-agent: *\nDisallow: /\n", type="text/plain")})
    many = "".join(f'<a href="{portal.url(path, "www.many-test.cn")}">稿件</a>' for path in paths)
    portal.home(f'{many}<a href="{portal.url("/", "www.closed-test.cn")}">不许</a>')
    judgement = portal.judge()
    assert len(portal.asked("www.many-test.cn")) == 3 and portal.asked("www.closed-test.cn") == []
    assert judgement.figures["left_out"] == 3 and judgement.figures["unverifiable"] == {"robots": 1}
    assert "未核验 4 个" in judgement.summary and judgement.verdict == "pass"


def test_a_page_missing_elsewhere_is_named_with_its_host(portal: Portal) -> None:
    portal.home(f'<a href="{portal.url("/lost/a.html?b=2&amp;a=1#part", FRIEND)}">友情网站的文章</a>')
    found = only(portal.judge().findings)
    assert (found.code, found.subject) == ("broken-link", f"{FRIEND}:{portal.port}/lost/a.html?a=1&b=2")
    assert found.evidence.figures["where"] == "outside"


def test_redirects_of_another_site_count_as_requests(portal: Portal) -> None:
    onward = {f"/{n}.html": Response(b"", 302, headers=(("Location", f"/new{n}.html"),)) for n in range(4)}
    portal.host("www.moved-test.cn", onward | {"/new0.html": OK, "/new1.html": GONE})
    portal.home("".join(f'<a href="{portal.url(path, "www.moved-test.cn")}">稿件</a>' for path in onward))
    judgement = portal.judge()
    assert len(portal.asked("www.moved-test.cn")) <= 4 and judgement.figures["left_out"] >= 2
    assert not judgement.findings, "the second was looked at once only"


def test_a_page_missing_behind_a_redirect_is_still_confirmed(portal: Portal) -> None:
    portal.host("www.moved-test.cn", {"/a.html": Response(b"", 301, headers=(("Location", "/b.html"),))})
    portal.home(f'<a href="{portal.url("/a.html", "www.moved-test.cn")}">稿件</a>')
    assert told(portal.judge()) == {("broken-link", "candidate", f"www.moved-test.cn:{portal.port}/a.html")}


def test_the_last_request_to_a_host_accuses_nobody(portal: Portal) -> None:
    portal.home("".join(f'<a href="{portal.url(f"/lost{n}.html", FRIEND)}">文章{n}</a>' for n in range(3)))
    judgement = portal.judge()
    assert [found.subject for found in judgement.findings] == [f"{FRIEND}:{portal.port}/lost0.html"]
    assert judgement.figures["unverifiable"] == {"unconfirmed": 1} and judgement.figures["left_out"] == 1
    assert len(portal.asked(FRIEND)) == 3


def test_a_host_that_speaks_no_tls_is_a_caution(portal: Portal) -> None:
    with socket.create_server((V4, 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:  # closed: the test is over
                    return
                with connection:
                    connection.recv(2048)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        port = server.getsockname()[1]
        portal.home(f'<a href="https://{FRIEND}:{port}/">友情网站</a>')
        assert told(portal.judge()) == {("faulty-link", "caution", f"{FRIEND}:{port}/")}
        server.shutdown(socket.SHUT_RDWR)


def test_an_own_address_that_redirects_to_a_vanished_site_is_the_own_address_fault(portal: Portal) -> None:
    portal.home('<a href="/go.html">甲</a>')
    portal.serve("/go.html", Response(b"", 302, headers=(("Location", "http://www.gone-test.cn/"),)))
    assert told(portal.judge()) == {("broken-link", "candidate", "/go.html")}


def test_a_living_host_that_redirects_to_a_vanished_one_is_not_dead(portal: Portal) -> None:
    portal.host("www.moved-test.cn", {"/": Response(b"", 302, headers=(("Location", "http://www.gone-test.cn/"),)), "/b": OK})
    portal.home("".join(f'<a href="{portal.url(path, "www.moved-test.cn")}">站</a>' for path in ("/", "/b")))
    judgement = portal.judge()
    assert told(judgement) == {("broken-link", "candidate", f"www.moved-test.cn:{portal.port}/")}


def test_gambling_and_a_domain_for_sale_are_for_a_person_to_confirm(portal: Portal) -> None:
    portal.host("www.bad-test.cn", {"/": Response(GAMBLING.encode())})
    portal.host("www.sold-test.cn", {"/": SALE, "/a": SALE})
    portal.home(
        "".join(
            f'<a href="{portal.url(p, h)}">站</a>'
            for h, p in (("www.bad-test.cn", "/"), ("www.sold-test.cn", "/"), ("www.sold-test.cn", "/a"))
        )
    )
    judgement = portal.judge()
    assert {f.code for f in judgement.findings} == {"hijacked", "parked-domain"} and judgement.figures["danger"] == 2
    assert all(f.confirm and f.severity == "candidate" and f.seen == 1 for f in judgement.findings)
    hijacked = next(f for f in judgement.findings if f.code == "hijacked").message
    assert "澳门葡京" in hijacked and "扣" not in hijacked, "whether it is a veto is for a person to say"


def test_inner_addresses_are_never_asked(portal: Portal) -> None:
    portal.home('<a href="http://192.168.1.20/oa/">内部办公</a> <a href="http://169.254.169.254/">云</a> <img src="http://10.1.1.1/x.png">')
    judgement = portal.judge()
    assert told(judgement) == {("private-address", "caution", "192.168.1.20/oa/"), ("private-address", "caution", "169.254.169.254/")}
    assert judgement.figures["unverifiable"] == {"private": 1}


# the site itself


def test_a_site_that_has_stopped_answering_is_not_accused(portal: Portal) -> None:
    portal.home('<a href="/t.html">稿件</a> <img src="/i.png">')
    for path in ("/", "/t.html", "/i.png"):
        portal.serve(path, Response(b"", 502))
    judgement = portal.judge()
    assert not judgement.findings and judgement.verdict == "not_assessed"
    assert [unseen.reason for unseen in judgement.unseen] == ["site-failing"]
    assert judgement.figures["unverifiable"] == {"site-failing": 2}


def test_a_site_that_dies_while_it_is_asked_is_left_alone(portal: Portal) -> None:
    portal.home("".join(f'<a href="/{n}.html">稿件{n}</a>' for n in range(60)))
    answers = in_turn(*[OK] * 10, Response(b"", 502))
    for path in ("/", *(f"/{n}.html" for n in range(60))):
        portal.serve(path, answers)
    judgement = portal.judge()
    assert not judgement.findings and [unseen.reason for unseen in judgement.unseen] == ["site-failing"]
    assert judgement.figures["unverifiable"] == {"site-failing": 50} and len(portal.asked()) <= 30


def test_a_part_of_the_site_that_fails_is_no_dying_site(portal: Portal) -> None:
    portal.home("".join(f'<a href="/app/{n}.html">应用{n}</a>' for n in range(12)))
    portal.other = Response(b"", 502)
    assert len(portal.judge().findings) == 12


def test_a_crawl_that_the_site_broke_off_is_not_followed_by_more_requests(portal: Portal) -> None:
    portal.home('<a href="/t.html">稿件</a>')
    portal.ended_by = "breaker"
    judgement = portal.judge()
    assert portal.asked() == [] and judgement.verdict == "not_assessed"


def test_a_site_that_walls_us_off_is_left_alone(portal: Portal) -> None:
    portal.home("".join(f'<a href="/{n}.html">稿件{n}</a>' for n in range(20)))
    for number in range(20):
        portal.serve(f"/{number}.html", Response(b"", 403))
    judgement = portal.judge()
    assert len(portal.asked()) <= 5 and not judgement.findings
    assert judgement.figures["unverifiable"] == {"forbidden": 20}
    assert judgement.verdict == "not_assessed" and [unseen.reason for unseen in judgement.unseen] == ["blocked"]


def test_single_refusals_between_answers_stop_nothing(portal: Portal) -> None:
    portal.home("".join(f'<a href="/{n}.html">稿件{n}</a>' for n in range(16)))
    for number in range(16):
        portal.serve(f"/{number}.html", OK if number % 2 else Response(b"", 403))
    judgement = portal.judge()
    assert judgement.figures["unverifiable"] == {"forbidden": 8} and judgement.figures["left_out"] == 0
    assert sum(entry.startswith("GET /1") for entry in portal.asked()) == 7  # 1, 10 to 15


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_not_assessed(portal: Portal, state: str) -> None:
    portal.crawled("/", "challenge", 412, depth=0)
    portal.state = state
    judgement = portal.judge()
    assert judgement.verdict == "not_assessed" and portal.asked() == [] and judgement.unseen[0].reason == state


def test_without_a_home_page_or_a_probe_nothing_is_assessed(portal: Portal) -> None:
    assert CHECK.judge(portal.writer.read(), portal.writer.read().as_of).verdict == "not_assessed"
    portal.home("")
    judgement = CHECK.judge(portal.writer.read(), portal.writer.read().as_of)
    assert (judgement.verdict, judgement.unseen[0].reason) == ("not_assessed", "crawl-stopped")


def test_there_is_a_pause_before_the_second_look(portal: Portal) -> None:
    portal.delay = 0.1
    portal.home('<a href="/t.html">稿件</a>')
    portal.judge()
    looks = [entry.at for entry in portal.web.log if entry.path == "/t.html"]
    assert len(looks) == 2 and looks[1] - looks[0] >= 0.6


def test_when_time_is_up_the_rest_is_left_out(portal: Portal) -> None:
    portal.home("".join(f'<a href="/{n}.html">稿件{n}</a>' for n in range(40)))
    portal.other = Response(b"", delay=0.2)

    async def run() -> Probe:
        fetcher = Fetcher(Network(portal.site, nameserver=portal.nameserver), portal.ledger, Politeness(delay=0, timeout=3))
        work = Probe(portal.writer.read(), fetcher.network, fetcher)
        work.seconds = 1.0
        collector = Collector(work.evidence)
        collector.read(work.evidence.pages[0])
        await work.run(collector.targets())
        await fetcher.close()
        return work

    began = time.monotonic()
    grades = [result.grade for result in asyncio.run(run()).results.values()]
    assert time.monotonic() - began < 4
    assert 3 <= grades.count("ok") < 30 and grades.count("left-out") > 10 and set(grades) == {"ok", "left-out"}


def test_every_request_says_who_we_are_and_where_we_come_from(portal: Portal) -> None:
    portal.home('<a href="/t.html">稿件</a>')
    portal.judge()
    mine = [entry for entry in portal.web.log if entry.host == HOST and entry.path == "/t.html"]
    assert mine and all("mingjing" in entry.agent and entry.headers["referer"] == portal.url("/") for entry in mine)
