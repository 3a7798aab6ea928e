"""Whether what units say they put right is so (复核), by what the program saw afterwards.

the fault was seen clean                            → verified
it was told again on a night after the day it was said to be done → still there, with that night's evidence
nobody could look since                             → not yet re-checked
its page is gone, the rule changed, ruled out       → said so; in no rate
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from checks.outcome import read_outcome
from crawler.evidence import Evidence, EvidenceError
from crawler.nights import Nights, evidence_path
from reports.decisions import EXCLUDED, WORDS, Decision, Decisions
from reports.history_reading import LifeReader
from reports.inspection_life import Fault, Lives, Period
from reports.ledger import Claim

Result = Literal["", "verified", "still-there", "unchecked", "gone", "rule-changed", "excluded"]

RESULTS: Mapping[Result, str] = {
    "": "",
    "verified": "复核通过",
    "still-there": "仍然存在",
    "unchecked": "尚未复核",
    "gone": "页面已撤下",
    "rule-changed": "规则变更后不再认定",
    "excluded": "不计入",
}
"""What a user reads; "" where the unit has claimed nothing and the fault is there."""


@dataclass(frozen=True, slots=True)
class Review:
    """``day``: of the night that says so (or of the decision), None without one; ``evidence``: that night's file, for what is still there."""

    result: Result
    day: date | None = None
    evidence: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """One Chinese word or two."""
        return f"{RESULTS[self.result]}（{self.note}）" if self.note else RESULTS[self.result]


class Reviews:
    """The reviews of findings of some sites as of a day; nights and decisions after it make no difference."""

    def __init__(self, database: Database, folder: Path, sites: Sequence[str], as_of: date) -> None:
        self._folder, self._as_of = folder, as_of
        self._lives = Lives(LifeReader(database), sites, Period(as_of, as_of, (), ()))
        self._nights = [night.as_of for night in Nights(database).all() if night.as_of <= as_of][::-1]
        self._ruled = _ruled(Decisions(database), as_of)
        self._told: dict[tuple[str, date], frozenset[str]] = {}

    def of(self, finding: str, claim: Claim | None) -> Review:
        """The review of one finding. ``claim``: what its unit says, None for nothing."""
        if finding in self._ruled:
            decision = self._ruled[finding]
            return Review("excluded", decision.day, "", f"{WORDS[decision.kind]}")
        fault = self._lives.fault_of(finding)
        if fault is None:
            return Review("unchecked" if claim and claim.done else "")
        match fault.state:
            case "rectified":
                return Review("verified", fault.since)
            case "withdrawn":
                return Review("gone", fault.since)
            case "rule-changed":
                return Review("rule-changed", fault.since)
        if claim is None or claim.done is None:
            return Review("")
        night, evidence = self._told_after(fault, claim.done)
        return Review("still-there", night, evidence) if night else Review("unchecked")

    def same(self, finding: str) -> tuple[str, ...]:
        """The findings that one fault was told as, last told first, this one among them; one that was ruled out stands by itself."""
        fault = self._lives.fault_of(finding)
        if fault is None or finding in self._ruled:
            return (finding,)
        return tuple(each.id for each in fault.members if each.id not in self._ruled)

    def found(self, finding: str) -> date | None:
        """The night its fault was first told; None for a finding unknown up to that day."""
        fault = self._lives.fault_of(finding)
        return fault.begun if fault else None

    def _told_after(self, fault: Fault, done: date) -> tuple[date | None, str]:
        """The last night after ``done`` on which the fault was told, and its evidence.

        The table knows the last of all nights; one that lies beyond the day asked for says nothing about the days before it, so then the files are asked.
        """
        latest = max(fault.members, key=lambda each: each.last_seen)
        if latest.last_seen <= self._as_of:
            return (latest.last_seen, latest.last_evidence) if latest.last_seen > done else (None, "")
        for night in self._nights:
            if night <= done:
                break
            if any(each.id in self._told_on(latest.site, night) for each in fault.members):
                return night, str(evidence_path(self._folder, night, latest.site))
        return None, ""

    def _told_on(self, site: str, night: date) -> frozenset[str]:
        if (site, night) not in self._told:
            self._told[site, night] = _ids(evidence_path(self._folder, night, site))
        return self._told[site, night]


def _ruled(decisions: Decisions, as_of: date) -> dict[str, Decision]:
    """Finding id → the decision that takes it out of every number."""
    last = {finding: [each for each in log if each.day <= as_of] for finding, log in decisions.of(None).items()}
    return {finding: log[-1] for finding, log in last.items() if log and log[-1].kind in EXCLUDED and log[-1].holds(as_of)}


def _ids(path: Path) -> frozenset[str]:
    """The findings a night told; none when its file is not there or can't be read: then nobody looked."""
    if not path.is_file():
        return frozenset()
    try:
        evidence = Evidence(path)
    except EvidenceError:
        return frozenset()
    try:
        outcome = read_outcome(evidence)
    finally:
        evidence.close()
    judgements = outcome.judgements if outcome else ()
    return frozenset(finding.id for judgement in judgements for finding in judgement.findings)
