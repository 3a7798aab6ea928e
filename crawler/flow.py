"""The reading flow of one page: its visible text nodes and links in order, walked once. What dates and lists are read from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from selectolax.lexbor import LexborNode

from crawler.visibility import UNSEEN_TAGS, hides

if TYPE_CHECKING:
    from crawler.document import Document

MARK = "\x1f"
"""Stands between two text nodes of one block in `Flow.text`."""

_LETTERS = "a abbr b big code del em font i ins label mark q s small span strong sub sup time u"
INLINE = frozenset((*_LETTERS.split(" "), "-text", "-comment", "img"))
"""Elements that don't end a line."""
_PAGER_CALL = re.compile(r"createPage\w*\(|\.pagination\(|laypage|\.jpage\(|\.paging\(")
_UNREAD = UNSEEN_TAGS | {"textarea", "select", "object", "svg"}
_CANDIDATE_HIDDEN = '[style*="none" i],[style*="hidden" i],[hidden],[data-mj-hidden]'


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

    ``pagers``: run counts at the scripts that write a list's page numbers.
    """

    def __init__(self, root: LexborNode | None, hidden: frozenset[int]) -> None:
        self.runs: list[Run] = []
        self.links: list[Anchor] = []
        self.parents: dict[int, int] = {}
        self.nodes: dict[int, LexborNode] = {}
        self.pagers: list[int] = []
        if root is not None:
            self._walk(root, hidden)

    def _walk(self, root: LexborNode, hidden: frozenset[int]) -> None:
        runs, links, parents, nodes = self.runs, self.links, self.parents, self.nodes
        inside: dict[int, int] = {root.mem_id: -1}  # element -> link index; missing: unread or below something unread
        nodes[root.mem_id] = root
        fresh, last_block = True, 0
        for node in root.traverse(include_text=True):
            tag = node.tag
            parent = node.parent
            if parent is None:
                continue
            parent_id = parent.mem_id
            link = inside.get(parent_id)
            if link is None:
                continue
            if tag == "-text":
                text = node.text_content
                if text and not text.isspace():
                    text = " ".join(text.split())
                    block = fresh or (last_block != parent_id and parent.tag not in INLINE)
                    runs.append(Run(text, parent, parent_id, link, block))
                    if link >= 0:
                        links[link].runs.append(len(runs) - 1)
                    fresh, last_block = False, parent_id
                continue
            own = node.mem_id
            if tag in _UNREAD or own in hidden:
                if tag == "script" and _PAGER_CALL.search(node.text(deep=True)):
                    self.pagers.append(len(runs))
                continue
            parents[own] = parent_id
            nodes[own] = node
            if tag == "a":
                links.append(_anchor(node, own, len(runs)))
                link = len(links) - 1
            elif tag not in INLINE:
                fresh = True
            inside[own] = link

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
        _ = self.text
        low, high = 0, len(self.runs) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if self.runs[middle].offset <= offset:
                low = middle
            else:
                high = middle - 1
        return low

    def title_of(self, anchor: Anchor, without: set[int]) -> str:
        """A link's own words, block by block: the first block of at least four characters, else the longest."""
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


def _anchor(node: LexborNode, own: int, order: int) -> Anchor:
    attributes = node.attributes
    href = (attributes.get("href") or "").strip()
    if not href or href[0] == "#" or href[:11].lower() == "javascript:":
        href = f"#{own}"
    return Anchor(node, own, order, href, (attributes.get("title") or "").strip())


_flows: WeakKeyDictionary[Document, Flow] = WeakKeyDictionary()


def flow_of(part: Document) -> Flow:
    """The flow of one part (fragments have their own), worked out once per document."""
    known = _flows.get(part)
    if known is None:
        body = part.tree.body or part.tree.root
        hidden = frozenset(node.mem_id for node in part.tree.css(_CANDIDATE_HIDDEN) if hides(node))
        known = _flows[part] = Flow(body, hidden)
    return known
