"""Scrapy's asyncio download handler over addresses that the guard allowed.

Names are resolved by our `Network` only, the address it judged is the one connected to, literal addresses are judged too. TLS is
read unverified; a handshake that only our OpenSSL refuses is tried once more with legacy settings. Every request is counted.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import ClassVar, cast
from urllib.parse import urlsplit

import aiohttp
import yarl
from aiohttp.abc import AbstractResolver, ResolveResult
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.core.downloader.handlers._base_streaming import BaseStreamingDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Headers, Response

from crawler.network import AddressRefused, LookupFailed, Network, error_word
from crawler.permit import CrawlStopped, Permit
from crawler.responses import ERRORS, ErrorWord, header_text, protocol_detail
from crawler.site import host_of, is_address
from crawler.visit import Kind

_OURS = (AttributeError, NameError, TypeError, AssertionError, ImportError)
_FIELD_BYTES = 65536  # of one header: old portals send long cookies


class TlsRefused(Exception):
    """The TLS handshake failed, with legacy settings too. ``str()`` is Chinese."""


class GuardedResolver(AbstractResolver):
    """Gives aiohttp the allowed addresses of a host, v4 first. `LookupFailed` and `AddressRefused` pass through aiohttp unchanged."""

    def __init__(self, network: Network) -> None:
        self._network = network

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """The allowed addresses of ``host``; both families whatever ``family`` says."""
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for address in await self._network.reachable_addresses(host)
        ]

    async def close(self) -> None:
        """Nothing is held."""


class GuardedResponse(_ClientResponse):
    """A response that knows how many body bytes came over the wire."""

    received = 0


class GuardedDownloadHandler(AiohttpDownloadHandler):
    """The one way out of the spider. What may go out and when is asked of the spider's `Permit`."""

    experimental: ClassVar[bool] = False  # Scrapy pins its own caution on this handler; ours is pinned and tested with it

    def __init__(self, crawler: Crawler) -> None:
        BaseStreamingDownloadHandler.__init__(self, crawler)  # not the parent's: it would open a connector with the system resolver
        self._permit = cast(Permit, getattr(crawler.spider, "permit", None))
        self._network = self._permit.network
        self._ssl_context = self._network.ssl_context()
        self._legacy: set[str] = set()
        connector = aiohttp.TCPConnector(
            resolver=GuardedResolver(self._network),
            use_dns_cache=False,
            happy_eyeballs_delay=None,
            limit=self._pool_size_total,
            limit_per_host=self._pool_size_per_host,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=GuardedResponse,
            skip_auto_headers=("Accept", "Accept-Encoding", "Content-Type", "User-Agent"),
            max_line_size=_FIELD_BYTES,
            max_field_size=_FIELD_BYTES,
            trust_env=False,
        )
        self._permit.abort.append(self._session.close)

    async def download_request(self, request: Request) -> Response:
        """One request on the wire. Raises `CrawlStopped` when none may go out; every other way it ends is counted in the ledger."""
        await self._permit.wait()
        host = host_of(request.url)
        robots = urlsplit(request.url).path == "/robots.txt" and bool(request.meta.get("dont_obey_robotstxt"))
        kind: Kind = "robots" if robots else "page"
        async with self._permit.gate.turn(host):
            self._permit.check()
            status: int | None = None
            word = ""
            try:
                response: Response = await super().download_request(request)
                status = response.status
                if status in (429, 503):
                    self._permit.respect(status, plain_headers(response.headers))
                return response
            except Exception as error:
                word = failure_word(error)[0]
                raise
            finally:
                received = int(request.meta.pop("wire_bytes", 0))
                self._permit.budget.add_bytes(received)
                self._permit.ledger.record(host, kind, status, received, word)

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[GuardedResponse]:  # noqa: ASYNC109 - Scrapy's signature
        host = urlsplit(request.url).hostname or ""
        if is_address(host):  # aiohttp asks no resolver for these
            await self._network.start()
            if (reason := self._network.refusal(host)) is not None:
                raise AddressRefused(host, host, reason)
        elif host.replace(".", "").isdigit():  # 127.1 and its kin: the system would make an address of it behind our back
            raise AddressRefused(host, host, "写法不规范的数字地址")
        try:
            response = await self._send(request, host, timeout)
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{timeout:g} seconds") from error
        try:
            peer = response._peername
            if peer is not None:
                self._network.note_v6(peer[0])
            yield response
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{timeout:g} seconds") from error
        finally:
            request.meta["wire_bytes"] = response.received
            response.close()

    async def _send(self, request: Request, host: str, seconds: float) -> GuardedResponse:
        """Send it, twice where the TLS handshake fails; the headers of the answer have come when this returns."""
        url: str | yarl.URL = request.url
        if "%" in request.url or "{" in request.url:
            url = yarl.URL(request.url, encoded=True)  # the address as the page gave it, not as yarl would write it
        for legacy in (True,) if host in self._legacy else (False, True):
            try:
                return cast(
                    GuardedResponse,
                    await self._session.request(
                        request.method,
                        url,
                        data=request.body or None,
                        headers=self._request_headers(request).to_tuple_list(),
                        timeout=aiohttp.ClientTimeout(total=seconds),
                        ssl=self._network.ssl_context(legacy=legacy),
                        allow_redirects=False,
                    ),
                )
            except (aiohttp.ClientConnectorError, ssl.SSLError) as error:
                if not _in_handshake(request.url, error):
                    raise
                self._legacy.add(host)
                if legacy:
                    word, detail = error_word(error.__cause__ or error)
                    raise TlsRefused(detail if word == "tls" else "TLS 握手被对方中断") from error
        raise AssertionError("unreachable")

    @staticmethod
    def _extract_headers(response: GuardedResponse) -> Headers:  # type: ignore[override]
        """As they came over the wire: a header in GBK is no reason to lose the answer."""
        return Headers(list(response.raw_headers))

    async def _iter_body_chunks(self, response: GuardedResponse) -> AsyncIterator[bytes]:  # type: ignore[override]
        async for chunk in response.content.iter_any():
            response.received += len(chunk)
            yield chunk


def _in_handshake(url: str, error: Exception) -> bool:
    """Whether a failed connect got as far as the TLS handshake: an SSL error, or the server hung up; a refused port did not."""
    if isinstance(error, ssl.SSLError):
        return True
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    return url.startswith("https:") and isinstance(cause, ConnectionError) and not isinstance(cause, ConnectionRefusedError)


def plain_headers(headers: Headers) -> dict[str, str]:
    """Scrapy's headers as text, names in lower case, several of one name joined by commas."""
    return {name.decode("latin-1").lower(): header_text(b",".join(values)) for name, values in headers.items()}


def failure_word(error: BaseException) -> tuple[ErrorWord | str, str]:
    """``(word, Chinese detail)`` of what a request raised: a word of `crawler.responses.ERRORS`, or ``stopped``.

    A fault of our own (AttributeError and its kin) is no fact about the site: it is raised again.
    """
    word: ErrorWord
    if isinstance(error, _OURS):
        raise error
    if isinstance(error, CrawlStopped):
        return "stopped", error.reason
    if isinstance(error, AddressRefused):
        return "refused-address", str(error)
    if isinstance(error, LookupFailed):
        return ("dns-failed" if error.status == "failed" else "no-such-domain"), error.detail
    if isinstance(error, TlsRefused):
        return "tls", str(error)
    if isinstance(error, (DownloadTimeoutError, TimeoutError)):
        word = "timeout"
    elif isinstance(error, DownloadCancelledError):
        word = "too-large"
    elif isinstance(error, IgnoreRequest):  # HttpCompressionMiddleware chains its cause; the robots middleware has none
        word = "too-large" if error.__cause__ is not None else "robots"
    elif isinstance(error, aiohttp.ClientConnectorError):
        found, detail = error_word(error)
        return found, detail
    elif isinstance(error, (ConnectionResetError, aiohttp.ClientOSError)):
        return "refused", "连接被对方中断"
    else:
        return "protocol", protocol_detail(error)
    return word, ERRORS[word]
