"""`interaction-channel` on small sites: vetoes, deductions, and what is not said because it was not seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.interaction_channel import CHECK
from checks.model import Judgement
from tests.checks.build import Built
from tests.checks.interaction_pages import (
    AS_OF,
    BOX,
    FORM,
    SECTION,
    WHOLE,
    WORDS,
    complete_site,
    home,
    letter,
    letters_table,
    page,
    section,
    site,
)


def judged(built: Built) -> Judgement:
    return CHECK.judge(built.evidence(), AS_OF)


def codes(judgement: Judgement) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in judgement.findings]


def reasons(judgement: Judgement) -> set[str]:
    return {unseen.reason for unseen in judgement.unseen}


def test_a_section_that_lacks_nothing_passes(tmp_path: Path) -> None:
    judgement = judged(complete_site(tmp_path))
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("pass", [], set())
    assert judgement.figures["letters"] == 6
    assert len(judgement.figures["drawn"]) == 5


# a channel


def with_channels(folder: Path, channels: str, pages: dict[str, str], *, rendered: bool = True) -> Built:
    """A site whose section links ``channels``; ``pages``: body by path."""
    built = site(folder)
    built.page("/", home(), rendered=rendered)
    built.page("/hdjl/", section(channels=channels), rendered=rendered)
    for path, body in pages.items():
        built.page(path, page("咨询建言", body, crumbs=SECTION), rendered=rendered)
    return built


XF, JB, YJ = "<a href='/xf/'>网上信访</a>", "<a href='/jb/'>纪检举报</a>", "<a href='/yjzj/'>意见征集</a>"
ZX = "<a href='/hdjl/zx/'>在线咨询</a>"
CHANNELS: dict[str, tuple[str, dict[str, str], str, list[tuple[str, str, str]]]] = {
    "petition and discipline only": (XF + JB, {}, "fail", [("no-channel", "site", "veto")]),
    "a survey only": (YJ, {}, "fail", [("no-channel", "site", "veto")]),
    "an e-mail address only": (ZX, {"/hdjl/zx/": f"{WORDS}<p>请发送至 zx@lantian.gov.cn</p>"}, "pass", [("email-only", "site", "caution")]),
    "a page that only explains": (ZX, {"/hdjl/zx/": WORDS}, "pass", [("no-channel", "site", "candidate")]),
    "a form but no letters": (ZX + XF, {"/hdjl/zx/": FORM}, "fail", [("no-letters", "/hdjl/zx/", "deduction")]),
    "a log-in but no letters": (
        ZX, {"/hdjl/zx/": "<p>该页面需要先登录，点击登录</p>"}, "fail", [("no-letters", "/hdjl/zx/", "deduction")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("channels", "pages", "verdict", "findings"), CHANNELS.values(), ids=CHANNELS)
def test_what_is_a_channel(
    tmp_path: Path, channels: str, pages: dict[str, str], verdict: str, findings: list[tuple[str, str, str]]
) -> None:
    judgement = judged(with_channels(tmp_path, channels, pages))
    assert (judgement.verdict, [(f.code, f.subject, f.severity) for f in judgement.findings]) == (verdict, findings)


def test_a_page_that_was_not_rendered_is_no_missing_channel(tmp_path: Path) -> None:
    judgement = judged(with_channels(tmp_path, XF, {}, rendered=False))
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("not_assessed", [], {"not-rendered"})


def test_a_form_that_a_script_writes_is_a_channel(tmp_path: Path) -> None:
    built = with_channels(tmp_path, ZX, {})
    built.page("/hdjl/zx/", page("在线咨询", "<div id='app'></div>", crumbs=SECTION), rendered=page("在线咨询", FORM, crumbs=SECTION))
    assert codes(judged(built)) == [("no-letters", "/hdjl/zx/")]


def test_a_dead_channel_is_none(tmp_path: Path) -> None:
    built = with_channels(tmp_path, ZX, {})
    built.failed("/hdjl/zx/")
    assert codes(judged(built)) == [("no-channel", "site")]


@pytest.mark.parametrize("state", ["network-error", "challenge", "robots"])
def test_a_channel_that_could_not_be_read_accuses_nobody(tmp_path: Path, state: str) -> None:
    built = with_channels(tmp_path, ZX, {})
    built.failed("/hdjl/zx/", state, None)
    judgement = judged(built)
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


def test_a_channel_whose_address_only_a_script_knows_accuses_nobody(tmp_path: Path) -> None:
    judgement = judged(with_channels(tmp_path, "<a href='javascript:open1()'>在线咨询</a>", {}))
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


# answers


def with_letters(
    folder: Path, rows: list[tuple[str, str, str, str]], *, name: str = "县长信箱", details: dict[str, str] | None = None
) -> Built:
    """A site with a form and one list of letters; ``details``: a letter's own page by address."""
    built = site(folder)
    built.page("/", home(), rendered=True)
    built.page("/hdjl/", section(channels=f"<a href='/hdjl/xzxx/'>{name}</a><a href='/hdjl/wyxx/'>我要写信</a>"), rendered=True)
    built.page("/hdjl/wyxx/", page("我要写信", FORM, crumbs=SECTION), rendered=True)
    built.page("/hdjl/xzxx/", page(name, letters_table(rows), crumbs=SECTION), rendered=True)
    for url, html in (details or {}).items():
        built.page(url, html, rendered=True)
    return built


FRESH = ("/hdjl/xzxx/9.html", "咨询入学", "2026-08-20", "已答复")
ANSWERS: dict[str, tuple[tuple[str, str, str, str], list[tuple[str, str]]]] = {
    "pending for four months": (("/hdjl/xzxx/1.html", "路灯不亮", "2026-04-20", "受理中"), [("unanswered", "/hdjl/xzxx/1.html")]),
    "pending for three months and a day": (("/hdjl/xzxx/1.html", "路灯不亮", "2026-05-24", "待回复"), [("unanswered", "/hdjl/xzxx/1.html")]),
    "pending for exactly three months": (("/hdjl/xzxx/1.html", "路灯不亮", "2026-05-25", "待回复"), []),
    "pending for a week": (("/hdjl/xzxx/1.html", "路灯不亮", "2026-08-18", "受理中"), []),
    "pending since before the last year": (("/hdjl/xzxx/1.html", "路灯不亮", "2025-08-24", "受理中"), []),
    "pending since the first day of the last year": (("/hdjl/xzxx/1.html", "路灯不亮", "2025-08-25", "受理中"), [("unanswered", "/hdjl/xzxx/1.html")]),
    "answered": (("/hdjl/xzxx/1.html", "路灯不亮", "2026-04-20", "已办结"), []),
    "invalid": (("/hdjl/xzxx/1.html", "路灯不亮", "2026-04-20", "不予受理"), []),
    "no address of its own": (("javascript:;", "路灯不亮", "2026-04-20", "未答复"), [("unanswered", "/hdjl/xzxx/#路灯不亮")]),
}  # fmt: skip


@pytest.mark.parametrize(("row", "findings"), ANSWERS.values(), ids=ANSWERS)
def test_a_letter_of_the_last_year_must_be_answered_within_three_months(
    tmp_path: Path, row: tuple[str, str, str, str], findings: list[tuple[str, str]]
) -> None:
    judgement = judged(with_letters(tmp_path, [FRESH, row], details={FRESH[0]: letter("咨询入学", **WHOLE)}))
    assert codes(judgement) == findings
    assert all(finding.severity == "veto" for finding in judgement.findings)


OWN_PAGES: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "its own page shows the answer": (WHOLE | {"asked": "2026-04-20"}, "受理中", []),
    "its own page shows none either": ({"asked": "2026-04-20", "state": "受理中"}, "受理中", ["unanswered"]),
    "taken in, and its own page shows no answer": ({"asked": "2026-04-20", "state": "已受理"}, "已受理", ["unanswered"]),
    "taken in, and its own page shows the answer": (WHOLE | {"asked": "2026-04-20", "state": ""}, "已受理", []),
}


@pytest.mark.parametrize(("fields", "state", "findings"), OWN_PAGES.values(), ids=OWN_PAGES)
def test_a_letters_own_page_has_the_last_word(tmp_path: Path, fields: dict[str, str], state: str, findings: list[str]) -> None:
    row = ("/hdjl/xzxx/1.html", "路灯不亮", "2026-04-20", state)
    details = {FRESH[0]: letter("咨询入学", **WHOLE), row[0]: letter("路灯不亮", **fields)}
    assert [f.code for f in judged(with_letters(tmp_path, [FRESH, row], details=details)).findings] == findings


def test_a_letter_taken_in_whose_own_page_nobody_read_is_left_open(tmp_path: Path) -> None:
    row = ("/hdjl/xzxx/1.html", "路灯不亮", "2026-04-20", "已受理")
    judgement = judged(with_letters(tmp_path, [FRESH, row], details={FRESH[0]: letter("咨询入学", **WHOLE)}))
    assert (judgement.verdict, codes(judgement)) == ("not_assessed", [])


@pytest.mark.parametrize("name", ["网上信访", "意见征集", "在线访谈", "纪检举报"])
def test_exempt_channels_have_no_time_limit(tmp_path: Path, name: str) -> None:
    built = complete_site(tmp_path)
    table = letters_table(
        [("/hdjl/x/1.html", "反映路灯不亮", "2026-04-01", "待回复"), ("/hdjl/x/2.html", "反映噪音扰民", "2026-04-02", "待回复")]
    )
    built.page("/hdjl/x/", page(name, table, crumbs=SECTION), rendered=True)
    assert codes(judged(built)) == []


# what is published


def _letter(number: int, **changes: str) -> str:
    """Letter ``number``, asked and answered on day ``number`` of August."""
    day = f"2026-08-0{number}"
    return letter(f"咨询{number}", **(WHOLE | {"asked": day, "answered": day} | changes))


DRAWN: dict[str, tuple[dict[int, str], list[str]]] = {
    "all complete": ({}, []),
    "no unit": ({3: _letter(3, unit="")}, ["答复单位"]),
    "no reply time": ({5: _letter(5, answered="")}, ["答复时间"]),
    "no reply text": ({4: _letter(4, reply="")}, ["答复内容"]),
    "a unit that signs its answer": ({3: _letter(3, unit="", reply="您好，问题已处理。 县教育局 2026年8月3日")}, []),
    "an old one, not drawn": ({1: _letter(1, unit="")}, []),
}


@pytest.mark.parametrize(("changed", "missing"), DRAWN.values(), ids=DRAWN)
def test_the_five_newest_letters_show_all_four_elements(tmp_path: Path, changed: dict[int, str], missing: list[str]) -> None:
    rows = [(f"/hdjl/xzxx/{i}.html", f"咨询{i}", f"2026-08-0{i}", "已答复") for i in range(1, 7)]
    details = {f"/hdjl/xzxx/{i}.html": changed.get(i) or _letter(i) for i in range(1, 7)}
    judgement = judged(with_letters(tmp_path, rows, details=details))
    assert codes(judgement) == ([("letter-incomplete", "/hdjl/xzxx/")] if missing else [])
    for finding in judgement.findings:
        assert all(name in finding.message for name in missing)
        assert finding.evidence.pages == tuple(f"https://www.lantian.gov.cn/hdjl/xzxx/{i}.html" for i in changed)


def test_an_incomplete_letter_that_was_not_rendered_is_left_open(tmp_path: Path) -> None:
    built = with_letters(tmp_path, [FRESH])
    built.page(FRESH[0], letter("咨询入学", **(WHOLE | {"unit": ""})))
    judgement = judged(built)
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("not_assessed", [], {"not-rendered"})


@pytest.mark.parametrize(("day", "findings"), [("2026-06-24", [("stale", "/hdjl/xzxx/")]), ("2026-06-25", []), ("2026-08-20", [])])
def test_something_new_is_published_within_two_months(tmp_path: Path, day: str, findings: list[tuple[str, str]]) -> None:
    row = ("/hdjl/xzxx/1.html", "咨询入学", day, "已答复")
    built = with_letters(tmp_path, [row], details={row[0]: letter("咨询入学", **(WHOLE | {"asked": day, "answered": day}))})
    assert codes(judged(built)) == findings


def test_an_old_letter_answered_lately_is_new(tmp_path: Path) -> None:
    row = ("/hdjl/xzxx/1.html", "咨询入学", "2026-05-30", "已答复")
    built = with_letters(
        tmp_path, [row], details={row[0]: letter("咨询入学", **(WHOLE | {"asked": "2026-05-30", "answered": "2026-08-20"}))}
    )
    assert codes(judged(built)) == []


def test_nothing_published_is_said_only_when_every_list_was_read(tmp_path: Path) -> None:
    built = with_letters(tmp_path, [])
    built.page("/hdjl/xd/", page("回复选登", "<p>暂无公开来信。</p>", crumbs=SECTION), rendered=True)
    assert [code for code, _ in codes(judged(built))] == ["no-letters"]


def test_an_unread_list_leaves_it_open(tmp_path: Path) -> None:
    built = site(tmp_path)
    built.page("/", home(), rendered=True)
    built.page("/hdjl/", section(channels="<a href='/hdjl/wyxx/'>我要写信</a><a href='/hdjl/xd/'>回复选登</a>"), rendered=True)
    built.page("/hdjl/wyxx/", page("我要写信", FORM, crumbs=SECTION), rendered=True)
    judgement = judged(built)
    assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("not_assessed", [], {"not-found-in-crawl"})


def test_letters_of_an_ordinary_list_are_letters(tmp_path: Path) -> None:
    built = site(tmp_path)
    built.page("/", home(), rendered=True)
    built.page("/hdjl/", section(channels="<a href='/hdjl/wyxx/'>我要写信</a><a href='/hdjl/xd/'>回复选登</a>"), rendered=True)
    built.page("/hdjl/wyxx/", page("我要写信", FORM, crumbs=SECTION), rendered=True)
    listed = (
        "<ul>"
        + "".join(f"<li><a href='/hdjl/xd/{i}.html'>关于入学政策的咨询（{i}）</a><span>2026-08-0{i}</span></li>" for i in (3, 2, 1))
        + "</ul>"
    )
    built.page("/hdjl/xd/", page("回复选登", listed, crumbs=SECTION), rendered=True)
    for i in (3, 2, 1):
        built.page(f"/hdjl/xd/{i}.html", letter(f"关于入学政策的咨询（{i}）", **WHOLE), rendered=True)
    assert (judged(built).verdict, judged(built).figures["letters"]) == ("pass", 3)


# the whole


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_not_assessed(tmp_path: Path, state: str) -> None:
    built = site(tmp_path)
    built.failed("/", "challenge", 412)
    built.writer.put_meta("site_state", {"state": state})
    assert (judged(built).verdict, reasons(judged(built))) == ("not_assessed", {state})


@pytest.mark.parametrize(("ended_by", "verdict"), [("finished", "fail"), ("max-pages", "not_assessed")])
def test_a_site_without_any_section_is_accused_only_after_a_whole_crawl(tmp_path: Path, ended_by: str, verdict: str) -> None:
    built = site(tmp_path)
    built.page("/", home(nav="<a href='/zwyw/'>政务要闻</a>"), rendered=True)
    built.writer.put_meta("coverage", {"ended_by": ended_by})
    assert judged(built).verdict == verdict


def test_the_browser_is_asked_about_consult_pages_that_show_nothing(tmp_path: Path) -> None:
    built = with_channels(tmp_path, ZX, {"/hdjl/zx/": WORDS}, rendered=False)
    assert CHECK.doubts is not None
    assert {doubt.page.url for doubt in CHECK.doubts(built.evidence())} == {built.url("/hdjl/"), built.url("/hdjl/zx/")}


def test_every_letter_is_judged_by_its_column_even_when_crumbs_name_it(tmp_path: Path) -> None:
    built = site(tmp_path)
    built.page("/", home(), rendered=True)
    built.page("/hdjl/", section(), rendered=True)
    built.page("/hdjl/xzxx/", page("县长信箱", FORM, crumbs=SECTION), rendered=True)
    built.page("/hdjl/xzxx/1.html", letter("路灯不亮", asked="2026-04-20", state="受理中"), rendered=True)
    assert BOX[1][0] == "/hdjl/xzxx/"
    assert ("unanswered", "/hdjl/xzxx/1.html") in codes(judged(built))
