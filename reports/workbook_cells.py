"""Cells of XLSX: each value by its column's kind, texts that stay texts, links within the limits of spreadsheet programs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.hyperlink import Hyperlink

from reports.grid import Cell, Column, Link
from reports.hostile import FORMULA, clean, safe_link

LARGEST_TEXT = 32_767
"""Characters of one cell; Excel refuses the file beyond."""
LARGEST_LINK = 2_079
"""Characters of an address that a link may have."""
MOST_LINKS = 65_530
"""Links of one sheet; further ones are plain text."""
LARGEST_NUMBER = 10**15
"""Beyond it a spreadsheet program rounds: such a number is written as text."""
FIRST_DAY = date(1900, 3, 1)
"""Days before are counted differently by different programs: they are written as text."""

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_FORMULA = (*FORMULA, "\n", "'", "＝", "＋", "－", "＠")
_FORMATS = {"text": "General", "integer": "0", "number": "0.0##", "percent": "0.0%", "date": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm"}
_PLACE = re.compile(r"'((?:[^']|'')+)'!(\$?[A-Z]{1,3}\$?[0-9]{1,7})")
_EDGE = Side(style="thin", color="D0D7DE")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_FACE = "宋体"


class Cells:
    """Makes the cells of one sheet. ``titles``: a sheet's title as given → its tab, for links within the workbook.

    One cell object per column and look is filled again for every row: the sheet writes each at once, and a million objects would be slow.
    """

    def __init__(self, sheet: Any, columns: Sequence[Column], titles: Mapping[str, str], *, guarded: bool) -> None:
        self._sheet, self._columns, self._titles, self._guarded = sheet, columns, titles, guarded
        self._kept: dict[tuple[int, str], Any] = {}
        self._links = 0

    def note(self, text: str) -> Any:
        """A line above the head row."""
        cell = self._text(WriteOnlyCell(self._sheet), text)
        cell.font, cell.alignment = Font(name=_FACE, size=10, color="57606A"), Alignment(vertical="center")
        return cell

    def head(self, text: str, *, open: bool) -> Any:
        """A column's head; who fills in the sheet sees by its colour where to write."""
        cell = self._text(WriteOnlyCell(self._sheet), text)
        cell.font = Font(name="黑体", size=10, bold=True)
        cell.fill = PatternFill("solid", fgColor="FFF2CC" if open else "DDE6F0")
        cell.alignment, cell.border = Alignment(horizontal="center", vertical="center", wrap_text=True), _BORDER
        return cell

    def row(self, values: Sequence[Cell], row: int) -> Iterator[Any]:
        """The cells of a row, each to be written before the next is taken."""
        for number, value in enumerate(values):
            cell = self._cell(number, value)
            cell.row, cell.column = row, number + 1
            if cell.hyperlink is not None:
                cell.hyperlink.ref = cell.coordinate
            yield cell

    def _cell(self, number: int, value: Cell) -> Any:
        column = self._columns[number]
        match value:
            case Link():
                return self._link(number, value)
            case None | "":
                return self._empty(number, column.kind)
            case bool():
                return self._said(number, "是" if value else "否")
            case int() | float():
                return self._number(number, value)
            case date():
                return self._day(number, value)
            case _:
                return self._said(number, value)

    def _number(self, number: int, value: float) -> Any:
        column = self._columns[number]
        if not math.isfinite(value):
            return self._empty(number, column.kind)
        if column.kind == "text" or abs(value) >= LARGEST_NUMBER:
            return self._said(number, str(value))
        cell = self._look(number, column.kind)
        cell.value = value
        return cell

    def _day(self, number: int, value: date) -> Any:
        moment = isinstance(value, datetime)
        if isinstance(value, datetime) and value.tzinfo is not None:
            value = value.astimezone(_SHANGHAI).replace(tzinfo=None)
        if (value.date() if isinstance(value, datetime) else value) < FIRST_DAY:
            return self._said(number, value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat())
        cell = self._look(number, "moment" if moment else "date")
        cell.value = value
        cell.number_format = _FORMATS["moment" if moment else "date"]  # openpyxl has put its own
        return cell

    def _said(self, number: int, text: str) -> Any:
        return self._text(self._look(number, "quoted" if text.startswith(_FORMULA) else "text"), text)

    def _text(self, cell: Any, text: str) -> Any:
        cell.value = plain(text)
        cell.data_type = "s"  # whatever it looks like
        return cell

    def _link(self, number: int, link: Link) -> Any:
        target, location = self._target(link)
        if not (target or location) or self._links >= MOST_LINKS:
            return self._said(number, link.text)
        self._links += 1
        cell = self._fresh(number, "link")
        self._text(cell, link.text or target)
        cell.row, cell.column = 1, number + 1  # openpyxl asks for a place; `row` says which
        cell.hyperlink = Hyperlink(ref="", target=target or None, location=location or None)
        return cell

    def _target(self, link: Link) -> tuple[str, str]:
        """Address on the web, or place in the workbook; neither for a link that would not work."""
        if link.sheet:
            found = _PLACE.fullmatch(link.sheet)
            tab = self._titles.get(found[1].replace("''", "'")) if found else None
            return "", "'{}'!{}".format(tab.replace("'", "''"), found[2]) if tab and found else ""
        url = web_address(link.url)
        return url if len(url) <= LARGEST_LINK else "", ""

    def _empty(self, number: int, look: str) -> Any:
        cell = self._look(number, look)
        cell.value = None
        return cell

    def _look(self, number: int, look: str) -> Any:
        """The cell of this column and look, to be filled."""
        cell = self._kept.get((number, look))
        if cell is None:
            cell = self._kept[number, look] = self._made(number, look)
        return cell

    def _fresh(self, number: int, look: str) -> Any:
        """A cell of its own: one with a link is kept by the sheet."""
        cell = WriteOnlyCell(self._sheet)
        cell._style = copy(self._look(number, look)._style)
        return cell

    def _made(self, number: int, look: str) -> Any:
        column = self._columns[number]
        cell = WriteOnlyCell(self._sheet)
        cell.font = Font(name=_FACE, size=10, **({"color": "0B57D0", "underline": "single"} if look == "link" else {}))
        right = column.kind in ("integer", "number", "percent")
        side = "right" if right else "center" if column.kind in ("date", "moment") else None  # a date would touch the text beside it
        cell.alignment = Alignment(horizontal=side, indent=1 if right else 0, vertical="top", wrap_text=True)
        cell.border = _BORDER
        cell.number_format = _FORMATS.get(look, "General")
        if look == "quoted":
            cell.quotePrefix = True
        if self._guarded and column.open:
            cell.protection = Protection(locked=False)
        return cell


def plain(text: str) -> str:
    """A text as a cell can hold it: no control characters, not too long."""
    cleaned = clean(text)
    return cleaned if len(cleaned) <= LARGEST_TEXT else cleaned[: LARGEST_TEXT - 1] + "…"


def web_address(url: str) -> str:
    """A plain web address with what spreadsheet programs stumble over escaped, "" for anything else."""
    safe = safe_link(url)
    head, mark, rest = safe.partition("#")
    return quote(head, safe=_KEEP) + mark + quote(rest, safe=_KEEP.replace("#", "")) if safe else ""


_KEEP = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>\\^`{|}#')
"""What stands as it is in an address; characters beyond ASCII are escaped."""
