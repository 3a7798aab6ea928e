"""The table of indicators as a reader of `mingjing catalogue` sees it: the whole in one view, one entry in full, two tables compared."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from checks.catalogue import rules
from checks.catalogue.indicators import Catalogue, Change, Feed, Indicator, IndicatorRow, Part
from reports.hostile import line
from reports.words import BASES, SITE_KINDS

PARTS: Mapping[Part, str] = {"veto": "单项否决", "deduction": "扣分指标", "bonus": "加分指标"}
JUDGED = {"machine": "程序判断", "person": "人工判断", "both": "程序发现、人工认定"}

_FIELDS = {
    "id": "编号", "version": "版本", "title": "名称", "source": "依据", "basis": "依据的可靠程度", "effective": "施行日期", "fail": "不合格线",
    "bonus": "加分线", "full": "扣分指标总分", "bonus_full": "加分指标总分", "points": "分值", "name": "名称", "part": "部分", "block": "版块", "cap": "本项分值",
    "kinds": "适用网站", "services": "只用于有办事服务的网站", "text": "内容", "per": "计法", "at_least": "达到个数", "count": "个数取自", "most": "最多个数",
    "threshold": "限值", "judged": "判断方式", "feeds": "取自检查", "indicator": "所属指标",
}  # fmt: skip


def overview(catalogue: Catalogue) -> Iterator[str]:
    """The whole table, a line an item and a line a row."""
    yield from head(catalogue)
    gates = catalogue.gates
    yield f"规则：单项否决即不合格；扣分指标 {gates.full:g} 分，低于 {gates.fail:g} 分不合格；高于 {gates.bonus:g} 分的计加分（{gates.bonus_full:g} 分）。"
    for part, name in PARTS.items():
        items = catalogue.part(part)
        if not items:
            continue
        total = f"，共 {sum(each.cap for each in items):g} 分" if part != "veto" else ""
        yield ""
        yield f"{name}（{len(items)} 项{total}）"
        block = ""
        for item in items:
            if item.block != block and part != "veto":
                block = item.block
                yield f"  {line(block)} {sum(each.cap for each in items if each.block == block):g} 分"
            yield f"    {_item(item)}"
            for row in item.rows:
                yield f"      {row.id}  {_row(row, item)}"
    yield from _bases(catalogue)


def head(catalogue: Catalogue) -> Iterator[str]:
    """Which table it is."""
    yield f"{line(catalogue.title)}（{line(catalogue.id)}，版本 {line(catalogue.version)}，{catalogue.effective.isoformat()} 起施行，摘要 {catalogue.digest}）"
    yield f"依据：{line(catalogue.source)}（{BASES[catalogue.basis][0]}）"


def entry(catalogue: Catalogue, wanted: str) -> tuple[str, ...]:
    """One item with its rows, or one row, in full. Raises KeyError when the table has no such entry."""
    for item in catalogue.indicators:
        if item.id == wanted:
            return (*_item_whole(item), *(text for row in item.rows for text in ("", *_row_whole(row, item))))
    item, row = catalogue.row(wanted)
    return (*_item_whole(item), "", *_row_whole(row, item))


def changes(found: tuple[Change, ...]) -> Iterator[str]:
    """A line for each difference."""
    for change in found:
        name = line(change.entry) or "目录本身"
        if change.kind == "added":
            yield f"+ {name}：新增（{_named(change.after)}）"
        elif change.kind == "removed":
            yield f"- {name}：删去（{_named(change.before)}）"
        else:
            yield f"* {name}：{_FIELDS.get(change.field, change.field)} {_value(change.field, change.before)} → {_value(change.field, change.after)}"


def _named(values: Any) -> str:
    return line(str(values.get("text") or values.get("name") or values.get("id") or ""))


def _value(field: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "（无）"
    if field == "basis":
        return BASES[value][0]
    if field == "kinds":
        return "、".join(SITE_KINDS[each] for each in value)
    if field == "judged":
        return JUDGED[value]
    if field == "per":
        return {"once": "只计一次", "each": "逐个计"}[value]
    if field == "part":
        return PARTS[value]
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:g}"
    return line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True))


def _item(item: Indicator) -> str:
    notes = ["、".join(SITE_KINDS[kind] for kind in item.kinds)] + (["有办事服务的网站"] if item.services else [])
    cap = f" {item.cap:g} 分" if item.part != "veto" else ""
    return f"{line(item.name)}{cap}（{item.id}；{'；'.join(notes)}）"


def _row(row: IndicatorRow, item: Indicator) -> str:
    return f"{line(row.text)}{_cost(row, item)}（{JUDGED[row.judged]}）"


def _cost(row: IndicatorRow, item: Indicator) -> str:
    if item.part == "veto":
        return f"：限值 {line(row.threshold)}" if row.threshold else ""
    sign = "−" if item.part == "deduction" else "+"
    return f"：{'每个 ' if row.per == 'each' else ''}{sign}{row.points:g} 分" + (f"（最多数 {row.most} 个）" if row.most else "")


def _item_whole(item: Indicator) -> Iterator[str]:
    yield f"{PARTS[item.part]}/{line(item.block)}/{_item(item)}" if item.part != "veto" else f"{PARTS[item.part]}/{_item(item)}"


def _row_whole(row: IndicatorRow, item: Indicator) -> Iterator[str]:
    yield f"{row.id}  {_row(row, item)}"
    if row.threshold and item.part != "veto":
        yield f"  限值：{line(row.threshold)}"
    if row.at_least > 1:
        yield f"  达到个数：{row.at_least} 个问题以上（含）"
    for feed in row.feeds:
        yield f"  取自检查：{_feed(feed)}"
    yield f"  依据：{line(row.source)}（{BASES[row.basis][0]}）"


def _feed(feed: Feed) -> str:
    rule = rules(feed.check)
    codes = "、".join(f"{rule.codes[code].title}（{code}）" for code in feed.codes) or "全部否决、扣分问题"
    where = "".join(f"；{name} 为 {'、'.join(values)}" for name, values in sorted(feed.where.items()))
    home = {None: "", True: "；只计首页", False: "；不计首页"}[feed.home]
    return f"{rule.title}（{feed.check}）：{codes}{where}{home}"


def _bases(catalogue: Catalogue) -> Iterator[str]:
    """How well the sources are known, where they are not original."""
    rows = [row for item in catalogue.indicators for row in item.rows]
    counts = {basis: sum(row.basis == basis for row in rows) for basis in BASES}
    yield ""
    yield f"共 {len(rows)} 行。" + "".join(
        f"依据为“{name}”的 {counts[basis]} 行：{text}" for basis, (name, text) in BASES.items() if basis != "original" and counts[basis]
    )
