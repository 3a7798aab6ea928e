"""The sentences of the bulletin: right for 0, 1, some and all, for nothing to compare with, and their numbers are the figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import sentences as say
from reports.bulletin_overview import by_group, checked, operating, passing, recheck, unassessed, unsettled
from reports.bulletin_problems import Told, paragraph, summary
from reports.bulletin_repairs import closed, late
from reports.inspection_model import Drawn, Past, Problem, Rate, Recheck, Repair, Tally
from reports.quarters import Quarter
from reports.scorecard import Stake
from tests.quarters.samples import CUTOFF, card, finding, inspection_of, no_repair, site, unit_line

PERIOD = "2026年7月1日至9月28日"


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        (0, 5, "0%"),
        (5, 5, "100%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (511, 524, "97.52%"),
        (385, 387, "99.48%"),
        (1, 800, "0.13%"),  # half up
        (1, 2, "50.00%"),
        (99_999, 100_000, "99.99%"),  # not all is never 100 %
        (1, 100_000, "0.01%"),  # not nothing is never 0 %
        (0, 0, "—"),
    ],
)
def test_a_rate_has_two_decimals_and_only_all_is_100_and_only_nothing_is_0(part: int, whole: int, expected: str) -> None:
    assert say.percent(Rate(part, whole)) == expected


@pytest.mark.parametrize(
    ("now", "then", "expected"),
    [
        ((383, 385), (511, 524), "较上季度（2026年第二季度，97.52%，511/524）提高1.96个百分点"),
        ((1, 2), (3, 4), "较上季度（2026年第二季度，75.00%，3/4）下降25.00个百分点"),
        ((2, 4), (1, 2), "与上季度（2026年第二季度，50.00%，1/2）持平"),
        ((3, 3), (9, 9), "与上季度（2026年第二季度，100%，9/9）持平"),
        ((0, 3), (3, 3), "较上季度（2026年第二季度，100%，3/3）下降100.00个百分点"),
        ((1, 3), (0, 0), ""),  # nothing was checked then: nothing to compare
        ((0, 0), (1, 3), ""),
    ],
)
def test_a_change_is_between_the_percentages_as_printed(now: tuple[int, int], then: tuple[int, int], expected: str) -> None:
    assert say.against(Rate(*now), past(Quarter(2026, 2), *then), "上季度") == expected


def past(quarter: Quarter, passed: int, whole: int, *, published: bool = True) -> Past:
    return Past(quarter, Tally("", whole, whole, whole, passed, whole - passed, 0, 0), published=published)


@pytest.mark.parametrize(
    ("given_names", "expected"),
    [
        (["甲"], "甲"),
        (["甲", "乙"], "甲、乙2个网站"),
        (list("甲乙丙"), "甲、乙、丙3个网站"),
        ([f"站{n}" for n in range(10)], "、".join(f"站{n}" for n in range(10)) + "10个网站"),
        ([f"站{n}" for n in range(12)], "、".join(f"站{n}" for n in range(10)) + "等12个网站"),
        (["一\n行\x07"], "一 行�"),
    ],
)
def test_names_are_capped_and_the_rest_is_counted(given_names: list[str], expected: str) -> None:
    assert say.names(given_names, "个网站") == expected


def test_sites_with_as_many_findings_each_are_told_so_once() -> None:
    assert say.counted_names([("甲", 2), ("乙", 2)]) == "甲、乙各2个"
    assert say.counted_names([("甲", 5), ("乙", 2)]) == "甲（5个）、乙（2个）"
    assert say.counted_names([("甲", 5)]) == "甲"
    assert say.counted_names([(f"站{n}", 12 - n) for n in range(12)], cap=2) == "站0（12个）、站1（11个）等12个网站"


@pytest.mark.parametrize(
    ("value", "expected"), [(0.0, "0"), (82.0, "82"), (82.5, "82.5"), (100.0, "100"), (0.35, "0.35"), (-0.001, "0"), (1200.0, "1200")]
)
def test_a_number_of_points_has_the_decimals_it_needs(value: float, expected: str) -> None:
    assert say.number(value) == expected


@pytest.mark.parametrize(
    ("place", "expected"),
    [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (45, "四十五"), (101, "一百零一"), (110, "一百一十"), (1001, "一千零一")],
)
def test_headings_count_in_chinese(place: int, expected: str) -> None:
    assert say.ordinal(place) == expected


# 一、总体情况


def sites(passed: int = 0, failed: int = 0, lost: int = 0, undrawn: int = 0, **changes: Any) -> list[Any]:
    states = ["pass"] * passed + ["fail"] * failed + ["unassessed"] * lost + ["not-drawn"] * undrawn
    unseen: dict[str, Any] = {"card": None, "night": None, "verdicts": {}, "figures": {}, "why": "网站无法读取"}
    return [
        site(at, state=state, **((unseen if state in ("unassessed", "not-drawn") else {}) | changes)) for at, state in enumerate(states, 1)
    ]


CHECKED: list[tuple[Mapping[str, int], str]] = [
    ({}, "截至2026年9月28日（监测时间点），全省没有正在运行的政府网站。"),
    (
        {"passed": 1},
        "截至2026年9月28日（监测时间点），全省正在运行的政府网站共1个，为市级网站。本季度全部进行了检查，检查比例100%（1/1）。",
    ),
    (
        {"passed": 2, "failed": 1},
        "截至2026年9月28日（监测时间点），全省正在运行的政府网站共3个，均为市级网站。本季度全部进行了检查，检查比例100%（3/3）。",
    ),
    ({"lost": 1}, "截至2026年9月28日（监测时间点），全省正在运行的政府网站共1个，为市级网站。本季度该网站未能评估，不计算合格率。"),
    ({"lost": 3}, "截至2026年9月28日（监测时间点），全省正在运行的政府网站共3个，均为市级网站。本季度网站均未能评估，不计算合格率。"),
    (
        {"passed": 2, "lost": 1},
        "截至2026年9月28日（监测时间点），全省正在运行的政府网站共3个，均为市级网站。本季度检查2个，检查比例66.67%（2/3）；另有1个未能评估，不计入合格率。",
    ),
]


@pytest.mark.parametrize(("counts", "expected"), CHECKED)
def test_how_many_sites_there_are_and_how_many_were_checked(counts: Mapping[str, int], expected: str) -> None:
    inspection = inspection_of(sites(**counts))
    assert operating(inspection, "全省") + checked(inspection, lambda key: "") == expected


def test_levels_are_counted_and_an_unknown_level_is_not_hidden() -> None:
    inspection = inspection_of([site(1, level="省级"), site(2, level="县级"), site(3, level="")])
    assert operating(inspection, "全省").endswith("共3个，其中省级1个、县级1个、未确定层级的1个。")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (
            {"passed": 3, "undrawn": 7},
            "，抽中3个（随机种子“2026Q3”，按此可以重现抽取结果，名单见附件3），全部完成检查，占正在运行网站的30.00%（3/10）。",
        ),
        (
            {"passed": 2, "lost": 1, "undrawn": 7},
            "，抽中3个（随机种子“2026Q3”，按此可以重现抽取结果，名单见附件3），完成检查2个，占正在运行网站的20.00%（2/10）；另有1个未能评估，不计入合格率。",
        ),
        ({"lost": 1, "undrawn": 1}, "，抽中1个（随机种子“2026Q3”，按此可以重现抽取结果，名单见附件3），该网站未能评估，不计算合格率。"),
        ({"undrawn": 2}, "，没有抽中网站，不计算合格率。"),
    ],
)
def test_a_sample_names_its_share_and_seed(counts: dict[str, int], expected: str) -> None:
    inspection = inspection_of(sites(**counts), drawn=Drawn(30, "2026Q3", ()))
    assert checked(inspection, lambda key: "附件3") == f"本季度按30%的比例分组随机抽查{expected}"


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"passed": 1}, "检查的1个网站合格，合格率100%（1/1）"),
        ({"failed": 1}, "检查的1个网站不合格，合格率0%（0/1）"),
        ({"passed": 3}, "检查的3个网站全部合格，合格率100%（3/3）"),
        ({"failed": 3}, "检查的3个网站均不合格，合格率0%（0/3）"),
        ({"passed": 2, "failed": 1, "lost": 4}, "检查的3个网站中，合格2个，不合格1个，合格率66.67%（2/3）"),
    ],
)
def test_how_many_passed_without_anything_to_compare_with(counts: dict[str, int], expected: str) -> None:
    assert passing(inspection_of(sites(**counts))) == f"{expected}。没有可比的往期检查数据，不作环比、同比。"


def test_how_many_passed_against_last_quarter_and_last_year() -> None:
    last, year = past(Quarter(2026, 2), 1, 2), past(Quarter(2025, 3), 2, 2, published=False)
    told = passing(inspection_of(sites(passed=2), last_quarter=last, last_year=year))
    assert told == (
        "检查的2个网站全部合格，合格率100%（2/2），较上季度（2026年第二季度，50.00%，1/2）提高50.00个百分点，"
        "与上年同期（2025年第三季度，100%，2/2）持平。其中2025年第三季度的数据没有发布过，按留存的检查记录计算。"
    )
    only = passing(inspection_of(sites(passed=2), last_year=past(Quarter(2025, 3), 0, 0), last_quarter=last))
    assert "上年同期" not in only and "较上季度" in only


PERSON = Stake("p", "概况信息", "person", 2.0, False, "只能由人判断。")
UNSEEN = Stake("h", "HTTPS", "not-assessed", 0.5, False, "端口没有应答。")


@pytest.mark.parametrize(
    ("stakes", "settled", "expected"),
    [
        ([PERSON], 0, "该网站有指标尚待人工评分，结论可能变化"),
        ([PERSON, PERSON], 0, "上述2个网站均有指标尚待人工评分，结论可能变化"),
        ([PERSON], 1, "其中1个网站有指标尚待人工评分，结论可能变化"),
        ([UNSEEN], 2, "其中1个网站有事项未能查看或者待人工核实，结论可能变化"),
        ([UNSEEN, PERSON, PERSON], 2, "其中3个网站结论可能变化（2个尚待人工评分，1个有事项未能查看或者待人工核实）"),
    ],
)
def test_grades_that_may_still_change_are_counted_by_what_they_wait_for(stakes: list[Stake], settled: int, expected: str) -> None:
    open_ = [site(at, card=card(settled=False, at_stake=(stake,))) for at, stake in enumerate(stakes, 1)]
    inspection = inspection_of([*open_, *(site(20 + at) for at in range(settled))])
    assert unsettled(inspection) == f"{expected}，本通报按已经确认的情况计算。"


def group(name: str, passed: int, failed: int, lost: int = 0) -> Tally:
    return Tally(name, passed + failed + lost, passed + failed + lost, passed + failed, passed, failed, lost, 0)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([group("甲市", 2, 0), group("乙市", 1, 0)], "甲市、乙市2个分组的合格率均为100%。"),
        ([group("甲市", 2, 0), group("乙市", 1, 1)], "分组看，合格率达到100%的有甲市；未达到100%的有乙市（50.00%，1/2）。"),
        ([group("甲市", 0, 2), group("乙市", 1, 1)], "各组合格率均未达到100%，分别为乙市（50.00%，1/2）、甲市（0%，0/2）。"),
        ([group("甲市", 2, 0), group("乙市", 0, 0, 1)], "甲市的合格率为100%；乙市没有网站完成检查，不作比较。"),
        ([group("甲市", 1, 1), group("", 0, 0, 1)], "合格率未达到100%的是甲市（50.00%，1/2）；未分组网站没有网站完成检查，不作比较。"),
    ],
)
def test_groups_at_100_percent_are_told_from_the_others(groups: list[Tally], expected: str) -> None:
    assert by_group(groups) == expected


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (Recheck((), (), (), ()), "上季度没有不合格网站，本季度无需复查。"),
        (Recheck(("甲",), (), (), ()), "上季度不合格的甲，经复查合格。"),
        (Recheck((), ("甲",), (), ()), "上季度不合格的甲，经复查仍不合格。"),
        (Recheck(("甲", "乙"), (), (), ()), "上季度不合格的2个网站经复查全部合格：甲、乙。"),
        (Recheck((), ("甲", "乙"), (), ()), "上季度不合格的2个网站经复查均仍不合格：甲、乙。"),
        (
            Recheck(("甲",), ("乙",), ("丙",), ("丁",), ("戊",)),
            "上季度不合格的5个网站中，复查合格1个，为甲；仍不合格1个，为乙；未能评估、尚不能确认是否整改到位1个，为丙；未抽中、没有复查1个，为戊；已不再运行1个，为丁。",
        ),
    ],
)
def test_sites_that_failed_last_quarter_are_each_named_with_what_became_of_them(again: Recheck, expected: str) -> None:
    assert recheck(inspection_of([site(1)], recheck=again)) == expected


def test_a_site_that_could_not_be_assessed_is_neither_passed_nor_failed() -> None:
    told = unassessed(sites(lost=1), "附件2")
    assert told.startswith("青山市第1网站在监测时间点前14天内没有取得有效的检查结果") and told.endswith("名单和原因见附件2。")
    assert "既不作为合格、也不作为不合格" in told


# 二、主要问题


def test_no_problem_one_problem_and_many_are_each_told_in_their_own_words() -> None:
    def one(count: int) -> str:
        return summary(inspection_of([site(1, findings=tuple(finding(number) for number in range(count)))]))

    assert one(0) == "本季度检查没有发现需要通报的问题。"
    assert summary(inspection_of(sites(passed=1, failed=1))).endswith("不合格的原因见不合格网站名单。")
    assert one(1) == "本季度检查共发现问题1个，涉及1个网站，属于“发布解读／栏目不更新”。"
    assert one(3) == "本季度检查共发现问题3个，涉及1个网站，均属于“发布解读／栏目不更新”。"
    assert summary(inspection_of(sites(lost=2))) == "本季度没有网站完成检查，不能说明问题情况。"


@pytest.mark.parametrize(
    ("counts", "number", "expected"),
    [
        ([("a", 1)], 5, "甲发现问题1个。"),
        ([("a", 4)], 5, "甲发现问题4个。"),
        ([("a", 4), ("b", 1)], 5, "发现问题5个，涉及2个网站：甲（4个）、乙（1个）。"),
        ([("a", 1), ("b", 1)], 2, "发现问题2个，检查的2个网站均有：甲、乙各1个。"),
    ],
)
def test_a_kind_of_problem_names_its_sites_worst_first(counts: list[tuple[str, int]], number: int, expected: str) -> None:
    told = Told({"a": site(1, key="a", name="甲"), "b": site(2, key="b", name="乙")}, {}, {})
    problem = Problem("x", "x", sum(count for _, count in counts), tuple(counts), (), "original")
    assert paragraph(problem, number, told) == expected


# 三、整改情况


@pytest.mark.parametrize(
    ("repair", "expected"),
    [
        (Repair("", 0, 0, 0, 0, 0, 0, None), "没有需要整改的问题，不计算整改率。"),
        (Repair("", 1, 0, 0, 1, 0, 0, None), "需要整改的问题共1个，为本季度新发现；尚未完成整改，整改率0%（0/1）。"),
        (Repair("", 0, 1, 0, 1, 0, 0, 30.0), "需要整改的问题共1个，为以前发现；完成整改，整改率100%（1/1），整改用时30天。"),
        (
            Repair("", 0, 3, 0, 3, 0, 0, 7.5),
            "需要整改的问题共3个，均为以前发现；全部完成整改，整改率100%（3/3），整改用时的中位数为7.5天。",
        ),
        (Repair("", 3, 0, 0, 3, 0, 0, None), "需要整改的问题共3个，均为本季度新发现；均尚未完成整改，整改率0%（0/3）。"),
        (
            Repair("", 2, 2, 1, 3, 0, 0, 4.0),
            "需要整改的问题共3个，其中本季度新发现2个；完成整改2个，整改率66.67%（2/3），整改用时的中位数为4天。"
            "其中，本季度内发现并完成整改的1个，不计入前述问题和合格率。",
        ),
    ],
)
def test_what_became_of_findings(repair: Repair, expected: str) -> None:
    assert closed(repair, PERIOD) == f"{PERIOD}，{expected}"


@pytest.mark.parametrize(
    ("reopened", "overdue", "expected"),
    [
        (0, 0, "没有整改后再次出现的问题，也没有超过整改时限的问题。"),
        (1, 0, "整改后再次出现的问题1个，涉及青山市（1个）；没有超过整改时限的问题。"),
        (0, 2, "超过整改时限仍未完成的问题2个，涉及青山市（2个）。"),
        (1, 2, "整改后再次出现的问题1个，涉及青山市（1个）；超过整改时限仍未完成的问题2个，涉及青山市（2个）。"),
    ],
)
def test_findings_that_came_back_or_are_late_name_their_units(reopened: int, overdue: int, expected: str) -> None:
    repair = Repair("青山市", 3, 0, 0, 3, reopened, overdue, None)
    lines = [site(1)]
    inspection = inspection_of(lines, repair=repair, units=(unit_line("青山市", lines, repair), unit_line("白水市", lines, no_repair())))
    assert late(inspection) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [(date(2026, 7, 1), CUTOFF, PERIOD), (date(2025, 12, 1), date(2026, 1, 3), "2025年12月1日至2026年1月3日")],
)
def test_a_period_names_the_year_again_only_where_it_changes(first: date, last: date, expected: str) -> None:
    assert say.span(first, last) == expected


# numbers parse back to the figures


def exact(part: int, whole: int) -> str:
    """A percentage by decimal arithmetic, as a check on the integer arithmetic of the program."""
    if part in (0, whole):
        return "100%" if part else "0%"
    rounded = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{min(max(rounded, Decimal('0.01')), Decimal('99.99'))}%"


@given(st.integers(1, 3000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))), st.integers(0, 40))
def test_numbers_in_the_sentence_of_results_are_the_figures(rate: tuple[int, int], lost: int) -> None:
    passed, whole = rate
    total = Tally("", whole + lost, whole + lost, whole, passed, whole - passed, lost, 0)
    inspection = inspection_of([site(1)], total=total)
    told = passing(inspection)
    assert f"合格率{exact(passed, whole)}（{passed}/{whole}）" in told
    for word, count in (("不合格", whole - passed), ("，合格", passed)):
        found = re.search(rf"{word}(\d+)个", told)
        assert found is None or int(found[1]) == count
    assert not re.search(r"(?<!\d)0个", told)


@given(*(st.integers(1, 500).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))) for _ in range(2)))
def test_a_change_is_the_difference_of_the_two_printed_percentages(now: tuple[int, int], then: tuple[int, int]) -> None:
    gap = Decimal(exact(*now)[:-1]) - Decimal(exact(*then)[:-1])
    told = say.change(Rate(*now), Rate(*then))
    assert told == ("持平" if not gap else f"{'提高' if gap > 0 else '下降'}{abs(gap):.2f}个百分点")


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 20), st.integers(0, 20))
def test_numbers_in_the_sentences_of_repairs_are_the_figures(old: int, opened: int, rectified: int, reopened: int, overdue: int) -> None:
    due = old + opened
    done = min(rectified, due)
    within = max(0, done - old)
    told = closed(Repair("", opened, done, within, due, reopened, overdue, 5.0 if done else None), PERIOD)
    if due:
        assert f"（{done}/{due}）" in told and exact(done, due) in told
    else:
        assert "%" not in told
    assert not re.search(r"(?<!\d)0个", told)
