"""What a scorecard (评分表) is: every point of one site on one day, traced to findings or to a person's judgement. Pure data.

The rules that fill it are `reports.score`; the indicators come from `checks.catalogue.indicators`. What was not assessed or awaits a person is
``open``: it widens the range of the score and is never silently lost or won.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from checks.model import Finding, Judgement

Grade = Literal["pass", "fail"]
"""合格, 不合格."""

GRADES: Mapping[Grade, str] = {"pass": "合格", "fail": "不合格"}


@dataclass(frozen=True, slots=True)
class ManualJudgement:
    """What a person judged of one row of the indicators on one site (人工评分). It takes the place of what the program found for that row.

    ``row``: id of an `IndicatorRow`. ``points``: taken off (deduction rows) or earned (bonus rows), 0 says that the row was looked at and is in
    order; for a veto row 1 means hit, 0 not. ``note``: what was seen; ``by``: who judged; ``day``: when.
    """

    site: str
    row: str
    points: float
    note: str
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is known of one site on the day it is scored; decisions of people are applied already.

    ``judgements``: every check's judgement without the findings that a person ruled out (false alarm, exempt). ``confirmed``: ids of findings that a
    person confirmed. A candidate, or a finding with ``confirm``, counts only when its id is there; else it is a stake.
    ``services``: the unit has services to offer (办事服务 applies).
    """

    site: str
    kind: Literal["portal", "department"]
    services: bool
    judgements: tuple[Judgement, ...]
    confirmed: frozenset[str] = frozenset()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of all checks."""
        return tuple(finding for judgement in self.judgements for finding in judgement.findings)


@dataclass(frozen=True, slots=True)
class RowScore:
    """One row. ``points``: taken off or earned for certain, before the item's cap; ``open``: what may still be taken off (or earned), before the cap.

    ``findings``: ids of what it counts; ``pending``: ids of candidates that a person must look at; ``why``: in Chinese, why something is open.
    """

    row: str
    points: float
    open: float = 0.0
    findings: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    manual: ManualJudgement | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item (deduction or bonus) with its cap. ``points`` and ``open`` after the cap: points + open never exceed it."""

    item: str
    name: str
    block: str
    cap: float
    points: float
    open: float
    rows: tuple[RowScore, ...]
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Veto:
    """A veto row (单项否决) that was hit, or may have been. ``findings``: ids behind it; ``reason``: one Chinese sentence."""

    row: str
    name: str
    reason: str
    findings: tuple[str, ...] = ()
    manual: ManualJudgement | None = None


@dataclass(frozen=True, slots=True)
class Stake:
    """Something that could still change score or grade. ``kind``: not-assessed (the program could not look), person (only a person can judge), candidate.

    ``points``: how many points hang on it (0 for a veto row); ``veto``: whether a veto hangs on it; ``why``: one Chinese sentence.
    """

    row: str
    name: str
    kind: Literal["not-assessed", "person", "candidate"]
    points: float
    veto: bool
    why: str
    findings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """One site's score. ``low`` and ``high``: the final score if all that is open turns out badly, or well; None where no points are given
    (a department site by the national rule).

    ``base_low``/``base_high``: part 2 (扣分 100); ``bonus_low``/``bonus_high``: part 3 as counted. ``grade``: by what is certain, that is at the high end;
    ``settled``: whether nothing open could change it. With a veto hit the grade is fail and scoring stops: the points then only inform.
    """

    site: str
    as_of: date
    catalogue: str
    kind: Literal["portal", "department"]
    scored: bool
    vetoes: tuple[Veto, ...]
    items: tuple[ItemScore, ...]
    bonus: tuple[ItemScore, ...]
    base_low: float | None
    base_high: float | None
    bonus_low: float
    bonus_high: float
    low: float | None
    high: float | None
    grade: Grade
    settled: bool
    at_stake: tuple[Stake, ...]
    points_of: Mapping[str, float] = field(default_factory=dict)
    """Finding id → points taken off for it (after caps, in the order of the rows, before ``stretch``); findings that cost nothing are absent.

    A row that is taken off once, however many findings it has, stands with its first finding, so that the column adds up to what was taken off.
    """
    certain: float | None = None
    """The score by what is certain: nothing open is held against the site, none of it is credited (bonus only as judged). None as ``low``.

    This is the one number for tables and rankings; ``grade`` is its grade.
    """
    stretch: float = 1.0
    """What part 2 was multiplied by because blocks do not apply: 100/75 for a site without services (办事服务), else 1."""
