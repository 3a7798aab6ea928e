"""`interaction-statistics` on small sites: what is said, and what is not said because it was not seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from checks.interaction_statistics import CHECK
from checks.model import Judgement
from tests.checks.build import Built
from tests.checks.interaction_pages import AS_OF, FORM, SECTION, STATISTICS, WORDS, complete_site, home, page, section, site


def judged(built: Built) -> Judgement:
    return CHECK.judge(built.evidence(), AS_OF)


def codes(judgement: Judgement) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in judgement.findings]


def reasons(judgement: Judgement) -> set[str]:
    return {unseen.reason for unseen in judgement.unseen}


def test_fresh_figures_pass_and_stand_in_the_output(tmp_path: Path) -> None:
    judgement = judged(complete_site(tmp_path))
    assert (judgement.verdict, codes(judgement)) == ("pass", [])
    newest = judgement.figures["statistics"][0]
    assert newest["period"] == "2026年7月"
    assert {"metric": "accepted", "label": "受理", "value": 128, "unit": "件"} in newest["figures"]
    assert "128" in judgement.summary


def with_section(folder: Path, body: str, *, rendered: bool | str = True, reason: str = "not-rendered") -> Built:
    """A site whose section has one box with a form; ``body`` stands on the section's page."""
    built = site(folder)
    built.page("/", home(), rendered=True)
    built.page("/hdjl/", section(body), rendered=rendered, reason=reason)
    built.page("/hdjl/xzxx/", page("县长信箱", WORDS + FORM, crumbs=SECTION), rendered=True)
    return built


JUDGED: dict[str, tuple[str, str, list[tuple[str, str]], set[str]]] = {
    # body of the section's page -> verdict, findings, what was not seen
    "figures in the page": (STATISTICS, "pass", [], set()),
    "nothing": ("", "fail", [("missing", "site")], set()),
    "only a service counter": ("<h3>办件统计</h3><p>受理：900</p><p>办结：880</p>", "fail", [("missing", "site")], set()),
    "only visit figures": ("<p>访问量：128345</p>", "fail", [("missing", "site")], set()),
    "a heading and nothing below": ("<h3>来信受理反馈情况统计</h3><p>敬请期待</p>", "fail", [("no-figures", "/hdjl/")], set()),
    "labels without numbers": ("<p>已受理：<i id='a'></i></p><p>已办结：<i id='b'></i></p>", "fail", [("no-figures", "/hdjl/")], set()),
    "a heading over a canvas": ("<div><h3>来信统计</h3><canvas id='c'></canvas></div>", "not_assessed", [], {"figures-not-text"}),
    "a heading over a picture": ("<div><h3>来信统计</h3><p><img src='/tj.png'></p></div>", "not_assessed", [], {"figures-not-text"}),
    "a heading over a spreadsheet": ("<div><h3>来信统计</h3><a href='/tj/7.xlsx'>7月</a></div>", "not_assessed", [], {"figures-not-text"}),
    "old figures": (STATISTICS.replace("2026年7月", "2025年6月"), "pass", [("stale", "/hdjl/")], set()),
    "figures just inside a year": (STATISTICS.replace("2026年7月", "2025年8月"), "pass", [], set()),
    "a running counter": ("<p>【信件办理情况】 已受理：157 已办结：99</p>", "pass", [], set()),
}


@pytest.mark.parametrize(("body", "verdict", "findings", "unseen"), JUDGED.values(), ids=JUDGED)
def test_a_settled_section(tmp_path: Path, body: str, verdict: str, findings: list[tuple[str, str]], unseen: set[str]) -> None:
    judgement = judged(with_section(tmp_path, body))
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == (verdict, findings, unseen)


def test_figures_that_a_script_adds_are_found(tmp_path: Path) -> None:
    judgement = judged(with_section(tmp_path, "<div id='tj'></div>", rendered=section(STATISTICS)))
    assert judgement.verdict == "pass"


def test_a_page_that_was_not_rendered_accuses_nobody(tmp_path: Path) -> None:
    judgement = judged(with_section(tmp_path, "", rendered=False, reason="no-browser"))
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("not_assessed", [], {"no-browser"})


def _unread_statistics(built: Built) -> None:
    built.page("/hdjl/", section(channels="<a href='/hdjl/xzxx/'>县长信箱</a><a href='/hdjl/lytj/'>留言统计</a>"), rendered=True)


def _unread_corner(built: Built) -> None:
    built.page("/hdjl/", section(channels="<a href='/hdjl/xzxx/'>县长信箱</a><a href='/hdjl/gongshi/'>情况公布</a>"), rendered=True)


def _failed_statistics(built: Built) -> None:
    _unread_statistics(built)
    built.failed("/hdjl/lytj/", "network-error", None)


UNSEEN: dict[str, tuple[Callable[[Built], None], str, list[tuple[str, str]]]] = {
    "a page of statistics nobody read": (_unread_statistics, "not_assessed", []),
    "a page of statistics that timed out": (_failed_statistics, "not_assessed", []),
    "a page of the section's folder nobody read": (_unread_corner, "not_assessed", []),
    "every page read": (lambda built: built.page("/hdjl/", section(), rendered=True) and None, "fail", [("missing", "site")]),
}


@pytest.mark.parametrize(("arrange", "verdict", "findings"), UNSEEN.values(), ids=UNSEEN)
def test_missing_is_said_only_where_nothing_was_left_unread(
    tmp_path: Path, arrange: Callable[[Built], None], verdict: str, findings: list[tuple[str, str]]
) -> None:
    built = site(tmp_path)
    built.page("/", home(), rendered=True)
    built.page("/hdjl/xzxx/", page("县长信箱", WORDS + FORM, crumbs=SECTION), rendered=True)
    arrange(built)
    judgement = judged(built)
    assert (judgement.verdict, codes(judgement)) == (verdict, findings)


def test_articles_of_a_statistics_column_are_read(tmp_path: Path) -> None:
    built = with_section(tmp_path, "<a href='/hdjl/lytj/'>留言统计</a>")
    listed = (
        "<ul>"
        + "".join(f"<li><a href='/hdjl/lytj/{m}.html'>2026年{m}月留言办理情况</a><span>2026-0{m}-28</span></li>" for m in (5, 6, 7))
        + "</ul>"
    )
    built.page("/hdjl/lytj/", page("留言统计", listed, crumbs=SECTION), rendered=True)
    text = "<p>7月，“县长信箱”共收到群众来信18件，已办理18件，网站公开2件。</p>"
    built.page("/hdjl/lytj/7.html", page("2026年7月留言办理情况", text, crumbs=(*SECTION, ("/hdjl/lytj/", "留言统计"))))
    judgement = judged(built)
    assert judgement.verdict == "pass"
    assert judgement.figures["statistics"][0]["last"] == "2026-07-31"


def test_articles_of_a_statistics_column_that_were_not_read_leave_it_open(tmp_path: Path) -> None:
    built = with_section(tmp_path, "<a href='/hdjl/lytj/'>留言统计</a>")
    listed = (
        "<ul>"
        + "".join(f"<li><a href='/hdjl/lytj/{m}.html'>2026年{m}月留言办理情况</a><span>2026-0{m}-28</span></li>" for m in (5, 6, 7))
        + "</ul>"
    )
    built.page("/hdjl/lytj/", page("留言统计", listed, crumbs=SECTION), rendered=True)
    judgement = judged(built)
    assert (judgement.verdict, reasons(judgement)) == ("not_assessed", {"not-found-in-crawl"})


@pytest.mark.parametrize(
    ("ended_by", "rendered", "verdict"),
    [("finished", True, "fail"), ("max-pages", True, "not_assessed"), ("finished", False, "not_assessed")],
)
def test_a_site_without_any_section_is_accused_only_after_a_whole_crawl(
    tmp_path: Path, ended_by: str, rendered: bool, verdict: str
) -> None:
    built = site(tmp_path)
    built.page("/", home(nav="<a href='/zwyw/'>政务要闻</a>"), rendered=rendered)
    built.writer.put_meta("coverage", {"ended_by": ended_by})
    judgement = judged(built)
    assert judgement.verdict == verdict
    assert codes(judgement) == ([("missing", "site")] if verdict == "fail" else [])


def test_figures_on_the_home_page_count(tmp_path: Path) -> None:
    built = site(tmp_path)
    built.page("/", home(body="<div><h3>来信统计</h3><p>受理：12</p><p>办结：11</p></div>"))
    built.page("/hdjl/", section())
    assert judged(built).verdict == "pass"


def test_a_report_elsewhere_on_the_site_is_no_statistics_of_the_section(tmp_path: Path) -> None:
    built = with_section(tmp_path, "")
    text = "<p>全年共办理厅长信箱信件1500余件，做到件件有落实。</p>"
    built.page("/zwgk/ndbg/1.html", page("2025年度政府信息公开工作报告", text, crumbs=(("/zwgk/", "政务公开"),)))
    assert codes(judged(built)) == [("missing", "site")]


def test_a_blocked_site_is_not_assessed(tmp_path: Path) -> None:
    built = site(tmp_path)
    built.failed("/", "challenge", 412)
    built.writer.put_meta("site_state", {"state": "blocked"})
    judgement = judged(built)
    assert (judgement.verdict, reasons(judgement)) == ("not_assessed", {"blocked"})


def test_the_browser_is_asked_about_the_pages_that_show_no_figures(tmp_path: Path) -> None:
    built = with_section(tmp_path, "", rendered=False)
    assert CHECK.doubts is not None
    assert {doubt.page.url for doubt in CHECK.doubts(built.evidence())} == {built.url("/hdjl/"), built.url("/hdjl/xzxx/")}


def test_the_browser_is_not_asked_where_figures_stand_in_the_page(tmp_path: Path) -> None:
    assert CHECK.doubts is not None
    assert list(CHECK.doubts(with_section(tmp_path, STATISTICS, rendered=False).evidence())) == []
