"""Which findings a row of the indicators counts (检查发现 → 评分细则), and what of the row the program could not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checks.catalogue.indicators import Feed, IndicatorRow
from checks.model import Finding, Judgement
from checks.registry import CHECKS
from reports.scorecard import Assessed

_TITLES = {check.id: check.title for check in CHECKS}
_GRAVE = ("veto", "deduction")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one row without a person's judgement of it.

    ``certain``: findings that count; ``pending``: findings that would count if a person confirmed them; ``unseen``: Chinese sentences, why the
    program could not see all that the row asks for (empty: it saw it).
    """

    certain: tuple[Finding, ...] = ()
    pending: tuple[Finding, ...] = ()
    unseen: tuple[str, ...] = ()


class Reader:
    """Reads rows in the order of the table: a finding that one row of part 2 has counted is not counted by a later one (扣过的不再扣)."""

    def __init__(self, assessed: Assessed) -> None:
        self._judgements = {judgement.check: judgement for judgement in assessed.judgements}
        self._confirmed = assessed.confirmed
        self._taken: set[str] = set()

    def veto(self, row: IndicatorRow) -> Seen:
        """A row of part 1: only what a person confirmed is certain; nothing is used up."""
        found = self._findings(row)
        return Seen(
            tuple(each for each in found if each.id in self._confirmed),
            tuple(each for each in found if each.id not in self._confirmed),
            tuple(self._unseen(row)),
        )

    def points(self, row: IndicatorRow) -> Seen:
        """A row of part 2 or 3; its findings, pending ones too, are used up."""
        found = tuple(each for each in self._findings(row) if each.id not in self._taken)
        self._taken.update(each.id for each in found)
        return Seen(
            tuple(each for each in found if self._counts(each)),
            tuple(each for each in found if not self._counts(each)),
            tuple(self._unseen(row)),
        )

    def _counts(self, finding: Finding) -> bool:
        """A veto waits for a person in part 2 as it does in part 1: what is not told of a site takes no points from it."""
        return finding.id in self._confirmed or (finding.severity == "deduction" and not finding.confirm)

    def _findings(self, row: IndicatorRow) -> tuple[Finding, ...]:
        met: dict[str, Finding] = {}
        for feed in row.feeds:
            judgement = self._judgements.get(feed.check)
            if judgement is not None:
                met |= {finding.id: finding for finding in judgement.findings if fits(feed, finding)}
        return tuple(sorted(met.values(), key=lambda finding: (finding.check, finding.code, finding.subject)))

    def _unseen(self, row: IndicatorRow) -> Iterator[str]:
        for check in dict.fromkeys(feed.check for feed in row.feeds):
            sentence = _gap(check, self._judgements.get(check))
            if sentence:
                yield sentence


def fits(feed: Feed, finding: Finding) -> bool:
    """Whether a feed takes a finding. A caution (提示) costs nothing whatever a catalogue says; candidates only where their code is named."""
    if finding.check != feed.check or finding.severity == "caution":
        return False
    if feed.codes and finding.code not in feed.codes:
        return False
    if not feed.codes and finding.severity not in _GRAVE:
        return False
    if feed.home is not None and (finding.subject == "home") != feed.home:
        return False
    figures = finding.evidence.figures
    return all(str(figures.get(name, "")) in values for name, values in feed.where.items())


def _gap(check: str, judgement: Judgement | None) -> str:
    """Why the answer of a check is not whole; "" when it is. A check that does not apply leaves nothing open."""
    if judgement is None:
        return f"没有“{_TITLES.get(check, check)}”的检查结果"
    if judgement.verdict == "not_assessed":
        return f"“{judgement.title}”未能评估{f'：{judgement.reason}' if judgement.reason else ''}".rstrip("。")
    if judgement.verdict != "not_applicable" and judgement.unseen:
        return f"“{judgement.title}”有一部分内容没有看到"
    return ""
