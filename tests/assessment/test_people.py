"""Figures that people bring reach the assessment through their workbook, of the right year only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from checks.catalogue import indicators
from checks.catalogue.assessment import official
from crawler.oversight import connect
from reports.assessment import assess
from reports.assessment_collect import YearAsked, collect
from reports.assessment_model import UnitResult
from reports.commands.options import UsageProblem
from reports.manual_import import take, template
from reports.manual_sheet import FIGURES, HEADS
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric

GIVEN = {"basic-disclosure": 96.5, "key-areas": 80.0, "annual-report": 100.0, "self-inspection": 1.0, "intensive-progress": 40.0}


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(tmp_path_factory.mktemp("people"), seed=2, units=2, per_unit=1, findings=(0, 0), pictures=0, nights=1, vetoes=False)


def filled(path: Path, unit: str, given: Mapping[str, float]) -> Path:
    """The workbook with a unit's figures written into it, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book[FIGURES]
    heads = HEADS[FIGURES]
    at = {head: heads.index(head) + 1 for head in heads}
    for row in sheet.iter_rows():
        term = row[at["数据编号"] - 1].value
        if row[at["单位"] - 1].value == unit and term in given:
            sheet.cell(row[0].row, at["数值"]).value = given[str(term)]
            sheet.cell(row[0].row, at["填报人"]).value = "李填报"
    book.save(path)
    return path


def result(fabric: Fabric, unit: str) -> UnitResult:
    asked = YearAsked(connect(fabric.database), fabric.evidence, 2026, (), official(), lambda _: indicators.official())
    return next(each for each in assess(2026, collect(asked).units, official()).units if each.unit == unit)


def test_what_a_workbook_says_is_what_the_terms_have_marked_as_brought_by_people(fabric: Fabric, tmp_path: Path) -> None:
    database, quarter, unit = connect(fabric.database), Quarter(2026, 4), fabric.units[0].name
    template(database, tmp_path / "q4.xlsx", quarter, "", indicators.official())
    take(database, filled(tmp_path / "q4.xlsx", unit, GIVEN), quarter, lambda _: indicators.official(), date(2026, 12, 30))
    found = result(fabric, unit)
    terms = {term.id: term for item in found.items for term in item.terms}
    for term in ("basic-disclosure", "key-areas", "annual-report"):
        assert (terms[term].part, terms[term].source, terms[term].low == terms[term].high) == (GIVEN[term], "imported", True)
    assert (terms["intensive"].part, terms["intensive"].source) == (40.0, "imported")
    assert (terms["self-inspection"].data, terms["self-inspection"].note) == (
        "1/1个季度",
        "2026年第一季度、2026年第二季度、2026年第三季度没有报送",
    )
    assert terms["new-media"].points is None and terms["new-media"].note == "没有报送"


def test_a_workbook_from_another_year_is_one_line_and_changes_nothing(fabric: Fabric, tmp_path: Path) -> None:
    database, unit = connect(fabric.database), fabric.units[1].name
    template(database, tmp_path / "old.xlsx", Quarter(2025, 4), "", indicators.official())
    old = filled(tmp_path / "old.xlsx", unit, GIVEN)
    with pytest.raises(UsageProblem, match="2025") as told:
        take(database, old, Quarter(2026, 4), lambda _: indicators.official(), date(2026, 12, 30))
    assert "\n" not in str(told.value)
    take(database, old, Quarter(2025, 4), lambda _: indicators.official(), date(2026, 12, 30))
    terms = [term for item in result(fabric, unit).items for term in item.terms if term.source == "imported"]
    assert all(term.points is None for term in terms), "figures of 2025 are none of 2026"
