"""Planted defects of site-identity and page-tags: every kind is found, in several CMS styles, and nothing else is."""

from __future__ import annotations

import pytest

from tests.portals.defects import identity, tags
from tests.portals.inspecting import Inspector

BUNDLES: dict[str, tuple[str, ...]] = {
    "parts": ("icp-missing-section", "conac-missing-home", "code-disagrees", "tags-missing-articles", "tags-placeholder"),
    "whole": (
        "owner-missing-everywhere",
        "code-malformed",
        "tags-empty-columns",
        "pubdate-invalid",
        "pubdate-day-only",
        "pubdate-disagrees",
    ),
    "copied": ("tags-foreign-site", "police-missing-section", "contact-missing-home"),
    "bare": ("foot-missing-home", "site-code-missing-section", "tags-missing-home"),
}
"""Defects that can stand together; over all bundles every kind of both checks is planted."""

PLANTED = [
    *(("static", bundle) for bundle in BUNDLES),
    ("jpage", "parts"),
    ("scripted", "whole"),
    ("application", "copied"),
    ("frames", "parts"),
    ("tables", "copied"),
    ("meta-refresh", "bare"),
]


def test_the_bundles_plant_every_kind() -> None:
    assert {name for bundle in BUNDLES.values() for name in bundle} == {*identity.KINDS, *tags.KINDS}


@pytest.mark.parametrize(("style", "bundle"), PLANTED)
def test_every_planted_defect_is_found_and_nothing_else(inspector: Inspector, style: str, bundle: str) -> None:
    outcome = inspector(style, BUNDLES[bundle])
    assert outcome.accusations() == set(outcome.portal.truth.findings), outcome.explain()
    assert outcome.milder() == set(outcome.portal.truth.cautions), outcome.explain()
