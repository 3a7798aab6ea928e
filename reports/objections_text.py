"""Objections as text: for ``mingjing objection list`` and for a site's history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlite_utils import Database

from reports.decisions import WORDS, Decision, Decisions
from reports.history_reading import LifeReader
from reports.hostile import line
from reports.objections import Objection, Objections
from reports.status_sites import chosen_sites, site_names


def objection_lines(database: Database, *, unit: str = "", pending: bool = False, as_of: date | None = None) -> list[str]:
    """Every objection, by site and finding; a last line says how many. Raises `OversightError` for an unknown unit."""
    every = Objections(database).of(as_of=as_of)
    findings = {each.id: each for each in LifeReader(database).findings(ids=list(every))}
    keys = {site.key for site in chosen_sites(database, unit=unit)} if unit else None
    names = site_names(database)
    holding = Decisions(database).holding(as_of or date.max)
    rows: list[str] = []
    shown = [each for each in sorted(findings.values(), key=lambda one: (one.site, one.id)) if keys is None or each.site in keys]
    counted = standing = 0
    for finding in shown:
        own = [each for each in every[finding.id] if not (pending and each.ruling)]
        counted += len(own)
        standing += sum(each.ruling is None for each in own)
        if own:
            rows.append(f"{finding.id}  {line(names.get(finding.site) or finding.site)}  {line(finding.message)}")
            rows += [f"  {each}" for each in _said(own, holding.get(finding.id))]
    total = f"申诉 {counted} 个，待裁定 {standing} 个。" if counted else "没有待裁定的申诉。" if pending else "没有申诉。"
    return [*rows, *([""] if rows else []), total]


def _said(objections: Sequence[Objection], held: Decision | None) -> Iterator[str]:
    for each in objections:
        yield f"申诉：{each.line}"
        yield f"裁定：{each.ruling.text if each.ruling else '待裁定'}"
    last = objections[-1].ruling
    if held is not None and held.kind != "dispute" and (last is None or held.kind != last.decision):
        yield f"现行决定：{WORDS[held.kind]}，{line(held.reason)}（{line(held.by)}，{held.day}）"


def site_objections(database: Database, site: str, *, as_of: date | None = None) -> list[str]:
    """The objections against findings of one site, for its history; empty without any."""
    ids = [each.id for each in LifeReader(database).findings(sites=[site])]
    rows: list[str] = []
    for finding, own in sorted(Objections(database).of(ids, as_of=as_of).items()):
        rows.append(f"  {finding}")
        rows += [f"    {each}" for each in _said(own, None)]
    return rows
