"""What a night is to do: which day it is for, which sites are open, in what order, and what each worker is told of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal

from checks.model import KnownFinding
from crawler.fleet_batches import Task, addresses, grouped
from crawler.nights import Nights, SiteNight, file_name, order
from crawler.registry import RegisteredSite
from crawler.settings import Limits
from reports.commands.options import UsageProblem
from reports.nightly_brief import Brief, History, site_fields

BUDGET_FACTOR = 2.0
"""A site's whole time (crawl, browser, probes) in terms of its crawl's ``max_seconds``: after that it is given up."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user typed, parsed. ``now``: the moment of the start, Asia/Shanghai; ``until``: a time of day, Asia/Shanghai."""

    db: Path
    now: datetime
    as_of: date | None = None
    only: tuple[str, ...] = ()
    until: time | None = None
    workers: int | None = None
    cluster: str = ""
    full: bool = False
    max_pages: int | None = None
    evidence: Path | None = None
    nameserver: tuple[str, int] | None = None
    v6_controls: tuple[str, ...] = ()
    delay: float = 0.5
    ca_file: Path | None = None
    log_format: Literal["text", "json"] = "text"


@dataclass(frozen=True, slots=True)
class Known:
    """What the night needs of earlier ones about a site."""

    history: History = field(default_factory=dict)
    findings: tuple[KnownFinding, ...] = ()


def the_night(request: Request, nights: Nights) -> date:
    """``--as-of``; else the unfinished night younger than a day; else this day in Asia/Shanghai."""
    if request.as_of is not None:
        return request.as_of
    unfinished = nights.unfinished(request.now)
    return unfinished.as_of if unfinished is not None else request.now.date()


def closing(request: Request) -> datetime | None:
    """The moment at which ``--until`` ends this run: the next time the clock shows it."""
    if request.until is None:
        return None
    moment = request.now.replace(hour=request.until.hour, minute=request.until.minute, second=request.until.second, microsecond=0)
    return moment if moment > request.now else moment + timedelta(days=1)


def limits_of(site: RegisteredSite, request: Request) -> Limits:
    """The site's own crawl options, else the run's, else the defaults; ``--max-pages`` caps them all."""
    own, limits = site.options, Limits(delay=request.delay)
    given: dict[str, Any] = {
        "max_pages": own.max_pages,
        "depth": own.depth,
        "delay": own.delay,
        "per_host": own.per_host,
        "max_seconds": own.max_seconds,
        "ignore_robots": own.ignore_robots or None,
    }
    limits = replace(limits, **{name: value for name, value in given.items() if value is not None})
    return limits if request.max_pages is None else replace(limits, max_pages=min(limits.max_pages, request.max_pages))


def brief_of(site: RegisteredSite, as_of: date, request: Request, known: Known, row: SiteNight | None) -> Brief:
    """What the worker is told."""
    return Brief(
        site=site_fields(site.as_site()),
        as_of=as_of,
        limits=limits_of(site, request),
        nameserver=request.nameserver,
        v6_controls=request.v6_controls,
        ca_file=str(request.ca_file.resolve()) if request.ca_file else "",
        history=known.history,
        known=known.findings,
        previous="" if request.full or row is None else row.before(as_of),
    )


def tasks_of(sites: Sequence[RegisteredSite], rows: Mapping[str, SiteNight], as_of: date, request: Request) -> list[Task]:
    """The sites in the order they start, sites of one address in one group."""
    by_key = {site.key: site for site in sites}
    tasks = []
    for key in order(by_key, rows, as_of):
        site, row = by_key[key], rows.get(key)
        budget = BUDGET_FACTOR * limits_of(site, request).max_seconds
        tasks.append(Task(file_name(key), key, site.as_site().host, budget, row.seconds if row else 0.0))
    return grouped(tasks, asyncio.run(addresses([task.host for task in tasks], request.nameserver)))


def refuse_the_past(sites: Sequence[RegisteredSite], rows: Mapping[str, SiteNight], as_of: date) -> None:
    """Raises `UsageProblem` when a site has been done on a later day: the life of its findings can't be changed in its middle."""
    later = [row for site in sites if (row := rows.get(site.key)) is not None and row.as_of > as_of]
    if later:
        latest = max(row.as_of for row in later)
        raise UsageProblem(
            f"有 {len(later)} 个网站已检查到 {latest}（例如 {later[0].site_key}），不能再补做更早的 {as_of}：请改用 {latest} 或以后的 --as-of。"
        )
