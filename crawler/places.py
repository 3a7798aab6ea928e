"""Where on the page an element stands, told by the names and classes of what holds it."""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborNode

from crawler.links import Place
from crawler.visibility import hides

_BY_TAG: dict[str, Place] = {"nav": "nav", "header": "header", "footer": "footer", "aside": "side"}
_BY_NAME: tuple[tuple[Place, re.Pattern[str]], ...] = (
    ("breadcrumb", re.compile(r"crumb|dqwz|position(?!-)|weizhi|curpos|(?:^|[^a-z])(?:loc|location|cur|place)(?:$|[^a-z])", re.IGNORECASE)),
    ("footer", re.compile(r"(?:^|[^a-z])(?:foot\w*|copyright|yejiao|yewei)|(?:^|\s)bottom", re.IGNORECASE)),
    ("nav", re.compile(r"nav|menu|daohang|(?:^|[^a-z])dh(?:$|[^a-z])", re.IGNORECASE)),
    ("header", re.compile(r"(?:^|[^a-z])(?:head|header|top|topbar|banner|logo)(?:$|[^a-z])", re.IGNORECASE)),
    ("side", re.compile(r"(?:^|[^a-z])(?:side\w*|aside)(?:$|[^a-z])", re.IGNORECASE)),
)
_RANK: dict[Place, int] = {"footer": 0, "breadcrumb": 1, "nav": 2, "header": 3, "side": 4, "main": 5}


def own_place(node: LexborNode) -> Place:
    """What this element's tag, id and class say of it; ``main`` when they say nothing."""
    tag = node.tag or ""
    if tag in _BY_TAG:
        return _BY_TAG[tag]
    if tag in ("body", "html"):
        return "main"
    attributes = node.attributes
    return _named(f"{attributes.get('id') or ''} {attributes.get('class') or ''}") if attributes else "main"


@lru_cache(maxsize=1 << 14)
def _named(name: str) -> Place:
    return next((place for place, pattern in _BY_NAME if pattern.search(name)), "main")


class Places:
    """Place and visibility of any node of one tree; every ancestor is looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Place, bool]] = {}

    def of(self, node: LexborNode) -> tuple[Place, bool]:
        """``(place, hidden)`` of a node: the most telling of it and its ancestors."""
        chain: list[LexborNode] = []
        current: LexborNode | None = node
        place: Place = "main"
        hidden = False
        while current is not None:
            known = self._known.get(current.mem_id)
            if known is not None:
                place, hidden = known
                break
            chain.append(current)
            current = current.parent
        for link in reversed(chain):
            mine = own_place(link)
            if _RANK[mine] < _RANK[place]:
                place = mine
            hidden = hidden or hides(link)
            self._known[link.mem_id] = (place, hidden)
        return place, hidden
