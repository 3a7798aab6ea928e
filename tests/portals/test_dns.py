"""The test DNS server answers as a resolver and as an authoritative server would."""

from __future__ import annotations

from collections.abc import Iterator

import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest

from tests.portals.dns import ADDRESS_V4, ADDRESS_V6, DnsServer

ZONE = "qinghe-test.gov.cn"


@pytest.fixture
def server() -> Iterator[DnsServer]:
    with DnsServer() as dns_server:
        dns_server.zone(ZONE, hosts={"www": ("127.0.1.10", "::1"), "v4": ("127.0.1.10",), "m": (f"=www.{ZONE}",), "@": ("127.0.1.10",)})
        yield dns_server


def ask(server: DnsServer, name: str, kind: str, where: str = ADDRESS_V4, *, tcp: bool = False) -> dns.message.Message:
    send = dns.query.tcp if tcp else dns.query.udp
    return send(dns.message.make_query(name, kind), where, port=server.port, timeout=1)


@pytest.mark.parametrize("where", [ADDRESS_V4, ADDRESS_V6])
@pytest.mark.parametrize("tcp", [False, True])
def test_both_families_and_both_transports_answer(server: DnsServer, where: str, tcp: bool) -> None:
    reply = ask(server, f"www.{ZONE}", "AAAA", where, tcp=tcp)
    assert reply.flags & dns.flags.AA
    assert [str(record) for record in reply.answer[0]] == ["::1"]


@pytest.mark.parametrize(
    ("name", "kind", "rcode", "answers"),
    [
        (f"www.{ZONE}", "A", "NOERROR", 1),
        (f"v4.{ZONE}", "AAAA", "NOERROR", 0),
        (f"m.{ZONE}", "A", "NOERROR", 2),
        (f"none.{ZONE}", "A", "NXDOMAIN", 0),
        (ZONE, "NS", "NOERROR", 1),
        (ZONE, "SOA", "NOERROR", 1),
        (f"www.{ZONE}", "SOA", "NOERROR", 0),
        ("gov.cn", "NS", "NOERROR", 0),
        ("other-test.gov.cn", "A", "NXDOMAIN", 0),
    ],
)
def test_answers_by_name_and_type(server: DnsServer, name: str, kind: str, rcode: str, answers: int) -> None:
    reply = ask(server, name, kind)
    assert (dns.rcode.to_text(reply.rcode()), len(reply.answer)) == (rcode, answers)


def test_the_zone_of_a_host_is_found_by_walking_up(server: DnsServer) -> None:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [ADDRESS_V4], server.port
    assert dns.resolver.zone_for_name(f"www.{ZONE}", resolver=resolver).to_text(omit_final_dot=True) == ZONE


def test_faults_switch_on_and_off(server: DnsServer) -> None:
    name = f"www.{ZONE}"
    server.fault(name, "servfail", "AAAA")
    assert ask(server, name, "AAAA").rcode() == dns.rcode.SERVFAIL
    assert ask(server, name, "A").answer
    server.fault(name, "timeout")
    with pytest.raises(dns.exception.Timeout):
        ask(server, name, "A")
    server.fault(name, None)
    server.fault(name, None, "AAAA")
    assert ask(server, name, "AAAA").answer


def test_a_zone_whose_v6_servers_are_dead_answers_over_v4_only(server: DnsServer) -> None:
    server.zone(ZONE, hosts={"www": ("127.0.1.10", "::1")}, servers="v6-dead")
    assert ask(server, f"ns1.{ZONE}", "AAAA").answer
    with pytest.raises(dns.exception.Timeout):
        ask(server, ZONE, "SOA", ADDRESS_V6)


def test_questions_are_recorded_with_their_family(server: DnsServer) -> None:
    ask(server, ZONE, "SOA", ADDRESS_V6)
    assert [(q.name, q.kind, q.family, q.transport) for q in server.queries] == [(ZONE, "SOA", 6, "udp")]
