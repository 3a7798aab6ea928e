"""Rows of the registry's sheets as units, sites, columns and accounts: all of them, or all that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar, cast

from checks.columns_classes import KIND_NAMES
from crawler.registry import Account, CrawlOptions, RegisteredSite, Unit, key_of
from crawler.site import DeclaredColumn
from reports.registry_cells import Cells
from reports.registry_matching import Named, address, host, match
from reports.registry_sheets import ACCOUNT_STATES, ACCOUNTS, CLOSED, COLUMNS, OPEN, SITE_KINDS, SITES, UNITS, Contents, Fault, Sheets

T = TypeVar("T")
_KEY = re.compile(r"[^\s/\\]{1,100}")
_STATES = {OPEN: OPEN, CLOSED: CLOSED}
_KINDS = SITE_KINDS | {"门户": "portal", "部门": "department"}
_CLASSES: dict[str, str] = {word: kind for kind, word in KIND_NAMES.items()}


def read_contents(sheets: Sheets, known: Contents, day: date) -> tuple[Contents, list[Fault]]:
    """What the file puts in or replaces, beside what is there already (``known``); ``day``: on which sites without a date are closed.

    The contents are meant only when there are no faults.
    """
    names = {unit.name for unit in known.units} | {row.cells.get("名称", "") for row in sheets.rows.get(UNITS, ())}
    reader = _Reader(sheets, known, day, list(sheets.faults), names)
    units = reader.units()
    sites = reader.columns(reader.sites())
    accounts = reader.accounts()
    order = ["", UNITS, SITES, COLUMNS, ACCOUNTS]
    faults = sorted(dict.fromkeys(reader.faults), key=lambda fault: (order.index(fault.sheet) if fault.sheet in order else 0, fault.row))
    return Contents(units, sites, accounts), faults


@dataclass(slots=True)
class _Reader:
    file: Sheets
    known: Contents
    day: date
    faults: list[Fault]
    unit_names: set[str]

    def _rows(self, sheet: str) -> list[Cells]:
        return [Cells(sheet, row, self.faults) for row in self.file.rows.get(sheet, ())]

    # units

    def units(self) -> tuple[Unit, ...]:
        """The sheet's units, faults noted."""
        there = {unit.name: unit for unit in self.known.units}
        rows = self._rows(UNITS)
        units = []
        for cells in rows:
            name = cells.text("名称")
            was = there.get(name, Unit(name))
            units.append(Unit(name, cells.text("类别", was.group), cells.text("地区", was.region), cells.text("上级单位", was.parent)))
        _twice(rows, units, lambda unit: unit.name, "名称", "单位名称")
        parents = {unit.name: unit.parent for unit in (*self.known.units, *units)}
        for cells, unit in zip(rows, units, strict=True):
            if unit.parent and unit.parent not in parents:
                cells.wrong("上级单位", f"没有单位“{unit.parent[:60]}”：请先在“单位”表中列出")
            elif (circle := _circle(unit.name, parents)) and unit.parent:
                cells.wrong("上级单位", f"上级单位绕成了圈：{' → '.join(circle[:8])}")
        return tuple(units)

    # sites

    def sites(self) -> dict[str, RegisteredSite]:
        """Key → site, of every row that can be read."""
        rows = self._rows(SITES)
        named = [self._named(cells) for cells in rows]
        meant = match(named, self.known.sites)
        sites = [self._site(cells, name, was) for cells, name, was in zip(rows, named, meant, strict=True)]
        _twice(rows, sites, lambda site: site.code, "标识码", "标识码")
        _twice(rows, sites, lambda site: "" if site.removed_on else address(site.url), "网址", "网址（不计 http、https 和 www）")
        told = {fault.row for fault in self.faults if fault.sheet == SITES and fault.column in ("标识码", "网址")}
        untold = [(cells, site) for cells, site in zip(rows, sites, strict=True) if cells.row.number not in told]
        _twice(*_unzipped(untold), lambda site: site.key, "登记编号", "登记编号（没有写时为标识码，没有标识码时为域名）")
        replaced = {site.key for site in sites}
        others = [site for site in self.known.sites if site.key not in replaced]
        self._beside(rows, sites, others)
        return {site.key: site for site in sites}

    def _named(self, cells: Cells) -> Named:
        key = cells.text("登记编号")
        if key and not _KEY.fullmatch(key):
            cells.wrong("登记编号", f"“{key[:40]}”不能含有空格和斜杠，最多 100 个字符；新网站请留空")
        return Named(key, cells.code("标识码", ""), cells.url("网址"))

    def _site(self, cells: Cells, named: Named, was: RegisteredSite | None) -> RegisteredSite:
        code = named.code if cells.has("标识码") or was is None else was.code
        before = was or RegisteredSite(named.key or (key_of(code, named.url) if named.url or code else ""), "", "")
        unit = cells.text("单位", before.unit)
        if unit and unit not in self.unit_names:
            cells.wrong("单位", f"没有单位“{unit[:60]}”：请先在“单位”表中列出")
        site = replace(
            before,
            name=cells.text("名称", before.name),
            url=named.url,
            aliases=cells.hosts("其他域名", before.aliases),
            code=code,
            unit=unit,
            kind=cast(Any, cells.word("类型", _KINDS, before.kind, "portal")),
            intensive=cells.yes("集约化平台", before.intensive, False),
            has_services=cells.yes("有服务事项", before.has_services, True),
            options=_options(cells, before.options),
        )
        return replace(site, removed_on=self._closed(cells, before))

    def _closed(self, cells: Cells, before: RegisteredSite) -> date | None:
        state = cells.word("状态", _STATES, CLOSED if before.removed_on else OPEN, OPEN)
        day = cells.day("关停日期")
        if state == CLOSED:
            return day or before.removed_on or self.day
        if day:
            cells.wrong("关停日期", "状态是在办，不应有关停日期：请改状态或清空日期")
        return None

    def _beside(self, rows: list[Cells], sites: list[RegisteredSite], others: list[RegisteredSite]) -> None:
        """Faults of rows beside registered sites that the file leaves as they are."""
        keys, codes = {site.key: site for site in others}, {site.code: site for site in others if site.code}
        addresses = {address(site.url): site for site in others if site.removed_on is None}
        known = {site.key for site in self.known.sites}
        for cells, site in zip(rows, sites, strict=True):
            if (other := codes.get(site.code)) is not None:
                cells.wrong("标识码", f"“{site.code}”已登记给“{other.name}”（{other.key}）")
            if site.url and site.removed_on is None and (other := addresses.get(address(site.url))) is not None:
                cells.wrong("网址", f"“{site.url[:80]}”已登记给“{other.name}”（{other.key}）")
            if site.key not in known and (other := keys.get(site.key)) is not None:
                cells.wrong("登记编号", f"“{site.key}”已是“{other.name}”的登记编号：请填写标识码或另写一个登记编号")

    # columns

    def columns(self, sites: dict[str, RegisteredSite]) -> tuple[RegisteredSite, ...]:
        """The sites with the columns the file names; a file without the sheet leaves them as they are."""
        if COLUMNS not in self.file.rows:
            return tuple(sites.values())
        rows = self._rows(COLUMNS)
        there = {site.key: site for site in self.known.sites} | sites
        index = _index(there.values())
        columns: dict[str, list[DeclaredColumn]] = {key: [] for key in sites}
        seen: dict[tuple[str, str], int] = {}
        for cells in rows:
            column = DeclaredColumn(
                url=cells.url("栏目网址"),
                name=cells.text("栏目名称"),
                kind=cells.word("类别", _CLASSES, "", ""),
                cycle_days=cells.whole("更新周期天", None, 1, 3660),
            )
            key = self._owner(cells, index)
            if key and column.url:
                first = seen.setdefault((key, column.url), cells.row.number)
                if first != cells.row.number:
                    cells.wrong("栏目网址", f"“{column.url[:80]}”与第 {first} 行重复")
                columns.setdefault(key, []).append(column)
        return tuple(replace(there[key], columns=tuple(own)) for key, own in columns.items())

    def _owner(self, cells: Cells, index: dict[str, set[str]]) -> str:
        word = cells.text("网站")
        keys = index.get(word, set()) or index.get(host(word) if "://" in word else word.lower(), set())
        if word and not keys:
            cells.wrong("网站", f"没有网站“{word[:60]}”：请写登记编号、标识码、域名或名称")
        elif len(keys) > 1:
            cells.wrong("网站", f"“{word[:60]}”不只指一个网站（{'、'.join(sorted(keys)[:4])}）：请写登记编号")
        return next(iter(keys)) if len(keys) == 1 else ""

    # accounts

    def accounts(self) -> tuple[Account, ...]:
        """The sheet's accounts, faults noted."""
        there = {(each.platform, each.account): each for each in self.known.accounts}
        rows, accounts = self._rows(ACCOUNTS), []
        for cells in rows:
            platform, name = cells.text("平台"), cells.text("账号")
            was = there.get((platform, name), Account(platform, name))
            unit = cells.text("单位", was.unit)
            if unit and unit not in self.unit_names:
                cells.wrong("单位", f"没有单位“{unit[:60]}”：请先在“单位”表中列出")
            url = cells.url("网址") if cells.has("网址") else was.url
            state = cells.word(
                "状态", dict(zip(ACCOUNT_STATES, ACCOUNT_STATES, strict=True)), was.status or ACCOUNT_STATES[0], ACCOUNT_STATES[0]
            )
            accounts.append(Account(platform, name, cells.text("名称", was.name), unit, url, state))
        _twice(rows, accounts, lambda each: (each.platform, each.account) if each.account else "", "账号", "平台和账号")
        return tuple(accounts)


def _options(cells: Cells, was: CrawlOptions) -> CrawlOptions:
    return CrawlOptions(
        max_pages=cells.whole("最多页数", was.max_pages, 1, 1_000_000),
        depth=cells.whole("层数", was.depth, 0, 100),
        delay=cells.real("间隔秒", was.delay, 0, 3600),
        per_host=cells.whole("同时请求", was.per_host, 1, 16),
        max_seconds=cells.real("时限秒", was.max_seconds, 1, 86_400),
        ignore_robots=cells.yes("不守robots", was.ignore_robots, False),
    )


def _unzipped(pairs: list[tuple[Cells, RegisteredSite]]) -> tuple[list[Cells], list[RegisteredSite]]:
    return [cells for cells, _ in pairs], [site for _, site in pairs]


def _twice(rows: Iterable[Cells], things: Iterable[T], mark: Callable[[T], Hashable], column: str, what: str) -> None:
    """Note every row whose mark an earlier row has; no mark ("") is no repetition."""
    seen: dict[Hashable, int] = {}
    for cells, thing in zip(rows, things, strict=True):
        own = mark(thing)
        if not own:
            continue
        first = seen.setdefault(own, cells.row.number)
        if first != cells.row.number:
            shown = "、".join(map(str, own)) if isinstance(own, tuple) else str(own)
            cells.wrong(column, f"{what}“{shown[:80]}”与第 {first} 行重复")


def _circle(name: str, parents: dict[str, str]) -> list[str]:
    """The way up from ``name`` back to itself; empty when there is none."""
    way = [name]
    while (above := parents.get(way[-1], "")) and above not in way:
        way.append(above)
    return [*way, above] if above == name else []


def _index(sites: Iterable[RegisteredSite]) -> dict[str, set[str]]:
    """Every word that means a site → the keys of the sites it means. A key means its own site only."""
    index: dict[str, set[str]] = {}
    sites = tuple(sites)
    for site in sites:
        for word in _words(site):
            index.setdefault(word, set()).add(site.key)
    return index | {site.key: {site.key} for site in sites}


def _words(site: RegisteredSite) -> Iterator[str]:
    yield from (word for word in {site.code, site.host, f"www.{site.host}", site.url, site.name} if word)
