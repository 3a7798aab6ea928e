"""``mingjing manual``: making the workbook for people, and taking it back. Both read the registry and what was given before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.registry import RegisteredSite, Registry
from reports.manual import Manual
from reports.manual_reading import Known, read_manual
from reports.manual_sheet import Asked, manual_workbook
from reports.manual_terms import TERMS
from reports.output import put
from reports.quarters import Quarter
from reports.standing import in_operation
from reports.workbook import workbook_bytes


def template(database: Database, path: Path, quarter: Quarter, unit: str, catalogue: Catalogue) -> tuple[int, int]:
    """Write the workbook of a quarter; how many sites and units it asks about.

    ``unit``: only this unit and those below it. Raises `OversightError` for a unit that is not there, `OutputProblem` for a file that can't be written.
    """
    registry, manual = Registry(database), Manual(database)
    sites = _in_quarter(registry.sites([unit] if unit else (), removed=True), quarter)
    units = [each.name for each in registry.units()]
    asked_units = [name for name in units if not unit or name == unit or name in {site.unit for site in sites}]
    asked = Asked(
        quarter=quarter,
        catalogue=catalogue,
        sites=sorted(sites, key=lambda site: (site.unit, site.key)),
        units=asked_units,
        terms=TERMS,
        given=manual.of({site.key for site in sites}, quarter.first, quarter.last),
        figures=manual.unit_figures(quarter.first, quarter.last),
    )
    put(path, workbook_bytes(manual_workbook(asked)))
    return len(sites), len(asked_units)


def take(database: Database, path: Path, quarter: Quarter | None, table: Callable[[date], Catalogue], day: date) -> tuple[Quarter, int]:
    """Take a filled-in workbook on ``day``: its quarter, and how many entries say something new.

    ``quarter``: the only one that is taken; None: the running one and the one before, which is written up after its end. ``table``: the indicators in
    force on a day. Raises `UsageProblem`.
    """
    running = Quarter.of(day)
    registry = Registry(database)
    known = Known(
        quarters=[quarter] if quarter else [running, running.previous],
        table=table,
        sites={site.key: site for site in registry.sites(removed=True)},
        units=frozenset(each.name for each in registry.units()),
        terms=TERMS,
    )
    filled = read_manual(path, known)
    judged_by = f"{filled.catalogue.id} {filled.catalogue.version}（{filled.catalogue.digest}）"
    return filled.quarter, Manual(database).take(filled.quarter, filled.rows, filled.figures, day, judged_by)


def _in_quarter(sites: tuple[RegisteredSite, ...], quarter: Quarter) -> list[RegisteredSite]:
    """Sites that are judged at the quarter's end."""
    return [site for site in sites if in_operation(site, quarter.last)]
