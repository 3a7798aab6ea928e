"""One site of an inspection (检查对象) out of its standing: its score, its findings as they are listed, and why it failed."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import orjson

from checks.catalogue.indicators import Catalogue
from checks.model import SEVERITY_ORDER, Finding
from checks.registry import CHECKS
from crawler.nights import evidence_path
from crawler.registry import RegisteredSite, Unit
from reports.decisions import WORDS, Decision
from reports.history_reading import LifeFinding
from reports.hostile import clean, line
from reports.inspection_level import level_of
from reports.inspection_life import Fault, Lives
from reports.inspection_model import FIGURES_OF, FindingLine, SiteLine, SiteState
from reports.inspection_pictures import Wanted, find
from reports.score import score
from reports.scorecard import Assessed, ManualJudgement, Scorecard
from reports.standing import Standing
from reports.status_view import title_of

_CHECK_TITLES = {check.id: check.title for check in CHECKS}

NO_UNIT, NO_GROUP = "（未填考核对象）", "（未分组）"
"""Names of what the registry leaves empty."""

_PAGES = 10
"""Accused pages of one finding that are listed at most; the evidence has all."""


class Figures(Mapping[str, Mapping[str, Any]]):
    """Check id → figures, packed until they are asked for: a province's tables of columns need not lie open in memory together."""

    def __init__(self, figures: Mapping[str, Mapping[str, Any]]) -> None:
        self._packed = {key: zlib.compress(orjson.dumps(dict(value)), 1) for key, value in figures.items()}

    def __getitem__(self, key: str) -> Mapping[str, Any]:
        return cast(Mapping[str, Any], orjson.loads(zlib.decompress(self._packed[key])))

    def __contains__(self, key: object) -> bool:
        return key in self._packed

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the lines of all sites are made with. ``objections``: finding id → what its unit objected and how it was ruled; ``told``: finding id → cut-off and reply date of the earlier publications that named it.

    ``before``: site key → its state in the quarter before; ``drawn``: keys of the sample.
    """

    folder: Path
    cutoff: date
    catalogue: Catalogue
    units: Mapping[str, Unit]
    manual: Mapping[str, Sequence[ManualJudgement]]
    objections: Mapping[str, tuple[str, str]]
    told: Mapping[str, Sequence[tuple[date, date]]]
    before: Mapping[str, SiteState]
    drawn: Collection[str]


def card_of(assessed: Assessed, around: Surroundings) -> Scorecard:
    """The score of a site with what people judged of it."""
    return score(assessed, around.manual.get(assessed.site, ()), around.catalogue, around.cutoff)


def site_line(standing: Standing, around: Surroundings, lives: Lives) -> tuple[SiteLine, dict[str, Path]]:
    """The line of a site, and where its pictures are (finding id → evidence file)."""
    site = standing.site
    if site.key not in around.drawn:
        return _bare(site, around, "not-drawn", "本次抽查未抽中"), {}
    if standing.assessed is None:
        return _waiting(_bare(site, around, "unassessed", line(standing.why)), standing, around, lives), {}
    card = card_of(standing.assessed, around)
    writer = _Writer(standing, card, around, lives)
    waiting = {each.id for each in standing.assessed.findings if is_pending(each, standing.assessed.confirmed)}
    findings = writer.lines(each for each in standing.assessed.findings if each.id not in waiting)
    pending = writer.lines(each for each in standing.assessed.findings if each.id in waiting)
    told = [each for judgement in standing.outcome.judgements for each in judgement.findings] if standing.outcome else []
    excluded = writer.lines(each for each in told if each.id in standing.excluded)
    places = find([writer.wanted(each) for each in (*findings, *pending) if each.severity != "caution"])
    judgements = standing.assessed.judgements
    made = SiteLine(
        **_registered(site, around),
        state=card.grade,
        night=standing.night,
        card=card,
        reasons=reasons(card, around.catalogue),
        findings=_pictured(findings, places),
        pending=_pictured(pending, places),
        verdicts={each.check: each.verdict for each in judgements},
        figures=Figures({each.check: each.figures for each in judgements if each.check in FIGURES_OF and each.figures}),
        before=around.before.get(site.key),
        excluded=excluded,
    )
    return made, places


def is_pending(finding: Finding, confirmed: Collection[str]) -> bool:
    """Whether a finding waits for a person: candidates, what asks for confirmation, and every veto until it is confirmed."""
    return finding.id not in confirmed and (finding.confirm or finding.severity in ("candidate", "veto"))


def reasons(card: Scorecard, catalogue: Catalogue) -> tuple[str, ...]:
    """不合格原因: every veto hit, else too few points; none for a site that passed."""
    if card.grade == "pass":
        return ()
    if card.vetoes:
        return tuple(dict.fromkeys(line(veto.reason) for veto in card.vetoes))
    return (f"扣分指标得分 {card.base_high:g} 分，低于 {catalogue.gates.fail:g} 分。",)


def _registered(site: RegisteredSite, around: Surroundings) -> dict[str, Any]:
    unit = around.units.get(site.unit)
    return {
        "key": site.key,
        "code": line(site.code),
        "name": line(site.name) or site.key,
        "url": line(site.url),
        "unit": line(site.unit) or NO_UNIT,
        "group": line(unit.group if unit else "") or NO_GROUP,
        "level": level_of(site, around.units),
        "kind": site.kind,
        "intensive": site.intensive,
        "services": site.has_services,
    }


def _waiting(bare: SiteLine, standing: Standing, around: Surroundings, lives: Lives) -> SiteLine:
    """A site that could not be assessed, with what waits for a person or was ruled out on the night it did not open: in no number, but told."""
    told = [each for judgement in standing.outcome.judgements for each in judgement.findings] if standing.outcome else []
    writer = _Writer(standing, None, around, lives)
    return replace(
        bare,
        pending=writer.lines(each for each in told if each.id not in standing.excluded and is_pending(each, ())),
        excluded=writer.lines(each for each in told if each.id in standing.excluded),
    )


def _bare(site: RegisteredSite, around: Surroundings, state: SiteState, why: str) -> SiteLine:
    return SiteLine(
        **_registered(site, around),
        state=state,
        night=None,
        card=None,
        reasons=(),
        findings=(),
        pending=(),
        verdicts={},
        figures={},
        why=why,
        before=around.before.get(site.key),
    )


class _Writer:
    """Writes the findings of one site as lines."""

    def __init__(self, standing: Standing, card: Scorecard | None, around: Surroundings, lives: Lives) -> None:
        self._standing, self._card, self._around, self._lives = standing, card, around, lives
        self._confirmed = standing.assessed.confirmed if standing.assessed else frozenset()

    def lines(self, findings: Iterable[Finding]) -> tuple[FindingLine, ...]:
        """Worst first."""
        return tuple(sorted((self._line(each) for each in findings), key=_worst_first))

    def wanted(self, finding: FindingLine) -> Wanted:
        """Where a picture of it may be: the night judged, the night it was told first."""
        night, first, site = self._standing.night, self._lives.findings.get(finding.id), self._standing.site.key
        files = [evidence_path(self._around.folder, each, site) for each in (night, finding.first_seen) if each is not None]
        if first is not None and not files[-1].is_file():
            files.append(Path(first.first_evidence))
        return Wanted(finding.id, tuple(dict.fromkeys(files)))

    def _line(self, finding: Finding) -> FindingLine:
        fault = self._lives.fault_of(finding.id)
        known = self._lives.findings.get(finding.id)
        objection, ruling = said(self._around.objections.get(finding.id), self._standing.excluded.get(finding.id))
        night = self._standing.night or self._around.cutoff
        counted = finding.severity != "caution" and finding.id not in self._standing.excluded and not is_pending(finding, self._confirmed)
        return replace(
            _told(finding, finding.site_key, finding.evidence.pages, finding.evidence.snippet),
            seen_at=line(finding.evidence.seen_at),
            points=self._card.points_of.get(finding.id, 0.0) if self._card and counted else 0.0,
            counted=counted,
            first_seen=min(fault.begun, night) if fault else known.first_seen if known else night,
            repeated=repeated(finding.id, fault, self._around.told),
            evidence=self._evidence(),
            objection=objection,
            ruling=ruling,
        )

    def _evidence(self) -> str:
        path = self._standing.evidence
        return f"{path.parent.name}/{path.name}" if path else ""


def rectified_line(fault: Fault, around: Surroundings) -> FindingLine:
    """A fault that was rectified, as it was told last; ``closed`` says since when it is."""
    told = fault.members[0]
    objection, ruling = said(around.objections.get(told.id))
    return replace(
        _told(told, told.site, told.pages, told.snippet),
        first_seen=fault.begun,
        repeated=repeated(told.id, fault, around.told),
        evidence="/".join(Path(told.last_evidence).parts[-2:]),
        objection=objection,
        ruling=ruling,
        closed=fault.since,
    )


def _told(told: Finding | LifeFinding, site: str, pages: Sequence[str], snippet: str) -> FindingLine:
    """What a night or a life tells of a finding, counted nowhere yet."""
    return FindingLine(
        id=told.id,
        site=site,
        check=told.check,
        check_title=_CHECK_TITLES.get(told.check, told.check),
        code=told.code,
        title=title_of(told.check, told.code),
        severity=told.severity,
        subject=line(told.subject),
        url=clean(told.url),
        pages=tuple(clean(page) for page in pages[:_PAGES]),
        message=line(told.message),
        advice=line(told.advice),
        indicator=told.indicator,
        source=told.source,
        basis=told.basis,
        snippet=line(snippet),
        seen_at="",
        points=0.0,
        counted=False,
        first_seen=date.min,
        repeated=False,
        evidence="",
    )


def said(objected: tuple[str, str] | None, excluded: Decision | None = None) -> tuple[str, str]:
    """What a unit objected (申诉) and the ruling on it; of an excluded finding at least the decision that took it out."""
    objection, ruling = objected or ("", "")
    if not ruling and excluded is not None:
        ruling = f"{WORDS[excluded.kind]}：{line(excluded.reason)}（{line(excluded.by)}，{excluded.day}）"
    return objection, ruling


def repeated(finding: str, fault: Fault | None, told: Collection[str]) -> bool:
    """Whether it was there before: told in an earlier publication, or back after it was rectified."""
    if fault is None:
        return finding in told
    return fault.ever_reopened or any(each.id in told for each in fault.members)


def _worst_first(finding: FindingLine) -> tuple[bool, int, float, str, str, str, str]:
    order = SEVERITY_ORDER.get(cast(Any, finding.severity), len(SEVERITY_ORDER))
    return not finding.counted, order, -finding.points, finding.check, finding.code, finding.subject, finding.id


def _pictured(findings: Sequence[FindingLine], places: Mapping[str, Path]) -> tuple[FindingLine, ...]:
    return tuple(replace(each, picture=each.id) if each.id in places else each for each in findings)
