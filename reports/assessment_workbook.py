"""The ranking (考核排名) as a workbook: rank, items × units, every term with its data, sites by quarter, full marks, notes."""

from __future__ import annotations

from collections.abc import Iterator

from reports.assessment_bulletin import versions
from reports.assessment_model import BASES, RANKS, SOURCES, Assessment
from reports.assessment_unit import site_state
from reports.assessment_words import item_points
from reports.grid import Cell, Column, Grid, Workbook

Row = tuple[Cell, ...]


def ranking_workbook(assessment: Assessment) -> Workbook:
    """The workbook of a year."""
    year = f"{assessment.year}年度政务公开工作考核"
    banner = tuple(f"数据尚不完整：{count}个单位的考核等次可能变化。" for count in [_open(assessment)] if count)
    return Workbook(
        title=f"{year}排名",
        grids=(
            Grid("排名", _RANK, tuple(_ranks(assessment)), (f"{year}排名", *banner), frozen=3),
            Grid("项目得分", _item_columns(assessment), tuple(_items(assessment)), (f"{year}：各单位各项目得分",), frozen=2),
            Grid("计分明细", _TERM, tuple(_terms(assessment)), (f"{year}：每一计分项及其数据",), frozen=3),
            Grid("网站各季度", _SITE, tuple(_sites(assessment)), (f"{year}：所属网站各季度检查结果",), frozen=2),
            Grid("满分情况", _MARK, tuple(_marks(assessment)), (f"{year}：各项目得满分情况",), frozen=2),
            Grid("说明", (Column("说明", width=110),), tuple((note,) for note in (*assessment.notes, versions(assessment))), filters=False),
        ),
        marks={"kind": "assessment", "year": str(assessment.year), "catalogue": assessment.catalogue, "program": assessment.program},
    )


def _open(assessment: Assessment) -> int:
    return sum(1 for unit in assessment.units if not unit.settled)


_RANK = (
    Column("考核分组"),
    Column("名次", "integer"),
    Column("单位"),
    Column("名录分组"),
    Column("得分（百分制）", "number"),
    Column("最低可能", "number"),
    Column("最高可能", "number"),
    Column("最好名次", "integer"),
    Column("最差名次", "integer"),
    Column("并列排序项得分", "number"),
    Column("等次"),
    Column("是否确定"),
    Column("等次理由"),
    Column("单项否决数", "integer"),
    Column("适用项目满分", "number"),
)


def _ranks(assessment: Assessment) -> Iterator[Row]:
    for unit in assessment.units:
        yield (
            unit.group,
            unit.rank,
            unit.unit,
            unit.registered,
            unit.points,
            unit.low,
            unit.high,
            unit.best,
            unit.worst,
            unit.second,
            RANKS[unit.grade],
            "已确定" if unit.settled else "可能变化",
            unit.grounds,
            len(unit.vetoes),
            unit.full,
        )


def _item_columns(assessment: Assessment) -> tuple[Column, ...]:
    return (
        Column("考核分组"),
        Column("单位"),
        Column("名次", "integer"),
        *(Column(f"{item.title}（{item.points:g}分）", "number") for item in assessment.items),
        Column("尚未确定或不适用的项目"),
    )


def _items(assessment: Assessment) -> Iterator[Row]:
    for unit in assessment.units:
        told = "；".join(f"{item.title}：{item_points(item)}" for item in unit.items if not item.applies or item.low != item.high)
        yield (unit.group, unit.unit, unit.rank, *(item.points if item.applies else None for item in unit.items), told)


_TERM = (
    Column("考核分组"),
    Column("单位"),
    Column("考核项目"),
    Column("项目数据来源"),
    Column("计分项"),
    Column("适用"),
    Column("满分", "number"),
    Column("得分", "number"),
    Column("最低可能", "number"),
    Column("最高可能", "number"),
    Column("分子", "number"),
    Column("分母", "number"),
    Column("数据"),
    Column("来源"),
    Column("计分办法"),
    Column("说明"),
)


def _terms(assessment: Assessment) -> Iterator[Row]:
    for unit in assessment.units:
        for item in unit.items:
            if not item.applies:
                yield (unit.group, unit.unit, item.title, None, None, "否", item.full, *(None,) * 5, None, None, None, item.why)
            for term in item.terms:
                yield (
                    unit.group,
                    unit.unit,
                    item.title,
                    BASES[item.basis],
                    term.title,
                    "是" if term.applies else "否",
                    term.full,
                    term.points,
                    term.low,
                    term.high,
                    term.part,
                    term.whole,
                    term.data,
                    SOURCES[term.source],
                    term.text,
                    term.note,
                )


_SITE = (
    Column("单位"),
    Column("网站"),
    Column("网站编号"),
    Column("季度"),
    Column("结果"),
    Column("得分", "number"),
    Column("IPv6 可访问链接", "integer"),
    Column("IPv6 检测链接", "integer"),
    Column("单项否决"),
    Column("说明"),
    Column("依据"),
)


def _sites(assessment: Assessment) -> Iterator[Row]:
    for unit in assessment.units:
        for site in unit.sites:
            yield (
                unit.unit,
                site.name,
                site.site,
                str(site.quarter),
                site_state(site),
                site.score,
                *(site.ipv6 if site.ipv6[1] else (None, None)),
                "；".join(site.vetoes),
                site.why,
                "已发布的检查" if site.published else "按现有数据计算",
            )


_MARK = (
    Column("考核分组"),
    Column("考核对象"),
    Column("考核项目"),
    Column("得满分", "integer"),
    Column("考核个数", "integer"),
    Column("占比", "percent"),
    Column("尚不能确定", "integer"),
    Column("上年得满分", "integer"),
    Column("上年考核个数", "integer"),
)


def _marks(assessment: Assessment) -> Iterator[Row]:
    titles = {item.id: item.title for item in assessment.items}
    for group in assessment.groups:
        for mark in group.marks:
            share = mark.part / mark.whole if mark.whole else None
            before = mark.before or (None, None)
            yield (group.name, mark.registered, titles[mark.item], mark.part, mark.whole, share, mark.unknown, *before)
