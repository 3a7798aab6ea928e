"""Links that nobody can see, in a tree: what hides them, to whom they lead, which words stand there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from checks.catalogue import rules
from checks.hidden_links_hosts import domains, gives_itself_away, host_in, unrelated
from checks.hidden_links_styles import concealment, hiding_rules, pixels
from checks.hidden_links_words import ID, Words, words_of
from crawler.visibility import HIDDEN_MARK

MAX_LINKS = 20_000
"""Links of one page that are looked at."""
MAX_BLOCK = 300
"""Links of one hidden block that are read: more change nothing."""
MAX_NAMES = 12
"""Domains and words that one mark keeps."""
MAX_SNIPPET = 300
NEAR = 2_000
"""Characters of a hidden block that are read beside its links."""
_CLIMB = 4
"""Levels around a hidden block whose names may explain it."""
_ADDRESS = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_EXPLAINABLE = frozenset({"display", "noscript", "tiny", "off-screen", "opacity", "font-size"})
_QUERY = re.compile(r"[\w.-]+")
_WRITTEN_TAGS = frozenset({"select", "option", "nav", "template", "datalist", "dialog", "details", "menu"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One cause of alarm on a page. ``code``: as the catalogue has it; ``how``: a word of `HOW`; ``domains`` it leads to and ``words`` found,
    at most `MAX_NAMES` each; ``links``: how many; ``snippet``: harmless text; ``sure``: enough to accuse without a second page."""

    code: str
    how: str
    domains: tuple[str, ...]
    words: tuple[str, ...]
    links: int
    snippet: str
    sure: bool = True


@dataclass(slots=True)
class _Block:
    """Hidden links that one element hides."""

    how: str
    node: LexborNode
    links: list[tuple[str, str]] = field(default_factory=list)  # host, text
    ordinary: bool = False


def harmless(text: str) -> str:
    """``text`` for a report: one line, addresses without a scheme, at most `MAX_SNIPPET` characters."""
    return " ".join(_ADDRESS.sub("", text).split())[:MAX_SNIPPET]


def leads_to(links: Collection[tuple[str, str]]) -> str:
    """Links as harmless text: 文字→主机."""
    return harmless("；".join(f"{text[:30] or '（无文字）'}→{host}" for host, text in list(links)[:8]))


def link_text(node: LexborNode) -> str:
    """What a link says: its text, title and picture's alt."""
    attributes = node.attributes
    text = " ".join(node.text(deep=True)[:200].split())
    title = (attributes.get("title") or "")[:200]
    if not text and (picture := node.css_first("img[alt]")) is not None:
        text = (picture.attributes.get("alt") or "")[:200]
    return f"{text} {title}".strip() if title != text else text


@cache
def _ordinary() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, rules(ID).names["ordinary"])), re.IGNORECASE)


@cache
def _organisations() -> tuple[str, ...]:
    return rules(ID).names["organisations"]


class Blocks:
    """The hidden blocks of one tree. ``hosts``: the unrelated hosts its source names, ``coded`` when some addresses stand as character
    references there; ``hidden``: CSS selectors of what a script hides → how."""

    def __init__(
        self, tree: LexborHTMLParser, home: str, hosts: frozenset[str], hidden: Mapping[str, str] | None = None, *, coded: bool = False
    ) -> None:
        self.tree, self.home, self.hosts, self.coded = tree, home, hosts, coded
        self._scripted = hidden or {}
        self._known: dict[int, tuple[str, LexborNode] | None] = {}

    @cached_property
    def _by_rule(self) -> dict[int, str]:
        """Elements that a rule of the page or a script hides, by their id in memory."""
        found: dict[int, str] = {}
        for selector, how in {**dict(self._sheet_rules()), **self._scripted}.items():
            for node in _select(self.tree, selector):
                found.setdefault(node.mem_id, how)
        return found

    def _sheet_rules(self) -> Iterator[tuple[str, str]]:
        for sheet in self.tree.css("style"):
            yield from hiding_rules(sheet.text(deep=True))

    def anchors(self) -> Iterator[tuple[LexborNode, str]]:
        """Links to unrelated hosts, with the host."""
        names = [host for host in self.hosts if _QUERY.fullmatch(host)]
        few = not self.coded and 0 < len(names) == len(self.hosts) and len(names) <= 8
        query = ",".join(f'{tag}[href*="{host}" i]' for host in names for tag in ("a", "area")) if few else "a[href],area[href]"
        for count, node in enumerate(self.tree.css(query)):
            if count >= MAX_LINKS:
                return
            host = host_in(node.attributes.get("href") or "")
            if host and (host in self.hosts or (self.coded and unrelated(host, self.home))):
                yield node, host

    def marks(self) -> Iterator[Mark]:
        """What is wrong with the hidden links of this tree."""
        found: dict[tuple[str, int], _Block] = {}
        for node, host in self.anchors():
            hiding = self._hiding(node)
            if hiding is None:
                continue
            how, by = hiding
            holder = by if by.mem_id != node.mem_id and by.tag not in ("li", "span", "font", "b", "i", "em") else (by.parent or by)
            block = found.setdefault((how, holder.mem_id), _Block(how, by))
            if len(block.links) < MAX_BLOCK:
                block.links.append((host, link_text(node)))
                gap = how == "font-size" and by.mem_id != node.mem_id  # closes the gaps of a menu, whose links have a size of their own
                block.ordinary = block.ordinary or gap or _explained(node, by)
        for block in found.values():
            if (mark := _judged(block)) is not None:
                yield mark

    def hides(self, node: LexborNode) -> bool:
        """Whether something hides this node."""
        return self._hiding(node) is not None

    def _hiding(self, node: LexborNode) -> tuple[str, LexborNode] | None:
        """The outermost element that hides ``node``, itself included, and how."""
        chain: list[LexborNode] = []
        current: LexborNode | None = node
        known: tuple[str, LexborNode] | None = None
        while current is not None:
            if current.mem_id in self._known:
                known = self._known[current.mem_id]
                break
            chain.append(current)
            current = current.parent
        for link in reversed(chain):
            if known is None and (how := self._how(link)):
                known = (how, link)
            self._known[link.mem_id] = known
        return known

    def _how(self, node: LexborNode) -> str:
        tag = node.tag
        if tag in ("noscript", "html", "body"):
            return tag if tag == "noscript" else ""
        attributes = node.attributes
        if not attributes:
            return self._by_rule.get(node.mem_id, "")
        if style := attributes.get("style"):
            found = concealment(style)
            if found:
                return found
        if tag == "marquee":
            sizes = [pixels(attributes.get(name) or "") for name in ("height", "width")]
            if any(size is not None and size <= 2 for size in sizes):
                return "marquee"
        if HIDDEN_MARK in attributes:
            return "computed"
        return "attribute" if "hidden" in attributes else self._by_rule.get(node.mem_id, "")


def _select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """What a page's own selector matches; nothing for one the parser refuses."""
    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError):  # lexbor refuses a malformed selector; the page wrote it, so it hides nothing
        return []


def _explained(node: LexborNode, by: LexborNode) -> bool:
    """Whether names between the link and a little above what hides it say it is a menu, a tab, a carousel or the like."""
    current: LexborNode | None = node
    above = 0
    while current is not None and above <= _CLIMB:
        attributes = current.attributes
        if current.tag in _WRITTEN_TAGS or _ordinary().search(f"{attributes.get('id') or ''} {attributes.get('class') or ''}"):
            return True
        above += 1 if above or current.mem_id == by.mem_id else 0
        current = current.parent
        if current is not None and current.tag in ("body", "html"):
            return False
    return False


def bad_of(links: Collection[tuple[str, str]]) -> Words:
    """Bad words of links and of the names of the hosts they lead to."""
    found = Words()
    for host, text in links:
        found = found.with_(words_of(text))
        if gives_itself_away(host):
            found = found.with_(Words((host,)))
    return found


def _judged(block: _Block) -> Mark | None:
    words = bad_of(block.links)
    if not words:
        words = Words(words_of(block.node.text(deep=True)[:NEAR]).sure)
    return links_mark(block.how, block.links, words, explained=block.ordinary and block.how in _EXPLAINABLE)


def links_mark(how: str, links: Collection[tuple[str, str]], words: Words, *, explained: bool = False) -> Mark | None:
    """The mark of hidden links, None where nothing is wrong with them."""
    hosts = domains(host for host, _ in links)
    limits = rules(ID)
    sure = bool(words.sure) or len(words.weak) >= limits.number("weak-words-hidden")
    if sure or (words and not explained):
        return Mark("hidden-bad-links", how, hosts[:MAX_NAMES], words.all[:MAX_NAMES], len(links), leads_to(links), sure)
    unseen_only = how in ("computed", "attribute", "comment") or explained
    if unseen_only or len(links) < limits.number("hidden-links") or len(hosts) < limits.number("hidden-domains"):
        return None
    friends = sum(1 for _, text in links if text.split(" ")[0].endswith(_organisations()))
    if friends * 2 > len(links):
        return None
    return Mark("hidden-outside-links", how, hosts[:MAX_NAMES], (), len(links), leads_to(links), sure=False)
