"""What comes from an inspected site is hostile: make it safe to print before any report sees it.

Escaping belongs to each output (Jinja, XML, JSON); this module removes what no output may carry: control characters that drive
a terminal or break XML, characters that turn reading order round, half characters, and links that are not plain web addresses.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls but tab and line ends: a terminal obeys them, XML forbids them
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # direction marks: they make a reader see another text
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # half characters and non-characters
)


def clean(text: str) -> str:
    """``text`` with every character that no report may carry shown as ``U+FFFD`` (�); line ends become ``\\n``."""
    return _FORBIDDEN.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def line(text: str) -> str:
    """``text`` cleaned and folded to one line."""
    return " ".join(clean(text).split())


def clean_data(value: Any) -> Any:
    """Plain JSON data with every string cleaned, keys too. Raises TypeError for what JSON can't hold."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_data(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [clean_data(item) for item in value]
    if value is None or isinstance(value, (bool, int, float)):
        return value
    raise TypeError(f"a report can't carry {type(value).__name__}")


FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula, in a file of plain text."""


def harmless(text: str) -> str:
    """``text`` as a cell of a CSV file that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def safe_link(url: str) -> str:
    """``url`` when it is a plain http(s) address without a password, else "" (it is then shown, never linked)."""
    cleaned = clean(url)
    if cleaned != url or any(character.isspace() for character in url):
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and host and "@" not in parts.netloc else ""


def picture(png: bytes | None) -> str:
    """A ``data:`` address of a PNG; "" for None and for bytes that are no PNG."""
    if not png or not png.startswith(b"\x89PNG\r\n\x1a\n"):
        return ""
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")
