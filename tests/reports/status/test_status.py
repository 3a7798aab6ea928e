"""What `mingjing status` counts and shows, from nights told to a real database."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from checks.model import CheckRules
from reports.decisions import Decision, Decisions
from reports.history_reading import LifeReader
from reports.status_text import status_text
from reports.status_view import KnownSite, StatusView, build_status
from tests.reports.history.nights import CHECK, Story, finding, judgement, night, outcome

SITES = (
    KnownSite("s1", "蓝田县人民政府", "西河市", "http://www.lantian.gov.cn/", "6101220001"),
    KnownSite("s2", "西河市财政局", "省级部门", "http://czj.xihe.gov.cn/", "6101000002"),
)
A, B = finding("/zwgk/"), finding("/tzgg/", severity="veto")
OTHER = finding("/zwgk/", site="s2")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return Story(tmp_path)


def view(story: Story, since: date | None = None) -> StatusView:
    return build_status(LifeReader(story.database), Decisions(story.database), SITES, since)


def decide(story: Story, kind: str, finding_id: str, until: date | None = None) -> None:
    Decisions(story.database).take([Decision(finding_id, kind, "已核实", "张三", until, night(0))])  # type: ignore[arg-type]


def test_figures_by_unit_and_site(story: Story) -> None:
    story.tell(0, A, B)
    story.tell(0, OTHER, site="s2")
    story.tell(1, A, fates={B.id: "clean"})
    story.tell(1, OTHER, site="s2")
    shown = view(story)
    assert (shown.as_of, shown.since) == (night(1), night(1))
    assert (shown.figures.open, shown.figures.rectified, shown.figures.new) == (2, 1, 0)
    assert [(unit.unit, unit.figures.open, unit.figures.rectified) for unit in shown.units] == [("西河市", 1, 1), ("省级部门", 1, 0)]
    assert view(story, night(0)).figures.new == 2, "what was found and put right within the period is fixed, not new"


@pytest.mark.parametrize("kind", ["false-alarm", "exempt"])
def test_false_alarms_and_exemptions_leave_every_number(story: Story, kind: str) -> None:
    story.tell(0, A, B)
    decide(story, kind, A.id)
    figures = view(story).figures
    assert (figures.open, figures.deduction, figures.veto, figures.new, figures.excluded) == (1, 0, 1, 1, 1)
    story.tell(1, fates={A.id: "clean", B.id: "clean"})
    assert view(story).figures.rectified == 1


def test_an_exemption_that_expired_and_a_decision_that_was_revoked_count_again(story: Story) -> None:
    story.tell(0, A, B)
    decide(story, "exempt", A.id, until=night(1))
    decide(story, "false-alarm", B.id)
    assert view(story).figures.open == 0
    decide(story, "revoke", B.id)
    story.tell(1, A, B)
    assert view(story).figures.open == 1, "the last day of an exemption belongs to it"
    story.tell(2, A, B)
    shown = view(story)
    assert shown.figures.open == 2
    assert "已过期" in status_text(shown)


def test_disputes_count_and_are_shown_with_their_reason(story: Story) -> None:
    story.tell(0, A)
    decide(story, "dispute", A.id)
    story.tell(1, A)
    shown = view(story)
    assert (shown.figures.open, shown.figures.disputed) == (1, 1)
    assert "张三：申诉，已核实" in status_text(shown)


def test_rule_changes_are_shown_and_are_no_rectification(story: Story) -> None:
    story.tell(0, A)
    story.tell(1, fates={A.id: "clean"}, rules={CHECK: CheckRules("c2", "k1")}, program="p2")
    shown = view(story)
    assert (shown.figures.rectified, shown.figures.rule_changed) == (0, 1)
    assert shown.rule_changes[0].catalogue_changed == (CHECK,)
    text = status_text(shown)
    assert "规则或程序变更后不再认定（不算整改） 1 个" in text
    assert f"指标目录有变的检查：{CHECK}" in text


def test_not_assessed_is_named_with_its_reason(story: Story) -> None:
    story.tell(0, A, reason="网站拒绝了检查程序的访问")
    story.tell(1, reason="网站拒绝了检查程序的访问")
    assert [(row.site, row.check, row.reason) for row in view(story).not_assessed] == [
        ("s1", CHECK, "网站拒绝了检查程序的访问"),
        ("s2", "", "从未检查"),
    ]
    story.record(outcome(2, judgement(reason="x"), state="unreachable"))
    story.tell(1, site="s2")
    assert [(row.site, row.reason) for row in view(story).not_assessed] == [
        ("s1", "首页没有应答"),
        ("s2", "2026-08-02 以后没有检查"),
    ]
    assert view(story).figures.open == 1, "what could not be looked at stays open"


def test_one_fault_under_two_names_counts_once(story: Story) -> None:
    pages = ("http://www.lantian.gov.cn/zwgk/a.html",)
    page = finding("/zwgk/a.html", check="hidden-links", code="hidden", pages=pages)
    section = finding("/zwgk/", check="hidden-links", code="hidden", pages=(*pages, "http://www.lantian.gov.cn/zwgk/b.html"))
    story.record(outcome(0, judgement(page, check="hidden-links")))
    story.record(outcome(1, judgement(section, check="hidden-links"), fates={page.id: "unseen"}))
    figures = view(story).figures
    assert (figures.open, figures.new, figures.reopened, figures.excluded) == (1, 0, 0, 0)
    story.record(outcome(2, judgement(check="hidden-links"), fates={page.id: "clean", section.id: "clean"}))
    assert view(story).figures.rectified == 1


def test_json_keeps_its_published_schema(story: Story) -> None:
    from reports.status import schema, schema_of_code, status_json

    assert schema() == schema_of_code()
    story.tell(0, A, B)
    decide(story, "exempt", A.id, until=night(3))
    story.tell(1, B, fates={A.id: "gone"})
    for shown in (view(story), view(story, night(0))):
        report = json.loads(status_json(shown))
        Draft202012Validator(schema()).validate(report)
        assert report["schema_version"] == 1


HOSTILE = '=HYPERLINK("http://evil/")\x1b[2J\u202e\x07'


def test_text_from_sites_drives_no_terminal_and_becomes_no_formula(story: Story) -> None:
    from reports.status import status_csv, status_json

    story.tell(0, finding(HOSTILE, message=HOSTILE, pages=(f"http://x/{HOSTILE}",)), reason=HOSTILE)
    story.record(outcome(0, judgement(reason=HOSTILE), site="s2"))
    shown = view(story)
    for text in (status_text(shown), status_json(shown), status_csv(shown)):
        assert not set(text) & {"\x1b", "\x07", "\u202e"}
    rows = list(csv.reader(io.StringIO(status_csv(shown).lstrip("\ufeff"))))
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_before_the_first_night_it_says_so(story: Story) -> None:
    assert "还没有记录任何一夜" in status_text(view(story))
