"""Samples in a real database: what a week says, what is left of old days, and how little a steady site costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.oversight import OversightError, connect
from crawler.samples import HISTORY_DAYS, RAW_DAYS, Round, Sample, Samples, State

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 8, 20)


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def round_of(
    moment: datetime, four: Mapping[str, State], six: Mapping[str, State] | None = None, *, void: str = "", permits: Mapping[str, str] = {}
) -> Round:
    words: dict[str, str] = {"opened": "open", "failed": "timeout", "untold": "robots", "ours": "dns-failed"}
    samples = [Sample(key, 4, state, words[state], "规定时间内没有打开" if state == "failed" else "") for key, state in four.items()]
    samples += [Sample(key, 6, state, words[state]) for key, state in (six or {}).items()]
    return Round(moment, 1.0, void, six is not None, tuple(samples), dict(permits))


@pytest.fixture
def samples(tmp_path: Path) -> Iterator[Samples]:
    database = connect(tmp_path / "oversight.db")
    yield Samples(database)
    database.conn.close()


def a_day(samples: Samples, day: date, four: Callable[[int], Mapping[str, State]], rounds: int = 24) -> None:
    for hour in range(rounds):
        samples.record(round_of(at(day, hour), four(hour)))


def rows(samples: Samples, table: str) -> int:
    return int(samples._sql.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_a_week_is_told_day_by_day_and_family_by_family(samples: Samples) -> None:
    samples.record(round_of(at(DAY, 1), {"a": "opened", "b": "failed"}, {"a": "failed"}))
    samples.record(round_of(at(DAY, 2), {"a": "opened", "b": "opened"}))
    samples.record(round_of(at(DAY, 3), {"a": "untold", "b": "ours"}, {"a": "opened"}))
    assert samples.week("a", DAY) == [
        ("4", DAY, {"visits": 2, "failed": 0}),
        ("6", DAY, {"visits": 2, "failed": 1, "when": [["2026-08-20T01:00:00+08:00", "timeout", ""]]}),
    ]
    assert samples.week("b", DAY) == [
        ("4", DAY, {"visits": 2, "failed": 1, "when": [["2026-08-20T01:00:00+08:00", "timeout", "规定时间内没有打开"]]})
    ]
    assert samples.week("c", DAY) == []
    assert samples.week("a", DAY - timedelta(days=1)) == [], "the day after is not yet known"
    assert samples.week("a", DAY + timedelta(days=HISTORY_DAYS)) == []


def test_a_void_round_counts_for_nobody(samples: Samples) -> None:
    samples.record(round_of(at(DAY, 1), {"a": "opened"}))
    samples.record(round_of(at(DAY, 2), {"a": "failed"}, void="本机网络不通"))
    samples.record(round_of(at(DAY, 3), {}, void="本机网络不通"))
    samples.record(round_of(at(DAY, 4), {"a": "failed"}))
    assert [value["visits"] for _, _, value in samples.week("a", DAY)] == [2]
    assert [row["void"] for row in samples.rounds(DAY, DAY)] == ["", "本机网络不通", "本机网络不通", ""]


def test_a_site_that_left_the_registry_is_not_visited_any_more_and_one_that_came_was_not_before(samples: Samples) -> None:
    for hour, sites in enumerate(["ab", "a", "a", "ac", "abc"]):
        samples.record(round_of(at(DAY, hour), dict.fromkeys(sites, "opened")))
    assert {key: samples.days(key, DAY, DAY)[0].visits for key in "abc"} == {"a": 5, "b": 2, "c": 2}


def test_a_moment_is_recorded_once(samples: Samples) -> None:
    samples.record(round_of(at(DAY, 1), {"a": "opened"}))
    assert samples.has(at(DAY, 1)) and samples.has(at(DAY, 1).astimezone(ZoneInfo("UTC"))) and not samples.has(at(DAY, 2))
    with pytest.raises(OversightError, match="已经有一轮采样"):
        samples.record(round_of(at(DAY, 1), {"a": "failed"}))
    assert samples.days("a", DAY, DAY)[0].failed == 0
    assert samples.latest() == at(DAY, 1)


def test_a_round_may_come_late_but_not_behind_the_totals(samples: Samples) -> None:
    samples.record(round_of(at(DAY, 5), {"a": "opened"}))
    samples.record(round_of(at(DAY - timedelta(days=RAW_DAYS - 1)), {"a": "failed"}))
    with pytest.raises(OversightError, match="不能再补记"):
        samples.record(round_of(at(DAY - timedelta(days=RAW_DAYS)), {"a": "failed"}))
    assert [(count.day, count.failed) for count in samples.days("a", DAY - timedelta(days=30), DAY)] == [
        (DAY - timedelta(days=RAW_DAYS - 1), 1),
        (DAY, 0),
    ]


def test_a_visit_near_midnight_belongs_to_its_shanghai_day(samples: Samples) -> None:
    samples.record(round_of(datetime(2026, 8, 20, 15, 59, tzinfo=ZoneInfo("UTC")), {"a": "opened"}))
    samples.record(round_of(datetime(2026, 8, 20, 16, 0, tzinfo=ZoneInfo("UTC")), {"a": "opened"}))
    assert [count.day for count in samples.days("a", DAY, DAY + timedelta(days=1))] == [DAY, DAY + timedelta(days=1)]


def test_old_days_become_totals_that_say_the_same(samples: Samples) -> None:
    def states(day: int) -> Callable[[int], Mapping[str, State]]:
        return lambda hour: {"a": "opened", "b": "failed" if hour < day % 3 else "opened"}

    for number in range(RAW_DAYS):
        a_day(samples, DAY + timedelta(days=number), states(number))
    last = DAY + timedelta(days=30)
    before = {key: samples.days(key, DAY, last) for key in "ab"}
    for number in range(RAW_DAYS, 25):
        a_day(samples, DAY + timedelta(days=number), states(number))
    after = {key: samples.days(key, DAY, last) for key in "ab"}
    assert {key: found[:RAW_DAYS] for key, found in after.items()} == before
    assert all(len(found) == 25 for found in after.values())
    assert rows(samples, "watch_rounds") == RAW_DAYS * 24
    assert samples.week("b", DAY + timedelta(days=5))[0][2] == {"visits": 24, "failed": 0}


def test_a_steady_year_of_a_thousand_rounds_a_month_costs_a_site_one_change_and_one_total(samples: Samples) -> None:
    for number in range(60):
        bad = 3 if number == 5 else -1
        a_day(samples, DAY + timedelta(days=number), lambda hour, bad=bad: {"a": "opened", "b": "failed" if hour == bad else "opened"}, 4)  # type: ignore[misc]
    counted = Counter(key for (key,) in samples._sql.execute("SELECT site_key FROM watch_totals"))
    assert counted == {"a": 1, "b": 3}
    assert rows(samples, "watch_changes") == 2
    assert rows(samples, "watch_rounds") == RAW_DAYS * 4


def test_after_the_quiet_days_only_days_with_failures_are_kept(samples: Samples) -> None:
    samples.record(round_of(at(DAY), {"a": "opened"}))
    samples.record(round_of(at(DAY + timedelta(days=1)), {"a": "failed"}))
    samples.record(round_of(at(DAY + timedelta(days=2)), {"a": "opened"}))
    samples.record(round_of(at(DAY + timedelta(days=500)), {"a": "opened"}))
    assert [(count.day, count.failed) for count in samples.days("a", DAY, DAY + timedelta(days=499))] == [(DAY + timedelta(days=1), 1)]


def test_robots_txts_leave_holds_a_day_and_for_its_address_only(samples: Samples) -> None:
    samples.record(round_of(at(DAY, 1), {"a": "opened"}, permits={"a": "http://a/"}))
    assert samples.permitted(at(DAY, 2)) == {"a": "http://a/"}
    assert samples.permitted(at(DAY + timedelta(days=1), 1, 1)) == {}
    samples.record(round_of(at(DAY, 3), {"a": "opened"}, permits={"a": "http://b/"}))
    assert samples.permitted(at(DAY, 4)) == {"a": "http://b/"}


STATES = st.sampled_from(["opened", "failed", "untold", "ours", "absent"])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 24), st.booleans(), st.booleans(), STATES, STATES), min_size=1, max_size=60))
def test_however_rounds_come_the_days_add_up_as_if_every_sample_had_been_kept(
    tmp_path_factory: pytest.TempPathFactory, script: list[tuple[int, bool, bool, State, State]]
) -> None:
    database = connect(tmp_path_factory.mktemp("samples") / "oversight.db")
    samples = Samples(database)
    plain: Counter[tuple[date, int, str]] = Counter()
    newest = DAY
    for minute, (offset, void, v6, four, six) in enumerate(script):
        day = max(newest - timedelta(days=RAW_DAYS - 1), DAY + timedelta(days=offset))
        newest = max(newest, day)
        kept = {family: {} if state == "absent" else {"a": state} for family, state in ((4, four), (6, six))}
        samples.record(round_of(at(day, 1, minute % 60), kept[4], kept[6] if v6 else None, void="坏" if void else ""))
        for family, state in ((4, four), (6, six)):
            if not void and (family == 4 or v6) and state in ("opened", "failed"):
                plain[day, family, "visits"] += 1
                plain[day, family, "failed"] += state == "failed"
    found = samples.days("a", DAY - timedelta(days=30), DAY + timedelta(days=60))
    assert {(one.day, one.family): (one.visits, one.failed) for one in found} == {
        (day, family): (number, plain[day, family, "failed"]) for (day, family, what), number in plain.items() if what == "visits"
    }
    database.conn.close()
