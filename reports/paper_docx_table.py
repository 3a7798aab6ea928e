"""Tables of a paper as Word markup, written straight: thousands of cells in a blink."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from reports.paper import Table
from reports.paper_docx_text import breadth

_NARROWEST, _WIDEST = 3.0, 26.0
"""Share of a column by its text, in characters: a short one stays readable, a long one leaves room to the others."""
_LOOKED_AT = 200
"""Rows that decide the widths where a table gives none."""
_SIZES = ((5, ""), (8, "Small"), (1 << 16, "Tiny"))
"""Up to how many columns which size of type is used (小四, 五号, 小五): the end of the style's id."""


def columns(table: Table) -> int:
    """Columns of a table: those of its head, or of its longest row."""
    return max((len(row) for row in (table.head, *table.rows)), default=0)


def column_widths(table: Table, line: int) -> list[int]:
    """Width of each column in twips, together ``line``: by the shares that the table gives, else by its texts."""
    count = columns(table)
    shares = list(table.widths[:count])
    if len(shares) < count or min(shares, default=0) <= 0:
        looked = (table.head, *table.rows[:_LOOKED_AT])
        shares = [
            min(
                max(
                    *(max((breadth(part) for part in row[place].split("\n")), default=0) for row in looked if place < len(row)), _NARROWEST
                ),
                _WIDEST,
            )
            for place in range(count)
        ]
    total = sum(shares)
    edges = [round(line * sum(shares[:place]) / total) for place in range(count + 1)]
    return [right - left for left, right in pairwise(edges)]


def table_xml(table: Table, line: int, ids: Mapping[str, str], cell_runs: Callable[[str, str], str]) -> str:
    """The table itself. ``ids``: our styles in this document; ``cell_runs``: text and address of a cell to its runs."""
    widths = column_widths(table, line)
    size = next(name for most, name in _SIZES if len(widths) <= most)
    style = ids[f"GwCell{size}"]
    sides = [*table.align[: len(widths)], *["left"] * (len(widths) - len(table.align))]
    starts = [
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="{style}"/>'
        + ("" if side == "left" else f'<w:jc w:val="{side}"/>')
        + "</w:pPr>"
        for width, side in zip(widths, sides, strict=True)
    ]
    out = [
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{ids["GwTable"]}"/><w:tblW w:w="{line}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/></w:tblPr><w:tblGrid>{"".join(f"""<w:gridCol w:w="{width}"/>""" for width in widths)}</w:tblGrid>'
    ]
    if table.head:
        out.append(_head(table, widths, ids[f"GwHead{size}"], cell_runs))
    for number, row in enumerate(table.rows):
        out.append("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
        for place, start in enumerate(starts):
            text = row[place] if place < len(row) else ""
            out.append(f"{start}{cell_runs(text, table.links.get((number, place), ''))}</w:p></w:tc>")
        out.append("</w:tr>")
    out.append("</w:tbl>")
    return "".join(out)


def _head(table: Table, widths: list[int], style: str, cell_runs: Callable[[str, str], str]) -> str:
    """The row that is repeated on every page."""
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:shd w:val="clear" w:color="auto" w:fill="EDEDED"/><w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/><w:keepNext/><w:jc w:val="center"/></w:pPr>'
        f"{cell_runs(table.head[place] if place < len(table.head) else '', '')}</w:p></w:tc>"
        for place, width in enumerate(widths)
    )
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"
