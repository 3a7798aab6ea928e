"""The figures of a quarter (季度检查) out of the central database and the evidence: no network, no clock, nothing written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from reports.inspection_model import Inspection
from reports.quarters import Quarter


@dataclass(frozen=True, slots=True)
class Asked:
    """What an inspection is made of. ``folder``: of the evidence; ``cutoff``: 监测时间点, None: the last complete night of the quarter.

    ``percent``, ``seed``: the sample (抽查), 100: every site; ``decided``: the day whose decisions hold; ``reply_days``: days from ``issued`` (None: from the
    cut-off) to the day units must reply by.
    """

    database: Database
    folder: Path
    quarter: Quarter
    cutoff: date | None
    percent: int
    seed: str
    unreviewed: bool
    decided: date
    catalogue: Catalogue
    reply_days: int
    issued: date | None = None


def build_inspection(asked: Asked) -> Inspection:
    """The inspection of a quarter. Raises `UsageProblem` for a quarter without nights, a cut-off outside of it or without an assessed site."""
    raise NotImplementedError(asked)
