"""What `mingjing show` prints of one site: strips from spans, open findings with their decisions, hostile words tamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.decisions import Decision, Decisions
from reports.history_reading import LifeReader
from reports.site_history import history_text, strips_of
from reports.status_view import KnownSite, build_status
from tests.reports.history.nights import Story, finding, judgement, night, outcome

SITE = KnownSite("s1", "蓝田县\x1b[31m人民政府", "西河市", "http://www.lantian.gov.cn/", "6101220001")
A = finding("/zwgk/", message="没有入口\x1b]0;x\x07")


@pytest.fixture
def story(tmp_path: Path) -> Story:
    told = Story(tmp_path)
    told.tell(0, A)
    told.tell(1, A)
    told.tell(2, site="other")
    told.tell(3, fates={A.id: "unseen"}, reason="网站拒绝了检查程序的访问")
    told.record(outcome(4, judgement(A), judgement(check="ipv6"), state="ok"))
    return told


def shown(story: Story, *, last: int = 30, colour: bool = False) -> str:
    reader, decisions = LifeReader(story.database), Decisions(story.database)
    nights = reader.nights()[-last:]
    return history_text(SITE, build_status(reader, decisions, [SITE]), tuple(strips_of(reader.spans("s1"), nights)), nights, colour=colour)


def test_a_strip_has_one_sign_a_night_and_none_is_made_up(story: Story) -> None:
    by_check = [strip.signs for strip in strips_of(LifeReader(story.database).spans("s1"), LifeReader(story.database).nights())]
    assert by_check == ["✓✓·✓✓", "✗✗·?✗", "····✓"]


def test_the_strip_shows_the_last_nights_asked_for(story: Story) -> None:
    nights = LifeReader(story.database).nights()[-2:]
    assert [strip.signs for strip in strips_of(LifeReader(story.database).spans("s1"), nights)] == ["✓✓", "?✗", "·✓"]


def test_open_findings_stand_with_their_life_decision_and_evidence(story: Story) -> None:
    Decisions(story.database).take([Decision(A.id, "confirm", "到现场看过", "张三", None, night(0))])
    text = shown(story)
    assert "未整改的问题 1 个" in text
    assert "首次发现 2026-08-01，最近 2026-08-05，共 3 夜" in text
    assert "张三：确认，到现场看过" in text
    assert "evidence/2026-08-05/s1.sqlite" in text


def test_colour_changes_no_word_and_no_control_character_of_a_site_gets_through(story: Story) -> None:
    plain = shown(story)
    assert not set(plain) & {"\x1b", "\x07"}
    painted = shown(story, colour=True)
    for code in ("\x1b[32m", "\x1b[1;31m", "\x1b[33m", "\x1b[2m", "\x1b[0m"):
        painted = painted.replace(code, "")
    assert painted == plain


def test_a_check_that_stopped_is_noted(story: Story) -> None:
    story.record(outcome(5, judgement(check="ipv6")))
    assert "这项检查已不再运行" in shown(story)
