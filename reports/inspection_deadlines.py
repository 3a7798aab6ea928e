"""When units had to have put a finding right (整改时限): by earlier publications, and by ledgers that were handed out."""

from __future__ import annotations

from datetime import date

from sqlite_utils import Database

from reports.ledger import Ledger
from reports.published import Published
from reports.quarters import Quarter

Deadlines = dict[str, tuple[tuple[date, date], ...]]
"""Finding id → pairs: the day as of which it was told, the day it had to be put right by; oldest first."""


def deadlines(database: Database, before: Quarter) -> Deadlines:
    """The deadlines given for quarters before ``before``: of the problems that a publication names, else of the findings in the quarter's ledger.

    Where a ledger gave a finding a day of its own, that one holds for the quarter.
    """
    ledger, published = Ledger(database), Published(database)
    found: dict[str, list[tuple[date, date]]] = {}
    for quarter in sorted({*ledger.quarters(), *published.quarters()}):
        if quarter < before:
            issued, told = ledger.issued(quarter), published.told(quarter)
            own = {finding: (min(each.day, quarter.last), each.due) for finding, each in issued.items()}
            for finding, (cutoff, deadline) in told.items():
                found.setdefault(finding, []).append((cutoff, own[finding][1] if finding in own else deadline))
            for finding, pair in () if told else own.items():
                found.setdefault(finding, []).append(pair)
    return {finding: tuple(pairs) for finding, pairs in found.items()}
