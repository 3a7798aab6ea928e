"""The registry (网站名录): units, sites, their columns and accounts, as the office keeps them in the central database.

A site's *key* is given when it is first registered (its 网站标识码, else its host without ``www``) and stays for life, whatever becomes of
its address or code: findings, samples and nights hang on it. A removed site keeps its row, so that its history can still be read.
What a row may hold is decided before it comes here (`reports.registry_rules`); this room keeps and finds.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlite_utils import Database

from crawler.oversight import OversightError, Room, migrate, writing
from crawler.settings import Limits
from crawler.site import DeclaredColumn, InvalidAddress, Site, ascii_host, host_of

SiteKind = Literal["portal", "department"]

_ROOM = Room(
    "registry",
    (
        """
        CREATE TABLE units (name TEXT PRIMARY KEY, "group" TEXT NOT NULL, region TEXT NOT NULL, parent TEXT NOT NULL);
        CREATE TABLE sites (key TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, aliases TEXT NOT NULL, code TEXT NOT NULL,
            unit TEXT NOT NULL, kind TEXT NOT NULL, intensive INTEGER NOT NULL, has_services INTEGER NOT NULL, options TEXT NOT NULL,
            removed_on TEXT);
        CREATE TABLE site_columns (site TEXT NOT NULL REFERENCES sites(key), position INTEGER NOT NULL, url TEXT NOT NULL,
            name TEXT NOT NULL, kind TEXT NOT NULL, cycle_days INTEGER, PRIMARY KEY (site, position)) WITHOUT ROWID;
        CREATE TABLE accounts (platform TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, url TEXT NOT NULL,
            status TEXT NOT NULL, PRIMARY KEY (platform, account)) WITHOUT ROWID
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is assessed (考核对象). ``group``: 市州, 省级部门 …; ``parent``: the name of the unit above, "" for none."""

    name: str
    group: str = ""
    region: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What the registry says about one site's crawl; None leaves the run's own limit. Units as in `crawler.settings.Limits`."""

    max_pages: int | None = None
    depth: int | None = None
    delay: float | None = None
    per_host: int | None = None
    max_seconds: float | None = None
    ignore_robots: bool = False

    def limits(self, base: Limits) -> Limits:
        """``base`` with what is set here in its place."""
        named = {name: value for name, value in asdict(self).items() if value is not None and name != "ignore_robots"}
        return replace(base, **named, ignore_robots=base.ignore_robots or self.ignore_robots)


@dataclass(frozen=True, slots=True)
class RegisteredSite:
    """One site as registered. ``code``: 网站标识码 or ""; ``unit``: a unit's name or ""; ``intensive``: on a shared platform (集约化平台);

    ``removed_on``: the day it was taken out (关停), None while it is inspected.
    """

    key: str
    name: str
    url: str
    aliases: tuple[str, ...] = ()
    code: str = ""
    unit: str = ""
    kind: SiteKind = "portal"
    intensive: bool = False
    has_services: bool = True
    columns: tuple[DeclaredColumn, ...] = ()
    options: CrawlOptions = field(default_factory=CrawlOptions)
    removed_on: date | None = None

    @property
    def host(self) -> str:
        """The host of the home page in IDNA form."""
        return host_of(self.url)

    def as_site(self) -> Site:
        """The site as the crawl and the checks know it; its key is the registry's."""
        return Site(
            url=self.url,
            aliases=self.aliases,
            code=self.code,
            name=self.name,
            kind=self.kind,
            has_services=self.has_services,
            columns=self.columns,
            registered=self.key,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a unit elsewhere (政务新媒体). ``account``: its id on the ``platform``; both together are its identity."""

    platform: str
    account: str
    name: str = ""
    unit: str = ""
    url: str = ""
    status: str = ""


class Registry:
    """The registry's rooms in one central database."""

    def __init__(self, database: Database) -> None:
        migrate(database, _ROOM)
        self._database = database

    def units(self) -> tuple[Unit, ...]:
        """Every unit, in the order of registration."""
        return tuple(Unit(*row) for row in self._rows('SELECT name,"group",region,parent FROM units ORDER BY rowid'))

    def accounts(self) -> tuple[Account, ...]:
        """Every account, by platform and id."""
        return tuple(Account(*row) for row in self._rows("SELECT platform,account,name,unit,url,status FROM accounts"))

    def sites(self, only: Sequence[str] = (), *, removed: bool = False) -> tuple[RegisteredSite, ...]:
        """The sites under inspection in the order of registration; with ``removed`` also those taken out.

        ``only``: names of units (and everything below them), keys, codes, hosts or names of sites; each site comes once.
        Raises `OversightError` that names every word nothing answers to.
        """
        found = [site for site in self._all() if removed or site.removed_on is None]
        if not only:
            return tuple(found)
        units = self.units()
        chosen: set[str] = set()
        strangers = []
        for text in only:
            below = _and_below(text, units)
            keys = {site.key for site in found if site.unit in below or _answers(site, text)}
            chosen |= keys
            if not keys and not below:
                strangers.append(text)
        if strangers:
            raise OversightError(
                f"名录中没有{'、'.join(f'“{text}”' for text in strangers)}：请写单位名称、网站编号、标识码、域名或网站名称，可用 mingjing registry export 查看。"
            )
        return tuple(site for site in found if site.key in chosen)

    def site(self, text: str) -> RegisteredSite:
        """The one site that ``text`` (key, code, host or name) means, one under inspection before one taken out.

        Raises `OversightError` when there is none, or when several answer to it.
        """
        every = self._all()
        exact = [site for site in every if site.key == text]
        found = exact or [site for site in every if _answers(site, text)]
        found = [site for site in found if site.removed_on is None] or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise OversightError(f"名录中没有网站“{text}”：请写网站编号、标识码、域名或网站名称，可用 mingjing registry export 查看。")
        raise OversightError(f"“{text}”在名录中对应 {len(found)} 个网站：请写网站编号（{'、'.join(site.key for site in found)}）。")

    def put(self, units: Iterable[Unit], sites: Iterable[RegisteredSite], accounts: Iterable[Account] = ()) -> None:
        """Add or replace what is given, in one transaction; everything else stays."""
        with writing(self._database):
            self._many(
                'INSERT INTO units (name,"group",region,parent) VALUES (?,?,?,?) '
                'ON CONFLICT(name) DO UPDATE SET "group"=excluded."group",region=excluded.region,parent=excluded.parent',
                [(unit.name, unit.group, unit.region, unit.parent) for unit in units],
            )
            for site in sites:
                self._put_site(site)
            self._many(
                "INSERT OR REPLACE INTO accounts (platform,account,name,unit,url,status) VALUES (?,?,?,?,?,?)",
                [(item.platform, item.account, item.name, item.unit, item.url, item.status) for item in accounts],
            )

    def remove(self, text: str, on: date) -> RegisteredSite:
        """Take a site out of the inspection from ``on``; its row and all that hangs on its key stay. A site taken out keeps its day."""
        site = self.site(text)
        if site.removed_on is not None:
            return site
        gone = replace(site, removed_on=on)
        self.put((), (gone,))
        return gone

    def _put_site(self, site: RegisteredSite) -> None:
        names = ["key", "name", "url", "aliases", "code", "unit", "kind", "intensive", "has_services", "options", "removed_on"]
        updates = ",".join(f"{name}=excluded.{name}" for name in names[1:])
        self._database.conn.execute(
            f"INSERT INTO sites ({','.join(names)}) VALUES ({','.join('?' * len(names))}) ON CONFLICT(key) DO UPDATE SET {updates}",
            (
                site.key,
                site.name,
                site.url,
                json.dumps(site.aliases, ensure_ascii=False),
                site.code,
                site.unit,
                site.kind,
                site.intensive,
                site.has_services,
                json.dumps({name: value for name, value in asdict(site.options).items() if value is not None}),
                site.removed_on.isoformat() if site.removed_on else None,
            ),
        )
        self._database.conn.execute("DELETE FROM site_columns WHERE site=?", (site.key,))
        self._many(
            "INSERT INTO site_columns (site,position,url,name,kind,cycle_days) VALUES (?,?,?,?,?,?)",
            [(site.key, place, column.url, column.name, column.kind, column.cycle_days) for place, column in enumerate(site.columns)],
        )

    def _all(self) -> list[RegisteredSite]:
        columns: dict[str, list[DeclaredColumn]] = {}
        for key, *facts in self._rows("SELECT site,url,name,kind,cycle_days FROM site_columns ORDER BY site,position"):
            columns.setdefault(key, []).append(DeclaredColumn(*facts))
        rows = self._rows("SELECT key,name,url,aliases,code,unit,kind,intensive,has_services,options,removed_on FROM sites ORDER BY rowid")
        return [_site(row, tuple(columns.get(row[0], ()))) for row in rows]

    def _rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self._database.conn.execute(sql).fetchall()

    def _many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._database.conn.executemany(sql, rows)


def _site(row: Sequence[Any], columns: tuple[DeclaredColumn, ...]) -> RegisteredSite:
    key, name, url, aliases, code, unit, kind, intensive, has_services, options, removed_on = row
    return RegisteredSite(
        key=key,
        name=name,
        url=url,
        aliases=tuple(json.loads(aliases)),
        code=code,
        unit=unit,
        kind=kind,
        intensive=bool(intensive),
        has_services=bool(has_services),
        columns=columns,
        options=CrawlOptions(**json.loads(options)),
        removed_on=date.fromisoformat(removed_on) if removed_on else None,
    )


def _answers(site: RegisteredSite, text: str) -> bool:
    """Whether a site is meant by ``text``: its key, code, name or a host of its own."""
    return text in (site.key, site.name) or (bool(site.code) and text.lower() == site.code.lower()) or bare_host(text) in _hosts(site)


def _hosts(site: RegisteredSite) -> set[str]:
    return {bare_host(site.host), *(bare_host(alias) for alias in site.aliases)} - {""}


def bare_host(text: str) -> str:
    """A host as typed, in IDNA form and without ``www``; "" for what can be none."""
    try:
        return ascii_host(text).removeprefix("www.")
    except InvalidAddress:
        return ""


def _and_below(name: str, units: Sequence[Unit]) -> frozenset[str]:
    """The unit of that name and every unit below it; empty when there is none."""
    children: Mapping[str, list[str]] = {unit.name: [] for unit in units}
    for unit in units:
        if unit.parent in children:
            children[unit.parent].append(unit.name)
    found: set[str] = set()
    waiting = [name] if name in children else []
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting.extend(children[current])
    return frozenset(found)
