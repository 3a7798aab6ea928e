"""`Document`: one HTML page, parsed once; everything else asks it. Immutable to its readers; every derived fact is computed
on first use and kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from selectolax.lexbor import LexborNode

from crawler.dates import Dated
from crawler.flow import Flow
from crawler.identity import FooterIdentity, footer_identity
from crawler.links import Place, absolute
from crawler.places import Places
from crawler.site import host_of
from crawler.skeleton import skeleton
from crawler.tame import parse

if TYPE_CHECKING:
    from crawler.itemdays import Block

_SPACE = re.compile(r"\s+")
_TAGS = re.compile(r"<[^<>]*>")
_SCRIPT_END = re.compile(r"</script\s*>", re.IGNORECASE)
_SCRIPT = re.compile(r"<script\b([^>]*)>", re.IGNORECASE)
_LOAD = re.compile(r"""\.load\(\s*["']([^"'<>]+)["']""")
_PAGER = re.compile(r"""createPageHTML\(\s*["']?(\d{1,5})["']?\s*,\s*["']?(\d{1,5})["']?\s*,\s*["']([\w./-]+)["']\s*,\s*["'](\w+)["']""")
_POSITION = re.compile(r"(?:当前|您的|您现在的|你的|现在的|所在|当前所在)\s*位置")


def _unpacked(html: str) -> str:
    """jpage keeps a list as CDATA records of a script; a visitor sees them where the script stands, and so do we. Linear in ``html``."""
    pieces = _SCRIPT_END.split(html)
    for number, piece in enumerate(pieces[:-1]):
        script = _SCRIPT.search(piece)
        if script is not None and "text/xml" in script[1].lower() and "<datastore" in piece[script.end() :].lower():
            records = [record.partition("]]>")[0] for record in piece[script.end() :].split("<![CDATA[")[1:] if "]]>" in record]
            pieces[number] = f"{piece[: script.start()]}<div class=datastore>{''.join(records)}</div>"
        else:
            pieces[number] = f"{piece}</script>"
    return "".join(pieces)


class Link(NamedTuple):
    """A link as a visitor meets it. ``url`` is absolute ("" for javascript: and the like); ``text`` falls back to title/alt."""

    url: str
    text: str
    place: Place
    title: str = ""


class ListItem(NamedTuple):
    """One entry of a list: its link, title (the title attribute when the text is cut), and date when one stands beside it."""

    url: str
    title: str
    date: Dated | None


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list block of the page. ``heading``: the words above it; ``more``: address of its 更多 link, or ""; ``main``: the page's main list."""

    heading: str
    more: str
    items: tuple[ListItem, ...]
    main: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Script:
    """A script element: absolute ``src`` ("" for inline), inline ``text``, and its attributes in lower case."""

    src: str
    text: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pager:
    """A list's pages: how many, which this is (from 0), and the address of the next, "" on the last."""

    count: int
    current: int
    following: str


class Element:
    """A node of the page together with the base its addresses resolve against."""

    __slots__ = ("base", "node")

    def __init__(self, node: LexborNode, base: str) -> None:
        self.node, self.base = node, base

    def attribute(self, name: str) -> str:
        """The attribute's value, "" when absent."""
        return self.node.attributes.get(name) or ""

    def url(self, name: str) -> str:
        """The attribute as an absolute address, "" when it is none."""
        return absolute(self.base, self.attribute(name))

    def host(self, name: str) -> str:
        """The host of an address attribute."""
        return host_of(self.url(name))

    def query(self, attribute: str, key: str) -> str:
        """One query value of an address attribute, "" when absent."""
        for name, value in parse_qsl(urlsplit(self.url(attribute)).query):
            if name.lower() == key.lower():
                return value
        return ""

    @property
    def text(self) -> str:
        """The element's text with runs of white space folded."""
        return _SPACE.sub(" ", self.node.text(deep=True)).strip()

    def snippet(self, size: int = 200) -> str:
        """The element's markup, at most ``size`` characters."""
        return _SPACE.sub(" ", self.node.html or "")[:size]


class Document:
    """One page as text. ``rendered``: the HTML was read from the browser. ``fragments``: same-host iframes, ``.load()``ed
    pieces and datastores that are part of this page; selections and links include them."""

    def __init__(
        self,
        html: str,
        url: str,
        *,
        as_of: date,
        rendered: bool = False,
        fragments: tuple[Document, ...] = (),
    ) -> None:
        self.html, self.url, self.as_of, self.rendered, self.fragments = html, url, as_of, rendered, fragments
        self.tree = parse(_unpacked(html) if "<datastore" in html else html)

    @cached_property
    def base(self) -> str:
        """What relative addresses resolve against: ``<base href>`` or the page's own address."""
        node = self.tree.css_first("base[href]")
        href = (node.attributes.get("href") or "") if node else ""
        return (absolute(self.url, href) or self.url) if href else self.url

    @property
    def parts(self) -> tuple[Document, ...]:
        """This document and all its fragments, deep. Not kept: a document that holds itself would live until the collector comes."""
        return (self, *(part for fragment in self.fragments for part in fragment.parts))

    def select(self, css: str) -> Iterator[Element]:
        """Elements matching ``css`` in the page and its fragments, in that order."""
        for part in self.parts:
            for node in part.tree.css(css):
                yield Element(node, part.base)

    @cached_property
    def flow(self) -> Flow:
        """What walking this part's own tree tells (a fragment has its own)."""
        return Flow(self.tree.body or self.tree.root)

    @property
    def places(self) -> Places:
        """Place and visibility of this part's own nodes."""
        return self.flow.places

    @cached_property
    def title(self) -> str:
        """The ``<title>``, markup in it removed, white space folded."""
        node = self.tree.css_first("title")
        return _SPACE.sub(" ", _TAGS.sub("", node.text(deep=True))).strip() if node else ""

    @cached_property
    def meta(self) -> dict[str, str]:
        """Meta tags by lower-case name; of several with one name the first that is not empty."""
        found: dict[str, str] = {}
        for node in self.tree.css("meta[name]"):
            attributes = node.attributes
            name = (attributes.get("name") or "").strip().lower()
            content = (attributes.get("content") or "").strip()
            if name and not found.get(name):
                found[name] = content
        return found

    @cached_property
    def text(self) -> str:
        """All visible text, fragments included; one line per block."""
        return "\n".join(filter(None, (part.flow.reading for part in self.parts if part.tree.body is not None)))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Every visible link in reading order, fragments included; the place of a fragment's link is what its own markup says."""
        return tuple(link for part in self.parts for link in part._own_links())

    def _own_links(self) -> Iterator[Link]:
        base, of, css = self.base, self.places.of, self.tree.css
        for node in css("a[href],area[href]"):
            place, hidden = of(node)
            if hidden and place != "nav":  # drop-down menus are hidden until the mouse is over them
                continue
            attributes = node.attributes
            text = " ".join(node.text(deep=True).split())
            title = (attributes.get("title") or "").strip()
            if not text:
                picture = node.css_first("img[alt]")
                text = title or ((picture.attributes.get("alt") or "").strip() if picture else "") or (attributes.get("alt") or "").strip()
            yield Link(absolute(base, attributes.get("href") or ""), text, place, title)

    @cached_property
    def breadcrumb(self) -> tuple[Link, ...]:
        """The links of 当前位置, outermost first; () when the page has none."""
        marked = tuple(link for link in self.links if link.place == "breadcrumb" and link.url and link.text)
        if marked:
            return marked
        for part in self.parts:
            for node in part.tree.css("div,p,td,span,h3,h4,li,dd"):
                own = node.text(deep=False)
                if "位置" in own and _POSITION.search(own) and part.places.of(node)[0] not in ("footer", "nav"):
                    holder = node if node.css_first("a") else node.parent
                    if holder is not None:
                        crumbs = [
                            (absolute(part.base, a.attributes.get("href") or ""), a.text(deep=True).strip()) for a in holder.css("a[href]")
                        ]
                        return tuple(Link(url, text, "breadcrumb") for url, text in crumbs[:8] if url and text)
        return ()

    @cached_property
    def scripts(self) -> tuple[Script, ...]:
        """Script elements of the page and its fragments; what stands in comments is none."""
        found = []
        for part in self.parts:
            for node in part.tree.css("script"):
                attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
                source = attributes.get("src", "")
                found.append(Script(absolute(part.base, source) if source else "", node.text(deep=True), attributes))
        return tuple(found)

    @cached_property
    def frames(self) -> tuple[str, ...]:
        """Addresses of what is part of this page but served apart, on the page's own host: frames and ``.load()``ed pieces."""
        if "frame" not in self.html and ".load(" not in self.html and "IFRAME" not in self.html:
            return ()
        host = host_of(self.url).removeprefix("www.")
        found = [absolute(self.base, node.attributes.get("src") or "") for node in self.tree.css("iframe[src],frame[src]")]
        for node in self.tree.css("script:not([src])"):
            found.extend(absolute(self.base, address.split()[0]) for address in _LOAD.findall(node.text(deep=True)))
        return tuple(dict.fromkeys(url for url in found if url and host_of(url).removeprefix("www.") == host and url != self.url))

    @cached_property
    def pager(self) -> Pager | None:
        """``createPageHTML(count, current, stem, extension)``, the pager that TRS and its kin write by script."""
        match = _PAGER.search(self.html) if "createPageHTML" in self.html else None
        if match is None:
            return None
        count, current, stem, extension = int(match[1]), int(match[2]), match[3], match[4]
        following = absolute(self.base, f"{stem}_{current + 1}.{extension}") if current + 1 < count else ""
        return Pager(count, current, following)

    @cached_property
    def skeleton(self) -> str:
        """The hash that pages of one template share."""
        return skeleton(self.tree)

    @cached_property
    def lacks_navigation(self) -> bool:
        """No link stands in a navigation or header, though the page runs scripts: a script may write the menu."""
        return self._runs_scripts and not any(link.url and link.place in ("nav", "header") for link in self.links)

    @cached_property
    def script_built(self) -> bool:
        """The static HTML carries next to nothing to read or follow, though it runs scripts: its content comes from them."""
        if not self._runs_scripts or self.rendered:
            return False
        if sum(1 for link in self.links if link.url) >= 8:
            return False
        return len(self.text) < 200 or not any(link.url for link in self.links)

    @cached_property
    def lacks_content(self) -> bool:
        """Between navigation and footer stands neither a link nor a paragraph, though the page runs scripts: a script may write the list."""
        if not self._runs_scripts or self.rendered:
            return False
        if any(link.url and link.place in ("main", "side") for link in self.links):
            return False
        return len(self.text) - sum(len(link.text) for link in self.links) < 400  # a footer's own words are about half of that

    @cached_property
    def _runs_scripts(self) -> bool:
        return any(script.src or script.text.strip() for script in self.scripts)

    @cached_property
    def identity(self) -> FooterIdentity:
        """Who the page says it belongs to: 标识码, ICP, 公安, 主办单位, 党政机关标识, contact."""
        return footer_identity(self)

    @cached_property
    def blocks(self) -> list[Block]:
        """This part's blocks of repeated items, see `crawler.items`."""
        from crawler.items import found_in

        return found_in(self)

    @cached_property
    def lists(self) -> tuple[ItemList, ...]:
        """The page's blocks of linked items with the dates beside them, see `crawler.lists`."""
        from crawler.lists import lists

        return lists(self)

    @cached_property
    def published(self) -> Dated | None:
        """The day a reader sees this page was published, see `crawler.dates.published`."""
        from crawler.dates import published

        return published(self)
