"""What a check measured, as a reader meets it: a few labelled lines and small tables (数据表). One shape, laid out once for every check.

Each check's own file (`availability_view`, `https_view` …) turns its figures into a `Sheet`. Figures are plain data that may come from an
older file: what is missing is left out, never invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.model import Judgement
from reports.view import Address, Fact, said

SHOWN_ROWS = 10
"""Rows of a table that stand open; the others are folded."""
PRINTED_ROWS = 30
"""Rows of a table that paper shows."""
LISTED_ROWS = 200
"""Rows that the HTML report carries; JSON has them all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    text: str = field(metadata=said("What it says; empty cells are left out on a phone"))
    style: str = field(default="", metadata=said("Style of a chip around the text; empty for plain text"))
    address: Address | None = field(default=None, metadata=said("An address below or instead of the text"))


@dataclass(frozen=True, slots=True)
class Heading:
    """Head of a column."""

    word: str = field(metadata=said("Chinese word"))
    style: str = field(default="", metadata=said("number, whole (a line of its own on a phone), or empty"))


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell below its heading."""

    heading: Heading = field(metadata=said("The column's head"))
    cell: Cell = field(metadata=said("What stands there"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its head, then one slot per further column."""

    head: Cell = field(metadata=said("What the row is about"))
    slots: tuple[Slot, ...] = field(metadata=said("The other cells"))
    paper: str = field(metadata=said("Style name: line, or none where paper leaves the row out"))


@dataclass(frozen=True, slots=True)
class Grid:
    """One table."""

    caption: str = field(metadata=said("What it shows"))
    style: str = field(metadata=said("Style name: narrow where all columns but the first are numbers, else wide"))
    headings: tuple[Heading, ...] = field(metadata=said("Heads of all columns, the row head's first"))
    shown: tuple[Row, ...] = field(metadata=said("The first rows"))
    folded: tuple[Row, ...] = field(metadata=said("The other rows"))
    folded_count: int = field(metadata=said("How many rows are in `folded`"))
    unprinted: int = field(metadata=said("How many rows paper leaves out"))
    omitted: int = field(metadata=said("How many rows only JSON has"))

    @classmethod
    def of(cls, caption: str, headings: Sequence[Heading], rows: Sequence[Sequence[Cell]]) -> Grid | None:
        """The table of ``rows``, each as many cells as ``headings``; None without rows. ValueError when a row is too short or long."""
        if not rows:
            return None
        built = tuple(
            Row(
                row[0],
                tuple(Slot(heading, cell) for heading, cell in zip(headings[1:], row[1:], strict=True)),
                "line" if n < PRINTED_ROWS else "none",
            )
            for n, row in enumerate(rows[:LISTED_ROWS])
        )
        return cls(
            caption=caption,
            style="narrow" if all(heading.style == "number" for heading in headings[1:]) else "wide",
            headings=tuple(headings),
            shown=built[:SHOWN_ROWS],
            folded=built[SHOWN_ROWS:],
            folded_count=len(built[SHOWN_ROWS:]),
            unprinted=max(0, len(rows) - PRINTED_ROWS),
            omitted=len(rows) - len(built),
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one check measured."""

    check: str = field(metadata=said("Id of the check; the anchor is made of it"))
    title: str = field(metadata=said("Heading"))
    facts: tuple[Fact, ...] = field(metadata=said("Labelled lines"))
    grids: tuple[Grid, ...] = field(metadata=said("Tables"))
    note: str = field(metadata=said("What a reader must know to read it; empty otherwise"))


def sheet(check: str, title: str, facts: Sequence[Fact], grids: Sequence[Grid | None], note: str = "") -> Sheet | None:
    """The sheet, or None when nothing was measured."""
    tables = tuple(grid for grid in grids if grid is not None)
    return Sheet(check, title, tuple(facts), tables, note if facts or tables else "") if facts or tables else None


def figures_of(judgements: Sequence[Judgement], check: str) -> Mapping[str, Any]:
    """The figures that ``check`` brought; empty when it did not run."""
    return next((judgement.figures for judgement in judgements if judgement.check == check), {})


def within(figures: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The mapping under ``key``; empty when there is none."""
    value = figures.get(key)
    return value if isinstance(value, Mapping) else {}


def entries(value: object) -> list[Mapping[str, Any]]:
    """The mappings of a list; nothing else of it."""
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def texts(value: object) -> list[str]:
    """The strings of a list; nothing else of it."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, (list, tuple)) else []
