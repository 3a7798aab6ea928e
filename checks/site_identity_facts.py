"""The six facts that stand at the foot of every page (页面底部六项), one observer each, and which pages lack them.

What counts is `crawler.identity`: text, a picture's alt, a link to the register, 版权所有 for 主办单位. A page that is no page of its own
(a popup, a print view) has no foot: see `aside`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from checks.catalogue import rules
from checks.model import Doubt
from crawler.document import Document
from crawler.evidence import Evidence, Observer, Page
from crawler.identity import FACTS

NAMES = {
    "conac": "党政机关网站标识",
    "site-code": "网站标识码",
    "icp": "网站 ICP 备案编号",
    "police": "公安机关备案标识",
    "owner": "主办单位",
    "contact": "联系方式",
}
"""The facts in the words of the rule."""


_FOLLOWING = re.compile(r"_\d{1,4}(?=\.\w+$)")


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that a page shows. ``text``: as it stands there, "" where only its form is known (a picture, a link, a badge)."""

    text: str


def _seer(fact: str) -> Callable[[Document], Fact | None]:
    def observe(document: Document) -> Fact | None:
        found = document.identity
        return Fact(found.text(fact)[:80]) if found.shows(fact) else None

    return observe


OBSERVERS: dict[str, Observer[Fact]] = {fact: Observer(f"identity-{fact}", Fact, _seer(fact)) for fact in FACTS}
"""One observer per fact, so that each is settled by itself: None is "this page does not show it"."""


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """The pages whose static HTML lacks a fact and that no complete render has confirmed: many sites write their foot by script."""
    for page in evidence.readable:
        if page.render == "no":
            for observer in OBSERVERS.values():
                if evidence.seen(page, observer).value is None:
                    yield Doubt(page, observer, "frame", page.depth)


@dataclass(slots=True)
class Tally:
    """The readable pages by what is known of their feet. ``missing``: fact → pages settled to lack it; ``shown``: fact → how many show it;
    ``unseen``: reason → pages; ``asides``: pages that are none of their own."""

    shown: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FACTS, 0))
    missing: dict[str, list[Page]] = field(default_factory=lambda: {fact: [] for fact in FACTS})
    unseen: dict[str, list[Page]] = field(default_factory=dict)
    asides: list[Page] = field(default_factory=list)


def tally(evidence: Evidence) -> Tally:
    """Go through the readable pages once."""
    result = Tally()
    for page in evidence.readable:
        seen = {fact: evidence.seen(page, observer) for fact, observer in OBSERVERS.items()}
        if all(each.value is None and each.settled for each in seen.values()) and aside(evidence, page):
            result.asides.append(page)
            continue
        for fact, each in seen.items():
            if each.value is not None:
                result.shown[fact] += 1
            elif each.settled:
                result.missing[fact].append(page)
        for reason in {each.reason for each in seen.values() if each.value is None and not each.settled}:
            result.unseen.setdefault(reason, []).append(page)
    return result


@cache
def _aside_address() -> re.Pattern[str]:
    words = "|".join(map(re.escape, rules("site-identity").names["aside-words"]))
    return re.compile(rf"(?:^|[^a-z])(?:{words})", re.IGNORECASE)


def aside(evidence: Evidence, page: Page) -> bool:
    """Whether a page without any of the six facts is no page of its own: hardly a link in it, an address that says print, popup, …, or a
    further page of a list that stands in a frame.

    The home page never is.
    """
    if evidence.home is not None and page.id == evidence.home.id:
        return False
    parts = urlsplit(page.final_url or page.url)
    if _aside_address().search(f"{parts.path.rsplit('/', 1)[-1]}?{parts.query}"):
        return True
    if _first_of(page) in {_first_of(piece) for piece in evidence.pages if piece.state == "fragment"}:
        return True
    return len(evidence.links(page)) < rules("site-identity").number("frame-links")


def _first_of(page: Page) -> tuple[str, str]:
    """Host and path of the first page of the list a page belongs to: index_2.html counts as index.html."""
    parts = urlsplit(page.final_url or page.url)
    return parts.netloc, _FOLLOWING.sub("", parts.path)
