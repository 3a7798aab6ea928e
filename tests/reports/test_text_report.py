"""The text report: worst first, readable at any width, and no site can drive the reader's terminal."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len
from syrupy.assertion import SnapshotAssertion

from reports.site_report import SiteReportView
from reports.text_report import SHOWN_FINDINGS, render_text

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_the_summary_reads_as_before(view: SiteReportView, snapshot: SnapshotAssertion) -> None:
    assert render_text(view) == snapshot


@pytest.mark.parametrize("outcome", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_said_to_be_so(
    views: dict[str, SiteReportView], outcome: str, snapshot: SnapshotAssertion
) -> None:
    assert render_text(views[outcome]) == snapshot


def test_checks_stand_worst_first(view: SiteReportView) -> None:
    marks = re.findall(r"^(✗|\?|✓|–) ", render_text(view), re.MULTILINE)
    assert marks == sorted(marks, key="✗?✓–".index)
    assert set(marks) == {"✗", "?", "✓"}


@pytest.mark.parametrize("width", [40, 80, 100, 200])
@pytest.mark.parametrize("outcome", ["sample", "hostile", "blocked"])
def test_no_line_is_wider_than_the_terminal(views: dict[str, SiteReportView], outcome: str, width: int) -> None:
    lines = render_text(views[outcome], width=width).splitlines()
    assert [line for line in lines if cell_len(line) > width] == []


def test_colour_changes_no_word(view: SiteReportView) -> None:
    coloured = render_text(view, colour=True)
    assert "\x1b[" in coloured
    plain = "\n".join(line.rstrip() for line in ANSI.sub("", coloured).splitlines()) + "\n"
    assert plain == render_text(view)


def test_a_hostile_site_sends_no_control_character_to_the_terminal(views: dict[str, SiteReportView]) -> None:
    text = render_text(views["hostile"])
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text) is None
    assert "[bold]rich[/bold]" in text.replace("\n", "").replace(" ", "")


def test_three_hundred_findings_stay_a_summary(views: dict[str, SiteReportView]) -> None:
    text = render_text(views["large"])
    shown = sum(min(kind.count, SHOWN_FINDINGS[kind.severity]) for check in views["large"].checks for kind in check.kinds)
    assert len(re.findall("^ {8}· ", text, re.MULTILINE)) == shown < 80
    assert "……另有 33 处，见 HTML 或 JSON 报告" in text
    assert len(text.splitlines()) < 300


def test_what_a_person_must_confirm_and_what_was_seen_once_say_so(view: SiteReportView) -> None:
    text = render_text(view)
    assert re.search("扣分.*赌博.*（转引，需人工确认）", text)
    assert "（已见 1 次）" in text
    assert "连续两晚见到才扣分" in text


def test_coverage_and_visit_record_close_the_report(view: SiteReportView) -> None:
    text = render_text(view)
    assert text.index("首页最新内容") < text.index("采集范围") < text.index("访问记录") < text.index("对网站的影响")
