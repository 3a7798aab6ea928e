"""How wide a column must be: a Chinese character takes the room of two others."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from math import ceil

from reports.grid import Cell, Column, Link

NARROWEST, WIDEST = 6.0, 60.0
_ROOM = 2.5  # beside the text: the button of the filter
_MOST_LINES = 8
_FITTED = 0.95  # of the values are to stand on one line; a few long ones may wrap


def cells_wide(text: str) -> int:
    """How many columns of a terminal, or halves of a Chinese character, the longest line of ``text`` takes."""
    return max(
        (sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in part) for part in text[:1000].split("\n")), default=0
    )


def width_of(column: Column, values: Sequence[Cell]) -> float:
    """Characters: what the head and nearly all values need, between `NARROWEST` and `WIDEST`."""
    lengths = sorted(cells_wide(_shown(value, column)) for value in values if value is not None)
    usual = lengths[min(int(len(lengths) * _FITTED), len(lengths) - 1)] if lengths else 0
    return float(min(max(usual + 1, cells_wide(column.head) + _ROOM, NARROWEST), WIDEST))


def lines_of(row: Sequence[Cell], widths: Sequence[float]) -> int:
    """How many lines the row takes when its texts wrap, 8 at most: the rest of a longer one is seen when its cell is chosen."""
    most = 1
    for value, width in zip(row, widths, strict=True):
        text = value.text if isinstance(value, Link) else value
        if isinstance(text, str) and (2 * len(text) > width or "\n" in text):
            most = max(most, sum(max(1, ceil(cells_wide(part) / max(width - 1, 1))) for part in text[:1000].split("\n")))
    return min(most, _MOST_LINES)


def _shown(value: Cell, column: Column) -> str:
    match value:
        case Link(text=text):
            return text
        case datetime():
            return "2026-08-20 10:30"
        case date():
            return "2026-08-20"
        case float() if column.kind == "percent":
            return "100.0%"
        case float():
            return f"{value:.2f}"
        case _:
            return str(value)
