"""What an address looks like before it is asked: its identity, whether a column or an article, which page of which list. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from crawler.links import page_key

Kind = Literal["column", "article"]
"""Column (栏目): a page that lists; article (文章): a page that is listed. A guess from the address and the words of the link."""

_VOLATILE = frozenset({"timestamp", "_", "_t", "rnd", "rand", "random", "nocache", "spm", "token", "csrf", "isappinstalled", "from"})
_COOKIELESS = re.compile(r"/\([SAFX]\([A-Za-z0-9]+\)\)", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_DAY = re.compile(r"(?<!\d)(20[0-4]\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?!\d)")
_DAY_LOOSE = re.compile(r"/(20[0-4]\d)/(\d{1,2})/(\d{1,2})/")
_MONTH = re.compile(r"(?<!\d)(20[0-4]\d)[-/_]?(0[1-9]|1[0-2])(?!\d)")
_ARTICLE = re.compile(
    r"(?:^|[/_-])(?:art|article|content|contents|detail|details|show|view|news_?show|info|xxgk_?nr|doc|t\d{8})(?:[/_-]|\.\w+$|\d)",
    re.IGNORECASE,
)
_COLUMN = re.compile(
    r"/$|/(?:index|default|main|home)\.\w+$|(?:^|[/_-])(?:col|column|columns|list|lists|node|channel|channels|category|more|lanmu|class|menu)(?:[/_-]|\.\w+$|\d)",
    re.IGNORECASE,
)
_COLUMN_WORDS = re.compile(r"^(?:更多|more|查看更多|进入|全部|>>+|»|首页|栏目)", re.IGNORECASE)
_PAGE_PARAMETER = re.compile(
    r"^(?:page|p|pn|pno|pg|page_?(?:no|num|number|index|id)|(?:cur|curr|current|cpage|now)_?page(?:no)?|pageindex|cp|paged)$", re.IGNORECASE
)
_PAGE_PATH = re.compile(r"^(.*/)((?:index|default|list|more|node|[a-z]*list)[a-z]*)[_-](\d{1,4})(\.\w+)?$", re.IGNORECASE)
_PAGE_WORDS = re.compile(
    r"^\s*(?:\[?\d{1,4}\]?|上一?页|下一?页|首页|尾页|末页|最后一?页|next|prev\w*|last|first|[<>«»‹›]+|\.{2,3})\s*$", re.IGNORECASE
)

LONG_TITLE = 12
"""Characters of a link's text from which it reads like a title, not like the name of a column."""


_BRIEF = 300
"""Characters of an address or a text that is worth remembering: links repeat from page to page, the endless ones of a hostile page don't."""


class PagerStep(NamedTuple):
    """One page of a longer list: the list's address with the number blanked, and the number."""

    series: str
    number: int


@lru_cache(maxsize=4096)
def _origin(netloc: str) -> str:
    host = netloc.rpartition("@")[2].removeprefix("www.")
    return host.removesuffix(":80").removesuffix(":443")


@lru_cache(maxsize=1 << 14)
def _identity(url: str) -> str:
    return _identity_of(url)


def identity(url: str) -> str:
    """One key per page: host without ``www`` and default port, path with ``index.html`` folded, sorted query without volatile keys.

    The scheme does not count: a site that answers on http and https is crawled once.
    """
    return _identity(url) if len(url) <= _BRIEF else _identity_of(url)


def _identity_of(url: str) -> str:
    parts = urlsplit(url)
    key = page_key(url)
    if "/(" in key:
        key = _COOKIELESS.sub("", key)
    if parts.query:
        kept = sorted(
            (k, v)
            for k, v in parse_qsl(parts.query, keep_blank_values=True)
            if k.lower() not in _VOLATILE and not k.lower().startswith("utm_")
        )
        path = key.split("?", 1)[0]
        key = f"{path}?{urlencode(kept)}" if kept else path
    return _origin(parts.netloc) + key


def group_of(url: str) -> str:
    """Addresses that one template of the CMS makes: digits blanked, query values dropped."""
    parts = urlsplit(url)
    names = ",".join(sorted({k for k, _ in parse_qsl(parts.query, keep_blank_values=True)})) if parts.query else ""
    return f"{_DIGITS.sub('#', parts.path)}?{names}"


def day_in(url: str) -> int:
    """The day in an address as YYYYMMDD, a month as YYYYMM00, 0 without one. For the order of asking only."""
    path = urlsplit(url).path
    if match := _DAY.search(path):
        return int(match[1] + match[2] + match[3])
    if match := _DAY_LOOSE.search(path):
        return int(match[1]) * 10000 + int(match[2]) * 100 + int(match[3])
    if match := _MONTH.search(path):
        return int(match[1] + match[2]) * 100
    return 0


def kind_of(url: str, text: str, place: str) -> Kind:
    """Whether a link leads to a column or to an article, as its address, its words and its place suggest."""
    path = urlsplit(url).path
    tail = path.rsplit("/", 1)[-1]
    if _COLUMN_WORDS.match(text):
        return "column"
    if day_in(url) and not path.endswith("/"):
        return "article"
    if place in ("nav", "header", "breadcrumb") and len(text) <= LONG_TITLE:
        return "column"
    if len(text) > LONG_TITLE:
        return "article"
    if _COLUMN.search(path):
        return "column"
    return "article" if _ARTICLE.search(path) or _DIGITS.search(tail) or not text else "column"


class Rank(NamedTuple):
    """What decides when a link is asked: its kind, whether it is a further page of a list, its day as YYYYMMDD."""

    kind: Kind
    turns: bool
    day: int


def rank_of(url: str, text: str, place: str) -> Rank:
    """The rank of a link; most links of a page stood on an earlier page too, and are not looked at again."""
    return _rank(url, text, place) if len(url) + len(text) <= _BRIEF else _rank.__wrapped__(url, text, place)


@lru_cache(maxsize=1 << 14)
def _rank(url: str, text: str, place: str) -> Rank:
    kind = kind_of(url, text, place)
    return Rank(kind, pager_step(url, text) is not None, day_in(url) if kind == "article" else 0)


def pager_step(url: str, text: str) -> PagerStep | None:
    """Which page of which list this is, None for an address that is no further page of a list. The first page is number 1."""
    parts = urlsplit(url)
    if parts.query:
        query = parse_qsl(parts.query, keep_blank_values=True)
        for name, value in query:
            if _PAGE_PARAMETER.match(name) and (value.isdecimal() or not value):
                rest = urlencode(sorted((k, v) for k, v in query if k != name))
                return PagerStep(f"{parts.path}?{rest}", int(value[:6] or 1))
    if match := _PAGE_PATH.match(parts.path):
        return PagerStep(f"{match[1]}{match[2]}#{match[4] or ''}?{parts.query}", int(match[3]) + 1)
    if _PAGE_WORDS.match(text):
        numbers = list(_DIGITS.finditer(parts.path.rsplit("/", 1)[-1]))
        if numbers:
            last = numbers[-1]
            folder, tail = parts.path.rsplit("/", 1)
            return PagerStep(f"{folder}/{tail[: last.start()]}#{tail[last.end() :]}?{parts.query}", int(last[0][:6]))
    return None
