"""What people decide about findings (人工决定): confirmed, false alarm, exempt, disputed; taken back with ``revoke``.

Decisions are a log that only grows: the last one about a finding holds, until its ``until`` has passed or it is revoked. They belong to the
finding's id and so survive nights, re-runs and the finding's own ends. A false alarm or an exemption that holds takes its finding out of every
number; a dispute is shown and counts on, and a confirmation that stood before it stands on (the units' own objections are `reports.objections`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from sqlite_utils import Database

from crawler.oversight import Room, migrate, writing
from reports.commands.options import UsageProblem
from reports.history_reading import LifeReader

Kind = Literal["confirm", "false-alarm", "exempt", "dispute", "revoke"]

WORDS: dict[Kind, str] = {"confirm": "确认", "false-alarm": "误报", "exempt": "豁免", "dispute": "申诉", "revoke": "撤销"}
"""What a user reads for a decision, and writes in a sheet."""

EXCLUDED: frozenset[str] = frozenset({"false-alarm", "exempt"})
"""Decisions that take a finding out of every number."""

MAX_REASON, MAX_BY = 500, 60
"""Characters of a reason and of a name."""

_ID = re.compile(r"[0-9a-f]{10}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")

ROOM = Room(
    "decisions",
    (
        """
        CREATE TABLE decisions (
            id INTEGER PRIMARY KEY, finding TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT NOT NULL, person TEXT NOT NULL,
            until TEXT NOT NULL, day TEXT NOT NULL
        );
        CREATE INDEX decisions_of ON decisions (finding)
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about one finding, taken on ``day`` by ``by``; it holds to the end of ``until``, None: without end.

    ``over_confirmed``: a dispute about a finding that a person had confirmed, which it stays until somebody decides.
    """

    finding: str
    kind: Kind
    reason: str
    by: str
    until: date | None
    day: date
    over_confirmed: bool = False

    @property
    def confirms(self) -> bool:
        """Whether its finding stands confirmed by a person."""
        return self.kind == "confirm" or self.over_confirmed

    def holds(self, as_of: date) -> bool:
        """Whether it still holds on ``as_of``."""
        return self.kind != "revoke" and (self.until is None or self.until >= as_of)

    def same(self, other: Decision | None) -> bool:
        """Whether ``other`` says the same, on whatever day it was taken."""
        return other is not None and (self.kind, self.reason, self.by, self.until) == (other.kind, other.reason, other.by, other.until)


class Decisions:
    """The decisions about all findings. Opening it brings its table up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._life = LifeReader(database)
        migrate(database, ROOM)

    def take(self, decisions: Sequence[Decision]) -> int:
        """Write decisions, all or none; how many were new (one that holds already, word for word, is not written again).

        Raises `UsageProblem` with one line for each that can't be: a malformed or unknown id, nothing to revoke, no reason, no name, an
        ``until`` before the day of the decision.
        """
        with writing(self._database):
            return self.take_within(decisions)

    def take_within(self, decisions: Sequence[Decision]) -> int:
        """As `take`, within a transaction (`writing`) that the caller has begun: what else it writes then stands or falls with the decisions."""
        last = self.last()
        fresh = [each for each in decisions if not each.same(last.get(each.finding))]
        known = self.known(each.finding for each in fresh)
        problems = [line for each in fresh for line in fault(each, known, last)]
        if problems:
            raise UsageProblem("\n".join([*problems, "没有记录任何决定。"]))
        self._database.conn.executemany(
            "INSERT INTO decisions (finding,decision,reason,person,until,day) VALUES (?,?,?,?,?,?)",
            [(e.finding, e.kind, e.reason, e.by, e.until.isoformat() if e.until else "", e.day.isoformat()) for e in fresh],
        )
        return len(fresh)

    def known(self, ids: Iterable[str]) -> set[str]:
        """Those of ``ids`` that are ids of findings."""
        return {finding.id for finding in self._life.findings(ids=list(dict.fromkeys(ids)))}

    def last(self) -> dict[str, Decision]:
        """Finding id → the last decision about it, revocations included."""
        held: dict[str, Decision] = {}
        for row in self._log():
            held[row[0]] = _decision(row, held.get(row[0]))
        return held

    def holding(self, as_of: date) -> dict[str, Decision]:
        """Finding id → the decision that holds on ``as_of``."""
        return {finding: decision for finding, decision in self.last().items() if decision.holds(as_of)}

    def excluded(self, as_of: date) -> set[str]:
        """Findings that count in no number on ``as_of``: false alarms and exemptions that hold."""
        return {finding for finding, decision in self.holding(as_of).items() if decision.kind in EXCLUDED}

    def of(self, findings: Iterable[str] | None) -> dict[str, tuple[Decision, ...]]:
        """Finding id → all decisions about it, oldest first; of all findings for None."""
        wanted = None if findings is None else set(findings)
        log: dict[str, tuple[Decision, ...]] = {}
        for row in self._log():
            if wanted is None or row[0] in wanted:
                before = log.get(row[0], ())
                log[row[0]] = (*before, _decision(row, before[-1] if before else None))
        return log

    def _log(self) -> list[tuple[str, ...]]:
        return self._database.conn.execute("SELECT finding,decision,reason,person,until,day FROM decisions ORDER BY id").fetchall()


def fault(decision: Decision, known: set[str], last: Mapping[str, Decision]) -> Iterable[str]:
    """What is wrong with one decision, one line each."""
    name = decision.finding
    if not _ID.fullmatch(name):
        yield f"问题编号“{_CONTROL.sub('�', name)[:40]}”不对：编号是 10 位小写十六进制字符，见 mingjing status。"
        return
    if name not in known:
        yield f"没有编号为 {name} 的问题：请核对编号（mingjing status 列出全部）。"
        return
    if not decision.reason.strip() or len(decision.reason) > MAX_REASON:
        yield f"{name}：请写明理由（1 到 {MAX_REASON} 字）。"
    if not decision.by.strip() or len(decision.by) > MAX_BY:
        yield f"{name}：请写明决定人（1 到 {MAX_BY} 字）。"
    if decision.until is not None and decision.until < decision.day:
        yield f"{name}：有效期 {decision.until} 早于决定的日期 {decision.day}。"
    if decision.kind == "revoke" and (name not in last or last[name].kind == "revoke"):
        yield f"{name}：没有可以撤销的决定。"


def _decision(row: Sequence[str], before: Decision | None) -> Decision:
    finding, kind, reason, by, until, day = row
    taken = date.fromisoformat(day)
    over = kind == "dispute" and before is not None and before.confirms and before.holds(taken)
    return Decision(finding, cast(Kind, kind), reason, by, date.fromisoformat(until) if until else None, taken, over)
