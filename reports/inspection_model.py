"""The figures of a quarterly inspection (季度检查), computed once; every output (通报, workbook, feedback sheets, ledger) only lays them out.

A rate is always told with its numerator and denominator. Sites that could not be assessed are in no rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from reports.quarters import Quarter
from reports.scorecard import Scorecard

SiteState = Literal["pass", "fail", "unassessed", "not-drawn"]
"""合格, 不合格, 未能评估, 未抽中."""

Level = Literal["省级", "市级", "县级", ""]

FIGURES_OF = ("availability", "column-updates", "home-updates", "interaction-statistics", "ipv6")
"""Checks whose figures an inspection keeps; those of the others are left out, for a province's would fill the memory."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as of the cut-off. ``points``: taken off for it; ``counted``: whether it is in the numbers.

    Not counted are what nobody has confirmed (`SiteLine.pending`), what a decision took out (`SiteLine.excluded`) and cautions (提示): those are listed
    with the rest of `SiteLine.findings`, and are no problem of the site.
    ``first_seen``: first night; ``repeated``: it, or the same before it, was reopened or told in an earlier published inspection; ``evidence``: the
    evidence file of the night judged, below the folder of the evidence; ``picture``: JPEG bytes' key in
    `Inspection.pictures`, "" for none; ``objection``: text of a unit's objection and ``ruling``: of the decision on it, "" for none.
    ``severity`` as in `checks.model.Severity`; ``basis`` as in the catalogue.
    """

    id: str
    site: str
    check: str
    check_title: str
    code: str
    title: str
    severity: str
    subject: str
    url: str
    pages: tuple[str, ...]
    message: str
    advice: str
    indicator: str
    source: str
    basis: str
    snippet: str
    seen_at: str
    points: float
    counted: bool
    first_seen: date
    repeated: bool
    evidence: str
    picture: str = ""
    objection: str = ""
    ruling: str = ""
    closed: date | None = None
    """The night on which it was seen rectified; None for one that is there at the cut-off."""


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site in operation at the cut-off. ``reasons``: 不合格原因, in Chinese; ``why``: why it could not be assessed.

    ``findings``: those that hold, worst first, cautions last; ``pending``: candidates and vetoes that wait for a person, always here, for outputs to show
    (marked) when `Inspection.unreviewed`; ``excluded``: what a decision took out of every number, ``ruling`` says which.
    ``verdicts``: check id → verdict; ``figures``: check id → `Judgement.figures`, of the checks whose tables are printed (`FIGURES_OF`);
    ``before``: its state in the quarter before, None when it was not in it. A site that was not drawn or not assessed has no findings;
    one that did not open keeps what waits for a person or was ruled out.
    """

    key: str
    code: str
    name: str
    url: str
    unit: str
    group: str
    level: Level
    kind: Literal["portal", "department"]
    intensive: bool
    services: bool
    state: SiteState
    night: date | None
    card: Scorecard | None
    reasons: tuple[str, ...]
    findings: tuple[FindingLine, ...]
    pending: tuple[FindingLine, ...]
    verdicts: Mapping[str, str]
    figures: Mapping[str, Mapping[str, Any]]
    why: str = ""
    before: SiteState | None = None
    excluded: tuple[FindingLine, ...] = ()

    @property
    def problems(self) -> tuple[FindingLine, ...]:
        """Its findings that are in the numbers."""
        return tuple(each for each in self.findings if each.counted)


@dataclass(frozen=True, slots=True)
class Rate:
    """``part`` of ``whole``; ``share`` is None when the whole is 0: there is nothing to take a rate of."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """``part / whole``, or None."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Tally:
    """Sites of one group, level or of all: in operation, drawn, checked (assessed), passed, failed, not assessed; how many could still change."""

    name: str
    operating: int
    drawn: int
    checked: int
    passed: int
    failed: int
    unassessed: int
    unsettled: int

    @property
    def pass_rate(self) -> Rate:
        """Passed of checked."""
        return Rate(self.passed, self.checked)

    @property
    def checked_rate(self) -> Rate:
        """Checked of those in operation."""
        return Rate(self.checked, self.operating)


@dataclass(frozen=True, slots=True)
class Problem:
    """One kind of problem (by indicator): how many findings on how many sites, the sites worst first, typical cases. Problems: most findings first."""

    indicator: str
    title: str
    findings: int
    sites: tuple[tuple[str, int], ...]
    """Site key and its findings of this kind, worst first."""
    cases: tuple[str, ...]
    """Ids of typical findings, those with a picture first."""
    basis: str


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of findings in the quarter (整改). ``opened``: told first in it; ``closed``: rectified in it; ``within``: opened and closed in it.

    ``due``: findings open at its beginning or opened in it, that is what the rate is taken of; ``median_days``: from first told to rectified;
    ``overdue``: told in an earlier published inspection or ledger, the day it gave passed, and there to see at the cut-off; ``reopened``: came back after they were
    rectified. In none are findings that are excluded, not confirmed, cautions, gone with their page or with a rule, and those of sites that were not
    drawn or not assessed. A fault that goes on under another code or place (twin) is one.
    """

    name: str
    opened: int
    closed: int
    within: int
    due: int
    reopened: int
    overdue: int
    median_days: float | None

    @property
    def rate(self) -> Rate:
        """Closed of due."""
        return Rate(self.closed, self.due)


@dataclass(frozen=True, slots=True)
class Recheck:
    """Sites that failed in the quarter before (复查): passed now, failed again, could not be assessed, no longer in operation, not drawn now.

    Site keys; of those that are no longer in operation ``网站名称（标识码）``, for they are in no other list.
    """

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    unassessed: tuple[str, ...]
    closed: tuple[str, ...]
    not_drawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit (考核对象) with its sites' figures and its repairs. ``sites``: keys; ``findings``: those in the numbers; ``vetoes``: rows of part 1 hit;
    ``points``: taken off in part 2 over its sites that are scored, after the items' caps.
    """

    name: str
    group: str
    sites: tuple[str, ...]
    tally: Tally
    findings: int
    vetoes: int
    points: float
    repair: Repair
    ipv6: Rate
    """IPv6 links reachable of IPv6 links tried, over its sites."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the sample (抽查) was drawn: share asked for in percent, seed, keys. ``percent`` 100: every site."""

    percent: int
    seed: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """Another quarter's figures to compare with. ``published``: from a published inspection, else computed from what is kept."""

    quarter: Quarter
    tally: Tally
    published: bool


@dataclass(frozen=True, slots=True)
class Inspection:
    """A quarter's inspection. ``series``: pass rate by quarter, oldest first, this one last. ``pictures``: key → JPEG of at most 80 KB.

    ``version``: 1 for the first publication, more for an erratum, 0 for a draft; ``changes``: what an erratum changed, in Chinese.
    """

    quarter: Quarter
    cutoff: date
    deadline: date
    unreviewed: bool
    program: str
    catalogue: str
    catalogue_title: str
    sites: tuple[SiteLine, ...]
    units: tuple[UnitLine, ...]
    total: Tally
    by_level: tuple[Tally, ...]
    by_group: tuple[Tally, ...]
    problems: tuple[Problem, ...]
    repair: Repair
    repaired_within: tuple[FindingLine, ...]
    recheck: Recheck | None
    last_quarter: Past | None
    last_year: Past | None
    series: tuple[Past, ...]
    drawn: Drawn
    notes: tuple[str, ...]
    pictures: Mapping[str, bytes]
    version: int = 0
    changes: tuple[str, ...] = ()

    @property
    def findings(self) -> int:
        """Findings in the numbers."""
        return sum(unit.findings for unit in self.units)
