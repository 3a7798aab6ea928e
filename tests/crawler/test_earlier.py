"""What a night takes over from the one before: input (two nights of a served site) → what was asked → what stands in the evidence."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.document import Document
from crawler.earlier import ALWAYS_ASKED, Earlier, Turns
from crawler.evidence import Evidence, EvidenceWriter, Observer
from crawler.fetch import Fetcher
from crawler.lasting import good_until
from tests.crawler.served import AS_OF, Asked, Crawled, Reply, Server, body, crawl_it

NEXT = AS_OF + timedelta(days=1)
TURNS = Turns(horizon=60, rotation=7, render=7)


@dataclass(frozen=True)
class Words:
    """What the test's observer sees: the page's text."""

    text: str


WORDS: Observer[Words] = Observer("words", Words, lambda document: Words(document.text[-60:]))


def validated(text: str, *, etag: str = "", modified: str = "") -> Callable[[Asked], Reply]:
    """A page that knows conditional requests."""

    def answer(asked: Asked) -> Reply:
        fields = {name: value for name, value in (("ETag", etag), ("Last-Modified", modified)) if value}
        fresh = (etag and asked.headers.get("if-none-match") == etag) or (modified and asked.headers.get("if-modified-since") == modified)
        return Reply(b"", 304, fields) if fresh else Reply(text, 200, fields)

    return answer


def article(day: date, words: str = "正文内容", frame: str = "") -> str:
    """An article with its day."""
    told = f"<h1>关于某事的通知</h1><div>发布时间：{day.isoformat()} 来源：某局</div><p>{words * 40}</p>"
    return f"<html><head><title>通知</title></head><body><a href='/'>首页</a><div class=content>{told}</div>{frame}</body></html>"


def two_nights(
    server: Server, folder: Path, change: Callable[[], None] = lambda: None, *, day: date = NEXT, afresh: Iterable[str] = ()
) -> tuple[Crawled, Crawled, list[Asked]]:
    """Crawl, ``change`` the site, crawl again leaning on the first night; the second night's requests."""

    async def work() -> tuple[Crawled, Crawled, list[Asked]]:
        async with server.running():
            first = await crawl_it(server.url, folder, observers=(WORDS,), name="1.sqlite")
            change()
            before = len(server.asked)

            def lean(writer: EvidenceWriter, fetcher: Fetcher) -> Earlier:
                writer.attach(folder / "1.sqlite")
                return Earlier(
                    Evidence(folder / "1.sqlite"), fetcher, as_of=day, turns=TURNS, afresh=[server.url + path for path in afresh]
                )

            second = await crawl_it(server.url, folder, observers=(WORDS,), name="2.sqlite", as_of=day, lean=lean)
            return first, second, server.asked[before:]

    return asyncio.run(work())


def seen(night: Crawled, url: str) -> Any:
    value = night.evidence.seen(night.page(url), WORDS).value
    return value.text if value else None


def test_a_page_the_site_calls_unchanged_costs_one_conditional_request_and_keeps_what_was_seen(tmp_path: Path) -> None:
    recent = article(AS_OF - timedelta(days=3))
    server = Server({"/": body(("/a.html", "通知")), "/a.html": validated(recent, etag='"1"')})
    first, second, asked = two_nights(server, tmp_path)
    page = second.page(server.url + "a.html")
    assert page.taken == "unchanged" and page.sha256 == hashlib.sha256(recent.encode()).hexdigest()
    assert [a.headers.get("if-none-match") for a in asked if a.target == "/a.html"] == ['"1"']
    assert seen(second, page.url) == seen(first, page.url) is not None
    assert second.evidence.links(page) == first.evidence.links(first.page(page.url))
    assert second.evidence.body(page) == recent.encode()


@pytest.mark.parametrize(
    ("etag", "modified"), [('"1"', ""), ("", "Sun, 01 Mar 2026 00:00:00 GMT"), ('W/"x"', "Sun, 01 Mar 2026 00:00:00 GMT"), ("", "")]
)
def test_the_same_bytes_are_taken_over_whatever_validators_the_site_sends(tmp_path: Path, etag: str, modified: str) -> None:
    server = Server({"/": body(("/a.html", "通知")), "/a.html": validated(article(AS_OF), etag=etag, modified=modified)})
    _, second, _ = two_nights(server, tmp_path)
    assert {page.url: page.taken for page in second.evidence.pages} == {server.url: "unchanged", server.url + "a.html": "unchanged"}
    assert second.coverage["taken"] == {"unchanged": 2}


def test_a_changed_page_is_read_anew(tmp_path: Path) -> None:
    server = Server({"/": body(("/a.html", "通知")), "/a.html": validated(article(AS_OF, "旧的"), etag='"1"')})
    _, second, _ = two_nights(server, tmp_path, lambda: server.routes.update({"/a.html": validated(article(AS_OF, "新的"), etag='"2"')}))
    page = second.page(server.url + "a.html")
    assert page.taken == "" and "新的" in seen(second, page.url)


def test_new_links_of_a_changed_page_lead_on_and_links_of_an_unchanged_one_too(tmp_path: Path) -> None:
    server = Server(
        {"/": body(("/l/", "列表")), "/l/": body(("/l/1.html", "一")), "/l/1.html": article(AS_OF), "/l/2.html": article(AS_OF)}
    )
    change = lambda: server.routes.update({"/l/": body(("/l/2.html", "二"), ("/l/1.html", "一"))})  # noqa: E731
    _, second, _ = two_nights(server, tmp_path, change)
    assert {page.url.removeprefix(server.url): page.taken for page in second.evidence.pages} == {
        "": "unchanged",
        "l/": "",
        "l/2.html": "",
        "l/1.html": "unchanged",
    }


def old_site(count: int = 30, *, age: int = 200) -> Server:
    """A list of articles far beyond the horizon."""
    paths = [f"/a/{number}.html" for number in range(count)]
    routes: dict[str, Any] = {path: article(AS_OF - timedelta(days=age + i), f"第{i}号") for i, path in enumerate(paths)}
    return Server({"/": body(*((path, f"第{i}号") for i, path in enumerate(paths))), **routes})


def test_articles_beyond_the_horizon_are_asked_in_rotation_and_all_within_one_round(tmp_path: Path) -> None:
    server = old_site()
    _, second, asked = two_nights(server, tmp_path)
    asked_articles = {a.target for a in asked if a.target.startswith("/a/")}
    assert ALWAYS_ASKED <= len(asked_articles) < 15
    assert second.coverage["pages_read"] == 31 and second.coverage["taken"]["kept"] == 30 - len(asked_articles)
    kept = [page for page in second.evidence.pages if page.taken == "kept"]
    assert all(seen(second, page.url) for page in kept)


def test_a_page_left_out_for_a_whole_round_is_asked(tmp_path: Path) -> None:
    server = old_site()
    _, second, asked = two_nights(server, tmp_path, day=AS_OF + timedelta(days=7))
    assert len({a.target for a in asked if a.target.startswith("/a/")}) == 30 and "kept" not in second.coverage["taken"]


def test_recent_articles_are_asked_every_night(tmp_path: Path) -> None:
    server = old_site(age=0)  # the last of them is 29 days old
    _, second, _ = two_nights(server, tmp_path)
    assert "kept" not in second.coverage["taken"]


def test_a_page_with_an_open_finding_is_asked_every_night(tmp_path: Path) -> None:
    server = old_site()
    everything = [f"a/{number}.html" for number in range(30)]
    _, second, asked = two_nights(server, tmp_path, afresh=everything)
    assert len({a.target for a in asked if a.target.startswith("/a/")}) == 30 and "kept" not in second.coverage["taken"]


def test_a_template_that_changed_lets_no_old_article_go_unasked(tmp_path: Path) -> None:
    server = old_site()

    def redesign() -> None:
        for path, page in list(server.routes.items()):
            if path.startswith("/a/"):
                server.routes[path] = str(page).replace("<div class=content>", "<main><section><table><tr><td>新版<div class=content>")

    _, second, asked = two_nights(server, tmp_path, redesign)
    unasked = 30 - len({a.target for a in asked if a.target.startswith("/a/")})
    assert unasked <= 8, "only what was chosen before the first changed page had been read"
    assert second.coverage["taken"].get("kept", 0) == unasked


def test_a_changed_frame_makes_every_page_that_shows_it_new(tmp_path: Path) -> None:
    framed = article(AS_OF, frame="<iframe src='/foot.html'></iframe>")
    routes = {"/": body(("/a.html", "甲"), ("/b.html", "乙")), "/a.html": validated(framed, etag='"1"'), "/b.html": article(AS_OF)}
    server = Server({**routes, "/foot.html": "<html><body>版权所有 某县</body></html>"})
    change = lambda: server.routes.update({"/foot.html": "<html><body>版权所有 另一县</body></html>"})  # noqa: E731
    _, second, _ = two_nights(server, tmp_path, change)
    assert second.page(server.url + "a.html").taken == "" and "另一县" in seen(second, server.url + "a.html")
    assert second.page(server.url + "b.html").taken == "unchanged"


def test_an_unchanged_frame_leaves_the_page_as_it_was_and_is_asked_again(tmp_path: Path) -> None:
    framed = article(AS_OF, frame="<iframe src='/foot.html'></iframe>")
    server = Server({"/": body(("/a.html", "甲")), "/a.html": framed, "/foot.html": "<html><body>版权所有</body></html>"})
    _, second, asked = two_nights(server, tmp_path)
    assert second.page(server.url + "a.html").taken == "unchanged" and [a.target for a in asked].count("/foot.html") == 1
    assert second.page(server.url + "foot.html").state == "fragment"


@pytest.mark.parametrize("state", ["404", "redirect"])
def test_a_page_that_went_away_is_not_taken_over(tmp_path: Path, state: str) -> None:
    gone = Reply("gone", 404) if state == "404" else Reply("", 302, {"Location": "/"})
    server = Server({"/": body(("/a.html", "甲")), "/a.html": validated(article(AS_OF), etag='"1"')})
    _, second, _ = two_nights(server, tmp_path, lambda: server.routes.update({"/a.html": gone}))
    assert second.page(server.url + "a.html").state in ("http-error", "redirect") and second.page(server.url + "a.html").taken == ""


def test_a_rotated_article_keeps_the_moment_it_was_really_read(tmp_path: Path) -> None:
    server = old_site()
    first, second, _ = two_nights(server, tmp_path)
    kept = next(page for page in second.evidence.pages if page.taken == "kept")
    assert kept.fetched_at == first.page(kept.url).fetched_at


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("发布时间：2026-02-27", None),
        ("会议将于2026年3月5日召开", date(2026, 3, 5)),  # a day ahead is not believed until it has come
        ("申报截止 2026-03-02，公示至 2026-04-01", date(2026, 3, 2)),
        ("昨天", NEXT),
        ("3天前", NEXT),
        ("今天上午召开了会议", None),  # told in a sentence: no day is read from it
        ("2026-03-01", None),
    ],
)
def test_how_long_a_reading_lasts(text: str, until: date | None) -> None:
    document = Document(f"<html><body><p>{text}</p></body></html>", "http://a/", as_of=AS_OF)
    assert good_until(document, AS_OF) == until


def test_a_page_that_tells_a_day_ahead_is_read_anew_once_the_day_has_come(tmp_path: Path) -> None:
    page = body(("/a.html", "甲"), text=f"定于{NEXT.isoformat()}召开")
    server = Server({"/": page, "/a.html": article(AS_OF)})
    _, second, _ = two_nights(server, tmp_path)
    assert second.page(server.url).taken == "" and second.page(server.url + "a.html").taken == "unchanged"
