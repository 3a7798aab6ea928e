"""Decisions as a sheet (问题清单 XLSX): one row a finding; the last four columns are for people, all others are for reading only.

A hidden sheet keeps what the protected cells held, so that a row that was shifted or overwritten is noticed and nothing is taken from the file.
What comes from sites is written as plain text and never as a formula.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from reports.commands.options import UsageProblem
from reports.decisions import WORDS, Decision, Decisions, Kind, fault
from reports.grid import Cell, Column, Grid, Workbook
from reports.history_reading import LifeFinding
from reports.hostile import line
from reports.output import put
from reports.returned import received, refusal, shown
from reports.returned_cells import day_of_cell, text_of_cell
from reports.words import SEVERITIES, word
from reports.workbook import workbook_bytes

SHEET, KEPT = "问题", "原值"
STATES: dict[str, str] = {
    "open": "未整改",
    "rectified": "已整改",
    "withdrawn": "对象已不存在",
    "rule-changed": "规则或程序变更后不再认定",
}
"""The words for a finding's state."""

PROTECTED = ("编号", "网站", "检查项", "类型", "严重程度", "对象", "说明", "网址", "状态", "首次发现", "最近发现", "发现次数")
FREE = ("决定", "理由", "决定人", "有效期至")
COLUMNS = (
    *(Column(title, width=width) for title, width in zip(PROTECTED, (13, 24, 18, 18, 10, 22, 60, 40, 12, 12, 12, 10), strict=True)),
    Column("决定", width=10, choices=tuple(WORDS.values()), open=True), Column("理由", width=30, open=True),
    Column("决定人", width=12, open=True), Column("有效期至", "date", 13, open=True),
)  # fmt: skip
MAKER = "mingjing finding export"
_LONG = 2000  # characters of one cell
_BY_WORD: dict[str, Kind] = {text: kind for kind, text in WORDS.items()} | {kind: kind for kind in WORDS}


def export(path: Path, findings: Sequence[LifeFinding], holding: Mapping[str, Decision], names: Mapping[str, str]) -> None:
    """Write the sheet. ``names``: site key → the site's name. Raises `reports.output.OutputProblem` when the file can't be written."""
    rows = [_protected(finding, names) for finding in findings]
    filled = [(*cells, *_given(holding.get(finding.id))) for cells, finding in zip(rows, findings, strict=True)]
    sheet = Grid(SHEET, COLUMNS, filled, frozen=1, guarded=True)
    kept = Grid(KEPT, tuple(Column(title) for title in PROTECTED), rows, filters=False, hidden=True)
    put(path, workbook_bytes(Workbook("问题清单", (sheet, kept))))


def _given(decision: Decision | None) -> tuple[Cell, ...]:
    return (WORDS[decision.kind], decision.reason, decision.by, decision.until) if decision else ("", "", "", None)


def _protected(finding: LifeFinding, names: Mapping[str, str]) -> tuple[str, ...]:
    texts = (
        finding.id, names.get(finding.site) or finding.site, finding.check, finding.code, word(SEVERITIES, finding.severity),
        finding.subject, finding.message, finding.url, word(STATES, finding.state), finding.first_seen.isoformat(),
        finding.last_seen.isoformat(), str(finding.nights),
    )  # fmt: skip
    return tuple(line(text)[:_LONG] for text in texts)


def take_sheet(decisions: Decisions, path: Path, day: date) -> int:
    """Take the decisions of a sheet on ``day``, all or none; how many were new. Raises `UsageProblem` as `read` does."""
    last = decisions.last()
    rows = read(path, day, last)
    known = decisions.known(decision.finding for _, decision in rows)
    problems = [f"{path.name} 第 {number} 行：{each}" for number, decision in rows for each in fault(decision, known, last)]
    if problems:
        raise UsageProblem(refusal(problems))
    return decisions.take([decision for _, decision in rows])


def read(path: Path, day: date, last: Mapping[str, Decision]) -> list[tuple[int, Decision]]:
    """The decisions of a sheet with the row each stands in; rows without one, or with the one that stands already (``last``), are left out.

    Raises `UsageProblem` with one line for each bad row: nothing is taken from such a file.
    """
    book = received(path, MAKER).book
    if SHEET not in book.sheetnames or KEPT not in book.sheetnames:
        raise UsageProblem(f"{path.name} 没有“{SHEET}”和“{KEPT}”两个工作表：请用 mingjing finding export 导出的文件填写。")
    sheet = book[SHEET]
    rows = sheet.iter_rows()
    head = [text_of_cell(cell.value) for cell in next(rows, ())][: len(PROTECTED) + len(FREE)]
    if head != [*PROTECTED, *FREE]:
        raise UsageProblem(f"{path.name} 第 1 行：列应依次为 {'、'.join((*PROTECTED, *FREE))}，请不要增删或移动列。")
    kept = {
        text_of_cell(cells[0]): [text_of_cell(value) for value in cells[: len(PROTECTED)]]
        for cells in book[KEPT].iter_rows(values_only=True)
        if cells
    }
    found: list[tuple[int, Decision]] = []
    problems: list[str] = []
    met: dict[str, int] = {}
    for number, cells in enumerate(rows, 2):
        values = [cell.value for cell in cells][: len(PROTECTED) + len(FREE)]
        if not any(text_of_cell(value) for value in values):
            continue
        faults = list(_row_faults(cells, values, kept, met, number))
        decision = None if faults else _row(values, day, faults, last)
        problems += [f"{path.name} 第 {number} 行：{each}" for each in faults]
        if decision is not None:
            found.append((number, decision))
    if problems:
        raise UsageProblem(refusal(problems))
    return found


def _row_faults(
    cells: Sequence[Any], values: Sequence[Any], kept: Mapping[str, list[str]], met: dict[str, int], number: int
) -> Iterator[str]:
    """What was done to a row's protected cells, and formulas where a person's words belong."""
    name = text_of_cell(values[0])
    if name in met:
        yield f"编号 {shown(name)} 与第 {met[name]} 行重复"
        return
    met[name] = number
    if name not in kept:
        yield f"编号“{shown(name)}”不在导出的清单中"
        return
    for title, value, before in zip(PROTECTED, values, kept[name], strict=False):
        if text_of_cell(value) != before:
            yield f"“{title}”列是只读的，被改成了“{shown(text_of_cell(value))}”（原为“{shown(before)}”）"
    for title, cell in zip(FREE, cells[len(PROTECTED) :], strict=False):
        if cell.data_type == "f":
            yield f"“{title}”列是公式，请填写文字"


def _row(values: Sequence[Any], day: date, faults: list[str], last: Mapping[str, Decision]) -> Decision | None:
    """The decision of one row, None where it holds none that is new; what is wrong with it goes into ``faults``."""
    chosen, reason, by, until = (*values[len(PROTECTED) :], None, None, None, None)[:4]
    given = text_of_cell(chosen)
    if not given:
        if text_of_cell(reason) or text_of_cell(by) or text_of_cell(until):
            faults.append(f"“决定”列是空的，却填写了其他内容：请填 {'、'.join(WORDS.values())} 之一")
        return None
    kind = _BY_WORD.get(given)
    if kind is None:
        faults.append(f"“决定”列“{shown(given)}”应为 {'、'.join(WORDS.values())} 之一")
        return None
    try:
        ends = day_of_cell(until)
    except ValueError:
        faults.append(f"“有效期至”列“{shown(text_of_cell(until))}”不是日期，请写成 2026-08-20 的形式")
        return None
    decision = Decision(text_of_cell(values[0]), kind, text_of_cell(reason), text_of_cell(by), ends, day)
    return None if decision.same(last.get(decision.finding)) else decision
