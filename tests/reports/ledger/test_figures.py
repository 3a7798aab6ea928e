"""Figures of the ledger: what is asked, seen put right, overdue; every rate with its whole, nothing counted that was ruled out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.ledger import STATUSES, Claim, Issued, Status
from reports.ledger_figures import LedgerLine, by_unit, tally_of
from reports.ledger_review import RESULTS, Result, Review
from reports.ledger_status import rate_text, status_text
from tests.quarters.samples import QUARTER

FOUND, DUE = date(2026, 8, 1), date(2026, 10, 16)
AFTER = DUE + timedelta(days=1)


def entry(result: Result = "", status: Status | None = None, *, unit: str = "青山市", days: int = 10, number: int = 1) -> LedgerLine:
    issued = Issued(QUARTER, f"{number:010x}", "6299000001", unit, DUE, date(2026, 10, 9))
    claim = Claim(issued.finding, status=status, done=date(2026, 10, 12) if status == "已整改" else None) if status else None
    seen = FOUND + timedelta(days=days) if result not in ("", "unchecked") else None
    return LedgerLine(issued, "青山市门户", "栏目未更新。", "http://www.s1.gov.cn/", FOUND, claim, Review(result, seen))


OVERDUE: list[tuple[Result, Status | None, bool]] = [
    ("", None, True),
    ("", "待整改", True),
    ("", "无需整改", False),
    ("still-there", "已整改", True),
    ("unchecked", "已整改", False),
    ("verified", "已整改", False),
    ("verified", None, False),
    ("excluded", None, False),
    ("gone", None, False),
    ("rule-changed", "已整改", False),
]


@pytest.mark.parametrize(("result", "status", "late"), OVERDUE)
def test_overdue_is_what_is_there_and_was_neither_seen_nor_said_put_right(result: Result, status: Status | None, late: bool) -> None:
    assert entry(result, status).overdue(AFTER) is late
    assert not entry(result, status).overdue(DUE)


def test_a_tally_adds_up() -> None:
    lines = [
        entry("verified", "已整改", days=10), entry("verified", None, days=20), entry("verified", "已整改", days=60), entry("still-there", "已整改"),
        entry("unchecked", "已整改"), entry("", "待整改"), entry("", "无需整改"), entry("", None), entry("", None), entry("excluded"), entry("gone"),
    ]  # fmt: skip
    tally = tally_of("青山市", lines, AFTER)
    assert (tally.issued, tally.out, tally.asked) == (11, 2, 9)
    assert (tally.verified, tally.still, tally.unchecked, tally.working, tally.waived, tally.silent) == (3, 1, 1, 1, 1, 2)
    assert (tally.overdue, tally.median_days) == (4, 20.0)
    assert (tally.rate.part, tally.rate.whole) == (3, 9)


def test_a_rate_of_nothing_is_no_rate() -> None:
    tally = tally_of("青山市", [entry("excluded")], AFTER)
    assert tally.rate.share is None and rate_text(tally.rate) == "无可比数据" and tally.median_days is None
    assert rate_text(tally_of("青山市", [entry("verified")], AFTER).rate) == "100%（1/1）"


any_line = st.builds(
    entry, st.sampled_from(list(RESULTS)), st.sampled_from([None, *STATUSES]), unit=st.sampled_from(["青山市", "白水市"]), days=st.integers(0, 300)
)  # fmt: skip


@given(st.lists(any_line, max_size=30).map(lambda lines: [each for each in lines if possible(each)]))
def test_the_parts_of_what_is_asked_are_always_the_whole(lines: list[LedgerLine]) -> None:
    whole = tally_of("", lines, AFTER)
    assert whole.verified + whole.still + whole.unchecked + whole.working + whole.waived + whole.silent == whole.asked
    units = by_unit(lines, AFTER)
    for name in ("issued", "out", "verified", "still", "unchecked", "working", "waived", "silent", "overdue", "asked"):
        assert sum(getattr(each, name) for each in units) == getattr(whole, name)
    assert whole.overdue <= whole.asked - whole.verified


def possible(each: LedgerLine) -> bool:
    """What a review can say: still there and unchecked answer a claim that it is done, "" one that says something else or none."""
    done = each.claim is not None and each.claim.status == "已整改"
    return done if each.review.result in ("still-there", "unchecked") else not done if each.review.result == "" else True


def test_the_text_says_every_figure_and_names_what_is_overdue() -> None:
    lines = [entry("verified", "已整改", number=1), entry("", None, number=2, unit="白水市"), entry("unchecked", "已整改", number=3)]
    text = status_text(QUARTER, lines, AFTER)
    assert "青山市：应整改 2，其中复核通过 1，仍然存在 0，尚未复核 1" in text and "整改率 50.00%（1/2），整改天数中位数 10 天。" in text
    assert "合计：应整改 3" in text and "整改率 33.33%（1/3）" in text
    assert "逾期未整改 1 个：\n  0000000002  白水市" in text and "单位填报：未反馈" in text
    assert "报已整改、仍然存在 0 个\n" in text
