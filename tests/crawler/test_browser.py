"""The browser: what it shows, when a render is complete, and that nothing of a page reaches the network by itself."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from playwright.async_api import Error as BrowserError

from crawler.browser import Rendered, Renderer
from crawler.browser_chromium import ENVIRONMENT, Chromium
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import PRODUCT, Limits
from crawler.site import Site
from crawler.visibility import visible
from crawler.visit import VisitLedger
from tests.crawler.served import Asked, Reply, Route, Server

AS_OF = date(2026, 3, 1)
JS = {"Content-Type": "application/javascript"}


class Lab:
    """One browser for all tests of this file; each test has its own server."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.runner = asyncio.Runner()
        self.ledger = VisitLedger()
        self.limits = limits or Limits(delay=0.0, timeout=5.0, max_renders=1000)
        self.runner.run(self._open())

    async def _open(self) -> None:
        network = Network(Site("http://127.0.1.9/"), nameserver=("127.0.0.1", 9))
        await network.start()
        self.fetcher = Fetcher(network, self.ledger, Politeness(delay=0.0, timeout=5.0))
        self.renderer = Renderer(network, self.fetcher, self.ledger, limits=self.limits, as_of=AS_OF)
        await self.renderer.start()

    def close(self) -> None:
        self.runner.run(self.renderer.close())
        self.runner.run(self.fetcher.close())
        self.runner.close()

    def show(self, routes: dict[str, Route], path: str = "/") -> tuple[Rendered, Server]:
        """Render ``path`` of a site that serves ``routes``."""
        server = Server(routes)

        async def work() -> Rendered:
            async with server.running():
                return await self.renderer.render(server.url.rstrip("/") + path)

        return self.runner.run(work()), server

    def photograph(self, routes: dict[str, Route], selector: str, words: str = "") -> bytes | None:
        server = Server(routes)

        async def work() -> bytes | None:
            async with server.running():
                return await self.renderer.screenshot(server.url, selector=selector, words=words)

        return self.runner.run(work())


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    made = Lab()
    yield made
    made.close()


def test_a_page_is_read_after_its_scripts_ran(lab: Lab) -> None:
    shown, _ = lab.show(
        {
            "/": "<title>首页</title><div id=f></div><script src=/foot.js></script>",
            "/foot.js": Reply("document.getElementById('f').innerHTML='<a href=/gy.html>关于我们</a>'", headers=JS),
        }
    )
    assert shown.complete, shown.failed
    assert shown.document is not None
    assert shown.document.rendered
    assert [link.text for link in shown.document.links] == ["关于我们"]


@pytest.mark.parametrize(
    ("what", "body", "missing"),
    [
        ("script", "<script src=/gone.js></script>", "/gone.js"),
        ("include", "<script>fetch('/gone.html')</script>", "/gone.html"),
        ("frame", "<iframe src=/gone.htm></iframe>", "/gone.htm"),
        ("script answered with an error page", "<script src=/error.js></script>", "/error.js"),
        ("query that would have to be posted", "<script>fetch('/list.do', {method: 'POST', body: 'a=1'})</script>", "/list.do"),
    ],
)
def test_a_render_without_one_of_the_sites_own_pieces_is_incomplete(lab: Lab, what: str, body: str, missing: str) -> None:
    shown, server = lab.show({"/": f"<p>正文</p>{body}", "/error.js": "<html><h1>页面不存在</h1></html>"})
    assert (shown.complete, shown.reason) == (False, "incomplete-render"), what
    assert [url.removeprefix(server.url.rstrip("/")) for url in shown.failed] == [missing], what
    assert shown.document is not None, "what could be seen is still there to be read"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("picture", "<img src=/gone.png>"),
        ("stylesheet", "<link rel=stylesheet href=/gone.css>"),
        ("script of a host that does not resolve", "<script src=http://tongji.elsewhere.invalid/hm.js></script>"),
        ("frame of another host", "<iframe src=http://video.elsewhere.invalid/></iframe>"),
        ("counter of visits that is sent, not read", "<script>navigator.sendBeacon('/count')</script>"),
    ],
)
def test_what_a_page_can_do_without_does_not_make_it_incomplete(lab: Lab, what: str, body: str) -> None:
    shown, _ = lab.show({"/": f"<p>正文</p>{body}"})
    assert shown.complete, (what, shown.failed)


def test_a_library_of_another_host_matters_once_the_pages_own_script_breaks_without_it(lab: Lab) -> None:
    library = "<script src=http://cdn.elsewhere.invalid/jquery.js></script>"
    shown, _ = lab.show({"/": f"<p>正文</p>{library}<script>$('body').append('<footer>找错</footer>')</script>"})
    assert not shown.complete
    assert shown.failed == ("http://cdn.elsewhere.invalid/jquery.js",)


def test_the_platforms_own_script_need_not_load(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    platform = "<script id=_jiucuo_ sitecode=6101220001 src=http://platform.elsewhere.invalid/exposure/jiucuo.js></script>"
    page: dict[str, Route] = {"/": f"<p>正文</p>{platform}<script>PlatformReady()</script>"}
    assert not lab.show(page)[0].complete
    monkeypatch.setattr(lab.renderer, "optional_hosts", frozenset({"platform.elsewhere.invalid"}))
    assert lab.show(page)[0].complete


def test_frames_of_the_own_host_are_part_of_the_page_and_hidden_frames_are_not(lab: Lab) -> None:
    shown, _ = lab.show(
        {
            "/": "<p>正文</p><iframe src=/foot.html></iframe><iframe style='display:none' src=/pop.html></iframe>",
            "/foot.html": "<p>主办单位：蓝田县</p>",
            "/pop.html": "<p>弹窗</p>",
        }
    )
    assert shown.document is not None
    assert "主办单位：蓝田县" in shown.document.text
    assert "弹窗" not in shown.document.text


def test_a_frame_that_is_redirected_is_read_where_it_ends(lab: Lab) -> None:
    shown, _ = lab.show(
        {
            "/": "<iframe src=/old.html></iframe>",
            "/old.html": Reply("", 302, {"Location": "/new/foot.html"}),
            "/new/foot.html": "<a href=gy.html>关于我们</a>",
        }
    )
    assert shown.complete, shown.failed
    assert shown.document is not None
    assert [link.url.split("/", 3)[3] for link in shown.document.links] == ["new/gy.html"]


def test_what_a_stylesheet_hides_is_not_visible_in_the_rendered_page(lab: Lab) -> None:
    shown, _ = lab.show(
        {
            "/": "<link rel=stylesheet href=/s.css><p class=phone>手机版</p><p class=desk>电脑版</p>",
            "/s.css": Reply(".phone{display:none}", headers={"Content-Type": "text/css"}),
        }
    )
    assert shown.document is not None
    seen = {node.text(): visible(node) for node in shown.document.tree.css("p")}
    assert seen == {"手机版": False, "电脑版": True}


def test_a_curtain_over_the_whole_page_hides_nothing(lab: Lab) -> None:
    shown, _ = lab.show({"/": "<style>body{visibility:hidden}</style><p>正文</p>"})
    assert shown.document is not None
    assert shown.document.text == "正文"


def test_pieces_that_come_late_or_only_when_scrolled_to_are_waited_for(lab: Lab) -> None:
    page = """<div style='height:4000px'>长文</div><div id=end></div><script>
      setTimeout(() => document.body.append('迟到的页脚'), 1500);
      new IntersectionObserver((seen) => { if (seen[0].isIntersecting) document.body.append('滚动才来的页脚'); }).observe(end);
    </script>"""
    shown, _ = lab.show({"/": page})
    assert shown.document is not None
    assert "迟到的页脚" in shown.html
    assert "滚动才来的页脚" in shown.html


def test_a_challenge_that_sets_a_cookie_and_reloads_is_passed(lab: Lab) -> None:
    def door(asked: Asked) -> Reply:
        if "pass=1" in asked.headers.get("cookie", ""):
            return Reply("<p>真正的首页</p>")
        return Reply("<script>document.cookie='pass=1';location.reload()</script>", 412)

    shown, _ = lab.show({"/": door})
    assert shown.complete, shown.failed
    assert shown.status == 200
    assert "真正的首页" in shown.html


LEAVING = ["location.href = 'http://elsewhere.example/'", "location.replace('/nothing-new')"]


def leave(lab: Lab, work: str) -> Rendered:
    body = f"<p>正文</p><script>{work}</script><script src='/foot.js'></script>"
    foot = Reply(b"document.body.insertAdjacentHTML('beforeend', '<i id=foot>foot</i>')", headers=JS)
    return lab.show({"/": Reply(body.encode()), "/foot.js": foot, "/nothing-new": Reply(b"", status=204)})[0]


@pytest.mark.parametrize("leaving", LEAVING)
def test_a_page_that_later_leaves_for_where_nothing_comes_from_keeps_standing_and_is_whole(lab: Lab, leaving: str) -> None:
    rendered = leave(lab, f"addEventListener('load', () => setTimeout(() => {{ {leaving} }}, 100))")
    assert (rendered.complete, rendered.failed) == (True, ())
    assert 'id="foot"' in rendered.html


@pytest.mark.parametrize("leaving", LEAVING)
def test_a_page_cut_off_because_it_leaves_while_it_is_read_is_never_whole(lab: Lab, leaving: str) -> None:
    rendered = leave(lab, leaving)
    assert not rendered.complete or 'id="foot"' in rendered.html


def test_dialogs_popups_and_downloads_do_not_stop_a_render(lab: Lab) -> None:
    body = "<p>正文</p><script>alert('欢迎');confirm('?');window.open('/pop.html');setTimeout(()=>{location.href='/file.bin'},200)</script><p>文后</p>"
    shown, _ = lab.show({"/": body, "/file.bin": Reply(b"\0\1", headers={"Content-Type": "application/octet-stream"})})
    assert shown.document is not None
    assert "文后" in shown.html


def test_a_site_gets_no_post_from_the_browser(lab: Lab) -> None:
    page = "<form id=f method=post action=/save><input name=a></form><script>fetch('/x',{method:'POST'}).catch(()=>0);f.submit()</script>"
    _, server = lab.show({"/": page, "/x": "{}", "/save": "ok"})
    assert [asked.target for asked in server.asked] == ["/"]


def test_the_browser_says_who_it_is(lab: Lab) -> None:
    _, server = lab.show({"/": "<script src=/a.js></script>", "/a.js": Reply("1", headers=JS)})
    agents = {asked.headers["user-agent"] for asked in server.asked}
    assert len(server.asked) == 2
    assert all(PRODUCT in agent and "Chrome/" in agent for agent in agents), agents


def test_a_script_shared_by_pages_is_asked_once_in_a_run(lab: Lab) -> None:
    server = Server({"/1": "<script src=/a.js></script>", "/2": "<script src=/a.js></script>", "/a.js": Reply("1", headers=JS)})

    async def work() -> None:
        async with server.running():
            await asyncio.gather(*(lab.renderer.render(f"{server.url}{n}") for n in (1, 2)))

    lab.runner.run(work())
    assert server.times("/a.js") == 1


def test_every_request_of_the_browser_is_in_the_visit_record(lab: Lab) -> None:
    before = lab.ledger.summary()["by_kind"].get("browser", 0)
    _, server = lab.show({"/": "<script src=/a.js></script><script>fetch('/b')</script>", "/a.js": Reply("1", headers=JS), "/b": "{}"})
    assert lab.ledger.summary()["by_kind"]["browser"] - before == len(server.asked) == 3


def test_nothing_leaves_the_browser_beside_our_fetcher(lab: Lab) -> None:
    """Sockets on loopback wait for whatever Chromium might send by itself: UDP (QUIC, STUN), web sockets, workers, prefetch."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as udp, closing(socket.socket()) as tcp:
        udp.bind(("127.0.0.1", 0))
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        udp.setblocking(False)
        tcp.setblocking(False)
        quic, spy = udp.getsockname()[1], tcp.getsockname()[1]
        page = f"""<link rel=preconnect href=http://127.0.0.1:{spy}><link rel=prefetch href=http://127.0.0.1:{spy}/a><p>正文</p><script>
          const tries = [
            () => new WebSocket('ws://127.0.0.1:{spy}/'),
            () => new EventSource('http://127.0.0.1:{spy}/'),
            () => navigator.sendBeacon('http://127.0.0.1:{spy}/', 'x'),
            () => {{ const p = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{quic}'}}]}}); p.createDataChannel('x');
                     p.createOffer().then((o) => p.setLocalDescription(o)); }},
            () => new WebTransport('https://127.0.0.1:{quic}/'),
            () => navigator.serviceWorker.register('/worker.js'),
            () => new SharedWorker('/worker.js'),
            () => new Worker('/worker.js'),
          ];
          for (const one of tries) try {{ one(); }} catch (refused) {{ console.log(refused); }}
        </script>"""
        worker = Reply(f"fetch('http://127.0.0.1:{spy}/w').catch(()=>0); new WebSocket('ws://127.0.0.1:{spy}/w')", headers=JS)
        shown, _ = lab.show({"/": page, "/worker.js": worker})
        assert shown.document is not None
        time.sleep(0.5)
        caught = []
        with pytest.raises(BlockingIOError):
            caught.append(udp.recv(100))
        while True:
            try:
                peer, _address = tcp.accept()
            except BlockingIOError:
                break
            with closing(peer):
                peer.settimeout(2)
                caught.append(peer.recv(400))
        # what does arrive was sent by our fetcher, with our name on it, and is counted
        assert all(PRODUCT.encode() in request for request in caught), caught


def test_an_endless_script_costs_one_render_and_the_next_page_is_shown(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.browser.PAGE_SECONDS", 4.0)
    monkeypatch.setattr("crawler.browser.HANG_SECONDS", 1.0)
    shown, _ = lab.show({"/": "<p>正文</p><script>while(true){}</script>"})
    assert (shown.document, shown.reason) == (None, "incomplete-render")
    monkeypatch.undo()
    after, _ = lab.show({"/": "<p>下一页</p>"})
    assert after.complete


def test_a_browser_that_crashes_is_started_again_and_the_page_still_shown(lab: Lab) -> None:
    lab.show({"/": "<p>一</p>"})
    starts, crashes = lab.renderer._chromium.starts, []

    async def crash() -> None:
        browser = await lab.renderer._chromium.browser()
        session = await browser.new_browser_cdp_session()
        with contextlib.suppress(BrowserError):
            await session.send("Browser.crash")

    def trap(_: Asked) -> Reply:
        if not crashes:
            crashes.append(asyncio.ensure_future(crash()))
        return Reply("setTimeout(() => document.body.append('活着'), 300)", headers=JS)

    shown, _ = lab.show({"/": "<p>二</p><script src=/trap.js></script>", "/trap.js": trap})
    assert shown.complete, shown
    assert "活着" in shown.html
    assert lab.renderer._chromium.starts == starts + 1


def test_a_screenshot_shows_the_place_outlined_and_stays_small(lab: Lab) -> None:
    noise = "".join(f"<span style='background:hsl({n * 37 % 360},90%,50%)'>{n}字</span>" for n in range(6000))
    png = lab.photograph({"/": f"<div style='width:1280px'>{noise}</div><div id=foot>页脚</div>"}, "#foot")
    assert png is not None
    assert png.startswith(b"\x89PNG")
    assert len(png) <= 300_000
    plain = lab.photograph({"/": "<p>正文</p>"}, "#absent")
    assert plain is not None, "a place that can't be found still gives a picture of the page"


def test_a_place_is_outlined_where_its_words_stand(lab: Lab) -> None:
    pages = {"/": "<ul><li>县水务局开展河湖巡查</li><li>别的</li></ul>"}
    assert lab.photograph(pages, "", "县水务局开展河湖") != lab.photograph(pages, "", "页面上没有的字")


def test_an_error_page_is_no_complete_render(lab: Lab) -> None:
    shown, _ = lab.show({}, "/none")
    assert (shown.complete, shown.status) == (False, 404)


def test_a_spent_budget_stops_the_next_render_for_pages_and_leaves_templates_their_own() -> None:
    lab = Lab(Limits(delay=0.0, max_renders=1))
    try:
        first, _ = lab.show({"/": "<p>一</p>"})
        second, _ = lab.show({"/": "<p>二</p>"})
        assert (first.complete, second.reason) == (True, "render-budget")
        server = Server({"/": "<p>三</p>"})

        async def frame() -> Rendered:
            async with server.running():
                return await lab.renderer.render(server.url, purpose="frame")

        assert lab.runner.run(frame()).complete
    finally:
        lab.close()


def test_without_a_browser_every_render_says_so_and_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, "/nowhere/chromium")
    lab = Lab()
    try:
        shown, server = lab.show({"/": "<p>一</p>"})
        assert (lab.renderer.available, shown.reason, server.asked) == (False, "no-browser", [])
    finally:
        lab.close()


def test_render_never_starts_no_browser() -> None:
    lab = Lab(Limits(render="never"))
    try:
        shown, server = lab.show({"/": "<p>一</p>"})
        assert (shown.document, shown.reason, server.asked) == (None, "render-never", [])
    finally:
        lab.close()


def test_runs_that_begin_together_share_one_driver_and_one_browser() -> None:
    async def go() -> tuple[int, int]:
        def drivers() -> int:
            """Child processes of ours that run the browser's driver."""
            children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
            numbers = {number for each in children for number in each.read_text().split()}
            return sum("playwright" in Path(f"/proc/{number}/cmdline").read_text() for number in numbers)

        before, chromium = drivers(), Chromium()
        try:
            browsers = await asyncio.gather(*(chromium.browser() for _ in range(5)))
            assert len({id(browser) for browser in browsers}) == 1 and chromium.starts == 1
            started = drivers() - before
        finally:
            await chromium.close()
        return started, drivers() - before

    assert asyncio.run(go()) == (1, 0)
