"""The table of cases: what is an entry, what is none, and what is only nearly one."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from checks.entry_markup import observe_entry
from checks.error_report_entry import CHECK, judge
from crawler.document import Document
from tests.checks.build import Built

FOLDER = Path(__file__).parent
TABLE = tomllib.loads((FOLDER / "cases.toml").read_text(encoding="utf-8"))
AS_OF = date(2026, 8, 25)


@pytest.mark.parametrize("case", TABLE["case"], ids=lambda case: case["page"].removesuffix(".html"))
def test_the_page_is_judged_as_the_table_says(case: dict[str, object], tmp_path: Path) -> None:
    static = (FOLDER / "pages" / str(case["page"])).read_text(encoding="utf-8")
    twin = FOLDER / "pages" / str(case["page"]).replace(".html", ".rendered.html")
    site = Built(tmp_path, as_of=AS_OF, observers=CHECK.observers, code=TABLE["site_code"])
    site.page("/", static, rendered=twin.read_text(encoding="utf-8") if twin.is_file() else True)
    judgement = judge(site.evidence(), AS_OF)
    assert [found.code for found in judgement.findings] == case["expect"], (case["why"], judgement.findings)


def test_every_page_of_the_folder_is_in_the_table() -> None:
    pages = {path.name for path in (FOLDER / "pages").glob("*.html") if ".rendered." not in path.name}
    assert pages == {case["page"] for case in TABLE["case"]}
    assert len(pages) >= 30


@pytest.mark.parametrize("case", [c for c in TABLE["case"] if c["expect"] == []], ids=lambda case: case["page"].removesuffix(".html"))
def test_an_entry_is_seen_in_the_same_form_inside_a_frame_of_the_page(case: dict[str, object]) -> None:
    text = (FOLDER / "pages" / str(case["page"])).read_text(encoding="utf-8")
    twin = FOLDER / "pages" / str(case["page"]).replace(".html", ".rendered.html")
    if twin.is_file():
        text = twin.read_text(encoding="utf-8")
    frame = Document(text, "https://www.lantian.gov.cn/foot.html", as_of=AS_OF)
    page = Document("<p>正文</p>", "https://www.lantian.gov.cn/", as_of=AS_OF, fragments=(frame,))
    assert observe_entry(page) is not None
