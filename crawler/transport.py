"""httpx over sockets that the guard allowed: names go through `Network`, and the address that was judged is the one connected to."""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from crawler.network import Family, Network, error_word

_ADDRESSES = 3  # of one host that are tried before giving up
_REQUESTS = 100  # connections held at once over all hosts; politeness per host is the fetcher's


class TlsFailed(Exception):
    """The TLS handshake failed: our OpenSSL or the server refused. ``str()`` is Chinese."""


class GuardedStream(httpcore.AsyncNetworkStream):
    """A connection that remembers its ``address`` and how long TCP and TLS took (ms)."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, address: str, connect_ms: int, tls_ms: int = 0) -> None:
        self._inner = inner
        self.address, self.connect_ms, self.tls_ms = address, connect_ms, tls_ms

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's signature
        """At most ``max_bytes`` bytes; b"" at the end."""
        return await self._inner.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's signature
        """Send all of ``buffer``."""
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> GuardedStream:
        """The connection after the handshake; raises `TlsFailed` where either side refused, httpcore.ConnectTimeout when it stalled."""
        begun = time.monotonic()
        try:
            inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except (httpcore.ConnectError, OSError, ValueError) as error:  # ValueError: a host name that TLS can't carry
            word, detail = error_word(error)
            raise TlsFailed(detail if word == "tls" else f"TLS 握手被对方中断（{detail}）") from error
        return GuardedStream(inner, self.address, self.connect_ms, round((time.monotonic() - begun) * 1000))

    def get_extra_info(self, info: str) -> Any:
        """httpcore's questions about the socket."""
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to the allowed addresses of a host, one after the other; ``family`` forces IPv4 or IPv6."""

    def __init__(self, network: Network, family: Family | None) -> None:
        self._network, self._family = network, family
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> GuardedStream:
        """A connection to the first address that accepts. Raises LookupFailed, AddressRefused, or httpcore's connect errors."""
        addresses = (await self._network.reachable_addresses(host, family=self._family))[:_ADDRESSES]
        share = None if timeout is None else timeout / len(addresses)
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            begun = time.monotonic()
            try:
                stream = await self._inner.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = failure or error
                continue
            self._network.note_v6(address)
            return GuardedStream(stream, address, round((time.monotonic() - begun) * 1000))
        raise failure or httpcore.ConnectError(f"no address for {host}")

    async def sleep(self, seconds: float) -> None:
        """httpcore's own pause between retries (unused: there are none)."""
        await self._inner.sleep(seconds)


class GuardedTransport(httpx.AsyncBaseTransport):
    """An httpx transport over a guarded pool. Errors are httpcore's, plus `TlsFailed`, `LookupFailed`, `AddressRefused`.

    ``family`` None keeps connections alive; a forced family connects anew for every request, so that its time can be measured.
    """

    def __init__(self, network: Network, *, family: Family | None = None, legacy: bool = False) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=network.ssl_context(legacy=legacy),
            max_connections=_REQUESTS,
            max_keepalive_connections=20 if family is None else 0,
            keepalive_expiry=5.0,
            network_backend=GuardedBackend(network, family),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, no redirect, no cookie; the body is read by `raw_chunks`."""
        url = request.url
        assert isinstance(request.stream, httpx.AsyncByteStream)
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._answer.aiter_stream():
            yield chunk

    async def aclose(self) -> None:
        await self._answer.aclose()
