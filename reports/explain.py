"""``mingjing explain UNIT``: how the sites of a unit stand, what costs what, and which repairs would raise their scores most. No network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.settings import VERSION
from reports.hostile import line
from reports.manual import Manual
from reports.quarters import Quarter
from reports.score_changes import CAUSES, Changes, Scored, changes
from reports.score_open import open_facts
from reports.score_view import losses, repair_rows, score_facts, standing
from reports.scorecard import GRADES, Scorecard
from reports.standing import Standing, standings
from reports.what_if import Step, WhatIf, number, what_if

_IDS = 5
"""Ids of findings that are printed for one repair."""
_FIRST = 10
"""Repairs named for the whole unit."""


@dataclass(frozen=True, slots=True)
class Look:
    """One day on which sites are looked at, and the table of indicators of that day."""

    day: date
    catalogue: Catalogue


@dataclass(frozen=True, slots=True)
class Explained:
    """One site that could be assessed. ``changes``: against the day compared with; None where it was not assessed then, or none was asked for."""

    standing: Standing
    card: Scorecard
    plan: WhatIf
    changes: Changes | None

    @property
    def name(self) -> str:
        """What the site is called."""
        return line(self.standing.site.name) or self.standing.site.key


def explain(database: Database, folder: Path, unit: str, look: Look, since: Look | None = None) -> str:
    """The explanation as text. ``since``: a day to compare with. Raises `OversightError` for a unit or site that the registry does not know."""
    as_of, catalogue = look.day, look.catalogue
    sites = list(standings(database, folder, as_of, only=[unit], decided=as_of))
    now = _scored(database, sites, look)
    then = _scored(database, standings(database, folder, since.day, only=[unit], decided=since.day), since) if since else {}
    explained = []
    for each in sites:
        scored = now.get(each.site.key)
        if scored is not None and each.assessed is not None:
            before = then.get(each.site.key)
            plan = what_if(each.assessed, scored.manual, catalogue, scored.as_of)
            explained.append(Explained(each, scored.card(), plan, changes(before, scored) if before else None))
    unassessed = [each for each in sites if each.assessed is None]
    lines = [
        f"{line(unit)}  监测时间点 {as_of}",
        f"指标：{line(catalogue.title)}（{catalogue.id} {catalogue.version}，{catalogue.digest}）；明镜 {VERSION}",
        _tally(explained, unassessed),
    ]
    for one in explained:
        lines += ["", *_site(one, catalogue), *(_change(one, since) if since else ())]
    for each in unassessed:
        lines += [
            "",
            f"{line(each.site.name) or each.site.key}  {each.site.key}",
            f"  未能评估：{line(each.why).rstrip('。')}。不在合格与不合格之内。",
        ]
    lines += _whole_unit(explained)
    return "\n".join(lines) + "\n"


def _scored(database: Database, sites: Iterable[Standing], look: Look) -> dict[str, Scored]:
    """What each assessed site was scored by on a day."""
    quarter = Quarter.of(look.day)
    manual = Manual(database).of(None, quarter.first, quarter.last, taken_by=look.day)
    scored = ((each.site.key, Scored.of(each, manual.get(each.site.key, ()), look.catalogue)) for each in sites)
    return {key: each for key, each in scored if each is not None}


def _change(one: Explained, since: Look) -> Iterator[str]:
    """How the score changed since a day, and why: parts that add up."""
    if one.changes is None:
        yield f"  自 {since.day} 以来：当时未能评估，不能比较。"
        return
    before, after = one.changes.before, one.changes.after
    if not one.changes.parts:
        yield f"  自 {since.day} 以来：没有变化（{standing(after)}）。"
        return
    yield f"  自 {since.day} 以来：{standing(before)} → {standing(after)}"
    for part in one.changes.parts:
        points = f"{signed(part.certain)} 分" if part.certain else ""
        grade = f"{GRADES[part.grade_before]} → {GRADES[part.grade_after]}" if part.grade_before != part.grade_after else ""
        yield f"    [{CAUSES[part.cause]}] {part.what}：{'，'.join(each for each in (points, grade) if each) or '只改变得分的范围'}"


def signed(points: float) -> str:
    """Points with their sign: +3, −0.5."""
    return f"{'+' if points > 0 else '−'}{number(abs(points))}"


def _tally(explained: Sequence[Explained], unassessed: Sequence[Standing]) -> str:
    grades = [each.card.grade for each in explained]
    parts = [f"{word} {grades.count(grade)} 个" for grade, word in GRADES.items()]
    unsettled = sum(not each.card.settled for each in explained)
    undecided = f"，其中 {unsettled} 个的结论未定" if unsettled else ""
    return f"网站 {len(explained) + len(unassessed)} 个：{'，'.join([*parts, f'未能评估 {len(unassessed)} 个'])}{undecided}。"


def _site(one: Explained, catalogue: Catalogue) -> Iterator[str]:
    card, site = one.card, one.standing.site
    kind = "部门网站" if card.kind == "department" else "门户网站"
    yield f"{one.name}  {site.key}（{kind}{'' if site.has_services else '，没有服务事项'}，{one.standing.night} 检查）"
    yield f"  {standing(card)}"
    yield from (f"  {fact.label}：{fact.value}" for fact in score_facts(card, catalogue) if fact.label != "指标")
    lost = losses(card, catalogue)
    if lost:
        yield "  扣分和否决："
        yield from (f"    [{row.points}] {row.item}：{row.rule}，{row.findings}" for row in lost)
    else:
        yield "  没有扣分，没有单项否决。"
    if one.plan.steps:
        yield f"  整改测算：{one.plan.sentence()}"
        for count, (row, step) in enumerate(zip(repair_rows(one.plan), one.plan.steps, strict=True), 1):
            yield f"    {count}. {row.item}：{row.gain}，整改后：{row.after}{_ids(step)}"
    opened = open_facts(card, catalogue)
    if opened:
        yield "  待定："
        yield from (f"    {fact.label}：{fact.value}" for fact in opened)


def _ids(step: Step) -> str:
    ids = step.repair.findings
    if not ids:
        return ""
    return f"（问题 {'、'.join(ids[:_IDS])}{f' 等 {len(ids)} 个' if len(ids) > _IDS else ''}）"


def _whole_unit(explained: Sequence[Explained]) -> list[str]:
    """The first repairs over all sites: those that bring a site over the line, then those that gain most."""
    ranked = [
        (step.grade != (before.grade if before else one.plan.grade), step.gain, one, step)
        for one in explained
        for before, step in zip([None, *one.plan.steps], one.plan.steps, strict=False)
    ]
    ranked.sort(key=lambda each: (not each[0], -each[1]))
    if len(explained) < 2 or not ranked:
        return []
    lines = ["", "全单位先整改哪些最见效："]
    for count, (turns, gain, one, step) in enumerate(ranked[:_FIRST], 1):
        effect = "，".join(part for part in (f"+{number(gain)} 分" if gain else "", "由不合格变为合格" if turns else "") if part)
        lines.append(f"  {count}. {one.name}：{step.repair.item}{f'，{effect}' if effect else ''}")
    return lines
