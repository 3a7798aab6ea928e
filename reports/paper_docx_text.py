"""Text of a paper as Word markup: whatever a site wrote stays text."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from reports.hostile import clean

_CHINESE_MARKS = re.compile("[“”‘’…—·×±§°①-⑳]")
"""Characters that both scripts have: Word sets them in the Latin font unless told otherwise."""
_HINT = '<w:rFonts w:hint="eastAsia"/>'
_BREAKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


def run(text: str, style: str = "", more: str = "") -> str:
    """A run of text, "" for none; line ends and tabs are kept. ``style``: id of a character style; ``more``: run properties after the fonts."""
    if not text:
        return ""
    text = clean(text)
    look = f'<w:rStyle w:val="{style}"/>' if style else ""
    look += (_HINT if _CHINESE_MARKS.search(text) and "<w:rFonts" not in more else "") + more
    parts = (_BREAKS.get(part) or f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in re.split("([\n\t])", text) if part)
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{''.join(parts)}</w:r>"


def paragraph(style: str, runs: str, more: str = "") -> str:
    """A paragraph. ``style``: id of its style; ``more``: paragraph properties after the style, in the order that the schema wants."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>'


def breadth(text: str) -> float:
    """How wide a text is, in Chinese characters; Latin ones are half as wide."""
    return sum(1.0 if ord(character) > 0x2E7F or character in "“”‘’…—" else 0.5 for character in text)
