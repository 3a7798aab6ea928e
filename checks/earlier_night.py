"""Which earlier night an inspection may lean on: one of the same program and rules, recent, and whole.

A check whose code or catalogue changed is never fed old observations: any change of program or rules makes a night read everything anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from checks.catalogue import rules
from checks.fingerprint import of_program
from checks.model import KnownFinding
from crawler.earlier import Earlier, Turns
from crawler.evidence import Evidence, EvidenceError, EvidenceWriter
from crawler.fetch import Fetcher
from crawler.site import Site

log = logging.getLogger(__name__)


def lean_on(
    path: Path | None, writer: EvidenceWriter, fetcher: Fetcher, *, site: Site, as_of: date, known: Iterable[KnownFinding]
) -> Earlier | None:
    """The earlier night in ``path``, attached to ``writer``; None where there is none that may be used (said in the log)."""
    if path is None:
        return None
    try:
        evidence = Evidence(path)
    except EvidenceError as error:
        log.warning("%s: everything is read anew: %s", site.key, error)
        return None
    reason = _unfit(evidence, site, as_of)
    if reason:
        log.info("%s: everything is read anew: %s", site.key, reason)
        evidence.close()
        return None
    writer.attach(path)
    afresh = {url for finding in known for url in (finding.url, *finding.pages)}
    return Earlier(evidence, fetcher, as_of=as_of, turns=_turns(), afresh=afresh)


def _turns() -> Turns:
    number = rules("nightly").number
    return Turns(horizon=int(number("horizon")), rotation=int(number("rotation")), render=int(number("render")))


def _unfit(evidence: Evidence, site: Site, as_of: date) -> str:
    """Why a night can't be leaned on, "" when it can."""
    outcome = evidence.meta("outcome")
    if outcome is None:
        return "the earlier night was not finished"
    if outcome["program"] != of_program():
        return "program or rules have changed since"
    if not 0 < (as_of - evidence.as_of).days <= _turns().rotation:
        return f"the earlier night is {evidence.as_of}"
    if evidence.site.hosts != site.hosts:
        return "the site has other hosts now"
    return ""
