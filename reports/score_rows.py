"""One row and one item of the score in exact figures (分值用分数精确计算): what is lost or earned for certain, what is open, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from checks.catalogue.indicators import Indicator, IndicatorRow
from reports.score_feeds import Seen
from reports.scorecard import ItemScore, ManualJudgement, RowScore, Stake

Kind = Literal["not-assessed", "person", "candidate"]

NOUGHT = Fraction(0)


def exact(points: float) -> Fraction:
    """``points`` as the decimal that was written: 0.1 is a tenth."""
    return Fraction(str(points))


def shown(points: Fraction) -> float:
    """To two decimals, as a report prints it."""
    return float(round(points, 2))


@dataclass(frozen=True, slots=True)
class Hanging:
    """One thing of a row that is open: how many points at most, and why in Chinese."""

    kind: Kind
    points: Fraction
    why: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One row before the item's cap. ``shares``: finding id → its points."""

    rule: IndicatorRow
    points: Fraction
    open: Fraction
    seen: Seen
    manual: ManualJudgement | None
    hanging: tuple[Hanging, ...]
    shares: Mapping[str, Fraction]

    def told(self) -> RowScore:
        """The row as the scorecard shows it."""
        return RowScore(
            row=self.rule.id,
            points=shown(self.points),
            open=shown(self.open),
            findings=tuple(each.id for each in self.seen.certain),
            pending=tuple(each.id for each in self.seen.pending),
            manual=self.manual,
            why="；".join(each.why for each in self.hanging),
        )


def evaluate(rule: IndicatorRow, cap: Fraction, seen: Seen, manual: ManualJudgement | None) -> Row:
    """What a row costs (or earns). A person's judgement takes the place of everything the program found or could not see."""
    if manual is not None:
        return Row(rule, min(max(exact(manual.points), NOUGHT), cap), NOUGHT, Seen(seen.certain, seen.pending), manual, (), {})
    unit, certain, pending = exact(rule.points), len(seen.certain), len(seen.pending)
    most = unit if rule.per == "once" else cap
    points = _worth(rule, unit, certain)
    rest = max(most - points, NOUGHT)
    hanging: list[Hanging] = []
    if pending and (more := min(_worth(rule, unit, certain + pending) - points, rest)):
        hanging.append(Hanging("candidate", more, f"有 {pending} 个问题待人工确认", tuple(each.id for each in seen.pending)))
    if rest and seen.unseen:
        hanging.append(Hanging("not-assessed", rest, "；".join(seen.unseen)))
    if rest and by_person(rule):
        hanging.append(Hanging("person", rest, "只能由人判断，还没有人工评分"))
    opened = min(rest, sum((each.points for each in hanging), NOUGHT))
    return Row(rule, points, opened, seen, None, tuple(hanging), _shares(rule, unit, seen, points))


def by_person(rule: IndicatorRow) -> bool:
    """Whether nothing but a person's judgement can settle the row: no check feeds it."""
    return rule.judged == "person" or not rule.feeds


def _worth(rule: IndicatorRow, unit: Fraction, count: int) -> Fraction:
    if count < rule.at_least or not count:
        return NOUGHT
    return unit if rule.per == "once" else unit * count


def _shares(rule: IndicatorRow, unit: Fraction, seen: Seen, points: Fraction) -> dict[str, Fraction]:
    """What each finding costs; what is taken off once stands with the first of them."""
    if not points:
        return {}
    return {each.id: unit for each in (seen.certain[:1] if rule.per == "once" else seen.certain)}


@dataclass(frozen=True, slots=True)
class Item:
    """One item after its cap. ``points`` + ``open`` never exceed the cap."""

    indicator: Indicator
    cap: Fraction
    points: Fraction
    open: Fraction
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, indicator: Indicator, rows: Sequence[Row]) -> Item:
        """The item of these rows."""
        cap = exact(indicator.cap)
        points = min(cap, sum((row.points for row in rows), NOUGHT))
        return cls(indicator, cap, points, min(cap - points, sum((row.open for row in rows), NOUGHT)), tuple(rows))

    def told(self) -> ItemScore:
        """The item as the scorecard shows it."""
        indicator, rows = self.indicator, tuple(row.told() for row in self.rows)
        return ItemScore(
            indicator.id, indicator.name, indicator.block, indicator.cap, shown(self.points), shown(self.open), rows, applies=True
        )

    def stakes(self) -> list[Stake]:
        """What is open in it; nothing where the cap is used up already."""
        left, name = self.cap - self.points, self.indicator.name
        return [
            Stake(row.rule.id, name, each.kind, shown(min(each.points, left)), False, f"{row.rule.text}：{each.why}。", each.findings)
            for row in self.rows
            for each in row.hanging
            if min(each.points, left)
        ]

    def shares(self) -> dict[str, float]:
        """Finding id → points after the cap, in the order of the rows."""
        left, found = self.cap, dict[str, float]()
        for row in self.rows:
            for finding, points in row.shares.items():
                taken = min(points, left)
                left -= taken
                if taken:
                    found[finding] = shown(taken)
            if row.manual is not None:
                left -= min(row.points, left)
        return found
