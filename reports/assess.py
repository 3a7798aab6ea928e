"""``mingjing assess``: the annual assessment from the database to its files. Everything is made first and then put in place."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from checks.catalogue import CatalogueError
from checks.catalogue.assessment import AssessmentCatalogue, load, official
from checks.catalogue.indicators import Catalogue
from reports.assessment import assess
from reports.assessment_bulletin import assessment_bulletin
from reports.assessment_charts import year_charts
from reports.assessment_collect import YearAsked, collect
from reports.assessment_model import Assessment
from reports.assessment_store import Assessments
from reports.assessment_unit import unit_paper
from reports.assessment_workbook import ranking_workbook
from reports.commands.options import UsageProblem, evidence_folder, open_database
from reports.hostile import line
from reports.office import Office, load_office
from reports.paper_docx import docx_bytes
from reports.paper_html import paper_html
from reports.paper_templates import Template, templates
from reports.quarterly_place import Made, check, move, stage, staging
from reports.workbook import workbook_bytes

BULLETIN, RANKING, SHEETS = "考核通报", "考核排名", "单位考核"
"""Names of what is written."""


@dataclass(frozen=True, slots=True)
class AssessRequest:
    """What the command was asked. ``scheme``: the province's own catalogue of the assessment; ``table``: site indicators in force on a day;

    ``day``: of the publication.
    """

    database: Path
    year: int
    groups: tuple[str, ...]
    out: Path
    scheme: Path | None
    table: Callable[[date], Catalogue]
    templates: Path | None
    office: Path | None
    evidence: Path | None
    publish: bool
    day: date


def run(request: AssessRequest) -> int:
    """Write the year's files and say where; 0. Raises `UsageProblem` before anything is written, `OutputProblem` for a file that can't be."""
    catalogue = _scheme(request.scheme)
    office, layouts = load_office(request.office), templates(request.templates)
    database = open_database(request.database)
    store = Assessments(database)
    asked = YearAsked(database, evidence_folder(request.database, request.evidence), request.year, request.groups, catalogue, request.table)
    found = collect(asked)
    assessment = assess(
        request.year,
        found.units,
        catalogue,
        quarters=found.quarters,
        last_year=store.marks(request.year - 1),
        indicators="、".join(found.tables),
    )
    if request.publish:
        assessment = replace(assessment, version=store.next_version(assessment)[0])
    with staging(request.out) as folder:
        names = stage(folder, _files(assessment, office, layouts))
        check(request.out, names)
        if request.publish:
            store.publish(assessment, request.day)
        move(folder, request.out, names)
    sys.stdout.write(f"{_told(assessment, request, len(names))}\n")
    return 0


def _scheme(path: Path | None) -> AssessmentCatalogue:
    try:
        return load(path) if path else official()
    except CatalogueError as error:
        raise UsageProblem(f"考核目录有误：{line(str(error))}") from error


def _files(assessment: Assessment, office: Office, layouts: Mapping[str, Template]) -> Iterator[tuple[str, Made]]:
    """Every file: name below the folder, and how it is made."""
    bulletin = assessment_bulletin(assessment, year_charts(assessment), office)
    yield f"{BULLETIN}.docx", _made(lambda: docx_bytes(bulletin, layouts.get("assessment")))
    yield f"{BULLETIN}.html", _made(lambda: paper_html(bulletin).encode())
    yield f"{RANKING}.xlsx", _made(lambda: workbook_bytes(ranking_workbook(assessment)))
    taken: Counter[str] = Counter()
    for unit in assessment.units:
        name = safe_name(unit.unit)
        taken[name.casefold()] += 1
        number = f"（{taken[name.casefold()]}）" if taken[name.casefold()] > 1 else ""
        sheet = unit_paper(assessment, unit, office)
        yield f"{SHEETS}/{name}{number}.docx", _made(partial(docx_bytes, sheet, layouts.get("unit-assessment")))


def _made(content: Callable[[], bytes]) -> Made:
    return lambda path: path.write_bytes(content())


def safe_name(text: str) -> str:
    """A unit's name as a file's name on any system: what none allows is left out, at most 60 characters."""
    kept = "".join(character for character in line(text) if character not in '\\/:*?"<>|').strip(" .")
    return kept[:60] or "单位"


def _told(assessment: Assessment, request: AssessRequest, files: int) -> str:
    best = "；".join(f"{group.name} {len(group.units)} 个单位，优秀 {len(group.graded('excellent'))} 个" for group in assessment.groups)
    open_units = sum(1 for unit in assessment.units if not unit.settled)
    lines = [f"{assessment.year} 年度考核：{best}。", f"已写入 {request.out}（{files} 个文件），请先打开 {BULLETIN}.docx。"]
    if open_units:
        lines.insert(1, f"数据尚不完整：{open_units} 个单位的等次可能变化，缺什么见 {RANKING}.xlsx 的“计分明细”。")
    if assessment.version:
        lines.append(f"已发布：第 {assessment.version} 版。")
    return "\n".join(lines)
