"""A workbook (工作簿) as data: sheets of typed cells, before it is written as XLSX by `reports.workbook`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Kind = Literal["text", "integer", "number", "percent", "date", "moment"]
"""How a column's values stand: percent takes a share (0.985), date a `date`, moment a `datetime`."""


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere: to an address on the web, or (``sheet``) to a place in this workbook such as ``'问题'!A12``."""

    text: str
    url: str = ""
    sheet: str = ""


Cell = str | int | float | date | datetime | Link | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``width`` in characters (0: what fits its values, up to 60); ``choices``: a drop-down list; ``open``: who fills in the sheet may write here."""

    head: str
    kind: Kind = "text"
    width: float = 0.0
    choices: tuple[str, ...] = ()
    open: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet: ``title`` (a tab's name, 31 characters at most), columns, rows (may be a generator: 60,000 findings), ``notes`` above the head row.

    ``frozen``: columns that stay in sight; ``guarded``: the sheet is protected but for its open columns; ``hidden``: not shown to who opens the file.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Cell, ...]]
    notes: tuple[str, ...] = ()
    frozen: int = 0
    guarded: bool = False
    filters: bool = True
    hidden: bool = False

    @property
    def first_row(self) -> int:
        """The sheet's row that ``rows`` begin in: below the notes and the head row."""
        return len(self.notes) + 2


@dataclass(frozen=True, slots=True)
class Workbook:
    """Sheets in order. ``marks``: hidden facts of the file (kind, year, quarter, catalogue, digest) that an import reads back."""

    title: str
    grids: tuple[Grid, ...]
    marks: dict[str, str] = field(default_factory=dict)


def place(title: str, row: int, column: int = 1) -> str:
    """A place in this workbook, for `Link.sheet`: ``place("市'县", 12)`` is ``'市''县'!A12``. ``column`` and ``row`` from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return "'{}'!{}{}".format(title.replace("'", "''"), letters, row)
