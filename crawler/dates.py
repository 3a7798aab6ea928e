"""Dates on pages: what day a reader sees, and where it stands. Pure; reads no clock.

`published` tries, surest first: the article's own line in the text (`crawler.byline`), the ``PubDate`` meta tag, a day with a
weaker label (生成日期), inline script, the address, and last an outside library whose find must also stand above the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal

from crawler.byline import Byline
from crawler.daytext import EARLIEST, FULL_DAY, META_DAY, matched_day, url_day
from crawler.flow import flow_of

if TYPE_CHECKING:
    from crawler.document import Document

DateSource = Literal["visible", "meta", "script", "url"]
"""Where a date stands, surest first: text a reader sees, a meta tag, inline script, only the address."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day (Asia/Shanghai), where it stands, and the text it was read from (at most 80 characters)."""

    day: date
    source: DateSource
    snippet: str


_META_NAMES = (
    "pubdate", "publishdate", "publish_date", "publish-date", "publishtime", "publish_time", "article:published_time",
    "og:article:published_time", "og:published_time", "og:release_date", "datepublished", "releasedate", "dc.date.issued",
    "dcterms.issued", "sailthru.date", "articlepublishdate",
)  # fmt: skip
_SCRIPT_DAY = re.compile(
    r"""(?:\b|_)(?:publish_?time|publish_?date|pub_?date|pub_?time|date_?published|release_?date)["']?\s*[:=]\s*["']?\s*(?P<y>(?:19|20)\d{2})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})(?!\d)""",
    re.IGNORECASE,
)
_WECHAT_DAY = re.compile(r"""create_?time["']?\s*[:=]\s*["'](?P<y>20\d{2})-(?P<m>\d{2})-(?P<d>\d{2})""", re.IGNORECASE)
_SCRIPT_EPOCH = re.compile(r"""(?:\bct|publish_time|svr_publish_time|ori_create_time(?:\.DATA["']\))?)["']?\s*[:=]\s*["'](\d{10})["']""")
_SHANGHAI = timezone(timedelta(hours=8))


def published(document: Document) -> Dated | None:
    """The day this page says it was published, in Asia/Shanghai, no later than ``document.as_of``.

    ``source`` "visible" is what a reader sees; "meta", "script" and "url" are weaker, "url" the weakest (addresses keep the days
    of migrations). None: the page shows none, as home and list pages do. Reads no clock, no network.
    """
    for part in document.parts:
        byline = Byline(part, document)
        seen = byline.day()
        # 最后更新 below a list is the column's, not an article's.
        if seen and not (seen.rank == 2 and byline.below_a_list(seen) and _is_list_page(document)):
            return Dated(seen.day, "visible", seen.snippet)
    if _is_list_page(document):
        return None
    return _meta(document) or _own_day(document) or _script(document) or _address(document) or _library(document)


def _is_list_page(document: Document) -> bool:
    """A page whose main part is a list of dated items, without an article's own marks: its meta day is not an article's."""
    if document.meta.get("articletitle"):
        return False
    dated = sum(1 for entry in document.lists if entry.place == "main" for item in entry.items if item.date)
    return dated >= 5


def _own_day(document: Document) -> Dated | None:
    seen = Byline(document, document).own_day_of_the_paper()
    return Dated(seen.day, "visible", seen.snippet) if seen else None


def _meta(document: Document) -> Dated | None:
    tags = dict(document.meta)
    for node in document.tree.css("meta[property],meta[itemprop]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("itemprop") or "").strip().lower()
        tags.setdefault(name, (attributes.get("content") or "").strip())
    for name in _META_NAMES:
        content = tags.get(name, "")
        match = META_DAY.search(content) if content else None
        if match and (day := matched_day(match, document.as_of)):
            return Dated(day, "meta", f"{name}: {content}"[:80])
    return None


def _script(document: Document) -> Dated | None:
    wechat = "mp.weixin.qq.com" in document.html
    for script in document.scripts:
        if script.src or not script.text:
            continue
        for pattern in (_SCRIPT_DAY, *((_WECHAT_DAY,) if wechat else ())):
            for match in pattern.finditer(script.text):
                if day := matched_day(match, document.as_of):
                    return Dated(day, "script", match[0][:80])
        for match in _SCRIPT_EPOCH.finditer(script.text):
            moment = datetime.fromtimestamp(int(match[1]), _SHANGHAI).date()
            if EARLIEST <= moment <= document.as_of:
                return Dated(moment, "script", match[0][:80])
    return None


def _address(document: Document) -> Dated | None:
    day = url_day(document.url)
    return Dated(day, "url", document.url[-80:]) if day and day <= document.as_of else None


def _library(document: Document) -> Dated | None:
    """What htmldate finds on a page that reads like an article, provided that the day stands alone above the text."""
    flow = flow_of(document)
    told = sum(len(run.text) for run in flow.runs if run.link < 0 and len(run.text) >= 30)
    if told < 200 or told * 2 < len(flow.text) or not FULL_DAY.search(flow.text):
        return None
    byline = Byline(document, document)
    if not byline.any_above_the_text():
        return None
    from htmldate import find_date

    found = find_date(
        document.html, extensive_search=False, original_date=True, min_date=EARLIEST.isoformat(), max_date=document.as_of.isoformat()
    )
    if not found:
        return None
    day = date.fromisoformat(found)
    words = byline.above_the_text(day)
    return Dated(day, "visible", words) if words else None
