"""Addresses a user types, and what belongs to a site."""

from __future__ import annotations

import pytest

from crawler.links import absolute, page_key, section_of
from crawler.site import InvalidAddress, Site, home_url


@pytest.mark.parametrize(
    ("typed", "url", "has_scheme"),
    [
        ("https://www.example.gov.cn/", "https://www.example.gov.cn/", True),
        ("www.example.gov.cn", "https://www.example.gov.cn/", False),
        (" HTTP://WWW.Example.GOV.cn/index.html#top ", "http://www.example.gov.cn/index.html", True),
        ("http://测试.政务/", "http://xn--0zwm56d.xn--zfr164b/", True),
        ("http://[::1]:8080/", "http://[::1]:8080/", True),
        ("localhost:8000", "https://localhost:8000/", False),
    ],
)
def test_a_typed_address_becomes_a_home_page(typed: str, url: str, has_scheme: bool) -> None:
    assert home_url(typed) == (url, has_scheme)


@pytest.mark.parametrize(
    "typed",
    ["", "gov", "ftp://a.gov.cn/", "http://", "http://a b.cn/", "http://a.cn:99999/", "http://..cn/", "http://[::1", "javascript:1"],
)
def test_what_is_no_address_is_refused_in_one_chinese_line(typed: str) -> None:
    with pytest.raises(InvalidAddress) as refusal:
        home_url(typed)
    assert "\n" not in str(refusal.value) and "不" in str(refusal.value)


def test_scope_is_the_host_with_and_without_www_and_its_aliases() -> None:
    site = Site("http://www.example.gov.cn/", aliases=("测试.政务",))
    for inside in (
        "http://example.gov.cn/a",
        "https://www.example.gov.cn:8443/",
        "http://测试.政务/b",
        "http://www.xn--0zwm56d.xn--zfr164b/",
    ):
        assert site.owns(inside), inside
    for outside in (
        "http://rsj.example.gov.cn/",
        "http://wwwexample.gov.cn/",
        "http://example.gov.cn.evil.cn/",
        "mailto:a@example.gov.cn",
        "http://[bad/",
    ):
        assert not site.owns(outside), outside


def test_the_key_is_the_code_when_known_else_the_bare_host() -> None:
    assert Site("http://www.example.gov.cn/").key == "example.gov.cn"
    assert Site("http://www.example.gov.cn/", code="6200000001").key == "6200000001"


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("../a/./b.html#x", "http://h.gov.cn/a/b.html"),
        ("//H.GOV.CN:80/x", "http://h.gov.cn/x"),
        ("mailto:x@y.cn", ""),
        ("javascript:void(0)", ""),
        ("#top", ""),
        ("http://[bad", ""),
        ("a\\b.html", "http://h.gov.cn/c/a/b.html"),
        ("?id=1&PHPSESSID=9", "http://h.gov.cn/c/d.html?id=1"),
        ("http:///www.other.gov.cn/x", "http://www.other.gov.cn/x"),
        ("///www.other.gov.cn/x", "http://www.other.gov.cn/x"),
        ("/a///b.html", "http://h.gov.cn/a///b.html"),
    ],
)
def test_an_address_has_one_form(reference: str, url: str) -> None:
    assert absolute("http://h.gov.cn/c/d.html", reference) == url


def test_a_page_key_has_no_scheme_host_or_index_name() -> None:
    assert page_key("https://www.a.gov.cn/x/index.html") == page_key("http://a.gov.cn/x/") == "/x/"
    assert page_key("http://a.gov.cn/l.jsp?b=2&a=1") == "/l.jsp?a=1&b=2"


def test_a_section_is_the_first_folder() -> None:
    assert [section_of(f"http://a.cn{path}") for path in ("/", "/a.html", "/x/", "/x/y/z.html")] == ["/", "/", "/x/", "/x/"]
