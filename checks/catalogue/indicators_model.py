"""The official indicators (检查指标) as data: single vetoes (单项否决), deductions (扣分), bonus (加分), and the gates between them.

``official.toml`` is the national table of 国办秘函〔2019〕19号; a province's own catalogue overrides it by id. Unlike the files of the checks this
one changes no verdict of a check: it says what a finding costs.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict

from checks.catalogue import Basis

Part = Literal["veto", "deduction", "bonus"]
Judged = Literal["machine", "person", "both"]
Kind = Literal["portal", "department"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Feed(_Strict):
    """Which findings a row counts: those of ``check`` with one of ``codes`` (none given: any veto or deduction).

    ``where``: figure of the finding's proof → the values that count (``{"kind": ["dynamic"]}``); ``home``: only findings whose subject is (true) or is
    not (false) the home page.
    """

    check: str
    codes: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    home: bool | None = None


class IndicatorRow(_Strict):
    """One line of the table (评分细则). ``points``: taken off or earned for one unit; 0 for a veto.

    ``per``: once (however many findings) or each finding; ``at_least``: so many findings make the row count (a veto over ≥5 columns).
    ``count``: name of the proof's figure that says how many units one finding stands for (a number, or a list of them); ``most``: units at most (0: no
    such limit), where so many are drawn. ``judged``: by the program, by a person, or by both (the program finds some of it, a person may overrule
    it). ``threshold``: the limit in words.
    """

    id: str
    text: str
    points: float = 0.0
    per: Literal["once", "each"] = "once"
    at_least: int = 1
    count: str = ""
    most: int = 0
    threshold: str = ""
    judged: Judged
    feeds: tuple[Feed, ...] = ()
    source: str
    basis: Basis


class Indicator(_Strict):
    """One item of the table (指标): ``cap`` points at most, 0 for a veto. ``kinds``: the sites it applies to; ``services``: only where there are services."""

    id: str
    name: str
    part: Part
    block: str
    cap: float = 0.0
    kinds: tuple[Kind, ...] = ("portal",)
    services: bool = False
    rows: tuple[IndicatorRow, ...]


class Block(_Strict):
    """What the items of one block of a part add up to (发布解读 31)."""

    part: Part
    name: str
    points: float


class Gates(_Strict):
    """Between the parts: below ``fail`` part 2 fails a site; above ``bonus`` part 3 counts; ``full``: points of part 2; ``bonus_full``: of part 3."""

    fail: float
    bonus: float
    full: float
    bonus_full: float
    source: str
    basis: Basis


class Catalogue(_Strict):
    """One table of indicators. ``effective``: the first day it holds; ``blocks``: what each block of parts 2 and 3 adds up to (none: not held to it);

    ``digest``: twelve characters that change with any entry.
    """

    id: str
    version: str
    title: str
    source: str
    basis: Basis
    effective: date
    gates: Gates
    blocks: tuple[Block, ...] = ()
    indicators: tuple[Indicator, ...]
    digest: str = ""

    def part(self, part: Part) -> tuple[Indicator, ...]:
        """The indicators of one part, in their order."""
        return tuple(each for each in self.indicators if each.part == part)

    def row(self, row_id: str) -> tuple[Indicator, IndicatorRow]:
        """An item and its row by the row's id. Raises KeyError."""
        for indicator in self.indicators:
            for row in indicator.rows:
                if row.id == row_id:
                    return indicator, row
        raise KeyError(f"catalogue {self.id}: no row {row_id}")


def exact(points: float) -> Fraction:
    """``points`` as the decimal that was written: 0.1 is a tenth."""
    return Fraction(str(points))
