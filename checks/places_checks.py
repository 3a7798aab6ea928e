"""What single checks say of a known finding's place beside its pages: the place was read, and yet nothing, or something else, was told of it.

A column that was not recognised tonight, a link that was not asked, a letter that has left the list, a page whose kind could not be told, a
fault that a graver one hides: none of these is put right because it is not told.
"""

from __future__ import annotations

from datetime import date
from enum import Enum

from checks.catalogue import rules
from checks.columns_windows import months_before
from checks.interaction_replies import correspondence, is_doubtful, is_unanswered
from checks.interaction_section import section_of_site
from checks.interaction_words import plain
from checks.links_targets import pages_of, target_key
from checks.model import Judgement, KnownFinding
from checks.page_tags_roles import roled
from crawler.evidence import Evidence
from crawler.links import page_key

OF_SITE = frozenset({"availability", "home-updates", "ipv6", "https"})
"""Checks whose findings are about the site as a whole, whatever page they name."""

BY_PAGE = frozenset({"error-report-entry", "site-identity", "page-tags", "hidden-links", "links", "column-updates"})
"""Checks whose findings about ``home`` or ``site`` are facts of the pages they name."""

OF_THE_RUN = frozenset({"unreachable-now", "intermittent"})
"""Codes of `availability` that one run decides by its own visits."""

_LINK_CODES = frozenset({"broken-link", "broken-attachment"})
"""What stands in a page's link table; pictures and style files do not."""

_NO_DOOR = frozenset({"no-https", "handshake-failed"})
_ENTRY = frozenset({"no-aaaa", "unreachable-v6", "redirect-v4-only", "status-differs"})
_HIDES: dict[str, dict[str, frozenset[str]]] = {
    "ipv6": {
        "unreachable-v6": frozenset({"no-aaaa"}),
        "bad-spare-address": frozenset({"no-aaaa", "unreachable-v6"}),
        "redirect-v4-only": frozenset({"no-aaaa", "unreachable-v6"}),
        "status-differs": frozenset({"no-aaaa", "unreachable-v6", "redirect-v4-only"}),
        "unstable-v6": frozenset({"no-aaaa", "unreachable-v6", "redirect-v4-only"}),
        "content-differs": _ENTRY,
        "link-rate-low": _ENTRY,
    },
    "https": {
        code: _NO_DOOR | ({"self-signed"} if code != "old-tls" else frozenset())
        for code in (
            "untrusted", "invalid-certificate", "incomplete-chain", "chain-expired", "wrong-name", "expired", "not-yet-valid", "expiring",
            "old-tls", "self-signed",
        )
    },
}  # fmt: skip
"""Check → code → codes that, when told, keep this one from being looked for."""


class Clue(Enum):
    """NONE: the place is clean as far as this check knows; HIDDEN: it was not assessed; OVER: there is nothing left to assess."""

    NONE = "none"
    HIDDEN = "hidden"
    OVER = "over"


def clue_of(evidence: Evidence, judgement: Judgement, finding: KnownFinding) -> Clue:
    """What the finding's own check tells of its place, which was read tonight and of which it was not told again."""
    hiding = _HIDES.get(finding.check, {}).get(finding.code, frozenset()) - {finding.code}
    if any(told.code in hiding for told in judgement.findings):
        return Clue.HIDDEN
    match finding.check:
        case "column-updates":
            return _column(judgement, finding)
        case "links":
            return _link(evidence, judgement, finding)
        case "page-tags":
            return _tags(evidence, finding)
        case "forged-dates":  # a deed, not a state: that its item has left the list puts nothing right, only a person can say what it was
            return Clue.HIDDEN
        case "interaction-channel" if finding.code == "unanswered":
            return _letter(evidence, judgement, finding)
    return Clue.NONE


def _column(judgement: Judgement, finding: KnownFinding) -> Clue:
    """A column must have been recognised and judged; one that no window binds any more has nothing left to keep."""
    row = next((row for row in judgement.figures.get("columns", ()) if row.get("key") == finding.subject), None)
    if row is None:
        return Clue.HIDDEN
    return {"ok": Clue.NONE, "not_applicable": Clue.OVER}.get(str(row.get("verdict")), Clue.HIDDEN)


def _link(evidence: Evidence, judgement: Judgement, finding: KnownFinding) -> Clue:
    """A target is clean when it was asked and answered, or when no page it stood on leads to it any more."""
    facts, subject = evidence.probes(finding.check), finding.subject
    problems = (facts.get("problems") or (None, ""))[0] or ()
    for problem in problems:
        target = problem["target"]
        if subject in (target["key"], target["reference"]) or target["key"].split("/", 1)[0] == subject:
            return Clue.HIDDEN  # not told as a finding, so it could not be verified
    recovered = judgement.figures.get("recovered", ())
    if any(key == subject or key.split("/", 1)[0] == subject for key in recovered):
        return Clue.NONE
    looked, _ = pages_of(evidence)
    places = {page_key(page.final_url or page.url) for page in looked}
    if not all(page_key(url) in places for url in finding.pages):
        return Clue.HIDDEN
    if not judgement.figures.get("left_out"):
        return Clue.NONE
    return Clue.HIDDEN if finding.code not in _LINK_CODES or _still_linked(evidence, finding) else Clue.NONE


def _still_linked(evidence: Evidence, finding: KnownFinding) -> bool:
    pages = [page for url in finding.pages if (page := evidence.find(url)) is not None]
    keys = {target_key(evidence.site, link.url) for page in pages for link in evidence.links(page) if link.url}
    return any(key == finding.subject or key.split("/", 1)[0] == finding.subject for key in keys)


def _tags(evidence: Evidence, finding: KnownFinding) -> Clue:
    """Tags are asked only of a page whose kind is certain."""
    certain = {page_key(each.page.final_url or each.page.url) for each in roled(evidence) if not each.doubtful}
    readable = {page_key(page.final_url or page.url) for page in evidence.readable}
    accused = {page_key(url) for url in finding.pages} & readable
    return Clue.NONE if accused <= certain else Clue.HIDDEN


def _letter(evidence: Evidence, judgement: Judgement, finding: KnownFinding) -> Clue:
    """A letter must have been met again and be answered; one older than the inspected period is not asked about any more."""
    as_of: date = evidence.as_of
    earliest = months_before(as_of, int(rules(finding.check).number("look-back-months")))
    for entry in correspondence(evidence, section_of_site(evidence)):
        key = page_key(entry.url) if entry.url else f"{page_key(entry.place.url)}#{plain(entry.letter.title)[:30]}"
        if key != finding.subject:
            continue
        if not is_unanswered(entry):
            return Clue.HIDDEN if is_doubtful(entry) else Clue.NONE
        return Clue.OVER if entry.asked is not None and entry.asked < earliest else Clue.HIDDEN
    return Clue.HIDDEN
