"""Whether two families show the same page: title, visible text, link set. Pure.

Counters, clocks, random banners and session marks differ between two visits of the *same* family; what does is no difference
between the families. Text is compared by shingles (runs of eight characters, digits left out), not by multisets of characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from checks.ipv6_facts import ContentFacts
from crawler.document import Document

_SHINGLE = 8
_NOISE = re.compile(r"[\d\W_]+")
_EXAMPLES = 5


def shingles(text: str) -> set[str]:
    """Runs of eight characters of ``text`` without digits, spaces and punctuation; a shorter text is one run."""
    plain = _NOISE.sub("", text)
    if not plain:
        return set()
    return {plain[start : start + _SHINGLE] for start in range(max(1, len(plain) - _SHINGLE + 1))}


def difference(v4: Sequence[set[str]], v6: Sequence[set[str]]) -> tuple[float, set[str], set[str]]:
    """``(rate, only v4, only v6)``: what every visit of one family has and no visit of the other; rate of all that is steady, 0…1."""
    steady4, steady6 = v4[0].intersection(*v4), v6[0].intersection(*v6)
    only4, only6 = steady4.difference(*v6), steady6.difference(*v4)
    whole = len(steady4) + len(steady6)
    return ((len(only4) + len(only6)) / whole if whole else 0.0), only4, only6


def compare(v4: Sequence[Document], v6: Sequence[Document]) -> ContentFacts:
    """The home page over both families; at least one document each, two are better."""
    links4, links6 = ([{link.url for link in page.links} for page in side] for side in (v4, v6))
    link_rate, only4, only6 = difference(links4, links6)
    text_rate, _, _ = difference([shingles(page.text) for page in v4], [shingles(page.text) for page in v6])
    return ContentFacts(
        title_v4=v4[0].title,
        title_v6=v6[0].title,
        same_title=bool({page.title for page in v4} & {page.title for page in v6}),
        text_difference=round(text_rate, 4),
        link_difference=round(link_rate, 4),
        links_v4=len(links4[0]),
        links_v6=len(links6[0]),
        only_v4=tuple(sorted(only4)[:_EXAMPLES]),
        only_v6=tuple(sorted(only6)[:_EXAMPLES]),
    )
