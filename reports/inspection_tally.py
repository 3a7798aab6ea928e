"""Sites counted (统计): by state, level, group and unit; kinds of problems. Every count of an inspection is made here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from checks.catalogue import rules
from checks.registry import CHECKS
from reports.inspection_level import LEVELS
from reports.inspection_life import Fault, repair_of
from reports.inspection_model import FindingLine, Problem, Rate, Repair, SiteLine, SiteState, Tally, UnitLine

CASES = 3
"""Typical findings named for one kind of problem, each of another site where there are so many."""

NO_LEVEL = "其他"
"""Name of the tally of sites whose level nobody can tell."""


def tally(name: str, states: Iterable[tuple[SiteState, bool]]) -> Tally:
    """Count sites. ``states``: state of each, and whether it is assessed and its grade could still change."""
    counted = Counter(states)
    by_state = Counter({state: sum(n for (each, _), n in counted.items() if each == state) for state, _ in counted})
    operating, not_drawn = sum(by_state.values()), by_state["not-drawn"]
    return Tally(
        name=name,
        operating=operating,
        drawn=operating - not_drawn,
        checked=by_state["pass"] + by_state["fail"],
        passed=by_state["pass"],
        failed=by_state["fail"],
        unassessed=by_state["unassessed"],
        unsettled=sum(n for (state, open_), n in counted.items() if open_ and state in ("pass", "fail")),
    )


def tally_of(name: str, sites: Iterable[SiteLine]) -> Tally:
    """Count the sites of an inspection."""
    return tally(name, ((site.state, site.card is not None and not site.card.settled) for site in sites))


def by_level(sites: Sequence[SiteLine]) -> tuple[Tally, ...]:
    """One tally a level that occurs, 省级 first."""
    parts = _parts(sites, lambda site: site.level)
    return tuple(tally_of(level or NO_LEVEL, parts[level]) for level in LEVELS if level in parts)


def by_group(sites: Sequence[SiteLine]) -> tuple[Tally, ...]:
    """One tally a group, by name."""
    return tuple(tally_of(name, own) for name, own in sorted(_parts(sites, lambda site: site.group).items()))


def unit_lines(sites: Sequence[SiteLine], faults: Mapping[str, Sequence[Fault]], overdue: Mapping[str, int]) -> tuple[UnitLine, ...]:
    """One line a unit, by group and name. ``faults``: site key → its faults; ``overdue``: site key → faults past their day."""
    units = _parts(sites, lambda site: site.unit)
    return tuple(
        UnitLine(
            name=name,
            group=own[0].group,
            sites=tuple(site.key for site in own),
            tally=tally_of(name, own),
            findings=sum(len(site.problems) for site in own),
            vetoes=sum(len(site.card.vetoes) for site in own if site.card is not None),
            points=round(sum(item.points for site in own if site.card is not None for item in site.card.items), 2),
            repair=repair_over(name, own, faults, overdue),
            ipv6=ipv6_rate(own),
        )
        for name, own in sorted(units.items(), key=lambda pair: (pair[1][0].group, pair[0]))
    )


def repair_over(name: str, sites: Iterable[SiteLine], faults: Mapping[str, Sequence[Fault]], overdue: Mapping[str, int]) -> Repair:
    """The repairs of some sites."""
    keys = [site.key for site in sites]
    return repair_of(name, (fault for key in keys for fault in faults.get(key, ())), sum(overdue.get(key, 0) for key in keys))


def ipv6_rate(sites: Iterable[SiteLine]) -> Rate:
    """Links of the sites' own pages (二级、三级链接) that answered over IPv6, of those tried."""
    part = whole = 0
    for site in sites:
        for level in site.figures.get("ipv6", {}).get("links", {}).get("levels", ()):
            if level["group"] == "own":
                part, whole = part + int(level["ok"]), whole + int(level["tested"])
    return Rate(part, whole)


def problems(sites: Sequence[SiteLine]) -> tuple[Problem, ...]:
    """Kinds of problems by indicator, most findings first; within one, the sites with most of them first."""
    found: dict[str, dict[str, list[FindingLine]]] = {}
    for site in sites:
        for finding in site.problems:
            found.setdefault(finding.indicator, {}).setdefault(site.key, []).append(finding)
    made = [_problem(indicator, by_site) for indicator, by_site in found.items()]
    return tuple(sorted(made, key=lambda each: (-each.findings, -len(each.sites), each.indicator)))


def _problem(indicator: str, by_site: Mapping[str, Sequence[FindingLine]]) -> Problem:
    worst = sorted(((key, len(own)) for key, own in by_site.items()), key=lambda pair: (-pair[1], pair[0]))
    bases = sorted({each.basis for own in by_site.values() for each in own} - {"original"})
    return Problem(
        indicator=indicator,
        title=title_of_indicator(indicator),
        findings=sum(count for _, count in worst),
        sites=tuple(worst),
        cases=_cases([by_site[key] for key, _ in worst]),
        basis=bases[0] if bases else "original",
    )


def _cases(by_site: Sequence[Sequence[FindingLine]]) -> tuple[str, ...]:
    """One finding of each site before a second of any; those with a picture first, then of the worst sites."""
    ranked = [
        (not finding.picture, turn, place, finding.id)
        for place, own in enumerate(by_site)
        for turn, finding in enumerate(sorted(own, key=lambda each: not each.picture))
    ]
    return tuple(each[-1] for each in sorted(ranked)[:CASES])


@cache
def _titles() -> dict[str, str]:
    """Official indicator → what it is called in a sentence: the title of the one code or check that has it, else its own last part."""
    codes: dict[str, set[str]] = {}
    checks: dict[str, set[str]] = {}
    for check in CHECKS:
        for rule in rules(check.id).codes.values():
            codes.setdefault(rule.indicator, set()).add(rule.title)
            checks.setdefault(rule.indicator, set()).add(check.title)
    titles = {}
    for indicator, own in codes.items():
        only = own if len(own) == 1 else checks[indicator]
        titles[indicator] = next(iter(only)) if len(only) == 1 else _last_part(indicator)
    return titles


def title_of_indicator(indicator: str) -> str:
    """The short name of an indicator as the findings carry it."""
    return _titles().get(indicator) or _last_part(indicator)


def _last_part(indicator: str) -> str:
    return indicator.split("；")[0].split("/")[-1].split("（")[0] or indicator


def _parts(sites: Sequence[SiteLine], name: Callable[[SiteLine], str]) -> dict[str, list[SiteLine]]:
    parts: dict[str, list[SiteLine]] = {}
    for site in sites:
        parts.setdefault(name(site), []).append(site)
    return parts
