"""The charts of a quarter: what is drawn is what the inspection says, nothing is drawn where there is nothing, and an eye can read it."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from statistics import median
from typing import Any

import pytest
from PIL import Image

from reports import charts_drawing
from reports.charts_drawing import ACCENT, DARK, TEXT, Mark, Telling, bar_chart, line_chart
from reports.charts_quarter import KINDS, UNITS, quarter_charts
from reports.hostile import line
from reports.inspection_model import Inspection, Past, Rate, Repair, UnitLine
from reports.quarters import Quarter
from tests.quarters.samples import HOSTILE, finding, inspection_of, sample_inspection, site

SAID = Telling("一句话", "标题", "说明")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The specifications that are drawn, in their order; drawing itself is left out."""
    specs: list[dict[str, Any]] = []

    def remember(spec: dict[str, Any]) -> str:
        specs.append(spec)
        return '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'

    monkeypatch.setattr(charts_drawing.vl_convert, "vegalite_to_svg", remember)
    return specs


def rows(spec: dict[str, Any], layer: int = 0) -> list[dict[str, Any]]:
    """The data of a layer, or of the whole."""
    data = spec["layer"][layer].get("data", spec.get("data"))
    told: list[dict[str, Any]] = data["values"] if "values" in data else spec["datasets"][data["name"]]
    return told


def units(number: int) -> tuple[UnitLine, ...]:
    """So many units with rates and times of their own."""
    base = sample_inspection().units[0]
    return tuple(
        replace(
            base,
            name=f"清河第{at}市",
            ipv6=Rate(100 + at * 7 % 90, 200),
            repair=Repair(f"清河第{at}市", 5, at % 4 + 1, 0, 9, 0, 0, float(at * 11 % 37)),
        )
        for at in range(number)
    )


def titled(specs: list[dict[str, Any]], word: str) -> dict[str, Any]:
    return next(spec for spec in specs if word in spec["title"]["text"])


def test_pass_rates_are_those_of_every_quarter_oldest_first(drawn: list[dict[str, Any]]) -> None:
    inspection = sample_inspection()
    quarter_charts(inspection)
    told = [past for past in inspection.series if past.tally.checked]
    spec = titled(drawn, "合格率")
    assert [row["value"] for row in rows(spec)] == [past.tally.passed / past.tally.checked for past in told]
    assert all(f"（{past.tally.passed}/{past.tally.checked}）" in row["label"] for past, row in zip(told, rows(spec), strict=True))
    assert [row["out"] for row in rows(spec)] == [False] * (len(told) - 1) + [True]


def test_an_axis_that_does_not_begin_at_nought_says_so(drawn: list[dict[str, Any]]) -> None:
    quarter_charts(sample_inspection())
    spec = titled(drawn, "合格率")
    low, high = spec["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low <= min(row["value"] for row in rows(spec)) and high >= max(row["value"] for row in rows(spec))
    assert (f"纵轴自 {low:.0%} 起" in spec["title"]["subtitle"]) == (low > 0)


def test_problems_stand_most_first_with_their_findings_and_sites(drawn: list[dict[str, Any]]) -> None:
    inspection = sample_inspection()
    quarter_charts(inspection)
    told = rows(titled(drawn, "最多"))
    assert [row["value"] for row in told] == [float(problem.findings) for problem in inspection.problems]
    assert [row["value"] for row in told] == sorted((row["value"] for row in told), reverse=True)
    assert [row["label"] for row in told] == [f"{problem.findings} 个，{len(problem.sites)} 个网站" for problem in inspection.problems]


def test_bars_begin_at_nought(drawn: list[dict[str, Any]]) -> None:
    quarter_charts(replace(sample_inspection(), units=units(5)))
    bars = [spec for spec in drawn if "合格率" not in spec["title"]["text"]]
    assert len(bars) == 3
    assert all(spec["layer"][0]["encoding"]["x"]["scale"]["domain"][0] == 0 for spec in bars)


@pytest.mark.parametrize("number", [1, 2, 7, UNITS, UNITS + 15])
def test_ipv6_rates_of_all_units_worst_first_around_their_median(drawn: list[dict[str, Any]], number: int) -> None:
    inspection = replace(sample_inspection(), units=units(number))
    quarter_charts(inspection)
    spec = titled(drawn, "IPv6")
    shares = sorted(unit.ipv6.part / unit.ipv6.whole for unit in inspection.units)
    assert [row["value"] for row in rows(spec)] == shares[:UNITS]
    assert {row["label"].partition("（")[2] for row in rows(spec)} <= {f"{unit.ipv6.part}/{unit.ipv6.whole}）" for unit in inspection.units}
    reference = next(rows(spec, number) for number, layer in enumerate(spec["layer"]) if layer["mark"]["type"] == "rule")
    assert [row["value"] for row in reference] == [median(shares)]
    assert (f"图中为最低的 {UNITS} 个单位" in spec["title"]["subtitle"]) == (number > UNITS)


def test_units_without_anything_to_take_a_rate_of_are_not_drawn_as_nought(drawn: list[dict[str, Any]]) -> None:
    some = units(3)
    quarter_charts(replace(sample_inspection(), units=(*some[:2], replace(some[2], ipv6=Rate(0, 0)))))
    assert len(rows(titled(drawn, "IPv6"))) == 2


def test_repair_times_are_those_of_the_units_longest_first(drawn: list[dict[str, Any]]) -> None:
    inspection = replace(sample_inspection(), units=units(8))
    quarter_charts(inspection)
    told = rows(titled(drawn, "整改用时"))
    assert [row["value"] for row in told] == sorted((unit.repair.median_days or 0.0 for unit in inspection.units), reverse=True)


@pytest.mark.parametrize(
    ("inspection", "pictures"),
    [
        (inspection_of([site(1)], series=()), 0),
        (inspection_of([site(1)]), 0),
        (inspection_of([site(1, findings=(finding(1),))]), 1),
        (inspection_of([site(1, state="unassessed", card=None, figures={})]), 0),
    ],
    ids=["nothing at all", "one quarter is no line", "one problem", "nobody assessed"],
)
def test_nothing_is_drawn_where_there_is_nothing(drawn: list[dict[str, Any]], inspection: Inspection, pictures: int) -> None:
    assert len(quarter_charts(inspection)) == len(drawn) == pictures


def test_a_quarter_in_which_nobody_was_checked_is_no_point_of_the_line(drawn: list[dict[str, Any]]) -> None:
    inspection = sample_inspection()
    empty = Past(Quarter(2025, 2), replace(inspection.total, checked=0, passed=0, failed=0), published=True)
    quarter_charts(replace(inspection, series=(empty, *inspection.series)))
    assert all(row["name"] != "2025年2季度" for row in rows(titled(drawn, "合格率")))


def test_there_are_never_more_than_so_many_kinds_and_the_note_says_so(drawn: list[dict[str, Any]]) -> None:
    found = tuple(finding(number, indicator=f"指标{number}") for number in range(1, KINDS + 4))
    quarter_charts(inspection_of([site(1, findings=found)]))
    spec = titled(drawn, "最多")
    assert len(rows(spec)) == KINDS
    assert f"共 {KINDS + 3} 类、{KINDS + 3} 个问题，图中为最多的 {KINDS} 类" == spec["title"]["subtitle"]


def test_units_whose_names_begin_alike_keep_bars_of_their_own(drawn: list[dict[str, Any]]) -> None:
    long = "清河省人民政府驻某某地区联络办公室信息中心"
    quarter_charts(replace(sample_inspection(), units=tuple(replace(unit, name=long + "甲乙丙"[at]) for at, unit in enumerate(units(3)))))
    names = [row["name"] for row in rows(titled(drawn, "IPv6"))]
    assert len(set(names)) == 3


def test_the_words_for_who_cannot_see_it_have_every_figure(drawn: list[dict[str, Any]]) -> None:
    for picture, spec in zip(quarter_charts(replace(sample_inspection(), units=units(9))), drawn, strict=True):
        assert all(row["label"] in picture.alt for row in rows(spec))
        assert picture.caption


def test_the_same_figures_give_the_same_bytes() -> None:
    first, second = (bar_chart([Mark("甲", 3, "3 个"), Mark("乙", 1, "1 个", out=True)], SAID) for _ in range(2))
    assert first == second
    assert line_chart([Mark("甲", 0.5, "50%")], SAID, low=0, high=1) == line_chart([Mark("甲", 0.5, "50%")], SAID, low=0, high=1)


def test_a_hostile_name_is_text_in_the_drawing() -> None:
    picture = bar_chart([Mark(HOSTILE, 1, HOSTILE)], Telling(HOSTILE, HOSTILE, HOSTILE, HOSTILE))
    assert "<script" not in picture.svg and "&lt;script" in picture.svg
    assert "\x07" not in picture.svg and "\u202e" not in picture.svg
    assert not re.findall(r"(?:href|src)\s*=", picture.svg)
    assert picture.caption == line(HOSTILE)


def test_chinese_letters_are_drawn_and_no_boxes() -> None:
    """A font without Chinese draws the same box for every character; here they differ."""

    def letters(text: str) -> bytes:
        with Image.open(BytesIO(bar_chart([Mark("", 0, "")], Telling(text, "", "")).image)) as image:
            return image.convert("L").crop((20, 16, 200, 64)).tobytes()

    assert len({letters(text) for text in ("明明明明", "镜镜镜镜", "网网网网", "站站站站")}) == 4


def test_colours_stand_off_from_white_and_from_each_other_without_colour() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert all(1.05 / (light(colour) + 0.05) >= 4.5 for colour in (DARK, ACCENT, TEXT))
    assert (light(ACCENT) + 0.05) / (light(DARK) + 0.05) >= 1.5


def test_sixty_units_fit_a_page_and_stay_small() -> None:
    pictures = quarter_charts(replace(sample_inspection(), units=units(UNITS)))
    for picture in pictures:
        with Image.open(BytesIO(picture.image)) as image:
            assert image.format == "PNG" and image.height <= 1.6 * image.width
        assert len(picture.image) < 400_000 and picture.svg.startswith("<svg")
