"""The template skeleton (模板骨架) of a page: a hash that pages of one template share, whatever their content."""

from __future__ import annotations

import hashlib
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

_DIGITS = re.compile(r"\d+")
_STRUCTURE = frozenset(
    {
        "body",
        "div",
        "header",
        "footer",
        "nav",
        "main",
        "section",
        "aside",
        "article",
        "ul",
        "ol",
        "dl",
        "table",
        "form",
        "iframe",
        "frameset",
    }
)
_DEPTH = 5


def skeleton(tree: LexborHTMLParser) -> str:
    """Twelve hex characters over the outer structure: tags, ids and classes down to five levels, runs of the same folded into one.

    Digits are dropped (ids often carry article numbers); text-level tags and everything deeper are content and do not count.
    """
    body = tree.body
    if body is None:
        return "0" * 12
    parts: list[str] = []
    _walk(body, 0, parts)
    return hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _walk(node: LexborNode, depth: int, parts: list[str]) -> None:
    last = ""
    child = node.child
    while child is not None:
        tag = child.tag
        if tag in _STRUCTURE:
            attributes = child.attributes
            mark = _DIGITS.sub("", f"<{tag}#{attributes.get('id') or ''}.{attributes.get('class') or ''}")
            if mark != last:
                parts.append(mark)
                if depth < _DEPTH:
                    _walk(child, depth + 1, parts)
                    parts.append(">")
            last = mark
        child = child.next
