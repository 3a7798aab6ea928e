"""Every quick path says what the slow one says: the one walk, the days of a text, the labels before them, the entry's pre-test."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.entry_markup import _SELECTOR, _place, _plain_base, _worth_reading
from crawler.byline import _LABELLED, Byline
from crawler.daytext import FULL_DAY, full_days
from crawler.document import Document, Element
from crawler.places import Places
from crawler.reading import visible_text
from crawler.visibility import visible

AS_OF = date(2026, 8, 20)

_ATTRIBUTES = st.sampled_from(
    [
        "",
        "",
        "",
        " class=nav",
        ' class="footer"',
        " id=position",
        " hidden",
        " style='display:none'",
        " style='visibility : HIDDEN'",
        ' style="color:red"',
        " data-mj-hidden",
        " class='side top'",
        " href=/a/1.html",
        " href='//zfwzgl.www.gov.cn/exposure/jiucuo.html?site_code=1234567890'",
        " href='/go?u=https%3A%2F%2Fzfwzgl.www.gov.cn%2Fexposure%2Fjiucuo.html'",
        " onclick=\"Link('6200000001')\"",
        " onclick=window.open('http:\\/\\/121.43.68.40/exposure/jiucuo.html')",
        " class=j-jiucuo data-setting='{sitecode:6200000001}'",
        " src=https://zfwzgl.www.gov.cn/exposure/jiucuo.html",
        " href='//ZFWZGL.www.gov.cn/a'",
        " href='//zfw\nzgl.www.gov.cn/a'",
        " href='//ｚｆｗｚｇｌ.www.gov.cn/a'",
    ]
)
_TAGS = st.sampled_from(
    [
        "div",
        "p",
        "a",
        "a",
        "span",
        "li",
        "ul",
        "td",
        "tr",
        "table",
        "h1",
        "b",
        "em",
        "script",
        "style",
        "noscript",
        "textarea",
        "select",
        "svg",
        "footer",
        "nav",
        "time",
        "iframe",
        "img",
    ]
)
_WORDS = st.sampled_from(
    [
        "关于印发方案的通知",
        " ",
        "\n  ",
        "\u3000",
        "\u2009",
        "发布时间：",
        "时 间:",
        "[更新",
        "日期]",
        "2024-05-11",
        "（2024年5月1日）",
        "05-11",
        "12020-1-1",
        "2024.5.112",
        "来源：县政府办",
        "<!-- 2024-05-11 -->",
        "发布 ",
        "：",
        "2024—05—11",
        "日",
    ]
)


@st.composite
def _pages(draw: st.DrawFn) -> str:
    pieces: list[str] = []
    open_tags: list[str] = []
    for _ in range(draw(st.integers(1, 40))):
        step = draw(st.integers(0, 5))
        if step <= 1:
            tag = draw(_TAGS)
            pieces.append(f"<{tag}{draw(_ATTRIBUTES)}>")
            open_tags.append(tag)
        elif step == 2 and open_tags:
            pieces.append(f"</{open_tags.pop()}>")
        else:
            pieces.append(draw(_WORDS))
    return "".join(pieces)


def _document(html: str) -> Document:
    return Document(html, "http://www.shili.gov.cn/zwgk/", as_of=AS_OF)


@settings(max_examples=150, deadline=None)
@given(_pages())
def test_one_walk_tells_the_text_and_the_places_that_separate_walks_tell(html: str) -> None:
    document = _document(html)
    assert document.text == visible_text(document.tree.body)
    slow = Places()
    for node in document.tree.css("body, body *"):
        assert document.places.of(node) == slow.of(node)
        assert slow.of(node)[1] == (not visible(node))


@settings(max_examples=150, deadline=None)
@given(_pages())
def test_days_and_their_labels_are_found_where_a_whole_search_finds_them(html: str) -> None:
    document = _document(html)
    text = document.flow.text
    assert [day.span() for day in full_days(text)] == [day.span() for day in FULL_DAY.finditer(text)]
    quick = list(Byline(document, document)._with_labels())
    assert [match.span() for match in quick] == [match.span() for match in _LABELLED.finditer(text)]
    assert [match.groupdict() for match in quick] == [match.groupdict() for match in _LABELLED.finditer(text)]
    for run in document.flow.runs:
        assert document.flow.runs[document.flow.index_at(run.offset)] is run


@settings(max_examples=150, deadline=None)
@given(_pages())
def test_no_element_that_tells_of_an_entry_is_passed_over(html: str) -> None:
    document = _document(html)
    assert _plain_base(document.base)
    for node in document.tree.css(_SELECTOR):
        if node.tag != "script" and not _worth_reading(node.attributes):
            assert _place(Element(node, document.base)) is None
