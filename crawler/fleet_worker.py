"""A worker of the fleet: one event loop for the process's life, and in it a window of sites that moves on as they are done.

What a site's work is, the caller says (`Work`); here is only when it starts, how long it may take, and what becomes of it. A worker stops when
the run's order is taken away or stands still, and lives no longer than the process that started it.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import logging
import os
import shutil
import signal
import socket
import sqlite3
import sys
import threading
import time
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError as BatchCancelled
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler import loop as collector
from crawler.fleet_batches import PER_GROUP, WINDOW, Task
from crawler.fleet_desk import Desk
from crawler.fleet_log import ToDesk, name_site

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds between two looks at the order."""

STILL = 180.0
"""Seconds after which an order whose time does not move is a dead run's; a network folder may show old times for a minute."""

STOP_SECONDS = 15.0
"""What sites in hand get to end when the batch stops."""

MAX_DEATHS = 2
"""Workers that may die with a site in hand before it is given up."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class Batch:
    """Sites for one worker, in the order they start; ``window``: how many at once."""

    desk: Desk
    tasks: tuple[Task, ...]
    window: int = WINDOW


@dataclass(slots=True)
class Told:
    """What is going on at one site in hand (a `crawler.progress.Progress`)."""

    key: str
    host: str
    begun: float
    phase: str = ""
    pages: int = 0

    def update(self, *, phase: str = "", pages: int | None = None, queued: int | None = None, url: str = "") -> None:
        """Remember it."""
        self.phase = phase or self.phase
        self.pages = self.pages if pages is None else pages


Work = Callable[[Task, Desk, Path, Told], Awaitable[None]]
"""Does one site and leaves its whole evidence at the path; raises what it likes, storage faults as OSError or sqlite3.Error."""


class NotShared(Exception):
    """A worker does not see the run's folder; ``str()`` says where, in Chinese."""


class StorageFault(Exception):
    """Evidence can't be written; ``str()`` says where and why, in Chinese."""


# the process


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """The event loop of this process, in a thread of its own, so that batches that a cluster runs side by side share it."""
    running = asyncio.new_event_loop()
    collector.spare()
    threading.Thread(target=running.run_forever, name="fleet", daemon=True).start()
    return running


_hands: dict[str, Desk] = {}
"""Sites this process has in hand: name → desk."""


@cache
def _worker() -> str:
    return f"{socket.gethostname()}-{os.getpid()}-{uuid.uuid4().hex[:6]}"


def enlist(parent: int) -> None:
    """Make this process a worker of ``parent`` (its process id): die with it, leave Ctrl-C to it, put everything down on SIGTERM."""
    os.setpgid(0, 0)  # a terminal's Ctrl-C would reach the browser too
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _put_all_down)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    threading.Thread(target=_outlive_nobody, args=(parent,), name="parent watch", daemon=True).start()


def _outlive_nobody(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _put_all_down(_signal: int, _frame: object) -> None:
    """The pool ends this process because another one died: what is in hand here is nobody's fault."""
    for name, desk in list(_hands.items()):
        desk.put_down(name, _worker())
    os._exit(0)


def run(batch: Batch, work: Work) -> None:
    """Do a batch in this process's event loop. Raises `NotShared` or `StorageFault`; whatever else befalls a site is written on the desk."""
    if not batch.desk.folder.is_dir():
        raise NotShared(
            f"工作进程 {socket.gethostname()} 看不到证据目录 {batch.desk.night}：集群中每台机器都要以同一路径挂载同一证据目录（--evidence）。"
        )
    future = asyncio.run_coroutine_threadsafe(_Window(batch, work).run(), _loop())
    try:
        future.result()
    except BatchCancelled:
        log.info("batch cancelled")
    except OSError as error:  # the desk itself could not be written
        raise _fault(batch.desk, error) from error


class _Window:
    def __init__(self, batch: Batch, work: Work) -> None:
        self._batch, self._desk, self._work = batch, batch.desk, work
        self._running: dict[asyncio.Task[None], tuple[Task, Told]] = {}
        self._stopped = False
        self._pulse, self._moved, self._looked = 0.0, time.monotonic(), 0.0
        self._pages = 0

    async def run(self) -> None:
        """The sites that never brought a worker down side by side, then those that may have, one by one."""
        handler = ToDesk(self._desk.log_file(_worker()))
        logging.getLogger().addHandler(handler)
        self._desk.bench(_worker()).mkdir(parents=True, exist_ok=True)
        try:
            open_tasks = [task for task in self._batch.tasks if not self._desk.settled(task.name)]
            deaths = {task.name: len(self._desk.holders(task.name)) for task in open_tasks}
            for task in open_tasks:
                if deaths[task.name] >= MAX_DEATHS:
                    self._desk.fail(task.name, "检查进程两次在检查该网站时意外终止，不再重试")
                    self._desk.done_with(task.name)
            await self._roll([task for task in open_tasks if deaths[task.name] == 0], self._batch.window)
            await self._roll([task for task in open_tasks if deaths[task.name] == 1], 1)
        finally:
            await self._stop()
            logging.getLogger().removeHandler(handler)
            handler.close()
            shutil.rmtree(self._desk.bench(_worker()), ignore_errors=True)

    async def _roll(self, waiting: list[Task], window: int) -> None:
        while not self._stopped and (waiting or self._running):
            while len(self._running) < window and (task := self._next(waiting)) is not None:
                self._start(task)
            done, _ = await asyncio.wait(self._running, timeout=LOOK, return_when=asyncio.FIRST_COMPLETED)
            for ended in done:
                _, told = self._running.pop(ended)
                self._pages += told.pages
                ended.result()
            self._look()

    def _next(self, waiting: list[Task]) -> Task | None:
        """The first one whose address has room."""
        busy = [task.group for task, _ in self._running.values()]
        for place, task in enumerate(waiting):
            if busy.count(task.group) < PER_GROUP:
                return waiting.pop(place)
        return None

    def _start(self, task: Task) -> None:
        told = Told(task.key, task.host, time.monotonic())
        self._running[asyncio.create_task(self._site(task, told), name=task.name)] = (task, told)

    def _look(self) -> None:
        """Is the run still there? And tell it how things are."""
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        pulse = self._desk.pulse()
        if pulse != self._pulse:
            self._pulse, self._moved = pulse, now
        if not self._desk.stands() or now - self._moved > STILL:
            self._stopped = True
            return
        running = [
            {"key": told.key, "host": told.host, "phase": told.phase, "pages": told.pages, "seconds": round(now - told.begun, 1)}
            for _, told in self._running.values()
        ]
        self._desk.say(_worker(), {"pages": self._pages + sum(told.pages for _, told in self._running.values()), "running": running})

    async def _stop(self) -> None:
        self._stopped = True
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_SECONDS)
        for task in self._running:
            if task.done() and not task.cancelled() and task.exception() is not None:
                log.debug("while stopping: %r", task.exception())

    async def _site(self, task: Task, told: Told) -> None:
        """One site: in hand, done within its budget, landed; or failed, with the reason."""
        name_site(task.key)
        target = self._desk.bench(_worker()) / self._desk.evidence(task.name).name
        self._desk.take(task.name, _worker())
        _hands[task.name] = self._desk
        clock = asyncio.timeout(task.budget)
        try:
            async with clock:
                await self._work(task, self._desk, target, told)
            self._land(task, target)
        except asyncio.CancelledError:
            self._desk.put_down(task.name, _worker())
            raise
        except Exception as error:  # noqa: BLE001 - one site's fault must not cost the others; it is told, with its traceback
            self._failed(task, error, clock.expired())
        finally:
            _hands.pop(task.name, None)
            for leaving in (target, target.with_name(f"{target.name}.partial")):
                leaving.unlink(missing_ok=True)

    def _land(self, task: Task, target: Path) -> None:
        with target.open("rb") as file:
            os.fsync(file.fileno())  # whole on the disk before it has its name, though the machine lose its power now
        target.replace(self._desk.evidence(task.name))
        self._desk.done_with(task.name)

    def _failed(self, task: Task, error: Exception, expired: bool) -> None:
        if (
            self._stopped and not expired
        ) or not self._desk.stands():  # another run may own this folder by now: its site is not ours to fail
            self._desk.put_down(task.name, _worker())
            return
        if not expired and _storage(error):
            self._desk.put_down(task.name, _worker())
            raise _fault(self._desk, error) from error
        if expired:
            reason = f"超过单个网站的时间上限（{task.budget:.0f} 秒），检查没有完成"
            log.warning("%s", reason)
        else:
            reason = f"检查程序出错（{type(error).__name__}：{error}）"
            log.error("%s", reason, exc_info=error)
        self._desk.fail(task.name, reason)
        self._desk.done_with(task.name)


def _storage(error: Exception) -> bool:
    """Whether the disk, not the site, is at fault."""
    return isinstance(error, sqlite3.OperationalError) or (isinstance(error, OSError) and error.errno in _FULL)


def _fault(desk: Desk, error: Exception) -> StorageFault:
    words = getattr(error, "strerror", None) or str(error)
    return StorageFault(
        f"证据目录 {desk.night} 无法写入（{words}）：请检查磁盘空间、目录权限和文件大小限制；已完成的网站都已保存，再次运行只做未完成的。"
    )
