"""Nights for the tests of the life of findings: outcomes made up by what they tell, recorded in a real database file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from checks.model import CheckRules, Fate, Finding, Judgement, Proof, Severity, Unseen
from checks.outcome import Outcome
from crawler.oversight import connect, writing
from reports.history import Life

FIRST = date(2026, 8, 1)
SITE = "s1"
CHECK = "error-report-entry"


def night(number: int) -> date:
    """The ``number``-th night, from 0."""
    return FIRST + timedelta(days=number)


def finding(
    subject: str = "/zwgk/",
    *,
    site: str = SITE,
    check: str = CHECK,
    code: str = "missing",
    severity: Severity = "deduction",
    seen: int = 0,
    message: str = "没有找错入口。",
    pages: tuple[str, ...] = ("http://www.lantian.gov.cn/zwgk/a.html",),
) -> Finding:
    """A finding about ``subject``."""
    return Finding(
        site_key=site,
        check=check,
        code=code,
        severity=severity,
        subject=subject,
        url=pages[0],
        message=message,
        advice="补上。",
        indicator="功能设计",
        source="检查指标",
        basis="original",
        evidence=Proof(pages=pages, seen_at="2026-08-01T02:00:00+08:00", snippet="<footer>"),
        seen=seen,
    )


def judgement(*findings: Finding, check: str = CHECK, reason: str = "", unseen: Iterable[Unseen] = ()) -> Judgement:
    """The judgement that tells these findings; with a ``reason`` it is not assessed unless something fails."""
    bad = any(each.severity in ("veto", "deduction") for each in findings)
    verdict: Any = "fail" if bad else "not_assessed" if reason else "pass"
    return Judgement(check, "找错入口", verdict, "" if bad else reason, "一句话。", tuple(findings), tuple(unseen))


def outcome(
    number: int,
    *judgements: Judgement,
    site: str = SITE,
    fates: Mapping[str, Fate] | None = None,
    rules: Mapping[str, CheckRules] | None = None,
    program: str = "p1",
    state: str = "ok",
) -> Outcome:
    """One site's night."""
    return Outcome(
        site_key=site,
        as_of=night(number),
        program=program,
        version="1.0",
        catalogue="2019.1",
        rules=dict(rules or {judged.check: CheckRules("c1", "k1") for judged in judgements}),
        judgements=judgements,
        fates=dict(fates or {}),
        state=state,
        detail="" if state == "ok" else "首页没有应答",
    )


class Story:
    """A database and the nights told to it, one after the other."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "oversight.db"
        self.database: Database = connect(self.path)
        self.life = Life(self.database)

    def tell(self, number: int, *findings: Finding, **more: Any) -> Outcome:
        """Record a night of one check that tells ``findings``."""
        reason = more.pop("reason", "")
        told = outcome(number, judgement(*findings, reason=reason), **more)
        self.record(told)
        return told

    def record(self, told: Outcome, evidence: str = "") -> None:
        """Record an outcome as the night's run does."""
        with writing(self.database):
            self.life.record(told.as_of, told, evidence or f"evidence/{told.as_of}/{told.site_key}.sqlite")

    def row(self, finding_id: str) -> dict[str, Any]:
        """What stands of a finding."""
        return dict(self.database["life_findings"].get(finding_id))

    def state(self, finding_id: str) -> str:
        """Its state."""
        return str(self.row(finding_id)["state"])

    def events(self, finding_id: str) -> list[tuple[str, str]]:
        """Its events: ``(night, event)``."""
        rows = self.database.query("SELECT night,event FROM life_events WHERE finding=? ORDER BY night,event", [finding_id])
        return [(row["night"][-2:], row["event"]) for row in rows]

    def dump(self) -> dict[str, list[dict[str, Any]]]:
        """Every table, without what only serves to take a night back."""
        tables = ("life_findings", "life_events", "life_spans", "life_nights", "life_rulesets")
        shown = {table: [dict(row) for row in self.database.query(f"SELECT * FROM {table}")] for table in tables}
        for row in shown["life_spans"]:
            row.pop("id")
        return {table: sorted(rows, key=repr) for table, rows in shown.items()}
