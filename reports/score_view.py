"""The forecast of the score in the report on one site (预估得分): what is lost where, what could still change it, which repairs pay most.

A forecast (预估), not a finding of an inspection: nobody has confirmed its vetoes and nobody has judged what only people can judge. Certain findings count
as confirmed here; what a person must confirm is told as open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from checks.catalogue.indicators import Catalogue
from checks.model import Judgement
from crawler.site import Site
from reports.hostile import clean_data, line
from reports.score import score
from reports.score_open import open_facts
from reports.score_rows import rate
from reports.scorecard import GRADES, Assessed, Scorecard
from reports.view import Fact, said
from reports.what_if import WhatIf, number, what_if
from reports.words import BASES

FORECAST = "这是预估，不是检查结论：只按程序查出的问题计算，单项否决未经人工核实，要由人判断的指标没有计入；以主管部门的检查结果为准。"
"""What every forecast says of itself."""


@dataclass(frozen=True, slots=True)
class LossRow:
    """One item that costs points, or one veto."""

    item: str = field(metadata=said("Name of the item (指标)"))
    rule: str = field(metadata=said("The rows of the table that apply, or why the veto is hit"))
    findings: str = field(metadata=said("How many findings it counts, in words"))
    points: str = field(metadata=said("What is taken off, or 单项否决"))
    style: str = field(metadata=said("Style name: veto or deduction"))


@dataclass(frozen=True, slots=True)
class RepairRow:
    """One repair of the what-if, in the order in which they pay most."""

    item: str = field(metadata=said("Name of the item"))
    what: str = field(metadata=said("The rows of the table that are put right"))
    gain: str = field(metadata=said("Points it brings, or that it lifts a veto"))
    after: str = field(metadata=said("Score and grade with this repair and those before it"))


@dataclass(frozen=True, slots=True)
class ScoreView:
    """The forecast of one site."""

    headline: str = field(metadata=said("Score and grade in a few words"))
    style: str = field(metadata=said("Style name: fail, not_assessed (grade open) or pass"))
    note: str = field(metadata=said("That this is a forecast, and what it leaves out"))
    facts: tuple[Fact, ...] = field(metadata=said("Range, part 2, the table that was used"))
    losses: tuple[LossRow, ...] = field(metadata=said("What costs points, vetoes first, then the dearest first"))
    promise: str = field(metadata=said("What the repairs bring, one sentence"))
    repairs: tuple[RepairRow, ...] = field(metadata=said("The repairs that pay most"))
    open: tuple[Fact, ...] = field(
        metadata=said("What could still change the score: not assessed, to be confirmed, to be judged by people")
    )
    basis: str = field(metadata=said("How well the table is known, where it is not the original; else empty"))
    data: dict[str, Any] = field(metadata=said("The score as JSON prints it", html=False))


def forecast(site: Site, judgements: Sequence[Judgement], catalogue: Catalogue, as_of: date, *, readable: bool) -> ScoreView | None:
    """The forecast of a site; None for one that could not be read (``readable`` false), unless a veto is certain all the same."""
    certain = frozenset(
        finding.id
        for judgement in judgements
        for finding in judgement.findings
        if finding.severity in ("veto", "deduction") and not finding.confirm
    )
    assessed = Assessed(site.key, site.kind, site.has_services, tuple(judgements), certain)
    card = score(assessed, (), catalogue, as_of)
    if not readable and not card.vetoes:
        return None
    plan = what_if(assessed, (), catalogue, as_of)
    return ScoreView(
        headline=f"预估：{standing(card)}",
        style="fail" if card.grade == "fail" else "pass" if card.settled else "not_assessed",
        note=FORECAST,
        facts=score_facts(card, catalogue),
        losses=losses(card, catalogue),
        promise=line(plan.sentence()) if plan.steps else "",
        repairs=repair_rows(plan),
        open=open_facts(card, catalogue),
        basis=""
        if catalogue.basis == "original"
        else f"指标依据：{catalogue.source}（{BASES[catalogue.basis][0]}）。{BASES[catalogue.basis][1]}",
        data=clean_data(score_data(card, plan)),
    )


def standing(card: Scorecard) -> str:
    """Score and grade in a few words: ``93.5 分，合格（未定）``; 待人工评分 where nothing but people's judgements is missing."""
    points = f"{number(card.certain)} 分，" if card.certain is not None else ""
    vetoes = f"（单项否决 {len(card.vetoes)} 项）" if card.vetoes else ""
    waiting = "待人工评分" if all(each.kind == "person" for each in card.at_stake) else "未定"
    return f"{points}{GRADES[card.grade]}{vetoes}{'' if card.settled else f'（{waiting}）'}"


def score_facts(card: Scorecard, catalogue: Catalogue) -> tuple[Fact, ...]:
    """The range, part 2 and bonus, and which table was used."""
    table = Fact("指标", line(f"{catalogue.title}，{card.catalogue}"))
    if card.base_low is None or card.base_high is None:
        return (Fact("计分", "按本指标，部门网站只查单项否决，只有合格与不合格，不计分"), table)
    gates = catalogue.gates
    base = _range(card.base_low, card.base_high)
    rule = f"满分 {number(gates.full)} 分，低于 {number(gates.fail)} 分不合格，高于 {number(gates.bonus)} 分另计加分"
    facts = [Fact("扣分指标", f"{base}（{rule}）")]
    if card.bonus_high:
        facts.append(Fact("加分指标", f"{_range(card.bonus_low, card.bonus_high)}（满分 {number(gates.bonus_full)} 分）"))
    facts.append(Fact("总分范围", f"{_range(card.low, card.high)}（没有看到的和有待人判断的，从全部不利到全部有利）"))
    if left_out := sorted({item.block for item in card.items if not item.applies}):
        facts.append(
            Fact("折算", f"{'、'.join(left_out)}不适用，其余指标的得分乘以 {number(gates.full)}/{number(gates.full / card.stretch)}")
        )
    return (*facts, table)


def _range(low: float | None, high: float | None) -> str:
    return f"{number(low)} 分" if low == high else f"{number(low)}～{number(high)} 分"


def losses(card: Scorecard, catalogue: Catalogue) -> tuple[LossRow, ...]:
    """The vetoes, then the items that cost points, the dearest first."""
    rows = [LossRow(veto.name, line(veto.reason).rstrip("。"), _count(len(veto.findings)), "单项否决", "veto") for veto in card.vetoes]
    for item in sorted((each for each in card.items if each.points), key=lambda each: -each.points):
        hit = [row for row in item.rows if row.points]
        text = "；".join(_rule(catalogue, row.row) for row in hit)
        capped = "（已到本项上限）" if sum(row.points for row in hit) > item.points else ""
        count = sum(0 if row.manual else len(row.findings) for row in hit)
        rows.append(LossRow(item.name, f"{text}{capped}", _count(count), f"−{number(item.points)}", "deduction"))
    return tuple(rows)


def _rule(catalogue: Catalogue, row_id: str) -> str:
    indicator, row = catalogue.row(row_id)
    return f"{row.text}，{rate(row, indicator.part)}"


def _count(findings: int) -> str:
    return f"{findings} 处" if findings else "人工评分"


def repair_rows(plan: WhatIf) -> tuple[RepairRow, ...]:
    """The steps of a what-if as a table."""
    rows, vetoes = [], plan.vetoes
    for step in plan.steps:
        gain = f"+{number(step.gain)} 分" if step.gain else ""
        lifted = "解除单项否决" if step.vetoes < vetoes else ""
        vetoes = step.vetoes
        after = "，".join(part for part in (f"{number(step.score)} 分" if step.score is not None else "", GRADES[step.grade]) if part)
        rows.append(RepairRow(step.repair.item, step.repair.text, "，".join(part for part in (lifted, gain) if part), after))
    return tuple(rows)


def score_data(card: Scorecard, plan: WhatIf) -> dict[str, Any]:
    """The score as plain data: ``low``, ``high``, ``grade``, ``at_stake`` and everything behind them."""
    return {
        "forecast": True,
        "catalogue": card.catalogue,
        "low": card.low,
        "high": card.high,
        "certain": card.certain,
        "grade": card.grade,
        "settled": card.settled,
        "base": {"low": card.base_low, "high": card.base_high},
        "bonus": {"low": card.bonus_low, "high": card.bonus_high},
        "vetoes": [{"row": each.row, "name": each.name, "reason": each.reason, "findings": list(each.findings)} for each in card.vetoes],
        "items": [
            {
                "item": item.item,
                "name": item.name,
                "block": item.block,
                "part": part,
                "applies": item.applies,
                "cap": item.cap,
                "points": item.points,
                "open": item.open,
                "rows": [
                    {"row": row.row, "points": row.points, "open": row.open, "findings": list(row.findings), "pending": list(row.pending)}
                    for row in item.rows
                ],
            }
            for part, items in (("deduction", card.items), ("bonus", card.bonus))
            for item in items
        ],
        "points_of": dict(sorted(card.points_of.items())),
        "at_stake": [asdict(each) | {"findings": list(each.findings)} for each in card.at_stake],
        "what_if": {
            "sentence": plan.sentence(),
            "steps": [
                {
                    "item": step.repair.item,
                    "rows": list(step.repair.rows),
                    "findings": list(step.repair.findings),
                    "gain": step.gain,
                    "score": step.score,
                    "grade": step.grade,
                    "vetoes": step.vetoes,
                }
                for step in plan.steps
            ],
            "more": plan.more,
        },
    }
