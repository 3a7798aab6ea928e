"""Reading a filled-in workbook of people's judgements (人工评分表): all of it or nothing; every bad cell named with sheet, row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from checks.catalogue.indicators import Catalogue, Indicator, IndicatorRow
from crawler.registry import RegisteredSite
from reports.commands.options import UsageProblem
from reports.hostile import line
from reports.manual import FigureEntry, RowEntry
from reports.manual_sheet import FIGURES, HEADS, KIND, NO, VETOES, WITHDRAWN, YES, asked_rows, marks, most
from reports.manual_terms import Term
from reports.quarters import Quarter
from reports.returned import received, refusal, shown
from reports.returned_cells import text_of_cell
from reports.score_rows import worded

MAKER = "mingjing manual template"
MAX_NOTE, MAX_BY = 500, 60
"""Characters of a note and of a name."""
_HEAD_WITHIN = 10
"""The head row stands in the first so many rows."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a workbook is held against. ``quarters``: those that may be filled in now; ``table``: the indicators in force on a day."""

    quarters: Sequence[Quarter]
    table: Callable[[date], Catalogue]
    sites: Mapping[str, RegisteredSite]
    units: frozenset[str]
    terms: Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a workbook says, and the table it was judged by."""

    quarter: Quarter
    catalogue: Catalogue
    rows: tuple[RowEntry, ...]
    figures: tuple[FigureEntry, ...]


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read: the rows it may judge, and what is wrong, one line each."""

    name: str
    title: str
    catalogue: Catalogue
    asked: dict[str, dict[str, tuple[Indicator, IndicatorRow]]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    met: dict[tuple[str, str], int] = field(default_factory=dict)

    def fault(self, number: int, column: str, what: str) -> None:
        self.problems.append(f"{self.name} “{self.title}”表第 {number} 行“{column}”列：{what}。")

    def rows_of(self, site: RegisteredSite) -> dict[str, tuple[Indicator, IndicatorRow]]:
        """The rows that this sheet asks about on a site, by id."""
        if site.key not in self.asked:
            rows = asked_rows(self.catalogue, site)
            self.asked[site.key] = {row.id: (item, row) for item, row in rows if (item.part == "veto") == (self.title == VETOES)}
        return self.asked[site.key]

    def twice(self, number: int, column: str, key: tuple[str, str]) -> bool:
        before = self.met.setdefault(key, number)
        if before != number:
            self.fault(number, column, f"与第 {before} 行重复")
        return before != number


def read_manual(path: Path, known: Known) -> Filled:
    """What a workbook says. Raises `UsageProblem`: one line for a file that is none of ours or of another quarter or table, else a line a fault."""
    file = received(path, MAKER)
    book, found = file.book, file.marks
    quarter = _quarter(path, found, known)
    catalogue = known.table(quarter.last)
    _same_table(path, found, catalogue, quarter)
    rows: list[RowEntry] = []
    figures: list[FigureEntry] = []
    problems: list[str] = []
    for title in HEADS:
        sheet = _Sheet(path.name, title, catalogue)
        for number, cells in _rows(path, book, title, sheet):
            if title == FIGURES:
                figures += _figure(number, cells, sheet, known)
            else:
                rows += _judgement(number, cells, sheet, known)
        problems += sheet.problems
    if problems:
        raise UsageProblem(refusal(problems))
    return Filled(quarter, catalogue, tuple(rows), tuple(figures))


def _quarter(path: Path, found: Mapping[str, str], known: Known) -> Quarter:
    """The quarter a workbook was made for, when it may be filled in now."""
    if found.get("kind") != KIND:
        raise UsageProblem(f"{path.name} 不是人工评分表：请用 {MAKER} 导出的文件填写。")
    allowed = "或".join(str(each) for each in known.quarters)
    if found.get("quarter") not in {str(each) for each in known.quarters}:
        raise UsageProblem(
            f"{path.name} 是 {found.get('quarter', '别的季度')} 的人工评分表，现在可以导入的是 {allowed}：请用 --quarter 指明，或重新导出。"
        )
    return Quarter.parse(found["quarter"])


def _same_table(path: Path, found: Mapping[str, str], catalogue: Catalogue, quarter: Quarter) -> None:
    wanted = marks(quarter, catalogue)
    if (found.get("catalogue"), found.get("digest")) != (wanted["catalogue"], wanted["digest"]):
        raise UsageProblem(
            f"{path.name} 按指标目录 {found.get('catalogue', '不详')}（{found.get('digest', '不详')}）制作，"
            f"{quarter.chinese}适用的目录是 {wanted['catalogue']}（{wanted['digest']}）：请用 {MAKER} 重新导出。"
        )


def _rows(path: Path, book: Any, title: str, sheet: _Sheet) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every row that is not empty: its number and its cells by head. A formula is named and its row left out."""
    heads = HEADS[title]
    if title not in book.sheetnames:
        raise UsageProblem(f"{path.name} 没有“{title}”表：请用 {MAKER} 导出的文件填写，不要删改工作表。")
    begun = False
    for number, cells in enumerate(book[title].iter_rows(max_col=len(heads)), 1):
        if not begun:
            begun = [text_of_cell(cell.value) for cell in cells] == list(heads)
            if number > _HEAD_WITHIN and not begun:
                break
            continue
        if not any(text_of_cell(cell.value) for cell in cells):
            continue
        formulas = [head for head, cell in zip(heads, cells, strict=True) if cell.data_type == "f"]
        for head in formulas:
            sheet.fault(number, head, "是公式，请填写文字或数字")
        if not formulas:
            yield number, {head: cell.value for head, cell in zip(heads, cells, strict=True)}
    if not begun:
        raise UsageProblem(f"{path.name} “{title}”表没有表头：列应依次为 {'、'.join(heads)}，请不要增删或移动列。")


def _judgement(number: int, cells: Mapping[str, Any], sheet: _Sheet, known: Known) -> list[RowEntry]:
    answer = "是否存在" if sheet.title == VETOES else "分值"
    said, note, by = text_of_cell(cells[answer]), text_of_cell(cells["说明"]), text_of_cell(cells["评分人"])
    key, row_id = text_of_cell(cells["网站编号"]), text_of_cell(cells["细则编号"])
    site = known.sites.get(key)
    if site is None:
        sheet.fault(number, "网站编号", f"登记表中没有“{shown(key)}”")
        return []
    rows = sheet.rows_of(site)
    if row_id not in rows:
        sheet.fault(number, "细则编号", f"“{shown(row_id)}”不是本网站要人工评分的细则")
        return []
    indicator, row = rows[row_id]
    if (text_of_cell(cells["指标"]), text_of_cell(cells["评分细则"])) != (line(indicator.name), line(worded(row))):
        sheet.fault(number, "评分细则", f"与细则编号 {row_id} 不符，只读的列请不要改动")
        return []
    if sheet.twice(number, "细则编号", (key, row_id)):
        return []
    if not said:
        if note or by:
            sheet.fault(number, answer, "是空的，却填写了说明或评分人")
        return []
    try:
        points = _points(number, said, sheet, most(indicator, row))
    except _Bad:
        return []
    return [RowEntry(key, row_id, points, note, by)] if _named(number, sheet, note, by, "评分人") else []


class _Bad(Exception):
    """A cell holds no value; the fault is named already."""


def _points(number: int, said: str, sheet: _Sheet, highest: float) -> float | None:
    """The points of a cell; None: taken back. Raises `_Bad` once the fault is named."""
    if said == WITHDRAWN:
        return None
    if sheet.title == VETOES:
        if said not in (YES, NO):
            sheet.fault(number, "是否存在", f"“{shown(said)}”应为 {YES}、{NO} 或 {WITHDRAWN}")
            raise _Bad
        return 1.0 if said == YES else 0.0
    return _number(number, said, sheet, "分值", 0.0, highest)


def _number(number: int, said: str, sheet: _Sheet, column: str, low: float, high: float | None) -> float:
    try:
        value = float(said)
    except ValueError:
        sheet.fault(number, column, f"“{shown(said)}”不是数字（撤回以前填的，写“{WITHDRAWN}”）")
        raise _Bad from None
    if not (low <= value <= (float("inf") if high is None else high)) or value == float("inf"):
        bounds = f"{low:g} 到 {high:g}" if high is not None else f"不小于 {low:g}"
        sheet.fault(number, column, f"“{shown(said)}”应为{bounds}")
        raise _Bad
    return value


def _figure(number: int, cells: Mapping[str, Any], sheet: _Sheet, known: Known) -> list[FigureEntry]:
    unit, term_id = text_of_cell(cells["单位"]), text_of_cell(cells["数据编号"])
    said, note, by = text_of_cell(cells["数值"]), text_of_cell(cells["说明"]), text_of_cell(cells["填报人"])
    term = known.terms.get(term_id)
    if unit not in known.units:
        sheet.fault(number, "单位", f"登记表中没有“{shown(unit)}”")
        return []
    if term is None:
        sheet.fault(number, "数据编号", f"没有“{shown(term_id)}”这项数据")
        return []
    if sheet.twice(number, "数据编号", (unit, term_id)):
        return []
    if not said:
        if note or by:
            sheet.fault(number, "数值", "是空的，却填写了说明或填报人")
        return []
    try:
        value = None if said == WITHDRAWN else _number(number, said, sheet, "数值", term.low, term.high)
    except _Bad:
        return []
    if value is not None and term.whole and value != int(value):
        sheet.fault(number, "数值", f"“{shown(said)}”应为整数")
        return []
    return [FigureEntry(unit, term_id, value, note, by)] if _named(number, sheet, note, by, "填报人") else []


def _named(number: int, sheet: _Sheet, note: str, by: str, column: str) -> bool:
    if not by or len(by) > MAX_BY:
        sheet.fault(number, column, f"请写明姓名（1 到 {MAX_BY} 字）")
    if len(note) > MAX_NOTE:
        sheet.fault(number, "说明", f"超过 {MAX_NOTE} 字")
    return bool(by) and len(by) <= MAX_BY and len(note) <= MAX_NOTE
