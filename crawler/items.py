"""Repeated items of a page (list entries, table rows, letters) with the day that stands beside each.

Works from the days to the links: the smallest element that holds a day and a linked title is an entry. Where one element holds
several of both with nothing around each pair, they are paired in reading order. Links without a day are grouped by their
container.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from crawler.flow import Anchor, Flow
from crawler.itemdays import Block, DayChooser, Item, Token, is_label, label_before, tokens_of
from crawler.places import Places

if TYPE_CHECKING:
    from crawler.document import Document

_NO_TITLE = re.compile(
    r"^(?:https?:|www\.)|^[\s\[【(（>》·|<«‹›»]*(?:更多|more|查看(?:更多|详情|全部|全文)?|详细|详情|全文|阅读全文|下载|附件\d*|打印|关闭|收藏|分享|返回(?:列表|首页|顶部)?|首页|上一[页篇条]|下一[页篇条]|"
    r"尾页|末页|大|中|小|登录|注册|\d+|前[往进]|确定|go|繁體|简体|繁体|rss|top|转到|搜索|提交|展开|收起)[\s\]】)）>》·|<«‹›»]*(?:[>+]*)$",
    re.IGNORECASE,
)
_MORE = re.compile(r"更多|more|查看全部|^[\s>》»+]{1,4}$", re.IGNORECASE)
_ROW_TAGS = frozenset({"li", "tr", "dd", "article"})
_CUT = re.compile(r"(?:\.{2,}|…+|。\.+)\s*$")
_CONTAINERS = frozenset({"ul", "ol", "table", "tbody", "body", "html"})
_CUT_ENDS = ".… \u3000"
_BRIEF = 100  # characters of a title that is worth remembering
_MAX_ROW_LINKS = 6
_ENTRY_RUNS, _ROW_RUNS = 12, 30
_ENTRY_TEXT = 500  # characters
_PAIR_REACH = 4  # runs between a link and its day in a flat container


class ItemFinder:
    """Items of one flow; links of breadcrumbs and footers are none."""

    def __init__(self, flow: Flow, as_of: date, places: Places) -> None:
        self.flow, self._places = flow, places
        self.tokens = tokens_of(flow, as_of)
        self._token_runs = {i for token in self.tokens for i in range(token.first, token.last + 1)}
        self._days = DayChooser(flow, as_of, self._token_runs)
        self._titles: dict[int, str] = {}
        self._events: list[Anchor | Token] = []
        self._are_tokens: list[bool] = []
        self._span: dict[int, list[int]] = {}
        self._chains: list[tuple[int, ...]] = []
        self._counted: list[int] = [0]
        self._few: dict[int, list[Anchor]] = {}
        self._collect()

    # -- the events and what holds them ---------------------------------------------------------------------------------

    def _collect(self) -> None:
        runs, spans, places = self.flow.runs, self._span, self._places.known
        candidates: list[tuple[int, bool, int, int, Anchor | Token]] = []
        for at, anchor in enumerate(self.flow.links):
            title = self._title(anchor)
            if len(title) >= 2 and _names(title) and places[anchor.id][0] not in ("breadcrumb", "footer"):
                self._titles[anchor.id] = title
                candidates.append((anchor.order, False, at, anchor.id, anchor))
        candidates.extend((token.first, True, at, runs[token.first].parent_id, token) for at, token in enumerate(self.tokens))
        candidates.sort()
        chains: dict[int, tuple[int, ...]] = {}
        tokens = 0
        for number, (_, is_token, _, holder, event) in enumerate(candidates):
            self._events.append(event)
            self._are_tokens.append(is_token)
            tokens += is_token
            self._counted.append(tokens)
            chain = chains.get(holder) or self._chain(holder, chains)
            for box in chain:
                span = spans.get(box)
                if span is None:
                    spans[box] = [number, number]
                else:
                    span[1] = number
            self._chains.append(chain)

    def _chain(self, holder: int, known: dict[int, tuple[int, ...]]) -> tuple[int, ...]:
        """An element and what holds it, outward; ``known``: the chains found so far, shared by siblings."""
        parents = self.flow.parents
        chain: list[int] = []
        current: int | None = holder
        while current is not None:
            above = known.get(current)
            if above is not None:
                chain += above
                break
            chain.append(current)
            current = parents.get(current)
        found = known[holder] = tuple(chain)
        if len(found) > 1:
            known.setdefault(found[1], found[1:])
        return found

    def _title(self, anchor: Anchor) -> str:
        text = self.flow.title_of(anchor, self._token_runs)
        if text and not (text[-1] in _CUT_ENDS and _CUT.search(text)):
            return text
        full = anchor.tooltip
        return full if len(full) > len(text) else text

    def _links(self, box: int) -> list[Anchor]:
        """The links with different addresses inside an element, at most one more than a row may have."""
        known = self._few.get(box)
        if known is None:
            first, last = self._span[box]
            seen: dict[str, Anchor] = {}
            for event in self._events[first : last + 1] if last - first < _MAX_ROW_LINKS else islice(self._events, first, last + 1):
                if isinstance(event, Anchor):
                    if event.address not in seen:
                        seen[event.address] = event
                    if len(seen) > _MAX_ROW_LINKS:
                        break
            known = self._few[box] = list(seen.values())
        return known

    def _token_count(self, box: int) -> int:
        first, last = self._span[box]
        return self._counted[last + 1] - self._counted[first]

    def _tokens_in(self, box: int) -> list[Token]:
        first, last = self._span[box]
        return [event for event in self._events[first : last + 1] if isinstance(event, Token)]

    # -- items ------------------------------------------------------------------------------------------------------------

    def blocks(self) -> list[Block]:
        """The page's lists in reading order, dated items first found, undated links beside them."""
        items = list(self._dated())
        taken = {item.anchor.id for item in items if item.anchor}
        hrefs = {(item.box, item.anchor.address) for item in items if item.anchor}
        boxes = {item.box for item in items}
        items.extend(self._undated(taken, hrefs, {abs(box) for box in boxes}))
        items.sort(key=lambda item: item.order)
        grouped: dict[tuple[int, ...], Block] = {}
        for item in items:
            container = self.flow.parents.get(item.box, item.box) if item.box >= 0 else -item.box
            grouped.setdefault((container,), Block(container, [])).items.append(item)
        blocks = self._merged(list(grouped.values()))
        for block in blocks:
            self._days.settle(block)
        return sorted(blocks, key=lambda block: block.first)

    def _dated(self) -> Iterator[Item]:
        done: set[int] = set()
        for number, is_token in enumerate(self._are_tokens):
            if not is_token or number in done:
                continue
            box, links = self._home_of(number)
            if box is None:
                continue
            first, last = self._span[box]
            several = len(links) > 1 and self._token_count(box) > 1 and (not self._is_row(box) or self._alternates(box))
            if not several and self._short(box):
                done.update(range(first, last + 1))
                anchor = max(links, key=lambda link: len(self._titles[link.id])) if links else None
                if title := self._titles[anchor.id] if anchor else self._row_title(box):
                    yield Item(self._lift(box), self._order(first), anchor, title, self._tokens_in(box))
            elif len(links) > 1 and self._token_count(box) > 1:
                flat = [other for other in range(first, last + 1) if self._lies_flat(other, box)]
                done.update(flat)
                yield from self._paired(box, flat)

    def _order(self, number: int) -> int:
        event = self._events[number]
        return event.order if isinstance(event, Anchor) else event.first

    def _home_of(self, number: int) -> tuple[int | None, list[Anchor]]:
        """The smallest element around a day that holds a linked title, or the table row or list entry around it."""
        for box in self._chains[number]:
            node = self.flow.nodes[box]
            links = self._links(box)
            if links:
                if len(links) > 1 and self._token_count(box) == 1 and not (self._is_row(box) and len(links) <= _MAX_ROW_LINKS):
                    return (box, links) if self._few_links_row(box, links) else (None, [])
                return box, links
            if node.tag in ("tr", "li"):
                event = self._events[number]
                if isinstance(event, Token) and label_before(self.flow, event):
                    return None, []  # a form's line: 写信时间 | 2024-05-11
                if self._row_title(box):
                    return box, []
            if node.tag in ("body", "html"):
                break
        return None, []

    def _short(self, box: int) -> bool:
        """Whether an element is as short as an entry: a title, perhaps a summary, a source; articles are longer."""
        runs = self._runs_in(box)
        return (
            len(runs) <= (_ROW_RUNS if self._is_row(box) else _ENTRY_RUNS) and sum(len(self.flow.runs[i].text) for i in runs) <= _ENTRY_TEXT
        )

    def _is_row(self, box: int) -> bool:
        return self.flow.nodes[box].tag in _ROW_TAGS

    def _few_links_row(self, box: int, links: list[Anchor]) -> bool:
        """A div-made row of two or three links, one of which is a title by its length."""
        return len(links) <= 3 and max(len(self._titles[link.id]) for link in links) >= 8

    def _row_title(self, box: int) -> str:
        """The longest words of a row without a link; "" when it holds none."""
        best = ""
        for index in self._runs_in(box):
            text = self.flow.runs[index].text
            if index not in self._token_runs and len(text) > len(best) and not _NO_TITLE.match(text) and not is_label(text):
                best = text
        return best if len(best) >= 4 else ""

    def _runs_in(self, box: int) -> range:
        """Indexes of the runs inside an element, outward from its events (a row is short)."""
        first, last = self._span[box]
        low, high = self._order(first), self._order(last)
        runs = self.flow.runs
        while low > 0 and self._holds(box, runs[low - 1].parent_id):
            low -= 1
        while high + 1 < len(runs) and self._holds(box, runs[high + 1].parent_id):
            high += 1
        return range(low, min(high + 1, len(runs)))

    def _holds(self, box: int, inner: int) -> bool:
        """Whether ``inner`` lies in ``box``, at most twelve levels down."""
        if inner == box:
            return True
        above = self.flow.parents.get
        current = above(inner)
        for _ in range(11):
            if current == box:
                return True
            if current is None:
                return False
            current = above(current)
        return False

    def _alternates(self, box: int) -> bool:
        """Whether links and days take turns in an element: two entries side by side in one table row."""
        first, last = self._span[box]
        kinds = [isinstance(event, Token) for event in self._events[first : last + 1]]
        return all(one != other for one, other in pairwise(kinds)) and len(kinds) % 2 == 0

    def _paired(self, box: int, flat: list[int]) -> Iterator[Item]:
        """Days and links that lie side by side in a container, paired in reading order: a day follows its link, or comes before it."""
        events = [self._events[number] for number in flat]
        leading = isinstance(events[0], Token) and isinstance(events[-1], Anchor) if events else False
        pending: Token | None = None
        current: Item | None = None
        for event in events:
            if isinstance(event, Anchor):
                if current is not None and current.anchor is not None and current.anchor.address == event.address:
                    continue
                if current is not None and current.tokens:
                    yield current
                tokens = [pending] if pending and event.order - pending.last <= _PAIR_REACH else []
                current = Item(-box, event.order, event, self._titles[event.id], tokens)
                pending = None
            elif leading:
                pending = event
            elif current is not None and not current.tokens and event.first - current.order <= _PAIR_REACH:
                current.tokens.append(event)
        if current is not None and current.tokens:
            yield current

    def _lies_flat(self, number: int, box: int) -> bool:
        """Whether the container's child around an event holds it alone: one link, or one day without a text around it."""
        chain = self._chains[number]
        at = chain.index(box)
        if at == 0:
            return True
        child = chain[at - 1]
        if isinstance(self._events[number], Anchor):
            return len(self._links(child)) == 1
        return self._token_count(child) <= 2 and len(self._runs_in(child)) <= 4

    def _lift(self, box: int) -> int:
        """The outermost element that holds no more events than ``box``."""
        span = self._span[box]
        parents = self.flow.parents
        while True:
            parent = parents.get(box)
            if parent is None or self._span.get(parent) != span or self.flow.nodes[parent].tag in _CONTAINERS:
                return box
            box = parent

    def _undated(self, taken: set[int], hrefs: set[tuple[int, str]], boxes: set[int]) -> Iterator[Item]:
        nodes = self.flow.nodes
        for number, event in enumerate(self._events):
            if not isinstance(event, Anchor) or event.id in taken:
                continue
            box = event.id
            chain = self._chains[number]
            if not boxes.isdisjoint(chain):
                continue
            for outer in chain:
                first, last = self._span[outer]
                if (last > first and len(self._links(outer)) > 1) or self._counted[last + 1] > self._counted[first]:
                    break
                if nodes[outer].tag in _CONTAINERS:
                    break
                box = outer
            if (box, event.address) in hrefs:
                continue
            hrefs.add((box, event.address))
            yield Item(box, event.order, event, self._titles[event.id], [])

    def _merged(self, blocks: list[Block]) -> list[Block]:
        """Blocks of one item whose containers are siblings of one kind (a table per entry, a ``ul`` per entry) become one."""
        parents, nodes = self.flow.parents, self.flow.nodes
        merged: list[Block] = []
        open_block: tuple[tuple[int | None, str, bool], Block] | None = None
        for block in blocks:
            if len(block.items) > 3 or block.container not in nodes:
                merged.append(block)
                continue
            node = nodes[block.container]
            up = parents.get(block.container)
            hops = 0
            while up is not None and hops < 3 and self._span.get(up) == self._span.get(block.container):
                up, hops = parents.get(up), hops + 1
            key = (up, f"{node.tag}.{node.attributes.get('class') or ''}", any(item.tokens for item in block.items))
            if open_block is not None and open_block[0] == key and key[2]:
                open_block[1].items.extend(block.items)
                continue
            merged.append(block)
            open_block = (key, block)
        return merged


@lru_cache(maxsize=1 << 13)
def _names_briefly(text: str) -> bool:
    return not _NO_TITLE.match(text)


def _names(text: str) -> bool:
    """Whether words may be a title. Menus and lists repeat from page to page: short ones are looked at once."""
    return _names_briefly(text) if len(text) <= _BRIEF else not _NO_TITLE.match(text)


def is_more(text: str) -> bool:
    """Whether a link's words mean 更多."""
    return len(text) <= 10 and _MORE.search(text) is not None


def blocks_of(part: Document) -> list[Block]:
    """The blocks of one part, worked out once per document."""
    return part.blocks


def found_in(part: Document) -> list[Block]:
    """The blocks of one part; ask `blocks_of`, which keeps them."""
    return ItemFinder(part.flow, part.as_of, part.places).blocks()
