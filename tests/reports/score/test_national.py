"""The national table itself: the worked example of a real self-check, and what the program alone can say of a portal."""

from __future__ import annotations

import pytest

from checks.catalogue.indicators import Catalogue, official
from checks.model import Finding, Judgement, Proof
from checks.registry import CHECKS
from reports.score import score
from reports.scorecard import Assessed, ManualJudgement
from tests.reports.score.ground import DAY, SITE


@pytest.fixture(scope="module")
def table() -> Catalogue:
    return official()


def row_of(table: Catalogue, item: str, words: str) -> str:
    """The one row of an item whose text has these words."""
    [found] = [row.id for each in table.indicators if each.name == item for row in each.rows if words in row.text]
    return found


def site(*findings: Finding, services: bool = True) -> Assessed:
    judgements = [
        Judgement(
            check.id, check.title, "fail" if any(each.check == check.id for each in findings) else "pass", "", "",
            tuple(each for each in findings if each.check == check.id),
        )
        for check in CHECKS
    ]  # fmt: skip
    return Assessed(SITE, "portal", services, tuple(judgements))


def found(check: str, code: str, subject: str = "site", **figures: object) -> Finding:
    proof = Proof(("https://www.example.cn/",), "2026-09-30T08:00:00+08:00", figures=figures)
    return Finding(SITE, check, code, "deduction", subject, "", f"{code}。", "", "", "", "second-hand", proof)


def all_judged(table: Catalogue) -> list[ManualJudgement]:
    """Every row that only a person can judge: looked at, and in order."""
    return [
        ManualJudgement(SITE, row.id, 0.0, "", "王检查", DAY) for each in table.indicators for row in each.rows if row.judged == "person"
    ]


def test_a_self_check_of_2019_comes_out_as_it_was_published(table: Catalogue) -> None:
    """A portal's self-check of the second quarter of 2019: policies 6 months −5, service statistics 3 months −2, letters 2 months −3, one more finding of
    功能设计 −1: 89 points, passed (scoring copied by hand; the last finding is put into 站内搜索)."""
    statistics = row_of(table, "办事统计", "3 个月")
    search = row_of(table, "站内搜索", "分类")
    judged = [
        ManualJudgement(each.site, each.row, {statistics: 2.0, search: 1.0}.get(each.row, 0.0), "", each.by, each.day)
        for each in all_judged(table)
    ]
    card = score(
        site(found("column-updates", "overdue", "/zcwj/", kind="policy"), found("interaction-channel", "stale", "/hdjl/")),
        judged,
        table,
        DAY,
    )
    assert (card.low, card.certain, card.high, card.grade, card.settled) == (89, 89, 89, "pass", True)
    assert [(each.name, each.points) for each in card.items if each.points] == [
        ("政策文件", 5), ("办事统计", 2), ("留言公开", 3), ("站内搜索", 1),
    ]  # fmt: skip


def test_full_marks_are_100_and_130(table: Catalogue) -> None:
    best = [
        ManualJudgement(SITE, row.id, each.cap if each.part == "bonus" else 0.0, "", "王检查", DAY)
        for each in table.indicators
        for row in each.rows
        if row.judged == "person"
    ]
    assert (score(site(), all_judged(table), table, DAY).certain, score(site(), best, table, DAY).certain) == (100, 130)


def test_without_services_75_points_are_stretched_to_100(table: Catalogue) -> None:
    card = score(site(found("column-updates", "overdue", "/zcwj/", kind="policy"), services=False), all_judged(table), table, DAY)
    assert (card.certain, round(card.stretch, 6)) == (93.33, 1.333333)  # (75 − 5) × 4/3
    assert sum(each.cap for each in card.items if each.applies) == 75


def test_nobody_s_judgement_leaves_the_grade_open(table: Catalogue) -> None:
    card = score(site(), [], table, DAY)
    assert (card.certain, card.high, card.grade, card.settled) == (100, 130, "pass", False)
    assert {each.kind for each in card.at_stake} == {"person"}


COSTS: list[tuple[Finding, float]] = [
    (found("column-updates", "overdue", "/xw/", kind="dynamic"), 5),
    (found("column-updates", "undated", "/xw/", kind="dynamic"), 5),
    (found("column-updates", "overdue", "/zcwj/", kind="policy"), 5),
    (found("column-updates", "overdue", "/zcjd/", kind="interpretation"), 5),
    (found("column-updates", "overdue", "/tzgg/", kind="notice"), 1),
    (found("column-updates", "overdue-other", "/rsxx/", kind="other"), 1),
    (found("column-updates", "blank", "/kb/", kind="other"), 2),
    (found("interaction-channel", "no-channel"), 7),
    (found("interaction-channel", "no-letters"), 6),
    (found("interaction-channel", "letter-incomplete", "/hdjl/", incomplete=[{}, {}]), 2),
    (found("interaction-channel", "stale"), 3),
    (found("interaction-statistics", "missing"), 3),
    (found("site-identity", "missing-icp"), 0.5),
    (found("links", "broken-link", "http://a.example.cn/", position="home"), 0.2),
    (found("links", "broken-link", "http://a.example.cn/", position="column"), 0.1),
    (found("error-report-entry", "missing", "home", pages=1), 1),
    (found("error-report-entry", "missing", "/zwgk/", pages=3), 0.6),
    (found("page-tags", "content-missing", "/zwgk/", pages=4), 0.4),
    (found("page-tags", "column-missing", "/zwgk/", pages=40), 0.5),
    (found("ipv6", "no-aaaa"), 1),
]


@pytest.mark.parametrize(("finding", "points"), COSTS, ids=[f"{each.check}-{each.code}-{points:g}" for each, points in COSTS])
def test_a_finding_costs_what_the_table_says(table: Catalogue, finding: Finding, points: float) -> None:
    card = score(site(finding), all_judged(table), table, DAY)
    assert card.certain == pytest.approx(100 - points)
    assert card.points_of == {finding.id: pytest.approx(points)}
