"""What of a judgement is remembered, and in which shape its check reads it again. One pair of functions per check that remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checks.links_history import BAD
from checks.model import Judgement

UNSEEN_LINK_DAYS = 31
"""Days after which a bad link that nobody met any more is forgotten: it has left the site."""

Row = tuple[str, date, Any]
"""A row of history as `inspect` writes it: key, day, value."""


@dataclass(frozen=True, slots=True)
class Span:
    """One memory: told with this value from ``first`` to ``last``, on ``nights`` nights. ``holds``: nothing told otherwise yet."""

    first: date
    last: date
    nights: int
    holds: bool
    value: Any


@dataclass(frozen=True, slots=True)
class Told:
    """One night's telling. ``seen``: key → value; ``over``: keys that hold no longer; keys in neither are unchanged.

    ``unseen_days``: a memory that was not told for longer is over too; None: the check says itself what is over.
    """

    seen: Mapping[str, Any] = field(default_factory=dict)
    over: frozenset[str] = frozenset()
    unseen_days: int | None = None


def _links(judgement: Judgement) -> Told | None:
    """Bad targets and dead hosts; what was seen to be well again, or answered with less than a fault, is over.

    Which of the bad grades it was makes no difference to `checks.links_history`; kept, it would only cut one memory into two.
    """
    rows, seen, over = judgement.figures.get("targets"), dict[str, Any](), set[str]()
    if rows is None:
        return None
    for row in rows:
        for key in filter(None, (row["key"], row["host"])):
            if row["outcome"] in BAD:
                seen[key] = {"outcome": "broken"}
            else:
                over.add(key)
    for key in judgement.figures.get("recovered", ()):
        over |= {key, key.split("/", 1)[0]}  # with a target its host is alive again
    return Told(seen, frozenset(over - seen.keys()), UNSEEN_LINK_DAYS)


def _links_rows(key: str, spans: Sequence[Span]) -> Iterator[Row]:
    """What holds, as `checks.links_history` reads it: ``day`` is the last night, ``nights`` how many told it."""
    for span in spans:
        if span.holds:
            yield key, span.last, {**span.value, "nights": span.nights}


def _forged_dates(judgement: Judgement) -> Told | None:
    """Items that are new, changed or to be renewed, and keys that the check asks to forget (`checks.forged_dates_items.to_remember`)."""
    rows = judgement.figures.get("items")
    if rows is None:
        return None
    seen = {row["key"]: {name: value for name, value in row.items() if name != "key"} for row in rows}
    return Told(seen, frozenset(judgement.figures.get("forgotten", ())))


def _forged_dates_rows(key: str, spans: Sequence[Span]) -> Iterator[Row]:
    """Every memory of an item, also those that a later date replaced: ``day`` is the first night, ``last`` the night that last told it."""
    for span in spans:
        yield key, span.first, {**span.value, "last": span.last.isoformat()}


REMEMBERED: Mapping[str, Callable[[Judgement], Told | None]] = {"links": _links, "forged-dates": _forged_dates}
"""Check id → what a judgement of it tells to memory; None when it tells nothing (it could not look)."""

HISTORIES: Mapping[str, Callable[[str, Sequence[Span]], Iterable[Row]]] = {"links": _links_rows, "forged-dates": _forged_dates_rows}
"""Check id → the spans of one key, the oldest first, as rows of the check's history."""
