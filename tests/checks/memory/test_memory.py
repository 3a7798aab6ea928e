"""What is remembered from night to night: by changes, known before a night only, the same however often a night is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from checks.memory import Memory
from checks.model import Judgement
from crawler.oversight import connect, writing

SITE = "www.lantian.gov.cn"
FIRST = date(2026, 8, 1)


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


def links(bad: dict[str, str], *, recovered: tuple[str, ...] = (), hosts: dict[str, str] | None = None) -> list[Judgement]:
    rows = [{"key": key, "host": (hosts or {}).get(key, ""), "outcome": outcome} for key, outcome in bad.items()]
    return [Judgement("links", "错链、断链", "pass", "", "", figures={"targets": rows, "recovered": list(recovered)})]


def tell(memory: Memory, day: date, judgements: list[Judgement], site: str = SITE) -> None:
    with writing(memory.database):
        memory.remember(site, day, judgements)


def known(memory: Memory, day: date, site: str = SITE) -> dict[str, tuple[date, Any]]:
    return {key: (last, value) for key, last, value in memory.history(site, day)["links"]}


def table(database: Database) -> list[tuple[Any, ...]]:
    return list(database.conn.execute("SELECT * FROM memory_spans ORDER BY 1,2,3,4"))


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(connect(tmp_path / "oversight.db"))


def test_a_bad_link_is_one_row_however_many_nights_see_it(memory: Memory) -> None:
    for number in range(30):
        tell(memory, night(number), links({"/t.html": "broken"}))
    assert len(table(memory.database)) == 1
    assert known(memory, night(30)) == {"/t.html": (night(29), {"outcome": "broken", "nights": 30})}


def test_a_night_knows_only_what_was_known_before_it(memory: Memory) -> None:
    nothing = memory.history(SITE, night(0))
    assert nothing["links"] == [] and not any(nothing.values()), "a check that remembers is there before anything is known"
    for number in range(3):
        tell(memory, night(number), links({"/t.html": "broken"}))
    assert known(memory, night(0)) == {}
    assert known(memory, night(1))["/t.html"][1]["nights"] == 1
    assert known(memory, night(2)) == {"/t.html": (night(1), {"outcome": "broken", "nights": 2})}, "its own telling does not count"
    assert known(memory, night(3))["/t.html"][1]["nights"] == 3


def test_a_link_that_recovered_starts_anew(memory: Memory) -> None:
    tell(memory, night(0), links({"/t.html": "broken"}))
    tell(memory, night(1), links({}, recovered=("/t.html",)))
    assert known(memory, night(1)) and not known(memory, night(2))
    tell(memory, night(2), links({"/t.html": "broken"}))
    assert known(memory, night(3)) == {"/t.html": (night(2), {"outcome": "broken", "nights": 1})}


def test_a_dead_host_is_remembered_and_lives_again_with_one_of_its_links(memory: Memory) -> None:
    tell(memory, night(0), links({"www.gone.cn/a": "broken"}, hosts={"www.gone.cn/a": "www.gone.cn"}))
    assert set(known(memory, night(1))) == {"www.gone.cn", "www.gone.cn/a"}
    tell(memory, night(1), links({}, recovered=("www.gone.cn/a",)))
    assert not known(memory, night(2))


QUIET: list[tuple[str, list[Judgement]]] = [
    ("the check could not look", [Judgement("links", "错链、断链", "not_assessed", "首页无法读取", "")]),
    ("nobody met the link", links({})),
    ("no judgement at all", []),
    ("another check's figures", [Judgement("https", "HTTPS", "pass", "", "", figures={"targets": [1]})]),
]


@pytest.mark.parametrize("judgements", [case[1] for case in QUIET], ids=[case[0] for case in QUIET])
def test_a_night_that_saw_nothing_changes_nothing(memory: Memory, judgements: list[Judgement]) -> None:
    tell(memory, night(0), links({"/t.html": "danger"}))
    before = table(memory.database)
    tell(memory, night(1), judgements)
    assert table(memory.database) == before and known(memory, night(2))["/t.html"] == (night(0), {"outcome": "broken", "nights": 1})


def test_a_link_that_left_the_site_is_forgotten(memory: Memory) -> None:
    tell(memory, night(0), links({"/t.html": "broken"}))
    for number in range(1, 70):
        tell(memory, night(number), links({}))
    assert table(memory.database) == []


def test_sites_do_not_share_memories(memory: Memory) -> None:
    tell(memory, night(0), links({"/t.html": "broken"}))
    tell(memory, night(0), links({"/u.html": "broken"}), site="www.other.gov.cn")
    assert set(known(memory, night(1))) == {"/t.html"} and set(known(memory, night(1), "www.other.gov.cn")) == {"/u.html"}


def test_an_earlier_night_told_late_changes_nothing(memory: Memory) -> None:
    tell(memory, night(5), links({"/t.html": "broken"}))
    before = table(memory.database)
    tell(memory, night(3), links({"/u.html": "broken"}))
    assert table(memory.database) == before


KEYS = st.sampled_from(["/a.html", "/b.html", "www.x.cn/c"])
NIGHT = st.tuples(st.dictionaries(KEYS, st.sampled_from(["broken", "danger", "caution"])), st.frozensets(KEYS))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(nights=st.lists(NIGHT, min_size=1, max_size=6), other=NIGHT)
def test_a_night_told_again_leaves_what_the_last_telling_alone_would_leave(
    tmp_path_factory: pytest.TempPathFactory,
    nights: list[tuple[dict[str, str], frozenset[str]]],
    other: tuple[dict[str, str], frozenset[str]],
) -> None:
    def told(each: tuple[dict[str, str], frozenset[str]]) -> list[Judgement]:
        return links(each[0], recovered=tuple(sorted(each[1] - each[0].keys())))

    folder = tmp_path_factory.mktemp("memory")
    once, again = Memory(connect(folder / "once.db")), Memory(connect(folder / "again.db"))
    for number, each in enumerate(nights):
        tell(once, night(number), told(each))
        tell(again, night(number), told(each))
    last = night(len(nights) - 1)
    before = again.history(SITE, last)
    tell(again, last, told(other))
    assert again.history(SITE, last) == before
    tell(again, last, told(nights[-1]))
    tell(again, last, told(nights[-1]))
    for day in (last, last + timedelta(days=1)):
        assert again.history(SITE, day) == once.history(SITE, day)
    once.database.close()
    again.database.close()
