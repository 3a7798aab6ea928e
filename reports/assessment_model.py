"""The annual assessment (年度考核) as figures, computed once; bulletin, ranking and unit sheets only lay them out. Pure data.

Points stand as ``low`` to ``high``: what is missing or unsettled widens the range. ``points`` is by the data there is (missing terms left out of both
sides of the fraction), None where there is none; it is what the ranking goes by.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from reports.manual import UnitFigure
from reports.quarters import Quarter

Source = Literal["machine", "registry", "imported"]
SOURCES: Mapping[Source, str] = {"machine": "程序检查", "registry": "网站名录", "imported": "人工报送"}

Rank = Literal["excellent", "good", "pass", "fail", "open", ""]
RANKS: Mapping[Rank, str] = {"excellent": "优秀", "good": "良好", "pass": "合格", "fail": "不合格", "open": "待定", "": "不参加排名"}
"""考核等次. Nobody is failed by figures that are not all there: open (待定); "" for a unit of which nothing is known."""

NOT_DRAWN = "未抽中"
"""Why a site has no result in a quarter whose inspection was a sample."""

BasisOfItem = Literal["machine", "imported", "both"]
BASES: Mapping[BasisOfItem, str] = {"machine": "程序检查", "imported": "人工报送", "both": "程序检查与人工报送"}


@dataclass(frozen=True, slots=True)
class SiteQuarter:
    """One site at the end of one quarter, as the published inspection has it, or computed.

    ``state``: passed, failed, or None: not assessed, ``why`` says it. ``settled``: nothing that awaits a person could change it. ``vetoes``: one sentence
    each; ``veto_pending``: one may still come, of a site that was not assessed too. ``score``: certain points, None where none are given. ``ipv6``: links of second and third level that work,
    and tested. ``verdicts``: check id → verdict after decisions of people.
    """

    quarter: Quarter
    site: str
    name: str
    passed: bool | None
    settled: bool
    published: bool
    vetoes: tuple[str, ...] = ()
    veto_pending: bool = False
    score: float | None = None
    ipv6: tuple[int, int] = (0, 0)
    verdicts: Mapping[str, str] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class YearRepairs:
    """What became of a unit's findings in the year. ``due``: open at its beginning or opened in it; ``closed``: of those rectified at its end;

    ``days``: from first told to rectified, of each that was.
    """

    due: int
    closed: int
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class UnitYear:
    """All that is known of one unit over the year. ``registered``: its group in the registry; ``group``: the ranking group.

    ``intensive``: its sites on an intensive platform, and all in operation, at the year's end. ``figures``: quarter → term → figure.
    """

    unit: str
    registered: str
    group: str
    quarters: tuple[Quarter, ...]
    sites: tuple[SiteQuarter, ...]
    intensive: tuple[int, int]
    repairs: YearRepairs
    figures: Mapping[Quarter, Mapping[str, UnitFigure]]


@dataclass(frozen=True, slots=True)
class Share:
    """A term's data as a share of full points. ``share`` by the data there is; None with ``known``: does not apply; None without: missing.

    ``data``: the figures in words, with numerator and denominator; ``part``/``whole``: the same as numbers; ``note``: what a reader must know.
    """

    share: Fraction | None
    low: Fraction
    high: Fraction
    source: Source
    data: str
    applies: bool = True
    part: float | None = None
    whole: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class TermResult:
    """One term with its data and points. ``full``: its points in this unit's case (those of terms that do not apply went to the others)."""

    id: str
    title: str
    text: str
    source: Source
    full: float
    points: float | None
    low: float
    high: float
    data: str
    applies: bool
    part: float | None
    whole: float | None
    note: str


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item. ``reached``: True at full marks for certain, False for certain not, None where it could still be either."""

    id: str
    title: str
    applies: bool
    full: float
    points: float | None
    low: float
    high: float
    reached: bool | None
    basis: BasisOfItem
    terms: tuple[TermResult, ...]
    why: str = ""


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit's year. ``points``, ``low``, ``high``: out of 100 (items that do not apply are left out and the rest is stretched).

    ``full``: points of the items that apply; ``rank`` in its group, None where nothing is known; ``best``/``worst``: ranks it could still take;
    ``grade`` by what is known, ``settled``: nothing missing could change it; ``grounds``: why this grade, in Chinese.
    """

    unit: str
    registered: str
    group: str
    items: tuple[ItemResult, ...]
    full: float
    points: float | None
    low: float
    high: float
    second: float | None
    rank: int | None
    best: int
    worst: int
    grade: Rank
    settled: bool
    grounds: str
    vetoes: tuple[str, ...]
    sites: tuple[SiteQuarter, ...]

    def item(self, item_id: str) -> ItemResult:
        """Raises StopIteration for an item that the assessment does not have."""
        return next(item for item in self.items if item.id == item_id)


@dataclass(frozen=True, slots=True)
class FullMarks:
    """How many of the counted units of a registry group reached full marks in an item. ``whole``: those it applies to and of which it is known;

    ``unknown``: those of which it is not. ``before``: (part, whole) of last year's published assessment.
    """

    item: str
    registered: str
    part: int
    whole: int
    unknown: int
    before: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One ranking group, units in order of rank. ``registered``: registry groups with how many units each; ``quota``: how many may be 优秀, None: by score."""

    name: str
    registered: tuple[tuple[str, int], ...]
    units: tuple[UnitResult, ...]
    quota: int | None
    marks: tuple[FullMarks, ...]
    excellent_before: tuple[int, int] | None = None

    def graded(self, grade: Rank) -> tuple[UnitResult, ...]:
        """Units with this grade, in order of rank."""
        return tuple(unit for unit in self.units if unit.grade == grade)


@dataclass(frozen=True, slots=True)
class ItemHead:
    """An item as the assessment uses it: title, points, the ranking groups it is for, what to advise."""

    id: str
    title: str
    points: float
    groups: tuple[str, ...]
    advice: str


@dataclass(frozen=True, slots=True)
class Total:
    """One rate over all units: its item, the term's title, ``part`` of ``whole`` (more than 0), and what is counted (站次, 条链接, 个问题, 件)."""

    item: str
    title: str
    part: int
    whole: int
    unit: str


@dataclass(frozen=True, slots=True)
class Lost:
    """Of how many units one term of an item is not at full points, of how many it is known and applies."""

    item: str
    title: str
    part: int
    whole: int


@dataclass(frozen=True, slots=True)
class Assessment:
    """The year's assessment. ``quarters``: those with an inspection (day of it, or None without one); ``second``: title of the item that orders equals;

    ``version``: 0 for a draft, else of the publication. ``notes``: basis of weights, rules of ranking, versions.
    """

    year: int
    items: tuple[ItemHead, ...]
    groups: tuple[GroupResult, ...]
    quarters: tuple[tuple[Quarter, date | None], ...]
    second: str
    excellent_by: Literal["cutoff", "quota"]
    has_good: bool
    compared: bool
    totals: tuple[Total, ...]
    losses: tuple[Lost, ...]
    catalogue: str
    indicators: str
    program: str
    notes: tuple[str, ...]
    version: int = 0

    @property
    def units(self) -> tuple[UnitResult, ...]:
        """Every unit, by group and rank."""
        return tuple(unit for group in self.groups for unit in group.units)
