"""Every figure of an inspection counted anew from what was planted, by code that shares nothing with the program, over four quarters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from statistics import median

import pytest
from PIL import Image

from checks.catalogue import rules
from checks.catalogue.indicators import Catalogue, Feed, Gates, Indicator, IndicatorRow
from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports.commands.options import UsageProblem
from reports.inspection import Asked, build_inspection
from reports.inspection_model import Inspection, Repair, Tally
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric, Plan

VETOES = ("home-updates/not-updated", "interaction-channel/no-channel", "interaction-channel/unanswered", "availability/unreachable-week")
COLUMNS, REST = 15, 5
"""Points for each finding of a column, of anything else."""
OTHERS = ("error-report-entry", "site-identity", "page-tags", "links", "interaction-channel", "interaction-statistics", "ipv6")


def _row(name: str, points: float, *checks: str) -> IndicatorRow:
    feeds = tuple(Feed(check=each.split("/")[0], codes=tuple(each.split("/")[1:])) for each in checks)
    return IndicatorRow(id=name, text=f"细则{name}", points=points, per="each", judged="machine", feeds=feeds, source="试", basis="assumed")


TABLE = Catalogue(
    id="trial",
    version="1",
    title="试用指标",
    source="试",
    basis="assumed",
    effective=date(2019, 1, 1),
    gates=Gates(fail=60, bonus=80, full=100, bonus_full=0, source="试", basis="assumed"),
    indicators=(
        Indicator(
            id="veto",
            name="单项否决",
            part="veto",
            block="",
            kinds=("portal", "department"),
            rows=tuple(_row(each, 0, each) for each in VETOES),
        ),
        Indicator(
            id="columns", name="栏目", part="deduction", block="发布解读", cap=60, rows=(_row("columns", COLUMNS, "column-updates"),)
        ),
        Indicator(id="rest", name="其他", part="deduction", block="功能设计", cap=40, rows=(_row("rest", REST, *OTHERS),)),
    ),
)
"""A table whose points can be worked out in the head: the official one is tested by its own golden cases."""


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(tmp_path_factory.mktemp("province"), seed=11, units=7, per_unit=5, findings=(0, 9))


def build(
    fabric: Fabric, quarter: int, percent: int = 100, cutoff: date | None = None, seed: str = "s", table: Catalogue = TABLE
) -> Inspection:
    database = connect(fabric.database)
    decided = cutoff or fabric.cutoff(quarter)
    asked = Asked(database, fabric.evidence, Quarter(2026, quarter), cutoff, percent, seed, False, decided, table, 15)
    try:
        return build_inspection(asked)
    finally:
        database.close()


@pytest.fixture(scope="module")
def inspections(fabric: Fabric) -> dict[int, Inspection]:
    return {quarter: build(fabric, quarter) for quarter in (1, 2, 3, 4)}


@dataclass(frozen=True)
class Life:
    """One planted fault up to a night: whether it is open, since when it is what it is, and what happened in the quarter."""

    plan: Plan
    begun: date
    since: date
    is_open: bool
    in_quarter: bool
    back: bool


class Truth:
    """A quarter as it was planted."""

    def __init__(self, fabric: Fabric, quarter: int) -> None:
        self.fabric, self.quarter = fabric, Quarter(2026, quarter)
        self.night = fabric.nights.index(fabric.cutoff(quarter))
        self.sites = fabric.operating(fabric.nights[self.night])

    def hidden(self, site: RegisteredSite) -> bool:
        return self.night in self.fabric.blocked.get(site.key, ())

    def kind(self, plan: Plan) -> str:
        decision = plan.decision.kind if plan.decision else ""
        if decision in ("false-alarm", "exempt"):
            return "excluded"
        if plan.grave == "caution":
            return "caution"
        return "pending" if plan.grave in ("veto", "candidate") and decision != "confirm" else "counted"

    def of(self, site: RegisteredSite, kind: str = "counted") -> list[Plan]:
        return [] if self.hidden(site) else [plan for plan in self.fabric.told(site.key, self.night) if self.kind(plan) == kind]

    def points(self, site: RegisteredSite) -> float:
        if site.kind == "department":
            return 0
        found = self.of(site)
        columns = sum(plan.check == "column-updates" for plan in found)
        rest = sum(plan.check in OTHERS for plan in found)
        return min(60, COLUMNS * columns) + min(40, REST * rest)

    def state(self, site: RegisteredSite) -> str:
        if self.hidden(site):
            return "unassessed"
        vetoed = any(f"{plan.check}/{plan.code}" in VETOES for plan in self.of(site))
        return "fail" if vetoed or self.points(site) > 40 else "pass"

    def unsettled(self, site: RegisteredSite) -> bool:
        """An unconfirmed veto on a site that passes, or one whose points could make it fail."""
        if self.state(site) != "pass":
            return False
        return any(f"{plan.check}/{plan.code}" in VETOES for plan in self.of(site, "pending"))

    def tally(self, name: str, sites: list[RegisteredSite]) -> Tally:
        states = Counter(self.state(site) for site in sites)
        checked = states["pass"] + states["fail"]
        return Tally(
            name, len(sites), len(sites), checked, states["pass"], states["fail"], states["unassessed"], sum(map(self.unsettled, sites))
        )

    def lives(self, site: RegisteredSite) -> Iterator[Life]:
        for plan in self.fabric.plans:
            if plan.site == site.key and self.kind(plan) == "counted":
                life = self._life(plan, self.fabric.blocked.get(site.key, set()))
                if life is not None:
                    yield life

    def _life(self, plan: Plan, hidden: set[int]) -> Life | None:
        begun = since = None
        is_open = in_quarter = back = False
        for number, day in enumerate(self.fabric.nights[: self.night + 1]):
            if number in hidden:
                continue
            inside = day >= self.quarter.first
            if inside and is_open:
                in_quarter = True  # it was open when the quarter's first night came
            if (number in plan.nights) != is_open:
                back = back or (inside and not is_open and begun is not None)
                is_open, since = not is_open, day
                begun = begun or day
            in_quarter = in_quarter or (inside and is_open)
        return Life(plan, begun, since, is_open, in_quarter, back) if begun and since else None

    def repair(self, name: str, sites: list[RegisteredSite]) -> Repair:
        due = [life for site in sites if not self.hidden(site) for life in self.lives(site) if life.in_quarter]
        closed = [life for life in due if not life.is_open]
        opened = [life for life in due if life.begun >= self.quarter.first]
        took = [(life.since - life.begun).days for life in closed]
        within = sum(life in opened for life in closed)
        back = sum(life.back for life in due)
        return Repair(name, len(opened), len(closed), within, len(due), back, 0, float(median(took)) if took else None)

    def ids(self, site: RegisteredSite, kind: str) -> set[str]:
        return {self.fabric.finding(plan, self.night).id for plan in self.of(site, kind)}


QUARTERS = pytest.mark.parametrize("quarter", [1, 2, 3, 4])


@QUARTERS
def test_sites_by_state_level_and_group_are_those_planted(fabric: Fabric, inspections: dict[int, Inspection], quarter: int) -> None:
    made, truth = inspections[quarter], Truth(fabric, quarter)
    assert made.cutoff == fabric.cutoff(quarter)
    assert made.deadline == made.cutoff + timedelta(days=15)
    assert {site.key: site.state for site in made.sites} == {site.key: truth.state(site) for site in truth.sites}
    assert made.total == truth.tally("", truth.sites)
    groups = {unit.name: unit.group for unit in fabric.units}
    by_group = {name: [site for site in truth.sites if groups[site.unit] == name] for name in ("市州", "省级部门")}
    assert {tally.name: tally for tally in made.by_group} == {name: truth.tally(name, own) for name, own in by_group.items()}
    by_level = {"市级": by_group["市州"], "省级": by_group["省级部门"]}
    assert {tally.name: tally for tally in made.by_level} == {name: truth.tally(name, own) for name, own in by_level.items()}
    assert [site.key for site in made.sites] == sorted(site.key for site in truth.sites)


@QUARTERS
def test_findings_stand_where_they_count_and_nowhere_else(fabric: Fabric, inspections: dict[int, Inspection], quarter: int) -> None:
    made, truth = {site.key: site for site in inspections[quarter].sites}, Truth(fabric, quarter)
    for site in truth.sites:
        line = made[site.key]
        assert {each.id for each in line.problems} == truth.ids(site, "counted")
        assert {each.id for each in line.findings if not each.counted} == truth.ids(site, "caution")
        assert {each.id for each in line.pending} == truth.ids(site, "pending")
        assert {each.id for each in line.excluded} == truth.ids(site, "excluded")
        assert not any(each.counted for each in (*line.pending, *line.excluded))
        assert all(each.ruling for each in line.excluded)
        assert sum(each.points for each in line.findings) == pytest.approx(truth.points(site))
        assert bool(line.reasons) == (line.state == "fail")
        assert bool(line.why) == (line.state == "unassessed")


@QUARTERS
def test_problems_are_counted_by_indicator_and_name_the_worst_sites_first(
    fabric: Fabric, inspections: dict[int, Inspection], quarter: int
) -> None:
    truth, expected = Truth(fabric, quarter), Counter[str]()
    sites: dict[str, Counter[str]] = {}
    for site in truth.sites:
        for plan in truth.of(site):
            indicator = rules(plan.check).codes[plan.code].indicator
            expected[indicator] += 1
            sites.setdefault(indicator, Counter())[site.key] += 1
    made = inspections[quarter].problems
    assert {each.indicator: each.findings for each in made} == dict(expected)
    assert {each.indicator: dict(each.sites) for each in made} == {name: dict(counts) for name, counts in sites.items()}
    assert [each.findings for each in made] == sorted(expected.values(), reverse=True)
    pictures = {finding.id: bool(finding.picture) for site in inspections[quarter].sites for finding in site.problems}
    for each in made:
        assert [count for _, count in each.sites] == sorted((count for _, count in each.sites), reverse=True)
        assert [pictures[case] for case in each.cases] == sorted((pictures[case] for case in each.cases), reverse=True)
        assert each.title and "/" not in each.title


@QUARTERS
def test_what_became_of_findings_is_what_was_planted(fabric: Fabric, inspections: dict[int, Inspection], quarter: int) -> None:
    made, truth = inspections[quarter], Truth(fabric, quarter)
    assert made.repair == truth.repair("", truth.sites)
    for unit in made.units:
        assert unit.repair == truth.repair(unit.name, [site for site in truth.sites if site.unit == unit.name])
    within = {
        fabric.finding(life.plan, 0).id: life.since
        for site in truth.sites
        if not truth.hidden(site)
        for life in truth.lives(site)
        if life.in_quarter and not life.is_open and life.begun >= truth.quarter.first
    }
    assert {each.id: each.closed for each in made.repaired_within} == within


@QUARTERS
def test_a_unit_has_the_figures_of_its_sites(fabric: Fabric, inspections: dict[int, Inspection], quarter: int) -> None:
    made, truth = inspections[quarter], Truth(fabric, quarter)
    assert {unit.name for unit in made.units} == {site.unit for site in truth.sites}
    for unit in made.units:
        own = [site for site in truth.sites if site.unit == unit.name]
        assert unit.tally == truth.tally(unit.name, own)
        assert unit.findings == sum(len(truth.of(site)) for site in own)
        assert unit.points == pytest.approx(sum(truth.points(site) for site in own))
        assert unit.vetoes == sum(f"{plan.check}/{plan.code}" in VETOES for site in own for plan in truth.of(site))
        assert (unit.ipv6.part, unit.ipv6.whole) == tuple(map(sum, zip((0, 0), *(_ipv6(fabric, truth, site) for site in own), strict=True)))


def _ipv6(fabric: Fabric, truth: Truth, site: RegisteredSite) -> tuple[int, int]:
    if truth.hidden(site):
        return 0, 0
    codes = {plan.code for plan in fabric.told(site.key, truth.night) if plan.check == "ipv6"}
    return (0 if "no-aaaa" in codes else (40 if "link-rate-low" in codes else 60) + 90), 160


@QUARTERS
def test_earlier_quarters_are_compared_with_as_they_were(fabric: Fabric, inspections: dict[int, Inspection], quarter: int) -> None:
    made = inspections[quarter]
    truths = [Truth(fabric, each) for each in range(1, quarter + 1)]
    assert [past.tally for past in made.series] == [truth.tally("", truth.sites) for truth in truths]
    assert [past.quarter for past in made.series] == [truth.quarter for truth in truths]
    assert made.last_year is None
    if quarter == 1:
        assert made.last_quarter is None and made.recheck is None
        return
    before, now = truths[-2:]
    assert made.last_quarter is not None and made.last_quarter.tally == before.tally("", before.sites) and not made.last_quarter.published
    failed = {site.key: site for site in before.sites if before.state(site) == "fail"}
    there = {site.key: now.state(site) for site in now.sites}
    assert made.recheck is not None
    assert set(made.recheck.passed) == {key for key in failed if there.get(key) == "pass"}
    assert set(made.recheck.failed) == {key for key in failed if there.get(key) == "fail"}
    assert set(made.recheck.unassessed) == {key for key in failed if there.get(key) == "unassessed"}
    assert set(made.recheck.closed) == {f"{site.name}（{site.code}）" for key, site in failed.items() if key not in there}
    assert {site.key: site.before for site in made.sites} == {
        key: before.state(site) for key, site in _by_key(before).items() if key in there
    }


def _by_key(truth: Truth) -> dict[str, RegisteredSite]:
    return {site.key: site for site in truth.sites}


def test_the_province_has_every_kind_of_site_and_finding(fabric: Fabric) -> None:
    """Else the comparisons above would be of nothing."""
    truths = [Truth(fabric, each) for each in (1, 2, 3, 4)]
    assert {truth.state(site) for truth in truths for site in truth.sites} == {"pass", "fail", "unassessed"}
    kinds = {truth.kind(plan) for truth in truths for site in truth.sites for plan in fabric.told(site.key, truth.night)}
    assert kinds == {"counted", "caution", "pending", "excluded"}
    repairs = [truth.repair("", truth.sites) for truth in truths]
    assert all(sum(getattr(each, name) for each in repairs) for name in ("opened", "closed", "within", "reopened"))
    assert any(truth.points(site) > 40 for truth in truths for site in truth.sites)


def test_pictures_are_small_jpegs_and_three_a_site_at_most(inspections: dict[int, Inspection]) -> None:
    for made in inspections.values():
        named = [finding.picture for site in made.sites for finding in (*site.findings, *site.pending) if finding.picture]
        assert sorted(named) == sorted(made.pictures)
        for site in made.sites:
            assert sum(bool(finding.picture) for finding in (*site.findings, *site.pending)) <= 3
        for key in list(made.pictures)[:5]:
            data = made.pictures[key]
            assert len(data) <= 80 * 1024 and made.pictures[key] == data
            with Image.open(BytesIO(data)) as image:
                assert image.format == "JPEG"
    assert any(made.pictures for made in inspections.values())


def test_an_inspection_says_what_it_was_made_by(inspections: dict[int, Inspection]) -> None:
    made = inspections[3]
    assert made.catalogue == "trial 1" and made.catalogue_title == "试用指标" and made.program
    assert any("2026年9月28日" in note and "2天" in note for note in made.notes)
    assert any("推定" in note for note in made.notes)


def test_an_earlier_cut_off_counts_the_night_before_it(fabric: Fabric) -> None:
    made = build(fabric, 2, cutoff=date(2026, 5, 25))
    truth = Truth(fabric, 2)
    truth.night = fabric.nights.index(date(2026, 5, 20))
    truth.sites = fabric.operating(date(2026, 5, 25))
    assert {site.key: site.state for site in made.sites} == {site.key: truth.state(site) for site in truth.sites}
    assert made.repair == truth.repair("", truth.sites)
    assert any("本季度尚未检查完整" in note for note in made.notes)


def test_a_site_last_seen_more_than_14_days_before_the_cut_off_is_not_assessed(fabric: Fabric) -> None:
    made = build(fabric, 2, cutoff=date(2026, 6, 4))
    assert {site.state for site in made.sites} == {"unassessed"}
    assert made.total.pass_rate.share is None and not made.repair.due
    assert all(site.why == "监测时间点前 14 天内没有检查记录" for site in made.sites)


@pytest.mark.parametrize(
    ("quarter", "cutoff", "said"),
    [
        (Quarter(2025, 4), None, "2025年第四季度没有夜间检查记录（记录从 2026-01-18 到 2026-12-28）"),
        (Quarter(2027, 1), None, "2027年第一季度还没有检查记录（最近一晚是 2026-12-28）"),
        (Quarter(2026, 3), date(2026, 10, 1), "监测时间点 2026-10-01 不在2026年第三季度"),
        (Quarter(2026, 3), date(2026, 7, 2), "2026年第三季度到 2026-07-02 为止没有夜间检查记录（本季度第一晚是 2026-07-18）"),
    ],
)
def test_a_quarter_that_can_not_be_told_is_refused_in_one_line(fabric: Fabric, quarter: Quarter, cutoff: date | None, said: str) -> None:
    database = connect(fabric.database)
    asked = Asked(database, fabric.evidence, quarter, cutoff, 100, "s", False, date(2026, 12, 31), TABLE, 15)
    with pytest.raises(UsageProblem) as problem:
        build_inspection(asked)
    assert str(problem.value).startswith(said) and "\n" not in str(problem.value)


def test_a_province_that_was_never_inspected_is_refused_in_one_line(tmp_path: Path) -> None:
    asked = Asked(connect(tmp_path / "empty.db"), tmp_path, Quarter(2026, 1), None, 100, "s", False, date(2026, 4, 1), TABLE, 15)
    with pytest.raises(UsageProblem, match="还没有任何夜间检查记录"):
        build_inspection(asked)
