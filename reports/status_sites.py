"""The sites of a status report: names, units and order, from the registry; sites nobody registered stand under their own key."""

from __future__ import annotations

from collections.abc import Sequence

from sqlite_utils import Database

from crawler.oversight import OversightError
from crawler.registry import RegisteredSite, Registry, Unit
from reports.history_reading import LifeReader
from reports.status_view import KnownSite

NO_UNIT = "未登记的网站"
"""What stands for the unit of a site that the registry does not know."""


def chosen_sites(database: Database, *, unit: str = "", site: str = "") -> tuple[KnownSite, ...]:
    """The sites asked for, in the registry's order; all without a choice.

    Where nothing is registered, those whose nights are recorded. Raises `OversightError` for a unit or a site that is not there.
    """
    registry = Registry(database)
    registered = registry.sites()
    if not registered:
        recorded = [KnownSite(key, key, NO_UNIT, "", "") for key in LifeReader(database).sites()]
        wanted = [each for each in recorded if (not site or each.key == site) and (not unit or each.unit == unit)]
        if (site or unit) and not wanted:
            raise OversightError(f"监管库中没有“{(site or unit)[:60]}”：请用 mingjing registry export 核对名称。")
        return tuple(wanted)
    if unit:
        units = _below(registry.units(), unit)
        registered = tuple(each for each in registered if each.unit in units)
        if not registered:
            raise OversightError(f"登记表中没有单位“{unit[:60]}”的网站：请用 mingjing registry export 核对名称。")
    if site:
        keys = {each.key for each in registry.sites([site])}
        registered = tuple(each for each in registered if each.key in keys)
        if not registered:
            raise OversightError(f"网站“{site[:60]}”不属于“{unit[:60]}”：请核对 --unit 和 --site。")
    return tuple(_known(each) for each in registered)


def _below(units: Sequence[Unit], name: str) -> set[str]:
    """A unit and all units under it."""
    found = {name}
    while more := {each.name for each in units if each.parent in found} - found:
        found |= more
    return found


def _known(site: RegisteredSite) -> KnownSite:
    return KnownSite(site.key, site.name or site.key, site.unit or NO_UNIT, site.url, site.code)


def site_names(database: Database) -> dict[str, str]:
    """Site key → name, of every site that has one, removed ones too."""
    return {site.key: site.name for site in Registry(database).sites(removed=True) if site.name}


def one_site(database: Database, text: str) -> KnownSite:
    """The site that ``text`` names (key, code, host, name), removed ones and such as were never registered included, if they have a history.

    Raises `OversightError` when there is none.
    """
    recorded = LifeReader(database).sites()
    try:
        return _known(Registry(database).site(text))
    except OversightError:
        if text in recorded:
            return KnownSite(text, text, NO_UNIT, "", "")
        raise
