"""The JSON report keeps its published schema, its order and its bytes."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from reports.json_report import render_json, schema
from reports.site_report import SiteReportView
from tests.reports import sample
from tests.reports.score.ground import NATIONAL

OUTCOMES = ["sample", "hostile", "blocked", "unreachable", "large"]


@pytest.fixture(scope="module")
def report(view: SiteReportView) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(render_json(view))
    return loaded


def test_the_published_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_keeps_the_published_schema(views: dict[str, SiteReportView], outcome: str) -> None:
    Draft202012Validator(schema()).validate(json.loads(render_json(views[outcome])))


BROKEN: list[tuple[str, Any]] = [
    ("checks.0.verdict", "bad"),
    ("checks.0.reason", "没有理由"),
    ("findings.0.id", "short"),
    ("findings.0.severity", "error"),
    ("findings.0.confirm", "yes"),
    ("findings.0.seen", -1),
    ("schema_version", 1),
    ("findings.0.evidence.pages", "https://www.example.cn/"),
    ("target.url", "ftp://www.example.cn/"),
    ("score", 100),
    ("as_of", "2026/09/30"),
    ("surprise", 1),
]


@pytest.mark.parametrize(("place", "value"), BROKEN, ids=[place for place, _ in BROKEN])
def test_the_schema_refuses_what_breaks_the_contract(report: dict[str, Any], place: str, value: object) -> None:
    broken: Any = copy.deepcopy(report)
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    inner = broken
    for part in path:
        inner = inner[part]
    inner[last] = value
    with pytest.raises(ValidationError):
        Draft202012Validator(schema()).validate(broken)


def test_every_field_of_the_schema_must_be_there() -> None:
    def closed(node: object) -> None:
        if isinstance(node, dict):
            if "properties" in node and node.get("type") == "object":
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
            for inner in node.values():
                closed(inner)
        elif isinstance(node, list):
            for inner in node:
                closed(inner)

    closed(schema())


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (render_json(sample.view(tmp_path / f"{name}.sqlite")) for name in "ab")
    assert first == second


def test_the_order_of_judgements_and_findings_does_not_change_the_bytes(tmp_path: Path) -> None:
    from dataclasses import replace

    from crawler.evidence import Evidence
    from reports.site_report import build_view

    evidence = Evidence(sample.write(tmp_path / "evidence.sqlite"))
    given = sample.judgements()
    turned = [replace(judgement, findings=judgement.findings[::-1]) for judgement in given[::-1]]
    texts = {render_json(build_view(evidence, order, sample.RUN, titles=sample.title_of, indicators=NATIONAL)) for order in (given, turned)}
    assert len(texts) == 1


def test_findings_carry_every_accused_page_and_the_identity_of_the_judgement(report: dict[str, Any]) -> None:
    found = {finding["id"]: finding for finding in report["findings"]}
    judged = [finding for judgement in sample.judgements() for finding in judgement.findings]
    assert set(found) == {finding.id for finding in judged}
    for finding in judged:
        assert found[finding.id]["evidence"]["pages"] == list(finding.evidence.pages)
        assert found[finding.id]["url"] == finding.evidence.pages[0]
        assert found[finding.id]["subject"] == finding.subject


def test_findings_stand_by_check_then_gravest_first(report: dict[str, Any]) -> None:
    ranks = {"veto": 0, "deduction": 1, "candidate": 2, "caution": 3}
    order = [(finding["check"], ranks[finding["severity"]], finding["code"], finding["subject"]) for finding in report["findings"]]
    assert order == sorted(order)


def test_fragments_are_no_pages_of_the_report(report: dict[str, Any]) -> None:
    assert all(page["state"] != "fragment" for page in report["pages"])
    assert {page["state"] for page in report["pages"]} >= {"page", "soft-404", "not-html", "network-error"}


def test_what_was_not_recorded_is_null_and_not_zero(views: dict[str, SiteReportView]) -> None:
    report = json.loads(render_json(views["blocked"]))
    assert report["visit"]["requests"] is None
    assert report["coverage"]["pages_known"] is None
    assert report["coverage"]["columns_known"] is None


def test_every_one_of_three_hundred_findings_is_whole(views: dict[str, SiteReportView]) -> None:
    findings = json.loads(render_json(views["large"]))["findings"]
    assert len({finding["id"] for finding in findings}) == 300
    assert max(len(finding["evidence"]["pages"]) for finding in findings) == 320
    assert {(finding["code"], finding["confirm"], finding["seen"]) for finding in findings} >= {
        ("hijacked", True, 2),
        ("broken-link", False, 1),
        ("blank", False, 0),
    }
