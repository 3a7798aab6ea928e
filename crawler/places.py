"""Where on the page an element stands, told by the names and classes of what holds it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from selectolax.lexbor import LexborNode

from crawler.links import Place
from crawler.visibility import HIDDEN_MARK, HIDING_STYLE, UNSEEN_TAGS

_BY_TAG: dict[str, Place] = {"nav": "nav", "header": "header", "footer": "footer", "aside": "side"}
_BY_NAME: tuple[tuple[Place, re.Pattern[str]], ...] = (
    ("breadcrumb", re.compile(r"crumb|dqwz|position(?!-)|weizhi|curpos|(?:^|[^a-z])(?:loc|location|cur|place)(?:$|[^a-z])", re.IGNORECASE)),
    ("footer", re.compile(r"(?:^|[^a-z])(?:foot\w*|copyright|yejiao|yewei)|(?:^|\s)bottom", re.IGNORECASE)),
    ("nav", re.compile(r"nav|menu|daohang|(?:^|[^a-z])dh(?:$|[^a-z])", re.IGNORECASE)),
    ("header", re.compile(r"(?:^|[^a-z])(?:head|header|top|topbar|banner|logo)(?:$|[^a-z])", re.IGNORECASE)),
    ("side", re.compile(r"(?:^|[^a-z])(?:side\w*|aside)(?:$|[^a-z])", re.IGNORECASE)),
)
_RANK: dict[Place, int] = {"footer": 0, "breadcrumb": 1, "nav": 2, "header": 3, "side": 4, "main": 5}


Standing = tuple[Place, bool]
"""``(place, hidden)`` of an element: the most telling of it and its ancestors."""

_SHORT = 200  # characters of names and styles that are worth remembering; longer ones are a hostile page's


ORDINARY: Standing = ("main", False)
BARE: dict[str, Standing] = {tag: (place, False) for tag, place in _BY_TAG.items()} | dict.fromkeys(UNSEEN_TAGS, ("main", True))
"""What tags without attributes say of themselves."""


def own_place(node: LexborNode) -> Place:
    """What this element's tag, id and class say of it; ``main`` when they say nothing."""
    return looks_of(node)[0]


def looks_of(node: LexborNode) -> Standing:
    """What an element says of itself: its place by tag, id and class, and whether it hides itself and all it holds."""
    return looks(node.tag or "", node.attributes)


def looks(tag: str, attributes: Mapping[str, str | None]) -> Standing:
    """The same from the element's tag and attributes."""
    get = attributes.get
    name, kind, style = get("id"), get("class"), get("style")
    if HIDDEN_MARK in attributes or "hidden" in attributes:
        style = "display:none"
    elif name is None and kind is None and style is None:
        return BARE.get(tag, ORDINARY)
    if len(name or "") + len(kind or "") + len(style or "") > _SHORT:
        return _looks.__wrapped__(tag, name or "", kind or "", style or "")
    return _looks(tag, name or "", kind or "", style or "")


@lru_cache(maxsize=1 << 13)
def _looks(tag: str, name: str, kind: str, style: str) -> Standing:
    hides = tag in UNSEEN_TAGS or (bool(style) and HIDING_STYLE.search(style) is not None)
    if tag in _BY_TAG:
        return _BY_TAG[tag], hides
    if tag in ("body", "html"):
        return "main", hides
    words = f"{name} {kind}"
    return next((place for place, pattern in _BY_NAME if pattern.search(words)), "main"), hides


@cache
def standing(around: Standing, mine: Place, hides: bool) -> Standing:
    """Where an element stands that says ``(mine, hides)`` of itself and lies in one that stands ``around``."""
    place, hidden = around
    return (mine if _RANK[mine] < _RANK[place] else place), hidden or hides


class Places:
    """Place and visibility of any node of one tree; every ancestor is looked at once. ``known``: by ``mem_id``, filled by `crawler.flow`."""

    def __init__(self) -> None:
        self.known: dict[int, Standing] = {}

    def of(self, node: LexborNode) -> Standing:
        """``(place, hidden)`` of a node: the most telling of it and its ancestors."""
        known = self.known.get(node.mem_id)
        if known is not None:
            return known
        chain = [node]
        around = ORDINARY
        current = node.parent
        while current is not None:
            known = self.known.get(current.mem_id)
            if known is not None:
                around = known
                break
            chain.append(current)
            current = current.parent
        for link in reversed(chain):
            around = standing(around, *looks_of(link))
            self.known[link.mem_id] = around
        return around
