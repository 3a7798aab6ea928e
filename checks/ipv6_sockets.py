"""Addresses, name servers, connects and visits of the IPv6 probe: the part of it that is about the site's own host."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from checks.catalogue import rules
from checks.ipv6_facts import (
    AddressFacts,
    BadAddress,
    ContentFacts,
    Exchange,
    HomeFacts,
    Look,
    NameServer,
    ReachFacts,
    Try,
    ZoneFacts,
)
from checks.ipv6_likeness import compare
from crawler.charset import decode
from crawler.document import Document
from crawler.evidence import Evidence, Page
from crawler.fetch import Fetched, Fetcher
from crawler.guard import valid_v6
from crawler.interstitial import challenge
from crawler.network import Answer, Attempt, Network
from crawler.site import host_of

_ADDRESSES = 6  # of one family that are connected to
_HOPELESS = 3  # visits over v6 without one answer after which no more are made
_SERVERS = 13  # of one zone that are asked
_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> str:
    """This moment as evidence writes it (ISO, Asia/Shanghai); it decides nothing."""
    return datetime.now(_ZONE).isoformat(timespec="seconds")


def usable_v6(network: Network, addresses: Iterable[str]) -> tuple[tuple[str, ...], tuple[BadAddress, ...]]:
    """AAAA values that count, and those that do not: mapped and malformed ones, and what no visitor could reach."""
    valid: list[str] = []
    invalid: list[BadAddress] = []
    for address in addresses:
        if not valid_v6(address):
            invalid.append(BadAddress(address, "IPv4 映射地址或无效地址"))
        elif (reason := network.refusal(address)) is not None:
            invalid.append(BadAddress(address, reason))
        else:
            valid.append(address)
    return tuple(valid), tuple(invalid)


async def own_addresses(network: Network, host: str) -> AddressFacts:
    """The A and AAAA records of the site's own host."""
    v4, v6 = await asyncio.gather(network.lookup(host, 4), network.lookup(host, 6))
    valid, invalid = usable_v6(network, v6.addresses)
    return AddressFacts(host, now(), _look(v4), _look(v6), valid, invalid)


async def name_servers(network: Network, host: str) -> ZoneFacts:
    """The zone's name servers, and a real query sent to each of their v6 addresses."""
    zone = await network.zone(host)
    servers = await asyncio.gather(*(_server(network, name, zone.name) for name in sorted(zone.servers)[:_SERVERS]))
    return ZoneFacts(zone.name, zone.status, zone.detail, tuple(servers))


async def _server(network: Network, name: str, zone: str) -> NameServer:
    answer = await network.lookup(name, 6)
    valid, invalid = usable_v6(network, answer.addresses)
    port = network.nameserver[1] if network.nameserver else 53
    queries = [_exchange(await network.ask_server(address, zone), port) for address in valid[:_ADDRESSES]]
    return NameServer(name, _look(answer), invalid, tuple(queries))


async def reach(network: Network, fetcher: Fetcher, address: AddressFacts, url: str) -> ReachFacts:
    """TCP connects to every address of the host. Where IPv4 has a port that no v6 address has, v6 is asked a second time."""
    named = urlsplit(url).port
    ports = (named,) if named else (80, 443)

    async def round_of(addresses: Iterable[str]) -> tuple[Exchange, ...]:
        doors = [(one, port) for one in list(addresses)[:_ADDRESSES] for port in ports]
        tried = [(await network.connect(one, port), port) for one, port in doors]
        for attempt, _ in tried:
            fetcher.ledger.record(address.host, "probe", None, 0, attempt.error)
        return tuple(_exchange(attempt, port) for attempt, port in tried)

    allowed4 = [one for one in address.v4.addresses if network.refusal(one) is None]
    v4, v6 = await round_of(allowed4), await round_of(address.valid)
    missing = {e.port for e in v4 if e.ok} - {e.port for e in v6 if e.ok}
    if address.valid and missing:
        v6 = await round_of(address.valid)
    return ReachFacts(ports, v4, v6)


async def visits(evidence: Evidence, network: Network, fetcher: Fetcher, url: str, reached: ReachFacts) -> HomeFacts:
    """The home page over v6 and v4 in turn, as often as the catalogue says (twice where no v6 address accepts a connection)."""
    often = int(rules("ipv6").number("home-tries")) if any(e.ok for e in reached.v6) else 2
    tries: list[Try] = []
    pages: dict[int, list[Document]] = {4: [], 6: []}
    for number in range(1, often + 1):
        for family in (6, 4):
            got = await fetcher.get(url, kind="probe", family=6 if family == 6 else 4)
            document = None if got.error else page_of(got, evidence.as_of)
            walled = document is not None and challenge(got.status, document, got.headers) is not None
            tries.append(_try(got, family, number, walled))
            if document is not None and got.status == 200 and not walled:
                pages[family].append(document)
        if number >= _HOPELESS and all(t.error for t in tries if t.family == 6):
            break
    home = evidence.home
    landing = host_of(home.final_url) if home is not None and home.readable else ""
    landing = "" if landing in (host_of(url), *{host_of(t.final_url) for t in tries if t.family == 4}) else landing
    look = _look(await network.lookup(landing, 6)) if landing else None
    return HomeFacts(url, "", tuple(tries), _content(pages), landing, look)


def _content(pages: dict[int, list[Document]]) -> ContentFacts | None:
    if not pages[4] or not pages[6]:
        return None
    first_and_last = {family: [found[0], found[-1]] if len(found) > 1 else found for family, found in pages.items()}
    return compare(first_and_last[4], first_and_last[6])


def start_url(evidence: Evidence) -> str:
    """Where a visitor begins: the site's address, or the one of the other scheme that the crawl found to answer."""

    def begins(page: Page) -> bool:
        return page.depth == 0 and not page.elsewhere and page.state not in ("network-error", "fragment") and evidence.site.owns(page.url)

    return next((page.url for page in evidence.pages if begins(page)), evidence.site.url)


def page_of(got: Fetched, as_of: date) -> Document:
    """An answer as a page."""
    return Document(decode(got.body, got.headers.get("content-type", "")).text, got.final_url, as_of=as_of)


def _look(answer: Answer) -> Look:
    return Look(answer.status, answer.addresses, answer.detail, answer.elapsed_ms)


def _exchange(attempt: Attempt, port: int) -> Exchange:
    return Exchange(attempt.address, port, attempt.ok, attempt.error, attempt.detail, attempt.elapsed_ms)


def _try(got: Fetched, family: int, number: int, challenged: bool) -> Try:
    return Try(
        family=family,
        number=number,
        status=got.status,
        final_url=got.final_url,
        redirected=bool(got.redirects),
        error=got.error,
        detail=got.detail,
        connect_ms=got.connect_ms,
        first_byte_ms=got.first_byte_ms,
        total_ms=got.elapsed_ms,
        challenged=challenged,
    )
