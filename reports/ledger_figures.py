"""Figures of the ledger: who was asked to put how many faults right, how many were seen put right, what is overdue. Pure.

Of ``asked`` are all findings handed out but those that were ruled out, whose page is gone, or that a changed rule no longer tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from reports.inspection_model import Rate
from reports.ledger import Claim, Issued
from reports.ledger_review import Review

OUT = frozenset({"excluded", "gone", "rule-changed"})
"""Reviews that take a finding out of every figure."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One finding of a quarter's ledger as of a day. ``found``: first told; ``claim`` None: its unit has sent nothing back."""

    issued: Issued
    site_name: str
    message: str
    url: str
    found: date
    claim: Claim | None
    review: Review

    def overdue(self, as_of: date) -> bool:
        """Past its deadline, and neither seen put right nor said to be and not yet looked at; what a unit holds to need no repair waits for a person."""
        if as_of <= self.issued.due or self.review.result in OUT | {"verified"}:
            return False
        if self.claim is None:
            return True
        return not (self.claim.status == "无需整改" or (self.claim.status == "已整改" and self.review.result == "unchecked"))


@dataclass(frozen=True, slots=True)
class LedgerTally:
    """One unit's figures, or those of all. ``median_days``: from first told to seen put right.

    ``asked`` is the sum of verified, still, unchecked, waived (单位认为无需整改), working (待整改) and silent (nothing was sent back, and it is there).
    """

    name: str
    issued: int
    out: int
    verified: int
    still: int
    unchecked: int
    waived: int
    working: int
    silent: int
    overdue: int
    median_days: float | None

    @property
    def asked(self) -> int:
        """Faults to put right."""
        return self.issued - self.out

    @property
    def rate(self) -> Rate:
        """Seen put right, of those asked for."""
        return Rate(self.verified, self.asked)


def tally_of(name: str, lines: Sequence[LedgerLine], as_of: date) -> LedgerTally:
    """The figures of some findings."""
    asked = [line for line in lines if line.review.result not in OUT]
    verified = [line for line in asked if line.review.result == "verified"]
    there = [line for line in asked if line.review.result != "verified"]
    days = [(line.review.day - line.found).days for line in verified if line.review.day]
    return LedgerTally(
        name=name,
        issued=len(lines),
        out=len(lines) - len(asked),
        verified=len(verified),
        still=sum(line.review.result == "still-there" for line in there),
        unchecked=sum(line.review.result == "unchecked" for line in there),
        waived=sum(line.claim is not None and line.claim.status == "无需整改" for line in there),
        working=sum(line.claim is not None and line.claim.status == "待整改" for line in there),
        silent=sum(line.claim is None for line in there),
        overdue=sum(line.overdue(as_of) for line in asked),
        median_days=float(median(days)) if days else None,
    )


def by_unit(lines: Iterable[LedgerLine], as_of: date) -> tuple[LedgerTally, ...]:
    """One tally a unit, by its name."""
    units: dict[str, list[LedgerLine]] = {}
    for line in lines:
        units.setdefault(line.issued.unit, []).append(line)
    return tuple(tally_of(unit, own, as_of) for unit, own in sorted(units.items()))
