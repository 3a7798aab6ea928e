"""What a site says is made safe before any report prints it."""

from __future__ import annotations

import pytest

from reports.hostile import clean, clean_data, line, picture, safe_link

CLEANED = [
    ("青山县人民政府", "青山县人民政府"),
    ("第一行\r\n第二行\r第三行\t尾", "第一行\n第二行\n第三行\t尾"),
    ("\x1b[31m红", "\ufffd[31m红"),
    ("a\x00b\x9bc", "a\ufffdb\ufffdc"),
    ("文件\u202egnp.exe", "文件\ufffdgnp.exe"),
    ("半个字\ud83d", "半个字\ufffd"),
    ("\ufffe\uffff", "\ufffd\ufffd"),
    ("😀 emoji stays, 全角　空格 stays", "😀 emoji stays, 全角　空格 stays"),
]


@pytest.mark.parametrize(("given", "expected"), CLEANED)
def test_characters_that_no_report_may_carry_are_shown_as_such(given: str, expected: str) -> None:
    assert clean(given) == expected


LINKS = [
    ("https://www.example.gov.cn/a?b=c#d", True),
    ("http://127.0.0.1:8080/", True),
    ("http://[2001:db8::1]/x", True),
    ("https://www.测试.政务/栏目", True),
    ("HTTPS://WWW.EXAMPLE.CN/", True),
    ("javascript:alert(1)", False),
    (" javascript:alert(1)", False),
    ("java\nscript:alert(1)", False),
    ("data:text/html,<script>", False),
    ("vbscript:x", False),
    ("file:///etc/passwd", False),
    ("//www.example.cn/", False),
    ("/relative", False),
    ("", False),
    ("http://", False),
    ("http://[::1", False),
    ("https://www.gov.cn@evil.example/", False),
    ("https://user:secret@www.example.cn/", False),
    ("https://www.example.cn/\u202egnp", False),
    ("https://www.example.cn/a b", False),
]


@pytest.mark.parametrize(("url", "linked"), LINKS)
def test_only_plain_web_addresses_are_linked(url: str, linked: bool) -> None:
    assert safe_link(url) == (url if linked else "")


def test_one_line_stays_one_line() -> None:
    assert line(" 第一行\n\n 第二行\t") == "第一行 第二行"


def test_figures_are_cleaned_to_the_last_string() -> None:
    assert clean_data({"a\x00": ["\x1b", {"b": ("\u202e", 1, None, True, 1.5)}]}) == {
        "a\ufffd": ["\ufffd", {"b": ["\ufffd", 1, None, True, 1.5]}]
    }


def test_figures_that_json_cannot_hold_are_an_error() -> None:
    with pytest.raises(TypeError, match="a report can't carry object"):
        clean_data({"a": [object()]})


@pytest.mark.parametrize(("data", "start"), [(None, ""), (b"", ""), (b"<svg/>", ""), (b"\x89PNG\r\n\x1a\nrest", "data:image/png;base64,")])
def test_only_a_png_is_a_picture(data: bytes | None, start: str) -> None:
    assert picture(data).startswith(start)
    assert bool(picture(data)) == bool(start)
