"""``mingjing registry check``: asks every registered home page once, politely, and names the sites whose entry in the registry needs a look.

Named are sites that do not answer (asked again once, from fresh connections, after a pause), sites that moved (every step from their host to another
one is a permanent redirect, 301 or 308), and sites that share an address. An HTTP error is an answer: whether the site is well is not the question here.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from crawler.doors import Doors, SharedGate
from crawler.fetch import ERRORS, Fetched, Fetcher, Politeness
from crawler.network import Network
from crawler.nights import SiteNight
from crawler.registry import RegisteredSite
from crawler.responses import redirect_target
from crawler.settings import Limits
from crawler.site import host_of
from crawler.visit import VisitLedger
from reports.hostile import line
from reports.registry_matching import address

AT_ONCE = 32
"""Sites asked side by side."""
PAUSE = 10.0
"""Seconds before a site that did not answer is asked again."""
MAX_BYTES = 2**20
"""Of one home page; a longer one has answered."""
_HOPS = 8
_PERMANENT, _REDIRECTS = frozenset({301, 308}), frozenset({301, 302, 303, 307, 308})

Kind = Literal["silent", "moved", "shared", "forbidden"]
WORDS: dict[Kind, str] = {"silent": "没有应答", "moved": "已迁移", "shared": "网址重复", "forbidden": "未能查看"}
"""The kinds of what is named; ``forbidden``: robots.txt keeps us from looking, so nothing is known."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at in the registry, in Chinese."""

    kind: Kind
    site: RegisteredSite
    text: str


@dataclass(frozen=True, slots=True)
class Asking:
    """How the sites are asked. Times in seconds."""

    nameserver: tuple[str, int] | None = None
    v6_controls: tuple[str, ...] = ()
    delay: float = Limits().delay
    pause: float = PAUSE
    show: Callable[[int, int], None] = lambda done, all_sites: None


def look(sites: Sequence[RegisteredSite], asking: Asking) -> list[Remark]:
    """All remarks: by kind, then in the order of the registry."""
    answers = asyncio.run(_ask_all(sites, asking))
    remarks = [remark for site, answer in zip(sites, answers, strict=True) if (remark := _remark(site, answer))]
    remarks += _shared(sites, answers)
    return sorted(remarks, key=lambda remark: list(WORDS).index(remark.kind))


@dataclass(frozen=True, slots=True)
class _Answer:
    """``end``: the last exchange; ``moved``: the address on another host to which permanent redirects alone lead, "" when there is none."""

    end: Fetched
    moved: str = ""


async def _ask_all(sites: Sequence[RegisteredSite], asking: Asking) -> list[_Answer]:
    doors, places, done = Doors(), asyncio.Semaphore(AT_ONCE), itertools.count(1)

    async def ask(site: RegisteredSite) -> _Answer:
        """One site; a silent one a second time."""
        async with places:
            answer = await _ask(site, asking, doors)
        if _silent(answer):
            await asyncio.sleep(asking.pause)
            async with places:
                answer = await _ask(site, asking, doors)
        asking.show(next(done), len(sites))
        return answer

    return await asyncio.gather(*(ask(site) for site in sites))


async def _ask(site: RegisteredSite, asking: Asking, doors: Doors) -> _Answer:
    """Follow the home page hop by hop: only so is it seen whether every step was permanent."""
    delay = asking.delay if site.options.delay is None else max(asking.delay, site.options.delay)
    politeness = Politeness(delay=delay, per_host=1, max_bytes=MAX_BYTES, obey_robots=not site.options.ignore_robots)
    inspected = site.as_site()
    network = Network(inspected, nameserver=asking.nameserver, v6_controls=asking.v6_controls)
    fetcher = Fetcher(network, VisitLedger(), politeness)
    fetcher.gate = SharedGate(politeness, network, doors)
    url, permanent = site.url, True
    try:
        await network.start()
        for _ in range(_HOPS):
            found = await fetcher.get(url, kind="probe", follow=False)
            target = redirect_target(url, found.headers.get("location", "")) if found.status in _REDIRECTS else ""
            if found.error or not target:
                break
            permanent = permanent and found.status in _PERMANENT
            if not inspected.owns(target):
                return _Answer(found, target if permanent and host_of(target) else "")
            url = target
        return _Answer(found)
    finally:
        await fetcher.close()


def _silent(answer: _Answer) -> bool:
    return bool(answer.end.error) and answer.end.error not in ("robots", "too-large")


def _remark(site: RegisteredSite, answer: _Answer) -> Remark | None:
    if answer.moved:
        return Remark("moved", site, f"永久重定向到 {line(answer.moved)[:200]}")
    if answer.end.error == "robots":
        return Remark("forbidden", site, "robots.txt 不允许访问首页，没有查看")
    if _silent(answer):
        return Remark("silent", site, line(answer.end.detail or ERRORS[answer.end.error])[:200])
    return None


def _shared(sites: Sequence[RegisteredSite], answers: Sequence[_Answer]) -> list[Remark]:
    """Sites whose addresses are one, as registered or because one has moved to the other."""
    first: dict[str, RegisteredSite] = {}
    remarks = []
    for site in sites:
        other = first.setdefault(address(site.url), site)
        if other is not site:
            remarks.append(Remark("shared", site, f"与“{other.name}”（{other.key}）登记了同一网址 {site.url}"))
    for site, answer in zip(sites, answers, strict=True):
        other = first.get(address(answer.moved), site) if answer.moved else site
        if other is not site:
            remarks.append(Remark("shared", site, f"已迁移到“{other.name}”（{other.key}）的网址 {other.url}"))
    return remarks


def with_history(remark: Remark, night: SiteNight | None) -> Remark:
    """A silent site, with what the nights know of it: never read at all, or read on which night."""
    if remark.kind != "silent":
        return remark
    if night is None:
        return replace(remark, text=f"{remark.text}；还没有夜间检查记录")
    if night.state in ("ok", "blocked"):
        return replace(remark, text=f"{remark.text}；{night.as_of} 的夜间检查有应答")
    return replace(remark, text=f"{remark.text}；{night.as_of} 的夜间检查也没有应答")
