"""What the report shows of the check: the history of every suspect item; nothing where nothing was compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from checks.forged_dates import CHECK
from checks.model import Judgement
from reports.forged_dates_view import forged_dates_sheet
from tests.checks.forged_dates.nights import Nights, column


def test_a_suspect_item_is_told_with_its_history(tmp_path: Path) -> None:
    site = Nights(tmp_path)
    listed = {f"c{n}.html": (f"全县第{n}次经济工作会议召开", "2026-05-20") for n in range(4)}
    site.night(0, {"/zwdt/": column("/zwdt/", listed)})
    judgement = site.night(30, {"/zwdt/": column("/zwdt/", {**listed, "c1.html": (listed["c1.html"][0], "2026-06-28")})})
    sheet = forged_dates_sheet([judgement])
    assert sheet is not None and sheet.note
    (row,) = sheet.grids[0].shown
    assert row.head.text == "全县第1次经济工作会议召开" and row.head.address is not None
    assert [slot.cell.text for slot in row.slots] == ["/zwdt/", "2026-06-01", "2026-05-20", "2026-06-28", "以往各晚的记录"]
    assert {fact.label: fact.value for fact in sheet.facts}["记录起自"] == "2026-06-01"


@pytest.mark.parametrize("figures", [{}, {"seen": "x"}, {"suspects": [{}]}])
def test_a_check_that_compared_nothing_has_no_sheet(figures: dict[str, Any]) -> None:
    assert forged_dates_sheet([]) is None
    assert forged_dates_sheet([Judgement.of(CHECK, [], summary="…", figures=figures)]) is None


def test_odd_figures_of_an_older_file_are_left_out() -> None:
    figures = {"seen": 3, "since": None, "compared": "x", "suspects": [{}, 7, {"title": "<b>标题</b>", "by": "address", "since": 3}]}
    sheet = forged_dates_sheet([Judgement.of(CHECK, [], summary="…", figures=figures)])
    assert sheet is not None and len(sheet.grids[0].shown) == 2
