"""Publish dates in the markup of many content systems: what a reader sees, and the days that are none."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.dates import Dated
from crawler.document import Document

AS_OF = date(2024, 6, 30)
BODY = "<p>为深入贯彻落实有关会议精神，切实做好有关工作，现将有关事项通知如下，请各有关单位结合实际认真贯彻执行。</p>" * 6
TITLE = "关于做好2024年防汛抗旱工作的通知"
URL = "http://www.example.gov.cn/zwgk/tzgg/content_12345.html"


def article(line: str = "", *, head: str = "", body: str = BODY, before: str = "", after: str = "", url: str = URL) -> Document:
    """An article page: header, breadcrumb, title, the line under test, the text, a side list and a footer."""
    return Document(
        f"<html><head><title>{TITLE}_某县人民政府</title>{head}</head><body><div class=header>{before}</div>"
        f"<div class=crumbs>当前位置：<a href=/>首页</a> &gt; <a href=/zwgk/tzgg/>通知公告</a></div>"
        f"<div class=article><h1>{TITLE}</h1>{line}<div class=content>{body}</div></div>{after}"
        "<div class=footer><p>版权所有：某县人民政府 主办：某县人民政府办公室 电话：0432-64606800</p></div></body></html>",
        url,
        as_of=AS_OF,
    )


def day_of(document: Document) -> str:
    found = document.published
    return f"{found.day} {found.source}" if found else "none"


VISIBLE = {
    "label_iso": "<p>发布时间：2024-05-11</p>",
    "label_with_clock": "<p>发布时间：2024-05-11 09:30:15</p>",
    "label_date_word": "<div class=info>发布日期:2024-05-11</div>",
    "bare_date": "<span>日期：2024-05-11 10:10</span>",
    "bare_date_wide_space": "<span>日　期：2024-05-11</span>",
    "bare_time": "<span class=time>时间:2024-05-11</span>",
    "slashes": "<p>发布时间：2024/05/11</p>",
    "slashes_short": "<p>发布时间：2024/5/11 9:05</p>",
    "dots": "<p>发布时间：2024.05.11</p>",
    "hanzi": "<p>发布日期：2024年5月11日</p>",
    "hanzi_hours": "<p>发布日期：2024年05月11日 09时30分</p>",
    "hanzi_weekday": "<p>发布日期：2024年5月11日 星期六</p>",
    "brackets": "<p>[发布时间：2024-05-11]</p>",
    "lenticular": "<p>【发布时间：2024-05-11】 【字体：大 中 小】</p>",
    "updated_only": "<p>来源：县水务局 更新时间：2024-05-11 10:46</p>",
    "label_and_value_in_spans": "<p><span>发布时间：</span><span>2024-05-11</span></p>",
    "label_and_value_in_cells": "<table><tr><td>索引号</td><td>1234-2024-00012</td></tr><tr><td>发布日期</td><td>2024-05-11</td></tr></table>",
    "value_in_bold": "<span class=time>发布时间：<b>2024-05-11</b></span>",
    "parts_in_spans": "<p>发布时间：<span>2024</span>年<span>5</span>月<span>11</span>日</p>",
    "published_and_updated": "<p>更新时间：2024-06-01 发布时间：2024-05-11</p>",
    "published_on": "<p>某县水务局 发布于 2024-05-11 10:22</p>",
    "under_title": "<div class=pages-date>2024-05-11 14:32 <span>来源：新华社</span></div>",
    "under_title_alone": "<p class=time>2024-05-11</p>",
    "under_title_in_parentheses": "<small>( 2024-05-11)</small>",
    "under_title_hanzi_clock": "<ul class=attr><li>2024年05月11日 13时44分</li><li>来源: 县水务局</li></ul>",
    "source_before": "<div class=datetime>来源：县水务局 2024-05-11 08:13:00</div>",
    "source_line_with_reads": "<p class=source>来源：<a href=/swj/>县水务局</a> 2024-05-11 浏览次数：35次</p>",
    "date_in_custom_element": "<ucap-content><p>发布时间：2024-05-11</p></ucap-content>",
    "date_in_time_element": "<time datetime=2024-05-11T08:00>2024年5月11日</time>",
    "datetime_with_relative_words": '<time datetime="2024-05-11T08:00:00+08:00">1个月前</time>',
    "day_over_month": "<div class=date><b>11</b><span>2024年05月</span></div>",
    "day_over_year_month": "<div class=date><em>11</em><i>2024-05</i></div>",
    "month_day_over_year": "<div class=date><b>05-11</b><span>2024</span></div>",
    "vsb_form": '<div class="art-tit"><p><span>作者：办公室</span><span>时间：2024-05-11</span><span>点击数：12</span></p></div>',
    "jcms_table": "<table class=bt><tr><td>发布日期：2024-05-11</td><td>来源：办公室</td><td>浏览次数：</td><td>字体：[ 大 中 小 ]</td></tr></table>",
    "trs_line": "<div class=xl-bar><span>日期：</span><span>2024-05-11</span><span>来源：县水务局</span></div>",
    "kaipuyun_line": "<div class=detail-info><span>信息来源：本网</span><span>发布日期：2024-05-11 16:20</span></div>",
    "two_devices": "<p class=pc>发布时间：2024-05-11</p><p class=wap>发布时间：2024-05-11</p>",
    "issue_and_publish_days": "<p>成文日期：2024-04-30</p><p>发布日期：2024-05-11</p>",
    "unit_before_without_a_label": "<p>某县水务局 2024-05-11 09:30</p>",
    "unit_after_without_a_label": "<p>2024-05-11 00:00 某县水务局</p>",
    "sent_out_with_a_clock": "<p>发文时间：2024-05-11 09:30</p>",
    "sent_out_beside_source": "<p>发文日期：2024-05-11 来源：县水务局</p>",
    "published_on_without_colon": "<p>发布于2024年5月11日</p>",
    "values_after_bracketed_labels": "<ul><li><span>[成文日期]</span> 2024-04-30</li><li><span>[发布日期]</span> 2024-05-11</li></ul>",
    "time_of_the_information": "<p>【信息时间：2024/5/11&nbsp;&nbsp;阅读次数：<span id=n></span>】【<a href=#>我要打印</a>】</p>",
    "day_of_the_notice": "<p>公告日期：2024-05-11</p>",
    "time_of_joining": "<p>加入时间：2024-5-11 11:31:22&nbsp; 来源: &nbsp;访问量: 120</p>",
    "letters_without_address": "<div class=meta><a class=post-date>2024年05月11日</a><i class=i></i>县政府办 <i class=eye></i>1665</div>",
    "after_an_account_s_name": "<div><span>原创</span><a href='javascript:void(0)'>某县发布</a><em>2024-05-11 10:00</em><em>某省</em></div>",
    "signed_form_in_the_byline": "<p>来源：县水务局 2024年5月11日 【打印】</p>",
    "made_and_publish_days": "<td>生成日期：2024-04-30</td><p>发布日期：2024-05-11</p>",
}


@pytest.mark.parametrize("line", VISIBLE.values(), ids=VISIBLE.keys())
def test_the_day_a_reader_sees_is_read(line: str) -> None:
    assert day_of(article(line)) == "2024-05-11 visible"


def test_a_day_over_the_title_counts() -> None:
    document = Document(
        f"<title>{TITLE}_某县人民政府</title><body><div class=a><div class=rq>2024-05-11</div><h1>{TITLE}</h1>{BODY}</div></body>",
        URL,
        as_of=AS_OF,
    )
    assert day_of(document) == "2024-05-11 visible"


def test_a_head_named_header_holds_the_day_of_a_long_title() -> None:
    document = Document(
        f"<title>{TITLE}_某县人民政府</title><body><div class='detail-head'><h1>{TITLE}</h1><p>2024-05-11</p></div>{BODY}</body>",
        URL,
        as_of=AS_OF,
    )
    assert day_of(document) == "2024-05-11 visible"


def test_a_line_at_the_foot_of_the_text_counts_too() -> None:
    document = article(body=BODY + "<p>某县水务局</p><p>2024年4月30日</p><div class=sx>发布日期：2024-05-11 来源：县水务局</div>")
    assert day_of(document) == "2024-05-11 visible"


NOT_PUBLISH_DAYS = {
    "deadline_in_text": f"{BODY}<p>请于2024-06-15前报送。报名时间：2024年6月1日至6月10日。</p>",
    "meeting_time_in_text": f"<p>一、时间：2024年5月20日上午9:00</p>{BODY}",
    "activity_range": f"{BODY}<p>活动时间：2024-05-01至2024-05-07</p>",
    "signature": f"{BODY}<p>某县水务局</p><p>2024年5月8日</p>",
    "signature_over_tools": f"{BODY}<p>某县水务局</p><p>2024年5月8日</p><p>（此件公开发布）</p><div>打印 关闭 分享到</div>",
    "signature_in_digits": f"{BODY}<p>某县水务局</p><p>2024-05-08</p><p>打印 关闭</p>",
    "column_of_a_table": f"<table><tr><td>项目名称</td><td>批复时间</td></tr><tr><td>某工程</td><td>2024-05-01</td></tr></table>{BODY}",
    "signature_of_a_short_paper": "<p>王某同志任县水务局局长。</p><p>某县人民政府</p><p>2024年5月8日</p><div>【打印】【关闭】</div>",
    "signature_over_the_source": f"{BODY}<p>某县水务局</p><p>2024年5月8日</p><p>信息来源：县水务局</p>",
    "issue_day": f"<p>成文日期：2024-05-08</p>{BODY}",
    "decision_day": f"<table><tr><td>作出处罚决定的日期</td><td>2024年5月8日</td></tr></table>{BODY}",
    "future_day": f"<p>发布时间：2024-07-02</p>{BODY}",
    "impossible_day": f"<p>发布时间：2024-02-31</p>{BODY}",
    "before_the_web": f"<p>发布时间：1949-10-01</p>{BODY}",
    "empty_label": f"<p>发布时间：</p><p>索引号：2024-000123</p>{BODY}",
    "letter_times": f"<p>留言时间：2024-05-01</p><p>答复时间：2024-05-08</p>{BODY}",
    "commented_out": f"<!-- <p>发布时间：2024-05-08</p> -->{BODY}",
    "hidden_by_style": f"<p style='display: none'>发布时间：2024-05-08</p>{BODY}",
    "in_a_script": f"<script>var s='发布时间：2024-05-08';</script>{BODY}",
}


def test_a_day_in_the_title_is_not_the_publish_date() -> None:
    heading = "某县空气质量状况通报（2024年5月1日）"
    document = Document(
        f"<title>{heading}</title><body><div class=a><h1>{heading}</h1><p>来源：生态环境局 浏览次数：3</p>{BODY}</div></body>",
        URL,
        as_of=AS_OF,
    )
    assert day_of(document) == "none"


def test_the_days_of_a_quoted_paper_don_t_displace_the_line_under_the_title() -> None:
    quoted = f"{BODY}{BODY}<p>【发布单位】某部</p><p>【发布日期】1998-04-01</p>{BODY}"
    assert day_of(article("<p>2024-05-11 来源：县水务局</p>", body=quoted)) == "2024-05-11 visible"


@pytest.mark.parametrize("body", NOT_PUBLISH_DAYS.values(), ids=NOT_PUBLISH_DAYS.keys())
def test_other_days_of_the_text_are_no_publish_date(body: str) -> None:
    assert day_of(article(body=body)) == "none"


@pytest.mark.parametrize("body", NOT_PUBLISH_DAYS.values(), ids=NOT_PUBLISH_DAYS.keys())
def test_other_days_of_the_text_don_t_displace_the_line_under_the_title(body: str) -> None:
    assert day_of(article("<p>2024-05-11 来源：县水务局</p>", body=body)) == "2024-05-11 visible"


AROUND = {
    "header_clock": {"before": "<span>今天是2024年2月22日 星期四</span>"},
    "header_clock_without_words": {"before": "<span class=fl>2018年11月06日 星期二</span>"},
    "footer_day": {"after": "<div class=footer>最后更新：2024-06-20</div>"},
    "side_list": {
        "after": "<div class=right><h3>热点</h3><ul>"
        + "".join(f"<li><a href=/a{i}.html>县领导调研重点项目建设情况{i}</a><span>2024-06-2{i}</span></li>" for i in range(5))
        + "</ul></div>"
    },
    "labelled_side_list": {
        "after": "<div class=right>"
        + "".join(f"<div><a href=/a{i}.html>县领导调研重点项目建设情况{i}</a><p>发布时间：2024-06-2{i}</p></div>" for i in range(5))
        + "</div>"
    },
    "generator_tail": {"after": "<div style='display:none'>publishdate:2024/01/05 22:09:58</div>"},
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND.keys())
def test_days_around_the_article_are_neither_taken_for_it_nor_in_its_way(around: dict[str, str]) -> None:
    assert day_of(article(**around)) == "none"
    assert day_of(article("<p>时间：2024-05-11</p>", **around)) == "2024-05-11 visible"


META = {
    "rule_form": '<meta name="PubDate" content="2024-05-11 09:30">',
    "seconds": '<meta name="pubdate" content="2024-05-11 09:30:15">',
    "day_only": '<meta name="PubDate" content="2024-05-11">',
    "long_dashes": '<meta name="PubDate" content="2024——05——11 21:37">',
    "ratio_colon": '<meta name="PubDate" content="2024-05-11 10∶08">',
    "slashes": '<meta name="PubDate" content="2024/5/11">',
    "hanzi": '<meta name="PubDate" content="2024年5月11日">',
    "compact": '<meta name="publishdate" content="20240511">',
    "open_graph": '<meta property="article:published_time" content="2024-05-11T09:30:00+08:00">',
    "microdata": '<meta itemprop="datePublished" content="2024-05-11">',
}


@pytest.mark.parametrize("head", META.values(), ids=META.keys())
def test_a_meta_day_is_taken_where_no_day_is_visible_and_says_so(head: str) -> None:
    assert day_of(article(head=head)) == "2024-05-11 meta"


@pytest.mark.parametrize("head", META.values(), ids=META.keys())
def test_a_visible_day_beats_the_meta_day(head: str) -> None:
    assert day_of(article("<p>发布时间：2023-12-01</p>", head=head)) == "2023-12-01 visible"


@pytest.mark.parametrize("content", ["", "0000-00-00", "2024-13-01", "2099-01-01", "1970-01-01", "无"])
def test_a_meta_day_that_cannot_be_is_none(content: str) -> None:
    assert day_of(article(head=f'<meta name="PubDate" content="{content}">')) == "none"


SCRIPT = {
    "wechat_ct": 'var ct = "1715392800";',
    "wechat_ct_of_xml": "d.ct = xml ? getXmlValue('ori_create_time.DATA') : '1715392800';",
    "wechat_create_time": "var msg_link = 'http://mp.weixin.qq.com/s'; var createTime = '2024-05-11 10:20';",
    "wechat_publish_time": 'var publish_time = "2024-05-11" || "";',
    "json_ld": '{"@type":"NewsArticle","datePublished":"2024-05-11T10:00:00"}',
    "search_engine_json": '{"pubDate":"2024-05-11T10:00:00","title":"x"}',
}


@pytest.mark.parametrize("script", SCRIPT.values(), ids=SCRIPT.keys())
def test_inline_script_is_a_weaker_source(script: str) -> None:
    assert day_of(article(after=f"<script>{script}</script>")) == "2024-05-11 script"


URLS = [
    ("http://www.example.gov.cn/xxgk/202405/t20240511_633600.html", "2024-05-11 url"),
    ("http://www.example.gov.cn/art/2024/5/11/art_1229_2493752.html", "2024-05-11 url"),
    ("http://www.example.gov.cn/2024/05-11/2559082.html", "2024-05-11 url"),
    ("http://www.example.gov.cn/c/2024-05-11/478153.html", "2024-05-11 url"),
    ("http://www.example.gov.cn/jcws2/20240511/b5c2db3d781e4c7f.html", "2024-05-11 url"),
    ("http://www.example.gov.cn/10462/11689/2024/5/11/071bf876.shtml", "2024-05-11 url"),
    ("http://www.example.gov.cn/2025/05/11/1.html", "none"),
    ("http://www.example.gov.cn/xxgk/202405/index.html", "none"),
    ("http://www.example.gov.cn/content/post_20191199.html", "none"),
    ("http://www.example.gov.cn/109/171/174/content_1335045.html", "none"),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_the_address_is_the_weakest_source(url: str, expected: str) -> None:
    assert day_of(article(url=url)) == expected
    assert day_of(article("<p>时间：2023-12-01</p>", url=url)) == "2023-12-01 visible"


LISTS = {
    "plain": "<li><a href=/a{i}.html>县领导调研重点项目建设情况{i}</a><span>2024-05-1{i}</span></li>",
    "labelled": "<li><a href=/a{i}.html>县领导调研重点项目建设情况{i}</a><p>发布时间：2024-05-1{i}</p></li>",
    "labelled_with_source": "<div><a href=/a{i}.html>县领导调研重点项目建设情况{i}</a><p>来源：县政府办 2024-05-1{i}</p></div>",
}


@pytest.mark.parametrize("row", LISTS.values(), ids=LISTS.keys())
@pytest.mark.parametrize("head", ["", '<meta name="PubDate" content="2024-05-11">'])
def test_a_list_page_has_no_publish_date(row: str, head: str) -> None:
    rows = "".join(row.format(i=i) for i in range(8))
    document = Document(
        f"<title>工作动态_某县人民政府</title>{head}<body><div>2024年6月30日 星期日</div><h2>工作动态</h2><div class=list><ul>{rows}</ul></div><p>最后更新：2024-06-20</p></body>",
        "http://www.example.gov.cn/xwzx/gzdt/",
        as_of=AS_OF,
    )
    assert document.published is None


def test_the_snippet_is_short_and_says_where_the_day_was_read() -> None:
    found = article("<p>来源：县水务局 发布时间：2024-05-11 09:30</p>").published
    assert isinstance(found, Dated)
    assert "发布时间：2024-05-11" in found.snippet
    assert len(found.snippet) <= 80


@given(
    st.dates(date(1995, 1, 1), AS_OF),
    st.sampled_from(["{0}-{1:02}-{2:02}", "{0}年{1}月{2}日", "{0}/{1}/{2}", "{0}.{1:02}.{2:02}", "{0}-{1}-{2} 10:30"]),
)
@settings(max_examples=60, deadline=None)
def test_any_past_day_in_any_form_is_read_back(day: date, form: str) -> None:
    document = article(f"<p>发布时间：{form.format(day.year, day.month, day.day)}</p>")
    assert document.published is not None
    assert document.published.day == day


@given(st.integers(1, 4000))
@settings(max_examples=30, deadline=None)
def test_no_future_day_is_ever_given(ahead: int) -> None:
    day = AS_OF + timedelta(days=ahead)
    assert article(f"<p>发布时间：{day}</p>", head=f'<meta name=PubDate content="{day}">').published is None


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_whatever_the_page_says_nothing_is_raised(text: str) -> None:
    document = article(f"<p>发布时间：{text}</p>", head=f"<meta name=PubDate content='{text}'>")
    found = document.published
    assert found is None or found.day <= AS_OF
