"""The crawl over real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.crawler.served import Reply, Server, body, crawl_server


def run(coroutine):  # type: ignore[no-untyped-def]
    return asyncio.run(coroutine)


def test_every_page_of_a_small_site_becomes_one_row(tmp_path: Path) -> None:
    server = Server({
        "/": body(("/zwgk/", "政务公开"), ("/tzgg/", "通知公告"), ("/gone.html", "已删除"), ("http://other.gov.cn/", "别的网站")),
        "/zwgk/": body(("/", "首页"), ("/zwgk/t20260101_1.html", "关于印发某办法的通知全文公布")),
        "/tzgg/": body(("/", "首页")),
        "/zwgk/t20260101_1.html": body(title="关于印发某办法的通知全文公布"),
    })  # fmt: skip
    crawled = run(crawl_server(server, tmp_path))
    base = server.url
    assert crawled.states() == {
        base: "page",
        f"{base}zwgk/": "page",
        f"{base}tzgg/": "page",
        f"{base}gone.html": "http-error",
        f"{base}zwgk/t20260101_1.html": "page",
    }
    assert crawled.result.state == "ok"
    assert crawled.coverage["ended_by"] == "finished"
    assert crawled.left_out("outside") == 1
    assert crawled.page(f"{base}zwgk/t20260101_1.html").depth == 2
    assert crawled.page(f"{base}zwgk/t20260101_1.html").via == f"{base}zwgk/"
