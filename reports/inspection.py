"""The figures of a quarter (季度检查) out of the central database and the evidence: no network, no clock, nothing written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.nights import Nights
from crawler.registry import Registry
from reports.commands.options import UsageProblem
from reports.inspection_deadlines import deadlines
from reports.inspection_gather import gather
from reports.inspection_model import Drawn, Inspection, Past
from reports.inspection_notes import notes_of
from reports.inspection_past import BEFORE, Earlier, complete_nights, earlier, recheck, series
from reports.inspection_pictures import Pictures
from reports.inspection_sites import NO_GROUP, Surroundings
from reports.inspection_tally import by_group, by_level, problems, repair_over, tally_of, unit_lines
from reports.manual import Manual
from reports.objections import Objections
from reports.quarters import Quarter
from reports.sample_drawing import draw
from reports.standing import in_operation


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inspection is made of. ``folder``: of the evidence; ``cutoff``: 监测时间点, None: the last complete night of the quarter.

    ``percent``, ``seed``: the sample (抽查), 100: every site; ``decided``: the day on which a decision must not have run out, usually the cut-off
    (what was decided later counts too: a ruling reaches the quarter it is about); ``reply_days``: days from ``issued`` (None: from the
    cut-off) to the day units must reply by; ``table``: the indicators in force on a day, for quarters before that were not published (None: ``catalogue``).
    """

    database: Database
    folder: Path
    quarter: Quarter
    cutoff: date | None
    percent: int
    seed: str
    unreviewed: bool
    decided: date
    catalogue: Catalogue
    reply_days: int
    issued: date | None = None
    table: Callable[[date], Catalogue] | None = None


def build_inspection(asked: Asked) -> Inspection:
    """The inspection of a quarter. Raises `UsageProblem` for a quarter without nights or a cut-off outside of it or without a night."""
    cutoff = cutoff_of(asked.database, asked.quarter, asked.cutoff)
    deadline = (asked.issued or cutoff) + timedelta(days=asked.reply_days)
    drawn = draw(_groups(asked.database, cutoff), asked.percent, asked.seed)
    around, past = _around(asked, cutoff, drawn)
    found = gather(asked.database, asked.quarter, around, asked.decided)
    sites = tuple(found.sites)
    total = tally_of("", sites)
    last_quarter, last_year = past.get(asked.quarter.previous), past.get(asked.quarter.year_before)
    last_night = [night for night in Nights(asked.database).all() if night.as_of <= cutoff][-1]
    return Inspection(
        quarter=asked.quarter,
        cutoff=cutoff,
        deadline=deadline,
        unreviewed=asked.unreviewed,
        program=last_night.program,
        catalogue=_version(asked.catalogue),
        catalogue_title=asked.catalogue.title,
        sites=sites,
        units=unit_lines(sites, found.faults, found.overdue),
        total=total,
        by_level=by_level(sites),
        by_group=by_group(sites),
        problems=problems(sites),
        repair=repair_over("", sites, found.faults, found.overdue),
        repaired_within=tuple(found.within),
        recheck=recheck(last_quarter, sites),
        last_quarter=last_quarter.past if last_quarter else None,
        last_year=last_year.past if last_year else None,
        series=series(past.values(), Past(asked.quarter, total, published=False)),
        drawn=drawn,
        notes=notes_of(asked.database, asked.quarter, cutoff, asked.catalogue, sites, given=bool(around.told)),
        pictures=Pictures(found.places),
    )


def cutoff_of(database: Database, quarter: Quarter, given: date | None) -> date:
    """The 监测时间点: as given, else the last complete night of the quarter. Raises `UsageProblem` with one line when there is none."""
    nights = [night.as_of for night in Nights(database).all()]
    inside = [night for night in nights if quarter.first <= night <= quarter.last]
    if given is not None and not quarter.first <= given <= quarter.last:
        raise UsageProblem(
            f"监测时间点 {given} 不在{quarter.chinese}（{quarter.first} 至 {quarter.last}）内：请核对 --quarter 和 --cutoff。"
        )
    if not nights:
        raise UsageProblem("监管库中还没有任何夜间检查记录：请先运行 mingjing nightly，或用 --db 指定另一个监管库。")
    if not inside and quarter.first > nights[-1]:
        raise UsageProblem(f"{quarter.chinese}还没有检查记录（最近一晚是 {nights[-1]}）：该季度尚未开始或尚未检查，请核对 --quarter。")
    if not inside:
        raise UsageProblem(f"{quarter.chinese}没有夜间检查记录（记录从 {nights[0]} 到 {nights[-1]}）：请核对 --quarter。")
    if given is not None and inside[0] > given:
        raise UsageProblem(f"{quarter.chinese}到 {given} 为止没有夜间检查记录（本季度第一晚是 {inside[0]}）：请改用以后的 --cutoff。")
    complete = complete_nights(database, quarter)
    if given is None and not complete:
        raise UsageProblem(f"{quarter.chinese}没有做完的夜间检查（最后一晚是 {inside[-1]}）：请用 --cutoff {inside[-1]} 指定监测时间点。")
    return given or complete[-1]


def _version(catalogue: Catalogue) -> str:
    return f"{catalogue.id} {catalogue.version}" + (f"（{catalogue.digest}）" if catalogue.digest else "")


def _groups(database: Database, cutoff: date) -> dict[str, str]:
    """Site key → group, of the sites in operation."""
    registry = Registry(database)
    units = {unit.name: unit.group for unit in registry.units()}
    return {site.key: units.get(site.unit, "") or NO_GROUP for site in registry.sites(removed=True) if in_operation(site, cutoff)}


def _around(asked: Asked, cutoff: date, drawn: Drawn) -> tuple[Surroundings, dict[Quarter, Earlier | None]]:
    """What every site's line is made with, and the quarters before."""
    database, quarter = asked.database, asked.quarter
    objections = Objections(database)
    around = Surroundings(
        folder=asked.folder,
        cutoff=cutoff,
        catalogue=asked.catalogue,
        units={unit.name: unit for unit in Registry(database).units()},
        manual=Manual(database).of(None, quarter.first, quarter.last),
        objections=objections.texts(objections.of()),
        told=deadlines(database, quarter),
        before={},
        drawn=frozenset(drawn.keys),
    )
    past: dict[Quarter, Earlier | None] = {}
    for _ in range(BEFORE):
        quarter = quarter.previous
        past[quarter] = earlier(database, quarter, around, asked.table)
    before = past[asked.quarter.previous]
    return replace(around, before=before.states if before else {}), past
