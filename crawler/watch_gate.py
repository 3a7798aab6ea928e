"""Politeness of a watch over many sites: requests to one host and to one IP address are spaced, whoever's site they are for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from crawler.network import Family, Network
from crawler.politeness import HostGate, Politeness
from crawler.site import InvalidAddress, ascii_host


class AddressGate(HostGate):
    """The gate of one site's fetcher: its own turn at the host, then everybody's turn at the address behind it, then a free place.

    ``family``: the addresses that this fetcher asks; ``shared`` counts by address and belongs to all sites of a round; ``places`` bounds the
    requests under way in the whole round.
    """

    def __init__(self, politeness: Politeness, network: Network, family: Family, *, shared: HostGate, places: asyncio.Semaphore) -> None:
        super().__init__(politeness)
        self._network, self._family, self._shared, self._places_of_all = network, family, shared, places

    @asynccontextmanager
    async def turn(self, host: str, *, resource: bool = False, family: Family | None = None) -> AsyncIterator[None]:
        """One request to ``host``, at an address of ``family`` where that is not this gate's own."""
        async with super().turn(host, resource=resource):
            address = await address_of(self._network, host, family or self._family)
            async with self._shared.turn(address, resource=resource), self._places_of_all:
                yield


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
