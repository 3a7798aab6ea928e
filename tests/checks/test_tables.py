"""Tables with spans, read as a grid."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.tables import MAX_COLUMNS, MAX_ROWS, table_grid


@pytest.mark.parametrize(
    ("html", "grid"),
    [
        ("<table><tr><th>受理<th>办结<tr><td>157<td>99</table>", (("受理", "办结"), ("157", "99"))),
        (
            "<table><tr><td rowspan=2>一季度<td>受理<td>5</tr><tr><td>办结<td>4</tr></table>",
            (("一季度", "受理", "5"), ("一季度", "办结", "4")),
        ),
        ("<table><tr><td colspan=2>2026年<tr><td>受理<td>5</table>", (("2026年", "2026年"), ("受理", "5"))),
        ("<table><tr><td>1<td style='display:none'>2<td>3</table>", (("1", "3"),)),
        ("<table><tr><td><table><tr><td>里</table><td>外</table>", (("里", "外"),)),
        ("<table><tr><td rowspan=x colspan=-1>1<td colspan=0>2</table>", (("1", "2"),)),
        ("<p>没有表格", ()),
    ],
)
def test_a_cell_stands_in_every_place_it_covers(html: str, grid: tuple[tuple[str, ...], ...]) -> None:
    assert table_grid(html) == grid


def test_a_hostile_table_stays_small() -> None:
    grid = table_grid("<table>" + "<tr><td rowspan=99999999 colspan=99999999>x" * 3000 + "</table>")
    assert len(grid) <= MAX_ROWS and all(len(row) <= MAX_COLUMNS for row in grid)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(["<table>", "<tr>", "<td>", "<td rowspan=3>", "<td colspan=2>", "</table>", "字", "</tr>"]), max_size=40).map(
        "".join
    )
)
def test_no_markup_breaks_it(html: str) -> None:
    assert all(isinstance(cell, str) for row in table_grid(html) for cell in row)
