"""首页更新: the home page shows something published in the last two weeks.

Rule    国办秘函〔2019〕19号《检查指标》 单项否决 3 首页不更新: the home page is watched for 2 weeks and shows nothing new; where it is only a
        navigation page, all second-level pages are looked at. A home whose newest day is more than 14 days before the inspection day
        has shown nothing new for two weeks, so one look decides; exactly 14 days is in time.
Dates   what a reader sees on the home page, else in the articles it links to. Articles without a date count as not updated
        (`undated`); where an address or a tag tells a fresh day, a person decides (`candidate`).
Settled nothing is said before the home page was seen in the browser, nor while its undated entries' articles were not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from checks.catalogue import finding, rules
from checks.columns import SiteLists
from checks.columns_dating import SOURCE_NAMES, Freshness, freshness
from checks.model import Check, Doubt, Judgement, Proof, Severity, Unseen
from checks.page_lists import OBSERVER, Entry, PageLists, stem
from crawler.evidence import Evidence, Page
from crawler.links import page_key
from crawler.site import Site

_ARTICLES = 80
"""How many undated entries of the home page are looked up in their articles."""


@dataclass(frozen=True, slots=True)
class _Ruling:
    """``code`` "" is a pass unless ``unseen`` says what is missing; ``confirm``: pages whose render could change the answer."""

    words: str
    dates: Freshness | None
    scope: str
    pages: tuple[Page, ...] = ()
    code: str = ""
    severity: Severity | None = None
    unseen: Unseen | None = None
    confirm: tuple[Page, ...] = ()


def _entries(value: PageLists, site: Site) -> list[Entry]:
    """What the page offers to read: dated entries and titles of own articles; menus, links to columns and to other hosts apart."""
    found = []
    for block in value.lists:
        for entry in block.entries:
            own = not entry.url or (site.owns(entry.url) and not page_key(entry.url).endswith(("/", "/list.html")))
            if block.place != "footer" and (entry.source == "visible" or (block.place != "nav" and entry.titled and own)):
                found.append(entry)
    return found


def _rule_on(evidence: Evidence, as_of: date) -> _Ruling:
    home = evidence.home
    if home is None or not home.readable:
        return _Ruling("首页无法读取", None, "首页", unseen=Unseen("unreachable"))
    lists = SiteLists(evidence)
    seen = lists.seen(home)
    if seen.value is None:
        return _Ruling(
            "程序读取首页时出错", None, "首页", unseen=Unseen(seen.reason or "observer-error", pages=(home.url,)), confirm=(home,)
        )
    entries = _entries(seen.value, evidence.site)
    if not any(entry.source == "visible" for entry in entries) and len(entries) < 3:
        return _second_level(evidence, home, lists, as_of)
    dates = freshness(entries, lists, as_of, sorted_down=True, articles=_ARTICLES)
    if _in_time(dates.newest, as_of):
        return _Ruling("", dates, "首页", (home,))
    confirm = (*(() if seen.settled else (home,)), *dates.unsettled[:3])
    if not seen.settled or seen.value.unread_frames:
        missing = Unseen(seen.reason or "incomplete-render", "首页静态内容没有 2 周内的日期，未能在浏览器中确认", (home.url,))
        return _Ruling("首页静态内容没有 2 周内的日期，未能在浏览器中确认", dates, "首页", (home,), unseen=missing, confirm=confirm)
    return _late(home, dates, as_of, confirm)


def _late(home: Page, dates: Freshness, as_of: date, confirm: tuple[Page, ...]) -> _Ruling:
    """The settled home page shows no day of the last two weeks: tell stale from undated from not known."""
    weak = f"；{SOURCE_NAMES[dates.weak_source]}为 {dates.weak.isoformat()}" if dates.weak is not None else ""
    soft: Severity | None = "candidate" if _in_time(dates.weak, as_of) else None
    if dates.newest is not None:
        if dates.blind * 4 > dates.entries and soft is None:
            return _unread(home, dates, confirm)
        words = f"首页最近更新于 {dates.newest.isoformat()}，距监测时间点 {(as_of - dates.newest).days} 天（标准：{_days()} 天）"
        return _Ruling(words + (weak if soft else ""), dates, "首页", (home,), "not-updated", soft, confirm=confirm)
    wanted = min(rules("home-updates").number("articles-read"), dates.entries)
    if dates.read - len(dates.unsettled) < wanted:
        return _unread(home, dates, confirm)
    words = f"首页列表和所读的 {dates.read} 篇稿件都没有注明发布时间，视为未更新{weak}"
    return _Ruling(words, dates, "首页", (home,), "undated", soft, confirm=confirm)


def _unread(home: Page, dates: Freshness, confirm: tuple[Page, ...]) -> _Ruling:
    words = f"首页有 {dates.undated} 个条目没有日期，其稿件没有读到或未能在浏览器中确认"
    reason = "not-rendered" if dates.unsettled else "not-found-in-crawl"
    return _Ruling(words, dates, "首页", (home,), unseen=Unseen(reason, words, (home.url,)), confirm=confirm)


def _second_level(evidence: Evidence, home: Page, lists: SiteLists, as_of: date) -> _Ruling:
    """The home page is only navigation: all pages it leads to are looked at."""
    scope = "二级页面"
    targets: dict[str, Page | None] = {}
    for link in evidence.links(home):
        if link.url and link.place != "footer" and evidence.site.owns(link.url) and (key := stem(page_key(link.url))) != "/":
            targets.setdefault(key, lists.landed(link.url))
    pages = tuple({page.id: page for page in targets.values() if page is not None and page.readable}.values())
    entries: dict[str, Entry] = {}
    bare: list[Page] = []
    for page in pages:
        value = lists.seen(page).value
        own = _entries(value, evidence.site) if value is not None else []
        if value is not None and value.published is not None and value.published.source == "visible":
            own.append(Entry(page.url, value.title, value.published.day, "visible", value.published.snippet))
        for entry in own:
            entries.setdefault(entry.url or entry.title, entry)
        if not any(entry.source == "visible" for entry in own) and not lists.seen(page).settled:
            bare.append(page)
    dates = freshness(list(entries.values()), lists, as_of, sorted_down=True, articles=_ARTICLES)
    if _in_time(dates.newest, as_of):
        return _Ruling("", dates, scope, pages)
    settled = lists.seen(home)
    confirm = (*(() if settled.settled else (home,)), *bare[:10])
    share = rules("home-updates").number("second-level-read") / 100
    if not settled.settled:
        reason, words = settled.reason or "not-rendered", "首页没有信息列表，未能在浏览器中确认它是导航页面"
    elif not pages or len(pages) < share * len(targets):
        reason, words = "not-found-in-crawl", f"首页仅为导航页面，{len(targets)} 个二级页面只读到 {len(pages)} 个"
    elif bare or dates.unsettled or dates.blind * 4 > max(dates.entries, 1):
        reason, words = "not-rendered", f"首页仅为导航页面，{len(bare)} 个二级页面没有日期且未能在浏览器中确认"
    else:
        return _stale_levels(pages, dates, as_of, confirm)
    return _Ruling(words, dates, scope, pages, unseen=Unseen(reason, words, (home.url,)), confirm=confirm)


def _stale_levels(pages: tuple[Page, ...], dates: Freshness, as_of: date, confirm: tuple[Page, ...]) -> _Ruling:
    soft: Severity | None = "candidate" if _in_time(dates.weak, as_of) else None
    if dates.newest is None:
        return _Ruling(
            "首页仅为导航页面，所有二级页面都没有注明发布时间，视为未更新", dates, "二级页面", pages, "undated", soft, confirm=confirm
        )
    days = (as_of - dates.newest).days
    words = f"首页仅为导航页面，所有二级页面最近更新于 {dates.newest.isoformat()}，距监测时间点 {days} 天（标准：{_days()} 天）"
    return _Ruling(words, dates, "二级页面", pages, "not-updated", soft, confirm=confirm)


def _days() -> int:
    return int(rules("home-updates").number("home-days"))


def _in_time(day: date | None, as_of: date) -> bool:
    return day is not None and day >= as_of - timedelta(days=_days())


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """The home page when its static form shows no fresh day, then the articles or second-level pages that could show one."""
    if evidence.meta("site_state", {}).get("state", "ok") != "ok":
        return
    ruling = _rule_on(evidence, evidence.as_of)
    for rank, page in enumerate(page for page in ruling.confirm if page.render == "no"):
        yield Doubt(page, OBSERVER, "page", min(rank, 2))


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Judge the home page on ``as_of``."""
    state = evidence.meta("site_state", {}).get("state", "ok")
    if state != "ok":
        return Judgement.of(CHECK, (), summary="网站未能读取，首页更新情况没有判断。", unseen=[Unseen(state)])
    ruling = _rule_on(evidence, as_of)
    figures = _figures(ruling, as_of)
    if ruling.unseen is not None:
        return Judgement.of(CHECK, (), summary=f"{ruling.words}。", unseen=[ruling.unseen], figures=figures)
    if not ruling.code:
        newest = ruling.dates.newest if ruling.dates else None
        return Judgement.of(CHECK, (), summary=f"{ruling.scope}最近更新于 {newest}，在 {_days()} 天之内。", figures=figures)
    found = finding(
        CHECK,
        ruling.code,
        site_key=evidence.site.key,
        subject="home",
        url=evidence.home.url if evidence.home else "",
        message=ruling.words,
        severity=ruling.severity,  # a fresh day in an address or tag: a person decides
        evidence=Proof(
            pages=tuple(page.final_url or page.url for page in ruling.pages),
            seen_at=ruling.pages[0].fetched_at,
            snippet=ruling.dates.snippet if ruling.dates else "",
            figures=figures,
        ),
    )
    return Judgement.of(CHECK, [found], summary=f"{ruling.words}。", figures=figures)


def _figures(ruling: _Ruling, as_of: date) -> dict[str, Any]:
    dates = ruling.dates
    newest = dates.newest if dates else None
    return {
        "as_of": as_of.isoformat(),
        "scope": ruling.scope,
        "newest": newest.isoformat() if newest else None,
        "days": (as_of - newest).days if newest else None,
        "date_source": SOURCE_NAMES[dates.source] if dates else "",
        "weak": dates.weak.isoformat() if dates and dates.weak else None,
        "entries": dates.entries if dates else 0,
        "undated": dates.undated if dates else 0,
        "window_days": _days(),
        "latest": [{"title": title, "day": day.isoformat()} for title, day in dates.latest] if dates else [],
    }


CHECK = Check(
    id="home-updates",
    title="首页更新",
    codes=("not-updated", "undated"),
    observers=(OBSERVER,),
    judge=judge,
    doubts=doubts,
)
