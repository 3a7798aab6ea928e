"""Names, the guard, the proof of our own IPv6: real sockets, a real DNS server, a real network namespace."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.guard import Guard, address_class, valid_v6
from crawler.network import AddressRefused, LookupFailed, Network
from crawler.site import Site
from tests.portals.dns import DnsServer
from tests.portals.server import WebServer

ZONE = "qinghe-test.gov.cn"
SITE = Site(f"http://www.{ZONE}/")


@pytest.fixture
def dns() -> Iterator[DnsServer]:
    with DnsServer() as server:
        server.zone(ZONE, hosts={"www": ("127.0.1.10", "::1"), "v4": ("127.0.1.10",), "cdn": ("=www.qinghe-test.gov.cn",)})
        yield server


def network_of(dns: DnsServer, site: Site = SITE, controls: tuple[str, ...] = ()) -> Network:
    return Network(site, nameserver=dns.nameserver, v6_controls=controls)


CLASSES = [
    ("8.8.8.8", "global"),
    ("11.0.0.1", "global"),
    ("2400:3200::1", "global"),
    ("127.0.0.1", "loopback"),
    ("127.8.9.1", "loopback"),
    ("::1", "loopback"),
    ("10.0.0.1", "private"),
    ("172.16.0.1", "private"),
    ("192.168.1.1", "private"),
    ("100.64.0.1", "private"),
    ("100.100.100.200", "private"),
    ("fd00::1", "private"),
    ("fec0::1", "private"),
    ("169.254.169.254", "link-local"),
    ("fe80::1", "link-local"),
    ("fe80::1%lo", "link-local"),
    ("224.0.0.1", "multicast"),
    ("ff02::1", "multicast"),
    ("0.0.0.0", "unspecified"),
    ("0.1.2.3", "unspecified"),
    ("::", "unspecified"),
    ("255.255.255.255", "reserved"),
    ("240.0.0.1", "reserved"),
    ("::ffff:10.0.0.1", "private"),
    ("::ffff:127.0.0.1", "loopback"),
    ("::ffff:8.8.8.8", "global"),
    ("::10.0.0.1", "private"),
    ("64:ff9b::a00:1", "private"),
    ("64:ff9b::808:808", "global"),
    ("2002:a00:1::1", "private"),
    ("2001:0:1:2:3:4:f5ff:fffe", "private"),  # Teredo that carries 10.0.0.1
    ("127.1", "invalid"),
    ("2130706433", "invalid"),
    ("0x7f000001", "invalid"),
    ("www.example.gov.cn", "invalid"),
]


@pytest.mark.parametrize(("address", "expected"), CLASSES)
def test_an_address_is_of_the_class_of_what_it_stands_for(address: str, expected: str) -> None:
    assert address_class(address) == expected


@pytest.mark.parametrize(
    ("address", "valid"),
    [("2400:3200::1", True), ("::1", True), ("fd00::1", True), ("::ffff:1.2.3.4", False), ("::", False), ("ff02::1", False), ("fe80::1", False),
     ("::1.2.3.4", False), ("1.2.3.4", False), ("garbage", False)],
)  # fmt: skip
def test_mapped_and_malformed_addresses_are_no_aaaa(address: str, valid: bool) -> None:
    assert valid_v6(address) is valid


GUARDS = [
    (["8.8.8.8"], "8.8.4.4", True),
    (["8.8.8.8"], "10.0.0.1", False),
    (["8.8.8.8"], "127.0.0.1", False),
    (["8.8.8.8", "10.0.0.1"], "10.0.0.1", False),  # a public site does not open its own inside by naming it
    (["8.8.8.8"], "::ffff:127.0.0.1", False),
    (["8.8.8.8", "fd00::1"], "fd00::1", False),
    (["10.0.0.1"], "10.200.0.9", True),
    (["10.0.0.1"], "127.0.0.1", False),
    (["10.0.0.1"], "8.8.8.8", True),
    (["10.0.0.1"], "169.254.169.254", False),
    (["127.0.1.5"], "127.0.0.1", True),
    (["127.0.1.5"], "::1", True),
    (["127.0.1.5"], "10.0.0.1", False),
    (["169.254.7.7"], "169.254.7.7", True),  # the very own address
    (["169.254.7.7"], "169.254.169.254", False),
    ([], "127.0.0.1", False),
    ([], "8.8.8.8", True),
]


@pytest.mark.parametrize(("own", "address", "allowed"), GUARDS)
def test_only_a_site_of_that_class_opens_a_class_of_addresses(own: list[str], address: str, allowed: bool) -> None:
    assert (Guard.of(own).refusal(address) is None) is allowed


def test_a_failed_look_up_is_never_the_absence_of_a_record(dns: DnsServer) -> None:
    dns.fault("dead.qinghe-test.gov.cn", "servfail")
    dns.fault("refused.qinghe-test.gov.cn", "refused")

    async def ask() -> dict[str, str]:
        network = network_of(dns)
        names = {"www": 6, "v4": 6, "absent": 6, "dead": 6, "refused": 6, "cdn": 6}
        return {name: (await network.lookup(f"{name}.{ZONE}", 6)).status for name in names}

    expected = {"www": "ok", "v4": "none", "absent": "nxdomain", "dead": "failed", "refused": "failed", "cdn": "ok"}
    assert asyncio.run(ask()) == expected


def test_a_silent_resolver_is_a_failure_and_is_asked_twice() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        network = Network(SITE, nameserver=silent.getsockname())
        answer = asyncio.run(network.lookup(SITE.host, 6))
        silent.setblocking(False)
        asked = 0
        while True:
            try:
                silent.recv(512)
            except BlockingIOError:
                break
            asked += 1
    assert (answer.status, answer.addresses) == ("failed", ())
    assert "超时" in answer.detail
    assert asked >= 2


def test_one_lost_answer_does_not_fail_a_look_up(dns: DnsServer) -> None:
    async def ask() -> str:
        network = network_of(dns)
        dns.fault(SITE.host, "servfail")
        question = asyncio.ensure_future(network.lookup(SITE.host, 4))
        while not [query for query in dns.queries if query.kind == "A"]:
            await asyncio.sleep(0.001)
        dns.fault(SITE.host, None)
        return (await question).status

    assert asyncio.run(ask()) == "ok"


def test_a_name_is_asked_once_per_run_however_many_ask(dns: DnsServer) -> None:
    async def ask() -> None:
        network = network_of(dns)
        await asyncio.gather(*(network.lookup(SITE.host, 4) for _ in range(20)))
        await network.lookup(SITE.host.upper(), 4)

    asyncio.run(ask())
    assert len([query for query in dns.queries if query.kind == "A"]) == 1


def test_a_chain_of_aliases_is_followed_even_where_the_server_gives_it_piece_by_piece(dns: DnsServer) -> None:
    dns.zone("far-test.cn", hosts={"edge": ("127.0.1.11",)})
    dns.zone("near-test.cn", hosts={"www": ("=edge.far-test.cn",)})
    answer = asyncio.run(network_of(dns).lookup("www.near-test.cn", 4))
    assert (answer.addresses, answer.canonical) == (("127.0.1.11",), "edge.far-test.cn")


@pytest.mark.parametrize(
    ("host", "family", "addresses"),
    [
        ("127.0.0.1", 4, ("127.0.0.1",)),
        ("127.0.0.1", 6, ()),
        ("[::1]", 6, ("::1",)),
        ("localhost", 4, ("127.0.0.1",)),
        ("localhost", 6, ("::1",)),
    ],
)
def test_literals_and_localhost_answer_themselves(dns: DnsServer, host: str, family: int, addresses: tuple[str, ...]) -> None:
    answer = asyncio.run(network_of(dns).lookup(host, 4 if family == 4 else 6))
    assert answer.addresses == addresses
    assert dns.queries == []


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "a" * 70 + ".cn", "..", ""])
def test_odd_spellings_of_addresses_reach_nothing(dns: DnsServer, host: str) -> None:
    with pytest.raises(LookupFailed):
        asyncio.run(network_of(dns).reachable_addresses(host))


def test_an_idn_host_is_resolved_in_either_spelling(dns: DnsServer) -> None:
    dns.zone("清河测试.政务", hosts={"www": ("127.0.1.12",)})
    network = network_of(dns)

    async def ask() -> tuple[str, ...]:
        first = await network.lookup("www.清河测试.政务", 4)
        return first.addresses + (await network.lookup(first.host, 4)).addresses

    assert asyncio.run(ask()) == ("127.0.1.12", "127.0.1.12")


def test_a_name_that_resolves_inside_is_refused_from_a_public_site(dns: DnsServer) -> None:
    dns.zone("public-test.gov.cn", hosts={"www": ("11.0.0.1",), "inner": ("10.1.1.1",), "mixed": ("10.1.1.1", "11.0.0.2")})
    network = network_of(dns, Site("http://www.public-test.gov.cn/"))

    async def ask() -> tuple[str, ...]:
        with pytest.raises(AddressRefused) as refused:
            await network.reachable_addresses("inner.public-test.gov.cn")
        assert refused.value.address == "10.1.1.1"
        return await network.reachable_addresses("mixed.public-test.gov.cn")

    assert asyncio.run(ask()) == ("11.0.0.2",)


def test_the_zone_of_a_host_is_found_through_names_that_are_no_zones(dns: DnsServer) -> None:
    dns.zone("county.qinghe-test.gov.cn", hosts={"www": ("127.0.1.13",)}, servers="one-v6")
    network = network_of(dns)

    async def ask() -> list[tuple[str, str]]:
        zones = [await network.zone(host) for host in (SITE.host, f"a.b.{ZONE}", f"www.county.{ZONE}", f"cdn.{ZONE}")]
        return [(zone.name, zone.status) for zone in zones]

    assert asyncio.run(ask()) == [(ZONE, "ok"), (ZONE, "ok"), (f"county.{ZONE}", "ok"), (ZONE, "ok")]
    zone = asyncio.run(network_of(dns).zone(SITE.host))
    assert sorted(zone.servers) == [f"ns1.{ZONE}", f"ns2.{ZONE}"]


def test_a_server_answers_only_when_it_says_something_about_the_zone(dns: DnsServer) -> None:
    async def ask() -> list[tuple[bool, str]]:
        network = network_of(dns)
        await network.start()
        answered = await network.ask_server("::1", ZONE)
        elsewhere = await network.ask_server("::1", "unknown-test.cn")
        dns.fault(ZONE, "refused")
        refused = await network.ask_server("::1", ZONE)
        dns.fault(ZONE, None)
        dns.zone(ZONE, hosts={"www": ("127.0.1.10", "::1")}, servers="v6-dead")
        silent = await network.ask_server("::1", ZONE, seconds=0.3)
        over_v4 = await network.ask_server("127.0.1.53", ZONE)
        return [(a.ok, a.error) for a in (answered, elsewhere, refused, silent, over_v4)]

    assert asyncio.run(ask()) == [(True, ""), (False, "protocol"), (False, "protocol"), (False, "timeout"), (True, "")]


def test_a_control_proves_our_ipv6_and_a_dead_one_does_not(dns: DnsServer) -> None:
    with WebServer() as web:
        port = web.listen(("::1",))
        dns.zone("control-test.cn", hosts={"v6": ("::1",), "v4": ("127.0.0.1",)})
        closed = socket.socket(socket.AF_INET6)
        closed.bind(("::1", 0))
        dead = closed.getsockname()[1]
        controls = (f"v6.control-test.cn:{port}", f"[::1]:{port}", f"v6.control-test.cn:{dead}", f"v4.control-test.cn:{port}")

        async def ask() -> tuple[list[tuple[bool, str]], bool, bool]:
            before = network_of(dns, controls=controls[2:])
            await before.try_controls()
            network = network_of(dns, controls=controls)
            results = await network.try_controls()
            return [(r.ok, r.error) for r in results], before.v6_proved, network.v6_proved

        results, unproved, proved = asyncio.run(ask())
        closed.close()
    assert results == [(True, ""), (True, ""), (False, "refused"), (False, "no-such-domain")]
    assert (unproved, proved) == (False, True)


def in_namespace(script: str) -> Any:
    """What a script of this folder prints, run in a network namespace that ends with it."""
    enter = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net"]
    root = Path(__file__).parents[2]
    command = [*enter, sys.executable, str(Path(__file__).with_name(script))]
    ran = subprocess.run(
        command, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}, capture_output=True, text=True, timeout=240, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


def test_from_a_public_site_nothing_is_sent_inside() -> None:
    """A site on a global address leads to 10/8, 127/8, 169.254/16, fd00::/8 and their disguises by name, link and redirect."""
    seen = in_namespace("namespace_guard.py")
    assert seen["listeners_work"] == 4, "a plain socket must reach the listeners, else their silence proves nothing"
    assert seen["reached_inside"] == []
    assert seen["site_answered"] is True
    assert len(seen["outcomes"]) >= 12
    assert {outcome["error"] for outcome in seen["outcomes"]} == {"refused-address"}, seen["outcomes"]


def test_a_whole_inspection_of_a_public_site_sends_nothing_inside() -> None:
    """Crawl, fragments, refresh, browser sub-resources, pages elsewhere, probes, link checks."""
    seen = in_namespace("namespace_inspect.py")
    assert seen["reached_inside"] == []
    kinds = seen["visit"]["by_kind"]
    assert min(kinds.get(kind, 0) for kind in ("page", "browser", "probe")) > 0, kinds
    assert seen["visit"]["errors"]["refused-address"] > 10
    assert "page" in seen["states"]
