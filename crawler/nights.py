"""The nights (夜间检查) in the central database: one small row a night, and one row a site that each night changes in place.

What a site's row knows is enough to resume a night, to start the longest first and what was left before them, and to find the
evidence that tonight's unchanged pages are taken over from. Growth: a row a night and a row a site, never a row a site and night.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from crawler.oversight import Room, migrate, writing

NightState = Literal["running", "done", "stopped", "interrupted", "failed"]
"""running: going on, or killed; stopped: by its window; interrupted: by a signal; failed: by a fault of this machine."""

SiteNightState = Literal["ok", "blocked", "unreachable", "failed"]
"""What became of a site: as `crawler.crawl.SiteState`, or failed: the inspection itself gave no evidence."""

RESUMED_FOR = timedelta(hours=24) - timedelta(minutes=10)
"""How long an unfinished night is taken up again. Ten minutes short of a day: cron starts a little early or late, and the same hour of the
next day is the next night."""

ROOM = Room(
    "nights",
    (
        """
        CREATE TABLE nights (
            as_of TEXT PRIMARY KEY, started TEXT NOT NULL, ended TEXT NOT NULL DEFAULT '', state TEXT NOT NULL,
            program TEXT NOT NULL, catalogue TEXT NOT NULL, options TEXT NOT NULL, facts TEXT NOT NULL DEFAULT '{}'
        );
        CREATE TABLE site_nights (
            site_key TEXT PRIMARY KEY, as_of TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '',
            done_on TEXT NOT NULL DEFAULT '', evidence TEXT NOT NULL DEFAULT '', seconds REAL NOT NULL DEFAULT 0,
            pages INTEGER NOT NULL DEFAULT 0, requests INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
            size INTEGER NOT NULL DEFAULT 0, earlier_on TEXT NOT NULL DEFAULT '', earlier TEXT NOT NULL DEFAULT ''
        )
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Night:
    """One night. ``program``: version and digest; ``catalogue``: version and digest; ``facts``: the figures of its summary."""

    as_of: date
    started: datetime
    ended: datetime | None
    state: NightState
    program: str
    catalogue: str
    options: Mapping[str, Any]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SiteNight:
    """The last night a site was done or tried on (``as_of``), and its last evidence (of the night ``done_on``).

    ``seconds`` it took; ``pages`` read; ``requests`` and ``bytes`` as the visit record has them; ``size`` of the evidence file in bytes.
    """

    site_key: str
    as_of: date
    state: SiteNightState
    reason: str = ""
    done_on: date | None = None
    evidence: str = ""
    seconds: float = 0.0
    pages: int = 0
    requests: int = 0
    bytes: int = 0
    size: int = 0
    earlier_on: date | None = None
    earlier: str = ""

    def before(self, night: date) -> str:
        """Path of the last evidence of a night before ``night``, "" when there is none."""
        if self.done_on is not None and self.done_on < night:
            return self.evidence
        return self.earlier if self.earlier_on is not None and self.earlier_on < night else ""


def file_name(site_key: str) -> str:
    """A site's key as a file name: a key with other characters than letters, digits, dot, dash gets a digest behind it."""
    safe = re.sub(r"[^A-Za-z0-9.-]", "_", site_key).lstrip(".")[:80]
    return safe if safe == site_key else f"{safe}_{sha256(site_key.encode()).hexdigest()[:8]}"


def evidence_path(folder: Path, as_of: date, site_key: str) -> Path:
    """Where the evidence of a site and night lies: ``<folder>/<YYYY-MM-DD>/<key>.sqlite``."""
    return folder / as_of.isoformat() / f"{file_name(site_key)}.sqlite"


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


class Nights:
    """The nights of one central database. Methods that write need the caller's `writing` block, but for `begin` and `end`."""

    def __init__(self, database: Database) -> None:
        migrate(database, ROOM)
        self._database = database

    def night(self, as_of: date) -> Night | None:
        """That night, or None."""
        return next(iter(self._nights("WHERE as_of=?", as_of.isoformat())), None)

    def last(self) -> Night | None:
        """The newest night, or None."""
        return next(iter(self._nights("ORDER BY as_of DESC LIMIT 1")), None)

    def all(self) -> list[Night]:
        """Every night, the oldest first."""
        return self._nights("ORDER BY as_of")

    def _nights(self, rest: str, *values: str) -> list[Night]:
        rows = self._database.conn.execute(f"SELECT as_of,started,ended,state,program,catalogue,options,facts FROM nights {rest}", values)
        return [
            Night(
                as_of=date.fromisoformat(row[0]),
                started=datetime.fromisoformat(row[1]),
                ended=datetime.fromisoformat(row[2]) if row[2] else None,
                state=row[3],
                program=row[4],
                catalogue=row[5],
                options=json.loads(row[6]),
                facts=json.loads(row[7]),
            )
            for row in rows
        ]

    def unfinished(self, now: datetime) -> Night | None:
        """The newest night, if it was not brought to its end and began less than a day before ``now`` (`RESUMED_FOR`)."""
        night = self.last()
        if night is None or night.state == "done" or not timedelta(0) <= now - night.started < RESUMED_FOR:
            return None
        return night

    def begin(self, as_of: date, now: datetime, *, program: str, catalogue: str, options: Mapping[str, Any]) -> Night | None:
        """Open a night, or take it up again (its start stays, the rest is said anew); returns what was known of it before."""
        before = self.night(as_of)
        with writing(self._database):
            self._database.conn.execute(
                "INSERT INTO nights (as_of,started,state,program,catalogue,options) VALUES (?,?,'running',?,?,?) ON CONFLICT (as_of) DO UPDATE"
                " SET state='running', ended='', program=excluded.program, catalogue=excluded.catalogue, options=excluded.options",
                (as_of.isoformat(), now.isoformat(timespec="seconds"), program, catalogue, json.dumps(dict(options), ensure_ascii=False)),
            )
        return before

    def end(self, as_of: date, now: datetime, state: NightState, facts: Mapping[str, Any]) -> None:
        """Close a night with the figures of its summary."""
        with writing(self._database):
            self._database.conn.execute(
                "UPDATE nights SET ended=?, state=?, facts=? WHERE as_of=?",
                (now.isoformat(timespec="seconds"), state, json.dumps(dict(facts), ensure_ascii=False), as_of.isoformat()),
            )

    def sites(self) -> dict[str, SiteNight]:
        """Site key → its row, for every site that was ever done or tried."""
        names = ",".join(SiteNight.__slots__)
        rows = self._database.conn.execute(f"SELECT {names} FROM site_nights")
        known = {}
        for row in rows:
            values = dict(zip(SiteNight.__slots__, row, strict=True))
            values["as_of"] = date.fromisoformat(values["as_of"])
            values["done_on"], values["earlier_on"] = _day(values["done_on"]), _day(values["earlier_on"])
            known[str(row[0])] = SiteNight(**values)
        return known

    def site_done(self, night: SiteNight) -> None:
        """Keep what a site's night gave; the evidence of the night before moves to ``earlier``. Inside the caller's `writing` block.

        A night older than the site's last one changes nothing: what comes next is measured by the newest.
        """
        self._database.conn.execute(
            "INSERT INTO site_nights (site_key,as_of,state,reason,done_on,evidence,seconds,pages,requests,bytes,size)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (site_key) DO UPDATE SET"
            " earlier_on=CASE WHEN done_on<excluded.done_on THEN done_on ELSE earlier_on END,"
            " earlier=CASE WHEN done_on<excluded.done_on THEN evidence ELSE earlier END,"
            " as_of=excluded.as_of, state=excluded.state, reason=excluded.reason, done_on=excluded.done_on, evidence=excluded.evidence,"
            " seconds=excluded.seconds, pages=excluded.pages, requests=excluded.requests, bytes=excluded.bytes, size=excluded.size"
            " WHERE excluded.as_of>=site_nights.as_of",
            (
                night.site_key,
                night.as_of.isoformat(),
                night.state,
                night.reason,
                night.as_of.isoformat(),
                night.evidence,
                night.seconds,
                night.pages,
                night.requests,
                night.bytes,
                night.size,
            ),
        )

    def site_failed(self, site_key: str, as_of: date, reason: str) -> None:
        """Keep that a site could not be assessed; its last evidence and time stay. Inside the caller's `writing` block."""
        self._database.conn.execute(
            "INSERT INTO site_nights (site_key,as_of,state,reason) VALUES (?,?,'failed',?) ON CONFLICT (site_key) DO UPDATE SET"
            " as_of=excluded.as_of, state='failed', reason=excluded.reason WHERE excluded.as_of>=site_nights.as_of",
            (site_key, as_of.isoformat(), reason),
        )

    def site_undone(self, keys: Iterable[str]) -> None:
        """Forget that these sites are done tonight (their evidence turned out damaged). Inside the caller's `writing` block."""
        self._database.conn.executemany(
            "UPDATE site_nights SET as_of=earlier_on, done_on=earlier_on, evidence=earlier, earlier_on='', earlier='' WHERE site_key=?",
            [(key,) for key in keys],
        )
        self._database.conn.execute("DELETE FROM site_nights WHERE as_of=''")


def order(keys: Iterable[str], known: Mapping[str, SiteNight], as_of: date) -> list[str]:
    """The order in which sites start: those the night before left undone, then the longest by their last night.

    A site never seen is taken for one that was left: nobody knows how long it takes.
    """
    earlier = [row.as_of for row in known.values() if row.as_of < as_of]
    last = max(earlier, default=date.min)

    def rank(key: str) -> tuple[bool, float]:
        row = known.get(key)
        return row is not None and row.as_of >= last, -(row.seconds if row else 0.0)

    return sorted(keys, key=rank)
