"""The outcome of one night, kept in the evidence file by `inspect`: every judgement, and what became of findings known before.

Who keeps the life of findings reads this and nothing else of the file. It states the rules it was judged by, so that a finding that is gone
because a rule changed is never taken for one that was put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from checks import catalogue
from checks.fingerprint import of_check, of_program
from checks.model import CheckRules, Fate, Judgement
from checks.registry import CHECKS
from crawler.evidence import Evidence, EvidenceWriter
from crawler.settings import VERSION

_KEY = "outcome"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One site's night. ``rules``: check id → what it was judged by; ``fates``: finding id → what became of a known finding not found again.

    ``state``: ``ok``, ``blocked`` or ``unreachable`` (`crawler.crawl.SiteState`), ``detail`` says why in Chinese.
    """

    site_key: str
    as_of: date
    program: str
    version: str
    catalogue: str
    rules: dict[str, CheckRules]
    judgements: tuple[Judgement, ...]
    fates: dict[str, Fate]
    state: str
    detail: str


_ADAPTER: TypeAdapter[Outcome] = TypeAdapter(Outcome)


def outcome_of(evidence: Evidence, as_of: date, judgements: tuple[Judgement, ...], fates: Mapping[str, Fate]) -> Outcome:
    """The outcome of what has just been judged."""
    state: dict[str, Any] = evidence.meta("site_state", {})
    return Outcome(
        site_key=evidence.site.key,
        as_of=as_of,
        program=of_program(),
        version=VERSION,
        catalogue=catalogue.VERSION,
        rules={check.id: of_check(check) for check in CHECKS},
        judgements=judgements,
        fates=dict(fates),
        state=str(state.get("state", "unreachable")),
        detail=str(state.get("detail", "")),
    )


def keep_outcome(writer: EvidenceWriter, outcome: Outcome) -> None:
    """Write it into the evidence file; a later call replaces it."""
    writer.put_meta(_KEY, outcome)


def read_outcome(evidence: Evidence) -> Outcome | None:
    """What `keep_outcome` wrote; None in a file of an inspection that ended before judging."""
    kept = evidence.meta(_KEY)
    return None if kept is None else _ADAPTER.validate_python(kept)
