"""The registry (名录) in the central database: units (考核对象), their sites, columns and accounts.

A site's key is given when it is first put in (its 网站标识码, else its host without ``www``) and stays for life: findings and history hang on it, whatever becomes of
address or code. A site that is taken out keeps its row and its history, with the day it left.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

from sqlite_utils import Database

from crawler.oversight import OversightError, Room, migrate, writing
from crawler.site import DeclaredColumn, InvalidAddress, Site, ascii_host, host_of

ROOM = Room(
    "registry",
    (
        """
CREATE TABLE units (name TEXT PRIMARY KEY, grp TEXT NOT NULL, region TEXT NOT NULL, parent TEXT NOT NULL);
CREATE TABLE sites (
  key TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, aliases TEXT NOT NULL, code TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL,
  intensive INTEGER NOT NULL, has_services INTEGER NOT NULL, options TEXT NOT NULL, removed_on TEXT
);
CREATE TABLE site_columns (
  site TEXT NOT NULL REFERENCES sites(key), position INTEGER NOT NULL, url TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, cycle_days INTEGER,
  PRIMARY KEY (site, position)
);
CREATE TABLE accounts (
  platform TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL, url TEXT NOT NULL, status TEXT NOT NULL,
  PRIMARY KEY (platform, account)
)
""",
    ),
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit (考核对象): its group (市州, 省级部门), region, and the unit above it ("" at the top)."""

    name: str
    group: str = ""
    region: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What is special about crawling one site; None: as for all. Times in seconds, ``depth`` in links."""

    max_pages: int | None = None
    depth: int | None = None
    delay: float | None = None
    per_host: int | None = None
    max_seconds: float | None = None
    ignore_robots: bool = False


@dataclass(frozen=True, slots=True)
class RegisteredSite:
    """One site of the registry. ``intensive``: on an intensive platform (集约化平台); ``removed_on``: the day it left the registry."""

    key: str
    name: str
    url: str
    aliases: tuple[str, ...] = ()
    code: str = ""
    unit: str = ""
    kind: Literal["portal", "department"] = "portal"
    intensive: bool = False
    has_services: bool = True
    columns: tuple[DeclaredColumn, ...] = ()
    options: CrawlOptions = field(default_factory=CrawlOptions)
    removed_on: date | None = None

    def as_site(self) -> Site:
        """The site as an inspection takes it."""
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

    @property
    def host(self) -> str:
        """The home page's host without ``www``."""
        return host_of(self.url).removeprefix("www.")


@dataclass(frozen=True, slots=True)
class Account:
    """One account (政务新媒体) on a platform."""

    platform: str
    account: str
    name: str = ""
    unit: str = ""
    url: str = ""
    status: str = ""


def key_of(code: str, url: str) -> str:
    """The key a site gets when it is first put in."""
    return code or host_of(url).removeprefix("www.")


class Registry:
    """Units, sites and accounts. Reads at once, writes in one short transaction."""

    def __init__(self, database: Database) -> None:
        migrate(database, ROOM)
        self._database = database
        self._run = database.conn.execute

    def units(self) -> tuple[Unit, ...]:
        """Every unit, by group and name."""
        rows = self._run("SELECT name,grp,region,parent FROM units ORDER BY grp,name")
        return tuple(Unit(*row) for row in rows)

    def accounts(self) -> tuple[Account, ...]:
        """Every account, by platform and name."""
        rows = self._run("SELECT platform,account,name,unit,url,status FROM accounts ORDER BY platform,account")
        return tuple(Account(*row) for row in rows)

    def sites(self, only: Sequence[str] = (), *, removed: bool = False) -> tuple[RegisteredSite, ...]:
        """Sites by key. ``only``: units (with all below them), keys, codes, hosts, addresses or site names; ``removed``: those that left too.

        Raises `OversightError` that names every word of ``only`` that fits nothing.
        """
        columns: dict[str, list[DeclaredColumn]] = {}
        for site, url, name, kind, cycle in self._run("SELECT site,url,name,kind,cycle_days FROM site_columns ORDER BY site,position"):
            columns.setdefault(site, []).append(DeclaredColumn(url, name, kind, cycle))
        rows = self._run(
            "SELECT key,name,url,aliases,code,unit,kind,intensive,has_services,options,removed_on FROM sites WHERE ? OR removed_on IS NULL ORDER BY key",
            (removed,),
        )
        found = tuple(_site(row, tuple(columns.get(row[0], ()))) for row in rows)
        if not only:
            return found
        units = self.units()
        chosen = {word: _meant(word, found, _and_below(word, units)) for word in only}
        if unknown := [word for word, sites in chosen.items() if not sites]:
            raise OversightError(
                f"登记表中没有“{'”“'.join(unknown)}”：请写单位名称、网站名称、标识码或域名，用 mingjing registry export 查看名录。"
            )
        keys = {site.key for sites in chosen.values() for site in sites}
        return tuple(site for site in found if site.key in keys)

    def site(self, text: str) -> RegisteredSite:
        """The one site that ``text`` (key, code, host, address or name) means: one under inspection before one that left.

        Raises `OversightError` for none or several.
        """
        every = self.sites(removed=True)
        found = [site for site in every if site.key == text] or _meant(text, every)
        found = [site for site in found if site.removed_on is None] or found
        if len(found) == 1:
            return found[0]
        if not found:
            raise OversightError(f"登记表中没有网站“{text}”：请写标识码、域名或网站名称，用 mingjing registry export 查看名录。")
        raise OversightError(f"“{text}”不只指一个网站（{'、'.join(site.key for site in found[:5])}）：请写标识码。")

    def put(self, units: Iterable[Unit], sites: Iterable[RegisteredSite], accounts: Iterable[Account] = ()) -> None:
        """Put in or replace units, sites (by key) and accounts, all or nothing."""
        with writing(self._database):
            for unit in units:
                self._run("INSERT OR REPLACE INTO units VALUES (?,?,?,?)", (unit.name, unit.group, unit.region, unit.parent))
            for site in sites:
                self._put_site(site)
            for account in accounts:
                self._run("INSERT OR REPLACE INTO accounts VALUES (?,?,?,?,?,?)", tuple(asdict(account).values()))

    def remove(self, key: str, day: date) -> RegisteredSite:
        """Take a site out from ``day`` on; its history stays, and so does the day of one that left earlier. Raises `OversightError` for none."""
        site = self.site(key)
        if site.removed_on is not None:
            return site
        site = replace(site, removed_on=day)
        self.put((), (site,))
        return site

    def _put_site(self, site: RegisteredSite) -> None:
        removed = site.removed_on.isoformat() if site.removed_on else None
        self._run(
            "INSERT INTO sites VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO UPDATE SET name=excluded.name, url=excluded.url, aliases=excluded.aliases, "
            "code=excluded.code, unit=excluded.unit, kind=excluded.kind, intensive=excluded.intensive, has_services=excluded.has_services, "
            "options=excluded.options, removed_on=excluded.removed_on",
            (
                site.key,
                site.name,
                site.url,
                json.dumps(site.aliases, ensure_ascii=False),
                site.code,
                site.unit,
                site.kind,
                int(site.intensive),
                int(site.has_services),
                json.dumps(asdict(site.options)),
                removed,
            ),
        )
        self._run("DELETE FROM site_columns WHERE site=?", (site.key,))
        for position, column in enumerate(site.columns):
            self._run(
                "INSERT INTO site_columns VALUES (?,?,?,?,?,?)",
                (site.key, position, column.url, column.name, column.kind, column.cycle_days),
            )


def _meant(text: str, sites: Sequence[RegisteredSite], units: Collection[str] = ()) -> list[RegisteredSite]:
    """The sites that a word which a person types means: by key, code, name, address or one of their hosts, in any case; and those of ``units``."""
    host, code = _bare(host_of(text) if "://" in text else text), text.lower()

    def answers(site: RegisteredSite) -> bool:
        if text in (site.key, site.name) or (site.code and code == site.code.lower()):
            return True
        return host != "" and (host == site.host or host in map(_bare, site.aliases))

    return [site for site in sites if site.unit in units or answers(site)]


def _bare(host: str) -> str:
    """The host in IDNA form without ``www``; "" for what can be none."""
    try:
        return ascii_host(host).removeprefix("www.")
    except InvalidAddress:
        return ""


def _and_below(name: str, units: Sequence[Unit]) -> set[str]:
    """The unit of that name and every unit below it; empty when there is none."""
    found = {unit.name for unit in units if unit.name == name}
    grown = 0
    while len(found) > grown:
        grown = len(found)
        found |= {unit.name for unit in units if unit.parent in found}
    return found


def _site(row: tuple[Any, ...], columns: tuple[DeclaredColumn, ...]) -> RegisteredSite:
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
