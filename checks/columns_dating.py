"""How fresh a column is: the newest day a reader sees in its lists, else in its articles, and the weaker signs beside it. Pure.

A date that only an address, a meta tag or a script tells is *weak*: it never makes a column overdue and never makes an undated
dynamic column dated; it only softens what is said. Days after ``as_of`` are ignored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from checks.columns import Column, SiteLists
from checks.columns_classes import tidy
from checks.page_lists import Block, Entry, PageLists, stem
from crawler.evidence import Page
from crawler.links import page_key

ARTICLES = 10
"""How many entries without a visible date are looked up in their articles: the first ones a reader meets."""

SOURCE_NAMES = {
    "list": "列表中的日期",
    "article": "稿件页的发布时间",
    "meta": "页面标签中的日期（读者看不到）",
    "script": "脚本中的日期（读者看不到）",
    "url": "网址中的日期（读者看不到）",
    "": "",
}
"""Where a newest date stands, as a reader of the report sees it."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """What the dates of a column say.

    ``newest``: newest day a reader sees, in ``source`` list or article. ``weak``: newest day that only ``weak_source`` tells.
    ``undated``: entries without a day a reader sees, articles looked up; of those, ``unread`` articles were never read or only
    statically read without a day (``unsettled``), and have no weak day either (``blind``). ``sorted_down``: newest first.
    """

    entries: int
    newest: date | None
    source: str
    snippet: str
    weak: date | None
    weak_source: str
    undated: int
    read: int
    blind: int
    unsettled: tuple[Page, ...]
    sorted_down: bool
    latest: tuple[tuple[str, date], ...]


def leads_away(block: Block, column: Column, keys: frozenset[str], names: frozenset[str]) -> bool:
    """Whether a list is another column's, shown here: its 更多 leads there, or its heading is that column's name."""
    there = stem(page_key(block.more)) if block.more else ""
    return (bool(there) and there != column.key and there in keys) or (block.heading != column.name and tidy(block.heading) in names)


def entries_of(column: Column, lists: SiteLists, keys: frozenset[str], names: frozenset[str]) -> list[Entry]:
    """The entries of the column's own lists on all its pages, each address once; links to columns are no entries.

    The page's main list is its own whatever stands above it; the others are unless they lead to another column.
    """
    found: dict[str, Entry] = {}
    for page in column.pages:
        value = lists.seen(page).value
        for block in value.lists if value is not None else ():
            if not block.offers or (not block.main and (block.place == "side" or leads_away(block, column, keys, names))):
                continue
            for entry in block.entries:
                linked = bool(entry.url) and lists.evidence.site.owns(entry.url) and stem(page_key(entry.url)) in keys
                if (entry.titled or block.main) and (not linked or entry.source == "visible"):
                    found.setdefault(entry.url or entry.title, entry)
    return list(found.values())


def _newest(days: list[tuple[date, str, str]]) -> tuple[date | None, str, str]:
    return max(days, key=lambda each: each[0], default=(None, "", ""))


def freshness(entries: list[Entry], lists: SiteLists, as_of: date, *, sorted_down: bool, articles: int = ARTICLES) -> Freshness:
    """Date a set of entries, looking the first ``articles`` undated ones up in their articles; ``sorted_down`` is passed on."""
    visible: list[tuple[date, str, str]] = []
    weak: list[tuple[date, str, str]] = []
    undated = read = blind = 0
    unsettled: list[Page] = []
    latest: list[tuple[str, date]] = []
    for entry in entries:
        if entry.day is not None and entry.source == "visible":
            if entry.day <= as_of:
                visible.append((entry.day, "list", f"{entry.title} {entry.snippet or entry.day.isoformat()}"))
                latest.append((entry.title, entry.day))
            continue
        told = entry.day is not None and entry.day <= as_of
        if told and entry.day is not None:
            weak.append((entry.day, str(entry.source), entry.title))
        article, settled, page = _article(entry, lists) if undated < articles else (None, False, None)
        day = article.published if article is not None else None
        if day is not None and day.day <= as_of:
            read += 1
            if day.source == "visible":
                visible.append((day.day, "article", f"{entry.title} {day.snippet}"))
                latest.append((entry.title, day.day))
                continue
            weak.append((day.day, day.source, entry.title))
            told = True
        elif article is not None:
            read += 1
        undated += 1
        if page is not None and not settled:
            unsettled.append(page)
        if not told and (page is None or not settled):
            blind += 1
    newest, source, snippet = _newest(visible)
    weak_day, weak_source, _ = _newest(weak)
    latest.sort(key=lambda each: each[1], reverse=True)
    return Freshness(
        entries=len(entries),
        newest=newest,
        source=source,
        snippet=snippet[:200],
        weak=weak_day,
        weak_source=weak_source,
        undated=undated,
        read=read,
        blind=blind,
        unsettled=tuple(unsettled),
        sorted_down=sorted_down,
        latest=tuple(latest[:10]),
    )


def _article(entry: Entry, lists: SiteLists) -> tuple[PageLists | None, bool, Page | None]:
    """``(what the article shows, whether that is settled, its page)``; the page is None when it was never read."""
    page = lists.landed(entry.url) if entry.url and lists.evidence.site.owns(entry.url) else None
    if page is None or not page.readable:
        return None, False, None
    seen = lists.seen(page)
    return seen.value, seen.settled, page


def runs_down(column: Column, lists: SiteLists) -> bool:
    """Whether the column's lists run newest first, or all of it was read; some pinned entries don't count against it."""
    first = column.pages[0] if column.pages else None
    value = lists.seen(first).value if first is not None else None
    if value is None:
        return False
    pages = value.pages or (2 if value.following else 1)
    if len(column.pages) >= pages:
        return True
    blocks = [block for block in value.lists if block.main] or list(value.lists)
    return all(block.descending >= 0.7 for block in blocks if block.entries)
