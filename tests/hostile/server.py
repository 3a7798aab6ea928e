"""A server that misbehaves: raw answers, byte by byte, over TCP and TLS; and the small honest site that stands around each of them.

with HostileServer() as web:
    port = web.listen("127.0.2.1", {"/": page("…"), "/bad/": raw(b"HTTP/1.1 999 ???\\r\\n\\r\\n")})
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping

Speak = Callable[[str, asyncio.StreamWriter], Awaitable[None]]
"""What is said to one request: the path that was asked, and where to write. Whatever it raises ends the connection."""

_numbers = itertools.count(os.getpid() % 50)


def raw(answer: bytes) -> Speak:
    """These bytes and then the end of the connection."""

    async def speak(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)

    return speak


def answer(body: bytes, *headers: str, status: int = 200, kind: str = "text/html; charset=utf-8") -> Speak:
    """A well-formed answer; an empty ``kind`` sends no type, a header line beginning with Content-Length replaces the true one."""
    lines = [f"HTTP/1.1 {status} X", *headers, "Connection: close"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    if not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in headers):
        lines.append(f"Content-Length: {len(body)}")
    return raw("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)


def page(html: str | bytes, *headers: str) -> Speak:
    """An ordinary HTML page."""
    return answer(html.encode() if isinstance(html, str) else html, *headers)


class HostileServer:
    """One thread with a loop of its own. ``asked``: (address, path) → how often; ``connections``: address → how many came."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="hostile-web", daemon=True)
        self.asked: Counter[tuple[str, str]] = Counter()
        self.connections: Counter[str] = Counter()

    def __enter__(self) -> HostileServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    async def _stop(self) -> None:
        others = asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @staticmethod
    def address() -> str:
        """An address of 127.0.2.0/23 that no other site of this run has."""
        number = next(_numbers)
        return f"127.0.{2 + number // 250}.{number % 250 + 1}"

    def listen(self, address: str, pages: Mapping[str, Speak], *, tls: ssl.SSLContext | None = None, port: int = 0) -> int:
        """Serve ``pages`` (path → what is said; "*" for every other path) and give the port. They may be changed while served."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections[address] += 1
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError, IndexError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                self.asked[address, path] += 1
                speak = pages.get(path) or pages.get("*") or answer("<title>404</title>页面不存在".encode(), status=404)
                await speak(path, writer)
                await writer.drain()
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

        return self._open(talk, address, port, tls)

    def accept(self, address: str, greet: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], port: int = 0) -> int:
        """A listener that does ``greet`` with every raw connection; the port."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections[address] += 1
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                await greet(reader, writer)
            with contextlib.suppress(OSError, RuntimeError):
                writer.close()

        return self._open(talk, address, port, None)

    def _open(self, talk: Callable[..., Awaitable[None]], address: str, port: int, tls: ssl.SSLContext | None) -> int:
        async def start() -> int:
            server = await asyncio.start_server(talk, address, port, ssl=tls, limit=1 << 20, ssl_handshake_timeout=20 if tls else None)
            return int(server.sockets[0].getsockname()[1])

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read and never say a word."""
    while await reader.read(65536):
        pass


async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the first bytes, then RST."""
    await reader.read(100)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the first bytes, then an ordinary end."""
    await reader.read(100)


async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a hello with noise that looks like a TLS record."""
    await reader.read(100)
    writer.write(b"\x16\x03\x03\x40\x00" + bytes(range(256)) * 64)
    await writer.drain()


async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """What a web server says to a hello on its plain port."""
    await reader.read(100)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


async def half_a_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Begin a record that never ends, a byte a second."""
    await reader.read(100)
    writer.write(b"\x16\x03\x03\x3f\xff\x02")
    while True:
        await asyncio.sleep(1)
        writer.write(b"\x00")
        await writer.drain()


def drip(head: bytes, piece: bytes, seconds: float = 1.0) -> Speak:
    """``head`` at once, then ``piece`` again and again for ever, ``seconds`` apart."""

    async def speak(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            await writer.drain()
            if seconds:
                await asyncio.sleep(seconds)
            writer.write(piece)

    return speak
