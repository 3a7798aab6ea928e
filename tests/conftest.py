"""Fixtures every test may ask for: the small internet of served portals, and inspections of it that are made once and kept.

What the fixtures need is imported when one is asked for: a test of one module runs without the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.portals.inspecting import Inspector
    from tests.portals.world import World


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests of one file share a worker, and so what its fixtures made, unless they name a group of their own."""
    if item.get_closest_marker("xdist_group") is None:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """DNS and web servers on loopback for the whole run; portals are added to it as tests need them."""
    from tests.portals.world import World

    with World() as small_internet:
        yield small_internet


@pytest.fixture(scope="session")
def inspector(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inspector]:
    """Inspects portals of ``world``; the same style with the same defects is inspected once a run."""
    from tests.portals.inspecting import Inspector

    with Inspector(world, Path(tmp_path_factory.mktemp("inspections"))) as made:
        yield made
