"""A fault of ours in one check costs that check's verdict, not the site's night: it is kept in the evidence, told in the log, and never judged over.

A check whose probe, watch or judgement raised has not looked: its verdict is *not assessed*, whatever else it saw.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Awaitable, Mapping
from datetime import date
from typing import Any

from checks.model import Check, Judgement, Unseen
from crawler.evidence import Evidence, EvidenceWriter

log = logging.getLogger(__name__)

FAULT = "fault"
"""Key under which a probe's own fault stands among its answers; no probe has a key of this name."""


async def keep_answers(writer: EvidenceWriter, check: Check, asking: Awaitable[Mapping[str, tuple[Any, str]]]) -> None:
    """Write what a probe or a watch answered, or that it failed by itself. Raises only what the evidence file raises."""
    try:
        answers = await asking
    except sqlite3.Error:
        raise  # the evidence file, not the check
    except Exception as error:
        log.exception("check %s could not ask", check.id)
        answers = {FAULT: (None, f"{type(error).__name__}: {error}"[:300])}
    for key, (value, error_text) in answers.items():
        writer.put_probe(check.id, key, value, error_text)


def judged(check: Check, evidence: Evidence, as_of: date) -> Judgement:
    """The check's judgement; not assessed where it failed by itself, now or when it asked."""
    _, asked = evidence.probes(check.id).get(FAULT, (None, ""))
    if asked:
        return _failed(check, asked)
    try:
        return check.judge(evidence, as_of)
    except sqlite3.Error:
        raise
    except Exception as error:
        log.exception("check %s could not judge", check.id)
        return _failed(check, f"{type(error).__name__}: {error}"[:300])


def _failed(check: Check, error: str) -> Judgement:
    return Judgement.of(check, [], summary=f"程序在“{check.title}”检查中出错，未能评估。", unseen=[Unseen("check-error", error)])
