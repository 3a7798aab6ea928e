"""Which time statistics speak of (统计时段): 2026年第一季度, 2026年1-6月, 截至2026年5月31日, 本月. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_Y = r"(?P<y>20\d{2})"
_DAY = re.compile(_Y + r"(?:年|[-./])(?P<m>1[0-2]|0?[1-9])(?:月|[-./])(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)日?")
_QUARTER = re.compile(_Y + r"年?第?(?P<q>[一二三四1-4])季度")
_MONTHS = re.compile(_Y + r"年?(?:1[0-2]|0?[1-9])月?[-–—~至到](?P<m>1[0-2]|0?[1-9])月")
_HALF = re.compile(_Y + r"年?(?P<h>[上下])半年")
_MONTH = re.compile(_Y + r"(?:年(?P<m>1[0-2]|0?[1-9])月|[-./](?P<n>1[0-2]|0[1-9])(?![-./\d]))")
_YEAR = re.compile(_Y + r"年(?:度)?(?!第?[一二三四1-4上下]|\d{1,2}月)")
_NOW = re.compile(r"本月|当月|本年度?|今年|本季度|本周|今日|累计|截至目前|目前")
_LAST_MONTH = re.compile(r"上月|上个月")
_BARE = re.compile(r"(?:第[一二三四]季度|[上下]半年|(?<!\d)(?:1[0-2]|[1-9])月份)")


@dataclass(frozen=True, slots=True)
class Period:
    """A period as worded and the last day it covers; ``last`` None when the words do not tell (第三季度 without a year)."""

    words: str
    last: date | None


def _end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _ends(text: str) -> list[tuple[str, date]]:
    found: list[tuple[str, date]] = []
    for match in _DAY.finditer(text):
        month = int(match["m"])
        found.append((match[0], date(int(match["y"]), month, min(int(match["d"]), monthrange(int(match["y"]), month)[1]))))
    found += [(m[0], _end(int(m["y"]), 3 * _QUARTERS[m["q"]])) for m in _QUARTER.finditer(text)]
    found += [(m[0], _end(int(m["y"]), int(m["m"]))) for m in _MONTHS.finditer(text)]
    found += [(m[0], _end(int(m["y"]), 6 if m["h"] == "上" else 12)) for m in _HALF.finditer(text)]
    found += [(m[0], _end(int(m["y"]), int(m["m"] or m["n"]))) for m in _MONTH.finditer(text)]
    return found or [(m[0], date(int(m["y"]), 12, 31)) for m in _YEAR.finditer(text)]


def period_of(text: str, as_of: date) -> Period | None:
    """The latest period named in ``text`` (white space already removed), never past ``as_of``; None when it names none."""
    if ends := _ends(text):
        words, last = max(ends, key=lambda pair: (pair[1], len(pair[0])))
        return Period(words, min(last, as_of))
    if match := _NOW.search(text):
        return Period(match[0], as_of)
    if match := _LAST_MONTH.search(text):
        return Period(match[0], as_of.replace(day=1) - timedelta(days=1))
    match = _BARE.search(text)
    return Period(match[0], None) if match else None
