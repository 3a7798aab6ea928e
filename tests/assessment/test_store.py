"""Published assessments: kept as they were, compared with by the next year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.assessment import official
from crawler.oversight import connect
from reports.assessment import assess
from reports.assessment_model import Assessment, FullMarks
from reports.assessment_store import Assessments
from tests.assessment.made import unit


def made(year: int, full: int) -> Assessment:
    """Four cities, ``full`` of which have full marks in new media."""
    units = [unit(f"市{at}", changes={"new-media": 100.0 if at < full else 60.0}, year=year) for at in range(4)]
    return assess(year, units, official())


def publish(database: Database, assessment: Assessment) -> int:
    store = Assessments(database)
    version, _ = store.next_version(assessment)
    store.publish(replace(assessment, version=version), date(assessment.year + 1, 1, 20))
    return version


def new_media(assessment: Assessment) -> FullMarks:
    return next(mark for mark in assessment.groups[0].marks if mark.item == "new-media")


def test_the_next_year_is_compared_with_what_was_published(tmp_path: Path) -> None:
    database = connect(tmp_path / "o.db")
    assert Assessments(database).marks(2025) is None
    publish(database, made(2025, 1))
    units = [unit(f"市{at}") for at in range(4)]
    now = assess(2026, units, official(), last_year=Assessments(database).marks(2025))
    assert now.compared and new_media(now).before == (1, 4)
    assert now.groups[0].excellent_before == (4, 4)


def test_the_same_figures_again_are_no_further_version(tmp_path: Path) -> None:
    database = connect(tmp_path / "o.db")
    assert publish(database, made(2025, 1)) == 1
    assert publish(database, made(2025, 1)) == 1
    assert Assessments(database).next_version(made(2025, 1)) == (1, False)


def test_other_figures_are_a_further_version_and_it_is_the_one_compared_with(tmp_path: Path) -> None:
    database = connect(tmp_path / "o.db")
    publish(database, made(2025, 1))
    assert publish(database, made(2025, 3)) == 2
    found = Assessments(database).marks(2025)
    assert found is not None and found.marks["市州", "new-media"] == (3, 4)


def test_years_do_not_mix(tmp_path: Path) -> None:
    database = connect(tmp_path / "o.db")
    publish(database, made(2024, 1))
    publish(database, made(2025, 2))
    assert (Assessments(database).version(2024), Assessments(database).version(2026)) == (1, 0)
    found = Assessments(database).marks(2024)
    assert found is not None and found.marks["市州", "new-media"] == (1, 4)


def test_what_is_kept_is_the_whole_assessment(tmp_path: Path) -> None:
    database = connect(tmp_path / "o.db")
    publish(database, made(2025, 2))
    content = Assessments(database).content(2025)
    assert content is not None
    assert [each["unit"] for each in content["groups"][0]["units"]] == ["市0", "市1", "市2", "市3"]
    assert content["groups"][0]["units"][0]["items"][5]["terms"][0]["data"] == "4/4站次"
    assert content["notes"] and content["catalogue"]
