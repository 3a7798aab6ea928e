"""The browser process: which Chromium, with which switches, started late and restarted when it dies.

It is started so that it can open no socket by itself: every name resolves to nothing, the proxy is dead, QUIC and WebRTC
are off. What a page gets, it gets through `crawler.browser_traffic`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from pathlib import Path

from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as BrowserError

ENVIRONMENT = "MINGJING_CHROMIUM"
"""Environment variable that names the Chromium to use, before every other."""

ON_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

DEAD_PROXY = "http://127.0.0.1:9"
"""The discard port: what slips past the interception ends here. Playwright keeps loopback from bypassing it."""

AT_ONCE = 3
"""Pages that one browser shows at once, of all the runs it serves: more and each takes so long that it counts as hanging."""

FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--disable-quic",
    "--no-pings",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--metrics-recording-only",
    "--mute-audio",
)


def find_chromium(playwright: Playwright) -> str:
    """Path of the Chromium to use, "" when there is none: ``$MINGJING_CHROMIUM``, Playwright's own, then the PATH."""
    named = os.environ.get(ENVIRONMENT, "")
    if named:
        return named if Path(named).is_file() else shutil.which(named) or ""
    own = playwright.chromium.executable_path
    if own and Path(own).is_file():
        return own
    return next((found for name in ON_PATH if (found := shutil.which(name))), "")


class Chromium:
    """One browser process. It is started late: nothing runs until the first page is wanted.

    It may serve many runs, one after another or side by side, all in the event loop that first used it; who made it closes it.
    """

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self.path = ""
        self.user_agent = ""
        self.starts = 0
        self.places = asyncio.Semaphore(AT_ONCE)
        self._starting = asyncio.Lock()  # runs that begin together must not each start a driver or a browser

    async def locate(self) -> bool:
        """Whether a Chromium exists on this machine; starts the driver, not the browser."""
        async with self._starting:
            if self._playwright is None:
                self._playwright = await async_playwright().start()
                self.path = find_chromium(self._playwright)
        return bool(self.path)

    async def browser(self) -> Browser:
        """The running browser, started or restarted when needed. Raises `playwright.async_api.Error` when it can't start."""
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        if not await self.locate():
            raise BrowserError("no Chromium on this machine")
        async with self._starting:
            return await self._running()

    async def _running(self) -> Browser:
        """The browser, started unless somebody did meanwhile. The caller holds ``_starting``."""
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        if self._playwright is None:
            raise BrowserError("the browser driver was ended")
        flags = list(FLAGS)
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")
        self._browser = await self._playwright.chromium.launch(
            executable_path=self.path, headless=True, args=flags, proxy={"server": DEAD_PROXY}, timeout=60_000
        )
        self.starts += 1
        if not self.user_agent:
            page = await self._browser.new_page()
            self.user_agent = str(await page.evaluate("navigator.userAgent"))
            await page.close()
        return self._browser

    async def healthy(self) -> bool:
        """Whether the browser still opens pages; one that doesn't is ended, so that the next `browser` starts a new one."""
        try:
            async with asyncio.timeout(10):
                if self._browser is None or not self._browser.is_connected():
                    return False
                page = await self._browser.new_page()
                await page.close()
                return True
        except (BrowserError, TimeoutError):
            await self.stop_browser()
            return False

    async def stop_browser(self) -> None:
        """End the browser process; `browser` starts a new one."""
        browser, self._browser = self._browser, None
        if browser is not None and browser.is_connected():
            with contextlib.suppress(BrowserError, TimeoutError):
                async with asyncio.timeout(10):
                    await browser.close()

    async def close(self) -> None:
        """End browser and driver."""
        await self.stop_browser()
        playwright, self._playwright = self._playwright, None
        if playwright is not None:
            await playwright.stop()
