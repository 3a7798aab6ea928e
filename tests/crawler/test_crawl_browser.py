"""The crawl with a real browser: script-built portals, challenged pages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from crawler.browser import Renderer
from crawler.crawl import crawl
from crawler.evidence import Evidence, EvidenceWriter, Observer
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import Limits
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.crawler.served import AS_OF, FAST, Asked, Crawled, Reply, Server, body

JS = {"Content-Type": "application/javascript"}
APPLICATION = """
var menu = [['/zwgk/','政务公开'],['/tzgg/','通知公告']];
document.getElementById('app').innerHTML = '<div class=nav>' + menu.map(function (m) { return '<a href="' + m[0] + '">' + m[1] + '</a>'; }).join('')
  + '</div><p>' + document.title + '页面的正文由脚本写出</p>';
"""


def shell(title: str) -> str:
    return f"<html><head><title>{title}</title></head><body><div id=app></div><script src='/app.js'></script></body></html>"


@dataclass(frozen=True)
class Text:
    text: str


LOOK = Observer("text", Text, lambda document: Text(document.text) if document.text else None)


async def crawl_rendered(server: Server, folder: Path, limits: Limits = FAST, observers: tuple[Observer[Any], ...] = (LOOK,)) -> Crawled:
    ledger = VisitLedger()
    async with server.running():
        site = Site(server.url)
        writer = EvidenceWriter(folder / "evidence.sqlite", site, AS_OF)
        network = Network(site)
        fetcher = Fetcher(network, ledger, Politeness(delay=limits.delay, per_host=limits.per_host, timeout=limits.timeout))
        try:
            async with Renderer(network, fetcher, ledger, limits=limits, as_of=AS_OF) as renderer:
                result = await crawl(
                    site,
                    observers,
                    writer=writer,
                    network=network,
                    fetcher=fetcher,
                    ledger=ledger,
                    renderer=renderer,
                    limits=limits,
                    as_of=AS_OF,
                )
        finally:
            await fetcher.close()
            writer.finish()
    return Crawled(result, Evidence(folder / "evidence.sqlite"), ledger.summary())


def application() -> Server:
    return Server({
        "/": shell("某县人民政府"),
        "/app.js": Reply(APPLICATION, headers=JS),
        "/zwgk/": shell("政务公开"),
        "/tzgg/": shell("通知公告"),
    })  # fmt: skip


def test_a_script_built_portal_is_read_through_the_browser(tmp_path: Path) -> None:
    server = application()
    crawled = asyncio.run(crawl_rendered(server, tmp_path))
    assert {url.removeprefix(server.url): state for url, state in crawled.states().items()} == {
        "": "page",
        "zwgk/": "page",
        "tzgg/": "page",
    }
    page = crawled.page(f"{server.url}zwgk/")
    assert page.script_built
    assert page.render == "complete"
    seen = crawled.evidence.seen(page, LOOK)
    assert seen.rendered
    assert seen.value is not None
    assert "正文由脚本写出" in seen.value.text
    assert [link.text for link in crawled.evidence.links(page)] == ["政务公开", "通知公告"]
    assert crawled.coverage["rendered"] == 3
    assert crawled.coverage["render_reasons"] == {"页面内容由脚本生成": 3}


def test_renders_end_with_their_budget_and_the_rest_says_so(tmp_path: Path) -> None:
    server = application()
    crawled = asyncio.run(crawl_rendered(server, tmp_path, replace(FAST, max_renders=1)))
    assert crawled.coverage["rendered"] == 1
    page = crawled.page(f"{server.url}zwgk/")
    assert (page.render, page.render_reason) == ("no", "render-budget")
    assert not crawled.evidence.seen(page, LOOK).settled


def test_without_the_browser_a_script_built_page_is_unsettled_never_absent(tmp_path: Path) -> None:
    server = application()
    crawled = asyncio.run(crawl_rendered(server, tmp_path, replace(FAST, render="never")))
    page = crawled.page(server.url)
    assert (page.render, page.render_reason) == ("no", "render-never")
    seen = crawled.evidence.seen(page, LOOK)
    assert (seen.settled, seen.reason) == (False, "render-never")


def test_always_renders_pages_that_need_none(tmp_path: Path) -> None:
    server = Server({"/": body(("/a/", "甲")), "/a/": body()})
    crawled = asyncio.run(crawl_rendered(server, tmp_path, replace(FAST, render="always")))
    assert crawled.coverage["rendered"] == 2


def wall(asked: Asked) -> Reply:
    if "pass=1" in asked.headers.get("cookie", ""):
        return Reply(body(("/zwgk/", "政务公开"), title="某县人民政府"))
    return Reply("<html><script>document.cookie='pass=1;path=/';location.reload();</script></html>", 412)


def test_a_challenged_home_page_that_the_browser_passes_is_read(tmp_path: Path) -> None:
    server = Server({"/": wall, "/zwgk/": wall})
    crawled = asyncio.run(crawl_rendered(server, tmp_path))
    assert crawled.result.state == "ok", crawled.result.detail
    home = crawled.evidence.home
    assert home is not None
    assert (home.state, home.render, home.title) == ("page", "complete", "某县人民政府")
    assert crawled.states()[f"{server.url}zwgk/"] == "page"


def test_a_challenge_the_browser_can_not_pass_is_blocked(tmp_path: Path) -> None:
    server = Server(fallback=Reply("<html><script>var a = 1;</script></html>", 412))
    crawled = asyncio.run(crawl_rendered(server, tmp_path))
    assert crawled.result.state == "blocked"
    assert crawled.states()[server.url] == "challenge"
    assert server.times("/") <= 4
