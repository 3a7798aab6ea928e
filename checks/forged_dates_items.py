"""Items (列表条目) for the check of re-dated news: those that tonight's lists show, and those that earlier nights remember.

An item is known by its address, a *place* by the address of the list that shows it (all its pages one): a date is only compared with the date
at the same place, for the same article often stands in two columns under two dates. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from checks.catalogue import rules
from checks.columns import SiteLists
from checks.page_lists import Block, Entry, PageLists, stem
from crawler.evidence import Evidence, Page
from crawler.links import page_key
from crawler.shape import identity

CHECK_ID = "forged-dates"
TITLE = 60
_SAME = 8
"""Characters in which two titles must agree, where one of them is cut short."""
_KEY = 500
"""Characters of an address that is remembered."""
_CLOCK_ITEMS = 3
_NAME = 8
"""Characters of a column's name at most."""
_TITLE_PARTS = re.compile(r"[-_—|–]+")
_RELATIVE = re.compile(r"前|刚刚|刚才|今[天日]|昨[天日]")
_YEAR = re.compile(r"(?:19|20)\d{2}|(?<!\d)\d{2}[-/.]\d{2}[-/.]\d{2}(?!\d)")
_NOISE = re.compile(r"[\W_]+|new|hot|图文?$|置顶", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """One item at one place tonight. ``page``: the list page; ``whole``: the date beside it has its year; ``alive``: it may change honestly."""

    key: str
    url: str
    title: str
    day: date
    snippet: str
    place: str
    page: str
    name: str
    whole: bool
    alive: bool


@dataclass(frozen=True, slots=True)
class Span:
    """One memory of an item: from the night ``first`` on it stood at ``place`` as ``title`` under ``day``. ``mass``: all items changed then."""

    first: date
    day: date
    title: str
    place: str
    mass: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of an item, oldest first (never empty), and the night that last renewed it."""

    spans: tuple[Span, ...]
    last: date

    def alike(self, shown: Shown) -> tuple[Span, ...]:
        """The memories of this very article at this very place, since the last time that all of the site changed."""
        spans = [span for span in self.spans if span.place == shown.place and same_title(span.title, shown.title)]
        return tuple(spans[max((n for n, span in enumerate(spans) if span.mass), default=0) :])


def same_title(one: str, other: str) -> bool:
    """Whether two link texts name one article: equal but for signs, or one the other cut short."""
    a, b = sorted((_NOISE.sub("", one), _NOISE.sub("", other)), key=len)
    return a == b or (len(a) >= _SAME and b.startswith(a))


def _words(name: str) -> tuple[str, ...]:
    return rules(CHECK_ID).names[name]


def _says(text: str, name: str) -> bool:
    return any(word in text for word in _words(name))


def _is_other(value: PageLists, block: Block) -> bool:
    """Letters, services, downloads: lists of things whose date honestly moves. A long name is the site's or an article's, not a column's."""
    names = (*_TITLE_PARTS.split(value.title), value.heading, value.column_name, block.heading, *value.trail)
    return any(_says(name, "other-lists") for name in names if len(name.strip()) <= _NAME)


def _is_clock(entries: Sequence[Entry], as_of: date) -> bool:
    """A list that shows today beside everything."""
    days = {entry.day for entry in entries if entry.day is not None}
    return len(entries) >= _CLOCK_ITEMS and len(days) == 1 and (as_of - max(days)).days <= 1


def _dated(block: Block, as_of: date) -> list[Entry]:
    found = [
        entry
        for entry in block.entries
        if entry.day is not None and entry.source == "visible" and entry.url and entry.day <= as_of and not _RELATIVE.search(entry.snippet)
    ]
    return [] if _is_clock(found, as_of) else found


def key_of(evidence: Evidence, url: str) -> str:
    """Identity of an item: path and sorted query at the home page's host, the host before it elsewhere; no session, no scheme."""
    home = evidence.home
    parts = urlsplit((home.final_url or home.url) if home is not None else evidence.site.url)
    own, key = identity(f"{parts.scheme}://{parts.netloc}/").rstrip("/"), identity(url)
    return key[len(own) :] if key.startswith(f"{own}/") else key


def _shown(evidence: Evidence, page: Page, value: PageLists, block: Block, entry: Entry, place: str) -> Shown | None:
    key = key_of(evidence, entry.url)
    if (
        len(key) > _KEY
        or not evidence.site.owns(entry.url)
        or key.endswith("/")
        or stem(page_key(entry.url)) == place
        or not entry.title
        or entry.day is None
    ):
        return None
    name = "首页" if place == "/" else block.heading or value.column_name or value.heading or value.title
    alive = _says(entry.snippet, "update-words") or _says(entry.title, "pinned-words") or _says(entry.title, "living-words")
    return Shown(
        key, entry.url, entry.title[:TITLE], entry.day, entry.snippet, place, page.final_url or page.url, name[:40],
        _YEAR.search(entry.snippet) is not None, alive,
    )  # fmt: skip


def tonight(lists: SiteLists, as_of: date) -> dict[str, dict[str, Shown]]:
    """Every dated item of the site's lists: key → place → how it is shown there (the earliest date, where it stands there twice)."""
    found: dict[str, dict[str, Shown]] = {}
    evidence = lists.evidence
    for page in evidence.readable:
        value = lists.seen(page).value
        if value is None or value.role == "article":
            continue
        at_home = evidence.home is not None and page.id == evidence.home.id
        place = "/" if at_home else stem(page_key(page.final_url or page.url))
        for block in value.lists:
            if not block.offers or _is_other(value, block):
                continue
            for entry in _dated(block, as_of):
                shown = _shown(evidence, page, value, block, entry, place)
                if shown is None:
                    continue
                places = found.setdefault(shown.key, {})
                before = places.get(place)
                if before is None or (shown.day, -len(shown.title)) < (before.day, -len(before.title)):
                    places[place] = shown
    return found


def remembered(evidence: Evidence, as_of: date) -> dict[str, Known]:
    """What earlier nights know: key → memories. History as `checks.memory` gives it: one row per key and memory, ``day`` its first night,
    value ``{"date", "title", "list", "last"}`` and ``"mass"`` where all items changed at once."""
    spans: dict[str, list[Span]] = {}
    last: dict[str, date] = {}
    for key, first, value in evidence.history(CHECK_ID):
        if first < as_of:
            spans.setdefault(key, []).append(_span(first, value))
            last[key] = max(last.get(key, first), date.fromisoformat(str(value.get("last", first.isoformat()))))
    return {key: Known(tuple(found), last[key]) for key, found in spans.items()}


def _span(first: date, value: Mapping[str, Any]) -> Span:
    return Span(first, date.fromisoformat(value["date"]), str(value["title"]), str(value.get("list", "")), bool(value.get("mass")))


def principal(places: Mapping[str, Shown]) -> Shown:
    """Where an item is remembered: where its date is earliest, in a column rather than on the home page."""
    return min(places.values(), key=lambda shown: (shown.day, shown.place == "/", shown.place))


def moved(span: Span, shown: Shown) -> bool:
    """Whether the date at a place is another one than remembered; a year that only we supplied does not count."""
    if not shown.whole and (span.day.month, span.day.day) == (shown.day.month, shown.day.day):
        return False
    return span.day != shown.day


def _row(shown: Shown, *, mass: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"key": shown.key, "date": shown.day.isoformat(), "title": shown.title, "list": shown.place}
    return {**row, "mass": True} if mass else row


def to_remember(
    seen: Mapping[str, Mapping[str, Shown]], known: Mapping[str, Known], mass: Iterable[str], as_of: date
) -> tuple[list[dict[str, Any]], list[str]]:
    """What memory is told: ``(new, changed and renewed items, keys to forget)``; of a site at most the newest items of the catalogue's number."""
    limits, together = rules(CHECK_ID), set(mass)
    renew, horizon = (as_of - timedelta(days=int(limits.number(name))) for name in ("renew-days", "horizon-days"))
    days = {key: principal(places).day for key, places in seen.items()}
    days |= {key: item.spans[-1].day for key, item in known.items() if item.last >= horizon or key in seen}
    kept = set(sorted(days, key=lambda key: (days[key], key), reverse=True)[: int(limits.number("remembered"))])
    rows = []
    for key in sorted(kept & seen.keys()):
        item = known.get(key)
        shown = _told(item, seen[key])
        if item is None:
            rows.append(_row(shown, mass=False))
            continue
        current = item.spans[-1]
        here = shown.place == current.place
        changed = here and (moved(current, shown) or not same_title(current.title, shown.title))
        if len(item.spans) < limits.number("changes") and (changed or (item.last <= renew and not here)):
            rows.append(_row(shown, mass=key in together))
        elif item.last <= renew:
            rows.append(_again(key, current))
    return rows, sorted(known.keys() - kept)


def _told(item: Known | None, places: Mapping[str, Shown]) -> Shown:
    """How the item is shown where it is remembered; elsewhere when it has left that place."""
    return (places.get(item.spans[-1].place) if item is not None else None) or principal(places)


def _again(key: str, span: Span) -> dict[str, Any]:
    row: dict[str, Any] = {"key": key, "date": span.day.isoformat(), "title": span.title, "list": span.place}
    return {**row, "mass": True} if span.mass else row
