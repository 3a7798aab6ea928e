"""Every planted defect is found and nothing else is; twice the same; politely. Clean portals: `test_clean_portals`."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import pytest

from crawler.settings import CONTACT, PRODUCT
from tests.portals.build import Portal
from tests.portals.defects import DEFECTS, IPV6, hidden, identity, links, tags
from tests.portals.inspecting import LIMITS, Inspector
from tests.portals.server import peak_at_once
from tests.portals.world import World

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
    "site": ("entry-missing-everywhere", "interpretation-overdue", "column-undated", "letters-none", "statistics-stale", "ns-v6-dead"),
    "mild": ("entry-legacy", "column-undated-but-urls", "letter-incomplete", "ns-one-v6", "v6-content", "home-flaky"),
    "channel": ("entry-foreign-code", "channel-absent", "v6-refused"),
    "email": ("channel-email-only", "ns-v4-only", "v6-link"),
    "tls": ("https-expiring", "https-wrong-name", "https-mixed-content"),
}
"""Defects that can stand together; over all bundles every kind is planted."""

PLANTED = {
    "static": ("frame", "content", "site", "mild", "channel", "email", "tls"),
    "jpage": ("frame",),
    "scripted": ("frame", "tls"),
    "application": ("content",),
    "frames": ("content",),
    "tables": ("mild",),
    "meta-refresh": ("channel",),
    "soft-404": ("email",),
    "v4-only": ("frame",),
}
"""Which bundles are planted in which style in `make test`."""

MEASURED = {IPV6, "availability"}
"""Checks whose figures hold measured times: no two runs agree on them."""


def fitting(style: str, bundle: str) -> set[str]:
    return {name for name in BUNDLES[bundle] if style not in DEFECTS[name].not_in}


def test_the_bundles_plant_every_kind_but_those_tested_alone() -> None:
    assert {name for bundle in BUNDLES.values() for name in bundle} == set(DEFECTS) - {"v6-redirect"} - set(links.KINDS) - set(
        hidden.KINDS
    ) - set(identity.KINDS) - set(tags.KINDS)


@pytest.mark.parametrize(("style", "bundle"), [(style, bundle) for style, bundles in PLANTED.items() for bundle in bundles])
def test_every_planted_defect_is_found_and_nothing_else(inspector: Inspector, style: str, bundle: str) -> None:
    outcome = inspector(style, fitting(style, bundle))
    assert outcome.accusations() == set(outcome.portal.truth.findings), outcome.explain()
    assert set(outcome.portal.truth.cautions) <= outcome.milder(), outcome.explain()


def test_a_redirect_to_a_host_without_ipv6_is_found(inspector: Inspector) -> None:
    outcome = inspector("static", {"v6-redirect"})
    assert set(outcome.portal.truth.findings) <= outcome.accusations(IPV6), outcome.explain()


@pytest.mark.parametrize("style", ["static", "application"])
def test_the_same_site_twice_gives_the_same_findings_and_figures(inspector: Inspector, style: str) -> None:
    first = inspector(style, fitting(style, "frame"))
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
