"""The fleet without a crawl: nothing is lost or done twice, whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from crawler.fleet import Fleet, RunFailed
from crawler.fleet_batches import PER_GROUP, Task
from crawler.fleet_crew import LocalCrew
from crawler.fleet_desk import Desk
from tests.nightly.stand_in import run_batch
from tests.nightly.village import lives

Todo = dict[str, object]


class Outcome:
    """What a run of the fleet gave."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.landed, self.failed = folder, Counter[str](), dict[str, str]()
        self.ended = ""

    def events(self, what: str) -> list[tuple[str, str, float]]:
        """(site, process, moment) of each beginning or end."""
        lines = [line.split() for line in (self.folder / "log.txt").read_text().splitlines()]
        return [(name, pid, float(moment)) for name, pid, word, moment in lines if word == what]


def fleet(
    folder: Path, todos: dict[str, Todo], workers: int = 2, stop: Callable[[Outcome], str] = lambda _: "", groups: int = 0
) -> Outcome:
    outcome, desk = Outcome(folder), Desk(folder / "night", "this run")
    desk.open()
    (folder / "log.txt").touch()
    tasks = []
    for number, (name, todo) in enumerate(todos.items()):
        desk.put_brief(name, orjson.dumps(todo))
        budget = float(str(todo.get("budget", 60)))
        tasks.append(Task(name, name, f"{name}.gov.cn", budget, group=number % groups if groups else number))

    def ingest(name: str) -> bool:
        outcome.landed[name] += 1
        return True

    run = Fleet(
        desk,
        LocalCrew(workers),
        run_batch,
        ingest=ingest,
        fail=outcome.failed.__setitem__,
        tick=lambda: None,
        stop=lambda: stop(outcome),
    )
    outcome.ended = run.run(tasks)
    return outcome


def names(count: int) -> list[str]:
    return [f"s{number:02}" for number in range(count)]


def test_every_site_lands_once_and_more_than_one_process_works(tmp_path: Path) -> None:
    outcome = fleet(tmp_path, {name: {"seconds": 0.1} for name in names(40)})
    assert outcome.ended == "done"
    assert outcome.landed == Counter(names(40))
    assert len({pid for _, pid, _ in outcome.events("begun")}) == 2


def test_a_slow_site_does_not_hold_up_the_rest(tmp_path: Path) -> None:
    outcome = fleet(tmp_path, {"slow": {"seconds": 3}} | {name: {"seconds": 0.05} for name in names(60)}, workers=1)
    ends = [name for name, _, _ in outcome.events("ended")]
    assert ends[-1] == "slow"
    begun = {name: moment for name, _, moment in outcome.events("begun")}
    assert max(begun.values()) - begun["slow"] < 3


def test_sites_of_one_address_stay_in_one_process_and_only_a_few_run_at_once(tmp_path: Path) -> None:
    outcome = fleet(tmp_path, {name: {"seconds": 0.1} for name in names(24)}, groups=2)
    home = {name: pid for name, pid, _ in outcome.events("begun")}
    for group in (0, 1):
        members = names(24)[group::2]
        assert len({home[name] for name in members}) == 1
        moments = [(at, 1) for name, _, at in outcome.events("begun") if name in members]
        moments += [(at, -1) for name, _, at in outcome.events("ended") if name in members]
        running = most = 0
        for _, step in sorted(moments):
            running += step
            most = max(most, running)
        assert 1 < most <= PER_GROUP


def test_a_worker_killed_once_costs_nothing(tmp_path: Path) -> None:
    todos: dict[str, Todo] = {name: {"seconds": 0.2} for name in names(30)}
    todos["s07"] = {"once": str(tmp_path / "killed")}
    outcome = fleet(tmp_path, todos)
    assert (outcome.ended, outcome.failed) == ("done", {})
    assert outcome.landed == Counter(names(30))


def test_a_site_that_brings_down_two_workers_is_given_up_and_named_and_no_other(tmp_path: Path) -> None:
    todos: dict[str, Todo] = {name: {"seconds": 0.2} for name in names(20)}
    todos["s05"] = {"die": True, "seconds": 0.1}
    outcome = fleet(tmp_path, todos)
    assert outcome.ended == "done"
    assert list(outcome.failed) == ["s05"]
    assert "意外终止" in outcome.failed["s05"]
    assert outcome.landed == Counter(set(names(20)) - {"s05"})


def test_a_site_beyond_its_time_and_one_whose_inspection_breaks_cost_no_other(tmp_path: Path) -> None:
    todos: dict[str, Todo] = {"ok": {}, "slow": {"seconds": 30, "budget": 0.3}, "broken": {"raise": "no such thing"}}
    outcome = fleet(tmp_path, todos)
    assert outcome.landed == Counter(["ok"])
    assert "时间上限" in outcome.failed["slow"]
    assert "LookupError" in outcome.failed["broken"]


def test_a_full_disk_ends_the_run_with_one_line_and_keeps_what_landed(tmp_path: Path) -> None:
    todos: dict[str, Todo] = {"first": {}, "second": {"seconds": 1.5, "full": True}, "third": {"seconds": 20}}
    begun = time.monotonic()
    with pytest.raises(RunFailed, match="无法写入"):
        fleet(tmp_path, todos, workers=1)
    assert (tmp_path / "night" / "first.sqlite").exists()
    assert not (tmp_path / "night" / "third.sqlite").exists()
    assert time.monotonic() - begun < 15


def test_a_stop_puts_down_what_is_in_hand_and_keeps_what_landed(tmp_path: Path) -> None:
    todos: dict[str, Todo] = {"quick": {}} | {name: {"seconds": 30} for name in names(4)}
    outcome = fleet(tmp_path, todos, stop=lambda so_far: "window" if so_far.landed else "")
    assert outcome.ended == "stopped"
    assert outcome.landed == Counter(["quick"])
    assert [path.name for path in (tmp_path / "night").glob("*.sqlite*")] == ["quick.sqlite"]


_ORPHANS = """
import sys
from pathlib import Path
from tests.nightly.test_fleet import fleet, names
if __name__ == "__main__":
    fleet(Path(sys.argv[1]), {name: {"seconds": 60} for name in names(6)})
"""


def test_workers_die_with_the_run_that_started_them(tmp_path: Path) -> None:
    script = tmp_path / "orphans.py"
    script.write_text(_ORPHANS)
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, str(script), str(tmp_path)], cwd=root, env={**os.environ, "PYTHONPATH": str(root)})
    log = tmp_path / "log.txt"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and (not log.exists() or log.read_text().count("begun") < 6):
        time.sleep(0.1)
    workers = {int(line.split()[1]) for line in log.read_text().splitlines()}
    assert len(workers) == 2
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(map(lives, workers)):
        time.sleep(0.1)
    assert not any(map(lives, workers))
