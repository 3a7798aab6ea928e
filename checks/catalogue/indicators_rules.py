"""What must hold of a table of indicators: sums, ids, feeds that exist, and no finding that costs twice (扣过的不再扣)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources

from checks.catalogue import CatalogueError, rules
from checks.catalogue.indicators_model import Catalogue, Feed, Indicator, IndicatorRow

_FILES = ("nightly",)
"""Catalogue files of no check."""


def problems(catalogue: Catalogue) -> tuple[str, ...]:
    """Everything wrong with a table, one Chinese line each: entry, field, what is expected."""
    return (*_ids(catalogue), *_sums(catalogue), *(line for each in catalogue.indicators for line in _item(each)), *_twice(catalogue))


def _ids(catalogue: Catalogue) -> Iterator[str]:
    ids = Counter([each.id for each in catalogue.indicators] + [row.id for each in catalogue.indicators for row in each.rows])
    for key, count in ids.items():
        if count > 1:
            yield f"{key}.id：编号出现 {count} 次，应当唯一。"


def _sums(catalogue: Catalogue) -> Iterator[str]:
    for part, full, field in (("deduction", catalogue.gates.full, "full"), ("bonus", catalogue.gates.bonus_full, "bonus_full")):
        total = sum(each.cap for each in catalogue.indicators if each.part == part)
        if abs(total - full) > 1e-9:
            yield f"gates.{field}：各项分值之和是 {total:g}，应为 {full:g}。"
    if not 0 <= catalogue.gates.fail <= catalogue.gates.bonus <= catalogue.gates.full:
        yield "gates：应满足 0 ≤ fail ≤ bonus ≤ full。"


def _item(item: Indicator) -> Iterator[str]:
    if not item.rows:
        yield f"{item.id}.rows：没有评分细则。"
    if item.part != "veto" and item.cap <= 0:
        yield f"{item.id}.cap：扣分、加分指标的分值应大于 0。"
    for row in item.rows:
        yield from _row(item, row)


def _row(item: Indicator, row: IndicatorRow) -> Iterator[str]:
    if item.part == "veto" and row.points:
        yield f"{row.id}.points：单项否决不计分，应为 0。"
    if item.part != "veto" and not 0 < row.points <= item.cap:
        yield f"{row.id}.points：应大于 0，不超过本项分值 {item.cap:g}。"
    if row.judged == "person" and row.feeds:
        yield f"{row.id}.judged：由人判断的细则不能有 feeds，应写 both。"
    if row.judged != "person" and not row.feeds:
        yield f"{row.id}.feeds：由程序判断的细则要写明取自哪些检查。"
    if row.at_least < 1 or row.most < 0:
        yield f"{row.id}：at_least 不小于 1，most 不小于 0。"
    if row.most and not row.count:
        yield f"{row.id}.most：写了 most 的细则也要写 count。"
    for feed in row.feeds:
        yield from _feed(row, feed)


def _feed(row: IndicatorRow, feed: Feed) -> Iterator[str]:
    if feed.check not in _checks():
        yield f"{row.id}.feeds.check：没有名为“{feed.check}”的检查。"
        return
    for code in feed.codes:
        if code not in rules(feed.check).codes:
            yield f"{row.id}.feeds.codes：检查“{feed.check}”没有“{code}”这种问题。"


def _twice(catalogue: Catalogue) -> Iterator[str]:
    """Two rows of part 2 that could both take the same finding."""
    fed = [(row.id, feed) for item in catalogue.part("deduction") for row in item.rows for feed in row.feeds]
    for number, (row, feed) in enumerate(fed):
        for other, another in fed[number + 1 :]:
            if row != other and _overlap(feed, another):
                yield f"{other}.feeds：与 {row} 重复取“{feed.check}”的同一种问题，同一问题只能扣一次。"


def _overlap(one: Feed, other: Feed) -> bool:
    if one.check != other.check or (one.codes and other.codes and not set(one.codes) & set(other.codes)):
        return False
    if one.home is not None and other.home is not None and one.home != other.home:
        return False
    return not any(name in other.where and not set(values) & set(other.where[name]) for name, values in one.where.items())


@cache
def _checks() -> frozenset[str]:
    """Ids of every check that has a catalogue file."""
    found = set()
    for entry in resources.files("checks.catalogue").iterdir():
        stem = entry.name.removesuffix(".toml")
        if entry.name.endswith(".toml") and stem not in _FILES:
            try:
                found.add(rules(stem.replace("_", "-")).check)
            except CatalogueError:
                continue  # a table of indicators, not of a check
    return frozenset(found)
