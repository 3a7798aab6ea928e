"""Several defects at once; twice the same; politely. Clean portals: `test_clean_portals`; one defect alone: `test_fault_injection`."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from crawler.settings import CONTACT, PRODUCT
from tests.portals.build import Portal
from tests.portals.defects import DEFECTS, IPV6
from tests.portals.inspecting import LIMITS, Inspector
from tests.portals.server import peak_at_once
from tests.portals.world import World
from tests.served.injection import wrong

BUNDLES: dict[str, tuple[str, ...]] = {
    "frame": ("entry-missing-section", "dynamic-overdue", "column-blank", "letter-unanswered", "statistics-no-figures", "no-aaaa"),
    "content": (
        "entry-missing-home",
        "notice-overdue",
        "policy-overdue",
        "other-overdue",
        "home-stale",
        "letters-stale",
        "statistics-missing",
        "v6-status",
    ),
    "parts": ("icp-missing-section", "conac-missing-home", "code-disagrees", "tags-missing-articles", "tags-placeholder"),
    "whole": (
        "owner-missing-everywhere",
        "code-malformed",
        "tags-empty-columns",
        "pubdate-invalid",
        "pubdate-day-only",
        "pubdate-disagrees",
    ),
    "mild": ("entry-legacy", "column-undated-but-urls", "letter-incomplete", "ns-one-v6", "v6-content", "home-flaky"),
}
"""Defects that stand together: none hides another. Each alone: `test_fault_injection`."""

PLANTED = (
    ("static", "frame"),
    ("scripted", "frame"),
    ("jpage", "content"),
    ("tables", "mild"),
    ("static", "parts"),
    ("tables", "whole"),
)
"""Which bundle is planted in which style."""

MEASURED = {IPV6, "availability"}
"""Checks whose figures hold measured times: no two runs agree on them."""


def fitting(style: str, bundle: str) -> set[str]:
    return {name for name in BUNDLES[bundle] if style not in DEFECTS[name].not_in}


@pytest.mark.parametrize(("style", "bundle"), PLANTED)
def test_defects_that_stand_together_are_all_found_and_nothing_else(inspector: Inspector, style: str, bundle: str) -> None:
    outcome = inspector(style, fitting(style, bundle))
    assert not wrong(outcome), "\n".join([*wrong(outcome), outcome.explain()])


@pytest.mark.parametrize("style", ["static", pytest.param("application", marks=pytest.mark.soak)])
def test_the_same_site_twice_gives_the_same_findings_and_figures(inspector: Inspector, style: str) -> None:
    first = inspector(style, fitting(style, {"static": "frame", "application": "content"}[style]))
    second = inspector.run(first.portal)

    def shape(outcome: object) -> list[object]:
        return [(f.id, f.severity, f.message, f.evidence.pages, f.evidence.snippet) for f in outcome.findings]  # type: ignore[attr-defined]

    assert shape(first) == shape(second)
    for check in (j.check for j in first.inspection.judgements if j.check not in MEASURED):
        assert json.dumps(first.judgement(check).figures, default=str) == json.dumps(second.judgement(check).figures, default=str)


def test_a_crawl_is_polite(inspector: Inspector, world: World) -> None:
    portal = Portal(world, "static")
    inspector.run(portal, replace(LIMITS, delay=0.1, max_pages=12, max_renders=4))
    log = portal.log
    assert peak_at_once(log) <= 2
    assert not [entry.path for entry in log if entry.path.startswith("/admin/")]
    assert {entry.agent for entry in log if PRODUCT not in entry.agent or CONTACT not in entry.agent} == set()
    begun = sorted(entry.at for entry in log)
    close = [after - before for before, after in itertools.pairwise(begun) if after - before < 0.02]
    assert len(close) <= len(log) // 4, f"{len(close)} of {len(log)} requests came within 20 ms of the one before"
