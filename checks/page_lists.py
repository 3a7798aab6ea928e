"""What a page offers to read: its place in the site, its lists with dates, its own date, its signs of emptiness.

One observation shared by every check that asks about columns, the home page or letters (栏目、首页、来信). It is taken of every
page, so it is bounded: at most `BLOCKS` blocks of `ITEMS` entries, the newest entries always among them, and the walk that
measures a bare page's own text runs only where no list was found.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from crawler.dates import Dated, DateSource
from crawler.daytext import url_day
from crawler.document import Document, ItemList, Link, ListItem
from crawler.evidence import Observer
from crawler.links import absolute, page_key
from crawler.lists import empty_notice
from crawler.site import host_of
from crawler.visibility import UNSEEN_TAGS

BLOCKS = 12
ITEMS = 40
ITEMS_BESIDE_ARTICLE = 8
TITLE = 8
"""Characters from which a link's text is an item's title rather than a menu's label."""
CHILDREN = 40

_TOTAL = re.compile(r"共\s*(?:计|有)?\s*([0-9,]{1,9})\s*(?:条|篇|件|个?记录)")
_PAGES = re.compile(r"共\s*([0-9]{1,6})\s*页|[0-9]{1,6}\s*/\s*([0-9]{1,6})\s*页")
_NEXT = re.compile(r"^(?:下一?页|下页|后一页|next|>|>>|›|»)\s*[>›»]*$", re.IGNORECASE)
_LISTING = re.compile(r"(?:/|/(?:index|list|default)[\w-]*\.(?:s?html?|jspx?|aspx?|php))$", re.IGNORECASE)
_LABEL = re.compile(r"^[^，。；：！？,;!?]{2,16}$")
_SEPARATOR = re.compile(r"\s*(?:&gt;|[>＞»›→\\/|｜﹥〉➤▶]|--+|\s[-－—]\s|::)+\s*")
_PREFIX = re.compile(r"^.{0,8}位置\s*(?:是|为)?\s*[:：]?\s*")
_TYPED = frozenset({"", "text", "tel", "email", "number"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One list entry: address, title, and the date beside it (``day`` None when a reader sees none and the address tells none)."""

    url: str
    title: str
    day: date | None
    source: DateSource | None
    snippet: str

    @property
    def titled(self) -> bool:
        """Whether this is something to read: a day stands beside it, or its text is longer than a menu's label."""
        return self.source == "visible" or len(self.title) >= TITLE


@dataclass(frozen=True, slots=True)
class Block:
    """One list of the page. ``count``: entries before bounding; ``descending``: share of neighbours (0–1) whose visible date doesn't rise."""

    heading: str
    more: str
    main: bool
    place: str
    count: int
    undated: int
    descending: float
    entries: tuple[Entry, ...]

    @property
    def offers(self) -> bool:
        """Whether there is something to read: the page's main list, or one in the content with days or mostly titles; no menu of labels."""
        if self.place not in ("main", "side"):
            return False
        titled = sum(1 for entry in self.entries if entry.titled)
        return self.main or self.undated < self.count or (titled > 0 and titled * 2 >= len(self.entries))


@dataclass(frozen=True, slots=True)
class Target:
    """A link by its text and absolute address."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PageLists:
    """What one page offers to read; plain JSON values and dates.

    ``role``: a guess (home, list, channel, article, other). ``breadcrumb``: the links of 当前位置; ``trail``: its words, those without a
    link too, outermost first. ``total``/``pages``: what the page states of its list (共N条, 共N页), None
    when it states nothing; ``following``: address of the next page of the list. ``notice``: the words that say there is nothing.
    ``titled_links``: links as long as a title; ``own_text``: characters of text outside links, head and foot, and ``pictures``: images, videos, frames and canvases there,
    both measured only when no list has an entry to read (-1 otherwise). ``unread_frames``: same-host frames of a static page whose content was not read.
    ``typed_fields``/``text_areas``: visible form fields a visitor can write in, the head's search box apart.
    """

    role: str
    title: str
    heading: str
    column_name: str
    column_type: str
    breadcrumb: tuple[Target, ...]
    trail: tuple[str, ...]
    published: Dated | None
    lists: tuple[Block, ...]
    total: int | None
    pages: int | None
    following: str
    notice: str
    children: tuple[Target, ...]
    unread_frames: int
    scripted: bool
    text_length: int
    own_text: int
    pictures: int
    typed_fields: int
    text_areas: int
    titled_links: int = 0

    def main_entries(self) -> Iterator[Entry]:
        """Entries of the page's main list; of every list that offers something when none is marked main."""
        marked = [block for block in self.lists if block.main]
        for block in marked or [block for block in self.lists if block.offers]:
            yield from block.entries


def _kept(items: tuple[ListItem, ...], limit: int) -> tuple[Entry, ...]:
    """The first ``limit`` entries in reading order; the last four make room for the newest ones that stand further down."""
    chosen = list(range(min(limit, len(items))))
    if len(items) > limit:
        newest = sorted((i for i, item in enumerate(items) if item.date), key=lambda i: (items[i].date.day, -i), reverse=True)[:4]  # type: ignore[union-attr]
        later = [i for i in newest if i >= limit]
        chosen = sorted([*chosen[: limit - len(later)], *later])
    return tuple(_entry(items[i]) for i in chosen)


def _entry(item: ListItem) -> Entry:
    """The entry with the day a reader sees beside it; failing that the day its address tells, marked as such."""
    if item.date is not None:
        return Entry(item.url, item.title[:120], item.date.day, item.date.source, item.date.snippet[:80])
    told = url_day(item.url) if item.url else None
    return Entry(item.url, item.title[:120], told, "url" if told else None, "")


def _descending(items: tuple[ListItem, ...]) -> float:
    days = [item.date.day for item in items if item.date]
    pairs = list(itertools.pairwise(days))
    return sum(1 for a, b in pairs if b <= a) / len(pairs) if pairs else 1.0


def _block(block: ItemList, limit: int, content: frozenset[str]) -> Block:
    """A list as it is kept. A heading that is a link of the menu above (``content``: links elsewhere) is none of the list's own."""
    own = not block.more or block.more in content
    undated = sum(1 for item in block.items if item.date is None or item.date.source == "url")
    return Block(
        block.heading[:60] if own else "",
        block.more if own else "",
        block.main,
        block.place,
        len(block.items),
        undated,
        round(_descending(block.items), 3),
        _kept(block.items, limit),
    )


def _blocks(lists: tuple[ItemList, ...], limit: int, content: frozenset[str]) -> tuple[Block, ...]:
    """At most `BLOCKS` blocks: main ones first in the choice, then those with the newest date; reading order is kept."""

    def weight(position: int) -> tuple[bool, date, int]:
        days = [item.date.day for item in lists[position].items if item.date]
        return lists[position].main, max(days, default=date.min), -position

    chosen = sorted(sorted(range(len(lists)), key=weight, reverse=True)[:BLOCKS])
    return tuple(_block(lists[i], limit, content) for i in chosen)


def _stated(lines: list[str]) -> tuple[int | None, int | None]:
    """``(entries, pages)`` that the page states of its list."""
    total = pages = None
    for line in lines:
        if ("共" not in line and "页" not in line) or len(line) > 120:
            continue
        if total is None and (match := _TOTAL.search(line)):
            total = int(match[1].replace(",", "") or 0)
        if pages is None and (match := _PAGES.search(line)):
            pages = int(match[1] or match[2])
    return total, pages


def _children(document: Document, trail: tuple[Target, ...]) -> tuple[Target, ...]:
    """Links to columns below this page: deeper list addresses, and short labels of a side menu that the page itself is not in."""
    folder = urlsplit(document.url).path.rsplit("/", 1)[0] + "/"
    own, above = page_key(document.url), {page_key(crumb.url) for crumb in trail}
    here = urlsplit(document.url).netloc
    found: dict[str, Target] = {}
    siblings = any(link.place == "side" and link.url and page_key(link.url) == own for link in document.links)
    for link in document.links:
        if not link.url or len(link.text) > 16 or link.place in ("footer", "breadcrumb") or not _LABEL.match(link.text):
            continue
        parts, key = urlsplit(link.url), page_key(link.url)
        if key in (own, "/") or key in above or parts.netloc != here:
            continue
        below = folder != "/" and parts.path.startswith(folder) and _LISTING.search(parts.path) and not _turns(own, key)
        if below or (link.place == "side" and not siblings and _LISTING.search(parts.path)):
            found.setdefault(key, Target(link.text, link.url))
        if len(found) == CHILDREN:
            break
    return tuple(found.values())


def _turns(own: str, other: str) -> bool:
    """Whether ``other`` is a further page of the very list at ``own`` (``index_2.html``)."""
    return stem(own) == stem(other)


_TURN = re.compile(r"(?<=/)((?:index|lists?|default)\w*?)[_-]?\d{1,4}(?=\.\w+$)", re.IGNORECASE)
_TURN_KEYS = frozenset({"page", "pageno", "pagenum", "p", "currentpage", "curpage", "pageindex", "pageid", "pn", "cur", "offset"})
_INDEX = re.compile(r"(?:/(?:index|default)|(?<=[^/])/list)\.(?:s?html?|jspx?|aspx?|php)$", re.IGNORECASE)


def stem(key: str) -> str:
    """A page key without its page number, so that all pages of one list share it.

    A number in the name (``index_2.html``, ``list_3.html``) or in the query (``?page=2``); beside one in the query, a path that
    names the list by itself (a folder, a static page) needs no query at all.
    """
    path, _, query = key.partition("?")
    path = _TURN.sub(r"\1", path)
    pairs = [pair for pair in query.split("&") if pair]
    kept = [pair for pair in pairs if pair.partition("=")[0].lower() not in _TURN_KEYS]
    if len(kept) < len(pairs) and path.lower().endswith(("/", ".html", ".htm", ".shtml")):
        kept = []
    if kept:
        return f"{path}?{'&'.join(kept)}"
    return _INDEX.sub("/", path)


def _bare(document: Document) -> tuple[int, int, int]:
    """``(characters outside links, pictures, links as long as a title)`` below the breadcrumb and above the foot, menus and the foot's lines apart."""
    text = pictures = titled = 0
    below = False  # what stood above the breadcrumb was the head, whatever its markup says
    shown = {fragment.url for fragment in document.fragments}
    for part in document.parts:
        body = part.tree.body
        if body is None:
            continue
        for node in body.traverse(include_text=True):
            tag = node.tag or ""
            if tag == "-text":
                holder = node.parent
                words = (node.text_content or "").strip()
                if not words or holder is None or holder.tag in UNSEEN_TAGS or _FOOT_LINE.search(words):
                    continue
                if holder.tag == "a":  # as long as a title and in the content, it is something to read, be it the only one
                    titled += len(words) >= TITLE and part.places.of(holder) == ("main", False)
                    continue
                if not below and part is document and part.places.of(holder)[0] == "breadcrumb":
                    text, pictures, titled, below = 0, 0, 0, True
                text += len(words) if _in_content(part, holder) else 0
            elif tag in _PICTURES and _in_content(part, node) and not _framing(part, node, document, shown):
                pictures += 1
    return text, pictures, titled


_PICTURES = frozenset({"img", "video", "iframe", "canvas", "embed", "object", "svg"})
_FOOT_LINE = re.compile(r"主办单位|承办单位|网站标识码|ICP备|公网安备|版权所有|备案号|联系电话|Copyright", re.IGNORECASE)


def _framing(part: Document, node: LexborNode, document: Document, shown: set[str]) -> bool:
    """Whether a picture is the frame's, not the content's: a badge or logo that links home or away, a frame that was read itself."""
    if node.tag == "iframe":
        address = absolute(part.base, node.attributes.get("src") or "")
        return address in shown or (document.rendered and host_of(address) == host_of(document.url))
    link = node.parent
    while link is not None and link.tag not in ("a", "td", "div", "body"):
        link = link.parent
    if link is None or link.tag != "a":
        return False
    goal = absolute(part.base, link.attributes.get("href") or "")
    if not goal:  # opened by script: a badge when its picture comes from elsewhere
        source = host_of(absolute(part.base, node.attributes.get("src") or ""))
        return bool(source) and source != host_of(document.url)
    return page_key(goal) == "/" or host_of(goal) != host_of(document.url)


def _in_content(part: Document, node: object) -> bool:
    place, hidden = part.places.of(node)  # type: ignore[arg-type]
    return place in ("main", "side") and not hidden


def _fields(document: Document) -> tuple[int, int]:
    typed = areas = 0
    for part in document.parts:
        for node in part.tree.css("input,textarea"):
            if not _in_content(part, node):
                continue
            if node.tag == "textarea":
                areas += 1
            elif (node.attributes.get("type") or "").lower() in _TYPED:
                typed += 1
    return typed, areas


def _role(document: Document, lists: tuple[ItemList, ...], trail: tuple[Target, ...]) -> str:
    main = [block for block in lists if block.main]
    dated = sum(1 for block in main for item in block.items if item.date and item.date.source == "visible")
    if page_key(document.url) == "/" and not trail:
        return "home"
    if document.meta.get("articletitle") or (document.published is not None and document.published.source != "url" and dated < 3):
        return "article"
    if len([block for block in lists if block.more]) >= 2:
        return "channel"
    if any(len(block.items) >= 3 for block in main) or dated:
        return "list"
    return "channel" if len(lists) >= 2 else "other"


def _following(document: Document) -> str:
    if document.pager is not None and document.pager.following:
        return document.pager.following
    return next((link.url for link in document.links if link.url and link.text and _NEXT.match(link.text)), "")


def _targets(links: tuple[Link, ...]) -> tuple[Target, ...]:
    return tuple(Target(link.text[:40], link.url) for link in links if link.url)[:8]


def _trail(document: Document) -> tuple[str, ...]:
    """The words of 当前位置, outermost first, those without a link too (首页 > 政务公开 > 通知公告); () when there is none."""
    links = document.breadcrumb
    if not links:
        return ()
    for part in document.parts:
        for node in part.tree.css("a[href]"):
            if _fold(node.text(deep=True)) != links[0].text or absolute(part.base, node.attributes.get("href") or "") != links[0].url:
                continue
            holder = node.parent
            while holder is not None and len(holder.css("a[href]")) < len(links):
                holder = holder.parent
            words = _fold(holder.text(deep=True, separator=" > ")) if holder is not None else ""
            if holder is not None and len(words) < 300 and (part.places.of(node)[0] == "breadcrumb" or "位置" in words):
                pieces = (_PREFIX.sub("", piece).strip() for piece in _SEPARATOR.split(words))
                return tuple(piece[:40] for piece in pieces if piece)[:10]
    return tuple(link.text for link in links)


def _fold(text: str) -> str:
    return " ".join(text.split())


def observe(document: Document) -> PageLists:
    """What the page offers to read. Pure; the same on static and rendered documents."""
    lists, trail = document.lists, _targets(document.breadcrumb)
    role = _role(document, lists, trail)
    lines = document.text.split("\n")
    total, pages = _stated(lines)
    heading = next((node for part in document.parts if (node := part.tree.css_first("h1")) is not None), None)
    content = frozenset(link.url for link in document.links if link.place in ("main", "side"))
    blocks = _blocks(lists, ITEMS_BESIDE_ARTICLE if role == "article" else ITEMS, content)
    own_text, pictures, titled = (-1, -1, 0) if any(block.offers for block in blocks) else _bare(document)
    typed, areas = _fields(document)
    read = {fragment.url for fragment in document.fragments}
    return PageLists(
        role=role,
        title=document.title[:120],
        heading=_fold(heading.text(deep=True))[:80] if heading is not None else "",
        column_name=document.meta.get("columnname", "")[:60],
        column_type=document.meta.get("columntype", "")[:60],
        breadcrumb=trail,
        trail=_trail(document),
        published=document.published,
        lists=blocks,
        total=total,
        pages=document.pager.count if document.pager else pages,
        following=_following(document),
        notice=empty_notice(document),
        children=_children(document, trail),
        unread_frames=0 if document.rendered else sum(1 for url in document.frames if url not in read),
        scripted=any(script.src or script.text.strip() for script in document.scripts),
        text_length=len(document.text),
        own_text=own_text,
        pictures=pictures,
        typed_fields=typed,
        text_areas=areas,
        titled_links=titled,
    )


OBSERVER = Observer("page-lists", PageLists, observe, version=3)
