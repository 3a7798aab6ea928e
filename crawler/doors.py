"""The doors (共用的门) that all sites of one process pass: limits hold per host and per IP address, whoever's site a request is for.

An intensive platform (集约化平台) puts hundreds of sites behind one address and one firewall; each of them crawled politely would be a flood for it. All sites of one
address are inspected by one process, in one event loop, and share these doors.

A request goes out when its host *and* its address have a place and their time has come: both are granted in one step, so that a request that waits for the one holds
nothing of the other, and the time between two starts is the time between two requests. A host that is known by IPv4 and IPv6 has two addresses and one host door.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crawler.network import Family, Network
from crawler.politeness import RESOURCE_SHARE, HostGate, Politeness
from crawler.settings import ADDRESS_SHARE, PER_ADDRESS
from crawler.site import InvalidAddress, ascii_host

IDLE = 60.0
"""Seconds for which a door that no site in hand has asked for is still remembered: who comes next keeps the distance."""
_TICK = 1e-6  # a timer may ring this early


@dataclass(eq=False, slots=True)
class _Door:
    """One host's or one address's. ``askers``: the sites in hand that ask there; the slowest of them sets the pace."""

    name: str
    askers: dict[object, Politeness] = field(default_factory=dict)
    inside: int = 0
    last: float = float("-inf")

    @property
    def delay(self) -> float:
        """The largest delay of the sites in hand."""
        return max((asker.delay for asker in self.askers.values()), default=0.0)

    @property
    def per_host(self) -> int:
        """The smallest number of places that a site in hand allows itself."""
        return min((asker.per_host for asker in self.askers.values()), default=1)


@dataclass(eq=False, slots=True)
class _Waiter:
    """One request that waits. ``share``: of the delays, what it must keep."""

    host: _Door
    share: float
    granted: asyncio.Future[None]


@dataclass(eq=False, slots=True)
class _Line:
    """Who waits at one address. Sub-resources go first: a page that the browser has begun is finished before another one is."""

    door: _Door
    resources: list[_Waiter] = field(default_factory=list)
    pages: list[_Waiter] = field(default_factory=list)
    timer: asyncio.TimerHandle | None = None

    def waiting(self) -> Iterator[_Waiter]:
        """All, in the order in which they are let through."""
        yield from tuple(self.resources)
        yield from tuple(self.pages)

    def drop(self, waiter: _Waiter) -> None:
        """``waiter`` waits no longer."""
        for queue in (self.resources, self.pages):
            if waiter in queue:
                queue.remove(waiter)


class Doors:
    """Every door of one event loop. ``per_address``: requests at once to one address; ``address_share``: of the delay, between two of them."""

    def __init__(self, per_address: int = PER_ADDRESS, address_share: float = ADDRESS_SHARE) -> None:
        self._per_address, self._address_share = per_address, address_share
        self._hosts: dict[str, _Door] = {}
        self._lines: dict[str, _Line] = {}
        self._lines_of: dict[str, set[str]] = {}  # host -> addresses it was asked at: one host may have two, by family
        self._asked: dict[object, tuple[set[str], set[str]]] = {}  # asker -> its hosts, its addresses

    @asynccontextmanager
    async def passing(self, asker: object, limits: Politeness, host: str, address: str, *, resource: bool = False) -> AsyncIterator[None]:
        """One request of ``asker`` to ``host`` at ``address``. Whoever is cancelled, waiting or inside, leaves no place taken."""
        door, line = self._join(asker, limits, host, address)
        waiter = _Waiter(door, RESOURCE_SHARE if resource else 1.0, asyncio.get_running_loop().create_future())
        (line.resources if resource else line.pages).append(waiter)
        self._look(line)
        try:
            await waiter.granted
        except asyncio.CancelledError:
            line.drop(waiter)
            if not waiter.granted.cancelled():  # let through in the same moment
                self._leave(door, line)
            raise
        try:
            yield
        finally:
            self._leave(door, line)

    def dismiss(self, asker: object) -> None:
        """``asker`` is no longer in hand: it sets no pace any more. Doors that nobody has asked for in a while are forgotten."""
        hosts, addresses = self._asked.pop(asker, (set(), set()))
        for name in hosts:
            self._hosts[name].askers.pop(asker, None)
        for name in addresses:
            self._lines[name].door.askers.pop(asker, None)
            self._look(self._lines[name])
        before = asyncio.get_running_loop().time() - IDLE
        for name in [name for name, door in self._hosts.items() if _forgotten(door, before)]:
            del self._hosts[name], self._lines_of[name]
        for name in [name for name, line in self._lines.items() if _forgotten(line.door, before) and not (line.pages or line.resources)]:
            del self._lines[name]

    def _join(self, asker: object, limits: Politeness, host: str, address: str) -> tuple[_Door, _Line]:
        door = self._hosts.setdefault(host, _Door(host))
        line = self._lines.setdefault(address, _Line(_Door(address)))
        door.askers[asker] = line.door.askers[asker] = limits
        hosts, addresses = self._asked.setdefault(asker, (set(), set()))
        hosts.add(host)
        addresses.add(address)
        self._lines_of.setdefault(host, set()).add(address)
        return door, line

    def _leave(self, host: _Door, line: _Line) -> None:
        host.inside -= 1
        line.door.inside -= 1
        self._look(line)
        for name in self._lines_of.get(host.name, ()):  # it may have another address, of the other family
            if name != line.door.name and name in self._lines:
                self._look(self._lines[name])

    def _look(self, line: _Line) -> None:
        """Let through who may go now, and look again when the next one's time comes; a place that becomes free looks by itself."""
        if line.timer is not None:
            line.timer.cancel()
            line.timer = None
        loop, soonest = asyncio.get_running_loop(), float("inf")
        now = loop.time()
        for waiter in line.waiting():
            if line.door.inside >= self._per_address:
                return
            if waiter.host.inside >= waiter.host.per_host:
                continue
            host, address = waiter.host, line.door
            due = max(host.last + host.delay * waiter.share, address.last + address.delay * waiter.share * self._address_share)
            if due > now + _TICK:
                soonest = min(soonest, due)
                continue
            line.drop(waiter)
            if waiter.granted.done():  # cancelled, and not yet awake to say so
                continue
            host.inside += 1
            address.inside += 1
            host.last = address.last = now
            waiter.granted.set_result(None)
        if soonest < float("inf"):
            line.timer = loop.call_at(soonest, self._look, line)


def _forgotten(door: _Door, before: float) -> bool:
    return not door.askers and not door.inside and door.last < before


class SharedGate(HostGate):
    """The gate of one fetcher among many: the door of the host and that of the address behind it. ``family``: of the addresses it asks."""

    def __init__(self, politeness: Politeness, network: Network, doors: Doors, family: Family = 4) -> None:
        super().__init__(politeness)
        self._limits, self._network, self._doors, self._family = politeness, network, doors, family

    @asynccontextmanager
    async def turn(self, host: str, *, resource: bool = False, family: Family | None = None) -> AsyncIterator[None]:
        """One request to ``host``. A host without an address counts as an address of its own: nothing will be sent."""
        address = await address_of(self._network, host, family or self._family)
        async with self._doors.passing(self, self._limits, host, address, resource=resource):
            yield

    def close(self) -> None:
        """The inspection is over."""
        self._doors.dismiss(self)


async def address_of(network: Network, host: str, family: Family) -> str:
    """What stands for the machine behind ``host``: its first address of ``family``, else of the other one, else the name itself."""
    try:
        host = ascii_host(host)
    except InvalidAddress:
        return host
    other: Family = 4 if family == 6 else 6
    for asked in (family, other):
        found = await network.lookup(host, asked)
        if found.addresses:
            return found.addresses[0]
    return host
