"""The charts of a quarterly inspection: pass rate over quarters, problems by indicator, IPv6 by unit, time of rectification by unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import floor
from statistics import median

from reports.charts_drawing import Mark, Telling, bar_chart, line_chart
from reports.inspection_model import Inspection, Rate
from reports.paper import Picture
from reports.sentences import change, percent, percent_of

KINDS = 12
"""Kinds of problems that are drawn; the table has all."""

UNITS = 60
"""Units that are drawn, the worst first; the table has all."""


def quarter_charts(inspection: Inspection) -> tuple[Picture, ...]:
    """PNG and SVG of each chart that there is something to draw for."""
    return (*_pass_rates(inspection), *_problems(inspection), *_ipv6(inspection), *_repair_days(inspection))


def _pass_rates(inspection: Inspection) -> Iterator[Picture]:
    told = [(past.quarter, past.tally.pass_rate) for past in inspection.series if past.tally.pass_rate.share is not None]
    if len(told) < 2:
        return
    shares = [rate.share or 0.0 for _, rate in told]
    low = max(0.0, floor((min(shares) - 0.02) * 20) / 20)
    marks = [
        Mark(f"{quarter.year}年{quarter.number}季度", rate.share or 0.0, percent_of(rate), out=number == len(told) - 1)
        for number, (quarter, rate) in enumerate(told)
    ]
    words = "；".join(f"{mark.name} {mark.label}" for mark in marks)
    said = Telling(
        f"合格率 {percent(told[-1][1])}，较前一次{change(told[-1][1], told[-2][1])}",
        "历次检查网站合格率",
        f"折线图：历次检查的合格率。{words}。",
        f"括号内为合格数/检查数{f'；纵轴自 {low:.0%} 起' if low else ''}",
    )
    yield line_chart(marks, said, low=low, high=min(1.02, max(shares) + 0.03) if max(shares) < 0.97 else 1.02)


def _problems(inspection: Inspection) -> Iterator[Picture]:
    problems = sorted(inspection.problems, key=lambda problem: (-problem.findings, problem.title))
    if not problems:
        return
    marks = [
        Mark(problem.title, float(problem.findings), f"{problem.findings} 个，{len(problem.sites)} 个网站", out=number == 0)
        for number, problem in enumerate(problems[:KINDS])
    ]
    whole = sum(problem.findings for problem in problems)
    words = "；".join(f"{mark.name} {mark.label}" for mark in marks)
    note = f"共 {len(problems)} 类、{whole} 个问题" + (f"，图中为最多的 {KINDS} 类" if len(problems) > KINDS else "")
    first = problems[0]
    said = Telling(f"“{first.title}”最多：{first.findings} 个", "各类问题数量", f"条形图：各类问题的数量。{words}。", note)
    yield bar_chart(marks, said)


def _ipv6(inspection: Inspection) -> Iterator[Picture]:
    told = sorted(
        ((unit.ipv6.share, unit.name, unit.ipv6) for unit in inspection.units if unit.ipv6.share is not None),
        key=lambda one: (one[0], one[1]),
    )
    if not told:
        return
    middle = median(share for share, _, _ in told)
    marks = [Mark(name, share, percent_of(rate), out=share < middle) for share, name, rate in told[:UNITS]]
    worst = told[0]
    title = f"{len(told)} 个单位 IPv6 链接支持率的中位数 {percent(_as_rate(middle))}" + (
        f"，最低的是{worst[1]}（{percent(worst[2])}）" if worst[0] < middle else ""
    )
    words = "；".join(f"{mark.name} {mark.label}" for mark in marks)
    note = f"括号内为可访问数/检测数；深浅两色以中位数为界{f'；图中为最低的 {UNITS} 个单位' if len(told) > UNITS else ''}"
    said = Telling(title, "各单位 IPv6 链接支持率", f"条形图：各单位 IPv6 链接支持率。{words}。", note)
    yield bar_chart(marks, said, percent=True, reference=Mark("中位数", middle, f"中位数 {percent(_as_rate(middle))}"))


def _repair_days(inspection: Inspection) -> Iterator[Picture]:
    told = sorted(
        ((unit.repair.median_days, unit.name, unit.repair.closed) for unit in inspection.units if unit.repair.median_days is not None),
        key=lambda one: (-one[0], one[1]),
    )
    if not told:
        return
    longest = told[0][0]
    marks = [
        Mark(name, float(days), f"{days:g} 天（{closed} 个）", out=days == longest and len(told) > 1) for days, name, closed in told[:UNITS]
    ]
    overall = inspection.repair.median_days
    title = f"整改用时的中位数 {overall:g} 天" if overall is not None else "各单位整改用时"
    title += f"，最长的是{_named([name for days, name, _ in told if days == longest])}（{longest:g} 天）" if len(told) > 1 else ""
    words = "；".join(f"{mark.name} {mark.label}" for mark in marks)
    note = f"从发现到整改的天数（中位数）；括号内为本季度整改的问题数{f'；图中为最长的 {UNITS} 个单位' if len(told) > UNITS else ''}"
    yield bar_chart(marks, Telling(title, "各单位整改用时", f"条形图：各单位整改用时的中位数。{words}。", note))


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]}等 {len(names)} 个单位"


def _as_rate(share: float) -> Rate:
    """A median of shares in the form that is printed like every other rate."""
    return Rate(round(share * 10**6), 10**6)
