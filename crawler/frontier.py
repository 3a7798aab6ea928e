"""The order of asking (采集次序): columns before articles, newest first, every list's first item before any list's second.

A pure data structure: it is told links and outcomes in a fixed order and therefore names the same addresses in the same order
whatever the network's timing. Every address it refuses is counted with its reason.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from crawler.document import Link
from crawler.settings import Limits
from crawler.shape import Kind, day_in, group_of, identity, pager_step, rank_of
from crawler.site import Site
from crawler.traps import LEFT_OUT, Traps

EXAMPLES = 5
"""Addresses given as examples of each reason."""

LEARNED_AFTER = 3
"""Pages of one group (see `crawler.shape.group_of`) that must agree before the rest of it is taken for the same kind."""

PAGER_ROUND = 2
"""Second pages of lists are asked after every list's first two articles."""

_PLACES = {"nav": 0, "header": 0, "breadcrumb": 1, "main": 2, "side": 3, "footer": 4}


@dataclass(slots=True)
class Address:
    """An address to ask. ``via``: the page that led here; ``hops``: redirects on the way; ``round``: how far down its list it stood."""

    url: str
    via: str
    depth: int
    kind: Kind
    order: int
    place: int = 2
    round: int = 0
    hops: int = 0


@dataclass(slots=True)
class _Group:
    """What the pages of one group turned out to be."""

    lists: int = 0
    articles: int = 0

    @property
    def kind(self) -> Kind | None:
        """The kind all of them were, None while they are few or disagree."""
        if self.articles >= LEARNED_AFTER and not self.lists:
            return "article"
        return "column" if self.lists >= LEARNED_AFTER and not self.articles else None


@dataclass(slots=True)
class _LeftOut:
    """Addresses left out for one reason."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


class Frontier:
    """Addresses known, waiting, asked and left out, of one crawl."""

    def __init__(self, site: Site, limits: Limits) -> None:
        self._site, self._limits = site, limits
        self._traps = Traps()
        self._urls: dict[str, Address | None] = {}  # every address as met: waiting or asked, or None when refused
        self._pages: dict[str, Address] = {}  # by identity
        self._refused: dict[str, str] = {}  # identity -> reason
        self._front: list[Address] = []
        self._columns: list[tuple[tuple[int, int, int], Address]] = []
        self._articles: list[tuple[tuple[int, int, int, int], Address]] = []
        self._groups: dict[str, _Group] = {}
        self._left_out: dict[str, _LeftOut] = {}
        self._secure = ""  # netloc whose http links are asked over https, because the home page is
        self._order = 0
        self.asked: Counter[Kind] = Counter()

    def __len__(self) -> int:
        """How many addresses wait."""
        return len(self._front) + len(self._columns) + len(self._articles)

    # what comes in

    def start(self, url: str) -> None:
        """The home page: first of all, depth 0. Called again for another address of it (http after https)."""
        self._front.append(self._admit(url, "", 0, "column", 0))

    def home_is(self, url: str) -> None:
        """Where the home page was really read: its scheme holds for links to the same host."""
        parts = urlsplit(url)
        self._secure = parts.netloc if parts.scheme == "https" else ""

    def declare(self, urls: Iterable[str], via: str) -> None:
        """Columns that the user named: before everything but the home page."""
        for url in urls:
            if identity(url) not in self._pages and self._site.owns(url):
                address = self._admit(url, via, 1, "column", 0)
                heapq.heappush(self._columns, ((0, -1, address.order), address))

    def offer(self, links: Iterable[Link], via: str, depth: int) -> None:
        """The links of a page that was read; ``depth`` is theirs. Articles are ranked by day where addresses tell one."""
        articles: list[tuple[int, Link]] = []
        for link in links:
            if not link.url:
                continue
            known = self._urls.get(link.url, self)
            if known is not self:
                if isinstance(known, Address) and depth < known.depth:
                    known.depth = depth
                if not isinstance(known, Address) or known.kind == "column":
                    continue
            rank = rank_of(link.url, link.text, link.place)
            if rank.kind == "article" and not rank.turns:
                articles.append((-rank.day, link))
            else:
                self._consider(link, via, depth, rank.kind, PAGER_ROUND)
        articles.sort(key=lambda pair: pair[0])
        for position, (_, link) in enumerate(articles):
            self._consider(link, via, depth, "article", position)

    def redirect(self, address: Address, target: str) -> str:
        """A page led on to ``target``: "" when that will be asked next, else why not (outside, known, redirect-loop, a refusal)."""
        if not self._site.owns(target):
            return "outside"
        if address.hops >= self._limits.max_redirects:
            return "redirect-loop"
        if target in self._urls and self._urls[target] is not None:
            return "redirect-loop" if target == address.url else "known"
        if identity(target) in self._pages and identity(target) != identity(address.url):
            self._urls[target] = self._pages[identity(target)]
            return "known"
        if address.depth and (reason := self._traps.refusal(target, "")):
            self.leave_out(target, reason)
            return reason
        onward = self._admit(target, address.url, address.depth, address.kind, address.place)
        onward.hops = address.hops + 1
        self._front.append(onward)
        return ""

    def claim(self, url: str) -> None:
        """A fragment: part of the pages that show it, never a page of its own."""
        key = identity(url)
        if key not in self._pages and key not in self._refused:
            self._refused[key] = "fragment"
        self._urls.setdefault(url, None)

    def learn(self, address: Address, kind: Kind | None, sha256: str) -> None:
        """What a page turned out to be (None: hard to say), for the rest of its group."""
        self._traps.learn(address.url, sha256)
        if kind is None:
            return
        group = self._groups.setdefault(group_of(address.url), _Group())
        if kind == "column":
            group.lists += 1
        else:
            group.articles += 1

    # what goes out

    def next(self) -> Address | None:
        """The next address to ask, None when none waits."""
        if self._front:
            return self._out(self._front.pop(0))
        while self._columns:
            _, address = heapq.heappop(self._columns)
            if address.depth > 1 and self._kind_learned(address) == "article":
                address.kind = "article"
                self._push_article(address)
                continue
            return self._out(address)
        while self._articles:
            _, address = heapq.heappop(self._articles)
            return self._out(address)
        return None

    def _out(self, address: Address) -> Address:
        self.asked[address.kind] += 1
        return address

    def leave_out(self, url: str, reason: str) -> None:
        """Count an address that was not asked, with its reason (a word of `crawler.traps.LEFT_OUT`)."""
        entry = self._left_out.setdefault(reason, _LeftOut())
        entry.count += 1
        if len(entry.examples) < EXAMPLES:
            entry.examples.append(url)

    def _take_back(self, reason: str, url: str) -> None:
        entry = self._left_out[reason]
        entry.count -= 1
        if url in entry.examples:
            entry.examples.remove(url)
        if not entry.count:
            del self._left_out[reason]

    def close(self) -> None:
        """The crawl is over: what still waits was left out for the budget."""
        waiting = [
            *self._front,
            *(address for _, address in sorted(self._columns, key=_rank)),
            *(a for _, a in sorted(self._articles, key=_rank)),
        ]
        for address in waiting:
            self.leave_out(address.url, "budget")

    def coverage(self) -> dict[str, Any]:
        """Counts for the report: addresses known, columns known and asked, and what was left out and why."""
        columns = sum(1 for address in self._pages.values() if address.kind == "column")
        return {
            "known": len(self._pages),
            "columns_known": columns,
            "columns_asked": min(columns, self.asked["column"]),
            "left_out": {
                reason: {"label": LEFT_OUT[reason], "count": entry.count, "examples": entry.examples}
                for reason, entry in sorted(self._left_out.items())
            },
        }

    # inside

    def _consider(self, link: Link, via: str, depth: int, kind: Kind, position: int) -> None:
        url = link.url
        if self._secure and url.startswith("http://") and urlsplit(url).netloc == self._secure:
            url = f"https://{url[7:]}"
        key = identity(url)
        known = self._pages.get(key)
        if known is not None:
            self._urls[link.url] = known
            known.depth = min(known.depth, depth)
            return
        if self._refused.get(key) not in (None, "depth"):
            self._urls[link.url] = None
            return
        reason = self._refusal(url, link.text, depth)
        if reason is not None:
            if key not in self._refused:
                self._refused[key] = reason
                self.leave_out(url, reason)
            if reason != "depth":
                self._urls[link.url] = None
            return
        if self._refused.pop(key, "") == "depth":
            self._take_back("depth", url)
        address = self._admit(url, via, depth, kind, _PLACES.get(link.place, 2))
        self._urls[link.url] = address
        address.round = position
        if kind == "column" and pager_step(url, link.text) is None:
            heapq.heappush(self._columns, ((depth, address.place, address.order), address))
        else:
            self._push_article(address)

    def _refusal(self, url: str, text: str, depth: int) -> str | None:
        """Why ``url`` is not asked, one word; None to ask it."""
        if not self._site.owns(url):
            return "outside"
        if depth > self._limits.depth:
            return "depth"
        return self._traps.refusal(url, text)

    def _admit(self, url: str, via: str, depth: int, kind: Kind, place: int) -> Address:
        self._order += 1
        address = Address(url, via, depth, kind, self._order, place)
        self._pages.setdefault(identity(url), address)
        self._urls[url] = address
        return address

    def _push_article(self, address: Address) -> None:
        heapq.heappush(self._articles, ((address.round, address.depth, -day_in(address.url), address.order), address))

    def _kind_learned(self, address: Address) -> Kind | None:
        group = self._groups.get(group_of(address.url))
        return group.kind if group else None


def _rank(entry: tuple[tuple[int, ...], Address]) -> tuple[int, ...]:
    return entry[0]
