"""One crawl as it goes on: addresses out, arrivals in, rows into the evidence file, always in the order of asking.

Answers come back in any order; they are *applied* in the order they were asked for, and after each one the next address is chosen.
So the same site gives the same pages, ids and links whatever the network's timing.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from crawler.arrival import Arrival, fragment_facts, page_links
from crawler.breaker import outcome_of
from crawler.document import Link
from crawler.earlier import Earlier, Reading
from crawler.evidence import EvidenceWriter, Observer
from crawler.frontier import Address, Frontier
from crawler.lasting import good_until
from crawler.observing import observe
from crawler.permit import Permit
from crawler.progress import Progress, Silent
from crawler.reception import CUT, Reception
from crawler.settings import Limits
from crawler.shape import Kind
from crawler.site import Site

log = logging.getLogger(__name__)

WINDOW = 8
"""Addresses chosen ahead of the oldest answer not yet applied: enough to keep two connections busy behind a slow page."""


@dataclass(slots=True)
class Tally:
    """What the crawl did, for coverage."""

    asked: int = 0
    read: int = 0
    columns_seen: int = 0
    cut: int = 0
    rendered: int = 0
    render_reasons: Counter[str] = field(default_factory=Counter)
    taken: Counter[str] = field(default_factory=Counter)


class Job:
    """Everything one crawl shares. The spider only carries requests out and answers in."""

    def __init__(
        self,
        site: Site,
        observers: Sequence[Observer[Any]],
        *,
        writer: EvidenceWriter,
        permit: Permit,
        reception: Reception,
        limits: Limits,
        progress: Progress | None,
        try_http: bool,
        earlier: Earlier | None = None,
    ) -> None:
        self.site, self.permit, self.reception, self.limits = site, permit, reception, limits
        self.frontier = Frontier(site, limits)
        self.tally = Tally()
        self.home: Arrival | None = None  # the last arrival of depth 0, the readable one where there is one
        self.fault: BaseException | None = None
        self.cap = ""
        self._observers, self._writer = observers, writer
        self.earlier = earlier
        self._show: Progress = progress or Silent()
        self._try_http = try_http
        self._chosen = self._applied = 0
        self._arrived: dict[int, Arrival] = {}
        self._fragments: set[str] = set()
        self.frontier.start(site.url)

    # out

    def choose(self) -> list[tuple[int, Address]]:
        """The next addresses to ask, with their numbers; none when the window is full, nothing waits, or a cap is reached."""
        chosen: list[tuple[int, Address]] = []
        budget = self.permit.budget
        while self._chosen - self._applied < WINDOW and len(self.frontier) and not self.permit.stopped:
            if cap := budget.reached():
                self.cap = cap
                break
            address = self.frontier.next()
            if address is None:
                break
            budget.take()
            reading = self.earlier.kept(address.url, address.kind) if self.earlier is not None and address.depth else None
            if reading is not None:  # not asked tonight: it is there already, and waits for its place in the order
                self.reception.turnstile.passed(self._chosen)
                self._arrived[self._chosen] = Arrival.take(address, reading, "kept")
            else:
                chosen.append((self._chosen, address))
            self._chosen += 1
        return chosen

    # in

    def settle(self, number: int, arrival: Arrival) -> list[tuple[int, Address]]:
        """Take an arrival, apply what is now in order, and name the addresses to ask next."""
        self.reception.turnstile.passed(number)
        self._arrived[number] = arrival
        following: list[tuple[int, Address]] = []
        while self._applied in self._arrived:
            current = self._arrived.pop(self._applied)
            self._applied += 1
            self._apply(current)
            following += self.choose()
        return following

    def note(self, arrival: Arrival) -> bool:
        """Tell the breaker how an exchange went, at once; True when it suspects that the site refuses us."""
        if arrival.error in ("stopped", "robots", "refused-address", "too-large"):
            return False
        solved = arrival.state == "page"
        outcome = "good" if solved else outcome_of(arrival.status, challenged=arrival.state == "challenge", error=arrival.error)
        self.permit.note(outcome)
        return self.permit.breaker.suspects

    def _apply(self, arrival: Arrival) -> None:
        address = arrival.address
        if arrival.error == "stopped":
            self.permit.budget.give_back()
            self.frontier.leave_out(address.url, "budget")
            return
        self.tally.asked += 1
        if not address.depth and (self.home is None or not self.home.readable):
            self.home = arrival
        if arrival.state == "robots":
            self.permit.budget.give_back()
            self.frontier.leave_out(address.url, "robots")
        elif arrival.state == "redirect":
            self.permit.budget.give_back()
            self._follow(arrival)
        elif arrival.state == "network-error" and not address.depth and self._try_http and address.url.startswith("https://"):
            self._try_http = False
            self.frontier.start(f"http://{address.url[8:]}")
        self._keep(arrival)
        self._show.update(phase="crawl", pages=self.tally.read, queued=len(self.frontier), url=address.url)

    def _follow(self, arrival: Arrival) -> None:
        reason = self.frontier.redirect(arrival.address, arrival.target)
        if reason == "outside":
            arrival.reason = f"跳转到其他网站 {arrival.target}"
            self.frontier.leave_out(arrival.target, "outside")
        elif reason == "redirect-loop":
            arrival.reason = "重定向次数过多或循环"
            arrival.error = reason

    def _keep(self, arrival: Arrival) -> None:
        """Write the row, and for a page everything that was seen on it."""
        if not arrival.readable:
            self._writer.add_page(arrival.facts())
            return
        self.tally.read += 1
        if arrival.taken and arrival.reading is not None:
            self._take(arrival, arrival.reading)
            return
        self.tally.cut += arrival.reason == CUT
        static, rendered = arrival.document, arrival.rendered
        links = self._links(arrival)
        met = page_links(links)
        page = self._writer.add_page(arrival.facts(), observe(self._observers, static) if static is not None else (), met)
        if arrival.body:
            self._writer.keep_bytes(page, arrival.body, arrival.sha256)
        if self.earlier is not None and arrival.reading is not None:
            self.earlier.changed(arrival.reading, str(static.skeleton) if static is not None else "")
        self._keep_reading(page, arrival, len(met))
        if rendered is not None:
            self.tally.rendered += 1
            self.tally.render_reasons[arrival.render_cause] += 1
            self._writer.add_observations(page, observe(self._observers, rendered), phase="rendered")
            if arrival.rendered_html:
                self._keep_rendered(page, arrival.rendered_html)
            if arrival.render == "complete" and arrival.render_inputs is not None:
                self._writer.put_render(page, arrival.render_inputs)
        self._keep_fragments(arrival)
        self._expand(arrival, links)

    def _take(self, arrival: Arrival, reading: Reading) -> None:
        """Keep a page as the earlier night read it, and go on from its links."""
        assert self.earlier is not None
        self.tally.taken[arrival.taken] += 1
        rendered = arrival.render == "complete"
        page = self._writer.take_page(arrival.facts(), reading.page.id, rendered=rendered)
        if arrival.body and not reading.has_bytes:
            self._writer.keep_bytes(page, arrival.body, reading.page.sha256)
        if rendered:
            self.tally.rendered += 1
            self.tally.render_reasons[reading.render_cause] += 1
        links = self.earlier.links(reading)
        self._writer.put_links(page, [(link.url, link.text, link.place) for link in links])
        self._keep_fragments(arrival)
        for url in reading.fragments:
            self.frontier.claim(url)
        self._expand(arrival, links)

    def _keep_reading(self, page: int, arrival: Arrival, offered: int) -> None:
        """What a later night needs to take this page over. Frames within frames are not followed there: such a page is always read anew."""
        shown, static = arrival.shown, arrival.document
        nested = any(part.document is not None and part.document.fragments for part in arrival.fragments)
        if shown is None or static is None or nested:
            return
        days = [day for part in {id(static): static, id(shown): shown}.values() if (day := good_until(part, self._writer.as_of))]
        until = min(days, default=None)
        self._writer.put_reading(
            page,
            {
                "kind": self._kind(arrival) or "",
                "day": shown.published.day.isoformat() if shown.published is not None else "",
                "good_until": until.isoformat() if until is not None else "",
                "fragments": orjson.dumps([fragment.url for fragment in arrival.fragments]).decode(),
                "offered": offered,
                "following": shown.pager.following if shown.pager is not None else "",
                "render_cause": arrival.render_cause,
                "asked_on": self._writer.as_of.isoformat(),
            },
        )

    def _keep_rendered(self, page: int, html: str) -> None:
        body = html.encode("utf-8", "replace")
        self._writer.keep_bytes(page, body, hashlib.sha256(body).hexdigest(), phase="rendered")

    def _links(self, arrival: Arrival) -> tuple[Link, ...]:
        """The links a visitor meets: the rendered page's; with those of the static page where the render was not whole."""
        if arrival.rendered is None:
            return arrival.document.links if arrival.document is not None else ()
        if arrival.render == "complete" or arrival.document is None:
            return arrival.rendered.links
        return arrival.rendered.links + arrival.document.links

    def _keep_fragments(self, arrival: Arrival) -> None:
        for fragment in arrival.fragments:
            self.frontier.claim(fragment.url)
            if fragment.url not in self._fragments:
                self._fragments.add(fragment.url)
                self._writer.add_page(fragment_facts(fragment, arrival.address))

    def _expand(self, arrival: Arrival, links: tuple[Link, ...]) -> None:
        address = arrival.address
        if not address.depth:
            self.frontier.home_is(address.url)
            self.frontier.declare((column.url for column in self.site.columns), address.url)
        kind = self._kind(arrival)
        if kind == "column":
            self.tally.columns_seen += 1
        self.frontier.learn(address, kind if address.depth else None, arrival.sha256)
        following = self._following(arrival)
        if following:
            links = (*links, Link(following, "下一页", "main"))
        self.frontier.offer(links, address.url, address.depth + 1)

    @staticmethod
    def _following(arrival: Arrival) -> str:
        """Address of the next page of the list, "" where there is none."""
        if arrival.taken and arrival.reading is not None:
            return arrival.reading.following
        page = arrival.shown
        return page.pager.following if page is not None and page.pager is not None else ""

    @staticmethod
    def _kind(arrival: Arrival) -> Kind | None:
        """Column or article, as the page itself shows: dated items, or a date of its own."""
        if arrival.taken and arrival.reading is not None:
            return arrival.reading.kind
        page = arrival.shown
        if page is None:
            return None
        if any(sum(1 for item in block.items if item.date is not None) >= 3 for block in page.lists):
            return "column"
        if arrival.address.kind == "article" or page.published is not None:
            return "article"
        return "column"

    # the end

    def ended_by(self) -> str:
        """What ended the crawl: finished, depth, max-pages, max-bytes, max-seconds, breaker, safeguard, or interrupted."""
        if self.permit.stopped:
            return self.permit.stopped
        if self.cap and len(self.frontier):
            return self.cap
        return "depth" if "depth" in self.frontier.coverage()["left_out"] else "finished"

    def coverage(self) -> dict[str, Any]:
        """The evidence file's ``coverage``."""
        ended_by = self.ended_by()
        self.frontier.close()
        known = self.frontier.coverage()
        tally = self.tally
        return {
            "pages_asked": tally.asked,
            "pages_read": tally.read,
            "ended_by": ended_by,
            "cut_pages": tally.cut,
            "columns_seen": tally.columns_seen,
            "rendered": tally.rendered,
            "taken": dict(sorted(tally.taken.items())),
            "render_reasons": dict(sorted(tally.render_reasons.items())),
            **known,
            "columns_known": max(known["columns_known"], tally.columns_seen),
        }
