"""What is read out of the life of findings: findings, their events, verdicts as spans, nights and the rules that judged on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlite_utils import Database

from crawler.oversight import migrate
from reports.history_night import TOLD_AS, rows_of
from reports.history_tables import ROOM

State = Literal["open", "rectified", "withdrawn", "rule-changed"]


@dataclass(frozen=True, slots=True)
class LifeFinding:
    """One finding with its life. ``since``: the night its present ``state`` began; ``severity``, ``message`` and the like as last told.

    ``note``: ``check-stopped`` where its check was not run, ``told-as ID`` where it is told as another finding for now; else "".
    """

    id: str
    site: str
    check: str
    code: str
    subject: str
    severity: str
    url: str
    message: str
    advice: str
    indicator: str
    source: str
    basis: str
    confirm: bool
    seen: int
    snippet: str
    pages: tuple[str, ...]
    state: State
    since: date
    note: str
    first_seen: date
    last_seen: date
    nights: int
    first_evidence: str
    last_evidence: str

    @property
    def twin(self) -> str:
        """Id of the finding that this one is told as; "" where it stands for itself. One of two twins counts in no figure."""
        return self.note.removeprefix(TOLD_AS) if self.note.startswith(TOLD_AS) else ""


@dataclass(frozen=True, slots=True)
class Event:
    """A passage in a finding's life: new, continues, rectified, reopened, withdrawn, rule-changed, check-stopped, severity."""

    finding: str
    site: str
    night: date
    event: str
    detail: str


@dataclass(frozen=True, slots=True)
class Span:
    """One answer of a check (``check`` "": of the site itself) from its ``first`` night to its ``last``."""

    site: str
    check: str
    title: str
    verdict: str
    reason: str
    catalogue: str
    code: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Ruleset:
    """What a night was judged by. ``rules``: check id → (digest of its catalogue file, digest of its code)."""

    night: date
    program: str
    version: str
    catalogue: str
    rules: dict[str, tuple[str, str]]


class LifeReader:
    """Questions to the tables that `reports.history.Life` writes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, ROOM)

    def findings(self, *, sites: Sequence[str] | None = None, ids: Sequence[str] | None = None) -> tuple[LifeFinding, ...]:
        """Findings of these sites, or with these ids; all without either. By site, then oldest first."""
        where, values = _among(("site", sites), ("id", ids))
        rows = self._rows(f"SELECT * FROM life_findings {where} ORDER BY site,first_seen,check_id,id", *values)
        return tuple(_finding(row) for row in rows)

    def events(self, *, since: date, sites: Sequence[str] | None = None) -> tuple[Event, ...]:
        """Events from a night on, oldest first."""
        where, values = _among(("site", sites))
        joined = f"{where} AND night>=?" if where else "WHERE night>=?"
        rows = self._rows(f"SELECT * FROM life_events {joined} ORDER BY night,site,finding,event", *values, since.isoformat())
        return tuple(Event(row["finding"], row["site"], _day(row["night"]), row["event"], row["detail"]) for row in rows)

    def spans(self, site: str) -> tuple[Span, ...]:
        """Every answer about a site, by check and night."""
        return tuple(_span(row) for row in self._rows("SELECT * FROM life_spans WHERE site=? ORDER BY check_id,first,id", site))

    def last_spans(self, sites: Sequence[str] | None = None) -> tuple[Span, ...]:
        """The last answer of each check about each site, on whichever night that was."""
        where, values = _among(("site", sites))
        latest = f"SELECT max(id) FROM life_spans {where} GROUP BY site,check_id"
        return tuple(_span(row) for row in self._rows(f"SELECT * FROM life_spans WHERE id IN ({latest}) ORDER BY site,id", *values))

    def nights(self) -> tuple[date, ...]:
        """Every night recorded, oldest first."""
        return tuple(_day(row["night"]) for row in self._rows("SELECT DISTINCT night FROM life_nights ORDER BY night"))

    def rulesets(self, since: date | None = None) -> tuple[Ruleset, ...]:
        """What the nights were judged by, oldest first: from ``since`` on and, to compare with, of the night before it."""
        start = "" if since is None else since.isoformat()
        rows = self._rows(
            "SELECT n.night,r.* FROM life_nights n JOIN life_rulesets r ON r.id=n.ruleset"
            " WHERE n.night>=coalesce((SELECT max(night) FROM life_nights WHERE night<?),'') ORDER BY n.night,r.id",
            start,
        )
        return tuple(_ruleset(row) for row in rows)

    def sites(self) -> dict[str, tuple[date, str]]:
        """Site key → its last night and that night's evidence file."""
        rows = self._rows("SELECT site,night,evidence FROM life_sites ORDER BY site")
        return {row["site"]: (_day(row["night"]), row["evidence"]) for row in rows}

    def _rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        return rows_of(self._database, sql, *values)


def _among(*wanted: tuple[str, Sequence[str] | None]) -> tuple[str, list[str]]:
    """A WHERE clause that holds a column to a list (through JSON: a list may be longer than SQLite's parameters), and its values."""
    given = [(column, values) for column, values in wanted if values is not None]
    clauses = [f"{column} IN (SELECT value FROM json_each(?))" for column, _ in given]
    return (f"WHERE {' AND '.join(clauses)}" if clauses else ""), [json.dumps(_plain(values)) for _, values in given]


def _plain(values: Iterable[str]) -> list[str]:
    return [str(value) for value in values]


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _finding(row: dict[str, Any]) -> LifeFinding:
    kept = {name: row[name] for name in LifeFinding.__dataclass_fields__ if name in row}
    days = {name: _day(row[name]) for name in ("since", "first_seen", "last_seen")}
    return LifeFinding(
        **kept | days | {"check": row["check_id"], "confirm": bool(row["confirm"]), "pages": tuple(json.loads(row["pages"]))}
    )


def _span(row: dict[str, Any]) -> Span:
    return Span(
        row["site"],
        row["check_id"],
        row["title"],
        row["verdict"],
        row["reason"],
        row["catalogue"],
        row["code"],
        _day(row["first"]),
        _day(row["last"]),
    )


def _ruleset(row: dict[str, Any]) -> Ruleset:
    rules = {check: (catalogue, code) for check, (catalogue, code) in json.loads(row["rules"]).items()}
    return Ruleset(_day(row["night"]), row["program"], row["version"], row["catalogue"], rules)
