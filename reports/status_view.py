"""How things stand (监管状态): open, new, fixed, back, gone, disputed, not assessed, and which rules changed. Computed once, laid out three times.

Every number counts a finding once and leaves out false alarms and exemptions that hold. A finding has at most one change within the period, the
one that led to its present state: found and put right within it, it is fixed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from checks import catalogue
from checks.catalogue import CatalogueError
from checks.model import SEVERITY_ORDER
from reports.decisions import EXCLUDED, Decision, Decisions
from reports.history_night import NO_CHECK
from reports.history_reading import LifeFinding, LifeReader, Span
from reports.hostile import line
from reports.status_rules import RuleChange, rule_changes

SCHEMA_VERSION = 1
"""Raised whenever the shape of the JSON changes."""

Change = Literal["", "new", "reopened", "rectified", "withdrawn", "rule-changed"]
_DAYS_OF_NO_NIGHT = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class KnownSite:
    """A site as reports name it. ``unit``: the 考核对象 it counts for."""

    key: str
    name: str
    unit: str
    url: str
    code: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of one site, one unit, or all. ``open`` is the sum of the four severities; ``excluded`` counts what is in no other number."""

    sites: int = 0
    open: int = 0
    veto: int = 0
    deduction: int = 0
    candidate: int = 0
    caution: int = 0
    new: int = 0
    reopened: int = 0
    rectified: int = 0
    withdrawn: int = 0
    rule_changed: int = 0
    confirmed: int = 0
    disputed: int = 0
    excluded: int = 0
    not_assessed: int = 0


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What people decided: ``kind`` as the command names it; ``holds``: it has not expired."""

    kind: str
    reason: str
    by: str
    day: date
    until: date | None
    holds: bool


@dataclass(frozen=True, slots=True)
class FindingStatus:
    """One finding that is open, or whose state changed in the period. ``counted``: it is in the numbers; ``twin``: it is told as that one."""

    id: str
    site: str
    site_name: str
    unit: str
    check: str
    code: str
    title: str
    severity: str
    subject: str
    message: str
    url: str
    state: str
    change: Change
    since: date
    first_seen: date
    last_seen: date
    nights: int
    seen: int
    confirm: bool
    counted: bool
    check_stopped: bool
    twin: str
    decision: DecisionView | None
    first_evidence: str
    last_evidence: str


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """What could not be told of a site: one check, or (``check`` "") the whole site; ``since`` which night."""

    site: str
    site_name: str
    unit: str
    check: str
    title: str
    reason: str
    since: date | None


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """One site's line. ``last_night``: None when it was never inspected."""

    key: str
    name: str
    unit: str
    url: str
    code: str
    last_night: date | None
    evidence: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class UnitStatus:
    """One unit's line."""

    unit: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class StatusView:
    """The whole report on ``as_of``, the last night recorded (None before the first); changes are those of the nights from ``since`` on."""

    schema_version: int
    as_of: date | None
    since: date | None
    figures: Figures
    units: tuple[UnitStatus, ...]
    sites: tuple[SiteStatus, ...]
    findings: tuple[FindingStatus, ...]
    not_assessed: tuple[NotAssessed, ...]
    rule_changes: tuple[RuleChange, ...]


def build_status(reader: LifeReader, decisions: Decisions, sites: Sequence[KnownSite], since: date | None = None) -> StatusView:
    """The status of ``sites``; without ``since`` the changes are those of the last night."""
    nights = reader.nights()
    as_of = nights[-1] if nights else None
    start = since or as_of
    known = {site.key: site for site in sites}
    back = {each.finding for each in reader.events(since=start, sites=list(known)) if each.event == "reopened"} if start else set()
    holding, last = decisions.holding(as_of or _DAYS_OF_NO_NIGHT), decisions.last()
    findings = reader.findings(sites=list(known))
    told = {each.id for each in findings if each.state == "open"}
    rows = [_finding(each, known[each.site], _change(each, back, start), told, last.get(each.id), holding) for each in findings]
    unassessed = tuple(_not_assessed(reader, sites, as_of))
    nightly = reader.sites()
    by_site: dict[str, list[FindingStatus]] = {key: [] for key in known}
    for row in rows:
        by_site[row.site].append(row)
    missing = Counter(each.site for each in unassessed)
    lines = tuple(
        SiteStatus(
            key=site.key,
            name=line(site.name),
            unit=line(site.unit),
            url=line(site.url),
            code=line(site.code),
            last_night=nightly[site.key][0] if site.key in nightly else None,
            evidence=nightly[site.key][1] if site.key in nightly else "",
            figures=_figures(by_site[site.key], sites=1, not_assessed=missing[site.key]),
        )
        for site in sites
    )
    shown = [row for row in rows if row.state == "open" or row.change]
    return StatusView(
        schema_version=SCHEMA_VERSION,
        as_of=as_of,
        since=start,
        figures=_sum(each.figures for each in lines),
        units=tuple(
            UnitStatus(unit, _sum(each.figures for each in lines if each.unit == unit)) for unit in dict.fromkeys(e.unit for e in lines)
        ),
        sites=lines,
        findings=tuple(sorted(shown, key=lambda row: (SEVERITY_ORDER.get(row.severity, 9), row.check, row.code, row.site, row.subject))),  # type: ignore[call-overload]
        not_assessed=unassessed,
        rule_changes=rule_changes(reader.rulesets(start)) if start else (),
    )


def _change(finding: LifeFinding, back: set[str], since: date | None) -> Change:
    if since is None or finding.since < since:
        return ""
    if finding.state != "open":
        return finding.state
    if finding.first_seen >= since:
        return "new"
    return "reopened" if finding.id in back else ""


def _finding(
    finding: LifeFinding, site: KnownSite, change: Change, told: set[str], last: Decision | None, holding: Mapping[str, Decision]
) -> FindingStatus:
    held = holding.get(finding.id)
    twin = finding.twin if finding.state != "open" or finding.twin in told else ""
    decision = None
    if last is not None and last.kind != "revoke":
        decision = DecisionView(last.kind, line(last.reason), line(last.by), last.day, last.until, held is not None)
    return FindingStatus(
        id=finding.id,
        site=finding.site,
        site_name=line(site.name),
        unit=line(site.unit),
        check=finding.check,
        code=finding.code,
        title=line(title_of(finding.check, finding.code)),
        severity=finding.severity,
        subject=line(finding.subject),
        message=line(finding.message),
        url=line(finding.url),
        state=finding.state,
        change=change,
        since=finding.since,
        first_seen=finding.first_seen,
        last_seen=finding.last_seen,
        nights=finding.nights,
        seen=finding.seen,
        confirm=finding.confirm,
        counted=not twin and not (held is not None and held.kind in EXCLUDED),
        check_stopped=finding.note == NO_CHECK,
        twin=twin,
        decision=decision,
        first_evidence=line(finding.first_evidence),
        last_evidence=line(finding.last_evidence),
    )


def title_of(check: str, code: str) -> str:
    """The Chinese title of a kind of fault; its code where the catalogue knows the check no more."""
    try:
        rule = catalogue.rules(check).codes.get(code)
    except (FileNotFoundError, CatalogueError):
        return f"{check}/{code}"
    return rule.title if rule else f"{check}/{code}"


def _figures(rows: Iterable[FindingStatus], *, sites: int, not_assessed: int) -> Figures:
    every = list(rows)
    counted = [row for row in every if row.counted]
    standing = [row for row in counted if row.state == "open"]
    held = [row.decision.kind for row in standing if row.decision is not None and row.decision.holds]
    severity = {name: sum(row.severity == name for row in standing) for name in SEVERITY_ORDER}
    changes = {name: sum(row.change == name for row in counted) for name in ("new", "reopened", "rectified", "withdrawn", "rule-changed")}
    return Figures(
        sites=sites,
        open=len(standing),
        veto=severity["veto"],
        deduction=severity["deduction"],
        candidate=severity["candidate"],
        caution=severity["caution"],
        new=changes["new"],
        reopened=changes["reopened"],
        rectified=changes["rectified"],
        withdrawn=changes["withdrawn"],
        rule_changed=changes["rule-changed"],
        confirmed=held.count("confirm"),
        disputed=held.count("dispute"),
        excluded=sum(1 for row in every if row.state == "open" and not row.counted and not row.twin),
        not_assessed=not_assessed,
    )


def _sum(parts: Iterable[Figures]) -> Figures:
    total = Figures()
    for part in parts:
        total = replace(total, **{name: getattr(total, name) + getattr(part, name) for name in Figures.__dataclass_fields__})
    return total


def _not_assessed(reader: LifeReader, sites: Sequence[KnownSite], as_of: date | None) -> Iterable[NotAssessed]:
    """Sites that were not inspected on the last night or could not be read, and checks that reached no answer; sites in the order given."""
    spans: dict[str, list[Span]] = {}
    for span in reader.last_spans([site.key for site in sites]):
        spans.setdefault(span.site, []).append(span)
    for site in sites:
        own = spans.get(site.key, [])
        whole = next((span for span in own if not span.check), None)
        base = NotAssessed(site.key, line(site.name), line(site.unit), "", "", "", None)
        if whole is None:
            yield replace(base, reason="从未检查")
        elif whole.last != as_of:
            yield replace(base, reason=f"{whole.last} 以后没有检查", since=whole.last)
        elif whole.verdict != "ok":
            yield replace(base, reason=line(whole.reason) or "网站无法读取", since=whole.first)
        else:
            for span in own:
                if span.check and span.last == as_of and span.verdict == "not_assessed":
                    yield replace(base, check=span.check, title=line(span.title), reason=line(span.reason), since=span.first)
