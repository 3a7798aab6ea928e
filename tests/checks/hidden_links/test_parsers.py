"""The parsers of the check take any text, in time that grows with its size, and see through a disguise."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.hidden_links_hosts import host_in, unrelated, unrelated_hosts
from checks.hidden_links_reading import observe, observe_suspect
from checks.hidden_links_scripts import decoded
from checks.hidden_links_styles import concealment, declarations, hiding_rules, pixels
from checks.hidden_links_words import normal, phrase_index, suspicious, title_words, words_of
from crawler.document import Document

AS_OF = date(2026, 8, 25)
HOME = "www.lantian.gov.cn"
PHRASE = "澳门新葡京"
JUNK = st.text(alphabet="\u200b\u200c\u200d\ufeff\u00ad \u3000", max_size=4)


def document(html: str) -> Document:
    return Document(html, f"https://{HOME}/", as_of=AS_OF)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert isinstance(words_of(text).all, tuple)
    assert isinstance(title_words(text).all, tuple)
    assert suspicious(text) in (True, False)
    assert isinstance(decoded(text), str)
    assert isinstance(concealment(text), str)
    assert isinstance(declarations(text), dict)
    assert isinstance(hiding_rules(text), tuple)
    assert pixels(text) is None or isinstance(pixels(text), float)
    assert isinstance(host_in(text), str)
    assert isinstance(unrelated(text, HOME), bool)
    assert isinstance(unrelated_hosts(text, HOME), frozenset)


@settings(deadline=None)
@given(st.text(alphabet="<>/!-'\"=() ascriptdvhef:;.{}%\\u0x1, 博彩", max_size=300))
def test_any_markup_is_observed(html: str) -> None:
    observe(document(f"<body>{html}<a href=//x.bad-one.com>a</a>"))
    observe_suspect(document(f"<script>eval({html}"))


@settings(deadline=None)
@given(st.lists(JUNK, min_size=len(PHRASE), max_size=len(PHRASE)))
def test_a_phrase_is_found_whatever_invisible_stands_between(between: list[str]) -> None:
    dressed = "".join(character + junk for character, junk in zip(PHRASE, between, strict=True))
    assert any(PHRASE in word for word in words_of(f"{dressed}官网").sure)
    assert suspicious(dressed)


@settings(deadline=None)
@given(st.sampled_from(["\\u{:04x}", "%u{:04X}", "&#{};", "fromCharCode({})"]))
def test_an_escaped_phrase_is_decoded(form: str) -> None:
    coded = (
        f"String.fromCharCode({','.join(str(ord(c)) for c in PHRASE)})"
        if form.startswith("from")
        else "".join(form.format(ord(c)) for c in PHRASE)
    )
    assert PHRASE in decoded(coded)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing_that_is_looked_for(text: str) -> None:
    assert words_of(text) == words_of(normal(text)) or len(normal(text)) != len(text)


def test_a_phrase_of_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="two characters"):
        phrase_index(["赌+场"])


@pytest.mark.parametrize(
    "hostile",
    [
        "/*" * 50_000,
        "{" * 100_000,
        ".a{display:none}" * 6_000,
    ],
)
def test_a_hostile_style_sheet_costs_linear_time(hostile: str) -> None:
    begun = time.process_time()
    hiding_rules(hostile)
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "hostile",
    [
        "write" + " " * 100_000,
        "location" * 20_000,
        "fromCharCode(" * 10_000,
        "document.write('<div style=" * 5_000,
        "\\u" * 50_000,
        "'+'" * 50_000,
        "getElementById('" * 10_000,
        "unescape(" + "%" * 100_000,
        "atob('" + "A" * 100_000,
        "href //x.bad-one.com write( <a " * 3_000,
    ],
)
def test_a_hostile_script_costs_linear_time(hostile: str) -> None:
    page = document(f"<body><a href=http://x.bad-one.com/>a</a><script>{hostile}</script>")
    begun = time.process_time()
    observe(page)
    observe_suspect(page)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    "hostile",
    [
        "".join(f"<a href=http://h{n}.bad{n}.com/>赌</a>" for n in range(20_000)),
        "<!--" * 50_000 + "//x.bad-one.com",
        "<div style='display:none'>" * 400 + "<a href=//x.bad-one.com>a</a>" * 5_000,
        "//a.b" * 100_000,
    ],
)
def test_a_hostile_page_costs_bounded_time(hostile: str) -> None:
    page = document(f"<body>{hostile}")
    _ = page.links
    begun = time.process_time()
    observe(page)
    assert time.process_time() - begun < 8


def test_an_ordinary_page_costs_little() -> None:
    """The promise is a tenth of a millisecond; the limit leaves room for a slow machine."""
    items = "".join(f"<li><a href='/tzgg/{n}.html'>关于开展第{n}次安全生产检查的通知</a></li>" for n in range(50))
    menu = "<ul style='display:none'><li><a href='https://www.miit.gov.cn/'>工业和信息化部</a></li></ul>"
    page = document(
        f"<html><head><title>通知公告</title></head><body>{menu}<ul>{items}</ul>{'<p>会议指出，要提高认识。</p>' * 900}</body></html>"
    )
    _ = page.links, page.meta, page.title, page.scripts
    observe(page)
    begun = time.process_time()
    for _ in range(200):
        assert observe(page) is None
    assert (time.process_time() - begun) / 200 < 0.0005
