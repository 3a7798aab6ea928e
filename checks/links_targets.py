"""Which addresses a visitor of the home page and the column pages meets: links, pictures, attachments, style sheets and scripts.

Read from the kept bytes: the complete render where there is one, else what was served. Links of frames, whose bytes are not kept,
come from the evidence's link table. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from checks.catalogue import rules
from checks.columns import find_columns
from checks.links_facts import Kind, Position, Target
from crawler.charset import decode
from crawler.document import Document
from crawler.evidence import Evidence, Page
from crawler.links import absolute, page_key
from crawler.site import Site, host_of

_CSS = "a[href],area[href],img,option[value],script[src],link[href]"
_VARIABLE = re.compile(r"\{\{|\}\}|<%|%>|\$\{|\{\$|#\{|\[\[|%7b%7b|\{\w+\}", re.IGNORECASE)
"""A placeholder that a template engine or a script should have replaced."""
_WEB = re.compile(r"\s*(?:https?:)?//", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_ADDRESS = re.compile(r"\s*(?!data:)[^\s<>]*[/.][^\s<>]*\s*\Z", re.IGNORECASE)
"""What an attribute of a lazy picture must look like to be its address: plug-ins write ``true`` and ``1`` there too."""
_SAFE = "/:?#[]@!$&'()*+,;=%~-._|^`"
_SHOWING = frozenset({"class", "id", "style", "title", "coords"})
"""Attributes that can make an empty link something to click: style sheets draw icons."""
_UNREAD = frozenset({"noscript", "template"})
_TEXT, _MARKUP = 80, 180

PER_PAGE = 3000
"""Places of one page that are looked at: no visitor reads more, and a page of a hundred thousand links must not hold up the run."""


@dataclass(slots=True)
class _Met:
    """A target while pages are read."""

    url: str
    kind: Kind
    inside: bool
    position: Position
    text: str
    markup: str
    reference: str
    place: str
    pages: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Met:
    """One place where an address stands, as markup has it."""

    url: str
    kind: Kind
    text: str
    reference: str
    place: str
    node: LexborNode | None = None

    def markup(self) -> str:
        """The element, cut short; "" where only the link table knows the place."""
        return _SPACE.sub(" ", self.node.html or "")[:_MARKUP] if self.node is not None else ""


def target_key(site: Site, url: str) -> str:
    """Identity of a target: path and sorted query on the site itself, host before it elsewhere; never a scheme.

    A port other than the home page's (or the usual ones) is part of it.
    """
    parts = urlsplit(url)
    path = page_key(url)
    try:
        unquote_to_bytes(parts.query).decode()
    except UnicodeDecodeError:  # a query in GBK: its bytes are its identity
        path = f"{page_key(urlunsplit(parts._replace(query='')))}?{parts.query}"
    port = parts.port if parts.port not in (None, 80, 443) else None
    if site.owns(url):
        return path if port in (None, urlsplit(site.url).port) else f":{port}{path}"
    return f"{netloc(url)}{path}"


def netloc(url: str) -> str:
    """Host and unusual port of an address."""
    port = urlsplit(url).port
    return host_of(url) + ("" if port in (None, 80, 443) else f":{port}")


def pages_of(evidence: Evidence) -> tuple[list[Page], int]:
    """The home page, then the first page of each column, shallow ones first; and how many column pages were left out."""
    home = evidence.home
    first = [home] if home is not None and home.readable else []
    seen = {page.id for page in first}
    columns: list[Page] = []
    for column in find_columns(evidence):
        page = column.page
        if page is not None and page.readable and not page.elsewhere and page.id not in seen:
            seen.add(page.id)
            columns.append(page)
    columns.sort(key=lambda page: (page.depth, page.id))
    most = int(rules("links").number("column-pages"))
    return first + columns[:most], max(0, len(columns) - most)


class Collector:
    """Gathers the targets of pages, each once, in reading order; the first page read is the home page."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence, self.site = evidence, evidence.site
        self._found: dict[str, _Met] = {}
        self._skipped = frozenset(rules("error-report-entry").names["legacy-hosts"])  # the 找错 check judges these: one cause, one finding
        self._home: Page | None = None

    def read(self, page: Page) -> None:
        """Take down everything a visitor of this page meets, up to `PER_PAGE` places."""
        self._home = self._home or page
        position: Position = "home" if page is self._home else "column"
        for met in islice(_of_page(self.evidence, page), PER_PAGE):
            if host_of(met.url) in self._skipped:
                continue
            key = target_key(self.site, met.url)
            known = self._found.get(key)
            if known is None:
                asked, inside = _encoded(met.url, page.charset), self.site.owns(met.url)
                known = self._found[key] = _Met(asked, met.kind, inside, position, met.text, met.markup(), met.reference, met.place)
            known.text = known.text or met.text
            known.pages[page.final_url or page.url] = None

    def targets(self) -> list[Target]:
        """What was gathered."""
        return [
            Target(key, m.url, m.kind, m.inside, m.position, tuple(m.pages), m.text, m.markup, m.reference, m.place)
            for key, m in self._found.items()
        ]


def _of_page(evidence: Evidence, page: Page) -> Iterator[Met]:
    """Every place on one page; those only the link table knows (frames) last."""
    known: set[str] = set()
    for document in _documents(evidence, page):
        for met in met_in(document):
            known.add(met.url)
            yield met
    for link in evidence.links(page):
        if link.url not in known and link.text and usable(link.url):
            yield Met(link.url, kind_of_link(link.url), link.text[:_TEXT], "", link.place)


def _documents(evidence: Evidence, page: Page) -> Iterator[Document]:
    """The page as its visitor sees it; where the render was not whole, as served too."""
    url = page.final_url or page.url
    shown = evidence.body(page, "rendered")
    if shown is not None and page.render != "no":
        yield Document(shown.decode("utf-8", "replace"), url, as_of=evidence.as_of, rendered=True)
        if page.render == "complete":
            return
    served = evidence.body(page)
    if served is not None:
        yield Document(decode(served, page.content_type).text, url, as_of=evidence.as_of)


def usable(reference: str) -> bool:
    """Whether a reference is one at all, not a placeholder that was never filled."""
    return bool(reference.strip()) and not _VARIABLE.search(reference)


def met_in(document: Document) -> Iterator[Met]:
    """Every visible address of one part, in reading order."""
    for node in document.tree.css(_CSS):
        told = _told(document, node)
        if told is None:
            continue
        kind, reference, place = told
        url = absolute(document.base, reference) if usable(reference) else ""
        if url:
            kind = kind_of_link(url) if kind == "link" else kind
            yield Met(url, kind, _text(node)[:_TEXT], reference.strip(), place, node)


def _told(document: Document, node: LexborNode) -> tuple[Kind, str, str] | None:
    """Kind, reference and place of an element; None where a visitor meets nothing."""
    attributes, tag = node.attributes, node.tag
    if tag in ("script", "link"):
        if tag == "link" and "stylesheet" not in (attributes.get("rel") or "").lower().split():
            return None
        return None if _unread(node) else ("resource", attributes.get("src" if tag == "script" else "href") or "", "head")
    place, hidden = document.places.of(node)
    if hidden and (place != "nav" or tag == "img"):  # drop-down menus are hidden until the mouse is over them
        return None
    if tag == "img":
        lazy = next((value for name in _lazy() if _ADDRESS.match(value := attributes.get(name) or "")), "")
        shown = attributes.get("src") or ""
        return "image", lazy if lazy and _stands_in(shown) else shown, place
    if tag == "option":
        value = attributes.get("value") or ""
        return ("link", value, place) if _WEB.match(value) else None
    if tag == "a" and node.first_child is None and not attributes.keys() & _SHOWING:  # nothing to see, nothing to click
        return None
    return "link", attributes.get("href") or "", place


def _stands_in(source: str) -> bool:
    """Whether a picture's ``src`` only keeps its place until a script fetches another; a picture of its own is what is shown."""
    name = source.strip().lower()
    return not name or name.startswith(("data:", "about:", "#")) or any(word in name.rsplit("/", 1)[-1] for word in _placeholders())


@cache
def _placeholders() -> tuple[str, ...]:
    return rules("links").names["placeholder-words"]


@cache
def _lazy() -> tuple[str, ...]:
    return rules("links").names["lazy-attributes"]


def _unread(node: LexborNode) -> bool:
    current = node.parent
    while current is not None:
        if current.tag in _UNREAD:
            return True
        current = current.parent
    return False


def kind_of_link(url: str) -> Kind:
    """``attachment`` for an address that ends like a file to download, else ``link``."""
    tail = urlsplit(url).path.rsplit("/", 1)[-1]
    return "attachment" if tail.rpartition(".")[2].lower() in rules("links").names["attachment-extensions"] and "." in tail else "link"


def _text(node: LexborNode) -> str:
    attributes = node.attributes
    text = _SPACE.sub(" ", node.text(deep=True)).strip() if node.tag in ("a", "option") else ""
    if not text and node.tag == "a":
        picture = node.css_first("img[alt]")
        text = (picture.attributes.get("alt") or "").strip() if picture else ""
    return text or (attributes.get("title") or attributes.get("alt") or "").strip()


def _encoded(url: str, charset: str) -> str:
    """``url`` as a browser asks it: the path in UTF-8, the query in the page's own charset."""
    if url.isascii():
        return url
    parts = urlsplit(url)
    legacy = "gb18030" if charset.lower().replace("-", "").startswith(("gb", "hz")) else "utf-8"
    return urlunsplit((parts.scheme, parts.netloc, quote(parts.path, safe=_SAFE), quote(parts.query, safe=_SAFE, encoding=legacy), ""))
