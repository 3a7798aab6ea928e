"""Findings as a reader meets them: per check, then per kind of fault (code), each with its proof.

The advice, indicator, source and basis of a kind are said once for all its findings. Order is fixed: checks worst first, kinds by
severity, findings by subject, so that the same judgements always print the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

from checks.model import REASONS, SEVERITY_ORDER, Finding, Judgement, Unseen
from crawler.evidence import Evidence
from reports.hostile import clean, clean_data, line, picture
from reports.view import Address, Tally, moment, said
from reports.words import BASES, SEVERITIES, SUBJECTS, VERDICT_MARKS, VERDICTS, word

SHOWN_PAGES = 5
"""Accused pages printed openly; the others are folded."""
OPEN_FINDINGS = 5
"""Findings of one kind that stand open on the screen; where there are more, each is folded (paper shows them all)."""
OPEN_REPORT = 30
"""Findings of a whole report up to which any stands open."""

Titles = Callable[[str, str], str]
"""``(check id, code) -> Chinese title`` of a kind of fault."""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One finding and its proof."""

    id: str = field(metadata=said("Ten characters, the same every night"))
    check: str = field(metadata=said("Id of the check", html=False))
    code: str = field(metadata=said("Code of the kind of fault", html=False))
    severity: str = field(metadata=said("Code of the severity", html=False))
    subject: str = field(metadata=said("Subject as the identity holds it", html=False))
    subject_word: str = field(metadata=said("Subject for a reader: 首页, 全站, or the path"))
    message: str = field(metadata=said("What is wrong, one Chinese sentence"))
    advice: str = field(metadata=said("What the webmaster should do", html=False))
    indicator: str = field(metadata=said("The official indicator", html=False))
    source: str = field(metadata=said("The document the rule is taken from", html=False))
    basis: str = field(metadata=said("Code of how well the source is known", html=False))
    address: Address = field(metadata=said("The first accused page, or the object itself"))
    shown: tuple[Address, ...] = field(metadata=said("The first accused pages"))
    folded: tuple[Address, ...] = field(metadata=said("All accused pages after those in `shown`"))
    folded_count: int = field(metadata=said("How many pages are in `folded`"))
    page_count: int = field(metadata=said("How many pages are accused"))
    seen_at: str = field(metadata=said("When the place was seen, Asia/Shanghai"))
    seen_at_iso: str = field(metadata=said("The same moment as stored", html=False))
    snippet: str = field(metadata=said("What stands there"))
    selector: str = field(metadata=said("CSS selector of the place", html=False))
    figures: dict[str, Any] = field(metadata=said("Numbers behind the message", html=False))
    screenshot: str = field(metadata=said("data: address of the picture; empty when none was taken"))
    open: bool = field(metadata=said("Whether the card stands open on the screen"))


@dataclass(frozen=True, slots=True)
class KindView:
    """All findings of one kind in one check, with what holds for each of them."""

    code: str = field(metadata=said("Code of the kind", html=False))
    title: str = field(metadata=said("Chinese title of the kind"))
    severity: str = field(metadata=said("Code of the severity, used as a style name"))
    severity_word: str = field(metadata=said("单项否决, 扣分, 待核 or 提醒"))
    advice: str = field(metadata=said("What the webmaster should do"))
    indicator: str = field(metadata=said("The official indicator"))
    source: str = field(metadata=said("The document the rule is taken from"))
    basis_word: str = field(metadata=said("原文, 转引, 推定 or 无官方依据; empty when it is the original"))
    findings: tuple[FindingView, ...] = field(metadata=said("The findings, by subject"))
    count: int = field(metadata=said("How many findings"))
    page_count: int = field(metadata=said("How many pages they accuse together, each page once"))


@dataclass(frozen=True, slots=True)
class UnseenView:
    """Something a check needed and could not see."""

    reason: str = field(metadata=said("Code of the reason", html=False))
    word: str = field(metadata=said("The reason in Chinese"))
    detail: str = field(metadata=said("What it was about"))
    shown: tuple[Address, ...] = field(metadata=said("The first pages concerned"))
    folded: tuple[Address, ...] = field(metadata=said("All pages after those in `shown`"))
    folded_count: int = field(metadata=said("How many pages are in `folded`"))
    page_count: int = field(metadata=said("How many pages are concerned"))


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check's answer."""

    id: str = field(metadata=said("Id of the check, also the anchor"))
    title: str = field(metadata=said("Chinese title"))
    verdict: str = field(metadata=said("Code of the verdict, used as a style name"))
    verdict_word: str = field(metadata=said("不通过, 未能评估, 通过 or 不适用"))
    mark: str = field(metadata=said("One sign for the verdict"))
    reason: str = field(metadata=said("Why it was not assessed or does not apply; empty otherwise"))
    summary: str = field(metadata=said("One Chinese sentence"))
    figures: dict[str, Any] = field(metadata=said("Plain data behind the summary", html=False))
    severities: tuple[Tally, ...] = field(metadata=said("Findings per severity, gravest first, only those that occur"))
    count: int = field(metadata=said("How many findings"))
    kinds: tuple[KindView, ...] = field(metadata=said("The findings, grouped by kind"))
    unseen: tuple[UnseenView, ...] = field(metadata=said("What could not be seen"))


def check_view(judgement: Judgement, evidence: Evidence, titles: Titles, *, unfolded: bool) -> CheckView:
    """One judgement, laid out, with the screenshots kept in ``evidence``. ``unfolded``: grave findings may stand open."""
    kinds = _kinds(judgement.findings, evidence, titles, unfolded)
    return CheckView(
        id=judgement.check,
        title=line(judgement.title),
        verdict=judgement.verdict,
        verdict_word=word(VERDICTS, judgement.verdict),
        mark=VERDICT_MARKS[judgement.verdict],
        reason=line(judgement.reason),
        summary=line(judgement.summary),
        figures=clean_data(judgement.figures),
        severities=tally_severities(judgement.findings),
        count=len(judgement.findings),
        kinds=kinds,
        unseen=tuple(_unseen(item) for item in judgement.unseen),
    )


def tally_severities(findings: Sequence[Finding]) -> tuple[Tally, ...]:
    """How many findings of each severity, gravest first, none of those that do not occur."""
    counts = {code: sum(finding.severity == code for finding in findings) for code in SEVERITIES}
    return tuple(Tally(code, SEVERITIES[code], count) for code, count in counts.items() if count)


def _kinds(findings: Sequence[Finding], evidence: Evidence, titles: Titles, unfolded: bool) -> tuple[KindView, ...]:
    def shared(finding: Finding) -> tuple[Any, ...]:
        return (SEVERITY_ORDER[finding.severity], finding.code, finding.advice, finding.indicator, finding.source, finding.basis)

    ordered = sorted(findings, key=lambda finding: (*shared(finding), _place(finding.subject), finding.id))
    return tuple(_kind(tuple(members), evidence, titles, unfolded) for _, members in groupby(ordered, key=shared))


def _kind(members: tuple[Finding, ...], evidence: Evidence, titles: Titles, unfolded: bool) -> KindView:
    first = members[0]
    few = unfolded and first.severity in ("veto", "deduction") and len(members) <= OPEN_FINDINGS
    view = partial(_finding, evidence=evidence, stands_open=few)
    return KindView(
        code=first.code,
        title=line(titles(first.check, first.code)),
        severity=first.severity,
        severity_word=word(SEVERITIES, first.severity),
        advice=line(first.advice),
        indicator=line(first.indicator),
        source=line(first.source),
        basis_word="" if first.basis == "original" else BASES.get(first.basis, (first.basis, ""))[0],
        findings=tuple(view(finding) for finding in members),
        count=len(members),
        page_count=len({page for finding in members for page in finding.evidence.pages}),
    )


def _finding(finding: Finding, *, evidence: Evidence, stands_open: bool) -> FindingView:
    proof = finding.evidence
    pages = tuple(Address.of(page) for page in proof.pages)
    return FindingView(
        id=finding.id,
        check=finding.check,
        code=finding.code,
        severity=finding.severity,
        subject=line(finding.subject),
        subject_word=word(SUBJECTS, line(finding.subject)),
        message=line(finding.message),
        advice=line(finding.advice),
        indicator=line(finding.indicator),
        source=line(finding.source),
        basis=finding.basis,
        address=Address.of(finding.url),
        shown=pages[:SHOWN_PAGES],
        folded=pages[SHOWN_PAGES:],
        folded_count=len(pages[SHOWN_PAGES:]),
        page_count=len(pages),
        seen_at=moment(proof.seen_at),
        seen_at_iso=line(proof.seen_at),
        snippet=clean(proof.snippet).strip(),
        selector=clean(proof.selector),
        figures=clean_data(proof.figures),
        screenshot=picture(evidence.screenshot(finding.id)),
        open=stands_open,
    )


def _unseen(item: Unseen) -> UnseenView:
    pages = tuple(Address.of(page) for page in item.pages)
    return UnseenView(
        reason=item.reason,
        word=word(REASONS, item.reason),
        detail=line(item.detail),
        shown=pages[:SHOWN_PAGES],
        folded=pages[SHOWN_PAGES:],
        folded_count=len(pages[SHOWN_PAGES:]),
        page_count=len(pages),
    )


def _place(subject: str) -> tuple[int, str]:
    """Order of subjects: the home page, the whole site, then paths."""
    return ({"home": 0, "site": 1}.get(subject, 2), subject)
