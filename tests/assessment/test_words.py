"""Sentences of the annual bulletin agree with their figures, also for none, one and all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from checks.catalogue.assessment import official
from reports.assessment import assess
from reports.assessment_bulletin import assessment_bulletin
from reports.assessment_model import NOT_DRAWN, FullMarks, UnitYear, YearRepairs
from reports.assessment_unit import unit_paper
from reports.assessment_words import full_marks, joined, percent
from reports.office import Office
from reports.paper import Table, every_text
from tests.assessment.made import QUOTA, catalogue_of, site, unit


@pytest.mark.parametrize(
    ("part", "whole", "unknown", "before", "expected"),
    [
        (14, 14, 0, None, "14个市州全部得满分"),
        (1, 1, 0, None, "1个市州得满分"),
        (0, 1, 0, None, "1个市州未得满分"),
        (0, 14, 0, None, "14个市州均未得满分"),
        (12, 14, 0, None, "14个市州中12个得满分，占86%"),
        (12, 14, 1, None, "14个市州中12个得满分，占86%，另有1个尚不能确定"),
        (0, 0, 0, None, "市州无可比数据"),
        (0, 0, 3, None, "市州无可比数据（3个尚不能确定）"),
        (12, 14, 0, (12, 14), "14个市州中12个得满分，占86%，与上年持平"),
        (14, 14, 0, (10, 14), "14个市州全部得满分，比上年增加4个"),
        (0, 14, 0, (1, 14), "14个市州均未得满分，比上年减少1个"),
        (5, 14, 0, (5, 13), "14个市州中5个得满分，占36%，上年为13个中5个"),
    ],
)
def test_full_marks_are_told_with_their_denominator(
    part: int, whole: int, unknown: int, before: tuple[int, int] | None, expected: str
) -> None:
    assert full_marks(FullMarks("x", "市州", part, whole, unknown, before), compared=before is not None) == expected


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(27, 34, "79%"), (16, 34, "47%"), (0, 34, "0%"), (34, 34, "100%"), (999, 1000, "99%"), (1, 1000, "1%"), (0, 0, "无可比数据")],
)
def test_a_share_is_a_hundred_only_for_all_and_nought_only_for_none(part: int, whole: int, expected: str) -> None:
    assert percent(part, whole) == expected


def test_lists_are_joined_as_chinese_does() -> None:
    assert (joined([]), joined(["甲"]), joined(["甲", "乙"]), joined(["甲", "乙", "丙"])) == ("", "甲", "甲和乙", "甲、乙和丙")


def text(units: list[UnitYear], own: str = "", folder: Path | None = None) -> str:
    catalogue = catalogue_of(folder, own) if folder else official()
    return "\n".join(every_text(assessment_bulletin(assess(2026, units, catalogue), (), Office())))


def test_one_unit_with_full_marks() -> None:
    told = text([unit("清河市")])
    assert "对1个市州2026年度政务公开工作进行了考核" in told
    assert "1个考核对象考核等次为合格以上。" in told and "市州1个考核对象中，优秀1个。" in told
    assert "各考核项目没有发现失分的单位。" in told and "补齐工作短板" not in told
    assert "只考核" not in told, "with one group nothing is set apart"


def test_one_group_alone_leaves_the_item_of_the_other_out_of_words() -> None:
    told = text([unit("清河厅", "省级部门"), unit("清川厅", "省级部门")])
    assert "“基层政务公开”不适用于省级部门" in told
    assert "本项目没有适用的考核对象。" in told


def test_failed_units_are_named_and_counted() -> None:
    low = dict.fromkeys(("basic-disclosure", "key-areas", "grassroots", "annual-report", "new-media"), 10.0)
    told = text([unit("清河市", changes=low), unit("清川市")])
    assert "2个考核对象中，1个考核等次为合格以上，1个不合格：清河市。" in told
    assert "考核不合格的1个单位要专题研究" in told
    both = text([unit("清河市", changes=low), unit("清川市", changes=low)])
    assert "2个考核对象中，2个不合格：清川市、清河市。" in both and "没有优秀单位" in both and "按得分排序" not in both


def test_nobody_is_failed_or_named_by_figures_that_are_not_all_there() -> None:
    units = [unit("清河市", changes={"key-areas": 0.0, "grassroots": 0.0, "basic-disclosure": None}), unit("清川市")]  # 40 to 65
    assert next(each for each in assess(2026, units, official()).units if each.unit == "清河市").grade == "open"
    told = text(units)
    assert "2个考核对象中，1个考核等次为合格以上，1个尚不能确定是否合格。" in told
    assert "不合格：" not in told and "优秀1个、待定1个" in told and "专题研究" not in told


def test_nothing_known_of_any_unit() -> None:
    blank = [UnitYear(name, "市州", "市州", (), (), (0, 0), YearRepairs(0, 0, ()), {}) for name in ("清河市", "清川市")]
    told = text(blank)
    assert "没有可以评定等次的单位。另有2个单位没有任何数据，不参加排名。" in told
    assert "市州没有评定等次的单位" in told
    before_notes = told.split("考核项目和分值")[0]
    assert "得满分，占" not in before_notes and "全部得满分" not in before_notes and "%" not in before_notes


def test_a_quota_of_none_says_so(tmp_path: Path) -> None:
    told = text([unit("清河市")], QUOTA.replace("quota = 12", "quota = 0"), tmp_path)
    assert "市州1个考核对象中，合格1个，没有优秀单位。" in told


def test_vetoes_and_sites_nobody_could_assess_are_counted() -> None:
    sites = [site(1, vetoes=("空白栏目 5 个",), passed=False), site(2, passed=None, why="网站拒绝访问")]
    told = text([unit("清河市", sites=sites)])
    assert "出现单项否决问题1个，涉及1个考核对象" in told and "全年有1个站次未能评估，不计入各项比率。" in told


def test_sites_that_a_sample_left_out_are_said_to_be_not_drawn() -> None:
    units = [unit("清河市", sites=[site(1), site(2, passed=None, why=NOT_DRAWN)])]
    found = assess(2026, units, official())
    assert "全年有1个站次未抽中或未能评估，不计入各项比率。" in text(units)
    sheet = unit_paper(found, found.units[0], Office())
    rows = [row for block in sheet.blocks if isinstance(block, Table) for row in block.rows if row[0] == "2026年第二季度"]
    assert rows[0][2] == "未抽中"


def test_an_erratum_says_that_it_is_one() -> None:
    found = replace(assess(2026, [unit("清河市")], official()), version=2)
    paper = assessment_bulletin(found, (), Office())
    assert paper.title.endswith("（更正）") and "本通报为第2版，以本版为准。" in "\n".join(every_text(paper)) and not paper.banner


def test_a_draft_says_so_and_names_the_units_whose_grade_may_change() -> None:
    found = assess(2026, [unit("清河市", changes={"basic-disclosure": None})], official())
    paper = assessment_bulletin(found, (), Office())
    assert paper.banner == "草稿：尚未发布。数据尚不完整，1个考核对象的考核等次可能变化。"
    assert "清河市的考核等次可能变化。" in "\n".join(every_text(paper))


def test_the_sheet_of_a_unit_explains_every_term_with_its_data_and_source() -> None:
    sites = [site(number, passed=number != 3) for number in (1, 2, 3, 4)]
    found = assess(2026, [unit("清河市", sites=sites, changes={"key-areas": None}), unit("清川市")], official())
    one = next(each for each in found.units if each.unit == "清河市")
    told = "\n".join(every_text(unit_paper(found, one, Office())))
    for item in one.items:
        for term in item.terms:
            assert term.title in told and term.data in told
    assert "3/4站次" in told and "没有报送" in told and "待定（0至20）" in told
    assert "在2个市州考核对象中列第2位" in told and "本单位尚不完整的数据：重点领域信息公开。数据补齐后" in told


def test_figures_that_may_change_are_said_to_be_by_the_data_there_is() -> None:
    told = text([unit("清河市", changes={"basic-disclosure": None}), unit("清川市", changes={"basic-disclosure": None})])
    assert "按现有数据计算，2个考核对象考核等次全部为合格以上。" in told and "从考核结果看" not in told
    assert "全部2个考核对象的考核等次可能变化。" in told


def test_of_all_units_is_said_as_all() -> None:
    told = text([unit("清河市", changes={"new-media": 50.0}), unit("清川市", changes={"new-media": 50.0, "annual-report": 50.0})])
    assert "2个市州全部未得满分。" in told and "2个市州中1个未得满分。" in told


def test_equal_ranks_are_said_to_be_equal() -> None:
    found = assess(2026, [unit("清河市"), unit("清川市"), unit("清江市")], official())
    assert "列第1位，与2个单位并列" in "\n".join(every_text(unit_paper(found, found.units[0], Office())))
