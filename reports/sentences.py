"""How figures are said in official Chinese, so that a sentence is right for 0, 1, some and all. Used by bulletins, feedback sheets and assessments.

Rates have two decimals, as published bulletins have them: ``98.35%``; a whole is ``100%`` and nothing is ``0%``. What is not all never rounds to 100%, what
is not nothing never to 0%.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports.hostile import line
from reports.inspection_model import Past, Rate
from reports.paper import chinese_day

NOTHING = "—"
"""In a table, where there is nothing to take a rate of."""
NAMED = 10
"""Names that a sentence gives at most, before “等 N 个”."""

_DIGITS = "零一二三四五六七八九"


def hundredths(rate: Rate) -> int | None:
    """The rate in hundredths of a percent, rounded half up: 9835 for 98.35 %; None when there is nothing to take it of."""
    if rate.whole <= 0:
        return None
    rounded = (2 * 10_000 * rate.part + rate.whole) // (2 * rate.whole)
    if 0 < rate.part < rate.whole:
        return min(max(rounded, 1), 9_999)
    return rounded


def percent(rate: Rate) -> str:
    """``98.35%``, ``100%``, ``0%``; `NOTHING` for a rate of nothing."""
    share = hundredths(rate)
    if share is None:
        return NOTHING
    return f"{share // 100}%" if share in (0, 10_000) else f"{share // 100}.{share % 100:02d}%"


def parts(rate: Rate) -> str:
    """``118/120``: numerator and denominator."""
    return f"{rate.part}/{rate.whole}"


def percent_of(rate: Rate) -> str:
    """``98.33%（118/120）``; `NOTHING` for a rate of nothing."""
    return f"{percent(rate)}（{parts(rate)}）" if rate.whole > 0 else NOTHING


def change(now: Rate, then: Rate) -> str:
    """``提高1.25个百分点``, ``下降…``, ``持平``: between the two percentages as they are printed. Both rates must be of something (ValueError)."""
    new, old = hundredths(now), hundredths(then)
    if new is None or old is None:
        raise ValueError("a rate of nothing can't be compared")
    if new == old:
        return "持平"
    gap = abs(new - old)
    return f"{'提高' if new > old else '下降'}{gap // 100}.{gap % 100:02d}个百分点"


def against(now: Rate, past: Past | None, word: str) -> str:
    """``较上季度（2026年第二季度，97.50%，117/120）提高0.83个百分点``; "" when there is nothing to compare. ``word``: 上季度, 上年同期."""
    if past is None or past.tally.pass_rate.whole <= 0 or now.whole <= 0:
        return ""
    then = past.tally.pass_rate
    told = change(now, then)
    link = "与" if told == "持平" else "较"
    return f"{link}{word}（{past.quarter.chinese}，{percent(then)}，{parts(then)}）{told}"


def names(given: Sequence[str], unit: str, cap: int = NAMED) -> str:
    """``甲``; ``甲、乙2个网站``; ``甲、乙等12个网站`` where only the first ``cap`` are named. ``unit``: measure word and noun, 个网站."""
    shown = "、".join(line(name) for name in given[:cap])
    if len(given) > cap:
        return f"{shown}等{len(given)}{unit}"
    return shown if len(given) <= 1 else f"{shown}{len(given)}{unit}"


def counted_names(given: Sequence[tuple[str, int]], cap: int = NAMED) -> str:
    """Sites with how many findings each has: ``甲（5个）、乙（2个）``; ``甲、乙各1个`` when all have the same."""
    counts = {count for _, count in given}
    more = f"等{len(given)}个网站" if len(given) > cap else ""
    if len(counts) == 1 and len(given) > 1:
        return f"{'、'.join(line(name) for name, _ in given[:cap])}{more}各{counts.pop()}个"
    if len(given) == 1:
        return line(given[0][0])
    return "、".join(f"{line(name)}（{count}个）" for name, count in given[:cap]) + more


def days(value: float | None) -> str:
    """A median of days: ``12天``, ``11.5天``; `NOTHING` for None."""
    return NOTHING if value is None else f"{number(value)}天"


def number(value: float) -> str:
    """A number of points or days with as many decimals as it needs, two at most: ``82``, ``82.5``, ``0.35``."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def ordinal(place: int) -> str:
    """Chinese numeral of 1 to 9999, as headings count: 一, 十, 十一, 二十, 一百零一."""
    if not 0 < place < 10_000:
        raise ValueError(f"{place} has no place in a heading")
    text, gap = "", False
    for power, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = place // power % 10
        if digit:
            text += ("零" if gap else "") + _DIGITS[digit] + word
        gap = bool(text) and not digit
    return text.removeprefix("一") if 10 <= place < 20 else text


def span(first: date, last: date) -> str:
    """``2026年7月1日至9月30日``; the year is said again only where it changes."""
    ending = f"{last.month}月{last.day}日" if first.year == last.year else chinese_day(last)
    return f"{chinese_day(first)}至{ending}"


def sentence(text: str) -> str:
    """A text of ours or of a check, on one line and with a full stop at its end."""
    told = line(text)
    return told if not told or told[-1] in "。！？…：" else f"{told.rstrip('；;，,.')}。"
