"""Batches: which sites one worker runs side by side. Sites that share an address stay together, the longest start first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crawler.network import Network
from crawler.site import Site

WINDOW = 16
"""Sites that one event loop runs at once: a polite crawl waits most of the time."""

PER_GROUP = 4
"""Of these, sites of one address: its limit is shared, so more of them would only keep others waiting."""

_NOBODYS = frozenset({"0.0.0.0", "::", "127.0.0.1", "::1"})  # what a blocked or mistyped name answers: no shared platform
_LOOKUPS = 64


@dataclass(frozen=True, slots=True)
class Task:
    """One site to be done. ``name``: of its files; ``budget``: seconds after which it is given up; ``seconds``: what it took last night.

    ``group``: sites of one group share an address, directly or through others.
    """

    name: str
    key: str
    host: str
    budget: float
    seconds: float = 0.0
    group: int = 0


async def addresses(hosts: Iterable[str], nameserver: tuple[str, int] | None) -> dict[str, frozenset[str]]:
    """Host → its addresses of both families; empty for a name that does not resolve. Raises nothing."""
    names = list(dict.fromkeys(hosts))
    if not names:
        return {}
    network, gate = Network(Site("http://localhost/"), nameserver=nameserver), asyncio.Semaphore(_LOOKUPS)

    async def find(host: str) -> frozenset[str]:
        async with gate:
            answers = await asyncio.gather(network.lookup(host, 4), network.lookup(host, 6))
        return frozenset(address for answer in answers for address in answer.addresses) - _NOBODYS

    return dict(zip(names, await asyncio.gather(*map(find, names)), strict=True))


def grouped(tasks: Sequence[Task], found: Mapping[str, frozenset[str]]) -> list[Task]:
    """The same tasks in the same order, with their groups: sites that share a host or any address are in one."""
    leader: dict[str, str] = {}

    def top(name: str) -> str:
        while leader.setdefault(name, name) != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for task in tasks:
        for address in found.get(task.host, ()):
            leader[top(f"address {address}")] = top(task.host)
    numbers: dict[str, int] = {}
    return [replace(task, group=numbers.setdefault(top(task.host), len(numbers))) for task in tasks]


def deal(tasks: Sequence[Task], count: int) -> list[list[Task]]:
    """At most ``count`` batches, one a worker, none empty; a group is never parted, the order of ``tasks`` is kept within each.

    The heaviest group goes first, each to the batch with the least to do. One batch a worker, not many small ones: a site that takes hours
    then holds one of `WINDOW` places, and never the worker.
    """
    groups: dict[int, list[int]] = {}
    for position, task in enumerate(tasks):
        groups.setdefault(task.group, []).append(position)
    usual = sum(task.seconds for task in tasks) / len(tasks) if tasks else 0.0
    weight = {group: sum(tasks[place].seconds or usual or 1.0 for place in places) for group, places in groups.items()}
    batches: list[list[int]] = [[] for _ in range(max(1, count))]
    loads = [0.0] * len(batches)
    for group in sorted(groups, key=lambda group: -weight[group]):
        lightest = loads.index(min(loads))
        batches[lightest] += groups[group]
        loads[lightest] += weight[group]
    return [[tasks[place] for place in sorted(batch)] for batch in batches if batch]
