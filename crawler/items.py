"""Repeated items of a page (list entries, table rows, letters) with the day that stands beside each.

Works from the days to the links: the smallest element that holds a day and a linked title is an entry. Where one element holds
several of both with nothing around each pair, they are paired in reading order. Links without a day are grouped by their
container.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborNode

from crawler.daytext import FULL, FULL_DAY, DayText, joined, real_day, whole_run, year_from_url
from crawler.flow import Anchor, Flow

_NO_TITLE = re.compile(
    r"^[\s\[【(（>》·|<«‹›»]*(?:更多|more|查看(?:更多|详情|全部|全文)?|详细|详情|全文|阅读全文|下载|附件\d*|打印|关闭|收藏|分享|返回(?:列表|首页|顶部)?|首页|上一[页篇条]|下一[页篇条]|"
    r"尾页|末页|大|中|小|登录|注册|\d+|前[往进]|确定|go|繁體|简体|繁体|rss|top|转到|搜索|提交|展开|收起)[\s\]】)）>》·|<«‹›»]*(?:[>+]*)$",
    re.IGNORECASE,
)
_MORE = re.compile(r"更多|more|查看全部|^[\s>》»+]{1,4}$", re.IGNORECASE)
_DEADLINE = re.compile(r"截止|截至|结束|到期|有效|失效|举行|召开|活动|会议|考试|报名|开标|生效|施行|实施|成文|生成|出生|今天|现在|当前|访问")
_KNOWN_LABEL = re.compile(
    r"(?:发布|发表|更新|公布|公开|上网|录入|添加|上传|提交|来信|写信|留言|咨询|提问|回复|答复|办结|处理|受理|反馈|开始|起始|征集|发起|创建|信息|刊发|登载|^)\s*(?:日\s*期|时\s*间)[:：]?$"
)
_SAYS_WHEN = re.compile(r"(?:日\s*期|时\s*间)\s*[:：]?$")
_LABEL_ONLY = re.compile(r"(?:日\s*期|时\s*间|[:：])\s*$")
_STARTS = re.compile(r"开始|起始|征集")
_LETTER_LABEL = re.compile(r"回复|答复|办结|处理|提交|来信|写信|留言|咨询|受理|办理")
_UNNAMED = re.sub(r"\?P<\w>", "?:", FULL)
_EDGE = re.compile(rf"^[\s\[【(（]*{_UNNAMED}[\s\]】)）:：]+(?=\S)|(?:\s+|[\[【(（]\s*){_UNNAMED}[\s\]】)）]*$")
_ROW_TAGS = frozenset({"li", "tr", "dd", "dl", "article"})
_CUT = re.compile(r"(?:\.{2,}|…+|。\.+)\s*$")
_MAX_ROW_LINKS = 6
_PAIR_REACH = 4  # runs between a link and its day in a flat container


@dataclass(slots=True)
class Token:
    """A day in the flow: runs ``first``..``last``; ``said`` may lack the year."""

    first: int
    last: int
    said: DayText


@dataclass(slots=True)
class Item:
    """One entry: where it stands (``order``: run index), its link (None for rows without one), its title, its day with the words."""

    box: int
    order: int
    anchor: Anchor | None
    title: str
    tokens: list[Token]
    day: date | None = None
    snippet: str = ""


@dataclass(slots=True)
class Block:
    """A list: its container's id and its items in reading order; ``first``..``last`` are run indexes."""

    container: int
    items: list[Item]

    @property
    def first(self) -> int:
        return self.items[0].order

    @property
    def last(self) -> int:
        return self.items[-1].order


def tokens_of(flow: Flow, as_of: date) -> list[Token]:
    """Every run, or pair of neighbouring runs, that is nothing but a day."""
    found: list[Token] = []
    waiting: Token | None = None  # a part that still lacks something
    for index, run in enumerate(flow.runs):
        text = run.text
        if len(text) > 48:
            waiting = None
            continue
        said = whole_run(text, as_of)
        if said is None:
            if any(c not in "-–—/.·|[]()（）【】" for c in text):
                waiting = None
            continue
        if said.date():
            found.append(Token(index, index, said))
            waiting = None
            continue
        token = Token(index, index, said)
        if waiting is not None and (whole := joined(waiting.said, said)):
            token = Token(waiting.first, index, whole)
            if found and found[-1] is waiting:
                found.pop()
            if whole.date():
                found.append(token)
                waiting = None
                continue
        if token.said.month and token.said.day:
            found.append(token)
        waiting = token
    return found


class ItemFinder:
    """Items of one flow. ``address`` of an anchor is its href as written."""

    def __init__(self, flow: Flow, as_of: date) -> None:
        self.flow, self.as_of = flow, as_of
        self.tokens = tokens_of(flow, as_of)
        self._token_runs = {i for token in self.tokens for i in range(token.first, token.last + 1)}
        self._titles: dict[int, str] = {}
        self._events: list[Anchor | Token] = []
        self._span: dict[int, list[int]] = {}
        self._chains: list[list[int]] = []
        self._collect()

    # -- the events and what holds them ---------------------------------------------------------------------------------

    def _collect(self) -> None:
        flow = self.flow
        candidates: list[tuple[int, Anchor | Token]] = []
        for anchor in flow.links:
            title = self._title(anchor)
            if len(title) >= 2 and not _NO_TITLE.match(title):
                self._titles[anchor.id] = title
                candidates.append((anchor.order, anchor))
        candidates.extend((token.first, token) for token in self.tokens)
        candidates.sort(key=lambda event: (event[0], isinstance(event[1], Token)))
        parents = flow.parents
        for number, (_, event) in enumerate(candidates):
            self._events.append(event)
            at = event.id if isinstance(event, Anchor) else flow.runs[event.first].parent_id
            chain = []
            current: int | None = at
            while current is not None:
                chain.append(current)
                span = self._span.get(current)
                if span is None:
                    self._span[current] = [number, number]
                else:
                    span[1] = number
                current = parents.get(current)
            self._chains.append(chain)

    def _title(self, anchor: Anchor) -> str:
        text = self.flow.title_of(anchor, self._token_runs)
        if text and not _CUT.search(text):
            return text
        attributes = anchor.node.attributes
        full = (attributes.get("title") or "").strip()
        return full if len(full) > len(text) else text

    def _links(self, box: int, most: int = 2) -> list[Anchor]:
        """Up to ``most`` links with different addresses inside an element."""
        first, last = self._span[box]
        seen: dict[str, Anchor] = {}
        for event in self._events[first : last + 1]:
            if isinstance(event, Anchor):
                seen.setdefault(address(event), event)
                if len(seen) >= most:
                    break
        return list(seen.values())

    def _tokens_in(self, box: int) -> list[Token]:
        first, last = self._span[box]
        return [event for event in self._events[first : last + 1] if isinstance(event, Token)]

    # -- items ------------------------------------------------------------------------------------------------------------

    def blocks(self) -> list[Block]:
        """The page's lists in reading order, dated items first found, undated links beside them."""
        items = list(self._dated())
        taken = {id(item.anchor) for item in items if item.anchor}
        hrefs = {(item.box, address(item.anchor)) for item in items if item.anchor}
        boxes = {item.box for item in items}
        items.extend(self._undated(taken, hrefs, boxes))
        items.sort(key=lambda item: item.order)
        grouped: dict[tuple[int, ...], Block] = {}
        for item in items:
            container = self.flow.parents.get(item.box, item.box) if item.box >= 0 else -item.box
            grouped.setdefault((container,), Block(container, [])).items.append(item)
        blocks = self._merged(list(grouped.values()))
        for block in blocks:
            self._settle(block)
        return sorted(blocks, key=lambda block: block.first)

    def _dated(self) -> Iterator[Item]:
        done: set[int] = set()
        for number, event in enumerate(self._events):
            if not isinstance(event, Token) or number in done:
                continue
            box, links = self._home_of(number)
            if box is None or (len(links) == 1 and not self._near(box, number)):
                continue
            tokens = self._tokens_in(box)
            first, last = self._span[box]
            done.update(range(first, last + 1))
            if len(links) <= 1:
                anchor = links[0] if links else None
                title = self._titles[anchor.id] if anchor else self._row_title(box)
                if title:
                    yield Item(self._lift(box), self._order(first), anchor, title, tokens)
            elif len(tokens) == 1 or self._is_row(box):
                anchor = max(links, key=lambda link: len(self._titles[link.id]))
                yield Item(self._lift(box), self._order(first), anchor, self._titles[anchor.id], tokens)
            else:
                yield from self._paired(box)

    def _order(self, number: int) -> int:
        event = self._events[number]
        return event.order if isinstance(event, Anchor) else event.first

    def _home_of(self, number: int) -> tuple[int | None, list[Anchor]]:
        """The smallest element around a day that holds a linked title, or the table row or list entry around it."""
        for box in self._chains[number]:
            node = self.flow.nodes[box]
            links = self._links(box, _MAX_ROW_LINKS + 1)
            if links:
                tokens = self._tokens_in(box)
                if len(links) > 1 and len(tokens) == 1 and not (self._is_row(box) and len(links) <= _MAX_ROW_LINKS):
                    return (box, links) if self._few_links_row(box, links) else (None, [])
                return box, links
            if node.tag in ("tr", "li") and self._row_title(box):
                event = self._events[number]
                labelled = isinstance(event, Token) and self._label_before(event)
                return (None, []) if labelled else (box, [])
            if node.tag in ("body", "html"):
                break
        return None, []

    def _near(self, box: int, number: int) -> bool:
        """Whether a link stands within a few runs of a day; entries are short, articles are not."""
        reach = 20 if self._is_row(box) else 8
        first, last = self._span[box]
        event = self._events[number]
        at = event.first if isinstance(event, Token) else event.order
        return any(abs(self._order(other) - at) <= reach for other in range(first, last + 1) if isinstance(self._events[other], Anchor))

    def _is_row(self, box: int) -> bool:
        return self.flow.nodes[box].tag in _ROW_TAGS

    def _few_links_row(self, box: int, links: list[Anchor]) -> bool:
        """A div-made row of two or three links, one of which is a title by its length."""
        return len(links) <= 3 and max(len(self._titles[link.id]) for link in links) >= 8 and len(self._runs_in(box)) <= 12

    def _row_title(self, box: int) -> str:
        """The longest words of a row without a link; "" when it holds none."""
        best = ""
        for index in self._runs_in(box):
            text = self.flow.runs[index].text
            if index not in self._token_runs and len(text) > len(best) and not _NO_TITLE.match(text) and not _LABEL_ONLY.search(text):
                best = text
        return best if len(best) >= 4 else ""

    def _runs_in(self, box: int) -> list[int]:
        """Indexes of the runs inside an element, outward from its events (a row is short)."""
        first, last = self._span[box]
        low, high = self._order(first), self._order(last)
        runs, parents = self.flow.runs, self.flow.parents

        def inside(index: int) -> bool:
            current: int | None = runs[index].parent_id
            for _ in range(12):
                if current == box:
                    return True
                current = parents.get(current) if current is not None else None
            return False

        while low > 0 and inside(low - 1):
            low -= 1
        while high + 1 < len(runs) and inside(high + 1):
            high += 1
        return list(range(low, min(high + 1, len(runs))))

    def _paired(self, box: int) -> Iterator[Item]:
        """Days and links of a flat container, paired in reading order: a day follows its link, or comes before it."""
        first, last = self._span[box]
        leading = isinstance(self._events[first], Token)
        pending: Token | None = None
        current: Item | None = None
        for event in self._events[first : last + 1]:
            if isinstance(event, Anchor):
                if current is not None and current.anchor is not None and address(current.anchor) == address(event):
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

    def _lift(self, box: int) -> int:
        """The outermost element that holds no more events than ``box``."""
        span = self._span[box]
        parents = self.flow.parents
        while True:
            parent = parents.get(box)
            if parent is None or self._span.get(parent) != span or self.flow.nodes[parent].tag in ("body", "html", "ul", "ol", "tbody", "table"):
                return box
            box = parent

    def _undated(self, taken: set[int], hrefs: set[tuple[int, str]], boxes: set[int]) -> Iterator[Item]:
        for number, event in enumerate(self._events):
            if not isinstance(event, Anchor) or id(event) in taken:
                continue
            box = event.id
            chain = self._chains[number]
            if any(outer in boxes or -outer in boxes for outer in chain):
                continue
            for outer in chain:
                if len(self._links(outer)) > 1 or self._tokens_in(outer):
                    break
                if self.flow.nodes[outer].tag in ("ul", "ol", "table", "tbody", "body", "html"):
                    break
                box = outer
            if (box, address(event)) in hrefs:
                continue
            hrefs.add((box, address(event)))
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

    # -- which day --------------------------------------------------------------------------------------------------------

    def _settle(self, block: Block) -> None:
        """Choose every item's day; a day inside the title's own text counts only when nearly all items have one there."""
        columns = self._deadline_columns(block)
        for item in block.items:
            item.day, item.snippet = self._day_of(item, columns)
        bare = [item for item in block.items if not item.tokens]
        if len(bare) >= 3 and len(bare) == len(block.items):
            edges = [(item, match) for item in bare if (match := _EDGE.search(item.title))]
            if len(edges) * 10 >= len(bare) * 8:
                for item, match in edges:
                    day = FULL_DAY.search(match[0])
                    if day and (real := real_day(int(day["y"]), int(day["m"]), int(day["d"]))) and real <= self.as_of:
                        item.day, item.snippet = real, match[0].strip()
                        item.title = item.title.replace(match[0], "").strip() or item.title

    def _day_of(self, item: Item, columns: set[int]) -> tuple[date | None, str]:
        best: tuple[tuple[int, int, date], str] | None = None
        for token in item.tokens:
            said = token.said
            if said.weekday and len(item.tokens) == 1 and item.anchor is None:
                continue
            label = said.label or self._label_before(token)
            if _DEADLINE.search(label) or self._cell(token) in columns:
                continue
            if _SAYS_WHEN.search(label) and not _KNOWN_LABEL.search(label):
                continue
            if not said.year:
                year = year_from_url(address(item.anchor), said.month, said.day) if item.anchor else 0
                year = year or self._year_above(token)
                if not year:
                    continue
                said = said.with_year(year)
            day = said.date()
            if day is None or day > self.as_of:
                continue
            weak = bool(_STARTS.search(label))
            letter = bool(_LETTER_LABEL.search(label))
            rank = (0 if weak else 1, 0 if letter or label else 1, day)
            if best is None or self._better(rank, best[0], letter):
                best = rank, " ".join(run.text for run in self.flow.runs[token.first : token.last + 1])[:80]
        return (best[0][2], best[1]) if best else (None, "")

    @staticmethod
    def _better(rank: tuple[int, int, date], best: tuple[int, int, date], letter: bool) -> bool:
        """Surer first; of two letter times (提交, 回复) the later; of two days alike the later in reading order."""
        if rank[:2] != best[:2]:
            return rank[:2] > best[:2]
        return rank[2] > best[2] if letter else True

    def _label_before(self, token: Token) -> str:
        """The run right before a day when it is a label (截止时间：), else ""."""
        text = self.flow.runs[token.first - 1].text if token.first else ""
        return text if len(text) <= 12 and _LABEL_ONLY.search(text) else ""

    def _year_above(self, token: Token) -> int:
        """A year heading (``2021年``) among the nearest runs before a day, outside links."""
        runs = self.flow.runs
        for index in range(token.first - 1, max(-1, token.first - 80), -1):
            run = runs[index]
            if run.link < 0 and len(run.text) <= 12 and index not in self._token_runs:
                said = whole_run(run.text, self.as_of)
                if said and said.year and not said.month:
                    return said.year
        return 0

    def _cell(self, token: Token) -> int:
        """The position of the table cell around a day within its row; -1 outside tables."""
        current: int | None = self.flow.runs[token.first].parent_id
        for _ in range(6):
            if current is None:
                break
            node = self.flow.nodes.get(current)
            if node is not None and node.tag in ("td", "th"):
                return _position(node)
            current = self.flow.parents.get(current)
        return -1

    def _deadline_columns(self, block: Block) -> set[int]:
        """Positions of table columns headed 截止时间 and the like."""
        if not any(len(item.tokens) > 1 for item in block.items):
            return set()
        container = self.flow.nodes.get(block.container)
        while container is not None and container.tag not in ("table", "body"):
            container = container.parent
        row = container.css_first("tr") if container is not None and container.tag == "table" else None
        if row is None:
            return set()
        cells = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        return {index for index, cell in enumerate(cells) if _DEADLINE.search(cell.text(deep=True)[:20])}


def _position(cell: LexborNode) -> int:
    position = 0
    before = cell.prev
    while before is not None:
        if before.tag in ("td", "th"):
            position += 1
        before = before.prev
    return position


def address(anchor: Anchor) -> str:
    """The anchor's href as written; scripted ones are told apart by their element."""
    href = (anchor.node.attributes.get("href") or "").strip()
    if not href or href[0] == "#" or href.lower().startswith("javascript:"):
        return f"#{anchor.id}"
    return href


def is_more(text: str) -> bool:
    """Whether a link's words mean 更多."""
    return len(text) <= 10 and _MORE.search(text) is not None


def dated_runs(blocks: Iterable[Block], *, least: int) -> set[int]:
    """Run indexes of days that belong to lists of at least ``least`` dated items."""
    return {
        token.first
        for block in blocks
        if sum(1 for item in block.items if item.tokens) >= least
        for item in block.items
        for token in item.tokens
    }
