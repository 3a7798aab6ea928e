"""Tables of statistics as a grid: cells that span rows or columns stand in every place they cover."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

MAX_ROWS = 200
MAX_COLUMNS = 60
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def table_grid(html: str) -> tuple[tuple[str, ...], ...]:
    """The texts of one ``<table>``, row by row, spans filled in, white space folded; rows of a table inside a cell are that cell's text.

    At most `MAX_ROWS` rows of `MAX_COLUMNS` cells; () when there is no table.
    """
    table = BeautifulSoup(html, "lxml").find("table")
    if not isinstance(table, Tag):
        return ()
    grid: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}  # column -> rows still covered from above, and by what
    for row in table.find_all("tr"):
        if len(grid) == MAX_ROWS:
            break
        if row.find_parent("table") is table and not _hidden(row):
            grid.append(_row(row, carried))
    return tuple(tuple(row) for row in grid)


def _row(row: Tag, carried: dict[int, tuple[int, str]]) -> list[str]:
    texts: list[str] = []

    def fill() -> None:
        """Take over the cells that reach down from rows above, as far as they go without a gap."""
        while (above := carried.get(len(texts))) is not None and len(texts) < MAX_COLUMNS:
            left, text = above
            if left > 1:
                carried[len(texts)] = (left - 1, text)
            else:
                del carried[len(texts)]
            texts.append(text)

    for cell in row.find_all(["td", "th"], recursive=False):
        if _hidden(cell):
            continue
        fill()
        text = " ".join(cell.get_text(" ").split())
        for _ in range(_span(cell, "colspan")):
            if len(texts) >= MAX_COLUMNS:
                break
            if (rows := _span(cell, "rowspan")) > 1:
                carried[len(texts)] = (rows - 1, text)
            texts.append(text)
    fill()
    return texts


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1").strip()
    return min(int(value), MAX_ROWS) if value.isdecimal() and int(value) > 0 else 1


def _hidden(node: Tag) -> bool:
    return node.has_attr("hidden") or _HIDDEN.search(str(node.get("style") or "")) is not None
