"""The life of findings over real nights: a little served site, crawled, judged and recorded night after night in one browser.

One page of each of two sections lacks the 找错 entry, confirmed in the browser. A redesign, a move to https and a section that grows close and
reopen nothing; a repaired page is rectified, a page that is gone withdrawn, a fault that comes back reopened, a site that is down changes nothing.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.inspect import Options, inspect
from checks.outcome import read_outcome
from crawler.browser_chromium import Chromium
from crawler.evidence import Evidence
from crawler.settings import Limits
from crawler.site import Site
from tests.portals.server import Request, Response
from tests.portals.world import World
from tests.reports.history.nights import Story

KEY = "6101220001"
HOST = "www.little-lantian-test.gov.cn"
FIRST = date(2026, 8, 20)
ENTRY = f'<a href="https://zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code={KEY}">我为政府网站找错</a>'
SLOW = frozenset({"https", "links", "ipv6"})
"""Checks to which a move to https is a change of its own, or whose facts are perishable."""


class LittleSite:
    """Pages by path; a page in ``lacking`` has no entry. ``old`` and ``new`` are two designs that share no tag."""

    def __init__(self, world: World) -> None:
        self.world = world
        address = world.address()
        self.port = world.web.listen((address,))
        self.secure_port = world.web.listen((address,), tls=world.authority.context([HOST]))
        world.dns.zone(HOST.removeprefix("www."), hosts={"www": (address,), "@": (address,)})
        world.web.host(HOST, self.respond)
        self.pages = [f"/gk/{number}.html" for number in (1, 2, 3)] + [f"/tz/{number}.html" for number in (1, 2)]
        self.lacking = {"/gk/2.html", "/tz/1.html"}
        self.design, self.secure, self.down = "old", False, False

    @property
    def site(self) -> Site:
        address = f"https://{HOST}:{self.secure_port}/" if self.secure else f"http://{HOST}:{self.port}/"
        return Site(address, code=KEY, name="蓝田县人民政府", registered=KEY)

    def respond(self, request: Request) -> Response:
        if self.down:
            return Response(fault="drop")
        if self.secure and request.scheme == "http":
            return Response(status=301, headers=(("Location", f"https://{HOST}:{self.secure_port}{request.path}"),))
        if request.path == "/robots.txt" or (request.path != "/" and request.path not in self.pages):
            return Response("没有这个页面".encode(), 404)
        return Response(self.page(request.path).encode())

    def page(self, path: str) -> str:
        links = "".join(f'<a href="{each}">{each[1:3]}工作情况的介绍之{each[4:5]}</a> ' for each in ("/", *self.pages) if each != path)
        entry = "" if path in self.lacking else ENTRY
        words = f"蓝田县人民政府介绍本县一项工作的情况，{path} 本页说明具体的安排。" * 10
        foot = f"主办单位：蓝田县人民政府办公室 网站标识码：{KEY} 联系电话：029-82720000 京ICP备05000000号 京公网安备11010102000001号"
        if self.design == "old":
            body = f"<div class='top'>{links}</div><div class='con'><p>{words}</p></div><div id='foot'><p>{foot} {entry}</p></div>"
        else:
            body = f"<header><nav><ul><li>{links}</li></ul></nav></header><main><article><section>{words}</section></article></main><footer><span>{foot}</span><b>{entry}</b></footer>"
        return f"<html><head><meta charset='utf-8'><title>蓝田县人民政府 {path}</title></head><body>{body}</body></html>"


class Nights:
    """One loop and one browser; every night knows what is open and leans on the night before."""

    def __init__(self, little: LittleSite, folder: Path) -> None:
        self.little, self.folder, self.story = little, folder, Story(folder)
        self.count, self.last = 0, None
        self._runner, self._chromium = asyncio.Runner(), Chromium()

    def close(self) -> None:
        self._runner.run(self._chromium.close())
        self._runner.close()

    def night(self) -> None:
        """Inspect, read the outcome from the file as the night's run does, record it."""
        day = FIRST + timedelta(days=self.count)
        self.count += 1
        world, path = self.little.world, self.folder / f"{day}.sqlite"
        options = Options(
            evidence=path,
            limits=Limits(delay=0.0, max_pages=60, timeout=3.0),
            nameserver=world.nameserver,
            ca_file=world.authority.ca_file,
            cloak_test=False,
            chromium=self._chromium,
            screenshots=0,
            known=self.story.life.known(KEY, day),
            previous=self.last,
        )
        self._runner.run(inspect(self.little.site, as_of=day, options=options))
        evidence = Evidence(path)
        outcome = read_outcome(evidence)
        evidence.close()
        assert outcome is not None
        self.story.record(outcome, str(path))
        self.story.record(replace(outcome), str(path))
        if not self.little.down:
            self.last = path

    def events(self) -> list[tuple[str, str, str]]:
        """Events of the last night: (check, subject, event), but for the checks to which the moves are changes of their own."""
        rows = self.story.database.query(
            "SELECT f.check_id,f.subject,e.event FROM life_events e JOIN life_findings f ON f.id=e.finding WHERE e.night=? ORDER BY 1,2,3",
            [(FIRST + timedelta(days=self.count - 1)).isoformat()],
        )
        return [(row["check_id"], row["subject"], row["event"]) for row in rows if row["check_id"] not in SLOW]

    def of_pages(self) -> list[dict[str, object]]:
        """Whole rows of the findings that are told from pages: DNS and the address answer while a site is down, or tell that it is."""
        return [row for row in self.story.dump()["life_findings"] if row["check_id"] not in SLOW | {"availability"}]

    def entries(self) -> dict[str, str]:
        """Subject → state, of the findings about the entry."""
        rows = self.story.database.query("SELECT subject,state FROM life_findings WHERE check_id='error-report-entry'")
        return {row["subject"]: row["state"] for row in rows}


@pytest.fixture
def nights(world: World, tmp_path: Path) -> Iterator[Nights]:
    made = Nights(LittleSite(world), tmp_path)
    yield made
    made.close()


def test_a_life_over_real_nights(nights: Nights) -> None:
    little = nights.little
    nights.night()
    assert nights.entries() == {"/gk/": "open", "/tz/": "open"}
    nights.night()
    assert nights.events() == [], "a second night like the first"

    little.design = "new"
    nights.night()
    assert nights.events() == [], "every template changed, no path did"

    little.secure = True
    nights.night()
    assert nights.events() == [], "the site moved to https, to another port even"

    little.pages += ["/gk/4.html", "/gk/5.html"]
    little.lacking.add("/gk/4.html")
    nights.night()
    assert nights.events() == [], "the section has grown"
    (pages,) = [
        row["pages"] for row in nights.story.database.query("SELECT pages FROM life_findings WHERE subject='/gk/' AND code='missing'")
    ]
    assert len(json.loads(pages)) == 2

    little.down = True
    before = nights.of_pages()
    nights.night()
    assert nights.events() == [("availability", "home", "new")], "nobody could look at anything else"
    assert nights.of_pages() == before

    little.down = False
    little.lacking -= {"/gk/2.html"}
    nights.night()
    assert nights.events() == [("availability", "home", "rectified")], "one of two accused pages is repaired: that fault stands"

    little.lacking -= {"/gk/4.html"}
    little.pages.remove("/tz/1.html")
    nights.night()
    assert {("error-report-entry", "/gk/", "rectified"), ("error-report-entry", "/tz/", "withdrawn")} <= set(nights.events())
    assert nights.entries() == {"/gk/": "rectified", "/tz/": "withdrawn"}

    little.lacking |= {"/gk/1.html"}
    little.pages.append("/tz/1.html")
    nights.night()
    assert {("error-report-entry", "/gk/", "reopened"), ("error-report-entry", "/tz/", "reopened")} <= set(nights.events())
