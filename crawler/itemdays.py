"""Which day is an item's own: of the days that stand beside an entry, the one a reader takes for it.

A deadline is none, nor is a day under an unknown label, in a column headed 截止时间, or in the future; a day within the title
counts only where nearly every title of the list carries one at its edge. Of two letter times (提交, 回复) the later counts.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from selectolax.lexbor import LexborNode

from crawler.daytext import FULL, FULL_DAY, DayText, joined, real_day, whole_run, year_from_url
from crawler.flow import Anchor, Flow

_DEADLINE = re.compile(r"截止|截至|结束|到期|有效|失效|举行|召开|活动|会议|考试|报名|开标|生效|施行|实施|出生|今天|现在|当前|访问")
_KNOWN_LABEL = re.compile(
    r"(?:发布|发表|更新|公布|公开|上网|录入|添加|上传|提交|来信|写信|留言|咨询|提问|回复|答复|办结|处理|受理|反馈|公示|公告|开始|起始|征集|成文|生成|印发|签发|发文|制发|发起|创建|信息|刊发|登载|^)\s*(?:日\s*期|时\s*间)[:：]?$"
)
_SAYS_WHEN = re.compile(r"(?:日\s*期|时\s*间)\s*[:：]?$")
_LABEL_ONLY = re.compile(r"(?:日\s*期|时\s*间|[:：])\s*[\]】)）]?\s*[:：]?\s*$")
_LABEL_ENDS = "期间:：]】)）"
_LABELLED_IN_LINE = re.compile(rf"(?:发布|公布|公开|发表|更新)\s*(?:日\s*期|时\s*间)\s*[:：]\s*{FULL}(?!\s*(?:至|到|—|~))")
_LINE = 120  # characters: a line of several labelled values below a title; texts are longer
_OWN_DAY = re.compile(r"开始|起始|征集|成文|生成|印发|签发|发文|制发")
_YEAR_HEADING = re.compile(r"^(?:19|20)\d{2}\s*年?$")
_LETTER_LABEL = re.compile(r"回复|答复|办结|处理|提交|来信|写信|留言|咨询|受理|办理")
_UNNAMED = re.sub(r"\?P<\w>", "?:", FULL)
_EDGE = re.compile(rf"^[\s\[【(（]*{_UNNAMED}[\s\]】)）:：]+(?=\S)|(?:\s+|[\[【(（]\s*){_UNNAMED}[\s\]】)）]*$")


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
        """Where the list begins."""
        return self.items[0].order

    @property
    def last(self) -> int:
        """Where its last item begins."""
        return self.items[-1].order


def tokens_of(flow: Flow, as_of: date) -> list[Token]:
    """Every run, or pair of neighbouring runs, that is nothing but a day."""
    found: list[Token] = []
    waiting: Token | None = None  # a part that still lacks something
    for index, run in enumerate(flow.runs):
        text = run.text
        said = _said(text, as_of) if len(text) <= _LINE else None
        if said is None or said.weekday:  # a weekday stands with clocks, not with entries
            if waiting is not None and any(c not in "-–—/.·|[]()（）【】" for c in text):
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


@lru_cache(maxsize=1 << 13)
def _said(text: str, as_of: date) -> DayText | None:
    """What a run says about a day. Menus, titles and days repeat from page to page."""
    return whole_run(text, as_of) or _said_in_line(text)


def _said_in_line(text: str) -> DayText | None:
    """The labelled day of a line that says more (发文字号：… 成文日期：… 发布日期：2024-05-11), when it is the only one of its kind."""
    if "期" not in text and "时" not in text:
        return None
    found = list(_LABELLED_IN_LINE.finditer(text))
    return DayText(int(found[0]["y"]), int(found[0]["m"]), int(found[0]["d"]), "发布日期") if len(found) == 1 else None


class DayChooser:
    """Chooses the days of a flow's items; ``token_runs``: the runs that are days, so that a title never is one."""

    def __init__(self, flow: Flow, as_of: date, token_runs: set[int]) -> None:
        self.flow, self.as_of, self._token_runs = flow, as_of, token_runs
        self._years: list[tuple[int, int]] | None = None

    def settle(self, block: Block) -> None:
        """Choose every item's day; a day inside the title's own text counts only when nearly all items have one there."""
        heads = self._column_heads(block)
        for item in block.items:
            item.day, item.snippet = self._day_of(item, heads)
        if len(block.items) >= 3 and not any(item.tokens for item in block.items):
            self._from_titles(block)

    def _from_titles(self, block: Block) -> None:
        edges = [(item, match) for item in block.items if (match := _EDGE.search(item.title))]
        if len(edges) * 10 < len(block.items) * 8:
            return
        for item, match in edges:
            day = FULL_DAY.search(match[0])
            if day and (real := real_day(int(day["y"]), int(day["m"]), int(day["d"]))) and real <= self.as_of:
                item.day, item.snippet = real, match[0].strip()
                item.title = item.title.replace(match[0], "").strip() or item.title

    def _day_of(self, item: Item, heads: dict[int, str]) -> tuple[date | None, str]:
        best: tuple[tuple[int, int], date, Token] | None = None
        for token in item.tokens:
            label = token.said.label or label_before(self.flow, token)
            head = heads.get(self._cell(token), "") if heads else ""
            rank = _rank(label, head) if label or head else _UNLABELLED
            if rank is None:
                continue
            day = self._whole(token, item)
            if day is None or day > self.as_of:
                continue
            # Surer first; of two letter times (提交, 回复) the later day; else the later in reading order.
            if best is None or rank > best[0] or (rank == best[0] and (day > best[1] or rank[1])):
                best = rank, day, token
        if best is None:
            return None, ""
        token = best[2]
        return best[1], " ".join(run.text for run in self.flow.runs[token.first : token.last + 1])[:80]

    def _whole(self, token: Token, item: Item) -> date | None:
        """The token's day, its year learnt from the item's address or a year heading above where it has none."""
        said = token.said
        if not said.year:
            year = (year_from_url(item.anchor.address, said.month, said.day) if item.anchor else 0) or self._year_above(token)
            if not year:
                return None
            said = said.with_year(year)
        return said.date()

    def _year_above(self, token: Token) -> int:
        """The nearest year heading (``2021年``) before a day, outside links."""
        if self._years is None:
            self._years = []
            for index, run in enumerate(self.flow.runs):
                if len(run.text) <= 6 and run.link < 0 and _YEAR_HEADING.match(run.text):
                    self._years.append((index, int(run.text[:4])))
        at = bisect(self._years, (token.first, 0))
        return self._years[at - 1][1] if at else 0

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

    def _column_heads(self, block: Block) -> dict[int, str]:
        """What the first row of the block's table calls its columns of days (发布时间, 成文日期, 截止时间), by position."""
        if not any(item.tokens for item in block.items):
            return {}
        container = self.flow.nodes.get(block.container)
        for _ in range(3):
            if container is None or container.tag == "table":
                break
            container = container.parent
        row = container.css_first("tr") if container is not None and container.tag == "table" else None
        if row is None:
            return {}
        texts = (
            (index, cell.text(deep=True).strip()) for index, cell in enumerate(cell for cell in row.iter() if cell.tag in ("td", "th"))
        )
        return {index: text for index, text in texts if len(text) <= 8 and (_SAYS_WHEN.search(text) or _DEADLINE.search(text))}


_UNLABELLED = (1, 1)


def _rank(label: str, head: str) -> tuple[int, int] | None:
    """How sure a day under this label, in a column with this head, is the item's own: higher is surer, None is not at all."""
    if _DEADLINE.search(label) or (_SAYS_WHEN.search(label) and not _KNOWN_LABEL.search(label)) or _DEADLINE.search(head):
        return None
    own = _OWN_DAY.search(label) or (head and (_OWN_DAY.search(head) or not _KNOWN_LABEL.search(head)))
    return (0 if own else 1, 0 if _LETTER_LABEL.search(label) else 1)


def _position(cell: LexborNode) -> int:
    position = 0
    before = cell.prev
    while before is not None:
        if before.tag in ("td", "th"):
            position += 1
        before = before.prev
    return position


def label_before(flow: Flow, token: Token) -> str:
    """The run right before a day when it is a label (截止时间：), else ""."""
    text = flow.runs[token.first - 1].text if token.first else ""
    return text if len(text) <= 12 and is_label(text) else ""


def is_label(text: str) -> bool:
    """Whether words (without blanks at their ends) are a label for a value after them."""
    return text[-1:] in _LABEL_ENDS and _LABEL_ONLY.search(text) is not None


def dated_runs(blocks: Iterable[Block], *, least: int) -> set[int]:
    """Run indexes of days that belong to lists of at least ``least`` dated items."""
    return {
        token.first
        for block in blocks
        if sum(1 for item in block.items if item.tokens) >= least
        for item in block.items
        for token in item.tokens
    }
