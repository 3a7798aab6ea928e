"""What a plantable defect is: a change of the `Model`, made before any style lays it out, and the findings it must cause.

Each room of this package fills one `Kinds`; `tests.portals.defects` joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from tests.portals.model import Model

Expected = tuple[str, str, str]
"""Check id, code, subject."""


class Places(Protocol):
    """How a style's addresses become subjects."""

    model: Model

    def column(self, key: str) -> str:
        """Subject of a column."""
        ...

    def section(self, key: str) -> str:
        """The section a column's pages lie in."""
        ...

    def sections(self) -> list[str]:
        """Every section with pages, "/" for the root."""
        ...

    def articles(self, *keys: str) -> list[str]:
        """The sections that the articles of these columns lie in."""
        ...

    def letter(self, number: int) -> str:
        """Subject of a letter."""
        ...


@dataclass(frozen=True)
class Defect:
    """``plant`` changes the model; ``findings`` and ``cautions`` are what must be found then. ``tls``: only a portal
    served over TLS can have it."""

    name: str
    title: str
    plant: Callable[[Model, Places], None]
    findings: Callable[[Places], Iterable[Expected]] = lambda _: ()
    cautions: Callable[[Places], Iterable[Expected]] = lambda _: ()
    not_in: frozenset[str] = frozenset()
    tls: bool = False


Says = Callable[[Places], Iterable[Expected]]


class Kinds(dict[str, Defect]):
    """Defects by name; ``add`` refuses a name that is taken."""

    def add(
        self,
        name: str,
        title: str,
        plant: Callable[[Model, Places], None],
        *,
        findings: Says = lambda _: (),
        cautions: Says = lambda _: (),
        not_in: Iterable[str] = (),
        tls: bool = False,
    ) -> None:
        """One more kind: what it is called, what it changes, what must be found, and the styles that cannot have it."""
        if name in self:
            raise ValueError(f"two defects are called {name}")
        self[name] = Defect(name, title, plant, findings, cautions, frozenset(not_in), tls)


def one(check: str, code: str, subject: Callable[[Places], str]) -> Says:
    """Exactly one finding."""
    return lambda places: ((check, code, subject(places)),)
