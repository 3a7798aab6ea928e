"""Every style serves a coherent portal over both families; every defect changes what is served."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import httpx
import pytest

from tests.portals.build import Portal
from tests.portals.defects import DEFECTS
from tests.portals.styles import STYLES
from tests.portals.world import World

CLIENT = httpx.Client(trust_env=False)


@pytest.fixture(scope="module")
def small_world() -> Iterator[World]:
    with World() as world:
        yield world


def fetch(portal: Portal, path: str, *, family: int = 4) -> httpx.Response:
    where = portal.address if family == 4 else "[::1]"
    return httpx.get(
        f"http://{where}:{portal.model.port}{path}", headers={"Host": f"{portal.model.host}:{portal.model.port}"}, trust_env=False
    )


@pytest.mark.parametrize("style", STYLES)
def test_every_view_of_every_style_is_served(small_world: World, style: str) -> None:
    portal = Portal(small_world, style)
    own = [path for path in portal.served.views if path.startswith("/")]
    assert 25 <= len(portal.served.views) <= 100
    expected = 412 if style in ("walled", "wall") else 200
    sample = own[:: 8 if style == "slow" else 3]
    assert {fetch(portal, path).status_code for path in sample} == {expected}
    if portal.model.v6.listens:
        assert fetch(portal, portal.style.home(), family=6).status_code == expected


@pytest.mark.parametrize("style", ["static", "application", "jpage"])
@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_changes_what_is_served(small_world: World, style: str, defect: str) -> None:
    if style in DEFECTS[defect].not_in:
        style = "tables"
    clean, broken = Portal(small_world, style), Portal(small_world, style, {defect})

    def shape(portal: Portal) -> object:
        model = portal.model
        files = {
            path: answer.body.replace(model.domain.encode(), b"DOMAIN").replace(str(model.port).encode(), b"PORT")
            for path, answer in portal.served.files.items()
        }
        laid_out = {"label", "port", "columns", "letters", "statistics"}  # of each portal its own, or to be seen in its files
        return files, {one.name: getattr(model, one.name) for one in fields(model) if one.name not in laid_out}

    assert shape(clean) != shape(broken)
    assert broken.truth.findings or broken.truth.cautions
    assert not clean.truth.findings
