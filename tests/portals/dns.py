"""A real DNS server on loopback: UDP and TCP, IPv4 and IPv6, zones with A, AAAA, CNAME, NS and SOA, faults by name.

It plays two parts at once: the recursive resolver (``--nameserver``) and the authoritative servers of its zones, whose own
addresses are ``ADDRESS_V4`` and ``ADDRESS_V6`` (asked on the port of ``--nameserver``).

    with DnsServer() as dns:
        dns.zone("qinghe-test.gov.cn", hosts={"www": ("127.0.1.10", "::1")})
        dns.fault("www.qinghe-test.gov.cn", "servfail")
        dns.nameserver            # ("127.0.1.53", 40123)
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

ADDRESS_V4 = "127.0.1.53"
ADDRESS_V6 = "::1"

Fault = Literal["timeout", "servfail", "nxdomain", "refused", "truncate"]
Servers = Literal["both", "v4-only", "one-v6", "v6-dead"]
"""Name servers of a zone: both with v4 and v6; v4 alone; ns1 alone with v6; v6 addresses at which nobody answers for the zone."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question that arrived: when (monotonic seconds), name, type, how."""

    at: float
    name: str
    kind: str
    family: int
    transport: Literal["udp", "tcp"]


@dataclass
class _Zone:
    name: dns.name.Name
    records: dict[tuple[dns.name.Name, str], list[str]] = field(default_factory=dict)
    dead_over_v6: bool = False

    def exists(self, name: dns.name.Name) -> bool:
        """Whether ``name`` owns a record or stands above one (empty non-terminal)."""
        return any(owner.is_subdomain(name) for owner, _ in self.records)

    def kinds(self, name: dns.name.Name) -> set[str]:
        return {kind for owner, kind in self.records if owner == name}


def _name(text: str) -> dns.name.Name:
    return dns.name.from_text(text.rstrip(".") + ".", idna_codec=dns.name.IDNA_2008_Practical)


class DnsServer:
    """The server; a context manager. Zones and faults may change while it runs."""

    def __init__(self) -> None:
        self._zones: dict[dns.name.Name, _Zone] = {}
        self._faults: dict[tuple[dns.name.Name, str], Fault] = {}
        self._queries: list[Query] = []
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="portal-dns", daemon=True)
        self._closers: list[asyncio.BaseTransport | asyncio.Server] = []
        self.port = 0

    @property
    def nameserver(self) -> tuple[str, int]:
        """What ``--nameserver`` is given."""
        return ADDRESS_V4, self.port

    @property
    def queries(self) -> list[Query]:
        """A copy of everything asked so far, oldest first."""
        with self._lock:
            return list(self._queries)

    def forget_queries(self) -> None:
        """Empty the record of questions."""
        with self._lock:
            self._queries.clear()

    def zone(self, name: str, *, hosts: Mapping[str, Iterable[str]], servers: Servers = "both") -> None:
        """Add or replace a zone.

        ``hosts``: label ("www", "@" for the zone itself) → addresses; an entry ``=other.name`` is a CNAME. A zone's name
        servers are ns1 and ns2 inside it.
        """
        origin = _name(name)
        zone = _Zone(origin, dead_over_v6=servers == "v6-dead")
        add = zone.records.setdefault
        add((origin, "SOA"), []).append(f"ns1.{name}. hostmaster.{name}. 2026082001 3600 600 86400 60")
        for number in (1, 2):
            server = _name(f"ns{number}.{name}")
            add((origin, "NS"), []).append(server.to_text())
            add((server, "A"), []).append(ADDRESS_V4)
            if servers in ("both", "v6-dead") or (servers == "one-v6" and number == 1):
                add((server, "AAAA"), []).append(ADDRESS_V6)
        for label, addresses in hosts.items():
            owner = origin if label == "@" else _name(f"{label}.{name}")
            for address in addresses:
                if address.startswith("="):
                    add((owner, "CNAME"), []).append(_name(address[1:]).to_text())
                else:
                    add((owner, "AAAA" if ":" in address else "A"), []).append(address)
        with self._lock:
            self._zones[origin] = zone

    def fault(self, name: str, fault: Fault | None, kind: str = "*") -> None:
        """Make every question about ``name`` (of type ``kind``, "*" for all) fail; None heals it. "*" as name means every name."""
        key = (dns.name.empty if name == "*" else _name(name), kind)
        with self._lock:
            if fault is None:
                self._faults.pop(key, None)
            else:
                self._faults[key] = fault

    def __enter__(self) -> DnsServer:
        self._thread.start()
        for _ in range(20):
            try:
                self.port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
                return self
            except OSError:
                continue  # the port was free for UDP on one address only: draw another
        raise OSError("no port is free for the test DNS server on all four sockets")

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _open(self) -> int:
        port = 0
        try:
            for address, family in ((ADDRESS_V4, 4), (ADDRESS_V6, 6)):
                server = await asyncio.start_server(lambda r, w, family=family: self._tcp(r, w, family), address, port)  # type: ignore[misc]
                self._closers.append(server)
                port = port or server.sockets[0].getsockname()[1]
                transport, _ = await self._loop.create_datagram_endpoint(lambda family=family: _Udp(self, family), (address, port))  # type: ignore[misc]
                self._closers.append(transport)
        except OSError:
            await self._close()
            raise
        return port

    async def _close(self) -> None:
        for closer in self._closers:
            closer.close()
        self._closers.clear()
        for task in asyncio.all_tasks(self._loop) - {asyncio.current_task(self._loop)}:
            task.cancel()
        await asyncio.sleep(0)

    async def _tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, family: int) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                reply = self.answer(await reader.readexactly(size), family, "tcp")
                if reply is not None:
                    writer.write(len(reply).to_bytes(2, "big") + reply)
                    await writer.drain()
        writer.close()

    def answer(self, wire: bytes, family: int, transport: Literal["udp", "tcp"]) -> bytes | None:
        """The reply in wire form; None when the question is left unanswered."""
        try:
            query = dns.message.from_wire(wire)
            question = query.question[0]
        except (dns.exception.DNSException, IndexError):
            return None
        kind = dns.rdatatype.to_text(question.rdtype)
        with self._lock:
            self._queries.append(Query(time.monotonic(), question.name.to_text(omit_final_dot=True), kind, family, transport))
            fault = self._fault_of(question.name, kind)
            zone = self._zone_of(question.name)
            if fault == "timeout" or (zone is not None and zone.dead_over_v6 and family == 6):
                return None
            reply = dns.message.make_response(query, recursion_available=True)
            if fault == "truncate" and transport == "udp":
                reply.flags |= dns.flags.TC
            elif fault in ("servfail", "nxdomain", "refused"):
                reply.set_rcode({"servfail": dns.rcode.SERVFAIL, "nxdomain": dns.rcode.NXDOMAIN, "refused": dns.rcode.REFUSED}[fault])
            else:
                self._fill(reply, question.name, kind, zone)
        return reply.to_wire()

    def _fault_of(self, name: dns.name.Name, kind: str) -> Fault | None:
        for key in ((name, kind), (name, "*"), (dns.name.empty, kind), (dns.name.empty, "*")):
            if key in self._faults:
                return self._faults[key]
        return None

    def _zone_of(self, name: dns.name.Name) -> _Zone | None:
        while True:
            if name in self._zones:
                return self._zones[name]
            if name == dns.name.root:
                return None
            name = name.parent()

    def _fill(self, reply: dns.message.Message, name: dns.name.Name, kind: str, zone: _Zone | None) -> None:
        """Answer from the zones: the records, a CNAME chain, or the SOA of the zone as proof that there are none."""
        reply.flags |= dns.flags.AA
        for _ in range(8):
            if zone is None:
                above = any(origin.is_subdomain(name) for origin in self._zones)  # cn., gov.cn.: there, though not ours
                reply.set_rcode(dns.rcode.NOERROR if above else dns.rcode.NXDOMAIN)
                return
            if values := zone.records.get((name, kind)):
                reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, values))
                return
            alias = zone.records.get((name, "CNAME"))
            if not alias:
                break
            reply.answer.append(dns.rrset.from_text_list(name, 60, "IN", "CNAME", alias))
            name = _name(alias[0])
            zone = self._zone_of(name)
        assert zone is not None
        if not zone.exists(name):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        reply.authority.append(dns.rrset.from_text_list(zone.name, 60, "IN", "SOA", zone.records[(zone.name, "SOA")]))


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer, family: int) -> None:
        self.server, self.family = server, family
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        reply = self.server.answer(data, self.family, "udp")
        if reply is not None and self.transport is not None:
            self.transport.sendto(reply, addr)


def has_ipv6() -> bool:
    """Whether this machine has ::1; without it the v6 half of the served tests can't stand."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind((ADDRESS_V6, 0))
    except OSError:
        return False
    return True
