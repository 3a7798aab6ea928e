"""Whole inspections: a portal that is gone, one behind a wall, one without a resolver. None is accused, and the command says exit 3."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.portals.build import AS_OF, Portal
from tests.portals.inspecting import Inspector
from tests.portals.world import World


def test_a_portal_that_is_gone_is_a_caution_and_not_assessed(inspector: Inspector, world: World) -> None:
    portal = Portal(world, "static")
    world.web.close(portal.model.port)
    outcome = inspector.run(portal)
    judgement = outcome.judgement("availability")
    assert outcome.accusations() == set() and outcome.milder() == {("availability", "unreachable-now", "home")}, outcome.explain()
    assert judgement.verdict == "not_assessed" and "连接被拒绝" in judgement.findings[0].message
    assert judgement.figures["families"]["4"]["state"] == "none"


def test_a_wall_is_an_answer(inspector: Inspector) -> None:
    judgement = inspector("wall").judgement("availability")
    assert judgement.verdict == "pass" and judgement.figures["walled"] and not judgement.findings


def test_the_command_ends_with_3_where_the_home_page_never_opened(world: World, tmp_path: Path) -> None:
    portal = Portal(world, "static")
    world.web.close(portal.model.port)
    command = str(Path(sys.executable).with_name("check-site"))
    server, port = world.nameserver
    arguments = (portal.url, "--nameserver", f"{server}:{port}", "--as-of", AS_OF.isoformat(), "--delay", "0", "--render", "never")
    run = subprocess.run([command, *arguments], capture_output=True, text=True, cwd=tmp_path, check=False, timeout=120)
    assert run.returncode == 3, run.stdout + run.stderr
    assert "站点无法访问" in run.stdout and "一处网络" in run.stdout
