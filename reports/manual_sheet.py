"""The workbook that people fill in (人工评分表): rows of the indicators that only people judge, per site, and figures of units.

Three sheets: 单项否决 (是/否), 评分 (points taken off or earned), 单位数据. What was given before stands in it; an empty cell says nothing, 撤回 takes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.catalogue.indicators import Catalogue, Indicator, IndicatorRow, exact
from crawler.registry import RegisteredSite
from reports.grid import Cell, Column, Grid, Workbook
from reports.manual import UnitFigure
from reports.manual_terms import Term
from reports.quarters import Quarter
from reports.score import applies
from reports.score_rows import highest, rate, worded
from reports.scorecard import Assessed, ManualJudgement

VETOES, POINTS, FIGURES = "单项否决", "评分", "单位数据"
"""Titles of the sheets."""
YES, NO, WITHDRAWN = "是", "否", "撤回"
KIND = "人工评分表"

_ABOUT = ("网站编号", "网站", "单位", "细则编号", "指标", "评分细则")
HEADS: Mapping[str, tuple[str, ...]] = {
    VETOES: (*_ABOUT, "是否存在", "说明", "评分人"),
    POINTS: (*_ABOUT, "填写", "分值", "说明", "评分人"),
    FIGURES: ("单位", "数据编号", "数据", "计量单位", "填写要求", "数值", "说明", "填报人"),
}
"""Heads of the sheets; the last three columns are for people, all others are for reading only."""
OPEN = 3
"""How many columns at the end people fill in."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a workbook asks for. ``units``: units that bring figures; ``given``/``figures``: what stands already."""

    quarter: Quarter
    catalogue: Catalogue
    sites: Sequence[RegisteredSite]
    units: Sequence[str]
    terms: Mapping[str, Term]
    given: Mapping[str, Sequence[ManualJudgement]]
    figures: Mapping[str, Mapping[str, UnitFigure]]


def marks(quarter: Quarter, catalogue: Catalogue) -> dict[str, str]:
    """The hidden facts by which an import knows what a workbook was made for."""
    return {"kind": KIND, "quarter": str(quarter), "catalogue": f"{catalogue.id} {catalogue.version}", "digest": catalogue.digest}


def manual_workbook(asked: Asked) -> Workbook:
    """The workbook as data."""
    quarter, catalogue = asked.quarter, asked.catalogue
    about = f"{quarter.chinese}，指标：{catalogue.title}（{catalogue.id} {catalogue.version}）。"
    how = "空白表示没有意见，按程序的结果；要撤回以前填的，写“撤回”。填好后用 mingjing manual import 导入。"
    vetoes = f"存在这种情况的选“是”，核实后不存在的选“否”（可推翻程序的结果）。{how}"
    points = f"按“填写”一列的要求写分数；核实后没有问题的写 0（可推翻程序的结果）。{how}"
    return Workbook(
        f"{quarter.chinese}人工评分表",
        (
            Grid(VETOES, _columns(VETOES), list(_site_rows(asked, "veto")), (about, vetoes), frozen=2, guarded=True),
            Grid(POINTS, _columns(POINTS), list(_site_rows(asked, "points")), (about, points), frozen=2, guarded=True),
            Grid(FIGURES, _columns(FIGURES), list(_figure_rows(asked)), (about, how), frozen=1, guarded=True),
        ),
        marks(quarter, catalogue),
    )


def asked_rows(catalogue: Catalogue, site: RegisteredSite) -> Iterator[tuple[Indicator, IndicatorRow]]:
    """The rows that a person may judge on a site: those that apply to it and are not the program's alone."""
    about = Assessed(site.key, site.kind, site.has_services, ())
    scored = any(applies(each, about) for each in catalogue.part("deduction"))
    for indicator in catalogue.indicators:
        if applies(indicator, about) and (scored or indicator.part == "veto"):
            yield from ((indicator, row) for row in indicator.rows if row.judged != "machine")


def most(indicator: Indicator, row: IndicatorRow) -> float:
    """The most points that a person may take off or give for a row."""
    return min(float(highest(row, exact(indicator.cap))), indicator.cap)


def _columns(title: str) -> tuple[Column, ...]:
    heads = HEADS[title]
    widths = {
        "细则编号": 26.0,
        "数据编号": 24.0,
        "数据": 26.0,
        "指标": 20.0,
        "评分细则": 60.0,
        "填写": 30.0,
        "填写要求": 50.0,
        "说明": 40.0,
        "网站": 26.0,
        "单位": 22.0,
    }
    kinds = {"分值": "number", "数值": "number"}
    return tuple(
        Column(
            head,
            "number" if head in kinds else "text",
            widths.get(head, 12.0),
            (YES, NO, WITHDRAWN) if head == "是否存在" else (),
            open=number >= len(heads) - OPEN,
        )
        for number, head in enumerate(heads)
    )


def _site_rows(asked: Asked, sheet: str) -> Iterator[tuple[Cell, ...]]:
    for site in asked.sites:
        given = {each.row: each for each in asked.given.get(site.key, ())}
        for indicator, row in asked_rows(asked.catalogue, site):
            if (indicator.part == "veto") != (sheet == "veto"):
                continue
            before = given.get(row.id)
            about: tuple[Cell, ...] = (site.key, site.name or site.key, site.unit, row.id, indicator.name, worded(row))
            if sheet == "veto":
                yield (*about, None if before is None else YES if before.points else NO, *_who(before))
            else:
                word = "得" if indicator.part == "bonus" else "扣"
                yield (
                    *about,
                    f"{word} 0 到 {most(indicator, row):g} 分（{rate(row, indicator.part)}）",
                    None if before is None else before.points,
                    *_who(before),
                )


def _who(before: ManualJudgement | UnitFigure | None) -> tuple[Cell, Cell]:
    return (None, None) if before is None else (before.note or None, before.by)


def _figure_rows(asked: Asked) -> Iterator[tuple[Cell, ...]]:
    for unit in asked.units:
        for term in asked.terms.values():
            before = asked.figures.get(unit, {}).get(term.id)
            yield (unit, term.id, term.title, term.measure, term.text, None if before is None else before.value, *_who(before))
