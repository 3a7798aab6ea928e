"""What a portal says of itself at the foot of its pages and in its page tags, and what may be wrong with either."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

Fact = Literal["conac", "site-code", "icp", "police", "owner", "contact"]
FACTS: tuple[Fact, ...] = ("owner", "contact", "site-code", "icp", "police", "conac")
"""党政机关标识, 网站标识码, ICP, 公安, 主办单位, 联系方式, in the order they stand."""


@dataclass
class Foot:
    """``lacks``: the facts a page's foot goes without, by "home", a section path, or "*" for all others; ``code``: the 标识码 it shows, "" for
    the portal's own."""

    lacks: dict[str, frozenset[Fact]] = field(default_factory=dict)
    code: str = ""

    def lacking(self, place: str) -> frozenset[Fact]:
        """What pages of this place lack."""
        return self.lacks.get(place, self.lacks.get("*", frozenset()))


@dataclass
class Tagging:
    """Changes to the page tags, by place: "*", a kind of page ("article"), or a kind within a column ("column:tzgg"). ``dropped``: tags that
    are left out; ``changed``: tag → other content; ``shifted``: column key → how much earlier its articles' PubDate is."""

    dropped: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changed: dict[str, dict[str, str]] = field(default_factory=dict)
    shifted: dict[str, timedelta] = field(default_factory=dict)

    def apply(self, meta: dict[str, str], kind: str, column: str) -> dict[str, str]:
        """A page's tags as this portal serves them; ``column``: the key of its column, "" for the home page."""
        places = ("*", kind, f"{kind}:{column}")
        gone = {tag for place in places for tag in self.dropped.get(place, ())}
        other = {tag: value for place in places for tag, value in self.changed.get(place, {}).items()}
        return {tag: other.get(tag, value) for tag, value in meta.items() if tag not in gone}
