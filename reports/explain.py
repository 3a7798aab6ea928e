"""``mingjing explain UNIT``: how the sites of a unit stand, what costs what, and which repairs would raise their scores most. No network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.settings import VERSION
from reports.hostile import line
from reports.manual import Manual
from reports.quarters import Quarter
from reports.score import score
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
class Explained:
    """One site that could be assessed."""

    standing: Standing
    card: Scorecard
    plan: WhatIf

    @property
    def name(self) -> str:
        """What the site is called."""
        return line(self.standing.site.name) or self.standing.site.key


def explain(database: Database, folder: Path, unit: str, as_of: date, catalogue: Catalogue) -> str:
    """The explanation as text. Raises `OversightError` for a unit or site that the registry does not know."""
    sites = list(standings(database, folder, as_of, only=[unit], decided=as_of))
    quarter = Quarter.of(as_of)
    manual = Manual(database).of({each.site.key for each in sites}, quarter.first, quarter.last, taken_by=as_of)
    explained = []
    for each in sites:
        if each.assessed is not None:
            people = manual.get(each.site.key, ())
            card = score(each.assessed, people, catalogue, each.night or as_of)
            explained.append(Explained(each, card, what_if(each.assessed, people, catalogue, each.night or as_of)))
    unassessed = [each for each in sites if each.assessed is None]
    lines = [
        f"{line(unit)}  监测时间点 {as_of}",
        f"指标：{line(catalogue.title)}（{catalogue.id} {catalogue.version}，{catalogue.digest}）；明镜 {VERSION}",
        _tally(explained, unassessed),
    ]
    for one in explained:
        lines += ["", *_site(one, catalogue)]
    for each in unassessed:
        lines += [
            "",
            f"{line(each.site.name) or each.site.key}  {each.site.key}",
            f"  未能评估：{line(each.why).rstrip('。')}。不在合格与不合格之内。",
        ]
    lines += _whole_unit(explained)
    return "\n".join(lines) + "\n"


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
            yield f"    {count}. {row.item}：{row.gain}，整改后 {row.after}{_ids(step)}"
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
