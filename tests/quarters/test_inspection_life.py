"""Lives of findings played up to a cut-off: each passage by hand, with what the figures make of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import pytest

from reports.history_reading import Event, LifeFinding, LifeReader
from reports.inspection_life import Fault, Lives, Period, repair_of

FIRST, CUTOFF = date(2026, 7, 1), date(2026, 9, 28)
JUNE, JULY, AUGUST, SEPTEMBER, OCTOBER = date(2026, 6, 20), date(2026, 7, 10), date(2026, 8, 10), date(2026, 9, 10), date(2026, 10, 10)


def life(key: str = "a", *, severity: str = "deduction", confirm: bool = False, note: str = "") -> LifeFinding:
    told: dict[str, Any] = dict.fromkeys(LifeFinding.__dataclass_fields__, "")
    told |= {"id": key, "site": "s", "severity": severity, "confirm": confirm, "note": note, "pages": (), "nights": 1, "seen": 0}
    return LifeFinding(**told | {"state": "open", "since": JUNE, "first_seen": JUNE, "last_seen": JUNE})


class Kept:
    """Findings and events as the central database would give them."""

    def __init__(self, findings: Sequence[LifeFinding], events: Sequence[tuple[str, date, str, str]]) -> None:
        self._findings, self._events = tuple(findings), tuple(Event(key, "s", night, event, detail) for key, night, event, detail in events)

    def findings(self, *, sites: Sequence[str]) -> tuple[LifeFinding, ...]:
        return self._findings

    def events(self, *, since: date, sites: Sequence[str]) -> tuple[Event, ...]:
        return self._events


def faults(
    events: Sequence[tuple[str, date, str, str]],
    findings: Sequence[LifeFinding] = (),
    confirmed: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> list[Fault]:
    kept = Kept(findings or [life()], events)
    return list(Lives(cast(LifeReader, kept), ["s"], Period(FIRST, CUTOFF, confirmed, excluded)).faults("s"))


NEW = ("a", JULY, "new", "deduction")
OLD = ("a", JUNE, "new", "deduction")


@pytest.mark.parametrize(
    ("told", "events", "figures"),
    [
        # figures: opened, closed, within, due, reopened, median days
        ("told in the quarter and there", [NEW], (1, 0, 0, 1, 0, None)),
        ("told and rectified in the quarter", [NEW, ("a", AUGUST, "rectified", "")], (1, 1, 1, 1, 0, 31.0)),
        ("open before, rectified in it", [OLD, ("a", JULY, "rectified", "")], (0, 1, 0, 1, 0, 20.0)),
        ("open before and still", [OLD], (0, 0, 0, 1, 0, None)),
        ("rectified before it began", [OLD, ("a", date(2026, 6, 25), "rectified", "")], (0, 0, 0, 0, 0, None)),
        (
            "rectified before it began, back in it",
            [OLD, ("a", date(2026, 6, 25), "rectified", ""), ("a", JULY, "reopened", "rectified")],
            (0, 0, 0, 1, 1, None),
        ),
        (
            "rectified, back, rectified again",
            [NEW, ("a", date(2026, 7, 20), "rectified", ""), ("a", AUGUST, "reopened", "rectified"), ("a", SEPTEMBER, "rectified", "")],
            (1, 1, 1, 1, 1, 62.0),
        ),
        ("its page is gone", [NEW, ("a", AUGUST, "withdrawn", "")], (0, 0, 0, 0, 0, None)),
        ("the rule has changed", [OLD, ("a", AUGUST, "rule-changed", "")], (0, 0, 0, 0, 0, None)),
        (
            "the rule changed and changed back",
            [OLD, ("a", JULY, "rule-changed", ""), ("a", AUGUST, "reopened", "rule-changed")],
            (0, 0, 0, 1, 0, None),
        ),
        ("rectified after the cut-off", [NEW, ("a", OCTOBER, "rectified", "")], (1, 0, 0, 1, 0, None)),
        ("told after the cut-off", [("a", OCTOBER, "new", "deduction")], (0, 0, 0, 0, 0, None)),
        ("nobody looks at it any more", [OLD, ("a", AUGUST, "check-stopped", "")], (0, 0, 0, 1, 0, None)),
        ("was a candidate when the quarter ended", [("a", JULY, "new", "candidate"), ("a", OCTOBER, "severity", "candidate deduction")], (0, 0, 0, 0, 0, None)),
        ("has become a deduction in it", [("a", JULY, "new", "candidate"), ("a", AUGUST, "severity", "candidate deduction")], (1, 0, 0, 1, 0, None)),
        ("a caution", [("a", JULY, "new", "caution")], (0, 0, 0, 0, 0, None)),
        ("a veto nobody confirmed", [("a", JULY, "new", "veto")], (0, 0, 0, 0, 0, None)),
    ],
)  # fmt: skip
def test_a_life_counts_as_it_went(told: str, events: list[tuple[str, date, str, str]], figures: tuple[Any, ...]) -> None:
    repair = repair_of("", faults(events), 0)
    assert (repair.opened, repair.closed, repair.within, repair.due, repair.reopened, repair.median_days) == figures, told


def test_what_people_decided_counts_whatever_its_severity() -> None:
    assert repair_of("", faults([("a", JULY, "new", "veto")], confirmed=["a"]), 0).due == 1
    assert repair_of("", faults([("a", JULY, "new", "candidate")], confirmed=["a"]), 0).due == 1
    assert repair_of("", faults([NEW], [life(confirm=True)]), 0).due == 0
    assert repair_of("", faults([NEW], [life(confirm=True)], confirmed=["a"]), 0).due == 1
    assert repair_of("", faults([("a", JULY, "new", "caution")], [life(severity="caution")], confirmed=["a"]), 0).due == 0
    assert repair_of("", faults([NEW], excluded=["a"]), 0).due == 0


def test_a_fault_that_goes_on_under_another_code_is_one() -> None:
    events = [OLD, ("b", AUGUST, "continues", "a")]
    (fault,) = faults(events, [life("a"), life("b")])
    assert fault.state == "open" and fault.begun == JUNE and [each.id for each in fault.members] == ["b", "a"]
    closed = [*events, ("a", SEPTEMBER, "rectified", ""), ("b", SEPTEMBER, "rectified", "")]
    repair = repair_of("", faults(closed, [life("a"), life("b")]), 0)
    assert (repair.opened, repair.closed, repair.due, repair.median_days) == (0, 1, 1, 82.0)
    half = [*events, ("a", SEPTEMBER, "rectified", "")]
    assert repair_of("", faults(half, [life("a"), life("b")]), 0).closed == 0


def test_a_twin_counts_once_and_two_faults_count_twice() -> None:
    events = [NEW, ("b", JULY, "new", "deduction")]
    assert repair_of("", faults(events, [life("a", note="told-as b"), life("b")]), 0).due == 1
    assert repair_of("", faults(events, [life("a"), life("b")]), 0).due == 2
    assert repair_of("", faults(events, [life("a", note="told-as b"), life("b")], excluded=["a"]), 0).due == 0


def test_the_middle_of_an_even_number_of_days_is_between_them() -> None:
    events = [
        NEW, ("b", JULY, "new", "deduction"), ("a", date(2026, 7, 20), "rectified", ""), ("b", date(2026, 7, 25), "rectified", ""),
    ]  # fmt: skip
    assert repair_of("", faults(events, [life("a"), life("b")]), 0).median_days == 12.5
