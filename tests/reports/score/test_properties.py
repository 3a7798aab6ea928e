"""What holds for every site, whatever was found, judged or left open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.score import score
from reports.score_changes import Scored, changes
from reports.scorecard import Assessed, ManualJudgement, Scorecard
from reports.what_if import what_if
from tests.reports.score.ground import (
    BOTH,
    CHECKS,
    DAY,
    NATIONAL,
    PERSON_ROWS,
    SITE,
    altered,
    assessed,
    extended,
    finding,
    ids,
    item,
    many,
    row,
)

POOL = (
    "column-updates/overdue@news#dynamic", *many("column-updates/overdue@o*#notice", 3), *many("column-updates/blank@b*", 6),
    *many("column-updates/overdue-other@s*", 3), "interaction-channel/no-channel@site!veto", "interaction-channel/no-letters@site",
    *many("interaction-channel/letter-incomplete@l*", 4), "interaction-channel/stale@l", *many("site-identity/x@m*", 7),
    "links/broken-link@home", *many("links/broken-link@d*", 12), "links/broken-link@c!candidate", "error-report-entry/missing@home",
    *many("error-report-entry/missing@p*", 6), *many("page-tags/y@t*", 11), "ipv6/no-aaaa@site", "ipv6/slow@site!caution",
    "hidden-links/hidden-bad-links@home?", "home-updates/not-updated@home!veto", "ipv6/odd@site?",
)  # fmt: skip
TABLES = (
    NATIONAL,
    altered(other=item("other", "deduction", 4, row("blank", 4, "column-updates/blank", per="each"), row("slow", 0.3, "column-updates", per="each"))),
    extended({each.id: BOTH for each in NATIONAL.indicators}),
)  # fmt: skip
MARKS = st.integers(0, 500).map(lambda tenths: tenths / 10)


@st.composite
def sites(draw: st.DrawFn) -> Assessed:
    found = draw(st.lists(st.sampled_from(POOL), unique=True, max_size=25))
    return assessed(
        found,
        kind=draw(st.sampled_from(BOTH)),
        services=draw(st.booleans()),
        unassessed=draw(st.lists(st.sampled_from(CHECKS), max_size=2)),
        unseen=draw(st.lists(st.sampled_from(CHECKS), max_size=3)),
        confirmed=draw(st.lists(st.sampled_from(found), unique=True)) if found else (),
    )


@st.composite
def judged(draw: st.DrawFn) -> list[ManualJudgement]:
    rows = draw(st.dictionaries(st.sampled_from([*PERSON_ROWS, "blank", "no-submit", "no-way", "mark"]), MARKS, max_size=8))
    return [ManualJudgement(SITE, name, points, "", "王检查", DAY) for name, points in rows.items()]


def _carded(site: Assessed, manual: list[ManualJudgement], table: int) -> Scorecard:
    return score(site, manual, TABLES[table], DAY)


def _numbers(card: Scorecard) -> tuple[float, float, float]:
    return card.low or 0.0, card.certain or 0.0, card.high or 0.0


@settings(deadline=None)
@given(sites(), judged(), st.integers(0, 2))
def test_the_certain_score_lies_in_the_range_and_within_the_table(site: Assessed, manual: list[ManualJudgement], table: int) -> None:
    card = _carded(site, manual, table)
    low, certain, high = _numbers(card)
    assert 0 <= low <= certain <= high <= 130
    assert card.scored == (card.low is not None) == bool(card.items)


@settings(deadline=None)
@given(sites(), judged(), st.integers(0, 2))
def test_no_item_takes_or_gives_more_than_its_cap(site: Assessed, manual: list[ManualJudgement], table: int) -> None:
    card = _carded(site, manual, table)
    assert all(each.points >= 0 and each.open >= 0 and each.points + each.open <= each.cap + 1e-9 for each in (*card.items, *card.bonus))


@settings(deadline=None)
@given(sites(), judged(), st.integers(0, 2))
def test_every_point_is_traced_to_a_finding_or_to_a_person(site: Assessed, manual: list[ManualJudgement], table: int) -> None:
    card = _carded(site, manual, table)
    by_people = [each for one in card.items for each in one.rows if each.manual is not None and each.points]
    lost = sum(each.points for each in card.items)
    traced = sum(card.points_of.values())
    assert traced <= lost + 1e-9
    assert by_people or traced == pytest.approx(lost)
    assert set(card.points_of) <= {each.id for each in site.findings}


@settings(deadline=None)
@given(sites(), judged(), st.integers(0, 2), st.data())
def test_fixing_a_finding_never_lowers_the_score(site: Assessed, manual: list[ManualJudgement], table: int, data: st.DataObject) -> None:
    if not site.findings:
        return
    gone = data.draw(st.sampled_from(site.findings)).id
    fixed = replace(
        site, judgements=tuple(replace(each, findings=tuple(one for one in each.findings if one.id != gone)) for each in site.judgements)
    )
    before, after = _carded(site, manual, table), _carded(fixed, manual, table)
    assert all(old <= new for old, new in zip(_numbers(before), _numbers(after), strict=True))
    assert (before.grade, after.grade) != ("pass", "fail")
    assert {key: points for key, points in after.points_of.items() if points < before.points_of.get(key, 0)} == {}


@settings(deadline=None)
@given(sites(), judged(), st.integers(0, 2), st.data())
def test_confirming_never_raises_the_certain_score_and_stays_in_the_range(
    site: Assessed, manual: list[ManualJudgement], table: int, data: st.DataObject
) -> None:
    if not site.findings:
        return
    one = data.draw(st.sampled_from(site.findings)).id
    before, after = _carded(site, manual, table), _carded(replace(site, confirmed=site.confirmed | {one}), manual, table)
    assert (before.low or 0) <= (after.certain or 0) <= (before.certain or 0)
    if before.settled:
        assert after.grade == before.grade


@settings(deadline=None)
@given(sites(), judged(), st.integers(0, 2))
def test_a_settled_grade_holds_whatever_people_say_of_open_rows(site: Assessed, manual: list[ManualJudgement], table: int) -> None:
    card = _carded(site, manual, table)
    worst = [ManualJudgement(site.site, each.row, 100.0, "", "王检查", DAY) for each in card.at_stake if each.kind == "person"]
    after = _carded(site, [*manual, *worst], table)
    if card.settled:
        assert after.grade == card.grade
    assert (card.low or 0) <= (after.certain or 0) <= (card.high or 0)


@settings(max_examples=40, deadline=None)
@given(sites(), judged(), st.integers(0, 2))
def test_every_step_of_a_what_if_gains_and_comes_out_as_told(site: Assessed, manual: list[ManualJudgement], table: int) -> None:
    plan = what_if(site, manual, TABLES[table], DAY)
    standing = plan.score or 0.0
    for step in plan.steps:
        assert (step.score or 0.0) >= standing
        assert round(standing + step.gain, 2) == round(step.score or 0.0, 2)
        standing = step.score or 0.0
    gone = {each for step in plan.steps for each in step.repair.findings}
    rows = {each for step in plan.steps for each in step.repair.manual}
    fixed = replace(
        site,
        judgements=tuple(replace(each, findings=tuple(one for one in each.findings if one.id not in gone)) for each in site.judgements),
    )
    after = _carded(fixed, [replace(each, points=0.0) if each.row in rows else each for each in manual], table)
    if plan.steps:
        assert (after.certain, after.grade, len(after.vetoes)) == (plan.steps[-1].score, plan.steps[-1].grade, plan.steps[-1].vetoes)


@settings(max_examples=60, deadline=None)
@given(sites(), judged(), st.integers(0, 2), sites(), judged(), st.integers(0, 2), st.sets(st.sampled_from(ids(*POOL))))
def test_the_parts_of_a_change_add_up_to_it(
    one: Assessed, manual_one: list[ManualJudgement], table_one: int, two: Assessed, manual_two: list[ManualJudgement], table_two: int,
    excluded: set[str],
) -> None:  # fmt: skip
    before = Scored(one, frozenset(), {}, tuple(manual_one), TABLES[table_one], DAY)
    after = Scored(two, frozenset(excluded), {}, tuple(manual_two), TABLES[table_two], DAY)
    told = changes(before, after)
    assert told.after == after.card()
    for name in ("certain", "low", "high"):
        moved = sum(round(getattr(part, name) * 100) for part in told.parts)
        assert moved == round((getattr(told.after, name) or 0) * 100) - round((getattr(told.before, name) or 0) * 100)


def test_the_pool_has_no_finding_twice() -> None:
    assert len({finding(each).id for each in POOL}) == len(POOL)
