"""The HTML report's source: the same page as before, and nothing a site says becomes markup."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser
from syrupy.assertion import SnapshotAssertion

from reports.finding_view import UNFOLDED_FINDINGS
from reports.html_report import render_html
from reports.page_list import LISTED_PAGES
from reports.site_report import SiteReportView
from tests.reports.conftest import CANARY
from tests.reports.sample.surface import CASINO

OUTCOMES = ["sample", "hostile", "blocked", "unreachable", "large"]


def shortened(html: str) -> str:
    """The page without what no person compares: the style, the pictures' bytes, the policy's digests."""
    html = re.sub(r"<style>.*?</style>", "<style>…</style>", html, flags=re.DOTALL)
    html = re.sub(r"base64,[A-Za-z0-9+/=]+", "base64,…", html)
    return re.sub(r"sha256-[A-Za-z0-9+/=]+", "sha256-…", html)


@pytest.mark.parametrize("outcome", ["sample", "blocked"])
def test_the_page_reads_as_before(views: dict[str, SiteReportView], outcome: str, snapshot: SnapshotAssertion) -> None:
    assert shortened(render_html(views[outcome])) == snapshot


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_page_asks_for_nothing_outside_itself(views: dict[str, SiteReportView], outcome: str) -> None:
    tree = LexborHTMLParser(render_html(views[outcome]))
    assert tree.css("link, iframe, object, embed, form, base, video, audio, source") == []
    assert [node for node in tree.css("[src]") if not (node.attributes["src"] or "").startswith("data:image/png;base64,")] == []
    assert len(tree.css("script")) == len(tree.css("style")) == 1
    style = tree.css_first("style")
    assert style is not None and "url(" not in style.text()


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_links_lead_to_web_addresses_or_inside_the_page(views: dict[str, SiteReportView], outcome: str) -> None:
    tree = LexborHTMLParser(render_html(views[outcome]))
    anchors = {node.attributes.get("id") for node in tree.css("[id]")}
    for node in tree.css("a[href]"):
        href = node.attributes["href"] or ""
        if href.startswith("#"):
            assert href[1:] in anchors, href
        else:
            assert href.startswith(("http://", "https://")), href
            assert "noopener" in (node.attributes["rel"] or "").split()
    assert len(anchors) == len(tree.css("[id]")), "an id stands twice"


def test_nothing_a_hostile_site_says_becomes_markup(views: dict[str, SiteReportView]) -> None:
    html = render_html(views["hostile"])
    tree = LexborHTMLParser(html)
    assert tree.css("img") == []
    assert [node for node in tree.css("*") if any(name.startswith("on") for name in node.attributes)] == []
    assert [node for node in tree.css("a") if "javascript" in (node.attributes.get("href") or "")] == []
    assert "{{ 7*7 }}" in html, "what looks like a template is printed as it stands"
    assert f"&lt;img src={CANARY}" in html


def test_a_picture_that_is_no_png_is_left_out(views: dict[str, SiteReportView]) -> None:
    assert "<svg onload" not in render_html(views["hostile"])
    assert "data:image/png;base64," not in render_html(views["hostile"])


def test_every_accused_page_is_printed(view: SiteReportView) -> None:
    html = render_html(view).replace("&amp;", "&")
    for check in view.checks:
        for kind in check.kinds:
            for finding in kind.findings:
                for url in finding.pages.every:
                    assert f">{url}</a>" in html


def test_more_than_five_pages_are_folded_and_counted(view: SiteReportView) -> None:
    tree = LexborHTMLParser(render_html(view))
    labels = {node.text() for node in tree.css(".finding .pages > .label")}
    assert labels == {f"涉及页面（共 {count} 页）" for count in (2, 3, 9, 20, 38)}
    assert len(tree.css(".finding details.more")) == 7


def test_a_list_of_hundreds_of_pages_is_cut_and_says_where_the_rest_is(views: dict[str, SiteReportView]) -> None:
    tree = LexborHTMLParser(render_html(views["large"]))
    notes = [node.text() for node in tree.css(".finding details.more > .note")]
    assert set(notes) == {"另有 120 页，见 JSON 报告或证据文件。", "另有 40 页，见 JSON 报告或证据文件。"}
    assert max(len(node.css("li")) for node in tree.css(".finding .pages")) == LISTED_PAGES


def test_three_hundred_findings_are_grouped_closed_and_folded(views: dict[str, SiteReportView]) -> None:
    tree = LexborHTMLParser(render_html(views["large"]))
    assert len(tree.css("details.finding")) == 300
    assert tree.css("details.finding[open]") == []
    for kind in tree.css("section.kind"):
        standing = [node for node in kind.css("details.finding") if node.parent == kind]
        assert 1 <= len(standing) <= UNFOLDED_FINDINGS


def test_the_table_at_the_top_leads_to_every_check_that_has_more_to_say(views: dict[str, SiteReportView]) -> None:
    tree = LexborHTMLParser(render_html(views["large"]))
    rows = tree.css("#overview tbody tr")
    assert len(rows) == 12
    anchors = [link.attributes["href"] for row in rows for link in row.css("th a")]
    assert len(anchors) == 11, "an up-to-date home page has neither findings nor figures to show"
    assert [link.attributes["href"] for link in tree.css("nav .checks a")] == anchors


def test_checks_stand_worst_first_a_suspected_veto_before_plain_deductions(views: dict[str, SiteReportView]) -> None:
    rows = LexborHTMLParser(render_html(views["large"])).css("#overview tbody tr th")
    assert [row.text() for row in rows][:4] == ["互动渠道与留言答复", "暗链与不良信息", "错链、断链", "网站标识与域名"]


def test_what_a_person_must_confirm_and_what_was_seen_once_say_so(view: SiteReportView) -> None:
    tree = LexborHTMLParser(render_html(view))
    marked = [kind for kind in tree.css("section.kind") if kind.css_first(".chip.confirm") is not None]
    assert ["赌博" in kind.text() for kind in marked] == [True]
    once = [kind.text() for kind in tree.css("section.kind.candidate") if "已见 1 次" in kind.text()]
    assert ["连续两晚见到才扣分" in text for text in once] == [True, False], "said once in a check"


def test_advice_is_said_once_in_a_check(views: dict[str, SiteReportView]) -> None:
    for check in views["large"].checks:
        said = [kind.advice_words for kind in check.kinds]
        assert len(said) == len(set(said))
    links = next(check for check in views["large"].checks if check.id == "links")
    assert "与上面“链接打不开”相同。" in [kind.advice_words for kind in links.kinds]


def test_an_address_of_bad_content_cannot_be_clicked(view: SiteReportView) -> None:
    html = render_html(view)
    assert CASINO in html
    assert [node for node in LexborHTMLParser(html).css("a") if CASINO in (node.attributes.get("href") or "")] == []
