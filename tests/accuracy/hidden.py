"""hidden-links on the labelled pages: a positive is a page whose notes name dark links (暗链); every other page accuses nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Protocol

from checks.hidden_links_reading import observe
from crawler.document import Document

_NAMED = re.compile(r"暗链|(?:dark|hidden|spam|injected) (?:\w+ )?links?|gambling|博彩", re.IGNORECASE)


class Page(Protocol):
    """A labelled page."""

    @property
    def id(self) -> str: ...
    @property
    def labels(self) -> Mapping[str, str]: ...
    @property
    def document(self) -> Document: ...


class Counts(Protocol):
    """Where outcomes are counted, see `tests.accuracy.accuracy.Tally`."""

    ids: dict[str, list[str]]

    def add(self, identity: str, outcome: str) -> None: ...


def add_hidden_links(rows: Iterable[Page], tally: Counts) -> None:
    """Every page is a case. *false*: an accusation (a deduction) where the notes name none. *missed*: nothing found where they do. Candidates on
    other pages accuse nobody and are listed as ``unlabelled``, for a person to look at."""
    for row in rows:
        named = _NAMED.search(row.labels["notes"]) is not None
        reading = observe(row.document)
        marks = reading.marks if reading is not None else ()
        if named:
            tally.add(row.id, "right" if marks else "missed")
            continue
        tally.add(row.id, "false" if any(mark.sure for mark in marks) else "right")
        if marks and not any(mark.sure for mark in marks):
            tally.ids["unlabelled"].append(row.id)
