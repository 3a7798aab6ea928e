"""Windows end where the rule says: to the day, in calendar months."""

from __future__ import annotations

from datetime import date

import pytest

from checks.columns_windows import months_before, window_of


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2024, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 8, 25), 6, date(2026, 2, 25)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 6, date(2025, 7, 15)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 12, 31), 6, date(2026, 6, 30)),
        (date(2026, 6, 30), 6, date(2025, 12, 30)),
    ],
)
def test_calendar_months_before_a_day(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


@pytest.mark.parametrize(
    ("kind", "level", "as_of", "newest", "late"),
    [
        ("dynamic", 2, date(2026, 8, 25), date(2026, 8, 11), False),  # 14 days
        ("dynamic", 2, date(2026, 8, 25), date(2026, 8, 10), True),  # 15 days
        ("notice", 1, date(2026, 8, 31), date(2026, 2, 28), False),
        ("notice", 1, date(2026, 8, 31), date(2026, 2, 27), True),
        ("policy", 1, date(2026, 8, 25), date(2026, 2, 25), False),
        ("interpretation", 1, date(2026, 8, 25), date(2026, 2, 24), True),
        ("notice", 2, date(2026, 8, 25), date(2026, 2, 24), False),  # second-level: 1 year, assumed
        ("notice", None, date(2026, 8, 25), date(2026, 2, 24), False),  # level unknown: the milder window
        ("notice", 2, date(2026, 8, 25), date(2025, 8, 24), True),
        ("other", 1, date(2026, 8, 25), date(2025, 8, 25), False),
        ("other", 1, date(2026, 8, 25), date(2025, 8, 24), True),
    ],
)
def test_a_window_is_exceeded_only_the_day_after_it_ends(kind: str, level: int | None, as_of: date, newest: date, late: bool) -> None:
    assert window_of(kind, level).exceeded(newest, as_of) is late  # type: ignore[arg-type]


def test_a_registered_cycle_replaces_the_assumed_year_but_no_official_window() -> None:
    assert window_of("other", 1, 90).exceeded(date(2026, 5, 1), date(2026, 8, 25))
    assert not window_of("dynamic", 1, 90).exceeded(date(2026, 8, 20), date(2026, 8, 25))
    assert window_of("dynamic", 1, 90).exceeded(date(2026, 8, 1), date(2026, 8, 25))
    assert window_of("other", 1).assumed
    assert not window_of("dynamic", 1).assumed
