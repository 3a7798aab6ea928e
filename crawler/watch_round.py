"""One round of the availability watch: every home page once, failures once more from a fresh connection, our own network before and after.

What cannot be told from a failure of our own is void: no control host answers, nothing at all opens, or most sites fail at once. A void
round is recorded with its reason and charged to nobody.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crawler.network import Family, Network
from crawler.samples import Round, Sample
from crawler.watch_visit import Crossing, Visitor, Watched, Watching, crossing

_DOWN = ("failed", "ours")

Shown = dict[Family, bool | None]
"""Whether our own network answered over each family; None: no control host was given."""


async def make_round(sites: Sequence[Watched], at: datetime, watching: Watching) -> Round:
    """Visit every site and say what counts. ``at``: the moment the round is recorded under. Faults of the network raise nothing."""
    begun = time.monotonic()
    before = await _controls(sites, watching)
    if before[4] is False:
        return Round(at, time.monotonic() - begun, "访问前对照主机都没有应答：本机网络不通", False)
    samples, addresses, allowed = await _first_pass(sites, at, watching, v6=before[6] is True)
    between = await _controls(sites, watching)
    if between[4] is not False and any(sample.state in _DOWN for sample in samples):
        samples = await _second_pass(sites, samples, at, watching)
        between = await _controls(sites, watching)
    void = "" if between[4] is not False else "访问后对照主机都没有应答：本机网络不通"
    four = [sample for sample in samples if sample.family == 4]
    six = [sample for sample in samples if sample.family == 6]
    void = void or _outage(four or six, addresses, watching, proved=before[4] is True)
    v6 = before[6] is True and between[6] is True and not _outage(six, addresses, watching, proved=True)
    return Round(at, time.monotonic() - begun, void, v6 and not void, tuple(samples), allowed)


async def _controls(sites: Sequence[Watched], watching: Watching) -> Shown:
    """Whether any control host answers, over each family; fresh look-ups and connections each time."""
    if not sites:
        return {4: None, 6: None}
    network = Network(sites[0].site, nameserver=watching.nameserver)
    four, six = await asyncio.gather(network.try_controls(watching.controls, 4), network.try_controls(watching.v6_controls, 6))
    return {4: any(one.ok for one in four) if four else None, 6: any(one.ok for one in six) if six else None}


async def _first_pass(
    sites: Sequence[Watched], at: datetime, watching: Watching, *, v6: bool
) -> tuple[list[Sample], dict[str, str], dict[str, str]]:
    """The samples; site key → address that stands for its machine; site key → address that robots.txt allowed just now."""
    visitors = [Visitor(watched, watching, at.date()) for watched in sites]
    places = await _resolved(visitors, watching)
    crowded = frozenset(place for place, number in Counter(places).items() if number > 1)
    gates = crossing(watching, crowded)
    looks = await asyncio.gather(*(_look(visitor, gates, v6=v6) for visitor in visitors))
    samples = [sample for look in looks for sample in look]
    asked = {one.key: one.site.url for one in sites if not one.permit and not one.ignore_robots}
    allowed = {sample.site_key: asked[sample.site_key] for sample in samples if sample.state == "opened" and sample.site_key in asked}
    return samples, {visitor.watched.key: place[0] for visitor, place in zip(visitors, places, strict=True)}, allowed


async def _resolved(visitors: Sequence[Visitor], watching: Watching) -> list[tuple[str, int]]:
    free = asyncio.Semaphore(watching.at_once)

    async def one(visitor: Visitor) -> tuple[str, int]:
        async with free:
            return await visitor.start()

    return await asyncio.gather(*(one(visitor) for visitor in visitors))


async def _look(visitor: Visitor, gates: Crossing, *, v6: bool) -> list[Sample]:
    return await visitor.look(await visitor.families(v6=v6), gates)


async def _second_pass(sites: Sequence[Watched], samples: Sequence[Sample], at: datetime, watching: Watching) -> list[Sample]:
    """Every failure asked once more after the pause: name looked up anew, a connection of its own. The second answer is the sample."""
    await asyncio.sleep(watching.pause)
    again: dict[str, list[Family]] = defaultdict(list)
    for sample in samples:
        if sample.state in _DOWN:
            again[sample.site_key].append(sample.family)
    visitors = [Visitor(watched, watching, at.date()) for watched in sites if watched.key in again]
    places = await _resolved(visitors, watching)
    gates = crossing(watching, frozenset(place for place, number in Counter(places).items() if number > 1))
    looks = await asyncio.gather(*(visitor.look(tuple(again[visitor.watched.key]), gates) for visitor in visitors))
    second = {(sample.site_key, sample.family): replace(sample, tries=2) for look in looks for sample in look}
    return [second.get((sample.site_key, sample.family), sample) for sample in samples]


def _outage(samples: Sequence[Sample], addresses: dict[str, str], watching: Watching, *, proved: bool) -> str:
    """Why these samples look like an outage of our own network, "" when they do not.

    ``proved``: a control host answered; then many sites behind few addresses that are down are a platform's failure, not ours.
    """
    telling = [sample for sample in samples if sample.state != "untold"]
    down = [sample for sample in telling if sample.state in _DOWN]
    if not down:
        return ""
    if len(down) == len(telling) and not proved:
        return f"{len(telling)} 个网站没有一个打开，也没有对照主机证明本机网络可用"
    here = {addresses.get(sample.site_key, "") for sample in telling}
    answering = {addresses.get(sample.site_key, "") for sample in telling if sample.state not in _DOWN}
    most_sites = 100 * len(down) > watching.outage_share * len(telling)
    most_addresses = 100 * len(here - answering) > watching.outage_share * len(here)
    if len(telling) < watching.outage_sites or not most_sites or (proved and not most_addresses):
        return ""
    return f"{len(telling)} 个网站中有 {len(down)} 个同时打不开，超过 {watching.outage_share:g}%：按本机网络故障处理"
