"""The sheet of one unit (单位考核情况) as a paper: every point with its data, where it comes from, and what is still missing. For the unit alone."""

from __future__ import annotations

from collections.abc import Iterator

from reports.assessment_bulletin import versions
from reports.assessment_model import BASES, NOT_DRAWN, RANKS, SOURCES, Assessment, ItemResult, SiteQuarter, UnitResult
from reports.assessment_words import item_points, term_points
from reports.office import Office
from reports.paper import Block, Heading, Paper, Paragraph, Table
from reports.sentences import number, ordinal


def unit_paper(assessment: Assessment, unit: UnitResult, office: Office) -> Paper:
    """The sheet of ``unit``."""
    blocks: list[Block] = [
        Heading("一、考核结果"),
        *_result(assessment, unit),
        Heading("二、各项目得分"),
        _items(unit),
        *(block for number, item in enumerate(unit.items, 1) for block in _item(number, item)),
        Heading("三、所属网站各季度检查结果"),
        _sites(unit),
    ]
    return Paper(
        kind="unit-assessment",
        title=f"{assessment.year}年度政务公开工作考核情况反馈",
        blocks=tuple(blocks),
        addressees=unit.unit,
        signed=office.signature,
        dated=office.dated,
        banner=("" if assessment.version else "草稿：尚未发布。") + ("" if unit.settled else "数据尚不完整，本单位的考核等次可能变化。"),
        footnotes=(*assessment.notes, versions(assessment)),
        subject=f"{assessment.year}年度{unit.unit}考核情况",
    )


def _result(assessment: Assessment, unit: UnitResult) -> Iterator[Block]:
    group = next(each for each in assessment.groups if each.name == unit.group)
    if unit.points is None or unit.rank is None:
        yield Paragraph(f"{unit.grounds}。")
        return
    ties = sum(1 for other in group.units if other.rank == unit.rank) - 1
    open_range = "" if unit.low == unit.high else f"，数据补齐后为{number(unit.low)}至{number(unit.high)}分"
    tied = f"，与{ties}个单位并列" if ties else ""
    yield Paragraph(
        f"得分{number(unit.points)}分（满分100分{open_range}），在{len(group.units)}个{unit.group}考核对象中列第{unit.rank}位{tied}，"
        f"考核等次为{RANKS[unit.grade]}{'' if unit.settled else '（可能变化）'}。"
    )
    yield Paragraph(f"{unit.grounds}。", lead="等次理由：")
    if unit.full != 100:
        yield Paragraph(f"适用的项目满分合计{unit.full:g}分，按100分折算。", lead="折算：")
    if not unit.settled or unit.best != unit.worst:
        between = f"第{unit.best}位" if unit.best == unit.worst else f"第{unit.best}位至第{unit.worst}位之间"
        state = "考核等次不会变化" if unit.settled else "考核等次可能变化"
        yield Paragraph(f"{_gaps(unit)}数据补齐后，名次在{between}，{state}。", lead="尚未确定：")
    for veto in unit.vetoes:
        yield Paragraph(f"{veto.rstrip('。')}。", lead="单项否决：")


def _gaps(unit: UnitResult) -> str:
    """Which data of the unit itself are missing or may still change."""
    terms = [term.title for item in unit.items for term in item.terms if term.applies and term.low != term.high]
    return f"本单位尚不完整的数据：{'、'.join(terms)}。" if terms else "其他单位的数据尚不完整。"


def _items(unit: UnitResult) -> Table:
    rows = [
        (item.title, f"{item.full:g}", item_points(item), BASES[item.basis] if item.applies else "—", _state(item)) for item in unit.items
    ]
    return Table(
        head=("考核项目", "满分", "得分", "数据来源", "说明"),
        rows=tuple(rows),
        caption="各考核项目得分",
        widths=(5, 2, 4, 4, 6),
        align=("left", "right", "right", "left", "left"),
    )


def _state(item: ItemResult) -> str:
    if not item.applies:
        return item.why or "不适用"
    return {True: "得满分", False: "未得满分", None: "数据不全，尚不能确定是否得满分"}[item.reached]


def _item(number: int, item: ItemResult) -> Iterator[Block]:
    yield Heading(f"（{ordinal(number)}）{item.title}", 2)
    if not item.applies:
        yield Paragraph(f"不计入：{item.why or '不适用'}。")
        return
    yield Table(
        head=("计分项", "满分", "得分", "数据", "来源", "说明"),
        rows=tuple(
            (
                term.title,
                f"{term.full:g}" if term.applies else "—",
                term_points(term),
                term.data,
                SOURCES[term.source],
                "；".join(text for text in (term.text, term.note) if text) or "—",
            )
            for term in item.terms
        ),
        widths=(4, 2, 4, 4, 3, 8),
        align=("left", "right", "right", "left", "left", "left"),
    )


def site_state(site: SiteQuarter) -> str:
    """合格, 不合格 or why it could not be assessed."""
    if site.passed is None:
        return NOT_DRAWN if site.why == NOT_DRAWN else "未能评估"
    return ("合格" if site.passed else "不合格") + ("" if site.settled else "（有待核实）")


def _sites(unit: UnitResult) -> Table:
    rows = [
        (
            site.quarter.chinese,
            site.name,
            site_state(site),
            "—" if site.score is None else f"{site.score:g}",
            f"{site.ipv6[0]}/{site.ipv6[1]}" if site.ipv6[1] else "—",
            "；".join(site.vetoes) or (site.why if site.why != NOT_DRAWN else "") or "—",
            "已发布的检查" if site.published else "按现有数据计算",
        )
        for site in unit.sites
    ]
    return Table(
        head=("季度", "网站", "结果", "得分", "IPv6 链接", "说明", "依据"),
        rows=tuple(rows),
        widths=(4, 6, 3, 2, 3, 6, 4),
        align=("left", "left", "left", "right", "right", "left", "left"),
        empty="本年没有所属网站的检查结果。",
    )
