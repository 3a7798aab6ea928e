"""What the checks remember of a site from night to night (夜间记忆), in the central database.

A memory is a *span*: a key, a value, the first and the last night it was told with that value, and on how many nights. A night that tells the
same again only moves the span's end, so that the tables grow with changes and not with nights. Which figures of a judgement are remembered is
said by `checks.memory_told`; before the next night `inspect` writes `Memory.history` into the evidence file, where alone a check reads it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlite_utils import Database

from checks.memory_told import HISTORIES, REMEMBERED, Span, Told
from checks.model import Judgement
from crawler.oversight import Room, migrate

KEPT_DAYS = 31
"""Days for which a span that ended is kept: as long as a night may be taken back or judged anew."""

ROOM = Room(
    "memory",
    (
        """
        CREATE TABLE memory_sites (id INTEGER PRIMARY KEY, site TEXT NOT NULL UNIQUE, night TEXT NOT NULL);
        CREATE TABLE memory_spans (
            site INTEGER NOT NULL REFERENCES memory_sites(id),
            check_id TEXT NOT NULL,
            key TEXT NOT NULL,
            first TEXT NOT NULL,
            value TEXT NOT NULL,
            last TEXT NOT NULL,
            before TEXT,
            nights INTEGER NOT NULL,
            ended TEXT,
            PRIMARY KEY (site, check_id, key, first)
        ) WITHOUT ROWID
        """,
    ),
)
"""``last``: the last night that told it, ``before``: the one before that; ``ended``: the night that told otherwise, NULL while it holds."""


def _span(as_of: date, first: str, last: str, before: str | None, nights: int, ended: str | None, value: str) -> Span:
    """A span as it was known before ``as_of``: of a night that is told already, or of one further back, nothing later counts."""
    day, start = as_of.isoformat(), date.fromisoformat(first)
    if last >= day:
        last, nights = (before, nights - 1) if before is not None and before < day else (first, nights)
        nights = max(1, min(nights, (as_of - start).days))  # the nights between are not kept one by one
    return Span(start, date.fromisoformat(last), nights, ended is None or ended >= day, json.loads(value))


class Memory:
    """The memories of all sites. Opening it brings its tables up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database
        migrate(database, ROOM)

    def history(self, site_key: str, as_of: date) -> dict[str, list[tuple[str, date, Any]]]:
        """What was known of the site before the night of ``as_of``: check id → ``[(key, day, value)]``, in the shape its check reads.

        Every check that remembers is there, with an empty list when nothing is known yet.
        """
        found: dict[str, list[tuple[str, date, Any]]] = {check_id: [] for check_id in HISTORIES}
        day = as_of.isoformat()
        rows = self.database.conn.execute(
            "SELECT s.check_id,s.key,s.first,s.last,s.before,s.nights,s.ended,s.value FROM memory_spans s JOIN memory_sites m ON m.id=s.site"
            " WHERE m.site=? AND s.first<? ORDER BY s.check_id,s.key,s.first",
            (site_key, day),
        )
        for (check_id, key), group in itertools.groupby(rows, key=lambda row: (row[0], row[1])):
            spans = [_span(as_of, *row[2:]) for row in group]
            if check_id in found and any(span.holds for span in spans):
                found[check_id].extend(HISTORIES[check_id](key, spans))
        return found

    def remember(self, site_key: str, night: date, judgements: Sequence[Judgement]) -> None:
        """Take down what the site's judgements tell. Within the caller's `crawler.oversight.writing` block.

        The same night told again (a re-run) replaces what it told before. A night before the last one changes nothing: what came after it
        is known already.
        """
        run, day = self.database.conn.execute, night.isoformat()
        row = run("SELECT id,night FROM memory_sites WHERE site=?", (site_key,)).fetchone()
        if row is not None and row[1] > day:
            return
        if row is None:
            site = int(run("INSERT INTO memory_sites (site,night) VALUES (?,?) RETURNING id", (site_key, day)).fetchone()[0])
        else:
            site = int(row[0])
            if row[1] == day:
                self._take_back(site, day)
            else:
                run("UPDATE memory_sites SET night=? WHERE id=?", (day, site))
        for judgement in judgements:
            told = REMEMBERED[judgement.check](judgement) if judgement.check in REMEMBERED else None
            if told is not None:
                self._write(site, judgement.check, night, told)
        self._forget(site, night)

    def _write(self, site: int, check_id: str, night: date, told: Told) -> None:
        run, day = self.database.conn.execute, night.isoformat()
        sql = "SELECT key,first,value FROM memory_spans WHERE site=? AND check_id=? AND ended IS NULL"
        holding = {key: (first, value) for key, first, value in run(sql, (site, check_id))}
        for key, value in told.seen.items():
            words = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
            first, held = holding.get(key, ("", ""))
            if held == words:
                run(
                    "UPDATE memory_spans SET before=last,last=?,nights=nights+1 WHERE site=? AND check_id=? AND key=? AND first=?",
                    (day, site, check_id, key, first),
                )
                continue
            if first:
                self._end(site, check_id, key, day)
            run(
                "INSERT INTO memory_spans (site,check_id,key,first,value,last,nights) VALUES (?,?,?,?,?,?,1)",
                (site, check_id, key, day, words, day),
            )
        for key in told.over:
            if key in holding and key not in told.seen:
                self._end(site, check_id, key, day)
        if told.unseen_days is not None:
            limit = (night - timedelta(days=told.unseen_days)).isoformat()
            run("UPDATE memory_spans SET ended=? WHERE site=? AND check_id=? AND ended IS NULL AND last<?", (day, site, check_id, limit))

    def _end(self, site: int, check_id: str, key: str, day: str) -> None:
        self.database.conn.execute(
            "UPDATE memory_spans SET ended=? WHERE site=? AND check_id=? AND key=? AND ended IS NULL", (day, site, check_id, key)
        )

    def _take_back(self, site: int, day: str) -> None:
        """As if ``day``, the site's last night, had not been told."""
        run = self.database.conn.execute
        run("DELETE FROM memory_spans WHERE site=? AND first=?", (site, day))
        run("UPDATE memory_spans SET ended=NULL WHERE site=? AND ended=?", (site, day))
        run("UPDATE memory_spans SET last=before,before=NULL,nights=nights-1 WHERE site=? AND last=? AND before IS NOT NULL", (site, day))

    def _forget(self, site: int, night: date) -> None:
        limit = (night - timedelta(days=KEPT_DAYS)).isoformat()
        self.database.conn.execute(
            "DELETE FROM memory_spans WHERE site=? AND ended<? AND (check_id,key) NOT IN"
            " (SELECT check_id,key FROM memory_spans WHERE site=? AND (ended IS NULL OR ended>=?))",
            (site, limit, site, limit),
        )
