"""What became of the place of a known finding that was not found again: clean, gone, or not assessed.

    clean   its place was really assessed tonight: the check passed or failed, every accused page that still exists was read this night, and
            nothing that the check says it could not see concerns the place. Only then may a finding be called rectified.
    gone    the place no longer exists: each accused page answers 404 or 410, says itself that it is not there, leads to another place or site,
            or a complete crawl met no link to it.
    unseen  anything else. It changes nothing.

Addresses are compared by path and sorted query, so that a move to https or to another host closes nothing. What single checks need beside this
stands in `checks.places_checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Literal

from checks.model import Fate, Finding, Judgement, KnownFinding, Unseen
from checks.places_checks import BY_PAGE, OF_SITE, OF_THE_RUN, Clue, clue_of
from crawler.evidence import Evidence, Page
from crawler.links import page_key

State = Literal["read", "gone", "unseen"]
"""How one accused address stood tonight."""

_ELSEWHERE = frozenset({"interaction-channel", "interaction-statistics"})
"""Checks that also read pages on other hosts for the site (a shared platform): these are never taken for the site's own of the same path."""

_GONE = frozenset({404, 410})
_COMPLETE = frozenset({"finished", "depth"})


def fates(evidence: Evidence, judgements: Sequence[Judgement], known: Sequence[KnownFinding]) -> dict[str, Fate]:
    """Finding id → fate, for every known finding that ``judgements`` do not tell again."""
    told = {finding.id for judgement in judgements for finding in judgement.findings}
    by_check: Mapping[str, Judgement] = {judgement.check: judgement for judgement in judgements}
    night = _Night(evidence)
    return {finding.id: _fate(night, by_check.get(finding.check), finding) for finding in known if finding.id not in told}


def _fate(night: _Night, judgement: Judgement | None, finding: KnownFinding) -> Fate:
    if judgement is None or not night.answering:
        return "unseen"
    blind = {place_key(url) for unseen in judgement.unseen for url in unseen.pages}
    pages = () if of_site(finding) else night.where(finding)
    states = {night.state(url, blind, moves=finding.check not in _ELSEWHERE) for url in pages}
    if states == {"gone"}:
        return "gone"
    missing = _missing(judgement, finding)
    assessed = judgement.verdict in ("pass", "fail") or (len(missing) < len(judgement.unseen) and not missing)
    if "unseen" in states or not assessed or any(not unseen.pages for unseen in missing):
        return "unseen"  # what the check could not see and names no page for may lie anywhere
    if not pages and (not night.home_read or missing):
        return "unseen"  # a fact of the whole site: nothing of its check may be missing
    if any(continues(finding, other) for other in judgement.findings):
        return "unseen"
    match clue_of(night.evidence, judgement, finding):
        case Clue.HIDDEN:
            return "unseen"
        case Clue.OVER:
            return "gone"
        case Clue.NONE:
            return "clean"


def _missing(judgement: Judgement, finding: KnownFinding) -> tuple[Unseen, ...]:
    """What the check could not see and this finding hangs on: one of this run's visits does not wait for a week's history."""
    if finding.code in OF_THE_RUN:
        return tuple(unseen for unseen in judgement.unseen if unseen.reason != "too-little-history")
    return judgement.unseen


def of_site(finding: KnownFinding) -> bool:
    """Whether a finding is about the site as a whole (IPv6, https, availability, a missing channel), not about the pages it names."""
    return finding.check in OF_SITE or not finding.pages or (finding.subject in ("site", "home") and finding.check not in BY_PAGE)


def place_key(url: str) -> str:
    """A page's place inside its site, whatever scheme and host it is served from."""
    key = page_key(url)
    return key.rstrip("/") or "/"


def continues(known: KnownFinding, told: Finding) -> bool:
    """Whether ``told`` is the same fault under another subject or code, so that ``known`` is neither put right nor a fault of its own.

    A column that was overdue and is blank now; a hidden link that has spread from one page to its section.
    """
    if known.check != told.check or known.id == told.id:
        return False
    if known.check in ("column-updates", "links"):
        return known.subject == told.subject
    if known.check == "hidden-links" and known.code == told.code:
        return bool({place_key(url) for url in known.pages} & {place_key(url) for url in told.evidence.pages})
    return False


class _Night:
    """The evidence of tonight, asked for addresses."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self._coverage = evidence.meta("coverage") or {}

    def where(self, finding: KnownFinding) -> tuple[str, ...]:
        """The pages that must be looked at again: the home page wherever it is now; of a column its own address (its second page comes and
        goes); else all that were accused."""
        if finding.subject == "home":
            home = self.evidence.home
            return (home.final_url or home.url,) if home is not None else finding.pages
        return (finding.url or finding.pages[0],) if finding.check == "column-updates" else finding.pages

    @cached_property
    def answering(self) -> bool:
        """Whether the site could be read at all: a firewall's 404 takes no page away."""
        return bool((self.evidence.meta("site_state") or {}).get("state", "ok") == "ok")

    @cached_property
    def home_read(self) -> bool:
        """Whether the home page was read this night."""
        home = self.evidence.home
        return home is not None and home.readable and home.taken != "kept"

    @cached_property
    def complete(self) -> bool:
        """Whether everything within reach was asked."""
        return self._coverage.get("ended_by") in _COMPLETE and "budget" not in self._coverage.get("left_out", {})

    @cached_property
    def _met(self) -> set[str]:
        """Places that some page of the site links to, asked or not."""
        return {place_key(link.url) for page in self.evidence.readable for link in self.evidence.links(page) if link.url}

    @cached_property
    def _by_place(self) -> dict[str, Page]:
        index: dict[str, Page] = {}
        for page in self.evidence.pages:
            key = place_key(page.url)
            if not page.elsewhere and page.state != "fragment" and (key not in index or (page.readable and not index[key].readable)):
                index[key] = page
        return index

    def state(self, url: str, blind: Iterable[str], *, moves: bool) -> State:
        """How an accused address stood tonight; ``blind``: places its check could not see; ``moves``: an address that is not the site's
        now was the site's own once, and is looked for by its path."""
        place = place_key(url)
        page = self.evidence.find(url)
        if page is None and not self.evidence.site.owns(url) and not moves:
            return "unseen"
        if page is None:
            page = self._by_place.get(place)
            if page is not None and page.state == "redirect":
                page = self.evidence.find(page.url)
        if page is None:
            return "gone" if self.complete and self.home_read and place not in self._met else "unseen"
        if place in blind or place_key(page.url) in blind or page.taken == "kept":
            return "unseen"
        if page.readable:
            return "read" if place_key(page.final_url or page.url) == place else "gone"
        if page.state == "soft-404" or (page.state == "http-error" and page.status in _GONE):
            return "gone"
        if page.state == "redirect" and not self.evidence.site.owns(page.final_url) and place_key(page.final_url) != place:
            return "gone"
        return "unseen"
