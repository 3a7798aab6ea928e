"""Notes (说明) of an inspection: what a reader must know to take its figures for what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.nights import Nights
from reports.history_reading import LifeReader
from reports.inspection_level import HOW
from reports.inspection_model import SiteLine
from reports.paper import chinese_day
from reports.quarters import Quarter
from reports.words import BASES


def notes_of(
    database: Database, quarter: Quarter, cutoff: date, catalogue: Catalogue, sites: Sequence[SiteLine], *, given: bool
) -> tuple[str, ...]:
    """Chinese sentences, in the order they are printed. ``given``: units were given deadlines in earlier quarters."""
    told = list(_nights(database, quarter, cutoff, sites))
    if not given:
        told.append("以前的季度没有发布通报，也没有下发台账，没有向各单位明确过整改时限，因此没有逾期未整改的统计。")
    if catalogue.basis != "original":
        told.append(f"评分指标“{catalogue.title}”的依据为{BASES[catalogue.basis][0]}。")
    return (*told, HOW)


def _nights(database: Database, quarter: Quarter, cutoff: date, sites: Sequence[SiteLine]) -> Iterator[str]:
    """What the nights were like that the figures are of."""
    if cutoff < quarter.last:
        rest = (quarter.last - cutoff).days
        half = "本季度尚未检查完整，" if rest > 14 else ""
        yield f"{half}监测时间点为{chinese_day(cutoff)}，距季度末还有{rest}天，其后的变化没有计入。"
    night = Nights(database).night(cutoff)
    if night is not None and night.state != "done":
        yield f"{chinese_day(cutoff)}这一晚的检查没有做完，未做到的网站以其前 14 天内最后一次检查为准。"
    earlier = sum(1 for site in sites if site.night is not None and site.night < cutoff)
    if earlier:
        yield f"有{earlier}个网站在监测时间点当晚没有检查结果，以其前 14 天内最后一次检查为准。"
    changed = _rule_changes(database, quarter, cutoff)
    if changed:
        yield f"本季度检查程序或检查规则有{changed}次更新；因规则更新而不再是问题的，不计入整改。"


def _rule_changes(database: Database, quarter: Quarter, cutoff: date) -> int:
    """How often what a night was judged by changed within the quarter."""
    within = [each for each in LifeReader(database).rulesets(quarter.first) if quarter.first <= each.night <= cutoff]
    told = [(each.catalogue, tuple(sorted(each.rules.items()))) for each in within]
    return sum(before != after for before, after in pairwise(told))
