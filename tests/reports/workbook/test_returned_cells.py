"""Cells as people leave them: days in every form, telephone numbers, texts with blanks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel

from reports.returned_cells import day_of_cell, phone_of_cell, text_of_cell

DAY = date(2026, 8, 5)


@pytest.mark.parametrize(
    "value",
    [
        DAY, datetime(2026, 8, 5, 23, 59), "2026-08-05", "2026-8-5", "2026/8/5", "2026.8.5", "2026年8月5日", "2026年08月05日", "20260805",
        " 2026-08-05 ", "２０２６－０８－０５", "2026-08-05 00:00:00", "2026-08-05T10:30", 46239, 46239.0, 46239.75, "2026 年 8 月 5 日",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form_people_write(value: Any) -> None:
    assert day_of_cell(value) == DAY


@pytest.mark.parametrize(
    "value", ["8月5日", "下周", "2026-13-01", "2026-02-30", "2026", "26-8-5", "待定", 5, 99999, True, "2026-08-05至08-09"]
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r".*"):
        day_of_cell(value)


@pytest.mark.parametrize("value", [None, "", "  ", "\u3000"])
def test_an_empty_cell_is_no_day(value: Any) -> None:
    assert day_of_cell(value) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_every_day_of_a_century_comes_back_however_it_stands(day: date) -> None:
    forms = (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        int(to_excel(day)),
        datetime(day.year, day.month, day.day),
    )
    assert {day_of_cell(form) for form in forms} == {day}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (13900000000, "13900000000"),
        (13900000000.0, "13900000000"),
        ("0931-8888888", "0931-8888888"),
        ("（0931）8888888转 12", "(0931)8888888转 12"),
        ("13900000000、13800000000", "13900000000、13800000000"),
        ("１３９００００００００", "13900000000"),
        (None, ""),
        (" 8888888 ", "8888888"),
    ],
)
def test_a_telephone_number_keeps_its_digits(value: Any, text: str) -> None:
    assert phone_of_cell(value) == text


@pytest.mark.parametrize("value", ["1.39E+10", "张三", "见备注", "123", "无"])
def test_what_is_no_telephone_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        phone_of_cell(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"), (1.5, "1.5"), (7, "7"), (None, ""), (" a  b\n", "a b"), (True, "是"), (datetime(2026, 8, 5, 10), "2026-08-05"), (DAY, "2026-08-05"),
        ("\u202e倒", "\ufffd倒"),
    ],
)  # fmt: skip
def test_a_cell_is_read_as_a_person_reads_it(value: Any, text: str) -> None:
    assert text_of_cell(value) == text
