"""A ledger that a unit sends back: every error is named by row and column, and nothing is taken from a file with one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from openpyxl.utils import get_column_letter

from reports.commands.options import UsageProblem
from reports.hostile import line
from reports.ledger import STATUSES, Claim, Ledger, Status
from reports.ledger_sheet import FREE, GUARDED, HEADS, KEPT, KIND, SHEET
from reports.quarters import Quarter
from reports.returned import received, refusal, shown
from reports.returned_cells import day_of_cell, phone_of_cell, text_of_cell

LONGEST = {"责任部门": 100, "责任人": 60, "联系电话": 80, "整改措施": 2000, "佐证": 2000, "备注": 2000}
"""Characters of what people write."""

_ID, _FOUND = HEADS.index("问题编号"), HEADS.index("发现时间")
_HEAD_WITHIN = 12  # rows above which the head row must stand


@dataclass(frozen=True, slots=True)
class Returned:
    """A ledger without an error. ``claims``: of the rows that say something; ``missing``: ids handed out to it and not in it any more."""

    quarter: Quarter
    unit: str
    claims: tuple[Claim, ...]
    rows: int
    missing: tuple[str, ...]


def read_ledger(path: Path, ledger: Ledger, day: date, *, quarter: Quarter | None = None, by: str = "") -> Returned:
    """The claims of a workbook. ``day``: no date may lie after it; ``quarter``: the one it must be of, None: the last one handed out.

    Raises `UsageProblem` with one line for each error; then nothing is to be taken from the file.
    """
    file = received(path, "mingjing ledger export")
    book, marks = file.book, file.marks
    if marks.get("kind") != KIND or SHEET not in book.sheetnames or KEPT not in book.sheetnames:
        raise UsageProblem(f"{path.name} 不是整改台账：请用 mingjing ledger export 导出的文件填写，不要删除其中的工作表。")
    told = _quarter(path, marks, ledger, quarter)
    sheet = _Sheet(path.name, book, day)
    problems = [*sheet.merged(), *sheet.problems(set(ledger.issued(told)))]
    if problems:
        raise UsageProblem(refusal(problems))
    unit = marks.get("unit", "")
    claims = tuple(
        replace(each, by=by.strip() or unit or sheet.unit_of[each.finding], day=day, file=line(path.name)[:120], sha256=file.sha256)
        for each in sheet.claims
    )
    return Returned(told, unit, claims, len(sheet.met), tuple(name for name in sheet.kept if name not in sheet.met))


def _quarter(path: Path, marks: Mapping[str, str], ledger: Ledger, wanted: Quarter | None) -> Quarter:
    """The quarter of the file, if it is the one asked for. Raises `UsageProblem`."""
    told, known = Quarter.parse(marks.get("quarter", "")), ledger.quarters()
    if wanted is not None and told != wanted:
        raise UsageProblem(f"{path.name} 是{told.chinese}的台账，不是{wanted.chinese}的：请核对文件和 --quarter，没有导入。")
    if told not in known:
        raise UsageProblem(f"{path.name} 是{told.chinese}的台账，本监管库没有下发过该季度的台账：请核对文件和 --db，没有导入。")
    if wanted is None and told != known[-1]:
        raise UsageProblem(
            f"{path.name} 是{told.chinese}的台账，最近下发的是{known[-1].chinese}的：确要导入，请加 --quarter {told}，没有导入。"
        )
    return told


class _Sheet:
    """The rows of a ledger with what is wrong in them; ``claims`` after `problems` has been run through."""

    def __init__(self, name: str, book: Any, day: date) -> None:
        self._name, self._sheet, self._day = name, book[SHEET], day
        rows = list(book[KEPT].iter_rows(min_row=2, values_only=True))
        self.kept = {text_of_cell(row[_ID]): tuple(row[: len(HEADS)]) for row in rows if len(row) > _ID and text_of_cell(row[_ID])}
        self.unit_of = {name: text_of_cell(row[HEADS.index("单位")]) for name, row in self.kept.items()}
        self.met: dict[str, int] = {}
        self.claims: list[Claim] = []
        self._head = next(
            (number for number in range(1, _HEAD_WITHIN + 1) if text_of_cell(self._sheet.cell(number, 1).value) == HEADS[0]), 0
        )

    def merged(self) -> Iterator[str]:
        """Merged cells below the head: what stands in them belongs to no row for sure."""
        for each in sorted(self._sheet.merged_cells.ranges, key=lambda one: (one.min_row, one.min_col)):
            if each.max_row > self._head:
                column = HEADS[each.min_col - 1] if each.min_col <= len(HEADS) else get_column_letter(each.min_col)
                yield f"{self._name} 第 {each.min_row} 行“{column}”列：{each.coord} 是合并单元格，请取消合并，逐行填写"

    def problems(self, issued: set[str]) -> Iterator[str]:
        """One line for each error; rows without one become claims."""
        heads = [text_of_cell(self._sheet.cell(self._head, number + 1).value) for number in range(len(HEADS))] if self._head else []
        if heads != list(HEADS):
            yield f"{self._name} 的列应依次为 {'、'.join(HEADS)}：请不要增删或移动列"
            return
        for number, cells in enumerate(self._sheet.iter_rows(min_row=self._head + 1, max_col=len(HEADS)), self._head + 1):
            if not any(text_of_cell(cell.value) for cell in cells):
                continue
            faults = list(self._row(number, cells, issued))
            yield from (f"{self._name} 第 {number} 行“{column}”列：{each}" for column, each in faults)

    def _row(self, number: int, cells: Sequence[Any], issued: set[str]) -> Iterator[tuple[str, str]]:
        """Column and what is wrong in it."""
        name = text_of_cell(cells[_ID].value)
        if name in self.met:
            yield "问题编号", f"{shown(name)} 与第 {self.met[name]} 行重复"
            return
        if name not in self.kept or name not in issued:
            yield "问题编号", f"“{shown(name)}”不在下发的台账中" if name else "没有问题编号：请不要添加行"
            return
        self.met[name] = number
        before = dict(zip(HEADS, self.kept[name], strict=False))
        values = {head: cell.value for head, cell in zip(HEADS, cells, strict=True)}
        for head in GUARDED:
            if not _same(values[head], before.get(head)):
                yield head, f"受保护，被改成了“{shown(text_of_cell(values[head]))}”（原为“{shown(text_of_cell(before.get(head)))}”）"
        bad = [head for head, cell in zip(HEADS, cells, strict=True) if head in FREE and cell.data_type in ("f", "e")]
        yield from ((head, "是公式或错误值，请填写文字或日期") for head in bad)
        if bad or all(_same(values[head], before.get(head)) for head in FREE):
            return
        claim, faults = claim_of(name, values, day_of_cell(before["发现时间"]), self._day)
        yield from faults
        if not faults:
            self.claims.append(claim)


def claim_of(name: str, values: Mapping[str, Any], found: date | None, day: date) -> tuple[Claim, list[tuple[str, str]]]:
    """What a row says, and what can't be so in it: column and words. ``values``: by head, as openpyxl gives them; ``found``: 发现时间; ``day``: today."""
    faults: list[tuple[str, str]] = []
    texts = {head: text_of_cell(values[head]) for head in LONGEST}
    faults += [(head, f"有 {len(texts[head])} 字，最多 {most} 字") for head, most in LONGEST.items() if len(texts[head]) > most]
    try:
        texts["联系电话"] = phone_of_cell(values["联系电话"])
    except ValueError:
        faults.append(("联系电话", f"“{shown(texts['联系电话'])}”不像电话号码"))
    days: dict[str, date | None] = {}
    for head in ("整改时限", "完成时间"):
        try:
            days[head] = day_of_cell(values[head])
        except ValueError:
            faults.append((head, f"“{shown(text_of_cell(values[head]))}”不是日期，请写成 2026-08-20 的形式"))
    status = text_of_cell(values["整改状态"]) or STATUSES[0]
    if status not in STATUSES:
        faults.append(("整改状态", f"“{shown(status)}”应为 {'、'.join(STATUSES)} 之一"))
    elif "完成时间" in days:
        faults += _impossible(status, days["完成时间"], found, day, texts["备注"])
    planned = days.get("整改时限")
    if planned and found and planned < found:
        faults.append(("整改时限", f"{planned} 早于发现时间 {found}"))
    claim = Claim(
        name, texts["责任部门"], texts["责任人"], texts["联系电话"], texts["整改措施"], planned, cast(Status, status), days.get("完成时间"),
        texts["佐证"], texts["备注"],
    )  # fmt: skip
    return claim, faults


def _impossible(status: str, done: date | None, found: date | None, day: date, note: str) -> Iterator[tuple[str, str]]:
    """A status and a day that contradict each other, or a day that can't be."""
    if status == "已整改" and done is None:
        yield "完成时间", "整改状态是“已整改”，请填写完成时间"
    if status != "已整改" and done is not None:
        yield "完成时间", f"整改状态是“{status}”，却填写了完成时间 {done}：请改状态或删去时间"
    if status == "无需整改" and not note:
        yield "备注", "整改状态是“无需整改”，请写明理由"
    if done is not None and found is not None and done < found:
        yield "完成时间", f"{done} 早于发现时间 {found}"
    if done is not None and done > day:
        yield "完成时间", f"{done} 晚于今天（{day}），还没有到"


def _same(value: Any, before: Any) -> bool:
    """Whether a cell holds what it held: a number by its value, whatever a program made of ``1`` or ``1.0`` or of a code of digits."""
    now, then = text_of_cell(value), text_of_cell(before)
    if now == then or not (isinstance(value, (int, float)) or isinstance(before, (int, float))):
        return now == then
    try:
        return float(now) == float(then)
    except ValueError:
        return False
