"""The bulletin of 2022 (甘政办发〔2023〕26号), its figures only: who reached full marks where, of how many, and how many were 优秀."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.assessment import PastMarks, assess
from reports.assessment_bulletin import assessment_bulletin
from reports.assessment_model import Assessment, UnitYear
from reports.office import Office
from reports.paper import Paper, every_text
from tests.assessment.made import QUOTA, catalogue_of, site, unit

CITIES = {"basic-disclosure": 14, "key-areas": 12, "grassroots": 6, "annual-report": 14, "new-media": 8, "oversight": 5}
DEPARTMENTS = {"basic-disclosure": 34, "key-areas": 34, "annual-report": 27, "new-media": 16, "oversight": 27}
TITLES = {
    "basic-disclosure": "基础信息公开",
    "key-areas": "重点领域信息公开",
    "grassroots": "基层政务公开",
    "annual-report": "政府信息公开年报编制",
    "new-media": "政务新媒体监管",
    "oversight": "政府网站监管",
}


def _units(count: int, registered: str, full: dict[str, int]) -> list[UnitYear]:
    """``count`` units; the first ``full[item]`` of them, counted from another end for every other item, have full marks in it."""
    units = []
    for number in range(count):
        short = {item for at, item in enumerate(full) if (number if at % 2 else count - 1 - number) >= full[item]}
        changes = {item: 90.0 - number / 10 for item in short if item != "oversight"}
        name = f"{registered}{number:02d}"
        sites = [site(quarter, name, passed=not ("oversight" in short and quarter == 2)) for quarter in (1, 2, 3, 4)]
        units.append(unit(name, registered, changes=changes, sites=sites))
    return units


@pytest.fixture(scope="module")
def assessment(tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    catalogue = catalogue_of(tmp_path_factory.mktemp("year"), QUOTA)
    units = [*_units(14, "市州", CITIES), *_units(34, "省级部门", DEPARTMENTS), unit("清河新区", "新区", changes={"new-media": 80.0})]
    return assess(2026, units, catalogue)


@pytest.fixture(scope="module")
def paper(assessment: Assessment) -> Paper:
    return assessment_bulletin(assessment, (), Office())


@pytest.fixture(scope="module")
def text(paper: Paper) -> str:
    return "\n".join(every_text(paper))


def test_it_names_who_was_assessed(text: str) -> None:
    assert "对14个市州、1个新区和34个省级部门2026年度政务公开工作进行了考核" in text


def test_all_forty_nine_reach_the_pass_grade(text: str) -> None:
    assert "49个考核对象考核等次全部为合格以上" in text


def test_twelve_of_fifteen_regions_and_twelve_of_thirty_four_departments_are_excellent(assessment: Assessment, text: str) -> None:
    assert "市州（含新区）15个考核对象中，优秀12个、合格3个" in text
    assert "省级部门34个考核对象中，优秀12个、合格22个" in text
    assert [len(group.graded("excellent")) for group in assessment.groups] == [12, 12]


def test_excellent_units_are_listed_in_order_of_points_and_no_points_are_printed(assessment: Assessment, paper: Paper, text: str) -> None:
    for group in assessment.groups:
        points = [each.points for each in group.graded("excellent")]
        assert points == sorted(points, reverse=True)
        assert "、".join(each.unit for each in group.graded("excellent")) + "。" in text
    assert "按得分排序" in text
    body = "\n".join(every_text(Paper(paper.kind, paper.title, paper.blocks)))
    for each in assessment.units:
        assert f"{each.points:g}分" not in body


@pytest.mark.parametrize("item", TITLES)
def test_full_marks_of_every_item_are_told_with_their_denominator(item: str, assessment: Assessment, text: str) -> None:
    cities = {mark.item: mark for mark in assessment.groups[0].marks}
    assert (cities[item].registered, cities[item].part, cities[item].whole) == ("市州", CITIES[item], 14), "the new area isn't counted"
    told = text.split(f"）{TITLES[item]}\n")[1].split("\n")[0]
    assert ("14个市州全部得满分" if CITIES[item] == 14 else f"14个市州中{CITIES[item]}个得满分") in told
    if item in DEPARTMENTS:
        share = {27: "，占79%", 16: "，占47%"}.get(DEPARTMENTS[item], "")
        assert ("34个省级部门全部得满分" if DEPARTMENTS[item] == 34 else f"34个省级部门中{DEPARTMENTS[item]}个得满分{share}") in told
    else:
        assert "省级部门" not in told


def test_the_item_that_departments_do_not_have_is_said_to_be_for_cities_only(text: str) -> None:
    assert "“基层政务公开”只考核市州" in text


def test_it_has_the_four_parts_in_order(paper: Paper) -> None:
    heads = [block.text for block in paper.blocks if type(block).__name__ == "Heading" and block.level == 1]  # type: ignore[union-attr]
    assert heads == ["一、总体情况", "二、主要工作成效", "三、存在的主要问题", "四、工作要求"]


def test_assumed_weights_are_printed_in_a_note(paper: Paper) -> None:
    assert any("基础信息公开25分" in note and "推定" in note for note in paper.footnotes)
    assert any("季度检查合格率30%" in note and "推定" in note for note in paper.footnotes)


def test_against_last_year_the_difference_is_told_where_the_denominator_is_the_same(tmp_path: Path) -> None:
    units = [*_units(14, "市州", CITIES), *_units(34, "省级部门", DEPARTMENTS)]
    past = PastMarks(
        {("市州", "key-areas"): (10, 14), ("省级部门", "annual-report"): (30, 34), ("省级部门", "new-media"): (16, 34), ("市州", "new-media"): (7, 13)},
        {"市州": (11, 14), "省级部门": (12, 33)},
    )  # fmt: skip
    text = "\n".join(every_text(assessment_bulletin(assess(2026, units, catalogue_of(tmp_path, QUOTA), last_year=past), (), Office())))
    assert "14个市州中12个得满分，占86%，比上年增加2个" in text
    assert "34个省级部门中27个得满分，占79%，比上年减少3个" in text
    assert "34个省级部门中16个得满分，占47%，与上年持平" in text
    assert "14个市州中8个得满分，占57%，上年为13个中7个" in text
    assert "优秀个数比上年增加1个" in text and "上年33个考核对象中优秀12个" in text
