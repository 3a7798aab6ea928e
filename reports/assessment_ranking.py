"""Ranking and grades (排名与等次) of one group. Pure.

Rank goes by the shown points; equal points are an equal rank. Equals are listed by the shown points of a second item, then by name. 优秀 by score or by
quota; a veto may exclude from it (who comes next moves up). ``best``/``worst``: the ranks that missing data leave possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from checks.catalogue.assessment import AssessmentCatalogue, Group
from checks.catalogue.indicators import exact
from reports.assessment_model import Rank, UnitResult, UnitYear
from reports.assessment_points import Points, shown
from reports.score_rows import NOUGHT

Key = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit before it is ranked. Keys: shown points and shown points of the second item, by the data there is, at least, at most."""

    year: UnitYear
    points: Points
    now: Key | None
    low: Key
    high: Key
    vetoes: tuple[str, ...]
    may_be_vetoed: bool


def ranked(years: Sequence[UnitYear], points: Sequence[Points], group: Group, catalogue: AssessmentCatalogue) -> tuple[UnitResult, ...]:
    """The units of one group in order of rank; units of which nothing is known come last, without a rank."""
    all_of = [_standing(year, each, catalogue) for year, each in zip(years, points, strict=True)]
    known = [each for each in all_of if each.now is not None]
    order = sorted(all_of, key=lambda each: (each.now is None, *(-part for part in each.now or (0.0, 0.0)), each.year.unit))
    places = quota_of(group, len(years))
    return tuple(_result(each, known, all_of, places, catalogue) for each in order)


def quota_of(group: Group, units: int) -> int:
    """How many of a group may be 优秀 by quota."""
    return group.quota if group.quota is not None else int(exact(group.quota_percent or 0) * units / 100)


def _standing(year: UnitYear, points: Points, catalogue: AssessmentCatalogue) -> Standing:
    second = next((one for one in points.sums if one[0] == catalogue.grades.second), None)
    full = next(exact(item.points) for item in catalogue.items if item.id == catalogue.grades.second)

    def key(total: Fraction | None, own: Fraction | None) -> Key:
        return shown(total or NOUGHT), shown(own or NOUGHT, full)

    return Standing(
        year,
        points,
        None if points.points is None else key(points.points, second[1] if second else None),
        key(points.low, second[2] if second else None),
        key(points.high, second[3] if second else None),
        tuple(f"{site.quarter.chinese}“{site.name}”：{veto}" for site in year.sites for veto in site.vetoes),
        any(site.veto_pending for site in year.sites),
    )


def _result(
    unit: Standing, known: Sequence[Standing], all_of: Sequence[Standing], places: int, catalogue: AssessmentCatalogue
) -> UnitResult:
    others = [other for other in all_of if other is not unit]
    rank = None if unit.now is None else 1 + sum(1 for other in known if other.now is not None and other.now[0] > unit.now[0])
    grade, grounds = _graded(unit, known, places, catalogue)
    settled = unit.now is not None and _settled(unit, others, grade, places, catalogue)
    if grade == "fail" and not settled:  # a false accusation is worse than a miss
        grade, grounds = "open", f"按现有数据{grounds}，数据补齐后再定"
    return UnitResult(
        unit=unit.year.unit,
        registered=unit.year.registered,
        group=unit.year.group,
        items=unit.points.items,
        full=float(unit.points.full),
        points=None if unit.now is None else unit.now[0],
        low=unit.low[0],
        high=unit.high[0],
        second=None if unit.now is None else unit.now[1],
        rank=rank,
        best=1 + sum(1 for other in others if other.low[0] > unit.high[0]),
        worst=1 + sum(1 for other in others if other.high[0] > unit.low[0]),
        grade=grade,
        settled=settled,
        grounds=grounds,
        vetoes=unit.vetoes,
        sites=unit.year.sites,
    )


def _vetoed_sites(unit: Standing) -> int:
    return sum(1 for site in unit.year.sites if site.vetoes)


def _by_score(points: float, catalogue: AssessmentCatalogue, *, excellent: bool) -> Rank:
    """The grade by cut-offs; ``excellent``: 优秀 is open by score."""
    grades = catalogue.grades
    if points < grades.passed:
        return "fail"
    if excellent and points >= grades.excellent:
        return "excellent"
    return "good" if grades.good is not None and points >= grades.good else "pass"


def _graded(unit: Standing, known: Sequence[Standing], places: int, catalogue: AssessmentCatalogue) -> tuple[Rank, str]:
    grades, rule, score = catalogue.grades, catalogue.veto, unit.now
    if score is None:
        return "", "没有任何数据，不参加排名，不评定等次"
    hit = _vetoed_sites(unit)
    if rule.fails_at and hit >= rule.fails_at:
        return "fail", f"有{hit}个站次被单项否决，达到{rule.fails_at}个，评为不合格"
    by_quota = grades.mode == "quota"
    grade = _by_score(score[0], catalogue, excellent=not by_quota)
    barred = rule.excludes_excellent and hit > 0
    if by_quota and grade != "fail":
        ahead = _ahead(unit, known, catalogue)
        if not barred and ahead < places:
            return "excellent", f"优秀名额{places}个，可评优单位中有{ahead}个在其之前"
        reason = f"有{hit}个站次被单项否决，不能评为优秀" if barred else f"优秀名额{places}个，未能进入"
        return grade, f"{reason}；{_band(grade, catalogue)}"
    if grade == "excellent" and barred:
        lower = _by_score(score[0], catalogue, excellent=False)
        return lower, f"达到优秀分数线，但有{hit}个站次被单项否决，不能评为优秀；{_band(lower, catalogue)}"
    return grade, _band(grade, catalogue)


def _band(grade: Rank, catalogue: AssessmentCatalogue) -> str:
    grades = catalogue.grades
    match grade:
        case "excellent":
            return f"得分达到优秀分数线{grades.excellent:g}分"
        case "good":
            return f"得分达到良好分数线{grades.good:g}分"
        case "fail":
            return f"得分低于合格线{grades.passed:g}分"
        case _:
            return f"得分达到合格线{grades.passed:g}分"


def _ahead(unit: Standing, known: Sequence[Standing], catalogue: AssessmentCatalogue) -> int:
    """Units open to 优秀 that go before this one for a place; equals in both figures do only where the catalogue takes none of them."""
    return sum(
        1
        for other in known
        if other is not unit and _open_to(other, catalogue) and _before(other.now or (0.0, 0.0), unit.now or (0.0, 0.0), catalogue)
    )


def _before(one: Key, other: Key, catalogue: AssessmentCatalogue) -> bool:
    return one >= other if catalogue.grades.edge == "exclude" else one > other


def _open_to(unit: Standing, catalogue: AssessmentCatalogue) -> bool:
    """Whether a unit may be 优秀 by quota at all, by the data there is."""
    return _may_be(unit, (unit.now or unit.low)[0], _vetoed_sites(unit), catalogue)


def _may_be(unit: Standing, points: float, hit: int, catalogue: AssessmentCatalogue) -> bool:
    rule = catalogue.veto
    failed = points < catalogue.grades.passed or bool(rule.fails_at and hit >= rule.fails_at)
    return not failed and not (rule.excludes_excellent and hit)


def _settled(unit: Standing, others: Sequence[Standing], grade: Rank, places: int, catalogue: AssessmentCatalogue) -> bool:
    """Whether nothing missing or pending could change the grade."""
    rule = catalogue.veto
    hit, pending = _vetoed_sites(unit), sum(1 for site in unit.year.sites if site.veto_pending and not site.vetoes)
    if rule.fails_at and hit >= rule.fails_at:
        return True
    by_quota = catalogue.grades.mode == "quota"
    if grade != "fail" and rule.fails_at and hit + pending >= rule.fails_at:
        return False
    low, high = (
        _by_score(points, catalogue, excellent=not by_quota and not (rule.excludes_excellent and hit))
        for points in (unit.low[0], unit.high[0])
    )
    if rule.excludes_excellent and pending and grade == "excellent":
        return False
    if low != high:
        return False
    if not by_quota or low == "fail" or (rule.excludes_excellent and hit):
        return True
    if grade == "excellent":  # with everybody else at their best there is still a place
        rivals = [o for o in others if _may_be(o, o.high[0], _vetoed_sites(o), catalogue)]
        return sum(1 for o in rivals if _before(o.high, unit.low, catalogue)) < places
    rivals = [o for o in others if _may_be(o, o.low[0], _vetoed_sites(o), catalogue) and not o.may_be_vetoed]
    return sum(1 for o in rivals if _before(o.low, unit.high, catalogue)) >= places
