"""All findings of an inspection, those that wait for a person and those that were ruled out included: what each costs, or why it does not count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from reports.grid import Cell, Column, Grid, Link
from reports.hostile import line
from reports.inspection_model import FindingLine, Inspection, SiteLine
from reports.inspection_workbook_sites import site_places
from reports.words import BASES, SEVERITIES, SUBJECTS, word

FINDINGS, REPAIRED = "问题清单", "季内已整改"

COLUMNS = (
    Column("序号", "integer"), Column("问题编号", width=13), Column("网站名称"), Column("标识码"), Column("单位"), Column("指标"), Column("检查项"),
    Column("问题类型"), Column("严重程度"), Column("是否计入"), Column("扣分", "number"), Column("问题说明", width=50), Column("问题页面", width=36),
    Column("涉及页面", "integer"), Column("对象"), Column("依据"), Column("依据性质"), Column("页面原文", width=36), Column("整改建议", width=36),
    Column("首次发现", "date"), Column("是否重复"), Column("查看时间", "moment"), Column("申诉"), Column("裁定或决定"), Column("证据文件"),
)  # fmt: skip
_MOST_LINKED = 30_000
"""Findings whose site is a link too: a sheet holds 65,530 links, and the pages come first."""


def findings_grid(inspection: Inspection) -> Grid:
    """One row a finding, in the order of the sites. Rows are made while the sheet is written."""
    notes = (
        "计入：在各项数字中。待核：须经人工确认，确认前不计入任何数字。不计入：已认定为误报或豁免。提示：仅供参考，不是扣分问题。",
        "页面原文摘自被检查的网站，按原样列出；证据文件在证据目录下。",
    )
    return Grid(FINDINGS, COLUMNS, _rows(inspection), notes=notes, frozen=3)


def repaired_grid(inspection: Inspection, sites: Mapping[str, SiteLine]) -> Grid:
    """What was found and put right within the quarter: in no rate of the verdicts."""
    columns = (
        Column("序号", "integer"), Column("问题编号", width=13), Column("网站名称"), Column("标识码"), Column("单位"), Column("指标"),
        Column("问题说明", width=50), Column("问题页面", width=36), Column("首次发现", "date"), Column("整改日期", "date"),
    )  # fmt: skip
    rows = tuple(
        (number, each.id, *_site_of(sites.get(each.site), each), line(each.indicator), line(each.message), Link(line(each.url), url=each.url),
         each.first_seen, each.closed)
        for number, each in enumerate(inspection.repaired_within, 1)
    )  # fmt: skip
    return Grid(REPAIRED, columns, rows, notes=("本季度内发现、并经复查已整改的问题，不影响网站的结论。",), frozen=3)


def _site_of(site: SiteLine | None, finding: FindingLine) -> tuple[Cell, Cell, Cell]:
    return (finding.site, "", "") if site is None else (line(site.name), site.code, line(site.unit))


def _rows(inspection: Inspection) -> Iterator[tuple[Cell, ...]]:
    places, number = site_places(inspection), 0
    for site in inspection.sites:
        for counts, findings in (("", site.findings), ("待核", site.pending), ("不计入", site.excluded)):
            for finding in findings:
                number += 1
                name = Link(line(site.name), sheet=places[site.key]) if number <= _MOST_LINKED else line(site.name)
                yield _row(number, site, name, finding, counts or ("计入" if finding.counted else "提示"))


def _row(number: int, site: SiteLine, name: Cell, finding: FindingLine, counts: str) -> tuple[Cell, ...]:
    return (
        number, finding.id, name, site.code, line(site.unit), line(finding.indicator), line(finding.check_title), line(finding.title),
        word(SEVERITIES, finding.severity), counts, finding.points if counts == "计入" else None, line(finding.message),
        Link(line(finding.url), url=finding.url), len(finding.pages), SUBJECTS.get(finding.subject, line(finding.subject)), line(finding.source),
        BASES[finding.basis][0] if finding.basis in BASES else finding.basis, line(finding.snippet), line(finding.advice), finding.first_seen,
        "是" if finding.repeated else "否", _moment(finding.seen_at), line(finding.objection), line(finding.ruling), line(finding.evidence),
    )  # fmt: skip


def _moment(text: str) -> Cell:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return line(text)
