"""What text comes out of the bytes that portals really serve."""

from __future__ import annotations

import codecs

import pytest

from crawler.charset import decode

ARTICLE = "<html><head><title>县人民政府关于春季防火的通知</title></head><body><p>各乡镇人民政府，县政府各部门：</p></body></html>"


def declared(name: str) -> str:
    return ARTICLE.replace("<head>", f'<head><meta http-equiv="Content-Type" content="text/html; charset={name}">')


CASES = [
    # name, body, Content-Type header, charset used
    ("utf-8 undeclared", ARTICLE.encode(), "text/html", "utf-8"),
    ("utf-8 with a BOM and a lying header", codecs.BOM_UTF8 + ARTICLE.encode(), "text/html; charset=gbk", "utf-8"),
    ("gbk by header", ARTICLE.encode("gbk"), "text/html; charset=GBK", "gb18030"),
    ("gb2312 by meta", declared("gb2312").encode("gbk"), "text/html", "gb18030"),
    ("gbk undeclared", ARTICLE.encode("gbk"), "text/html", "gb18030"),
    ("gbk declared utf-8 by the header", ARTICLE.encode("gbk"), "text/html;charset=utf-8", "gb18030"),
    ("gbk declared utf-8 by meta", declared("utf-8").encode("gbk"), "", "gb18030"),
    ("utf-8 declared gb2312 by meta", declared("gb2312").encode(), "text/html", "utf-8"),
    ("utf-8 declared gbk by the header", ARTICLE.encode(), "text/html; charset=gbk", "utf-8"),
    ("gbk with a server default of latin1", declared("gbk").encode("gbk"), "text/html;charset=ISO-8859-1", "gb18030"),
    ("utf-16 with BOM", ARTICLE.encode("utf-16"), "text/html", "utf-16-le"),
    ("utf-16 little endian without BOM", ARTICLE.encode("utf-16-le"), "text/html", "utf-16-le"),
    ("utf-16 big endian without BOM", ARTICLE.encode("utf-16-be"), "text/html; charset=utf-8", "utf-16-be"),
    ("utf-8 whose meta says utf-16", declared("utf-16").encode(), "text/html", "utf-8"),
    (
        "big5 by meta",
        declared("big5").translate(str.maketrans("县关于发乡镇门", "縣關於發鄉鎮門")).encode("big5", "ignore"),
        "",
        "big5hkscs",
    ),
    ("an unknown charset name", declared("x-gov-cn").encode(), "text/html; charset=none", "utf-8"),
    ("a charset name that is a codec but no charset", ARTICLE.encode(), "text/html; charset=base64", "utf-8"),
]


@pytest.mark.parametrize(("body", "header", "charset"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_text_a_reader_sees_comes_out_whatever_is_declared(body: bytes, header: str, charset: str) -> None:
    text, used, _ = decode(body, header)
    assert used == charset
    assert "\ufffd" not in text
    assert "政府" in text


def test_four_byte_gb18030_characters_of_a_page_that_says_gb2312_survive() -> None:
    body = declared("gb2312").replace("防火", "㐀𠀀").encode("gb18030")
    assert "㐀𠀀" in decode(body).text


def test_utf8_cut_inside_a_character_stays_utf8() -> None:
    text, used, _ = decode(ARTICLE.encode()[: ARTICLE.encode().index("各乡".encode()) + 5])
    assert used == "utf-8"
    assert text.endswith(("各", "\ufffd"))


def test_utf8_with_a_few_broken_characters_stays_utf8_though_gbk_could_read_it_too() -> None:
    body = ARTICLE.encode().replace("乡".encode(), "乡".encode()[:2])
    text, used, _ = decode(body, "text/html; charset=gbk")
    assert used == "utf-8"
    assert "春季防火" in text


def test_two_gbk_characters_that_happen_to_be_valid_utf8_follow_the_declaration() -> None:
    body = b"<p>\xc3\xab</p>"  # 毛 in GBK, e with diaeresis in UTF-8
    assert decode(body, "text/html; charset=gbk").text == "<p>毛</p>"
    assert decode(body, "").text == "<p>ë</p>"


def test_nul_characters_are_removed_and_break_nothing() -> None:
    text, used, _ = decode(b"\0" + ARTICLE.encode().replace("通知".encode(), b"\xe9\x80\x9a\0\xe7\x9f\xa5"), "text/html; charset=utf-8")
    assert used == "utf-8"
    assert "\0" not in text
    assert "通知" in text


@pytest.mark.parametrize("body", [b"", b"\0", b"\xff", b"\xff\xfe", b"\x81" * 3000, bytes(range(256)) * 20])
def test_no_bytes_make_it_raise(body: bytes) -> None:
    assert isinstance(decode(body, "text/html; charset=\0\0").text, str)


def test_the_declaration_is_reported_as_it_was_even_when_it_was_wrong() -> None:
    assert decode(ARTICLE.encode(), "text/html; charset=gbk")[1:] == ("utf-8", "gb18030")
