"""What a visitor can see, as far as markup alone tells: inline styles, ``hidden``, and the renderer's mark for computed styles."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

HIDDEN_MARK = "data-mj-hidden"
"""Set by the renderer on every element whose computed style hides it, so that stylesheets count too."""

HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
"""An inline style that hides its element."""

UNSEEN_TAGS = frozenset({"script", "style", "noscript", "template", "head", "title", "-comment"})
"""Elements whose text no visitor reads."""


def hides(node: LexborNode) -> bool:
    """Whether this element hides itself and all it holds."""
    if node.tag in UNSEEN_TAGS:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes or HIDDEN_MARK in attributes:
        return True
    style = attributes.get("style")
    return bool(style) and HIDING_STYLE.search(style or "") is not None


def visible(node: LexborNode) -> bool:
    """Whether neither the node nor any ancestor hides it."""
    current: LexborNode | None = node
    while current is not None:
        if hides(current):
            return False
        current = current.parent
    return True
