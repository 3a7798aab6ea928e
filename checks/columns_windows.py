"""How long a column may stay as it is (更新期限), and when that time is over. Calendar months, as the rule counts them."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from checks.catalogue import rules
from checks.columns_classes import Kind


@dataclass(frozen=True, slots=True)
class Window:
    """A time limit: ``words`` as a reader sees it, ``months`` (calendar) or ``days``, whichever is not 0; ``assumed``: no official line."""

    words: str
    days: int = 0
    months: int = 0
    assumed: bool = False

    def limit(self, as_of: date) -> date:
        """The oldest newest-date that is still in time on ``as_of``."""
        return months_before(as_of, self.months) if self.months else as_of - timedelta(days=self.days)

    def exceeded(self, newest: date, as_of: date) -> bool:
        """Whether the time since ``newest`` exceeds the window: exactly the window's length does not."""
        return newest < self.limit(as_of)


def months_before(day: date, months: int) -> date:
    """The same day ``months`` calendar months earlier, or that month's last day: 2026-08-31 less 6 is 2026-02-28."""
    count = day.year * 12 + day.month - 1 - months
    year, month = divmod(count, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def window_of(kind: Kind, level: int | None, cycle_days: int | None = None) -> Window:
    """The window of a column: a cycle that the registry declares, else by class; only *first-level* columns have the 6 months."""
    rule = rules("column-updates")
    if kind == "dynamic":
        official = Window(f"{rule.number('dynamic-days'):.0f} 天", days=int(rule.number("dynamic-days")))
    elif kind in ("notice", "policy", "interpretation") and level == 1:
        official = Window(f"{rule.number('first-level-months'):.0f} 个月", months=int(rule.number("first-level-months")))
    else:
        official = Window(f"{rule.number('other-months'):.0f} 个月（假定）", months=int(rule.number("other-months")), assumed=True)
    if cycle_days and official.assumed:
        return Window(f"{cycle_days} 天（登记的更新周期）", days=cycle_days, assumed=True)
    return official
