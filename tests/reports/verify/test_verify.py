"""`mingjing verify` looks again and says what it saw, in both directions, and could-not-look is never put right."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.evidence import Evidence
from reports.commands.options import UsageProblem
from reports.verify import Request, run
from tests.portals.world import World
from tests.reports.verify.town import AS_OF, Town, finding

ALL = {"broken-link", "no-entry", "stale"}


@pytest.fixture(scope="module")
def recorded(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Path]]:
    """The town with all faults, and the database of the night they were found on."""
    town = Town(world, set(ALL))
    yield town, town.night(tmp_path_factory.mktemp("town"))


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """No Chromium is to be found: fast, and what only a browser can settle can't be told."""
    monkeypatch.setenv("MINGJING_CHROMIUM", "/nowhere/chromium")


def look(recorded: tuple[Town, Path], faults: set[str], check: str, code: str) -> tuple[int, str]:
    """Exit code of a look while these faults are there, and the finding's id."""
    town, database = recorded
    town.faults = faults
    town.asked.clear()
    told = finding(database, check, code)
    request = Request(database, told.id, AS_OF, nameserver=town.world.nameserver, delay=0.0, ca_file=town.world.authority.ca_file)
    return run(request), told.id


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("faults", "code", "word"),
    [({"broken-link"}, 1, "仍然存在"), (set(), 0, "本次没有发现"), ({"wall", "broken-link"}, 3, "未能判断"), ({"wall"}, 3, "未能判断")],
    ids=["still there", "put right", "a firewall before the fault", "a firewall before a site put right"],
)
def test_a_dead_link_is_looked_at_again(
    recorded: tuple[Town, Path], capsys: pytest.CaptureFixture[str], faults: set[str], code: int, word: str
) -> None:
    assert look(recorded, set(faults), "links", "broken-link")[0] == code
    shown = capsys.readouterr().out
    assert f"复核结果（监测时间点 2026-08-20）：{word}" in shown
    assert ("防护设备" in shown) == ("wall" in faults)


def test_a_column_that_is_overdue_and_one_that_is_updated_again(recorded: tuple[Town, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert look(recorded, {"stale"}, "column-updates", "overdue")[0] == 1
    path = Path(capsys.readouterr().out.split("证据文件：")[1].splitlines()[0])
    evidence = Evidence(path)
    assert evidence.screenshot(finding(recorded[1], "column-updates", "overdue").id), "a look has a picture of its own"
    evidence.close()
    assert look(recorded, set(), "column-updates", "overdue")[0] == 0


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    ("faults", "code"), [({"no-entry"}, 3), (set(), 0)], ids=["a script might still write it", "it stands in the page"]
)
def test_what_only_a_browser_can_tell_is_not_told_without_one(recorded: tuple[Town, Path], faults: set[str], code: int) -> None:
    assert look(recorded, set(faults), "error-report-entry", "missing")[0] == code


@pytest.mark.usefixtures("no_browser")
def test_a_look_changes_no_life_and_overwrites_no_evidence(recorded: tuple[Town, Path]) -> None:
    _, database = recorded
    before, files = dump(database), set(database.parent.rglob("*.sqlite"))
    _, told = look(recorded, {"wall"}, "links", "broken-link")
    assert dump(database) == before
    fresh = set(database.parent.rglob("*.sqlite")) - files
    assert len(fresh) == 1 and fresh.pop().parent == database.parent / "evidence" / "verify"
    look(recorded, {"wall"}, "links", "broken-link")
    assert len(set(database.parent.rglob(f"verify/{told}*.sqlite")) - files) == 2


def dump(database: Path) -> list[tuple[object, ...]]:
    """Everything the life of findings, nights and memory consist of."""
    opened = sqlite3.connect(database)
    try:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
        return [(table, *row) for table in tables for row in opened.execute(f"SELECT * FROM {table} ORDER BY 1,2")]
    finally:
        opened.close()


def test_an_unknown_finding_is_refused(recorded: tuple[Town, Path]) -> None:
    with pytest.raises(UsageProblem, match="没有编号为“0123456789”的问题"):
        run(Request(recorded[1], "0123456789", AS_OF))
