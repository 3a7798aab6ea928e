"""The footer's facts as a visitor reads them."""

from __future__ import annotations

import re
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.document import Document
from crawler.identity import FACTS, FooterIdentity

NONE = FooterIdentity((), (), (), "", False, False)


def identity(html: str) -> FooterIdentity:
    return Document(html, "http://www.a.gov.cn/", as_of=date(2026, 8, 20)).identity


def test_a_whole_footer_is_read() -> None:
    found = identity(
        "<div class=footer><p>主办单位：青禾县人民政府办公室 承办单位：青禾县大数据中心</p><p>联系电话：0999-1234567</p>"
        "<p>网站标识码：62<b>0000</b>0001 <a href='https://beian.miit.gov.cn/'>陇ICP备12345678号-1</a></p>"
        "<p>甘公网安备 62000002000101号</p><span id=_ideConac></span></div>"
    )
    assert found == FooterIdentity(
        ("6200000001",), ("陇ICP备12345678号-1",), ("甘公网安备62000002000101号",), "青禾县人民政府办公室", True, True
    )


@pytest.mark.parametrize(
    ("html", "field", "value"),
    [
        ("<p>网站标识码bm35000001</p>", "site_codes", ("bm35000001",)),
        ("<p>标识码：310000000044</p>", "site_codes", ()),  # twelve digits are no code
        ("<!-- 网站标识码：6200000001 -->", "site_codes", ()),
        ("<p style='display:none'>网站标识码：6200000001</p>", "site_codes", ()),
        ("<p>蜀ICP备：19007388号</p>", "icp", ("蜀ICP备：19007388号",)),
        ("<p>粤公网安备号44030402003007</p>", "police", ("粤公网安备号44030402003007",)),
        ("<p>青禾县人民政府办公室主办</p>", "owner", "青禾县人民政府办公室"),
        ("<p>本站由青禾县农业农村局主办 版权所有</p>", "owner", "青禾县农业农村局"),
        ("<p>活动由县委网信办、县教育局主办，县融媒体中心承办。</p>", "owner", ""),  # an article's sentence names no owner of the site
        ("<p>会议主办单位为县文旅局。</p>", "owner", ""),
        ("<table><tr><td>标识码：</td><td>62</td><td>0000</td><td>0001</td></tr></table>", "site_codes", ("6200000001",)),
        ("<p>网站标识码：６２００００００１１</p>", "site_codes", ("6200000011",)),  # full-width digits
        ("<p>网站标识码：6200000001 12345热线</p>", "site_codes", ("6200000001",)),
        (
            "<span>标识码：6200000001</span><span>0999-5550101</span>",
            "site_codes",
            ("6200000001",),
        ),  # elements without a blank between them
        ("<p>标识码：310000000044</p>", "malformed", ("310000000044",)),
        ("<p>标识码：bm3500001</p>", "malformed", ("bm3500001",)),
        ("<p>标识码：620000001</p>", "malformed", ("620000001",)),
        ("<p>网站标识码：见公告</p>", "malformed", ()),
        ("<p>京icp备05070218号</p>", "icp", ("京icp备05070218号",)),
        ("<p>甘公网安备<b>620000</b>02000101号</p>", "police", ("甘公网安备62000002000101号",)),
        ("<p>主办：青禾县农业农村局</p>", "owner", "青禾县农业农村局"),
        ('<script src="//dcs.conac.cn/js/33/000/1.js"></script>', "conac", True),
        ("<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E\"));</script>", "conac", True),
        ("<script><!--\ndocument.write('<span id=_ideConac></span>');\n//--></script>", "conac", True),  # hidden from old browsers only
        ('<!-- <img src="//dcs.conac.cn/image/red.png"> --><p>conac.cn</p>', "conac", True),
        ('<!-- <img src="//dcs.conac.cn/image/red.png"> -->', "conac", False),
        ("<script>\n//document.write('<span id=_ideConac></span>');\n</script>", "conac", False),
    ],
)
def test_each_fact_has_its_forms_and_its_twins(html: str, field: str, value: object) -> None:
    assert getattr(identity(html), field) == value


def test_a_page_that_says_nothing_gives_nothing() -> None:
    assert identity("<p>正文</p>") == NONE


@pytest.mark.parametrize(
    ("html", "fact"),
    [
        ('<p>底部</p><img src="/i/red.png">', "conac"),  # the badge's picture kept on the site itself
        ('<img src="/i/1.png" alt="党政机关网站标识">', "conac"),
        ('<div class="dzjg j-gov" data-setting="{}"></div>', "conac"),  # a plug-in that draws the badge
        ('<img src="/i/foot.png" alt="网站标识码：6200000001">', "site-code"),
        ("<p>政府网站编码：6200000001</p>", "site-code"),
        ('<a href="https://beian.miit.gov.cn/"><img src="/i/icp.png"></a>', "icp"),
        ('<IMG SRC="/i/foot.png" ALT="陇ICP备20260001号">', "icp"),
        ("<p>备案编号：陇20260001号</p>", "icp"),
        ('<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=62000002000101"><img src="/i/g.png"></a>', "police"),
        ('<a href="https://beian.mps.gov.cn/#/query/webSearch?code=62000002000101">备案</a>', "police"),
        ('<img src="/i/g.png" alt="甘公网安备62000002000101号">', "police"),
        ("<p>版权所有：青禾县人民政府</p>", "owner"),
        ("<p>主管单位：青禾县人民政府</p>", "owner"),
        ("<p>版 权 所 有 青禾县人民政府</p>", "owner"),
        ("<p>Copyright © 2026 青禾县人民政府</p>", "owner"),
        ('<a href="/gywm.html"><img src="/i/a.png" alt="联系我们"></a>', "contact"),
        ("<p>电 话：0999-5550101</p>", "contact"),
        ("<p>政务服务热线：12345</p>", "contact"),
        ("<p>0999—5550101</p>", "contact"),
        ("<p>xx@qinghe.gov.cn</p>", "contact"),
    ],
)
def test_another_form_of_a_fact_is_seen_without_a_value(html: str, fact: str) -> None:
    found = identity(html)
    assert found.shows(fact)
    assert fact in found.otherwise
    assert found.text(fact) == ""


@pytest.mark.parametrize(
    ("html", "fact"),
    [
        ("<p>承办单位：青禾县大数据中心</p>", "owner"),  # who runs it is not who owns it
        ("<p>技术支持：某某公司</p>", "owner"),
        ("<p>关于ICP备案的说明</p>", "icp"),
        ("<p>公安机关提醒您</p>", "police"),
        ("<p>标识码：</p>", "site-code"),
        ("<p style='display:none'>甘公网安备62000002000101号</p>", "police"),
        ("<!-- <a href='https://beian.miit.gov.cn/'>陇ICP备20260001号</a> -->", "icp"),
        ("<script>var foot = '主办单位：青禾县人民政府';</script>", "owner"),
    ],
)
def test_words_about_a_fact_are_not_the_fact(html: str, fact: str) -> None:
    assert not identity(html).shows(fact)


def test_a_footer_that_is_a_frame_of_the_page_is_the_pages_own() -> None:
    day = date(2026, 8, 20)
    foot = Document("<p>主办单位：青禾县人民政府</p><img alt='陇ICP备20260001号' src=1.png>", "http://www.a.gov.cn/f.html", as_of=day)
    page = Document("<p>正文</p>", "http://www.a.gov.cn/", as_of=day, fragments=(foot,))
    assert page.identity.owner == "青禾县人民政府"
    assert page.identity.shows("icp")


@pytest.mark.parametrize(
    "html",
    [
        "标识码：12345678901234 " * 20000,
        "<!-- conac.cn -->" * 20000,
        "<!-- " + "conac.cn " * 30000,
        "<script>\n" + "//conac.cn\n" * 30000 + "</script>",
        '<img alt="' * 30000,
        "主 " * 50000,
        "ICP " * 50000,
    ],
    ids=["codes", "comments", "open comment", "lines", "alts", "owner", "icp"],
)
def test_a_page_of_nothing_but_one_word_is_done_in_a_moment(html: str) -> None:
    page = Document(f"<body>{html}</body>", "http://www.a.gov.cn/", as_of=date(2026, 8, 20))
    assert page.text is not None and page.links is not None
    began = time.process_time()
    assert page.identity is not None
    assert time.process_time() - began < 1


_PIECES = st.sampled_from(
    [
        "标识码",
        "：",
        "62",
        "0000",
        "0001",
        "bm",
        "ICP备",
        "陇",
        "公网安备",
        "主办",
        "单位",
        "<b>",
        "</b>",
        "<!--",
        "-->",
        " ",
        "\n",
        "<img alt='",
        "'>",
        "conac.cn",
        "０",
    ]
)


@settings(deadline=None)
@given(st.lists(_PIECES, max_size=40).map("".join))
def test_any_markup_is_read_without_a_fault_and_codes_have_their_form(html: str) -> None:
    found = identity(html)
    assert all(re.fullmatch(r"bm\d{8}|\d{10}", code) for code in found.site_codes)
    assert not set(found.site_codes) & set(found.malformed)
    assert set(found.otherwise) <= set(FACTS)


@settings(deadline=None)
@given(st.integers(10**9, 10**10 - 1), st.lists(st.integers(1, 9), max_size=4))
def test_digits_split_by_tags_are_one_code(code: int, cuts: list[int]) -> None:
    text = str(code)
    for cut in sorted(set(cuts), reverse=True):
        text = f"{text[:cut]}</b><b>{text[cut:]}"
    assert identity(f"<p>网站标识码：<b>{text}</b></p>").site_codes == (str(code),)
