"""The life of a finding, night by night."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model import CheckRules, Fate
from crawler.oversight import OversightError
from tests.reports.history.nights import CHECK, SITE, Story, finding, judgement, night, outcome

A = finding()
B = finding("/tzgg/", pages=("http://www.lantian.gov.cn/tzgg/b.html",))


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def test_new_continuing_rectified_reopened_withdrawn(story: Story) -> None:
    story.tell(0, A)
    story.tell(1, A)
    row = story.row(A.id)
    assert (row["state"], row["first_seen"], row["last_seen"], row["nights"]) == ("open", "2026-08-01", "2026-08-02", 2)
    assert (row["first_evidence"], row["last_evidence"]) == ("evidence/2026-08-01/s1.sqlite", "evidence/2026-08-02/s1.sqlite")
    story.tell(2, fates={A.id: "clean"})
    assert story.state(A.id) == "rectified"
    story.tell(3, A)
    assert story.row(A.id)["first_seen"] == "2026-08-01"
    story.tell(4, fates={A.id: "gone"})
    assert story.state(A.id) == "withdrawn"
    assert story.events(A.id) == [("01", "new"), ("03", "rectified"), ("04", "reopened"), ("05", "withdrawn")]


@pytest.mark.parametrize("fates", [{A.id: "unseen"}, {}])
def test_what_was_not_assessed_changes_nothing(story: Story, fates: dict[str, Fate]) -> None:
    story.tell(0, A)
    before = story.row(A.id)
    story.tell(1, fates=fates, reason="网站拒绝了检查程序的访问")
    assert story.row(A.id) == before
    assert story.events(A.id) == [("01", "new")]


def test_a_changed_rule_rectifies_nothing(story: Story) -> None:
    story.tell(0, A)
    story.tell(1, fates={A.id: "clean"}, rules={CHECK: CheckRules("c2", "k1")})
    assert story.state(A.id) == "rule-changed"
    assert story.events(A.id)[-1] == ("02", "rule-changed")


def test_a_finding_told_under_the_changed_rule_can_be_rectified_under_it(story: Story) -> None:
    changed = {CHECK: CheckRules("c1", "k2")}
    story.tell(0, A)
    story.tell(1, A, rules=changed)
    story.tell(2, fates={A.id: "clean"}, rules=changed)
    assert story.state(A.id) == "rectified"


def test_a_changed_rule_is_remembered_over_a_night_that_saw_nothing(story: Story) -> None:
    story.tell(0, A)
    story.tell(1, fates={A.id: "unseen"}, rules={CHECK: CheckRules("c2", "k1")})
    story.tell(2, fates={A.id: "clean"}, rules={CHECK: CheckRules("c2", "k1")})
    assert story.state(A.id) == "rule-changed"


def test_a_check_that_runs_no_more_leaves_its_findings_open_with_a_note(story: Story) -> None:
    story.tell(0, A)
    story.record(outcome(1, judgement(check="ipv6")))
    story.record(outcome(2, judgement(check="ipv6")))
    assert (story.row(A.id)["state"], story.row(A.id)["note"]) == ("open", "check-stopped")
    assert story.events(A.id) == [("01", "new"), ("02", "check-stopped")]
    story.tell(3, A)
    assert story.row(A.id)["note"] == ""


def test_a_candidate_that_becomes_a_deduction_is_an_event(story: Story) -> None:
    story.tell(0, finding(severity="candidate", seen=1))
    story.tell(1, finding(severity="deduction", seen=2))
    assert (story.row(A.id)["severity"], story.row(A.id)["seen"]) == ("deduction", 2)
    assert story.events(A.id) == [("01", "new"), ("02", "severity")]


def test_known_and_cited_are_the_open_ones(story: Story) -> None:
    story.tell(0, A, B)
    story.tell(1, A, fates={B.id: "clean"})
    assert [known.id for known in story.life.known(SITE)] == [A.id]
    assert story.life.known(SITE)[0].first_seen == date(2026, 8, 1)
    assert story.life.cited() == {"evidence/2026-08-01/s1.sqlite", "evidence/2026-08-02/s1.sqlite"}
    assert {known.id for known in story.life.known(SITE, night(1))} == {A.id, B.id}, "a re-run must look where the first run closed"
    assert story.life.known("s2") == ()


def test_a_night_told_otherwise_again_replaces_the_first_telling(story: Story, tmp_path: Path) -> None:
    story.tell(0, A, B)
    story.tell(1, fates={A.id: "clean", B.id: "gone"})
    story.tell(1, A, finding("/new/"), fates={B.id: "clean"})
    plain = Story(tmp_path / "plain")
    plain.tell(0, A, B)
    plain.tell(1, A, finding("/new/"), fates={B.id: "clean"})
    assert story.dump() == plain.dump()


def test_a_night_before_the_last_one_is_refused(story: Story) -> None:
    story.tell(3, A)
    before = story.dump()
    with pytest.raises(OversightError, match="2026-08-04"):
        story.tell(1, A)
    assert story.dump() == before
    assert story.life.last_night() == night(3)


def test_nights_on_which_nothing_changes_add_one_row_each(story: Story) -> None:
    for number in range(30):
        story.tell(number, A, B)
        if number == 2:
            before = {table: len(rows) for table, rows in story.dump().items()}
    after = {table: len(rows) for table, rows in story.dump().items()}
    assert after == before | {"life_nights": 30}


def test_a_verdict_is_one_span_while_it_lasts_and_a_night_left_out_ends_it(story: Story) -> None:
    told = [(0, True), (1, True), (2, False), (4, False)]
    for number, bad in told:
        story.tell(number, *([A] if bad else []), fates={A.id: "clean"})
        story.tell(number, site="other")
    spans = [(row["verdict"], row["first"][-2:], row["last"][-2:]) for row in story.database.query(
        "SELECT * FROM life_spans WHERE site=? AND check_id=? ORDER BY first", [SITE, CHECK])]  # fmt: skip
    assert spans == [("fail", "01", "02"), ("pass", "03", "05")], "no night of the province lies between the third and the fifth"


def test_a_site_that_was_left_out_of_a_night_has_no_verdict_on_it(story: Story) -> None:
    story.tell(0)
    story.tell(1, site="other")
    story.tell(2)
    spans = [(row["first"][-2:], row["last"][-2:]) for row in story.database.query(
        "SELECT * FROM life_spans WHERE site=? AND check_id=? ORDER BY first", [SITE, CHECK])]  # fmt: skip
    assert spans == [("01", "01"), ("03", "03")]


def test_a_number_in_a_reason_makes_no_new_span(story: Story) -> None:
    for number in range(4):
        story.tell(number, reason=f"只有 {number} 次访问")
    rows = list(story.database.query("SELECT * FROM life_spans WHERE check_id=?", [CHECK]))
    assert [(row["reason"], row["last"][-2:]) for row in rows] == [("只有 3 次访问", "04")]


def test_a_hidden_link_that_spreads_is_one_fault(story: Story) -> None:
    one, two = "http://www.lantian.gov.cn/zwgk/a.html", "http://www.lantian.gov.cn/zwgk/b.html"
    page = finding("/zwgk/a.html", check="hidden-links", code="hidden", pages=(one,))
    section = finding("/zwgk/", check="hidden-links", code="hidden", pages=(one, two))
    story.record(outcome(0, judgement(page, check="hidden-links")))
    story.record(outcome(1, judgement(section, check="hidden-links"), fates={page.id: "unseen"}))
    assert story.row(page.id)["note"] == f"told-as {section.id}"
    assert (story.row(section.id)["first_seen"], story.events(section.id)) == ("2026-08-01", [("02", "continues")])
    assert story.events(page.id) == [("01", "new")], "nothing is closed and nothing reopened"


FINDINGS = [finding(f"/{name}/") for name in "abc"]
NIGHTS = st.lists(
    st.tuples(
        st.sets(st.integers(0, 2)),
        st.lists(st.sampled_from(["clean", "gone", "unseen"]), min_size=3, max_size=3),
        st.sampled_from(["k1", "k2"]),
        st.integers(1, 2),
    ),
    max_size=6,
)


@given(NIGHTS)
@settings(max_examples=25, deadline=None)
def test_nights_recorded_twice_equal_nights_recorded_once(tmp_path_factory: pytest.TempPathFactory, nights: list[tuple]) -> None:
    once, twice = Story(tmp_path_factory.mktemp("once")), Story(tmp_path_factory.mktemp("twice"))
    number = 0
    for told, fates, code, step in nights:
        number += step
        findings = [FINDINGS[index] for index in sorted(told)]
        named = {each.id: fate for each, fate in zip(FINDINGS, fates, strict=True)}
        again = outcome(number, judgement(*findings), fates=named, rules={CHECK: CheckRules("c", code)})
        once.record(again)
        for _ in range(2):
            twice.record(again)
        other = outcome(number, judgement(*FINDINGS[:1]), rules={CHECK: CheckRules("c", code)})
        twice.record(other)
        twice.record(again)
    assert once.dump() == twice.dump()
