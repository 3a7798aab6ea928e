"""What `Document` reads from markup, each with its harmless twin."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.document import Document, Pager

AS_OF = date(2026, 8, 20)
URL = "http://www.example.gov.cn/zwgk/tzgg/index.html"


def document(html: str, **more: object) -> Document:
    return Document(html, URL, as_of=AS_OF, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>网站标识码：62<b>0000</b>0001</p>", "网站标识码：6200000001"),  # digits split by tags are one number
        ("<p>一</p><p>二</p>", "一\n二"),
        ("<p>可见<span style='display: none'>不可见</span></p>", "可见"),
        ("<p hidden>不可见</p><p>可见</p>", "可见"),
        ("<!-- 注释 --><p>正文</p><script>var a='脚本'</script><style>b{}</style>", "正文"),
        ("<p>a&nbsp;&nbsp; b</p>", "a b"),
    ],
)
def test_the_text_is_what_a_visitor_reads(html: str, text: str) -> None:
    assert document(html).text == text


@pytest.mark.parametrize(
    ("html", "place"),
    [
        ("<nav><a href=/a/>要闻</a></nav>", "nav"),
        ("<div class='main-menu'><a href=/a/>要闻</a></div>", "nav"),
        ("<div class=footer><ul class=nav><a href=/a/>要闻</a></ul></div>", "footer"),
        ("<div class='content border-bottom2'><a href=/a/>要闻</a></div>", "main"),
        ("<div class='content'><a href=/a/>要闻</a></div>", "main"),
        ("<div class='crumbs'><a href=/a/>要闻</a></div>", "breadcrumb"),
    ],
)
def test_a_link_knows_its_place(html: str, place: str) -> None:
    assert [link.place for link in document(html).links] == [place]


def test_hidden_links_are_no_links_but_drop_down_menus_are() -> None:
    page = document("<div style='display:none'><a href=/a/>暗</a></div><ul class=nav><li style='display:none'><a href=/b/>下拉</a></ul>")
    assert [link.text for link in page.links] == ["下拉"]


def test_a_link_without_text_takes_its_title_or_the_picture_alt() -> None:
    page = document("<a href=/a/ title=标题></a><a href=/b/><img alt=图></a>")
    assert [link.text for link in page.links] == ["标题", "图"]


def test_addresses_resolve_against_base_and_drop_session_ids() -> None:
    page = document("<base href='http://www.example.gov.cn/x/'><a href='a.jsp;jsessionid=1A?b=1'>一</a><a href='javascript:void(0)'>二</a>")
    assert [link.url for link in page.links] == ["http://www.example.gov.cn/x/a.jsp?b=1", ""]


def test_a_datastore_is_part_of_the_page_that_shows_it() -> None:
    page = document(
        "<div id=list><script type='text/xml'><datastore><recordset><record><![CDATA[<li><a href='/art/1.html'>公告</a><span>2026-08-01</span></li>]]>"
        "</record></recordset></datastore></script></div>"
    )
    assert [link.url for link in page.links] == ["http://www.example.gov.cn/art/1.html"]
    assert "2026-08-01" in page.text


def test_frames_of_the_same_host_belong_to_the_page_and_others_do_not() -> None:
    page = document(
        "<iframe src=list.html></iframe><iframe src='http://other.cn/x'></iframe><script>$('#f').load('/foot.html #x')</script>"
    )
    assert page.frames == ("http://www.example.gov.cn/zwgk/tzgg/list.html", "http://www.example.gov.cn/foot.html")


def test_the_script_pager_gives_the_next_page() -> None:
    assert document("<script>createPageHTML(25,0,'index','html')</script>").pager == Pager(
        25, 0, "http://www.example.gov.cn/zwgk/tzgg/index_1.html"
    )
    assert document("<script>createPageHTML(1,0,'index','html')</script>").pager == Pager(1, 0, "")
    assert document("<p>createPageHTML</p>").pager is None


def test_the_breadcrumb_is_read_by_its_words_too() -> None:
    page = document("<div class=x>您现在的位置：<a href=/>首页</a> &gt; <a href=/zwgk/>政务公开</a></div><a href=/z/>别的</a>")
    assert [link.text for link in page.breadcrumb] == ["首页", "政务公开"]


def test_pages_of_one_template_share_a_skeleton_whatever_their_content() -> None:
    frame = "<div id=head></div><div class=wrap><div class=art id=art_{n}>{body}</div></div><div class=footer></div>"
    first, second = (document(frame.format(n=n, body=body)) for n, body in ((1, "<p>短"), (99, "<p>长</p>" * 40 + "<img src=a>")))
    other = document("<div id=head></div><ul class=list></ul><div class=footer></div>")
    assert first.skeleton == second.skeleton != other.skeleton


@pytest.mark.parametrize(
    ("html", "built"),
    [
        ("<div id=app></div><script src=/app.js></script>", True),
        ("<div id=app></div>", False),  # no script: what is not there stays not there
        ("<p>短通知</p>", False),
        ("<script src=a.js></script>" + "<a href=/a/>链接</a>" * 9, False),
    ],
)
def test_a_page_that_scripts_fill_is_told_from_one_that_is_short(html: str, built: bool) -> None:
    assert document(html).script_built is built


@pytest.mark.parametrize(
    ("html", "lacks"),
    [
        ("<ul class=nav><li><a href=/a/>要闻</a></ul><ul id=list></ul><script src=list.js></script>", True),
        ("<ul class=nav><li><a href=/a/>要闻</a></ul><ul id=list></ul>", False),  # no script could fill it
        ("<ul class=nav><li><a href=/a/>要闻</a></ul><ul><li><a href=/a/1.html>公告</a></ul><script src=count.js></script>", False),
        ("<ul class=nav><li><a href=/a/>要闻</a></ul><p>" + "本县位于" * 200 + "</p><script src=count.js></script>", False),
    ],
)
def test_a_list_that_a_script_will_write_is_told_from_a_page_of_text(html: str, lacks: bool) -> None:
    assert document(html).lacks_content is lacks


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=400)
    | st.lists(
        st.sampled_from(["<div", ">", "<a href='", "\x00", "<!--", "-->", "<script>", "</", "位置", "'", "<![CDATA["]), max_size=60
    ).map("".join)
)
def test_no_markup_breaks_the_reader(html: str) -> None:
    page = document(html)
    assert isinstance(page.text, str)
    assert all(isinstance(link.url, str) for link in page.links)
    assert len(page.skeleton) == 12
    _ = (page.title, page.meta, page.breadcrumb, page.frames, page.pager, page.script_built, page.scripts)


def test_two_hundred_levels_of_nesting_are_read() -> None:
    page = document("<div>" * 3000 + "<a href=/a/>底</a>")
    assert page.text == "底"
    assert [link.url for link in page.links] == ["http://www.example.gov.cn/a/"]
    assert len(page.skeleton) == 12
