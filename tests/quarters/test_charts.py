"""Charts of a quarter: every figure that is drawn or read aloud is the inspection's; nothing is drawn for nothing; Chinese is shown, hostile names are text."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from statistics import median
from xml.etree import ElementTree

import pytest
from PIL import Image, ImageChops

from reports.charts_drawing import DARK, Mark, Telling, bar_chart, line_chart
from reports.charts_quarter import KINDS, UNITS, quarter_charts
from reports.inspection_model import Inspection, Rate
from reports.paper import Picture
from tests.quarters.samples import HOSTILE, inspection_of, sample_inspection, site, unit_line

SAID = Telling("题目", "图题", "替代文字")
PASS, PROBLEMS, IPV6, REPAIR = "历次检查网站合格率", "各类问题数量", "各单位 IPv6 链接支持率", "各单位整改用时"


@pytest.fixture(scope="module")
def inspection() -> Inspection:
    return sample_inspection()


@pytest.fixture(scope="module")
def charts(inspection: Inspection) -> dict[str, Picture]:
    return {picture.caption: picture for picture in quarter_charts(inspection)}


def read(picture: Picture) -> tuple[set[str], list[dict[str, str]]]:
    """What stands in the drawing, and what each mark says of itself (`value`, `name`, `out`, `label`)."""
    root = ElementTree.fromstring(picture.svg)
    words = {"".join(each.itertext()) for each in root.findall(".//{*}text")}
    spoken = [each.get("aria-label", "") for each in root.iter() if each.get("aria-label", "").startswith(("value: ", "name: "))]
    return words, [dict(part.split(": ", 1) for part in each.split("; ")) for each in spoken]


def values(picture: Picture) -> dict[str, float]:
    """Name → value of each bar or point, as drawn."""
    return {each["name"]: _number(each["value"]) for each in read(picture)[1] if "name" in each and "out" in each}


def _number(told: str) -> float:
    return float(told.rstrip("%").replace(",", "")) / (100 if told.endswith("%") else 1)


def lengths(picture: Picture) -> list[float]:
    """Lengths of the bars, in points of the drawing, from above."""
    return [float(width) for width in re.findall(r'aria-roledescription="bar" d="M0,[\d.]+h([\d.]+)', picture.svg)]


def rate(share: Rate) -> str:
    """A rate as people read it, counted here by hand."""
    return f"（{share.part}/{share.whole}）"


def test_the_line_has_the_pass_rate_of_each_quarter(inspection: Inspection, charts: dict[str, Picture]) -> None:
    drawn = values(charts[PASS])
    assert list(drawn) == [f"{past.quarter.year}年{past.quarter.number}季度" for past in inspection.series]
    for (name, value), past in zip(drawn.items(), inspection.series, strict=True):
        assert value == pytest.approx(past.tally.passed / past.tally.checked, abs=0.006), name
    words = read(charts[PASS])[0]
    for past in inspection.series:
        assert f"{past.tally.passed / past.tally.checked:.2%}（{past.tally.passed}/{past.tally.checked}）" in words
    assert any(word.startswith("合格率 60.00%，较前一次下降23.33个百分点") for word in words)


def test_an_axis_that_does_not_begin_at_nought_is_named(charts: dict[str, Picture]) -> None:
    words = read(charts[PASS])[0]
    assert "括号内为合格数/检查数；纵轴自 55% 起" in words
    assert "55%" in words


def test_the_bars_have_the_counted_findings_of_each_problem(inspection: Inspection, charts: dict[str, Picture]) -> None:
    drawn = values(charts[PROBLEMS])
    assert drawn == {problem.title: problem.findings for problem in inspection.problems}
    counted = [each for line in inspection.sites for each in line.findings if each.counted]
    assert sum(drawn.values()) == len(counted)
    words = read(charts[PROBLEMS])[0]
    for problem in inspection.problems:
        assert f"{problem.findings} 个，{len(problem.sites)} 个网站" in words
    assert f"共 {len(inspection.problems)} 类、{len(counted)} 个问题" in words


def test_the_bars_of_ipv6_have_the_units_that_were_measured_and_no_other(inspection: Inspection, charts: dict[str, Picture]) -> None:
    measured = {unit.name: unit.ipv6 for unit in inspection.units if unit.ipv6.whole}
    drawn = values(charts[IPV6])
    assert drawn == pytest.approx({name: share.part / share.whole for name, share in measured.items()})
    assert "清河省档案厅" not in charts[IPV6].svg  # 0 of 0 is no rate
    words = read(charts[IPV6])[0]
    assert all(any(word.endswith(rate(share)) for word in words) for share in measured.values())
    middle = median(share.part / share.whole for share in measured.values())
    assert f"中位数 {middle:.2%}" in words


def test_the_bars_of_rectification_have_the_units_that_closed_something(inspection: Inspection, charts: dict[str, Picture]) -> None:
    told = {unit.name: unit.repair for unit in inspection.units if unit.repair.median_days is not None}
    assert values(charts[REPAIR]) == {name: repair.median_days for name, repair in told.items()}
    words = read(charts[REPAIR])[0]
    assert {"11.5 天（3 个）", "6 天（2 个）"} <= words
    assert "整改用时的中位数 9 天，最长的是青山市（11.5 天）" in words


@pytest.mark.parametrize("caption", [PROBLEMS, IPV6, REPAIR])
def test_a_bar_is_as_long_as_its_figure(charts: dict[str, Picture], caption: str) -> None:
    drawn, bars = list(values(charts[caption]).values()), lengths(charts[caption])
    assert len(bars) == len(drawn) and max(bars) > 300
    for value, bar in zip(drawn, bars, strict=True):
        assert bar / max(bars) == pytest.approx(value / max(drawn), abs=0.01)


@pytest.mark.parametrize("caption", [PASS, PROBLEMS, IPV6, REPAIR])
def test_who_cannot_see_a_chart_hears_all_its_figures(charts: dict[str, Picture], caption: str) -> None:
    labels = {each["label"] for each in read(charts[caption])[1] if "name" in each and "label" in each}
    assert labels and all(label in charts[caption].alt for label in labels)
    assert all(name in charts[caption].alt for name in values(charts[caption]))


def test_nothing_is_drawn_for_nothing() -> None:
    assert quarter_charts(inspection_of([site(1), site(2, unit="白水市")])) == ()  # one quarter, no problem, no IPv6 figure, nothing closed


@pytest.mark.parametrize("kept", ["series", "problems", "ipv6", "repair"])
def test_each_chart_stands_alone(inspection: Inspection, kept: str) -> None:
    bare = inspection_of([site(1)])
    ipv6 = replace(bare.units[0], ipv6=Rate(1, 2))
    closed = replace(bare.units[0], repair=inspection.units[0].repair)
    shown, caption = {
        "series": (replace(bare, series=inspection.series), PASS),
        "problems": (replace(bare, problems=inspection.problems), PROBLEMS),
        "ipv6": (replace(bare, units=(ipv6,)), IPV6),
        "repair": (replace(bare, units=(closed,)), REPAIR),
    }[kept]
    assert [picture.caption for picture in quarter_charts(shown)] == [caption]


def test_quarters_in_which_nobody_was_checked_have_no_point(inspection: Inspection) -> None:
    empty = [replace(past, tally=replace(past.tally, checked=0, passed=0, failed=0)) for past in inspection.series[:-1]]
    assert quarter_charts(replace(inspection_of([site(1)]), series=(*empty, inspection.series[-1]))) == ()


def test_sixty_units_are_readable_and_more_are_named_in_words(inspection: Inspection) -> None:
    made = [
        replace(unit_line(f"清河第{number}县", [site(number, unit=f"清河第{number}县")]), ipv6=Rate(number, 100))
        for number in range(1, UNITS + 6)
    ]
    (picture,) = quarter_charts(replace(inspection_of([site(1)]), units=tuple(made)))
    drawn = values(picture)
    assert list(drawn) == [f"清河第{number}县" for number in range(1, UNITS + 1)]  # the lowest ones
    words = read(picture)[0]
    assert any(word.endswith(f"图中为最低的 {UNITS} 个单位") for word in words)
    assert {f"清河第{number}县" for number in range(1, UNITS + 1)} <= words
    with Image.open(BytesIO(picture.image)) as image:
        assert image.height / 2 >= 20 * UNITS  # every bar has the height of a line of text


def test_many_kinds_of_problems_are_cut_and_the_cut_is_said(inspection: Inspection) -> None:
    first = inspection.problems[0]
    many = tuple(replace(first, indicator=f"指标{n}", title=f"指标{n}", findings=50 - n) for n in range(KINDS + 3))
    (picture,) = quarter_charts(replace(inspection_of([site(1)]), problems=many))
    assert list(values(picture)) == [f"指标{n}" for n in range(KINDS)]
    whole = sum(problem.findings for problem in many)
    assert f"共 {KINDS + 3} 类、{whole} 个问题，图中为最多的 {KINDS} 类" in read(picture)[0]


def test_the_same_figures_give_the_same_bytes(inspection: Inspection, charts: dict[str, Picture]) -> None:
    (again,) = quarter_charts(replace(inspection_of([site(1)]), problems=inspection.problems))
    assert again == charts[PROBLEMS]


def _ink(word: str) -> Image.Image:
    """The left of a chart, where the name of its only bar stands."""
    picture = bar_chart([Mark(word, 1.0, "1")], SAID)
    with Image.open(BytesIO(picture.image)) as image:
        return image.convert("L").crop((0, 90, 130, 200))


def test_chinese_is_shown_and_not_boxes() -> None:
    """Characters without a glyph are all drawn as one box; those with one differ, even where they are as wide."""
    known, other = _ink("清"), _ink("河")
    assert ImageChops.difference(known, other).getbbox() is not None
    assert sum(known.histogram()[:128])  # something is drawn at all


def test_a_picture_is_small_and_as_wide_as_its_drawing(charts: dict[str, Picture]) -> None:
    for picture in charts.values():
        root = ElementTree.fromstring(picture.svg)
        with Image.open(BytesIO(picture.image)) as image:
            assert image.width == pytest.approx(2 * float(root.get("width", "0")), abs=2)
        assert len(picture.image) < 60_000


def test_this_quarter_and_the_worst_stand_out_by_themselves(charts: dict[str, Picture]) -> None:
    for caption, name in ((PASS, "2026年3季度"), (PROBLEMS, "发布解读／栏目不更新"), (IPV6, "清河省水利厅"), (REPAIR, "青山市")):
        marks = [each for each in read(charts[caption])[1] if "out" in each]
        assert [each["name"] for each in marks if each["out"] == "true"] == [name], caption
        assert DARK in charts[caption].svg


def test_hostile_names_are_letters_in_a_drawing_and_nothing_else() -> None:
    picture = bar_chart([Mark(HOSTILE, 3.0, HOSTILE), Mark("青山市", 1.0, "1 个")], Telling(HOSTILE, HOSTILE, HOSTILE, HOSTILE))
    root = ElementTree.fromstring(picture.svg)  # well-formed: nothing broke out
    assert not [each for each in root.iter() if each.tag.rpartition("}")[2] in ("script", "a", "image", "foreignObject")]
    assert any("<script>" in word for word in read(picture)[0])  # as letters
    for told in (picture.svg, picture.alt, picture.caption):
        assert "\x07" not in told and "\u202e" not in told


def test_two_names_that_begin_alike_keep_a_bar_each() -> None:
    long = "清河省人民政府办公厅政务公开与政务服务管理处"
    picture = bar_chart([Mark(f"{long}甲", 1.0, "1 个"), Mark(f"{long}乙", 2.0, "2 个")], SAID)
    assert list(values(picture).values()) == [1.0, 2.0]


def test_no_figure_is_no_division_by_nought() -> None:
    assert values(bar_chart([Mark("青山市", 0.0, "0 个")], SAID)) == {"青山市": 0.0}
    assert list(values(line_chart([Mark("一季度", 1.0, "100%"), Mark("二季度", 1.0, "100%")], SAID, low=0.95, high=1.02)).values()) == [
        1,
        1,
    ]
