"""Tabs of one run: a browser context with one page each, used for page after page and cleaned in between.

A fresh context and page for every render costs Chromium a new process, four times what the render itself costs. A tab is given back
only clean: nothing stored, no cookie, no history, an empty page; one that can't be cleaned, or that a page has misused, is closed.
"""

from __future__ import annotations

import asyncio
import contextlib

from playwright.async_api import Browser, BrowserContext, CDPSession, Dialog, Page, Request, Route, WebSocketRoute
from playwright.async_api import Error as BrowserError

from crawler import browser_marks as marks
from crawler.browser_opening import VIEW
from crawler.browser_traffic import PageTraffic

RENDERS = 40
"""Pages one tab shows before it is closed: what they leave in the memory of its process goes with it."""

CLEAN_SECONDS = 3.0
"""Longest wait for a tab to be empty again; a page that doesn't let go is closed with its tab."""

_STORES = "local_storage,indexeddb,cache_storage,websql,file_systems"


class Tab:
    """One context and its page. ``traffic`` answers what the page asks for; without one everything is refused."""

    def __init__(self, context: BrowserContext, page: Page, devtools: CDPSession) -> None:
        self._context, self.page, self._devtools = context, page, devtools
        self.traffic: PageTraffic | None = None
        self._worn = False
        self._shown = 0

    @classmethod
    async def open(cls, browser: Browser, user_agent: str) -> Tab:
        """A new tab that can ask for nothing yet. Raises `playwright.async_api.Error` when the browser is gone."""
        context = await browser.new_context(
            user_agent=user_agent,
            viewport={"width": VIEW[0], "height": VIEW[1]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
            accept_downloads=False,
            ignore_https_errors=True,
        )
        try:
            await context.route_web_socket("**/*", _silent_socket)
            await context.add_init_script(marks.BEFORE_PAGE)
            page = await context.new_page()
            tab = cls(context, page, await context.new_cdp_session(page))
            await context.route("**/*", tab._handle)
        except BaseException:
            await _end(context)
            raise
        context.on("requestfinished", tab._landed)
        context.on("requestfailed", tab._landed)
        page.on("dialog", _dismiss)
        page.on("popup", tab._popup)
        page.on("crash", tab._wear)
        page.on("pageerror", lambda error: tab.traffic.note_error(error.message) if tab.traffic is not None else None)
        return tab

    def use(self, traffic: PageTraffic) -> None:
        """The next page's requests are answered by ``traffic``."""
        self.traffic, traffic.page = traffic, self.page
        self._shown += 1

    async def clean(self) -> bool:
        """Leave the page and forget it; False when the tab must not be used again."""
        if self._worn or self._shown >= RENDERS or self.page.is_closed():
            return False
        with contextlib.suppress(BrowserError, TimeoutError):
            async with asyncio.timeout(CLEAN_SECONDS):
                if self.page.url.startswith("http"):
                    origin = str(await self.page.evaluate(marks.FORGET))
                    await self._devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": _STORES})
                await self.page.goto("about:blank")
                await self._context.clear_cookies()
                await self._devtools.send("Page.resetNavigationHistory")
                self.traffic = None
                return not self._worn
        return False

    async def close(self) -> None:
        """End the page and its context; never raises for what the browser does."""
        await _end(self._context)

    async def _handle(self, route: Route, request: Request) -> None:
        if self.traffic is not None:
            await self.traffic.handle(route, request)
            return
        with contextlib.suppress(BrowserError):
            await route.abort("blockedbyclient")

    def _landed(self, request: Request) -> None:
        if self.traffic is not None:
            self.traffic.landed(request)

    def _wear(self, _: Page) -> None:
        self._worn = True

    async def _popup(self, popup: Page) -> None:
        self._worn = True
        with contextlib.suppress(BrowserError):
            await popup.close()


class Tabs:
    """The clean tabs that wait for a page."""

    def __init__(self) -> None:
        self._waiting: list[Tab] = []

    async def take(self, browser: Browser, user_agent: str) -> Tab:
        """A clean tab of ``browser``, an old one where there is one."""
        while self._waiting:
            tab = self._waiting.pop()
            if tab.page.context.browser is browser and not tab.page.is_closed():
                return tab
            await tab.close()
        return await Tab.open(browser, user_agent)

    async def give_back(self, tab: Tab) -> None:
        """Clean ``tab`` for the next page, or close it."""
        if await tab.clean():
            self._waiting.append(tab)
        else:
            await tab.close()

    async def close(self) -> None:
        """Close what waits."""
        while self._waiting:
            await self._waiting.pop().close()


async def _end(context: BrowserContext) -> None:
    with contextlib.suppress(BrowserError, TimeoutError):
        async with asyncio.timeout(10):
            await context.close()


async def _dismiss(dialog: Dialog) -> None:
    with contextlib.suppress(BrowserError):
        await dialog.dismiss()


def _silent_socket(socket: WebSocketRoute) -> None:
    """A web socket of the page: it opens, and nothing ever comes."""
