"""The HTML report's source: the same page as before, and nothing a site says becomes markup."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser
from syrupy.assertion import SnapshotAssertion

from reports.html_report import render_html
from reports.site_report import SiteReportView
from tests.reports.conftest import CANARY

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
    assert "url(" not in (tree.css_first("style").text() if tree.css_first("style") else "")


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
    html = render_html(view)
    for check in view.checks:
        for kind in check.kinds:
            for finding in kind.findings:
                for address in (*finding.shown, *finding.folded):
                    assert f">{address.url}</a>" in html.replace("&amp;", "&")


def test_more_than_five_pages_are_folded_and_counted(view: SiteReportView) -> None:
    tree = LexborHTMLParser(render_html(view))
    folded = [node.text() for node in tree.css(".finding details.more > summary")]
    assert folded == ["其余 4 个页面"]


def test_three_hundred_findings_are_grouped_and_closed(views: dict[str, SiteReportView]) -> None:
    tree = LexborHTMLParser(render_html(views["large"]))
    assert len(tree.css("details.finding")) == 300
    assert tree.css("details.finding[open]") == []
    assert len(tree.css("section.kind")) == 12
