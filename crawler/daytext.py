"""Day expressions in Chinese web text: what a short piece of text says about a day. Pure; knows no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

EARLIEST = date(1995, 1, 1)
"""No Chinese government page is older; an earlier day is a mistake or history told in the text."""

_SEP = r"[-‐‑–—―－/／.．·]"
_CLOCK = r"(?:\s*[Tt]?\s*\d{1,2}\s*(?:[:：∶]\s*\d{1,2}(?:\s*[:：∶]\s*\d{1,2}(?:\.\d+)?)?|[时点]\s*(?:\d{1,2}\s*分?)?(?:\s*\d{1,2}\s*秒?)?)\s*(?:[AaPp][Mm])?Z?)"
_WEEKDAY = r"(?:\s*[(（]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)）]?)"
GAP = r"[\s\x1f]*"
"""White space and the mark that `crawler.flow` puts between two text nodes."""

FULL = (
    rf"(?<![\d.])(?P<y>(?:19|20)\d{{2}}){GAP}(?:{_SEP}{{1,2}}|年){GAP}(?P<m>0?[1-9]|1[0-2]){GAP}(?:{_SEP}{{1,2}}|月){GAP}"
    rf"(?P<d>[12]\d|3[01]|0?[1-9])(?!\d)(?:{GAP}[日号])?"
)
"""A whole day: 2024-05-11, 2024/5/11, 2024.05.11, 2024——05——11, 2024年5月11日. Groups y, m, d."""
FULL_DAY = re.compile(FULL)
_YEAR_DIGITS = re.compile(r"(?:19|20)\d\d")
_TAIL = rf"(?:{_WEEKDAY}|{_CLOCK}|\s*(?:上午|下午|晚上?|凌晨))*"
CLOCK = re.compile(rf"{GAP}{_TAIL}")

_OPEN, _CLOSE = r"[\s\[\]［］【】()（）〔〕「」<>《》|｜:：,，;；•·●>\-–—_]*", r"[\s\[\]［］【】()（）〔〕「」<>《》|｜,，;；\-–—_/]*"
_BEFORE_DAY = r"(?:[^\d:：]{0,4}(?:来源|作者|机构|单位|部门|栏目|分类)\s*[:：]\s*[^\d:：]{0,24}[\s\]】|])?"
_AFTER_DAY = r"(?:[\s|\[【(（]*(?:来源|作者|浏览|点击|阅读|访问|人气|查看|分类|已)[^\d\n]{0,12}\d{0,7}\s*次?人?[\])】）]?|\s*[|｜]\s*[\u4e00-\u9fff]{2,20})?"
_WHOLE = re.compile(
    rf"^{_OPEN}{_BEFORE_DAY}{_OPEN}(?P<label>[^\d\s:：\[\]()（）]{{0,10}})(?:\s*[:：]\s*|\s*){FULL}(?P<tail>{_TAIL}){_AFTER_DAY}{_CLOSE}$"
)
_SHORT_YEAR = re.compile(rf"^{_OPEN}(?P<y>\d{{2}})(?P<s>[-/.])(?P<m>\d{{2}})(?P=s)(?P<d>\d{{2}})(?P<tail>{_TAIL}){_CLOSE}$")
_COMPACT = re.compile(rf"^{_OPEN}(?P<y>(?:19|20)\d{{2}})(?P<m>\d{{2}})(?P<d>\d{{2}}){_CLOSE}$")
_MONTH_DAY = re.compile(rf"^{_OPEN}(?:(?P<m>0?[1-9]|1[0-2])\s*(?:[-–—－/／.．]|月)\s*(?P<d>[12]\d|3[01]|0?[1-9])\s*日?){_CLOCK}?{_CLOSE}$")
_YEAR_MONTH = re.compile(r"^[\s\[(（/]*(?P<y>(?:19|20)\d{2})\s*[-–—－/／.．年]\s*(?P<m>0?[1-9]|1[0-2])\s*月?[\s\])）/]*$")
_MONTH_YEAR = re.compile(r"^\s*(?P<m>0?[1-9]|1[0-2])\s*[-–/.]\s*(?P<y>(?:19|20)\d{2})\s*$")
_YEAR = re.compile(r"^[\s\-–—/\[(（]*(?P<y>(?:19|20)\d{2})[\s\-–—/\])）]*年?[\s\-–—/]*$")
_MONTH_DAY_YEAR = re.compile(rf"^{_OPEN}(?P<m>0?[1-9]|1[0-2])[-/.](?P<d>[12]\d|3[01]|0?[1-9])[\s,/]+(?P<y>(?:19|20)\d{{2}}){_CLOSE}$")
_MONTH = re.compile(r"^\s*/?\s*(?P<m>0?[1-9]|1[0-2])\s*月\s*/?\s*$")
_DAY = re.compile(r"^\s*/?\s*(?P<d>[12]\d|3[01]|0?[1-9])\s*日?\s*/?\s*$")
_DAY_YEAR_MONTH = re.compile(
    rf"^\s*(?P<d>[12]\d|3[01]|0?[1-9])\s*日?[\s/]+(?P<y>(?:19|20)\d{{2}})\s*(?:{_SEP}|年)\s*(?P<m>0?[1-9]|1[0-2])\s*月?\s*$"
)
_RELATIVE = re.compile(
    rf"^{_OPEN}(?P<label>[^\d\s:：\[\]()（）]{{0,8}}?)\s*[:：]?\s*"
    rf"(?:(?P<word>刚刚|刚才|今天|今日|昨天|昨日|前天|前日)|(?P<n>\d{{1,3}}|半|一|二|两|三|几)\s*个?\s*(?P<unit>秒钟?|分钟?|小时|天|日|周|星期|月|年)(?:以|之)?前)"
    rf"(?P<tail>{_TAIL}){_CLOSE}$"
)
_WORDS = {"刚刚": 0, "刚才": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
_NUMBERS = {"半": 0, "一": 1, "二": 2, "两": 2, "三": 3}
_UNIT_DAYS = {"天": 1, "日": 1, "周": 7, "星期": 7}
_SHAPE = re.compile(r"\d|刚刚|刚才|今[天日]|昨[天日]|前[天日]|[天周月]前|小时前")
_WEEKDAY_WORD = re.compile(_WEEKDAY)

META_DAY = re.compile(
    r"(?P<y>(?:19|20)\d{2})\s*\D{1,4}\s*(?P<m>\d{1,2})\s*\D{1,4}\s*(?P<d>\d{1,2})(?!\d)|^(?P<y2>(?:19|20)\d{2})(?P<m2>\d{2})(?P<d2>\d{2})(?:\d{6})?$"
)
"""A day as attributes hold it: any separators (long dashes too), or none."""

_URL_DAYS = (
    re.compile(r"/t?(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?:_\d+|/|\d{3,}|\.)"),
    re.compile(r"/(?P<y>(?:19|20)\d{2})[-/](?P<m>0?[1-9]|1[0-2])[-/](?P<d>[12]\d|3[01]|0?[1-9])(?=[/_.-])"),
    re.compile(r"/(?P<y>(?:19|20)\d{2})(?P<m>0[1-9]|1[0-2])/(?:t\d{8}_|(?P<d>[0-2]\d|3[01])(?=/))"),
)
_URL_MONTH = re.compile(r"/(?P<y>(?:19|20)\d{2})[-/]?(?P<m>0[1-9]|1[0-2])(?=[/_])")
_URL_YEAR = re.compile(r"/(?P<y>(?:19|20)\d{2})(?=/)")


@dataclass(frozen=True, slots=True)
class DayText:
    """What one run of text says about a day when it says nothing else: any of year, month and day (0: not said), the words
    before it (发布时间), and whether a weekday stands with it (clocks in headers do that, list items don't)."""

    year: int
    month: int
    day: int
    label: str = ""
    weekday: bool = False

    def date(self) -> date | None:
        """The day, when all three parts are there and make one."""
        return real_day(self.year, self.month, self.day) if self.year and self.month and self.day else None

    def with_year(self, year: int) -> DayText:
        """The same with a year learnt elsewhere."""
        return DayText(year, self.month, self.day, self.label, self.weekday)


def real_day(year: int, month: int, day: int) -> date | None:
    """The day, or None where the calendar has no such day or it lies before `EARLIEST`."""
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if found >= EARLIEST else None


def full_days(text: str) -> Iterator[re.Match[str]]:
    """What ``FULL_DAY.finditer(text)`` gives, in a third of its time: a day is looked for only where a year stands."""
    for year in _YEAR_DIGITS.finditer(text):
        if (day := FULL_DAY.match(text, year.start())) is not None:
            yield day


def matched_day(match: re.Match[str], latest: date) -> date | None:
    """The day in a match's groups y, m, d (or y2, m2, d2); None when there is no such day or it lies after ``latest``."""
    parts = match.groupdict()
    named = (parts["y"], parts["m"], parts["d"]) if parts["y"] else (parts["y2"], parts["m2"], parts["d2"])
    found = real_day(int(named[0] or 0), int(named[1] or 0), int(named[2] or 0))
    return found if found and found <= latest else None


def _of(match: re.Match[str], *, century: int = 0) -> DayText:
    parts = match.groupdict()
    return DayText(
        century + int(parts["y"]) if parts.get("y") else 0,
        int(parts.get("m") or 0),
        int(parts.get("d") or 0),
        (parts.get("label") or "").strip(),
        _WEEKDAY_WORD.search(parts.get("tail") or "") is not None,
    )


def whole_run(text: str, as_of: date) -> DayText | None:
    """What ``text`` says about a day when it is nothing but a day, a part of one, or a label with one; else None.

    Relative words (昨天, 3天前, 刚刚) count from ``as_of``; months and years ago are too coarse and give None.
    """
    return _whole_run(text, as_of) if len(text) <= 48 else None


@lru_cache(maxsize=1 << 13)
def _whole_run(text: str, as_of: date) -> DayText | None:
    """Menus, titles and days repeat from page to page."""
    if not _SHAPE.search(text):
        return None
    if match := _WHOLE.match(text):
        return _of(match)
    if match := _MONTH_DAY.match(text):
        return _of(match)
    for pattern in (_YEAR_MONTH, _MONTH_YEAR, _DAY, _YEAR, _MONTH, _DAY_YEAR_MONTH, _MONTH_DAY_YEAR, _COMPACT):
        if match := pattern.match(text):
            return _of(match)
    if match := _SHORT_YEAR.match(text):
        return _of(match, century=2000)
    return _relative(text, as_of)


def _relative(text: str, as_of: date) -> DayText | None:
    match = _RELATIVE.match(text)
    if match is None:
        return None
    if match["word"]:
        back = _WORDS[match["word"]]
    elif match["unit"][0] in "秒分小":
        back = 0
    elif match["unit"] in _UNIT_DAYS and match["n"] != "几":
        number = int(match["n"]) if match["n"].isdigit() else _NUMBERS[match["n"]]
        back = number * _UNIT_DAYS[match["unit"]]
    else:
        return None
    day = as_of - timedelta(days=back)
    return DayText(day.year, day.month, day.day, match["label"])


def relative_day(text: str, as_of: date) -> DayText | None:
    """The day that ``text`` means when it is nothing but relative words (昨天, 3天前), counted from ``as_of``; else None."""
    return _relative(text, as_of) if _SHAPE.search(text) else None


def joined(first: DayText, second: DayText) -> DayText | None:
    """One day out of two neighbouring parts, whichever comes first: ``21`` + ``2024年02月``, ``--2021--`` + ``06-09``."""
    for field in ("year", "month", "day"):
        if getattr(first, field) and getattr(second, field):
            return None
    whole = DayText(first.year or second.year, first.month or second.month, first.day or second.day, first.label or second.label)
    return whole if whole.month and (whole.day or whole.year) else None


def url_day(url: str) -> date | None:
    """The day an address carries (``/t20240511_1.html``, ``/2024/05/11/``, ``/2024-05/11/``), None when it carries none."""
    for pattern in _URL_DAYS:
        for match in pattern.finditer(url):
            if match["d"] and (day := real_day(int(match["y"]), int(match["m"]), int(match["d"]))):
                return day
    return None


def year_from_url(url: str, month: int, day: int) -> int:
    """The year of a ``MM-DD`` beside a link to ``url``; 0 when the address does not tell it.

    A full day in the address tells the year whose ``MM-DD`` is nearest to it; a month folder must be the same month.
    """
    if found := url_day(url):
        near = [c for y in (found.year - 1, found.year, found.year + 1) if (c := real_day(y, month, day))]
        best = min(near, key=lambda c: abs((c - found).days), default=None)
        return best.year if best and abs((best - found).days) <= 60 else 0
    if match := _URL_MONTH.search(url):
        return int(match["y"]) if int(match["m"]) == month else 0
    match = _URL_YEAR.search(url)
    return int(match["y"]) if match else 0
