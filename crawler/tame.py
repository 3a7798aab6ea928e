"""Markup that would take a parser hours (恶意标记) is cut down before and after parsing; an ordinary page pays for one count of its tags.

What a page is made of is limited: so many tags, so many attributes of one tag, so many levels. Browsers cut deep nesting too (at 512
levels). The limits lie far above what any honest page was ever seen to need; a page beyond them keeps its text and its links.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser

MAX_TAGS = 40_000
"""Tags of one page that are read; what follows is left out."""

MAX_ATTRIBUTES = 1_000
"""Attributes of one tag; a tag with more loses all of them."""

MAX_DEPTH = 500
"""Levels of nesting; a page with more loses every tag but those that carry its links, its title and its scripts."""

_FEW_TAGS = 2_000
_SHORT = 100_000  # characters in which no tag has room for enough attributes to hurt
_FEW_ROOTS = 20

_CROWDED = re.compile(
    r"<([a-zA-Z][^\s/>]*+)(?:[\s/]*+[^\s/>=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>]*+))?+){%d,}+" % MAX_ATTRIBUTES  # noqa: UP031
)
_ROOTS = re.compile(r"<(?:body|html)\b", re.IGNORECASE)
_NESTING = re.compile(r"</?(?!(?:a|title|meta|base|script|style|img|frame|iframe|br)\b)[a-zA-Z][^<>]*>?", re.IGNORECASE)


def oversized(html: str) -> bool:
    """Whether `parse` reads only the beginning of this page."""
    return html.count("<") > MAX_TAGS


def parse(html: str) -> LexborHTMLParser:
    """The tree of a page, whatever it holds: within the limits above, in time that grows with its size."""
    tags = html.count("<")
    if tags <= _FEW_TAGS and len(html) <= _SHORT:
        return LexborHTMLParser(html)
    tree = LexborHTMLParser(_cut(html, tags))
    if tags > _FEW_TAGS and too_deep(tree):
        tree = LexborHTMLParser(_NESTING.sub(" ", _cut(html, tags)))
    return tree


def _cut(html: str, tags: int) -> str:
    if tags > MAX_TAGS:
        html = "<".join(html.split("<", MAX_TAGS)[:-1])
    if len(html) > _SHORT:
        html = _CROWDED.sub(r"<\1", html)
        if len(_ROOTS.findall(html)) > _FEW_ROOTS:
            html = _ROOTS.sub("<br", html)
    return html


def too_deep(tree: LexborHTMLParser) -> bool:
    """Whether any element lies more than `MAX_DEPTH` levels down."""
    root = tree.root
    node, level = root, 0
    while node is not None:
        child = node.child
        if child is not None:
            node, level = child, level + 1
            if level > MAX_DEPTH:
                return True
            continue
        while node is not None and level and node.next is None:
            node, level = node.parent, level - 1
        node = node.next if node is not None and level else None
    return False
