"""Defects that can be planted in any portal, and what an inspection must then say: one room per family of checks."""

from __future__ import annotations

from tests.portals.defects import availability, content, hidden, https, identity, links, tags
from tests.portals.defects.base import Defect, Expected
from tests.portals.defects.content import COLUMNS, IPV6

DEFECTS: dict[str, Defect] = {
    name: kind
    for room in (content.KINDS, availability.KINDS, identity.KINDS, tags.KINDS, links.KINDS, https.KINDS, hidden.KINDS)
    for name, kind in room.items()
}

__all__ = ["COLUMNS", "DEFECTS", "IPV6", "Defect", "Expected"]
