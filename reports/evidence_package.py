"""The evidence package (证据包) that a disputed finding goes back with: everything kept of it, readable off line, nothing in it that runs.

Bytes of pages are stored as ``.txt`` or ``.bin`` exactly as they came; ``SHA256SUMS`` is checked by ``sha256sum -c``. The same database and evidence give the same
bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from checks import catalogue
from checks.catalogue.indicators import Catalogue, IndicatorRow
from crawler.nights import evidence_path
from crawler.registry import RegisteredSite, Registry
from crawler.settings import VERSION
from reports.catalogue_text import PARTS
from reports.commands.options import UsageProblem
from reports.decisions import WORDS, Decision, Decisions
from reports.evidence_package_nights import KeptPage, NightEvidence, night_evidence
from reports.fixed_zip import bundle
from reports.history_reading import Event, LifeFinding, LifeReader
from reports.hostile import clean, clean_data, line, picture
from reports.html_report import environment
from reports.objections import Objection, Objections
from reports.score_feeds import fits
from reports.words import BASES, SEVERITIES

STATES = {"open": "未整改", "rectified": "已整改", "withdrawn": "页面已不存在", "rule-changed": "规则已变更，不再适用"}
EVENTS = {
    "new": "首次发现", "continues": "检查恢复后仍然存在", "rectified": "复查未再发现，视为已整改", "reopened": "再次发现", "withdrawn": "页面已不存在",
    "rule-changed": "规则变更后不再判定", "check-stopped": "这项检查停止", "severity": "严重程度变化",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything known of one finding."""

    life: LifeFinding
    site: RegisteredSite | None
    events: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    objections: tuple[Objection, ...]
    nights: tuple[NightEvidence, ...]


def known(database: Database, finding: str) -> LifeFinding:
    """The finding with this id. Raises `UsageProblem` for an id that nothing was told under."""
    found = LifeReader(database).findings(ids=[finding])
    if not found:
        raise UsageProblem(f"没有编号为“{line(finding)[:40]}”的问题：请核对编号（mingjing status 列出全部）。")
    return found[0]


def dossier(database: Database, finding: str, folder: Path) -> Dossier:
    """Collect what the database and the evidence in ``folder`` know. Raises `UsageProblem` for an unknown id."""
    life = known(database, finding)
    site = next((each for each in Registry(database).sites(removed=True) if each.key == life.site), None)
    events = tuple(each for each in LifeReader(database).events(since=life.first_seen, sites=[life.site]) if each.finding == life.id)
    wanted = [("last", "最近一次发现", life.last_seen, life.last_evidence)]
    if life.first_seen != life.last_seen:
        wanted.append(("first", "首次发现", life.first_seen, life.first_evidence))
    nights = tuple(night_evidence(name, label, day, _places(folder, life, day, path), life) for name, label, day, path in wanted)
    log, objections = Decisions(database).of([life.id]), Objections(database).of([life.id])
    return Dossier(life, site, events, log.get(life.id, ()), objections.get(life.id, ()), nights)


def _places(folder: Path, life: LifeFinding, day: date, told: str) -> tuple[Path, ...]:
    """Where the evidence of a night may lie: where the night put it, else in the folder given (it may have been moved)."""
    given = evidence_path(folder, day, life.site)
    return tuple(dict.fromkeys((*([Path(told)] if told else []), given)))


def package(database: Database, finding: str, folder: Path, table: Catalogue) -> bytes:
    """The ZIP. ``folder``: of the evidence; ``table``: the indicators whose rows are quoted. Raises `UsageProblem` for an unknown id."""
    known_of = dossier(database, finding, folder)
    files = [*_files(known_of), *_attachments(database, known_of.objections)]
    listed = [(name, len(data)) for name, data in files]
    files.insert(0, ("index.html", _index(known_of, table, listed).encode("utf-8")))
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files))
    return bundle([*files, ("SHA256SUMS", sums.encode("utf-8"))])


def _attachments(database: Database, objections: Sequence[Objection]) -> Iterator[tuple[str, bytes]]:
    """Files of objections, as ``.bin``: their names are told in the index, and nothing runs when it is clicked."""
    room = Objections(database)
    for number, each in enumerate(objections, 1):
        if each.file is not None:
            yield f"objections/{number:02d}.bin", room.content(each.file)


def _files(known_of: Dossier) -> Iterator[tuple[str, bytes]]:
    yield "finding.json", _json(_plain(known_of))
    for night in known_of.nights:
        for number, page in enumerate(night.pages, 1):
            yield from _page_files(night.name, number, page)
        if night.picture is not None:
            yield f"{night.name}/screenshot.png", night.picture
        if night.probes:
            yield f"{night.name}/network.json", _json(night.probes)


def _page_files(folder: str, number: int, page: KeptPage) -> Iterator[tuple[str, bytes]]:
    base = f"{folder}/page-{number:02d}"
    head = "".join(f"{name}：{line(value)}\n" for name, value in page.head)
    yield f"{base}-answer.txt", f"收到时间：{moment(page.at)}\n{head}程序只保存以上各项，应答头的其他行没有保存。\n".encode()
    if page.served is not None:
        yield f"{base}-as-received{'.txt' if page.text else '.bin'}", page.served
    if page.shown is not None:
        yield f"{base}-as-shown.txt", page.shown


def _json(value: Any) -> bytes:
    return (json.dumps(clean_data(value), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _plain(known_of: Dossier) -> dict[str, Any]:
    """The dossier as JSON data, without bytes and paths of this machine."""
    life = {name: value for name, value in asdict(known_of.life).items() if not name.endswith("_evidence")}
    told = [
        {
            "night": night.night,
            "label": night.label,
            "evidence_file": night.file,
            "made_by": night.program,
            "finding": asdict(night.finding) if night.finding else None,
            "missing": [*night.missing, *(f"{page.url}：{gap}" for page in night.pages for gap in page.missing)],
        }
        for night in known_of.nights
    ]
    plain = {
        "finding": life,
        "events": [asdict(each) for each in known_of.events],
        "decisions": [asdict(each) for each in known_of.decisions],
        "objections": [asdict(each) for each in known_of.objections],
        "nights": told,
    }
    return dict(json.loads(json.dumps(plain, default=str)))


def moment(text: str) -> str:
    """``2026-08-20T02:00:00+08:00`` as 2026-08-20 02:00:00（北京时间）."""
    day, sign, rest = text.partition("T")
    if not sign:
        return text or "不详"
    return f"{day} {rest[:8]}（北京时间）" if rest.endswith("+08:00") else text


def clauses(known_of: Dossier, table: Catalogue) -> list[tuple[str, str, str]]:
    """Rows of the indicators that the finding counts in: name, text and points, source with its basis."""
    told = next((night.finding for night in known_of.nights if night.finding is not None), None)
    found = []
    for item in table.indicators:
        for row in item.rows:
            if told is not None and any(fits(feed, told) for feed in row.feeds):
                found.append((f"{PARTS[item.part]}/{item.name}", f"{row.text}{_cost(row)}", f"{row.source}（{BASES[row.basis][0]}）"))
    return found


def _cost(row: IndicatorRow) -> str:
    limit = f"；限值：{row.threshold}" if row.threshold else ""
    return (f"（{'每个' if row.per == 'each' else ''} {row.points:g} 分{limit}）" if row.points else f"（单项否决{limit}）").replace(
        "（ ", "（"
    )


def _index(known_of: Dossier, table: Catalogue, files: Sequence[tuple[str, int]]) -> str:
    life = known_of.life
    rule = catalogue.rules(life.check).codes.get(life.code)
    gaps = [f"{night.label}（{night.night}）：{gap}" for night in known_of.nights for gap in night.missing]
    gaps += [
        f"{night.label}（{night.night}）：{page.url} {gap}" for night in known_of.nights for page in night.pages for gap in page.missing
    ]
    events = [(each.night.isoformat(), EVENTS.get(each.event, each.event), each.detail) for each in known_of.events]
    decisions = [
        (each.day.isoformat(), WORDS[each.kind], each.by, each.reason, each.until.isoformat() if each.until else "长期")
        for each in known_of.decisions
    ]
    return (
        environment()
        .get_template("evidence.html.j2")
        .render(
            life=life,
            site=known_of.site,
            title=rule.title if rule else life.code,
            severity=SEVERITIES.get(life.severity, life.severity),
            state=STATES.get(life.state, life.state),
            basis=BASES.get(life.basis, (life.basis, "")),
            clauses=clauses(known_of, table),
            table=table,
            nights=known_of.nights,
            shots={night.name: picture(night.picture) for night in known_of.nights},
            gaps=gaps,
            events=events,
            decisions=decisions,
            objections=[(each.line, each.ruling.text if each.ruling else "尚未裁定") for each in known_of.objections],
            files=files,
            version=VERSION,
            moment=moment,
            clean=clean,
        )
    )
