"""Name look-ups and addresses: one `Network` per inspected site; every socket of the run is opened to an address it allowed.

A time-out, a SERVFAIL or a missing resolver is ``failed``: it is never the absence of a record. The *resolved* address decides and
is the one connected to, so a name that changes its answer (rebinding) reaches nothing.
"""

from __future__ import annotations

import asyncio
import errno
import ssl
import time
import warnings
from collections import Counter
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import dns.asyncquery
import dns.asyncresolver
import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from crawler.guard import REFUSALS, Guard, parse
from crawler.resolver import LookupStatus, Records, hosts_file, make_resolver, resolve
from crawler.site import InvalidAddress, Site, ascii_host

Family = Literal[4, 6]

SERVER_TIMEOUT = 3.0
"""Seconds for one try of one query to an authoritative server; there are two."""
CONNECT_TIMEOUT = 4.0
"""Seconds for one TCP connect of a probe."""
_CHAIN = 8  # CNAMEs followed when a server gives only a piece of the chain
REFUSED = "连接被拒绝"
"""The detail of an `Attempt` that the port itself refused (ECONNREFUSED), as no other failure says it."""
_LOOPBACK: dict[Family, str] = {4: "127.0.0.1", 6: "::1"}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answer:
    """One look-up of addresses.

    ``status``: ok; none (the name exists, it has no such record); nxdomain; failed (time-out, SERVFAIL: *not* absence).
    ``detail`` says in Chinese what went wrong; ``canonical`` is the name at the end of the CNAME chain.
    """

    host: str
    family: Family
    status: LookupStatus
    addresses: tuple[str, ...]
    detail: str
    canonical: str
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True)
class Zone:
    """The zone (区) a host lies in and its name servers. ``status`` failed: it could not be found out, ``detail`` says why."""

    name: str
    status: LookupStatus
    servers: tuple[str, ...]
    detail: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """One exchange with one address. ``error``: "" or a word of `crawler.fetch.ERRORS`; ``detail`` in Chinese."""

    target: str
    address: str
    ok: bool
    elapsed_ms: int
    error: str = ""
    detail: str = ""


class AddressRefused(Exception):
    """The guard forbids the address that a host resolved to."""

    def __init__(self, host: str, address: str, reason: str) -> None:
        super().__init__(f"{host} 的地址 {address} 是{reason}，按安全规则不访问")
        self.host, self.address, self.reason = host, address, reason


class LookupFailed(Exception):
    """A host has no address to connect to; ``status`` as in `Answer`."""

    def __init__(self, host: str, status: LookupStatus, detail: str) -> None:
        super().__init__(detail)
        self.host, self.status, self.detail = host, status, detail


def error_word(error: BaseException) -> tuple[str, str]:
    """``(word, detail)`` of a failed connect: refused, timeout, tls or unreachable, with the system's own words."""
    seen: list[BaseException] = [error]
    for link in seen:  # the list grows while it is walked: causes, contexts and members of groups
        if len(seen) > 20:
            break
        members = list(link.exceptions) if isinstance(link, BaseExceptionGroup) else []
        seen += [e for e in (link.__cause__, link.__context__, *members) if e is not None and e not in seen]
    for link in seen:
        if isinstance(link, ssl.SSLError):
            return "tls", f"TLS 握手失败（{link.reason or link}）"
    for link in seen:
        if isinstance(link, TimeoutError) or (isinstance(link, OSError) and link.errno == errno.ETIMEDOUT):
            return "timeout", "连接超时"
    for link in seen:
        if isinstance(link, OSError) and link.errno is not None:
            return ("refused", REFUSED) if link.errno == errno.ECONNREFUSED else ("refused", f"无法连接（{link.strerror or link}）")
    return "refused", f"无法连接（{error or type(error).__name__}）"


class Network:
    """The network as one run sees it: resolver, guard, TLS settings, and the proof that our own IPv6 works.

    ``nameserver``: (IP, port) that gets every look-up; without it the system's resolver and hosts file. ``v6_controls``: HOST,
    HOST:PORT or [V6]:PORT tried to prove our own IPv6; they are the user's own and not subject to the guard.
    """

    def __init__(
        self,
        site: Site,
        *,
        nameserver: tuple[str, int] | None = None,
        v6_controls: tuple[str, ...] = (),
        ca_file: Path | None = None,
    ) -> None:
        self.site = site
        self.nameserver = nameserver
        self.v6_controls = v6_controls
        self.ca_file = ca_file
        self.guard = Guard()
        self.v6_exchanges: Counter[str] = Counter()
        self._tasks: dict[tuple[str, ...], asyncio.Task[Any]] = {}
        self._contexts: dict[tuple[bool, bool], ssl.SSLContext] = {}
        self._resolver: dns.asyncresolver.Resolver | None = None
        self._resolver_detail = ""

    async def start(self) -> None:
        """Resolve the site's own host and set the guard by it. Safe to call again; a failed look-up leaves only global addresses."""
        await self._once(("start",), self._set_guard())

    async def _set_guard(self) -> None:
        answers = await asyncio.gather(self.lookup(self.site.host, 4), self.lookup(self.site.host, 6))
        self.guard = Guard.of(address for answer in answers for address in answer.addresses)

    async def _once(self, key: tuple[str, ...], work: Coroutine[Any, Any, T]) -> T:
        """The result of ``work``, done once per run for ``key``; a caller that is cancelled does not take the work with it."""
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.ensure_future(work)
        else:
            work.close()
        result: T = await asyncio.shield(task)
        return result

    # names

    async def lookup(self, host: str, family: Family) -> Answer:
        """The addresses of ``host`` in one family, asked once per run. Literals answer themselves; never raises."""
        try:
            name = ascii_host(host.strip("[]"))
        except InvalidAddress as error:
            return Answer(host, family, "nxdomain", (), str(error), host)
        local = self._local(name)
        if local is not None:
            mine = tuple(address for address in local if (":" in address) == (family == 6))
            return Answer(name, family, "ok" if mine else "none", mine, "" if mine else f"{name} 没有 IPv{family} 地址", name)
        found = await self.records(name, "A" if family == 4 else "AAAA")
        return Answer(name, family, found.status, found.values, found.detail, found.canonical, found.elapsed_ms)

    def _local(self, name: str) -> tuple[str, ...] | None:
        """Addresses of literals, of localhost, and (without ``nameserver``) of names in the hosts file; None: ask the DNS."""
        literal = parse(name)
        if literal is not None:
            return (str(literal),)
        if name == "localhost" or name.endswith(".localhost"):
            return tuple(_LOOPBACK.values())  # RFC 6761: never asked of a server
        return hosts_file().get(name) if self.nameserver is None else None

    async def records(self, name: str, rdtype: str) -> Records:
        """The records of one type at ``name``, asked once per run, one retry; never raises."""
        return await self._once(("records", name, rdtype), self._ask(name, rdtype))

    async def _ask(self, name: str, rdtype: str) -> Records:
        resolver, begun = self._resolver_of(), time.monotonic()
        status: LookupStatus = "failed"
        values: tuple[str, ...] = ()
        detail, current = self._resolver_detail, name
        for _ in range(_CHAIN if resolver is not None else 0):
            assert resolver is not None
            status, values, detail, canonical = await resolve(resolver, current, rdtype)
            if status != "none" or canonical == current:
                current = canonical
                break
            current = canonical  # the server gave only a piece of the chain
        return Records(name, rdtype, status, values, detail, current, round((time.monotonic() - begun) * 1000))

    def _resolver_of(self) -> dns.asyncresolver.Resolver | None:
        if self._resolver is None and not self._resolver_detail:
            try:
                self._resolver = make_resolver(self.nameserver)
            except (dns.exception.DNSException, OSError) as error:
                self._resolver_detail = f"本机没有可用的域名解析服务器（{error}）"
        return self._resolver

    # addresses

    def refusal(self, address: str) -> str | None:
        """Why nothing may be sent to ``address`` (Chinese); None when it is allowed. Before `start` only global ones are."""
        return self.guard.refusal(address)

    async def reachable_addresses(self, host: str, *, family: Family | None = None) -> tuple[str, ...]:
        """The allowed addresses of ``host``, v4 first. Raises `LookupFailed` without any address, `AddressRefused` without an allowed one.

        With v4 at hand a slow AAAA look-up is waited for one second at most.
        """
        await self.start()
        answers = await self._answers(host, family)
        addresses = [address for answer in answers for address in answer.addresses]
        allowed = tuple(address for address in addresses if self.refusal(address) is None)
        if allowed:
            return allowed
        if addresses:
            raise AddressRefused(host, addresses[0], self.refusal(addresses[0]) or REFUSALS["reserved"])
        statuses = {answer.status for answer in answers}
        worst: LookupStatus = "failed" if "failed" in statuses else ("none" if "none" in statuses else "nxdomain")
        raise LookupFailed(host, worst, next(answer.detail for answer in answers if answer.status == worst))

    async def _answers(self, host: str, family: Family | None) -> list[Answer]:
        if family is not None:
            return [await self.lookup(host, family)]
        second = asyncio.ensure_future(self.lookup(host, 6))
        first = await self.lookup(host, 4)
        await asyncio.wait({second}, timeout=1.0 if first.addresses else None)
        return [first, second.result()] if second.done() else [first]

    def note_v6(self, address: str) -> None:
        """Remember that ``address`` answered us; a v6 one proves that our own IPv6 works."""
        if ":" in address:
            self.v6_exchanges[address] += 1

    @property
    def v6_proved(self) -> bool:
        """Whether any v6 address has answered in this run."""
        return bool(self.v6_exchanges)

    async def connect(
        self, address: str, port: int, *, target: str = "", seconds: float = CONNECT_TIMEOUT, guarded: bool = True
    ) -> Attempt:
        """One TCP connect to an address, closed at once; never raises."""
        target, begun = target or address, time.monotonic()
        reason = self.refusal(address) if guarded else None
        if reason is not None:
            return Attempt(target, address, False, 0, "refused-address", f"{address} 是{reason}，按安全规则不访问")
        word = detail = ""
        try:
            async with asyncio.timeout(seconds):
                _, writer = await asyncio.open_connection(address, port)
            writer.close()
            self.note_v6(address)
        except (OSError, TimeoutError) as error:
            word, detail = error_word(error)
        return Attempt(target, address, not word, round((time.monotonic() - begun) * 1000), word, detail)

    async def try_controls(self, controls: tuple[str, ...] | None = None, family: Family = 6) -> tuple[Attempt, ...]:
        """One TCP connect over ``family`` to each control (443, else 80, when no port is given), without asking the guard: they are the
        user's own. ``controls`` None: those of this network."""
        asked = self.v6_controls if controls is None else controls
        return tuple(await asyncio.gather(*(self._try_control(control, family) for control in asked)))

    async def _try_control(self, control: str, family: Family) -> Attempt:
        host, port = _host_port(control)
        answer = await self.lookup(host, family)
        if not answer.addresses:
            return Attempt(control, "", False, 0, "dns-failed" if answer.status == "failed" else "no-such-domain", answer.detail)
        result = Attempt(control, "", False, 0)
        for address in answer.addresses:
            for number in (port,) if port else (443, 80):
                result = await self.connect(address, number, target=control, guarded=False)
                if result.ok:
                    return result
        return result

    # authoritative servers

    async def zone(self, host: str) -> Zone:
        """The zone ``host`` lies in (walks up until a name has an SOA of its own) and its name servers. Never raises."""
        labels = ascii_host(host).split(".")
        for start in range(len(labels) - 1):
            name = ".".join(labels[start:])
            soa = await self.records(name, "SOA")
            if soa.status == "failed":
                return Zone(name, "failed", (), soa.detail)
            if soa.status == "ok" and soa.canonical == name:
                found = await self.records(name, "NS")
                return Zone(name, found.status, found.values, found.detail)
        return Zone(".".join(labels[-2:]), "none", (), f"没有找到 {host} 所在的区（SOA 记录）")

    async def ask_server(self, address: str, zone: str, *, seconds: float = SERVER_TIMEOUT) -> Attempt:
        """A real SOA query for ``zone`` sent to one server's own address, port 53 or that of ``nameserver``; two tries.

        Ok only when the server answers NOERROR with a record: a time-out, a refusal and an empty answer are none.
        """
        port = self.nameserver[1] if self.nameserver else 53
        reason = self.refusal(address)
        if reason is not None:
            return Attempt(zone, address, False, 0, "refused-address", f"{address} 是{reason}，按安全规则不访问")
        begun, word, detail = time.monotonic(), "", ""
        for _ in range(2):
            query = dns.message.make_query(zone, dns.rdatatype.SOA, flags=dns.flags.Flag(0))
            try:
                reply, _tcp = await dns.asyncquery.udp_with_fallback(query, address, timeout=seconds, port=port)
            except (dns.exception.Timeout, TimeoutError):
                word, detail = "timeout", "查询超时"
                continue
            except (dns.exception.DNSException, OSError, EOFError) as error:
                word, detail = "refused", f"查询失败（{error or type(error).__name__}）"
                continue
            self.note_v6(address)
            if reply.rcode() == dns.rcode.NOERROR and reply.answer:
                word = detail = ""
            else:
                word, detail = "protocol", f"应答 {dns.rcode.to_text(reply.rcode())}，没有该区的记录"
            break
        return Attempt(zone, address, not word, round((time.monotonic() - begun) * 1000), word, detail)

    # TLS

    def ssl_context(self, *, legacy: bool = False, verify: bool = False) -> ssl.SSLContext:
        """TLS settings, made once. ``legacy``: TLS 1.0, any cipher, legacy renegotiation; ``verify``: system CAs plus ``ca_file``."""
        key = (legacy, verify)
        if key not in self._contexts:
            self._contexts[key] = make_context(legacy=legacy, verify=verify, ca_file=self.ca_file)
        return self._contexts[key]


def make_context(*, legacy: bool, verify: bool, ca_file: Path | None) -> ssl.SSLContext:
    """Fresh TLS settings, as `Network.ssl_context` has them; a caller that changes them changes nobody else's."""
    context = ssl.create_default_context() if verify else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if verify and ca_file is not None:
        context.load_verify_locations(ca_file)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # Python 3.13 turns it on; browsers accept what it refuses
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    context.options |= ssl.OP_IGNORE_UNEXPECTED_EOF
    if legacy:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old is what is meant here
            context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.options |= 0x4  # SSL_OP_LEGACY_SERVER_CONNECT, named only from Python 3.12 on
    return context


def _host_port(control: str) -> tuple[str, int]:
    """``HOST``, ``HOST:PORT``, ``V6`` or ``[V6]:PORT`` as (host, port), port 0 when none is given."""
    if parse(control) is not None:
        return control.strip("[]"), 0
    host, _, port = control.rpartition(":")
    return (host.strip("[]"), int(port)) if host and port.isdigit() else (control, 0)
