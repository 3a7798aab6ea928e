"""The crawl over real sockets: what becomes a row, what bounds it, and what it never does."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest

from crawler.document import Document
from crawler.evidence import Observer
from crawler.settings import USER_AGENT
from crawler.site import DeclaredColumn, Site
from tests.crawler.served import FAST, Asked, Reply, Server, body, crawl_it, crawl_server

T = TypeVar("T")


def run(coroutine: Coroutine[object, object, T]) -> T:
    return asyncio.run(coroutine)


def article(number: int) -> tuple[str, str]:
    return f"/xw/202601/t202601{number:02d}_{number}.html", f"第{number}次全县重点工作推进会议在县政府召开"


# what becomes a row


def test_every_asked_address_becomes_one_row_whatever_came_back(tmp_path: Path) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(30)

    server = Server({
        "/": body(*((f"/{name}/", f"栏目{name}") for name in ("ok", "gone", "broken", "slow", "empty", "moved", "away", "pdf"))),
        "/ok/": body(("/", "首页"), ("/ok/t20260101_1.html", "关于印发某办法的通知全文公布")),
        "/ok/t20260101_1.html": body(title="关于印发某办法的通知全文公布"),
        "/broken/": Reply("<h1>出错了</h1>", 500),
        "/slow/": Reply(stream=silent, headers={"Content-Length": "10"}),
        "/empty/": "<html><body></body></html>",
        "/moved/": Reply(status=302, headers={"Location": "/ok/"}),
        "/away/": Reply(status=301, headers={"Location": "http://elsewhere.gov.cn/"}),
        "/pdf/": Reply(b"%PDF-1.4", headers={"Content-Type": "application/pdf"}),
    })  # fmt: skip
    crawled = run(crawl_server(server, tmp_path, timeout=1.0))
    base = server.url
    assert crawled.states() == {
        base: "page",
        f"{base}ok/": "page",
        f"{base}ok/t20260101_1.html": "page",
        f"{base}gone/": "http-error",
        f"{base}broken/": "http-error",
        f"{base}slow/": "network-error",
        f"{base}empty/": "empty",
        f"{base}moved/": "redirect",
        f"{base}away/": "redirect",
        f"{base}pdf/": "not-html",
    }
    assert crawled.result.state == "ok"
    assert crawled.coverage["ended_by"] == "finished"
    assert crawled.page(f"{base}ok/t20260101_1.html").depth == 2
    assert crawled.page(f"{base}ok/t20260101_1.html").via == f"{base}ok/"
    assert crawled.page(f"{base}gone/").status == 404
    assert crawled.page(f"{base}slow/").reason == "超时"
    assert crawled.page(f"{base}away/").final_url == "http://elsewhere.gov.cn/"
    assert crawled.left_out("outside") == 1
    found = crawled.evidence.find(f"{base}moved/")
    assert found is not None
    assert found.url == f"{base}ok/"


def test_links_and_bytes_of_a_page_are_kept(tmp_path: Path) -> None:
    html = body(("/zwgk/", "政务公开"), ("http://other.gov.cn/", "别的网站"))
    crawled = run(crawl_server(Server({"/": html}), tmp_path))
    home = crawled.evidence.home
    assert home is not None
    assert crawled.evidence.body(home) == html.encode()
    assert [(link.text, link.place) for link in crawled.evidence.links(home)] == [("政务公开", "nav"), ("别的网站", "nav")]


@dataclass(frozen=True)
class Title:
    text: str


def test_an_observer_that_raises_is_recorded_for_that_page_and_spoils_nothing(tmp_path: Path) -> None:
    def look(document: Document) -> Title:
        if document.url.endswith("/bad/"):
            raise ValueError("odd page")
        return Title(document.title)

    observer = Observer("title", Title, look)
    server = Server({"/": body(("/bad/", "坏"), ("/good/", "好")), "/bad/": body(), "/good/": body(title="好页面")})
    crawled = run(crawl_server(server, tmp_path, observers=(observer,)))
    bad = crawled.evidence.seen(crawled.page(f"{server.url}bad/"), observer)
    good = crawled.evidence.seen(crawled.page(f"{server.url}good/"), observer)
    assert (bad.value, bad.settled, bad.reason) == (None, False, "observer-error")
    assert good.value == Title("好页面")


@pytest.mark.parametrize(
    ("served", "header"),
    [
        (body(title="县政府公开指南").encode("gbk"), "text/html; charset=gbk"),
        (body(title="县政府公开指南").encode("gbk"), "text/html; charset=utf-8"),
        (body(title="县政府公开指南").encode("utf-16"), "text/html"),
        (body(title="县政府公开指南").encode(), "text/html; charset=gb2312"),
        (body(title="县政府公开指南").replace("指", "\0指").encode(), "text/html"),
    ],
    ids=["gbk", "gbk that says utf-8", "utf-16", "utf-8 that says gb2312", "NUL characters"],
)
def test_titles_are_readable_whatever_charset_is_served(tmp_path: Path, served: bytes, header: str) -> None:
    crawled = run(crawl_server(Server({"/": Reply(served, headers={"Content-Type": header})}), tmp_path))
    assert crawled.evidence.home is not None
    assert crawled.evidence.home.title == "县政府公开指南"


# the home page


def test_a_refresh_home_page_is_followed_and_keeps_depth_zero(tmp_path: Path) -> None:
    server = Server({
        "/": "<html><head><meta http-equiv='refresh' content='0;url=/index/'></head></html>",
        "/index/": "<script>window.location.href='/site/home.html'</script>",
        "/site/home.html": body(("/zwgk/", "政务公开")),
        "/zwgk/": body(),
    })  # fmt: skip
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.states()[server.url] == "redirect"
    assert crawled.states()[f"{server.url}index/"] == "redirect"
    home = crawled.evidence.home
    assert home is not None
    assert (home.url, home.depth) == (f"{server.url}site/home.html", 0)
    assert crawled.page(f"{server.url}zwgk/").depth == 1
    assert crawled.result.home == f"{server.url}site/home.html"


def test_without_a_scheme_http_is_tried_when_https_does_not_answer(tmp_path: Path) -> None:
    server = Server({"/": body()})

    async def go() -> None:
        async with server.running():
            crawled = await crawl_it(server.url.replace("http://", "https://"), tmp_path, try_http=True)
        assert crawled.result.state == "ok"
        assert crawled.result.home == server.url

    run(go())


def test_with_https_typed_http_is_never_tried(tmp_path: Path) -> None:
    server = Server({"/": body()})

    async def go() -> None:
        async with server.running():
            crawled = await crawl_it(server.url.replace("http://", "https://"), tmp_path)
        assert crawled.result.state == "unreachable"
        assert "TLS" in crawled.result.detail
        assert server.asked == []

    run(go())


def test_a_refused_port_is_unreachable_in_one_line(tmp_path: Path) -> None:
    crawled = run(crawl_it("http://127.0.1.9:9/", tmp_path))
    assert crawled.result.state == "unreachable"
    assert "连接被拒绝" in crawled.result.detail
    assert "\n" not in crawled.result.detail


@pytest.mark.parametrize("status", [301, 302, 307])
def test_an_endless_redirect_is_named_and_ends(tmp_path: Path, status: int) -> None:
    def onward(asked: Asked) -> Reply:
        return Reply(status=status, headers={"Location": f"/?n={len(asked.target)}{asked.at}"})

    server = Server(fallback=onward)
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.result.state == "unreachable"
    assert "重定向" in crawled.result.detail
    assert len(server.asked) < 25


def test_two_pages_that_redirect_to_each_other_end(tmp_path: Path) -> None:
    server = Server({"/": Reply(status=302, headers={"Location": "/a"}), "/a": Reply(status=302, headers={"Location": "/"})})
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.result.state == "unreachable"
    assert len(server.paths()) <= 3


def test_a_site_that_redirects_to_itself_until_its_cookie_comes_back_is_read(tmp_path: Path) -> None:
    def home(asked: Asked) -> Reply:
        if "seen=1" in asked.headers.get("cookie", ""):
            return Reply(body())
        return Reply(status=302, headers={"Location": "/", "Set-Cookie": "seen=1; path=/"})

    crawled = run(crawl_server(Server({"/": home}), tmp_path))
    assert crawled.result.state == "ok"


# sizes


def test_a_page_that_declares_five_gibibytes_is_not_downloaded(tmp_path: Path) -> None:
    async def much(writer: asyncio.StreamWriter) -> None:
        writer.write(b"<p>x</p>" * 1000)
        await writer.drain()
        await asyncio.sleep(5)

    server = Server({"/": body(("/big/", "大页")), "/big/": Reply(stream=much, headers={"Content-Length": str(5 * 2**30)})})
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.states()[f"{server.url}big/"] == "too-large"


def test_a_page_that_streams_without_end_is_cut_at_the_limit(tmp_path: Path) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"<p>x</p>" * 8192)
            await writer.drain()

    server = Server({"/": body(("/big/", "大页")), "/big/": Reply(stream=endless)})
    crawled = run(crawl_server(server, tmp_path, max_bytes=2**20, timeout=15.0))
    assert crawled.states()[f"{server.url}big/"] == "too-large"
    assert crawled.ledger["bytes"] < 4 * 2**20


def test_a_compressed_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = gzip.compress(b"<p>x</p>" * 2**21)
    server = Server({"/": body(("/bomb/", "炸弹")), "/bomb/": Reply(bomb, headers={"Content-Encoding": "gzip"})})
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.states()[f"{server.url}bomb/"] == "too-large"


def test_a_compressed_page_is_read(tmp_path: Path) -> None:
    server = Server({"/": Reply(gzip.compress(body(title="压缩页").encode()), headers={"Content-Encoding": "gzip"})})
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.evidence.home is not None
    assert crawled.evidence.home.title == "压缩页"


def test_the_body_of_an_attachment_is_never_downloaded(tmp_path: Path) -> None:
    async def endless(writer: asyncio.StreamWriter) -> None:
        for _ in range(1000):
            writer.write(b"%PDF" * 4096)
            await writer.drain()

    pdf = Reply(stream=endless, headers={"Content-Type": "application/pdf", "Content-Length": str(1000 * 16384)})
    server = Server({"/": body(("/annual/", "年报")), "/annual/": pdf})
    crawled = run(crawl_server(server, tmp_path, max_bytes=2**30))
    assert crawled.states()[f"{server.url}annual/"] == "not-html"
    assert crawled.ledger["bytes"] < 2**20


# politeness


def test_requests_say_who_we_are_and_never_run_more_than_two_at_once(tmp_path: Path) -> None:
    def slowly(asked: Asked) -> Reply:
        return Reply(stream=later, headers={})

    async def later(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(body().encode())

    server = Server({"/": body(*((f"/c{n}/", f"栏目{n}") for n in range(10)))}, fallback=slowly)
    run(crawl_server(server, tmp_path))
    assert {a.headers["user-agent"] for a in server.asked} == {USER_AGENT}
    assert "mingjing/" in USER_AGENT
    assert "+http" in USER_AGENT
    assert server.most_busy <= 2


def test_the_delay_lies_between_the_starts_of_requests(tmp_path: Path) -> None:
    server = Server({"/": body(*((f"/c{n}/", f"栏目{n}") for n in range(5)))}, fallback=body())
    run(crawl_server(server, tmp_path, delay=0.2))
    starts = [a.at for a in server.asked]
    assert len(starts) == 9  # robots.txt twice (spider, probes), the home page, the random path, five columns
    assert starts[-1] - starts[0] >= 0.8 * 0.2 * 8


ROBOTS = "User-agent: mingjing\nDisallow: /private/\n"


def test_robots_txt_is_obeyed_and_what_it_forbids_is_counted(tmp_path: Path) -> None:
    server = Server({
        "/robots.txt": Reply(ROBOTS, headers={"Content-Type": "text/plain"}),
        "/": body(("/private/", "内部"), ("/zwgk/", "政务公开")),
        "/zwgk/": body(),
        "/private/": body(),
    })  # fmt: skip
    crawled = run(crawl_server(server, tmp_path))
    assert server.times("/private/") == 0
    assert crawled.states()[f"{server.url}private/"] == "robots"
    assert crawled.left_out("robots") == 1
    assert crawled.ledger["by_kind"]["robots"] >= 1


def test_robots_txt_behind_a_redirect_is_obeyed(tmp_path: Path) -> None:
    server = Server({
        "/robots.txt": Reply(status=301, headers={"Location": "/r/robots.txt"}),
        "/r/robots.txt": Reply(ROBOTS, headers={"Content-Type": "text/plain"}),
        "/": body(("/private/", "内部")),
        "/private/": body(),
    })  # fmt: skip
    run(crawl_server(server, tmp_path))
    assert server.times("/private/") == 0


def test_robots_txt_is_ignored_only_when_asked_for(tmp_path: Path) -> None:
    server = Server({
        "/robots.txt": Reply(ROBOTS, headers={"Content-Type": "text/plain"}),
        "/": body(("/private/", "内部")),
        "/private/": body(),
    })  # fmt: skip
    run(crawl_server(server, tmp_path, ignore_robots=True))
    assert server.times("/private/") == 1
    assert server.times("/robots.txt") == 0


def test_retry_after_is_waited_for_once(tmp_path: Path) -> None:
    calls: list[float] = []

    def busy(asked: Asked) -> Reply:
        calls.append(asked.at)
        return Reply("busy", 429, {"Retry-After": "1"}) if len(calls) == 1 else Reply(body())

    server = Server({"/": body(("/zwgk/", "政务公开")), "/zwgk/": busy})
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.states()[f"{server.url}zwgk/"] == "page"
    assert calls[1] - calls[0] >= 1.0


def test_a_longer_retry_after_than_we_may_wait_ends_the_crawl(tmp_path: Path) -> None:
    columns = [(f"/c{n}/", f"栏目{n}") for n in range(20)]
    server = Server({"/": body(*columns)}, fallback=Reply("busy", 503, {"Retry-After": "3600"}))
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.coverage["ended_by"] == "breaker"
    assert len([a for a in server.asked if a.target.startswith("/c")]) <= 2


# budget


def test_the_page_cap_stops_the_next_request(tmp_path: Path) -> None:
    server = Server({"/": body(*((f"/c{n}/", f"栏目{n}") for n in range(30)))}, fallback=body())
    crawled = run(crawl_server(server, tmp_path, max_pages=7))
    assert crawled.result.pages_asked == 7
    assert len([a for a in server.asked if a.target.startswith("/c")]) == 6
    assert crawled.coverage["ended_by"] == "max-pages"
    assert crawled.left_out("budget") == 24
    assert len(crawled.coverage["left_out"]["budget"]["examples"]) == 5


def test_redirects_do_not_use_up_the_page_cap(tmp_path: Path) -> None:
    routes: dict[str, Reply | str] = {"/": body(*((f"/old{n}/", f"栏目{n}") for n in range(5)))}
    for n in range(5):
        routes[f"/old{n}/"] = Reply(status=301, headers={"Location": f"/new{n}/"})
        routes[f"/new{n}/"] = body()
    crawled = run(crawl_server(Server(routes), tmp_path, max_pages=6))
    assert crawled.result.pages_read == 6


def test_the_byte_cap_stops_the_next_request(tmp_path: Path) -> None:
    server = Server({"/": body(*((f"/c{n}/", f"栏目{n}") for n in range(30)))}, fallback=body(text="长" * 20000))
    crawled = run(crawl_server(server, tmp_path, max_total_bytes=200_000))
    assert crawled.coverage["ended_by"] == "max-bytes"
    assert len(server.asked) < 12


def test_the_time_cap_stops_the_next_request(tmp_path: Path) -> None:
    server = Server({"/": body(*((f"/c{n}/", f"栏目{n}") for n in range(30)))}, fallback=body())
    crawled = run(crawl_server(server, tmp_path, delay=0.2, max_seconds=1.2))
    assert crawled.coverage["ended_by"] == "max-seconds"
    assert crawled.result.pages_read < 20


def test_depth_bounds_the_crawl_and_is_named(tmp_path: Path) -> None:
    routes = {f"/{'a/' * n}": body((f"/{'a/' * (n + 1)}", "下级栏目")) for n in range(1, 3)} | {"/": body(("/a/", "一级"))}
    crawled = run(crawl_server(Server(routes), tmp_path, depth=1))
    assert crawled.result.pages_read == 2
    assert crawled.coverage["ended_by"] == "depth"
    assert crawled.left_out("depth") == 1


def test_every_column_is_seen_before_any_article(tmp_path: Path) -> None:
    columns = [(f"/lm{n}/", f"栏目{n}") for n in range(12)]
    articles = [article(n) for n in range(1, 29)]
    server = Server({"/": body(*articles, *columns)}, fallback=body(*articles[:10]))
    run(crawl_server(server, tmp_path, max_pages=20))
    asked = [a.target for a in server.asked if a.target.startswith(("/lm", "/xw"))]
    assert all(target.startswith("/lm") for target in asked[:12])
    assert asked[12] == articles[-1][0], "newest first"


def test_declared_columns_are_asked_first(tmp_path: Path) -> None:
    server = Server({"/": body(*((f"/c{n}/", f"栏目{n}") for n in range(9)))}, fallback=body())

    async def go() -> None:
        async with server.running():
            site = Site(server.url, columns=(DeclaredColumn(f"{server.url}hidden/", "隐蔽栏目"),))
            await crawl_it(server.url, tmp_path, site=site, limits=replace(FAST, max_pages=3))

    run(go())
    assert "/hidden/" in [a.target for a in server.asked]


# refusal


def test_the_breaker_stops_a_crawl_that_is_refused_and_says_so(tmp_path: Path) -> None:
    state = {"count": 0}

    def wall(asked: Asked) -> Reply:
        state["count"] += 1
        return Reply(body()) if state["count"] <= 4 else Reply("<h1>Forbidden</h1>", 403)

    server = Server({"/": wall, **{f"/c{n}/": wall for n in range(100)}})
    server.routes["/"] = lambda asked: Reply(body(*((f"/c{n}/", f"栏目{n}") for n in range(100)))) if state["count"] < 4 else wall(asked)
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.result.state == "blocked"
    assert crawled.coverage["ended_by"] == "breaker"
    assert len(server.asked) < 30


def test_a_closed_section_does_not_stop_the_crawl_while_the_home_page_answers(tmp_path: Path) -> None:
    closed = [(f"/closed/{chr(97 + n)}/", f"内部{n}") for n in range(9)]
    openly = [(f"/open/{chr(97 + n)}/", f"公开{n}") for n in range(9)]
    routes: dict[str, Reply | str] = {"/": body(*closed, *openly)}
    routes |= {path: Reply("<h1>Forbidden</h1>", 403) for path, _ in closed}
    routes |= {path: body() for path, _ in openly}
    crawled = run(crawl_server(Server(routes), tmp_path))
    assert crawled.result.state == "ok"
    assert crawled.coverage["ended_by"] == "finished"
    assert crawled.result.pages_read == 10


@pytest.mark.parametrize("status", [412, 521, 403])
def test_a_walled_home_page_is_blocked_after_one_attempt(tmp_path: Path, status: int) -> None:
    wall = Reply("<script>document.cookie='a=1';location.reload()</script>", status)
    server = Server({"/": wall})
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.result.state == "blocked"
    assert crawled.evidence.meta("site_state")["state"] == "blocked"
    assert crawled.states()[server.url] == "challenge"
    assert server.times("/") <= 2


# soft 404s and fragments


def test_soft_404s_are_told_by_the_sites_own_answer_for_a_random_path(tmp_path: Path) -> None:
    lost = "<title>页面不存在</title><p>您访问的页面不存在，5秒后自动跳转到首页</p>"
    server = Server({"/": body(("/old/", "旧栏目"), ("/zwgk/", "政务公开")), "/zwgk/": body()}, fallback=lost)
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.states()[f"{server.url}old/"] == "soft-404"
    assert crawled.states()[f"{server.url}zwgk/"] == "page"


def test_a_home_page_is_never_a_soft_404(tmp_path: Path) -> None:
    lost = "<title>页面不存在</title><p>您访问的页面不存在</p>"
    crawled = run(crawl_server(Server(fallback=lost), tmp_path))
    assert crawled.result.state == "ok"


def test_a_frame_is_part_of_the_pages_that_show_it_and_asked_once(tmp_path: Path) -> None:
    frame = "<div class=nav><a href='/lm/'>框架里的栏目</a></div>"
    server = Server({
        "/": body(("/a/", "甲"), ("/b/", "乙"), ("/nav.html", "导航"), text="<iframe src='/nav.html'></iframe>"),
        "/a/": body(text="<iframe src='/nav.html'></iframe>"),
        "/b/": body(),
        "/nav.html": frame,
        "/lm/": body(),
    })  # fmt: skip
    crawled = run(crawl_server(server, tmp_path))
    assert server.times("/nav.html") == 1
    assert crawled.states()[f"{server.url}nav.html"] == "fragment"
    assert crawled.states()[f"{server.url}lm/"] == "page"
    assert crawled.page(f"{server.url}lm/").via == server.url


def test_frames_that_show_each_other_do_not_hang(tmp_path: Path) -> None:
    server = Server({
        "/": body(text="<iframe src='/x.html'></iframe><iframe src='/y.html'></iframe>"),
        "/x.html": "<p>x</p><iframe src='/y.html'></iframe>",
        "/y.html": "<p>y</p><iframe src='/x.html'></iframe>",
    })  # fmt: skip
    crawled = run(crawl_server(server, tmp_path))
    assert crawled.result.state == "ok"


# addresses


def test_a_page_that_redirects_to_a_forbidden_address_sends_nothing_there(tmp_path: Path) -> None:
    server = Server({"/": body(("/meta/", "元数据")), "/meta/": Reply(status=302, headers={"Location": "http://169.254.169.254/latest/"})})

    async def go() -> None:
        async with server.running():
            site = Site(server.url, aliases=("169.254.169.254",))
            crawled = await crawl_it(server.url, tmp_path, site=site)
        assert crawled.states()["http://169.254.169.254/latest/"] == "refused-address"

    run(go())


# many crawls


def test_two_crawls_side_by_side_and_one_after_keep_apart(tmp_path: Path) -> None:
    one = Server({"/": body(("/a/", "甲"), title="一"), "/a/": body()})
    two = Server({"/": body(("/b/", "乙"), title="二"), "/b/": body()})

    async def go() -> None:
        async with one.running(), two.running():
            first, second = await asyncio.gather(
                crawl_it(one.url, tmp_path, name="one.sqlite"),
                crawl_it(two.url, tmp_path, name="two.sqlite"),
            )
            third = await crawl_it(one.url, tmp_path, name="three.sqlite")
        assert set(first.states()) == set(third.states()) == {one.url, f"{one.url}a/"}
        assert set(second.states()) == {two.url, f"{two.url}b/"}

    run(go())


def test_the_same_site_gives_the_same_rows_in_the_same_order_whatever_the_timing(tmp_path: Path) -> None:
    jitter = iter([0.05, 0.0, 0.02, 0.0, 0.08, 0.01] * 200)

    def page(asked: Asked) -> Reply:
        number = sum(map(ord, asked.target))
        html = body(*((f"/n{(number + k) % 40}/", f"栏目{(number + k) % 40}") for k in range(6)))

        async def later(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(next(jitter))
            writer.write(html.encode())

        return Reply(stream=later)

    orders = []
    for name in ("first.sqlite", "second.sqlite"):
        server = Server({"/": page}, fallback=page)
        server.host = "127.0.1.7"
        crawled = run(crawl_server(server, tmp_path, max_pages=25, name=name))
        orders.append([(p.url.split("/", 3)[3], p.via.split("/", 3)[-1], p.depth) for p in crawled.evidence.pages])
    assert orders[0] == orders[1]
    assert len(orders[0]) > 20


def test_a_cancelled_crawl_keeps_what_was_written_and_ends_at_once(tmp_path: Path) -> None:
    async def silent(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    columns = [(f"/c{n}/", f"栏目{n}") for n in range(20)]
    server = Server({"/": body(*columns), "/c0/": Reply(stream=silent), "/c1/": Reply(stream=silent)})

    async def go() -> float:
        async with server.running():
            task = asyncio.ensure_future(crawl_it(server.url, tmp_path, limits=replace(FAST, timeout=30.0)))
            while not any(a.target == "/c0/" for a in server.asked):
                await asyncio.sleep(0.05)
            begun = asyncio.get_running_loop().time()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            return asyncio.get_running_loop().time() - begun

    took = run(go())
    from crawler.evidence import Evidence

    evidence = Evidence(tmp_path / "evidence.sqlite")
    assert evidence.home is not None
    assert evidence.meta("coverage")["ended_by"] == "interrupted"
    assert took < 5


def test_a_server_that_hangs_up_has_not_answered_and_is_not_said_to_have_answered_wrongly(tmp_path: Path) -> None:
    class HangsUp(Server):
        async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.transport.abort()

    crawled = run(crawl_server(HangsUp(), tmp_path))
    assert [(page.state, page.reason) for page in crawled.evidence.pages] == [("network-error", "连接被对方关闭，没有应答")]
