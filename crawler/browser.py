"""The browser (Playwright, Chromium): pages as a visitor gets them, after their scripts have run.

A render settles an absence only when it is *complete*: every script, iframe and include of the page's own site answered.
Nothing of a page reaches the network by itself (see `crawler.browser_traffic`); a page that hangs or crashes the browser costs
one render, and the browser is started again.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from playwright.async_api import Browser, Frame, Page
from playwright.async_api import Error as BrowserError

from crawler import browser_marks as marks
from crawler.browser_chromium import Chromium
from crawler.browser_memory import watched
from crawler.browser_opening import open_page, picture
from crawler.browser_tabs import Tabs
from crawler.browser_traffic import Answers, PageTraffic, SharedFiles
from crawler.document import Document
from crawler.settings import USER_AGENT, Limits

if TYPE_CHECKING:
    from crawler.network import Network
    from crawler.visit import VisitLedger

log = logging.getLogger(__name__)

Purpose = Literal["page", "frame"]
"""What a render is for: a fact of this page (its lists, dates), or of its template (entry, footer, navigation)."""

PARALLEL = 2
"""Pages open at once."""

PAGE_SECONDS = 30.0
"""One page's whole time in the browser, politeness between its requests included."""

HANG_SECONDS = 5.0
"""How much longer a page may hang (an endless script) before it is given up."""

MAX_RESTARTS = 3
"""Times the browser is started in one run; a browser that keeps dying is none."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """One page after its scripts ran. ``document`` None: nothing could be read, ``reason`` says why (key of the checks' reasons).

    ``complete``: everything of the page's own site answered; ``failed``: the addresses that did not; ``url``: where it ended;
    ``inputs``: the files of the site it was made of (`crawler.earlier.Input`), None when that can't be told.
    """

    document: Document | None
    complete: bool
    reason: str
    html: str = ""
    failed: tuple[str, ...] = ()
    url: str = ""
    status: int | None = None
    inputs: tuple[tuple[str, str, str, str], ...] | None = None


@dataclass(slots=True)
class Budget:
    """How much the browser may still do in this run: renders for pages, renders for templates, seconds in all."""

    page_renders: int
    frame_renders: int = 200
    seconds: float = 1200.0
    pages_used: int = 0
    frames_used: int = 0

    def take(self, purpose: Purpose) -> bool:
        """Take one render, False when none is left: a spent budget stops the next page, never the one in hand."""
        if self.seconds <= 0:
            return False
        if purpose == "page":
            if self.pages_used >= self.page_renders:
                return False
            self.pages_used += 1
            return True
        if self.frames_used >= self.frame_renders:
            return False
        self.frames_used += 1
        return True


class Renderer:
    """A small pool of browser pages. Async context manager; Chromium itself is started by the first render only.

    ``optional_hosts``: hosts whose files need not load for a render to be complete (the 找错 platform's own). ``chromium``: a browser that
    several runs share, one after another or side by side; it is left running. Without one the run has its own.
    """

    def __init__(
        self,
        network: Network | None,
        fetcher: Answers,
        ledger: VisitLedger | None,
        *,
        limits: Limits,
        as_of: date,
        optional_hosts: frozenset[str] = frozenset(),
        chromium: Chromium | None = None,
    ) -> None:
        del network, ledger  # the fetcher guards addresses and counts requests for the browser too
        self._answers, self._limits, self._as_of = fetcher, limits, as_of
        self.optional_hosts = optional_hosts
        self._shared = SharedFiles(fetcher)
        self._chromium, self._own_browser = chromium or Chromium(), chromium is None
        self._started_before = self._chromium.starts
        self._tabs = Tabs()
        self._gate = asyncio.Semaphore(PARALLEL)
        self._start = asyncio.Lock()
        self.available = limits.render != "never"
        self.reason = "" if self.available else "render-never"
        self.budget = Budget(limits.max_renders)
        self.renders = 0

    async def __aenter__(self) -> Self:
        """Find a Chromium; none is no error, `available` says so."""
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End browser and driver."""
        await self.close()

    async def start(self) -> None:
        """Find out whether there is a browser. Starts no browser."""
        if not self.available:
            return
        try:
            found = await self._chromium.locate()
        except (BrowserError, OSError) as error:
            log.warning("browser driver does not start: %s", error)
            found = False
        if not found:
            self.available, self.reason = False, "no-browser"

    async def close(self) -> None:
        """End everything; safe to call twice."""
        await self._shared.close()
        await self._tabs.close()
        if self._own_browser:
            with contextlib.suppress(BrowserError, OSError):
                await self._chromium.close()

    async def render(self, url: str, *, purpose: Purpose = "page", body: bytes | None = None, answers: Answers | None = None) -> Rendered:
        """The page at ``url`` after its scripts ran. ``body`` (UTF-8) is shown instead of asking for ``url``; ``answers`` serves this one
        page instead of the run's fetcher (saved pages with their files).

        Never raises for what a page or the browser does: the answer's ``reason`` says what is wrong.
        """
        if not self.available:
            return Rendered(None, False, self.reason)
        if not self.budget.take(purpose):
            return Rendered(None, False, "render-budget")
        async with self._gate, self._chromium.places, watched():
            began = time.monotonic()
            try:
                rendered = await self._attempt(url, body, answers) or await self._attempt(url, body, answers)
                return rendered or Rendered(None, False, self.reason or "incomplete-render", failed=(url,))
            finally:
                self.renders += 1
                self.budget.seconds -= time.monotonic() - began

    async def screenshot(self, url: str, *, selector: str = "", words: str = "") -> bytes | None:
        """A PNG of the page (about 1280×900, at most 300 kB) around ``selector``, else where ``words`` stand, outlined in red; else its top.

        None when there is no browser or the page could not be shown.
        """
        if not self.available or self.budget.seconds <= 0:
            return None
        async with self._gate, self._chromium.places, watched():
            began = time.monotonic()
            try:
                async with asyncio.timeout(PAGE_SECONDS + HANG_SECONDS), self._page(url, pictures=True) as (page, traffic):
                    return await picture(page, selector, words) if await open_page(page, traffic, url, PAGE_SECONDS) else None
            except (BrowserError, TimeoutError) as error:
                log.warning("no screenshot of %s: %s", url, _first_line(error))
                await self._chromium.healthy()
                return None
            finally:
                self.budget.seconds -= time.monotonic() - began

    async def _attempt(self, url: str, body: bytes | None, answers: Answers | None) -> Rendered | None:
        """One try; None when the browser died under it and another may help."""
        if not self.available:
            return Rendered(None, False, self.reason)
        try:
            async with asyncio.timeout(PAGE_SECONDS + HANG_SECONDS), self._page(url, ready=body, answers=answers) as (page, traffic):
                if not await open_page(page, traffic, url, PAGE_SECONDS):
                    return Rendered(None, False, "incomplete-render", failed=(url,), status=traffic.main_status)
                return await self._read(page, traffic)
        except (BrowserError, TimeoutError) as error:
            log.warning("render of %s: %s", url, _first_line(error))
            alive = await self._chromium.healthy()
            if alive and "crash" not in str(error).lower():
                return Rendered(None, False, "incomplete-render", failed=(url,))
            return None

    async def _read(self, page: Page, traffic: PageTraffic) -> Rendered:
        traffic.end()
        fragments = []
        for frame in page.frames[1:]:
            html = await _frame_html(frame, self._limits.max_bytes) if _own_frame(frame, traffic) else ""
            if html:
                address = frame.url if frame.url.startswith("http") else page.url
                fragments.append(Document(html, address, as_of=self._as_of, rendered=True))
        html = await _marked_html(page.main_frame, self._limits.max_bytes)
        document = Document(html, page.url, as_of=self._as_of, rendered=True, fragments=tuple(fragments))
        failed = traffic.lacking
        complete = not failed and (traffic.main_status or 599) < 400
        return Rendered(
            document, complete, "" if complete else "incomplete-render", html, failed, page.url, traffic.main_status, traffic.parts
        )

    @contextlib.asynccontextmanager
    async def _page(
        self, url: str, *, pictures: bool = False, ready: bytes | None = None, answers: Answers | None = None
    ) -> AsyncIterator[tuple[Page, PageTraffic]]:
        browser = await self._browser()
        agent = f"{self._chromium.user_agent} {USER_AGENT}"
        tab = await self._tabs.take(browser, agent)
        traffic = PageTraffic(
            url,
            answers or self._answers,
            SharedFiles(answers) if answers is not None else self._shared,
            user_agent=agent,
            optional_hosts=self.optional_hosts,
            pictures=pictures,
            body=ready,
        )
        tab.use(traffic)
        try:
            yield tab.page, traffic
        except BaseException:
            await tab.close()
            raise
        traffic.end()
        await self._tabs.give_back(tab)

    async def _browser(self) -> Browser:
        """The living browser; after too many deaths there is none for the rest of the run."""
        async with self._start:
            try:
                if self._chromium.starts - self._started_before > MAX_RESTARTS and not await self._chromium.healthy():
                    raise BrowserError("the browser died too often")
                return await self._chromium.browser()
            except BrowserError:
                self.available, self.reason = False, "no-browser"
                raise


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _own_frame(frame: Frame, traffic: PageTraffic) -> bool:
    return traffic.own(frame.url) if frame.url.startswith("http") else frame.url in ("about:blank", "about:srcdoc")


async def _frame_html(frame: Frame, most: int) -> str:
    """A frame's markup; "" when a visitor doesn't see the frame or it is gone."""
    with contextlib.suppress(BrowserError):
        element = await frame.frame_element()
        if await element.evaluate(marks.FRAME_SHOWN):
            return await _marked_html(frame, most)
    return ""


async def _marked_html(frame: Frame, most: int) -> str:
    """The frame's markup, at most ``most`` characters, with hidden elements marked; asked again when the page moves on meanwhile."""
    for _ in range(3):
        with contextlib.suppress(BrowserError):
            await frame.evaluate(marks.TRY_ENTRY, marks.OPENS)
            await frame.evaluate(marks.MARK_HIDDEN, marks.HIDDEN)
            return str(await frame.evaluate(marks.CONTENT, most))
        await asyncio.sleep(0.3)
    return str(await frame.evaluate(marks.CONTENT, most))
