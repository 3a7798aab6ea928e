"""`mingjing nightly` from outside: what it does, what it leaves, how it ends."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from crawler.registry import CrawlOptions
from reports.commands.options import SHANGHAI
from reports.nightly import STOPPED, run
from reports.nightly_plan import Request
from tests.nightly.village import AS_OF, Village, descendants, findings, finished, kill, landed, lives, rows, states, wait_for_landed
from tests.portals.server import Response
from tests.portals.world import World


@pytest.fixture(scope="module")
def village(world: World) -> Village:
    """Six small sites that answer slowly enough to be interrupted."""
    return Village(world, 6, delay=0.2)


@pytest.fixture(scope="module")
def undisturbed(village: Village, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a night that nothing disturbed."""
    database = village.register(tmp_path_factory.mktemp("undisturbed") / "oversight.db")
    done = village.run(database, "--workers", "2")
    assert done.code == 0, done.err
    return database


def test_a_night_gives_every_site_its_evidence_and_the_office_its_findings(village: Village, undisturbed: Path) -> None:
    assert [path.stem for path in landed(undisturbed)] == village.keys
    assert set(states(undisturbed).values()) == {"ok"}
    assert any(row[2] == "links" for row in findings(undisturbed))
    (night,) = rows(undisturbed, "SELECT as_of,state,program,catalogue FROM nights")
    assert night[:2] == (AS_OF, "done") and night[2] and night[3]
    assert not list(undisturbed.parent.glob("evidence/*/.run"))


def test_asked_again_for_a_night_that_is_over_nothing_is_requested(village: Village, undisturbed: Path) -> None:
    before, requests = findings(undisturbed), len(village.world.web.log)
    again = village.run(undisturbed)
    assert (again.code, len(village.world.web.log)) == (0, requests)
    assert findings(undisturbed) == before
    assert "已查 6（本次 0）" in again.out


@pytest.mark.parametrize("seed", range(3))
def test_a_run_killed_at_any_moment_goes_on_where_it_was(village: Village, undisturbed: Path, tmp_path: Path, seed: int) -> None:
    _killed(village, undisturbed, tmp_path, seed)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(3, 33))
def test_a_run_killed_at_any_of_thirty_moments_goes_on_where_it_was(village: Village, undisturbed: Path, tmp_path: Path, seed: int) -> None:
    _killed(village, undisturbed, tmp_path, seed)


def _killed(village: Village, undisturbed: Path, folder: Path, seed: int) -> None:
    database = village.register(folder / "oversight.db")
    process = village.start(database, "--workers", "2")
    time.sleep(random.Random(seed).uniform(0.5, 8))
    kill(process)
    kept = {path.name: path.stat().st_ino for path in landed(database)}
    before = len(village.world.web.log)  # other tests read this log too: it is never emptied
    done = village.run(database)
    assert done.code == 0, done.err
    assert findings(database) == findings(undisturbed)
    assert {path.name: path.stat().st_ino for path in landed(database) if path.name in kept} == kept
    asked = {entry.host.removeprefix("www.") for entry in village.world.web.log[before:]}
    assert not asked & {village.hosts[name.removesuffix(".sqlite")].removeprefix("www.") for name in kept}
    assert not list(database.parent.glob("evidence/*/.run")) and not list(database.parent.glob("evidence/*/*.partial"))


def test_a_damaged_or_half_file_is_said_and_done_again(village: Village, undisturbed: Path, tmp_path: Path) -> None:
    shutil.copytree(undisturbed.parent, tmp_path / "copy")
    database = tmp_path / "copy" / "oversight.db"
    half, noise, gone, *_ = landed(database)
    half.write_bytes(half.read_bytes()[: half.stat().st_size // 2])
    noise.write_bytes(b"no database" * 400)
    gone.unlink()
    done = village.run(database, "--evidence", str(database.parent / "evidence"))
    assert done.code == 0, done.err
    assert f"[{half.stem}] 证据文件" in done.err and f"[{noise.stem}] 证据文件" in done.err
    assert "已查 6（本次 3）" in done.out
    assert findings(database) == findings(undisturbed)


def test_a_site_that_can_t_be_read_is_named_and_the_exit_code_says_so(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db", {village.keys[1]: CrawlOptions(None, None, None, None, 0.2, False)})
    village.world.web.host(village.hosts[village.keys[0]], lambda request: _refusal())
    try:
        done = village.run(database, "--only", village.keys[0], "--only", village.keys[1], "--log-format", "json")
    finally:
        village.world.web.host(village.hosts[village.keys[0]], lambda request: village._answer(request, village.keys[0], True))
    assert done.code == 1, done.err
    summary = json.loads(done.out)
    named = {site["site"]: site["reason"] for site in summary["unassessed"]}
    assert set(named) == set(village.keys[:2])
    assert "时间上限" in named[village.keys[1]]
    said = [line for line in done.objects() if line.get("site")]
    assert {line["site"] for line in said} == set(village.keys[:2])
    assert states(database) == {village.keys[0]: "blocked", village.keys[1]: "failed"}


def _refusal() -> Response:
    return Response("拒绝访问".encode(), 403)


def test_the_window_ends_the_run_with_what_is_done_kept(village: Village, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = village.register(tmp_path / "oversight.db")
    now = datetime.now(SHANGHAI)
    closes = (now + timedelta(seconds=3)).time()
    request = Request(
        db=database, now=now, as_of=date.fromisoformat(AS_OF), until=closes, workers=1, nameserver=village.world.nameserver, delay=0.5
    )
    assert run(request) == STOPPED
    assert "到时间停止" in capsys.readouterr().out
    assert rows(database, "SELECT state FROM nights") == [("stopped",)]
    assert not list(database.parent.glob("evidence/*/.run"))


def test_a_second_run_is_told_who_is_at_it_and_a_night_broken_off_is_taken_up_after_midnight(village: Village, tmp_path: Path) -> None:
    slow = {key: CrawlOptions(delay=20) for key in village.keys[3:]}
    database = village.register(tmp_path / "oversight.db", slow)
    yesterday = (datetime.now(SHANGHAI) - timedelta(days=1)).date().isoformat()
    process = village.start(database, as_of=yesterday)
    wait_for_landed(process, database, 3, yesterday)
    second = village.run(database)
    assert second.code == 4
    assert f"进程 {process.pid}" in second.err and f"自 {datetime.now(SHANGHAI):%Y-%m-%d}" in second.err
    process.send_signal(signal.SIGINT)
    first = finished(process)
    assert first.code == 130, first.err
    assert "收到停止信号" in first.out and "Traceback" not in first.err
    village.register(database)
    done = village.run(database, as_of="")
    assert done.code == 0, done.err
    assert f"继续 {yesterday} 的夜间检查" in done.err and "已查 6（本次 3）" in done.out
    assert len(landed(database, yesterday)) == 6
    assert rows(database, "SELECT as_of,state FROM nights") == [(yesterday, "done")]


def test_browsers_and_workers_die_with_the_run(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    process = village.start(database, browser=True)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and not any("chrom" in name for name in descendants(process.pid).values()):
        time.sleep(0.1)
    family = descendants(process.pid)
    assert any("chrom" in name for name in family.values()), family
    kill(process)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and any(map(lives, family)):
        time.sleep(0.1)
    assert not {pid: name for pid, name in family.items() if lives(pid)}


def test_a_database_that_stays_locked_ends_the_run_and_loses_nothing(village: Village, undisturbed: Path, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    process = village.start(database, first="import crawler.oversight; crawler.oversight.BUSY_SECONDS = 1")
    wait_for_landed(process, database, 0)
    deadline = time.monotonic() + 60
    while not list(tmp_path.glob("evidence/*/.run/hand/*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = finished(process)
    other.execute("ROLLBACK")
    other.close()
    assert done.code == 4
    assert "监管库写不进去" in done.err and "Traceback" not in done.err
    assert village.run(database).code == 0
    assert findings(database) == findings(undisturbed)


def test_a_limit_on_file_sizes_is_told_as_a_storage_fault(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))"
    done = finished(village.start(database, first=limit))
    assert done.code == 4, done.err
    assert "请检查磁盘空间" in done.err and "Traceback" not in done.err


def test_a_folder_that_can_t_be_made_is_one_clear_line(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    (tmp_path / "file").write_text("no folder")
    done = village.run(database, "--evidence", str(tmp_path / "file"))
    assert done.code == 4
    assert len(done.err.splitlines()) == 1 and "夜间检查不能继续" in done.err
