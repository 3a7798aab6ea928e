"""Which pages must carry which tags: the home page, column pages and content pages, as far as that is certain.

A page is what the shared `page-lists` observation says it is. A page whose role is a guess only must carry nothing: an application's
page, a search form, a static page without a day are none of the three here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from checks.columns import SiteLists, find_columns
from checks.page_lists import PageLists
from checks.page_tags_markup import TAGS, Group
from crawler.evidence import Evidence, Page

Role = Literal["home", "column", "content"]
NEEDS: dict[Role, tuple[Group, ...]] = {"home": ("site",), "column": ("site", "column"), "content": ("site", "content")}
"""The groups a page of each role must carry."""
NAMES: dict[Role, str] = {"home": "首页", "column": "栏目页", "content": "内容页"}

_LISTING = re.compile(r"/(?:(?:index|list|default)[\w-]*\.\w+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Roled:
    """A page whose role is certain, and what it offers to read.

    ``doubtful``: why a page that columns are known by could not be told to be a list (its list could not be seen), "" where that is certain.
    """

    page: Page
    role: Role
    lists: PageLists | None
    doubtful: str = ""


def roled(evidence: Evidence) -> Iterator[Roled]:
    """The readable pages with a certain role, and those whose role could not be seen, in the order asked."""
    lists = SiteLists(evidence)
    home = evidence.home
    columns = {page.id for column in find_columns(evidence, lists=lists) for page in column.pages}
    for page in evidence.readable:
        seen = lists.seen(page)
        value = seen.value
        if home is not None and page.id == home.id:
            yield Roled(page, "home", value)
        elif value is None:
            continue
        elif page.id in columns and value.role in ("list", "channel") and any(block.offers for block in value.lists):
            yield Roled(page, "column", value)
        elif page.id in columns and value.role != "article" and not seen.settled and seen.reason not in ("", "not-rendered"):
            yield Roled(page, "column", value, seen.reason)
        elif value.role == "article" and page.id not in columns and _content(evidence, page, value):
            yield Roled(page, "content", value)


def _content(evidence: Evidence, page: Page, value: PageLists) -> bool:
    """Whether an article is one for certain: it says so itself, or a reader sees the day of a page that is neither list nor form."""
    tags = evidence.seen(page, TAGS).value
    if tags is not None and tags.values.get("articletitle", "").strip():
        return True
    if value.published is None or value.published.source != "visible" or value.typed_fields or value.text_areas:
        return False
    return not _LISTING.search(urlsplit(page.final_url or page.url).path)
