"""`inspect`: crawl a site, settle doubts, judge, keep the evidence. One function, three callers (command, night, tests).

Order: crawl → settle doubts in the browser → pages on another host → probes → judge → screenshots → rename.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from checks import catalogue
from checks.earlier_night import lean_on
from checks.elsewhere import read_elsewhere
from checks.faults import judged, keep_answers
from checks.https_probe import looked_at
from checks.model import SEVERITY_ORDER, Check, Judgement, KnownFinding, Moment
from checks.outcome import keep_outcome, outcome_of
from checks.places import fates
from checks.registry import CHECKS, observers
from checks.settle import settle
from checks.site_code import identify
from crawler.browser import Renderer
from crawler.browser_chromium import Chromium
from crawler.crawl import crawl
from crawler.doors import Doors, SharedGate
from crawler.evidence import Evidence, EvidenceWriter
from crawler.fetch import Fetcher, Politeness
from crawler.keeping import prune
from crawler.network import Network
from crawler.progress import Progress, Silent
from crawler.settings import USER_AGENT, VERSION, Limits
from crawler.site import Site
from crawler.visit import VisitLedger

log = logging.getLogger(__name__)

MAX_SCREENSHOTS = 20
"""Pictures per site: enough for every kind of finding, small enough to keep every night."""

WORDS = 16
"""Characters of a snippet that are looked for on the page, to mark the place."""


@dataclass(frozen=True, slots=True)
class Options:
    """How one inspection is run. ``evidence``: where the file goes; ``try_http``: the user typed no scheme, so http is tried after https.

    ``cloak_test``: the home page is also asked for as a search engine's visitor and as a search engine would (hidden-links).
    ``history``: facts of earlier nights, ``check id -> [(key, day, value)]``, written in before judging.
    ``chromium``: a browser that is running already and goes on running, for many inspections in one event loop; None: one of its own.
    ``screenshots``: pictures taken at most.
    ``known``: findings open from earlier nights: their pages are read and rendered afresh, and what became of each is kept with the outcome;
    a finding known already gets no new picture.
    ``previous``: the evidence of an earlier night, whose unchanged pages are taken over; None: everything is read anew.
    ``doors``: limits that all inspections of this process share, per host and per IP address; None: this one keeps its own.
    """

    evidence: Path
    limits: Limits = field(default_factory=Limits)
    nameserver: tuple[str, int] | None = None
    v6_controls: tuple[str, ...] = ()
    ca_file: Path | None = None
    try_http: bool = False
    cloak_test: bool = True
    history: Mapping[str, Sequence[tuple[str, date, Any]]] = field(default_factory=dict)
    chromium: Chromium | None = None
    screenshots: int = MAX_SCREENSHOTS
    known: tuple[KnownFinding, ...] = ()
    previous: Path | None = None
    doors: Doors | None = None


@dataclass(frozen=True, slots=True)
class Inspection:
    """The outcome: the finished evidence file and every check's judgement, in the order of `CHECKS`."""

    path: Path
    judgements: tuple[Judgement, ...]


class Interrupted(Exception):
    """The run was stopped half-way; ``path`` holds what had been collected."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"partial evidence kept in {path}")
        self.path = path


def judge_all(evidence: Evidence, as_of: date, checks: Sequence[Check] = CHECKS) -> tuple[Judgement, ...]:
    """Every check's judgement of one evidence file. Pure: no network, no clock."""
    return tuple(judged(check, evidence, as_of) for check in checks)


async def inspect(site: Site, *, as_of: date, options: Options, progress: Progress | None = None) -> Inspection:
    """Inspect one site and keep its evidence at ``options.evidence``.

    Raises `Interrupted` when cancelled (what was collected is kept beside the final name), OSError when the evidence can't be
    written. Network faults raise nothing: they are facts of the evidence.
    """
    show = progress or Silent()
    writer = EvidenceWriter(options.evidence, site, as_of)
    try:
        judgements = await _collect(writer, site, as_of, options, show)
    except (asyncio.CancelledError, KeyboardInterrupt) as stop:
        writer.put_meta("interrupted", True)
        raise Interrupted(writer.abandon()) from stop
    except BaseException:
        writer.abandon()
        raise
    return Inspection(writer.finish(), judgements)


def _write_given(writer: EvidenceWriter, options: Options) -> None:
    """What this night was given: history of earlier nights, program, options, catalogue."""
    for check_id, facts in options.history.items():
        for key, day, value in facts:
            writer.put_history(check_id, key, day, value)
    writer.put_meta("tool", {"version": VERSION, "user_agent": USER_AGENT})
    writer.put_meta("options", {"cloak_test": options.cloak_test, "delay": options.limits.delay, "history": sorted(options.history)})
    writer.put_meta("catalogue", {"version": catalogue.VERSION, "digest": catalogue.digest()})


def _fetcher(network: Network, ledger: VisitLedger, options: Options) -> Fetcher:
    """The run's way out beside the spider, with the limits it shares with other runs."""
    limits = options.limits
    politeness = Politeness(
        delay=limits.delay,
        per_host=limits.per_host,
        timeout=limits.timeout,
        max_bytes=limits.max_bytes,
        obey_robots=not limits.ignore_robots,
    )
    fetcher = Fetcher(network, ledger, politeness)
    if options.doors is not None:
        fetcher.gate = SharedGate(politeness, network, options.doors)
    return fetcher


async def _collect(writer: EvidenceWriter, site: Site, as_of: date, options: Options, show: Progress) -> tuple[Judgement, ...]:
    """Crawl, settle, probe, judge, photograph: everything up to the file's name."""
    limits, ledger = options.limits, VisitLedger()
    _write_given(writer, options)
    network = Network(site, nameserver=options.nameserver, v6_controls=options.v6_controls, ca_file=options.ca_file)
    await network.start()
    fetcher = _fetcher(network, ledger, options)
    earlier = lean_on(options.previous, writer, fetcher, site=site, as_of=as_of, known=options.known)
    try:
        async with Renderer(network, fetcher, ledger, limits=limits, as_of=as_of, chromium=options.chromium) as renderer:
            await _watch(writer, Moment(0, site, limits.delay), network, fetcher)
            await crawl(
                site,
                observers(),
                writer=writer,
                network=network,
                fetcher=fetcher,
                ledger=ledger,
                renderer=renderer,
                limits=limits,
                as_of=as_of,
                progress=show,
                try_http=options.try_http,
                earlier=earlier,
            )
            await _watch(writer, Moment(1, site, limits.delay), network, fetcher)
            show.update(phase="settle")
            await settle(writer, writer.read(), CHECKS, renderer, limits, earlier)
            show.update(phase="elsewhere")
            if await read_elsewhere(writer, writer.read(), CHECKS, fetcher, renderer, observers(), as_of):
                await settle(writer, writer.read(), CHECKS, renderer, limits, earlier)
            show.update(phase="probe")
            await _watch(writer, Moment(2, site, limits.delay), network, fetcher)
            await _probe(writer, network, fetcher)
            code, identity = identify(writer.read())
            writer.put_meta("identity", identity)
            if code and not site.code:
                writer.put_meta("site", replace(site, code=code))
            show.update(phase="judge")
            evidence = writer.read()
            judgements = judge_all(evidence, as_of)
            keep_outcome(writer, outcome_of(evidence, as_of, judgements, fates(evidence, judgements, options.known)))
            await _photograph(writer, evidence, judgements, renderer, options)
            prune(writer, evidence, _cited(judgements, evidence))
            return judgements
    finally:
        if earlier is not None:
            await earlier.close()
        await fetcher.close()
        writer.put_meta("visit", ledger.summary())


def _cited(judgements: Sequence[Judgement], evidence: Evidence) -> set[str]:
    """Addresses whose bytes a reader may ask for: accused pages, the columns of the column table; and what a probe of the next night reads."""
    probed = {page.url for page in looked_at(evidence)}
    accused = {url for j in judgements for f in j.findings for url in (f.url, *f.evidence.pages)}
    return accused | probed | {str(row["url"]) for j in judgements for row in j.figures.get("columns", ())}


async def _probe(writer: EvidenceWriter, network: Network, fetcher: Fetcher) -> None:
    for check in CHECKS:
        if check.probe is not None:
            await keep_answers(writer, check, check.probe(writer.read(), network, fetcher))


async def _watch(writer: EvidenceWriter, moment: Moment, network: Network, fetcher: Fetcher) -> None:
    for check in CHECKS:
        if check.watch is not None:
            await keep_answers(writer, check, check.watch(replace(moment, evidence=writer.read()), network, fetcher))


async def _photograph(
    writer: EvidenceWriter, evidence: Evidence, judgements: Sequence[Judgement], renderer: Renderer, options: Options
) -> None:
    """One picture per finding that is new and has a page of the site to show, the gravest first."""
    known = {finding.id for finding in options.known}
    found = sorted(
        (f for j in judgements for f in j.findings if f.evidence.pages and f.id not in known),
        key=lambda f: (SEVERITY_ORDER[f.severity], f.check, f.code, f.subject),
    )
    for finding in found[: options.screenshots]:
        page = evidence.find(finding.url)
        if page is None or not page.readable:
            continue
        words = finding.evidence.snippet.split("\n", 1)[0].split(" ", 1)[0][:WORDS]
        picture = await renderer.screenshot(finding.url, selector=finding.evidence.selector, words=words if len(words) > 3 else "")
        if picture is not None:
            writer.put_screenshot(finding.id, picture)
