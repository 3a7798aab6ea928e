"""One walk over all sites of an inspection: their lines, what became of their findings, where their pictures are. A province fits, for it goes in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from reports.decisions import EXCLUDED, Decisions
from reports.history_reading import LifeReader
from reports.inspection_life import Fault, Lives, Period
from reports.inspection_model import FindingLine, SiteLine
from reports.inspection_past import was_seen
from reports.inspection_sites import Surroundings, rectified_line, site_line
from reports.quarters import Quarter
from reports.standing import Standing, standings

T = TypeVar("T")

_AT_ONCE = 50
"""Sites whose lives are in memory together."""

LOST = "监测时间点前 14 天内的证据文件缺失（已清理或移走），不能再作评估"
"""Why a site that was seen can't be assessed."""


@dataclass(slots=True)
class Gathered:
    """What the walk collects. ``faults``: site key → those in the figures; ``overdue``: site key → how many of them are past their day.

    ``within``: findings told first and rectified in the quarter; ``places``: finding id → evidence file with its picture.
    """

    sites: list[SiteLine] = field(default_factory=list)
    faults: dict[str, Sequence[Fault]] = field(default_factory=dict)
    overdue: dict[str, int] = field(default_factory=dict)
    within: list[FindingLine] = field(default_factory=list)
    places: dict[str, Path] = field(default_factory=dict)


def gather(database: Database, quarter: Quarter, around: Surroundings, decided: date) -> Gathered:
    """Every site in operation at the cut-off, by key."""
    holding = Decisions(database).holding(decided)
    period = Period(
        quarter.first,
        around.cutoff,
        frozenset(key for key, each in holding.items() if each.confirms),
        frozenset(key for key, each in holding.items() if each.kind in EXCLUDED),
    )
    reader, found = LifeReader(database), Gathered()
    for part in _parts(standings(database, around.folder, around.cutoff, decided=decided), _AT_ONCE):
        lives = Lives(reader, [standing.site.key for standing in part], period)
        for standing in part:
            _take(found, with_reason(standing, reader, around.cutoff), around, lives)
    return found


def _take(found: Gathered, standing: Standing, around: Surroundings, lives: Lives) -> None:
    made, places = site_line(standing, around, lives)
    found.sites.append(made)
    found.places |= places
    if made.card is None:
        return
    faults = [fault for fault in lives.faults(made.key) if fault.counted and fault.due]
    there = {finding.id for finding in made.problems}
    found.overdue[made.key] = sum(_overdue(fault, there, around.told, around.cutoff) for fault in faults)
    found.within += [rectified_line(fault, around) for fault in faults if fault.within]
    found.faults[made.key] = [replace(fault, members=()) for fault in faults]


def _overdue(fault: Fault, there: set[str], told: Mapping[str, Sequence[tuple[date, date]]], cutoff: date) -> bool:
    """Whether a publication or ledger named it, the day it gave has passed, and it has been there without a break and is there to see."""
    if fault.state != "open" or not any(each.id in there for each in fault.members):
        return False
    named = [pair for each in fault.members for pair in told.get(each.id, ())]
    return any(fault.since <= published and deadline < cutoff for published, deadline in named)


def with_reason(standing: Standing, reader: LifeReader, cutoff: date) -> Standing:
    """A site that was seen, and whose evidence has gone, is not told to have had no night."""
    if standing.assessed is None and not (standing.evidence or standing.outcome) and was_seen(reader, standing.site.key, cutoff):
        return replace(standing, why=LOST)
    return standing


def _parts(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part
