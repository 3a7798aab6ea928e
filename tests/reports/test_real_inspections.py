"""Reports of portals that were really served, crawled and judged: the same promises hold for them as for the sample."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator
from selectolax.lexbor import LexborHTMLParser

from checks import catalogue
from checks.inspect import judge_all
from checks.registry import CHECKS
from crawler.evidence import Evidence
from reports.html_report import render_html
from reports.json_report import render_json, schema
from reports.junit_report import render_junit
from reports.site_report import RunFacts, SiteReportView, build_view
from reports.text_report import render_text
from reports.words import ENDED_BY, REQUEST_KINDS, error_word

if TYPE_CHECKING:
    from tests.portals.inspecting import Inspector, Outcome

STYLES = ["static", "wall", "v4-only", "elsewhere"]


def view_of(outcome: Outcome) -> SiteReportView:
    evidence = outcome.evidence()
    facts = RunFacts(evidence.as_of, "1.0.0", catalogue.VERSION, catalogue.digest())
    try:
        return build_view(evidence, outcome.inspection.judgements, facts)
    finally:
        evidence.close()


@pytest.fixture(scope="module", params=STYLES)
def real(request: pytest.FixtureRequest, inspector: Inspector) -> tuple[Outcome, SiteReportView]:
    outcome = inspector(request.param)
    return outcome, view_of(outcome)


def test_json_keeps_the_schema_and_agrees_with_the_judgements(real: tuple[Outcome, SiteReportView]) -> None:
    outcome, view = real
    report: dict[str, Any] = json.loads(render_json(view))
    Draft202012Validator(schema()).validate(report)
    assert {check["id"]: check["verdict"] for check in report["checks"]} == outcome.verdicts()
    assert {finding["id"] for finding in report["findings"]} == {finding.id for finding in outcome.findings}
    assert report["visit"]["requests"] > 0
    assert report["coverage"]["pages_read"] <= report["coverage"]["pages_asked"]


def test_every_code_of_the_run_has_its_word(real: tuple[Outcome, SiteReportView]) -> None:
    report = json.loads(render_json(real[1]))
    assert report["coverage"]["ended_by"] in ENDED_BY
    assert set(report["visit"]["by_kind"]) <= set(REQUEST_KINDS)
    words = [error_word(code) for code in report["visit"]["errors"]]
    assert [word for word in words if re.fullmatch("[a-z-]+", word)] == []


def test_text_html_and_junit_name_every_check_and_its_verdict(real: tuple[Outcome, SiteReportView]) -> None:
    _, view = real
    text, html = render_text(view), render_html(view)
    suites = {suite.get("name") for suite in ElementTree.fromstring(render_junit(view))}
    table = LexborHTMLParser(html).css(".overview tbody tr")
    rows = {row.css("th")[0].text(): row.css(".chip")[0].text() for row in table}
    for check in view.checks:
        assert re.search(rf"^{re.escape(check.mark)} {check.verdict_word}  {re.escape(check.title)}", text, re.MULTILINE)
        assert check.verdict_word in rows[check.title]
        assert check.title in suites


def test_a_walled_site_is_said_to_be_blocked(inspector: Inspector) -> None:
    view = view_of(inspector("wall"))
    assert view.state == "blocked"
    assert "网站拒绝检查程序访问" in render_text(view).replace("\n", "")
    assert "网站拒绝检查程序访问" in render_html(view)


@pytest.mark.parametrize("failed", [check.id for check in CHECKS])
def test_a_check_that_failed_by_itself_is_said_so_in_every_format(inspector: Inspector, failed: str) -> None:
    evidence = inspector("static").evidence()

    def judge(evidence: Evidence, as_of: date) -> Any:
        raise KeyError("ours")

    checks = [replace(check, judge=judge) if check.id == failed else check for check in CHECKS]
    judgements = judge_all(evidence, evidence.as_of, checks)
    view = build_view(evidence, judgements, RunFacts(evidence.as_of, "1.0.0", catalogue.VERSION, catalogue.digest()))
    evidence.close()
    report = json.loads(render_json(view))
    Draft202012Validator(schema()).validate(report)
    assert {check["id"]: check["verdict"] for check in report["checks"]}[failed] == "not_assessed"
    for told in (render_text(view), render_html(view), render_junit(view)):
        assert "程序在这项检查中出错" in told
