"""Lines of a terminal: none too wide, nothing lost, no line that begins with a closing mark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from reports.wrapping import wrap

CASES = [
    ("", 10, [""]),
    ("短", 10, ["短"]),
    ("共检查十二项，不通过", 10, ["共检查十二", "项，不通过"]),
    ("没有更新五天。", 12, ["没有更新五", "天。"]),
    ("标准（六个月）到期", 8, ["标准（六", "个月）到", "期"]),
    ("标准值（六个月）", 8, ["标准值", "（六个", "月）"]),
    ("请写 SiteIDCode 标签", 12, ["请写", "SiteIDCode", "标签"]),
    ("https://www.example.cn/abc", 10, ["https://ww", "w.example.", "cn/abc"]),
]


@pytest.mark.parametrize(("text", "width", "lines"), CASES)
def test_text_breaks_where_a_printer_would_break_it(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(st.text(alphabet="中文（）《》“”，。：a1/. ", max_size=120), st.integers(min_value=8, max_value=40))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert [line for line in lines if cell_len(line) > width] == []
    assert "".join("".join(lines).split()) == "".join(text.split())
