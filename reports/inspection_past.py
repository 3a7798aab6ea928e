"""Earlier quarters to compare with (同比、环比): as they were published, else computed from the evidence that is kept.

Where evidence of an earlier quarter was pruned its figures can't be made again; there is then nothing to compare with, rather than a wrong number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.nights import Nights
from crawler.registry import RegisteredSite
from reports.history_reading import LifeReader
from reports.inspection_model import Past, Recheck, SiteLine, SiteState
from reports.inspection_sites import Surroundings, card_of
from reports.inspection_tally import tally
from reports.manual import Manual
from reports.published import Published
from reports.quarters import Quarter
from reports.standing import REACH, Standing, standings

BEFORE = 4
"""Quarters before this one that the series shows: back to the same one of the year before."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier quarter: its figures, and site key → state and name as read."""

    past: Past
    states: Mapping[str, SiteState]
    names: Mapping[str, str]


def complete_nights(database: Database, quarter: Quarter) -> list[date]:
    """The nights of a quarter that came to their end, oldest first."""
    return [night.as_of for night in Nights(database).all() if night.state == "done" and quarter.first <= night.as_of <= quarter.last]


def earlier(database: Database, quarter: Quarter, around: Surroundings, table: Callable[[date], Catalogue] | None = None) -> Earlier | None:
    """An earlier quarter; None when it was not published and can't be computed any more. ``around``: of the quarter that asks.

    ``table``: the indicators in force on a day, so that its figures are those it had by the table of its own day; None: those of ``around``.
    """
    publication = Published(database).last(quarter)
    if publication is not None:
        return Earlier(Past(quarter, publication.total, published=True), publication.states, publication.names)
    nights = complete_nights(database, quarter)
    if not nights:
        return None
    cutoff = nights[-1]
    catalogue = table(cutoff) if table else around.catalogue
    then = replace(around, cutoff=cutoff, catalogue=catalogue, manual=Manual(database).of(None, quarter.first, quarter.last))
    states: dict[str, tuple[SiteState, bool]] = {}
    names: dict[str, str] = {}
    reader = LifeReader(database)
    for standing in standings(database, around.folder, cutoff):
        if standing.assessed is None:
            if standing.outcome is None and was_seen(reader, standing.site.key, cutoff):
                return None  # its evidence is gone: the quarter can't be counted again
            if not _was_there(reader, standing.site.key, cutoff):
                continue
        states[standing.site.key] = _state(standing, then)
        names[standing.site.key] = _name(standing.site)
    total = tally("", states.values())
    if not total.checked:
        return None
    return Earlier(Past(quarter, total, published=False), {key: state for key, (state, _) in states.items()}, names)


def _state(standing: Standing, around: Surroundings) -> tuple[SiteState, bool]:
    if standing.assessed is None:
        return "unassessed", False
    card = card_of(standing.assessed, around)
    return card.grade, not card.settled


def was_seen(reader: LifeReader, site: str, cutoff: date) -> bool:
    """Whether the nights' book says that the site answered within the days that count: then only its evidence is missing."""
    return any(
        span.verdict == "ok" and span.last > cutoff - REACH and span.first <= cutoff and _a_night_in(reader, span.first, span.last, cutoff)
        for span in reader.spans(site)
        if not span.check
    )


def _a_night_in(reader: LifeReader, first: date, last: date, cutoff: date) -> bool:
    return any(max(first, cutoff - REACH + date.resolution) <= night <= min(last, cutoff) for night in reader.nights())


def _was_there(reader: LifeReader, site: str, cutoff: date) -> bool:
    """Whether the site was under inspection by then: a site that joined the registry later is no site of that quarter."""
    return any(span.first <= cutoff for span in reader.spans(site))


def _name(site: RegisteredSite) -> str:
    return f"{site.name}（{site.code or site.key}）"


def recheck(before: Earlier | None, sites: Sequence[SiteLine]) -> Recheck | None:
    """What became of the sites that failed in the quarter before (复查); None without figures of it."""
    if before is None:
        return None
    now = {site.key: site for site in sites}
    failed = sorted(key for key, state in before.states.items() if state == "fail")

    def those(state: SiteState) -> tuple[str, ...]:
        return tuple(key for key in failed if key in now and now[key].state == state)

    gone = tuple(before.names.get(key, key) for key in failed if key not in now)
    return Recheck(those("pass"), those("fail"), those("unassessed"), gone, those("not-drawn"))


def series(quarters: Iterable[Earlier | None], this: Past) -> tuple[Past, ...]:
    """Figures by quarter, oldest first, this one last; quarters without figures are left out."""
    known = [each.past for each in quarters if each is not None]
    return (*sorted(known, key=lambda past: past.quarter), this)
