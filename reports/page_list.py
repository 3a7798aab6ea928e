"""A list of addresses that may be long: the first stand open, the others are folded, and neither page nor paper is drowned in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reports.view import Address, said

SHOWN_PAGES = 5
"""Addresses printed openly; the others are folded."""
PRINTED_PAGES = 15
"""Addresses of one list that paper shows in a report of ordinary length."""
LISTED_PAGES = 200
"""Addresses of one list that the HTML report carries; JSON has them all."""


@dataclass(frozen=True, slots=True)
class PageList:
    """Addresses in four parts; each part follows the one before."""

    count: int = field(metadata=said("How many addresses"))
    shown: tuple[Address, ...] = field(metadata=said("The first, which stand open"))
    folded: tuple[Address, ...] = field(metadata=said("The next, folded on the screen and shown on paper"))
    screen_only: tuple[Address, ...] = field(metadata=said("The next, folded on the screen and not on paper"))
    unprinted: int = field(metadata=said("How many addresses paper leaves out"))
    omitted: int = field(metadata=said("How many addresses only JSON and the evidence file have"))
    every: tuple[str, ...] = field(metadata=said("All of them as text", html=False))

    @classmethod
    def of(cls, urls: Sequence[str], *, on_paper: int = PRINTED_PAGES) -> PageList:
        """The list of ``urls`` in the order given. ``on_paper``: how many paper shows, never fewer than stand open."""
        listed = tuple(Address.of(url) for url in urls[:LISTED_PAGES])
        printed = min(len(urls), max(on_paper, SHOWN_PAGES))
        return cls(
            count=len(urls),
            shown=listed[:SHOWN_PAGES],
            folded=listed[SHOWN_PAGES:printed],
            screen_only=listed[max(printed, SHOWN_PAGES) :],
            unprinted=len(urls) - printed,
            omitted=len(urls) - len(listed),
            every=tuple(Address.of(url).url for url in urls),
        )
