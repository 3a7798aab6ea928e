"""Causes, subjects and verdicts: what one finding stands for, and what was not seen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks.hidden_links import CHECK, doubts, judge
from checks.hidden_links_cloak import Answer
from checks.model import Judgement
from tests.checks.build import Built

AS_OF = date(2026, 8, 25)
DARK = '<div style="display:none"><a href="http://x.bad-one.com/">百家乐平台</a></div>'
PACKED = "<script>eval(function(p,a,c,k,e,d){return p}('0 1',2,2,'a|b'.split('|'),0,{}))</script>"


def clean(title: str = "蓝田县人民政府", body: str = "") -> str:
    return f"<html><head><title>{title}</title></head><body><p>正文</p>{body}</body></html>"


def answered(site: Built, **answers: tuple[Answer | None, str]) -> Judgement:
    stayed = (Answer("https://www.lantian.gov.cn/", 200, "", (), (), "蓝田县人民政府"), "")
    for way in ("referrer", "spider"):
        value, error = answers.get(way, stayed)
        site.writer.put_probe(CHECK.id, way, value, error)
    return judge(site.evidence(), AS_OF)


@pytest.fixture
def site(tmp_path: Path) -> Built:
    return Built(tmp_path, as_of=AS_OF, observers=CHECK.observers)


def found(judgement: Judgement) -> list[tuple[str, str]]:
    return [(each.code, each.subject) for each in judgement.findings]


def test_a_clean_site_passes(site: Built) -> None:
    site.page("/", clean())
    judgement = answered(site)
    assert judgement.verdict == "pass", judgement
    assert judgement.figures["cloak_test"] == {"referrer": "ok", "spider": "ok"}


def test_one_block_on_every_page_is_one_finding_about_the_site(site: Built) -> None:
    for path in ("/", "/tzgg/", "/zcwj/1.html"):
        site.page(path, clean(body=DARK))
    judgement = answered(site)
    assert found(judgement) == [("hidden-bad-links", "site")]
    assert len(judgement.findings[0].evidence.pages) == 3
    assert judgement.findings[0].confirm


def test_one_block_on_the_pages_of_a_section_is_about_the_section(site: Built) -> None:
    site.page("/", clean())
    site.page("/tzgg/1.html", clean(body=DARK))
    site.page("/tzgg/2.html", clean(body=DARK))
    assert found(answered(site)) == [("hidden-bad-links", "/tzgg/")]


def test_one_page_is_its_own_subject(site: Built) -> None:
    site.page("/", clean())
    site.page("/tzgg/1.html?b=2&a=1", clean("真人百家乐"))
    assert found(answered(site)) == [("bad-words", "/tzgg/1.html?a=1&b=2")]


def test_what_a_script_takes_away_again_is_found_as_it_was_served(site: Built) -> None:
    site.page("/", clean("澳门新葡京娱乐"), rendered=clean())
    assert found(answered(site)) == [("bad-words", "home")]


def test_what_only_the_browser_shows_is_found(site: Built) -> None:
    site.page("/", clean(), rendered=clean(body='<div data-mj-hidden=""><a href="http://x.bad-one.com/">百家乐平台</a></div>'))
    assert found(answered(site)) == [("hidden-bad-links", "home")]


def test_a_link_in_a_frame_of_the_page_is_found(site: Built) -> None:
    site.page("/", clean(), fragments=[("/foot.html", DARK)])
    assert found(answered(site)) == [("hidden-bad-links", "home")]


def test_a_page_elsewhere_accuses_nobody(site: Built) -> None:
    site.page("/", clean())
    site.page("https://hd.other.com/", clean(body=DARK), elsewhere=True)
    assert found(answered(site)) == []


def test_a_packed_script_is_doubted_and_not_assessed_until_a_browser_has_run_it(site: Built) -> None:
    site.page("/", clean(body=PACKED), reason="no-browser")
    assert [doubt.page.depth for doubt in doubts(site.evidence())] == [0]
    judgement = answered(site)
    assert (judgement.verdict, {unseen.reason for unseen in judgement.unseen}) == ("not_assessed", {"no-browser"})
    assert any("脚本" in unseen.detail for unseen in judgement.unseen)


def test_twin_a_packed_script_that_a_browser_has_run_passes(site: Built) -> None:
    site.page("/", clean(body=PACKED), rendered=True)
    assert answered(site).verdict == "pass"


def test_another_face_for_search_engines_is_one_finding(site: Built) -> None:
    site.page("/", clean())
    away = (Answer("https://www.lantian.gov.cn/", 302, "www.bad-one.com", ("http://www.bad-one.com/",), (), ""), "")
    judgement = answered(site, referrer=away, spider=away)
    assert found(judgement) == [("cloaked", "home")]
    assert "bad-one.com" in judgement.findings[0].message
    assert judgement.verdict == "fail"


@pytest.mark.parametrize(("host", "severity"), [("block.one-firewall.com", "candidate"), ("www.casino88.com", "deduction")])
def test_a_false_spider_that_alone_is_sent_elsewhere_may_have_met_a_firewall(site: Built, host: str, severity: str) -> None:
    site.page("/", clean())
    away = (Answer("https://www.lantian.gov.cn/", 302, host, (f"http://{host}/",), (), ""), "")
    ordinary = (Answer("https://www.lantian.gov.cn/", 200, "", (), (), ""), "")
    assert [each.severity for each in answered(site, referrer=ordinary, spider=away).findings] == [severity]


@pytest.mark.parametrize("error", ["timeout", "challenge", "http-403", "robots"])
def test_an_engine_that_is_refused_is_not_assessed(site: Built, error: str) -> None:
    site.page("/", clean())
    judgement = answered(site, spider=(None, error))
    assert (judgement.verdict, [unseen.reason for unseen in judgement.unseen]) == ("not_assessed", ["cloak-refused"])


def test_a_run_that_never_asked_is_not_assessed(site: Built) -> None:
    site.page("/", clean())
    judgement = judge(site.evidence(), AS_OF)
    assert [unseen.reason for unseen in judgement.unseen] == ["site-failing"]


def test_a_run_told_not_to_ask_says_so(site: Built) -> None:
    site.page("/", clean())
    site.writer.put_meta("options", {"cloak_test": False, "delay": 0.0})
    judgement = judge(site.evidence(), AS_OF)
    assert (judgement.verdict, [unseen.reason for unseen in judgement.unseen]) == ("not_assessed", ["cloak-off"])


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_not_assessed(site: Built, state: str) -> None:
    site.page("/", clean(body=DARK))
    site.writer.put_meta("site_state", {"state": state, "detail": ""})
    judgement = judge(site.evidence(), AS_OF)
    assert (judgement.verdict, judgement.findings) == ("not_assessed", ())


def test_no_page_no_answer(site: Built) -> None:
    site.failed("/")
    assert judge(site.evidence(), AS_OF).verdict == "not_assessed"
