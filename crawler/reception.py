"""Reception: what an answer is (page, redirect, challenge, soft 404, …), completed by fragments and, where needed, by the browser."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from datetime import date
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from scrapy.http import Response

from crawler.arrival import Arrival
from crawler.browser import Rendered
from crawler.charset import decode
from crawler.document import Document
from crawler.download import failure_word, plain_headers
from crawler.earlier import Earlier, Reading
from crawler.evidence import PageState
from crawler.fetch import Fetcher
from crawler.fragments import Fragments
from crawler.frontier import Address
from crawler.interstitial import challenge, empty, parked, refresh_target, soft_404
from crawler.links import absolute
from crawler.responses import ERRORS
from crawler.settings import Limits
from crawler.shape import identity
from crawler.site import Site
from crawler.tame import MAX_TAGS, oversized
from crawler.turnstile import Turnstile

log = logging.getLogger(__name__)

CUT = f"页面标记过多，只读取前 {MAX_TAGS} 个"
"""Reason of a page that was read up to a limit only."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = ("", "text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml")
_SNIFFED = ("text/plain", "text/xml", "application/xml", "application/octet-stream")
_ERROR_STATES: dict[str, PageState] = {"too-large": "too-large", "refused-address": "refused-address", "robots": "robots"}


class Browser(Protocol):
    """What the crawl needs of `crawler.browser.Renderer`."""

    available: bool
    reason: str

    async def render(self, url: str) -> Rendered:
        """The page at ``url`` after its scripts ran."""


def may_be_page(headers: Mapping[str, str]) -> bool:
    """Whether an answer's headers leave it possible that it is an HTML page: else its body is never downloaded."""
    kind = headers.get("content-type", "").split(";", 1)[0].strip().lower()
    return (kind in _HTML or kind in _SNIFFED) and "attachment" not in headers.get("content-disposition", "").lower()


def _same(response: Response, headers: Mapping[str, str], reading: Reading) -> bool:
    """Whether the answer says or shows that the page's bytes are what they were."""
    if response.status == 304:
        return True
    kind = headers.get("content-type", "")
    return response.status == 200 and kind == reading.page.content_type and hashlib.sha256(response.body).hexdigest() == reading.page.sha256


class Reception:
    """Receives the answers of one crawl. `baseline` is the site's own answer for a random path, asked once after the home page."""

    def __init__(
        self, site: Site, limits: Limits, *, as_of: date, fetcher: Fetcher, browser: Browser | None, earlier: Earlier | None = None
    ) -> None:
        self._earlier = earlier
        self._site, self._limits, self.as_of = site, limits, as_of
        self._fetcher = fetcher
        self._browser = browser if browser is not None and browser.available and limits.render != "never" else None
        self._why_no_browser = (
            "render-never" if limits.render == "never" else (browser.reason if browser is not None else "") or "no-browser"
        )
        self.fragments = Fragments(site, fetcher, as_of=as_of, limit=limits.max_fragments)
        self.turnstile = Turnstile()
        self.baseline: Document | None = None
        self._asked_baseline = False

    def failed(self, address: Address, error: BaseException) -> Arrival:
        """The arrival of a request that ended without an answer."""
        word, detail = failure_word(error)
        if word == "protocol":
            log.info("no usable answer from %s: %s: %s", address.url, type(error).__name__, error)
        return Arrival(address, _ERROR_STATES.get(word, "network-error"), detail or ERRORS.get(word, word), error=word)

    async def receive(self, address: Address, number: int, response: Response, elapsed_ms: int) -> Arrival:
        """The arrival of an answer; ``number``: its place in the order of asking."""
        headers = plain_headers(response.headers)
        reading = self._earlier.reading(address.url) if self._earlier is not None else None
        if self._earlier is not None and reading is not None and _same(response, headers, reading):
            taken = await self._unchanged(self._earlier, reading, Arrival.take(address, reading, "unchanged", headers), response, number)
            if taken is not None:
                taken.elapsed_ms = elapsed_ms
                return taken
            if response.status == 304:
                body = self._earlier.body(reading)
                response = response.replace(status=200, body=body or b"")
                headers = {**headers, "content-type": reading.page.content_type}
        arrival = Arrival(address, "page", status=response.status, headers=headers, body=response.body, elapsed_ms=elapsed_ms)
        arrival.reading = reading
        if response.status in _REDIRECTS and headers.get("location"):
            return self._redirected(arrival, absolute(address.url, headers["location"]), "")
        if not may_be_page(headers) or "download_stopped" in response.flags:
            arrival.state = "not-html" if response.status == 200 else "http-error"
            arrival.reason = headers.get("content-type", "") if response.status == 200 else f"服务器应答 {response.status}"
            arrival.body = b""
            return arrival
        text, arrival.charset, _ = decode(response.body, headers.get("content-type", ""))
        if headers.get("content-type", "").split(";", 1)[0].strip().lower() in _SNIFFED and "<" not in text[:1024]:
            arrival.state, arrival.reason = "not-html", "内容不是网页"
            return arrival
        document = arrival.document = Document(text, address.url, as_of=self.as_of)
        wall = challenge(response.status, document, headers)
        if wall is not None:
            return await self._through_the_browser(arrival, number, wall)
        if response.status not in (200, 203):
            arrival.state, arrival.reason = "http-error", f"服务器应答 {response.status}"
            return arrival
        return await self._page(arrival, document, number)

    async def _unchanged(self, earlier: Earlier, reading: Reading, arrival: Arrival, response: Response, number: int) -> Arrival | None:
        """The earlier reading of a page whose own bytes are the same; None when something else it is made of may have changed."""
        arrival.fragments = await self.fragments.again(reading.fragments)
        same = [earlier.fragment_same(part.url, hashlib.sha256(part.fetched.body).hexdigest()) for part in arrival.fragments]
        if len(same) < len(reading.fragments) or not all(same):
            return None
        if reading.render_cause:
            if self._browser is None or not await earlier.render_holds(reading):
                return None
            arrival.render = "complete"
        self.turnstile.passed(number)
        arrival.body = response.body if response.status == 200 else b""
        if not arrival.address.depth:
            await self._ask_baseline(arrival.address.url)
        return arrival

    async def _page(self, arrival: Arrival, document: Document, number: int) -> Arrival:
        """An answer of 200 with HTML: is it what it claims to be, and is it whole?"""
        if arrival.address.depth and soft_404(document, self.baseline):
            arrival.state, arrival.reason = "soft-404", "页面提示内容不存在"
            return arrival
        target = refresh_target(document)
        if target is not None:
            return self._redirected(arrival, target, "页面自动跳转")
        if parked(document):
            arrival.state, arrival.reason = "parked", "域名停放页或服务器默认页"
            return arrival
        arrival.fragments = await self.fragments.of(document)
        pieces = tuple(fragment.document for fragment in arrival.fragments if fragment.document is not None)
        if pieces:
            document = arrival.document = Document(document.html, document.url, as_of=self.as_of, fragments=pieces)
        if empty(document):
            arrival.state, arrival.reason = "empty", "页面没有任何内容"
            return arrival
        if oversized(document.html):
            arrival.reason = CUT
        await self._render_if_needed(arrival, document, number)
        if not arrival.address.depth and arrival.readable:
            await self._ask_baseline(arrival.address.url)
        return arrival

    def _redirected(self, arrival: Arrival, target: str, reason: str) -> Arrival:
        arrival.document = None
        if target:
            arrival.state, arrival.target, arrival.reason = "redirect", target, reason
        else:
            arrival.state, arrival.reason = "http-error", "跳转地址无法识别"
        return arrival

    # the browser

    def _cause(self, arrival: Arrival, document: Document) -> str:
        """Why the crawl itself needs the browser for a page, "" when it does not."""
        if self._limits.render == "always":
            return "按参数要求"
        if document.script_built:
            return "页面内容由脚本生成"
        if not arrival.address.depth and document.lacks_navigation:
            return "首页导航由脚本生成"
        return "栏目列表由脚本生成" if arrival.address.kind == "column" and document.lacks_content else ""

    async def _render_if_needed(self, arrival: Arrival, document: Document, number: int) -> None:
        cause = self._cause(arrival, document)
        if not cause:
            return
        if self._browser is None:
            arrival.render_reason = self._why_no_browser
            return
        rendered = await self._render(arrival, number)
        if rendered is None:
            return
        if rendered.url and identity(rendered.url) != identity(arrival.address.url) and document.script_built:
            self._redirected(arrival, rendered.url, "页面由脚本跳转")
            return
        arrival.render_cause = cause
        self._take(arrival, rendered)
        if arrival.rendered is not None and empty(arrival.rendered) and rendered.complete:
            arrival.state, arrival.reason = "empty", "页面没有任何内容"

    async def _render(self, arrival: Arrival, number: int) -> Rendered | None:
        """One render, in the order of asking; None (and ``render_reason``) when there is no browser or nothing came of it."""
        if self._browser is None:
            arrival.render_reason = self._why_no_browser
            return None
        await self.turnstile.wait(number)
        self.turnstile.passed(number)
        rendered = await self._browser.render(arrival.address.url)
        if rendered.document is None:
            arrival.render_reason = rendered.reason or "incomplete-render"
            arrival.render = "no" if rendered.reason in ("render-budget", "render-never", "no-browser") else "incomplete"
            return None
        return rendered

    @staticmethod
    def _take(arrival: Arrival, rendered: Rendered) -> None:
        arrival.rendered, arrival.rendered_html = rendered.document, rendered.html
        stayed = identity(rendered.url) == identity(arrival.address.url)
        arrival.render_inputs = rendered.inputs if stayed else None
        arrival.render = "complete" if rendered.complete else "incomplete"
        arrival.render_reason = "" if rendered.complete else rendered.reason or "incomplete-render"

    async def _through_the_browser(self, arrival: Arrival, number: int, wall: str) -> Arrival:
        """A challenged page gets one attempt in the real browser."""
        arrival.state, arrival.reason = "challenge", wall
        rendered = await self._render(arrival, number)
        if rendered is None or rendered.document is None:
            return arrival
        status = rendered.status if rendered.status is not None else 200
        if (
            challenge(status, rendered.document, {}) is not None
            or challenge(200, rendered.document, {}) is not None
            or empty(rendered.document)
        ):
            return arrival
        if rendered.url and not self._site.owns(rendered.url):
            return arrival
        if arrival.address.depth and soft_404(rendered.document, self.baseline):
            arrival.state, arrival.reason = "soft-404", "页面提示内容不存在"
            return arrival
        if status >= 400 and status not in (412, 521):
            arrival.state, arrival.reason = "http-error", f"服务器应答 {status}"
            return arrival
        arrival.state, arrival.reason, arrival.document, arrival.body = "page", f"{wall}，在浏览器中通过", None, b""
        arrival.render_cause = "防护设备要求浏览器验证"
        self._take(arrival, rendered)
        if not arrival.address.depth:
            await self._ask_baseline(arrival.address.url)
        return arrival

    # the site's own answer for what does not exist

    async def _ask_baseline(self, home: str) -> None:
        if self._asked_baseline:
            return
        self._asked_baseline = True
        parts = urlsplit(home)
        name = hashlib.sha256(self._site.host.encode()).hexdigest()[:12]
        url = urlunsplit((parts.scheme, parts.netloc, f"/{name}.html", "", ""))
        answer = await self._fetcher.get(url, kind="page")
        if answer.ok and answer.body:
            text = decode(answer.body, answer.headers.get("content-type", "")).text
            found = Document(text, answer.final_url, as_of=self.as_of)
            if identity(answer.final_url) != identity(home) and challenge(answer.status, found, answer.headers) is None:
                self.baseline = found
