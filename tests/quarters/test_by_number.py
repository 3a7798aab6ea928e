"""A veto that findings make by their number (栏目不更新): whoever drafts a quarter is told which findings wait, and only what was confirmed fails a site."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.catalogue.indicators import official
from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports.decisions import Decision, Decisions
from reports.inspection import Asked, build_inspection
from reports.quarterly_text import told
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric, Plan


class Blank(Fabric):
    """One department site with so many blank columns."""

    columns = 0

    def _plans(self, site: RegisteredSite, fewest: int, most: int) -> Iterator[Plan]:
        for number in range(self.columns):
            yield Plan(site.key, "column-updates", "blank", f"/k{number}/", frozenset(range(len(self.nights))), {"kind": "other"})


@pytest.mark.parametrize(
    ("columns", "confirmed", "state", "listed"), [(4, 0, "pass", False), (5, 0, "pass", True), (6, 4, "pass", True), (6, 5, "fail", False)]
)
def test_a_veto_by_number_is_listed_until_so_many_are_confirmed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, columns: int, confirmed: int, state: str, listed: bool
) -> None:
    monkeypatch.setattr(Blank, "columns", columns)
    province = Blank(tmp_path, units=1, per_unit=1, findings=(0, 0), vetoes=False, quarters=(1,), nights=1, pictures=0)
    ids = sorted(province.finding(plan, 0).id for plan in province.plans)
    database, day = connect(province.database), province.cutoff(1)
    Decisions(database).take([Decision(each, "confirm", "经核实。", "王检查", None, day) for each in ids[:confirmed]])
    made = build_inspection(Asked(database, province.evidence, Quarter(2026, 1), None, 100, "s", False, day, official(), 15))
    text = told(made)
    assert made.sites[0].state == state
    assert ("数量达到单项否决限值、待人工确认，暂不判不合格 1 个" in text and "空白栏目数量达到限值" in text) is listed
    assert all((each in text) is (listed and each not in ids[:confirmed]) for each in ids)
