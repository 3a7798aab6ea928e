"""A clean portal is accused of nothing, whatever CMS it runs on, and every column is dated as a reader would."""

from __future__ import annotations

import pytest

from tests.portals.defects import COLUMNS
from tests.portals.inspecting import Inspector
from tests.portals.styles import STYLES


@pytest.mark.parametrize("style", STYLES)
def test_a_clean_portal_is_accused_of_nothing(inspector: Inspector, style: str) -> None:
    outcome = inspector(style)
    assert outcome.accusations() == set(outcome.portal.truth.findings), outcome.explain()
    assert outcome.milder() == set(outcome.portal.truth.cautions), outcome.explain()


@pytest.mark.parametrize("style", STYLES)
def test_a_clean_portal_gets_every_verdict_of_its_truth(inspector: Inspector, style: str) -> None:
    outcome = inspector(style)
    assert outcome.verdicts() == {check: outcome.portal.truth.verdict(check) for check in outcome.verdicts()}, outcome.explain()


@pytest.mark.parametrize("style", ["static", "jpage", "scripted", "application", "frames", "tables", "meta-refresh", "soft-404"])
def test_the_column_table_dates_every_column_as_a_reader_would(inspector: Inspector, style: str) -> None:
    outcome = inspector(style)
    table = {row["key"]: row["newest"] for row in outcome.judgement(COLUMNS).figures["columns"]}
    wrong = {
        subject: (day.isoformat(), table.get(subject))
        for subject, day in outcome.portal.truth.newest.items()
        if table.get(subject) != day.isoformat()
    }
    assert not wrong, outcome.explain()
