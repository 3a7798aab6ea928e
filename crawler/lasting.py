"""How long what was read off a page stays true of the same bytes: dates are read against a day, and the day moves on.

A day later than the inspection's is not believed; once the inspection's day has passed it, the same bytes tell something else. 昨天 and 3天前 tell
something else every day. Everything else on a page means the same whenever it is read.
"""

from __future__ import annotations

import re
from datetime import date

from crawler.daytext import META_DAY, full_days, matched_day, relative_day
from crawler.document import Document

_RELATIVE = re.compile(r"刚刚|刚才|今[天日]|[昨前][天日]|前")
_LINE = 48
"""Longest text that is nothing but a day (see `crawler.daytext.whole_run`)."""


def good_until(document: Document, as_of: date) -> date | None:
    """The first day on which the same bytes may tell something else; None: they never will."""
    ahead: list[date] = []
    for part in document.parts:
        text = part.flow.text
        if _RELATIVE.search(text) and any(len(run.text) <= _LINE and relative_day(run.text, as_of) for run in part.flow.runs):
            return date.fromordinal(as_of.toordinal() + 1)
        ahead += [day for match in full_days(text) if (day := matched_day(match, date.max)) and day > as_of]
    for name, content in document.meta.items():
        if ("date" in name or "time" in name) and (match := META_DAY.search(content)):
            day = matched_day(match, date.max)
            if day and day > as_of:
                ahead.append(day)
    return min(ahead, default=None)
