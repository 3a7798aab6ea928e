"""Tables of what the checks measured: columns (栏目更新), IPv6 link rates, visits to the home page. A figure that is absent leaves its cell empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from reports.grid import Cell, Column, Grid, Link
from reports.hostile import line
from reports.inspection_model import Inspection, Rate, SiteLine
from reports.inspection_workbook_sites import site_places
from reports.view import count_of, text_of
from reports.words import LEVELS

_SITE = (Column("网站名称"), Column("标识码"), Column("单位"), Column("监测日期", "date"))


def columns_grid(inspection: Inspection) -> Grid:
    """Every column of every site: newest date, how long it may go without an update, answer."""
    columns = (
        *_SITE, Column("栏目"), Column("地址", width=40), Column("类别"), Column("级别"), Column("最近更新", "date"), Column("距监测时间点天数", "integer"),
        Column("更新期限"), Column("结果"), Column("说明", width=40),
    )  # fmt: skip
    return Grid("栏目更新", columns, _columns(inspection), frozen=1)


def _columns(inspection: Inspection) -> Iterator[tuple[Cell, ...]]:
    for site in inspection.sites:
        for row in _entries(site.figures.get("column-updates", {}).get("columns")):
            url, level = text_of(row.get("url")), count_of(row.get("level"))
            yield (
                *_lead(site), line(text_of(row.get("name"))), Link(line(url), url=url), line(text_of(row.get("class_name"))),
                "" if level is None else LEVELS.get(level, f"{level} 级"), _day(row.get("newest")), count_of(row.get("days")),
                line(text_of(row.get("window"))), line(text_of(row.get("verdict_name"))), line(text_of(row.get("reason"))),
            )  # fmt: skip


def ipv6_grid(inspection: Inspection) -> Grid:
    """Links that answered over IPv6, by level and owner."""
    columns = (
        *_SITE, Column("IPv6 地址"), Column("链接级别"), Column("所属"), Column("是否据以判定"), Column("已知链接", "integer"), Column("测试", "integer"),
        Column("可用", "integer"), Column("可用率", "percent"),
    )  # fmt: skip
    return Grid("IPv6", columns, _ipv6(inspection), notes=("可用率 = 可用 ÷ 测试；没有 IPv6 地址或没有测试的网站没有可用率。",), frozen=1)


def _ipv6(inspection: Inspection) -> Iterator[tuple[Cell, ...]]:
    places = site_places(inspection)
    for site in inspection.sites:
        figures = site.figures.get("ipv6", {})
        links = figures.get("links")
        levels = _entries(links.get("levels")) if isinstance(links, Mapping) else ()
        if not figures:
            continue
        listed = figures.get("aaaa")
        addresses = "，".join(line(text_of(each)) for each in listed) if isinstance(listed, (list, tuple)) else ""
        for row in levels or ({},):
            tested, working = count_of(row.get("tested")), count_of(row.get("ok"))
            share = Rate(working, tested).share if tested is not None and working is not None else None
            yield (
                *_linked(site, places), addresses or "没有有效的 AAAA 记录", line(text_of(row.get("title"))), line(text_of(row.get("group_title"))),
                "" if "decides" not in row else "是" if row["decides"] else "否", count_of(row.get("known")), tested, working, share,
            )  # fmt: skip


def availability_grid(inspection: Inspection) -> Grid:
    """The week of visits to the home page by which a site is judged."""
    columns = (
        *_SITE, Column("一周第一天", "date"), Column("一周最后一天", "date"), Column("访问", "integer"), Column("失败", "integer"), Column("失败率", "percent"),
        Column("IPv6 访问", "integer"), Column("IPv6 失败", "integer"), Column("说明"),
    )  # fmt: skip
    note = "失败率 = 失败 ÷ 访问，用 IPv4 的结果判定，达到 5% 即单项否决；IPv6 的仅供参考。"
    return Grid("可用性", columns, _availability(inspection), notes=(note,), frozen=1)


def _availability(inspection: Inspection) -> Iterator[tuple[Cell, ...]]:
    places = site_places(inspection)
    for site in inspection.sites:
        week = site.figures.get("availability", {}).get("week")
        if not isinstance(week, Mapping):
            if site.state in ("pass", "fail"):
                yield (*_linked(site, places), *(None,) * 7, "还没有一周的访问记录")
            continue
        visits, failed = count_of(week.get("visits")), count_of(week.get("failed"))
        share = Rate(failed, visits).share if visits is not None and failed is not None else None
        six = week.get("v6")
        six = six if isinstance(six, Mapping) else {}
        days = (_day(week.get("first")), _day(week.get("last")))
        yield (*_linked(site, places), *days, visits, failed, share, count_of(six.get("visits")), count_of(six.get("failed")), "")


def _lead(site: SiteLine) -> tuple[Cell, ...]:
    return line(site.name), site.code, line(site.unit), site.night


def _linked(site: SiteLine, places: Mapping[str, str]) -> tuple[Cell, ...]:
    """The same, with a link to the site's row in the sheet of sites."""
    name, *rest = _lead(site)
    return Link(str(name), sheet=places[site.key]), *rest


def _entries(value: object) -> Sequence[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def _day(value: object) -> Cell:
    text = text_of(value)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return line(text)
