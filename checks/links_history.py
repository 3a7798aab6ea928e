"""What earlier nights said of a target. A dead link is perishable: seen once it is a candidate, seen on two nights a deduction.

History of check ``links``, written by the night's run: key = a target's key or a dead host, as in ``figures["targets"][n]["key"]``
and ``figures["targets"][n]["host"]``; value = ``{"outcome": grade}``, a grade of `checks.links_facts` (``ok`` for the keys in
``figures["recovered"]``). ``unverifiable`` and ``left-out`` nights count for neither side.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crawler.evidence import Evidence

BAD = frozenset({"broken", "danger"})
_SILENT = frozenset({"unverifiable", "left-out", ""})


def _outcome(value: Any) -> str:
    return str(value.get("outcome", "")) if isinstance(value, dict) else ""


def broken_before(evidence: Evidence) -> set[str]:
    """Keys whose latest earlier night with an answer was a bad one."""
    latest = {key: _outcome(value) for key, _, value in evidence.history("links") if _outcome(value) not in _SILENT}
    return {key for key, outcome in latest.items() if outcome in BAD}


def nights(evidence: Evidence, keys: Iterable[str], as_of: date) -> int:
    """On how many earlier nights in a row, back from the last one that told anything, one of ``keys`` was bad."""
    wanted, days = set(keys), dict[date, set[str]]()
    for key, day, value in evidence.history("links"):
        if key in wanted and day < as_of and _outcome(value) not in _SILENT:
            days.setdefault(day, set()).add(_outcome(value))
    count = 0
    for day in sorted(days, reverse=True):
        if not days[day] & BAD:
            break
        count += 1
    return count
