"""The rectification ledger (整改台账) in the central database: which findings were handed to units, by when, and what the units say they did.

Both are logs: an issue (下发) stands once per quarter and finding, of the claims (单位填报) about it the last one holds. What a unit says is never taken for
seen: whether it is so is `reports.ledger_review`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from sqlite_utils import Database

from crawler.oversight import Room, migrate, writing
from reports.quarters import Quarter

Status = Literal["待整改", "已整改", "无需整改"]
STATUSES: tuple[Status, ...] = ("待整改", "已整改", "无需整改")

ROOM = Room(
    "ledger",
    (
        """
        CREATE TABLE ledger_issued (
            quarter TEXT NOT NULL, finding TEXT NOT NULL, site TEXT NOT NULL, unit TEXT NOT NULL, due TEXT NOT NULL, day TEXT NOT NULL,
            PRIMARY KEY (quarter, finding)
        ) WITHOUT ROWID;
        CREATE TABLE ledger_claims (
            id INTEGER PRIMARY KEY, quarter TEXT NOT NULL, finding TEXT NOT NULL, department TEXT NOT NULL, person TEXT NOT NULL, phone TEXT NOT NULL,
            measures TEXT NOT NULL, planned TEXT NOT NULL, status TEXT NOT NULL, done TEXT NOT NULL, proof TEXT NOT NULL, note TEXT NOT NULL,
            taken_by TEXT NOT NULL, day TEXT NOT NULL, file_name TEXT NOT NULL, file_sha256 TEXT NOT NULL
        );
        CREATE INDEX ledger_claims_of ON ledger_claims (quarter, finding)
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A finding handed to ``unit`` in a quarter's ledger on ``day``, to be put right by ``due``."""

    quarter: Quarter
    finding: str
    site: str
    unit: str
    due: date
    day: date


@dataclass(frozen=True, slots=True)
class Claim:
    """What a unit says about a finding. ``planned``: 整改时限 as the unit has it; ``done``: 完成时间, given when ``status`` is 已整改 and only then.

    ``by``, ``day``: who took it in, and when; ``file``, ``sha256``: the workbook it came in.
    """

    finding: str
    department: str = ""
    person: str = ""
    phone: str = ""
    measures: str = ""
    planned: date | None = None
    status: Status = "待整改"
    done: date | None = None
    proof: str = ""
    note: str = ""
    by: str = ""
    day: date = date.min
    file: str = ""
    sha256: str = ""

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, whoever took it in and when."""
        return (self.department, self.person, self.phone, self.measures, self.planned, self.status, self.done, self.proof, self.note)


class Ledger:
    """Issues and claims. Opening it brings its tables up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, ROOM)

    def issue(self, issues: Sequence[Issued], *, again: bool = False, published: bool = False) -> None:
        """Note what is handed out. What was handed out in the quarter before keeps its first deadline, unless ``again``: then it is moved.

        ``published``: with a bulletin, which everybody reads: where it gives more time than a draft's ledger did, its day holds.
        """
        what = "DO UPDATE SET due=excluded.due" if again else "DO NOTHING"
        if published:
            what = "DO UPDATE SET due=max(due,excluded.due)"
        with writing(self._database):
            self._database.conn.executemany(
                f"INSERT INTO ledger_issued (quarter,finding,site,unit,due,day) VALUES (?,?,?,?,?,?) ON CONFLICT (quarter,finding) {what}",
                [(str(e.quarter), e.finding, e.site, e.unit, e.due.isoformat(), e.day.isoformat()) for e in issues],
            )

    def issued(self, quarter: Quarter) -> dict[str, Issued]:
        """Finding id → its issue in the quarter."""
        rows = self._database.conn.execute(
            "SELECT finding,site,unit,due,day FROM ledger_issued WHERE quarter=? ORDER BY site,finding", (str(quarter),)
        ).fetchall()
        return {row[0]: Issued(quarter, row[0], row[1], row[2], date.fromisoformat(row[3]), date.fromisoformat(row[4])) for row in rows}

    def quarters(self) -> tuple[Quarter, ...]:
        """Quarters of which a ledger was handed out, the oldest first."""
        rows = self._database.conn.execute("SELECT DISTINCT quarter FROM ledger_issued ORDER BY quarter").fetchall()
        return tuple(Quarter.parse(row[0]) for row in rows)

    def claims(self, quarter: Quarter, *, as_of: date | None = None) -> dict[str, Claim]:
        """Finding id → the last claim about it in the quarter's ledger; ``as_of``: taken in up to that day."""
        return {finding: log[-1] for finding, log in self.log(quarter, as_of=as_of).items()}

    def log(self, quarter: Quarter, *, as_of: date | None = None) -> dict[str, tuple[Claim, ...]]:
        """Finding id → all claims about it, oldest first."""
        rows = self._database.conn.execute(
            "SELECT finding,department,person,phone,measures,planned,status,done,proof,note,taken_by,day,file_name,file_sha256"
            " FROM ledger_claims WHERE quarter=? AND day<=? ORDER BY id",
            (str(quarter), (as_of or date.max).isoformat()),
        ).fetchall()
        found: dict[str, tuple[Claim, ...]] = {}
        for row in rows:
            found[row[0]] = (*found.get(row[0], ()), _claim(row))
        return found

    def take(self, quarter: Quarter, claims: Iterable[Claim]) -> int:
        """Write claims, all or none; how many say something new. Their checks are `reports.ledger_reading`'s."""
        with writing(self._database):
            held = self.claims(quarter)
            fresh = [each for each in claims if each.finding not in held or held[each.finding].said != each.said]
            self._database.conn.executemany(
                "INSERT INTO ledger_claims (quarter,finding,department,person,phone,measures,planned,status,done,proof,note,taken_by,day,file_name,"
                "file_sha256) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                [
                    (str(quarter), each.finding, *map(_kept, each.said), each.by, each.day.isoformat(), each.file, each.sha256)
                    for each in fresh
                ],
            )
        return len(fresh)


def _kept(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _claim(row: Sequence[str]) -> Claim:
    finding, department, person, phone, measures, planned, status, done, proof, note, by, day, name, digest = row
    return Claim(
        finding,
        department,
        person,
        phone,
        measures,
        date.fromisoformat(planned) if planned else None,
        cast(Status, status),
        date.fromisoformat(done) if done else None,
        proof,
        note,
        by,
        date.fromisoformat(day),
        name,
        digest,
    )
