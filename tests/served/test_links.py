"""Served portals with links that lead astray: each kind is found, said once, and costs nothing on the first night."""

from __future__ import annotations

from dataclasses import replace

from checks.inspect import Options, inspect
from tests.portals.build import Portal
from tests.portals.defects.links import KINDS, LINKS
from tests.portals.inspecting import LIMITS, Inspector
from tests.portals.model import AS_OF, ago
from tests.portals.world import World


def test_links_that_lead_astray_are_found_together_and_nothing_else_is(inspector: Inspector) -> None:
    outcome = inspector("static", KINDS)
    assert outcome.accusations() == set(), outcome.explain()
    assert {found for found in outcome.milder() if found[0] == LINKS} == set(outcome.portal.truth.cautions), outcome.explain()
    judgement = outcome.judgement(LINKS)
    assert judgement.verdict == "pass" and "首次发现" in judgement.summary
    perishable = [found for found in judgement.findings if found.severity == "candidate"]
    assert len(perishable) == 6 and all(found.seen == 1 for found in perishable)


def test_a_picture_of_the_template_is_one_finding_with_every_page_it_stands_on(inspector: Inspector) -> None:
    outcome = inspector("static", KINDS)
    (found,) = (found for found in outcome.judgement(LINKS).findings if found.code == "broken-image")
    assert len(found.evidence.pages) == outcome.judgement(LINKS).figures["pages"] > 15
    assert found.evidence.pages[0] == outcome.portal.url and found.evidence.snippet.startswith("横幅图片")


async def _again(portal: Portal, options: Options) -> dict[str, tuple[str, int]]:
    outcome = await inspect(portal.site, as_of=AS_OF, options=options)
    judgement = next(judgement for judgement in outcome.judgements if judgement.check == LINKS)
    assert judgement.verdict == "fail"
    return {found.subject: (found.severity, found.seen) for found in judgement.findings}


def test_what_the_night_before_saw_too_is_a_deduction(inspector: Inspector, world: World) -> None:
    import asyncio

    outcome = inspector("static", KINDS)
    rows = outcome.judgement(LINKS).figures["targets"]
    history = [(key, ago(1), {"outcome": row["outcome"]}) for row in rows for key in {row["key"], row["host"]} if key]
    options = Options(
        evidence=outcome.inspection.path.with_suffix(".again"),
        limits=replace(LIMITS, render="never"),
        nameserver=world.nameserver,
        ca_file=world.authority.ca_file,
        history={LINKS: history},
    )
    said = asyncio.run(_again(outcome.portal, options))
    assert said.pop("192.168.10.20/oa/") == ("caution", 0)
    assert len(said) == 6 and set(said.values()) == {("deduction", 2)}


def test_a_server_that_dies_half_way_leaves_nobody_accused(inspector: Inspector, world: World) -> None:
    portal = Portal(world, "static", KINDS)
    portal.stop_after = 60
    judgement = inspector.run(portal, replace(LIMITS, render="never")).judgement(LINKS)
    assert judgement.verdict == "not_assessed", judgement.summary
    assert not [found for found in judgement.findings if found.evidence.figures["where"] == "inside"]
    assert not [found for found in judgement.findings if found.severity == "deduction"]
