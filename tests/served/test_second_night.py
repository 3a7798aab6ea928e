"""The night after, with a real browser: what is taken over, and that nothing is found or missed for it.

A little site whose 找错 entry is written by a shared script: the pages' own bytes never change, only what the script does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from checks.inspect import Inspection, Options, inspect
from checks.model import Finding, KnownFinding
from checks.outcome import read_outcome
from crawler.browser_chromium import Chromium
from crawler.evidence import Evidence
from crawler.settings import Limits
from crawler.site import Site
from tests.crawler.served import AS_OF, Reply, Server

LIMITS = Limits(delay=0.0, max_pages=40)
ENTRY = """var a = document.createElement('a'); a.href = 'https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=6200000001';
a.textContent = '我为政府网站找错'; document.getElementById('foot').appendChild(a);"""
NO_ENTRY = "document.getElementById('foot').dataset.ready = '1';"


def _script(text: str) -> Reply:
    return Reply(text, 200, {"Content-Type": "application/javascript"})


def _page(path: str, links: str) -> str:
    words = f"{path} 本页介绍某县人民政府的一项工作。" * 12
    return (
        f"<html><head><title>某县人民政府 {path}</title></head><body><div class='nav'>{links}</div><div class='content'><p>{words}</p></div>"
        "<div id='foot'>主办：某县人民政府办公室</div><script src='/foot.js'></script></body></html>"
    )


def _server() -> Server:
    paths = [f"/gk/{number}.html" for number in range(6)]
    links = "".join(f"<a href='{path}'>工作介绍{path}</a> " for path in ("/", *paths))
    return Server({**{path: _page(path, links) for path in ("/", *paths)}, "/foot.js": _script(ENTRY)})


class _Nights:
    """Night after night of one served site, in one loop and one browser."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder = server, folder
        self.chromium = Chromium()
        self.count = 0
        self.last: Path | None = None
        self.known: dict[str, KnownFinding] = {}

    async def night(self, *, full: bool = False, days: int = 1, screenshots: int = 0) -> Inspection:
        self.count += days
        day = AS_OF + timedelta(days=self.count)
        options = Options(
            evidence=self.folder / f"{self.count}{'-full' if full else ''}.sqlite",
            limits=LIMITS,
            cloak_test=False,
            chromium=self.chromium,
            screenshots=screenshots,
            known=tuple(self.known.values()),
            previous=None if full else self.last,
        )
        outcome = await inspect(Site(self.server.url, registered="6200000001"), as_of=day, options=options)
        self.last = outcome.path
        self.known = {  # the little site lacks much else, and any open finding has its pages rendered afresh
            f.id: KnownFinding(f.id, f.check, f.code, f.subject, f.url, tuple(f.evidence.pages), day)
            for f in _findings(outcome)
            if f.check == "error-report-entry"
        }
        return outcome


def _findings(outcome: Inspection) -> list[Finding]:
    return [finding for judgement in outcome.judgements for finding in judgement.findings]


def _entry_findings(outcome: Inspection) -> set[tuple[str, str]]:
    return {(f.code, f.subject) for f in _findings(outcome) if f.check == "error-report-entry"}


def _settled(outcome: Inspection) -> dict[str, Any]:
    evidence = Evidence(outcome.path)
    try:
        return {**evidence.meta("settle"), "taken_pages": evidence.meta("coverage")["taken"]}
    finally:
        evidence.close()


def _told(outcome: Inspection) -> list[tuple[str, ...]]:
    return sorted((f.check, f.code, f.severity, f.subject, f.message, *f.evidence.pages) for f in _findings(outcome))


def _run(tmp_path: Path, work: Callable[[_Nights], Any]) -> None:
    async def go() -> None:
        server = _server()
        nights = _Nights(server, tmp_path)
        async with server.running():
            try:
                await work(nights)
            finally:
                await nights.chromium.close()

    asyncio.run(go())


def test_renders_stand_while_their_scripts_do_and_fall_when_one_changes(tmp_path: Path) -> None:
    async def work(nights: _Nights) -> None:
        first = await nights.night()
        assert _settled(first)["rendered"] >= 2 and not _entry_findings(first)
        second = await nights.night()
        kept = _settled(second)
        assert (kept["rendered"], kept["taken"]) == (0, _settled(first)["rendered"]) and kept["taken_pages"] == {"unchanged": 7}
        assert not _entry_findings(second)

        nights.server.routes["/foot.js"] = _script(NO_ENTRY)
        third = await nights.night()
        assert _settled(third)["taken"] == 0 and _settled(third)["taken_pages"] == {"unchanged": 6}, (
            "the home page was rendered by the crawl itself"
        )
        assert _entry_findings(third) == {("missing", "home"), ("missing", "/gk/")}

        nights.server.routes["/foot.js"] = _script(ENTRY)
        fourth = await nights.night()
        assert not _entry_findings(fourth) and _settled(fourth)["taken"] == 0, "pages with an open finding are rendered afresh"
        evidence = Evidence(fourth.path)
        outcome = read_outcome(evidence)
        evidence.close()
        assert outcome is not None and set(outcome.fates.values()) == {"clean"}

    _run(tmp_path, work)


def _pictured(outcome: Inspection) -> set[str]:
    evidence = Evidence(outcome.path)
    try:
        return {f.code for f in _findings(outcome) if f.check == "error-report-entry" and evidence.screenshot(f.id) is not None}
    finally:
        evidence.close()


def test_a_finding_is_pictured_on_its_first_night_and_not_again(tmp_path: Path) -> None:
    async def work(nights: _Nights) -> None:
        nights.server.routes["/foot.js"] = _script(NO_ENTRY)
        assert _pictured(await nights.night(screenshots=8)) == {"missing"}
        assert _pictured(await nights.night(screenshots=8)) == set()

    _run(tmp_path, work)


def test_a_render_is_made_anew_at_least_weekly(tmp_path: Path) -> None:
    async def work(nights: _Nights) -> None:
        await nights.night()
        later = await nights.night(days=7)
        assert _settled(later)["taken"] == 0 and _settled(later)["rendered"] >= 2

    _run(tmp_path, work)


@pytest.mark.parametrize(
    "change", [pytest.param("nothing", marks=pytest.mark.soak), "a script", pytest.param("a page", marks=pytest.mark.soak), "a new page"]
)
def test_findings_equal_those_of_a_full_night(tmp_path: Path, change: str) -> None:
    async def work(nights: _Nights) -> None:
        routes = nights.server.routes
        await nights.night()
        if change == "a script":
            routes["/foot.js"] = _script(NO_ENTRY)
        elif change == "a page":
            routes["/gk/3.html"] = str(routes["/gk/3.html"]).replace("<script src='/foot.js'></script>", "")
        elif change == "a new page":
            routes["/"] = str(routes["/"]).replace("</div>", "<a href='/xw/1.html'>新的一页</a></div>", 1)
            routes["/xw/1.html"] = "<html><body><div class=content>没有入口的新页面，介绍一项新的工作。</div></body></html>"
        known, last = dict(nights.known), nights.last
        leaning = await nights.night()
        nights.count, nights.known, nights.last = nights.count - 1, known, last
        full = await nights.night(full=True)
        assert _told(leaning) == _told(full)
        assert [(j.check, j.verdict, j.reason) for j in leaning.judgements] == [(j.check, j.verdict, j.reason) for j in full.judgements]

    _run(tmp_path, work)


def test_a_night_of_another_program_is_not_leaned_on(tmp_path: Path) -> None:
    async def work(nights: _Nights) -> None:
        first = await nights.night()
        import sqlite3

        connection = sqlite3.connect(first.path)
        connection.execute("UPDATE meta SET value=json_set(value,'$.program','another') WHERE key='outcome'")
        connection.commit()
        connection.close()
        assert _settled(await nights.night())["taken_pages"] == {}

    _run(tmp_path, work)


def test_a_damaged_earlier_file_costs_a_full_night_and_no_more(tmp_path: Path) -> None:
    async def work(nights: _Nights) -> None:
        first = await nights.night()
        first.path.write_bytes(first.path.read_bytes()[:5000])
        second = await nights.night()
        assert _settled(second)["taken_pages"] == {} and len(second.judgements) > 10

    _run(tmp_path, work)
