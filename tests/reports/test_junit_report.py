"""The JUnit report: what fails a build is what fails an inspection, no more and no less."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from syrupy.assertion import SnapshotAssertion

from reports.junit_report import render_junit
from reports.site_report import SiteReportView


def test_the_document_reads_as_before(view: SiteReportView, snapshot: SnapshotAssertion) -> None:
    assert render_junit(view) == snapshot


def test_each_veto_and_deduction_is_one_failure_and_nothing_else_is(view: SiteReportView) -> None:
    root = ElementTree.fromstring(render_junit(view))
    grave = [f for check in view.checks for kind in check.kinds for f in kind.findings if f.severity in ("veto", "deduction")]
    assert len(root.findall(".//failure")) == len(grave) == 9
    assert root.get("failures") == "9"
    assert [case.get("classname") for case in root.findall(".//testcase[skipped]")] == ["interaction-channel"]


@pytest.mark.parametrize("outcome", ["sample", "hostile", "blocked", "unreachable", "large"])
def test_counts_are_those_of_the_cases(views: dict[str, SiteReportView], outcome: str) -> None:
    root = ElementTree.fromstring(render_junit(views[outcome]))
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase"))) != "0"
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    assert root.get("tests") == str(len(root.findall(".//testcase")))


def test_a_check_that_was_not_assessed_is_skipped_and_never_passed(views: dict[str, SiteReportView]) -> None:
    root = ElementTree.fromstring(render_junit(views["blocked"]))
    skipped = [case.get("classname") for case in root.findall(".//testcase[skipped]")]
    assert sorted(name or "" for name in skipped) == ["home-updates", "interaction-channel", "ipv6"]
    assert root.get("skipped") == "3"


def test_coverage_and_visit_record_close_the_document(view: SiteReportView) -> None:
    last = list(ElementTree.fromstring(render_junit(view)))[-1]
    text = last.findtext("testcase/system-out") or ""
    assert "结束原因：达到页数上限" in text
    assert "最快速度：每秒 2 次请求" in text


def test_what_a_person_must_confirm_says_so(view: SiteReportView) -> None:
    cases = ElementTree.fromstring(render_junit(view)).findall(".//testcase[failure]")
    marked = [case.findtext("failure") or "" for case in cases if "注意：需人工确认，已见 2 次。" in (case.findtext("failure") or "")]
    assert len(marked) == 1
