"""One look at one home page during a watch: over IPv4, and over IPv6 where the site has an address and our own IPv6 is proved."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from crawler.doors import Doors, SharedGate, address_of
from crawler.fetch import Fetched, Fetcher, Politeness
from crawler.guard import valid_v6
from crawler.network import REFUSED, Family, Network
from crawler.samples import Sample, State
from crawler.site import Site, is_address
from crawler.visit import VisitLedger

ROBOTS_SECONDS = 5.0
"""How long a robots.txt is waited for; one that does not come allows everything."""
MAX_BYTES = 2**20
"""Of one home page; a longer one has opened."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a visit ended, as the rule sees it: `State`, the rule's own word, a Chinese detail."""

    state: State
    word: str
    detail: str = ""


Ruling = Callable[[Fetched, float, date], Ending]
"""``(what came, limit in seconds, day) -> Ending``: the floor above says what opened means."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A site whose home page is visited. ``permit``: robots.txt was found to allow it lately, so it is not asked again."""

    key: str
    site: Site
    ignore_robots: bool = False
    permit: bool = False


@dataclass(frozen=True, slots=True)
class Watching:
    """How a round is made. ``limit``: seconds after which a page has not opened; ``pause``: seconds before a failure is asked again;

    ``delay``: between two requests to one host or one address; ``per_address``, ``at_once``: requests under way at one address, in all.
    ``controls``, ``v6_controls``: hosts of ours that prove our own network over IPv4 and IPv6. ``outage_share`` (percent) of the sites,
    more than which fail at once only where our own network fails, from ``outage_sites`` sites on.
    """

    ruling: Ruling
    limit: float
    pause: float
    delay: float
    outage_share: float
    outage_sites: int
    per_address: int = 4
    at_once: int = 128
    nameserver: tuple[str, int] | None = None
    controls: tuple[str, ...] = ()
    v6_controls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """What the sites of one round share: the doors of hosts and addresses, the free places, the ledger, and addresses known to take nobody.

    ``knocks``: ``(address, port)`` → a task that connects once, for all sites there.
    """

    doors: Doors
    places: asyncio.Semaphore
    ledger: VisitLedger
    knocks: dict[tuple[str, int], asyncio.Task[Ending | None]]
    crowded: frozenset[tuple[str, int]]


def crossing(watching: Watching, crowded: frozenset[tuple[str, int]] = frozenset()) -> Crossing:
    """Fresh gates for one pass; ``crowded``: addresses and ports that several sites stand behind."""
    return Crossing(Doors(watching.per_address, address_share=1.0), asyncio.Semaphore(watching.at_once), VisitLedger(), {}, crowded)


class _RoundGate(SharedGate):
    """The gate of one fetcher of a round: its doors, then a free place among all requests of the round."""

    def __init__(self, politeness: Politeness, network: Network, crossing: Crossing, family: Family) -> None:
        super().__init__(politeness, network, crossing.doors, family)
        self._places_of_all = crossing.places

    @asynccontextmanager
    async def turn(self, host: str, *, resource: bool = False, family: Family | None = None) -> AsyncIterator[None]:
        """One request to ``host``."""
        async with super().turn(host, resource=resource, family=family), self._places_of_all:
            yield


class Visitor:
    """One site in one pass, with its own guard and its own connections. `start` resolves, `look` visits, `close` ends it."""

    def __init__(self, watched: Watched, watching: Watching, day: date) -> None:
        self.watched, self._watching, self._day = watched, watching, day
        self.network = Network(watched.site, nameserver=watching.nameserver)

    async def start(self) -> tuple[str, int]:
        """Resolve the site's host and set its guard; ``(address, port)`` that stands for the machine it is on."""
        await self.network.start()
        return await address_of(self.network, self.watched.site.host, 4), self._port

    @property
    def _port(self) -> int:
        parts = urlsplit(self.watched.site.url)
        return parts.port or (443 if parts.scheme == "https" else 80)

    async def families(self, *, v6: bool) -> tuple[Family, ...]:
        """What a visitor can use: IPv4 always (it decides), IPv6 with a valid AAAA once our own is proved; a bare address only its own."""
        host = self.watched.site.host
        if is_address(host):
            return ((6,) if v6 else ()) if ":" in host else (4,)
        addresses = (await self.network.lookup(host, 6)).addresses if v6 else ()
        usable = any(valid_v6(address) and self.network.refusal(address) is None for address in addresses)
        return (4, 6) if usable else (4,)

    async def look(self, families: tuple[Family, ...], crossing: Crossing) -> list[Sample]:
        """One visit over each family, one after the other; robots.txt is asked at the first, and where it forbids it forbids both."""
        obey, samples = not (self.watched.ignore_robots or self.watched.permit), list[Sample]()
        for family in families:
            sample, forbidden = await self._visit(family, crossing, obey=obey)
            samples.append(sample)
            if forbidden:
                return [replace(sample, family=each) for each in families]
            obey = False
        return samples

    async def _visit(self, family: Family, crossing: Crossing, *, obey: bool) -> tuple[Sample, bool]:
        """The sample, and whether robots.txt forbade the visit."""
        shut = await self._shut(family, crossing)
        if shut is not None:
            return Sample(self.watched.key, family, shut.state, shut.word, shut.detail), False
        watching = self._watching
        politeness = Politeness(watching.delay, per_host=2, timeout=ROBOTS_SECONDS, max_bytes=MAX_BYTES, obey_robots=obey)
        fetcher = Fetcher(self.network, crossing.ledger, politeness)
        fetcher.gate = _RoundGate(politeness, self.network, crossing, family)
        try:
            got = await fetcher.get(self.watched.site.url, kind="probe", family=family, timeout=watching.limit)
        finally:
            await fetcher.close()
        ending = watching.ruling(got, watching.limit, self._day)
        return Sample(self.watched.key, family, ending.state, ending.word, ending.detail, got.elapsed_ms), got.error == "robots"

    async def _shut(self, family: Family, crossing: Crossing) -> Ending | None:
        """How every visit to this site ends, where many sites share an address that takes no connection: that is asked once for all."""
        addresses = (await self.network.lookup(self.watched.site.host, family)).addresses
        places = [(address, self._port) for address in addresses]
        if not places or any(place not in crossing.crowded or self.network.refusal(place[0]) is not None for place in places):
            return None
        endings = [await self._knock(place, crossing) for place in places]
        return endings[0] if all(ending is not None for ending in endings) else None

    async def _knock(self, place: tuple[str, int], crossing: Crossing) -> Ending | None:
        if place not in crossing.knocks:
            crossing.knocks[place] = asyncio.ensure_future(self._connect(place, crossing))
        return await asyncio.shield(crossing.knocks[place])

    async def _connect(self, place: tuple[str, int], crossing: Crossing) -> Ending | None:
        polite = Politeness(self._watching.delay)
        async with crossing.doors.passing(place, polite, place[0], place[0]), crossing.places:
            tried = await self.network.connect(*place, seconds=self._watching.limit)
        crossing.doors.dismiss(place)
        if tried.ok:
            return None
        word: Literal["timeout", "refused"] = "timeout" if tried.error == "timeout" else "refused"
        got = Fetched(self.watched.site.url, self.watched.site.url, None, {}, b"", word, tried.detail or REFUSED, (), "", tried.elapsed_ms)
        return self._watching.ruling(got, self._watching.limit, self._day)
