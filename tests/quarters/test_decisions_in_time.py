"""A quarter is told as of its own cut-off: by the decisions that had not run out then, and by the table in force then; later ones change neither."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.catalogue.indicators import Catalogue
from crawler.oversight import connect
from reports.decisions import Decision, Decisions
from reports.inspection import Asked, build_inspection
from reports.inspection_model import Inspection
from reports.ledger import Ledger
from reports.ledger_export import ExportRequest, export
from reports.quarterly import run
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric
from tests.quarters.test_inspection import TABLE
from tests.quarters.test_quarterly import asked, published

Q2 = Quarter(2026, 2)
LATER = date(2026, 10, 20)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(
        tmp_path_factory.mktemp("province"), units=1, per_unit=2, findings=(8, 8), vetoes=False, quarters=(1, 2), always=True, pictures=0
    )


def q2(province: Fabric, folder: Path, *decisions: Decision) -> tuple[Inspection, set[str]]:
    """Q2 as it is published, and the findings of the ledger of a draft, after some decisions."""
    shutil.copytree(province.folder, folder / "it")
    database = folder / "it" / "oversight.db"
    Decisions(connect(database)).take(decisions)
    export(ExportRequest(database, folder / "l.xlsx", "", Q2, None, 15, lambda day: TABLE, None, LATER))
    issued = set(Ledger(connect(database)).issued(Q2))
    run(replace(asked(database, folder / "out", Q2), publish=True))
    return published(database, Q2), issued


def test_an_exemption_that_held_on_the_night_holds_whatever_is_decided_of_others_later(
    province: Fabric, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.quarterly_files.quarter_charts", lambda inspection: ())
    one, other = [province.finding(plan, 5).id for plan in province.plans if plan.decision is None and plan.grave == "deduction"][:2]
    exempt = Decision(one, "exempt", "正在改版。", "王检查", province.cutoff(2) + timedelta(days=10), province.cutoff(1))
    before, ledger = q2(province, tmp_path / "1", exempt)
    after, later = q2(province, tmp_path / "2", exempt, Decision(other, "confirm", "经核实。", "王检查", None, LATER))
    assert (before.findings, before.repair.due, before.last_quarter) == (after.findings, after.repair.due, after.last_quarter)
    assert one not in ledger | later and {each.id for site in after.sites for each in site.excluded} >= {one}


def test_a_quarter_before_is_told_by_the_table_of_its_own_day(province: Fabric) -> None:
    gates = TABLE.gates.model_copy(update={"fail": 0})
    mild = TABLE.model_copy(update={"version": "2", "effective": date(2026, 4, 1), "gates": gates})
    database = connect(province.database)

    def built(quarter: int, table: Catalogue) -> Inspection:
        given = Asked(database, province.evidence, Quarter(2026, quarter), None, 100, "s", False, province.cutoff(quarter), table, 15)
        return build_inspection(replace(given, table=lambda day: mild if day >= mild.effective else TABLE))

    first, second = built(1, TABLE), built(2, mild)
    assert second.last_quarter is not None and second.last_quarter.tally == first.total
    assert first.total.failed and not second.total.failed
