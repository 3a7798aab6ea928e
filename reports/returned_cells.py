"""Cells as they come back from people: a date typed as text or left as a number, a telephone number that became a float, blanks at the ends."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from typing import Any

from openpyxl.utils.datetime import from_excel

from reports.hostile import line

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[\sT]+\d{1,2}[::]\d{2}(?:[::]\d{2})?)?")
_PACKED = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 to 2099-12-31
_PHONE = re.compile(r"[0-9+()\-—、,;；，/ 转分机#x*]{5,80}")


def text_of_cell(value: Any) -> str:
    """What a person reads in the cell, on one line; a date as ``2026-08-20``, a whole number without its point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return line(unicodedata.normalize("NFC", str(value)))


def day_of_cell(value: Any) -> date | None:
    """The day a person meant; None for an empty cell. ValueError for what is no day."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and _FIRST_SERIAL <= value <= _LAST_SERIAL:
        moment = from_excel(int(value))
        return moment.date() if isinstance(moment, datetime) else None
    text = unicodedata.normalize("NFKC", text_of_cell(value)).strip()
    if not text:
        return None
    found = _DAY.fullmatch(text) or _PACKED.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))


def phone_of_cell(value: Any) -> str:
    """A telephone number, or several. ValueError for what is none (a long number that became ``1.38E+10`` has lost its digits)."""
    text = unicodedata.normalize("NFKC", text_of_cell(value)).strip()
    if text and (not _PHONE.fullmatch(text) or sum(each.isdigit() for each in text) < 5):
        raise ValueError(text)
    return text
