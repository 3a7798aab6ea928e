"""The ledger of a published quarter is that of its publication; what was ruled since is said beside it, in no figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.catalogue.indicators import official
from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports.inspection import Asked, build_inspection
from reports.ledger import Ledger
from reports.ledger_export import ExportRequest, export
from reports.ledger_figures import tally_of
from reports.ledger_status import ledger_status
from reports.objections import Objections
from reports.published import Published
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric, Plan
from tests.reports.ledger.books import rows_of

FIRST, CUTOFF, DAY, LATER = Quarter(2026, 1), date(2026, 3, 28), date(2026, 4, 2), date(2026, 4, 30)


class Two(Fabric):
    """One site with two faults on every night."""

    def _plans(self, site: RegisteredSite, fewest: int, most: int) -> Iterator[Plan]:
        for subject in ("/xwzx/", "/tzgg/"):
            yield Plan(site.key, "column-updates", "overdue", subject, frozenset({0, 1, 2}), {"kind": "dynamic"})


@pytest.fixture
def fabric(tmp_path: Path) -> Two:
    made = Two(tmp_path, units=1, per_unit=1, quarters=(1,), pictures=0, vetoes=False)
    database = connect(made.database)
    asked = Asked(database, made.evidence, FIRST, CUTOFF, 100, "x", False, CUTOFF, official(), 15)
    Published(database).publish(replace(build_inspection(asked), version=1), (), DAY)
    return made


def exported(fabric: Two, file: Path, as_of: date, **changes: Any) -> tuple[str, list[dict[str, Any]]]:
    told: dict[str, Any] = {"unit": "", "quarter": None, "deadline": None, "reply_days": 30, "evidence": None, **changes}
    said = export(ExportRequest(db=fabric.database, file=file, table=lambda _: official(), as_of=as_of, **told))
    return said, rows_of(file.read_bytes())


def test_the_published_findings_stay_and_a_ruling_is_told_beside_them(fabric: Two, tmp_path: Path) -> None:
    said, rows = exported(fabric, tmp_path / "a.xlsx", DAY)
    assert "按已发布的检查结果" in said and "整改时限 2026-04-12" in said and len(rows) == 2
    ruled = rows[0]["问题编号"]
    objections = Objections(connect(fabric.database))
    objections.file(ruled, "已合并。", "单位", DAY)
    objections.rule(ruled, "false-alarm", "核实。", "李裁定", date(2026, 4, 9))
    _, after = exported(fabric, tmp_path / "b.xlsx", LATER)
    assert [row["问题编号"] for row in after] == [row["问题编号"] for row in rows]
    assert [row["复核结果"] for row in after] == ["不计入（误报）", None]
    tally = tally_of("", ledger_status(connect(fabric.database), fabric.evidence, FIRST, LATER), LATER)
    assert (tally.issued, tally.out, tally.asked, tally.overdue) == (2, 1, 1, 1)


def test_a_deadline_given_again_moves_it_and_without_it_stays(fabric: Two, tmp_path: Path) -> None:
    exported(fabric, tmp_path / "a.xlsx", DAY)
    exported(fabric, tmp_path / "b.xlsx", DAY, deadline=date(2026, 5, 8))
    _, rows = exported(fabric, tmp_path / "c.xlsx", LATER)
    assert {row["整改时限"].date() for row in rows} == {date(2026, 5, 8)}
    assert {each.due for each in Ledger(connect(fabric.database)).issued(FIRST).values()} == {date(2026, 5, 8)}
