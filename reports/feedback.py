"""The feedback sheet (一对一反馈单) of one unit as a paper: results of its sites, every finding with place, proof and advice, how to reply and to object."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from reports.bulletin import LEGAL, banner, footnotes
from reports.bulletin_repairs import closed, within_table
from reports.commands.options import UsageProblem
from reports.feedback_site import asks, score, site_blocks, state
from reports.hostile import line
from reports.inspection_model import Inspection, SiteLine, UnitLine
from reports.office import Office
from reports.paper import Block, Heading, Paper, Paragraph, Table, aligned, chinese_day
from reports.sentences import span

WITHIN = 50
"""Findings opened and closed inside the quarter up to which each is listed."""


def feedback(inspection: Inspection, unit: str, office: Office) -> Paper:
    """What was found on one unit's sites. ``unit``: a `UnitLine.name`. Raises `UsageProblem` for a unit that the inspection doesn't have."""
    own = _unit(inspection, unit)
    keys = set(own.sites)
    sites = [site for site in inspection.sites if site.key in keys]
    corrected = "（更正）" if inspection.version > 1 else ""
    return Paper(
        kind="feedback",
        title=f"{inspection.quarter.chinese}政府网站检查{'问题' if any(asks(site) for site in sites) else '结果'}反馈单{corrected}",
        blocks=tuple(_blocks(inspection, own, sites, office)),
        addressees=line(own.name),
        signed=office.signature,
        dated=office.dated,
        banner=banner(inspection, sites),
        footnotes=footnotes(inspection, sites),
        subject=f"{inspection.quarter.chinese}政府网站检查反馈：{line(own.name)}",
    )


def _unit(inspection: Inspection, name: str) -> UnitLine:
    for unit in inspection.units:
        if unit.name == name:
            return unit
    near = difflib.get_close_matches(name, [unit.name for unit in inspection.units], 3, 0.5)
    hint = f"相近的有{'、'.join(line(each) for each in near)}" if near else "单位名称以登记表为准"
    raise UsageProblem(f"{inspection.quarter.chinese}的检查中没有单位“{line(name)}”：{hint}。")


def _blocks(inspection: Inspection, unit: UnitLine, sites: Sequence[SiteLine], office: Office) -> Iterator[Block]:
    found, asked = sum(len(site.problems) for site in sites), any(asks(site) for site in sites)
    yield Paragraph(opening(inspection, unit, asked=asked))
    yield Heading("一、检查结果")
    yield Paragraph(results(unit) + problem_count(sites))
    yield _table(sites)
    yield Heading("二、各网站情况")
    for place, site in enumerate(sites, 1):
        yield from site_blocks(site, inspection, place)
    yield Heading("三、整改情况")
    yield from _repairs(inspection, unit, sites)
    yield Heading("四、整改和反馈要求")
    for text in demands(inspection, office, found, asked=asked):
        yield Paragraph(text)


def opening(inspection: Inspection, unit: UnitLine, *, asked: bool) -> str:
    """What was inspected, by what, and by which day something is asked of the unit."""
    tally, quarter = unit.tally, inspection.quarter.chinese
    basis, day = f"按照{'和'.join(LEGAL)}要求，", f"（监测时间点为{chinese_day(inspection.cutoff)}）"
    if not tally.drawn:
        what = f"开展了{quarter}政府网站抽查{day}，你单位所属的{tally.operating}个政府网站未抽中"
    elif tally.drawn < tally.operating:
        what = f"对你单位所属的{tally.operating}个政府网站中抽中的{tally.drawn}个进行了{quarter}检查{day}"
    else:
        what = f"对你单位所属的{tally.operating}个政府网站进行了{quarter}检查{day}"
    if not asked:
        return f"{basis}{what}。现将检查结果反馈如下。"
    return f"{basis}{what}。现将检查结果和发现的问题反馈如下，请逐项核对，于{chinese_day(inspection.deadline)}前完成整改并反馈。"


def results(unit: UnitLine) -> str:
    """How the unit's sites came out; nothing is said of what is 0."""
    tally = unit.tally
    kinds = [
        (count, word)
        for count, word in (
            (tally.passed, "合格"),
            (tally.failed, "不合格"),
            (tally.unassessed, "未能评估"),
            (tally.operating - tally.drawn, "未抽中"),
        )
        if count
    ]
    if not kinds:
        return "你单位没有正在运行的政府网站。"
    if len(kinds) == 1:
        count, word = kinds[0]
        return f"你单位{'的网站' if count == 1 else f'{count}个网站均'}{word}。"
    return f"你单位{tally.operating}个网站中，{'，'.join(f'{word}{count}个' for count, word in kinds)}。"


def problem_count(sites: Sequence[SiteLine]) -> str:
    """How many findings that count, how many of them vetoes, how many seen before."""
    found = [each for site in sites for each in site.problems]
    if not any(site.card is not None for site in sites):
        return "没有检查结果，不表示没有问题。"
    if not found:
        asked = any(asks(site) for site in sites)
        return "人工评分中发现的问题见各网站情况。" if asked else "没有发现需要整改的问题，请继续保持。"
    vetoes, repeated = sum(each.severity == "veto" for each in found), sum(each.repeated for each in found)
    if len(found) == 1:
        kind = "，属于单项否决" if vetoes else ""
        return f"发现问题1个{kind}{'，为重复出现的问题' if repeated else ''}。"
    kinds = [f"{word}{count}个" for word, count in (("单项否决", vetoes), ("重复出现", repeated)) if 0 < count < len(found)]
    some = f"，其中{'、'.join(kinds)}" if kinds else ""
    alike = "".join(f"，均为{word}" for word, count in (("单项否决", vetoes), ("重复出现的", repeated)) if count == len(found))
    return f"共发现问题{len(found)}个{some}{alike}。"


def _table(sites: Sequence[SiteLine]) -> Table:
    rows = tuple(
        (
            str(at),
            line(site.name),
            line(site.code),
            state(site),
            score(site),
            *((str(len(site.problems)), str(sum(each.repeated for each in site.problems))) if site.card is not None else ("—", "—")),
        )
        for at, site in enumerate(sites, 1)
    )
    head = ("序号", "网站名称", "网站标识码", "结论", "得分", "问题数", "重复出现")
    links = {(at, 1): f"#site-{at + 1}" for at in range(len(sites))}
    return Table(head, rows, "所属网站检查结果", (0.8, 3.1, 1.7, 1.7, 0.9, 1.1, 1.3), aligned("clclrrr"), links)


def _repairs(inspection: Inspection, unit: UnitLine, sites: Sequence[SiteLine]) -> Iterator[Block]:
    repair = unit.repair
    yield Paragraph(closed(repair, span(inspection.quarter.first, inspection.cutoff)))
    if repair.reopened:
        yield Paragraph(f"整改后再次出现的问题{repair.reopened}个，请分析原因，防止反复。")
    if repair.overdue:
        yield Paragraph(f"超过整改时限仍未完成的问题{repair.overdue}个，请立即整改并说明逾期原因。")
    keys = {site.key for site in sites}
    within = [each for each in inspection.repaired_within if each.site in keys]
    if within:
        yield within_table(within[:WITHIN], {site.key: site.name for site in sites})
    if len(within) > WITHIN:
        yield Paragraph(f"以上列出其中{WITHIN}个，全部{len(within)}个见检查工作簿。", quiet=True)


def demands(inspection: Inspection, office: Office, found: int, *, asked: bool) -> Iterator[str]:
    """How to reply and how to object, in numbered sentences. ``found``: findings in the ledger; ``asked``: there is something to put right."""
    texts = [*_replies(inspection, office, found, asked=asked), _objection(inspection, found)]
    if found:
        texts.append("需要检查时的网页、截图等证据的，可以凭问题编号索取。")
    for number, text in enumerate(texts, 1):
        yield f"{number}.{text}"


def _replies(inspection: Inspection, office: Office, found: int, *, asked: bool) -> Iterator[str]:
    day = chinese_day(inspection.deadline)
    contact = f"（{office.contact}）" if office.contact else ""
    if not asked:
        yield "请核对以上结果，对网站坚持日常自查，及时更新内容、答复留言。"
        return
    yield f"请于{day}前完成整改。不能按期完成的，在{'整改台账' if found else '整改报告'}中写明原因和计划完成时间。"
    if found:
        yield (
            "请逐条填写整改台账中的责任部门、责任人、联系电话、整改措施、整改时限、整改状态（待整改、已整改或者无需整改）、完成时间和佐证，"
            f"于{day}前报送{contact}。填报已整改的问题，在下一次检查时复核。"
        )
    else:
        yield f"请于{day}前报送整改报告{contact}，附整改措施和佐证材料。"


def _objection(inspection: Inspection, found: int) -> str:
    return (
        f"对检查结果有异议的，请于{chinese_day(inspection.deadline)}前提出书面申诉，写明{'问题编号和' if found else ''}理由，并附佐证材料。"
        "申诉和处理意见一并保存；申诉成立的，得分、合格率、整改率等相关数据一并更正。"
    )
