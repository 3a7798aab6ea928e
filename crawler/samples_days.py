"""Days out of rounds: how often one site was visited and failed on a day, read from single rounds or from totals."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from crawler.network import Family


@dataclass(frozen=True, slots=True)
class DayCount:
    """One site, one Shanghai day, one family. ``visits`` opened or failed in rounds that count."""

    day: date
    family: Family
    visits: int
    failed: int


_STATE = """(SELECT c.{column} FROM watch_changes c WHERE c.site_key=:site AND c.family=f.family AND c.round<=r.id
             ORDER BY c.round DESC LIMIT 1)"""
_VISITS = f"""SELECT f.family AS family, r.day AS day, r.at AS at, {_STATE.format(column="state")} AS state,
    {_STATE.format(column="word")} AS word, {_STATE.format(column="detail")} AS detail
    FROM watch_rounds r JOIN (SELECT 4 AS family UNION SELECT 6) f
    WHERE r.day BETWEEN :first AND :last AND r.void='' AND (f.family=4 OR r.v6)"""


def counts(sql: sqlite3.Connection, site_key: str, first: date, last: date) -> tuple[DayCount, ...]:
    """Both kinds of days, oldest first, IPv4 before IPv6."""
    asked = {"site": site_key, "first": first.isoformat(), "last": last.isoformat()}
    found = [
        DayCount(date.fromisoformat(day), family, visits, failed)
        for family, day, visits, failed in sql.execute(
            f"SELECT family, day, COUNT(*), SUM(state='failed') FROM ({_VISITS}) WHERE state IN ('opened','failed') GROUP BY family, day",
            asked,
        )
    ]
    for family, start, end, visits, failed in sql.execute(
        "SELECT family, first_day, last_day, visits, failed FROM watch_totals WHERE site_key=:site AND first_day<=:last AND last_day>=:first",
        asked,
    ):
        day, until = max(first, date.fromisoformat(start)), min(last, date.fromisoformat(end))
        while day <= until:
            found.append(DayCount(day, family, visits, failed))
            day += timedelta(days=1)
    return tuple(sorted(found, key=lambda count: (count.day, count.family)))


def failures_of(sql: sqlite3.Connection, site_key: str, first: date, last: date) -> Iterator[tuple[int, str, str, str, str]]:
    """``(family, day, ISO moment, word, detail)`` of each failure whose round is still kept, oldest first."""
    asked = {"site": site_key, "first": first.isoformat(), "last": last.isoformat()}
    yield from sql.execute(f"SELECT family, day, at, word, detail FROM ({_VISITS}) WHERE state='failed' ORDER BY at", asked)


def compact(sql: sqlite3.Connection, day: date) -> None:
    """Put totals in place of one day's rounds, for every site; inside the caller's transaction."""
    rounds = sql.execute("SELECT id, v6 FROM watch_rounds WHERE day=? AND void='' ORDER BY id", (day.isoformat(),)).fetchall()
    changes = sql.execute("SELECT site_key, family, round, state FROM watch_changes ORDER BY site_key, family, round").fetchall()
    for (site_key, family), group in groupby(changes, key=lambda row: (row[0], row[1])):
        told = [row[2:] for row in group]
        visits, failed = _tally(told, [number for number, v6 in rounds if family == 4 or v6])
        if visits:
            _extend(sql, site_key, family, day, visits, failed)
    sql.execute("DELETE FROM watch_rounds WHERE day=?", (day.isoformat(),))
    _forget_changes(sql)


def _tally(changes: list[tuple[int, str]], rounds: list[int]) -> tuple[int, int]:
    """Visits and failures: each round has the state of the last change at or before it."""
    visits = failed = position = 0
    state = "absent"
    for number in rounds:
        while position < len(changes) and changes[position][0] <= number:
            state = changes[position][1]
            position += 1
        visits += state in ("opened", "failed")
        failed += state == "failed"
    return visits, failed


def _extend(sql: sqlite3.Connection, site_key: str, family: int, day: date, visits: int, failed: int) -> None:
    """Lengthen the span that ends the day before with the same counts, or begin one."""
    before = (day - timedelta(days=1)).isoformat()
    longer = sql.execute(
        "UPDATE watch_totals SET last_day=? WHERE site_key=? AND family=? AND last_day=? AND visits=? AND failed=?",
        (day.isoformat(), site_key, family, before, visits, failed),
    )
    if not longer.rowcount:
        sql.execute(
            "INSERT INTO watch_totals (site_key,family,first_day,last_day,visits,failed) VALUES (?,?,?,?,?,?)",
            (site_key, family, day.isoformat(), day.isoformat(), visits, failed),
        )


def _forget_changes(sql: sqlite3.Connection) -> None:
    """Drop changes that no kept round needs: those whose successor is not later than the first kept round, and absence at the very beginning."""
    first = sql.execute("SELECT MIN(id) FROM watch_rounds").fetchone()[0]
    if first is None:
        return
    sql.execute(
        """DELETE FROM watch_changes WHERE round<:first AND EXISTS (SELECT 1 FROM watch_changes later WHERE
           later.site_key=watch_changes.site_key AND later.family=watch_changes.family AND later.round>watch_changes.round
           AND later.round<=:first)""",
        {"first": first},
    )
    sql.execute("DELETE FROM watch_changes WHERE round<=:first AND state='absent'", {"first": first})
