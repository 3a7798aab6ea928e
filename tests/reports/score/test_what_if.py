"""Which repairs raise a score most, and what is said of them."""

from __future__ import annotations

from reports.what_if import what_if
from tests.reports.score.ground import DAY, NATIONAL, assessed, many, people

STALE = "column-updates/overdue@news#dynamic"
NO_WAY = "interaction-channel/no-channel@site!veto"
BLANK = many("column-updates/blank@b*", 6)


def test_the_repairs_that_bring_a_site_over_the_line_are_counted_together() -> None:
    # 100 − 35 (people) − 5 − 4 (six blank columns, capped) − 1 − 1 = 54; + 5 + 4 = 63
    site = assessed([STALE, *BLANK[:4], "ipv6/no-aaaa@site", "error-report-entry/missing@home"])
    plan = what_if(site, people(services_wrong=20, quality=15), NATIONAL, DAY, steps=9)
    assert [(step.repair.item, step.gain) for step in plan.steps][:2] == [("办事指南", 20), ("解读质量", 15)]
    assert plan.decisive == 1
    assert plan.sentence() == "整改“办事指南”后：54 → 74 分，由不合格变为合格。"
    assert plan.sentence(9) == "这 6 项整改后：54 → 100 分，由不合格变为合格。"


def test_several_repairs_may_be_needed() -> None:
    # 100 − 35 − 5 − 4 − 3 = 53 → 58 → 62
    site = assessed([STALE, *BLANK[:4], "interaction-channel/stale@l"])
    manual = people(quality=35)
    plan = what_if(site, manual, NATIONAL, DAY)
    assert [step.score for step in plan.steps] == [88, 93, 97, 100]
    assert plan.decisive == 1


def test_a_repair_counts_what_the_bonus_brings() -> None:
    # 79 → 84 + 24 of bonus
    plan = what_if(assessed([STALE]), people(quality=16, new=24), NATIONAL, DAY)
    assert (plan.score, plan.steps[0].score, plan.steps[0].repair.item) == (79, 119, "解读质量")
    assert [step.gain for step in plan.steps] == [40, 5]


def test_what_is_taken_off_beyond_the_cap_comes_back_when_all_of_the_item_is_put_right() -> None:
    site = assessed(["error-report-entry/missing@home", *many("error-report-entry/missing@p*", 8)])  # 1 + 1.6, capped at 1
    plan = what_if(site, people(), NATIONAL, DAY)
    assert [(step.repair.rows, len(step.repair.findings), step.gain) for step in plan.steps] == [(("home-entry", "page-entry"), 9, 1)]


def test_a_veto_comes_first_and_names_the_points_that_go_with_it() -> None:
    plan = what_if(assessed([STALE, NO_WAY], confirmed=[NO_WAY]), people(), NATIONAL, DAY)
    first = plan.steps[0]
    assert (first.repair.rows, first.repair.veto, first.gain, first.grade) == (("no-way", "no-submit"), True, 7, "pass")
    assert plan.sentence() == "整改“互动回应差”后：88 → 95 分，由不合格变为合格。"


def test_of_two_vetoes_one_is_not_enough() -> None:
    home = "home-updates/not-updated@home!veto"
    plan = what_if(assessed([NO_WAY, home], confirmed=[NO_WAY, home]), people(), NATIONAL, DAY)
    assert [(step.grade, step.vetoes) for step in plan.steps] == [("fail", 1), ("pass", 0)]
    assert plan.decisive == 2
    assert plan.sentence(1) == "整改“互动回应差”后：93 → 100 分，仍为不合格（还有单项否决 1 项）。"
    assert plan.sentence() == "这 2 项整改后：93 → 100 分，由不合格变为合格。"


def test_a_department_site_is_told_its_grade() -> None:
    plan = what_if(assessed([NO_WAY], kind="department", confirmed=[NO_WAY]), people(), NATIONAL, DAY)
    assert plan.sentence() == "整改“互动回应差”后：由不合格变为合格。"


def test_a_site_with_nothing_wrong_has_nothing_to_gain() -> None:
    plan = what_if(assessed(), people(), NATIONAL, DAY)
    assert plan.steps == () and plan.sentence() == "没有已经扣分的问题可供整改。"
