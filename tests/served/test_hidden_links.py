"""Dark links (暗链): what is found waits for a person; how the home page is asked for. Every kind: `test_fault_injection`."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from checks.hidden_links_cloak import SPIDER
from checks.inspect import Options, inspect
from crawler.settings import CONTACT, PRODUCT
from tests.portals.build import Portal
from tests.portals.inspecting import LIMITS, Inspector
from tests.portals.model import AS_OF
from tests.portals.world import World

CHECK = "hidden-links"


def test_every_hidden_link_waits_for_a_person(inspector: Inspector) -> None:
    found = inspector("static", {"dark-links-css"}).judgement(CHECK).findings
    assert found and all(finding.confirm for finding in found)


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
