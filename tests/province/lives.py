"""What becomes of the portals, night after night: which defects a portal has on a night, and with which face it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.registry import CHECKS
from tests.province.dweller import Face, Shape, firewall, outage, redesign

KNOWS_DATES = any(check.id == "forged-dates" for check in CHECKS)
"""Whether there is a check that tells re-dated news."""


@dataclass(frozen=True)
class Life:
    """One portal's life. ``says``: what is told here, for a reader; ``defects``: those of each night, the last entry holds on; ``faces``: by night, and
    where ``lasting`` from then on; ``style``: one that the life needs.

    Nights from which it holds (0: never): ``moves`` to the shared address, ``grows`` by a section's articles, ``secures`` itself by https,
    ``redates`` old papers.
    """

    says: str
    defects: tuple[tuple[str, ...], ...] = ((),)
    faces: Mapping[int, Face] = field(default_factory=dict)
    lasting: bool = False
    style: str = ""
    moves: int = 0
    grows: int = 0
    secures: int = 0
    redates: int = 0

    def shape(self, night: int) -> Shape:
        """What the portal is on a night (1 is the first)."""
        return Shape(
            defects=self.defects[min(night, len(self.defects)) - 1],
            night=night,
            grown=0 < self.grows <= night,
            secure=0 < self.secures <= night,
            redated=0 < self.redates <= night and KNOWS_DATES,
        )

    def face(self, night: int) -> Face | None:
        """The face of a night; a lasting one stays from the night it began."""
        if night in self.faces:
            return self.faces[night]
        begun = [each for each in self.faces if each < night]
        return self.faces[max(begun)] if self.lasting and begun else None

    def unseen(self, night: int) -> bool:
        """Whether nobody can assess the portal that night."""
        return self.face(night) in (outage, firewall)


LIVES: tuple[Life, ...] = (
    Life(
        "a column goes stale on the second night, and something is published on the fourth",
        ((), ("dynamic-overdue",), ("dynamic-overdue",), ()),
    ),
    Life(
        "the entry is missing, returns on the second night and vanishes again", (("entry-missing-section",), (), ("entry-missing-section",))
    ),
    Life("an outage on the second night closes nothing", (("policy-overdue",),), {2: outage}),
    Life("the home page is hijacked on the second night, repaired on the third", ((), ("dark-title",), ())),
    Life(
        "a redesign on the second night leaves what is wrong as wrong as it was", (("icp-missing-section",),), {2: redesign}, lasting=True
    ),
    Life("a firewall switches on and stays", (("tags-empty-columns",),), {2: firewall}, lasting=True),
    Life("a link is dead on the first night and stays dead", (("link-404-own",),)),
    Life("it moves to the intensive platform on the second night", (("police-missing-section",),), moves=2),
    Life("a faulty section grows on the second night", (("entry-missing-section",),), grows=2),
    Life("it moves to https on the second night, its column stays blank", (("column-blank",),), secures=2),
    Life("old papers get new dates on the second night", redates=2, style="static"),
)
"""The portals that something happens to, in this order."""

STEADY: tuple[tuple[str, ...], ...] = (
    (),
    ("statistics-no-figures",),
    (),
    ("interpretation-overdue",),
    ("letter-unanswered",),
    (),
    ("ns-one-v6",),
    ("attachment-404",),
    (),
    ("pubdate-day-only",),
    ("column-blank",),
    (),
)
"""What is wrong with the others, in turn, on every night."""
