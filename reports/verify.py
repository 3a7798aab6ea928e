"""The body of ``mingjing verify``: one finding is looked at again, now, over the network, and what was seen is said.

Only what the finding needs is read: its accused pages and the home page, or, where the fact is one of the whole site, what a night would read. Nothing is taken
over from an earlier night. The life of findings is not changed; the evidence of this look lies beside that of the nights.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from sqlite_utils import Database

from checks.inspect import Inspection, Interrupted, Options, inspect
from checks.memory import Memory
from checks.model import Fate, Finding, Judgement, KnownFinding
from checks.outcome import Outcome, read_outcome
from checks.places import continues, fates
from crawler.evidence import Evidence, EvidenceError
from crawler.registry import CrawlOptions, RegisteredSite, Registry
from crawler.settings import Limits
from crawler.site import Site
from reports.commands.options import UsageProblem, evidence_folder, open_database
from reports.evidence_package import known, moment
from reports.history_reading import LifeFinding, LifeReader
from reports.hostile import line
from reports.output import os_reason
from reports.progress import shown_progress
from reports.verify_scope import scope_of
from reports.words import SEVERITIES, STATE_WORDS

Answer = Literal["still", "gone", "unknown"]
WORDS: dict[Answer, str] = {"still": "仍然存在", "gone": "本次没有发现", "unknown": "未能判断"}
CODES: dict[Answer, int] = {"gone": 0, "still": 1, "unknown": 3}
"""Exit codes: not found now, still there, could not tell."""

PICTURES = 5
MOST = 10
"""Pages whose state is printed."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user typed, parsed. ``as_of``: the day it is looked at on; ``evidence``: the evidence folder, None: as the nights."""

    db: Path
    finding: str
    as_of: date
    evidence: Path | None = None
    nameserver: tuple[str, int] | None = None
    v6_controls: tuple[str, ...] = ()
    delay: float = 0.5
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen. ``told``: the finding as it was told again; ``why``: in Chinese; ``pages``: address and state of each accused page; ``path``: the evidence."""

    answer: Answer
    why: str
    told: Finding | None
    pages: tuple[tuple[str, str], ...]
    path: Path


def run(request: Request) -> int:
    """Look again, print what was seen, return the exit code. Raises `UsageProblem` for an unknown finding or a folder that can't be written."""
    database = open_database(request.db)
    life = known(database, request.finding)
    try:
        sighting = look_again(database, life, request)
    except Interrupted as stop:
        print(f"复核已中断：已采集的部分证据保存在 {stop.path}", file=sys.stderr)
        return 130
    print("\n".join(sighting_lines(life, sighting, request.as_of)))
    return CODES[sighting.answer]


def look_again(database: Database, life: LifeFinding, request: Request) -> Sighting:
    """Inspect what the finding needs and say what became of it."""
    site, crawl = _site(database, life)
    folder = evidence_folder(request.db, request.evidence) / "verify"
    target = _free(folder, f"{life.id}_{request.as_of.isoformat()}")
    limits = _limits(crawl, request.delay)
    scope = scope_of(life, site, limits, _last_row(life))
    options = Options(
        evidence=target,
        limits=scope.limits,
        nameserver=request.nameserver,
        v6_controls=request.v6_controls,
        ca_file=request.ca_file,
        history=Memory(database).history(life.site, request.as_of),
        screenshots=PICTURES,
        known=tuple(
            _known(each) for each in LifeReader(database).findings(sites=[life.site]) if each.id != life.id and each.state == "open"
        ),
    )
    try:
        with shown_progress(site.host) as progress:
            done = asyncio.run(inspect(scope.site, as_of=request.as_of, options=options, progress=progress))
    except OSError as error:
        raise UsageProblem(f"证据文件 {target} 无法写入（{os_reason(error)}）：请检查证据目录的权限和磁盘空间。") from error
    return _sighting(life, done)


def _sighting(life: LifeFinding, done: Inspection) -> Sighting:
    evidence = Evidence(done.path)
    try:
        wanted, outcome = _known(life), read_outcome(evidence)
        told = told_again(wanted, done.judgements)
        pages = tuple(_states(evidence, life.pages or ((life.url,) if life.url else ())))
        fate = fates(evidence, done.judgements, [wanted]).get(life.id, "unseen")
        judgement = next((each for each in done.judgements if each.check == life.check), None)
        if told is not None:
            return Sighting("still", _still(life, told), told, pages, done.path)
        if fate == "unseen":
            return Sighting("unknown", _unknown(judgement, outcome), None, pages, done.path)
        return Sighting("gone", _gone(fate), None, pages, done.path)
    finally:
        evidence.close()


def told_again(wanted: KnownFinding, judgements: Sequence[Judgement]) -> Finding | None:
    """The finding as it is told now, under its own id or as the same fault under another subject or code."""
    found = [each for judgement in judgements for each in judgement.findings]
    own = next((each for each in found if each.id == wanted.id), None)
    return own or next((each for each in found if continues(wanted, each)), None)


def _still(life: LifeFinding, told: Finding) -> str:
    changed = "" if told.severity == life.severity else f"；这次的严重程度是“{SEVERITIES[told.severity]}”"
    other = "" if told.id == life.id else f"；这次表现为另一个问题（{told.id}）"
    return f"{line(told.message).rstrip('。')}{changed}{other}。"


def _gone(fate: Fate) -> str:
    if fate == "gone":
        return "涉及的页面已不存在或已改为其他页面。"
    return "涉及的页面或事项已重新检查，没有再发现这个问题。"


def _unknown(judgement: Judgement | None, outcome: Outcome | None) -> str:
    if outcome is not None and outcome.state != "ok":
        return f"网站没有读到：{line(outcome.detail) or '没有应答'}。"
    if judgement is None:
        return "这项检查没有进行。"
    seen = [line(each.detail) for each in judgement.unseen if each.detail]
    if judgement.reason or seen:
        return f"{judgement.reason or '有内容没有看到'}{f'（{seen[0]}）' if seen else ''}。"
    return "这次看到的内容不足以断定问题是否还在：它所在的位置没有读到，或这类问题须由人判断。"


def _states(evidence: Evidence, urls: Sequence[str]) -> Iterator[tuple[str, str]]:
    for url in urls:
        page = evidence.find(url)
        if page is None:
            yield url, "这次没有访问"
        else:
            status = f"，HTTP {page.status}" if page.status is not None else ""
            yield url, f"{STATE_WORDS.get(page.state, page.state)}{status}，{moment(page.fetched_at)}"


def sighting_lines(life: LifeFinding, sighting: Sighting, as_of: date) -> Iterator[str]:
    """What a person reads."""
    yield f"问题 {life.id}（{line(life.site)}）：{line(life.message)}"
    yield f"复核结果（监测时间点 {as_of.isoformat()}）：{WORDS[sighting.answer]}"
    yield f"说明：{sighting.why}"
    for url, state in sighting.pages[:MOST]:
        yield f"  {line(url)}  {line(state)}"
    if len(sighting.pages) > MOST:
        yield f"  另有 {len(sighting.pages) - MOST} 个页面，见证据文件。"
    yield f"证据文件：{sighting.path}"
    yield "本次复核不改变问题的状态和任何数字；整改是否完成，以夜间检查为准。"


def _known(life: LifeFinding) -> KnownFinding:
    return KnownFinding(life.id, life.check, life.code, life.subject, life.url, life.pages, life.first_seen)


def _site(database: Database, life: LifeFinding) -> tuple[Site, CrawlOptions]:
    """The site as it is registered, else as it was inspected last. Raises `UsageProblem` when neither is known."""
    registered: RegisteredSite | None = next((each for each in Registry(database).sites(removed=True) if each.key == life.site), None)
    if registered is not None:
        return registered.as_site(), registered.options
    try:
        evidence = Evidence(Path(life.last_evidence))
    except EvidenceError as error:
        raise UsageProblem(f"{life.id}：网站 {line(life.site)} 没有登记，证据文件也已不在，不能复核：请先登记该网站。") from error
    try:
        return evidence.site, CrawlOptions()
    finally:
        evidence.close()


def _last_row(life: LifeFinding) -> dict[str, str]:
    """The finding's row in the column table of the night it was last told: its name and class; empty when it is not known."""
    try:
        evidence = Evidence(Path(life.last_evidence))
    except EvidenceError:
        return {}
    try:
        outcome = read_outcome(evidence)
        rows = [
            row for each in (outcome.judgements if outcome else ()) if each.check == life.check for row in each.figures.get("columns", ())
        ]
    finally:
        evidence.close()
    row: dict[str, Any] = next((row for row in rows if row.get("key") == life.subject), {})
    return {name: str(row[name]) for name in ("name", "class", "url") if row.get(name)}


def _limits(crawl: CrawlOptions, delay: float) -> Limits:
    """The site's own limits, as a night reads it with."""
    given = {
        "max_pages": crawl.max_pages,
        "depth": crawl.depth,
        "delay": crawl.delay,
        "per_host": crawl.per_host,
        "max_seconds": crawl.max_seconds,
        "ignore_robots": crawl.ignore_robots or None,
    }
    return replace(Limits(delay=delay), **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _free(folder: Path, name: str) -> Path:
    """A name that no earlier look has taken."""
    number = 1
    while (path := folder / f"{name}{'' if number == 1 else f'-{number}'}.sqlite").exists():
        number += 1
    return path
