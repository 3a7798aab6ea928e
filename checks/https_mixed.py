"""Mixed content (混合内容): what an https page fetches over plain http, read from its markup.

Active: scripts, frames, style sheets, plug-ins (browsers refuse them). Passive: pictures, sound, video, icons, backgrounds (browsers warn,
or fetch them over https). A link that a visitor must click, a commented-out line and a fallback in ``noscript`` are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from selectolax.lexbor import LexborNode

from crawler.document import Document
from crawler.links import absolute
from crawler.site import host_of, is_address

_ACTIVE = {
    "script": ("src",),
    "iframe": ("src",),
    "frame": ("src",),
    "object": ("data",),
    "embed": ("src",),
}
_PASSIVE = {
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "audio": ("src",),
    "video": ("src", "poster"),
    "input": ("src",),
}
_SELECTOR = ",".join([*_ACTIVE, *_PASSIVE, "link[href]", "[background]", "[style]", "style"])
_IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?(http://[^\"'()\s;]{1,500})", re.IGNORECASE)
_CSS_URL = re.compile(r"url\(\s*[\"']?(http://[^\"'()\s]{1,500})", re.IGNORECASE)
_NOT_FETCHED = re.compile(r"/\*.*?\*/|@namespace[^;]*;", re.DOTALL | re.IGNORECASE)
_UPGRADES = "upgrade-insecure-requests"
_SNIPPET = 160


def upgrades(policy: str) -> bool:
    """Whether a Content-Security-Policy makes browsers fetch everything over https."""
    return any(part.strip().lower().split(" ")[0] == _UPGRADES for part in re.split(r"[;,]", policy))


def insecure_parts(html: str, url: str, as_of: date) -> list[tuple[str, str, bool]]:
    """``(address, tag as written, active)`` of everything the https page at ``url`` fetches over http, each address once, in reading order.

    Empty for a page that is not https, or whose own meta tag upgrades all of it.
    """
    if not url.lower().startswith("https://") or "http:" not in html.lower():
        return []
    document = Document(html, url, as_of=as_of)
    if any(upgrades(node.attributes.get("content") or "") for node in document.tree.css("meta[http-equiv='content-security-policy' i]")):
        return []
    found: dict[str, tuple[str, str, bool]] = {}
    for node in document.tree.css(_SELECTOR):
        for target, active in _fetches(node, document.base):
            if target.lower().startswith("http://") and not _at_home(target) and target not in found and not _fallback(node):
                found[target] = (target, _tag(node), active)
    return list(found.values())


def _fetches(node: LexborNode, base: str) -> Iterator[tuple[str, bool]]:
    """Absolute addresses that this element makes a browser fetch, and whether what comes can change the page."""
    attributes, tag = node.attributes, node.tag or ""
    for names, active in ((_ACTIVE.get(tag, ()), True), (_PASSIVE.get(tag, ()), False)):
        for name in names:
            value = attributes.get(name) or ""
            if name == "srcset":
                yield from ((absolute(base, part.split()[0]), False) for part in value.split(",") if part.split())
            elif value and (tag != "input" or (attributes.get("type") or "").lower() == "image") and not (tag == "script" and _data(node)):
                yield absolute(base, value), active
    if tag == "link":
        kinds = (attributes.get("rel") or "").lower().split()
        if "stylesheet" in kinds or "icon" in kinds:
            yield absolute(base, attributes.get("href") or ""), "stylesheet" in kinds
    if attributes.get("background"):
        yield absolute(base, attributes.get("background") or ""), False
    css = f"{attributes.get('style') or ''};{node.text(deep=True) if tag == 'style' else ''}"
    if "http:" in css.lower():
        css = _NOT_FETCHED.sub("", css)
        yield from ((match[1], True) for match in _IMPORT.finditer(css))
        yield from ((match[1], False) for match in _CSS_URL.finditer(_IMPORT.sub("", css)))


def _data(node: LexborNode) -> bool:
    """A script element that is no script: a template, or data."""
    kind = (node.attributes.get("type") or "").lower()
    return kind not in ("", "module") and "script" not in kind


def _at_home(url: str) -> bool:
    """The visitor's own machine: browsers trust it (and no portal means it)."""
    host = host_of(url)
    return host == "localhost" or (is_address(host) and (host.startswith("127.") or host == "::1"))


def _fallback(node: LexborNode) -> bool:
    """Inside ``noscript`` or ``template``: not fetched by a browser that runs scripts."""
    current = node.parent
    while current is not None:
        if current.tag in ("noscript", "template"):
            return True
        current = current.parent
    return False


def _tag(node: LexborNode) -> str:
    """The opening tag, white space folded."""
    return re.sub(r"\s+", " ", (node.html or "").split(">", 1)[0])[:_SNIPPET] + ">"
