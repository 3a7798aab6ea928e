"""What is known of every unit over a year, out of the central database and the evidence: no network, no clock, nothing written.

Each quarter is told by its published inspection where there is one, else anew from its last complete night. Sites of units below belong to the nearest
unit above them that is assessed itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from checks.catalogue.assessment import AssessmentCatalogue, Group
from checks.catalogue.indicators import Catalogue
from crawler.nights import Nights
from crawler.registry import RegisteredSite, Registry, Unit
from reports.assessment import groups_of
from reports.assessment_model import NOT_DRAWN, SiteQuarter, UnitYear, YearRepairs
from reports.commands.options import UsageProblem
from reports.decisions import EXCLUDED, Decisions
from reports.history_reading import LifeReader
from reports.inspection_gather import with_reason
from reports.inspection_life import Lives, Period
from reports.inspection_model import SiteLine
from reports.manual import Manual
from reports.published import Published
from reports.quarters import Quarter
from reports.score import score
from reports.scorecard import Scorecard
from reports.standing import Standing, in_operation, standings

JUDGED = ("interaction-statistics", "error-report-entry")
"""Checks whose verdicts a term of the formula counts."""

_AT_ONCE = 200  # sites whose lives lie in memory together


@dataclass(frozen=True, slots=True)
class YearAsked:
    """What a year's assessment is made of. ``groups``: ranking groups asked for, none: all that the registry has units of.

    ``table``: the site indicators in force on a day, for quarters that were not published.
    """

    database: Database
    folder: Path
    year: int
    groups: tuple[str, ...]
    catalogue: AssessmentCatalogue
    table: Callable[[date], Catalogue]

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The year's four quarters."""
        return tuple(Quarter(self.year, number) for number in (1, 2, 3, 4))


@dataclass(frozen=True, slots=True)
class Collected:
    """``quarters``: each with the day it was judged by, None where there was no complete night; ``tables``: site indicators that they were judged by."""

    units: tuple[UnitYear, ...]
    quarters: tuple[tuple[Quarter, date | None], ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarterTold:
    """One quarter: the day it was judged by, the table of site indicators, and (unit, site) of every site in operation then."""

    day: date | None = None
    table: str = ""
    sites: tuple[tuple[str, SiteQuarter], ...] = ()


def collect(asked: YearAsked) -> Collected:
    """Every unit of the groups asked for. Raises `UsageProblem`: unknown group, no units, a year without any complete night."""
    registry = Registry(asked.database)
    units = {unit.name: unit for unit in registry.units()}
    chosen = _chosen(asked, tuple(units.values()))
    owner = {name: _owner(name, units, chosen) for name in units}
    told = {quarter: _quarter(asked, quarter) for quarter in asked.quarters}
    days = [each.day for each in told.values() if each.day]
    if not days:
        raise UsageProblem(f"{asked.year} 年没有完整的夜间检查：请核对 --year，或先运行 mingjing nightly。")
    sites: dict[str, list[SiteQuarter]] = {}
    for quarter in asked.quarters:
        for unit, site in told[quarter].sites:
            if whose := owner.get(unit, ""):
                sites.setdefault(whose, []).append(site)
    last = max(days)
    registered = [site for site in registry.sites(removed=True) if owner.get(site.unit, "")]
    at_the_end = [site for site in registered if in_operation(site, last)]
    repairs = _repairs(asked, at_the_end, owner, last)
    figures = Manual(asked.database).figures_by_quarter(asked.quarters[0].first, asked.quarters[-1].last)
    return Collected(
        tuple(
            UnitYear(
                unit=name,
                registered=units[name].group,
                group=group,
                quarters=asked.quarters,
                sites=tuple(sites.get(name, ())),
                intensive=_intensive([site for site in at_the_end if owner[site.unit] == name]),
                repairs=repairs.get(name, YearRepairs(0, 0, ())),
                figures={quarter: of_units[name] for quarter, of_units in figures.items() if name in of_units},
            )
            for name, group in sorted(chosen.items())
        ),
        tuple((quarter, told[quarter].day) for quarter in asked.quarters),
        tuple(dict.fromkeys(each.table for each in told.values() if each.table)),
    )


def _chosen(asked: YearAsked, units: Sequence[Unit]) -> dict[str, str]:
    """Assessed unit → its ranking group. A group is asked for by its own name or by that of a registry group in it."""
    groups: Sequence[Group] = groups_of(asked.catalogue, [unit.group for unit in units if unit.group])
    present = {unit.group for unit in units}
    useful = [group for group in groups if present & set(group.of)]
    if not asked.groups:
        listed = [group for group in asked.catalogue.groups if group in useful]
        wanted = {group.name for group in listed or useful}
    else:
        known = {name: group.name for group in useful for name in (*group.of, group.name)}
        if strange := [name for name in asked.groups if name not in known]:
            offered = "、".join(group.name for group in useful) or "（名录中没有分组的单位）"
            raise UsageProblem(f"--groups：名录中没有“{strange[0]}”这个考核分组的单位，可用的分组是 {offered}。")
        wanted = {known[name] for name in asked.groups}
    ranking = {name: group.name for group in useful if group.name in wanted for name in group.of}
    chosen = {unit.name: ranking[unit.group] for unit in units if unit.group in ranking}
    if not chosen:
        raise UsageProblem("名录中没有可以考核的单位：请先用 mingjing registry import 导入单位及其分组。")
    return chosen


def _owner(name: str, units: Mapping[str, Unit], chosen: Mapping[str, str]) -> str:
    """The unit itself, or the nearest above it, that is assessed; "" for none."""
    seen: set[str] = set()
    while name and name not in seen:
        if name in chosen:
            return name
        seen.add(name)
        name = units[name].parent if name in units else ""
    return ""


def _intensive(sites: Sequence[RegisteredSite]) -> tuple[int, int]:
    return sum(1 for site in sites if site.intensive), len(sites)


def _quarter(asked: YearAsked, quarter: Quarter) -> QuarterTold:
    published = Published(asked.database).inspection(quarter)
    if published is not None:
        told = f"{published.catalogue_title} {published.catalogue}"
        return QuarterTold(published.cutoff, told, tuple((line.unit, of_line(quarter, line)) for line in published.sites))
    nights = [night.as_of for night in Nights(asked.database).all() if night.state == "done" and Quarter.of(night.as_of) == quarter]
    if not nights:
        return QuarterTold()
    table, manual = asked.table(nights[-1]), Manual(asked.database).of(None, quarter.first, quarter.last)
    rows, reader = [], LifeReader(asked.database)
    for standing in standings(asked.database, asked.folder, nights[-1]):
        standing = with_reason(standing, reader, nights[-1])
        judged = standing.assessed
        card = score(judged, manual.get(standing.site.key, ()), table, standing.night or nights[-1]) if judged else None
        rows.append((standing.site.unit, _computed(quarter, standing, card)))
    return QuarterTold(nights[-1], f"{table.title} {table.id} {table.version}（{table.digest}）", tuple(rows))


def _computed(quarter: Quarter, standing: Standing, card: Scorecard | None) -> SiteQuarter:
    site = standing.site
    if card is None or standing.assessed is None:
        return SiteQuarter(quarter, site.key, site.name, None, True, False, veto_pending=standing.waits, why=standing.why)
    figures = {judgement.check: judgement.figures for judgement in standing.assessed.judgements}
    verdicts = {each.check: each.verdict for each in standing.assessed.judgements if each.check in JUDGED}
    return _site(quarter, (site.key, site.name), card, figures.get("ipv6", {}), verdicts, published=False)


def of_line(quarter: Quarter, line: SiteLine) -> SiteQuarter:
    """A site as a published inspection has it: what was published is its result, whatever was open then."""
    if line.card is None or line.state not in ("pass", "fail"):
        why = NOT_DRAWN if line.state == "not-drawn" else line.why or "未能评估"
        return SiteQuarter(quarter, line.key, line.name, None, True, True, why=why)
    verdicts = {check: line.verdicts[check] for check in JUDGED if check in line.verdicts}
    return _site(quarter, (line.key, line.name), line.card, line.figures.get("ipv6", {}), verdicts, published=True)


def _site(
    quarter: Quarter, named: tuple[str, str], card: Scorecard, ipv6: Mapping[str, Any], verdicts: Mapping[str, str], *, published: bool
) -> SiteQuarter:
    own = [level for level in ipv6.get("links", {}).get("levels", ()) if level.get("group") == "own"]
    return SiteQuarter(
        quarter=quarter,
        site=named[0],
        name=named[1],
        passed=card.grade == "pass",
        settled=published or card.settled,
        published=published,
        vetoes=tuple(veto.reason for veto in card.vetoes),
        veto_pending=not published and any(stake.veto for stake in card.at_stake),
        score=card.certain,
        ipv6=(sum(int(level["ok"]) for level in own), sum(int(level["tested"]) for level in own)),
        verdicts=verdicts,
    )


def _repairs(asked: YearAsked, sites: Sequence[RegisteredSite], owner: Mapping[str, str], last: date) -> dict[str, YearRepairs]:
    """Unit → what became of its findings from the first day of the year to its last night."""
    held = Decisions(asked.database).holding(last)
    period = Period(
        first=asked.quarters[0].first,
        cutoff=last,
        confirmed={key for key, each in held.items() if each.confirms},
        excluded={key for key, each in held.items() if each.kind in EXCLUDED},
    )
    found: dict[str, YearRepairs] = {}
    for part in _parts(sites):
        lives = Lives(LifeReader(asked.database), [site.key for site in part], period)
        for site in part:
            due = [fault for fault in lives.faults(site.key) if fault.counted and fault.due]
            days = tuple((fault.since - fault.begun).days for fault in due if fault.closed)
            before = found.get(owner[site.unit], YearRepairs(0, 0, ()))
            found[owner[site.unit]] = YearRepairs(before.due + len(due), before.closed + len(days), (*before.days, *days))
    return found


def _parts(sites: Sequence[RegisteredSite]) -> Iterator[Sequence[RegisteredSite]]:
    for start in range(0, len(sites), _AT_ONCE):
        yield sites[start : start + _AT_ONCE]
