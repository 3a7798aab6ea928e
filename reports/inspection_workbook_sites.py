"""Sites × indicators and sites × checks: one row a site, as its scorecard and its verdicts say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reports.grid import Cell, Column, Grid, Link, place
from reports.hostile import line
from reports.inspection_model import Inspection, SiteLine
from reports.scorecard import ItemScore, Scorecard
from reports.words import RESULTS, SITE_KINDS, VERDICTS, word

SITES, CHECKED = "网站×指标", "网站×检查项"

WAITING = "待人工确认"
"""The verdict of a check whose veto nobody has confirmed yet."""

_LEAD = (
    Column("序号", "integer"), Column("标识码"), Column("网站名称"), Column("单位"), Column("分组"), Column("层级"), Column("类型"),
    Column("监测日期", "date"), Column("结论"), Column("得分", "number"), Column("最低", "number"), Column("最高", "number"),
    Column("结论已定"), Column("上季度结论"), Column("不合格原因"), Column("未能评估的原因"), Column("问题", "integer"), Column("待核问题", "integer"),
)  # fmt: skip
_NOTES = (
    "扣分项一栏为确定扣去的分数，加分项一栏为确定得到的分数，均已按本项上限计算；“不适用”的项目不计分。",
    "最低、最高：尚待人工判断或未能评估的内容全部不利、全部有利时的得分；部门网站只判合格或不合格时没有得分。",
)


def sites_grid(inspection: Inspection) -> Grid:
    """The scorecards side by side."""
    items = _items(inspection)
    columns = (*_LEAD, *(Column(f"{'加分' if bonus else '扣分'}：{name}", "number", width=13) for (_, bonus), name in items.items()))
    rows = tuple(
        (*_lead(number, site), *(_points(site.card, item, bonus=bonus) for item, bonus in items))
        for number, site in enumerate(inspection.sites, 1)
    )
    return Grid(SITES, columns, rows, notes=_NOTES, frozen=3)


def checks_grid(inspection: Inspection, titles: Mapping[str, str]) -> Grid:
    """The verdict of each check on each site; ``titles``: check id → Chinese title, in the order of the columns."""
    places = site_places(inspection)
    met = {check: None for site in inspection.sites for check in site.verdicts}
    checks = [*(check for check in titles if check in met), *(check for check in met if check not in titles)]
    columns = (*_LEAD[:3], Column("单位"), Column("监测日期", "date"), *(Column(titles.get(check, check), width=12) for check in checks))
    rows = tuple(
        (
            number,
            site.code,
            Link(line(site.name), sheet=places[site.key]),
            line(site.unit),
            site.night,
            *(_verdict(site, check) for check in checks),
        )
        for number, site in enumerate(inspection.sites, 1)
    )
    return Grid(CHECKED, columns, rows, frozen=3)


def _items(inspection: Inspection) -> dict[tuple[str, bool], str]:
    """(item id, whether it is a bonus) → name, of all cards, in the order of the table."""
    found: dict[tuple[str, bool], str] = {}
    for bonus in (False, True):
        for site in inspection.sites:
            for item in _of(site.card, bonus=bonus):
                found.setdefault((item.item, bonus), line(item.name))
    return found


def _of(card: Scorecard | None, *, bonus: bool) -> tuple[ItemScore, ...]:
    if card is None or not card.scored:
        return ()
    return card.bonus if bonus else card.items


def _lead(number: int, site: SiteLine) -> Iterator[Cell]:
    card = site.card
    scores: tuple[Cell, ...] = (None, None, None) if card is None else (card.certain, card.low, card.high)
    settled = "" if card is None else "是" if card.settled else "可能变化"
    before = RESULTS[site.before] if site.before else ""
    facts: tuple[Cell, ...] = (
        number, site.code, _link(site), line(site.unit), line(site.group), site.level, SITE_KINDS[site.kind], site.night, RESULTS[site.state],
        *scores, settled, before, "；".join(line(each) for each in site.reasons), line(site.why), len(site.problems), len(site.pending),
    )  # fmt: skip
    return iter(facts)


def _link(site: SiteLine) -> Link:
    return Link(line(site.name) or site.key, url=site.url)


def _points(card: Scorecard | None, item: str, *, bonus: bool) -> Cell:
    own = next((each for each in _of(card, bonus=bonus) if each.item == item), None)
    if own is None:
        return None
    return own.points if own.applies else "不适用"


def _verdict(site: SiteLine, check: str) -> Cell:
    """A check that only what waits for a person would fail has not failed yet."""
    if check not in site.verdicts:
        return None
    waits = any(each.check == check for each in site.pending) and not any(each.check == check for each in site.problems)
    if site.verdicts[check] == "fail" and waits:
        return WAITING
    return word(VERDICTS, site.verdicts[check])


def site_places(inspection: Inspection) -> dict[str, str]:
    """Site key → its place in the sheet of sites: for links to it."""
    first = len(_NOTES) + 2
    return {site.key: place(SITES, number, 3) for number, site in enumerate(inspection.sites, first)}
