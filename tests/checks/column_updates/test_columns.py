"""Finding columns: what tells of one, how deep it lies, and what is none; the table, the counts, the doubts of the check."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks import column_updates
from checks.columns import Column, find_columns
from checks.page_lists import stem
from crawler.site import DeclaredColumn
from tests.checks.build import HOST, Built
from tests.checks.markup import MENU, article, crumbs, frame, items, listing

AS_OF = date(2026, 8, 25)
FRESH = ["2026-08-24", "2026-08-20", "2026-08-12"]
STALE = ["2026-08-10", "2026-08-01", "2026-07-20"]
OLD = ["2024-08-10", "2024-08-01", "2024-07-20"]


def found(site: Built) -> dict[str, Column]:
    return {column.key: column for column in find_columns(site.evidence())}


def rows(site: Built) -> dict[str, dict[str, object]]:
    judgement = column_updates.judge(site.evidence(), AS_OF)
    return {row["key"]: row for row in judgement.figures["columns"]}


def channel(*blocks: str, trail: str = "") -> str:
    return frame(trail + "".join(blocks))


def test_menu_more_links_breadcrumbs_meta_and_shape_each_tell_of_a_column(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF, columns=[DeclaredColumn(f"{HOST}/dengji/", "登记栏目", "notice", 30)])
    site.page("/", frame(listing(items(FRESH), heading="图片新闻", more="/tpxw/")))
    trail = crumbs(("/zwgk/", "政务公开"), ("/zwgk/rsrm/", "人事任免"), "正文")
    site.page("/zwgk/rsrm/c1.html", article(trail=trail), depth=2)
    head = '<meta name="ColumnName" content="统计信息">'
    site.page("/tjxx/", frame(crumbs(("/tjxx/", "统计信息")) + listing(items(FRESH, folder="/tjxx/")), head=head))
    site.page(
        "/col/102/",
        frame("<h1>招商引资</h1>" + listing(items([*FRESH, "2026-08-01", "2026-07-01"], folder="/art/")), title="招商引资-蓝田县"),
    )
    columns = found(site)
    assert columns["/dengji/"].found == ("declared",)
    assert columns["/dengji/"].cycle_days == 30
    assert columns["/dengji/"].kind == "notice"
    assert columns["/tzgg/"].found == ("nav",)
    assert columns["/tpxw/"].name == "图片新闻"
    assert columns["/zwgk/rsrm/"].name == "人事任免"
    assert columns["/tjxx/"].name == "统计信息"
    assert "/col/102/" in columns
    assert "/zwgk/rsrm/c1.html" not in columns


@pytest.mark.parametrize(
    ("path", "trail", "level"),
    [
        ("/tzgg/", crumbs(("/tzgg/", "通知公告")), 1),
        ("/tzgg/", crumbs("通知公告"), 1),
        ("/zwgk/tzgg/", crumbs(("/zwgk/", "政务公开"), ("/zwgk/tzgg/", "通知公告")), 2),
        ("/zwgk/tzgg/", crumbs("政务公开", "通知公告"), 2),
        ("/zwgk/a/tzgg/", crumbs(("/zwgk/", "政务公开"), "重点领域", "通知公告"), 3),
        ("/zwgk/tzgg/", "", 2),
        ("/tzgg/", "", 1),
    ],
)
def test_level_comes_from_the_breadcrumb_else_from_menu_and_folders(tmp_path: Path, path: str, trail: str, level: int) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (("/zwgk/", "政务公开"), (path, "通知公告"))
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    site.page(path, frame(trail + listing(items(FRESH, folder=path)), menu=menu))
    assert found(site)[path].level == level


def test_in_a_menu_with_drop_downs_and_without_breadcrumb_the_level_is_not_known(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = tuple((f"/col/{n}.html", f"{word}栏目") for n, word in enumerate("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"))
    site.page("/", frame(listing(items(FRESH)), menu=(*menu, ("/col/99.html", "通知公告"))))
    assert found(site)["/col/99.html"].level is None


def test_further_pages_belong_to_their_column(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.page("/", frame(listing(items(FRESH))))
    site.page("/tzgg/", frame(crumbs(("/tzgg/", "通知公告")) + listing(items(["2025-01-01", "2025-01-02"], folder="/tzgg/a"))))
    site.page("/tzgg/index_1.html", frame(crumbs(("/tzgg/", "通知公告")) + listing(items(["2026-08-20", "2026-08-10"], folder="/tzgg/b"))))
    columns = found(site)
    assert [page.url for page in columns["/tzgg/"].pages] == [f"{HOST}/tzgg/", f"{HOST}/tzgg/index_1.html"]
    assert "/tzgg/index_1.html" not in columns
    assert rows(site)["/tzgg/"]["newest"] == "2026-08-20"


@pytest.mark.parametrize(
    ("key", "same"),
    [
        ("/tzgg/index_2.html", "/tzgg/"),
        ("/tzgg/index.html", "/tzgg/"),
        ("/tzgg/list_3.html", "/tzgg/"),
        ("/list.jsp?id=4&page=2", "/list.jsp?id=4"),
        ("/col/col12/index.html", "/col/col12/"),
        ("/tzgg/t20260801_12.html", "/tzgg/t20260801_12.html"),
        ("/list.jsp?id=4", "/list.jsp?id=4"),
        ("/col/col29/?pageNum=2&uid=29", "/col/col29/"),
        ("/col/?id=29", "/col/?id=29"),
        ("/tzgg/list2.shtml", "/tzgg/"),
        ("/list.html", "/list.html"),
        ("/listen/", "/listen/"),
    ],
)
def test_page_numbers_are_no_part_of_a_columns_key(key: str, same: str) -> None:
    assert stem(key) == same


def test_a_redirect_and_its_goal_are_one_column(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (("/go/tzgg", "通知公告"), ("/tzgg/", "通知公告"))
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    site.page("/go/tzgg", frame(listing(items(FRESH, folder="/tzgg/")), menu=menu), final="/tzgg/")
    assert [key for key in found(site) if "tzgg" in key] == ["/tzgg/"]


def test_other_hosts_files_headlines_and_page_controls(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (
        ("https://zwfw.sn.gov.cn/", "办事大厅"),
        ("/files/zn.pdf", "办事手册"),
        ("/login.html", "登录"),
        ("/zwdt/202608/t20260820_123456.html", "县委书记深入乡镇调研防汛工作"),
        ("javascript:void(0)", "设为首页"),
    )
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    table = rows(site)
    assert list(table) == ["https://zwfw.sn.gov.cn/"]
    assert (table["https://zwfw.sn.gov.cn/"]["class"], table["https://zwfw.sn.gov.cn/"]["verdict"]) == ("elsewhere", "not_applicable")


def test_a_channel_of_other_columns_lists_is_navigation(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (("/xwzx/", "新闻中心"),)
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    blocks = [
        listing(items(OLD, folder="/xwzx/bm/"), heading="部门动态", more="/xwzx/bm/"),
        listing(items(OLD, folder="/xwzx/xz/"), heading="乡镇动态", more="/xwzx/xz/"),
    ]
    site.page("/xwzx/", frame("".join(blocks), menu=menu), rendered=True)
    for name, path in (("部门动态", "/xwzx/bm/"), ("乡镇动态", "/xwzx/xz/")):
        body = crumbs(("/xwzx/", "新闻中心"), (path, name)) + listing(items(OLD, folder=path))
        site.page(path, frame(body, menu=menu), rendered=True)
    table = rows(site)
    assert table["/xwzx/"]["verdict"] == "not_applicable"
    assert table["/xwzx/bm/"]["verdict"] == table["/xwzx/xz/"]["verdict"] == "overdue"


def test_a_channel_that_opens_its_first_child_is_not_accused_twice(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (("/xwzx/", "新闻中心"), ("/xwzx/bm/", "部门动态"))
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    for path in ("/xwzx/", "/xwzx/bm/"):
        site.page(path, frame(listing(items(OLD, folder="/xwzx/bm/")), menu=menu), rendered=True)
    judgement = column_updates.judge(site.evidence(), AS_OF)
    assert [finding.subject for finding in judgement.findings] == ["/xwzx/bm/"]


def test_another_columns_fresh_side_list_does_not_hide_a_stale_column(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.page("/", frame(listing(items(FRESH))))
    side = listing(items(FRESH, folder="/tzgg/"), heading="通知公告", more="/tzgg/")
    main = listing(items([*STALE, "2026-07-10", "2026-07-01"]))
    site.page("/zwdt/", frame(crumbs(("/zwdt/", "政务动态")) + main + side), rendered=True)
    assert rows(site)["/zwdt/"]["verdict"] == "overdue"


def test_column_pages_that_failed_or_were_never_asked_are_not_assessed(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.page("/", frame(listing(items(FRESH))))
    site.failed("/zwdt/", "http-error", 503)
    judgement = column_updates.judge(site.evidence(), AS_OF)
    table = {row["key"]: row["verdict"] for row in judgement.figures["columns"]}
    assert (judgement.verdict, table["/zwdt/"], table["/tzgg/"]) == ("not_assessed", "not_assessed", "not_assessed")
    assert {unseen.pages for unseen in judgement.unseen} == {(f"{HOST}/zwdt/",), (f"{HOST}/tzgg/",)}
    assert not judgement.findings


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_was_not_read_is_not_assessed(tmp_path: Path, state: str) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.failed("/", "challenge", 412)
    site.writer.put_meta("site_state", {"state": state, "reason": "", "detail": ""})
    judgement = column_updates.judge(site.evidence(), AS_OF)
    assert judgement.verdict == "not_assessed"
    assert [unseen.reason for unseen in judgement.unseen] == [state]
    assert list(column_updates.doubts(site.evidence())) == []


def test_the_message_names_column_day_age_and_window(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.page("/", frame(listing(items(FRESH))))
    site.page(
        "/tzgg/", frame(crumbs(("/tzgg/", "通知公告")) + listing(items(["2026-01-05", "2025-12-05"], folder="/tzgg/"))), rendered=True
    )
    finding = next(each for each in column_updates.judge(site.evidence(), AS_OF).findings if each.subject == "/tzgg/")
    assert finding.message == "栏目“通知公告”最近更新于 2026-01-05，距监测时间点 232 天（标准：6 个月）"
    assert finding.url == f"{HOST}/tzgg/"
    assert finding.evidence.figures["latest"][0]["day"] == "2026-01-05"
    assert "2026-01-05" in finding.evidence.snippet


def test_counts_keep_the_cumulative_rules_apart(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (*MENU[1:3], ("/rsrm/", "人事任免"), ("/ghjh/", "规划计划"), ("/zcjd/", "政策解读"))
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    for path, name in menu:
        body = "暂无信息" if path == "/ghjh/" else listing(items(OLD, folder=path))
        site.page(path, frame(crumbs((path, name)) + body, menu=menu), rendered=True)
    judgement = column_updates.judge(site.evidence(), AS_OF)
    counts = judgement.figures["counts"]
    assert (counts["dynamic_not_updated"], counts["first_level_overdue"], counts["not_updated"]) == (1, 1, 2)
    assert (counts["interpretation_overdue"], counts["overdue_other"], counts["blank"]) == (1, 1, 1)
    assert judgement.verdict == "fail"
    assert {finding.code: finding.basis for finding in judgement.findings}["overdue-other"] == "assumed"


def test_doubts_are_the_unrendered_columns_that_look_bad_dynamic_first(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    menu = (*MENU[1:3], ("/ghjh/", "规划计划"), ("/rsrm/", "人事任免"))
    site.page("/", frame(listing(items(FRESH)), menu=menu))
    site.page("/zwdt/", frame(listing(items(["", "", ""])), menu=menu))
    site.page("/zwdt/c1.html", article(day=""), depth=2)
    site.page("/tzgg/", frame(listing(items(FRESH, folder="/tzgg/")), menu=menu))
    site.page("/ghjh/", frame("<ul></ul>", menu=menu))
    site.page("/rsrm/", frame(listing(items(OLD, folder="/rsrm/")), menu=menu))
    doubts = sorted(column_updates.doubts(site.evidence()), key=lambda doubt: doubt.rank)
    assert [doubt.page.url.removeprefix(HOST) for doubt in doubts] == ["/zwdt/", "/ghjh/", "/rsrm/", "/zwdt/c1.html"]
    assert all(doubt.scope == "page" for doubt in doubts)


def test_judged_on_an_earlier_day_later_entries_do_not_exist(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    site.page("/", frame(listing(items(FRESH))))
    days = ["2026-08-24", "2026-07-01", "2026-06-30", "2026-06-01"]
    site.page("/zwdt/", frame(crumbs(("/zwdt/", "政务动态")) + listing(items(days))), rendered=True)
    evidence = site.evidence()
    assert not any(f.subject == "/zwdt/" for f in column_updates.judge(evidence, AS_OF).findings)
    earlier = column_updates.judge(evidence, date(2026, 7, 20))
    assert [f.evidence.figures["newest"] for f in earlier.findings if f.subject == "/zwdt/"] == ["2026-07-01"]
