"""Quarters (季度) of the inspection: their first and last day, the one before, the same one a year before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from reports.commands.options import UsageProblem

_NAMES = "一二三四"
_FORM = re.compile(r"(20\d\d)[Qq]([1-4])")


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a calendar year; ``number`` 1 to 4."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """``2026Q3``. Raises `UsageProblem` for another form."""
        found = _FORM.fullmatch(text.strip())
        if found is None:
            raise UsageProblem(f"“{text}”不是季度：请写成 2026Q3 的形式。")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter that ``day`` lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.following.first - timedelta(days=1)

    @property
    def following(self) -> Quarter:
        """The next quarter."""
        return Quarter(self.year + 1, 1) if self.number == 4 else Quarter(self.year, self.number + 1)

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year - 1, 4) if self.number == 1 else Quarter(self.year, self.number - 1)

    @property
    def year_before(self) -> Quarter:
        """The same quarter of the year before."""
        return Quarter(self.year - 1, self.number)

    @property
    def chinese(self) -> str:
        """``2026年第三季度``."""
        return f"{self.year}年第{_NAMES[self.number - 1]}季度"

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"
