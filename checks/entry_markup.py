"""What the 找错 entry looks like in a page: script, link, click handler, plug-in, or what the platform's script leaves behind.

Hosts and ids stand in the catalogue
(``error_report_entry``). An entry inside a comment or hidden by style is none; an in-house 纠错 form, a bare picture or words
about 找错 are none. A *wrapper* (the platform's form behind a city's own gateway) can't be told from markup alone and accuses nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal
from urllib.parse import unquote, urlsplit
from weakref import WeakKeyDictionary

from selectolax.lexbor import LexborNode

from checks.catalogue import rules
from crawler.browser_marks import OPENS
from crawler.document import Document, Element
from crawler.evidence import Observer
from crawler.site import host_of
from crawler.visibility import hides

Kind = Literal["official", "wrapper", "legacy"]
How = Literal["script", "link", "onclick", "plugin", "rendered"]

_ADDRESS = re.compile(r"""(?:https?:)?//[\w.-]+[^\s'"<>)]*""", re.IGNORECASE)
_CODE_QUERY = re.compile(r"site_?code=((?:bm)?\d{6,14})", re.IGNORECASE)
_CODE_SETTING = re.compile(r"""site_?code["']?\s*[:=]\s*["']?((?:bm)?\d{6,14})""", re.IGNORECASE)
_CODE_CALL = re.compile(r"""\bLink\(\s*["']?((?:bm)?\d{6,14})?""")
_FORM = re.compile(r"/exposure/jiucuo(?:\.html?|\.js)?(?:[?#]|$)", re.IGNORECASE)
_NO_ENTRY = re.compile(r"/(?:databaseInfo|boxpro|exposure/images)(?:[/?#]|$)", re.IGNORECASE)
"""What the platform's hosts also serve: the register of sites, the reporting back end, the bare picture."""
_ADDRESSES = ("href", "action", "src", "data", "value", "xlink:href", "data-href", "data-url", "data-link")
_HANDLERS = (OPENS, "onclick", "onmousedown", "onmouseup", "ontouchstart", "ontouchend", "ondblclick")
_READ = frozenset((*_ADDRESSES, *_HANDLERS, "class", "id"))
_LOADING = frozenset({"iframe", "embed", "frame"})
"""Elements whose ``src`` is a page; elsewhere it is a picture."""
_SELECTOR = ",".join(
    (
        "a,area[href],form[action],iframe[src],frame[src],embed[src],object[data],option[value],script",
        "[data-href],[data-url],[data-link],[data-setting],[data-sitecode]",
        *(f"[{name}]" for name in _HANDLERS),
    )
)


@dataclass(frozen=True, slots=True)
class Entry:
    """The page's entry. ``kind``: official, or a wrapper of it; ``how``: its form; ``site_codes``: as the markup gives them,
    each once, () when it gives none; ``snippet``: the first element, at most 200 characters."""

    kind: Kind
    how: How
    site_codes: tuple[str, ...]
    snippet: str


@dataclass(frozen=True, slots=True)
class _Trace:
    kind: Kind
    how: How
    code: str
    snippet: str


@cache
def _names(key: str) -> frozenset[str]:
    return frozenset(rules("error-report-entry").names[key])


@cache
def _hints() -> tuple[str, ...]:
    """What the markup of every known form contains, in lower case; a page without it is done at once."""
    return (*sorted(_names("official-hosts")), "jiucuo", "sitecode", "site_code", *sorted(_names("legacy-hosts")), OPENS.lower())


def _hinted(html: str) -> bool:
    if any(word in html for word in _hints()):
        return True
    lower = html.lower()
    return any(word in lower for word in _hints())


@cache
def _telling() -> re.Pattern[str]:
    """What an attribute must hold to lead to an entry: a host, the form's name, the icon's call, or letters that may hide one of them."""
    words = [*map(re.escape, (*_names("official-hosts"), *_names("legacy-hosts"))), "jiucuo", r"\bLink\("]
    return re.compile(rf"{'|'.join(words)}|[%\t\r\n]|[^\x00-\x7f]", re.IGNORECASE)


@lru_cache(maxsize=1 << 14)
def _may_tell(value: str) -> bool:
    """Links repeat from page to page: each of their addresses is looked at once."""
    return _telling().search(value) is not None


@lru_cache(maxsize=256)
def _plain_base(base: str) -> bool:
    """Whether a relative address on this page can't lead to an entry by itself: the page is no part of the platform."""
    return base.isascii() and host_of(base) not in _names("official-hosts") | _names("legacy-hosts") and "jiucuo" not in base.lower()


def observe_entry(document: Document) -> Entry | None:
    """The official entry (or a wrapper of it) that a visitor of this page gets; None when there is none."""
    traces = [trace for trace in _traces(document) if trace.kind != "legacy"]
    return _entry(sorted(traces, key=lambda trace: trace.kind != "official"))


def observe_legacy(document: Document) -> Entry | None:
    """An entry that leads to the platform's old addresses; None when there is none."""
    return _entry([trace for trace in _traces(document) if trace.kind == "legacy"])


def _entry(traces: list[_Trace]) -> Entry | None:
    if not traces:
        return None
    first = traces[0]
    codes = dict.fromkeys(trace.code for trace in traces if trace.code and trace.kind == first.kind)
    return Entry(first.kind, first.how, tuple(codes), first.snippet)


_known: WeakKeyDictionary[Document, tuple[_Trace, ...]] = WeakKeyDictionary()


def _traces(document: Document) -> tuple[_Trace, ...]:
    """Every trace of an entry, worked out once for both observers."""
    known = _known.get(document)
    if known is None:
        known = _known[document] = tuple(_look(document))
    return known


def _look(document: Document) -> Iterator[_Trace]:
    if not any(_hinted(part.html) for part in document.parts):
        return
    for part in document.parts:
        plain = _plain_base(part.base)
        for node in part.tree.css(_SELECTOR):
            script = node.tag == "script"
            if plain and not script and not _worth_reading(node.attributes):
                continue
            element = Element(node, part.base)
            trace = _script(element) if script else _place(element)
            if trace is not None and _shown(node):
                yield trace


def _worth_reading(attributes: Mapping[str, str | None]) -> bool:
    """Whether any attribute that `_place` reads may tell of an entry: nine links of ten on a page are done with here."""
    for name, value in attributes.items():  # noqa: SIM110 - runs for every link of every page
        if value and name in _READ and _may_tell(value):
            return True
    return False


def _script(element: Element) -> _Trace | None:
    """The platform's script, from its own host or as a local copy; the id and the sitecode attribute make a copy known."""
    if not _runs(element.attribute("type")):
        return None
    source, known = element.attribute("src").strip(), element.attribute("id").strip() in _names("script-ids")
    kind = _kind(element.url("src")) if source else None
    copy = bool(source) and (known or ("jiucuo" in source.lower() and bool(element.attribute("sitecode"))))
    inlined = known and any(host in element.node.text(deep=True) for host in _names("official-hosts"))
    if kind is None and (copy or inlined):
        kind = "official"
    if kind is None:
        return None
    code = element.attribute("sitecode").strip() or _code_in(source)
    return _Trace(kind, "script", code, element.snippet(200))


def _runs(kind: str) -> bool:
    kind = kind.strip().lower()
    return not kind or "script" in kind or kind == "module"


def _place(element: Element) -> _Trace | None:
    """A link, a form, a frame, a click handler or a plug-in."""
    for name in _ADDRESSES:
        value = _plain(element.attribute(name))
        if not value or (name == "src" and element.node.tag not in _LOADING):
            continue
        kind = _kind(element.url(name)) or _kind_in(value)
        if kind is not None:
            return _Trace(kind, "link", _code_in(value), element.snippet(200))
    for name in _HANDLERS:
        value = _plain(element.attribute(name))
        kind = _kind_in(value)
        if kind is not None:
            return _Trace(kind, "onclick", _code_in(value), element.snippet(200))
    call = _CODE_CALL.search(element.attribute("onclick"))
    if call is not None and (_in_span(element.node) or element.host("src") in _names("official-hosts")):
        kind = _drawn_by(element) or ("wrapper" if _foreign_picture(element) else "official")
        return _Trace(kind, "rendered", call[1] or "", element.snippet(200))
    return _plugin(element)


def _plugin(element: Element) -> _Trace | None:
    """``<div class="j-jiucuo" data-setting="{sitecode:…}">``: a script of the CMS builds the official link from it."""
    named = f"{element.attribute('class')} {element.attribute('id')}".lower()
    if "jiucuo" not in named:
        return None
    code = element.attribute("data-sitecode").strip()
    setting = _CODE_SETTING.search(element.attribute("data-setting"))
    if not code and setting is None:
        return None
    return _Trace("official", "plugin", code or (setting[1] if setting else ""), element.snippet(200))


def _plain(text: str) -> str:
    """An attribute without escaped slashes and percent codes: a redirect of the site's own carries the address encoded."""
    text = text.replace("\\/", "/")
    return unquote(text) if "%2f" in text.lower() else text


def _kind(url: str) -> Kind | None:
    """What an address leads to, by its host; the platform's form on an unknown host is a wrapper."""
    host = host_of(url)
    if not host or _NO_ENTRY.search(url):
        return None
    if host in _names("official-hosts"):
        return "official"
    if host in _names("legacy-hosts"):
        return "legacy"
    parts = urlsplit(url)
    return "wrapper" if _FORM.search(url) and "site_code=" in parts.query.lower() else None


def _kind_in(text: str) -> Kind | None:
    """What the addresses inside a script text lead to."""
    kinds = {_kind(url if url.lower().startswith("http") else f"http:{url}") for url in _ADDRESS.findall(text)}
    return next((kind for kind in ("official", "wrapper", "legacy") if kind in kinds), None)


def _code_in(text: str) -> str:
    match = _CODE_QUERY.search(text)
    return match[1].lower() if match else ""


def _in_span(node: LexborNode) -> bool:
    current: LexborNode | None = node
    while current is not None:
        if (current.attributes or {}).get("id") in _names("span-ids"):
            return True
        current = current.parent
    return False


def _drawn_by(element: Element) -> Kind | None:
    """Whose icon it is, where it is the platform's."""
    host = element.host("src")
    return "official" if host in _names("official-hosts") else "legacy" if host in _names("legacy-hosts") else None


def _foreign_picture(element: Element) -> bool:
    """Whether the icon comes from neither the platform nor the page's own host: somebody else's script drew it."""
    host = element.host("src")
    return bool(host) and host not in _names("official-hosts") and host != host_of(element.base)


def _shown(node: LexborNode) -> bool:
    """Whether a visitor sees the place; a script shows what it writes where it stands, also from the head."""
    current: LexborNode | None = node.parent if node.tag == "script" else node
    while current is not None:
        if current.tag != "head" and hides(current):
            return False
        current = current.parent
    return True


ENTRY = Observer("error-report-entry", Entry, observe_entry)
"""The official entry of a page."""

LEGACY = Observer("error-report-entry-legacy", Entry, observe_legacy)
"""An entry on the platform's old addresses."""
