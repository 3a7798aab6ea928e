"""Decisions as a sheet (问题清单 XLSX): one row a finding; the last four columns are for people, all others are for reading only.

A hidden sheet keeps what the protected cells held, so that a row that was shifted or overwritten is noticed and nothing is taken from the file.
What comes from sites is written as plain text and never as a formula.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from reports.commands.options import UsageProblem
from reports.decisions import WORDS, Decision, Decisions, Kind, fault
from reports.history_reading import LifeFinding
from reports.hostile import line
from reports.output import os_reason
from reports.words import SEVERITIES, word

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
_WIDTHS = (13, 24, 18, 18, 10, 22, 60, 40, 12, 12, 12, 10, 10, 30, 12, 13)
_LONG = 2000  # characters of one cell
_LARGEST = 50 * 1024 * 1024  # bytes of a file that is read
_BY_WORD: dict[str, Kind] = {text: kind for kind, text in WORDS.items()} | {kind: kind for kind in WORDS}


def export(path: Path, findings: Sequence[LifeFinding], holding: Mapping[str, Decision], names: Mapping[str, str]) -> None:
    """Write the sheet. ``names``: site key → the site's name. Raises `UsageProblem` when the file can't be written."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    kept = book.create_sheet(KEPT)
    kept.sheet_state = "hidden"
    for column, title in enumerate((*PROTECTED, *FREE), 1):
        cell = sheet.cell(1, column, title)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0" if title in PROTECTED else "FFF2CC")
        sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[column - 1]
    for number, finding in enumerate(findings, 2):
        cells = _protected(finding, names)
        for column, value in enumerate(cells, 1):
            _write(sheet, number, column, value)
            _write(kept, number - 1, column, value)
        decision = holding.get(finding.id)
        given = (WORDS[decision.kind], decision.reason, decision.by, decision.until) if decision else ("", "", "", None)
        for column, free in enumerate(given, len(PROTECTED) + 1):
            _write(sheet, number, column, free or None)
            sheet.cell(number, column).protection = Protection(locked=False)
    choice = DataValidation(type="list", formula1=f'"{",".join(WORDS.values())}"', allow_blank=True)
    choice.error = f"请选择：{'、'.join(WORDS.values())}"
    sheet.add_data_validation(choice)
    choice.add(f"{get_column_letter(len(PROTECTED) + 1)}2:{get_column_letter(len(PROTECTED) + 1)}{len(findings) + 2}")
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.protection.sheet = True
    sheet.protection.autoFilter = sheet.protection.sort = sheet.protection.formatColumns = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
    except OSError as error:
        raise UsageProblem(f"文件 {path} 无法写入（{os_reason(error)}）：请检查路径和磁盘空间。") from error


def _protected(finding: LifeFinding, names: Mapping[str, str]) -> tuple[str, ...]:
    texts = (
        finding.id, names.get(finding.site) or finding.site, finding.check, finding.code, word(SEVERITIES, finding.severity),
        finding.subject, finding.message, finding.url, word(STATES, finding.state), finding.first_seen.isoformat(),
        finding.last_seen.isoformat(), str(finding.nights),
    )  # fmt: skip
    return tuple(line(text)[:_LONG] for text in texts)


def _write(sheet: Any, row: int, column: int, value: str | date | None) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = line(value)[:_LONG]
        cell.data_type = "s"  # a text that begins with = stays a text
        cell.quotePrefix = True
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    else:
        cell.value = value


def take_sheet(decisions: Decisions, path: Path, day: date) -> int:
    """Take the decisions of a sheet on ``day``, all or none; how many were new. Raises `UsageProblem` as `read` does."""
    last = decisions.last()
    rows = read(path, day, last)
    known = decisions.known(decision.finding for _, decision in rows)
    problems = [f"{path.name} 第 {number} 行：{each}" for number, decision in rows for each in fault(decision, known, last)]
    if problems:
        raise UsageProblem(_all(problems))
    return decisions.take([decision for _, decision in rows])


def _all(problems: Sequence[str]) -> str:
    return "\n".join([*problems, f"共 {len(problems)} 处错误，整个文件没有导入。"])


def read(path: Path, day: date, last: Mapping[str, Decision]) -> list[tuple[int, Decision]]:
    """The decisions of a sheet with the row each stands in; rows without one, or with the one that stands already (``last``), are left out.

    Raises `UsageProblem` with one line for each bad row: nothing is taken from such a file.
    """
    book = opened(path)
    if SHEET not in book.sheetnames or KEPT not in book.sheetnames:
        raise UsageProblem(f"{path.name} 没有“{SHEET}”和“{KEPT}”两个工作表：请用 mingjing finding export 导出的文件填写。")
    sheet = book[SHEET]
    rows = sheet.iter_rows()
    head = [_text(cell.value) for cell in next(rows, ())][: len(PROTECTED) + len(FREE)]
    if head != [*PROTECTED, *FREE]:
        raise UsageProblem(f"{path.name} 第 1 行：列应依次为 {'、'.join((*PROTECTED, *FREE))}，请不要增删或移动列。")
    kept = {
        _text(cells[0]): [_text(value) for value in cells[: len(PROTECTED)]] for cells in book[KEPT].iter_rows(values_only=True) if cells
    }
    found: list[tuple[int, Decision]] = []
    problems: list[str] = []
    met: dict[str, int] = {}
    for number, cells in enumerate(rows, 2):
        values = [cell.value for cell in cells][: len(PROTECTED) + len(FREE)]
        if not any(_text(value) for value in values):
            continue
        faults = list(_row_faults(cells, values, kept, met, number))
        decision = None if faults else _row(values, day, faults, last)
        problems += [f"{path.name} 第 {number} 行：{each}" for each in faults]
        if decision is not None:
            found.append((number, decision))
    if problems:
        raise UsageProblem(_all(problems))
    return found


def opened(path: Path, maker: str = "mingjing finding export") -> Any:
    """An XLSX file that a person sent back. ``maker``: the command that makes such files. Raises `UsageProblem` for what can't be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageProblem(f"文件 {path} 超过 {_LARGEST // 1024 // 1024} MB，不像 {maker} 导出的表格：请检查。")
        return load_workbook(path)
    except OSError as error:
        raise UsageProblem(f"文件 {path} 读不出来（{os_reason(error)}）：请检查路径。") from error
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        LookupError,
        ValueError,
        SyntaxError,
        TypeError,
        AttributeError,
        RuntimeError,
        ArithmeticError,
    ) as error:  # openpyxl fails in many ways; ParseError and lxml's are SyntaxErrors
        raise UsageProblem(f"文件 {path} 不是 XLSX 文件或已损坏：请用 {maker} 重新导出。") from error


def _row_faults(
    cells: Sequence[Any], values: Sequence[Any], kept: Mapping[str, list[str]], met: dict[str, int], number: int
) -> Iterator[str]:
    """What was done to a row's protected cells, and formulas where a person's words belong."""
    name = _text(values[0])
    if name in met:
        yield f"编号 {_shown(name)} 与第 {met[name]} 行重复"
        return
    met[name] = number
    if name not in kept:
        yield f"编号“{_shown(name)}”不在导出的清单中"
        return
    for title, value, before in zip(PROTECTED, values, kept[name], strict=False):
        if _text(value) != before:
            yield f"“{title}”列是只读的，被改成了“{_shown(_text(value))}”（原为“{_shown(before)}”）"
    for title, cell in zip(FREE, cells[len(PROTECTED) :], strict=False):
        if cell.data_type == "f":
            yield f"“{title}”列是公式，请填写文字"


def _row(values: Sequence[Any], day: date, faults: list[str], last: Mapping[str, Decision]) -> Decision | None:
    """The decision of one row, None where it holds none that is new; what is wrong with it goes into ``faults``."""
    chosen, reason, by, until = (*values[len(PROTECTED) :], None, None, None, None)[:4]
    given = _text(chosen)
    if not given:
        if _text(reason) or _text(by) or _text(until):
            faults.append(f"“决定”列是空的，却填写了其他内容：请填 {'、'.join(WORDS.values())} 之一")
        return None
    kind = _BY_WORD.get(given)
    if kind is None:
        faults.append(f"“决定”列“{_shown(given)}”应为 {'、'.join(WORDS.values())} 之一")
        return None
    try:
        ends = _date(until)
    except ValueError:
        faults.append(f"“有效期至”列“{_shown(_text(until))}”不是日期，请写成 2026-08-20 的形式")
        return None
    decision = Decision(_text(values[0]), kind, _text(reason), _text(by), ends, day)
    return None if decision.same(last.get(decision.finding)) else decision


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    return date.fromisoformat(text) if text else None


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    return "" if value is None else line(str(value))


def _shown(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"
