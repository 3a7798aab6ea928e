"""One fault handed out under two ids (a column that was overdue, and is blank now) is put right once and counts once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checks.outcome import Outcome
from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports.decisions import Decision, Decisions
from reports.ledger import Claim, Issued, Ledger
from reports.ledger_figures import tally_of
from reports.ledger_status import ledger_status
from reports.quarters import Quarter
from tests.quarters import fabric as fabrics
from tests.quarters.fabric import Fabric, Plan

QUARTER, DUE, AS_OF = Quarter(2026, 1), date(2026, 4, 12), date(2026, 5, 1)
NIGHTS = (date(2026, 3, 24), date(2026, 3, 26), date(2026, 3, 28))


class Going(Fabric):
    """A column that is overdue on two nights and blank on the third."""

    def _plans(self, site: RegisteredSite, fewest: int, most: int) -> Iterator[Plan]:
        yield Plan(site.key, "column-updates", "overdue", "/k/", frozenset([0, 1]), {"kind": "notice"})
        yield Plan(site.key, "column-updates", "blank", "/k/", frozenset([2]), {"kind": "notice"})

    def _outcome(self, site: RegisteredSite, night: int) -> Outcome:
        return replace(super()._outcome(site, night), fates={})  # the overdue column was not seen clean: it is blank


@pytest.fixture
def province(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Going:
    monkeypatch.setattr(fabrics, "_nights", lambda _year, _quarter: NIGHTS)
    return Going(tmp_path, units=1, per_unit=1, findings=(0, 0), vetoes=False, quarters=(1,), pictures=0)


@pytest.mark.parametrize("ruled_out", [False, True])
def test_a_fault_that_goes_on_under_another_id_counts_once(province: Going, ruled_out: bool) -> None:
    database, site = connect(province.database), province.sites[0]
    overdue, blank = (province.finding(plan, 0).id for plan in province.plans)
    ledger = Ledger(database)
    ledger.issue([Issued(QUARTER, each, site.key, site.unit, DUE, NIGHTS[-1]) for each in (overdue, blank)])
    ledger.take(QUARTER, [Claim(overdue, person="李四", day=AS_OF)])
    if ruled_out:
        Decisions(database).take([Decision(overdue, "false-alarm", "经核实。", "王检查", None, AS_OF)])
    lines = ledger_status(database, province.evidence, QUARTER, AS_OF)
    told = {each.issued.finding: each for each in lines}
    tally = tally_of("", lines, AS_OF)
    assert set(told) == ({overdue, blank} if ruled_out else {blank})
    assert (tally.asked, tally.overdue) == (1, 1)
    claim = told[blank].claim
    assert (claim.person if claim else "") == ("" if ruled_out else "李四")
