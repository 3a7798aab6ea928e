"""What became of the place of a known finding that was not found again: clean, gone, or not assessed.

Rectified may only be said of a place that was really assessed: the check reached a verdict, and the accused page was read tonight. A page that
answers 404, or that the whole site no longer leads to, is gone. Everything else was not seen, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.model import Fate, Judgement, KnownFinding
from crawler.evidence import Evidence


def fates(evidence: Evidence, judgements: Sequence[Judgement], known: Sequence[KnownFinding]) -> dict[str, Fate]:
    """Finding id → fate, for every known finding that ``judgements`` do not tell again."""
    told = {finding.id for judgement in judgements for finding in judgement.findings}
    by_check: Mapping[str, Judgement] = {judgement.check: judgement for judgement in judgements}
    return {finding.id: _fate(evidence, by_check.get(finding.check), finding) for finding in known if finding.id not in told}


def _fate(evidence: Evidence, judgement: Judgement | None, finding: KnownFinding) -> Fate:
    if judgement is None or judgement.verdict == "not_assessed":
        return "unseen"
    page = evidence.find(finding.url)
    return "clean" if page is not None and page.readable else "unseen"
