"""How every site stood on a day (监测时间点): the outcome of its last assessed night, out of the evidence, with people's decisions applied.

Everything a quarter or a year is told from begins here. No network; an evidence file that is missing or damaged makes its site "not assessed", never fine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlite_utils import Database

from checks.model import REASONS, Finding, Judgement
from checks.outcome import Outcome, read_outcome
from crawler.evidence import Evidence, EvidenceError
from crawler.nights import Nights, evidence_path
from crawler.registry import RegisteredSite, Registry
from reports.decisions import Decision, Decisions
from reports.scorecard import Assessed

REACH = timedelta(days=14)
"""A site without an assessed night within so many days before the cut-off could not be assessed (issue: 未能评估)."""

NO_NIGHT = "监测时间点前 14 天内没有检查记录"
WAITING = "有关情况待人工核实"
"""Why a site could not be assessed: nobody looked; it did not open, and what that means is for a person to say (the veto itself is
named in no bulletin before)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One site. ``night``/``evidence``/``outcome``: of its last assessed night up to the cut-off, None where there was none within `REACH`; where
    ``assessed`` is None, of the night whose findings wait for a person or were ruled out.

    ``why``: in Chinese, why it could not be assessed. ``assessed``: its findings less those ruled out, and which a person confirmed.
    ``excluded``: findings that a decision took out of every number, with the decision.
    """

    site: RegisteredSite
    night: date | None
    evidence: Path | None
    outcome: Outcome | None
    assessed: Assessed | None
    excluded: Mapping[str, Decision]
    why: str = ""

    @property
    def waits(self) -> bool:
        """Whether it could not be assessed, and a veto that a person has yet to confirm could still fail it."""
        told = self.outcome.judgements if self.assessed is None and self.outcome is not None else ()
        return any(each.severity == "veto" and each.id not in self.excluded for judgement in told for each in judgement.findings)


def in_operation(site: RegisteredSite, day: date) -> bool:
    """Whether the site is in the registry on ``day``."""
    return site.removed_on is None or site.removed_on > day


def standings(
    database: Database, folder: Path, cutoff: date, *, only: Sequence[str] = (), decided: date | None = None
) -> Iterator[Standing]:
    """Every site in operation on ``cutoff``, by key, one at a time: a province's outcomes need not lie in memory together.

    ``decided``: the day on which a decision must not have run out (default: the cut-off; what was decided later counts too). Nights that
    never came to their end count for the sites they did finish.
    """
    nights = [night.as_of for night in Nights(database).all() if cutoff - REACH < night.as_of <= cutoff][::-1]
    decisions = Decisions(database).holding(decided or cutoff)
    for site in Registry(database).sites(only, removed=True):
        if in_operation(site, cutoff):
            yield _standing(site, folder, nights, decisions)


def _standing(site: RegisteredSite, folder: Path, nights: Sequence[date], decisions: Mapping[str, Decision]) -> Standing:
    """The last night that says something of the site. A night on which it could not be opened says something only by a veto that a person confirmed:
    one that waits is told without a result, and one that was ruled out leaves nothing that anybody looked at.
    """
    why, ruled_out = "", None
    for night in nights:
        path = evidence_path(folder, night, site.key)
        outcome, problem = _outcome(path)
        if outcome is None:
            why = why or problem
            continue
        assessed, excluded = apply_decisions(site, outcome.judgements, decisions)
        vetoes = [each for each in assessed.findings if each.severity == "veto" and not each.confirm]
        if outcome.state == "ok" or any(each.id in assessed.confirmed for each in vetoes):
            return Standing(site, night, path, outcome, assessed, excluded)
        why = why or outcome.detail
        if vetoes:
            return Standing(site, night, path, outcome, None, excluded, f"{why}；{WAITING}" if why else WAITING)
        if excluded and ruled_out is None:
            ruled_out = Standing(site, night, path, outcome, None, excluded)
    return replace(ruled_out or Standing(site, None, None, None, None, {}), why=why or NO_NIGHT)


def _outcome(path: Path) -> tuple[Outcome | None, str]:
    if not path.is_file():
        return None, ""
    try:
        evidence = Evidence(path)
    except EvidenceError as error:
        return None, str(error)
    try:
        return read_outcome(evidence), ""
    finally:
        evidence.close()


def apply_decisions(
    site: RegisteredSite, judgements: Sequence[Judgement], decisions: Mapping[str, Decision]
) -> tuple[Assessed, dict[str, Decision]]:
    """The judgements without what people ruled out, what they confirmed, and what was taken out by which decision."""
    findings: list[Finding] = [finding for judgement in judgements for finding in judgement.findings]
    excluded = {
        each.id: decisions[each.id] for each in findings if each.id in decisions and decisions[each.id].kind in ("false-alarm", "exempt")
    }
    confirmed = frozenset(each.id for each in findings if each.id in decisions and decisions[each.id].confirms)
    left = tuple(_without(each, excluded) for each in judgements)
    return Assessed(site.key, site.kind, site.has_services, left, confirmed), excluded


def _without(judgement: Judgement, excluded: Collection[str]) -> Judgement:
    """The judgement less what people ruled out; with nothing left that fails it, it is passed, or not assessed if something was unseen."""
    left = tuple(each for each in judgement.findings if each.id not in excluded)
    failing = any(each.severity in ("veto", "deduction") for each in left)
    if judgement.verdict != "fail" or failing or len(left) == len(judgement.findings):
        return replace(judgement, findings=left)
    if not judgement.unseen:
        return replace(judgement, findings=left, verdict="pass")
    reason = "；".join(dict.fromkeys(REASONS[each.reason] for each in judgement.unseen))
    return replace(judgement, findings=left, verdict="not_assessed", reason=reason)
