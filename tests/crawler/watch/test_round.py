"""One round over real sockets and a real name server: what is visited, what is asked again, and what counts for nobody."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from crawler.samples import Round, Sample
from crawler.site import Site
from crawler.watch_round import make_round
from crawler.watch_visit import Watched, Watching
from reports.watch import WatchRequest, watching
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer, peak_at_once

AT = datetime(2026, 8, 20, 3, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
HOME = Response("<title>青禾县人民政府</title><h1>青禾县人民政府</h1><p>今天的要闻</p><a href=/a.html>要闻</a>".encode())
NO_ROBOTS = Response(b"", 404)
DOWN = Response("忙".encode(), 503)


class Province:
    """Sites s0, s1… of one zone, each on an address of its own; `round` watches them all."""

    def __init__(self, dns: DnsServer, web: WebServer) -> None:
        self.dns, self.web = dns, web
        self.answers: dict[str, Callable[[Request], Response]] = {}
        self.addresses: dict[str, tuple[str, ...]] = {}
        self.watching = watching(WatchRequest(db=None, delay=0, nameserver=dns.nameserver))  # type: ignore[arg-type]  # no database here
        self.watching = replace(self.watching, limit=2.0)
        self.port = web.listen(tuple(f"127.0.1.{number}" for number in range(10, 22)))
        self.control_port = web.listen(("127.0.1.9", "::1"))
        self.ignore_robots = False
        self.permit = False

    @property
    def controls(self) -> tuple[str, ...]:
        return (f"127.0.1.9:{self.control_port}",)

    @property
    def v6_controls(self) -> tuple[str, ...]:
        return (f"[::1]:{self.control_port}",)

    def site(self, number: int, answer: Response | Callable[[Request], Response] = HOME, *addresses: str) -> str:
        name = f"s{number}"
        self.addresses[name] = addresses or (f"127.0.1.{10 + number}",)
        self.answers[name] = answer if callable(answer) else lambda request: NO_ROBOTS if request.path == "/robots.txt" else answer
        return name

    def round(self, **changes: object) -> Round:
        self.dns.zone("qinghe-test.gov.cn", hosts=self.addresses)
        for name, answer in self.answers.items():
            self.web.host(f"{name}.qinghe-test.gov.cn", answer)
        sites = [
            Watched(name, Site(f"http://{name}.qinghe-test.gov.cn:{self.port}/"), self.ignore_robots, self.permit) for name in self.answers
        ]
        settings: Watching = replace(self.watching, **changes)  # type: ignore[arg-type]
        return asyncio.run(make_round(sites, AT, settings))

    def asked(self, path: str = "/") -> list[str]:
        return [entry.host.split(".")[0] for entry in self.web.log if entry.path == path]


@pytest.fixture
def province() -> Iterator[Province]:
    with DnsServer() as dns, WebServer() as web:
        yield Province(dns, web)


def states(done: Round, family: int = 4) -> dict[str, str]:
    return {sample.site_key: sample.state for sample in done.samples if sample.family == family}


def of(done: Round, key: str) -> Sample:
    return next(sample for sample in done.samples if sample.site_key == key and sample.family == 4)


def once(first: Response) -> Callable[[Request], Response]:
    """Fails at the first visit, opens from the second on."""
    calls: list[str] = []

    def answer(request: Request) -> Response:
        if request.path == "/":
            calls.append(request.peer)
        return first if len(calls) == 1 and request.path == "/" else HOME

    return answer


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (HOME, "opened"),
        (Response(b"<p>forbidden</p>", 403), "opened"),
        (Response(b"", 429), "opened"),
        (DOWN, "failed"),
        (Response(b"", 200), "failed"),
        (Response(b"x", delay=2.4), "failed"),
        (Response(HOME.body, fault="hang"), "failed"),
        (Response(HOME.body, fault="drop"), "failed"),
        (Response(b"<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"), "failed"),
        (Response(b"x" * (2 * 2**20)), "opened"),
    ],
    ids=["home", "403", "429", "503", "blank", "slow", "hang", "drop", "parked", "long"],
)
def test_what_opened_means_is_what_the_check_says(province: Province, answer: Response, state: str) -> None:
    province.site(0, answer)
    province.site(1)
    done = province.round()
    assert (states(done), done.void) == ({"s0": state, "s1": "opened"}, "")
    assert of(done, "s0").tries == (2 if state == "failed" else 1)


def test_a_failure_that_passes_by_while_we_wait_is_none(province: Province) -> None:
    province.site(0, once(DOWN))
    province.site(1, DOWN)
    province.site(2)
    begun = time.monotonic()
    done = province.round(pause=0.5)
    assert time.monotonic() - begun > 0.5
    assert states(done) == {"s0": "opened", "s1": "failed", "s2": "opened"}
    assert sorted(province.asked()) == ["s0", "s0", "s1", "s1", "s2"]


def test_a_name_that_comes_back_while_we_wait_is_looked_up_anew(province: Province) -> None:
    province.site(0)
    province.site(1)
    province.dns.fault("s0.qinghe-test.gov.cn", "nxdomain")

    async def heal() -> Round:
        sites = [Watched(name, Site(f"http://{name}.qinghe-test.gov.cn:{province.port}/")) for name in ("s0", "s1")]
        watch = asyncio.ensure_future(make_round(sites, AT, replace(province.watching, pause=1.0)))
        await asyncio.sleep(0.6)
        province.dns.fault("s0.qinghe-test.gov.cn", None)
        return await watch

    province.round(pause=0.0)
    done = asyncio.run(heal())
    assert states(done) == {"s0": "opened", "s1": "opened"} and of(done, "s0").tries == 2


def test_a_silent_resolver_is_no_failure_of_the_site_and_a_name_without_address_is(province: Province) -> None:
    for number in range(3):
        province.site(number)
    province.addresses["s1"] = ("::1",)
    province.dns.fault("s0.qinghe-test.gov.cn", "servfail")
    done = province.round()
    assert states(done) == {"s0": "ours", "s1": "failed", "s2": "opened"}
    assert (of(done, "s0").word, of(done, "s1").word) == ("dns-failed", "no-such-domain")


def test_robots_txt_is_obeyed_unless_the_registry_says_otherwise_and_read_again_only_without_leave(province: Province) -> None:
    def forbids(request: Request) -> Response:
        return Response(b"User-agent: *\nDisallow: /\n", type="text/plain") if request.path == "/robots.txt" else HOME

    province.site(0, forbids)
    province.site(1)
    done = province.round()
    assert states(done) == {"s0": "untold", "s1": "opened"} and province.asked() == ["s1"]
    assert done.permits == {"s1": f"http://s1.qinghe-test.gov.cn:{province.port}/"}
    province.web.forget()
    province.ignore_robots = True
    assert states(province.round()) == {"s0": "opened", "s1": "opened"}
    province.web.forget()
    province.ignore_robots, province.permit = False, True
    assert province.round().permits == {}
    assert province.asked("/robots.txt") == []


def test_ipv6_counts_only_when_a_control_proves_our_own(province: Province) -> None:
    port = province.port
    province.web.listen(("::1",), port)
    province.site(0, lambda request: HOME if request.family == 4 else DOWN, "127.0.1.10", "::1")
    province.site(1, HOME, "127.0.1.11", "::1")
    province.site(2)
    done = province.round(v6_controls=province.v6_controls)
    assert done.v6 and states(done, 6) == {"s0": "failed", "s1": "opened"}
    assert states(done) == {"s0": "opened", "s1": "opened", "s2": "opened"}
    for controls in ((), ("[::1]:9",)):
        done = province.round(v6_controls=controls)
        assert not done.v6 and states(done, 6) == {} and not done.void


def test_a_dead_control_host_makes_the_round_void_before_anybody_is_visited(province: Province) -> None:
    province.site(0, DOWN)
    province.site(1)
    done = province.round(controls=("127.0.1.9:9", "no.qinghe-test.gov.cn"))
    assert "对照主机" in done.void and done.samples == () and province.asked() == []
    assert not province.round(controls=("127.0.1.9:9", *province.controls)).void, "one that answers is enough"


def test_a_control_host_that_dies_during_the_round_makes_it_void(province: Province) -> None:
    with WebServer() as ours:
        port = ours.listen(("127.0.1.8",))

        def last_visitor(request: Request) -> Response:
            ours.close(port)
            return HOME

        province.site(0, last_visitor)
        province.site(1, DOWN)
        done = province.round(controls=(f"127.0.1.8:{port}",))
    assert done.void and not done.v6 and province.asked().count("s1") == 1, "nobody is asked again once our own network is down"


@pytest.mark.parametrize(
    ("down", "up", "controls", "void"),
    [
        (1, 5, False, False),
        (3, 3, False, False),
        (4, 2, False, True),
        (4, 2, True, True),
        (3, 1, False, False),
        (2, 0, False, True),
        (2, 0, True, False),
        (6, 0, True, True),
    ],
)
def test_most_sites_failing_at_once_is_our_own_outage(province: Province, down: int, up: int, controls: bool, void: bool) -> None:
    for number in range(down + up):
        province.site(number, DOWN if number < down else HOME)
    done = province.round(controls=province.controls if controls else ())
    assert bool(done.void) == void, done.void
    assert sum(sample.state == "failed" for sample in done.samples) == down


def test_a_platform_that_is_down_is_its_own_failure_once_our_network_is_proved(province: Province) -> None:
    for number in range(5):
        province.site(number, DOWN, "127.0.1.10")
    for number in range(5, 8):
        province.site(number)
    assert province.round().void
    done = province.round(controls=province.controls)
    assert not done.void and sum(sample.state == "failed" for sample in done.samples) == 5


def test_sites_of_one_address_are_spaced_and_others_do_not_wait_for_them(province: Province) -> None:
    for number in range(6):
        province.site(number, HOME, "127.0.1.10")
    province.site(6, HOME, "127.0.1.16")
    province.permit = True
    province.round(delay=0.2, per_address=6, limit=9.0)
    shared = sorted(entry.at for entry in province.web.log if not entry.host.startswith("s6"))
    assert len(shared) == 6 and shared[-1] - shared[0] > 0.85  # five gaps of 0.2, less what the first one may have come late
    alone = next(entry.at for entry in province.web.log if entry.host.startswith("s6"))
    assert alone < shared[-1]


def test_one_address_is_asked_a_few_requests_at_once(province: Province) -> None:
    for number in range(6):
        province.site(number, Response(HOME.body, delay=0.2), "127.0.1.10")
    province.permit = True
    province.round(per_address=2, limit=9.0)
    assert peak_at_once(province.web.log) == 2


def test_robots_and_redirects_are_spaced_like_everything_else(province: Province) -> None:
    def leads_on(request: Request) -> Response:
        return Response(b"", 302, headers=(("Location", "/web/"),)) if request.path == "/" else HOME

    for number in range(3):
        province.site(number, leads_on, "127.0.1.10")
    assert set(states(province.round(delay=0.2, limit=9.0)).values()) == {"opened"}
    times = sorted(entry.at for entry in province.web.log)
    assert len(times) == 9 and times[-1] - times[0] > 1.4, "three sites side by side would need 0.4"


def test_an_address_that_takes_no_connection_is_asked_once_for_all_its_sites(province: Province) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.1.30", province.port))
        deaf.listen(0)
        filler = [socket.socket() for _ in range(3)]
        for one in filler:
            one.setblocking(False)
            one.connect_ex(("127.0.1.30", province.port))
        for number in range(20):
            province.site(number, HOME, "127.0.1.30")
        for number in range(20, 50):
            province.site(number, HOME, f"127.0.1.{10 + number % 10}")
        begun = time.monotonic()
        done = province.round(controls=province.controls, limit=1.0)
        for one in filler:
            one.close()
    assert time.monotonic() - begun < 8, "twenty sites that take no connection cost two time-outs, not forty"
    found = states(done)
    assert [found[f"s{number}"] for number in range(20)] == ["failed"] * 20
    assert {found[f"s{number}"] for number in range(20, 50)} == {"opened"}
    assert of(done, "s0").word == "timeout" and not done.void


def test_a_public_site_that_leads_to_an_inner_address_reaches_nothing(province: Province) -> None:
    province.site(0, Response(b"", 302, headers=(("Location", "http://10.0.0.8/"),)))
    province.site(1)
    assert of(province.round(), "s0").word == "refused-address"


def test_without_sites_there_is_an_empty_round() -> None:
    request = WatchRequest(db=None)  # type: ignore[arg-type]
    done = asyncio.run(make_round([], AT, watching(request)))
    assert done.samples == () and done.void == ""


def test_rounds_leave_no_sockets_behind(province: Province) -> None:
    for number in range(6):
        province.site(number, DOWN if number == 0 else HOME)
    province.site(6, HOME, "127.0.1.40")  # nobody listens there
    province.round()
    time.sleep(0.3)  # the test's own server stands in this process too: its side of a connection closes a little later
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(6):
        assert not province.round(controls=province.controls, v6_controls=province.v6_controls).void
    deadline = time.monotonic() + 5
    while len(os.listdir("/proc/self/fd")) > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(os.listdir("/proc/self/fd")) <= before
