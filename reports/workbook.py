"""A `Workbook` written as XLSX: typed cells, links that work, filters, frozen panes, drop-downs, protection. The same workbook is the same bytes.

What sites write is hostile: a text that looks like a formula stays a text, a link leads to a plain web address or nowhere.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.writer.excel import ExcelWriter

from reports.grid import Cell, Column, Grid, Workbook
from reports.hostile import line
from reports.workbook_cells import LARGEST_TEXT, Cells
from reports.workbook_titles import tab_titles
from reports.workbook_widths import lines_of, width_of

MARKS = "标记"
"""Tab of the hidden sheet that keeps `Workbook.marks`."""

SAMPLED = 400
"""Rows whose values a column's width is fitted to: a sheet is written row by row and its widths stand before them."""

MOST_ROWS = 1_048_576
"""Rows of a sheet of XLSX."""

_LONGEST_LIST = 255  # characters of a drop-down's choices that stand in the sheet itself
_LINE = 13.0  # points
_PRINTED = 240  # characters side by side that can still be read on A4
_BORN = datetime(2020, 1, 1)


def workbook_bytes(workbook: Workbook) -> bytes:
    """The XLSX file. ValueError for a row with more or fewer cells than columns, and for a sheet with too many rows."""
    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = book.properties.lastModifiedBy = "明镜"
    book.properties.title = line(workbook.title)
    book.properties.created = book.properties.modified = _BORN
    titles = tab_titles([grid.title for grid in workbook.grids], taken=(MARKS,))
    for number, grid in enumerate(workbook.grids):
        _write(book, grid, titles[number], dict(zip((each.title for each in workbook.grids), titles, strict=True)))
    if workbook.marks:
        _write_marks(book, workbook.marks)
    if any(grid.guarded for grid in workbook.grids):
        book.security = WorkbookProtection(lockStructure=True)
    out = io.BytesIO()
    with _Archive(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        ExcelWriter(book, archive).save()  # not book.save: that stamps the time
    return out.getvalue()


class _Archive(zipfile.ZipFile):
    """As `fixed_zip.settled` leaves a file, but at once: a sheet of 60,000 findings need not be packed twice nor lie in memory whole."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *args: Any, **kwargs: Any) -> None:
        super().writestr(_entry(zinfo_or_arcname), data, compresslevel=6)

    def write(self, filename: Any, arcname: Any = None, *args: Any, **kwargs: Any) -> None:
        with Path(filename).open("rb") as source, self.open(_entry(arcname), "w") as target:
            shutil.copyfileobj(source, target, 1 << 20)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name.removeprefix("/"), (1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
    return entry


def _write(book: Any, grid: Grid, title: str, titles: dict[str, str]) -> None:
    sheet = book.create_sheet(title)
    sheet.sheet_state = "hidden" if grid.hidden else "visible"
    rows = iter(grid.rows)
    sample = [_whole(row, grid, grid.first_row + number) for number, row in enumerate(islice(rows, SAMPLED))]
    _lay_out(sheet, grid, sample)
    cells = Cells(sheet, grid.columns, titles, guarded=grid.guarded)
    for note in grid.notes:
        sheet.append([cells.note(note)])
    sheet.append([cells.head(column.head, open=column.open and grid.guarded) for column in grid.columns])
    last = grid.first_row - 1
    sheet._values_to_row = cells.row  # openpyxl tries each cell as a plain value first, which takes a quarter of the time
    widths = [sheet.column_dimensions[get_column_letter(number + 1)].width for number in range(len(grid.columns))]
    for row in chain(sample, rows):
        last += 1
        lines = lines_of(_whole(row, grid, last), widths)
        if lines > 1:  # programs differ in whether they find the height themselves
            sheet.row_dimensions[last].height = _LINE * lines + 2
        sheet.append(row)
        sheet.row_dimensions.pop(last, None)
    if grid.filters and last >= grid.first_row:
        sheet.auto_filter.ref = f"A{grid.first_row - 1}:{get_column_letter(len(grid.columns))}{last}"
    for validation in _validations(grid.columns, grid.first_row, max(last, grid.first_row)):
        sheet.data_validations.append(validation)


def _whole(row: Sequence[Cell], grid: Grid, number: int) -> Sequence[Cell]:
    if len(row) != len(grid.columns):
        raise ValueError(f"sheet {grid.title}, row {number}: {len(row)} cells in {len(grid.columns)} columns")
    if number > MOST_ROWS:
        raise ValueError(f"sheet {grid.title}: more than {MOST_ROWS} rows")
    return row


def _lay_out(sheet: Any, grid: Grid, sample: Sequence[Sequence[Cell]]) -> None:
    """All that stands before the rows in the file: widths, panes, how it prints, protection."""
    for number, column in enumerate(grid.columns):
        letter = get_column_letter(number + 1)
        sheet.column_dimensions[letter].width = column.width or width_of(column, [row[number] for row in sample if number < len(row)])
        sheet.column_dimensions[letter].hidden = column.hidden
    sheet.freeze_panes = f"{get_column_letter(grid.frozen + 1)}{grid.first_row}"
    sheet.page_setup.orientation = "landscape"
    if sum(each.width for each in sheet.column_dimensions.values() if not each.hidden) <= _PRINTED:
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    else:  # on one sheet of paper it could not be read: several side by side, with the first columns on each
        sheet.page_setup.paperSize = 8  # A3
        if grid.frozen:
            sheet.print_title_cols = f"A:{get_column_letter(grid.frozen)}"
    sheet.print_title_rows = f"{grid.first_row - 1}:{grid.first_row - 1}"
    if grid.guarded:
        protection = sheet.protection
        protection.sheet = True
        protection.autoFilter = protection.sort = protection.formatColumns = protection.formatRows = False  # False: allowed


def _validations(columns: Sequence[Column], first: int, last: int) -> Iterator[DataValidation]:
    for number, column in enumerate(columns, 1):
        where = f"{get_column_letter(number)}{first}:{get_column_letter(number)}{last}"
        if column.choices and len(listed := ",".join(column.choices)) <= _LONGEST_LIST:
            choice = DataValidation(type="list", formula1='"{}"'.format(listed.replace('"', '""')), allow_blank=True, showErrorMessage=True)
            choice.errorTitle, choice.error = column.head[:32], f"请选择：{'、'.join(column.choices)}"[:225]
            choice.add(where)
            yield choice
        elif column.open and column.kind == "date":
            day = DataValidation(type="date", operator="greaterThan", formula1="36526", allow_blank=True, showErrorMessage=True)
            day.errorStyle, day.errorTitle, day.error = "warning", column.head[:32], "请填写日期，例如 2026-08-20。"
            day.add(where)
            yield day


def _write_marks(book: Any, marks: dict[str, str]) -> None:
    sheet = book.create_sheet(MARKS)
    sheet.sheet_state = "veryHidden"
    cells = Cells(sheet, (Column("项"), Column("值")), {}, guarded=False)
    sheet._values_to_row = cells.row
    for key, value in sorted(marks.items()):
        sheet.append((key, value[:LARGEST_TEXT]))
