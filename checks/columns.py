"""The columns (栏目) of a site, found in what was crawled: where they are, what they are called, how deep they lie, what they are for.

A column is told by the registry, a menu, a 更多 link under a heading, a breadcrumb, its ColumnName, or the shape of its page (a list
of links). Several signs of one address make one column; its further pages (``index_2.html``) belong to it. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from checks.catalogue import rules
from checks.columns_classes import Kind, classify, declared_kind, is_column_name, tidy
from checks.page_lists import OBSERVER, TITLE, PageLists, stem
from crawler.evidence import Evidence, Page, Seen
from crawler.links import page_key

_RANK = {"declared": 0, "nav": 1, "menu": 2, "more": 3, "breadcrumb": 4, "meta": 5, "list": 6}
"""Where a column's name is taken from, surest first: a registry, the home menu, a page's menu, a heading with 更多, ..."""

_WIDE_MENU = 14
"""A home menu with more links than this has drop-downs: a link in it is not first-level for that alone."""

_HOME = re.compile(r"首页|主页|^home$|门户|(?:网站|政府网|信息网|官网)[\]】]?$", re.IGNORECASE)
_ARTICLE = re.compile(
    r"/t?(?:19|20)\d{6}_\d+|/(?:content|post|art|article|info|detail|news|show|view)[_/-]?[\w/-]*?\d{3,}|\d{6,}\.s?html?|/(?:19|20)\d{2}[-/]?\d{2}[-/]?\d{2}/"
    r"|[?&](?:id|articleid|contentid|newsid|infoid|docid)=",
    re.IGNORECASE,
)
"""An address that looks like one article's."""
_SITE_NAME = re.compile(r"[-_—|–]")
_FILES = (".pdf", ".doc", ".docx", ".xls", ".xlsx", ".zip", ".rar", ".wps", ".ofd", ".jpg", ".png", ".mp4", ".apk", ".txt", ".ppt", ".pptx")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``level``: 1 is first-level, None when it can't be told; ``found``: what told of it, surest first.

    ``page``: its first page as crawled (None: never asked); ``pages``: the readable ones, first page first, then its further pages.
    """

    key: str
    url: str
    name: str
    kind: Kind
    level: int | None
    above: tuple[str, ...]
    found: tuple[str, ...]
    cycle_days: int | None
    page: Page | None
    pages: tuple[Page, ...]


@dataclass(slots=True)
class _Signs:
    """What is known of one address while columns are gathered."""

    url: str
    page: Page | None
    names: list[tuple[int, str]] = field(default_factory=list)
    found: set[str] = field(default_factory=set)
    kind: Kind | None = None
    cycle_days: int | None = None
    trails: list[tuple[str, ...]] = field(default_factory=list)


class SiteLists:
    """The `PageLists` of every page of one evidence, each decoded once."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._seen: dict[int, Seen[PageLists]] = {}

    def seen(self, page: Page) -> Seen[PageLists]:
        """What is known of the page's lists."""
        if page.id not in self._seen:
            self._seen[page.id] = self.evidence.seen(page, OBSERVER)
        return self._seen[page.id]

    def landed(self, url: str) -> Page | None:
        """The page that a visitor of ``url`` ends on, as far as it was asked."""
        page = self.evidence.find(url)
        if page is not None and not page.readable and page.final_url and page.final_url != page.url:
            return self.evidence.find(page.final_url) or page
        return page


class _Finder:
    def __init__(self, lists: SiteLists, as_of: date) -> None:
        self.lists, self.evidence, self.as_of = lists, lists.evidence, as_of
        self.site = self.evidence.site
        self.signs: dict[str, _Signs] = {}
        self.home_menu: list[str] = []

    def note(self, url: str, name: str, source: str) -> _Signs | None:
        """Take down that ``source`` shows a column ``name`` at ``url``; None when it can't be one."""
        word = tidy(name)
        path = urlsplit(url).path.lower()
        if not url or not (is_column_name(word) or source == "declared") or path.endswith(_FILES):
            return None
        if source == "nav" and len(word) >= TITLE and _ARTICLE.search(url):  # a headline in a block that is named like a menu
            return None
        page = self.lists.landed(url) if self.site.owns(url) else None
        target = page.final_url or page.url if page is not None and page.readable else url
        key = stem(page_key(target)) if self.site.owns(target) else target
        if key == "/" or (page is not None and page.state == "not-html"):
            return None
        signs = self.signs.setdefault(key, _Signs(url, page))
        if signs.page is None or (page is not None and page.readable and not signs.page.readable):
            signs.url, signs.page = url, page
        signs.names.append((_RANK[source], word))
        signs.found.add(source)
        return signs

    def gather(self) -> None:
        """Take down every sign, surest first."""
        for declared in self.site.columns:
            signs = self.note(declared.url, declared.name or "未命名栏目", "declared")
            if signs is not None:
                signs.kind, signs.cycle_days = declared_kind(declared.kind), declared.cycle_days
        home = self.evidence.home
        if home is not None and home.readable:
            for link in self.evidence.links(home):
                if link.place == "nav" and self.note(link.url, link.text, "nav") is not None:
                    self.home_menu.append(stem(page_key(link.url)))
        for page in self.evidence.readable:
            value = self.lists.seen(page).value
            if value is not None:
                self._of_page(page, value)

    def _of_page(self, page: Page, value: PageLists) -> None:
        is_home = self.evidence.home is not None and page.id == self.evidence.home.id
        if value.role != "article" or is_home:
            for block in value.lists:
                if block.more and self.site.owns(block.more) and block.place in ("main", "side"):
                    self.note(block.more, block.heading, "more")
            for child in value.children if not is_home else ():
                if self.site.owns(child.url):
                    self.note(child.url, child.text, "menu")
        crumbs = [crumb for crumb in value.breadcrumb if self.site.owns(crumb.url) and page_key(crumb.url) != "/"]
        for position, crumb in enumerate(crumbs):
            signs = self.note(crumb.url, crumb.text, "breadcrumb")
            if signs is not None:
                signs.trails.append(_until(value.trail, crumb.text) or tuple(each.text for each in crumbs[: position + 1]))
        if not is_home:
            self._of_list(page, value)

    def _of_list(self, page: Page, value: PageLists) -> None:
        """A page that is a list itself, whoever links to it."""
        entries = [entry for entry in value.main_entries() if entry.titled]
        key = stem(page_key(page.final_url or page.url))
        known = key in self.signs
        wanted = rules("column-updates").number("list-entries")
        named = (
            bool(value.column_name) and value.role != "article" and bool(value.trail) and tidy(value.trail[-1]) == tidy(value.column_name)
        )
        shaped = value.role in ("list", "channel") and len(entries) >= wanted and "search" not in key.lower()
        if not (known or named or shaped):
            return
        last = value.trail[-1] if value.trail else ""
        own = value.column_name or last or value.heading or _SITE_NAME.split(value.title)[0] if not known else value.column_name
        signs = self.note(page.final_url or page.url, own, "meta" if value.column_name else "list") or self.signs.get(key)
        if signs is not None and value.trail:
            signs.trails.insert(0, tuple(value.trail))


def _until(trail: tuple[str, ...], name: str) -> tuple[str, ...]:
    """The trail down to the step called ``name``; () when no step is."""
    words = [tidy(step) for step in trail]
    return trail[: words.index(tidy(name)) + 1] if tidy(name) in words else ()


def _above(signs: _Signs, name: str) -> tuple[str, ...] | None:
    """The names of the columns this one lies in, outermost first; None when no breadcrumb tells."""
    for trail in signs.trails:
        if not _HOME.search(trail[0]):  # a menu taken for a breadcrumb says nothing of depth
            continue
        whole = _until(trail, name)
        steps = whole[:-1] if whole else trail
        return tuple(steps[1:])
    return None


def _folders(key: str, known: dict[str, _Signs]) -> list[str]:
    """Keys of known columns whose folder holds ``key``, outermost first."""
    return sorted((other for other in known if other != key and other.endswith("/") and key.startswith(other)), key=len)


def _name(signs: _Signs) -> str:
    return min(enumerate(signs.names), key=lambda each: (each[1][0], each[0]))[1][1]


def find_columns(evidence: Evidence, as_of: date | None = None, lists: SiteLists | None = None) -> tuple[Column, ...]:
    """Every column of the site that the crawl shows, by level, then in the order met. ``as_of`` tells past years (归档) from this one."""
    day = as_of or evidence.as_of
    finder = _Finder(lists or SiteLists(evidence), day)
    finder.gather()
    further: dict[str, list[Page]] = {}
    for page in evidence.readable:
        further.setdefault(stem(page_key(page.final_url or page.url)), []).append(page)
    columns = [
        column
        for key, signs in finder.signs.items()
        if (column := _column(finder, key, signs, tuple(further.get(key, ())), day)) is not None
    ]
    return tuple(sorted(columns, key=lambda column: column.level or 9))


def _column(finder: _Finder, key: str, signs: _Signs, further: tuple[Page, ...], as_of: date) -> Column | None:
    name = _name(signs)
    page = signs.page
    if page is None and not signs.found & {"declared", "nav"} and _ARTICLE.search(signs.url):
        return None
    if page is not None and page.readable and not signs.found & {"declared", "nav", "menu"}:
        value = finder.lists.seen(page).value
        if value is not None and value.role == "article":
            return None
    own = finder.site.owns(page.final_url or page.url) if page is not None else finder.site.owns(signs.url)
    if not own and not signs.found & {"declared", "nav"}:
        return None
    folders = _folders(key, finder.signs)
    told = _above(signs, name)
    above = told if told is not None else tuple(_name(finder.signs[other]) for other in folders)
    kind = signs.kind or classify(name, above, as_of)
    first = page if page is not None and page.readable else None
    return Column(
        key=key,
        url=(first.final_url or first.url) if first is not None else signs.url,
        name=name,
        kind=kind if own else "elsewhere",
        level=_level(finder, key, signs, told, folders),
        above=above,
        found=tuple(sorted(signs.found, key=_RANK.__getitem__)),
        cycle_days=signs.cycle_days,
        page=page,
        pages=tuple(sorted(further, key=lambda each: (first is None or each.id != first.id, each.id))),
    )


def _level(finder: _Finder, key: str, signs: _Signs, told: tuple[str, ...] | None, folders: list[str]) -> int | None:
    """1 for first-level: directly under the home page by its breadcrumb, or in a main menu without drop-downs; None: can't be told."""
    if told is not None:
        return len(told) + 1
    if folders:
        return len(folders) + 1
    if "nav" in signs.found and len(set(finder.home_menu)) <= _WIDE_MENU:
        return 1
    if "more" in signs.found and key.strip("/").count("/") == 0 and "?" not in key:
        return 1
    return None
