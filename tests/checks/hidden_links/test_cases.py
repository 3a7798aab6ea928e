"""Tables of cases: what is a dark link or a bad word, and what only looks like one."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.hidden_links import CHECK, judge
from checks.hidden_links_reading import observe
from crawler.document import Document
from tests.checks.build import Built

FOLDER = Path(__file__).parent
CASES = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))["case"]
HARMLESS = (FOLDER / "harmless.txt").read_text(encoding="utf-8").splitlines()
AS_OF = date(2026, 8, 25)


def page(head: str = "", body: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body><h1>蓝田县人民政府</h1>{body}</body></html>"


def source(case: dict[str, Any]) -> str:
    head = case.get("head", "")
    return page(head.encode("ascii", "backslashreplace").decode("unicode_escape") if case.get("escaped") else head, case.get("body", ""))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_page_is_judged_as_the_table_says(case: dict[str, Any], tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF, observers=CHECK.observers)
    site.page("/", source(case))
    found = judge(site.evidence(), AS_OF).findings
    assert [f"{each.code}{'?' if each.severity == 'candidate' else ''}" for each in found] == case["expect"], found
    assert all(each.confirm and each.subject == "home" for each in found)


def test_the_tables_hold_enough_of_both_kinds() -> None:
    assert sum(1 for case in CASES if case["expect"] == []) >= 20
    assert len(HARMLESS) >= 40


@pytest.mark.parametrize("words", HARMLESS)
def test_words_of_honest_pages_accuse_nobody_wherever_they_stand(words: str) -> None:
    head = f'<title>{words}</title><meta name="keywords" content="{words}"><meta name="description" content="{words}">'
    body = f'<a href="/a.html">{words}</a><a href="http://www.one-paper.com/b.html">{words}</a>'
    hidden = f'<div class="tab" style="display:none"><a href="http://www.one-paper.com/b.html">{words}</a></div>'
    reading = observe(Document(page(head, body + hidden), "https://www.lantian.gov.cn/", as_of=AS_OF))
    assert reading is None, reading


@pytest.mark.parametrize("case", [case for case in CASES if case["expect"] == ["hidden-bad-links"]], ids=lambda case: case["name"])
def test_the_same_links_to_a_government_are_none(case: dict[str, Any]) -> None:
    html = source(case).replace("x.bad-one.com", "www.other.gov.cn").replace("a.bad-one.com", "www.other.gov.cn")
    if "bad-one" in html or "casino" in html or "fromCharCode" in html or "&#" in html:
        return  # the address stands in codes: nothing was replaced
    reading = observe(Document(html, "https://www.lantian.gov.cn/", as_of=AS_OF))
    assert reading is None or all(mark.code != "hidden-bad-links" for mark in reading.marks)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_no_snippet_holds_an_address_a_report_could_make_a_link_of(case: dict[str, Any]) -> None:
    reading = observe(Document(source(case), "https://www.lantian.gov.cn/", as_of=AS_OF))
    assert all("://" not in mark.snippet and "<" not in mark.snippet for mark in (reading.marks if reading else ()))
