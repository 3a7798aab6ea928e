"""A site that did not open: a veto that a person confirmed is a result; before that, or when it was ruled out, nobody has looked at the site."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checks.catalogue.assessment import official as assessment
from checks.catalogue.indicators import official
from checks.model import Finding, Judgement, Unseen
from checks.outcome import Outcome
from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports.assessment_collect import YearAsked, collect
from reports.decisions import Decision, Decisions, Kind
from reports.inspection import Asked, build_inspection
from reports.inspection_model import SiteState
from reports.quarters import Quarter
from tests.quarters import fabric as fabrics
from tests.quarters.fabric import BY_ID, Fabric, Plan

QUARTER, NIGHTS = Quarter(2026, 1), (date(2026, 3, 24), date(2026, 3, 26), date(2026, 3, 28))


class Down(Fabric):
    """Two sites without other faults; the first did not open on the ``down`` nights (indices), after a week of failed visits."""

    down: frozenset[int] = frozenset()

    def veto(self, night: int) -> Finding:
        """What the week of failed visits is told as."""
        return self.finding(Plan(self.sites[0].key, "availability", "unreachable-week", "home", frozenset([night])), night)

    def _outcome(self, site: RegisteredSite, night: int) -> Outcome:
        outcome = super()._outcome(site, night)
        if site.key != self.sites[0].key or night not in self.down:
            return outcome
        told = {"availability": [self.veto(night)]}
        unseen = [Unseen("unreachable", "")]
        judgements = (Judgement.of(BY_ID[each.check], told.get(each.check, []), summary="", unseen=unseen) for each in outcome.judgements)
        return replace(outcome, state="unreachable", detail="首页打不开", judgements=tuple(judgements))


@pytest.mark.parametrize(
    ("down", "decision", "state", "passed", "checked", "pending", "excluded"),
    [
        ({0, 1, 2}, None, "unassessed", 1, 1, 1, 0),
        ({0, 1, 2}, "confirm", "fail", 1, 2, 0, 0),
        ({0, 1, 2}, "false-alarm", "unassessed", 1, 1, 0, 1),
        ({2}, None, "unassessed", 1, 1, 1, 0),
        ({2}, "confirm", "fail", 1, 2, 0, 0),
        ({2}, "false-alarm", "pass", 2, 2, 0, 0),  # as it was seen the night before
        (set(), None, "pass", 2, 2, 0, 0),
    ],
)
def test_a_site_that_did_not_open_passes_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    down: set[int],
    decision: Kind | None,
    state: SiteState,
    passed: int,
    checked: int,
    pending: int,
    excluded: int,
) -> None:
    monkeypatch.setattr(fabrics, "_nights", lambda _year, _quarter: NIGHTS)
    monkeypatch.setattr(Down, "down", frozenset(down))
    province = Down(tmp_path, units=1, per_unit=2, findings=(0, 0), vetoes=False, quarters=(1,), pictures=0)
    database = connect(province.database)
    if decision:
        Decisions(database).take([Decision(province.veto(2).id, decision, "经核实。", "王检查", None, NIGHTS[-1])])
    made = build_inspection(Asked(database, province.evidence, QUARTER, None, 100, "s", False, NIGHTS[-1], official(), 15))
    site = made.sites[0]
    assert (site.state, made.total.passed, made.total.checked) == (state, passed, checked)
    assert (len(site.pending), len(site.excluded)) == (pending, excluded)
    assert made.total.unassessed == 2 - checked == (1 if site.card is None else 0)
    assert "首页打不开" in site.why if state == "unassessed" else not site.why
    assert "否决" not in site.why  # it stands in the bulletin
    (unit,) = collect(YearAsked(database, province.evidence, 2026, (), assessment(), lambda _: official())).units
    grade = {"pass": True, "fail": False}.get(site.state)
    assert (unit.sites[0].passed, unit.sites[0].why) == (grade, site.why)
    assert unit.sites[0].veto_pending or grade is False or decision == "false-alarm"
