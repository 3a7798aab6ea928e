"""Bytes to text: BOM, HTTP header, meta, then detection. Wrong declarations survive; GBK and GB2312 are read as GB18030. Pure."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_META_WINDOW = 4096  # bytes in which a declaration is looked for; browsers look at 1024, old pages put it later

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "hz": "gb18030", "big5": "big5hkscs", "iso8859-1": "cp1252", "ascii": "cp1252"}
_DAMAGE = 0.1  # share of broken sequences among non-ASCII characters up to which damaged UTF-8 is still UTF-8
_WIDE = re.compile(r"[\u0800-\uffff]")


class Decoded(NamedTuple):
    """A body as text: NUL characters removed, the charset that was used, and the one that was declared ("" when none was)."""

    text: str
    charset: str
    declared: str


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of an HTML body; ``content_type`` is the HTTP header as served.

    Order of trust: a BOM; UTF-8 that really is UTF-8 (whatever is declared: a page of multi-byte sequences that all fit is no
    accident); the header; the meta tag; the charset that breaks least. Never raises: broken bytes become U+FFFD.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _read(body[len(bom) :], name, name)
    names = _declared(body, content_type)
    declared = names[0] if names else ""
    if body.isascii() and b"\0" not in body:
        return Decoded(body.decode("ascii"), "utf-8" if "utf-8" in names or not names else names[0], declared)
    if wide := _utf16_by_nuls(body):
        return _read(body, wide, declared)
    if (text := _plain_utf8(body, names)) is not None:
        return Decoded(text, "utf-8", declared)
    return _read(body, _choose(body, names), declared)


def _plain_utf8(body: bytes, names: list[str]) -> str | None:
    """The usual case at one decoding: whole UTF-8 that is declared, or not declared to be anything else. None sends the body the long way."""
    if names and "utf-8" not in names:
        return None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text or "\ufffd" in text else text


def _read(body: bytes, charset: str, declared: str) -> Decoded:
    return Decoded(body.decode(charset, "replace").replace("\0", "").removeprefix("\ufeff"), charset, declared)


def _declared(body: bytes, content_type: str) -> list[str]:
    """Usable charsets in order of trust: the header's, the meta tag's. A UTF-16 meta tag that could be read is none."""
    found = [match.group(1) for match in [_HEADER.search(content_type)] if match]
    meta = _META.search(body[:_META_WINDOW])
    if meta:
        name = (meta.group(1) or meta.group(2)).decode("ascii", "replace")
        found.append("utf-8" if name.lower().startswith("utf-16") else name)
    usable = []
    for name in found:
        try:
            codec = codecs.lookup(name).name
            "".encode(codec)
        except (LookupError, ValueError):
            continue
        usable.append(_SUPERSETS.get(codec, codec))
    return usable


def _utf16_by_nuls(body: bytes) -> str:
    """UTF-16 without a BOM shows in its markup: every second byte of ASCII text is NUL. "" when it is not UTF-16."""
    head = body[:2048]
    if head.count(0) < len(head) // 4:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even > 3 * odd:
        return "utf-16-be"
    return "utf-16-le" if odd > 3 * even else ""


def _choose(body: bytes, names: list[str]) -> str:
    text = body.decode("utf-8", "ignore") if _is_truncated_utf8(body) else body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken == 0 and (_WIDE.search(text) or not names or "utf-8" in names):
        return "utf-8"
    if broken and broken <= _DAMAGE * max(1, len(_WIDE.findall(text)) - broken):
        return "utf-8"
    candidates = [name for name in names if name not in ("utf-8", "cp1252") and not name.startswith("utf-16")]
    for name in candidates:
        if _broken(body, name) == 0:
            return name
    candidates += ["gb18030", "big5hkscs"]
    best = min(candidates, key=lambda name: _broken(body, name))
    if _broken(body, best) > len(body) // 20:
        return names[0] if names else "cp1252"
    return best


def _is_truncated_utf8(body: bytes) -> bool:
    """Whether the body is UTF-8 but for a last character that was cut."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


def _broken(body: bytes, charset: str) -> int:
    return body.decode(charset, "replace").count("\ufffd")
