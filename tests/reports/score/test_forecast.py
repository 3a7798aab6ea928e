"""The forecast in the report on one site: what it counts, what it leaves open, and that it says what it is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from checks.catalogue.indicators import Catalogue, official
from checks.model import Judgement
from crawler.site import Site
from reports.html_report import render_html
from reports.json_report import render_json, schema
from reports.junit_report import render_junit
from reports.score_view import FORECAST, ScoreView, forecast
from reports.text_report import render_text
from tests.reports import sample
from tests.reports.score.ground import DAY, NATIONAL, assessed, ids, many

HOME = "home-updates/not-updated@home!veto"
STALE = "column-updates/overdue@news#dynamic"
HIDDEN = "hidden-links/hidden-bad-links@home?"


def view(
    findings: Sequence[str] = (), *, readable: bool = True, kind: str = "portal", services: bool = True, **states: Sequence[str]
) -> ScoreView | None:
    judgements: tuple[Judgement, ...] = assessed(findings, **states).judgements  # type: ignore[arg-type]
    site = Site("https://www.example.cn/", code="4400000001", kind=kind, has_services=services)  # type: ignore[arg-type]
    return forecast(site, judgements, NATIONAL, DAY, readable=readable)


def seen(findings: Sequence[str] = (), **more: object) -> ScoreView:
    found = view(findings, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_certain_veto_counts_as_confirmed() -> None:
    assert seen([HOME]).headline == "预估：100 分，不合格（单项否决 1 项）"
    assert seen([HOME]).promise == "整改“首页不更新”后：由不合格变为合格。"


def test_what_a_person_must_confirm_is_open_and_costs_nothing() -> None:
    found = seen([HIDDEN])
    assert found.headline == "预估：100 分，合格（未定）" and found.losses == ()
    assert [fact.label for fact in found.open] == ["待人工确认", "待人工评分"]
    assert found.data["grade"] == "pass" and found.data["settled"] is False


def test_where_only_people_are_missing_it_says_so() -> None:
    assert seen([STALE]).headline == "预估：95 分，合格（待人工评分）"


def test_a_site_that_could_not_be_read_has_no_forecast_unless_a_veto_is_certain() -> None:
    every = ("column-updates", "home-updates", "links")
    assert view(unassessed=every, readable=False) is None
    assert view([STALE], readable=False) is None
    assert seen([HOME], readable=False).style == "fail"


def test_a_department_site_is_told_that_it_gets_no_points() -> None:
    found = seen([STALE, HOME], kind="department")
    assert found.headline == "预估：不合格（单项否决 1 项）"
    assert found.facts[0].value == "按本指标，部门网站只查单项否决，只有合格与不合格，不计分"
    assert found.data["low"] is found.data["certain"] is None


def test_without_services_the_stretch_is_told() -> None:
    assert next(fact.value for fact in seen(services=False).facts if fact.label == "折算") == "办事服务不适用，其余指标的得分乘以 100/75"


def test_every_loss_is_told_once_with_its_rule_and_its_count() -> None:
    told = [(row.item, row.rule, row.findings, row.points) for row in seen([STALE, *many("column-updates/blank@b*", 3)]).losses]
    assert told == [
        ("动态要闻", "2 周内没有更新，扣 5 分", "1 处", "−5"),
        ("其他栏目", "空白栏目，每个扣 2 分（已到本项上限）", "3 处", "−4"),
    ]


def test_the_data_trace_every_point_to_a_finding() -> None:
    data = seen([STALE, "column-updates/blank@b"]).data
    assert data["points_of"] == dict(sorted(zip(ids(STALE, "column-updates/blank@b"), (5, 2), strict=True)))
    assert (data["low"], data["high"], data["grade"]) == (22, 123, "pass")  # 93 − 46 − 25; 93 + 30


@pytest.mark.parametrize("table", [NATIONAL, official()], ids=["small", "national"])
def test_the_forecast_stands_in_every_format_and_keeps_the_schema(
    tmp_path: Path, table: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.reports.sample.written.NATIONAL", table)
    report = sample.view(tmp_path / "evidence.sqlite")
    assert report.score is not None
    score = json.loads(render_json(report))["score"]
    Draft202012Validator(schema()).validate(json.loads(render_json(report)))
    assert score["low"] <= score["certain"] <= score["high"] and score["at_stake"]
    assert set(score["points_of"]) <= {each["id"] for each in json.loads(render_json(report))["findings"]}
    for text in (render_text(report).replace("\n", ""), render_html(report), render_junit(report)):
        assert report.score.headline in text
        assert FORECAST[:20] in text
        assert report.score.promise.split("：")[-1] in text.replace("  ", "")
