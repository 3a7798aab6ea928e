"""The quarterly bulletin (季度检查通报) as a paper: the parts that every published bulletin has, told from the figures of an inspection.

Skeleton: title, number, addressees, basis, 一、总体情况, 二、主要问题, 三、整改情况, 四、下一步工作要求, annexes. Nothing is accused that is not counted:
what no person has confirmed is only listed, and marked, where the inspection was asked for with ``unreviewed``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.bulletin_annexes import annexes
from reports.bulletin_overview import overview
from reports.bulletin_problems import main_problems
from reports.bulletin_repairs import demands, repairs
from reports.hostile import line
from reports.inspection_model import Inspection, SiteLine
from reports.office import Office
from reports.paper import Block, Heading, Paper, Paragraph, Picture, chinese_day
from reports.sentences import sentence
from reports.words import BASES

LEGAL = (
    "《国务院办公厅关于印发政府网站发展指引的通知》（国办发〔2017〕47号）",
    "《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》（国办秘函〔2019〕19号）",
)
"""What a quarterly inspection is done by, as every published bulletin cites it."""


def bulletin(inspection: Inspection, charts: Sequence[Picture], office: Office) -> Paper:
    """The bulletin of a quarter. ``charts``: as `reports.charts_quarter.quarter_charts` gives them; each is placed beside its table."""
    placed = _placed(charts)
    extra = annexes(inspection, placed["ipv6"])
    places = {key: f"附件{number if len(extra) > 1 else ''}" for number, key in enumerate(extra, 1)}
    corrected = "（更正）" if inspection.version > 1 else ""
    title = f"关于{inspection.quarter.chinese}{office.area}政府网站检查情况的通报{corrected}"
    return Paper(
        kind="bulletin",
        title=title,
        blocks=tuple(_blocks(inspection, placed, office, places)),
        annexes=tuple(extra.values()),
        red_heading=office.red_heading,
        number=office.number,
        addressees=office.addressees,
        signed=office.signature,
        dated=office.dated,
        banner=banner(inspection, inspection.sites),
        footnotes=footnotes(inspection, inspection.sites),
        subject=f"{inspection.quarter.chinese}{office.area}政府网站检查",
    )


def _blocks(inspection: Inspection, charts: dict[str, list[Picture]], office: Office, places: dict[str, str]) -> Iterator[Block]:
    yield Paragraph(opening(inspection, office))
    yield from _erratum(inspection)
    yield Heading("一、总体情况")
    yield from overview(inspection, office.area, charts["rate"], lambda key: places.get(key, ""))
    yield Heading("二、主要问题")
    yield from main_problems(inspection, charts["problems"], places.get("pending", ""))
    yield Heading("三、整改情况")
    yield from repairs(inspection, charts["repairs"], places.get("units", ""))
    yield Heading("四、下一步工作要求")
    yield from demands(inspection, office)


def opening(inspection: Inspection, office: Office) -> str:
    """What the inspection is done by, and who did it."""
    who = f"{office.name}组织" if office.name else ""
    what = "抽查" if inspection.drawn.percent < 100 else "检查"
    return f"按照{'和'.join(LEGAL)}要求，{who}开展了{inspection.quarter.chinese}{office.area}政府网站{what}。现将有关情况通报如下。"


def _erratum(inspection: Inspection) -> Iterator[Block]:
    """What this version says otherwise than the one before."""
    if inspection.version > 1:
        yield Paragraph(f"本通报为第{inspection.version}版，以本版为准。", lead="更正说明：")
        for number, what in enumerate(inspection.changes, 1):
            yield Paragraph(f"{number}.{sentence(what)}")


def _placed(charts: Sequence[Picture]) -> dict[str, list[Picture]]:
    """Charts by the part whose table says the same, told by their captions; one that names none of these stands with the pass rate."""
    placed: dict[str, list[Picture]] = {"rate": [], "problems": [], "repairs": [], "ipv6": []}
    for chart in charts:
        said = chart.caption or chart.alt
        part = next(
            (part for word, part in (("合格率", "rate"), ("IPv6", "ipv6"), ("整改", "repairs"), ("问题", "problems")) if word in said),
            "rate",
        )
        placed[part].append(chart)
    return placed


def banner(inspection: Inspection, sites: Sequence[SiteLine]) -> str:
    """The warning above all: unreviewed, or a draft with how much on these sites still waits for a person; "" for what is published."""
    waiting = sum(len(site.pending) for site in sites)
    if inspection.unreviewed:
        marked = "文中列有尚未核实的疑似问题（均已注明），" if waiting else ""
        return f"未经人工复核的内部稿：{marked}不得印发。"
    if inspection.version:
        return ""
    if waiting:
        return f"草稿：尚未发布。还有{waiting}条疑似问题待人工核实，核实前不列入本稿、不计入任何数字。"
    return "草稿：尚未发布。"


def footnotes(inspection: Inspection, sites: Sequence[SiteLine]) -> tuple[str, ...]:
    """Notes of the inspection, the basis of every indicator of these sites' findings that is not the original text, and the versions."""
    told = [sentence(note) for note in inspection.notes]
    bases = {(each.indicator, each.basis) for site in sites for each in (*site.findings, *site.excluded)}
    if inspection.unreviewed:
        bases |= {(each.indicator, each.basis) for site in sites for each in site.pending}
    for basis, (word, meaning) in BASES.items():
        named = sorted({line(indicator) for indicator, of in bases if of == basis})
        missing = [indicator for indicator in named if not any(indicator in note and word in note for note in told)]
        if basis != "original" and missing:
            told.append(f"依据为{word}的指标：{'、'.join(f'“{indicator}”' for indicator in missing)}。{meaning}")
    version = f"；第{inspection.version}版" if inspection.version else ""
    day = chinese_day(inspection.cutoff)
    told.append(
        f"结论和得分取自各网站在监测时间点（{day}）以前最近一次有效的检查。检查指标：{line(inspection.catalogue_title)}，版本{line(inspection.catalogue)}；"
        f"检查程序：明镜{line(inspection.program)}{version}。"
    )
    return tuple(told)
