"""`Province(portals=40)`: a served province with its DNS, its registry, and a truth for every night.

with Province(portals=8) as province:
    province.register(Path("oversight.db"))   # or province.registry_file(Path("registry.xlsx")) and mingjing registry import
    as_of = province.night(1)                 # the world as it is on the first night
    province.truth(1)                         # {(site key, check, code, subject)} that must stand open after it
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from crawler.oversight import connect
from crawler.registry import CrawlOptions, RegisteredSite, Registry, Unit
from tests.portals.defects import DEFECTS, Expected
from tests.portals.model import AS_OF
from tests.portals.server import Entry
from tests.portals.world import World
from tests.province.dweller import Dweller
from tests.province.lives import LIVES, STEADY, Life

Told = tuple[str, str, str, str]
"""Site key, check, code, subject."""

SHARED = "127.0.1.250"
"""The intensive platform's address."""

QUIET = 0.4
"""Articles of the portals nothing happens to, as a share of the others'."""

_STYLES = ("static", "tables", "soft-404", "jpage", "static", "frames", "tables", "meta-refresh", "static", "elsewhere")
"""Styles in turn, those that need few renders most often: a night over the whole province is for a coffee, not for a lunch."""

_FIRST, _SECOND = "青云石柳松金白双", "禾泽梁浪麓穗鹭桥"
_PERISHABLE = ("links",)
"""Checks whose findings are candidates on the first night that sees them and deductions from the second one on."""


def _place(number: int) -> str:
    return f"{_FIRST[number % 8]}{_SECOND[number // 8 % 8]}{'县' if number < 64 else '区'}"


@dataclass
class Resident:
    """One portal with its life and its place in the registry."""

    key: str
    unit: Unit
    portal: Dweller
    life: Life

    def registered(self) -> RegisteredSite:
        """Its row of the registry."""
        return RegisteredSite(
            key=self.key,
            name=self.portal.model.name,
            url=self.portal.url,
            code=self.key,
            unit=self.unit.name,
            kind="portal",
            intensive=self.portal.address == SHARED,
            options=CrawlOptions(max_pages=150),
        )

    def seen(self, night: int) -> int:
        """The last night up to this one on which somebody could look; 0: never."""
        while night and self.life.unseen(night):
            night -= 1
        return night

    def open(self, night: int) -> set[Expected]:
        """Vetoes and deductions that stand open after a night."""
        last = self.seen(night)
        if not last:
            return set()
        findings, milder = self.portal.told(self.life.shape(last))
        before = self.seen(last - 1)
        if before:
            earlier = self.portal.told(self.life.shape(before))[1]
            findings |= {each for each in milder & earlier if each[0] in _PERISHABLE and (each[1] not in ("hijacked", "private-address"))}
        return findings

    def milder(self, night: int) -> set[Expected]:
        """Cautions and candidates that must be open after a night, beside others that nobody planted."""
        last = self.seen(night)
        return self.portal.told(self.life.shape(last))[1] - self.open(night) if last else set()


class Province:
    """The province; a context manager. ``shared``: how many portals stand behind one address; ``style``: one style for all; ``small``: all
    portals are as small as those nothing happens to."""

    def __init__(
        self, portals: int = 40, *, shared: int | None = None, style: str = "", lives: tuple[Life, ...] = LIVES, small: bool = False
    ) -> None:
        self._count, self._style, self._lives, self._small = portals, style, lives, small
        self._shared = shared if shared is not None else (12 if portals >= 40 else portals // 3)
        self.world = World()
        self.residents: list[Resident] = []
        self.tonight = 0

    def __enter__(self) -> Province:
        self.world.__enter__()
        for number in range(self._count):
            self.residents.append(self._settle(number))
        return self

    def __exit__(self, *error: object) -> None:
        self.world.__exit__(*error)

    def _settle(self, number: int) -> Resident:
        key = f"99{number + 10:04d}0001"
        department = number % 5 == 4
        name = f"{_place(number)[:-1]}事务厅" if department else f"{_place(number)}人民政府"
        unit = Unit(name, "省级部门" if department else "市州", _place(number))
        address = SHARED if number >= self._count - self._shared else f"127.0.1.{60 + number % 180}"
        life = self._lives[number] if number < len(self._lives) else Life("steady", (STEADY[number % len(STEADY)],))
        style = self._style or life.style or _STYLES[number % len(_STYLES)]
        validators, scale = number % 2 == 0, 1.0 if number < len(self._lives) and not self._small else QUIET
        portal = Dweller(self.world, style, place=_place(number), code=key, address=address, validators=validators, scale=scale)
        fits = replace(life, defects=tuple(_possible(defects, portal) for defects in life.defects))
        return Resident(key, unit, portal, fits)

    # nights

    def night(self, number: int) -> date:
        """Put the world into its ``number``-th night (1 is the first); the day that is inspected."""
        self.tonight = number
        for resident in self.residents:
            if 0 < resident.life.moves <= number:
                resident.portal.move(SHARED)
            resident.portal.become(resident.life.shape(number))
            resident.portal.face = resident.life.face(number)
        return self.day(number)

    def day(self, number: int) -> date:
        """The day of a night."""
        return AS_OF + timedelta(days=number - 1)

    def unassessed(self, number: int = 0) -> set[str]:
        """Keys of the sites that nobody can assess on a night (0: tonight)."""
        return {each.key for each in self.residents if each.life.unseen(number or self.tonight)}

    def truth(self, number: int) -> set[Told]:
        """Vetoes and deductions that must stand open after a night, and no others; what a night could not see stands as it stood before."""
        return {(each.key, *told) for each in self.residents for told in each.open(number)}

    def milder(self, number: int) -> set[Told]:
        """Cautions and candidates that must be open after a night."""
        return {(each.key, *told) for each in self.residents for told in each.milder(number)}

    def events(self, number: int) -> set[tuple[Told, str]]:
        """What must become of the vetoes and deductions on a night: new, reopened, rectified, or severity where a candidate has become one."""
        now, before = self.truth(number), self.truth(number - 1) if number > 1 else set()
        ever = {told for night in range(1, number) for told in self.truth(night)}
        waiting = {told for night in range(1, number) for told in self.milder(night)}
        events = {(told, "rectified") for told in before - now}
        for told in now - before:
            events.add((told, "reopened" if told in ever else "severity" if told in waiting else "new"))
        return events

    def open_findings(self) -> set[Told]:
        """`truth` of tonight."""
        return self.truth(self.tonight)

    # registry and log

    def sites(self) -> list[RegisteredSite]:
        """Every portal as it stands in the registry."""
        return [resident.registered() for resident in self.residents]

    def units(self) -> list[Unit]:
        """Every unit, each once."""
        return list({resident.unit.name: resident.unit for resident in self.residents}.values())

    def register(self, database: Path) -> None:
        """Put the province into a central database, as an import would."""
        opened = connect(database)
        Registry(opened).put(self.units(), self.sites())
        opened.close()

    def registry_file(self, path: Path) -> Path:
        """Write the registry as a person would fill it in: an XLSX with the sheets 单位 and 网站, the columns that are needed, no keys."""
        book = Workbook()
        units, sites = book.active, book.create_sheet("网站")
        units.title = "单位"
        units.append(("名称", "类别", "地区"))
        for unit in self.units():
            units.append((unit.name, unit.group, unit.region))
        sites.append(("名称", "网址", "标识码", "单位", "集约化平台", "最多页数"))
        for site in self.sites():
            sites.append((site.name, site.url, site.code, site.unit, "是" if site.intensive else "否", str(site.options.max_pages)))
        book.save(path)
        return path

    @property
    def requests(self) -> list[Entry]:
        """Every request that reached the province, oldest first: moment, host, path, and the address that was asked (``server``)."""
        return self.world.web.log

    def requests_to(self, key: str) -> list[Entry]:
        """Requests to one site."""
        (portal,) = [each.portal for each in self.residents if each.key == key]
        return portal.log

    @property
    def nameserver(self) -> str:
        """What ``--nameserver`` is given."""
        host, port = self.world.nameserver
        return f"{host}:{port}"


def _possible(defects: tuple[str, ...], portal: Dweller) -> tuple[str, ...]:
    """The defects that a portal of this style can have."""
    return tuple(name for name in defects if portal.style.name not in DEFECTS[name].not_in)
