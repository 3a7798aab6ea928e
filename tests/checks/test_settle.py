"""Settling doubts with a real browser on a real site: renders grow with templates, and nobody is accused unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from checks.entry_markup import ENTRY
from checks.error_report_entry import CHECK
from checks.model import Check, Doubt, Judgement
from checks.settle import SettleSummary, settle
from crawler.browser import Renderer
from crawler.document import Document
from crawler.evidence import Evidence, Observer
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import Limits
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.checks.build import Built
from tests.crawler.served import Reply, Route, Server

AS_OF = date(2026, 8, 25)
JS = {"Content-Type": "application/javascript"}
ENTRY_JS = Reply(
    "document.getElementById('foot').innerHTML='<a href=\"https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=6101220001\">找错</a>'",
    headers=JS,
)
NOTHING_JS = Reply("document.getElementById('foot').innerHTML='<p>主办单位</p>'", headers=JS)


def page(title: str, body: str = "<p>正文</p>", script: str = "/foot.js") -> str:
    return f"<html><head><title>{title}</title></head><body>{body}<div id=foot></div><script src={script}></script></body></html>"


@dataclass
class Settled:
    """What a settling left behind."""

    evidence: Evidence
    summary: SettleSummary
    judgement: Judgement
    server: Server

    def rendered(self) -> list[str]:
        """The paths that were opened in the browser."""
        return [asked.target for asked in self.server.asked if asked.target.endswith("/") or asked.target.endswith(".html")]


def run(
    folder: Path,
    pages: dict[str, str],
    files: dict[str, Route],
    *,
    limits: Limits | None = None,
    checks: Iterable[Check] = (CHECK,),
    prepare: Callable[[Renderer], None] = lambda renderer: None,
    rounds: int = 1,
) -> Settled:
    """Keep ``pages`` as a static crawl would, serve the same pages and ``files``, settle what ``checks`` doubt."""
    limits = limits or Limits(delay=0.0, timeout=5.0)
    chosen = tuple(checks)

    async def work() -> Settled:
        server = Server({**pages, **files})
        async with server.running():
            network = Network(Site(server.url), nameserver=("127.0.0.1", 9))
            await network.start()
            fetcher = Fetcher(network, VisitLedger(), Politeness(delay=0.0))
            observers = tuple({o.id: o for check in chosen for o in check.observers}.values())
            site = Built(folder, as_of=AS_OF, observers=observers, host=server.url.rstrip("/"), code="6101220001")
            for path, html in pages.items():
                site.page(path, html)
            async with Renderer(network, fetcher, VisitLedger(), limits=limits, as_of=AS_OF) as renderer:
                prepare(renderer)
                for _ in range(rounds):
                    summary = await settle(site.writer, site.evidence(), chosen, renderer, limits)
            await fetcher.close()
            evidence = site.evidence()
            return Settled(evidence, summary, CHECK.judge(evidence, AS_OF), server)

    return asyncio.run(work())


def test_an_entry_added_by_script_is_not_called_missing_and_two_pages_speak_for_their_template(tmp_path: Path) -> None:
    pages = {"/": page("首页", "<ul><li>一</li></ul>"), **{f"/zwgk/{n}.html": page(f"第{n}页") for n in range(30)}}
    done = run(tmp_path, pages, {"/foot.js": ENTRY_JS})
    assert done.judgement.verdict == "pass", done.judgement
    assert len(done.rendered()) == 3, "the home page, and two of thirty articles"
    assert done.summary.templates == 2
    assert done.judgement.figures["with_entry"] == 31


def test_an_absence_that_two_pages_show_is_said_of_every_page_of_the_template(tmp_path: Path) -> None:
    pages = {f"/zwgk/{n}.html": page(f"第{n}页") for n in range(12)}
    done = run(tmp_path, pages, {"/foot.js": NOTHING_JS})
    assert done.judgement.verdict == "fail"
    assert [len(found.evidence.pages) for found in done.judgement.findings] == [12]
    assert len(done.rendered()) == 2


def test_a_script_that_does_not_answer_accuses_nobody(tmp_path: Path) -> None:
    pages = {f"/zwgk/{n}.html": page(f"第{n}页") for n in range(10)}
    done = run(tmp_path, pages, {})
    assert done.judgement.verdict == "not_assessed"
    assert {unseen.reason for unseen in done.judgement.unseen} == {"incomplete-render"}
    assert len(done.rendered()) <= 4, "a broken template is not tried page by page"
    assert sum(len(unseen.pages) for unseen in done.judgement.unseen) == 10


def test_members_that_disagree_bring_more_renders_and_the_rest_stays_unseen(tmp_path: Path) -> None:
    pages = {f"/zwgk/{n:02}.html": page(f"第{n}页", script="/with.js" if n % 2 else "/without.js") for n in range(14)}
    done = run(tmp_path, pages, {"/with.js": ENTRY_JS, "/without.js": NOTHING_JS})
    accused = {url for found in done.judgement.findings for url in found.evidence.pages}
    assert accused
    assert all(int(url.rsplit("/", 1)[1][:2]) % 2 == 0 for url in accused), accused
    assert {unseen.reason for unseen in done.judgement.unseen} == {"render-disagreement"}
    assert len(done.rendered()) == 8


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(render="never"), "render-never"), (Limits(delay=0.0), "no-browser")],
    ids=["render never", "no browser"],
)
def test_without_renders_missing_facts_are_not_assessed(
    tmp_path: Path, limits: Limits, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason == "no-browser":
        monkeypatch.setenv("MINGJING_CHROMIUM", "/nowhere/chromium")
    done = run(tmp_path, {"/": page("首页"), "/a/": page("甲")}, {"/foot.js": NOTHING_JS}, limits=limits)
    assert (done.judgement.verdict, done.judgement.findings) == ("not_assessed", ())
    assert {unseen.reason for unseen in done.judgement.unseen} == {reason}
    assert done.server.asked == []


def test_templates_beyond_the_frame_budget_are_unseen_not_accused(tmp_path: Path) -> None:
    pages = {f"/{n}/": page(f"第{n}页", "<p>正文</p>" + "<div>" * n) for n in range(1, 6)}

    def two_only(renderer: Renderer) -> None:
        renderer.budget.frame_renders = 2

    done = run(tmp_path, pages, {"/foot.js": NOTHING_JS}, prepare=two_only)
    assert done.judgement.figures["missing"] == 2
    assert {unseen.reason for unseen in done.judgement.unseen} == {"render-budget"}


@dataclass(frozen=True)
class Words:
    """How many characters a page shows."""

    count: int


def _long_text(document: Document) -> Words | None:
    return Words(len(document.text)) if len(document.text) > 10 else None


WORDS = Observer("test-words", Words, _long_text)


def _page_doubts(evidence: Evidence) -> list[Doubt]:
    pages = [p for p in evidence.readable if p.render == "no" and evidence.seen(p, WORDS).value is None]
    return [Doubt(p, WORDS, "page", rank=-p.id) for p in pages]


PAGE_CHECK = Check("test-pages", "试验", (), (WORDS,), CHECK.judge, _page_doubts)


def test_page_facts_are_rendered_by_rank_while_the_budget_lasts(tmp_path: Path) -> None:
    pages = {f"/{n}/": page(f"第{n}页") for n in range(1, 6)}
    script = Reply("document.getElementById('foot').textContent='这里有很多很多很多很多的文字'", headers=JS)
    done = run(tmp_path, pages, {"/foot.js": script}, limits=Limits(delay=0.0, max_renders=2), checks=(PAGE_CHECK,))
    seen = {p.url.rsplit("/", 2)[1]: done.evidence.seen(p, WORDS) for p in done.evidence.readable}
    assert [n for n, each in seen.items() if each.value] == ["4", "5"], "the lowest rank first"
    assert {each.reason for n, each in seen.items() if n in "123"} == {"render-budget"}


def test_a_page_is_rendered_once_for_all_observers_and_rounds(tmp_path: Path) -> None:
    pages = {"/1/": page("甲"), "/2/": page("乙", "<div><p>正文</p></div>")}
    script = Reply("document.getElementById('foot').innerHTML='这里有很多很多很多很多的文字<a href=/neu.html>新</a>'", headers=JS)
    done = run(tmp_path, pages, {"/foot.js": script}, checks=(CHECK, PAGE_CHECK), rounds=2)
    assert sorted(done.rendered()) == ["/1/", "/2/"]
    for each in done.evidence.readable:
        assert each.render == "complete"
        assert done.evidence.seen(each, WORDS).value is not None
        assert done.evidence.seen(each, ENTRY).settled
        assert any(link.text == "新" for link in done.evidence.links(each)), "links that only the rendered page shows are kept"


def test_an_observer_that_raises_on_a_rendered_page_is_an_error_not_an_absence(tmp_path: Path) -> None:
    def broken(document: Document) -> Words | None:
        if document.rendered:
            raise ValueError("odd page")
        return None

    observer = Observer("test-broken", Words, broken)
    check = Check("test-broken", "试验", (), (observer,), CHECK.judge, lambda e: [Doubt(p, observer, "frame") for p in e.readable])
    done = run(tmp_path, {"/1/": page("甲"), "/2/": page("乙"), "/3/": page("丙")}, {"/foot.js": NOTHING_JS}, checks=(check,))
    seen = [done.evidence.seen(p, observer) for p in done.evidence.readable]
    assert all(each.value is None and not each.settled for each in seen), seen


def test_render_always_opens_every_page_within_the_budget(tmp_path: Path) -> None:
    pages = {f"/{n}/": page(f"第{n}页") for n in range(3)}
    done = run(tmp_path, pages, {"/foot.js": ENTRY_JS}, limits=Limits(delay=0.0, render="always"))
    assert {p.render for p in done.evidence.readable} == {"complete"}
