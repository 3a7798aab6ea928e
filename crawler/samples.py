"""Availability samples (访问采样) in the central database: rounds of visits to every home page, and what is left of them.

Written are *changes*, not visits: a round is one row, and a site gets a row only when its state differs from the round before. Rounds and
changes are kept `RAW_DAYS` days; older days become totals per site, address family and day, and days with equal totals in a row are one
span. Beyond `QUIET_DAYS` only days with failures are kept. A void round (our own network failed) counts for nobody.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from sqlite_utils import Database

from crawler.network import Family
from crawler.oversight import OversightError, Room, migrate, writing
from crawler.samples_days import DayCount, compact, counts, failures_of
from crawler.samples_schema import MIGRATIONS

State = Literal["opened", "failed", "untold", "ours"]
"""How visits to one site over one family ended: opened; failed (and confirmed); nothing learned; spoiled by our own side."""

RAW_DAYS = 10
"""Days whose single rounds are kept."""
QUIET_DAYS = 400
"""Days after which a day without failures is forgotten."""
PERMIT_HOURS = 24
"""How long robots.txt's leave to ask a home page holds (RFC 9309, 2.4)."""
HISTORY_DAYS = 8
"""Days of `Samples.week`: seven up to the inspection day or, where that day is not over, up to the day before it."""
_ZONE = ZoneInfo("Asia/Shanghai")
_TOLD_TIMES = 5  # failures of one day that are told with their time


@dataclass(frozen=True, slots=True)
class Sample:
    """One site in one round over one family. ``word`` names the outcome, ``detail`` is Chinese; ``tries`` 2 where a failure was asked again."""

    site_key: str
    family: Family
    state: State
    word: str
    detail: str = ""
    elapsed_ms: int = 0
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Round:
    """One round. ``at``: its moment, Asia/Shanghai; ``seconds`` it took; ``void``: why it counts for nobody (Chinese), "" when it counts;

    ``v6``: whether our own IPv6 was proved, so that the samples over IPv6 count. ``permits``: site key → address that robots.txt was
    found to allow.
    """

    at: datetime
    seconds: float
    void: str
    v6: bool
    samples: tuple[Sample, ...] = ()
    permits: dict[str, str] = field(default_factory=dict)

    def of(self, family: Family) -> tuple[Sample, ...]:
        """The samples over one family."""
        return tuple(sample for sample in self.samples if sample.family == family)


class Samples:
    """Rounds and samples; makes and migrates its own tables. Raises `OversightError` for what can't be read or written."""

    ROOM = Room("samples", MIGRATIONS)

    def __init__(self, database: Database) -> None:
        migrate(database, self.ROOM)
        self._database = database
        self._sql: sqlite3.Connection = database.conn

    def has(self, at: datetime) -> bool:
        """Whether a round of this very moment is recorded."""
        return self._sql.execute("SELECT 1 FROM watch_rounds WHERE at=?", (_moment(at),)).fetchone() is not None

    def latest(self) -> datetime | None:
        """The moment of the newest round, void ones included."""
        row = self._sql.execute("SELECT MAX(at) FROM watch_rounds").fetchone()
        return datetime.fromisoformat(row[0]) if row[0] else None

    def permitted(self, at: datetime) -> dict[str, str]:
        """Site key → address whose robots.txt gave leave within the last `PERMIT_HOURS`."""
        since = _moment(at - timedelta(hours=PERMIT_HOURS))
        rows = self._sql.execute("SELECT site_key, url FROM watch_permits WHERE read_at>? AND read_at<=?", (since, _moment(at)))
        return dict(rows.fetchall())

    def record(self, done: Round) -> None:
        """Keep one round, then make totals of days that are too old for single rounds: short transactions, one after the other.

        Raises `OversightError` for a moment that has its round already, or one before the days kept as totals.
        """
        day = done.at.astimezone(_ZONE).date()
        with self._writing():
            newest = self._sql.execute("SELECT MAX(day) FROM watch_rounds").fetchone()[0]
            if newest and day <= date.fromisoformat(newest) - timedelta(days=RAW_DAYS):
                raise OversightError(f"采样时间 {_moment(done.at)} 比最新的采样早 {RAW_DAYS} 天以上，不能再补记。")
            if self.has(done.at):
                raise OversightError(f"{_moment(done.at)} 已经有一轮采样，不重复记录。")
            self._put(done, day)
        self._retire(max(day, date.fromisoformat(newest)) if newest else day)

    def _put(self, done: Round, day: date) -> None:
        four = done.of(4)
        cursor = self._sql.execute(
            "INSERT INTO watch_rounds (at,day,void,v6,sites,opened,failed,seconds) VALUES (?,?,?,?,?,?,?,?)",
            (
                _moment(done.at),
                day.isoformat(),
                done.void,
                int(done.v6 and not done.void),
                len({sample.site_key for sample in done.samples}),
                sum(sample.state == "opened" for sample in four),
                sum(sample.state == "failed" for sample in four),
                round(done.seconds, 1),
            ),
        )
        if done.void:
            return
        number = cursor.lastrowid
        states = {
            (key, family): (state, word)
            for key, family, state, word, _ in self._sql.execute(
                "SELECT site_key, family, state, word, MAX(round) FROM watch_changes GROUP BY site_key, family"
            )
        }
        for family in (4, 6) if done.v6 else (4,):
            seen = {sample.site_key: sample for sample in done.samples if sample.family == family}
            gone = [key for (key, other), (state, _) in states.items() if other == family and state != "absent" and key not in seen]
            rows: list[tuple[object, ...]] = [
                (one.site_key, family, number, one.state, one.word, one.detail)
                for one in seen.values()
                if states.get((one.site_key, family)) != (one.state, one.word)
            ]
            rows += [(key, family, number, "absent", "", "") for key in gone]
            self._sql.executemany("INSERT INTO watch_changes (site_key,family,round,state,word,detail) VALUES (?,?,?,?,?,?)", rows)
        self._sql.executemany(
            "INSERT OR REPLACE INTO watch_permits (site_key,url,read_at) VALUES (?,?,?)",
            [(key, url, _moment(done.at)) for key, url in done.permits.items()],
        )

    def _retire(self, newest: date) -> None:
        """Totals in place of single rounds for every day that has left the last `RAW_DAYS`; one transaction a day."""
        limit = (newest - timedelta(days=RAW_DAYS)).isoformat()
        old = [row[0] for row in self._sql.execute("SELECT DISTINCT day FROM watch_rounds WHERE day<=? ORDER BY day", (limit,))]
        for day in old:
            with self._writing():
                compact(self._sql, date.fromisoformat(day))
        if old:
            forgotten = (newest - timedelta(days=QUIET_DAYS)).isoformat()
            with self._writing():
                self._sql.execute("DELETE FROM watch_totals WHERE failed=0 AND last_day<?", (forgotten,))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with writing(self._database):
                yield
        except sqlite3.Error as error:
            raise OversightError(f"访问采样写不进监管库（{error}）：请检查磁盘空间和文件权限，或等其他写入结束。") from error

    def days(self, site_key: str, first: date, last: date) -> tuple[DayCount, ...]:
        """Visits and failures of one site, day by day and family by family, from ``first`` to ``last``; days without a visit are left out."""
        return counts(self._sql, site_key, first, last)

    def week(self, site_key: str, as_of: date) -> list[tuple[str, date, dict[str, Any]]]:
        """What `availability` is given as history: ``(key, day, value)`` for the `HISTORY_DAYS` days up to ``as_of``.

        ``key`` "4" or "6"; ``value`` ``{"visits": n, "failed": n}``, where something failed with ``"when"``: up to five ``[ISO moment,
        word, detail]``. Visits counted are those that opened or failed in rounds that count.
        """
        first = as_of - timedelta(days=HISTORY_DAYS - 1)
        times: dict[tuple[int, str], list[list[str]]] = {}
        for family, day, *told in failures_of(self._sql, site_key, first, as_of):
            times.setdefault((family, day), []).append(told)
        history: list[tuple[str, date, dict[str, Any]]] = []
        for count in self.days(site_key, first, as_of):
            value: dict[str, Any] = {"visits": count.visits, "failed": count.failed}
            if when := times.get((count.family, count.day.isoformat())):
                value["when"] = when[:_TOLD_TIMES]
            history.append((str(count.family), count.day, value))
        return history

    def rounds(self, first: date, last: date) -> Sequence[dict[str, Any]]:
        """The single rounds still kept of these days, oldest first: at, day, void, v6, sites, opened, failed, seconds."""
        names = ("at", "day", "void", "v6", "sites", "opened", "failed", "seconds")
        rows = self._sql.execute(
            f"SELECT {','.join(names)} FROM watch_rounds WHERE day BETWEEN ? AND ? ORDER BY at", (first.isoformat(), last.isoformat())
        )
        return [dict(zip(names, row, strict=True)) for row in rows]


def _moment(at: datetime) -> str:
    return at.astimezone(_ZONE).isoformat(timespec="seconds")
