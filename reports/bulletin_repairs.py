"""Parts 三 and 四 of the bulletin: what became of findings in the quarter (整改情况), and what is asked of the units (下一步工作要求)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from reports.hostile import line
from reports.inspection_model import FindingLine, Inspection, Repair
from reports.office import Office
from reports.paper import Block, Heading, Paragraph, Picture, Table, aligned, chinese_day
from reports.sentences import days, names, ordinal, parts, percent, percent_of, sentence, span

LISTED = 20
"""Findings opened and closed inside the quarter up to which each is listed; more are in the workbook."""


def repairs(inspection: Inspection, charts: Sequence[Picture], place: str) -> Iterator[Block]:
    """``charts`` of the rectification; ``place``: the annex with every unit's figures."""
    repair = inspection.repair
    yield Paragraph(closed(repair, span(inspection.quarter.first, inspection.cutoff)))
    if repair.due:
        yield Paragraph(late(inspection))
        yield from charts
        yield _table(inspection)
        if place:
            yield Paragraph(f"各单位整改情况见{place}。", quiet=True)
    yield from _within(inspection)


def closed(repair: Repair, period: str) -> str:
    """How many were opened, how many closed of how many, and how long it took. ``period``: of when, ``2026年7月1日至9月28日``."""
    if not repair.due:
        return f"{period}，没有需要整改的问题，不计算整改率。"
    told = f"{period}，需要整改的问题共{repair.due}个，{_opened(repair)}；{_closed(repair)}"
    if repair.closed and repair.median_days is not None:
        told += f"，整改用时{'的中位数为' if repair.closed > 1 else ''}{days(repair.median_days)}"
    if repair.within:
        told += f"。其中，本季度内发现并完成整改的{repair.within}个，不计入前述问题和合格率"
    return told + "。"


def _opened(repair: Repair) -> str:
    if not repair.opened:
        return "均为以前发现" if repair.due > 1 else "为以前发现"
    if repair.opened == repair.due:
        return "均为本季度新发现" if repair.due > 1 else "为本季度新发现"
    return f"其中本季度新发现{repair.opened}个"


def _closed(repair: Repair) -> str:
    rate = f"整改率{percent_of(repair.rate)}"
    if not repair.closed:
        return f"{'均' if repair.due > 1 else ''}尚未完成整改，{rate}"
    if repair.closed == repair.due:
        return f"{'全部' if repair.due > 1 else ''}完成整改，{rate}"
    return f"完成整改{repair.closed}个，{rate}"


def late(inspection: Inspection) -> str:
    """Findings that came back and those past their deadline, with the units that have most of them."""
    repair = inspection.repair
    told = []
    if repair.reopened:
        told.append(f"整改后再次出现的问题{repair.reopened}个{_who(inspection, 'reopened')}")
    if repair.overdue:
        told.append(f"超过整改时限仍未完成的问题{repair.overdue}个{_who(inspection, 'overdue')}")
    if not told:
        return "没有整改后再次出现的问题，也没有超过整改时限的问题。"
    if not repair.overdue:
        told.append("没有超过整改时限的问题")
    return "；".join(told) + "。"


def _who(inspection: Inspection, figure: str) -> str:
    """``，涉及甲（2个）、乙（1个）``: units by that figure of their repairs, most first; "" when units don't say."""
    have = sorted(((getattr(unit.repair, figure), unit.name) for unit in inspection.units), key=lambda pair: (-pair[0], pair[1]))
    units = [f"{line(name)}（{count}个）" for count, name in have if count]
    return f"，涉及{names(units, '个单位')}" if units else ""


def _table(inspection: Inspection) -> Table:
    repair = inspection.repair
    rows = (
        ("需要整改的问题", f"{repair.due}个"),
        ("其中本季度新发现", f"{repair.opened}个"),
        ("完成整改", f"{repair.closed}个"),
        ("其中本季度内发现并完成整改", f"{repair.within}个"),
        ("整改率", f"{percent(repair.rate)}（{parts(repair.rate)}）"),
        ("整改用时（中位数）", days(repair.median_days)),
        ("整改后再次出现", f"{repair.reopened}个"),
        ("超过整改时限未完成", f"{repair.overdue}个"),
    )
    return Table(("项目", "数量"), rows, "整改情况", (3.0, 2.0), aligned("lr"))


def _within(inspection: Inspection) -> Iterator[Block]:
    """Findings that came and went inside the quarter: all of a few, else only who had them."""
    found = inspection.repaired_within
    if not found:
        return
    names_of = {site.key: site.name for site in inspection.sites}
    if len(found) <= LISTED:
        yield within_table(found, names_of)
        return
    sites = tuple(dict.fromkeys(names_of.get(each.site, each.site) for each in found))
    yield Paragraph(f"本季度内发现并完成整改的问题涉及{names(sites, '个网站')}，逐条情况见检查工作簿。")


def within_table(found: Sequence[FindingLine], names_of: Mapping[str, str]) -> Table:
    """One line a finding. ``names_of``: site key → name."""
    rows = tuple(
        (
            str(at),
            line(names_of.get(each.site, each.site)),
            sentence(each.message),
            chinese_day(each.first_seen),
            chinese_day(each.closed) if each.closed else "",
        )
        for at, each in enumerate(found, 1)
    )
    head = ("序号", "网站名称", "问题", "发现时间", "整改时间")
    caption = "本季度内发现并完成整改的问题（不计入问题数和合格率）"
    return Table(head, rows, caption, (0.9, 2.2, 3.8, 1.7, 1.7), aligned("cllll"))


def demands(inspection: Inspection, office: Office) -> Iterator[Block]:
    """What is asked, by what was found; the day by which units must reply is always named."""
    paragraphs = [_put_right(inspection, office), _widen(inspection), _keep_up(inspection)]
    for number, (lead, text) in enumerate(filter(None, paragraphs), 1):
        yield Heading(f"（{ordinal(number)}）{lead}", 2)
        yield Paragraph(text)


def _put_right(inspection: Inspection, office: Office) -> tuple[str, str]:
    day = chinese_day(inspection.deadline)
    contact = f"（{office.contact}）" if office.contact else ""
    objection = f"对检查结果有异议的，可在此日期前提出书面申诉并附佐证材料{'，经核实的将更正相关数据' if inspection.problems else ''}。"
    if not inspection.problems and not inspection.total.failed:
        return "做好情况反馈", f"各单位要认真核对本单位网站的检查结果，于{day}前反馈核对情况{contact}。{objection}"
    told = "各单位要对照本单位的问题反馈单，逐项制定整改措施，明确责任部门、责任人和完成时限，建立整改台账，整改一项、销号一项，"
    told += f"于{day}前报送整改台账和整改情况{contact}。"
    if inspection.total.failed:
        count = inspection.total.failed
        who = "不合格网站的主办单位" if count == 1 else f"{count}个不合格网站的主办单位"
        told += f"{who}要查明原因、限期整改，整改情况列入下季度复查。"
    return "抓紧整改问题", told + objection


def _widen(inspection: Inspection) -> tuple[str, str] | None:
    repair = inspection.repair
    if not inspection.problems:
        return None
    told = "各单位要对照检查指标对所属网站全面自查，同类问题一并整改，防止只改通报的页面、不改产生问题的原因。"
    if repair.reopened or repair.overdue:
        kinds = [word for count, word in ((repair.reopened, "整改后再次出现"), (repair.overdue, "超过时限仍未完成整改")) if count]
        told += f"对{'和'.join(kinds)}的问题，要重点分析原因，落实长效措施。"
    return "举一反三自查", told


def _keep_up(inspection: Inspection) -> tuple[str, str]:
    told = "各地区、各部门要坚持每季度自查，及时更新信息内容，按时答复网民留言，保障网站安全稳定运行。"
    if inspection.total.unassessed:
        told += "未能评估的网站要配合排查访问受阻的原因，保证检查能够正常进行。"
    return "加强日常管理", told
