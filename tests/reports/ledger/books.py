"""Ledgers handed out, filled in with openpyxl as a unit would, and read back."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from crawler.oversight import connect
from reports.inspection_model import Inspection
from reports.ledger import Ledger
from reports.ledger_sheet import HEADS, SHEET, issues_of, ledger_workbook
from reports.workbook import workbook_bytes
from tests.quarters.samples import finding, inspection_of, site

HANDED_OUT, DAY = date(2026, 10, 9), date(2026, 10, 20)

Change = Callable[[Any], None]


def opened(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


@cache
def small() -> Inspection:
    """Two units with three findings and one, as a ledger begins with."""
    return inspection_of([site(1, findings=(finding(1), finding(2), finding(3))), site(2, unit="白水市", findings=(finding(4),))])


@cache
def _small_file() -> bytes:
    return workbook_bytes(ledger_workbook(small()))


def handed_out(folder: Path, inspection: Inspection | None = None) -> tuple[Ledger, bytes]:
    """A database with a ledger handed out, and its file."""
    ledger = Ledger(connect(folder / "oversight.db"))
    ledger.issue(issues_of(inspection or small(), HANDED_OUT))
    return ledger, workbook_bytes(ledger_workbook(inspection)) if inspection else _small_file()


def first_row(book: Any) -> int:
    """The first row below the heads."""
    return next(number for number in range(1, 12) if book[SHEET].cell(number, 1).value == HEADS[0]) + 1


def put(row: int, **values: Any) -> Change:
    """Write cells of the ``row``-th finding (from 1), by their heads."""

    def change(book: Any) -> None:
        for head, value in values.items():
            cell = book[SHEET].cell(first_row(book) + row - 1, HEADS.index(head) + 1)
            cell.value = value

    return change


def filled(folder: Path, data: bytes, *changes: Change, name: str = "台账.xlsx") -> Path:
    """The file as a unit saves it."""
    book = opened(data)
    for change in changes:
        change(book)
    path = folder / name
    book.save(path)
    return path


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """The rows of a ledger by their heads."""
    sheet = load_workbook(io.BytesIO(data))[SHEET]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == HEADS[0])
    return [dict(zip(HEADS, row, strict=True)) for row in rows[head + 1 :]]
