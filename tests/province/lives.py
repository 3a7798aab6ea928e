"""What becomes of the portals, night after night: which defects a portal has on a night, and with which face it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.province.dweller import Face, firewall, outage, redesign


@dataclass(frozen=True)
class Life:
    """One portal's life. ``defects``: those of each night, the last entry holds on; ``faces``: by night; ``moves``: the night on which it moves to the shared
    address; ``says``: what is told here, for a reader."""

    says: str
    defects: tuple[tuple[str, ...], ...] = ((),)
    faces: Mapping[int, Face] = field(default_factory=dict)
    lasting: bool = False
    moves: int = 0

    def on(self, night: int) -> tuple[str, ...]:
        """The defects of a night (1 is the first)."""
        return self.defects[min(night, len(self.defects)) - 1]

    def face(self, night: int) -> Face | None:
        """The face of a night; a lasting one stays from the night it began."""
        if night in self.faces:
            return self.faces[night]
        begun = [each for each in self.faces if each < night]
        return self.faces[max(begun)] if self.lasting and begun else None


LIVES: tuple[Life, ...] = (
    Life("a column goes stale on the second night", ((), ("dynamic-overdue",))),
    Life(
        "the entry is missing, returns on the second night and vanishes again", (("entry-missing-section",), (), ("entry-missing-section",))
    ),
    Life("an outage on the second night closes nothing", (("policy-overdue",),), {2: outage}),
    Life("a hijacked title on the second night, repaired on the third", ((), ("dark-title",), ())),
    Life(
        "a redesign on the second night leaves what is wrong as wrong as it was", (("icp-missing-section",),), {2: redesign}, lasting=True
    ),
    Life("a firewall switches on and stays", (("tags-empty-columns",),), {2: firewall}, lasting=True),
    Life("a link dies on the first night and stays dead", (("link-404-own",),)),
    Life("it moves to the intensive platform on the second night", (("police-missing-section",),), moves=2),
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
