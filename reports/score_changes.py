"""Why a score changed between two nights or quarters (得分变化归因): the site itself, the rules, the program, or people.

The way from before to after is gone in fixed steps, and after each the site is scored again; what a step changes is its part, so the parts add up to
the difference exactly, caps and gates included. Checks whose own rules or code changed come first: what they find differently can't be told from what the
site changed meanwhile, and is not held against (or credited to) the site.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from checks.catalogue.indicators import Catalogue
from checks.model import CheckRules, Judgement
from reports.score import score
from reports.scorecard import Assessed, Grade, ManualJudgement, Scorecard
from reports.standing import Standing

Cause = Literal["site", "rule", "tool", "person"]

_UNTOLD = CheckRules("", "")
"""Rules of a check that a night does not name."""

CAUSES: Mapping[Cause, str] = {"site": "网站", "rule": "规则", "tool": "程序", "person": "人工"}
"""The Chinese words of the causes."""


@dataclass(frozen=True, slots=True)
class Scored:
    """All that a site's score depends on, on one day. ``assessed``: with the findings that people ruled out still in it; ``excluded``: their ids.

    ``rules``: check id → what it judged by.
    """

    assessed: Assessed
    excluded: frozenset[str]
    rules: Mapping[str, CheckRules]
    manual: tuple[ManualJudgement, ...]
    catalogue: Catalogue
    as_of: date

    @classmethod
    def of(cls, standing: Standing, manual: tuple[ManualJudgement, ...], catalogue: Catalogue) -> Scored | None:
        """What a standing was scored by; None for a site that could not be assessed."""
        if standing.outcome is None or standing.assessed is None:
            return None
        whole = replace(standing.assessed, judgements=standing.outcome.judgements)
        return cls(whole, frozenset(standing.excluded), standing.outcome.rules, manual, catalogue, standing.outcome.as_of)

    def card(self) -> Scorecard:
        """The score without what people ruled out."""
        left = tuple(_less(each, self.excluded) for each in self.assessed.judgements)
        return score(replace(self.assessed, judgements=left), self.manual, self.catalogue, self.as_of)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One part of the difference. ``what``: Chinese; ``certain``/``low``/``high``: points it added (negative: took); grades around it."""

    cause: Cause
    what: str
    certain: float
    low: float
    high: float
    grade_before: Grade
    grade_after: Grade


@dataclass(frozen=True, slots=True)
class Changes:
    """``parts`` add up to ``after`` minus ``before``, to the hundredth; parts that changed nothing are left out."""

    before: Scorecard
    after: Scorecard
    parts: tuple[ScoreChange, ...] = field(default=())

    def of(self, cause: Cause) -> float:
        """Points of `Scorecard.certain` that one cause added."""
        return sum(_cents(part.certain) for part in self.parts if part.cause == cause) / 100


def changes(before: Scored, after: Scored) -> Changes:
    """The difference between two scores of one site, part by part."""
    first = card = before.card()
    parts: list[ScoreChange] = []
    for cause, what, state in _path(before, after):
        following = state.card()
        part = _part(cause, what, card, following)
        parts += [part] if part else []
        card = following
    return Changes(first, card, tuple(parts))


def _path(before: Scored, after: Scored) -> Iterator[tuple[Cause, str, Scored]]:
    """The states between ``before`` and ``after``, each with the cause of the step that leads to it; the last is ``after``."""
    known = {finding.id for finding in before.assessed.findings}
    state = replace(
        before,
        as_of=after.as_of,
        excluded=before.excluded | (after.excluded - known),
        assessed=replace(before.assessed, confirmed=before.assessed.confirmed | (after.assessed.confirmed - known)),
    )
    steps = sorted(_check_steps(before, after), key=lambda step: (step[0] == "site", step[2]))
    for cause, what, check in steps:
        state = replace(state, assessed=_with_check(state.assessed, after.assessed, check))
        yield cause, what, state
    facts = replace(state.assessed, kind=after.assessed.kind, services=after.assessed.services)
    state = replace(state, assessed=facts)
    yield "person", "登记信息（网站类型、有无服务事项）", state
    state = replace(state, excluded=after.excluded, assessed=replace(facts, confirmed=after.assessed.confirmed))
    yield "person", "人工决定（确认、误报、豁免）", state
    state = replace(state, manual=after.manual)
    yield "person", "人工评分", state
    yield "rule", f"指标目录 {_named(before.catalogue)} → {_named(after.catalogue)}", replace(state, catalogue=after.catalogue)


def _check_steps(before: Scored, after: Scored) -> Iterator[tuple[Cause, str, str]]:
    """Every check whose answer differs: the cause, what to say, its id."""
    old, new = _by_check(before.assessed), _by_check(after.assessed)
    for check in sorted(old.keys() | new.keys()):
        one, two = old.get(check), new.get(check)
        if one == two:
            continue
        rules_one, rules_two = before.rules.get(check, _UNTOLD), after.rules.get(check, _UNTOLD)
        if one is None or two is None:
            yield "tool", f"“{_title(one, two)}”这项检查的增减", check
        elif rules_one.catalogue != rules_two.catalogue:
            yield "rule", f"“{two.title}”的检查规则变更", check
        elif rules_one.code != rules_two.code:
            yield "tool", f"“{two.title}”的检查程序变更", check
        else:
            yield "site", two.title, check


def _title(*judgements: Judgement | None) -> str:
    return next((each.title for each in judgements if each is not None), "")


def _part(cause: Cause, what: str, before: Scorecard, after: Scorecard) -> ScoreChange | None:
    certain, low, high = (
        (_cents(new) - _cents(old)) / 100
        for old, new in ((before.certain, after.certain), (before.low, after.low), (before.high, after.high))
    )
    if not (certain or low or high) and before.grade == after.grade:
        return None
    return ScoreChange(cause, what, certain, low, high, before.grade, after.grade)


def _cents(points: float | None) -> int:
    """Hundredths, so that parts add up exactly; a site without points stands at 0."""
    return round((points or 0.0) * 100)


def _less(judgement: Judgement, excluded: frozenset[str]) -> Judgement:
    return replace(judgement, findings=tuple(each for each in judgement.findings if each.id not in excluded))


def _by_check(assessed: Assessed) -> dict[str, Judgement]:
    return {judgement.check: judgement for judgement in assessed.judgements}


def _with_check(state: Assessed, after: Assessed, check: str) -> Assessed:
    """``state`` with the later answer of one check in the place of the earlier one."""
    later = _by_check(after).get(check)
    merged = _by_check(state)
    if later is None:
        merged.pop(check, None)
    else:
        merged[check] = later
    return replace(state, judgements=tuple(merged.values()))


def _named(catalogue: Catalogue) -> str:
    return f"{catalogue.id} {catalogue.version}"
