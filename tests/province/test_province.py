"""Ground truth over the nights: each event on its night, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.settings import ADDRESS_SHARE, PER_ADDRESS, Limits
from tests.portals.server import Entry, Request, Response, peak_at_once
from tests.province.lives import LIVES, Life
from tests.province.running import Book, differences, nightly
from tests.province.world import SHARED, Province


def _of(*words: str) -> tuple[Life, ...]:
    """The lives whose account has one of these words, in the order of the words."""
    return tuple(next(life for life in LIVES if word in life.says) for word in words)


def _through(province: Province, database: Path, nights: Iterable[int]) -> None:
    for number in nights:
        run = nightly(province, database, number)
        assert run.code == (1 if province.unassessed() else 0), run.err + run.out
        assert all(key in run.out for key in province.unassessed()), run.out
        assert differences(province, number, Book.read(database, province.day(number))) == [], run.err


def test_every_event_is_told_on_its_night_and_nothing_else(tmp_path: Path) -> None:
    lives = _of("goes stale", "vanishes again", "outage", "hijacked", "redesign", "dead on the first")
    with Province(portals=len(lives), shared=2, lives=lives, small=True) as province:
        province.register(tmp_path / "oversight.db")
        _through(province, tmp_path / "oversight.db", (1, 2, 3, 4))


@pytest.mark.soak
def test_a_whole_province_over_four_nights(tmp_path: Path) -> None:
    with Province(portals=40) as province:
        province.register(tmp_path / "oversight.db")
        _through(province, tmp_path / "oversight.db", (1, 2, 3, 4))


def test_the_world_is_as_its_truth_says() -> None:
    with Province(portals=40) as province:
        groups = {unit.name: unit.group for unit in province.units()}
        assert set(groups.values()) == {"市州", "省级部门"}
        addresses = [each.portal.address for each in province.residents]
        assert addresses.count(SHARED) == 12 and len(set(addresses)) == 29
        assert province.truth(1) and not province.unassessed(1)
        assert all(province.events(number) for number in (2, 3, 4))
        assert len(province.unassessed(2)) == 2 and len(province.unassessed(3)) == 1


def test_the_request_log_proves_the_limits_per_host_and_per_address(tmp_path: Path) -> None:
    """Four portals behind one address, each answering at leisure: neither a host nor the address is asked more, or faster, than allowed."""
    with Province(portals=4, shared=4, lives=(), style="static") as province:
        province.register(tmp_path / "oversight.db")
        for each in province.residents:
            each.life = replace(each.life, faces={1: _at_leisure})
        run = nightly(province, tmp_path / "oversight.db", 1, "--max-pages", "8", "--delay", str(DELAY), browser=False)
        assert run.code == 0, run.err
        log = [entry for entry in province.requests if entry.server == SHARED]
        for host in (each.portal.model.host for each in province.residents):
            asked = [entry for entry in log if entry.host == host]
            assert len(asked) >= 8 and peak_at_once(asked) <= Limits().per_host, host
            assert _rate([entry for entry in asked if entry.path.endswith((".html", "/"))]) <= 1 / DELAY, host
        assert peak_at_once(log) <= PER_ADDRESS
        assert _rate([entry for entry in log if entry.path.endswith((".html", "/"))]) <= 1 / (DELAY * ADDRESS_SHARE)


DELAY = 0.1


def _at_leisure(request: Request, response: Response) -> Response:
    del request
    return replace(response, delay=0.1)


def _rate(log: Sequence[Entry], run: int = 8) -> float:
    """Requests a second over the fastest ``run`` in a row: what a busy machine does to single pauses evens out over several."""
    moments = sorted(entry.at for entry in log)
    spans = [later - earlier for earlier, later in zip(moments, moments[run:], strict=False)]
    return (run - 1) / min(spans) if spans else 0.0
