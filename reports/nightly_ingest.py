"""Taking a site's night in: its evidence is read once, and what it says is written in one short transaction by the one writer."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.memory import Memory
from checks.outcome import Outcome, read_outcome
from crawler.evidence import Evidence, EvidenceError
from crawler.fleet import RunFailed
from crawler.nights import Nights, SiteNight, SiteNightState
from crawler.oversight import writing
from reports.history import Life
from reports.history_reading import LifeReader

log = logging.getLogger(__name__)


class Damaged(Exception):
    """An evidence file that is not whole; ``str()`` says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one evidence file told."""

    outcome: Outcome
    night: SiteNight


def read_evidence(path: Path) -> Taken:
    """Read a landed file whole. Raises `Damaged` for one that is cut off, damaged, or was never judged."""
    try:
        evidence = Evidence(path)
        try:
            words = evidence.database.conn.execute("PRAGMA quick_check(1)").fetchone()[0]
            if words != "ok":
                raise Damaged(f"证据文件 {path} 已损坏（{words}）")
            outcome, visit, coverage = read_outcome(evidence), evidence.meta("visit", {}), evidence.meta("coverage", {})
        finally:
            evidence.close()
    except (EvidenceError, sqlite3.DatabaseError, ValueError) as error:
        raise Damaged(str(error) if isinstance(error, EvidenceError) else f"证据文件 {path} 已损坏（{error}）") from error
    if outcome is None:
        raise Damaged(f"证据文件 {path} 没有判定结果")
    state: SiteNightState = "ok" if outcome.state == "ok" else "blocked" if outcome.state == "blocked" else "unreachable"
    night = SiteNight(
        site_key=outcome.site_key,
        as_of=outcome.as_of,
        state=state,
        reason=outcome.detail,
        evidence=str(path),
        seconds=float(visit.get("seconds", 0.0)),
        pages=int(coverage.get("pages_read", 0)),
        requests=int(visit.get("requests", 0)),
        bytes=int(visit.get("bytes", 0)),
        size=path.stat().st_size,
    )
    return Taken(outcome, night)


@dataclass(slots=True)
class Intake:
    """Writes nights of sites into the central database. ``writing_seconds``: processor time it took."""

    database: Database
    nights: Nights
    life: Life
    memory: Memory
    as_of: date
    writing_seconds: float = field(default=0.0)

    def take(self, key: str, path: Path) -> SiteNight:
        """Take in one landed file. Raises `Damaged`, or `RunFailed` when the database can't be written."""
        taken = read_evidence(path)
        if (taken.outcome.site_key, taken.outcome.as_of) != (key, self.as_of):
            raise Damaged(f"证据文件 {path} 属于网站 {taken.outcome.site_key} 的 {taken.outcome.as_of}")
        begun = time.process_time()
        try:
            with writing(self.database):
                self.life.record(self.as_of, taken.outcome, str(path))
                self.memory.remember(key, self.as_of, taken.outcome.judgements)
                self.nights.site_done(taken.night)
        except sqlite3.Error as error:
            raise _unwritable(error) from error
        self.writing_seconds += time.process_time() - begun
        return taken.night

    def fail(self, key: str, reason: str) -> None:
        """Write down that a site could not be assessed. Raises `RunFailed`."""
        try:
            with writing(self.database):
                self.nights.site_failed(key, self.as_of, reason)
        except sqlite3.Error as error:
            raise _unwritable(error) from error

    def undo(self, keys: Sequence[str]) -> None:
        """These sites are to be done again. Raises `RunFailed`."""
        try:
            with writing(self.database):
                self.nights.site_undone(keys)
        except sqlite3.Error as error:
            raise _unwritable(error) from error


def _unwritable(error: sqlite3.Error) -> RunFailed:
    return RunFailed(f"监管库写不进去（{error}）：请检查磁盘空间、文件权限，或是否有其他程序长时间占用；证据已保存，再次运行时补记。")


def changes(database: Database, night: date) -> dict[str, int]:
    """Kind of event (new, rectified, reopened, withdrawn, …) → how many findings had it on that night."""
    return dict(Counter(event.event for event in LifeReader(database).events(since=night) if event.night == night))
