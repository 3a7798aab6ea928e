"""The interaction section (互动交流) of one site, found in its evidence: its pages here and elsewhere, and what of it was not seen.

Both interaction checks and the visits to other hosts start from here. A page belongs to the section when a link names it so, or
when it says so itself (crumbs, title, column name). 信访, 纪检举报, 调查征集 and 在线访谈 are noted and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from checks.interaction import OBSERVER, Channel, InteractionFacts
from checks.interaction_owner import is_national, speaks_for
from checks.interaction_words import EXEMPT, OURS, ChannelKind, kind_of, plain
from crawler.evidence import Evidence, Page, Seen
from crawler.links import page_key
from crawler.site import host_of

UNCUT = frozenset({"", "finished", "depth"})
"""How a crawl may end without having been cut short (``coverage.ended_by``)."""

_RANK: dict[str, int] = {"section": 0, "statistics": 1, "letters": 2, "consult": 3}
_UNKNOWN = frozenset({"network-error", "challenge", "robots", "too-large", "refused-address"})
_LOGIN = re.compile(r"login|signin|/cas/|oauth|sso", re.IGNORECASE)
_ARTICLE = re.compile(r"\d{5,}|/\d{4}[-/]?\d{2}|content|detail|article|/t\d+_", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """One page of the section. ``kind``: what it is; ``name``: as links or the page itself call it; ``direct``: a link names it;
    ``settled``: what it does not show is known to be absent; else ``reason``. ``elsewhere``: on another host, read for this site."""

    page: Page
    facts: InteractionFacts | None
    settled: bool
    reason: str
    kind: ChannelKind
    name: str
    direct: bool
    elsewhere: bool

    @property
    def url(self) -> str:
        """The page's own address."""
        return self.page.final_url or self.page.url


@dataclass(frozen=True, slots=True)
class Away:
    """A channel on another host that can't be judged: ``reason`` is a key of `checks.model.REASONS`."""

    channel: Channel
    reason: str


@dataclass(slots=True)
class Section:
    """What is known of the section. ``unread``: own addresses nobody read; ``broken``: own addresses that answer with an error;
    ``scripted``: channels whose address only a script knows; ``login``: channels that open a log-in page; ``exempt``: 信访 and its kin."""

    home: Page | None
    home_seen: Seen[InteractionFacts]
    places: list[Place] = field(default_factory=list)
    unread: list[Channel] = field(default_factory=list)
    broken: list[Channel] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    scripted: list[Channel] = field(default_factory=list)
    login: list[Channel] = field(default_factory=list)
    exempt: list[Channel] = field(default_factory=list)
    complaints: list[Channel] = field(default_factory=list)
    cut: bool = False

    @property
    def landing(self) -> list[Place]:
        """Pages that links name: where statistics, letters and forms are expected, the section's own page first."""
        return [place for place in self.places if place.direct]

    @property
    def named(self) -> bool:
        """Whether anything at all names an interaction section or channel."""
        return bool(self.places or self.unread or self.broken or self.away or self.scripted or self.login)

    @property
    def subject(self) -> str:
        """Identity of the section in findings: its entry's path, "site" when it has no page of its own."""
        entry = next((place for place in self.landing if place.kind == "section" and not place.elsewhere), None)
        return page_key(entry.url) if entry else "site"


def section_of_site(evidence: Evidence) -> Section:
    """Find the section. Pure; walks from the home page and from every page that says it belongs to the section."""
    home = evidence.home
    nothing: Seen[InteractionFacts] = Seen(None, False, False, "unreachable")
    seen = {page.id: evidence.seen(page, OBSERVER) for page in evidence.pages if page.readable}
    section = Section(home, seen.get(home.id, nothing) if home else nothing)
    coverage = evidence.meta("coverage") or {}
    section.cut = bool(evidence.meta("interrupted")) or str(coverage.get("ended_by") or "") not in UNCUT
    _Walk(evidence, section, seen).run()
    section.places.sort(key=lambda p: (p.elsewhere, not p.direct, _RANK.get(p.kind, 4), p.page.depth, p.page.id))
    return section


class _Walk:
    """One walk over the channels of the home page, then of every page found to be of the section."""

    def __init__(self, evidence: Evidence, section: Section, seen: dict[int, Seen[InteractionFacts]]) -> None:
        self.evidence, self.section, self.seen = evidence, section, seen
        self.home = section.home_seen.value
        self.known: set[tuple[str, str]] = set()
        self.placed: dict[int, Place] = {}

    def run(self) -> None:
        """Fill the section."""
        own = [page for page in self.evidence.readable if self.seen[page.id].value is not None]
        starts = [page for page in own if page is self.section.home]
        insiders = [page for page in own if self._facts(page).inside and page is not self.section.home]
        for page in [*starts, *insiders]:
            self._follow(page, self._facts(page).channels)
        for page in own:
            self._follow(page, [c for c in self._facts(page).channels if c.place in ("nav", "header", "breadcrumb")])
        for page in insiders:
            facts = self._facts(page)
            if page.id not in self.placed and (facts.kind in OURS or facts.detail):
                self._add(page, facts.kind or "section", facts.name, direct=False)
        self.section.places.extend(self.placed.values())

    def _facts(self, page: Page) -> InteractionFacts:
        value = self.seen[page.id].value
        assert value is not None
        return value

    def _follow(self, page: Page, channels: Iterable[Channel]) -> None:
        value = self.seen[page.id].value
        letters = {letter.url for letter in value.letters} if value else set()
        waiting = [channel for channel in channels if not channel.url or channel.url not in letters]
        while waiting:
            channel = waiting.pop(0)
            key = (channel.url or plain(channel.name), channel.kind)
            if key in self.known:
                continue
            self.known.add(key)
            waiting += self._take(channel)

    def _take(self, channel: Channel) -> list[Channel]:
        """Note one channel; the channels of its page when it leads to one of ours."""
        section = self.section
        if channel.kind in EXEMPT:
            section.exempt.append(channel)
        elif channel.kind == "complaint":
            section.complaints.append(channel)
        elif not channel.url:
            section.scripted.append(channel)
        elif self.evidence.site.owns(channel.url):
            return self._own(channel)
        elif not is_national(channel.url):
            return self._other(channel, channel.url)
        return []

    def _own(self, channel: Channel) -> list[Channel]:
        page = arrived(self.evidence, channel.url)
        section = self.section
        if page is None or page.state in _UNKNOWN:
            (section.login if _LOGIN.search(channel.url) else section.unread).append(channel)
        elif page.readable and self.evidence.site.owns(page.final_url or page.url):
            if page is not section.home:
                return self._enter(page, channel)
        elif page.final_url and not self.evidence.site.owns(page.final_url):
            return self._other(channel, page.final_url)
        elif page.state in ("redirect", "not-html"):
            section.unread.append(channel)
        else:
            section.broken.append(channel)
        return []

    def _other(self, channel: Channel, url: str) -> list[Channel]:
        page = self.evidence.find(url) or self.evidence.find(channel.url)
        section = self.section
        if page is None or not page.readable:
            section.away.append(Away(channel, "elsewhere-unreadable"))
            return []
        facts = self.seen[page.id].value
        if not (self._inherits(page) or speaks_for(self.evidence, page, facts, self.home, channel.url)):
            section.away.append(Away(channel, "not-attributable"))
            return []
        return self._enter(page, channel)

    def _inherits(self, page: Page) -> bool:
        """A page elsewhere that a page already taken as ours led to, on the same host."""
        host = host_of(page.final_url or page.url)
        return any(
            place.elsewhere and page.via in (place.page.url, place.page.final_url) and host_of(place.url) == host
            for place in self.placed.values()
        )

    def _enter(self, page: Page, channel: Channel) -> list[Channel]:
        facts = self.seen[page.id].value
        own = facts.kind if facts else ""
        kind = settle_kind(own, channel.kind)
        if kind in EXEMPT:
            self.section.exempt.append(channel)
            return []
        fresh = page.id not in self.placed
        if fresh or self.placed[page.id].kind in ("section", "") or (kind == "statistics" and self.placed[page.id].kind != "statistics"):
            self._add(page, kind, channel.name if own in ("", "section") or not facts else facts.name, direct=True)
        if not fresh or facts is None:
            return []
        letters = {letter.url for letter in facts.letters}
        frames = [
            Channel(channel.name, url, host_of(url), kind, "main") for url in facts.frames if url and not self.evidence.site.owns(url)
        ]
        if kind == "statistics":
            self._add_entries(facts)
        return [*frames, *(c for c in facts.channels if not c.url or c.url not in letters)]

    def _add_entries(self, facts: InteractionFacts) -> None:
        """Articles that a page of statistics lists (2026年5月来信办理情况) are pages of statistics too."""
        for url in facts.entries:
            page = self.evidence.find(url)
            if page is not None and page.readable and page.id not in self.placed and page is not self.section.home:
                self._add(page, "statistics", page.title, direct=False)

    def _add(self, page: Page, kind: ChannelKind, name: str, *, direct: bool) -> None:
        seen = self.seen[page.id]
        self.placed[page.id] = Place(
            page, seen.value, seen.settled, seen.reason or page.render_reason or "not-rendered", kind, name[:40], direct, page.elsewhere
        )


def arrived(evidence: Evidence, url: str) -> Page | None:
    """The page that asking ``url`` ended at, redirects on this site followed; None when nobody asked."""
    page = evidence.find(url)
    for _ in range(5):
        if page is None or page.state != "redirect" or not evidence.site.owns(page.final_url) or page.final_url == page.url:
            break
        page = evidence.find(page.final_url)
    return page


def settle_kind(own: ChannelKind, linked: ChannelKind) -> ChannelKind:
    """What a page is, from what it says itself and what the link to it says: an exemption holds, statistics win, the telling one else."""
    if own in EXEMPT:
        return own
    if "statistics" in (own, linked):
        return "statistics"
    if own in ("", "section", "complaint"):
        return linked
    return own


def corners(evidence: Evidence, section: Section) -> Iterator[str]:
    """Own addresses that the section's entry links to inside its folder and nobody read: statistics may stand there under any name."""
    for place in section.landing:
        if place.kind != "section" or place.elsewhere:
            continue
        folder = urlsplit(place.url).path.rsplit("/", 1)[0] + "/"
        if folder == "/":
            continue
        for link in evidence.links(place.page):
            path = urlsplit(link.url).path
            inside = evidence.site.owns(link.url) and path.startswith(folder) and not _ARTICLE.search(path)
            if (
                inside
                and 2 <= len(plain(link.text)) <= 10
                and kind_of(link.text, inside=True) not in EXEMPT
                and evidence.find(link.url) is None
            ):
                yield link.url
