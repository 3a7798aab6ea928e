"""Findings as a reader meets them: per check, then per kind of fault (code), each with its proof.

What holds for all findings of a kind, or for all kinds of a check, is said once. Order is fixed: checks worst first, kinds by severity,
findings by subject, so that the same judgements always print the same bytes. Where there are many, the first stand open, the
others are folded, and paper shows the first in full, the next as one line each, and says where the rest is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any, Literal

from checks.model import REASONS, SEVERITY_ORDER, Finding, Judgement, Unseen
from crawler.evidence import Evidence
from reports.hostile import clean, clean_data, line, picture
from reports.page_list import PRINTED_PAGES, PageList
from reports.view import Address, Tally, moment, said
from reports.words import BASES, CONFIRM, SEVERITIES, SUBJECTS, VERDICT_MARKS, VERDICTS, seen_word, word

OPEN_FINDINGS = 5
"""Findings of one kind that stand open on the screen; where there are more, each is folded."""
OPEN_REPORT = 30
"""Findings of a whole report up to which any stands open."""
FIRST_FINDINGS = 5
"""Findings of one kind that are listed at once, the others behind one fold, where there are more than `UNFOLDED_FINDINGS`."""
UNFOLDED_FINDINGS = 8
PRINTED_WHOLE = 2
"""Findings of one kind that paper shows with their proof, in a report of more than `OPEN_REPORT`; in a smaller one it shows all."""
PRINTED_LINES = 12
"""Findings of one kind that paper shows at all in such a report."""

Titles = Callable[[str, str], str]
"""``(check id, code) -> Chinese title`` of a kind of fault."""
Paper = Literal["whole", "line", "none"]


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
    confirm: bool = field(metadata=said("Whether a person must look before it is used", html=False))
    confirm_word: str = field(metadata=said("需人工确认, or empty"))
    seen: int = field(metadata=said("On how many nights it was seen; 0 where it makes no difference", html=False))
    seen_word: str = field(metadata=said("已见 N 次, or empty where it makes no difference"))
    address: Address = field(metadata=said("The first accused page, or the object itself"))
    pages: PageList = field(metadata=said("The accused pages"))
    seen_at: str = field(metadata=said("When the place was seen, Asia/Shanghai"))
    seen_at_iso: str = field(metadata=said("The same moment as stored", html=False))
    snippet: str = field(metadata=said("What stands there"))
    selector: str = field(metadata=said("CSS selector of the place", html=False))
    figures: dict[str, Any] = field(metadata=said("Numbers behind the message", html=False))
    screenshot: str = field(metadata=said("data: address of the picture; empty when none was taken"))
    open: bool = field(metadata=said("Whether the card stands open on the screen"))
    paper: Paper = field(metadata=said("whole, line or none: what paper shows of it, used as a style name"))


@dataclass(frozen=True, slots=True)
class RuleView:
    """Where a rule comes from."""

    indicator: str = field(metadata=said("The official indicator"))
    source: str = field(metadata=said("The document the rule is taken from"))
    basis_word: str = field(metadata=said("转引, 推定 or 无官方依据; empty when it is the original"))


@dataclass(frozen=True, slots=True)
class KindView:
    """All findings of one kind in one check, with what holds for each of them."""

    code: str = field(metadata=said("Code of the kind", html=False))
    title: str = field(metadata=said("Chinese title of the kind"))
    severity: str = field(metadata=said("Code of the severity, used as a style name"))
    severity_word: str = field(metadata=said("单项否决, 扣分, 待核 or 提醒"))
    confirm_word: str = field(metadata=said("需人工确认, or empty"))
    note: str = field(metadata=said("What a reader must know of a kind that is seen once or needs a person; else empty", html=False))
    heed: str = field(metadata=said("The same; empty where it stands above already"))
    advice: str = field(metadata=said("What the webmaster should do", html=False))
    advice_words: str = field(metadata=said("The advice, or which kind above has the same"))
    rule: RuleView = field(metadata=said("Where the rule comes from", html=False))
    own_rule: RuleView | None = field(metadata=said("The same; None where it was said above"))
    rule_like: str = field(metadata=said("The kind above that has the same rule; empty when there is none or the check says it for all"))
    findings: tuple[FindingView, ...] = field(metadata=said("The findings, by subject", html=False))
    first: tuple[FindingView, ...] = field(metadata=said("The first of them, listed at once"))
    rest: tuple[FindingView, ...] = field(metadata=said("The others, behind one fold"))
    rest_count: int = field(metadata=said("How many are in `rest`"))
    unprinted: int = field(metadata=said("How many findings paper leaves out"))
    count: int = field(metadata=said("How many findings"))
    page_count: int = field(metadata=said("How many pages they accuse together, each page once"))


@dataclass(frozen=True, slots=True)
class UnseenView:
    """Something a check needed and could not see."""

    reason: str = field(metadata=said("Code of the reason", html=False))
    word: str = field(metadata=said("The reason in Chinese"))
    detail: str = field(metadata=said("What it was about"))
    pages: PageList = field(metadata=said("The pages concerned"))


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check's answer."""

    id: str = field(metadata=said("Id of the check, also the anchor"))
    title: str = field(metadata=said("Chinese title"))
    verdict: str = field(metadata=said("Code of the verdict, used as a style name"))
    verdict_word: str = field(metadata=said("不通过, 未能评估, 通过 or 不适用"))
    mark: str = field(metadata=said("One sign for the verdict"))
    reason: str = field(metadata=said("Why it was not assessed or does not apply; empty otherwise", html=False))
    summary: str = field(metadata=said("One Chinese sentence"))
    lead: str = field(metadata=said("The same above its findings; empty where a finding says it in the same words"))
    figures: dict[str, Any] = field(metadata=said("Plain data behind the summary", html=False))
    severities: tuple[Tally, ...] = field(metadata=said("Findings per severity, gravest first, only those that occur"))
    confirms: int = field(metadata=said("How many findings a person must confirm"))
    count: int = field(metadata=said("How many findings"))
    rule: RuleView | None = field(metadata=said("Where the rules of all kinds come from, when it is one place"))
    kinds: tuple[KindView, ...] = field(metadata=said("The findings, grouped by kind"))
    unseen: tuple[UnseenView, ...] = field(metadata=said("What could not be seen"))
    gravity: tuple[int, ...] = field(metadata=said("Larger is worse, among checks of one verdict", html=False))


def check_view(judgement: Judgement, evidence: Evidence, titles: Titles, *, unfolded: bool) -> CheckView:
    """One judgement, laid out, with the screenshots kept in ``evidence``. ``unfolded``: grave findings may stand open, paper shows all."""
    kinds = _kinds(judgement.findings, evidence, titles, unfolded)
    shared = {kind.rule for kind in kinds}
    return CheckView(
        id=judgement.check,
        title=line(judgement.title),
        verdict=judgement.verdict,
        verdict_word=word(VERDICTS, judgement.verdict),
        mark=VERDICT_MARKS[judgement.verdict],
        reason=line(judgement.reason),
        summary=line(judgement.summary),
        lead=_lead(line(judgement.summary), judgement.findings),
        figures=clean_data(judgement.figures),
        severities=tally_severities(judgement.findings),
        confirms=sum(finding.confirm for finding in judgement.findings),
        count=len(judgement.findings),
        rule=next(iter(shared)) if len(shared) == 1 and len(kinds) > 1 else None,
        kinds=_said_once(kinds),
        unseen=tuple(_unseen(item) for item in judgement.unseen),
        gravity=_gravity(judgement.findings),
    )


def tally_severities(findings: Sequence[Finding]) -> tuple[Tally, ...]:
    """How many findings of each severity, gravest first, none of those that do not occur."""
    counts = {code: sum(finding.severity == code for finding in findings) for code in SEVERITIES}
    return tuple(Tally(code, SEVERITIES[code], count) for code, count in counts.items() if count)


def _gravity(findings: Sequence[Finding]) -> tuple[int, ...]:
    """How many of each severity, gravest first; a deduction that may turn out a veto (a person must confirm) stands before the plain ones."""
    vetoes, deductions = (sum(finding.severity == severity for finding in findings) for severity in ("veto", "deduction"))
    suspected = sum(finding.confirm for finding in findings if finding.severity == "deduction")
    candidates, cautions = (sum(finding.severity == severity for finding in findings) for severity in ("candidate", "caution"))
    return (vetoes, suspected, deductions, candidates, cautions)


def _kinds(findings: Sequence[Finding], evidence: Evidence, titles: Titles, unfolded: bool) -> tuple[KindView, ...]:
    def shared(finding: Finding) -> tuple[Any, ...]:
        rank = (SEVERITY_ORDER[finding.severity], not finding.confirm)
        return (*rank, finding.code, finding.advice, finding.indicator, finding.source, finding.basis)

    ordered = sorted(findings, key=lambda finding: (*shared(finding), _place(finding.subject), finding.id))
    groups = [tuple(members) for _, members in groupby(ordered, key=shared)]
    groups.sort(key=lambda members: (SEVERITY_ORDER[members[0].severity], not members[0].confirm, -len(members)))
    return tuple(_kind(members, evidence, titles, unfolded) for members in groups)


def _kind(members: tuple[Finding, ...], evidence: Evidence, titles: Titles, unfolded: bool) -> KindView:
    first = members[0]
    few = unfolded and first.severity in ("veto", "deduction") and len(members) <= OPEN_FINDINGS
    findings = tuple(
        _finding(finding, evidence, stands_open=few, paper="whole" if unfolded else _paper(place), long_lists=unfolded)
        for place, finding in enumerate(members)
    )
    listed = FIRST_FINDINGS if len(findings) > UNFOLDED_FINDINGS else len(findings)
    rule = RuleView(
        indicator=line(first.indicator),
        source=line(first.source),
        basis_word="" if first.basis == "original" else BASES.get(first.basis, (first.basis, ""))[0],
    )
    return KindView(
        code=first.code,
        title=line(titles(first.check, first.code)),
        severity=first.severity,
        severity_word=word(SEVERITIES, first.severity),
        confirm_word=CONFIRM[0] if first.confirm else "",
        note=_note(first),
        heed=_note(first),
        advice=line(first.advice),
        advice_words=line(first.advice),
        rule=rule,
        own_rule=rule,
        rule_like="",
        findings=findings,
        first=findings[:listed],
        rest=findings[listed:],
        rest_count=len(findings[listed:]),
        unprinted=sum(finding.paper == "none" for finding in findings),
        count=len(members),
        page_count=len({page for finding in members for page in finding.evidence.pages}),
    )


def _said_once(kinds: tuple[KindView, ...]) -> tuple[KindView, ...]:
    """The kinds of one check; rule, advice and note that stand above already are referred to, not repeated."""
    one_rule = len(kinds) > 1 and len({kind.rule for kind in kinds}) == 1
    advices: dict[str, str] = {}
    rules: dict[RuleView, str] = {}
    notes: set[str] = set()
    told = []
    for kind in kinds:
        words = f"与上面“{advices[kind.advice]}”相同。" if kind.advice in advices else kind.advice
        rule, like = (None, "") if one_rule else (None, rules[kind.rule]) if kind.rule in rules else (kind.rule, "")
        told.append(replace(kind, advice_words=words, own_rule=rule, rule_like=like, heed="" if kind.note in notes else kind.note))
        advices.setdefault(kind.advice, kind.title)
        rules.setdefault(kind.rule, kind.title)
        notes.add(kind.note)
    return tuple(told)


def _paper(place: int) -> Paper:
    return "whole" if place < PRINTED_WHOLE else "line" if place < PRINTED_LINES else "none"


def _note(finding: Finding) -> str:
    """Why a kind is not simply a fault: it must be confirmed by a person, or it was seen only once."""
    if finding.confirm:
        return CONFIRM[1]
    return "这类问题时有时无：只见到一次的列为待核，连续两晚见到才扣分。" if finding.severity == "candidate" and finding.seen else ""


def _finding(finding: Finding, evidence: Evidence, *, stands_open: bool, paper: Paper, long_lists: bool) -> FindingView:
    proof = finding.evidence
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
        confirm=finding.confirm,
        confirm_word=CONFIRM[0] if finding.confirm else "",
        seen=finding.seen,
        seen_word=seen_word(finding.seen),
        address=Address.of(finding.url),
        pages=PageList.of(proof.pages, on_paper=PRINTED_PAGES if long_lists else 0),
        seen_at=moment(proof.seen_at),
        seen_at_iso=line(proof.seen_at),
        snippet=clean(proof.snippet).strip(),
        selector=clean(proof.selector),
        figures=clean_data(proof.figures),
        screenshot=picture(evidence.screenshot(finding.id)),
        open=stands_open,
        paper=paper,
    )


def _lead(summary: str, findings: Sequence[Finding]) -> str:
    return "" if any(line(finding.message) == summary for finding in findings) else summary


def _unseen(item: Unseen) -> UnseenView:
    return UnseenView(reason=item.reason, word=word(REASONS, item.reason), detail=line(item.detail), pages=PageList.of(item.pages))


def _place(subject: str) -> tuple[int, str]:
    """Order of subjects: the home page, the whole site, then paths."""
    return ({"home": 0, "site": 1}.get(subject, 2), subject)
