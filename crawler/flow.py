"""The reading flow of one page: everything that is told by walking its tree, told by walking it once (一次遍历).

One pass over the body gives the visible text nodes and links in order (what dates and lists are read from), the text as a visitor
reads it, and the place and visibility of every element.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborNode

from crawler.places import BARE, ORDINARY, Places, Standing, looks, looks_of, standing
from crawler.reading import INLINE as JOINING
from crawler.reading import SPACE, fold
from crawler.visibility import UNSEEN_TAGS

if TYPE_CHECKING:
    from crawler.document import Document

MARK = "\x1f"
"""Stands between two text nodes of one block in `Flow.text`."""

_LETTERS = "a abbr b big code del em font i ins label mark q s small span strong sub sup time u"
INLINE = frozenset((*_LETTERS.split(" "), "-text", "-comment", "img"))
"""Elements that don't end a line."""
_PAGER_CALL = re.compile(r"createPage\w*\(|\.pagination\(|laypage|\.jpage\(|\.paging\(")
_UNREAD = UNSEEN_TAGS | {"textarea", "select", "object", "svg"}
_NO_LINK, _UNREADABLE = -1, -2
Heard = tuple[str, bool, int, bool]
"""A visible text node: its text, whether it holds words, the block around it, whether a block was opened since the one before."""


@dataclass(slots=True)
class Run:
    """One visible text node, white space folded. ``link``: index in `Flow.links` or -1; ``fresh``: a block begins before it;
    ``offset``: where it starts in `Flow.text`."""

    text: str
    parent: LexborNode
    parent_id: int
    link: int
    fresh: bool
    offset: int = 0


@dataclass(slots=True)
class Anchor:
    """One visible ``<a>`` with the runs it holds; ``address``: its href as written, scripted ones told apart by their element."""

    node: LexborNode
    id: int
    order: int
    address: str
    tooltip: str
    runs: list[int] = field(default_factory=list)


class Flow:
    """Runs and links of one part of a document; hidden parts, scripts and form texts are left out.

    ``pagers``: run counts at the scripts that write a list's page numbers. ``places``: where every element stands. ``reading``: the text
    as `crawler.reading.visible_text` gives it, form texts included.
    """

    def __init__(self, root: LexborNode | None) -> None:
        self.runs: list[Run] = []
        self.links: list[Anchor] = []
        self.parents: dict[int, int] = {}
        self.nodes: dict[int, LexborNode] = {}
        self.pagers: list[int] = []
        self.places = Places()
        self.reading = ""
        if root is not None:
            self._walk(root)

    def _walk(self, root: LexborNode) -> None:
        runs, links, parents, nodes, known = self.runs, self.links, self.parents, self.nodes, self.places.known
        top = root.mem_id
        nodes[top] = root
        # element -> (where it stands, whether its text is shown, the link around it, the block around it)
        inside: dict[int, tuple[Standing, bool, int, int]] = {top: (self.places.of(root), not looks_of(root)[1], _NO_LINK, top)}
        fresh, last_block = True, 0
        heard: list[Heard] = []
        opened = False
        for node in root.traverse(include_text=True):
            parent = node.parent
            if parent is None:
                continue
            parent_id = parent.mem_id
            around = inside.get(parent_id)
            if around is None:
                continue
            where, shown, link, block = around
            tag = node.tag or ""
            if tag == "-text":
                text = node.text_content if shown or link != _UNREADABLE else ""
                if not text:
                    continue
                words = text.split()
                if shown:
                    heard.append((text, bool(words), block, opened))
                    opened = False
                if words and link != _UNREADABLE:
                    begins = fresh or (last_block != parent_id and parent.tag not in INLINE)
                    runs.append(Run(words[0] if len(words) == 1 else " ".join(words), parent, parent_id, link, begins))
                    if link >= 0:
                        links[link].runs.append(len(runs) - 1)
                    fresh, last_block = False, parent_id
                continue
            if tag == "-comment":
                continue
            own = node.mem_id
            attributes = node.attributes
            mine, hides = looks(tag, attributes) if attributes else BARE.get(tag, ORDINARY)
            if hides or mine != "main":
                where = standing(where, mine, hides)
            known[own] = where
            shown = shown and not hides
            if shown and tag not in JOINING:
                block, opened = own, True
            if link != _UNREADABLE:
                if hides or tag in _UNREAD:
                    if tag == "script" and _PAGER_CALL.search(node.text(deep=True)):
                        self.pagers.append(len(runs))
                    link = _UNREADABLE
                else:
                    parents[own], nodes[own] = parent_id, node
                    if tag == "a":
                        links.append(_anchor(node, attributes, own, len(runs)))
                        link = len(links) - 1
                    elif tag not in INLINE:
                        fresh = True
            inside[own] = (where, shown, link, block)
        self.reading = _joined(heard, top)

    @cached_property
    def text(self) -> str:
        """All runs in one string: a line break where a block begins, `MARK` elsewhere; sets every run's ``offset``."""
        pieces: list[str] = []
        at = 0
        for run in self.runs:
            run.offset = at + 1
            pieces.append("\n" if run.fresh else MARK)
            pieces.append(run.text)
            at += len(run.text) + 1
        return "".join(pieces)

    def index_at(self, offset: int) -> int:
        """Index of the run that holds a position of `text`."""
        return max(0, bisect_right(self._offsets, offset) - 1)

    @cached_property
    def _offsets(self) -> list[int]:
        _ = self.text
        return [run.offset for run in self.runs]

    def title_of(self, anchor: Anchor, without: set[int]) -> str:
        """A link's own words, block by block: the first block of at least four characters, else the longest."""
        if len(anchor.runs) == 1:
            only = anchor.runs[0]
            return "" if only in without else self.runs[only].text
        blocks: list[str] = []
        for index in anchor.runs:
            if index in without:
                continue
            run = self.runs[index]
            if run.fresh or not blocks:
                blocks.append(run.text)
            else:
                blocks[-1] += run.text
        for block in blocks:
            if len(block) >= 4:
                return block
        return max(blocks, key=len, default="")


def _joined(heard: list[Heard], top: int) -> str:
    """The text nodes in one string, a line break where a block begins or ends; ``top``: the outermost block."""
    pieces: list[str] = []
    spaces: list[str] = []  # white space since the last piece; a line break swallows it
    broken, at = False, top
    for text, words, block, opened in heard:
        broken = broken or opened
        if not words and not text.strip(SPACE):
            spaces.append(text)
            continue
        if broken or block != at:
            pieces.append("\n")
            broken, at = False, block
        else:
            pieces += spaces
        spaces.clear()
        pieces.append(text)
    return fold("".join(pieces))


def _anchor(node: LexborNode, attributes: Mapping[str, str | None], own: int, order: int) -> Anchor:
    href = (attributes.get("href") or "").strip()
    if not href or href[0] == "#" or href[:11].lower() == "javascript:":
        href = f"#{own}"
    return Anchor(node, own, order, href, (attributes.get("title") or "").strip())


def flow_of(part: Document) -> Flow:
    """The flow of one part (fragments have their own), worked out once per document."""
    return part.flow
