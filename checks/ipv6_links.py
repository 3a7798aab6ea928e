"""Second- and third-level links over IPv6: which there are, which are drawn, and how each fared.

A link of the site's own host is asked over IPv6; a link of another host only has that host connected to, once. A link that IPv4
can't open either is no fault of IPv6 and is in no rate.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar
from urllib.parse import urlsplit

from tldextract import TLDExtract

from checks.catalogue import rules
from checks.ipv6_facts import UNTESTED, Group, Level, LinkFacts, LinkTest
from checks.ipv6_sockets import page_of, usable_v6
from crawler.evidence import Evidence, Page
from crawler.fetch import Fetched, Fetcher
from crawler.interstitial import challenge
from crawler.network import Attempt, Network
from crawler.site import host_of, is_address

_BODY = 2**20  # bytes of a linked page that are read; a larger one has answered
_PATIENCE = 3  # links the site walls off before no more of them are asked
_AT_ONCE = 10  # other hosts connected to at the same time
_SUFFIXES = TLDExtract(suffix_list_urls=(), cache_dir=None)  # the bundled list only: it never fetches

T = TypeVar("T")


def registered_domain(host: str) -> str:
    """The registered domain (注册域名) of a host; of an unknown suffix the last two labels, of an address the address."""
    if is_address(host):
        return host
    found = _SUFFIXES.extract_str(host)
    known = found.top_domain_under_public_suffix if found.suffix else ""
    return known or ".".join(host.split(".")[-2:])


def evenly(items: Sequence[T], most: int) -> list[T]:
    """At most ``most`` of ``items``, evenly spaced, the first always among them."""
    if len(items) <= most:
        return list(items)
    return [items[index * len(items) // most] for index in range(most)]


def group_of(evidence: Evidence, url: str) -> Group:
    """Whose host ``url`` leads to."""
    if evidence.site.owns(url):
        return "own"
    return "same-domain" if registered_domain(host_of(url)) == registered_domain(evidence.site.host) else "other"


def levels(evidence: Evidence, home: Page) -> tuple[dict[Level, list[str]], int]:
    """The links of each level, sorted, each address in the first level it stands in; and how many second-level pages were read."""
    homes = {home.url, home.final_url, evidence.site.url}
    second = {link.url for link in evidence.links(home)} - homes
    third: set[str] = set()
    read = 0
    for url in second:
        page = evidence.find(url)
        if page is not None and page.readable and not page.elsewhere and evidence.site.owns(page.final_url or page.url):
            read += 1
            third |= {link.url for link in evidence.links(page)}
    return {"second": sorted(second), "third": sorted(third - second - homes)}, read


class LinkTester:
    """Tests links of one run. Hosts are looked up and connected to once, whatever the number of their links."""

    def __init__(self, evidence: Evidence, network: Network, fetcher: Fetcher) -> None:
        self.evidence, self.network, self.fetcher = evidence, network, fetcher
        self._doors: dict[tuple[str, int], asyncio.Task[tuple[bool | None, str, str]]] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._turns = asyncio.Semaphore(fetcher.politeness.per_host)
        self._walled = 0

    async def run(self, home: Page) -> LinkFacts:
        """Test both levels; which links are drawn is said by `sampling_rule`."""
        limits = rules("ipv6")
        found, read = levels(self.evidence, home)
        known: dict[str, int] = {}
        jobs = []
        for level, urls in found.items():
            by_group: dict[Group, list[str]] = defaultdict(list)
            for url in urls:
                by_group[group_of(self.evidence, url)].append(url)
            known |= {f"{level}/{group}": len(by_group[group]) for group in ("own", "same-domain", "other")}
            own = evenly(by_group["own"], int(limits.number(f"{level}-level-sample")))
            jobs += [self.own(url, level) for url in own]
            for group in ("same-domain", "other"):
                hosts = sorted({_door(url) for url in by_group[group]})
                drawn = set(evenly(hosts, int(limits.number("other-hosts"))))
                jobs += [self.other(url, level, group) for url in by_group[group] if _door(url) in drawn]
        tests = await asyncio.gather(*jobs)
        return LinkFacts("", known, read, tuple(tests))

    async def other(self, url: str, level: Level, group: Group) -> LinkTest:
        """A link to another host: does the host accept a connection over IPv6?"""
        ok, reason, detail = await self._open(url)
        return LinkTest(url, level, group, ok, reason, detail)

    async def own(self, url: str, level: Level) -> LinkTest:
        """A link to the site's own host: asked over IPv6, compared with what IPv4 gave."""
        ok, reason, detail = await self._open(url)
        if ok:
            async with self._turns:  # one after the other, so that the first refusals stop the rest
                ok, reason, detail = await self._asked(url)
        return LinkTest(url, level, "own", ok, reason, detail)

    async def _open(self, url: str) -> tuple[bool | None, str, str]:
        door = _door(url)
        if door not in self._doors:
            self._doors[door] = asyncio.ensure_future(self._knock(*door))
        return await asyncio.shield(self._doors[door])

    async def _knock(self, host: str, port: int) -> tuple[bool | None, str, str]:
        """``(ok, reason, detail)`` of one host and port over IPv6; None where nobody can tell."""
        async with self._slots:
            answer = await self.network.lookup(host, 6)
            if answer.status == "failed":
                return None, "dns-failed", answer.detail
            valid, invalid = usable_v6(self.network, answer.addresses)
            if not valid:
                named = "、".join(bad.address for bad in invalid)
                return False, "no-aaaa", f"{host} 的 AAAA 记录 {named} 不是有效的地址" if named else answer.detail
            last = await self._connect(valid, host, port)
            if last.ok:
                return True, "", ""
            if not (await self._connect((await self.network.lookup(host, 4)).addresses, host, port)).ok:
                return None, "dead", UNTESTED["dead"]
            again = await self._connect(valid, host, port)  # confirm before accusing
            return (True, "", "") if again.ok else (False, again.error, f"{host} 端口 {port}：{again.detail}")

    async def _connect(self, addresses: Iterable[str], host: str, port: int) -> Attempt:
        result = Attempt(host, "", False, 0, "refused", "没有可连接的地址")
        for address in list(addresses)[:3]:
            result = await self.network.connect(address, port, target=host)
            self.fetcher.ledger.record(host, "probe", None, 0, result.error)
            if result.ok:
                break
        return result

    async def _asked(self, url: str) -> tuple[bool | None, str, str]:
        if self._walled >= _PATIENCE:  # never hammer a site that refuses us
            return None, "challenged", UNTESTED["challenged"]
        got = await self._get(url, 6)
        if got.error in UNTESTED:
            return None, got.error, got.detail
        if got.error == "no-such-domain":
            return _without_address(got)
        if got.error:
            got = await self._get(url, 6)  # confirm before accusing
        if got.error:
            there = await self._get(url, 4)
            return (None, "dead", UNTESTED["dead"]) if there.error else (False, got.error, got.detail)
        if wall := self._wall(got):
            self._walled += 1
            return None, wall, UNTESTED[wall]
        if got.status is not None and got.status >= 400:
            return await self._status(url, got.status)
        return await self._content(url, got)

    async def _status(self, url: str, status: int) -> tuple[bool | None, str, str]:
        there = await self._get(url, 4)
        if there.error or (there.status or 0) >= 400 or self._wall(there):
            return None, "dead", UNTESTED["dead"]
        again = await self._get(url, 6)
        if not again.error and (again.status or 0) < 400:
            return True, "", ""
        return False, "status", f"IPv6 状态码 {status}，IPv4 状态码 {there.status}"

    async def _content(self, url: str, got: Fetched) -> tuple[bool | None, str, str]:
        """The page that IPv6 gave against the one the crawl read; where the titles differ, IPv4 is asked again before it is said."""
        page = self.evidence.find(url)
        title = _title(got, self.evidence.as_of)
        if page is None or not page.readable or not page.title or page.title == title or got.error:
            return True, "", ""
        there = await self._get(url, 4)
        other = _title(there, self.evidence.as_of)
        if there.error or not other or other == title or self._wall(there):
            return True, "", ""
        return False, "content", f"IPv6 标题“{title[:60]}”，IPv4 标题“{other[:60]}”"

    def _wall(self, got: Fetched) -> str:
        """A word of `UNTESTED` where the site refuses the visitor rather than the protocol, else ""."""
        if got.status == 429:
            return "limited"
        if got.error or not _is_html(got) or challenge(got.status, page_of(got, self.evidence.as_of), got.headers) is None:
            return ""
        return "challenged"

    async def _get(self, url: str, family: int) -> Fetched:
        got = await self.fetcher.get(url, kind="probe", family=6 if family == 6 else 4, max_bytes=_BODY)
        if got.error == "too-large":  # it answered; the rest is not needed
            return replace(got, error="", detail="")
        return got


def _without_address(got: Fetched) -> tuple[bool | None, str, str]:
    """A redirect led to a host without a v6 address (the link's own host has one, or it would not have been asked)."""
    return False, "redirect-v4-only", f"跳转到 {host_of(got.final_url)}，该主机没有 IPv6 地址"


def _door(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return host_of(url), parts.port or (443 if parts.scheme == "https" else 80)


def _title(got: Fetched, as_of: date) -> str:
    return page_of(got, as_of).title if _is_html(got) else ""


def _is_html(got: Fetched) -> bool:
    kind = got.headers.get("content-type", "")
    return bool(got.body) and (not kind or "html" in kind)
