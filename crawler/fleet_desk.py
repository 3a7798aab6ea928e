"""The desk of a run: a hidden folder beside the night's evidence that the run and its workers share, and all they say to each other.

``<night>/.run/order``         who runs this night; while it stands with the same words and its time moves, workers work
``<night>/.run/briefs/NAME``   what a worker needs to know of a site (JSON)
``<night>/.run/hand/NAME``     the workers that have the site in hand, or died with it, one a line
``<night>/.run/failed/NAME``   why a site could not be assessed (JSON)
``<night>/.run/status/WORKER`` what a worker is doing (JSON); ``log/WORKER`` its log lines; ``work/WORKER/`` files that are not whole yet

Only a folder that every worker sees makes this work: who does not find the order says so and does nothing.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

SUFFIX = ".sqlite"
"""Of an evidence file that has landed."""

_ROOMS = ("briefs", "hand", "failed", "status", "log", "work")


@dataclass(frozen=True, slots=True)
class Desk:
    """``night``: the folder where evidence lands; ``run``: the words of this run's order."""

    night: Path
    run: str

    @property
    def folder(self) -> Path:
        """The hidden folder."""
        return self.night / ".run"

    @property
    def _order(self) -> Path:
        return self.folder / "order"

    # the run's side

    def open(self) -> None:
        """Clear what an earlier run left (its order first, so that its workers stop) and give the order. Raises OSError."""
        self._order.unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)
        for room in _ROOMS:
            (self.folder / room).mkdir(parents=True, exist_ok=True)
        _put(self._order, self.run.encode())

    def beat(self) -> None:
        """Move the order's time: the run lives."""
        os.utime(self._order)

    def dismiss(self) -> None:
        """Take the order away: every worker stops, whatever it has in hand."""
        self._order.unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the desk."""
        self.dismiss()
        shutil.rmtree(self.folder, ignore_errors=True)

    def put_brief(self, name: str, brief: bytes) -> None:
        """Lay out what a worker needs to know of a site."""
        _put(self.folder / "briefs" / name, brief)

    def landed(self) -> Iterator[str]:
        """Names of the sites whose evidence lies there."""
        with contextlib.suppress(FileNotFoundError), os.scandir(self.night) as entries:
            yield from (entry.name.removesuffix(SUFFIX) for entry in entries if entry.name.endswith(SUFFIX))

    def failures(self) -> Iterator[tuple[str, str]]:
        """(name, reason) of the sites that could not be assessed."""
        for path in _files(self.folder / "failed"):
            yield path.name, str(orjson.loads(path.read_bytes())["reason"])

    def forget_failure(self, name: str) -> None:
        """The failure has been written down elsewhere."""
        (self.folder / "failed" / name).unlink(missing_ok=True)

    def in_hand(self) -> set[str]:
        """Names of the sites that somebody has in hand."""
        return {path.name for path in _files(self.folder / "hand")}

    def statuses(self) -> list[dict[str, Any]]:
        """What every worker said of itself last."""
        said = []
        for path in _files(self.folder / "status"):
            with contextlib.suppress(OSError, ValueError):
                said.append(orjson.loads(path.read_bytes()))
        return said

    # the workers' side

    def stands(self) -> bool:
        """Whether this run's order is still there."""
        try:
            return self._order.read_bytes() == self.run.encode()
        except OSError:
            return False

    def pulse(self) -> float:
        """The order's time; only that it moves means anything, clocks differ."""
        try:
            return self._order.stat().st_mtime
        except OSError:
            return 0.0

    def evidence(self, name: str) -> Path:
        """Where a site's evidence lands."""
        return self.night / f"{name}{SUFFIX}"

    def brief(self, name: str) -> bytes:
        """What `put_brief` laid out. Raises OSError."""
        return (self.folder / "briefs" / name).read_bytes()

    def settled(self, name: str) -> bool:
        """Whether a site has landed or failed."""
        return self.evidence(name).exists() or (self.folder / "failed" / name).exists()

    def holders(self, name: str) -> list[str]:
        """The workers that have a site in hand, or died with it."""
        try:
            return (self.folder / "hand" / name).read_text(encoding="utf-8").split()
        except FileNotFoundError:
            return []

    def take(self, name: str, worker: str) -> None:
        """``worker`` has this site in hand from now on."""
        with (self.folder / "hand" / name).open("a", encoding="utf-8") as file:
            file.write(f"{worker}\n")

    def put_down(self, name: str, worker: str) -> None:
        """``worker`` has it in hand no more; workers that died with it stay on record."""
        others = [holder for holder in self.holders(name) if holder != worker]
        if others:
            _put(self.folder / "hand" / name, "".join(f"{other}\n" for other in others).encode())
        else:
            (self.folder / "hand" / name).unlink(missing_ok=True)

    def done_with(self, name: str) -> None:
        """Nobody has it in hand: it has landed or failed."""
        (self.folder / "hand" / name).unlink(missing_ok=True)

    def fail(self, name: str, reason: str) -> None:
        """This site could not be assessed."""
        _put(self.folder / "failed" / name, orjson.dumps({"reason": reason}))

    def say(self, worker: str, status: dict[str, Any]) -> None:
        """Tell what this worker is doing."""
        _put(self.folder / "status" / worker, orjson.dumps(status))

    def log_file(self, worker: str) -> Path:
        """Where a worker's log lines go."""
        return self.folder / "log" / worker

    def logs(self) -> list[Path]:
        """The log files of all workers."""
        return _files(self.folder / "log")

    def bench(self, worker: str) -> Path:
        """The folder in which a worker makes its files."""
        return self.folder / "work" / worker


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return []


def _put(path: Path, content: bytes) -> None:
    """Write whole or not at all: who reads beside us never sees half a file."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.replace(path)
