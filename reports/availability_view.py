"""What `availability` measured: the visits to the home page, one row each, IPv4 and IPv6 apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model import Judgement
from reports.hostile import line
from reports.sheet import Cell, Grid, Heading, Sheet, entries, figures_of, sheet, within
from reports.view import Address, Fact, count_of, duration, moment, text_of

CHECK_ID = "availability"
_MOMENTS = {"0": "采集前", "crawl": "采集中", "1": "采集后", "2": "核实后"}
_FAMILIES = (("4", "IPv4"), ("6", "IPv6"))
_HEADINGS = (
    Heading("时间"),
    Heading("时机"),
    Heading("协议"),
    Heading("结果"),
    Heading("用时", "number"),
    Heading("说明", "whole"),
)


def availability_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when no visit was recorded."""
    figures = figures_of(judgements, CHECK_ID)
    visits = [_visit(entry, text_of(figures.get("url"))) for entry in entries(figures.get("visits"))]
    if not visits:
        return None
    return sheet(CHECK_ID, "首页访问情况", list(_facts(figures)), [Grid.of("每次访问", _HEADINGS, visits)])


def _facts(figures: Mapping[str, Any]) -> Iterator[Fact]:
    for family, name in _FAMILIES:
        counts = within(within(figures, "families"), family)
        made, opened = count_of(counts.get("attempts")) or 0, count_of(counts.get("ok")) or 0
        title = text_of(counts.get("title"))
        middle = count_of(within(counts, "elapsed_ms").get("median"))
        speed = "" if middle is None else f"，用时中位数 {_time(middle)}"
        yield Fact(name, f"访问 {made} 次，打开 {opened} 次{speed}（{title}）" if made else title or "没有访问")
    limit = count_of(figures.get("limit_seconds"))
    if limit:
        yield Fact("判定界限", f"{limit} 秒内没有打开算打不开；IPv4 的结果据以判定，IPv6 的列出供参考")
    week = within(figures, "week")
    if week:
        days = f"{text_of(week.get('first'))} 至 {text_of(week.get('last'))}"
        counts_of_week = f"访问 {count_of(week.get('visits')) or 0} 次，失败 {count_of(week.get('failed')) or 0} 次"
        yield Fact("一周统计", f"{days}，{counts_of_week}，失败率 {text_of(week.get('rate'))}（达到 5% 即单项否决）")
        six = within(week, "v6")
        if six:
            yield Fact(
                "一周统计（IPv6）", f"访问 {count_of(six.get('visits')) or 0} 次，失败 {count_of(six.get('failed')) or 0} 次，仅供参考"
            )
    else:
        yield Fact("一周统计", "还没有一周的记录；“一周内打不开达到 5%”只凭连续记录判定，不凭一次检查")


def _visit(entry: Mapping[str, Any], url: str) -> list[Cell]:
    opened, family = entry.get("opened") is True, count_of(entry.get("family"))
    elapsed, status = count_of(entry.get("elapsed_ms")), count_of(entry.get("status"))
    detail = text_of(entry.get("detail"))
    said = [f"HTTP {status}" if status and str(status) not in detail else "", detail]
    final, address = text_of(entry.get("final_url")), text_of(entry.get("address"))
    elsewhere = Address.of(final) if final and final != url else None
    return [
        Cell(moment(text_of(entry.get("at")))),
        Cell(_MOMENTS.get(text_of(entry.get("moment")), text_of(entry.get("moment")))),
        Cell(f"IPv{family}" if family else "不详"),
        Cell(line(text_of(entry.get("title"))), "pass" if opened else "not_assessed"),
        Cell("—" if elapsed is None else _time(elapsed)),
        Cell("，".join(part for part in (*said, address) if part), address=elsewhere),
    ]


def _time(milliseconds: int) -> str:
    return f"{milliseconds} 毫秒" if milliseconds < 1000 else duration(milliseconds / 1000)
