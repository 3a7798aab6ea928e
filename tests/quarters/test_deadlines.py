"""The day units must reply by: what the bulletin says holds where it gives more time than a draft's ledger did, and never takes time away."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crawler.oversight import connect
from reports.ledger import Ledger
from reports.ledger_export import ExportRequest, export
from reports.office import Office
from reports.quarterly import run
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric
from tests.quarters.test_inspection import TABLE
from tests.quarters.test_quarterly import asked

Q1 = Quarter(2026, 1)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    folder = tmp_path_factory.mktemp("province")
    return Fabric(folder, units=1, per_unit=1, findings=(2, 2), vetoes=False, quarters=(1,), nights=1, always=True, pictures=0)


@pytest.mark.parametrize(
    ("given", "dated", "due"),
    [
        (None, date(2026, 4, 20), date(2026, 5, 5)),
        (date(2026, 6, 1), date(2026, 4, 20), date(2026, 6, 1)),
        (None, date(2026, 3, 28), date(2026, 4, 12)),
    ],
)
def test_a_published_deadline_is_never_earlier_than_what_is_asked_for(
    province: Fabric, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: date | None, dated: date, due: date
) -> None:
    monkeypatch.setattr("reports.quarterly_files.quarter_charts", lambda inspection: ())
    shutil.copytree(province.folder, tmp_path / "it")
    database = tmp_path / "it" / "oversight.db"
    export(ExportRequest(database, tmp_path / "l.xlsx", "", Q1, given, 15, lambda day: TABLE, None, date(2026, 3, 29)))
    run(replace(asked(database, tmp_path / "out", Q1), publish=True, office=replace(Office(), dated=dated)))
    assert {each.due for each in Ledger(connect(database)).issued(Q1).values()} == {due}
