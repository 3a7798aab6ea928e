"""One site in a feedback sheet: its result, what could still change it, its findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports import feedback_findings as findings
from reports.bulletin_annexes import reasons
from reports.hostile import line, safe_link
from reports.inspection_model import FindingLine, Inspection, SiteLine
from reports.paper import Block, Heading, Paragraph, Table, aligned, chinese_day
from reports.scorecard import Scorecard, Stake
from reports.sentences import NOTHING, names, number, ordinal, sentence
from reports.words import RESULTS

STAKES = {"not-assessed": "未能查看", "person": "需要人工判定", "candidate": "待人工核实"}
_LISTED = 12
"""Indicators that could not be seen, each with its reason, up to which they are listed one by one."""


def site_blocks(site: SiteLine, inspection: Inspection, place: int) -> Iterator[Block]:
    """All about one site. ``place``: its number among the unit's sites."""
    yield Heading(f"（{ordinal(place)}）{line(site.name)}", 2, f"site-{place}")
    yield from _identity(site)
    yield Paragraph(result(site), lead="检查结果：")
    if site.card is not None and not site.card.settled:
        yield open_points(site.card, unreviewed=inspection.unreviewed)
    rows = judged(site)
    if rows:
        yield Table(("指标", "评分", "说明", "评分日期"), rows, "人工评分的指标", (2.6, 1.2, 4.4, 1.8), aligned("llll"))
    counted = site.problems
    repeated = sum(each.repeated for each in counted)
    if repeated:
        yield Paragraph(_again(repeated, len(counted)))
    yield from findings.problems(counted)
    yield from findings.pictures(counted, inspection.pictures)
    if inspection.unreviewed:
        yield from _pending(site.pending, inspection)
    yield from findings.cautions([each for each in site.findings if not each.counted])
    yield from findings.excluded(site.excluded)


def _identity(site: SiteLine) -> Iterator[Block]:
    """Address, code, and the night that is told of."""
    yield Paragraph(line(site.url), lead="网址：", link=safe_link(site.url))
    known = [f"网站标识码{line(site.code)}" if site.code else "", f"检查日期{chinese_day(site.night)}" if site.night else ""]
    if any(known):
        yield Paragraph("，".join(filter(None, known)) + "。")


def result(site: SiteLine) -> str:
    """Grade and score of one site in a sentence; what is not settled is said to be so."""
    if site.card is None:
        if site.state == "not-drawn":
            return "本季度为抽查，该网站未抽中，没有检查结果。"
        return f"未能评估：{sentence(site.why)}没有取得有效的检查结果，不表示网站合格，也不表示网站没有问题。"
    card = site.card
    if site.state == "fail":
        why = f"不合格{f'：{reasons(site)}' if site.reasons else ''}。"
        return f"{why}触发单项否决，不再计算得分。" if card.vetoes else f"{why}{_range(card)}"
    waiting = "有指标尚待人工评分" if awaits_people(card) else "结论尚未最终确定"
    if not card.scored or card.low is None or card.high is None:
        grade = "合格" if card.settled else f"按已经确认的情况为合格，{waiting}"
        return f"{grade}。部门网站只检查单项否决指标，不计得分。"
    if card.low == card.high:
        return f"{'合格' if card.settled else f'按已经确认的情况为合格，{waiting}'}，得分{number(card.low)}分。{_range(card)}"
    certain = f"，得{number(card.certain)}分" if card.certain is not None else ""
    told = f"按已经确认的情况为合格{certain}"
    if card.settled:
        return f"{told}。{_range(card)}"
    return f"{told}，{waiting}。{_range(card)}"


def judged(site: SiteLine) -> tuple[tuple[str, str, str, str], ...]:
    """What people judged of a site: whatever cost it points or earned some, a veto, and rows whose findings a person weighed otherwise."""
    if site.card is None:
        return ()
    vetoes = [(veto.name, "单项否决", veto.manual) for veto in site.card.vetoes]
    weighed = [
        (item.name, f"{word}{number(row.points)}分" if row.points else "不扣分", row.manual)
        for items, word in ((site.card.items, "扣"), (site.card.bonus, "加"))
        for item in items
        for row in item.rows
        if row.points or row.findings
    ]
    return tuple(
        (line(name), mark, sentence(manual.note), chinese_day(manual.day))
        for name, mark, manual in (*vetoes, *weighed)
        if manual is not None
    )


def asks(site: SiteLine) -> bool:
    """Whether a site gives its unit something to put right: a finding, a failure, or points that a person took off."""
    return bool(site.problems) or site.state == "fail" or any(mark.startswith("扣") for _, mark, _, _ in judged(site))


def awaits_people(card: Scorecard) -> bool:
    """Whether nothing but people's judgements (人工评分) is missing."""
    return bool(card.at_stake) and all(stake.kind == "person" for stake in card.at_stake)


def _range(card: Scorecard) -> str:
    """Between which scores a site can end, where they differ; and that blocks that don't apply were spread over the others."""
    if not card.scored or card.low is None or card.high is None:
        return ""
    stretched = "该网站不提供办事服务，扣分指标得分按100/75折算。" if card.stretch != 1 else ""
    if card.low == card.high:
        return stretched
    return f"待定事项确定后，得分在{number(card.low)}分至{number(card.high)}分之间。{stretched}"


def state(site: SiteLine) -> str:
    """The grade as a table shows it."""
    if site.card is None or site.card.settled:
        return RESULTS[site.state]
    return f"{RESULTS[site.state]}（{'待人工评分' if awaits_people(site.card) else '未最终确定'}）"


def score(site: SiteLine) -> str:
    """The score as a table shows it, by what is certain; `NOTHING` where no points are given or a veto ended the scoring."""
    card = site.card
    if card is None or not card.scored or card.certain is None or card.vetoes:
        return NOTHING
    return number(card.certain)


def open_points(card: Scorecard, *, unreviewed: bool) -> Table:
    """What could still change score or grade: by what it waits for. What nobody has confirmed is named only with ``unreviewed``."""
    rows: list[tuple[str, str, str]] = []
    for kind, word in STAKES.items():
        stakes = [stake for stake in card.at_stake if stake.kind == kind]
        if kind == "candidate" and stakes and not unreviewed:
            rows.append((word, f"{len(stakes)}项", "有疑似情况尚待人工核实，核实前不作为问题。"))
        elif kind == "person" or len(stakes) > _LISTED:
            rows += _together(word, stakes)
        else:
            rows += [(word, line(stake.name), f"{sentence(stake.why)}{_hangs(stake)}") for stake in stakes]
    return Table(("类别", "指标", "情况"), tuple(rows), "尚未确定、可能影响得分或者结论的事项", (1.5, 2.6, 4.6), aligned("lll"))


def _together(word: str, stakes: Sequence[Stake]) -> Iterator[tuple[str, str, str]]:
    if stakes:
        named = tuple(dict.fromkeys(stake.name for stake in stakes))
        veto = "其中有单项否决指标。" if any(stake.veto for stake in stakes) else ""
        yield word, names(named, "项"), f"程序不能判断，以人工判定为准。{veto}" if word == STAKES["person"] else f"检查时没有看到。{veto}"


def _hangs(stake: Stake) -> str:
    return "属于单项否决指标。" if stake.veto else f"涉及{number(stake.points)}分。" if stake.points else ""


def _again(repeated: int, count: int) -> str:
    if repeated == count:
        return f"{'该问题' if count == 1 else f'以下{count}个问题均'}以前已经通报过或者整改后再次出现，请分析原因，重点整改，防止反复。"
    return f"以下问题中有{repeated}个以前已经通报过或者整改后再次出现（表中注明“重复出现”），请分析原因，重点整改，防止反复。"


def _pending(waiting: Sequence[FindingLine], inspection: Inspection) -> Iterator[Block]:
    """What nobody has confirmed: marked line by line, no points, and asked to be looked at, not put right."""
    if waiting:
        yield Heading(f"待核实的事项（{len(waiting)}项，不计入问题数和得分）", 3)
        yield Paragraph("以下事项由程序发现，尚未经人工核实，不作为问题，请先自行核对。")
        yield findings.table(waiting, mark="【待核实】")
        yield from findings.pictures(waiting, inspection.pictures)
