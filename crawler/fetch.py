"""Polite single requests outside the spider: probes, fragments, sub-resources of the browser, pages elsewhere, the random-path baseline.

Every hop is resolved and judged by the guard, waits its turn at the host, obeys robots.txt, and is counted in the visit ledger.
Nothing here raises for a fault of the network: `Fetched.error` is the word for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import httpcore
import httpx
from protego import Protego

from crawler.network import AddressRefused, Family, LookupFailed, Network, error_word
from crawler.politeness import HostGate, Politeness
from crawler.responses import ERRORS, ErrorWord, ExchangeFailed, decompress, keep_cookies, parse_headers, protocol_detail, redirect_target
from crawler.settings import USER_AGENT
from crawler.site import InvalidAddress, ascii_host, host_of
from crawler.transport import GuardedStream, GuardedTransport, TlsFailed
from crawler.visit import Kind, VisitLedger

__all__ = ["ERRORS", "ErrorWord", "Fetched", "Fetcher", "Politeness"]

MAX_REDIRECTS = 10
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
Method = Literal["GET", "HEAD"]
_LONGEST_WAIT = 5.0  # seconds of Retry-After that are waited for, once
_PAUSES = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came of one `Fetcher.get`.

    ``headers``: of the last answer, names in lower case. ``body``: decompressed, b"" after an error. ``address``: the one that answered.
    ``redirects``: every address after the first. ``elapsed_ms``: all exchanges, without polite waiting. ``connect_ms`` (TCP), ``tls_ms``
    and ``first_byte_ms`` (since the start of the last exchange) are 0 where a kept connection was used or nothing came.
    """

    url: str
    final_url: str
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    error: ErrorWord
    detail: str
    redirects: tuple[str, ...]
    address: str
    elapsed_ms: int
    connect_ms: int = 0
    tls_ms: int = 0
    first_byte_ms: int = 0

    @property
    def ok(self) -> bool:
        """An HTTP answer came, whatever its status."""
        return not self.error


@dataclass(slots=True)
class _Hop:
    """One exchange as it goes on."""

    url: str
    method: Method = "GET"
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    cookies: list[str] = field(default_factory=list)
    body: bytes = b""
    wire: int = 0
    elapsed_ms: int = 0
    address: str = ""
    connect_ms: int = 0
    tls_ms: int = 0
    first_byte_ms: int = 0


class Fetcher:
    """Polite requests of one run. Close it with `close`, in the loop that used it."""

    def __init__(self, network: Network, ledger: VisitLedger, politeness: Politeness | None = None, user_agent: str = USER_AGENT) -> None:
        self.network = network
        self.ledger = ledger
        self.politeness = politeness or Politeness()
        self.user_agent = user_agent
        self.gate = HostGate(self.politeness)
        self._transports: dict[tuple[Family | None, bool], GuardedTransport] = {}
        self._legacy: set[str] = set()
        self._robots: dict[str, asyncio.Task[Protego | None]] = {}

    async def get(
        self,
        url: str,
        *,
        kind: Kind,
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - one exchange, not the whole call: polite waiting does not count
        family: Family | None = None,
        follow: bool = True,
        robots: bool = True,
        method: Method = "GET",
    ) -> Fetched:
        """GET (or HEAD) one address; redirects are followed (≤ 10) unless ``follow`` is False. Never raises for network faults.

        ``timeout``: seconds of one exchange, body included; ``family``: 4 or 6 forces that address family on every hop.
        """
        seen: set[tuple[str, str]] = set()
        jar: dict[tuple[str, str], str] = {}
        trail: list[str] = []
        spent, current = 0, url
        limit, seconds = max_bytes or self.politeness.max_bytes, timeout or self.politeness.timeout
        while True:
            cookie = "; ".join(f"{name}={value}" for (host, name), value in jar.items() if host == host_of(current))
            hop = _Hop(current, method)
            try:
                if (current, cookie) in seen or len(trail) > MAX_REDIRECTS:
                    raise ExchangeFailed("redirect-loop")
                seen.add((current, cookie))
                if robots and not await self.allows(current):
                    raise ExchangeFailed("robots")
                sent = {**(headers or {}), **({"cookie": cookie} if cookie else {})}
                await self._exchange(hop, kind, sent, limit, seconds, family)
            except ExchangeFailed as failure:
                return _result(url, hop, trail, spent + hop.elapsed_ms, failure)
            spent += hop.elapsed_ms
            target = redirect_target(current, hop.headers.get("location", "")) if follow and hop.status in _REDIRECTS else ""
            if not target:
                return _result(url, hop, trail, spent, None)
            keep_cookies(jar, host_of(current), hop.cookies)
            trail.append(target)
            current = target

    async def allows(self, url: str) -> bool:
        """Whether robots.txt lets us ask ``url``; read once per origin. One that can't be read allows everything."""
        if not self.politeness.obey_robots:
            return True
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        if parts.path == "/robots.txt":
            return True
        if origin not in self._robots:
            self._robots[origin] = asyncio.ensure_future(self._read_robots(f"{origin}/robots.txt"))
        rules = await asyncio.shield(self._robots[origin])
        return rules is None or bool(rules.can_fetch(url, self.user_agent))

    async def _read_robots(self, url: str) -> Protego | None:
        found = await self.get(url, kind="robots", max_bytes=512 * 1024, robots=False)
        if found.error or found.status != 200 or "html" in found.headers.get("content-type", ""):
            return None
        return Protego.parse(found.body.decode("utf-8", errors="replace"))

    async def close(self) -> None:
        """Close every connection and stop what is still being asked."""
        pending = [task for task in self._robots.values() if not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()
        self.gate.close()

    # one hop

    async def _exchange(self, hop: _Hop, kind: Kind, headers: Mapping[str, str], limit: int, seconds: float, family: Family | None) -> None:
        """One hop with its retries (legacy TLS, a stale kept connection, one short Retry-After); raises `ExchangeFailed`."""
        host = _asked_host(hop.url)
        waited = stale = False
        while True:
            try:
                async with self.gate.turn(host, resource=kind == "browser", family=family):
                    await self._send(hop, host, kind, headers, limit, seconds, family)
            except TlsFailed as error:
                if host in self._legacy:
                    raise ExchangeFailed("tls", str(error)) from error
                self._legacy.add(host)
                continue
            except httpcore.RemoteProtocolError as error:
                if stale or hop.status is not None:
                    raise ExchangeFailed("protocol", protocol_detail(error, quoted=True)) from error
                stale = True
                continue
            pause = _pause(hop)
            if pause is None or waited:
                return
            waited = True
            await asyncio.sleep(pause)

    async def _send(
        self, hop: _Hop, host: str, kind: Kind, headers: Mapping[str, str], limit: int, seconds: float, family: Family | None
    ) -> None:
        """One request on the wire, counted in the ledger however it ends."""
        begun, word = time.monotonic(), ""
        hop.status, hop.wire = None, 0
        try:
            async with asyncio.timeout(seconds):
                await self._talk(hop, headers, limit, seconds, self._transport(family, host in self._legacy))
        except ExchangeFailed as failure:
            word = failure.word
            raise
        except TlsFailed:
            word = "tls"
            raise
        except httpcore.RemoteProtocolError:
            word = "protocol"
            raise
        except AddressRefused as error:
            word = "refused-address"
            raise ExchangeFailed("refused-address", str(error)) from error
        except LookupFailed as error:
            found: ErrorWord = "dns-failed" if error.status == "failed" else "no-such-domain"
            word = found
            raise ExchangeFailed(found, error.detail) from error
        except (TimeoutError, httpcore.TimeoutException) as error:
            word = "timeout"
            raise ExchangeFailed("timeout", f"{seconds:g} 秒内没有完成应答") from error
        except (httpcore.ConnectError, httpcore.ReadError, httpcore.WriteError, OSError) as error:
            word, detail = "refused", error_word(error)[1]
            raise ExchangeFailed("refused", detail) from error
        except (httpcore.ProtocolError, httpx.InvalidURL, ValueError) as error:
            word = "protocol"
            raise ExchangeFailed("protocol", protocol_detail(error, quoted=True)) from error
        finally:
            hop.elapsed_ms += round((time.monotonic() - begun) * 1000)
            self.ledger.record(host, kind, hop.status, hop.wire, word)

    async def _talk(self, hop: _Hop, headers: Mapping[str, str], limit: int, seconds: float, transport: GuardedTransport) -> None:
        begun = time.monotonic()
        request = httpx.Request(
            hop.method, hop.url, headers=self._headers(headers), extensions={"timeout": httpx.Timeout(seconds).as_dict()}
        )
        response = await transport.handle_async_request(request)
        try:
            hop.first_byte_ms = round((time.monotonic() - begun) * 1000)
            hop.status = response.status_code
            hop.headers, hop.cookies = parse_headers(response.headers.raw)
            stream = response.extensions.get("network_stream")
            if isinstance(stream, GuardedStream):
                hop.address, hop.connect_ms, hop.tls_ms = stream.address, stream.connect_ms, stream.tls_ms
                stream.connect_ms = stream.tls_ms = 0  # a kept connection costs the next request nothing
            declared = hop.headers.get("content-length", "")
            if declared.isdecimal() and int(declared) > limit and hop.method == "GET":
                raise ExchangeFailed("too-large", f"内容 {int(declared)} 字节，超过上限 {limit} 字节")
            raw = await _read(hop, response, limit)
            hop.body = decompress(raw, hop.headers.get("content-encoding", ""), limit) if hop.method == "GET" else b""
        finally:
            await response.aclose()

    def _headers(self, extra: Mapping[str, str]) -> dict[str, str]:
        sent = {
            "user-agent": self.user_agent,
            "accept": "text/html,application/xhtml+xml,*/*;q=0.8",
            "accept-language": "zh-CN,zh;q=0.9,en;q=0.5",
            "accept-encoding": "gzip, deflate",
        }
        sent.update((name.lower(), value) for name, value in extra.items())
        return sent

    def _transport(self, family: Family | None, legacy: bool) -> GuardedTransport:
        key = (family, legacy)
        if key not in self._transports:
            self._transports[key] = GuardedTransport(self.network, family=family, legacy=legacy)
        return self._transports[key]


def _result(url: str, hop: _Hop, trail: list[str], spent: int, failure: ExchangeFailed | None) -> Fetched:
    return Fetched(
        url=url,
        final_url=hop.url,
        status=hop.status,
        headers=hop.headers,
        body=b"" if failure else hop.body,
        error=failure.word if failure else "",
        detail=failure.detail if failure else "",
        redirects=tuple(trail),
        address=hop.address,
        elapsed_ms=spent,
        connect_ms=hop.connect_ms,
        tls_ms=hop.tls_ms,
        first_byte_ms=hop.first_byte_ms,
    )


def _asked_host(url: str) -> str:
    """The IDNA host that ``url`` asks; raises `ExchangeFailed` for what is no web address."""
    try:
        parts = urlsplit(url)
        host = ascii_host(parts.hostname or "")
        if parts.scheme not in ("http", "https") or not host or " " in host or parts.port == 0:
            raise ValueError(f"不是可以访问的网址：{url[:200]}")
        httpx.URL(url)
    except (ValueError, InvalidAddress, httpx.InvalidURL) as error:
        raise ExchangeFailed("protocol", f"网址不合规范（{error}）") from error
    return host


async def _read(hop: _Hop, response: httpx.Response, limit: int) -> bytes:
    """The body as it came; what arrived before the server broke off counts (old portals do that), as it does in a browser."""
    raw = bytearray()
    try:
        async for chunk in response.stream:  # type: ignore[union-attr]
            hop.wire += len(chunk)
            raw += chunk
            if len(raw) > limit:
                raise ExchangeFailed("too-large", f"内容超过上限 {limit} 字节")
    except httpcore.RemoteProtocolError:
        if not raw:
            raise
    return bytes(raw)


def _pause(hop: _Hop) -> float | None:
    """Seconds to wait before the one retry after 429 or 503; None when the site names none or a longer one."""
    named = hop.headers.get("retry-after", "")
    if hop.status not in _PAUSES or not named.isdecimal() or int(named) > _LONGEST_WAIT:
        return None
    return float(named)
