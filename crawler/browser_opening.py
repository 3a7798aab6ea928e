"""Opening a page in the browser until it is ready, and taking its picture."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import time

from playwright.async_api import Error as BrowserError
from playwright.async_api import Page
from playwright.async_api import TimeoutError as BrowserTimeout

from crawler import browser_marks as marks
from crawler.browser_traffic import PageTraffic

VIEW = (1280, 900)
"""Width and height of the window, and of a picture, in CSS pixels."""

QUIET_SECONDS = 0.5
"""A page is ready when it has loaded and asked for nothing for this long."""

CALM_SECONDS = 0.1
"""The same where the page itself shows that nothing is left that could change it: see `crawler.browser_marks.CALM`."""

CALM_FRAMES = 4
"""Frames that are asked whether they are calm; a page with more is waited for."""

RESTLESS_SECONDS = 6.0
"""A page that never stops asking (polling) is read this long after it loaded."""

TIMER_SECONDS = 3.0
"""Longest extra wait for the page's own short timers."""

PICTURE_BYTES = 300_000
"""A picture larger than this is taken again at a smaller scale."""


async def open_page(page: Page, traffic: PageTraffic, url: str, seconds: float) -> bool:
    """Open ``url`` and wait until it is ready or ``seconds`` are over; False when nothing came that could be shown."""
    deadline = time.monotonic() + seconds
    try:
        await page.goto(url, wait_until="commit", timeout=seconds * 1000)
    except BrowserError:
        if traffic.main_status is None:
            return False
    if not await _loaded(page, traffic, deadline):
        traffic.failed.append(page.url)  # never finished loading: nothing can be said to be absent
    await _until_ready(page, traffic, deadline)
    if not traffic.quiet_for():
        traffic.give_up()
    return traffic.main_status is not None and not page.url.startswith("chrome-error:")


async def _loaded(page: Page, traffic: PageTraffic, deadline: float) -> bool:
    """Wait for the page's load event; False when it did not come in time. One that tried to leave while it was read stands cut off,
    and its event never comes: it is not waited for."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            await page.wait_for_load_state("load", timeout=max(1.0, min(left, 1.0) * 1000))
            return True
        except BrowserTimeout:
            if traffic.stayed and not traffic.waiting:
                return False
        except BrowserError:
            return True  # the page tried to leave for an address it does not get; what stands there is read
    return False


async def _until_ready(page: Page, traffic: PageTraffic, deadline: float) -> None:
    """Wait for silence, then scroll down as a reader does, wait for short timers, and for silence again."""
    restless = min(deadline, time.monotonic() + RESTLESS_SECONDS)
    await _silence(page, traffic, deadline, restless)
    with contextlib.suppress(BrowserError):
        await page.evaluate(marks.SCROLL_DOWN)
        due = float(await page.evaluate(marks.TIMER_DUE)) / 1000
        left = min(TIMER_SECONDS, deadline - time.monotonic())
        if due > 0 and left > 0:
            await asyncio.sleep(min(due, left) + 0.05)
    await asyncio.sleep(0.05)
    await _silence(page, traffic, deadline, restless)


async def _silence(page: Page, traffic: PageTraffic, deadline: float, restless: float) -> None:
    """Wait until the page has asked for nothing for a while: a short one where it is calm, which it is asked once."""
    asked = False
    while (quiet := traffic.quiet_for()) < QUIET_SECONDS:
        now = time.monotonic()
        if now > deadline or (now > restless and not traffic.waiting):
            return
        if quiet >= CALM_SECONDS and not asked and not traffic.flying:
            asked = True
            if await _calm(page) and traffic.quiet_for() > quiet and not traffic.flying:
                return
        await asyncio.sleep(0.05)


async def _calm(page: Page) -> bool:
    """Whether every frame of the page says that nothing of its own is under way."""
    frames = page.frames
    if len(frames) > CALM_FRAMES:
        return False
    with contextlib.suppress(BrowserError):
        return all([await frame.evaluate(marks.CALM) for frame in frames])
    return False


async def picture(page: Page, selector: str, words: str = "") -> bytes | None:
    """A PNG of `VIEW` size around ``selector``, or where ``words`` stand (outlined), or of the page's top; scaled until small enough."""
    box = await page.evaluate(marks.OUTLINE, [selector, words])
    size = await page.evaluate(marks.PAGE_SIZE)
    await asyncio.sleep(0.2)
    width, height = min(VIEW[0], max(1, int(size["width"]))), min(VIEW[1], max(1, int(size["height"])))
    x = y = 0.0
    if box is not None:
        x = min(max(0.0, box["x"] + box["width"] / 2 - width / 2), max(0.0, size["width"] - width))
        y = min(max(0.0, box["y"] + box["height"] / 2 - height / 2), max(0.0, size["height"] - height))
    session = await page.context.new_cdp_session(page)
    png = b""
    for scale in (1.0, 0.7, 0.5, 0.35):
        clip = {"x": x, "y": y, "width": width, "height": height, "scale": scale}
        answer = await session.send("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        png = base64.b64decode(answer["data"])
        if len(png) <= PICTURE_BYTES:
            return png
    return png or None
