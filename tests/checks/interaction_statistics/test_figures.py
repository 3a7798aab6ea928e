"""Figures on letters are read in every form they come in; figures on anything else, in the same form, are not."""

from __future__ import annotations

from datetime import date

import pytest

from checks.interaction import observe
from crawler.document import Document

AS_OF = date(2026, 8, 25)
CRUMBS = "<div class='position'>当前位置：<a href='/'>首页</a> &gt; <a href='/hdjl/'>互动交流</a> &gt; <span>{name}</span></div>"


def figures(body: str, *, name: str = "县长信箱", title: str = "县长信箱", inside: bool = True) -> list[tuple[str, float, str]]:
    """(metric, value, unit) of every figure on a page of the interaction section, or on a plain page that only links to it."""
    place = CRUMBS.format(name=name) if inside else "<div><a href='/hdjl/'>互动交流</a></div>"
    page = f"<html><head><title>{title}-蓝田县人民政府</title></head><body>{place}<div class='main'>{body}</div></body></html>"
    facts = observe(Document(page, "https://www.lantian.gov.cn/hdjl/xzxx/", as_of=AS_OF))
    return [(f.metric, f.value, f.unit) for group in (facts.statistics if facts else ()) for f in group.figures]


FOUND = {
    "labels with colons in one line": (
        "<div>【信件办理情况】 已受理：<span>157</span> 已办结：<span>99</span></div>",
        [("accepted", 157, ""), ("handled", 99, "")],
    ),
    "a sentence": (
        "<p>2026年7月，县长信箱共受理群众来信128件，已办结126件，办结率98.4%，群众满意度96.5%。</p>",
        [("accepted", 128, "件"), ("handled", 126, "件"), ("handled-rate", 98.4, "%"), ("satisfaction", 96.5, "%")],
    ),
    "received and published": (
        "<p>2026年4月份，“县长信箱”栏目共收到群众来信18件，已办理18件，网站公开2件。</p>",
        [("received", 18, "件"), ("handled", 18, "件"), ("published", 2, "件")],
    ),
    "a replied rate": (
        "<p>6月份，政府信箱共收到网民留言3059条，各部门处理答复3055条，处理答复率99.87%。</p>",
        [("received", 3059, "条"), ("replied", 3055, "条"), ("replied-rate", 99.87, "%")],
    ),
    "numbers under labels": (
        "<h3>来信统计</h3><ul><li><p>受理数</p><b>120</b></li><li><p>办结数</p><b>118</b></li></ul>",
        [("accepted", 120, ""), ("handled", 118, "")],
    ),
    "numbers over labels": (
        "<h3>来信统计</h3><dl><dt>120</dt><dd>已受理</dd><dt>118</dt><dd>已办结</dd></dl>",
        [("accepted", 120, ""), ("handled", 118, "")],
    ),
    "a number and its unit apart": ("<div class='tj'><p>今年受理</p><p>1,204</p><p>件</p></div>", [("accepted", 1204, "件")]),
    "all labels, then all numbers": (
        "<h3>信箱统计</h3><div><p>来信总数</p><p>已回复</p></div><div><p>33</p><p>30</p></div>",
        [("received", 33, ""), ("replied", 30, "")],
    ),
    "a table by month": (
        "<h3>来信统计</h3><table><tr><th>统计时间</th><th>受理数（件）</th><th>办结数（件）</th><th>办结率</th></tr>"
        "<tr><td>2026年7月</td><td>128</td><td>126</td><td>98.4%</td></tr></table>",
        [("accepted", 128, "件"), ("handled", 126, "件"), ("handled-rate", 98.4, "%")],
    ),
    "a table by unit": (
        "<table><tr><th>单位</th><th>留言数</th><th>答复数</th><th>答复率</th></tr><tr><td>教育局</td><td>12</td><td>11</td><td>91.7%</td></tr></table>",
        [("received", 12, ""), ("replied", 11, ""), ("replied-rate", 91.7, "%")],
    ),
    "nothing received is a figure": ("<p>【信件统计】本月受理：0件 办结：0件</p>", [("accepted", 0, "件"), ("handled", 0, "件")]),
    "a hotline with digits in its name": ("<p>一季度，办结“12345”政务服务热线905件。</p>", [("handled", 905, "件")]),
}


@pytest.mark.parametrize(("body", "expected"), FOUND.values(), ids=FOUND)
def test_a_figure_is_read_in_each_form(body: str, expected: list[tuple[str, float, str]]) -> None:
    assert figures(body) == expected


NOT_FOUND = {
    "service statistics": "<h3>办件统计</h3><p>受理：1204</p><p>办结：1200</p>",
    "service statistics in a sentence": "<p>本月共受理行政许可事项128件，办结126件。</p>",
    "information requests": "<p>全年受理依申请公开33件，办结33件，在法定期限内办结率100%。</p>",
    "proposals": "<p>办理人大代表建议和政协提案103件，办结103件，满意率100%。</p>",
    "petitions": "<p>全年受理信访件88件，办结86件。</p>",
    "a visit counter": "<p>访问量：128345 今日浏览：33</p>",
    "the state of letters in a list": "<table>" + "<tr><td>问题</td><td>已办结</td><td>3</td></tr>" * 4 + "</table>",
    "reply counts of posts": "<ul>" + "<li><a href='/a'>咨询公交</a> <span>浏览：12</span> <span>回复：1</span></li>" * 4 + "</ul>",
    "a time limit": "<p>来信一般在5个工作日内答复，复杂问题办理时限为15个工作日。</p>",
    "a reply date": "<p>来信回复时间：2026年7月3日</p>",
    "a telephone number": "<p>咨询受理电话：82722222</p>",
    "hidden from visitors": "<p style='display:none'>【信件统计】受理：12件 办结：12件</p>",
    "in a comment": "<!-- <p>【信件统计】受理：12件 办结：12件</p> -->",
}


@pytest.mark.parametrize("body", NOT_FOUND.values(), ids=NOT_FOUND)
def test_what_only_looks_like_a_figure_is_none(body: str) -> None:
    assert figures(body) == []


def test_service_figures_beside_interaction_figures_are_left_out() -> None:
    body = "<div><h3>办件统计</h3><p>受理：900</p><p>办结：880</p></div><div><h3>来信统计</h3><p>受理：12</p><p>办结：11</p></div>"
    assert figures(body) == [("accepted", 12, ""), ("handled", 11, "")]


def test_on_the_home_page_only_words_beside_the_figures_make_them_interaction() -> None:
    block = "<div><h3>{}</h3><p>受理：12</p><p>办结：11</p></div>"
    assert figures(block.format("信件办理情况"), inside=False, title="首页") == [("accepted", 12, ""), ("handled", 11, "")]
    assert figures(block.format("政务大厅"), inside=False, title="首页") == []


def test_a_survey_page_has_no_interaction_figures() -> None:
    assert figures("<p>共收到建议留言33条，采纳3条。</p>", name="意见征集", title="意见征集") == []


PERIODS = {
    "2026年第二季度，共受理来信12件，办结12件。": ("2026年第二季度", date(2026, 6, 30)),
    "2026年7月，共受理来信12件，办结12件。": ("2026年7月", date(2026, 7, 31)),
    "2026年1-6月，共受理来信12件，办结12件。": ("2026年1-6月", date(2026, 6, 30)),
    "2025年上半年，共受理来信12件，办结12件。": ("2025年上半年", date(2025, 6, 30)),
    "2025年，共受理来信12件，办结12件。": ("2025年", date(2025, 12, 31)),
    "2026年，共受理来信12件，办结12件。": ("2026年", AS_OF),
    "截至2026年5月31日，共受理来信12件，办结12件。": ("2026年5月31日", date(2026, 5, 31)),
    "今年共受理来信12件，办结12件。": ("今年", AS_OF),
    "上月共受理来信12件，办结12件。": ("上月", date(2026, 7, 31)),
    "共受理来信12件，办结12件。": ("", None),
}


@pytest.mark.parametrize(("text", "expected"), PERIODS.items(), ids=PERIODS)
def test_the_period_of_figures_is_read(text: str, expected: tuple[str, date | None]) -> None:
    page = f"<title>来信统计</title>{CRUMBS.format(name='来信统计')}<p>{text}</p>"
    facts = observe(Document(page, "https://www.lantian.gov.cn/hdjl/lxtj/1.html", as_of=AS_OF))
    assert facts is not None
    assert [(group.period, group.last) for group in facts.statistics] == [expected]


def test_a_period_in_the_title_holds_for_the_text() -> None:
    page = f"<title>2025年第四季度来信办理情况</title>{CRUMBS.format(name='来信统计')}<p>本季度共收到来信12件，办结12件。</p>"
    facts = observe(Document(page, "https://www.lantian.gov.cn/hdjl/lxtj/1.html", as_of=AS_OF))
    assert facts is not None
    assert facts.statistics[0].last == date(2025, 12, 31)
