"""A night's batch in a worker: what the fleet runs for each site is `checks.inspect.inspect`, with one browser for the process's life."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from checks.inspect import inspect
from crawler import fleet_worker
from crawler.browser_chromium import Chromium
from crawler.doors import Doors
from crawler.fleet_batches import Task
from crawler.fleet_desk import Desk
from crawler.fleet_worker import Batch, Told
from reports.nightly_brief import read_brief


def run_batch(batch: Batch) -> None:
    """Inspect the sites of a batch side by side. Raises `fleet_worker.NotShared` or `fleet_worker.StorageFault`."""
    fleet_worker.run(batch, _inspect)


@cache
def _browser() -> Chromium:
    """This process's Chromium; it starts with the first page that needs it, and ends with the process."""
    return Chromium()


@cache
def _doors() -> Doors:
    """The limits that all sites of this process share."""
    return Doors()


async def _inspect(task: Task, desk: Desk, target: Path, told: Told) -> None:
    brief = read_brief(desk.brief(task.name))
    options = replace(brief.options(target), chromium=_browser(), doors=_doors())
    await inspect(brief.the_site(), as_of=brief.as_of, options=options, progress=told)
