"""Tags in the markup: names, emptiness, a template's own words, PubDate's forms."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.page_tags_markup import GROUPS, WHOLE, Group, Tags, names, observe, placeholder, pub_date, state
from checks.page_tags_site import stated_host
from crawler.document import Document


def document(head: str) -> Document:
    return Document(f"<html><head>{head}</head><body></body></html>", "https://www.lantian.gov.cn/", as_of=date(2026, 8, 25))


@pytest.mark.parametrize(
    ("head", "values"),
    [
        ('<meta name="SiteName" content="蓝田">', {"sitename": "蓝田"}),
        ('<META NAME="sitename" CONTENT=" 蓝田 ">', {"sitename": "蓝田"}),
        ('<meta content="蓝田" name=" SITENAME ">', {"sitename": "蓝田"}),
        ('<meta name="SiteName" content=""><meta name="SiteName" content="蓝田">', {"sitename": "蓝田"}),
        ('<meta name="ColumnName">', {"columnname": ""}),
        ('<!-- <meta name="SiteName" content="蓝田"> -->', None),
        ('<meta property="SiteName" content="蓝田"><meta name="Keywords" content="蓝田">', None),
    ],
)
def test_the_required_tags_are_read_by_name_without_case(head: str, values: dict[str, str] | None) -> None:
    assert observe(document(head)) == (None if values is None else Tags(values))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"articletitle": "标题一", "pubdate": "2026-08-01 09:30", "contentsource": "县府办"}, ("good", ())),
        ({"articletitle": "标题一", "pubdate": "2026-08-01 09:30"}, ("missing", ("ContentSource",))),
        ({"articletitle": "标题一", "pubdate": " ", "contentsource": "县府办"}, ("empty", ("PubDate",))),
        ({"articletitle": "${title}", "pubdate": "2026-08-01 09:30", "contentsource": "县府办"}, ("placeholder", ("ArticleTitle",))),
        ({"articletitle": "文章标题", "pubdate": ""}, ("missing", ("ContentSource", "PubDate", "ArticleTitle"))),
        ({}, ("missing", ("ArticleTitle", "PubDate", "ContentSource"))),
    ],
)
def test_a_group_stands_as_its_worst_tag(values: dict[str, str], expected: tuple[str, tuple[str, ...]]) -> None:
    assert state("content", values) == expected


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_whole_when_every_tag_says_something(group: Group) -> None:
    tags = [f'<meta name="{name}" content="蓝田县{name}甲">' for name in names(group)]
    observer = WHOLE[group]
    assert observer.observe(document("".join(tags))) is not None
    for left_out in range(len(tags)):
        rest = tags[:left_out] + tags[left_out + 1 :]
        assert observer.observe(document("".join(rest))) is None
        assert observer.observe(document("".join(rest) + tags[left_out].replace("甲", "").replace("蓝田县", ""))) is None


@pytest.mark.parametrize(
    "text",
    [
        "网站名称",
        "【网站名称】",
        "SiteName",
        "测试",
        "test",
        "XXX",
        "null",
        "{{title}}",
        "<%=title%>",
        "{$title}",
        "{title}",
        "来源：",
        "“无”",
        "[!--title--]",
        "…",
    ],
)
def test_a_templates_own_words_are_a_placeholder(text: str) -> None:
    assert placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "蓝田县人民政府",
        "蓝田县测试中心",
        "关于XXX同志任职的通知",
        "请填写2026年民生实事调查问卷",
        "通知公告",
        "5",
        "10",
        "www.lantian.gov.cn",
        "关于网站名称变更的公告",
    ],
)
def test_what_a_page_says_of_itself_is_none(text: str) -> None:
    assert not placeholder(text)


@pytest.mark.parametrize(
    ("text", "form", "day"),
    [
        ("2026-08-01 09:30", "good", date(2026, 8, 1)),
        ("2026-08-01 09:30:12", "good", date(2026, 8, 1)),
        ("2026-08-01 09:30:12.0", "good", date(2026, 8, 1)),
        (" 2026-8-1 9:30 ", "good", date(2026, 8, 1)),
        ("2026-08-01", "other", date(2026, 8, 1)),
        ("2026——08——01 09:30", "other", date(2026, 8, 1)),
        ("2026—08—01 09:30", "other", date(2026, 8, 1)),
        ("2026/08/01 09:30", "other", date(2026, 8, 1)),
        ("2026年8月1日", "other", date(2026, 8, 1)),
        ("2026年08月01日 09时30分", "other", date(2026, 8, 1)),
        ("2026-08-01 10∶08", "other", date(2026, 8, 1)),
        ("2026-08-01T09:30:00+08:00", "other", date(2026, 8, 1)),
        ("2026-08-01 25:70", "other", date(2026, 8, 1)),
        ("20260801093000", "other", date(2026, 8, 1)),
        ("20260801", "other", date(2026, 8, 1)),
        ("Sat Aug 01 09:30:00 CST 2026", "other", date(2026, 8, 1)),
        ("Sat, 01 Aug 2026 01:30:00 GMT", "other", date(2026, 8, 1)),
        ("2026-08-01 上午09:30", "other", date(2026, 8, 1)),
        ("2026/8/1 星期六 9:30:00", "other", date(2026, 8, 1)),
        ("“2026-08-01 09:30”", "other", date(2026, 8, 1)),
        ("发布时间：2026-08-01 09:30", "other", date(2026, 8, 1)),
        ("2026-08-01-09:30", "other", date(2026, 8, 1)),
        ("8/1/2026 9:30:00 AM", "other", date(2026, 8, 1)),
        ("13/8/2026", "other", date(2026, 8, 13)),
        ("Aug 1, 2026 9:30:00 AM", "other", date(2026, 8, 1)),
        ("2026-07-31T16:30:00Z", "other", date(2026, 8, 1)),  # half past midnight in Beijing
        ("2026-07-31T16:30:00.000+00:00", "other", date(2026, 8, 1)),
        ("发布于上周五", "unreadable", None),
        ("2026-13-01 09:30", "unreadable", None),
        ("2026-02-30", "unreadable", None),
        ("0000-00-00 00:00:00", "unreadable", None),
        ("1785547800000", "unreadable", None),
        ("09:30", "unreadable", None),
        ("", "unreadable", None),
    ],
)
def test_pub_dates_have_a_form_and_a_day(text: str, form: str, day: date | None) -> None:
    read = pub_date(text)
    assert (read.form, read.day) == (form, day)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_pub_date_is_read_without_a_fault(text: str) -> None:
    read = pub_date(text)
    assert (read.day is None) == (read.form == "unreadable")


@settings(deadline=None)
@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.integers(0, 23), st.integers(0, 59))
def test_every_moment_in_the_standards_form_is_good(day: date, hour: int, minute: int) -> None:
    read = pub_date(f"{day.isoformat()} {hour:02d}:{minute:02d}")
    assert (read.form, read.day) == ("good", day)


@pytest.mark.parametrize(
    ("stated", "host"),
    [
        ("www.lantian.gov.cn", "www.lantian.gov.cn"),
        ("http://www.lantian.gov.cn/", "www.lantian.gov.cn"),
        ("https://WWW.lantian.gov.cn:8443/index.html", "www.lantian.gov.cn"),
        ("蓝田.政务", "xn--4gq54k.xn--zfr164b"),
        ("蓝田县人民政府", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_a_site_domain_names_a_host_in_any_form(stated: str, host: str) -> None:
    found = stated_host(stated)
    assert (found == host) or (host.startswith("xn--") and found.startswith("xn--") and found.endswith(".xn--zfr164b"))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_site_domain_is_read_without_a_fault(stated: str) -> None:
    assert "." in stated_host(stated) or stated_host(stated) == ""
