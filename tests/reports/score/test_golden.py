"""The scoring rules by hand: every line is a site whose score was worked out on paper (the arithmetic stands beside it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from checks.catalogue.indicators import Catalogue
from reports.score import score
from reports.scorecard import Assessed, Grade, ManualJudgement
from tests.reports.score.ground import BOTH, DAY, NATIONAL, altered, assessed, extended, item, many, people, row

DYNAMIC = "column-updates/overdue@news#dynamic"
NO_WAY = "interaction-channel/no-channel@site!veto"
HOME = "home-updates/not-updated@home!veto"
HIDDEN = "hidden-links/hidden-bad-links@home?"
BLANK = many("column-updates/blank@b*", 9)
WITHOUT_POINTS = None


@dataclass(frozen=True)
class Case:
    """``expected``: low, certain, high, grade, settled (合格与否是否已定)."""

    name: str
    expected: tuple[float | None, float | None, float | None, Grade, bool]
    site: Assessed = field(default_factory=assessed)
    manual: Sequence[ManualJudgement] = field(default_factory=people)
    catalogue: Catalogue = NATIONAL


PROVINCE = extended({each.id: BOTH for each in NATIONAL.indicators if each.part != "bonus"})
"""Part 2 on department sites too, as many provinces do; no bonus for them."""
HALF = extended(dict.fromkeys(("news", "other", "marks", "links", "entry", "tags", "v6", "letters"), BOTH))
"""Part 2 on department sites with items of 5+4+3+1+1+1+1+6 = 22 only."""
STRICTER = altered(other=item("other", "deduction", 4, row("blank", 4, "column-updates/blank", per="each"), row("slow", 1, "column-updates/overdue,overdue-other", per="each")))  # fmt: skip
"""The same table with a blank column at 4 instead of 2."""

CASES = [
    # --- what costs points -------------------------------------------------------------------------------------------------------------------
    Case("nothing wrong", (100, 100, 100, "pass", True)),
    Case("one stale news column", (95, 95, 95, "pass", True), assessed([DYNAMIC])),  # 100 − 5
    Case("two stale news columns cost the item once, the second counts as another slow column", (95, 95, 95, "pass", True),
         assessed([DYNAMIC, "column-updates/overdue@news2#dynamic"])),  # 100 − 5: both are used up by the first row
    Case("a stale column of another class is an other column", (99, 99, 99, "pass", True), assessed(["column-updates/overdue@x#notice"])),  # 100 − 1
    Case("one blank column", (98, 98, 98, "pass", True), assessed(BLANK[:1])),  # 100 − 2
    Case("three blank columns stop at the cap of the item", (96, 96, 96, "pass", True), assessed(BLANK[:3])),  # 3 × 2 = 6, capped at 4
    Case("a blank and three slow columns stop at the cap", (96, 96, 96, "pass", True),
         assessed([BLANK[0], *many("column-updates/overdue-other@s*", 3)])),  # 2 + 3 = 5, capped at 4
    Case("tenths add up exactly", (99.3, 99.3, 99.3, "pass", True),
         assessed(["links/broken-link@home", *many("links/broken-link@a*", 5)])),  # 0.2 + 5 × 0.1 = 0.7
    Case("twenty dead links cost one point", (99, 99, 99, "pass", True), assessed(many("links/broken-link@a*", 20))),  # 2.0, capped at 1
    Case("no entry on the home page and on five others costs one point", (99, 99, 99, "pass", True),
         assessed(["error-report-entry/missing@home", *many("error-report-entry/missing@p*", 5)])),  # 1 + 5 × 0.2 = 2, capped at 1
    Case("no entry on two pages that are not the home page", (99.6, 99.6, 99.6, "pass", True),
         assessed(many("error-report-entry/missing@p*", 2))),  # 2 × 0.2
    Case("cautions cost nothing", (100, 100, 100, "pass", True), assessed(["ipv6/one-ns@site!caution", "links/broken-link@a!caution"])),
    Case("no letters, incomplete letters and stale ones stop at the cap", (94, 94, 94, "pass", True),
         assessed(["interaction-channel/no-letters@site", "interaction-channel/letter-incomplete@l", "interaction-channel/stale@l"])),  # 6+1+3 → 6
    Case("several things", (89.5, 89.5, 89.5, "pass", True),
         assessed([DYNAMIC, BLANK[0], "interaction-channel/stale@l", "site-identity/missing-icp@site"])),  # 100 − 5 − 2 − 3 − 0.5
    Case("one finding about three pages without tags counts three pages", (99.7, 99.7, 99.7, "pass", True),
         assessed(["page-tags/site-missing@t=3"])),  # 3 × 0.1
    Case("of pages no more count than are drawn", (99.5, 99.5, 99.5, "pass", True),
         assessed(["page-tags/site-missing@t=30", "page-tags/site-empty@u=2"])),  # 5 × 0.1
    Case("what is not assessed of a row is no more than is drawn", (99.5, 100, 100, "pass", True), assessed(unassessed=["page-tags"])),
    # --- the gates ---------------------------------------------------------------------------------------------------------------------------
    Case("59.9 fails", (59.9, 59.9, 59.9, "fail", True), manual=people(quality=40.1)),
    Case("60 passes", (60, 60, 60, "pass", True), manual=people(quality=40)),
    Case("80 passes without bonus", (80, 80, 80, "pass", True), manual=people(quality=20, new=24)),
    Case("80.1 earns the bonus", (104.1, 104.1, 104.1, "pass", True), manual=people(quality=19.9, new=24)),  # 80.1 + 24
    Case("the bonus stops at the cap of each item", (130, 130, 130, "pass", True),
         manual=people(data_new=4, data_charts=4, rating=2, new=99)),  # 100 + 4 + 2 + 24
    Case("a failed site earns no bonus", (59.9, 59.9, 59.9, "fail", True), manual=people(quality=40.1, new=24)),
    Case("tenths do not slip over the gate", (80, 80, 80, "pass", True),
         assessed([*many("page-tags/site-missing@t*", 3), "site-identity/x@site"]), people(quality=19.2, new=24)),  # 100 − 0.3 − 0.5 − 19.2
    # --- vetoes ------------------------------------------------------------------------------------------------------------------------------
    Case("a confirmed veto fails a site with full marks", (100, 100, 100, "fail", True), assessed([HOME], confirmed=[HOME])),
    Case("a veto that nobody confirmed leaves the grade open", (100, 100, 100, "pass", False), assessed([HOME])),
    Case("a confirmed candidate for a veto fails the site", (100, 100, 100, "fail", True), assessed([HIDDEN], confirmed=[HIDDEN])),
    Case("an unconfirmed candidate for a veto leaves the grade open", (100, 100, 100, "pass", False), assessed([HIDDEN])),
    Case("four blank columns are no veto", (96, 96, 96, "pass", True), assessed(BLANK[:4], confirmed=BLANK[:4])),
    Case("five confirmed blank columns are one", (96, 96, 96, "fail", True), assessed(BLANK[:5], confirmed=BLANK[:5])),
    Case("five blank columns of which four were confirmed are pending", (96, 96, 96, "pass", False), assessed(BLANK[:5], confirmed=BLANK[:4])),
    Case("a person's veto", (100, 100, 100, "fail", True), manual=people(opinion=1)),
    Case("a person finds no veto where the program does", (93, 93, 93, "pass", True),
         assessed([NO_WAY], confirmed=[NO_WAY]), people(no_way=0)),  # 100 − 7 for the deduction row
    Case("no channel is a veto once confirmed and costs 7 in part 2", (93, 93, 93, "fail", True), assessed([NO_WAY], confirmed=[NO_WAY])),
    Case("nobody has said yet whether there was an incident", (100, 100, 100, "pass", False), manual=people(open_rows=["opinion"])),
    # --- without services --------------------------------------------------------------------------------------------------------------------
    Case("without services full marks stay 100", (100, 100, 100, "pass", True), assessed(services=False)),
    Case("without services 45 of 75 are 60", (60, 60, 60, "pass", True), assessed(services=False), people(quality=30)),  # 45 × 4/3
    Case("without services 44.9 of 75 fail", (59.87, 59.87, 59.87, "fail", True), assessed(services=False), people(quality=30.1)),  # 59.8666…
    Case("without services 60 of 75 are 80 and earn no bonus", (80, 80, 80, "pass", True),
         assessed(services=False), people(quality=15, new=24)),
    Case("without services 60.1 of 75 earn the bonus, but not that of services", (104.13, 104.13, 104.13, "pass", True),
         assessed(services=False), people(quality=14.9, new=24, rating=2)),  # 60.1 × 4/3 = 80.1333… + 24
    Case("without services what people judged of services counts for nothing", (93.33, 93.33, 93.33, "pass", True),
         assessed([DYNAMIC], services=False), people(services_wrong=25)),  # (75 − 5) × 4/3
    # --- department sites ----------------------------------------------------------------------------------------------------------------------
    Case("a department site gets no points", (None, None, None, "pass", True), assessed([DYNAMIC], kind="department")),
    Case("a department site fails by a veto", (None, None, None, "fail", True), assessed([HOME], kind="department", confirmed=[HOME])),
    Case("a department site with a pending veto", (None, None, None, "pass", False), assessed([HOME], kind="department")),
    Case("a province scores department sites too", (95, 95, 95, "pass", True), assessed([DYNAMIC], kind="department"), catalogue=PROVINCE),
    Case("a province that gives them no bonus", (100, 100, 100, "pass", True), assessed(kind="department"), people(new=24), PROVINCE),
    Case("a province that scores some items scores them out of 100", (77.27, 77.27, 77.27, "pass", True),
         assessed([DYNAMIC], kind="department"), catalogue=HALF),  # (22 − 5) × 100/22
    Case("a portal is not concerned by that", (95, 95, 95, "pass", True), assessed([DYNAMIC]), catalogue=HALF),
    # --- what could not be looked at -----------------------------------------------------------------------------------------------------------
    Case("an item that was not assessed is open, not lost", (99, 100, 100, "pass", True), assessed(unassessed=["ipv6"])),  # 100 − 1 at worst
    Case("columns not assessed: the points and a veto are open", (91, 100, 100, "pass", False),
         assessed(unassessed=["column-updates"])),  # 5 + 4 at worst; ≥5 blank columns may hide
    Case("a check of which there is no answer is open too", (99, 100, 100, "pass", True), assessed(absent=["ipv6"])),
    Case("a check that does not apply opens nothing", (100, 100, 100, "pass", True), assessed(apart=["interaction-channel"])),
    Case("a failing check that did not see everything leaves the rest of its item open", (99, 99.8, 99.8, "pass", True),
         assessed(many("links/broken-link@a*", 2), unseen=["links"])),  # 0.2 lost, 0.8 of the cap open
    Case("what is off once is not open", (99, 99, 99, "pass", True), assessed(["ipv6/no-aaaa@site"], unseen=["ipv6"])),
    Case("what is open may be the difference between pass and fail", (59, 60, 60, "pass", False),
         assessed(unassessed=["ipv6"]), people(quality=40)),
    Case("what is open cannot save a failed site", (58.9, 59.9, 59.9, "fail", True), assessed(unassessed=["ipv6"]), people(quality=40.1)),
    Case("what is open may cost the bonus", (80, 105, 105, "pass", True),
         assessed(unassessed=["ipv6"]), people(quality=19, new=24)),  # low: 80, no bonus; high: 81 + 24
    Case("without services what is open is stretched as well", (98.67, 100, 100, "pass", True),
         assessed(services=False, unassessed=["ipv6"])),  # 1 × 4/3
    # --- what awaits a person ------------------------------------------------------------------------------------------------------------------
    Case("quality nobody judged may cost everything", (54, 100, 100, "pass", False), manual=people(open_rows=["quality"])),
    Case("bonus nobody judged may be earned", (100, 100, 124, "pass", True), manual=people(open_rows=["new"])),
    Case("nobody judged anything", (29, 100, 130, "pass", False), manual=[]),  # 100 − 46 − 25; all of the bonus open
    Case("a bonus is not open where part 2 is 80", (80, 80, 80, "pass", True), manual=people(quality=20, open_rows=["new"])),
    Case("a pending deduction", (99, 100, 100, "pass", True), assessed(["ipv6/odd@site?"])),
    Case("a candidate whose code a row names", (99.9, 100, 100, "pass", True), assessed(["links/broken-link@a!candidate"])),
    Case("a confirmed candidate counts", (99.9, 99.9, 99.9, "pass", True),
         assessed(["links/broken-link@a!candidate"], confirmed=["links/broken-link@a!candidate"])),
    Case("candidates hang on no more than the cap leaves", (99, 99, 99, "pass", True),
         assessed([*many("links/broken-link@a*", 10), "links/broken-link@b!candidate"])),
    Case("a person's points take the place of the program's", (97, 97, 97, "pass", True), assessed([NO_WAY]), people(no_submit=3, no_way=0)),
    Case("a person's nought takes off what the program found", (100, 100, 100, "pass", True), assessed(BLANK[:2]), people(blank=0)),
    Case("a person's judgement closes what was not assessed", (100, 100, 100, "pass", True), assessed(unassessed=["ipv6"]), people(no_v6=0)),
    Case("a person cannot take off more than the row can cost", (96, 96, 96, "pass", True), manual=people(blank=9)),
    # --- the table itself ----------------------------------------------------------------------------------------------------------------------
    Case("another version of the table costs more for the same findings", (96, 96, 96, "pass", True), assessed(BLANK[:1]), catalogue=STRICTER),
    Case("a table whose line is at 70", (65, 65, 65, "fail", True),
         manual=people(quality=35), catalogue=altered(gates=NATIONAL.gates.model_copy(update={"fail": 70.0}))),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_score_is_what_was_worked_out_by_hand(case: Case) -> None:
    card = score(case.site, case.manual, case.catalogue, DAY)
    assert (card.low, card.certain, card.high, card.grade, card.settled) == case.expected


def test_there_are_at_least_forty_cases_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40


def test_what_is_taken_off_once_is_not_taken_off_again_elsewhere() -> None:
    card = score(assessed([DYNAMIC]), people(), NATIONAL, DAY)
    rows = {each.row: each for one in card.items for each in one.rows}
    assert (rows["news-stale"].points, rows["slow"].points, rows["slow"].findings) == (5, 0, ())


def test_a_finding_that_was_ruled_out_changes_nothing_else() -> None:
    whole = score(assessed([DYNAMIC, BLANK[0]]), people(), NATIONAL, DAY)
    less = score(assessed([DYNAMIC]), people(), NATIONAL, DAY)
    assert [(a.item, a.points) for a in whole.items if a.item != "other"] == [(b.item, b.points) for b in less.items if b.item != "other"]
    assert whole.certain == 93 and less.certain == 95


def test_the_block_of_services_says_that_it_does_not_apply() -> None:
    card = score(assessed(services=False), people(), NATIONAL, DAY)
    assert [each.item for each in (*card.items, *card.bonus) if not each.applies] == ["services", "rating"]
    assert card.stretch == pytest.approx(4 / 3)


def test_of_two_judgements_about_one_row_the_later_holds() -> None:
    first, second = people(quality=10)[2], people(quality=20)[2]
    assert score(assessed(), [*people(), second, first], NATIONAL, DAY).certain == 90


def test_a_judgement_about_another_site_is_not_ours() -> None:
    assert score(assessed(), [*people(), *people(quality=46, site="4400000002")], NATIONAL, DAY).certain == 100
