"""One night of one site, written into the life of its findings.

    told, unknown            → new            told, open             → continuing
    told, closed             → reopened       not told, clean        → rectified, or rule-changed when the rules are not those it was told by
    not told, place is gone  → withdrawn      not told, not assessed → nothing changes
    its check runs no more   → stays open, with a note

A change of severity (a candidate that has become a deduction) is an event too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlite_utils import Database

from checks.model import CheckRules, Finding, KnownFinding
from checks.outcome import Outcome
from checks.places import continues
from reports.history_journal import Journal

NO_CHECK = "check-stopped"
"""Note of an open finding whose check was not run: nobody looks at it any more."""

TOLD_AS = "told-as "
"""Note of an open finding that is told as another one for now; that one's id follows."""

_NUMBER = re.compile(r"\d+")
_NO_RULES = CheckRules("", "")


def rows_of(database: Database, sql: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    cursor = database.conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def known_finding(row: Mapping[str, Any]) -> KnownFinding:
    """A row of ``life_findings`` as the checks know it."""
    return KnownFinding(
        id=row["id"],
        check=row["check_id"],
        code=row["code"],
        subject=row["subject"],
        url=row["url"],
        pages=tuple(json.loads(row["pages"])),
        first_seen=date.fromisoformat(row["first_seen"]),
    )


class Night:
    """The writing of one site's outcome; ``journal`` afterwards holds what it changed."""

    def __init__(self, database: Database, night: date, outcome: Outcome, evidence: str) -> None:
        self._database, self._outcome, self._evidence = database, outcome, evidence
        self._night = night.isoformat()
        self.journal = Journal(database)

    def write(self) -> None:
        """Spans, findings and events. The caller has taken back an earlier writing of the same night."""
        self._keep_rules()
        self._spans()
        self._findings()

    def _keep_rules(self) -> None:
        outcome, run = self._outcome, self._database.conn.execute
        rules = json.dumps({check: [r.catalogue, r.code] for check, r in sorted(outcome.rules.items())}, separators=(",", ":"))
        key = (outcome.program, outcome.version, outcome.catalogue, rules)
        found = run("SELECT id FROM life_rulesets WHERE program=? AND version=? AND catalogue=? AND rules=?", key).fetchone()
        if found is None:
            run("INSERT INTO life_rulesets (program,version,catalogue,rules) VALUES (?,?,?,?)", key)
            found = run("SELECT last_insert_rowid()").fetchone()
        run("INSERT OR IGNORE INTO life_nights (night,ruleset) VALUES (?,?)", (self._night, found[0]))

    # verdicts

    def _spans(self) -> None:
        site = self._outcome.site_key
        sql = "SELECT * FROM life_spans WHERE id IN (SELECT max(id) FROM life_spans WHERE site=? GROUP BY check_id)"
        latest = {row["check_id"]: row for row in rows_of(self._database, sql, site)}
        self._span(latest, "", "", self._outcome.state, self._outcome.detail)
        for judgement in self._outcome.judgements:
            self._span(latest, judgement.check, judgement.title, judgement.verdict, judgement.reason)

    def _span(self, latest: Mapping[str, dict[str, Any]], check: str, title: str, verdict: str, reason: str) -> None:
        rules = self._outcome.rules.get(check, _NO_RULES)
        row = {"title": title, "verdict": verdict, "reason": reason, "catalogue": rules.catalogue, "code": rules.code}
        before = latest.get(check)
        if before is not None and self._goes_on(before, row, bool(check)):
            self.journal.update("life_spans", before, row | {"last": self._night})
        else:
            key = {"site": self._outcome.site_key, "check_id": check, "first": self._night, "last": self._night}
            self.journal.insert("life_spans", key | row)

    def _goes_on(self, before: Mapping[str, Any], row: Mapping[str, str], by_reason: bool) -> bool:
        """Whether tonight continues a span: the same answer by the same rules (a number in the reason makes no other), no night left out."""
        if any(before[column] != row[column] for column in ("verdict", "catalogue", "code")):
            return False
        if by_reason and _NUMBER.sub("#", before["reason"]) != _NUMBER.sub("#", row["reason"]):
            return False
        between = "SELECT 1 FROM life_nights WHERE night>? AND night<? LIMIT 1"
        return self._database.conn.execute(between, (before["last"], self._night)).fetchone() is None

    # findings

    def _findings(self) -> None:
        told = {finding.id: finding for judgement in self._outcome.judgements for finding in judgement.findings}
        known = {row["id"]: row for row in rows_of(self._database, "SELECT * FROM life_findings WHERE site=?", self._outcome.site_key)}
        unseen = [row for row in known.values() if row["state"] == "open" and row["id"] not in told]
        for finding in told.values():
            if finding.id in known:
                self._told(finding, known[finding.id])
            else:
                self._first_told(finding, [row for row in unseen if continues(known_finding(row), finding)])
        for row in unseen:
            self._not_told(row)

    def _first_told(self, finding: Finding, before: Sequence[Mapping[str, Any]]) -> None:
        """A new finding; where it goes on from an open one (``before``) it is as old as that."""
        born = {"first_seen": self._night, "first_evidence": self._evidence, "nights": 1}
        if before:
            oldest = min(before, key=lambda row: (row["first_seen"], row["id"]))
            born = {column: oldest[column] for column in born} | {"nights": oldest["nights"] + 1}
            self._event(finding.id, "continues", oldest["id"])
        else:
            self._event(finding.id, "new", finding.severity)
        self.journal.insert("life_findings", {"id": finding.id, "since": self._night} | born | self._row(finding))

    def _told(self, finding: Finding, before: Mapping[str, Any]) -> None:
        row = self._row(finding)
        if before["state"] != "open":
            row["since"] = self._night
            self._event(finding.id, "reopened", str(before["state"]))
        if before["severity"] != finding.severity:
            self._event(finding.id, "severity", f"{before['severity']} {finding.severity}")
        self.journal.update("life_findings", before, row | {"nights": before["nights"] + 1})

    def _not_told(self, row: Mapping[str, Any]) -> None:
        if row["check_id"] not in {judgement.check for judgement in self._outcome.judgements}:
            if row["note"] != NO_CHECK:
                self.journal.update("life_findings", row, {"note": NO_CHECK})
                self._event(row["id"], NO_CHECK, "")
            return
        match self._outcome.fates.get(row["id"], "unseen"):
            case "gone":
                self._close(row, "withdrawn")
            case "clean":
                self._close(row, "rectified" if self._same_rules(row) else "rule-changed")
            case "unseen":
                self.journal.update("life_findings", row, {"note": self._told_as(row)})

    def _told_as(self, row: Mapping[str, Any]) -> str:
        """The note of a finding that is told under another subject or code for now: both are one fault, and count once."""
        known = known_finding(row)
        for judgement in self._outcome.judgements:
            for told in judgement.findings:
                if continues(known, told):
                    return f"{TOLD_AS}{told.id}"
        return str(row["note"]) if str(row["note"]).startswith(TOLD_AS) and self._still_unseen(row["check_id"]) else ""

    def _still_unseen(self, check: str) -> bool:
        """Whether the check could not look tonight: what was known of its findings then stays."""
        return any(judgement.check == check and judgement.verdict == "not_assessed" for judgement in self._outcome.judgements)

    def _same_rules(self, row: Mapping[str, Any]) -> bool:
        rules = self._outcome.rules.get(row["check_id"], _NO_RULES)
        return (row["catalogue"], row["program"]) == (rules.catalogue, rules.code)

    def _close(self, row: Mapping[str, Any], state: str) -> None:
        self.journal.update("life_findings", row, {"state": state, "since": self._night})
        self._event(row["id"], state, "")

    def _event(self, finding: str, event: str, detail: str) -> None:
        self._database.conn.execute(
            "INSERT OR REPLACE INTO life_events (finding,night,event,detail,site) VALUES (?,?,?,?,?)",
            (finding, self._night, event, detail, self._outcome.site_key),
        )

    def _row(self, finding: Finding) -> dict[str, Any]:
        """What a night tells of a finding, as it is stored."""
        rules = self._outcome.rules.get(finding.check, _NO_RULES)
        return {
            "site": self._outcome.site_key, "check_id": finding.check, "code": finding.code, "subject": finding.subject,
            "severity": finding.severity, "url": finding.url, "message": finding.message, "advice": finding.advice,
            "indicator": finding.indicator, "source": finding.source, "basis": finding.basis, "confirm": int(finding.confirm),
            "seen": finding.seen, "snippet": finding.evidence.snippet,
            "pages": json.dumps(finding.evidence.pages, ensure_ascii=False, separators=(",", ":")),
            "state": "open", "note": "", "last_seen": self._night, "last_evidence": self._evidence,
            "catalogue": rules.catalogue, "program": rules.code,
        }  # fmt: skip
