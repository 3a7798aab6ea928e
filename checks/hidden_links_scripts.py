"""What inline scripts write, hide and redirect: read from their text, escapes undone, nothing is run.

Reads ``\\uXXXX``, ``\\xXX``, ``%uXXXX``, ``%XX``, ``String.fromCharCode``, ``atob``, character references and strings joined by ``+``. What is packed
otherwise is *suspect*: the browser settles it. Every pattern is bounded.
"""

from __future__ import annotations

import base64
import binascii
import html as references
import re
from collections.abc import Iterator
from urllib.parse import unquote

MAX_SCRIPT = 200_000
"""Characters of one script that are read."""
ROUNDS = 3
"""How often what was decoded is decoded again."""
MAX_WRAPPED = 40_000
"""Characters behind a script's opening tag in which its closing tag is looked for."""

_CODES = re.compile(r"(?:String\s{0,20}\.\s{0,20})?fromCharCode\s{0,20}\(([\d\sxXa-fA-F,]{1,60000})\)")
_ATOB = re.compile(r"""\batob\s{0,20}\(\s{0,20}["']([A-Za-z0-9+/=\s]{8,60000})["']\s{0,20}\)""")
_U = re.compile(r"(?:\\u|%u)([0-9a-fA-F]{4})")
_X = re.compile(r"\\x([0-9a-fA-F]{2})")
_JOINED = re.compile(r"""(["'])\s{0,20}\+\s{0,20}\1""")
_PERCENT = re.compile(r"unescape|decodeURI")
_WRITES = re.compile(
    r"""\bwrite(?:ln)?["']?\s{0,20}\]?\s{0,20}\(|\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|\.(?:append|prepend|html|after|before)\s{0,20}\(|\beval\s{0,20}\("""
)
_OPENED = re.compile(r"""write(?:ln)?\s{0,20}\(\s{0,20}["']\s{0,20}<(\w{1,10})\b([^<>]{0,600})>\s{0,20}["']""", re.IGNORECASE)
_CLOSED = re.compile(r"""write(?:ln)?\s{0,20}\(\s{0,20}["']\s{0,20}</\w""", re.IGNORECASE)
_STYLE = re.compile(r"""style\s{0,20}=\s{0,20}\\?["']?([^"'>]{3,400})""", re.IGNORECASE)
_HIDES_ID = re.compile(
    r"""getElementById\s{0,20}\(\s{0,20}["']([\w-]{1,80})["']\s{0,20}\)\s{0,20}\.\s{0,20}style\s{0,20}\.\s{0,20}(?:display\s{0,20}=\s{0,20}["']none|visibility\s{0,20}=\s{0,20}["']hidden|opacity\s{0,20}=\s{0,20}["']?0\b|fontSize\s{0,20}=\s{0,20}["']0)"""
)
_HIDES_QUERY = re.compile(
    r"""\$\s{0,20}\(\s{0,20}["']([#.][\w-]{1,80})["']\s{0,20}\)\s{0,20}\.\s{0,20}(?:hide\s{0,20}\(|css\s{0,20}\(\s{0,20}\{?\s{0,20}["']?display["']?\s{0,20}[,:]\s{0,20}["']none)"""
)
_TITLE = re.compile(r"""document\s{0,20}\.\s{0,20}title\s{0,20}=\s{0,20}["']([^"'\n]{2,300})["']""")
_REFERRER = re.compile(r"document\s{0,20}\.\s{0,20}referrer", re.IGNORECASE)
_SPIDER = re.compile(r"spider|google\s?bot|bing\s?bot", re.IGNORECASE)
_SERVICES = re.compile(r"//(?:hm|push|zz|api|map|share|tongji|lbsyun|zhannei)\.[\w.-]{1,80}", re.IGNORECASE)
"""Hosts by which engines serve statistics, maps and the like: to load them is to ask nobody where he comes from."""
_NEAR = 800
"""Characters before a jump, half of that behind it, in which the question for the visitor stands."""
_JUMP = re.compile(
    r"""(?:location(?:\s{0,20}\.\s{0,20}href)?\s{0,20}=|location\s{0,20}\.\s{0,20}(?:replace|assign)\s{0,20}\(|window\s{0,20}\.\s{0,20}open\s{0,20}\()\s{0,20}["']((?:https?:)?//[^"'\s<>]{4,300})["']""",
    re.IGNORECASE,
)
_PACKED = re.compile(
    r"eval\s{0,20}\(\s{0,20}function\s{0,20}\(\s{0,20}p\s{0,20},\s{0,20}a\s{0,20},\s{0,20}c\s{0,20},\s{0,20}k|\b_0x[0-9a-f]{4,6}\b"
)
ENCODED = ("fromCharCode", "\\x", "\\u", "unescape(", "atob(", "%u", "&#")
"""Marks of an encoded string, any of which makes a script worth decoding."""


def decoded(text: str) -> str:
    """A script's text with its escapes undone, as far as that can be read without running it."""
    text = text[:MAX_SCRIPT]
    for _ in range(ROUNDS):
        before = text
        text = _CODES.sub(_characters, text)
        text = _ATOB.sub(_base64, text)
        text = _U.sub(lambda match: chr(int(match[1], 16)), text)
        text = _X.sub(lambda match: chr(int(match[1], 16)), text)
        if "%" in text and _PERCENT.search(text):
            text = unquote(text, errors="replace")
        if "&#" in text:
            text = references.unescape(text)
        text = _JOINED.sub("", text.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'"))
        if text == before:
            break
    return text.encode("utf-8", "replace").decode("utf-8")  # half surrogates become question marks


def _characters(match: re.Match[str]) -> str:
    found = []
    for number in match[1].split(","):
        try:
            found.append(chr(int(number.strip(), 0)))
        except (ValueError, OverflowError):
            continue  # no number: the script itself would stumble there
    return f'"{"".join(found)}"'


def _base64(match: re.Match[str]) -> str:
    try:
        return f'"{base64.b64decode(match[1], validate=False).decode("utf-8", "replace")}"'
    except (binascii.Error, ValueError):
        return match[0]


def writes(text: str) -> bool:
    """Whether a script puts markup into the page."""
    return _WRITES.search(text) is not None


def markup_of(text: str) -> str:
    """The decoded script from its first tag on: near enough the markup it writes."""
    start = text.find("<")
    return text[start:] if start >= 0 else ""


def joined(text: str) -> str:
    """A script's text with strings that ``+`` joins made one."""
    return _JOINED.sub("", text[:MAX_SCRIPT]) if "+" in text else text[:MAX_SCRIPT]


def opened_style(text: str) -> str:
    """The style of an element that a script opens and doesn't close, "" when there is none."""
    opening = _OPENED.search(text)
    style = _STYLE.search(opening[2]) if opening else None
    return style[1] if style is not None and not _CLOSED.search(text) else ""


def wrapped(html: str, script: str) -> str:
    """The markup between a script of the page and the next one that closes an element; "" when none does."""
    start = html.find(script)
    rest = html[start + len(script) : start + len(script) + MAX_WRAPPED] if start >= 0 else ""
    closing = _CLOSED.search(rest)
    return rest[: closing.start()] if closing else ""


def hidden_selectors(text: str) -> Iterator[str]:
    """Selectors of elements that a script hides."""
    for match in _HIDES_ID.finditer(text):
        yield f"#{match[1]}"
    for match in _HIDES_QUERY.finditer(text):
        yield match[1]


def titles(text: str) -> Iterator[str]:
    """Titles that a script gives the page."""
    for match in _TITLE.finditer(text):
        yield match[1]


def jumps_by_referrer(text: str, engines: re.Pattern[str]) -> Iterator[str]:
    """Addresses a script sends those visitors to who come from a search engine, or all but its spiders.

    The question stands near the jump; a statistics script and a menu that opens a window may share one element. Whoever asks only for the
    browser asks for a phone, whose browser may be an engine's own: there a spider must be named.
    """
    if "referrer" not in text and "serAgent" not in text:
        return
    for match in _JUMP.finditer(text):
        near = text[max(0, match.start() - _NEAR) : match.start()] + text[match.end() : match.end() + _NEAR // 2]
        near = _SERVICES.sub("", near)
        asked = _REFERRER.search(near) and engines.search(near)
        if asked or ("serAgent" in near and _SPIDER.search(near)):
            yield match[1]


def jumps(text: str) -> Iterator[str]:
    """Addresses a script sends everybody to."""
    for match in _JUMP.finditer(text):
        yield match[1]


def packed(text: str) -> bool:
    """Whether a script hides what it does in a way that is not undone here."""
    return _PACKED.search(text) is not None
