"""Published letters (来信、留言) on a page: lists of them, and one letter with its answer. Pure; words from the catalogue.

A list is read in three ways, surest first: a table whose header names the columns; repeated items that carry labels
(提交时间：…, 回复人：…) or a state (已办结); on pages that publish letters, any dated list. A single letter is read by its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from selectolax.lexbor import LexborNode

from checks.interaction_words import LetterState, channel_names, plain, spaced, state_of
from crawler.daytext import FULL_DAY, real_day, whole_run
from crawler.document import Document
from crawler.links import absolute
from crawler.reading import visible_text
from crawler.visibility import hides, visible

MAX_LETTERS = 60
MAX_REPLY = 4000
_UNIT_NAME = r"[\u4e00-\u9fff]{2,20}(?:局|委员会|委|办公室|办|厅|部|政府|中心|院|处|科|大队|支队|公司|街道|镇|乡|管委会|所|站|学校)"
_OPENS = re.compile(rf"{_UNIT_NAME}\s*(?:答复|回复|回应|[:：])")
_CLOSES = re.compile(rf"{_UNIT_NAME}\s*[(（]?\s*(?:20\d{{2}}\s*[年./-][\d\s月日./-]*)?\s*[)）]?$")
_NO_REPLY = re.compile(
    r"^(?:暂无|无|暂未|尚未|未|正在|等待|待)?(?:回复|答复|办理|处理)?(?:内容|中)?$|^(?:暂未|尚未|未)(?:回复|答复|办理|处理)|^暂无(?:回复|答复|内容)"
)
_PAGE_FOOT = re.compile(
    r"^[^\n]*(?:网站标识码|ICP备|公网安备|Copyright|版权所有|(?:主办|承办)(?:单位)?\s*[:：][^\n]*(?:主办|承办|电话|地址|版权)|主办(?:单位)?\s*[:：])",
    re.IGNORECASE | re.MULTILINE,
)
_TOOLS = re.compile(r"^\W*(?:打印|关闭|返回|上一[篇条]|下一[篇条]|分享到|联系我们|关于我们|网站地图)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Letter:
    """One entry of a list of letters. ``day``: a date whose meaning the page does not say; ``state_text``: as worded;
    ``blank_answer``: the list has a column or label for the answer and it is empty; ``reply``: the entry shows an answer's text."""

    url: str
    title: str
    asked: date | None
    answered: date | None
    day: date | None
    state: LetterState
    state_text: str
    unit: str
    blank_answer: bool = False
    reply: bool = False

    @property
    def newest(self) -> date | None:
        """The latest day the entry shows."""
        return max((day for day in (self.asked, self.answered, self.day) if day), default=None)


@dataclass(frozen=True, slots=True)
class Detail:
    """One letter as its own page shows it. ``reply``: characters of the answer's text; ``signed``: a unit signs in that text."""

    title: str
    asked: date | None
    answered: date | None
    unit: str
    signed: bool
    reply: int
    state: LetterState
    state_text: str
    snippet: str


def day_in(text: str, as_of: date) -> date | None:
    """The first whole day in ``text``, not after ``as_of``; None when there is none."""
    for match in FULL_DAY.finditer(text):
        day = real_day(int(match["y"]), int(match["m"]), int(match["d"]))
        if day and day <= as_of:
            return day
    if len(text) <= 20 and (found := whole_run(text.strip(), as_of)) and (day := found.date()) and day <= as_of:
        return day
    return None


@cache
def _label(kind: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\u4e00-\u9fff])(?:{spaced(channel_names(kind + '-labels'))})(?![\u4e00-\u9fff])")


@cache
def _any_label() -> re.Pattern[str]:
    kinds = ("title", "asked", "answered", "unit", "reply", "content", "status", "other")
    groups = [rf"(?P<{kind}>{spaced(channel_names(kind + '-labels'))})" for kind in kinds]
    return re.compile(rf"(?<![\u4e00-\u9fff])(?:{'|'.join(groups)})\s*(?:[:：]|(?=\s*\n)|$|\s(?=\s*\S))", re.MULTILINE)


def _is(kind: str, text: str) -> bool:
    name = plain(text).strip(":[]【】()")
    return name in channel_names(kind + "-labels")


# --- one letter ---------------------------------------------------------------------------------------------------------


def detail_of(text: str, as_of: date) -> Detail | None:
    """The letter that ``text`` (a page's visible text, one line per block) shows, None when it is no letter.

    A letter has a labelled time of asking, or a labelled answer, beside another label of its kind; a page that repeats the
    label of the time of asking is a list.
    """
    text = _without_page_foot(text)
    marks = [m for m in _any_label().finditer(text) if _stands_alone(text, m)]
    names = [m.lastgroup or "" for m in marks]
    if names.count("asked") > 1 or not ({"asked", "answered"} & set(names)) or not ({"reply", "content", "status", "unit"} & set(names)):
        return None
    values: dict[str, str] = {}
    for i, mark in enumerate(marks):
        end = marks[i + 1].start() if i + 1 < len(marks) else min(len(text), mark.end() + MAX_REPLY)
        value = _until_foot(text[mark.end() : end]).strip(" :：[]【】()\n")
        kind = names[i]
        if len(value) > len(values.get(kind, "")) if kind in ("reply", "content") else kind not in values or not values[kind]:
            values[kind] = value
    asked, answered = day_in(values.get("asked", "")[:30], as_of), day_in(values.get("answered", "")[:30], as_of)
    if not asked and not answered:
        return None
    reply = values.get("reply", "")
    length = 0 if _NO_REPLY.match(plain(reply)[:12]) and len(plain(reply)) < 16 else len(plain(reply))
    unit = values.get("unit", "").split("\n")[0].strip()[:40]
    first = min(m.start() for m in marks)
    return Detail(
        title=values.get("title", "").split("\n")[0][:80],
        asked=asked,
        answered=answered,
        unit="" if day_in(unit, as_of) else _named(unit),
        signed=bool(_OPENS.search(reply[:60]) or _CLOSES.search(reply[-80:].strip())),
        reply=length,
        state=state_of(values.get("status", "").split("\n")[0][:12]),
        state_text=values.get("status", "").split("\n")[0][:12],
        snippet=" ".join(text[first : first + 400].split())[:280],
    )


def _named(unit: str) -> str:
    """A unit's name, "" for dashes and 暂无 that stand in its place."""
    name = unit.strip()[:40]
    return "" if plain(name).strip("-—－/") in ("", "无", "暂无") else name


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """A label begins a line or a cell and announces a value; a word inside a sentence does not."""
    line = text.rfind("\n", 0, match.start()) + 1
    before = text[line : match.start()]
    colon = match[0].rstrip()[-1:] in (":", "：")
    return not before.strip(" \t[【(（|·●■-") or (colon and (len(before) < 80 or before[-1:] in " ]】)|"))


def _without_page_foot(text: str) -> str:
    """The text up to the page's foot, whose 主办单位 and 承办单位 are nobody who answered."""
    first = _label("asked").search(text) or _label("answered").search(text)
    foot = _PAGE_FOOT.search(text, first.end()) if first else None
    return text[: foot.start()] if foot else text


def _until_foot(text: str) -> str:
    """A value up to the page's tools (打印, 上一篇), which begin a line of their own."""
    foot = _TOOLS.search(text)
    return text[: foot.start()] if foot else text


# --- lists of letters ---------------------------------------------------------------------------------------------------


def letters_of(document: Document, *, publishes: bool) -> tuple[Letter, ...]:
    """The letters a page lists, at most `MAX_LETTERS`. ``publishes``: the page is one that publishes letters, so any dated list counts."""
    found: list[Letter] = []
    for part in document.parts:
        found += _from_tables(part, document.as_of)
    if not found:
        for part in document.parts:
            found += _from_items(part, document.as_of)
    if not found and publishes:
        for block in document.lists:
            if block.place in ("main", "side"):
                found += [
                    Letter(i.url, i.title, None, None, i.date.day, "", "", "") for i in block.items if i.date and i.date.source != "url"
                ]
    unique = {(letter.url or letter.title, letter.newest): letter for letter in reversed(found)}
    return tuple(reversed(unique.values()))[:MAX_LETTERS]


def rows_of(table: LexborNode) -> list[list[LexborNode]]:
    """The rows of a table as cell nodes; rows of tables inside it are left out."""
    rows = []
    for row in table.css("tr"):
        holder = row.parent
        while holder is not None and holder.tag != "table":
            holder = holder.parent
        if holder is None or holder.mem_id != table.mem_id or hides(row):
            continue
        cells = []
        cell = row.child
        while cell is not None:
            if cell.tag in ("td", "th"):
                cells.append(cell)
            cell = cell.next
        rows.append(cells)
    return rows


def _column_kinds(cells: list[str]) -> dict[int, str]:
    kinds = {}
    for i, text in enumerate(cells):
        for kind in ("title", "asked", "answered", "unit", "reply", "status", "date", "content"):
            if _is(kind, text):
                kinds[i] = kind
                break
    return kinds


def _from_tables(part: Document, as_of: date) -> Iterator[Letter]:
    for table in part.tree.css("table"):
        rows = rows_of(table)
        if len(rows) < 2 or not visible(table):
            continue
        for at, row in enumerate(rows[:3]):
            kinds = _column_kinds([visible_text(cell) for cell in row])
            told = set(kinds.values())
            if ({"title", "content"} & told) and ({"asked", "answered", "status", "date"} & told) and len(kinds) >= 2 and len(row) >= 2:
                for cells in rows[at + 1 :]:
                    if len(cells) == len(row) and (letter := _table_letter(part, cells, kinds, as_of)):
                        yield letter
                break


def _table_letter(part: Document, cells: list[LexborNode], kinds: dict[int, str], as_of: date) -> Letter | None:
    texts = {kind: visible_text(cells[i]) for i, kind in kinds.items()}
    title = texts.get("title") or texts.get("content") or ""
    anchor = next((a for cell in cells for a in cell.css("a[href]") if plain(a.text(deep=True))), None)
    days = {kind: day_in(texts.get(kind, ""), as_of) for kind in ("asked", "answered", "date")}
    state_text = texts.get("status", "")
    if not title or not (any(days.values()) or state_of(state_text)):
        return None
    stated = "answered" in texts or "status" in texts or "reply" in texts
    blank = stated and not any(plain(texts.get(kind, "")).strip("-/—") for kind in ("answered", "status", "reply"))
    return Letter(
        url=absolute(part.base, anchor.attributes.get("href") or "") if anchor is not None else "",
        title=" ".join(title.split())[:80],
        asked=days["asked"],
        answered=days["answered"],
        day=days["date"],
        state=state_of(state_text),
        state_text=state_text[:12],
        unit=_named(texts.get("unit", "")),
        blank_answer=blank,
        reply=len(plain(texts.get("reply", ""))) >= 4,
    )


def _texts(root: LexborNode) -> Iterator[LexborNode]:
    """Visible text nodes below ``root``."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.tag == "-text":
            yield node
        elif not hides(node):
            children = []
            child = node.child
            while child is not None:
                children.append(child)
                child = child.next
            stack.extend(reversed(children))


def _from_items(part: Document, as_of: date) -> Iterator[Letter]:
    """Items that repeat a label or a state: each item is the highest element that holds it exactly once."""
    if part.tree.body is None:
        return
    nodes = [(node, text) for node in _texts(part.tree.body) if (text := (node.text_content or "").strip()) and len(text) <= 120]
    anchors: list[LexborNode] = []
    for kind in ("asked", "answered", "unit"):
        pattern = _label(kind)
        anchors = [node for node, text in nodes if pattern.search(text)]
        if len(anchors) >= 2:
            break
    else:
        anchors = [node for node, text in nodes if len(text) <= 12 and len(plain(text)) >= 3 and state_of(text)]
    if len(anchors) < 2:
        return
    counts: dict[int, int] = {}
    for node in anchors:
        holder = node.parent
        while holder is not None:
            counts[holder.mem_id] = counts.get(holder.mem_id, 0) + 1
            holder = holder.parent
    for node in anchors:
        item = node.parent
        while item is not None and item.parent is not None and counts.get(item.parent.mem_id) == 1:
            item = item.parent
        if item is not None and counts.get(item.mem_id) == 1 and (letter := _item_letter(part, item, as_of)):
            yield letter


def _labelled(text: str, kind: str) -> str | None:
    """What follows a label of ``kind`` in an item's text, None when the label is not there."""
    match = _label(kind).search(text)
    if match is None:
        return None
    rest = text[match.end() :].lstrip(" :：\n")
    following = _any_label().search(rest)
    return (rest[: following.start()] if following else rest).strip(" []【】()\n")


def _item_letter(part: Document, item: LexborNode, as_of: date) -> Letter | None:
    text = visible_text(item)
    if len(text) > 6000:
        return None
    anchors = [a for a in item.css("a[href]") if len(plain(a.text(deep=True))) >= 2] or ([item] if item.tag == "a" else [])
    anchor = max(anchors, key=lambda a: len(plain(a.text(deep=True))), default=None)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    title = visible_text(anchor).split("\n")[0] if anchor is not None else _labelled(text, "title") or (lines[0] if lines else "")
    asked, answered = (day_in((_labelled(text, kind) or "")[:30], as_of) for kind in ("asked", "answered"))
    state_text = next((line for line in _pieces(item) if state_of(line)), "")
    unit, reply = (_labelled(text, "unit") or "").split("\n")[0], _labelled(text, "reply") or ""
    day = None if asked or answered else next((day for line in _pieces(item) if (day := day_in(line, as_of)) and len(line) <= 30), None)
    if not (asked or answered or day):
        return None
    blank = not answered and not state_text and (_labelled(text, "answered") is not None or _labelled(text, "status") is not None)
    url = absolute(part.base, anchor.attributes.get("href") or "") if anchor is not None else ""
    return Letter(url, title[:80], asked, answered, day, state_of(state_text), state_text[:12], _named(unit), blank, len(plain(reply)) >= 4)


def _pieces(item: LexborNode) -> list[str]:
    return [text for node in _texts(item) if (text := (node.text_content or "").strip())]
