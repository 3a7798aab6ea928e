"""Which bytes stay in the evidence file: home, every column page, two per template, every page that a finding cites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from crawler.evidence import Evidence, EvidenceWriter

PER_TEMPLATE = 2
"""Pages of each template whose bytes stay, whatever is found."""


def prune(writer: EvidenceWriter, evidence: Evidence, wanted: Iterable[str]) -> None:
    """Drop the bytes of pages that nothing needs any more. ``wanted``: addresses of columns and of accused pages."""
    needed = {page.id for page in map(evidence.find, wanted) if page is not None}
    seen: Counter[str] = Counter()
    drop: list[int] = []
    for page in evidence.pages:
        if not page.readable:
            continue
        seen[page.template] += 1
        if page.depth and seen[page.template] > PER_TEMPLATE and page.id not in needed:
            drop.append(page.id)
    writer.forget_bytes(drop)
