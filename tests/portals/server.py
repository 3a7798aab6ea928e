"""A real HTTP/1.1 server for the served portals: virtual hosts, keep-alive, IPv4 and IPv6, TLS, faults, a log of every request.

One thread with its own event loop; about 4,000 requests a second. A handler gets a `Request` and gives a `Response`, whose
``fault`` can cut the body half-way, drip it, hang, or drop the connection.

    with WebServer() as web:
        port = web.listen(("127.0.1.10", "::1"))
        web.host("www.qinghe-test.gov.cn", lambda request: Response(b"<p>hello</p>"))
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Literal

Fault = Literal["", "cut", "drop", "hang", "drip"]
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked. ``path`` with its query; ``headers`` lower-case; ``family`` of the connection."""

    method: str
    host: str
    path: str
    headers: Mapping[str, str]
    peer: str
    family: Literal[4, 6]
    scheme: Literal["http", "https"]
    body: bytes = b""

    def cookie(self, name: str) -> str:
        """The value of a cookie, "" when it was not sent."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return next((value for key, _, value in pairs if key == name), "")


@dataclass(frozen=True, slots=True)
class Response:
    """What the server says. ``delay``: seconds before the first byte. ``declared``: a Content-Length that lies."""

    body: bytes = b""
    status: int = 200
    type: str = HTML
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    fault: Fault = ""
    declared: int | None = None


Handler = Callable[[Request], Response]


@dataclass(slots=True)
class Entry:
    """One line of the log: monotonic seconds of begin and end (0 while open), and what was asked and answered. ``server``: the address asked."""

    at: float
    host: str
    path: str
    method: str
    agent: str
    peer: str
    family: int
    status: int = 0
    ended: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)
    server: str = ""


class WebServer:
    """The server; a context manager. Hosts and listening sockets may be added while it runs."""

    def __init__(self) -> None:
        self._hosts: dict[str, Handler] = {}
        self._log: list[Entry] = []
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="portal-web", daemon=True)
        self._servers: list[tuple[str, int, asyncio.Server]] = []

    def host(self, name: str, handler: Handler) -> None:
        """Serve ``name`` (as the Host header gives it, without a port) on every socket of this server."""
        self._hosts[name.lower()] = handler

    def listen(self, addresses: Sequence[str], port: int = 0, *, tls: ssl.SSLContext | None = None) -> int:
        """Open a socket on each address, all on one port (0: a free one); the port. OSError when it is taken."""
        return asyncio.run_coroutine_threadsafe(self._listen(addresses, port, tls), self._loop).result(10)

    def close(self, port: int, address: str = "") -> None:
        """Close the sockets on ``port`` (of one address, or all): from now on connections are refused."""

        async def shut() -> None:
            for entry in [e for e in self._servers if e[1] == port and address in ("", e[0])]:
                entry[2].close()
                self._servers.remove(entry)

        asyncio.run_coroutine_threadsafe(shut(), self._loop).result(10)

    @property
    def log(self) -> list[Entry]:
        """A copy of the log, oldest first."""
        with self._lock:
            return list(self._log)

    def forget(self) -> None:
        """Empty the log: only of a server that no other test reads."""
        with self._lock:
            self._log.clear()

    def __enter__(self) -> WebServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _stop(self) -> None:
        for _, _, server in self._servers:
            server.close()
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _listen(self, addresses: Sequence[str], port: int, tls: ssl.SSLContext | None) -> int:
        opened: list[tuple[str, int, asyncio.Server]] = []
        for attempt in range(20):
            chosen = port
            try:
                for address in addresses:
                    server = await asyncio.start_server(self._connection, address, chosen, ssl=tls, limit=1 << 20, backlog=256)
                    chosen = chosen or server.sockets[0].getsockname()[1]
                    opened.append((address, chosen, server))
            except OSError:
                for _, _, server in opened:
                    server.close()
                opened.clear()
                if port or attempt == 19:
                    raise
            else:
                self._servers += opened
                return chosen
        raise OSError("no free port on all addresses")

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ssl.SSLError, UnicodeDecodeError, ValueError):
            pass  # the client went away or spoke nonsense: that ends this connection and nothing else
        except asyncio.CancelledError:
            writer.transport.abort()
            raise
        finally:
            with contextlib.suppress(ConnectionError, RuntimeError):
                writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request and its answer; whether the connection stays open."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head[:-4].split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0") or 0))
        host = headers.get("host", "").lower()
        name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host else host
        peer = writer.get_extra_info("peername")[0]
        secure: Literal["http", "https"] = "https" if writer.get_extra_info("ssl_object") else "http"
        request = Request(method, name, path, headers, peer, 6 if ":" in peer else 4, secure, body)
        entry = Entry(time.monotonic(), name, path, method, headers.get("user-agent", ""), peer, request.family, headers=headers)
        entry.server = writer.get_extra_info("sockname")[0]
        with self._lock:
            self._log.append(entry)
        handler = self._hosts.get(name)
        response = handler(request) if handler else Response("没有这个站点".encode(), 404, "text/plain; charset=utf-8")
        entry.status = response.status
        try:
            return await self._reply(writer, request, response)
        finally:
            entry.ended = time.monotonic()

    async def _reply(self, writer: asyncio.StreamWriter, request: Request, response: Response) -> bool:
        if response.delay:
            await asyncio.sleep(response.delay)
        if response.fault == "hang":
            await asyncio.sleep(3600)
        if response.fault == "drop":
            writer.transport.abort()
            return False
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Custom"
        size = len(response.body) if response.declared is None else response.declared
        lines = [
            f"HTTP/1.1 {response.status} {phrase}",
            f"Date: {formatdate(usegmt=True)}",
            f"Content-Type: {response.type}",
            f"Content-Length: {size}",
        ]
        lines += [f"{key}: {value}" for key, value in response.headers]
        closing = request.headers.get("connection", "").lower() == "close" or response.fault != "" or size != len(response.body)
        lines.append(f"Connection: {'close' if closing else 'keep-alive'}")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        if request.method == "HEAD":
            writer.write(head)
        else:
            await self._send(writer, head, response)
        await writer.drain()
        return not closing

    async def _send(self, writer: asyncio.StreamWriter, head: bytes, response: Response) -> None:
        if response.fault == "cut":
            writer.write(head + response.body[: len(response.body) // 2])
            await writer.drain()
        elif response.fault == "drip":
            writer.write(head)
            for start in range(0, len(response.body), 16):
                writer.write(response.body[start : start + 16])
                await writer.drain()
                await asyncio.sleep(0.2)
        else:
            writer.write(head + response.body)


def peak_at_once(log: Sequence[Entry]) -> int:
    """How many requests of ``log`` were open at the same moment, at most."""
    events = sorted([(e.at, 1) for e in log] + [(e.ended or float("inf"), -1) for e in log])
    peak = open_now = 0
    for _, step in events:
        open_now += step
        peak = max(peak, open_now)
    return peak
