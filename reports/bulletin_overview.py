"""Part 一 of the bulletin (总体情况): how many sites, how many checked, how many passed, compared with what, and which could not be assessed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from reports.hostile import line
from reports.inspection_model import Inspection, Rate, SiteLine, Tally
from reports.paper import Block, Heading, Paragraph, Picture, Table, aligned, chinese_day
from reports.sentences import against, names, ordinal, parts, percent, percent_of
from reports.standing import REACH

_FAILED = 30
"""Sites that failed in the quarter before, named at most for one outcome."""

Places = Callable[[str], str]
"""Key of an annex → how a sentence names it (附件2); "" when the paper has no such annex."""


def overview(inspection: Inspection, area: str, charts: Sequence[Picture], places: Places) -> Iterator[Block]:
    """Headed paragraphs with their tables; ``charts`` of the pass rate stand beside the table of quarters."""
    parts: list[tuple[str, list[Block]]] = [("检查范围", [Paragraph(operating(inspection, area) + checked(inspection, places))])]
    if inspection.total.checked:
        parts.append(("检查结果", list(_results(inspection, charts))))
    if inspection.recheck is not None:
        parts.append(("上季度不合格网站复查情况", [Paragraph(recheck(inspection))]))
    lost = [site for site in inspection.sites if site.state == "unassessed"]
    if lost:
        parts.append(("未能评估的网站", [Paragraph(unassessed(lost, places("unassessed")))]))
    for place, (title, blocks) in enumerate(parts, 1):
        yield Heading(f"（{ordinal(place)}）{title}", 2)
        yield from blocks


def _results(inspection: Inspection, charts: Sequence[Picture]) -> Iterator[Block]:
    yield Paragraph(passing(inspection))
    yield from _unsettled(inspection)
    yield from _by_level_and_group(inspection)
    yield from _series(inspection, charts)


def operating(inspection: Inspection, area: str) -> str:
    """How many sites are in operation on the cut-off, by level."""
    total, day = inspection.total.operating, chinese_day(inspection.cutoff)
    if not total:
        return f"截至{day}（监测时间点），{area}没有正在运行的政府网站。"
    levels = [tally for tally in inspection.by_level if tally.operating]
    told = f"截至{day}（监测时间点），{area}正在运行的政府网站共{total}个"
    if len(levels) > 1:
        told += "，其中" + "、".join(f"{tally.name or '未确定层级的'}{tally.operating}个" for tally in levels)
    elif levels and levels[0].name:
        told += f"，{'均' if total > 1 else ''}为{levels[0].name}网站"
    return told + "。"


def checked(inspection: Inspection, places: Places) -> str:
    """How many of them were drawn and checked, and the share; what is in no rate is said to be in none."""
    total = inspection.total
    if not total.operating:
        return ""
    if inspection.drawn.percent < 100:
        return _drawn(inspection, places)
    if not total.checked:
        return f"本季度{_none_checked(total.operating)}，不计算合格率。"
    if total.checked == total.operating:
        return f"本季度全部进行了检查，检查比例{percent_of(total.checked_rate)}。"
    return f"本季度检查{total.checked}个，检查比例{percent_of(total.checked_rate)}；另有{total.unassessed}个未能评估，不计入合格率。"


def _drawn(inspection: Inspection, places: Places) -> str:
    total, drawn = inspection.total, inspection.drawn
    told = f"本季度按{drawn.percent}%的比例分组随机抽查"
    if not total.drawn:
        return f"{told}，没有抽中网站，不计算合格率。"
    listed = f"，名单见{places('drawn')}" if places("drawn") else ""
    told += f"，抽中{total.drawn}个（随机种子“{line(drawn.seed)}”，按此可以重现抽取结果{listed}）"
    if not total.checked:
        return f"{told}，{_none_checked(total.drawn)}，不计算合格率。"
    rate = f"占正在运行网站的{percent_of(total.checked_rate)}"
    if total.checked == total.drawn:
        return f"{told}，{'全部' if total.drawn > 1 else ''}完成检查，{rate}。"
    return f"{told}，完成检查{total.checked}个，{rate}；另有{total.unassessed}个未能评估，不计入合格率。"


def _none_checked(count: int) -> str:
    return "该网站未能评估" if count == 1 else "网站均未能评估"


def passing(inspection: Inspection) -> str:
    """How many passed, the rate, and how it compares. At least one site must have been checked."""
    rate = inspection.total.pass_rate
    told = f"{_passed(rate)}，合格率{percent_of(rate)}"
    before = against(rate, inspection.last_quarter, "上季度"), against(rate, inspection.last_year, "上年同期")
    if not any(before):
        return f"{told}。没有可比的往期检查数据，不作环比、同比。"
    return "，".join((told, *filter(None, before))) + "。" + _unpublished(inspection)


def _passed(rate: Rate) -> str:
    failed = rate.whole - rate.part
    if rate.whole == 1:
        return f"检查的1个网站{'合格' if rate.part else '不合格'}"
    if not failed:
        return f"检查的{rate.whole}个网站全部合格"
    if not rate.part:
        return f"检查的{rate.whole}个网站均不合格"
    return f"检查的{rate.whole}个网站中，合格{rate.part}个，不合格{failed}个"


def _unpublished(inspection: Inspection) -> str:
    """Past figures that were never published are said to be computed from what is kept."""
    pasts = [past for past in (inspection.last_quarter, inspection.last_year) if past is not None and past.tally.checked]
    own = [past.quarter.chinese for past in pasts if not past.published]
    return f"其中{'、'.join(own)}的数据没有发布过，按留存的检查记录计算。" if own else ""


def _unsettled(inspection: Inspection) -> Iterator[Block]:
    if inspection.total.unsettled:
        yield Paragraph(unsettled(inspection))


def unsettled(inspection: Inspection) -> str:
    """How many grades could still change, and what they wait for: people's judgements (人工评分), or something that nobody has seen or confirmed."""
    total = inspection.total
    cards = [site.card for site in inspection.sites if site.state in ("pass", "fail") and site.card is not None and not site.card.settled]
    unclear = sum(any(stake.kind != "person" for stake in card.at_stake) for card in cards)
    people = total.unsettled - unclear
    if total.unsettled < total.checked:
        who = f"其中{total.unsettled}个网站"
    else:
        who = "该网站" if total.checked == 1 else f"上述{total.checked}个网站均"
    if not unclear:
        why = "有指标尚待人工评分，结论可能变化"
    elif not people:
        why = "有事项未能查看或者待人工核实，结论可能变化"
    else:
        why = f"结论可能变化（{people}个尚待人工评分，{unclear}个有事项未能查看或者待人工核实）"
    return f"{who}{why}，本通报按已经确认的情况计算。"


def _by_level_and_group(inspection: Inspection) -> Iterator[Block]:
    groups = [tally for tally in inspection.by_group if tally.drawn]
    if len(groups) > 1:
        yield Paragraph(by_group(groups))
    levels = [tally for tally in inspection.by_level if tally.operating]
    sampled = inspection.drawn.percent < 100
    if len(levels) > 1:
        yield tallies("各层级网站检查情况", "层级", levels, inspection.total, "未确定层级", sampled=sampled)
    shown = [tally for tally in inspection.by_group if tally.operating]
    if len(shown) > 1:
        yield tallies("各组网站检查情况", "分组", shown, inspection.total, "未分组", sampled=sampled)


def by_group(groups: Sequence[Tally]) -> str:
    """Which groups are at 100 %, which are not, which could not be told."""
    seen = [tally for tally in groups if tally.checked]
    full = [_group(tally) for tally in seen if tally.passed == tally.checked]
    below = sorted((tally for tally in seen if tally.passed < tally.checked), key=lambda tally: (-tally.passed / tally.checked, tally.name))
    rates = "、".join(f"{_group(tally)}（{percent(tally.pass_rate)}，{parts(tally.pass_rate)}）" for tally in below)
    unseen = [_group(tally) for tally in groups if not tally.checked]
    told = []
    if not below:
        told.append(f"{names(full, '个分组', len(full))}的合格率{'均' if len(full) > 1 else ''}为100%")
    elif not full:
        told.append(f"各组合格率均未达到100%，分别为{rates}" if len(below) > 1 else f"合格率未达到100%的是{rates}")
    else:
        told.append(f"分组看，合格率达到100%的有{names(full, '个分组', len(full))}；未达到100%的有{rates}")
    if unseen:
        told.append(f"{names(unseen, '个分组', len(unseen))}没有网站完成检查，不作比较")
    return "；".join(told) + "。"


def _group(tally: Tally) -> str:
    return line(tally.name) or "未分组网站"


def tallies(caption: str, head: str, rows: Sequence[Tally], total: Tally, nameless: str, *, sampled: bool) -> Table:
    """Sites by state, one line each and the sum below. ``sampled``: the column of those drawn is shown."""
    heads = [head, "正在运行", *(["抽中"] if sampled else []), "完成检查", "合格", "不合格", "未能评估", "合格率"]

    def cells(tally: Tally, name: str) -> tuple[str, ...]:
        drawn = [tally.drawn] if sampled else []
        counts = (tally.operating, *drawn, tally.checked, tally.passed, tally.failed, tally.unassessed)
        return (name, *(str(count) for count in counts), percent(tally.pass_rate))

    lines = tuple(cells(tally, line(tally.name) or nameless) for tally in rows)
    widths = (2.2, *(1.2 for _ in heads[1:]))
    return Table(tuple(heads), (*lines, cells(total, "合计")), caption, widths, aligned("l" + "r" * (len(heads) - 1)))


def _series(inspection: Inspection, charts: Sequence[Picture]) -> Iterator[Block]:
    """The pass rate over the quarters: the picture, and the same as a table."""
    yield from charts
    if len(inspection.series) > 1:
        rows = tuple(
            (past.quarter.chinese, str(past.tally.checked), str(past.tally.passed), percent(past.tally.pass_rate))
            for past in inspection.series
        )
        yield Table(("季度", "完成检查", "合格", "合格率"), rows, "各季度合格率", (2.4, 1.2, 1.2, 1.2), aligned("lrrr"))


def recheck(inspection: Inspection) -> str:
    """One sentence with every name. Raises ValueError when the inspection has no quarter before."""
    again = inspection.recheck
    if again is None:
        raise ValueError("no quarter before")
    names_of = {site.key: site.name for site in inspection.sites}
    groups = [
        ([line(names_of.get(key, key)) for key in those], alone, all_of, word)
        for those, alone, all_of, word in (
            (again.passed, "经复查合格", "经复查全部合格", "复查合格"),
            (again.failed, "经复查仍不合格", "经复查均仍不合格", "仍不合格"),
            (again.unassessed, *("本季度未能评估，尚不能确认是否整改到位",) * 2, "未能评估、尚不能确认是否整改到位"),
            (again.not_drawn, *("本季度未抽中，没有复查",) * 2, "未抽中、没有复查"),
            (again.closed, *("已不再运行",) * 2, "已不再运行"),
        )
        if those
    ]
    count = sum(len(those) for those, *_ in groups)
    if not count:
        return "上季度没有不合格网站，本季度无需复查。"
    those, alone, all_of, _ = groups[0]
    if count == 1:
        return f"上季度不合格的{those[0]}，{alone}。"
    if len(groups) == 1:
        return f"上季度不合格的{count}个网站{all_of}：{_some(those)}。"
    return f"上季度不合格的{count}个网站中，" + "；".join(f"{word}{len(each)}个，为{_some(each)}" for each, _, _, word in groups) + "。"


def _some(given: Sequence[str]) -> str:
    """Names of sites that failed before; there are few, but for the first quarters of a province."""
    return "、".join(given[:_FAILED]) + ("等" if len(given) > _FAILED else "")


def unassessed(lost: Sequence[SiteLine], place: str) -> str:
    """Who could not be assessed; never said to have passed or failed. ``place``: the annex with all of them and the reasons."""
    listed = f"，名单和原因见{place}" if place else ""
    who = names([site.name for site in lost], "个网站")
    return f"{who}在监测时间点前{REACH.days}天内没有取得有效的检查结果，既不作为合格、也不作为不合格，不计入合格率{listed}。"
