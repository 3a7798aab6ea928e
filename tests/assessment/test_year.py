"""A year of the simulated province: what is collected of every unit, counted anew from what was planted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from sqlite_utils import Database

from checks.catalogue import indicators
from checks.catalogue.assessment import official
from crawler.oversight import connect
from crawler.registry import RegisteredSite, Registry, Unit
from reports.assessment import assess
from reports.assessment_collect import Collected, YearAsked, collect
from reports.assessment_model import Assessment, UnitYear
from reports.commands.options import UsageProblem
from reports.inspection import Asked, build_inspection
from reports.manual import FigureEntry, Manual
from reports.published import Published
from reports.quarters import Quarter
from tests.assessment.made import PERCENTS
from tests.quarters.fabric import Fabric, Plan

EXCLUDING = ("false-alarm", "exempt")


def asked(fabric: Fabric, *, year: int = 2026, groups: tuple[str, ...] = ()) -> YearAsked:
    return YearAsked(connect(fabric.database), fabric.evidence, year, groups, official(), lambda _: indicators.official())


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(tmp_path_factory.mktemp("year"), seed=11, units=6, per_unit=4, findings=(0, 5), pictures=0)


@pytest.fixture(scope="module")
def collected(fabric: Fabric) -> Collected:
    return collect(asked(fabric))


# the truth, from the plans


def _decided(plan: Plan, *kinds: str) -> bool:
    return plan.decision is not None and plan.decision.kind in kinds


def _seen(fabric: Fabric, site: RegisteredSite, night: int) -> bool:
    return night not in fabric.blocked.get(site.key, ())


def _cutoffs(fabric: Fabric) -> list[int]:
    return [fabric.nights.index(fabric.cutoff(quarter)) for quarter in (1, 2, 3, 4)]


def _site_quarters(fabric: Fabric, unit: str) -> list[tuple[RegisteredSite, int]]:
    """Sites of a unit in operation at each quarter's last night."""
    return [(site, night) for night in _cutoffs(fabric) for site in fabric.operating(fabric.nights[night]) if site.unit == unit]


def _fails(fabric: Fabric, site: RegisteredSite, night: int) -> bool:
    """By a confirmed veto; a few deductions bring no portal below 60."""
    return any(plan.grave == "veto" and _decided(plan, "confirm") for plan in fabric.told(site.key, night))


def _verdict_fails(fabric: Fabric, site: RegisteredSite, night: int, check: str) -> bool:
    told = [plan for plan in fabric.told(site.key, night) if plan.check == check and not _decided(plan, *EXCLUDING)]
    return any(plan.grave in ("veto", "deduction") for plan in told)


def _ipv6(fabric: Fabric, site: RegisteredSite, night: int) -> tuple[int, int]:
    codes = {plan.code for plan in fabric.told(site.key, night) if plan.check == "ipv6"}
    if "no-aaaa" in codes:
        return 0, 160
    return (130 if "link-rate-low" in codes else 150), 160


def _life(fabric: Fabric, site: RegisteredSite, plan: Plan) -> tuple[bool, int] | None:
    """Whether a planted fault ended rectified and after how many days; None for one that was never told."""
    nights = [night for night in range(len(fabric.nights)) if _seen(fabric, site, night)]
    told = [night for night in nights if night in plan.nights]
    if not told:
        return None
    after = [night for night in nights if night > told[-1]]
    return (True, (fabric.nights[after[0]] - fabric.nights[told[0]]).days) if after else (False, 0)


def _repairs(fabric: Fabric, unit: str) -> tuple[int, int, list[int]]:
    lives = []
    for site in fabric.operating(fabric.nights[-1]):
        for plan in fabric.plans if site.unit == unit else ():
            counted = plan.grave == "deduction" or (plan.grave != "caution" and _decided(plan, "confirm"))
            if plan.site == site.key and counted and not _decided(plan, *EXCLUDING):
                lives.append(_life(fabric, site, plan))
    known = [life for life in lives if life is not None]
    return len(known), sum(closed for closed, _ in known), sorted(days for closed, days in known if closed)


# what is collected


def by_unit(found: Collected) -> Mapping[str, UnitYear]:
    return {unit.unit: unit for unit in found.units}


def test_every_unit_is_there_with_its_group_and_its_sites(fabric: Fabric, collected: Collected) -> None:
    assert {unit.unit: unit.group for unit in collected.units} == {unit.name: unit.group for unit in fabric.units}
    for unit in collected.units:
        expected = sorted((fabric.nights[night], site.key) for site, night in _site_quarters(fabric, unit.unit))
        assert sorted((fabric.cutoff(site.quarter.number), site.site) for site in unit.sites) == expected


def test_every_site_stands_as_it_was_planted(fabric: Fabric, collected: Collected) -> None:
    failed = 0
    for unit in collected.units:
        for site, night in _site_quarters(fabric, unit.unit):
            found = next(s for s in unit.sites if s.site == site.key and fabric.cutoff(s.quarter.number) == fabric.nights[night])
            if not _seen(fabric, site, night):
                assert found.passed is None and found.why
                continue
            fails = _fails(fabric, site, night)
            failed += fails
            assert (found.passed, bool(found.vetoes)) == (not fails, fails), (site.name, fabric.nights[night])
            assert found.ipv6 == _ipv6(fabric, site, night)
            for check in ("interaction-statistics", "error-report-entry"):
                assert found.verdicts is not None
                assert (found.verdicts[check] == "fail") == _verdict_fails(fabric, site, night, check)
    assert failed, "the province must have failed sites for this to show anything"


def test_repairs_are_those_of_the_plans(fabric: Fabric, collected: Collected) -> None:
    for unit in collected.units:
        due, closed, days = _repairs(fabric, unit.unit)
        assert (unit.repairs.due, unit.repairs.closed, sorted(unit.repairs.days)) == (due, closed, days), unit.unit


def test_the_platform_is_counted_over_the_sites_at_the_years_end(fabric: Fabric, collected: Collected) -> None:
    for unit in collected.units:
        left = [site for site in fabric.operating(fabric.nights[-1]) if site.unit == unit.unit]
        assert unit.intensive == (sum(site.intensive for site in left), len(left))


def test_every_quarter_names_the_night_it_was_judged_by(fabric: Fabric, collected: Collected) -> None:
    assert [day for _, day in collected.quarters] == [fabric.cutoff(quarter) for quarter in (1, 2, 3, 4)]


# the whole year: figures of people, published quarters, the total

BROUGHT = {"清河江市": 96.0, "清河湖厅": 88.0}


def _publish(fabric: Fabric, database: Database) -> None:
    for quarter in (1, 2, 3, 4):
        inspection = build_inspection(
            Asked(
                database=database,
                folder=fabric.evidence,
                quarter=Quarter(2026, quarter),
                cutoff=None,
                percent=100,
                seed="",
                unreviewed=False,
                decided=fabric.cutoff(quarter),
                catalogue=indicators.official(),
                reply_days=10,
            )
        )
        Published(database).publish(replace(inspection, version=1), [], fabric.cutoff(quarter) + timedelta(days=5))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    made = Fabric(tmp_path_factory.mktemp("published"), seed=11, units=6, per_unit=4, findings=(0, 5), pictures=0)
    database = connect(made.database)
    manual = Manual(database)
    for quarter in (1, 2, 3, 4):
        entries = [
            FigureEntry(unit.name, term, value, "", "李填报")
            for unit in made.units
            for term, value in (
                ("self-inspection", float(quarter != 2)),
                ("error-reports", 5.0 + at_of(made, unit.name)),
                ("error-reports-on-time", 4.0),
                *((term, BROUGHT.get(unit.name, 100.0)) for term in PERCENTS),
            )
        ]
        manual.take(Quarter(2026, quarter), [], entries, date(2026, 12, 29), "official")
    _publish(made, database)
    return made


def at_of(fabric: Fabric, unit: str) -> int:
    return [each.name for each in fabric.units].index(unit)


@pytest.fixture(scope="module")
def year(published: Fabric) -> Assessment:
    found = collect(asked(published))
    return assess(2026, found.units, official(), quarters=found.quarters)


def _expected(fabric: Fabric, unit: Unit) -> Fraction:
    """The unit's total, from the plans and the figures brought."""
    seen = [(site, night) for site, night in _site_quarters(fabric, unit.name) if _seen(fabric, site, night)]
    passed = sum(not _fails(fabric, site, night) for site, night in seen)
    works, tested = (sum(_ipv6(fabric, site, night)[part] for site, night in seen) for part in (0, 1))
    left = [site for site in fabric.operating(fabric.nights[-1]) if site.unit == unit.name]
    due, closed, days = _repairs(fabric, unit.name)
    weights = [30, 10, 15, 10, 5, 5, 10, 10, 5]
    values: list[Fraction | None] = [
        Fraction(passed, len(seen)),
        Fraction(3, 4),
        Fraction(works, tested),
        Fraction(sum(site.intensive for site in left), len(left)),
        *(
            Fraction(sum(not _verdict_fails(fabric, site, night, check) for site, night in seen), len(seen))
            for check in ("interaction-statistics", "error-report-entry")
        ),
        Fraction(4, 5 + at_of(fabric, unit.name)),
        Fraction(closed, due) if due else None,
        max(Fraction(0), min(Fraction(1), (60 - Fraction(str(median(days)))) / 45)) if days else None,
    ]
    applying = [(weight, share) for weight, share in zip(weights, values, strict=True) if share is not None]
    oversight = 15 * sum(weight * share for weight, share in applying) / sum(weight for weight, _ in applying)
    people = Fraction(str(BROUGHT.get(unit.name, 100.0))) / 100 * (85 if unit.group == "市州" else 70)
    return (people + oversight) * 100 / (100 if unit.group == "市州" else 85)


def test_every_total_is_what_the_plans_and_the_figures_give(published: Fabric, year: Assessment) -> None:
    totals = {unit.unit: unit.points for unit in year.units}
    for unit in published.units:
        assert totals[unit.name] == pytest.approx(float(_expected(published, unit)), abs=0.006), unit.name
    assert len(set(totals.values())) > 3, "units that all have the same show nothing"


def test_ranks_and_grades_follow_from_the_totals(published: Fabric, year: Assessment) -> None:
    vetoed = {
        site.unit
        for unit in published.units
        for site, night in _site_quarters(published, unit.name)
        if _seen(published, site, night) and _fails(published, site, night)
    }
    for group in year.groups:
        totals = [unit.points or 0 for unit in group.units]
        assert totals == sorted(totals, reverse=True)
        for unit in group.units:
            total = unit.points or 0
            assert unit.rank == 1 + sum(other > total for other in totals)
            assert unit.grade == ("fail" if total < 60 else "excellent" if total >= 90 and unit.unit not in vetoed else "pass")


def test_published_quarters_leave_nothing_open(year: Assessment) -> None:
    assert all(unit.settled and unit.low == unit.high == unit.points for unit in year.units)
    assert all(site.published for unit in year.units for site in unit.sites)


def test_quarters_that_nobody_published_give_the_same_figures_but_wait_for_people(fabric: Fabric, collected: Collected) -> None:
    found = assess(2026, collected.units, official())
    for unit in found.units:
        rate = unit.item("oversight").terms[0]
        assert rate.low < rate.high and "有待人工核实" in rate.note


def test_a_published_quarter_keeps_its_figures_when_evidence_is_gone(published: Fabric, year: Assessment, tmp_path: Path) -> None:
    moved = YearAsked(connect(published.database), tmp_path / "nothing", 2026, (), official(), lambda _: indicators.official())
    again = collect(moved)
    assert assess(2026, again.units, official(), quarters=again.quarters) == year


# groups, units below, years without nights


def test_one_group_alone(fabric: Fabric) -> None:
    found = collect(asked(fabric, groups=("省级部门",)))
    assert {unit.group for unit in found.units} == {"省级部门"}


def test_an_unknown_group_is_one_line_that_names_those_there_are(fabric: Fabric) -> None:
    with pytest.raises(UsageProblem, match=r"--groups.*“外星”.*市州、省级部门"):
        collect(asked(fabric, groups=("外星",)))


def test_a_year_without_nights_is_one_line(fabric: Fabric) -> None:
    with pytest.raises(UsageProblem, match=r"2024 年没有完整的夜间检查"):
        collect(asked(fabric, year=2024))


def test_an_empty_registry_is_one_line(tmp_path: Path) -> None:
    database = connect(tmp_path / "o.db")
    with pytest.raises(UsageProblem, match="名录中没有可以考核的单位"):
        collect(YearAsked(database, tmp_path, 2026, (), official(), lambda _: indicators.official()))


def test_sites_of_units_below_belong_to_the_nearest_unit_above_that_is_assessed(tmp_path: Path) -> None:
    made = Fabric(tmp_path, seed=3, units=2, per_unit=2, findings=(0, 1), pictures=0, quarters=(1,))
    database = connect(made.database)
    city = next(unit for unit in made.units if unit.group == "市州")
    county, town = Unit("清河县", "县区", "", city.name), Unit("清河镇", "乡镇", "", "清河县")
    lost = Unit("无主单位", "其他", "", "无主单位")  # above itself
    site = RegisteredSite("6299999999", "清河镇网站", "http://town.gov.cn/", unit=town.name, intensive=True)
    Registry(database).put([*made.units, county, town, lost], [*made.sites, site])
    found = by_unit(collect(asked(made)))
    assert set(found) == {unit.name for unit in made.units}
    before = sum(each.intensive for each in made.operating(made.nights[-1]) if each.unit == city.name)
    assert found[city.name].intensive[0] == before + 1
    assert "清河镇网站" in {each.name for each in found[city.name].sites}
