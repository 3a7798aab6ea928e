"""What `forged-dates` compared: since when items are remembered, how many were met again, and the history of every suspect item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model import Judgement
from reports.hostile import line
from reports.sheet import Cell, Grid, Heading, Sheet, entries, figures_of, sheet
from reports.view import Address, Fact, count_of, text_of

CHECK_ID = "forged-dates"
_BY = {"history": "以往各晚的记录", "address": "网址中的日期"}
_HEADINGS = (
    Heading("稿件", "whole"),
    Heading("所在列表"),
    Heading("首次见到"),
    Heading("当时所标日期"),
    Heading("现标日期"),
    Heading("依据"),
)


def forged_dates_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None where no nights were compared."""
    figures = figures_of(judgements, CHECK_ID)
    if count_of(figures.get("seen")) is None:
        return None
    rows = [_row(entry) for entry in entries(figures.get("suspects"))]
    note = "日期晚于首次见到的日期，只说明列表中的日期改过；是否属于伪造发稿日期，需人工核实。" if rows else ""
    return sheet(CHECK_ID, "稿件日期比较", list(_facts(figures)), [Grid.of("疑似改动日期的稿件", _HEADINGS, rows)], note)


def _facts(figures: Mapping[str, Any]) -> Iterator[Fact]:
    since = text_of(figures.get("since"))
    yield Fact("记录起自", since or "本次（以前没有记录）")
    yield Fact("本次见到", f"各列表标有日期的稿件 {count_of(figures.get('seen')) or 0} 篇")
    yield Fact("与以往比较", f"{count_of(figures.get('compared')) or 0} 篇（同一列表中再次见到的）")


def _row(entry: Mapping[str, Any]) -> list[Cell]:
    place, url = text_of(entry.get("list")), text_of(entry.get("url"))
    address = entry.get("by") == "address"
    return [
        Cell(line(text_of(entry.get("title"))), address=Address.of(url) if url else None),
        Cell("首页" if place == "home" else line(place)),
        Cell("" if address else text_of(entry.get("since"))),
        Cell(text_of(entry.get("since")) if address else text_of(entry.get("first_date"))),
        Cell(text_of(entry.get("date"))),
        Cell(_BY.get(text_of(entry.get("by")), "")),
    ]
