"""Limits that all sites of one process share: the servers' own request times prove them, per host and per IP address."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.doors import Doors, SharedGate
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import ADDRESS_SHARE, PER_ADDRESS
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.crawler.served import Asked, Reply, Server
from tests.portals.dns import DnsServer

DELAY = 0.2


def _gaps(asked: Sequence[Asked]) -> list[float]:
    times = sorted(each.at for each in asked)
    return [later - earlier for earlier, later in itertools.pairwise(times)]


async def _ask(dns: DnsServer, hosts: Sequence[str], server: Server, doors: Doors, times: int) -> None:
    """Every host is a site of its own, with its own run, and asks as fast as it may."""

    async def one(host: str) -> None:
        url = f"http://{host}:{server.port}/"
        network = Network(Site(url), nameserver=dns.nameserver)
        polite = Politeness(delay=DELAY, timeout=3, obey_robots=False)
        fetcher = Fetcher(network, VisitLedger(), polite)
        fetcher.gate = SharedGate(polite, network, doors)
        await asyncio.gather(*(fetcher.get(f"{url}{number}", kind="page") for number in range(times)))
        await fetcher.close()

    await asyncio.gather(*(one(host) for host in hosts))


def test_sites_behind_one_address_are_spaced_together_and_each_host_by_its_own_delay() -> None:
    async def go() -> None:
        server = Server(fallback=Reply("ok"))
        with DnsServer() as dns:
            labels = [f"s{number}" for number in range(6)]
            dns.zone("cluster.gov.cn", hosts=dict.fromkeys(labels, (server.host,)))
            async with server.running():
                await _ask(dns, [f"{label}.cluster.gov.cn" for label in labels], server, Doors(), 3)
        assert len(server.asked) == 18
        assert min(_gaps(server.asked)) >= DELAY * ADDRESS_SHARE * 0.8
        for label in labels:
            of_host = [each for each in server.asked if each.headers["host"].startswith(f"{label}.")]
            assert min(_gaps(of_host)) >= DELAY * 0.8
        assert server.most_busy <= PER_ADDRESS

    asyncio.run(go())


def test_sites_of_different_addresses_do_not_wait_for_each_other() -> None:
    async def go() -> None:
        one, other = Server(fallback=Reply("ok")), Server(fallback=Reply("ok"))
        with DnsServer() as dns:
            dns.zone("apart.gov.cn", hosts={"a": (one.host,), "b": (other.host,)})
            async with one.running(), other.running():
                began = asyncio.get_running_loop().time()
                doors = Doors()
                await asyncio.gather(_ask(dns, ["a.apart.gov.cn"], one, doors, 4), _ask(dns, ["b.apart.gov.cn"], other, doors, 4))
                took = asyncio.get_running_loop().time() - began
        assert 3 * DELAY * 0.9 <= took < 5.5 * DELAY

    asyncio.run(go())


def test_two_runs_that_ask_one_host_share_its_limit() -> None:
    async def go() -> None:
        server = Server(fallback=Reply("ok"))
        with DnsServer() as dns:
            dns.zone("shared.gov.cn", hosts={"www": (server.host,)})
            async with server.running():
                await _ask(dns, ["www.shared.gov.cn"] * 3, server, Doors(), 2)
        assert len(server.asked) == 6 and min(_gaps(server.asked)) >= DELAY * 0.8

    asyncio.run(go())


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=20))
def test_whoever_is_cancelled_leaves_no_place_taken(parties: list[tuple[int, bool]]) -> None:
    async def go() -> None:
        doors = Doors()

        async def pass_through(steps: int) -> None:
            async with doors.passing("door", 2, 0.0):
                for _ in range(steps):
                    await asyncio.sleep(0)

        tasks = [asyncio.ensure_future(pass_through(steps)) for steps, _ in parties]
        await asyncio.sleep(0)
        for task, (_, cancelled) in zip(tasks, parties, strict=True):
            if cancelled:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        async with asyncio.timeout(1), doors.passing("door", 2, 0.0), doors.passing("door", 2, 0.0):
            pass  # both places are free again

    asyncio.run(go())
