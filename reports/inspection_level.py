"""The level (层级) of a site: 省级, 市级, 县级; read from the registry, never guessed from a name.

First the 网站标识码: its first six characters are the region of GB/T 2260, ``PP0000`` 省级, ``PPCC00`` 市级, ``PPCCDD`` 县级. A code that names no such
region decides nothing; then the group of the unit does (省级…, 市州…, 县区…), and a unit below one of a city is a county's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from crawler.registry import RegisteredSite, Unit
from reports.inspection_model import Level

LEVELS: tuple[Level, ...] = ("省级", "市级", "县级", "")
"""In the order of every table."""

HOW = "网站层级按网站标识码前六位的行政区划代码确定；标识码不能确定的，按登记表中考核对象的分组和上级单位确定。"
"""How it was told, for a note."""

_REGION = re.compile(r"\d\d(\d\d)(\d\d)\d{4}")
_COUNTY, _CITY = re.compile("[县区旗]"), re.compile("[市州盟]|地区")


def level_of(site: RegisteredSite, units: Mapping[str, Unit]) -> Level:
    """The level of a site; "" when neither its code nor its unit's groups tell."""
    found = _REGION.fullmatch(site.code)
    if found is not None:
        city, county = found.groups()
        if city != "00":
            return "市级" if county == "00" else "县级"
        if county == "00":
            return "省级"
    return _of_unit(units.get(site.unit), units, 0)


def _of_unit(unit: Unit | None, units: Mapping[str, Unit], above: int) -> Level:
    """By the unit's own group, else by the group of those above it. ``above``: steps taken, for a registry may run in a circle."""
    if unit is None or above > len(units):
        return ""
    if unit.group.startswith("省"):
        return "省级"
    if _CITY.search(unit.group):
        return "县级" if above or unit.parent in units else "市级"
    if _COUNTY.search(unit.group):
        return "县级"
    return _of_unit(units.get(unit.parent), units, above + 1)
