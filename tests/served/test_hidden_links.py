"""Planted dark links (暗链): every kind is found, in several CMS styles, and nothing else is; how the home page is asked for."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from checks.hidden_links_cloak import SPIDER
from checks.inspect import Options, inspect
from crawler.settings import CONTACT, PRODUCT
from tests.portals.build import Portal
from tests.portals.defects import hidden
from tests.portals.inspecting import LIMITS, Inspector
from tests.portals.model import AS_OF
from tests.portals.world import World

CHECK = "hidden-links"
PLANTED = [
    ("static", "dark-links-css"),
    ("static", "dark-links-offscreen"),
    ("static", "dark-links-noscript"),
    ("static", "dark-title"),
    ("static", "dark-cloaked-referrer"),
    ("static", "dark-cloaked-spider"),
    ("static", "dark-cloaked-redirect"),
    ("scripted", "dark-links-script"),
    ("tables", "dark-links-css"),
    ("application", "dark-links-script"),
    ("frames", "dark-title"),
    ("meta-refresh", "dark-cloaked-referrer"),
]


def test_every_kind_is_planted_somewhere() -> None:
    assert {name for _, name in PLANTED} == set(hidden.KINDS)


@pytest.mark.parametrize(("style", "defect"), PLANTED)
def test_every_planted_defect_is_found_and_nothing_else(inspector: Inspector, style: str, defect: str) -> None:
    outcome = inspector(style, {defect})
    assert outcome.accusations() == set(outcome.portal.truth.findings), outcome.explain()
    assert outcome.milder() == set(outcome.portal.truth.cautions), outcome.explain()
    assert all(found.confirm for found in outcome.judgement(CHECK).findings)


def test_the_home_page_is_asked_for_twice_more_and_always_by_our_name(inspector: Inspector) -> None:
    log = inspector("static").portal.log
    searched = [entry for entry in log if "baidu.com/s?" in entry.headers.get("referer", "")]
    as_spider = [entry for entry in log if entry.agent == SPIDER]
    assert len(searched) == len(as_spider) == 1
    assert all(PRODUCT in entry.agent and CONTACT in entry.agent for entry in log)


def test_without_the_test_nothing_is_asked_and_cloaking_is_not_assessed(world: World, tmp_path: Path) -> None:
    portal = Portal(world, "static")
    limits = replace(LIMITS, max_pages=12, max_renders=2)
    options = Options(
        evidence=tmp_path / "off.sqlite", limits=limits, nameserver=world.nameserver, ca_file=world.authority.ca_file, cloak_test=False
    )
    judgement = next(j for j in asyncio.run(inspect(portal.site, as_of=AS_OF, options=options)).judgements if j.check == CHECK)
    assert judgement.verdict == "not_assessed"
    assert [unseen.reason for unseen in judgement.unseen] == ["cloak-off"]
    assert not [entry for entry in portal.log if "spider" in entry.agent.lower() or "baidu" in entry.headers.get("referer", "")]
