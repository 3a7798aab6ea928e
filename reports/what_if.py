"""What a site would gain by rectifying (整改测算): the repairs that raise its score most, found by scoring again without them.

A repair (整改项) is all that one item of the indicators, or one row of the vetoes, counts: what is taken off once, or beyond an item's cap, comes back
only when all of it is put right. Caps, the gates at 60 and 80 and vetoes are those of `reports.score`: repairs are never merely added up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from checks.catalogue.indicators import Catalogue, exact
from reports.score import score
from reports.score_rows import worded
from reports.scorecard import GRADES, Assessed, Grade, ManualJudgement, Scorecard
from reports.sentences import number as told

STEPS = 5
"""How many repairs are told."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What is put right together. ``rows``: the rows it concerns; ``findings``: ids; ``manual``: rows whose points a person took off.

    ``text``: what the rows say, in Chinese.
    """

    rows: tuple[str, ...]
    item: str
    text: str
    findings: tuple[str, ...]
    manual: tuple[str, ...]
    veto: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One repair in the order in which they pay most, on top of those before it.

    ``gain``: points it adds (0 without points); ``score``/``grade``/``vetoes``: the site after it, as in `Scorecard.certain`; ``vetoes`` how many are left.
    """

    repair: Repair
    gain: float
    score: float | None
    grade: Grade
    vetoes: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """``before`` and the ``steps`` that raise it; ``more``: repairs beyond them that would still raise it or that stand in the way."""

    score: float | None
    grade: Grade
    vetoes: int
    steps: tuple[Step, ...]
    more: int

    @property
    def decisive(self) -> int:
        """How many of the steps bring a failed site over the line; 0 when they do not, or when it had passed."""
        if self.grade == "pass":
            return 0
        return next((number for number, step in enumerate(self.steps, 1) if step.grade == "pass"), 0)

    def sentence(self, count: int | None = None) -> str:
        """``这 3 项整改后：58 → 84 分，由不合格变为合格。``; ``count``: after so many steps (default: the decisive ones, else all)."""
        taken = self.steps[: count or self.decisive or len(self.steps)]
        if not taken:
            return "没有已经扣分的问题可供整改。" if self.grade == "pass" else "没有可以测算的整改项。"
        last = taken[-1]
        parts = [f"{number(self.score)} → {number(last.score)} 分"] if last.score != self.score else []
        if self.grade != last.grade:
            parts.append(f"由{GRADES[self.grade]}变为{GRADES[last.grade]}")
        elif self.grade == "fail":
            parts.append("仍为不合格" + (f"（还有单项否决 {last.vetoes} 项）" if last.vetoes else ""))
        elif not parts:
            parts.append(f"仍为{GRADES[last.grade]}")
        which = f"整改“{_within(taken[0].repair.item)}”后" if len(taken) == 1 else f"这 {len(taken)} 项整改后"
        return f"{which}：{'，'.join(parts)}。"


def _within(name: str) -> str:
    """A name as it stands within quotation marks."""
    return name.replace("“", "‘").replace("”", "’")


def number(points: float | None) -> str:
    """Points without needless noughts: 58, 84.5, 66.67; 未计分 for None."""
    return "未计分" if points is None else told(points)


def what_if(assessed: Assessed, manual: Sequence[ManualJudgement], catalogue: Catalogue, as_of: date, *, steps: int = STEPS) -> WhatIf:
    """The repairs that pay most, greedily: first what brings the grade over the line, then what lifts a veto, then what gains most points."""
    before = score(assessed, manual, catalogue, as_of)
    card, left, done = before, list(repairs(before, catalogue)), list[Step]()
    while left and len(done) < steps:
        tried = [(_value(after := score(*_without(assessed, manual, each), catalogue, as_of)), after, each) for each in left]
        best = max(range(len(tried)), key=lambda index: (tried[index][0], -index))
        value, after, repair = tried[best]
        if value <= _value(card):
            break
        assessed, manual = _without(assessed, manual, repair)
        done.append(Step(repair, _gain(card, after), after.certain, after.grade, len(after.vetoes)))
        card, left = after, [each for each in left if each is not repair]
    rest = [each for each in repairs(card, catalogue) if each.veto or card.scored]
    return WhatIf(before.certain, before.grade, len(before.vetoes), tuple(done), len(rest))


def repairs(card: Scorecard, catalogue: Catalogue) -> Iterator[Repair]:
    """Everything on a scorecard that can be put right; a veto and an item that count the very same findings are one repair."""
    met: dict[tuple[str, ...], Repair] = {}
    for veto in card.vetoes:
        _add(met, _repair(catalogue, (veto.row,), veto.findings, (veto.row,) if veto.manual else ()))
    for item in card.items:
        rows = [row for row in item.rows if row.points > 0]
        if rows:
            found = tuple(finding for row in rows if row.manual is None for finding in row.findings)
            _add(met, _repair(catalogue, tuple(row.row for row in rows), found, tuple(row.row for row in rows if row.manual)))
    yield from met.values()


def _repair(catalogue: Catalogue, rows: tuple[str, ...], findings: tuple[str, ...], manual: tuple[str, ...]) -> Repair:
    found = [catalogue.row(row) for row in rows]
    indicator = found[0][0]
    return Repair(rows, indicator.name, "；".join(worded(row) for _, row in found), findings, manual, indicator.part == "veto")


def _add(met: dict[tuple[str, ...], Repair], repair: Repair) -> None:
    key = repair.findings or repair.rows
    first = met.get(key)
    if first is not None:
        repair = replace(first, rows=(*first.rows, *repair.rows), manual=(*first.manual, *repair.manual), veto=first.veto or repair.veto)
    met[key] = repair


def _without(assessed: Assessed, manual: Sequence[ManualJudgement], repair: Repair) -> tuple[Assessed, tuple[ManualJudgement, ...]]:
    gone = frozenset(repair.findings)
    judgements = tuple(
        replace(each, findings=tuple(one for one in each.findings if one.id not in gone)) if gone else each for each in assessed.judgements
    )
    people = tuple(replace(each, points=0.0) if each.row in repair.manual and each.site == assessed.site else each for each in manual)
    return replace(assessed, judgements=judgements), people


def _value(card: Scorecard) -> tuple[bool, int, Fraction]:
    """What a site cares about, in this order: its grade, how many vetoes stand, its points."""
    return card.grade == "pass", -len(card.vetoes), exact(card.certain or 0.0)


def _gain(before: Scorecard, after: Scorecard) -> float:
    return float(exact(after.certain or 0.0) - exact(before.certain or 0.0))
