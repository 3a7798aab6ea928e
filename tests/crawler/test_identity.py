"""The footer's facts as a visitor reads them."""

from __future__ import annotations

from datetime import date

import pytest

from crawler.document import Document
from crawler.identity import FooterIdentity

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
    ],
)
def test_each_fact_has_its_forms_and_its_twins(html: str, field: str, value: object) -> None:
    assert getattr(identity(html), field) == value


def test_a_page_that_says_nothing_gives_nothing() -> None:
    assert identity("<p>正文</p>") == NONE
