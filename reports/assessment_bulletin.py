"""The annual bulletin (考核通报) as a paper: 总体情况、主要工作成效、存在的主要问题、工作要求. No score is printed in it; 优秀 units are listed 按得分排序."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from reports.assessment_model import NOT_DRAWN, RANKS, Assessment, FullMarks, GroupResult, ItemHead, Rank
from reports.assessment_words import full_marks, group_name, joined, objects, percent
from reports.inspection_model import Rate
from reports.office import Office
from reports.paper import Align, Annex, Block, Heading, Paper, Paragraph, Picture, Table
from reports.sentences import ordinal
from reports.sentences import percent as rate_percent

MOST_ADVISED = 3
"""Items whose advice is told in 工作要求: those with the smallest share of full marks."""


def assessment_bulletin(assessment: Assessment, charts: Sequence[Picture], office: Office) -> Paper:
    """The bulletin of a year. ``charts`` stand at the end of 主要工作成效."""
    blocks: list[Block] = [
        Paragraph(
            f"按照政务公开工作考核的有关规定，对{objects(assessment.groups)}{assessment.year}年度政务公开工作进行了考核。现将有关情况通报如下："
        )
    ]
    if assessment.version > 1:
        blocks.append(Paragraph(f"本通报为第{assessment.version}版，以本版为准。", lead="更正说明："))
    achieved = [*_achieved(assessment), Paragraph("各考核项目得满分的个数见附件。"), *charts]
    parts = (
        ("总体情况", _overall(assessment)),
        ("主要工作成效", achieved),
        ("存在的主要问题", _problems(assessment)),
        ("工作要求", _demands(assessment)),
    )
    for number, (title, part) in enumerate(parts, 1):
        blocks += [Heading(f"{ordinal(number)}、{title}"), *part]
    return Paper(
        kind="assessment",
        title=f"关于{assessment.year}年度{office.area}政务公开工作考核情况的通报{'（更正）' if assessment.version > 1 else ''}",
        blocks=tuple(blocks),
        annexes=(Annex("各考核项目得满分情况", (_marks_table(assessment),)),),
        red_heading=office.red_heading,
        number=office.number,
        addressees=office.addressees,
        signed=office.signature,
        dated=office.dated,
        banner=_banner(assessment),
        footnotes=(*assessment.notes, versions(assessment)),
        subject=f"{assessment.year}年度政务公开工作考核",
    )


def versions(assessment: Assessment) -> str:
    """Which tables and program the figures were computed by."""
    indicators = f"网站检查指标：{assessment.indicators}；" if assessment.indicators else ""
    published = f"；已发布的第{assessment.version}版" if assessment.version else ""
    return f"考核目录：{assessment.catalogue}；{indicators}程序：明镜{assessment.program}{published}。"


def _banner(assessment: Assessment) -> str:
    draft = "" if assessment.version else "草稿：尚未发布。"
    open_units = sum(1 for unit in assessment.units if not unit.settled)
    return draft + (f"数据尚不完整，{open_units}个考核对象的考核等次可能变化。" if open_units else "")


# 一、总体情况


def _overall(assessment: Assessment) -> Iterator[Block]:
    yield Paragraph(_items(assessment))
    open_units = [unit.unit for unit in assessment.units if not unit.settled]
    yield Paragraph(f"{'按现有数据计算' if open_units else '从考核结果看'}，{_results(assessment)}")
    for group in assessment.groups:
        yield Paragraph(_grades(group, assessment))
    if any(group.graded("excellent") for group in assessment.groups):
        yield Paragraph("优秀单位名单如下（按得分排序）：")
    for group in assessment.groups:
        best = group.graded("excellent")
        if best:
            yield Paragraph("、".join(unit.unit for unit in best) + "。", lead=f"{group_name(group)}（{len(best)}个）：")
    if open_units:
        whole = len(open_units) == len(assessment.units) > 1
        who = f"全部{len(open_units)}个考核对象" if whole else "、".join(open_units)
        yield Paragraph(f"因数据不全或有待核实的事项，{who}的考核等次可能变化。")


def _items(assessment: Assessment) -> str:
    titles = "、".join(item.title for item in assessment.items)
    names = tuple(group.name for group in assessment.groups)
    only = [f"“{item.title}”{_reach(item, names)}" for item in assessment.items if item.groups != names]
    text = f"考核内容为{titles}，共{len(assessment.items)}个项目"
    if only:
        text += f"，其中{'，'.join(only)}"
    days = [(quarter, day) for quarter, day in assessment.quarters if day]
    if days:
        told = "、".join(f"第{ordinal(quarter.number)}季度（{day.month}月{day.day}日）" for quarter, day in days)
        text += f"。政府网站监管情况取自全年各季度的检查结果：{told}"
    return f"{text}。"


def _reach(item: ItemHead, names: Sequence[str]) -> str:
    return f"只考核{joined(item.groups)}" if item.groups else f"不适用于{joined(names)}"


def _results(assessment: Assessment) -> str:
    units = [unit for unit in assessment.units if unit.grade]
    unknown, failed = len(assessment.units) - len(units), [unit.unit for unit in units if unit.grade == "fail"]
    waiting = sum(1 for unit in units if unit.grade == "open")
    tail = f"另有{unknown}个单位没有任何数据，不参加排名。" if unknown else ""
    good = len(units) - len(failed) - waiting
    if not units:
        return f"没有可以评定等次的单位。{tail}"
    if good == len(units):
        return f"{good}个考核对象考核等次{'全部' if good > 1 else ''}为合格以上。{tail}"
    told = [f"{good}个考核等次为合格以上"] if good else []
    if waiting:
        told.append(f"{waiting}个尚不能确定是否合格")
    if failed:
        told.append(f"{len(failed)}个不合格：{'、'.join(failed)}")
    return f"{len(units)}个考核对象中，{'，'.join(told)}。{tail}"


def _grades(group: GroupResult, assessment: Assessment) -> str:
    grades: list[Rank] = ["excellent", *(["good"] if assessment.has_good else []), "pass", "fail", "open"]  # type: ignore[list-item]  # literals
    units = [unit for unit in group.units if unit.grade]
    counts = [(RANKS[grade], len(group.graded(grade))) for grade in grades]
    told = [f"{name}{number}个" for name, number in counts if number]
    text = f"{group_name(group)}{len(units)}个考核对象中，{'、'.join(told)}" if told else f"{group_name(group)}没有评定等次的单位"
    if told and not counts[0][1]:
        text += "，没有优秀单位"
    if group.excellent_before is not None:
        text += f"；{_excellent_against(counts[0][1], len(group.units), group.excellent_before)}"
    return f"{text}。"


def _excellent_against(now: int, whole: int, before: tuple[int, int]) -> str:
    if before[1] != whole:
        return f"上年{before[1]}个考核对象中优秀{before[0]}个"
    if before[0] == now:
        return "优秀个数与上年持平"
    return f"优秀个数比上年{'增加' if now > before[0] else '减少'}{abs(now - before[0])}个"


# 二、主要工作成效


def _marks(assessment: Assessment, item: ItemHead) -> list[FullMarks]:
    return [mark for group in assessment.groups for mark in group.marks if mark.item == item.id]


def _achieved(assessment: Assessment) -> Iterator[Block]:
    for number, item in enumerate(assessment.items, 1):
        marks = _marks(assessment, item)
        yield Heading(f"（{ordinal(number)}）{item.title}", 2)
        told = "；".join(full_marks(mark, assessment.compared) for mark in marks)
        yield Paragraph(f"{told}。" if told else "本项目没有适用的考核对象。")
        totals = [total for total in assessment.totals if total.item == item.id]
        if totals:
            each = "；".join(
                f"{total.title}{rate_percent(Rate(total.part, total.whole))}（{total.part}/{total.whole}{total.unit}）" for total in totals
            )
            yield Paragraph(f"从全部考核对象看，{each}。")


def _marks_table(assessment: Assessment) -> Table:
    head = ["考核项目", "考核对象", "得满分", "考核个数", "占比", "未确定"]
    rows = []
    for item in assessment.items:
        for mark in _marks(assessment, item):
            row = [item.title, mark.registered, str(mark.part), str(mark.whole), percent(mark.part, mark.whole), str(mark.unknown)]
            before = f"{mark.before[1]}个中{mark.before[0]}个" if mark.before else "—"
            rows.append(tuple([*row, before] if assessment.compared else row))
    if assessment.compared:
        head.append("上年")
    align: tuple[Align, ...] = ("left", "left", "right", "right", "right", "right", "left")
    return Table(
        head=tuple(head),
        rows=tuple(rows),
        caption=f"{assessment.year}年度各考核项目得满分情况",
        widths=(5, 3, 2, 2, 2, 2, 3)[: len(head)],
        align=align[: len(head)],
    )


# 三、存在的主要问题


def _part(part: int, whole: int, of: str) -> str:
    """``14个市州中9个``; of one: ``1个市州``; of all: ``14个市州全部``."""
    if part < whole:
        return f"{whole}个{of}中{part}个"
    return f"{whole}个{of}{'全部' if whole > 1 else ''}"


def _problems(assessment: Assessment) -> Iterator[Block]:
    numbers = count(1)
    for item in assessment.items:
        marks = _marks(assessment, item)
        short = [_part(mark.whole - mark.part, mark.whole, mark.registered) for mark in marks if mark.part < mark.whole]
        sentences = [f"{joined(short, '、')}未得满分。"] if short else []
        lost = [each for each in assessment.losses if each.item == item.id and each.part]
        if lost:
            told = "；".join(f"{each.title}，{_part(each.part, each.whole, '单位')}" for each in lost)
            sentences.append(f"未达到满分要求的具体事项：{told}。")
        unknown = sum(mark.unknown for mark in marks)
        if unknown:
            sentences.append(f"{unknown}个考核对象数据不全，尚不能确定是否得满分。")
        if sentences:
            yield Heading(f"（{ordinal(next(numbers))}）{item.title}", 2)
            yield Paragraph("".join(sentences))
    vetoed = [unit for unit in assessment.units if unit.vetoes]
    if vetoed:
        hits = sum(len(unit.vetoes) for unit in vetoed)
        yield Heading(f"（{ordinal(next(numbers))}）单项否决", 2)
        yield Paragraph(f"全年所属网站出现单项否决问题{hits}个，涉及{len(vetoed)}个考核对象。")
    blind = [site for unit in assessment.units for site in unit.sites if site.passed is None]
    if blind:
        why = "未抽中或未能评估" if any(site.why == NOT_DRAWN for site in blind) else "未能评估"
        yield Paragraph(f"全年有{len(blind)}个站次{why}，不计入各项比率。")
    if next(numbers) == 1:
        yield Paragraph("各考核项目没有发现失分的单位。")
    else:
        yield Paragraph("各单位存在的具体问题，另行一对一反馈。")


# 四、工作要求


def _demands(assessment: Assessment) -> Iterator[Block]:
    failed = sum(1 for unit in assessment.units if unit.grade == "fail")
    yield Paragraph(
        "各单位要对照一对一反馈的考核情况，逐项分析原因，制定整改措施，建立整改台账，明确责任人和完成时限，逐条销号。"
        + (f"考核不合格的{failed}个单位要专题研究，限期整改。" if failed else ""),
        lead="（一）抓好问题整改。",
    )
    weak = [item for _, item in sorted(_weak(assessment), key=lambda pair: pair[0])[:MOST_ADVISED] if item.advice]
    number = 2
    if weak:
        yield Paragraph("".join(f"{item.title}：{item.advice}" for item in weak), lead="（二）补齐工作短板。")
        number = 3
    yield Paragraph(
        "各单位要把政务公开和政府网站管理纳入日常工作，坚持季度自查，及时处理“我为政府网站找错”留言，防止问题反复。",
        lead=f"（{ordinal(number)}）加强日常监管。",
    )


def _weak(assessment: Assessment) -> Iterator[tuple[tuple[float, int], ItemHead]]:
    """Items that not everybody has full marks in, with the share that has."""
    for place, item in enumerate(assessment.items):
        marks = _marks(assessment, item)
        part, whole = sum(mark.part for mark in marks), sum(mark.whole for mark in marks)
        if part < whole:
            yield (part / whole, place), item
