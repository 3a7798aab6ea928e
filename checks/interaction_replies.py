"""Letters and their answers, gathered from the section (来信与答复): the list entry and its own page put together. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from checks.columns_windows import months_before
from checks.interaction import OBSERVER, Detail, Letter
from checks.interaction_section import Place, Section, arrived
from checks.interaction_words import LetterState
from crawler.evidence import Evidence, Page
from crawler.links import page_key

LISTING = ("consult", "letters", "section", "")


@dataclass(frozen=True, slots=True)
class Correspondence:
    """One letter. ``place``: the page that lists it; ``page``/``detail``: its own page when it was read, ``settled`` as that page is."""

    letter: Letter
    place: Place
    page: Page | None
    detail: Detail | None
    settled: bool
    reason: str

    @property
    def url(self) -> str:
        """The letter's own address, "" when it has none."""
        return self.letter.url

    @property
    def asked(self) -> date | None:
        """The day it was written, as its own page or the list says; the list's undecided day where an answer is not shown."""
        if self.detail is not None and self.detail.asked:
            return self.detail.asked
        return self.letter.asked or (self.letter.day if not self.letter.answered else None)

    @property
    def newest(self) -> date | None:
        """The latest day known of it."""
        days = [self.letter.newest, *((self.detail.asked, self.detail.answered) if self.detail else ())]
        return max((day for day in days if day), default=None)

    @property
    def state(self) -> LetterState:
        """Its state: an answer shown anywhere is an answer; else the page's words, else the list's."""
        letter, detail = self.letter, self.detail
        if letter.state == "invalid" or (detail and detail.state == "invalid"):
            return "invalid"
        if letter.answered or letter.reply or letter.state == "answered":
            return "answered"
        if detail is not None and (detail.answered or detail.reply or detail.state == "answered"):
            return "answered"
        return (detail.state if detail and detail.state else "") or letter.state


def correspondence(evidence: Evidence, section: Section) -> list[Correspondence]:
    """Every letter that the section's pages list or show, each once, newest first; ties in the order of the pages."""
    found: dict[str, Correspondence] = {}
    for place in sorted(section.places, key=lambda p: p.kind == "section"):
        facts = place.facts
        if facts is None or place.kind not in LISTING:
            continue
        for letter in facts.letters:
            key = letter.url or f"{place.url}\n{letter.title}\n{letter.newest}"
            page = arrived(evidence, letter.url) if letter.url else None
            if page is not None and not page.readable:
                page = None
            seen = evidence.seen(page, OBSERVER) if page is not None else None
            detail = seen.value.detail if seen and seen.value else None
            entry = Correspondence(letter, place, page, detail, bool(seen and seen.settled), seen.reason if seen else "")
            if key not in found or _better(letter, found[key].letter):
                found[key] = entry
    for place in section.places:
        if place.facts is not None and place.facts.detail is not None and place.url not in found and place.page.url not in found:
            detail = place.facts.detail
            letter = Letter(
                place.url,
                detail.title or place.page.title,
                detail.asked,
                detail.answered,
                None,
                detail.state,
                detail.state_text,
                detail.unit,
            )
            found[place.url] = Correspondence(letter, place, place.page, detail, place.settled, place.reason)
    return sorted(found.values(), key=lambda c: c.newest or date.min, reverse=True)


def _better(new: Letter, old: Letter) -> bool:
    return (bool(new.state), bool(new.asked), bool(new.answered)) > (bool(old.state), bool(old.asked), bool(old.answered))


def overdue(letters: Iterable[Correspondence], as_of: date, *, look_back: int, limit: int) -> list[Correspondence]:
    """Letters written in the last ``look_back`` months, more than ``limit`` months ago, that are not answered.

    Taken are letters that the page calls unanswered, and letters whose own page, settled, shows no answer; letters whose state
    nobody states are not.
    """
    earliest, latest = months_before(as_of, look_back), months_before(as_of, limit)
    return [c for c in letters if (day := c.asked) is not None and earliest <= day < latest and is_unanswered(c)]


def is_unanswered(entry: Correspondence) -> bool:
    """Whether a letter is certainly without an answer: the page says so, or its own settled page shows none where answers stand."""
    state = entry.state
    if state in ("answered", "invalid"):
        return False
    if state == "pending":
        return True
    return entry.detail is not None and entry.settled and (state == "waiting" or entry.letter.blank_answer)


def is_doubtful(entry: Correspondence) -> bool:
    """Whether a letter may be without an answer: taken in with no word on an answer, or an empty answer column, and not confirmed."""
    return not is_unanswered(entry) and entry.state in ("waiting", "") and (entry.state == "waiting" or entry.letter.blank_answer)


def missing_elements(entry: Correspondence) -> tuple[str, ...]:
    """Which of message time, reply time, replying unit and reply text the letter's own page and list entry do not show, in Chinese."""
    letter, detail = entry.letter, entry.detail
    assert detail is not None or letter.reply
    missing = []
    if not (letter.asked or (detail and detail.asked)):
        missing.append("留言时间")
    if not (letter.answered or (detail and detail.answered)):
        missing.append("答复时间")
    if not (letter.unit or (detail and (detail.unit or detail.signed))):
        missing.append("答复单位")
    if not (letter.reply or (detail and detail.reply)):
        missing.append("答复内容")
    return tuple(missing)


def column_of(entry: Correspondence, section: Section) -> str:
    """Identity of the column a letter is listed in; the section's where only the letter's own page was read."""
    facts = entry.place.facts
    return section.subject if facts is not None and facts.detail is not None else page_key(entry.place.url)
