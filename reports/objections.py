"""Right of reply (申诉): what a unit says against a finding, with its file, and how an inspector ruled. Both stay with the finding for ever.

An objection by itself changes no number and takes no decision back: a confirmed veto stays confirmed while it is looked into. The ruling writes a
`Decision`, and so reaches every number that is made from the finding: upheld (申诉成立) → false alarm or exemption, rejected (申诉不成立) → confirmed.
``mingjing finding dispute`` notes in the log of decisions that there is an objection, without text of the unit's own or a file; it is listed here too,
and the next decision about its finding is its ruling.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, cast

from sqlite_utils import Database

from crawler.oversight import Room, migrate, writing
from reports.commands.options import UsageProblem
from reports.decisions import MAX_BY, MAX_REASON, WORDS, Decision, Decisions, Kind
from reports.hostile import line
from reports.output import os_reason

Outcome = Literal["upheld", "rejected", "withdrawn"]

OUTCOMES: dict[Outcome, str] = {"upheld": "申诉成立", "rejected": "申诉不成立", "withdrawn": "已撤销"}
"""What a user reads for a ruling."""

MAX_TEXT = 4000
"""Characters of an objection."""
MAX_FILE = 20 * 1024 * 1024
"""Bytes of the file that goes with it: it is kept in the central database."""

ROOM = Room(
    "objections",
    (
        """
        CREATE TABLE objections (
            id INTEGER PRIMARY KEY, finding TEXT NOT NULL, text TEXT NOT NULL, person TEXT NOT NULL, day TEXT NOT NULL,
            file_name TEXT NOT NULL, file_sha256 TEXT NOT NULL, file_size INTEGER NOT NULL
        );
        CREATE INDEX objections_of ON objections (finding);
        CREATE TABLE objection_files (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL);
        CREATE TABLE objection_rulings (
            objection INTEGER PRIMARY KEY REFERENCES objections(id), outcome TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT NOT NULL,
            person TEXT NOT NULL, day TEXT NOT NULL
        )
        """,
    ),
)

_COLUMNS = (
    "o.id,o.finding,o.text,o.person,o.day,o.file_name,o.file_sha256,o.file_size,r.outcome,r.decision,r.reason,r.person,r.day "
    "FROM objections o LEFT JOIN objection_rulings r ON r.objection=o.id"
)


@dataclass(frozen=True, slots=True)
class Attachment:
    """The file of an objection: its name as given, SHA-256 in hexadecimal, size in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """How it was decided. ``decision``: the decision about the finding that came of it."""

    outcome: Outcome
    decision: Kind
    reason: str
    by: str
    day: date

    @property
    def text(self) -> str:
        """One Chinese line: outcome, reason, who and when."""
        word = f"{OUTCOMES[self.outcome]}（{WORDS[self.decision]}）" if self.outcome == "upheld" else OUTCOMES[self.outcome]
        return f"{word}：{line(self.reason)}（{line(self.by)}，{self.day}）"


@dataclass(frozen=True, slots=True)
class Objection:
    """One objection. ``number``: of its file and ruling, 0 for a dispute noted by an inspector; ``ruling`` None: nobody has decided yet."""

    number: int
    finding: str
    text: str
    by: str
    day: date
    file: Attachment | None = None
    ruling: Ruling | None = None

    @property
    def line(self) -> str:
        """One Chinese line: text, file, who and when."""
        file = f"（附件：{line(self.file.name)}）" if self.file else ""
        return f"{line(self.text)}{file}（{line(self.by)}，{self.day}）"


class Objections:
    """All objections and rulings. Opening it brings its tables up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decisions = Decisions(database)
        migrate(database, ROOM)

    def file(self, finding: str, text: str, by: str, day: date, attachment: Path | None = None) -> Objection:
        """Put in an objection. Raises `UsageProblem` for an unknown or excluded finding, no text or name, a file that is missing or too large."""
        if finding not in self._decisions.known([finding]):
            raise UsageProblem(f"没有编号为“{line(finding)[:40]}”的问题：请核对编号（mingjing status 列出全部）。")
        if not 0 < len(text.strip()) <= MAX_TEXT:
            raise UsageProblem(f"{finding}：请写明申诉内容（1 到 {MAX_TEXT} 字）。")
        if not 0 < len(by.strip()) <= MAX_BY:
            raise UsageProblem(f"{finding}：请写明申诉人（1 到 {MAX_BY} 字）。")
        held = self._decisions.holding(day).get(finding)
        if held is not None and held.kind in ("false-alarm", "exempt"):
            raise UsageProblem(f"{finding}：这个问题已认定为{WORDS[held.kind]}，不计入任何数字，无需申诉。")
        kept, content = _read(attachment) if attachment is not None else (None, b"")
        values = (finding, text.strip(), by.strip(), day.isoformat(), *((kept.name, kept.sha256, kept.size) if kept else ("", "", 0)))
        with writing(self._database):
            if kept is not None:
                self._database.conn.execute("INSERT OR IGNORE INTO objection_files VALUES (?,?)", (kept.sha256, content))
            added = self._database.conn.execute(
                "INSERT INTO objections (finding,text,person,day,file_name,file_sha256,file_size) VALUES (?,?,?,?,?,?,?)", values
            )
        return Objection(int(added.lastrowid or 0), finding, text.strip(), by.strip(), day, kept)

    def rule(self, finding: str, decision: Literal["false-alarm", "exempt", "confirm"], reason: str, by: str, day: date) -> int:
        """Decide every open objection against a finding; how many they were. Ruling and decision are written together or not at all.

        ``decision``: false-alarm or exempt upholds them, confirm rejects them. Raises `UsageProblem` without an open objection, reason or name.
        """
        standing = [each for each in self.of([finding]).get(finding, ()) if each.ruling is None]
        if not standing:
            raise UsageProblem(f"{line(finding)[:40]}：没有待裁定的申诉（mingjing objection list 列出全部）。")
        if any(each.day > day for each in standing):
            raise UsageProblem(f"{finding}：裁定日期 {day} 早于申诉日期 {max(each.day for each in standing)}。")
        if not 0 < len(reason.strip()) <= MAX_REASON:
            raise UsageProblem(f"{finding}：请写明裁定理由（1 到 {MAX_REASON} 字）。")
        outcome: Outcome = "rejected" if decision == "confirm" else "upheld"
        with writing(self._database):
            self._decisions.take_within([Decision(finding, decision, reason.strip(), by.strip(), None, day)])
            self._database.conn.executemany(
                "INSERT INTO objection_rulings VALUES (?,?,?,?,?,?)",
                [(each.number, outcome, decision, reason.strip(), by.strip(), day.isoformat()) for each in standing if each.number],
            )
        return len(standing)

    def of(self, findings: Iterable[str] | None = None, *, as_of: date | None = None) -> dict[str, tuple[Objection, ...]]:
        """Finding id → its objections, oldest first; of all findings for None. ``as_of``: only what was put in and ruled up to that day."""
        wanted = None if findings is None else set(findings)
        last = as_of or date.max
        found: list[Objection] = [each for each in self._filed(last) if wanted is None or each.finding in wanted]
        found += (each for log in self._decisions.of(wanted).values() for each in _disputes(log, last))
        kept: dict[str, tuple[Objection, ...]] = {}
        for each in sorted(found, key=lambda one: (one.finding, one.day, one.number)):
            kept[each.finding] = (*kept.get(each.finding, ()), each)
        return kept

    def texts(self, findings: Iterable[str], *, as_of: date | None = None) -> dict[str, tuple[str, str]]:
        """Finding id → what its unit said and how it was ruled ("" where nobody has decided yet); findings without an objection are absent."""
        return {
            finding: ("；".join(each.line for each in own), "；".join(dict.fromkeys(each.ruling.text for each in own if each.ruling)))
            for finding, own in self.of(findings, as_of=as_of).items()
        }

    def content(self, file: Attachment) -> bytes:
        """The bytes of an objection's file, as they came. Raises KeyError when they are not kept."""
        row = self._database.conn.execute("SELECT content FROM objection_files WHERE sha256=?", (file.sha256,)).fetchone()
        if row is None:
            raise KeyError(file.sha256)
        return bytes(row[0])

    def _filed(self, last: date) -> Iterator[Objection]:
        for row in self._database.conn.execute(f"SELECT {_COLUMNS} ORDER BY o.id").fetchall():
            number, finding, text, by, day, name, digest, size, outcome, decision, reason, judge, ruled = row
            if day > last.isoformat():
                continue
            file = Attachment(name, digest, size) if name else None
            ruling = None
            if outcome and ruled <= last.isoformat():
                ruling = Ruling(cast(Outcome, outcome), cast(Kind, decision), reason, judge, date.fromisoformat(ruled))
            yield Objection(number, finding, text, by, date.fromisoformat(day), file, ruling)


def _disputes(log: Sequence[Decision], last: date) -> Iterator[Objection]:
    """Disputes in a finding's log of decisions; what was decided next, if not another dispute, is the ruling."""
    for number, decision in enumerate(log):
        if decision.kind != "dispute" or decision.day > last:
            continue
        after = next((each for each in log[number + 1 :] if each.kind != "dispute" and each.day <= last), None)
        ruling = None
        if after is not None:
            outcome: Outcome = "withdrawn" if after.kind == "revoke" else "rejected" if after.kind == "confirm" else "upheld"
            ruling = Ruling(outcome, after.kind, after.reason, after.by, after.day)
        yield Objection(0, decision.finding, decision.reason, decision.by, decision.day, None, ruling)


def _read(path: Path) -> tuple[Attachment, bytes]:
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise UsageProblem(f"附件 {path} 有 {size / 1024 / 1024:.1f} MB，超过 {MAX_FILE // 1024 // 1024} MB：请压缩后再交。")
        content = path.read_bytes()
    except OSError as error:
        raise UsageProblem(f"附件 {path} 读不出来（{os_reason(error)}）：请检查路径。") from error
    if not content:
        raise UsageProblem(f"附件 {path} 是空文件：请检查。")
    return Attachment(line(path.name)[:120], hashlib.sha256(content).hexdigest(), len(content)), content
