"""The IPv6 probe: everything the check needs to know that no page can tell. It measures and judges nothing."""

from __future__ import annotations

import asyncio
from typing import Any

from checks.ipv6_facts import Control, HomeFacts, LinkFacts, ProofFacts
from checks.ipv6_links import LinkTester
from checks.ipv6_sockets import name_servers, own_addresses, reach, start_url, visits
from crawler.evidence import Evidence
from crawler.fetch import Fetcher
from crawler.network import Attempt, Network
from crawler.site import is_address


def has_no_name(host: str) -> bool:
    """Whether the host is a bare address or this machine's own name: there is no DNS to judge."""
    return is_address(host) or host == "localhost" or host.endswith(".localhost")


async def probe(evidence: Evidence, network: Network, fetcher: Fetcher) -> dict[str, tuple[Any, str]]:
    """``address``, ``zone``, ``reach``, ``home``, ``links``, ``proof``, each a dataclass of `checks.ipv6_facts`.

    A site that walls us off or can't be read is not visited again: its DNS and its ports are still looked at.
    """
    host = evidence.site.host
    if has_no_name(host):
        return {}
    await network.start()
    before = await network.try_controls()
    address, zone = await asyncio.gather(own_addresses(network, host), name_servers(network, host))
    facts: dict[str, tuple[Any, str]] = {"address": (address, ""), "zone": (zone, "")}
    state = (evidence.meta("site_state") or {}).get("state", "ok")
    if state != "blocked" and address.valid:
        url = start_url(evidence)
        reached = await reach(network, fetcher, address, url)
        facts["reach"] = (reached, "")
        alive = any(exchange.ok for exchange in (*reached.v4, *reached.v6))
        home = await visits(evidence, network, fetcher, url, reached) if alive else HomeFacts(url, "unreachable", (), None, "", None)
        facts["home"] = (home, "")
    facts["links"] = (await _links(evidence, network, fetcher, state), "")
    after = await network.try_controls()
    facts["proof"] = (_proof(network, before, after), "")
    return facts


async def _links(evidence: Evidence, network: Network, fetcher: Fetcher, state: str) -> LinkFacts:
    home = evidence.home
    if state == "blocked" or home is None or not home.readable:
        return LinkFacts("blocked" if state == "blocked" else "unreachable", {}, 0, ())
    return await LinkTester(evidence, network, fetcher).run(home)


def _proof(network: Network, before: tuple[Attempt, ...], after: tuple[Attempt, ...]) -> ProofFacts:
    """Controls with both their results; the other addresses that answered over v6 in this run."""
    own = {attempt.address for attempt in (*before, *after) if attempt.ok}
    controls = tuple(Control(a.target, a.ok, b.ok, b.detail or a.detail) for a, b in zip(before, after, strict=True))
    return ProofFacts(controls, tuple(sorted(set(network.v6_exchanges) - own)))
