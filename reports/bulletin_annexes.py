"""The annexes (附件) of the bulletin: failed sites, every unit's figures, sites not assessed, the sample, and, where asked for, what nobody has confirmed yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.hostile import line, safe_link
from reports.inspection_model import FindingLine, Inspection, SiteLine
from reports.paper import Annex, Block, Paragraph, Picture, Table, aligned
from reports.sentences import days, number, percent, sentence


def annexes(inspection: Inspection, ipv6_charts: Sequence[Picture] = ()) -> dict[str, Annex]:
    """Key → annex, in their order; those with nothing in them are left out. Keys: failed, units, unassessed, drawn, pending.

    ``ipv6_charts`` stand before the table of the units' IPv6 rates.
    """
    made = {
        "failed": _failed(inspection),
        "units": _units(inspection, ipv6_charts),
        "unassessed": _unassessed(inspection),
        "drawn": _drawn(inspection),
        "pending": _pending(inspection),
    }
    return {key: annex for key, annex in made.items() if annex is not None}


def _failed(inspection: Inspection) -> Annex | None:
    """Columns as published: 序号、网站标识码、网站名称、不合格原因."""
    sites = [site for site in inspection.sites if site.state == "fail"]
    if not sites:
        return None
    rows = tuple((str(at), line(site.code), line(site.name), reasons(site)) for at, site in enumerate(sites, 1))
    table = Table(("序号", "网站标识码", "网站名称", "不合格原因"), rows, widths=(0.9, 1.8, 3.0, 4.4), align=aligned("ccll"))
    return Annex("不合格网站名单", (table,))


def reasons(site: SiteLine) -> str:
    """Why a site failed, one reason after the other."""
    return "；".join(line(reason).rstrip("。；") for reason in site.reasons)


def _units(inspection: Inspection, ipv6_charts: Sequence[Picture]) -> Annex | None:
    if not inspection.units:
        return None
    blocks: list[Block] = [_checks_of_units(inspection), _findings_of_units(inspection), _repairs_of_units(inspection)]
    if any(unit.ipv6.whole for unit in inspection.units):
        blocks += [*ipv6_charts, _ipv6_of_units(inspection)]
    return Annex("各单位检查和整改情况", tuple(blocks))


def _numbered(rows: Iterator[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    return tuple((str(at), *row) for at, row in enumerate(rows, 1))


def _checks_of_units(inspection: Inspection) -> Table:
    head = ("序号", "单位", "正在运行", "完成检查", "合格", "不合格", "未能评估", "合格率")
    rows = (
        (
            line(unit.name),
            *(
                str(count)
                for count in (unit.tally.operating, unit.tally.checked, unit.tally.passed, unit.tally.failed, unit.tally.unassessed)
            ),
            percent(unit.tally.pass_rate),
        )
        for unit in inspection.units
    )
    return Table(
        head, _numbered(rows), "各单位网站检查情况", (0.8, 3.0, 1.2, 1.2, 1.0, 1.0, 1.2, 1.4), aligned("cl" + "r" * (len(head) - 2))
    )


def _findings_of_units(inspection: Inspection) -> Table:
    head = ("序号", "单位", "问题数", "单项否决项", "扣分")
    rows = ((line(unit.name), str(unit.findings), str(unit.vetoes), number(unit.points)) for unit in inspection.units)
    return Table(head, _numbered(rows), "各单位网站问题数量", (0.8, 3.6, 1.4, 1.8, 1.4), aligned("cl" + "r" * (len(head) - 2)))


def _repairs_of_units(inspection: Inspection) -> Table:
    head = ("序号", "单位", "需整改", "新发现", "完成整改", "整改率", "当季发现并完成", "再次出现", "逾期", "用时中位数")
    rows = (
        (
            line(unit.name),
            *(str(count) for count in (unit.repair.due, unit.repair.opened, unit.repair.closed)),
            percent(unit.repair.rate),
            *(str(count) for count in (unit.repair.within, unit.repair.reopened, unit.repair.overdue)),
            days(unit.repair.median_days),
        )
        for unit in inspection.units
    )
    return Table(
        head,
        _numbered(rows),
        "各单位问题整改情况",
        (0.8, 2.6, 1.0, 1.0, 1.0, 1.3, 1.2, 1.0, 0.9, 1.3),
        aligned("cl" + "r" * (len(head) - 2)),
    )


def _ipv6_of_units(inspection: Inspection) -> Table:
    rows = ((line(unit.name), str(unit.ipv6.whole), str(unit.ipv6.part), percent(unit.ipv6)) for unit in inspection.units)
    head = ("序号", "单位", "检测链接数", "IPv6可访问", "IPv6支持率")
    return Table(head, _numbered(rows), "各单位网站链接IPv6支持情况", (0.8, 3.6, 1.5, 1.5, 1.5), aligned("cl" + "r" * (len(head) - 2)))


def _unassessed(inspection: Inspection) -> Annex | None:
    sites = [site for site in inspection.sites if site.state == "unassessed"]
    if not sites:
        return None
    rows = tuple((str(at), line(site.code), line(site.name), line(site.why).rstrip("。")) for at, site in enumerate(sites, 1))
    head = ("序号", "网站标识码", "网站名称", "未能评估的原因")
    return Annex("未能评估的网站名单", (Table(head, rows, widths=(0.9, 1.8, 3.0, 4.4), align=aligned("ccll")),))


def _drawn(inspection: Inspection) -> Annex | None:
    """The sample, and how to draw it again."""
    drawn = inspection.drawn
    sites = [site for site in inspection.sites if site.state != "not-drawn"]
    if drawn.percent >= 100 or not sites:
        return None
    how = f"按{drawn.percent}%的比例在各组内随机抽取，随机种子“{line(drawn.seed)}”；用同一登记表、同一种子可以重现。"
    rows = tuple((str(at), line(site.code), line(site.name), line(site.unit)) for at, site in enumerate(sites, 1))
    head = ("序号", "网站标识码", "网站名称", "主办单位")
    return Annex("抽查网站名单", (Paragraph(how), Table(head, rows, widths=(0.9, 1.8, 3.6, 3.0), align=aligned("ccll"))))


def _pending(inspection: Inspection) -> Annex | None:
    """Only where asked for (``--unreviewed``), and marked line by line."""
    waiting = unconfirmed(inspection)
    if not waiting:
        return None
    rows = tuple(
        (str(at), line(site.name), line(each.title), f"【未核实】{sentence(each.message)}", line(each.url))
        for at, (site, each) in enumerate(waiting, 1)
    )
    links = {(at, 4): safe_link(each.url) for at, (_, each) in enumerate(waiting) if safe_link(each.url)}
    told = "以下事项由程序发现，尚未经人工核实，不作为问题，不计入本通报的任何数字，不得据此通报或者扣分。"
    head = ("序号", "网站名称", "类别", "情况", "页面")
    return Annex(
        "尚未核实的疑似问题（仅供内部核实）",
        (
            Paragraph(told),
            Table(head, rows, widths=(1.0, 2.0, 1.6, 3.4, 2.6), align=aligned("cllll"), links=links),
        ),
    )


def unconfirmed(inspection: Inspection) -> list[tuple[SiteLine, FindingLine]]:
    """What waits for a person, when the inspection prints it; nothing otherwise."""
    if not inspection.unreviewed:
        return []
    return [(site, each) for site in inspection.sites for each in site.pending]
