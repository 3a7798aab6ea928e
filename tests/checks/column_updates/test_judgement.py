"""栏目更新 on built sites: one defect each, and its harmless twin beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from checks import column_updates
from checks.model import Judgement
from tests.checks.build import Built
from tests.checks.markup import MENU, article, crumbs, frame, items, listing

AS_OF = date(2026, 8, 25)
FRESH = ["2026-08-24", "2026-08-20", "2026-08-12"]
STALE = ["2026-08-10", "2026-08-01", "2026-07-20"]  # 15 days and older

Build = Callable[[Built], None]
Answer = tuple[str, str]
"""``(code, severity)`` of a finding about the column under test, or ``("", verdict of its row)``."""


def home(site: Built, *, menu: tuple[tuple[str, str], ...] = MENU) -> None:
    site.page("/", frame(listing(items(FRESH), heading="要闻"), menu=menu), rendered=True)


def answer(judgement: Judgement, key: str) -> Answer:
    """What was said of the column at ``key``."""
    found = [finding for finding in judgement.findings if finding.subject == key]
    assert len(found) <= 1
    if found:
        return found[0].code, found[0].severity
    rows = [row for row in judgement.figures["columns"] if row["key"] == key]
    assert len(rows) == 1, [row["key"] for row in judgement.figures["columns"]]
    return "", rows[0]["verdict"]


def dynamic(
    days: list[str], *, rendered: bool | str = True, extra: str = "", script: str = "", pager: str = "", **article_days: str
) -> Build:
    """A site with the dynamic column /zwdt/ showing ``days``; ``c1="…"`` adds an article with that day ("" shows none)."""

    def build(site: Built) -> None:
        home(site)
        body = crumbs(("/zwdt/", "政务动态")) + listing(items(days), pager=pager) + extra
        site.page("/zwdt/", frame(body, script=script), rendered=rendered)
        for name, day in article_days.items():
            site.page(f"/zwdt/{name}.html", article(day=day, trail=crumbs(("/zwdt/", "政务动态"), "正文")), rendered=True, depth=2)

    return build


def column(path: str, name: str, body: str, *, trail: tuple[tuple[str, str] | str, ...] = (), rendered: bool | str = True) -> Build:
    """A site whose menu leads to one more column at ``path``."""

    def build(site: Built) -> None:
        home(site, menu=(*MENU, (path, name)))
        steps = trail or ((path, name),)
        site.page(path, frame(crumbs(*steps) + body, menu=(*MENU, (path, name))), rendered=rendered)

    return build


def undated(folder: str, days: list[str] | None = None, name: str = "c{n}.html") -> str:
    return listing(items(days or ["", "", ""], folder=folder, name=name))


SAFE_LINK = '<a href="/zwdt/c9.html">蓝田县召开第九次工作推进会议并部署任务</a>'

CASES: list[tuple[str, str, Build, Answer]] = [
    # 动态/要闻: 14 days
    ("dynamic fresh", "/zwdt/", dynamic(FRESH), ("", "ok")),
    ("dynamic 14 days old", "/zwdt/", dynamic(["2026-08-11", "2026-08-01", "2026-07-01"]), ("", "ok")),
    ("dynamic 15 days old", "/zwdt/", dynamic(STALE), ("overdue", "deduction")),
    ("pinned old entry above a fresh one", "/zwdt/", dynamic(["2025-01-01", "2026-08-20", "2026-08-10", "2026-08-01", "2026-07-20"]), ("", "ok")),
    ("only future days are fresh", "/zwdt/", dynamic(["2026-09-30", "2026-08-01", "2026-07-20", "2026-07-19", "2026-07-18"]), ("overdue", "deduction")),
    ("overdue, static page with a plain list", "/zwdt/", dynamic(STALE, rendered=False), ("overdue", "deduction")),
    ("render shows a fresh entry", "/zwdt/", dynamic(STALE, rendered=frame(crumbs(("/zwdt/", "政务动态")) + listing(items(FRESH)))), ("", "ok")),
    ("oldest first, later pages unread", "/zwdt/",
     dynamic(["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"], pager='共8页 <a href="/zwdt/index_1.html">下一页</a>'), ("", "not_assessed")),
    # dates in articles
    ("articles tell a fresh day", "/zwdt/", dynamic(["", "", ""], c1="2026-08-20", c2="2026-08-01"), ("", "ok")),
    ("articles tell a stale day", "/zwdt/", dynamic(["", "", ""], c1="2026-08-01", c2="2026-07-01", c3="2026-06-01"), ("overdue", "deduction")),
    ("lists and articles undated", "/zwdt/", dynamic(["", "", ""], c1="", c2="", c3=""), ("undated", "deduction")),
    ("undated list, articles never read", "/zwdt/", dynamic(["", "", ""]), ("", "not_assessed")),
    ("undated list not rendered", "/zwdt/", dynamic(["", "", ""], rendered=False, c1="", c2="", c3=""), ("", "not_assessed")),
    ("render shows the days", "/zwdt/", dynamic(["", "", ""], rendered=frame(listing(items(FRESH)))), ("", "ok")),
    ("stale pinned day above undated, unread entries", "/zwdt/", dynamic(["2026-01-05", "", "", "", ""]), ("", "not_assessed")),
    # first-level 通知公告, 政策文件, 政策解读: 6 months
    ("notice 6 months old", "/tzgg/", column("/tzgg/", "通知公告", listing(items(["2026-02-25", "2026-01-20", "2026-01-05"], folder="/tzgg/"))), ("", "ok")),
    ("notice a day older", "/tzgg/", column("/tzgg/", "通知公告", listing(items(["2026-02-24", "2026-01-20", "2026-01-05"], folder="/tzgg/"))),
     ("overdue", "deduction")),
    ("second-level notice 8 months old", "/zwgk/tzgg/",
     column("/zwgk/tzgg/", "通知公告", listing(items(["2026-01-05", "2026-01-02", "2025-12-30"], folder="/zwgk/tzgg/")),
            trail=(("/zwgk/", "政务公开"), ("/zwgk/tzgg/", "通知公告"))), ("", "ok")),
    ("parent named without a link: still second-level", "/tzgg2/",
     column("/tzgg2/", "通知公告", listing(items(["2026-01-05", "2026-01-02", "2025-12-30"], folder="/tzgg2/")), trail=("政务公开", ("/tzgg2/", "通知公告"))),
     ("", "ok")),
    ("second-level notice 13 months old", "/zwgk/tzgg/",
     column("/zwgk/tzgg/", "通知公告", listing(items(["2025-07-05", "2025-07-02", "2025-06-30"], folder="/zwgk/tzgg/")),
            trail=(("/zwgk/", "政务公开"), ("/zwgk/tzgg/", "通知公告"))), ("overdue-other", "deduction")),
    ("policy overdue", "/zcwj/", column("/zcwj/", "政策文件", listing(items(["2025-12-05", "2025-11-02", "2025-10-30"], folder="/zcwj/"))), ("overdue", "deduction")),
    ("interpretation overdue", "/zcjd/", column("/zcjd/", "政策解读", listing(items(["2025-12-05", "2025-11-02", "2025-10-30"], folder="/zcjd/"))),
     ("overdue", "deduction")),
    # others: 1 year, assumed
    ("personnel 11 months old", "/rsrm/", column("/rsrm/", "人事任免", listing(items(["2025-09-05", "2025-08-02", "2025-07-30"], folder="/rsrm/"))), ("", "ok")),
    ("personnel 13 months old", "/rsrm/", column("/rsrm/", "人事任免", listing(items(["2025-07-05", "2025-06-02", "2025-05-30"], folder="/rsrm/"))),
     ("overdue-other", "deduction")),
    ("topic 2 years old", "/fxzt/", column("/fxzt/", "防汛专题", listing(items(["2024-07-05", "2024-06-02", "2024-05-30"], folder="/fxzt/"))),
     ("overdue-other", "caution")),
    # weaker evidence
    ("dynamic undated, addresses fresh", "/zwdt2/",
     column("/zwdt2/", "部门动态", undated("/zwdt2/202608/", name="t202608{n}0_12{n}.html")), ("", "not_assessed")),
    ("other column dated by addresses only", "/ghjh/", column("/ghjh/", "规划计划", undated("/ghjh/202606/", name="t202606{n}0_12{n}.html")), ("", "ok")),
    # blank
    ("blank with a notice", "/ghjh/", column("/ghjh/", "规划计划", "<div class='list'>暂无信息</div>"), ("blank", "deduction")),
    ("blank by count", "/ghjh/", column("/ghjh/", "规划计划", "<ul></ul><div class='page'>共0条 0/0</div>"), ("blank", "deduction")),
    ("blank without a word", "/ghjh/", column("/ghjh/", "规划计划", "<ul class='list'></ul>"), ("blank", "deduction")),
    ("looks blank, not rendered", "/ghjh/", column("/ghjh/", "规划计划", "<ul class='list'></ul>", rendered=False), ("", "not_assessed")),
    ("looks blank, render shows entries", "/ghjh/",
     column("/ghjh/", "规划计划", "<ul id='list'></ul>", rendered=frame(listing(items(["2026-08-01", "2026-07-01", "2026-06-01"], folder="/ghjh/")))), ("", "ok")),
    ("survey column without a survey", "/hdjl/yjzj/",
     column("/hdjl/yjzj/", "意见征集", "<div class='page'>共0条</div>", trail=(("/hdjl/", "互动交流"), ("/hdjl/yjzj/", "意见征集"))), ("blank", "deduction")),
    ("badges and logos make no blank column less blank", "/ghjh/",
     column("/ghjh/", "规划计划", '<a href="/"><img src="/logo.png"></a><p>主办单位：蓝田县人民政府 网站标识码：6101220001</p>'
            '<a href="https://bszs.conac.cn/sitename"><img src="/red.png"></a>'), ("blank", "deduction")),
    ("a single page of text is not blank", "/zjlt/", column("/zjlt/", "营商环境", f"<p>{'蓝田县位于秦岭北麓，交通便利，资源丰富，产业兴旺。' * 20}</p>"), ("", "not_applicable")),
    ("a picture is not blank", "/zjlt/", column("/zjlt/", "营商环境", "<img src='/images/yshj.jpg' width=900>"), ("", "not_applicable")),
    ("a form is not blank", "/cxfw/", column("/cxfw/", "成绩发布", "<form><input type='text' name='q'><textarea></textarea></form>"), ("", "not_applicable")),
    ("a letters page is not blank for a word in a table", "/rsrm/",
     column("/rsrm/", "人事任免", listing(items(FRESH, folder="/rsrm/")) + "<table><tr><td>暂无附件</td></tr></table>"), ("", "ok")),
    # not for this check
    ("guide", "/zn/", column("/zn/", "政府信息公开指南", listing(items(["2019-01-01"], folder="/zn/"))), ("", "not_applicable")),
    ("archived", "/gd/", column("/gd/", "历史信息", listing(items(STALE, folder="/gd/"))), ("", "not_applicable")),
    ("past year", "/y2019/", column("/y2019/", "2019年工作动态", listing(items(["2019-12-01"] * 3, folder="/y2019/"))), ("", "not_applicable")),
    ("annual reports", "/nb/", column("/nb/", "政府信息公开年报", listing(items(["2025-01-20", "2024-01-20"], folder="/nb/"))), ("", "not_applicable")),
    ("letters are judged elsewhere", "/xzxx/", column("/xzxx/", "县长信箱", listing(items(["2020-01-20", "2019-01-20", "2019-01-02"], folder="/xzxx/"))),
     ("", "not_applicable")),
]  # fmt: skip


@pytest.mark.parametrize(("build", "key", "expected"), [(b, k, e) for _, k, b, e in CASES], ids=[name for name, *_ in CASES])
def test_what_is_said_of_a_column(tmp_path: Path, build: Build, key: str, expected: Answer) -> None:
    site = Built(tmp_path, as_of=AS_OF)
    build(site)
    assert answer(column_updates.judge(site.evidence(), AS_OF), key) == expected
