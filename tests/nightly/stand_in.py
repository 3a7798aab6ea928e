"""A batch function for the fleet without a crawl: what happens at a site is written in its brief."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from pathlib import Path

import orjson

from crawler import fleet_worker
from crawler.fleet_batches import Task
from crawler.fleet_desk import Desk
from crawler.fleet_worker import Batch, Told


def run_batch(batch: Batch) -> None:
    """As `reports.nightly_worker.run_batch`."""
    fleet_worker.run(batch, _site)


async def _site(task: Task, desk: Desk, target: Path, told: Told) -> None:
    todo = orjson.loads(desk.brief(task.name))
    with (desk.night.parent / "log.txt").open("a") as log:
        log.write(f"{task.name} {os.getpid()} begun {time.monotonic():.3f}\n")
    told.update(phase="crawl", pages=1)
    await asyncio.sleep(todo.get("seconds", 0.01))
    if todo.get("once") and not Path(todo["once"]).exists():
        Path(todo["once"]).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if todo.get("die"):
        os.kill(os.getpid(), signal.SIGKILL)
    if todo.get("raise"):
        raise LookupError(todo["raise"])
    if todo.get("full"):
        raise sqlite3.OperationalError("database or disk is full")
    with sqlite3.connect(target) as database:
        database.execute("CREATE TABLE done (name)")
        database.execute("INSERT INTO done VALUES (?)", (task.name,))
    database.close()
    with (desk.night.parent / "log.txt").open("a") as log:
        log.write(f"{task.name} {os.getpid()} ended {time.monotonic():.3f}\n")
