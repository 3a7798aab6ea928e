"""Letters are read from the lists and pages that real systems write; lists of other things are none."""

from __future__ import annotations

from datetime import date

import pytest

from checks.interaction import InteractionFacts, observe
from crawler.document import Document
from tests.checks.interaction_pages import AS_OF, BOX, SECTION, WHOLE, letter, page

Row = tuple[str, str, str, str]
"""title, asked, answered, state; "" where not known (a plain date stands for asked)."""


def facts(body: str, name: str = "县长信箱") -> InteractionFacts:
    found = observe(Document(page(name, body, crumbs=SECTION), "https://www.lantian.gov.cn/hdjl/xzxx/", as_of=AS_OF))
    assert found is not None
    return found


def rows(body: str, name: str = "县长信箱") -> list[Row]:
    def iso(day: date | None) -> str:
        return day.isoformat() if day else ""

    return [(x.title, iso(x.asked or x.day), iso(x.answered), x.state) for x in facts(body, name).letters]


TWO = [("咨询入学", "2026-08-01", "", "answered"), ("路灯不亮", "2026-07-20", "", "pending")]
LISTS = {
    "a table with a header": (
        "<table><tr><td>标题</td><td>时间</td><td>回复状态</td></tr>"
        "<tr><td><a href='1.html'>咨询入学</a></td><td>2026-08-01</td><td>已办结</td></tr>"
        "<tr><td><a href='2.html'>路灯不亮</a></td><td>2026-07-20</td><td>办理中</td></tr></table>",
        TWO,
    ),
    "list items with a state": (
        "<ul><li><a href='1.html'>咨询入学</a><span>2026-08-01</span><span>已回复</span></li>"
        "<li><a href='2.html'>路灯不亮</a><span>2026-07-20</span><span>待回复</span></li></ul>",
        TWO,
    ),
    "blocks with labels": (
        "<div class='r'><a href='1.html'>咨询入学</a><p>提交时间：2026-08-01</p><p>回复人：县教育局</p><p>回复时间：2026-08-03</p></div>"
        "<div class='r'><a href='2.html'>路灯不亮</a><p>提交时间：2026-07-20</p><p>回复人：</p><p>回复时间：</p></div>",
        [("咨询入学", "2026-08-01", "2026-08-03", ""), ("路灯不亮", "2026-07-20", "", "")],
    ),
    "labels in one line": (
        "<ul><li><a href='1.html'><div>咨询入学</div><div>[提交时间：2026-08-01]<span>回复人：县教育局</span>[回复时间：2026-08-03]</div></a></li>"
        "<li><a href='2.html'><div>路灯不亮</div><div>[提交时间：2026-07-20]<span>回复人：城管局</span>[回复时间：2026-07-22]</div></a></li></ul>",
        [("咨询入学", "2026-08-01", "2026-08-03", ""), ("路灯不亮", "2026-07-20", "2026-07-22", "")],
    ),
    "rows of spans under a header row": (
        "<ul class='h'><li>标题</li><li>来信时间</li><li>状态</li></ul>"
        "<ul><li><a href='1.html'>咨询入学</a></li><li>2026-08-01</li><li>已办结</li></ul>"
        "<ul><li><a href='2.html'>路灯不亮</a></li><li>2026-07-20</li><li>处理中</li></ul>",
        TWO,
    ),
    "a dated list in a mail box": (
        "<ul><li><a href='1.html'>咨询入学政策问题</a><span>2026-08-01</span></li><li><a href='2.html'>反映路灯不亮问题</a><span>2026-07-20</span></li>"
        "<li><a href='3.html'>咨询社保转移问题</a><span>2026-07-18</span></li></ul>",
        [
            ("咨询入学政策问题", "2026-08-01", "", ""),
            ("反映路灯不亮问题", "2026-07-20", "", ""),
            ("咨询社保转移问题", "2026-07-18", "", ""),
        ],
    ),
}


@pytest.mark.parametrize(("body", "expected"), LISTS.values(), ids=LISTS)
def test_a_list_of_letters_is_read_in_each_form(body: str, expected: list[Row]) -> None:
    assert rows(body) == expected


NO_LISTS = {
    "a table of contacts": "<table><tr><th>单位</th><th>电话</th><th>地址</th></tr><tr><td>县教育局</td><td>82722222</td><td>县门街</td></tr></table>",
    "a table of figures": "<table><tr><th>月份</th><th>受理</th><th>办结</th></tr><tr><td>2026年7月</td><td>12</td><td>11</td></tr></table>",
    "an empty list": "<p>暂无公开来信。</p>",
    "letters in a comment": "<!--" + LISTS["a table with a header"][0] + "-->",
    "hidden letters": "<div style='display:none'>" + LISTS["a table with a header"][0] + "</div>",
    "instructions": "<ol><li>来信须写明姓名、联系电话。</li><li>来信一般在5个工作日内办结。</li></ol>",
}


@pytest.mark.parametrize("body", NO_LISTS.values(), ids=NO_LISTS)
def test_a_list_of_something_else_holds_no_letters(body: str) -> None:
    assert rows(body) == []


def test_a_dated_list_of_surveys_is_no_list_of_letters() -> None:
    assert rows(LISTS["a dated list in a mail box"][0], "意见征集") == []


def detail(html: str) -> tuple[str, str, str, bool, str]:
    """(asked, answered, unit, has an answer, state) of a letter's page."""
    found = observe(Document(html, "https://www.lantian.gov.cn/hdjl/xzxx/1.html", as_of=AS_OF))
    assert found is not None and found.detail is not None
    d = found.detail
    return (str(d.asked or ""), str(d.answered or ""), d.unit, d.reply > 0, d.state)


REPLY = "您好，您反映的问题已收悉，经核实已安排处理。"
DETAILS = {
    "label and value in cells": (letter("咨询入学", **WHOLE), ("2026-08-01", "2026-08-05", "县教育局", True, "answered")),
    "no unit": (letter("咨询入学", **(WHOLE | {"unit": ""})), ("2026-08-01", "2026-08-05", "", True, "answered")),
    "no answer yet": (letter("咨询入学", asked="2026-08-01", state="受理中"), ("2026-08-01", "", "", False, "pending")),
    "an empty cell for the unit": (
        page("信件详细", f"<table><tr><td>写信时间</td><td>2026年08月01日</td></tr><tr><td>回复内容</td><td>{REPLY}</td></tr>"
             "<tr><td>回复部门</td><td></td></tr><tr><td>处理时间</td><td>2026年08月05日</td></tr></table>", crumbs=BOX),
        ("2026-08-01", "2026-08-05", "", True, ""),
    ),
    "labels with colons in paragraphs, spaced": (
        page("咨询入学", "<p><b>留言时间：</b>2026-08-01 17:07:54</p><p><b>答复时间：</b>2026-08-05 09:00:00</p><p><b>留言内容：</b>请问何时报名？</p>"
             f"<p><b>回　　复：</b>{REPLY}</p>", crumbs=BOX),
        ("2026-08-01", "2026-08-05", "", True, ""),
    ),
    "several labels in a line": (
        page("咨询入学", f"<div>来信人：张** 来信时间：2026-08-01</div><div>答复单位：县教育局 答复时间：2026-08-05</div><div>答复内容</div><div>{REPLY}</div>", crumbs=BOX),
        ("2026-08-01", "2026-08-05", "县教育局", True, ""),
    ),
    "a foot that names who runs the site": (
        letter("咨询入学", **(WHOLE | {"unit": ""})).replace("主办单位：蓝田县人民政府办公室", "<p>主办单位：县政府 承办单位：县政府办公室</p>"),
        ("2026-08-01", "2026-08-05", "", True, "answered"),
    ),
    "a platform's foot that names a unit": (
        letter("咨询入学", **(WHOLE | {"unit": ""})).replace("主办单位：蓝田县人民政府办公室", "<p>互动交流平台　受理单位：蓝田县人民政府</p>"),
        ("2026-08-01", "2026-08-05", "", True, "answered"),
    ),
    "words of tools inside the answer": (
        letter("咨询入学", **(WHOLE | {"reply": "关于路灯关闭的问题，请打印申请表后返回社区办理。"})),
        ("2026-08-01", "2026-08-05", "县教育局", True, "answered"),
    ),
    "an answer that says there is none": (letter("咨询入学", asked="2026-08-01", reply="暂无回复"), ("2026-08-01", "", "", False, "")),
}  # fmt: skip


@pytest.mark.parametrize(("html", "expected"), DETAILS.values(), ids=DETAILS)
def test_a_letter_is_read_by_its_labels(html: str, expected: tuple[str, str, str, bool, str]) -> None:
    assert detail(html) == expected


ARTICLES = {
    "news about letters": "<p>县政府办公室通报了二季度来信答复情况，要求各单位在规定的答复时间内办理。</p>",
    "a notice with a date": "<p>发布时间：2026-08-01 来源：县政府办公室</p><p>现将有关事项通知如下。</p>",
    "a guide": "<p>办理时间：工作日9:00至17:00</p><p>办理部门：县政务大厅</p><p>咨询电话：82722222</p>",
}


@pytest.mark.parametrize("body", ARTICLES.values(), ids=ARTICLES)
def test_an_article_is_no_letter(body: str) -> None:
    assert facts(body, "互动交流").detail is None


FORMS = {
    "a form": ("<form action='/s'>内容<textarea></textarea><input type='submit' value='提交'></form>", "form"),
    "a writing field with a scripted button": (
        "<div>留言内容<textarea></textarea><div class='btn' onclick='post()'>发表留言</div></div>",
        "form",
    ),
    "a log-in first": ("<div>该页面需要先登录, 点击 <a href='#'>登录</a> 跳转至登录页!</div>", "login"),
    "a comment box": ("<div class='comment'><textarea></textarea><button>发表评论</button></div>", ""),
    "an in-house error report": ("<form action='/jiucuo'>我要纠错<textarea></textarea><input type='submit' value='提交'></form>", ""),
    "a hidden form": ("<form style='display:none'><textarea></textarea><input type='submit' value='提交'></form>", ""),
    "a search box": ("<form action='/search'><input type='text' name='q'><input type='submit' value='搜索'></form>", ""),
    "a look-up of one's own letter": (
        "<form>流水号<input type='text'>查询密码<input type='password'><input type='submit' value='查询'></form>",
        "",
    ),
}


@pytest.mark.parametrize(("body", "form"), FORMS.values(), ids=FORMS)
def test_only_a_place_to_write_is_a_form(body: str, form: str) -> None:
    assert facts(body).form == form
