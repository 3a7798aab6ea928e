"""The footer's facts and the page tags of the labelled real pages: read right, and nobody is accused of lacking what a page shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from parsel import Selector

from checks.model import Check
from checks.page_tags import CHECK as PAGE_TAGS
from checks.page_tags_markup import GROUPS, WHOLE, names
from checks.site_identity import CHECK as SITE_IDENTITY
from tests.accuracy.accuracy import AS_OF, Row, Tally, load, pages_folder
from tests.accuracy.footer import READINGS, add_readings, labelled
from tests.accuracy.tags import add_tags, second_reading
from tests.checks.build import Built

FOLDER = pages_folder()
pytestmark = pytest.mark.skipif(not (FOLDER / "index.tsv").is_file(), reason=f"no labelled pages at {FOLDER}")

ALMOST = 0.95
"""What the site's code, ICP, 公安 and owner must reach."""
FACTS = {"site-code": "missing-site-code", "icp": "missing-icp", "police": "missing-police", "owner": "missing-owner"}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return load(FOLDER)


@pytest.mark.parametrize("key", READINGS)
def test_the_footers_facts_are_read_right(rows: list[Row], key: str) -> None:
    tally = add_readings(rows, Tally(), key)
    assert tally.cases >= 20
    assert tally.right / tally.cases >= ALMOST, tally.ids
    assert tally.false == 0, tally.ids


def test_page_tags_are_read_right_on_every_page_that_carries_them(rows: list[Row]) -> None:
    tally = add_tags(rows, FOLDER, Tally())
    assert tally.cases >= 75
    assert tally.right == tally.cases, tally.ids


def _shown(row: Row) -> str:
    """All text of the page as another parser reads it, without blanks."""
    words = Selector(row.html.replace("\0", "")).xpath("//body//text()[not(ancestor::script) and not(ancestor::style)]").getall()
    return re.sub(r"\s+", "", "".join(words))


def _accused(rows: list[Row], check: Check, folder: Path) -> dict[str, set[str]]:
    """Row → codes it is accused of, in the worst case: all pages in one site, each taken for completely rendered."""
    site = Built(folder, as_of=AS_OF, observers=check.observers)
    site.page("/", "<title>首页</title><p>首页</p>", rendered=True)
    for row in rows:
        site.page(f"/{row.id}/content_1.html", row.html, rendered=True)
    found: dict[str, set[str]] = {row.id: set() for row in rows}
    for finding in check.judge(site.evidence(), AS_OF).findings:
        for page in finding.evidence.pages:
            found.setdefault(page.split("/")[3], set()).add(finding.code)
    return found


def test_no_page_is_accused_of_lacking_a_fact_that_its_label_shows(rows: list[Row], tmp_path: Path) -> None:
    judged = 0
    accused = _accused(rows, SITE_IDENTITY, tmp_path)
    for row in rows:
        text = _shown(row)
        for key, code in FACTS.items():
            if any(re.sub(r"\s+", "", value) in text for value in labelled(key, row.labels)):
                judged += 1
                assert code not in accused[row.id], row.id
    assert judged >= 270
    assert any(codes & set(FACTS.values()) for codes in accused.values())  # the judge was at work


def test_no_page_is_accused_of_lacking_tags_that_it_carries(rows: list[Row], tmp_path: Path) -> None:
    judged = 0
    accused = _accused(rows, PAGE_TAGS, tmp_path)
    for row in rows:
        truth = second_reading((FOLDER / "pages" / f"{row.id}.html").read_bytes())
        for group in GROUPS:
            if all(truth.get(name.lower()) for name in names(group)):
                judged += 1
                assert WHOLE[group].observe(row.document) is not None, (row.id, group)
                assert not accused[row.id] & {f"{group}-missing", f"{group}-empty", f"{group}-placeholder"}, row.id
    assert judged >= 80
    assert any(accused.values())
