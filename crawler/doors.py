"""The doors (共用的门) that all sites of one process pass: limits hold per host and per IP address, whoever's site a request is for.

An intensive platform (集约化平台) puts hundreds of sites behind one address and one firewall; each of them crawled politely would be a flood for it. All sites of one
address are inspected by one process, in one event loop, and share these doors.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from crawler.network import Network
from crawler.politeness import RESOURCE_SHARE, HostGate, Politeness
from crawler.settings import ADDRESS_SHARE, PER_ADDRESS
from crawler.watch_gate import address_of


@dataclass(slots=True)
class _Door:
    """One host's or one address's: places, and when the last request went through."""

    places: asyncio.Semaphore
    start: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: float = float("-inf")


class Doors:
    """Every door of one event loop."""

    def __init__(self) -> None:
        self._doors: dict[str, _Door] = {}

    @asynccontextmanager
    async def passing(self, name: str, places: int, spacing: float) -> AsyncIterator[None]:
        """Pass one door: wait for a free place, then until ``spacing`` seconds since the last one went through."""
        door = self._doors.get(name)
        if door is None:
            door = self._doors[name] = _Door(asyncio.Semaphore(places))
        now = asyncio.get_running_loop().time
        async with door.places:
            async with door.start:  # one start at a time, measured when it really happens
                await asyncio.sleep(max(0.0, door.last + spacing - now()))
                door.last = now()
            yield


class SharedGate(HostGate):
    """The gate of one inspection among many: the host's door, then the door of the address behind it."""

    def __init__(self, politeness: Politeness, network: Network, doors: Doors) -> None:
        super().__init__(politeness)
        self._limits, self._network, self._doors = politeness, network, doors

    @asynccontextmanager
    async def turn(self, host: str, *, resource: bool = False) -> AsyncIterator[None]:
        """One request to ``host``. A host without an address passes its own door only: nothing will be sent."""
        spacing = self._limits.delay * (RESOURCE_SHARE if resource else 1.0)
        async with self._doors.passing(f"host {host}", self._limits.per_host, spacing):
            address = await address_of(self._network, host, 4)
            async with self._doors.passing(f"address {address}", PER_ADDRESS, spacing * ADDRESS_SHARE):
                yield
