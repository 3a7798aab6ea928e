"""The links probe: asks what the crawl did not read, politely and within bounds, and keeps what is not fine. It judges nothing.

Own addresses with a good answer in the crawl are not asked again. Other hosts get a few requests each, robots.txt obeyed. Home page
first. What the budget leaves out is counted.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from typing import Any, Literal
from urllib.parse import quote, urlsplit, urlunsplit

from dns.exception import DNSException

from checks.catalogue import rules
from checks.gaps import GAVE_UP
from checks.links_answers import cut_off, decide, read
from checks.links_facts import Look, Method, Problem, Result, Tally, Target
from checks.links_history import broken_before
from checks.links_targets import Collector, netloc, pages_of
from crawler.arrival import now
from crawler.charset import decode
from crawler.document import Document
from crawler.evidence import Evidence
from crawler.fetch import Fetched, Fetcher
from crawler.interstitial import challenge
from crawler.network import AddressRefused, LookupFailed, Network
from crawler.resolver import make_resolver, resolve
from crawler.shape import identity, kind_of
from crawler.site import host_of, is_address

_AT_ONCE = 10  # other hosts asked at the same time
_PATIENCE = 3  # own addresses in a row that refuse us before no more of them are asked
_FAILING = 5  # own addresses in a row that fail before the site itself is asked whether it is still there
_CLOSED = 2  # targets at one own port of which nothing was heard before the port counts as dead
_DEAF = 3  # other hosts that the resolver failed for, none that it answered for, before it counts as dead
_UNRESOLVED = 10  # hosts in a row that the resolver failed for before no more are looked up
_LONGEST_PAUSE = 5.0  # seconds between two looks
_PAGE_BYTES = 512 * 1024
_FILE_BYTES = 64 * 1024  # of a picture or file: its headers have told
_ANSWERED = ("page", "empty", "parked", "not-html", "too-large")
_REFERER = "/:?#[]@!$&'()*+,;=%~"
_LEFT_OUT = Result("left-out")
_WHOLE_HOST = frozenset({"dns-failed", "v6-only", "challenge", "limited"})
"""What one target says of all targets of its host."""


async def probe(evidence: Evidence, network: Network, fetcher: Fetcher) -> dict[str, tuple[Any, str]]:
    """``tally`` (`links_facts.Tally`) and ``problems`` (a list of `links_facts.Problem`); nothing where the home page was not read."""
    home, state = evidence.home, (evidence.meta("site_state") or {}).get("state", "ok")
    if home is None or not home.readable or state in ("blocked", "unreachable"):
        return {}
    pages, left = pages_of(evidence)
    work = Probe(evidence, network, fetcher)
    collector = Collector(evidence)
    for page in pages:
        collector.read(page)
        await asyncio.sleep(0)  # other sites share this event loop
    targets = collector.targets()
    await work.run(targets)
    problems = [Problem(target, work.results[target.key]) for target in targets if work.results[target.key].grade not in ("ok", "left-out")]
    tally = Tally(
        pages=len(pages),
        pages_left_out=left,
        grades=dict(sorted(Counter(work.results[target.key].grade for target in targets).items())),
        kinds=dict(sorted(Counter(target.kind for target in targets).items())),
        unverifiable=dict(sorted(Counter(p.result.reason for p in problems if p.result.grade == "unverifiable").items())),
        known=work.known,
        hosts=work.hosts,
        resolver=work.resolver,
        outside=work.outside,
        site=work.site,
        recovered=tuple(sorted(key for key in broken_before(evidence) if work.results.get(key, _LEFT_OUT).grade == "ok")),
        seen_at=now(),
        walled=work.walled >= _PATIENCE,
    )
    return {"tally": (tally, ""), "problems": (problems, "")}


class Probe:
    """One run over the targets; ``results`` by key. ``resolver``, ``outside``, ``site``: whether each could be trusted, see `Tally`."""

    def __init__(self, evidence: Evidence, network: Network, fetcher: Fetcher) -> None:
        self.evidence, self.network, self.fetcher = evidence, network, fetcher
        self.limits = rules("links")
        self.seconds = self.limits.number("total-seconds")
        self.results: dict[str, Result] = {}
        self.known = self.hosts = self.walled = self.failing = self.unresolved = self.deaf = 0
        self.resolver = self.outside = self.site = True
        self.resolved = False  # some other host's name could be looked up
        self.answered: set[str] = set()  # other hosts that answered anything
        self.delay = float((evidence.meta("options") or {}).get("delay", 0.5))
        self._silent: dict[str, list[str]] = {}  # own ports: targets of which nothing was heard
        self._heard: set[str] = set()  # own ports that answered anything
        self._own_turns = asyncio.Semaphore(max(1, fetcher.politeness.per_host))
        self._host_turns = asyncio.Semaphore(_AT_ONCE)
        self._baseline: asyncio.Task[Document | None] | None = None

    async def run(self, targets: list[Target]) -> None:
        """A result for every target: from the crawl, from the network, or ``left-out``."""
        own: list[Target] = []
        elsewhere: dict[str, list[Target]] = {}
        for target in targets:
            told = self._told(target)
            if told is not None:
                self.results[target.key] = told
                self.known += 1
            elif target.inside:
                own.append(target)
            else:
                elsewhere.setdefault(host_of(target.url), []).append(target)
        own = own[: int(self.limits.number("own-requests"))]
        chosen = list(elsewhere)[: int(self.limits.number("outside-hosts"))]
        self.hosts = len(chosen)
        self.site = (self.evidence.meta("coverage") or {}).get("ended_by") not in GAVE_UP
        jobs: list[Coroutine[Any, Any, None]] = [self._host(elsewhere[host]) for host in chosen]
        if self.site:
            jobs += [self._own(target) for target in own]
        else:
            self.results.update((target.key, Result("unverifiable", "site-failing")) for target in own)
        await self._within(jobs)
        await self._trust(targets, chosen)
        for target in targets:
            self.results.setdefault(target.key, _LEFT_OUT)

    async def _within(self, jobs: Iterable[Coroutine[Any, Any, None]]) -> None:
        """All jobs, for as long as the budget lasts, those of own addresses in their order; a fault of ours in one is raised."""
        tasks = [asyncio.ensure_future(job) for job in jobs]
        if not tasks:
            return
        try:
            done, _ = await asyncio.wait(tasks, timeout=self.seconds)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()

    # what is known already

    def _told(self, target: Target) -> Result | None:
        """What the crawl's own answer says, None where it must be asked."""
        page = self.evidence.find(target.url)
        if page is None:
            return None
        if page.state in _ANSWERED or (page.state == "fragment" and page.status == 200):
            return (
                Result("caution", "to-home", page.status, "", ("采集",), page.title, page.final_url)
                if self._to_home(target)
                else Result("ok")
            )
        if page.state == "soft-404" and target.kind == "link":
            return Result("caution", "soft-404", page.status, "", (f"采集 {page.status}",), page.title, page.final_url)
        words: dict[str, str] = {"challenge": "challenge", "robots": "robots"}
        return Result("unverifiable", words[page.state], page.status) if page.state in words else None

    def _to_home(self, target: Target) -> bool:
        """Whether the address of an article ends on the home page."""
        home, page = self.evidence.home, self.evidence.find(target.url)
        if home is None or page is None or page.id != home.id or not target.inside or target.kind != "link":
            return False
        return identity(target.url) not in (identity(home.url), identity(home.final_url)) and kind_of(target.url, "·", "main") == "article"

    # one target

    async def _examine(self, target: Target, allowance: list[int] | None = None) -> tuple[Result, list[Look]]:
        """Look until the looks decide; ``allowance``: the requests left for the host, counted down."""
        looks: list[Look] = []
        following: Result | Method = "GET" if target.kind == "link" else "HEAD"
        while not isinstance(following, Result):
            if allowance is not None:
                if not allowance[0]:
                    return Result("unverifiable", "unconfirmed", tries=tuple(look.words() for look in looks)), looks
                allowance[0] -= 1
            if looks:
                await asyncio.sleep(min(_LONGEST_PAUSE, self.delay * self.limits.number("pause-delays")))
            looks.append(await self._look(target, following))
            if allowance is not None and looks[-1].reason != "redirect-loop":  # a loop is short, and must be met twice
                allowance[0] = max(0, allowance[0] - looks[-1].hops)
            following = decide(looks, target.kind)
        return await self._confirmed(target, following, looks), looks

    async def _look(self, target: Target, method: Literal["GET", "HEAD"]) -> Look:
        fetched = await self._get(target.url, method, _PAGE_BYTES if target.kind == "link" else _FILE_BYTES, target.pages[0])
        baseline = await self._random_path() if target.inside and target.kind == "link" and fetched.status == 200 else None
        look = read(fetched, method, target.kind, as_of=self.evidence.as_of, baseline=baseline)
        if not target.inside and (fetched.status is not None or fetched.redirects):
            self.answered.add(host_of(target.url))
        return look

    async def _get(self, url: str, method: Method, limit: int, page: str) -> Fetched:
        seconds = min(self.fetcher.politeness.timeout, self.limits.number("request-seconds"))
        referer = {"referer": quote(page, safe=_REFERER)}  # a header carries no Chinese
        return await self.fetcher.get(url, kind="probe", method=method, max_bytes=limit, timeout=seconds, headers=referer)

    async def _confirmed(self, target: Target, result: Result, looks: list[Look]) -> Result:
        """An absent domain is looked up afresh; a host that only IPv6 reaches is not accused by a machine without IPv6, nor one elsewhere
        that takes our connection and breaks it off."""
        host = host_of(result.final_url)
        if result.reason == "no-such-domain":
            status = await self._absent(host)
            if status == "failed":
                return replace(result, grade="unverifiable", reason="dns-failed")
            return (
                replace(result, tries=(*result.tries, "再次解析"))
                if status == "absent"
                else Result("unverifiable", "inconsistent", tries=result.tries)
            )
        if result.reason == "no-answer":
            four = await self.network.lookup(host, 4)
            if four.status == "failed":
                return replace(result, grade="unverifiable", reason="dns-failed")
            if not four.addresses and not self.network.v6_proved:
                return replace(result, grade="unverifiable", reason="v6-only")
            if not target.inside and any(cut_off(look) for look in looks):
                return replace(result, grade="unverifiable", reason="cut-off")
        return result

    async def _absent(self, host: str) -> Literal["absent", "there", "failed"]:
        """A second look-up of both kinds of address, not from memory."""
        try:
            resolver = make_resolver(self.network.nameserver)
        except (DNSException, OSError):
            return "failed"
        found = await asyncio.gather(*(resolve(resolver, host, kind) for kind in ("A", "AAAA")))
        statuses = {status for status, *_ in found}
        return "there" if "ok" in statuses else "failed" if "failed" in statuses else "absent"

    # the site's own addresses

    async def _own(self, target: Target) -> None:
        async with self._own_turns:
            if not self.site:
                self.results[target.key] = Result("unverifiable", "site-failing")
                return
            if self.walled >= _PATIENCE:  # never hammer a site that refuses us
                allowed = await self.fetcher.allows(target.url)
                self.results[target.key] = Result("unverifiable", "forbidden" if allowed else "robots")
                return
            silent = self._silent.setdefault(netloc(target.url), [])
            if len(silent) >= _CLOSED:
                self.results[target.key] = self.results[silent[0]]
                return
            result, looks = await self._examine(target)
            result = self._at_door(target, result, looks)
            refused = result.reason in ("challenge", "limited") or (result.reason == "forbidden" and result.status in (403, 412))
            self.walled = self.walled + 1 if refused else 0
            self.failing = self.failing + 1 if result.reason in ("no-answer", "server-error") and not result.host_dead else 0
            if self.failing == _FAILING and not await self._still_there():
                self.site = False
            self.results[target.key] = result

    def _at_door(self, target: Target, result: Result, looks: list[Look]) -> Result:
        """``result``; where nothing is heard of a port of the site beside the home page's, not even by other targets: that port is dead."""
        door = netloc(target.url)
        if door == netloc(self.evidence.site.url):
            return result
        if not _unheard(target, result, looks):
            self._heard.add(door)
        silent = self._silent[door]
        if door in self._heard:
            silent.clear()
            return result
        silent.append(target.key)
        if len(silent) < _CLOSED:
            return result
        self.results.update((key, replace(self.results[key], host_dead=True)) for key in silent[:-1])
        return replace(result, host_dead=True)

    async def _random_path(self) -> Document | None:
        """The site's own answer for an address that can't exist, asked once; None when it is no page."""
        if self._baseline is None:
            self._baseline = asyncio.ensure_future(self._ask_random())
        return await asyncio.shield(self._baseline)

    async def _ask_random(self) -> Document | None:
        home = self.evidence.home
        parts = urlsplit(home.final_url if home is not None else self.evidence.site.url)
        name = hashlib.sha256(self.evidence.site.host.encode()).hexdigest()[:12]
        got = await self._get(urlunsplit((parts.scheme, parts.netloc, f"/{name}.html", "", "")), "GET", _PAGE_BYTES, self.evidence.site.url)
        if got.error or not got.body:
            return None
        page = Document(decode(got.body, got.headers.get("content-type", "")).text, got.final_url, as_of=self.evidence.as_of)
        at_home = home is not None and identity(got.final_url) == identity(home.final_url)
        return None if at_home or challenge(got.status, page, got.headers) is not None else page

    # other hosts

    async def _host(self, targets: list[Target]) -> None:
        """A few requests to one host, the targets in their order. A host of which nothing answers is dead: all its targets are."""
        async with self._host_turns:
            if not await self._named(host_of(targets[0].url)):
                self.results.update((target.key, Result("unverifiable", "dns-failed")) for target in targets)
                return
            allowance = [int(self.limits.number("requests-per-host"))]
            waiting = list(targets)
            while waiting and allowance[0]:
                target = waiting.pop(0)
                result, looks = await self._examine(target, allowance)
                self.results[target.key] = result
                if result.reason == "robots":
                    allowance[0] += 1  # nothing was sent
                elif result.reason in _WHOLE_HOST:
                    self.results.update((other.key, replace(result, tries=())) for other in waiting)
                    return
                elif _unheard(target, result, looks):
                    if result.reason == "no-such-domain" or not await self._another_door(target, waiting, allowance):
                        self._bury(targets, result)
                    return

    async def _named(self, host: str) -> bool:
        """Look the host up before it is asked, so that a slow resolver is not taken for a slow site. False: the resolver failed, or has
        failed for so many hosts that it is not asked for more."""
        if self.unresolved >= _UNRESOLVED:
            return False
        try:
            await self.network.reachable_addresses(host)
        except AddressRefused:
            return True  # said by the fetcher, in its own words
        except LookupFailed as error:
            if error.status == "failed":
                self.unresolved += 1
                self.deaf += 1
                return False
            self.resolved = self.resolved or error.status == "none"
        else:
            self.resolved = self.resolved or not is_address(host)
        self.unresolved = 0
        return True

    async def _another_door(self, failed: Target, waiting: list[Target], allowance: list[int]) -> bool:
        """Whether some other target of the host answers, one at another scheme or port for choice."""
        others = sorted(waiting, key=lambda t: (urlsplit(t.url).scheme, netloc(t.url)) == (urlsplit(failed.url).scheme, netloc(failed.url)))
        if not others or not allowance[0]:
            return False
        allowance[0] -= 1
        look = await self._look(others[0], "GET")
        if look.status is None:
            return False
        if look.grade == "ok":
            self.results[others[0].key] = Result("ok")
        return True

    def _bury(self, targets: list[Target], result: Result) -> None:
        for target in targets:
            if self.results.get(target.key, result).grade == "broken":
                self.results[target.key] = replace(result, host_dead=True)

    # what may be trusted

    async def _trust(self, targets: list[Target], hosts: list[str]) -> None:
        """Take back what may be our own fault: a dead resolver, a machine without the internet, a site that has stopped answering."""
        self.resolver = await self._resolves(hosts)
        broken = [t for t in targets if self.results.get(t.key, _LEFT_OUT).grade == "broken"]
        if not self.resolver:
            self._take_back((t for t in broken if self.results[t.key].reason == "no-such-domain"), "dns-failed")
            broken = [t for t in broken if self.results[t.key].grade == "broken"]
        silent = [t for t in broken if not t.inside and self.results[t.key].reason == "no-answer"]
        if silent and not self.answered and len({host_of(t.url) for t in silent}) >= self.limits.number("outside-proof"):
            self.outside = False
            self._take_back(silent, "no-outside")
        mine = [t for t in broken if t.inside]  # the site's own addresses
        if mine and not (self.site and await self._still_there()):
            self.site = False
            self._take_back(mine, "site-failing")

    async def _resolves(self, hosts: Iterable[str]) -> bool:
        """Whether any name could be looked up; a site without names or other hosts needs no resolver."""
        own = self.evidence.site.host
        if not self.resolved and self.deaf >= _DEAF:  # what it said of the site itself may be from memory
            return False
        if self.resolved or not [host for host in (own, *hosts) if not is_address(host) and host != "localhost"]:
            return True
        answers = await asyncio.gather(self.network.lookup(own, 4), self.network.lookup(own, 6))
        return not is_address(own) and any(answer.status in ("ok", "none") for answer in answers)

    def _take_back(self, targets: Iterable[Target], reason: str) -> None:
        for target in targets:
            self.results[target.key] = replace(self.results[target.key], grade="unverifiable", reason=reason, host_dead=False)

    async def _still_there(self) -> bool:
        home = self.evidence.home
        got = await self._get(home.final_url or home.url, "GET", _PAGE_BYTES, home.url) if home is not None else None
        return got is not None and got.error in ("", "too-large") and (got.status or 0) < 500 and got.status not in (404, 410)


def _unheard(target: Target, result: Result, looks: list[Look]) -> bool:
    """Whether nothing came from the target's own host, not even a redirect."""
    silent = result.grade == "broken" and result.reason in ("no-such-domain", "no-answer")
    return silent and host_of(result.final_url) == host_of(target.url) and all(look.status is None for look in looks)
