"""What holds in a sound table of indicators: sums, caps, feeds that exist, and no finding that costs points twice (扣过的不再扣)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from checks.catalogue import rules
from checks.catalogue.indicators_model import Catalogue, Feed, Indicator, IndicatorRow, exact
from checks.registry import CHECKS

_CODES = {check.id: check.codes for check in CHECKS}
_NAMES = {"veto": "单项否决", "deduction": "扣分指标", "bonus": "加分指标"}


def validate(catalogue: Catalogue) -> tuple[str, ...]:
    """Everything wrong with a table, each as one Chinese line ``entry 的 field：what``; empty when it is sound."""
    return (*_doubles(catalogue), *_points(catalogue), *_fed(catalogue), *_twice(catalogue), *_sums(catalogue))


def _doubles(catalogue: Catalogue) -> Iterator[str]:
    ids = Counter(entry for item in catalogue.indicators for entry in (item.id, *(row.id for row in item.rows)))
    yield from (f"{entry} 的 id：有 {count} 条用了同一个 id" for entry, count in ids.items() if count > 1)


def _points(catalogue: Catalogue) -> Iterator[str]:
    gates = catalogue.gates
    if not 0 <= gates.fail <= gates.bonus <= gates.full or gates.bonus_full < 0:
        yield f"gates：应有 0 ≤ fail ≤ bonus ≤ full，现在是 {gates.fail:g}、{gates.bonus:g}、{gates.full:g}"
    for item in catalogue.indicators:
        if not item.rows:
            yield f"{item.id} 的 rows：一行都没有"
        if not item.kinds:
            yield f"{item.id} 的 kinds：没有写明适用的网站"
        if item.part == "veto":
            yield from _veto(item)
        else:
            yield from _scored(item)


def _veto(item: Indicator) -> Iterator[str]:
    if item.cap:
        yield f"{item.id} 的 cap：单项否决不计分，应为 0"
    for row in item.rows:
        if row.points:
            yield f"{row.id} 的 points：单项否决不计分，应为 0"
        if row.at_least < 1:
            yield f"{row.id} 的 at_least：至少为 1"


def _scored(item: Indicator) -> Iterator[str]:
    if item.cap <= 0:
        yield f"{item.id} 的 cap：应大于 0"
    for row in item.rows:
        if not 0 < row.points <= item.cap:
            yield f"{row.id} 的 points：应大于 0，不超过本项的 {item.cap:g} 分，现在是 {row.points:g}"
        if row.at_least < 1 or (row.per == "each" and row.at_least > 1):
            yield f"{row.id} 的 at_least：{'至少为 1' if row.at_least < 1 else '逐个计分的行不能要求个数'}"
        if row.count and row.per == "once":
            yield f"{row.id} 的 count：只扣一次的行不数个数"
        if row.most < 0 or (row.most and not row.count):
            yield f"{row.id} 的 most：{'不小于 0' if row.most < 0 else '写了 most 的行也要写 count'}"
    if item.rows and all(row.per == "once" for row in item.rows) and sum(exact(row.points) for row in item.rows) < exact(item.cap):
        yield f"{item.id} 的 cap：各行加起来也到不了 {item.cap:g} 分"


def _fed(catalogue: Catalogue) -> Iterator[str]:
    for item in catalogue.indicators:
        for row in item.rows:
            if row.judged != "person" and not row.feeds:
                yield f"{row.id} 的 feeds：由程序判断的行应写明取自哪项检查"
            if row.judged == "person" and row.feeds:
                yield f"{row.id} 的 feeds：只由人判断的行不能取自检查；程序能发现一部分的，judged 应为 both"
            for feed in row.feeds:
                yield from _known(row, feed)


def _known(row: IndicatorRow, feed: Feed) -> Iterator[str]:
    if feed.check not in _CODES:
        yield f"{row.id} 的 feeds：没有“{feed.check}”这项检查"
        return
    for code in feed.codes:
        if code not in _CODES[feed.check]:
            yield f"{row.id} 的 feeds：检查“{feed.check}”没有“{code}”这个代码"
        elif rules(feed.check).codes[code].severity == "caution":
            yield f"{row.id} 的 feeds：“{feed.check}/{code}”只是提示，不能计分"
    for figure, values in feed.where.items():
        if not values:
            yield f"{row.id} 的 feeds：where.{figure} 没有写明取值"


def _twice(catalogue: Catalogue) -> Iterator[str]:
    """Two rows of part 2 that one finding would feed. Rows of part 1 may share findings with one of part 2."""
    for part in ("deduction", "bonus"):
        rows = [row for item in catalogue.indicators if item.part == part for row in item.rows]
        for first, second in combinations(rows, 2):
            shared = next((code for one in first.feeds for other in second.feeds if (code := _shared(one, other))), "")
            if shared:
                yield f"{second.id} 的 feeds：{shared} 已计入 {first.id}，同一问题不能扣两次"


def _shared(one: Feed, other: Feed) -> str:
    """A code that both feeds may take from one and the same finding; "" when they can't meet."""
    if one.check != other.check or (one.home is not None and other.home is not None and one.home != other.home):
        return ""
    if any(not set(values) & set(other.where[figure]) for figure, values in one.where.items() if figure in other.where):
        return ""
    codes = [code for code in _taken(one) if code in _taken(other)]
    return f"{one.check}/{codes[0]}" if codes else ""


def _taken(feed: Feed) -> tuple[str, ...]:
    """The codes a feed takes; none named: those that are vetoes or deductions."""
    if feed.codes or feed.check not in _CODES:
        return tuple(feed.codes)
    return tuple(code for code, rule in rules(feed.check).codes.items() if rule.severity in ("veto", "deduction"))


def _sums(catalogue: Catalogue) -> Iterator[str]:
    """Part 2 of portals adds up to ``gates.full``, part 3 to ``gates.bonus_full``, every block to what it says."""
    for part, full in (("deduction", catalogue.gates.full), ("bonus", catalogue.gates.bonus_full)):
        items = [item for item in catalogue.indicators if item.part == part and "portal" in item.kinds]
        total = sum((exact(item.cap) for item in items), Fraction(0))
        blocks = {block.name: exact(block.points) for block in catalogue.blocks if block.part == part}
        if blocks:
            yield from _blocks(part, items, blocks)
        if total != exact(full):
            field = "full" if part == "deduction" else "bonus_full"
            yield f"gates 的 {field}：{_NAMES[part]}各项加起来是 {float(total):g} 分，不是 {full:g} 分"


def _blocks(part: str, items: list[Indicator], blocks: dict[str, Fraction]) -> Iterator[str]:
    sums: dict[str, Fraction] = {}
    for item in items:
        sums[item.block] = sums.get(item.block, Fraction(0)) + exact(item.cap)
    for name in dict.fromkeys((*blocks, *sums)):
        if name not in blocks:
            yield f"blocks：{_NAMES[part]}的“{name}”没有写明分值"
        elif sums.get(name, Fraction(0)) != blocks[name]:
            total = float(sums.get(name, Fraction(0)))
            yield f"blocks 的 {part}/{name}：各项加起来是 {total:g} 分，不是 {float(blocks[name]):g} 分"
