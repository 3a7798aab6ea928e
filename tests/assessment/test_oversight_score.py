"""The website-oversight formula, term by term: what the data give, what is missing, what does not apply."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from checks.catalogue.assessment import AssessedTerm, official
from reports.assessment_model import Share, UnitYear, YearRepairs
from reports.oversight_score import share_of
from reports.quarters import Quarter
from tests.assessment.made import site, unit

TERMS = {term.id: term for item in official().items for term in item.terms}


def share(term: str, year: UnitYear) -> Share:
    return share_of(TERMS[term], year)


def told(term: str, **given: Any) -> tuple[Fraction | None, Fraction, Fraction, bool]:
    found = share(term, unit("清河市", **given))
    return found.share, found.low, found.high, found.applies


F = Fraction
MISSING, BESIDE = (None, F(0), F(1), True), (None, F(0), F(0), False)


def exactly(part: int, whole: int) -> tuple[Fraction, Fraction, Fraction, bool]:
    return F(part, whole), F(part, whole), F(part, whole), True


CASES: list[tuple[str, str, dict[str, Any], tuple[Fraction | None, Fraction, Fraction, bool]]] = [
    ("every site passes in every quarter", "pass-rate", {}, exactly(1, 1)),
    ("one of two quarters passes", "pass-rate", {"sites": [site(1), site(2, passed=False)]}, exactly(1, 2)),
    ("a site that could not be assessed is in no rate", "pass-rate", {"sites": [site(1), site(2, passed=None)]}, exactly(1, 1)),
    ("no site could be assessed at all", "pass-rate", {"sites": [site(1, passed=None)]}, MISSING),
    ("a unit without sites has no rate", "pass-rate", {"sites": []}, BESIDE),
    (
        "a pass that awaits a person is not sure",
        "pass-rate",
        {"sites": [site(1), site(2, settled=False)]},
        (F(1), F(1, 2), F(1), True),
    ),
    (
        "a site that did not open may still fail",
        "pass-rate",
        {"sites": [site(1), site(2, passed=None, veto_pending=True)]},
        (F(1), F(1, 2), F(1), True),
    ),
    ("inspected itself every quarter", "self-inspection", {}, exactly(1, 1)),
    ("never inspected itself", "self-inspection", {"changes": {"self-inspection": 0.0}}, exactly(0, 1)),
    ("self-inspection not brought", "self-inspection", {"changes": {"self-inspection": None}}, MISSING),
    ("links of both levels count together", "ipv6-levels", {"sites": [site(1, ipv6=(40, 60)), site(2, ipv6=(90, 100))]}, exactly(13, 16)),
    ("no links work over IPv6", "ipv6-levels", {"sites": [site(1, ipv6=(0, 50))]}, exactly(0, 1)),
    ("no links were tested", "ipv6-levels", {"sites": [site(1, ipv6=(0, 0))]}, MISSING),
    ("one of three sites is on the platform", "intensive", {"intensive": (1, 3)}, exactly(1, 3)),
    ("no site at the year's end", "intensive", {"intensive": (0, 0)}, BESIDE),
    ("progress as people report it goes first", "intensive", {"intensive": (1, 3), "changes": {"intensive-progress": 62.5}}, exactly(5, 8)),
    (
        "statistics published in one of two quarters",
        "interaction-statistics",
        {"sites": [site(1, verdicts={"interaction-statistics": "pass"}), site(2, verdicts={"interaction-statistics": "fail"})]},
        exactly(1, 2),
    ),
    (
        "what could not be judged is no failure",
        "interaction-statistics",
        {"sites": [site(1, verdicts={"interaction-statistics": "pass"}), site(2, verdicts={"interaction-statistics": "not_assessed"})]},
        exactly(1, 1),
    ),
    ("nothing could be judged", "interaction-statistics", {"sites": [site(1, verdicts={})]}, MISSING),
    (
        "the check concerns none of the sites",
        "interaction-statistics",
        {"sites": [site(1, verdicts={"interaction-statistics": "not_applicable"})]},
        BESIDE,
    ),
    ("entry is there", "error-entry", {}, exactly(1, 1)),
    ("entry is missing", "error-entry", {"sites": [site(1, verdicts={"error-report-entry": "fail"})]}, exactly(0, 1)),
    ("half of the reports on time", "error-handling", {"changes": {"error-reports-on-time": 2.0}}, exactly(1, 2)),
    ("no error reports all year", "error-handling", {"changes": {"error-reports": 0.0, "error-reports-on-time": 0.0}}, BESIDE),
    (
        "no reports, and so none on time to bring",
        "error-handling",
        {"changes": {"error-reports": 0.0, "error-reports-on-time": None}},
        BESIDE,
    ),
    ("error reports not brought", "error-handling", {"changes": {"error-reports": None}}, MISSING),
    ("on-time not brought", "error-handling", {"changes": {"error-reports-on-time": None}}, MISSING),
    ("more on time than there were is an error, not a score", "error-handling", {"changes": {"error-reports-on-time": 9.0}}, MISSING),
    ("three of four rectified", "rectification-rate", {"repairs": YearRepairs(4, 3, (1, 2, 3))}, exactly(3, 4)),
    ("nothing to rectify", "rectification-rate", {"repairs": YearRepairs(0, 0, ())}, BESIDE),
    ("fifteen days are full", "rectification-time", {"repairs": YearRepairs(1, 1, (15,))}, exactly(1, 1)),
    ("sixteen are not", "rectification-time", {"repairs": YearRepairs(1, 1, (16,))}, exactly(44, 45)),
    ("sixty days are nothing", "rectification-time", {"repairs": YearRepairs(1, 1, (60,))}, exactly(0, 1)),
    ("three hundred are no less", "rectification-time", {"repairs": YearRepairs(1, 1, (300,))}, exactly(0, 1)),
    ("the median of two lies between", "rectification-time", {"repairs": YearRepairs(2, 2, (20, 31))}, exactly(69, 90)),
    ("nothing rectified has no time", "rectification-time", {"repairs": YearRepairs(3, 0, ())}, BESIDE),
    ("a percentage of full marks", "key-areas", {"changes": {"key-areas": 87.5}}, exactly(7, 8)),
    ("zero per cent is a figure", "key-areas", {"changes": {"key-areas": 0.0}}, exactly(0, 1)),
    ("a figure not brought", "key-areas", {"changes": {"key-areas": None}}, MISSING),
]


@pytest.mark.parametrize(("term", "given", "expected"), [case[1:] for case in CASES], ids=[f"{case[1]}: {case[0]}" for case in CASES])
def test_a_term_is_what_its_data_give(term: str, given: dict[str, Any], expected: Any) -> None:
    assert told(term, **given) == expected


def test_a_quarter_without_its_report_leaves_self_inspection_open_by_that_quarter_only() -> None:
    year = unit("清河市")
    found = share("self-inspection", replace(year, figures={q: f for q, f in year.figures.items() if q.number != 3}))
    assert (found.share, found.low, found.high) == (F(1), F(3, 4), F(1))
    assert "2026年第三季度没有报送" in found.note and found.data == "3/3个季度"


def test_a_quarter_without_error_reports_figures_leaves_handling_open() -> None:
    year = unit("清河市", changes={"error-reports-on-time": 3.0})
    found = share("error-handling", replace(year, figures={q: f for q, f in year.figures.items() if q.number != 4}))
    assert (found.share, found.low, found.high) == (F(3, 4), F(0), F(1))
    assert found.data == "9/12件" and "2026年第四季度没有报送" in found.note


def test_figures_of_another_year_are_not_counted() -> None:
    year = unit("清河市")
    stray = {Quarter(2025, 4): {"self-inspection": next(iter(year.figures.values()))["self-inspection"]}}
    assert share("self-inspection", replace(year, figures=stray)).share is None


def test_every_term_says_where_its_data_come_from() -> None:
    sources = {term: share(term, unit("清河市")).source for term in TERMS}
    imported = {term for term, source in sources.items() if source == "imported"}
    assert imported == {"basic-disclosure", "key-areas", "grassroots", "annual-report", "new-media", "self-inspection", "error-handling"}
    assert sources["intensive"] == "registry"


def test_every_measure_of_the_catalogue_is_computed() -> None:
    for measure in ("figure", "pass-rate", "self-inspection", "ipv6-levels", "intensive", "error-handling", "rectification-rate"):
        term = next(each for each in TERMS.values() if each.measure == measure)
        assert isinstance(term, AssessedTerm) and isinstance(share_of(term, unit("清河市")), Share)
