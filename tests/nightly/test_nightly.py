"""`mingjing nightly` from outside: what it does, what it leaves, how it ends."""

from __future__ import annotations

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.oversight import connect
from crawler.registry import CrawlOptions
from reports.commands.options import SHANGHAI
from tests.nightly.village import AS_OF, Village, findings, finished, kill, landed, rows, states, wait_for_landed
from tests.portals.world import World


@pytest.fixture(scope="module")
def village(world: World) -> Village:
    """Six small sites that answer slowly enough to be interrupted."""
    return Village(world, 6, delay=0.2)


@pytest.fixture(scope="module")
def undisturbed(village: Village, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a night that nothing disturbed."""
    database = village.register(tmp_path_factory.mktemp("undisturbed") / "oversight.db")
    done = village.run(database)
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
    process = village.start(database)
    time.sleep(random.Random(seed).uniform(0.5, 8))
    kill(process)
    kept = {path.name: path.stat().st_ino for path in landed(database)}
    village.world.web.forget()
    done = village.run(database)
    assert done.code == 0, done.err
    assert findings(database) == findings(undisturbed)
    assert {path.name: path.stat().st_ino for path in landed(database) if path.name in kept} == kept
    asked = {entry.host.removeprefix("www.") for entry in village.world.web.log}
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


def _refusal() -> object:
    from tests.portals.server import Response

    return Response("拒绝访问".encode(), 403)


def test_the_window_ends_the_run_and_what_is_left_goes_first_next_night(world: World, tmp_path: Path) -> None:
    village = Village(world, 20, delay=0.5)
    database = village.register(tmp_path / "oversight.db")
    now = datetime.now(SHANGHAI)
    until = now.replace(second=0) + timedelta(minutes=1 if now.second < 45 else 2)
    process = village.start(database, "--until", until.strftime("%H:%M"), "--workers", "1")
    # the window is a minute away: a signal to stop is the same path, and quicker
    wait_for_landed(process, database, 1)
    process.send_signal(signal.SIGTERM)
    done = finished(process)
    assert done.code == 3, done.err
    first = set(states(database))
    assert first and first != set(village.keys)
    world.web.forget()
    done = village.run(database, "--workers", "1", as_of="2026-08-21")
    assert done.code == 0, done.err
    order = list(dict.fromkeys(entry.host for entry in world.web.log if entry.path == "/"))
    place = {key: order.index(village.hosts[key]) for key in village.keys}
    left = set(village.keys) - first
    assert sum(place[key] for key in left) / len(left) < sum(place[key] for key in first) / len(first)


def test_without_a_date_an_unfinished_night_is_taken_up_also_after_midnight(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    yesterday = (datetime.now(SHANGHAI) - timedelta(days=1)).date().isoformat()
    process = village.start(database, as_of=yesterday)
    wait_for_landed(process, database, 1, yesterday)
    kill(process)
    done = village.run(database, as_of="")
    assert done.code == 0, done.err
    assert f"继续 {yesterday} 的夜间检查" in done.err
    assert len(landed(database, yesterday)) == 6
    assert rows(database, "SELECT as_of,state FROM nights") == [(yesterday, "done")]


def test_a_second_run_is_told_who_holds_the_lock_and_since_when(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    first = village.start(database)
    deadline = time.monotonic() + 20
    while not (tmp_path / "oversight.db.nightly.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    second = village.run(database)
    assert second.code == 4
    assert f"进程 {first.pid}" in second.err and f"自 {datetime.now(SHANGHAI):%Y-%m-%d}" in second.err
    assert finished(first).code == 0


def test_ctrl_c_keeps_what_is_done(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    process = village.start(database)
    wait_for_landed(process, database, 1)
    process.send_signal(signal.SIGINT)
    done = finished(process)
    assert done.code == 130, done.err
    assert "收到停止信号" in done.out and "Traceback" not in done.err


def test_a_database_that_stays_locked_ends_the_run_and_loses_nothing(village: Village, undisturbed: Path, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    connect(database).close()
    process = village.start(database)
    deadline = time.monotonic() + 20
    while not rows(database, "SELECT name FROM sqlite_master WHERE name='nights'") and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = finished(process)
    other.execute("ROLLBACK")
    other.close()
    assert done.code == 4
    assert "监管库写不进去" in done.err and "Traceback" not in done.err
    assert village.run(database).code == 0
    assert findings(database) == findings(undisturbed)


def test_a_file_size_limit_is_told_as_a_storage_fault(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    server, port = village.world.nameserver
    script = (
        "import resource, sys, scheduler\n"
        "if __name__ == '__main__':\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, 150_000))\n"
        "    sys.argv = ['mingjing', *sys.argv[1:]]\n"
        "    scheduler.mingjing()\n"
    )
    (tmp_path / "small.py").write_text(script)
    command = [sys.executable, str(tmp_path / "small.py"), "nightly", "--db", str(database), "--nameserver", f"{server}:{port}"]
    import os

    from tests.nightly.village import ROOT

    env = {**os.environ, "PYTHONPATH": str(ROOT), "MINGJING_CHROMIUM": "/nowhere"}
    done = subprocess.run([*command, "--as-of", AS_OF, "--delay", "0"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=90)
    assert done.returncode == 4, done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_can_t_be_made_is_one_clear_line(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    (tmp_path / "file").write_text("no folder")
    done = village.run(database, "--evidence", str(tmp_path / "file"))
    assert done.code == 4
    assert len(done.err.splitlines()) == 1 and "夜间检查不能继续" in done.err
