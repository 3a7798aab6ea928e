"""The catalogue of the annual assessment: what it holds, how a province overrides it, how an error in it is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.catalogue import CatalogueError
from checks.catalogue.assessment import load, official, terms
from reports.manual import TERMS
from tests.assessment.made import catalogue_of


def test_it_has_the_six_items_of_the_model_and_they_are_a_hundred_points() -> None:
    assert [item.title for item in official().items] == [
        "基础信息公开",
        "重点领域信息公开",
        "基层政务公开",
        "政府信息公开年报编制",
        "政务新媒体监管",
        "政府网站监管",
    ]
    assert sum(item.points for item in official().items) == 100
    assert official().basis == "assumed"


def test_the_oversight_formula_has_every_part_that_is_asked_for_and_its_weights_are_a_hundred() -> None:
    oversight = official().items[-1]
    assert [term.measure for term in oversight.terms] == [
        "pass-rate",
        "self-inspection",
        "ipv6-levels",
        "intensive",
        "interaction-statistics",
        "error-entry",
        "error-handling",
        "rectification-rate",
        "rectification-time",
    ]
    assert sum(term.weight for term in oversight.terms) == 100


def test_people_can_bring_every_figure_that_a_term_needs() -> None:
    needed = {figure for item in official().items for term in item.terms for figure in term.figures}
    assert needed <= {term.id for term in terms()} == set(TERMS)


def test_a_digest_changes_with_any_entry(tmp_path: Path) -> None:
    assert catalogue_of(tmp_path, "[grades]\nexcellent = 91.0\n").digest != official().digest
    assert catalogue_of(tmp_path, "").digest == official().digest


def test_a_province_changes_single_entries_and_the_rest_stays(tmp_path: Path) -> None:
    own = catalogue_of(tmp_path, '[grades]\nexcellent = 95.0\n[[items]]\nid = "new-media"\npoints = 12.5\n')
    assert (own.grades.excellent, own.grades.passed) == (95, 60)
    changed = {item.id: item.points for item in own.items}
    assert changed == {**{item.id: item.points for item in official().items}, "new-media": 12.5}


WRONG = [
    ('[grades]\nexcellent = "high"\n', "grades.excellent"),
    ("[grades]\nexcellent = 50.0\n", "pass ≤ good ≤ excellent"),
    ('[grades]\nmode = "quota"\n', "quota"),
    ('[grades]\nsecond = "nothing"\n', "nothing"),
    ('[[items]]\ntitle = "无编号"\n', "items"),
    ('[[items]]\nid = "new-media"\npoints = -1.0\n', "points"),
    ('[[items]]\nid = "new"\ntitle = "新项目"\npoints = 5.0\n', "terms"),
    (
        '[[items]]\nid = "new"\ntitle = "新"\npoints = 5.0\nterms = [{ id = "a", title = "甲", weight = 1.0, measure = "figure", figures = ["no"] }]\n',
        "no",
    ),
    (
        '[[items]]\nid = "new"\ntitle = "新"\npoints = 5.0\nterms = [{ id = "a", title = "甲", weight = 1.0, measure = "guess" }]\n',
        "measure",
    ),
    ('[[groups]]\nname = "市州"\ncounted = ["县区"]\n', "县区"),
    ('[[groups]]\nname = "县区"\nof = ["市州"]\n', "市州"),
    ("[unknown]\nx = 1\n", "unknown"),
    ("items = 3\n", "items"),
    ("[grades\n", "own.toml"),
]


@pytest.mark.parametrize(("text", "named"), WRONG, ids=[named for _, named in WRONG])
def test_an_error_names_file_and_entry(text: str, named: str, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as told:
        catalogue_of(tmp_path, text)
    assert named in str(told.value) and "own.toml" in str(told.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"none\.toml"):
        load(tmp_path / "none.toml")
