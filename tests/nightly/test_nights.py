"""What the nights' tables know, in which order sites start, and which of them belong together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlite_utils import Database

from crawler.fleet_batches import Task, deal, grouped
from crawler.nights import RESUMED_FOR, Nights, SiteNight, evidence_path, file_name, order
from crawler.oversight import connect, writing
from reports.commands.options import SHANGHAI
from reports.nightly_plan import Request, closing, the_night

START = datetime(2026, 8, 20, 22, 0, tzinfo=SHANGHAI)
NIGHT = START.date()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "oversight.db")
    yield opened
    opened.close()


def begin(nights: Nights, as_of: date, at: datetime) -> None:
    nights.begin(as_of, at, program="0.1 abc", catalogue="1 def", options={"only": []})


def row(key: str, night: date, seconds: float = 1.0) -> SiteNight:
    return SiteNight(key, night, "ok", evidence=f"/e/{night}/{key}.sqlite", seconds=seconds, pages=3, requests=9, bytes=99, size=7)


def request(now: datetime, **more: object) -> Request:
    return Request(db=Path("x.db"), now=now, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", ["running", "stopped", "interrupted", "failed"])
def test_an_unfinished_night_is_taken_up_after_midnight_but_not_when_the_next_one_is_due(database: Database, state: str) -> None:
    nights = Nights(database)
    begin(nights, NIGHT, START)
    if state != "running":
        nights.end(NIGHT, START + timedelta(hours=1), state, {})  # type: ignore[arg-type]
    assert the_night(request(START + timedelta(hours=4)), nights) == NIGHT
    assert the_night(request(START + timedelta(hours=23)), nights) == NIGHT
    assert the_night(request(START + timedelta(hours=24, seconds=-2)), nights) == NIGHT + timedelta(days=1)
    assert the_night(request(START + timedelta(hours=26), as_of=NIGHT), nights) == NIGHT
    assert timedelta(hours=23) < RESUMED_FOR < timedelta(hours=24)


def test_a_finished_night_is_not_taken_up(database: Database) -> None:
    nights = Nights(database)
    begin(nights, NIGHT, START)
    nights.end(NIGHT, START + timedelta(hours=1), "done", {})
    assert the_night(request(START + timedelta(hours=4)), nights) == NIGHT + timedelta(days=1)


def test_the_window_closes_the_next_time_the_clock_shows_it() -> None:
    assert closing(request(START)) is None
    assert closing(request(START, until=time(6, 30))) == datetime(2026, 8, 21, 6, 30, tzinfo=SHANGHAI)
    assert closing(request(START + timedelta(hours=4), until=time(6, 30))) == datetime(2026, 8, 21, 6, 30, tzinfo=SHANGHAI)
    assert closing(request(START, until=time(23, 0))) == datetime(2026, 8, 20, 23, 0, tzinfo=SHANGHAI)


def test_what_was_left_starts_first_then_the_longest() -> None:
    yesterday, before = NIGHT - timedelta(days=1), NIGHT - timedelta(days=2)
    known = {
        "quick": row("quick", yesterday, 5),
        "long": row("long", yesterday, 500),
        "left": row("left", before, 50),
        "left long": row("left long", before, 90),
    }
    assert order(["quick", "long", "left", "left long", "new"], known, NIGHT) == ["left long", "left", "new", "long", "quick"]


def test_one_row_a_site_knows_the_evidence_of_the_night_before(database: Database) -> None:
    nights = Nights(database)
    for days in range(4):
        with writing(database):
            nights.site_done(row("a", NIGHT + timedelta(days=days)))
    with writing(database):
        nights.site_failed("a", NIGHT + timedelta(days=4), "broken")
        nights.site_failed("b", NIGHT, "broken")
    known = nights.sites()
    last = NIGHT + timedelta(days=3)
    assert (known["a"].state, known["a"].done_on, known["b"].done_on) == ("failed", last, None)
    assert known["a"].before(NIGHT + timedelta(days=5)) == f"/e/{last}/a.sqlite"
    assert known["a"].before(last) == f"/e/{last - timedelta(days=1)}/a.sqlite"
    assert known["b"].before(last) == ""
    assert database.execute("SELECT count(*) FROM site_nights").fetchone() == (2,)


def test_a_damaged_night_is_undone_and_an_older_one_changes_nothing(database: Database) -> None:
    nights = Nights(database)
    with writing(database):
        for days in (0, 1):
            nights.site_done(row("a", NIGHT + timedelta(days=days)))
        nights.site_done(row("b", NIGHT))
        nights.site_done(row("a", NIGHT - timedelta(days=3)))
    assert nights.sites()["a"].done_on == NIGHT + timedelta(days=1)
    with writing(database):
        nights.site_undone(["a", "b"])
    assert {key: site.done_on for key, site in nights.sites().items()} == {"a": NIGHT}


@given(st.lists(st.text(min_size=1, max_size=100), unique=True, max_size=30))
def test_file_names_are_safe_and_never_shared(keys: list[str]) -> None:
    found = [file_name(key) for key in keys]
    assert len(set(found)) == len(keys)
    assert all(name and "/" not in name and not name.startswith(".") and len(name.encode()) < 120 for name in found)
    assert evidence_path(Path("/e"), NIGHT, "6200000001") == Path("/e/2026-08-20/6200000001.sqlite")


def task(name: str, seconds: float = 0.0) -> Task:
    return Task(name, name, f"{name}.gov.cn", 60.0, seconds)


def test_sites_that_share_an_address_directly_or_through_others_are_one_group() -> None:
    found = {
        "a.gov.cn": frozenset({"192.0.2.1"}),
        "b.gov.cn": frozenset({"192.0.2.1", "2001:db8::1"}),
        "c.gov.cn": frozenset({"192.0.2.3", "2001:db8::1"}),
        "d.gov.cn": frozenset({"192.0.2.4"}),
        "e.gov.cn": frozenset[str](),
    }
    groups = {one.name: one.group for one in grouped([task(name) for name in "abcdef"], found)}
    assert groups["a"] == groups["b"] == groups["c"]
    assert len({groups[name] for name in "adef"}) == 4


@given(st.lists(st.tuples(st.integers(0, 12), st.floats(0, 5000)), max_size=60), st.integers(1, 8))
def test_every_site_is_dealt_once_groups_whole_and_in_order(sites: list[tuple[int, float]], count: int) -> None:
    tasks = [Task(f"s{number}", f"s{number}", "", 1.0, seconds, group) for number, (group, seconds) in enumerate(sites)]
    batches = deal(tasks, count)
    assert sorted(one.name for batch in batches for one in batch) == sorted(one.name for one in tasks)
    assert len(batches) <= count and all(batches)
    for batch in batches:
        assert [tasks.index(one) for one in batch] == sorted(tasks.index(one) for one in batch)
    home: dict[int, set[int]] = {}
    for number, batch in enumerate(batches):
        for one in batch:
            home.setdefault(one.group, set()).add(number)
    assert all(len(numbers) == 1 for numbers in home.values())
