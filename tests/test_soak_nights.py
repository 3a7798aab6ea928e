"""Thirty nights of a small province, run by `make soak`: what the one process that runs them holds does not grow, and its database grows with changes only.

The nights run in a process of their own (this module as a program), so that nothing of the served province is counted with it.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import pytest

from reports.commands.options import SHANGHAI, as_nameserver
from reports.nightly import run
from reports.nightly_plan import Request
from tests.province.world import Province

NIGHTS, SETTLED = 30, 6
"""Nights in all, and those after which caches are filled and the province's first events are over."""

FOR_A_CHANGE, FOR_A_NIGHT = 8192, 1024
"""Bytes that the database may grow by: for a finding's event with its texts; for a night that changes nothing, its own row."""

ROOT = Path(__file__).parents[1]


@contextmanager
def _runner(database: Path, nameserver: str) -> Iterator[subprocess.Popen[str]]:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "MINGJING_CHROMIUM": "/nowhere/chromium"}
    command = [sys.executable, "-m", "tests.test_soak_nights", str(database), nameserver]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _one(process: subprocess.Popen[str], day: date) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(f"{day}\n")
    process.stdin.flush()
    return _figures(process.stdout)


def _figures(out: IO[str]) -> dict[str, Any]:
    for line in out:
        if line.startswith("{"):
            found: dict[str, Any] = json.loads(line)
            return found
    raise AssertionError("the process that runs the nights has ended")


def held(nights: Sequence[dict[str, Any]]) -> list[str]:
    """What grew from the settled nights to the last ones, in words; empty when nothing did."""
    early, late = nights[SETTLED - 3 : SETTLED], nights[-3:]
    wrong = []
    for name, slack in (("processes", 0), ("handles", 0), ("threads", 0), ("memory_mb", 12.0)):
        before, after = max(night[name] for night in early), min(night[name] for night in late)
        if after > before + slack:
            wrong.append(f"{name}: {before} in nights {SETTLED - 2} to {SETTLED}, {after} in the last three")
    changes = nights[-1]["changes"] - nights[SETTLED - 1]["changes"]
    grown = nights[-1]["database"] - nights[SETTLED - 1]["database"]
    allowed = changes * FOR_A_CHANGE + (len(nights) - SETTLED) * FOR_A_NIGHT
    if grown > allowed:
        wrong.append(f"database: {grown} bytes more after {len(nights) - SETTLED} nights with {changes} changes (at most {allowed})")
    return wrong


@pytest.mark.soak
@pytest.mark.timeout(3 * 3600)
def test_thirty_nights_hold_no_more_than_six(tmp_path: Path) -> None:
    database = tmp_path / "oversight.db"
    nights = []
    with Province(8, style="static") as province:
        province.register(database)
        with _runner(database, province.nameserver) as process:
            for number in range(1, NIGHTS + 1):
                nights.append(_one(process, province.night(number)))
                assert nights[-1]["code"] in (0, 1), nights[-1]
    told = "\n".join(json.dumps(night) for night in nights)
    assert not held(nights), f"{held(nights)}\n{told}"


def test_what_grows_is_named_and_what_does_not_is_not() -> None:
    flat = {"processes": 1, "handles": 20, "threads": 2, "memory_mb": 130.0, "database": 100_000, "changes": 10}
    assert held([flat] * 10) == []
    leaking = [{**flat, "handles": 20 + night, "memory_mb": 130.0 + 8 * night} for night in range(10)]
    assert [words.split(":")[0] for words in held(leaking)] == ["handles", "memory_mb"]
    by_night = [{**flat, "database": 100_000 + 50_000 * night} for night in range(10)]
    assert [words.split(":")[0] for words in held(by_night)] == ["database"]
    by_change = [{**flat, "database": 100_000 + 5_000 * night, "changes": 10 + night} for night in range(10)]
    assert held(by_change) == []


# the process that runs the nights


def _measured(database: Path, code: int) -> dict[str, Any]:
    """What this process holds after a night, and what the database weighs."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        changes = connection.execute("SELECT count(*) FROM life_events").fetchone()[0]
        used = connection.execute("SELECT page_count - freelist_count FROM pragma_page_count, pragma_freelist_count").fetchone()[0]
        size = used * connection.execute("PRAGMA page_size").fetchone()[0]
    status = Path("/proc/self/status").read_text()
    return {
        "code": code,
        "processes": len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()),
        "handles": len(list(Path("/proc/self/fd").iterdir())),
        "threads": int(_field(status, "Threads")),
        "memory_mb": round(int(_field(status, "VmRSS")) / 1024, 1),
        "database": size,
        "changes": changes,
    }


def _field(status: str, name: str) -> str:
    found = re.search(rf"^{name}:\s+(\d+)", status, re.MULTILINE)
    assert found is not None
    return found[1]


def main(database: Path, nameserver: str) -> None:
    """One night for every day on stdin; one line of figures each."""
    for line in sys.stdin:
        request = Request(
            db=database,
            now=datetime.now(SHANGHAI),
            as_of=date.fromisoformat(line.strip()),
            workers=2,
            delay=0.0,
            nameserver=as_nameserver(nameserver),
        )
        code = run(request)
        print(json.dumps(_measured(database, code)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
