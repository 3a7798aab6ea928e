"""Limits that all sites of one process share: the servers' own request times prove them, per host and per IP address."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from checks.inspect import Options, inspect
from crawler.doors import IDLE, Doors, SharedGate
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.settings import ADDRESS_SHARE, PER_ADDRESS, Limits
from crawler.site import Site
from crawler.visit import VisitLedger
from tests.crawler.served import AS_OF, Asked, Reply, Server, body
from tests.portals.dns import DnsServer

DELAY = 0.4
TOLERANCE = 1e-4
T = TypeVar("T")


class _Simulated(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer when nothing else is to be done."""

    _moment = 0.0

    def time(self) -> float:
        return self._moment

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._moment = max(self._moment, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def in_simulated_time(work: Coroutine[Any, Any, T]) -> T:
    with asyncio.Runner(loop_factory=_Simulated) as runner:
        return runner.run(work)


def _apart(times: Sequence[float]) -> float:
    """The least time between two of them."""
    return min((later - earlier for earlier, later in itertools.pairwise(sorted(times))), default=float("inf"))


SLACK = 0.3
"""Seconds that a request may need from its start to the server's log on a busy machine."""


def _keeps(asked: Sequence[Asked], spacing: float) -> bool:
    """Whether every stretch of the server's log is as long as its requests must take; one that was late itself may make the next look early."""
    times = sorted(each.at for each in asked)
    return all(times[j] - times[i] >= (j - i) * spacing - SLACK for i in range(len(times)) for j in range(i + 1, len(times)))


async def _ask(dns: DnsServer, hosts: Sequence[str], server: Server, doors: Doors, times: int, *, delay: float = DELAY) -> None:
    """Every host is a site of its own, with its own run, and asks as fast as it may."""

    async def one(host: str) -> None:
        url = f"http://{host}:{server.port}/"
        network = Network(Site(url), nameserver=dns.nameserver)
        polite = Politeness(delay=delay, timeout=3, obey_robots=False)
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
        assert _keeps(server.asked, DELAY * ADDRESS_SHARE)
        for label in labels:
            of_host = [each for each in server.asked if each.headers["host"].startswith(f"{label}.")]
            assert _keeps(of_host, DELAY)
        assert server.most_busy <= PER_ADDRESS

    asyncio.run(go())


def test_sites_of_different_addresses_do_not_wait_for_each_other() -> None:
    async def go() -> None:
        slow, quick = Server(fallback=Reply("ok")), Server(fallback=Reply("ok"))
        with DnsServer() as dns:
            dns.zone("apart.gov.cn", hosts={"a": (slow.host,), "b": (quick.host,)})
            async with slow.running(), quick.running():
                doors = Doors()
                await asyncio.gather(
                    _ask(dns, ["a.apart.gov.cn"], slow, doors, 2, delay=4.0), _ask(dns, ["b.apart.gov.cn"], quick, doors, 12, delay=0.0)
                )
        assert len(quick.asked) == 12 and len(slow.asked) == 2
        assert max(each.at for each in quick.asked) < slow.asked[1].at

    asyncio.run(go())


def test_sites_inspected_side_by_side_behind_one_address_keep_its_limits_by_every_way_out(tmp_path: Path) -> None:
    """The crawl (Scrapy), fragments, probes and the links check: the one server's log shows all of them."""
    delay = 0.1

    async def go() -> Server:
        paths = [f"/xw/{number}.html" for number in range(5)]
        frame = "<iframe src='/frame.html'></iframe>"
        pages = {path: body(("/", "首页"), title=f"动态{path}", text=frame) for path in paths}
        server = Server({"/": body(*((path, "工作动态") for path in paths)), "/frame.html": "<p>天气</p>", **pages})
        hosts = [f"s{number}.platform.gov.cn" for number in range(4)]
        with DnsServer() as dns:
            dns.zone("platform.gov.cn", hosts={host.split(".")[0]: (server.host,) for host in hosts})
            async with server.running():
                doors, limits = Doors(), Limits(delay=delay, render="never", max_pages=20)
                await asyncio.gather(
                    *(
                        inspect(
                            Site(f"http://{host}:{server.port}/"),
                            as_of=AS_OF,
                            options=Options(tmp_path / f"{host}.sqlite", limits=limits, nameserver=dns.nameserver, doors=doors),
                        )
                        for host in hosts
                    )
                )
        return server

    server = asyncio.run(go())
    assert {"/", "/frame.html", "/robots.txt"} <= {each.target for each in server.asked} and len(server.asked) > 40
    assert _keeps(server.asked, delay * ADDRESS_SHARE)
    assert server.most_busy <= PER_ADDRESS + 1  # one whose answer is on its way may still be counted by the server
    for number in range(4):
        assert _keeps([each for each in server.asked if each.headers["host"].startswith(f"s{number}.")], delay)


def test_two_runs_that_ask_one_host_share_its_limit() -> None:
    async def go() -> None:
        server = Server(fallback=Reply("ok"))
        with DnsServer() as dns:
            dns.zone("shared.gov.cn", hosts={"www": (server.host,)})
            async with server.running():
                await _ask(dns, ["www.shared.gov.cn"] * 3, server, Doors(), 2)
        assert len(server.asked) == 6 and _keeps(server.asked, DELAY)

    asyncio.run(go())


async def _starts(doors: Doors, asker: object, limits: Politeness, host: str, address: str, times: int) -> list[float]:
    """When each of ``times`` requests of one asker went through."""
    started: list[float] = []

    async def one() -> None:
        async with doors.passing(asker, limits, host, address):
            started.append(asyncio.get_running_loop().time())

    await asyncio.gather(*(one() for _ in range(times)))
    return started


def test_the_slowest_site_in_hand_sets_the_pace_of_a_host_until_it_is_done() -> None:
    async def go() -> tuple[list[float], list[float]]:
        doors, quick, slow = Doors(), object(), object()
        both = await asyncio.gather(
            _starts(doors, quick, Politeness(delay=0.1), "h", "a", 4), _starts(doors, slow, Politeness(delay=1.0), "h", "a", 1)
        )
        doors.dismiss(slow)
        return both[0] + both[1], await _starts(doors, quick, Politeness(delay=0.1), "h", "a", 4)

    together, alone = in_simulated_time(go())
    assert _apart(together) >= 1.0 - TOLERANCE
    assert 0.1 - TOLERANCE <= _apart(alone) < 0.2


def test_a_host_known_by_two_families_has_two_addresses_and_one_limit() -> None:
    async def go() -> list[float]:
        doors, limits = Doors(), Politeness(delay=0.5)
        found = await asyncio.gather(_starts(doors, "site", limits, "h", "127.0.1.1", 4), _starts(doors, "site", limits, "h", "::1", 4))
        return found[0] + found[1]

    assert _apart(in_simulated_time(go())) >= 0.5 - TOLERANCE


def test_a_page_that_the_browser_has_begun_is_finished_before_another_page_is_asked() -> None:
    async def go() -> list[str]:
        doors, order = Doors(), []

        async def one(number: int, resource: bool) -> None:
            async with doors.passing(number, Politeness(delay=1.0), f"h{number}", "a", resource=resource):
                order.append("resource" if resource else "page")

        pages = [asyncio.ensure_future(one(number, False)) for number in range(6)]
        await asyncio.sleep(0.01)
        await asyncio.gather(*(one(number, True) for number in range(10, 13)), *pages)
        return order

    assert in_simulated_time(go()) == ["page", *["resource"] * 3, *["page"] * 5]


def test_doors_of_sites_long_done_are_forgotten() -> None:
    async def go() -> int:
        doors = Doors()
        for number in range(50):
            await _starts(doors, number, Politeness(), f"h{number}", f"a{number}", 1)
            doors.dismiss(number)
            await asyncio.sleep(10)
        return len(doors._hosts) + len(doors._lines)

    assert in_simulated_time(go()) <= 2 * (IDLE / 10 + 2)


HOSTS = [("h0", "a0"), ("h1", "a0"), ("h2", "a0"), ("h3", "a1"), ("h3", "a2")]  # three behind one address; one with two
Party = tuple[int, float, float, float | None]
"""Which of `HOSTS`, when it comes, how long its request takes, and when it is cancelled (None: never)."""


@settings(max_examples=80, deadline=None)
@given(
    parties=st.lists(
        st.tuples(st.integers(0, len(HOSTS) - 1), st.floats(0, 3), st.floats(0, 4), st.none() | st.floats(0, 6)), min_size=1, max_size=25
    ),
    delay=st.sampled_from([0.0, 0.1, 1.0]),
    per_host=st.integers(1, 3),
)
def test_whatever_comes_and_is_cancelled_limits_hold_and_everybody_else_gets_through(
    parties: list[Party], delay: float, per_host: int
) -> None:
    limits, doors = Politeness(delay=delay, per_host=per_host), Doors()
    started: dict[str, list[float]] = {}
    inside: Counter[str] = Counter()
    through = []

    async def one(number: int, party: Party) -> None:
        (host, address), comes, takes, _ = HOSTS[party[0]], *party[1:]
        await asyncio.sleep(comes)
        async with doors.passing(host, limits, host, address):
            for name, places in ((host, per_host), (address, PER_ADDRESS)):
                started.setdefault(name, []).append(asyncio.get_running_loop().time())
                inside[name] += 1
                assert inside[name] <= places
            try:
                await asyncio.sleep(takes)
            finally:
                inside.subtract((host, address))
        through.append(number)

    async def go() -> None:
        tasks = [asyncio.ensure_future(one(number, party)) for number, party in enumerate(parties)]
        for task, party in zip(tasks, parties, strict=True):
            if party[3] is not None:
                asyncio.get_running_loop().call_later(party[3], task.cancel)
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [each for each in ended if isinstance(each, Exception)]
        assert not any(inside.values()) and {number for number, party in enumerate(parties) if party[3] is None} <= set(through)
        assert not any(door.inside for door in doors._hosts.values()) and not any(line.door.inside for line in doors._lines.values())

    in_simulated_time(go())
    for name, times in started.items():
        assert _apart(times) >= delay * (1.0 if name.startswith("h") else ADDRESS_SHARE) - TOLERANCE, name
