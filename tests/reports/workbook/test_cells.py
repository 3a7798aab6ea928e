"""What stands in a cell is what was given: never a formula, never a control character, never a number that lost its digits."""

from __future__ import annotations

import io
import math
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from reports.grid import Cell, Column, Grid, Kind, Link, Workbook
from reports.hostile import clean
from reports.workbook import workbook_bytes
from reports.workbook_cells import LARGEST_LINK, LARGEST_TEXT, web_address


def written(value: Cell, kind: Kind = "text") -> Any:
    """The cell as openpyxl reads it back."""
    data = workbook_bytes(Workbook("试", (Grid("表", (Column("头", kind),), ((value,),)),)))
    return load_workbook(io.BytesIO(data))["表"]["A2"]


def sheet_xml(*values: Cell) -> str:
    data = workbook_bytes(Workbook("试", (Grid("表", (Column("头"),), tuple((value,) for value in values)),)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    '=HYPERLINK("http://evil.example")',
    "==",
    "＝1",
    "'=1",
    "#N/A",
    "#REF!",
    "{=1}",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_a_text(text: str) -> None:
    cell = written(text)
    assert cell.data_type == "s"
    assert cell.value == clean(text)
    assert "<f" not in sheet_xml(text)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "'=1"])
def test_a_text_that_looks_like_a_formula_is_quoted_so_that_editing_it_makes_none(text: str) -> None:
    assert written(text).quotePrefix


@pytest.mark.parametrize("text", ["a=1", "栏目", "1", "2026-08-20", ""])
def test_a_harmless_text_is_not_quoted(text: str) -> None:
    assert not written(text).quotePrefix


@pytest.mark.parametrize(
    ("value", "kind", "read", "form"),
    [
        (3, "integer", 3, "0"),
        (0, "integer", 0, "0"),
        (4.15, "number", 4.15, "0.0##"),
        (0.985, "percent", 0.985, "0.0%"),
        (date(2026, 8, 20), "date", datetime(2026, 8, 20), "yyyy-mm-dd"),
        (datetime(2026, 8, 20, 10, 30), "moment", datetime(2026, 8, 20, 10, 30), "yyyy-mm-dd hh:mm"),
        (datetime(2026, 8, 20, 2, 30, tzinfo=UTC), "moment", datetime(2026, 8, 20, 10, 30), "yyyy-mm-dd hh:mm"),
        (date(1899, 12, 31), "date", "1899-12-31", "General"),
        ("无可比数据", "percent", "无可比数据", "General"),
        (6200000001, "text", "6200000001", "General"),
        (10**18, "integer", "1000000000000000000", "General"),
        (True, "text", "是", "General"),
        (None, "number", None, "0.0##"),
        (math.nan, "number", None, "0.0##"),
        (math.inf, "number", None, "0.0##"),
        ("x" * (LARGEST_TEXT + 5), "text", "x" * (LARGEST_TEXT - 1) + "…", "General"),
        ("a\x00b\x1fc\u202ed", "text", "a\ufffdb\ufffdc\ufffdd", "General"),
        ("一行\r\n二行", "text", "一行\n二行", "General"),
        (" 前后空格 ", "text", " 前后空格 ", "General"),
    ],
)  # fmt: skip
def test_a_value_is_written_by_its_kind(value: Cell, kind: Kind, read: object, form: str) -> None:
    cell = written(value, kind)
    assert (cell.value, cell.number_format) == (read, form)
    assert isinstance(cell.value, str) == isinstance(read, str)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.characters(codec="utf-16-le", exclude_categories=()), max_size=40), min_size=1, max_size=12))
def test_any_text_comes_back_cleaned_and_as_text(texts: list[str]) -> None:
    data = workbook_bytes(Workbook("试", (Grid("表", (Column("头"),), tuple((text,) for text in texts)),)))
    sheet = load_workbook(io.BytesIO(data))["表"]
    for number, text in enumerate(texts, 2):
        cell = sheet.cell(number, 1)
        assert (cell.value or "") == clean(text)
        assert cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://www.q.gov.cn/a?b=1&c=2#d", "http://www.q.gov.cn/a?b=1&c=2#d"),
        ("https://www.q.gov.cn/栏目/", "https://www.q.gov.cn/%E6%A0%8F%E7%9B%AE/"),
        ("http://www.q.gov.cn/a#b#c", "http://www.q.gov.cn/a#b%23c"),
        ("http://www.q.gov.cn/a%20b", "http://www.q.gov.cn/a%20b"),
        ('http://www.q.gov.cn/"<x>', "http://www.q.gov.cn/%22%3Cx%3E"),
        ("javascript:alert(1)", ""),
        ("file:///etc/passwd", ""),
        ("\\\\server\\share", ""),
        ("http://user:pass@www.q.gov.cn/", ""),
        ("http://www.q.gov.cn/ a", ""),
        ("mailto:a@b.c", ""),
        ("", ""),
        ("http://www.q.gov.cn/" + "a" * LARGEST_LINK, ""),
    ],
)
def test_a_link_leads_to_a_plain_web_address_or_is_text(url: str, target: str) -> None:
    cell = written(Link("看", url=url))
    assert cell.value == "看"
    assert (cell.hyperlink.target if cell.hyperlink else "") == target


def test_an_address_at_the_limit_is_still_a_link() -> None:
    url = "http://www.q.gov.cn/" + "a" * (LARGEST_LINK - 20)
    assert len(web_address(url)) == LARGEST_LINK
    assert written(Link("看", url=url)).hyperlink.target == url


def test_a_links_text_that_looks_like_a_formula_stays_a_text() -> None:
    cell = written(Link("=1+1", url="http://www.q.gov.cn/"))
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert not re.search(r"<f[ >]", sheet_xml(Link("=1+1", url="http://www.q.gov.cn/")))
