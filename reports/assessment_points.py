"""The points of one unit: items out of terms, the total out of items. Exact fractions, shown to two decimals. Pure.

Terms that don't apply give their points to the item's other terms; items that don't apply are left out and the total is stretched to 100. A term
without data stays open: from 0 to its full points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from checks.catalogue.assessment import AssessmentCatalogue, Item
from checks.catalogue.indicators import exact
from reports.assessment_model import BasisOfItem, ItemResult, Share, TermResult, UnitYear
from reports.oversight_score import share_of
from reports.score_rows import NOUGHT

HUNDRED = Fraction(100)


def shown(points: Fraction, full: Fraction = HUNDRED) -> float:
    """To two decimals, half up; full points are only shown where they were reached, and nothing only where there is nothing."""
    cents = (points * 200 + 1) // 2
    if points < full and cents >= full * 100:
        cents -= 1
    if points > 0 and cents == 0:
        cents += 1
    return float(Fraction(cents, 100))


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of points so far: what may be reached, by the data there is (``known`` points of which), at least, at most."""

    full: Fraction = NOUGHT
    known: Fraction = NOUGHT
    points: Fraction = NOUGHT
    low: Fraction = NOUGHT
    high: Fraction = NOUGHT

    def plus(self, full: Fraction, points: Fraction | None, low: Fraction, high: Fraction, known: Fraction | None = None) -> Sum:
        """One more part; ``points`` None: nothing is known of it. ``known``: how much of ``full`` the points are out of (all of it)."""
        if points is None:
            return Sum(self.full + full, self.known, self.points, self.low + low, self.high + high)
        return Sum(
            self.full + full, self.known + (full if known is None else known), self.points + points, self.low + low, self.high + high
        )

    def reached(self, full: Fraction) -> Fraction | None:
        """The points by what is known, as if all of ``full`` went like it; None where nothing is known."""
        return self.points * full / self.known if self.known else None

    def stretched(self, full: Fraction) -> tuple[Fraction, Fraction]:
        """``low`` and ``high`` when what applies counts as ``full``."""
        return (self.low * full / self.full, self.high * full / self.full) if self.full else (NOUGHT, NOUGHT)


@dataclass(frozen=True, slots=True)
class Points:
    """One unit's exact points beside what is shown of them."""

    items: tuple[ItemResult, ...]
    sums: tuple[tuple[str, Fraction | None, Fraction, Fraction], ...]
    """Item id, points, low, high, exact, of those that apply."""
    full: Fraction
    points: Fraction | None
    low: Fraction
    high: Fraction


def points_of(year: UnitYear, catalogue: AssessmentCatalogue) -> Points:
    """All items of one unit and its total out of 100."""
    total, items, sums = Sum(), [], []
    for item in catalogue.items:
        result, one = _item(item, year)
        items.append(result)
        if result.applies:
            full = exact(item.points)
            low, high = one.stretched(full)
            points = one.reached(full)
            sums.append((item.id, points, low, high))
            total = total.plus(full, points, low, high)
    low, high = total.stretched(HUNDRED)
    return Points(tuple(items), tuple(sums), total.full, total.reached(HUNDRED), low, high)


def _item(item: Item, year: UnitYear) -> tuple[ItemResult, Sum]:
    if not item.applies(year.group):
        return _beside(item, f"本项目不适用于{year.group}"), Sum()
    shares = [(term, share_of(term, year)) for term in item.terms]
    weights = sum((exact(term.weight) for term, share in shares if share.applies), NOUGHT)
    if not weights:
        return _beside(item, "；".join(dict.fromkeys(share.note for _, share in shares if share.note))), Sum()
    terms, whole = [], Sum()
    for term, share in shares:
        full = exact(item.points) * exact(term.weight) / weights if share.applies else NOUGHT
        points = share.share * full if share.share is not None else None
        terms.append(_term(term.id, term.title, term.text, share, full))
        if share.applies:
            whole = whole.plus(full, points, share.low * full, share.high * full)
    full = exact(item.points)
    low, high = whole.stretched(full)
    points = whole.reached(full)
    result = ItemResult(
        id=item.id,
        title=item.title,
        applies=True,
        full=item.points,
        points=None if points is None else shown(points, full),
        low=shown(low, full),
        high=shown(high, full),
        reached=True if low == full else False if high < full else None,
        basis=_basis([share for _, share in shares]),
        terms=tuple(terms),
    )
    return result, whole


def _beside(item: Item, why: str) -> ItemResult:
    return ItemResult(item.id, item.title, False, item.points, None, 0.0, 0.0, False, "imported", (), why)


def _term(name: str, title: str, text: str, share: Share, full: Fraction) -> TermResult:
    return TermResult(
        id=name,
        title=title,
        text=text,
        source=share.source,
        full=shown(full),
        points=None if share.share is None else shown(share.share * full, full),
        low=shown(share.low * full, full),
        high=shown(share.high * full, full),
        data=share.data,
        applies=share.applies,
        part=share.part,
        whole=share.whole,
        note=share.note,
    )


def _basis(shares: Sequence[Share]) -> BasisOfItem:
    people = {share.source == "imported" for share in shares if share.applies}
    return "both" if len(people) == 2 else "imported" if people == {True} else "machine"
