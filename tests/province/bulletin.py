"""What the quarter's workbook says of a province, read back and held to its truth."""

from __future__ import annotations

import hashlib
from pathlib import Path

from openpyxl import load_workbook

from tests.province.world import Province, Told

SHEET, ID, COUNTED, YES = "问题清单", "问题编号", "是否计入", "计入"


def told_wrongly(folder: Path, province: Province, night: int) -> list[str]:
    """Where the findings that the workbook counts differ from the vetoes and deductions that stand after a night, one line each."""
    (book,) = folder.glob("*检查结果*.xlsx")
    rows = list(load_workbook(book, read_only=True)[SHEET].iter_rows(values_only=True))
    head = next(row for row in rows if ID in row)
    listed = rows[rows.index(head) + 1 :]
    counted = {str(row[head.index(ID)]) for row in listed if row[head.index(COUNTED)] == YES}
    planted = {_id(told): told for told in province.truth(night)}
    missing = [f"not in the workbook: {planted[key]}" for key in sorted(set(planted) - counted)]
    return missing + [f"in the workbook, and not planted: {key}" for key in sorted(counted - set(planted))]


def _id(told: Told) -> str:
    """A finding's id, made from what was planted."""
    return hashlib.sha256("\x1f".join(told).encode()).hexdigest()[:10]
