"""The body of ``mingjing watch``: rounds of the availability watch, one at once (``--once``) or evenly spaced for good."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from checks.availability_facts import OPENED, OUTCOMES, UNTOLD, Outcome, classify
from checks.catalogue import rules
from crawler import loop
from crawler.fetch import Fetched
from crawler.oversight import OversightError, connect
from crawler.registry import Registry
from crawler.samples import Round, Sample, Samples, State
from crawler.watch_round import make_round
from crawler.watch_visit import Ending, Watched, Watching
from reports.commands.options import SHANGHAI, UsageProblem

log = logging.getLogger(__name__)

COUNTED, VOID, BROKEN = 0, 1, 4
"""Exit codes: the round counts (or the daemon was asked to end); it counts for nobody; it could not be made or kept."""

_OURS: frozenset[Outcome] = frozenset({"dns-failed", "own-network"})
"""Outcomes by which our own network shows; many of them at once are an outage of ours."""

Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WatchRequest:
    """What the user typed, parsed. ``at``: the moment the round is recorded under, None for now; only with ``once``."""

    db: Path
    once: bool = False
    at: datetime | None = None
    interval: timedelta = timedelta(minutes=60)
    delay: float = 0.15
    nameserver: tuple[str, int] | None = None
    controls: tuple[str, ...] = ()
    v6_controls: tuple[str, ...] = ()


def ruling(got: Fetched, limit: float, day: date) -> Ending:
    """How a visit ended, by the very rule that `availability` judges its own visits by."""
    outcome, detail = classify(got, limit, day)
    state: State = "failed"
    if outcome in OPENED:
        state = "opened"
    elif outcome in _OURS:
        state = "ours"
    elif outcome in UNTOLD:
        state = "untold"
    return Ending(state, outcome, "" if outcome == "open" else detail or OUTCOMES[outcome])


def longest_interval() -> timedelta:
    """The widest spacing that still gives every day the visits that the rule asks for."""
    return timedelta(days=1) / rules("availability").number("visits-per-day")


def run(request: WatchRequest) -> int:
    """Watch as asked; the exit code. Raises `UsageProblem` and `OversightError` for what can't be done."""
    if request.interval > longest_interval():
        raise UsageProblem(f"--interval 最长 {longest_interval() / timedelta(minutes=1):g} 分钟：指标要求每天间隔性访问 20 次以上。")
    database = connect(request.db)
    with closing(database.conn):
        rounds = Rounds(request, Registry(database), Samples(database), _say)
        if not request.controls:
            print("没有用 --control 指定对照主机：只能凭网站是否同时打不开判断本机网络故障。", file=sys.stderr)
        if request.once:
            return loop.run(rounds.one(request.at or datetime.now(SHANGHAI)))
        return loop.run(forever(rounds, request.interval))


class Rounds:
    """Makes rounds, keeps them and says a line about each."""

    def __init__(self, request: WatchRequest, registry: Registry, samples: Samples, show: Show) -> None:
        self._request, self._registry, self.samples, self._show = request, registry, samples, show

    async def one(self, at: datetime) -> int:
        """One round recorded under ``at``; an exit code. A moment that has its round already is left as it is."""
        if self.samples.has(at):
            self._show(f"{_clock(at)}　这一时刻已有采样记录，不再重复。")
            return COUNTED
        sites = self._watched(at)
        if not sites:
            raise UsageProblem("网站名录是空的：请先用 mingjing registry import 导入网站，再开始监测。")
        done = await make_round(sites, at, watching(self._request))
        try:
            self.samples.record(done)
        except OversightError as error:
            print(f"mingjing watch：{error}", file=sys.stderr)
            return BROKEN
        self._show(line(done, len(sites)))
        return VOID if done.void else COUNTED

    async def next(self) -> None:
        """One round of a watch that goes on: what stops this one does not stop the next."""
        try:
            await self.one(datetime.now(SHANGHAI))
        except (UsageProblem, OversightError) as error:
            print(f"mingjing watch：{error}", file=sys.stderr, flush=True)

    def _watched(self, at: datetime) -> list[Watched]:
        """The sites of this round; where robots.txt was read lately it is not asked again."""
        permits = self.samples.permitted(at)
        return [
            Watched(site.key, site.as_site(), site.options.ignore_robots, permits.get(site.key) == site.as_site().url)
            for site in self._registry.sites()
            if site.removed_on is None
        ]


def watching(request: WatchRequest) -> Watching:
    """The rule's numbers and the user's wishes, as a round needs them."""
    numbers = rules("availability").number
    return Watching(
        ruling=ruling,
        limit=numbers("seconds"),
        pause=min(numbers("spacing-factor") * request.delay, numbers("spacing-cap")),
        delay=request.delay,
        outage_share=numbers("outage-share"),
        outage_sites=int(numbers("outage-sites")),
        nameserver=request.nameserver,
        controls=request.controls,
        v6_controls=request.v6_controls,
    )


async def forever(rounds: Rounds, interval: timedelta) -> int:
    """Rounds, ``interval`` apart, until SIGTERM or SIGINT; a round under way is then given up and not recorded.

    The first one is due ``interval`` after the last one recorded, so that a restart does not shift the spacing.
    """
    stop, failed = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    def heard(event: JobEvent) -> None:
        """The scheduler tells how a round ended."""
        if event.code == EVENT_JOB_ERROR:
            log.error("a round of the watch failed", exc_info=event.exception)
            failed.set()
            stop.set()
        else:
            print("mingjing watch：上一轮还没有结束，跳过一轮。", file=sys.stderr, flush=True)

    scheduler = AsyncIOScheduler(timezone=SHANGHAI)
    scheduler.add_listener(heard, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
    now, last = datetime.now(SHANGHAI), rounds.samples.latest()
    due = now if last is None or last > now else max(now, last + interval)
    scheduler.add_job(
        rounds.next,
        IntervalTrigger(seconds=interval.total_seconds(), timezone=SHANGHAI),
        next_run_time=due,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=max(1, round(interval.total_seconds() / 2)),
    )
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # what it has to say is said above, in Chinese
    scheduler.start()
    _say(f"开始监测：每 {interval / timedelta(minutes=1):g} 分钟一轮，下一轮 {_clock(due)}。")
    await stop.wait()
    scheduler.shutdown(wait=False)
    _say("监测已停止；没有做完的一轮不记录。")
    return BROKEN if failed.is_set() else COUNTED


def line(done: Round, sites: int) -> str:
    """One round in one Chinese line."""
    head = f"{_clock(done.at)}　网站 {sites} 个"
    tail = f"，用时 {done.seconds:.0f} 秒"
    if done.void:
        return f"{head}：本轮不计（{done.void}）{tail}"
    six = f"；IPv6 {_family(done.of(6))}" if done.v6 else "；IPv6 未计（没有证明本机 IPv6 可用）"
    return f"{head}：IPv4 {_family(done.of(4))}{six}{tail}"


def _family(samples: Sequence[Sample]) -> str:
    opened = sum(one.state == "opened" for one in samples)
    failed = sum(one.state == "failed" for one in samples)
    first = sum(one.tries > 1 for one in samples)
    unknown = len(samples) - opened - failed
    said = f"打开 {opened}，打不开 {failed}"
    if first:
        said += f"（初次 {first}，复核后确认 {failed}）"
    return f"{said}，未知 {unknown}" if unknown else said


def _clock(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def _say(text: str) -> None:
    print(text, flush=True)
