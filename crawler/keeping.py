"""Which bytes stay in the evidence file: home, every list page, two per template, every page that a finding cites."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set

from crawler.evidence import Evidence, EvidenceWriter


def prune(writer: EvidenceWriter, evidence: Evidence, cited: Set[str]) -> None:
    """Drop the bytes of pages that nothing needs any more. ``cited``: addresses of accused pages, as findings give them."""
    seen: Counter[str] = Counter()
    drop: list[int] = []
    for page in evidence.pages:
        if not page.readable:
            continue
        seen[page.template] += 1
        is_list = any(link.place == "main" for link in evidence.links(page)) and page.url.endswith(
            ("/", "index.html", "index.htm", "list.html")
        )
        if page.depth and seen[page.template] > 2 and not is_list and not {page.url, page.final_url} & cited:
            drop.append(page.id)
    writer.forget_bytes(drop)
