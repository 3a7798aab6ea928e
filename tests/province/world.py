"""`Province(portals=40)`: a served province with its DNS, its registry, and a truth for every night.

with Province(portals=8) as province:
    province.register(Path("oversight.db"))
    as_of = province.night(1)             # the world as it is on the first night
    province.open_findings()              # {(site key, check, code, subject)} that must stand open after it
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from crawler.oversight import connect
from crawler.registry import CrawlOptions, RegisteredSite, Registry, Unit
from tests.portals.model import AS_OF
from tests.portals.server import Entry
from tests.portals.world import World
from tests.province.dweller import Dweller, firewall, outage
from tests.province.lives import LIVES, STEADY, Life

Told = tuple[str, str, str, str]
"""Site key, check, code, subject."""

_STYLES = ("static", "tables", "soft-404", "jpage", "static", "frames", "tables", "meta-refresh", "static", "elsewhere")
"""Styles in turn, those that need few renders most often: a night over the whole province is for a coffee, not for a lunch."""

_FIRST, _SECOND = "青云石柳松金白双", "禾泽梁浪麓穗鹭桥"


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
            intensive=self.portal.address.endswith(".250"),
            options=CrawlOptions(max_pages=150),
        )


class Province:
    """The province; a context manager. ``shared``: how many portals stand behind one address."""

    def __init__(self, portals: int = 40, *, shared: int | None = None, style: str = "") -> None:
        self._count, self._style = portals, style
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
        departments = number % 5 == 4
        unit = Unit(
            f"{_place(number)}人民政府" if not departments else f"{_place(number)[:-1]}省级部门",
            "省级部门" if departments else "市州",
            _place(number),
        )
        address = "127.0.1.250" if number >= max(len(LIVES), self._count - self._shared) else f"127.0.1.{10 + number % 230}"
        style = self._style or _STYLES[number % len(_STYLES)]
        portal = Dweller(self.world, style, place=_place(number), code=key, address=address, validators=number % 2 == 0)
        life = LIVES[number] if number < len(LIVES) else Life("steady", (STEADY[number % len(STEADY)],))
        fits = Life(life.says, tuple(_possible(defects, portal) for defects in life.defects), life.faces, life.lasting, life.moves)
        return Resident(key, unit, portal, fits)

    # nights

    def night(self, number: int) -> date:
        """Put the world into its ``number``-th night (1 is the first); the day that is inspected."""
        self.tonight = number
        for resident in self.residents:
            resident.portal.become(resident.life.on(number))
            resident.portal.face = resident.life.face(number)
            if resident.life.moves == number:
                resident.portal.move("127.0.1.250")
        return AS_OF + timedelta(days=number - 1)

    def unassessed(self) -> set[str]:
        """Keys of the sites that nobody can assess tonight."""
        return {each.key for each in self.residents if each.portal.face in (outage, firewall)}

    def open_findings(self) -> set[Told]:
        """Vetoes and deductions that must stand open after tonight; what a night could not see stands as it stood the night before."""
        return {told for resident in self.residents for told in self._open(resident, self.tonight)}

    def _open(self, resident: Resident, night: int) -> Iterator[Told]:
        seen = night
        while seen and resident.life.face(seen) in (outage, firewall):
            seen -= 1
        if not seen:
            return
        portal, shown = resident.portal, resident.portal.defects
        portal.become(resident.life.on(seen))
        told = set(portal.truth.findings)
        if seen > 1 or night > seen:  # a dead link is a deduction from the second night that saw it
            before = resident.life.on(seen - 1) if seen > 1 else ()
            told |= {each for each in portal.truth.cautions if each[0] == "links" and set(before) & {"link-404-own", "attachment-404"}}
        portal.become(shown)
        for check, code, subject in told:
            yield resident.key, check, code, subject

    # registry and log

    def sites(self) -> list[RegisteredSite]:
        """Every portal as it stands in the registry."""
        return [resident.registered() for resident in self.residents]

    def register(self, database: Path) -> None:
        """Put the province into a central database, as an import would."""
        opened = connect(database)
        units = {resident.unit.name: resident.unit for resident in self.residents}
        Registry(opened).put(units.values(), self.sites())
        opened.close()

    @property
    def requests(self) -> list[Entry]:
        """Every request that reached the province, oldest first."""
        return self.world.web.log

    @property
    def nameserver(self) -> str:
        """What ``--nameserver`` is given."""
        host, port = self.world.nameserver
        return f"{host}:{port}"


def _possible(defects: tuple[str, ...], portal: Dweller) -> tuple[str, ...]:
    """The defects that a portal of this style can have."""
    from tests.portals.defects import DEFECTS

    return tuple(name for name in defects if portal.style.name not in DEFECTS[name].not_in)


@contextmanager
def served(portals: int, night: int = 1) -> Iterator[Province]:
    """A province in one of its nights."""
    with Province(portals) as province:
        province.night(night)
        yield province
