"""A real Dask cluster on loopback: one scheduler, two workers, one of them killed in mid-run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.nightly.village import ROOT, Village, findings, finished, landed, wait_for_landed
from tests.portals.world import World

_DASK = [str(Path(sys.executable).with_name("dask"))]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _process(*command: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MINGJING_CHROMIUM": "/nowhere/chromium"}
    with (folder / "dask.log").open("ab") as log:
        process = subprocess.Popen([*_DASK, *command], env=env, cwd=folder, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@contextmanager
def _cluster(folder: Path, workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    address = f"tcp://127.0.0.1:{_free_port()}"
    with ExitStack() as stack:
        port = address.rpartition(":")[2]
        stack.enter_context(_process("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", folder=folder))
        common = ("worker", address, "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
        running = []
        for number in range(workers):
            own = folder / str(number)
            own.mkdir()
            running.append(stack.enter_context(_process(*common, "--local-directory", str(own), folder=own)))
        from distributed import Client

        with Client(address, timeout=30, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=30)
        yield address, running


@pytest.fixture(scope="module")
def village(world: World) -> Village:
    """Eight small sites."""
    return Village(world, 8, delay=0.15)


def test_a_cluster_that_loses_a_worker_finds_what_local_processes_find_and_does_nothing_twice(village: Village, tmp_path: Path) -> None:
    local = village.register(tmp_path / "local" / "oversight.db")
    done = village.run(local)
    assert done.code == 0, done.err
    database = village.register(tmp_path / "cluster" / "oversight.db")
    with _cluster(tmp_path, 2) as (address, workers):
        process = village.start(database, "--cluster", address)
        wait_for_landed(process, database, 2)
        kept = {path.name: path.stat().st_ino for path in landed(database)}
        workers[0].send_signal(signal.SIGKILL)
        done = finished(process)
    assert done.code == 0, done.err
    assert [path.stem for path in landed(database)] == village.keys
    assert {path.name: path.stat().st_ino for path in landed(database) if path.name in kept} == kept
    assert findings(database) == findings(local)


def test_an_evidence_folder_that_a_worker_does_not_see_is_said_at_once(tmp_path: Path) -> None:
    from crawler.fleet_desk import Desk
    from crawler.fleet_worker import Batch, NotShared
    from reports.nightly_worker import run_batch

    desk = Desk(tmp_path / "evidence" / "2026-08-20", "run")
    with pytest.raises(NotShared, match="同一路径挂载同一证据目录"):
        run_batch(Batch(desk, ()))
    desk.open()
    run_batch(Batch(desk, ()))


def test_a_cluster_nobody_answers_for_is_one_clear_line(village: Village, tmp_path: Path) -> None:
    database = village.register(tmp_path / "oversight.db")
    done = village.run(database, "--cluster", f"tcp://127.0.0.1:{_free_port()}")
    assert done.code == 4
    assert "连不上集群" in done.err and "Traceback" not in done.err
