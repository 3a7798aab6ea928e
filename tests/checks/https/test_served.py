"""Whole inspections of portals served over TLS, through ``--ca-file``: a clean one, and the verdict of plain http on a port of its own."""

from __future__ import annotations

from checks.inspect import judge_all
from tests.portals.build import AS_OF, Portal
from tests.portals.inspecting import Inspector
from tests.portals.world import World


def test_a_clean_portal_over_tls_is_accused_of_nothing(inspector: Inspector, world: World) -> None:
    portal = Portal(world, "static", tls=True)
    outcome = inspector.run(portal)
    assert outcome.accusations() == set() and outcome.milder() == set(), outcome.explain()
    assert outcome.verdicts() == {check: portal.truth.verdict(check) for check in outcome.verdicts()}, outcome.explain()
    figures = outcome.judgement("https").figures
    assert figures["certificate"]["days_left"] == 400 and figures["mixed"]["pages"] > 10
    evidence = outcome.evidence()
    assert judge_all(evidence, AS_OF) == judge_all(evidence, AS_OF) == outcome.inspection.judgements
    evidence.close()


def test_http_at_a_port_of_its_own_is_not_applicable(inspector: Inspector) -> None:
    judgement = inspector("static").judgement("https")
    assert judgement.verdict == "not_applicable" and "非标准端口" in judgement.reason
