"""Doubts are settled in the browser: what static pages lack is confirmed on rendered ones before anybody is accused.

Facts of the *frame* (entry, footer, navigation) belong to a template: two members of each group of pages with one skeleton are
rendered, and where they agree the answer holds for the group; where they don't, the group is split by section and each part settled
alike; where one section's pages disagree, more are rendered and the rest stays unseen.
Facts of the *page* (lists, dates) are rendered page by page, by rank, while the budget lasts. A page is rendered once, and every
observer looks at it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from checks.catalogue import rules
from checks.model import Check, Doubt
from crawler.browser import Purpose, Rendered, Renderer
from crawler.earlier import Earlier
from crawler.evidence import Evidence, EvidenceWriter, Observer, Page, PageLink
from crawler.links import section_of
from crawler.observing import observe
from crawler.settings import Limits
from crawler.shape import identity

log = logging.getLogger(__name__)

MEMBERS = 2
"""Complete renders that settle a frame fact for a whole template."""

INCOMPLETE_TRIES = 2
"""Further members tried where a render is incomplete."""

DISAGREEMENT_RENDERS = 6
"""Further members rendered where the first ones disagree."""


@dataclass(slots=True)
class SettleSummary:
    """What it took: ``templates`` doubted, ``rendered`` pages, of them ``complete``; ``taken``: renders of an earlier night that still stand; doubts settled by ``group``; ``unseen`` by reason."""

    templates: int = 0
    doubted: int = 0
    rendered: int = 0
    complete: int = 0
    group: int = 0
    taken: int = 0
    unseen: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


async def settle(
    writer: EvidenceWriter,
    evidence: Evidence,
    checks: Sequence[Check],
    renderer: Renderer,
    limits: Limits,
    earlier: Earlier | None = None,
) -> SettleSummary:
    """Render what the checks doubt and keep the answers. May be called again: pages already rendered are left alone.

    ``earlier``: a night before, whose renders stand where page, scripts and includes are what they were.
    """
    began = time.monotonic()
    renderer.optional_hosts = frozenset(rules("error-report-entry").names["official-hosts"])
    found = [doubt for check in checks if check.doubts is not None for doubt in check.doubts(evidence)]
    observers = tuple({o.id: o for check in checks for o in check.observers}.values())
    work = _Settling(writer, renderer, observers, {doubt.page.id: doubt.page.render for doubt in found}, earlier)
    if not renderer.available:
        for doubt in found:
            work.unseen(doubt, renderer.reason)
    else:
        await work.frames([doubt for doubt in found if doubt.scope == "frame"])
        await work.pages([doubt for doubt in found if doubt.scope == "page"])
        if limits.render == "always":
            await work.all_pages(evidence)
    work.summary.doubted = len({doubt.page.id for doubt in found})
    work.summary.seconds = round(time.monotonic() - began, 1)
    _note(writer, evidence, work.summary)
    return work.summary


def _note(writer: EvidenceWriter, evidence: Evidence, summary: SettleSummary) -> None:
    """Keep what settling took, added to an earlier round of this run."""
    kept = evidence.meta("settle", {})
    fresh = asdict(summary)
    fresh["unseen"] = dict(sorted((Counter(kept.get("unseen", {})) + summary.unseen).items()))
    for name in ("templates", "doubted", "rendered", "complete", "group", "taken", "seconds"):
        fresh[name] = round(fresh[name] + kept.get(name, 0), 1)
    writer.put_meta("settle", fresh)


@dataclass(frozen=True, slots=True)
class _Member:
    """A page of a group that was rendered completely: what each observer saw on it."""

    page: Page
    values: dict[str, object | None]


class _Settling:
    """One round of settling; ``states``: how far each doubted page has been rendered."""

    def __init__(
        self,
        writer: EvidenceWriter,
        renderer: Renderer,
        observers: tuple[Observer[Any], ...],
        states: dict[int, str],
        earlier: Earlier | None = None,
    ) -> None:
        self.earlier = earlier
        self.writer, self.renderer, self.observers, self.states = writer, renderer, observers, states
        self.seen: dict[int, dict[str, object | None]] = {}
        self.summary = SettleSummary()

    def unseen(self, doubt: Doubt, reason: str) -> None:
        """The doubt stays: why."""
        self.writer.settle(doubt.page.id, doubt.observer.id, "unseen", reason=reason)
        self.summary.unseen[reason] += 1

    async def render(self, page: Page, purpose: Purpose) -> str:
        """Render one page and keep all that is seen; "" when complete, else the reason."""
        if self.states.get(page.id, "no") == "complete":
            return ""
        if self.states.get(page.id) == "incomplete":
            return "incomplete-render"
        if await self._take(page):
            return ""
        rendered = await self.renderer.render(page.final_url or page.url, purpose=purpose)
        if rendered.reason in ("render-budget", "no-browser", "render-never"):
            return rendered.reason
        self.summary.rendered += 1
        self.summary.complete += rendered.complete
        self.states[page.id] = "complete" if rendered.complete else "incomplete"
        self._keep(page, rendered)
        return rendered.reason

    async def _take(self, page: Page) -> bool:
        """Let the earlier night's render of a page that has been taken over stand for tonight's, where nothing it was made of has changed."""
        reading = self.earlier.reading(page.url) if self.earlier is not None and page.taken else None
        if self.earlier is None or reading is None or not await self.earlier.render_holds(reading):
            return False
        self.writer.take_render(page.id, reading.page.id)
        self.writer.put_links(page.id, self.earlier.rendered_links(reading))
        self.writer.update_page(page.id, render="complete", render_reason="")
        self.states[page.id] = "complete"
        self.seen[page.id] = self.earlier.rendered_values(reading)
        self.summary.taken += 1
        return True

    def _keep(self, page: Page, rendered: Rendered) -> None:
        facts: dict[str, object] = {"render": self.states[page.id], "render_reason": rendered.reason}
        document = rendered.document
        if document is None:
            self.writer.update_page(page.id, **facts)
            return
        observations = observe(self.observers, document)
        self.writer.add_observations(page.id, observations, phase="rendered")
        self.writer.add_links(page.id, [PageLink(link.url, link.text, link.place) for link in document.links if link.url])
        self.writer.update_page(page.id, **facts, **({} if page.title or not document.title else {"title": document.title}))
        body = rendered.html.encode("utf-8", errors="replace")
        self.writer.keep_bytes(page.id, body, hashlib.sha256(body).hexdigest(), phase="rendered")
        if rendered.complete and rendered.inputs is not None and identity(rendered.url) == identity(page.url):
            self.writer.put_render(page.id, rendered.inputs)
        if rendered.complete:
            self.seen[page.id] = {observer.id: value for observer, value, error in observations if not error}

    # frames: template by template

    async def frames(self, found: Sequence[Doubt]) -> None:
        """Settle the frame doubts of every template, those that stand for the most important pages first."""
        groups: dict[str, list[Doubt]] = {}
        for doubt in sorted(found, key=lambda d: (d.rank, d.page.id)):
            groups.setdefault(doubt.page.template or f"page {doubt.page.id}", []).append(doubt)
        self.summary.templates += len(groups)
        for group in groups.values():
            await self._alike(group)

    async def _alike(self, group: Sequence[Doubt]) -> None:
        """Settle one template's doubts: pages that lack the same facts stand for each other."""
        for each in _same_lack(group):
            await self._group(each)

    async def _group(self, group: Sequence[Doubt]) -> None:
        doubted = list(dict.fromkeys(doubt.observer.id for doubt in group))
        lacks = Counter(doubt.page.id for doubt in group)
        queue = _spread(list({doubt.page.id: doubt.page for doubt in group if lacks[doubt.page.id] == len(doubted)}.values()))
        members: list[_Member] = []
        failed = ""
        tries = 0
        while queue and tries < MEMBERS + INCOMPLETE_TRIES and len(members) < MEMBERS:
            batch = [queue.pop(0) for _ in range(min(len(queue), MEMBERS - len(members)))]
            tries += len(batch)
            failed = await self._render_members(batch, members) or failed
            if failed and failed != "incomplete-render":
                break
        if len(members) >= MEMBERS and any(not _agree(members, observer) for observer in doubted):
            parts = _by_section(group)
            if len(parts) > 1:  # a template that differs differs by section, most often: each is a group of its own
                for part in parts:
                    await self._alike(part)
                return
            extra = [queue.pop(0) for _ in range(min(len(queue), DISAGREEMENT_RENDERS))]
            await self._render_members(extra, members)
        for doubt in group:
            self._answer(doubt, members, failed)

    async def _render_members(self, pages: Sequence[Page], members: list[_Member]) -> str:
        reasons = await asyncio.gather(*(self.render(page, "frame") for page in pages))
        members.extend(_Member(page, self.seen[page.id]) for page in pages if page.id in self.seen)
        return next((reason for reason in reasons if reason), "")

    def _answer(self, doubt: Doubt, members: Sequence[_Member], failed: str) -> None:
        """How one doubt of a group ends, now that the group's members have been rendered."""
        page, observer = doubt.page, doubt.observer.id
        if self.states.get(page.id) == "complete":
            self.writer.settle(page.id, observer, "rendered", source=page.id)
        elif self.states.get(page.id) == "incomplete":
            self.unseen(doubt, "incomplete-render")
        elif len(members) < MEMBERS:
            self.unseen(doubt, failed or "not-rendered")
        elif _agree(members, observer) and observer in members[0].values:
            self.writer.settle(page.id, observer, "group", source=members[0].page.id)
            self.summary.group += 1
        else:
            self.unseen(doubt, "render-disagreement")

    # pages: one by one

    async def pages(self, found: Sequence[Doubt]) -> None:
        """Settle page doubts by rank while the budget lasts."""
        by_page: dict[int, list[Doubt]] = {}
        for doubt in sorted(found, key=lambda d: (d.rank, d.page.id)):
            by_page.setdefault(doubt.page.id, []).append(doubt)
        groups = list(by_page.values())
        for start in range(0, len(groups), MEMBERS):
            batch = groups[start : start + MEMBERS]
            reasons = await asyncio.gather(*(self.render(doubts[0].page, "page") for doubts in batch))
            for doubts, reason in zip(batch, reasons, strict=True):
                for doubt in doubts:
                    if reason:
                        self.unseen(doubt, reason)
                    else:
                        self.writer.settle(doubt.page.id, doubt.observer.id, "rendered", source=doubt.page.id)

    async def all_pages(self, evidence: Evidence) -> None:
        """``--render always``: every readable page, shallow ones first, while the budget lasts."""
        for page in sorted(evidence.readable, key=lambda p: (p.depth, p.id)):
            self.states.setdefault(page.id, page.render)
            if await self.render(page, "page") in ("render-budget", "no-browser"):
                return


def _agree(members: Sequence[_Member], observer: str) -> bool:
    """Whether every member says the same of ``observer``: there, or absent."""
    return len({member.values.get(observer) is None for member in members}) == 1


def _same_lack(group: Sequence[Doubt]) -> list[list[Doubt]]:
    """The doubts of one template, parted by which facts a page lacks; in each part some pages lack all that is doubted there.

    A page that lacks less joins the pages that lack that and more, where those are enough to stand for it: a page that shows a fact
    must not speak for one that lacks it, and renders must not grow with every mixture.
    """
    pages: dict[int, list[Doubt]] = {}
    for doubt in group:
        pages.setdefault(doubt.page.id, []).append(doubt)
    parts: dict[frozenset[str], list[list[Doubt]]] = {}
    for doubts in pages.values():
        parts.setdefault(frozenset(doubt.observer.id for doubt in doubts), []).append(doubts)
    kept: dict[frozenset[str], list[list[Doubt]]] = {}
    for facts in sorted(parts, key=len, reverse=True):
        host = next((wider for wider in kept if facts < wider and len(parts[wider]) >= MEMBERS), facts)
        kept.setdefault(host, []).extend(parts[facts])
    return [[doubt for doubts in sorted(part, key=lambda d: (d[0].rank, d[0].page.id)) for doubt in doubts] for part in kept.values()]


def _by_section(group: Sequence[Doubt]) -> list[list[Doubt]]:
    """The doubts of a group, section by section, in the order met."""
    parts: dict[str, list[Doubt]] = {}
    for doubt in group:
        parts.setdefault(section_of(doubt.page.final_url or doubt.page.url), []).append(doubt)
    return list(parts.values())


def _spread(pages: list[Page]) -> list[Page]:
    """The first page, then the one farthest from it in crawl order, then the others: two members from different corners."""
    return pages if len(pages) < 3 else [pages[0], pages[-1], *pages[1:-1]]
