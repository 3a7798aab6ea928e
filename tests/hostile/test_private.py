"""Nothing a public site says leads inside: shown by listeners on the inside addresses that see nothing, in a network of our own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.hostile.running import ROOT


@pytest.fixture(scope="module")
def seen() -> dict[str, object]:
    """One inspection of a public site that leads inside by every tag, redirect, refresh, name and way of writing."""
    enter = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    command = [*enter, sys.executable, "-m", "tests.hostile.namespace_private"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "Traceback" not in ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


def test_no_tag_redirect_name_or_way_of_writing_an_address_leads_inside(seen: dict[str, object]) -> None:
    assert seen["listeners_work"] == 4, "a plain socket must reach the listeners, else their silence proves nothing"
    assert seen["reached_inside"] == []


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("10.9.9.9", "refused-address"),
        ("169.254.7.7", "refused-address"),
        ("168364297", "refused-address"),
        ("012.9.9.9", "refused-address"),
        ("localhost", "refused-address"),
        ("inner.public-test.gov.cn", "refused-address"),
        ("mapped.public-test.gov.cn", "refused-address"),
        ("0x0a090909", "network-error"),
        ("rebound.public-test.gov.cn", "http-error"),  # the public address of the first look-up, whatever the second one says
    ],
)
def test_an_inside_address_has_its_outcome_and_the_rest_of_the_site_is_read(seen: dict[str, object], host: str, state: str) -> None:
    outcomes: dict[str, list[str]] = seen["outcomes"]  # type: ignore[assignment]
    found = [outcome[0] for url, outcome in outcomes.items() if f"//{host}:" in url]
    assert found == [state]
    assert sum(1 for outcome in outcomes.values() if outcome[0] == "page") >= 6
