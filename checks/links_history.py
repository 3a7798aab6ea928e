"""What earlier nights said of a target. A dead link is perishable: seen once it is a candidate, seen on two nights a deduction.

History of check ``links``, as `checks.memory` keeps it: key = a target's key or a dead host, as in ``figures["targets"][n]["key"]`` and
``figures["targets"][n]["host"]``; value = ``{"outcome": grade, "nights": n}``: a grade of `checks.links_facts`, told on ``n`` nights (1 where
nothing is said) of which ``day`` was the last. A target that recovered (``figures["recovered"]``) is remembered no longer, or as ``ok``.
``unverifiable`` and ``left-out`` nights count for neither side.
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


def _nights(value: dict[str, Any]) -> int:
    told = value.get("nights", 1)
    return told if isinstance(told, int) and told > 0 else 1


def broken_before(evidence: Evidence) -> set[str]:
    """Keys whose latest earlier night with an answer was a bad one."""
    latest = {key: _outcome(value) for key, _, value in evidence.history("links") if _outcome(value) not in _SILENT}
    return {key for key, outcome in latest.items() if outcome in BAD}


def nights(evidence: Evidence, keys: Iterable[str], as_of: date) -> int:
    """On how many earlier nights in a row, back from the last one that told anything, one of ``keys`` was bad."""
    counts = dict.fromkeys(keys, 0)
    for key, day, value in evidence.history("links"):  # oldest first
        if key in counts and day < as_of and _outcome(value) not in _SILENT:
            counts[key] = counts[key] + _nights(value) if _outcome(value) in BAD else 0
    return max(counts.values(), default=0)
