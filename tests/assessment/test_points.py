"""Points of a unit: weights, what does not apply, what is missing, and how they are shown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.catalogue.assessment import official
from reports.assessment_model import YearRepairs
from reports.assessment_points import points_of, shown
from tests.assessment.made import PERCENTS, catalogue_of, site, unit


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        (Fraction(100), 100.0),
        (Fraction(99995, 1000), 99.99),  # not quite full is not shown as full
        (Fraction(0), 0.0),
        (Fraction(1, 1000), 0.01),  # not quite nothing is not shown as nothing
        (Fraction(12345, 1000), 12.35),
        (Fraction(1234, 100), 12.34),
    ],
)
def test_points_are_shown_to_two_decimals_and_never_full_or_none_by_rounding(points: Fraction, expected: float) -> None:
    assert shown(points) == expected


def test_full_marks_in_everything_are_a_hundred_in_both_groups() -> None:
    for registered in ("市州", "省级部门"):
        found = points_of(unit("清河", registered), official())
        assert (found.points, found.low, found.high) == (100, 100, 100)
    assert found.full == 85, "departments are not judged on 基层政务公开"


def test_an_item_of_another_group_counts_neither_way() -> None:
    department = points_of(unit("清河厅", "省级部门", changes={"grassroots": 0.0}), official())
    assert department.points == 100
    city = points_of(unit("清河市", changes={"grassroots": 0.0}), official())
    assert city.points == 85


def test_departments_are_stretched_to_a_hundred() -> None:
    found = points_of(unit("清河厅", "省级部门", changes={"basic-disclosure": 66.0}), official())
    assert found.points == Fraction(100) * (Fraction(85) - Fraction(25) * Fraction(34, 100)) / 85 == 90


def test_a_term_that_does_not_apply_gives_its_points_to_the_others() -> None:
    year = unit("清河市", repairs=YearRepairs(0, 0, ()), sites=[site(1), site(2, passed=False)])
    item = points_of(year, official()).items[-1]
    # 85 of 100 are left; the pass rate is half of its 30
    assert item.points == shown(Fraction(15) * (85 - 15) / 85, Fraction(15))
    assert [term.title for term in item.terms if not term.applies] == ["问题整改率", "问题整改用时"]
    assert sum(Fraction(str(term.full)) for term in item.terms) == pytest.approx(15, abs=0.05)


def test_a_missing_figure_widens_the_range_and_is_neither_nought_nor_full() -> None:
    found = points_of(unit("清河市", changes={"key-areas": None, "new-media": 80.0}), official())
    assert (found.low, found.high) == (77, 97)
    assert found.points == Fraction(77 * 100, 80)
    item = found.items[1]
    assert (item.points, item.low, item.high, item.reached) == (None, 0.0, 20.0, None)


def test_no_figures_and_no_sites_are_no_points_at_all() -> None:
    year = unit(
        "清河市",
        changes=dict.fromkeys((*PERCENTS, "self-inspection", "error-reports"), None),
        sites=[],
        intensive=(0, 0),
        repairs=YearRepairs(0, 0, ()),
    )
    found = points_of(year, official())
    assert (found.points, found.low, found.high) == (None, 0, 100)
    assert all(item.points is None for item in found.items)


def test_full_marks_are_reached_only_when_nothing_is_open() -> None:
    settled = points_of(unit("清河市"), official()).items[-1]
    open_one = points_of(unit("清河市", sites=[site(1), site(2, settled=False)]), official()).items[-1]
    lost = points_of(unit("清河市", sites=[site(1), site(2, passed=False)]), official()).items[-1]
    assert (settled.reached, open_one.reached, lost.reached) == (True, None, False)


def test_items_are_marked_by_who_brought_their_figures() -> None:
    bases = {item.id: item.basis for item in points_of(unit("清河市"), official()).items}
    assert bases["oversight"] == "both" and bases["key-areas"] == "imported"


def test_a_province_may_add_an_item_and_take_one_out(tmp_path: Path) -> None:
    own = catalogue_of(
        tmp_path,
        """
[[items]]
id = "policy-interpretation"
title = "政策解读"
points = 10.0
groups = ["市州"]
terms = [{ id = "policy-interpretation", title = "政策解读", weight = 1.0, measure = "figure", figures = ["policy-interpretation"] }]
[[items]]
id = "annual-report"
points = 0
""",
    )
    city = points_of(unit("清河市", changes={"policy-interpretation": 50.0}), own)
    assert [item.title for item in city.items][-1] == "政策解读" and "annual-report" not in {item.id for item in city.items}
    assert (city.full, city.points) == (100, 95)
    assert points_of(unit("清河厅", "省级部门"), own).points == 100


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from((*PERCENTS, "self-inspection")), st.one_of(st.none(), st.floats(0, 1).map(lambda x: round(x, 3)))),
    st.lists(st.tuples(st.sampled_from((True, False, None)), st.booleans()), max_size=4),
    st.sampled_from(("市州", "省级部门")),
)
def test_points_lie_between_what_is_certain_and_what_is_possible(
    changes: dict[str, float | None], told: list[tuple[bool | None, bool]], registered: str
) -> None:
    given_figures = {key: value if value is None or key == "self-inspection" else 100 * value for key, value in changes.items()}
    sites = [site(at + 1, passed=passed, settled=settled) for at, (passed, settled) in enumerate(told)]
    found = points_of(unit("清河", registered, changes=given_figures, sites=sites), official())
    assert 0 <= found.low <= found.high <= 100
    assert found.points is None or found.low <= found.points <= found.high
    for item in found.items:
        assert item.low <= item.high <= item.full and (item.points is None or item.low <= item.points <= item.high)
        assert item.reached is None or item.reached == (item.applies and item.low == item.full)
