"""One row and one item of the score in exact figures (分值用分数精确计算): what is lost or earned for certain, what is open, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from checks.catalogue.indicators import Indicator, IndicatorRow, Part, exact
from checks.model import Finding
from reports.score_feeds import Seen
from reports.scorecard import ItemScore, ManualJudgement, RowScore, Stake

Kind = Literal["not-assessed", "person", "candidate"]

NOUGHT = Fraction(0)


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
        return Row(
            rule, min(max(exact(manual.points), NOUGHT), highest(rule, cap)), NOUGHT, Seen(seen.certain, seen.pending), manual, (), {}
        )
    points = _worth(rule, seen.certain)
    rest = max(highest(rule, cap) - points, NOUGHT)
    hanging: list[Hanging] = []
    if seen.pending and (more := min(_worth(rule, (*seen.certain, *seen.pending)) - points, rest)):
        hanging.append(Hanging("candidate", more, f"有 {len(seen.pending)} 个问题待人工确认", tuple(each.id for each in seen.pending)))
    if rest and seen.unseen:
        hanging.append(Hanging("not-assessed", rest, "；".join(seen.unseen)))
    if rest and by_person(rule):
        hanging.append(Hanging("person", rest, "只能由人判断，还没有人工评分"))
    opened = min(rest, sum((each.points for each in hanging), NOUGHT))
    return Row(rule, points, opened, seen, None, tuple(hanging), _shares(rule, seen, points))


def by_person(rule: IndicatorRow) -> bool:
    """Whether nothing but a person's judgement can settle the row: no check feeds it."""
    return rule.judged == "person" or not rule.feeds


def worded(rule: IndicatorRow) -> str:
    """What a row says, with its limit (限值) where the text only refers to one."""
    return f"{rule.text}（{rule.threshold}）" if rule.threshold and "限值" in rule.text else rule.text


def rate(rule: IndicatorRow, part: Part) -> str:
    """What a row costs or earns, in words: ``扣 5 分``, ``每个扣 0.2 分``, ``得 2 分``; "" for a veto."""
    if part == "veto":
        return ""
    drawn = f"，至多 {rule.most} 个" if rule.most and rule.per == "each" else ""
    return f"{'每个' if rule.per == 'each' else ''}{'得' if part == 'bonus' else '扣'} {rule.points:g} 分{drawn}"


def highest(rule: IndicatorRow, cap: Fraction) -> Fraction:
    """The most that a row can cost or earn: once its points, else the units that are drawn at most, else all of the item."""
    unit = exact(rule.points)
    if rule.per == "once":
        return unit
    return min(unit * rule.most, cap) if rule.most else cap


def _units(rule: IndicatorRow, findings: Sequence[Finding]) -> list[tuple[str, int]]:
    """Each finding's id with the units it stands for (pages, letters), no more in all than are drawn."""
    left, counted = rule.most, []
    for finding in findings:
        figure = finding.evidence.figures.get(rule.count, 1) if rule.count else 1
        count = len(figure) if isinstance(figure, (list, tuple)) else figure if isinstance(figure, int) else 1
        units = max(count, 1)
        if rule.most:
            units = min(units, left)
            left -= units
        counted.append((finding.id, units))
    return counted


def _worth(rule: IndicatorRow, findings: Sequence[Finding]) -> Fraction:
    if len(findings) < rule.at_least or not findings:
        return NOUGHT
    unit = exact(rule.points)
    return unit if rule.per == "once" else unit * sum(count for _, count in _units(rule, findings))


def _shares(rule: IndicatorRow, seen: Seen, points: Fraction) -> dict[str, Fraction]:
    """What each finding costs, in their order; what is taken off once stands with the first of them."""
    if not points:
        return {}
    if rule.per == "once":
        return {each.id: points for each in seen.certain[:1]}
    return {key: exact(rule.points) * count for key, count in _units(rule, seen.certain) if count}


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
