"""The text of a page as a visitor reads it: hidden parts, scripts and comments left out, blocks on lines of their own."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from crawler.visibility import hides

INLINE = frozenset(
    {
        "a",
        "b",
        "i",
        "u",
        "em",
        "strong",
        "span",
        "font",
        "small",
        "big",
        "sub",
        "sup",
        "label",
        "abbr",
        "time",
        "ins",
        "del",
        "s",
        "mark",
        "q",
        "code",
        "ucaptitle",
        "ucapcontent",
    }
)
"""Elements whose text joins what stands beside it."""

SPACE = "\n \t\r\f\v\u00a0\u3000\u2002\u2003"
"""White space that separates words or lines here; other kinds of it are letters of the text."""

_SPACES = re.compile(r"[ \t\r\f\v\u00a0\u3000\u2002\u2003]+")
_ODD_BLANKS = tuple("\t\r\f\v\u00a0\u3000\u2002\u2003")
_LINES = re.compile(r" ?\n[ \n]*")


def visible_text(root: LexborNode | None) -> str:
    """Visible text below ``root``; inline elements join without a gap, so a number split by tags stays one number."""
    if root is None:
        return ""
    parts: list[str] = []
    _collect(root, parts)
    return fold("".join(parts))


def fold(text: str) -> str:
    """``text`` with runs of blanks as one blank, and line breaks with the blanks around them as one line break."""
    if "  " in text or any(blank in text for blank in _ODD_BLANKS):
        text = _SPACES.sub(" ", text)
    if "\n\n" in text or " \n" in text or "\n " in text:
        text = _LINES.sub("\n", text)
    return text.strip()


def _collect(root: LexborNode, parts: list[str]) -> None:
    # An explicit stack: hostile pages nest deeper than Python's recursion limit.
    stack: list[LexborNode | str] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        tag = node.tag
        if tag == "-text":
            parts.append(node.text_content or "")
            continue
        if hides(node):
            continue
        block = tag not in INLINE
        if block:
            parts.append("\n")
            stack.append("\n")
        children: list[LexborNode | str] = []
        child = node.child
        while child is not None:
            children.append(child)
            child = child.next
        stack.extend(reversed(children))
