"""The fleet: many sites, done by workers in batches. What is done at a site, the caller hands in; here nobody knows a check.

A site is settled when its evidence has landed in the night's folder, or when a worker wrote down why there is none. The run only watches that
folder, so a worker may die at any moment: its batch is submitted again, and what is settled is not done twice.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Literal

from crawler.fleet_batches import Task, deal
from crawler.fleet_crew import Crew, RunBatch
from crawler.fleet_desk import Desk
from crawler.fleet_log import FromDesk
from crawler.fleet_worker import Batch

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks at the folder."""

BEAT = 5.0
"""Seconds between two signs of life to the workers."""

STOP_SECONDS = 30.0
"""What workers get to put down what they have in hand."""

FRUITLESS = 3
"""Workers that may die in a row without a single site settled or given up: then it is this machine, not a site."""

MAX_LANDINGS = 2
"""Times the same site's evidence may turn out damaged."""

Ended = Literal["done", "stopped"]


class RunFailed(Exception):
    """The run itself can't go on; ``str()`` is one Chinese line. What has landed stays."""


class Fleet:
    """One run over ``tasks``. ``ingest(name)`` is called for evidence that landed and answers whether it could be read; ``fail(name, reason)``
    for a site without; ``tick`` at every look; ``stop`` answers why to stop, "" to go on."""

    def __init__(
        self,
        desk: Desk,
        crew: Crew,
        run_batch: RunBatch,
        *,
        ingest: Callable[[str], bool],
        fail: Callable[[str, str], None],
        tick: Callable[[], None],
        stop: Callable[[], str],
    ) -> None:
        self._desk, self._crew, self._run_batch = desk, crew, run_batch
        self._ingest, self._fail, self._tick, self._stop = ingest, fail, tick, stop
        self._open: dict[str, Task] = {}
        self._futures: dict[Future[None], list[Task]] = {}
        self._landings: dict[str, int] = {}
        self._fruitless, self._beaten = 0, 0.0
        self._lines = FromDesk()

    def run(self, tasks: Sequence[Task]) -> Ended:
        """Do them all, or until ``stop``. Raises `RunFailed`, and what ``ingest`` raises; the workers have ended by then."""
        self._open = {task.name: task for task in tasks}
        kill = False
        try:
            for batch in deal(tasks, self._crew.size):
                self._submit(batch)
            while self._open:
                self._look()
                if self._stop():
                    break
                if not self._futures and self._open:  # their files turned out damaged
                    self._again(list(self._open.values()))
        except BaseException:
            kill = True
            raise
        finally:
            self._desk.dismiss()
            self._wind_up(kill)
        return "stopped" if self._open else "done"

    def _submit(self, tasks: list[Task]) -> None:
        try:
            future = self._crew.executor().submit(self._run_batch, Batch(self._desk, tuple(tasks)))
        except self._crew.lost as error:  # a worker died before it got anything to do
            future = Future()
            future.set_exception(error)
        self._futures[future] = tasks

    def _look(self) -> None:
        done, _ = wait(self._futures, timeout=LOOK, return_when=FIRST_COMPLETED)
        if time.monotonic() - self._beaten > BEAT:
            self._beaten = time.monotonic()
            self._desk.beat()
        self._collect()
        self._tick()
        if done:
            self._ended(done)

    def _collect(self) -> None:
        """Take in what has landed or failed since the last look."""
        self._lines.pass_on(self._desk.logs())
        for name in sorted(self._desk.landed()):
            if name not in self._open:
                continue
            if self._ingest(name):
                self._settle(name)
            else:
                self._landings[name] = self._landings.get(name, 0) + 1
                self._desk.evidence(name).unlink(missing_ok=True)
                if self._landings[name] >= MAX_LANDINGS:
                    self._desk.fail(name, "证据文件两次写成后都已损坏：请检查磁盘")
        for name, reason in list(self._desk.failures()):
            if name in self._open:
                self._fail(name, reason)
                self._settle(name)
            self._desk.forget_failure(name)

    def _settle(self, name: str) -> None:
        del self._open[name]
        self._fruitless = 0

    def _ended(self, done: set[Future[None]]) -> None:
        """Batches that ended: done, stopped by a fault of the disk, or lost with their worker."""
        lost: list[Task] = []
        for future in done:
            tasks = self._futures.pop(future)
            error = None if future.cancelled() else future.exception()
            if future.cancelled() or isinstance(error, self._crew.lost):
                lost += tasks
            elif error is not None:
                raise RunFailed(str(error)) from error
        if lost:
            self._replace(lost)

    def _replace(self, lost: list[Task]) -> None:
        """A worker died: what its batch left open is dealt again. A pool dies as a whole, a cluster does not."""
        if self._crew.one_fate:
            wait(self._futures, timeout=STOP_SECONDS)
            lost += [task for tasks in self._futures.values() for task in tasks]
            self._futures.clear()
        self._crew.renew()
        self._collect()
        left = [task for task in lost if task.name in self._open]
        log.warning("有工作进程意外终止，未完成的 %d 个网站重新分配", len(left))
        self._again(left)

    def _again(self, tasks: list[Task]) -> None:
        self._fruitless += 1
        if self._fruitless > FRUITLESS:
            raise RunFailed(f"工作进程连续 {FRUITLESS} 次意外终止，没有一个网站做完：请检查内存和系统日志，或用 --workers 减少进程。")
        for batch in deal(tasks, self._crew.size):
            self._submit(batch)

    def _wind_up(self, kill: bool) -> None:
        """Wait until the workers have put down what they had in hand, take in what landed meanwhile, end them."""
        begun = time.monotonic()
        if self._futures:
            wait(self._futures, timeout=STOP_SECONDS)
        late = any(not future.done() for future in self._futures)
        self._crew.close(kill=late)
        if not kill:
            self._collect()
        else:
            self._lines.pass_on(self._desk.logs())
        log.debug("wound up in %.1f s", time.monotonic() - begun)
