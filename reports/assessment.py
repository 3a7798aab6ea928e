"""The annual assessment (年度考核): ranking, grades and full marks of all units, from what is known of each. Pure.

Full marks are counted per group of the registry with the denominator named (14 cities, though 15 regions are ranked together), against last year's
published assessment where there is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from checks.catalogue.assessment import AssessmentCatalogue, Group, Measure
from crawler.settings import VERSION
from reports.assessment_model import Assessment, FullMarks, GroupResult, ItemHead, Lost, TermResult, Total, UnitResult, UnitYear
from reports.assessment_points import points_of
from reports.assessment_ranking import quota_of, ranked
from reports.quarters import Quarter
from reports.words import BASES

COUNTED: Mapping[Measure, str] = {
    "pass-rate": "站次",
    "ipv6-levels": "条链接",
    "interaction-statistics": "站次",
    "error-entry": "站次",
    "error-handling": "件",
    "rectification-rate": "个问题",
}
"""What a measure counts, of those whose figures may be added up over units."""


@dataclass(frozen=True, slots=True)
class PastMarks:
    """Last year's figures: (group of the registry, item) → full marks and of how many; ranking group → 优秀 and of how many."""

    marks: Mapping[tuple[str, str], tuple[int, int]]
    excellent: Mapping[str, tuple[int, int]]


def groups_of(catalogue: AssessmentCatalogue, registered: Sequence[str]) -> tuple[Group, ...]:
    """The ranking groups: the catalogue's, then each group of the registry that none of them takes in as a group of its own, by name.

    Such a group has no quota; in a catalogue that grades by quota nobody in it is 优秀.
    """
    taken = {name for group in catalogue.groups for name in group.of}
    rest = tuple(Group(name=name, of=(name,)) for name in sorted(set(registered) - taken))
    return (*catalogue.groups, *rest)


def assess(
    year: int,
    units: Sequence[UnitYear],
    catalogue: AssessmentCatalogue,
    *,
    quarters: Sequence[tuple[Quarter, date | None]] = (),
    last_year: PastMarks | None = None,
    indicators: str = "",
) -> Assessment:
    """The assessment of ``units``; each stands in its own ``group``. ``quarters``: with the day each was judged by; ``indicators``: table of the scorecards."""
    present = {unit.group for unit in units}
    named = [group for group in groups_of(catalogue, [unit.registered for unit in units]) if group.name in present]
    groups = tuple(_group(group, [unit for unit in units if unit.group == group.name], catalogue, last_year) for group in named)
    names = tuple(group.name for group in named)
    heads = tuple(
        ItemHead(item.id, item.title, item.points, tuple(name for name in names if item.applies(name)), item.advice)
        for item in catalogue.items
    )
    second = next(item.title for item in catalogue.items if item.id == catalogue.grades.second)
    return Assessment(
        year=year,
        items=heads,
        groups=groups,
        quarters=tuple(quarters),
        second=second,
        excellent_by=catalogue.grades.mode,
        has_good=catalogue.grades.good is not None,
        compared=last_year is not None,
        totals=tuple(_totals(catalogue, groups)),
        losses=tuple(_losses(catalogue, groups)),
        catalogue=f"{catalogue.title} {catalogue.version}（{catalogue.digest}）",
        indicators=indicators,
        program=VERSION,
        notes=tuple(_notes(catalogue, heads, groups, quarters, second)),
    )


def _group(group: Group, units: Sequence[UnitYear], catalogue: AssessmentCatalogue, last_year: PastMarks | None) -> GroupResult:
    results = ranked(units, [points_of(unit, catalogue) for unit in units], group, catalogue)
    present = {unit.registered for unit in units}
    ordered = [name for name in group.of if name in present]
    counted = [name for name in ordered if not group.counted or name in group.counted]
    by_quota = catalogue.grades.mode == "quota"
    return GroupResult(
        name=group.name,
        registered=tuple((name, sum(1 for unit in units if unit.registered == name)) for name in ordered),
        units=results,
        quota=quota_of(group, len(units)) if by_quota else None,
        marks=tuple(_marks(item.id, name, results, last_year) for item in catalogue.items if item.applies(group.name) for name in counted),
        excellent_before=last_year.excellent.get(group.name) if last_year else None,
    )


def _marks(item: str, registered: str, units: Sequence[UnitResult], last_year: PastMarks | None) -> FullMarks:
    found = [unit.item(item) for unit in units if unit.registered == registered]
    told = [each for each in found if each.applies and each.reached is not None]
    return FullMarks(
        item=item,
        registered=registered,
        part=sum(1 for each in told if each.reached),
        whole=len(told),
        unknown=sum(1 for each in found if each.applies and each.reached is None),
        before=last_year.marks.get((registered, item)) if last_year else None,
    )


def _terms(groups: Sequence[GroupResult], item: str, term: str) -> list[TermResult]:
    """One term of all units that it applies to."""
    found = [each for group in groups for unit in group.units for each in unit.item(item).terms if each.id == term]
    return [each for each in found if each.applies]


def _totals(catalogue: AssessmentCatalogue, groups: Sequence[GroupResult]) -> Iterator[Total]:
    """Rates over all units, of terms that count things."""
    for item in catalogue.items:
        for term in item.terms:
            unit = COUNTED.get(term.measure)
            told = [each for each in _terms(groups, item.id, term.id) if each.part is not None and each.whole]
            if unit and told:
                yield Total(
                    item.id, term.title, int(sum(each.part or 0 for each in told)), int(sum(each.whole or 0 for each in told)), unit
                )


def _losses(catalogue: AssessmentCatalogue, groups: Sequence[GroupResult]) -> Iterator[Lost]:
    """For items of several terms: of how many units each term is not full."""
    for item in catalogue.items:
        for term in item.terms if len(item.terms) > 1 else ():
            told = [each for each in _terms(groups, item.id, term.id) if each.points is not None]
            yield Lost(item.id, term.title, sum(1 for each in told if each.high < each.full), len(told))


def _notes(
    catalogue: AssessmentCatalogue,
    heads: Sequence[ItemHead],
    groups: Sequence[GroupResult],
    quarters: Sequence[tuple[Quarter, date | None]],
    second: str,
) -> list[str]:
    weights = "、".join(f"{item.title}{item.points:g}分" for item in heads)
    notes = [
        f"考核项目和分值（{BASES[catalogue.basis][0]}）：{weights}。{catalogue.source}。",
        "各单位得分按满分100分折算：不适用的项目不计入，其余项目按比例折算。",
        f"排名规则：同组内按得分（保留两位小数）排序，得分相同名次并列；并列单位按“{second}”得分、再按名称排列。",
        _grades(catalogue, groups),
        _vetoes(catalogue),
    ]
    for item in catalogue.items:
        if len(item.terms) > 1:
            formula = "；".join(f"{term.title}{term.weight:g}%" for term in item.terms)
            notes.append(
                f"“{item.title}”由下列各项按权重合成（{BASES[catalogue.basis][0]}）：{formula}。不适用的项，其权重由其余各项按比例分担。"
            )
    gaps = [quarter.chinese for quarter, day in quarters if day is None]
    if gaps:
        notes.append(f"{'、'.join(gaps)}没有完整的检查，不计入各项比率。")
    missing = sorted({name for group in groups for unit in group.units for name in _open_terms(unit)})
    if missing:
        notes.append("尚缺数据的项使得分成为一个区间，名次和等次按已有数据计算；可能变化的单位另行标明。")
    return notes


def _open_terms(unit: UnitResult) -> list[str]:
    return [term.title for item in unit.items for term in item.terms if term.applies and term.low != term.high]


def _grades(catalogue: AssessmentCatalogue, groups: Sequence[GroupResult]) -> str:
    grades = catalogue.grades
    if grades.mode == "quota":
        places = "、".join(f"{group.name}{group.quota}个" for group in groups)
        edge = "均列入" if grades.edge == "include" else "均不列入"
        top = f"优秀按名额评定（{places}）；名额边缘得分和“并列排序项”得分都相同的单位{edge}"
    else:
        top = f"优秀{grades.excellent:g}分及以上"
    good = f"；良好{grades.good:g}分及以上" if grades.good is not None else ""
    return f"考核等次（{BASES[grades.basis][0]}）：{top}{good}；合格{grades.passed:g}分及以上；低于{grades.passed:g}分为不合格。{grades.source}。"


def _vetoes(catalogue: AssessmentCatalogue) -> str:
    rule = catalogue.veto
    first = "网站被单项否决的单位不能评为优秀" if rule.excludes_excellent else "网站被单项否决不影响评优"
    second = f"，被单项否决达到{rule.fails_at}个站次的单位评为不合格" if rule.fails_at else ""
    return f"单项否决（{BASES[rule.basis][0]}）：{first}{second}。{rule.source}。"
