"""What a page in the browser gets to load: every request is intercepted and answered by our own fetcher.

Needed for a whole picture (a failure makes the render incomplete): scripts, iframes and GET includes (XHR, fetch) of the
page's own site. Other hosts' scripts and stylesheets are loaded where they answer, other hosts' frames never. POST is never
sent, because a check must not change a site; a page that wanted to POST to its own site is incomplete.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from playwright.async_api import BrowserContext, Page, Request, Route
from playwright.async_api import Error as BrowserError

from crawler.domains import registered_domain
from crawler.fetch import Fetched
from crawler.links import absolute
from crawler.site import host_of

if TYPE_CHECKING:
    from crawler.visit import Kind

MAX_REQUESTS = 200
"""Requests of one render that are answered; a page that wants more is incomplete."""

HOPELESS = 3 * MAX_REQUESTS
"""Requests after which the page is closed: refusing each one would take longer than the page is worth."""

MAX_NAVIGATIONS = 5
"""Times one render may leave for another address of the site (challenge reloads, refresh stubs)."""

_DOT = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
"""A transparent picture of one pixel."""

_PICTURES = frozenset({"image", "font", "media"})
_LOADED = frozenset({"document", "script", "stylesheet", "xhr", "fetch"})
_CACHED = frozenset({"script", "stylesheet"})
_PASSED_ON = frozenset({"accept", "accept-language", "referer", "x-requested-with", "origin", "content-type", "authorization"})
_KEPT_HEADERS = frozenset(
    {"content-type", "set-cookie", "content-security-policy", "x-content-type-options", "x-frame-options", "content-language"}
)


class Answers(Protocol):
    """Who answers the browser's requests: the run's `Fetcher`, or a folder of saved files."""

    async def get(
        self,
        url: str,
        *,
        kind: Kind,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
    ) -> Fetched:
        """One GET, redirects followed; never raises for network faults."""
        ...


class SharedFiles:
    """Scripts and stylesheets asked once per run, however many pages want them, also at the same moment."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._asked: dict[str, asyncio.Task[Fetched]] = {}

    async def get(self, url: str, headers: Mapping[str, str]) -> Fetched:
        """The file at ``url``; the first asker's request serves all."""
        task = self._asked.get(url)
        if task is None:
            plain = {
                name: value for name, value in headers.items() if name != "origin"
            }  # cookies go along: a device that lets the page pass wants them for its scripts too
            task = asyncio.create_task(self._answers.get(url, kind="browser", headers=plain, robots=False))
            self._asked[url] = task
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Give up what is still under way."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)
        self._asked.clear()


def _bare(host: str) -> str:
    return host.removeprefix("www.")


class PageTraffic:
    """The requests of one render. ``lacking`` names every address that should have answered and did not."""

    def __init__(
        self,
        page_url: str,
        answers: Answers,
        shared: SharedFiles,
        *,
        user_agent: str,
        optional_hosts: frozenset[str],
        pictures: bool = False,
        body: bytes | None = None,
    ) -> None:
        self._host = host_of(page_url)
        self._domain = registered_domain(self._host)
        self._answers, self._shared = answers, shared
        self._user_agent, self._optional, self._pictures = user_agent, optional_hosts, pictures
        self._ready: dict[str, Fetched] = {} if body is None else {page_url.split("#", 1)[0]: _saved(page_url, body)}
        self._pending: dict[int, str] = {}
        self._flying: set[Request] = set()
        self._count = 0
        self._navigations = 0
        self._last = time.monotonic()
        self.page: Page | None = None
        self.ended = False
        self.stayed = False  # the page tried to leave and still stands
        self.failed: list[str] = []
        self._absent: list[str] = []
        self._broken = False
        self.main_status: int | None = None
        self.inputs: dict[
            str, tuple[str, str, str, str]
        ] = {}  # by address: what the page loaded of its own site, see `crawler.earlier.Input`

    @property
    def parts(self) -> tuple[tuple[str, str, str, str], ...] | None:
        """What the page was made of beside its own bytes; None when it went from page to page, which nothing can be compared with."""
        return tuple(self.inputs.values()) if self._navigations == 1 else None

    def own(self, url: str) -> bool:
        """Whether an address belongs to the page's site: same host with or without ``www``, or same registered domain."""
        host = host_of(url)
        if not host or host in self._optional:
            return False
        return _bare(host) == _bare(self._host) or (bool(self._domain) and registered_domain(host) == self._domain)

    def quiet_for(self) -> float:
        """Seconds since the last request ended; 0 while one is under way."""
        return 0.0 if self._pending else time.monotonic() - self._last

    @property
    def flying(self) -> bool:
        """Whether an answer was given that the page has not wholly taken in yet."""
        return bool(self._flying)

    def landed(self, request: Request) -> None:
        """The page has taken in an answer, or knows that none comes."""
        self._flying.discard(request)

    @property
    def waiting(self) -> bool:
        """Whether something needed is still under way."""
        return any(self._pending.values())

    def end(self) -> None:
        """The page is ready: whatever it asks from now on is refused and counts for nothing."""
        self.ended = True

    def give_up(self) -> None:
        """The time is over: what is needed and still under way counts as not answered."""
        self.failed.extend(url for url in self._pending.values() if url)
        self._pending.clear()

    def note_error(self, message: str) -> None:
        """An uncaught error of the page's scripts; a name that is not defined may be what a library of another host would define."""
        if not self.ended and ("not defined" in message or "not a function" in message):
            self._broken = True

    @property
    def lacking(self) -> tuple[str, ...]:
        """Every address that should have answered: what is needed, and other hosts' scripts where the page's own broke without them."""
        return tuple(dict.fromkeys((*self.failed, *(self._absent if self._broken else ()))))

    async def handle(self, route: Route, request: Request) -> None:
        """Answer one request of the page. Handler of ``context.route``; never raises."""
        if self.ended:
            with contextlib.suppress(BrowserError):
                await self._refuse(route, stay=self._is_main(request))
            return
        self._count += 1
        if self._count >= HOPELESS:
            if self._count == HOPELESS and self.page is not None:
                with contextlib.suppress(BrowserError):
                    await self.page.close()
            return
        number, needed = self._count, self._needed(request)
        self._pending[number] = request.url if needed else ""
        self._flying.add(request)
        try:
            with contextlib.suppress(BrowserError):  # the page was closed under a slow answer
                await self._answer(route, request, needed)
        finally:
            self._pending.pop(number, None)
            self._last = time.monotonic()

    def _needed(self, request: Request) -> bool:
        return request.resource_type in ("document", "script", "xhr", "fetch") and self.own(request.url) and not self._from_popup(request)

    def _from_popup(self, request: Request) -> bool:
        """Whether a window that the page opened asks; popups are closed unread."""
        try:
            return self.page is not None and request.frame.page is not self.page
        except BrowserError:  # a worker has no frame, a window being born has none yet
            return request.is_navigation_request() and self.main_status is not None

    def _is_main(self, request: Request) -> bool:
        try:
            return request.is_navigation_request() and request.frame.parent_frame is None
        except BrowserError:
            return False

    async def _answer(self, route: Route, request: Request, needed: bool) -> None:
        kind, main = request.resource_type, self._is_main(request)
        wanted = kind in _LOADED or (self._pictures and kind in _PICTURES)
        if self._from_popup(request):
            wanted = main = False
        elif kind == "document" and not self.own(request.url):
            wanted = False
        if main:
            self._navigations += 1
        refused = self._count > MAX_REQUESTS or self._navigations > MAX_NAVIGATIONS or request.method not in ("GET", "HEAD")
        if kind == "image" and not wanted and not refused:
            await route.fulfill(status=200, content_type="image/gif", body=_DOT)  # an error would run the page's onerror
            return
        if not wanted or refused:
            if needed:  # a page that leaves for another site was whole while it stood
                self.failed.append(request.url)
            await self._refuse(route, stay=main and self.main_status is not None)
            return
        fetched = await self._fetch(request)
        if main and not (fetched.status == 204 and self.main_status is not None):  # after "nothing new" the page stands as it is
            self.main_status = fetched.status
        if not main and not _whole(fetched, kind):
            if needed:
                self.failed.append(request.url)
            elif kind == "script" and host_of(request.url) not in self._optional:
                self._absent.append(request.url)
        if not main and kind not in _PICTURES and self.own(request.url):
            self._note_input(request.url, fetched)
        await self._fulfil(route, request, fetched)

    def _note_input(self, url: str, fetched: Fetched) -> None:
        """Remember a file's content, so that another night can tell whether the page would look the same."""
        digest = hashlib.sha256(fetched.body).hexdigest() if _came(fetched) else ""
        self.inputs[url.split("#", 1)[0]] = (
            url.split("#", 1)[0],
            digest,
            fetched.headers.get("etag", ""),
            fetched.headers.get("last-modified", ""),
        )

    async def _refuse(self, route: Route, *, stay: bool) -> None:
        """Answer with nothing. ``stay``: the page that wanted to leave keeps standing; a plain refusal would put an error page there."""
        if stay:
            self.stayed = True
            await route.fulfill(status=204)
        else:
            await route.abort("blockedbyclient")

    async def _fetch(self, request: Request) -> Fetched:
        url = request.url.split("#", 1)[0]
        ready = self._ready.pop(url, None)
        if ready is not None:
            return ready
        headers = {name: value for name, value in request.headers.items() if name.lower() in _PASSED_ON}
        headers["user-agent"] = self._user_agent
        with contextlib.suppress(BrowserError):
            headers |= await _cookies(request, url)
        if request.resource_type in _CACHED:
            return await self._shared.get(url, headers)
        return await self._answers.get(url, kind="browser", headers=headers, robots=False)

    async def _fulfil(self, route: Route, request: Request, fetched: Fetched) -> None:
        if fetched.status is None:
            await route.abort("failed")
            return
        self.stayed = self.stayed or (fetched.status == 204 and self._is_main(request))
        headers = {name: value for name, value in fetched.headers.items() if name in _KEPT_HEADERS or name.startswith("access-control-")}
        asked = request.url.split("#", 1)[0]
        if request.resource_type == "document" and fetched.redirects and absolute(asked, asked) != absolute(asked, fetched.final_url):
            self._ready[fetched.final_url] = fetched
            stub = f"<script>location.replace({json.dumps(fetched.final_url).replace('<', '%3C')})</script>"
            await route.fulfill(status=200, content_type="text/html", body=stub)
            return
        await route.fulfill(status=fetched.status, headers=headers, body=fetched.body)


def _saved(url: str, body: bytes) -> Fetched:
    """A saved page, decoded already, as if its server had sent it."""
    return Fetched(url, url, 200, {"content-type": "text/html; charset=utf-8"}, body, "", "", (), "", 0)


def _whole(fetched: Fetched, kind: str) -> bool:
    """Whether a needed file really came: an answer below 400 that, for a script, is no error page dressed as success."""
    if fetched.status is None or fetched.error or fetched.status >= 400:
        return False
    dressed = kind == "script" and "html" in fetched.headers.get("content-type", "") and fetched.body.lstrip()[:1] == b"<"
    return not dressed


def _came(fetched: Fetched) -> bool:
    return fetched.ok and fetched.status == 200


async def _cookies(request: Request, url: str) -> dict[str, str]:
    """The browser's own cookies for ``url`` as a header: a challenge sets one by script and asks again."""
    context: BrowserContext = request.frame.page.context
    jar = await context.cookies(url)
    return {"cookie": "; ".join(f"{c.get('name')}={c.get('value')}" for c in jar)} if jar else {}
