"""Ranks and grades: ties, quotas and their edge, vetoes, and what missing figures leave possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.catalogue.assessment import AssessmentCatalogue, official
from reports.assessment import assess
from reports.assessment_model import GroupResult, UnitResult, UnitYear, YearRepairs
from tests.assessment.made import catalogue_of, site, unit


def quota(folder: Path, places: int, *, edge: str = "include", more: str = "") -> AssessmentCatalogue:
    return catalogue_of(
        folder,
        f'[grades]\nmode = "quota"\nedge = "{edge}"\n{more}\n[[groups]]\nname = "市州"\nquota = {places}\n'
        f'[[groups]]\nname = "省级部门"\nquota = {places}\n',
    )


def city(name: str, points: float | None = 100.0, *, vetoes: int = 0, second: bool = True, pending: bool = False) -> UnitYear:
    """A city with ``points`` of its total lost evenly over what people judge; ``second``: full marks in the item that orders equals."""
    share = None if points is None else 100.0 - (100.0 - points) * 100 / 85
    changes = dict.fromkeys(("basic-disclosure", "key-areas", "grassroots", "annual-report", "new-media"), share)
    sites = [
        site(number, name, vetoes=("首页超过两周没有更新",) if number <= vetoes else (), veto_pending=pending) for number in (1, 2, 3, 4)
    ]
    found = unit(name, changes=changes, sites=sites)
    return found if second else unit(name, changes={**changes, "self-inspection": 0.0, "annual-report": (share or 0) + 15}, sites=sites)


def group(units: Sequence[UnitYear], catalogue: AssessmentCatalogue) -> GroupResult:
    (found,) = assess(2026, units, catalogue).groups
    return found


def ranks(found: GroupResult) -> list[tuple[str, int | None, str]]:
    return [(each.unit, each.rank, each.grade) for each in found.units]


def one(found: GroupResult, name: str) -> UnitResult:
    return next(each for each in found.units if each.unit == name)


def test_equal_points_are_an_equal_rank_and_the_next_rank_is_left_out() -> None:
    found = group([city("丁", 80), city("丙", 90), city("乙", 90), city("甲", 95)], official())
    assert ranks(found) == [("甲", 1, "excellent"), ("丙", 2, "excellent"), ("乙", 2, "excellent"), ("丁", 4, "pass")]


def test_equals_are_listed_by_the_second_figure_before_the_name() -> None:
    found = group([city("甲", 90, second=False), city("乙", 90)], official())
    assert [(each.unit, each.rank, each.points) for each in found.units] == [("乙", 1, 90.0), ("甲", 1, 90.0)]
    assert found.units[0].second == 15.0 and found.units[1].second == 13.5


@pytest.mark.parametrize(("points", "grade"), [(90.0, "excellent"), (89.99, "pass"), (60.0, "pass"), (59.99, "fail"), (0.0, "fail")])
def test_the_cut_offs_belong_to_the_better_grade(points: float, grade: str) -> None:
    # one figure of the largest item carries the decimals exactly
    assert _grade(points) == grade


def _grade(points: float) -> str:
    catalogue = official()
    item = catalogue.items[0].model_copy(update={"points": 100.0})
    own = catalogue.model_copy(update={"items": (item,), "grades": catalogue.grades.model_copy(update={"second": item.id})})
    return group([unit("甲", changes={item.id: points})], own).units[0].grade


@pytest.mark.parametrize(("points", "grade"), [(80.0, "good"), (79.99, "pass"), (90.0, "excellent")])
def test_a_catalogue_may_have_a_good_grade(points: float, grade: str, tmp_path: Path) -> None:
    own = catalogue_of(tmp_path, "[grades]\ngood = 80.0\n")
    found = group([unit("甲", changes={"basic-disclosure": 100 - (100 - points) * 4})], own)
    assert found.units[0].points == points and found.units[0].grade == grade


def test_a_quota_takes_the_first_and_no_more(tmp_path: Path) -> None:
    found = group([city("甲", 99), city("乙", 98), city("丙", 97)], quota(tmp_path, 2))
    assert ranks(found) == [("甲", 1, "excellent"), ("乙", 2, "excellent"), ("丙", 3, "pass")]
    assert "优秀名额2个" in one(found, "丙").grounds


def test_at_the_edge_of_a_quota_the_second_figure_decides(tmp_path: Path) -> None:
    found = group([city("甲", 90, second=False), city("乙", 90), city("丙", 99)], quota(tmp_path, 2))
    assert [(name, grade) for name, _, grade in ranks(found)] == [("丙", "excellent"), ("乙", "excellent"), ("甲", "pass")]


@pytest.mark.parametrize(("edge", "expected"), [("include", 3), ("exclude", 1)])
def test_units_equal_in_both_figures_at_the_edge_are_all_taken_or_none(edge: str, expected: int, tmp_path: Path) -> None:
    found = group([city("甲", 99), city("乙", 90), city("丙", 90)], quota(tmp_path, 2, edge=edge))
    assert len(found.graded("excellent")) == expected
    assert all(each.settled for each in found.units)


def test_a_veto_takes_the_place_from_a_unit_and_the_next_one_moves_up(tmp_path: Path) -> None:
    found = group([city("甲", 99, vetoes=1), city("乙", 98), city("丙", 97), city("丁", 96)], quota(tmp_path, 2))
    assert ranks(found) == [("甲", 1, "pass"), ("乙", 2, "excellent"), ("丙", 3, "excellent"), ("丁", 4, "pass")]
    assert "单项否决" in one(found, "甲").grounds and one(found, "甲").vetoes == ("2026年第一季度“网站甲”：首页超过两周没有更新",)


def test_a_veto_takes_the_excellent_grade_by_score_too() -> None:
    found = group([city("甲", 99, vetoes=1), city("乙", 98)], official())
    assert [(name, grade) for name, _, grade in ranks(found)] == [("甲", "pass"), ("乙", "excellent")]


def test_a_catalogue_may_let_vetoes_be(tmp_path: Path) -> None:
    own = catalogue_of(tmp_path, "[veto]\nexcludes_excellent = false\n")
    assert group([city("甲", 99, vetoes=2)], own).units[0].grade == "excellent"


def test_a_catalogue_may_fail_a_unit_from_so_many_vetoes_on(tmp_path: Path) -> None:
    own = catalogue_of(tmp_path, "[veto]\nfails_at = 2\n")
    found = group([city("甲", 99, vetoes=2), city("乙", 99, vetoes=1)], own)
    assert (one(found, "甲").grade, one(found, "乙").grade) == ("fail", "pass")


def test_a_failed_unit_takes_no_place_of_the_quota(tmp_path: Path) -> None:
    found = group([city("甲", 50), city("乙", 40)], quota(tmp_path, 2))
    assert [grade for _, _, grade in ranks(found)] == ["fail", "fail"]


def test_a_quota_in_percent_is_rounded_down(tmp_path: Path) -> None:
    own = catalogue_of(
        tmp_path,
        '[grades]\nmode = "quota"\n[[groups]]\nname = "市州"\nquota_percent = 35.0\n[[groups]]\nname = "省级部门"\nquota_percent = 35.0\n',
    )
    found = group([city(name, 99 - at) for at, name in enumerate("甲乙丙丁戊")], own)
    assert found.quota == 1 and len(found.graded("excellent")) == 1


def test_a_unit_of_which_nothing_is_known_has_no_rank_and_takes_none(tmp_path: Path) -> None:
    blank = UnitYear("空", "市州", "市州", (), (), (0, 0), YearRepairs(0, 0, ()), {})
    found = group([blank, city("甲", 70)], quota(tmp_path, 1))
    assert ranks(found) == [("甲", 1, "excellent"), ("空", None, "")]
    assert not one(found, "甲").settled, "the other may still go before it"
    assert (one(found, "空").best, one(found, "空").worst) == (1, 2)


def test_a_missing_figure_leaves_the_grades_open_that_hang_on_it_and_no_others() -> None:
    open_one = unit("甲", changes={"key-areas": None})  # 80 to 100
    found = group([open_one, city("乙", 99), city("丙", 70)], official())
    assert not one(found, "甲").settled and (one(found, "甲").best, one(found, "甲").worst) == (1, 2)
    assert one(found, "乙").settled and one(found, "丙").settled


def test_a_veto_that_may_still_come_leaves_the_excellent_grade_open() -> None:
    found = group([city("甲", 99, pending=True), city("乙", 70, pending=True)], official())
    assert one(found, "甲").grade == "excellent" and not one(found, "甲").settled
    assert one(found, "乙").settled


def test_groups_are_ranked_apart() -> None:
    found = assess(2026, [unit("清河市"), unit("清河厅", "省级部门"), unit("清河新区", "新区"), unit("某县", "县区")], official())
    assert [(each.name, [one.unit for one in each.units]) for each in found.groups] == [
        ("市州", ["清河市", "清河新区"]),
        ("省级部门", ["清河厅"]),
        ("县区", ["某县"]),
    ]
    assert {mark.registered for mark in found.groups[0].marks} == {"市州"}


# what is settled: compared with every way in which the missing figures could turn out

_VALUES = (None, 40.0, 92.0, 100.0)
_VETO = ("no", "yes", "pending")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(_VALUES), st.sampled_from((60.0, 100.0)), st.sampled_from(_VETO)), min_size=2, max_size=4),
    st.sampled_from(("cutoff", "include", "exclude")),
    st.sampled_from((0, 1)),
    st.booleans(),
)
def test_a_settled_grade_is_the_same_however_missing_figures_and_pending_vetoes_turn_out(
    tmp_path_factory: pytest.TempPathFactory, units: list[tuple[float | None, float, str]], mode: str, fails_at: int, excludes: bool
) -> None:
    veto = f"[veto]\nfails_at = {fails_at}\nexcludes_excellent = {str(excludes).lower()}\n"
    folder = tmp_path_factory.getbasetemp()
    if mode == "cutoff":
        catalogue = catalogue_of(folder, f"[grades]\ngood = 80.0\n{veto}")
    else:
        catalogue = quota(folder, 1, edge=mode, more=f"good = 80.0\n{veto}")

    def made(filled: Mapping[int, float], vetoed: Mapping[int, bool]) -> GroupResult:
        return group([_made(at, unit_, filled, vetoed) for at, unit_ in enumerate(units)], catalogue)

    now = made({}, {})
    gaps = [at for at, (value, _, _) in enumerate(units) if value is None]
    waiting = [at for at, (_, _, state) in enumerate(units) if state == "pending"]
    for filling in product((0.0, 50.0, 100.0), repeat=len(gaps)):
        for ruling in product((False, True), repeat=len(waiting)):
            then = made(dict(zip(gaps, filling, strict=True)), dict(zip(waiting, ruling, strict=True)))
            for each in now.units:
                other = one(then, each.unit)
                assert not each.settled or each.grade == other.grade
                assert other.rank is not None and each.best <= other.rank <= each.worst
    if not gaps and not waiting:
        assert all(each.settled and each.best == each.rank for each in now.units)


def _made(at: int, told: tuple[float | None, float, str], filled: Mapping[int, float], vetoed: Mapping[int, bool]) -> UnitYear:
    """A unit as it stands, or as it turned out: with its gap filled, its pending veto ruled on."""
    value, other, state = told
    hit = vetoed.get(at, state == "yes")
    sites = [site(1, vetoes=("有",) if hit else (), veto_pending=state == "pending" and at not in vetoed)]
    return unit(f"单位{at}", changes={"basic-disclosure": filled.get(at, value), "key-areas": other}, sites=sites)
