"""Who does the work: processes of this machine, or the workers of a Dask cluster. Both are standard executors; nothing else differs."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from concurrent.futures import CancelledError as Cancelled
from typing import Any, Protocol

from crawler.fleet_worker import enlist


class ClusterError(Exception):
    """The cluster can't be used; ``str()`` is one Chinese line."""


class Crew(Protocol):
    """``size`` workers behind an executor; ``lost``: what a future raises when its worker died; ``one_fate``: they all end when one does."""

    size: int
    one_fate: bool
    lost: tuple[type[BaseException], ...]

    def executor(self) -> Executor:
        """The executor to submit to."""

    def renew(self) -> None:
        """A worker died: an executor that died with it is replaced."""

    def close(self, *, kill: bool = False) -> None:
        """End the workers that are ours; ``kill``: at once."""


class LocalCrew:
    """``size`` processes of this machine, each fresh (spawn), with one event loop for its life. They die with this process."""

    lost: tuple[type[BaseException], ...] = (BrokenExecutor, Cancelled)
    one_fate = True

    def __init__(self, size: int) -> None:
        self.size = size
        self._pool: ProcessPoolExecutor | None = None

    def executor(self) -> Executor:
        """The pool, started late. To be called in the main thread: a worker dies with the thread that started it."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.size, mp_context=context, initializer=enlist, initargs=(os.getpid(),))
        return self._pool

    def renew(self) -> None:
        """One process that dies takes the pool with it: another one."""
        self.close()

    def close(self, *, kill: bool = False) -> None:
        """End the processes."""
        pool, self._pool = self._pool, None
        if kill:
            for process in multiprocessing.active_children():
                process.kill()
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


class DaskCrew:
    """The workers of an existing Dask cluster. The program must be installed there, in the same version."""

    one_fate = False

    def __init__(self, address: str, size: int | None) -> None:
        """Raises `ClusterError` when the extra is not installed or nobody answers at ``address``."""
        try:
            from distributed import Client
            from distributed.scheduler import KilledWorker
        except ImportError as error:
            raise ClusterError("没有安装集群组件：请先执行 pip install 'mingjing[cluster]'。") from error
        self.lost: tuple[type[BaseException], ...] = (KilledWorker, Cancelled)
        try:
            connect: Any = Client  # the library is not typed
            self._client = connect(address, timeout=15, set_as_default=False)
            workers = len(self._client.nthreads())  # a client that is still connecting fails only here
        except (OSError, TimeoutError, ValueError) as error:
            raise ClusterError(f"连不上集群 {address}（{error}）：请检查 --cluster 的地址和调度进程。") from error
        if not workers:
            self._client.close()
            raise ClusterError(f"集群 {address} 没有工作进程：请先启动 dask worker。")
        self.size = size or workers
        self._executor: Executor = self._client.get_executor(pure=False)

    def executor(self) -> Executor:
        """The client's executor."""
        return self._executor

    def renew(self) -> None:
        """A cluster goes on by itself."""

    def close(self, *, kill: bool = False) -> None:
        """Leave the cluster; its workers are not ours."""
        self._executor.shutdown(wait=not kill)
        self._client.close()


RunBatch = Callable[[Any], None]
"""A top-level function that does a `crawler.fleet_worker.Batch`, in whichever process."""
