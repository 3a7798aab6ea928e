"""Figures on the saved real pages: found where they stand, nowhere else."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from checks.interaction import InteractionFacts, observe
from crawler.charset import decode
from crawler.document import Document

FOLDER = Path(os.environ.get("MINGJING_REALPAGES", Path(__file__).parents[4] / "shared" / "realpages")) / "pages"
PAGES = sorted(FOLDER.glob("*.html"))


def seen(path: Path) -> InteractionFacts | None:
    return observe(Document(decode(path.read_bytes()).text, "http://www.example.gov.cn/a/b.html", as_of=date(2026, 8, 25)))


def page(name: str) -> Path:
    found = FOLDER / f"{name}.html"
    if not found.exists():
        print(f"no saved pages at {FOLDER}: this case has nothing to read")
    return found


@pytest.mark.parametrize("name", ["ali-ldxx-p1", "ali-ldxx-p3"])
def test_the_figures_on_a_list_of_letters_are_read(name: str) -> None:
    path = page(name)
    facts = seen(path) if path.exists() else None
    if facts is not None:
        assert [(f.metric, f.value) for group in facts.statistics for f in group.figures] == [("accepted", 157), ("handled", 99)]
        assert facts.inside


def test_figures_stand_on_no_other_page_than_those_that_show_them() -> None:
    found = {path.stem for path in PAGES if (facts := seen(path)) is not None and facts.statistics}
    assert {name for name in found if not name.startswith("scest-ndbg")} == ({"ali-ldxx-p1", "ali-ldxx-p3"} if PAGES else set())


def test_the_figures_of_an_annual_report_are_read_but_the_report_is_no_page_of_the_section() -> None:
    reports = [path for path in PAGES if path.stem.startswith("scest-ndbg")]
    for path in reports:
        facts = seen(path)
        assert facts is not None
        assert facts.statistics, path.stem
        assert not facts.inside


def test_letters_are_read_on_no_page_that_has_none() -> None:
    with_letters = {path.stem for path in PAGES if (facts := seen(path)) is not None and facts.letters}
    expected = {"ali-ldxx-p1", "ali-ldxx-p3", "ali-zxzx", "gdqw-hfxd-list", "gdqw-jgfk-list", "jlsq-home", "jlsq-jlsrmzf"}
    assert with_letters == (expected if PAGES else set())


def test_single_letters_are_read_on_no_page_that_is_none() -> None:
    letters = {path.stem for path in PAGES if (facts := seen(path)) is not None and facts.detail}
    expected = {"ali-letter-1634", "ali-letter-1745", "gdqw-hfxd-art", "gdqw-jgfk-art", "gdqw-jgfk-art2"}
    assert letters == (expected if PAGES else set())
