"""Units of an annual assessment made by hand: full marks in everything unless said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from checks.catalogue.assessment import AssessmentCatalogue, load
from reports.assessment_model import SiteQuarter, UnitYear, YearRepairs
from reports.manual import UnitFigure
from reports.quarters import Quarter

QUARTERS = tuple(Quarter(2026, number) for number in (1, 2, 3, 4))

PERCENTS = ("basic-disclosure", "key-areas", "grassroots", "annual-report", "new-media")

PASSES = {"interaction-statistics": "pass", "error-report-entry": "pass"}


def site(quarter: int = 1, key: str = "s1", *, passed: bool | None = True, year: int = 2026, **changes: object) -> SiteQuarter:
    given: dict[str, object] = {
        "quarter": Quarter(year, quarter),
        "site": key,
        "name": f"网站{key}",
        "passed": passed,
        "settled": True,
        "published": False,
        "ipv6": (0, 0) if passed is None else (10, 10),
        "verdicts": {} if passed is None else PASSES,
    }
    return SiteQuarter(**{**given, **changes})  # type: ignore[arg-type]


def figures(unit: str, given: Mapping[str, float], quarters: Sequence[Quarter] = QUARTERS) -> dict[Quarter, dict[str, UnitFigure]]:
    """Figures of a unit, the same in every quarter."""
    return {
        quarter: {term: UnitFigure(unit, term, value, "", "李填报", date(2026, 12, 30)) for term, value in given.items()}
        for quarter in quarters
    }


FULL: Mapping[str, float] = {
    **dict.fromkeys(PERCENTS, 100.0),
    "self-inspection": 1.0,
    "error-reports": 4.0,
    "error-reports-on-time": 4.0,
}


def unit(
    name: str,
    registered: str = "市州",
    *,
    group: str = "",
    changes: Mapping[str, float | None] | None = None,
    sites: Sequence[SiteQuarter] | None = None,
    intensive: tuple[int, int] = (1, 1),
    repairs: YearRepairs = YearRepairs(2, 2, (3, 5)),  # noqa: B008  # frozen
    year: int = 2026,
) -> UnitYear:
    """A unit with full marks but for ``changes`` of its figures (None: not brought)."""
    quarters = tuple(Quarter(year, number) for number in (1, 2, 3, 4))
    told = {term: value for term, value in {**FULL, **(changes or {})}.items() if value is not None}
    kept = tuple(site(number, f"{name}-1", year=year) for number in (1, 2, 3, 4)) if sites is None else tuple(sites)
    return UnitYear(
        name,
        registered,
        group or {"新区": "市州"}.get(registered, registered),
        quarters,
        kept,
        intensive,
        repairs,
        figures(name, told, quarters),
    )


def catalogue_of(folder: Path, text: str) -> AssessmentCatalogue:
    """The catalogue with a province's own entries."""
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


QUOTA = """
version = "2022.quota"
[grades]
mode = "quota"
[[groups]]
name = "市州"
quota = 12
[[groups]]
name = "省级部门"
quota = 12
"""
