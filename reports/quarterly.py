"""``mingjing quarterly``: the inspection of a quarter as files that an inspector can send after reading. No network.

A published quarter is written as it was published; a draft is made anew from what is known now.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from reports.commands.options import UsageProblem, evidence_folder, open_database
from reports.inspection import Asked, build_inspection, cutoff_of
from reports.inspection_gather import LOST
from reports.inspection_model import Inspection
from reports.ledger import Ledger
from reports.ledger_sheet import issues_of
from reports.office import Office
from reports.published import Publication, Published
from reports.published_changes import changes
from reports.quarterly_files import FIRST, files_of, kept, unbundled
from reports.quarterly_place import check, move, others, stage, staging
from reports.quarterly_text import reproduced, told, written
from reports.quarters import Quarter


@dataclass(frozen=True, slots=True)
class Request:
    """What the command was asked for. ``table``: the table of indicators in force on a day; ``day``: on which it is published.

    ``cutoff``, ``percent``, ``seed`` None: the default, or as in the version that an erratum corrects; ``out`` None: a folder named by the quarter.
    """

    db: Path
    quarter: Quarter
    cutoff: date | None
    percent: int | None
    seed: str | None
    unreviewed: bool
    out: Path | None
    publish: bool
    erratum: str
    redraft: bool
    templates: Path | None
    table: Callable[[date], Catalogue]
    reply_days: int
    office: Office
    evidence: Path | None
    units: tuple[str, ...]
    day: date


def run(request: Request) -> int:
    """Write the quarter's files; the exit code is 0. Raises `UsageProblem`, `OversightError` or `OutputProblem` with one line; nothing is then written."""
    _sensible(request)
    database = open_database(request.db)
    publication = Published(database).last(request.quarter)
    if publication is not None and not request.publish and not request.redraft:
        return _reproduce(request, database, publication)
    inspection = _inspection(request, database, publication)
    out = _folder(request)
    with staging(out) as folder:
        names = stage(folder, files_of(inspection, request.office, request.templates, request.units, folder))
        check(out, names)
        if request.publish:
            Published(database).publish(inspection, [(name, folder / name) for name in _kept(names)], request.day, request.erratum.strip())
            Ledger(database).issue(issues_of(inspection, request.day), published=True)
        move(folder, out, names)
    sys.stdout.write(f"{told(inspection)}\n{written(out, names, FIRST, others(out, names))}\n")
    return 0


def _sensible(request: Request) -> None:
    """Options that contradict each other. Raises `UsageProblem`."""
    if request.erratum and not request.publish:
        raise UsageProblem("--erratum 只能和 --publish 一起使用：更正是已发布内容的新版本。")
    if request.publish and request.unreviewed:
        raise UsageProblem("--unreviewed 的内容未经人工确认，不能发布：请去掉 --unreviewed，或去掉 --publish。")
    if request.publish and request.redraft:
        raise UsageProblem("--redraft 只写草稿，不能和 --publish 一起使用：更正已发布的内容请用 --publish --erratum。")
    if request.publish and request.units:
        raise UsageProblem("--unit 只写部分单位的反馈单，不能发布：请去掉 --unit。")


def _folder(request: Request) -> Path:
    return request.out or Path(f"季度检查-{request.quarter}")


def _reproduce(request: Request, database: Database, publication: Publication) -> int:
    """Write what was published, byte for byte."""
    out = _folder(request)
    with staging(out) as folder:
        stored = Published(database).files(publication.quarter, publication.version)
        names = stage(folder, ((name, kept(data)) for name, data in unbundled(stored)))
        check(out, names)
        move(folder, out, names)
    sys.stdout.write(f"{reproduced(publication)}\n{written(out, names, FIRST, others(out, names))}\n")
    return 0


def _kept(names: Sequence[str]) -> Iterator[str]:
    """Names of the files that are stored: the sheets of units are in their ZIP already."""
    return (name for name in names if not name.startswith("问题反馈单/"))


def _inspection(request: Request, database: Database, publication: Publication | None) -> Inspection:
    """The inspection as it is to be written: a draft, the first version, or an erratum."""
    if not request.publish:
        return build_inspection(_asked(request, database, None))
    if publication is None:
        if request.erratum:
            raise UsageProblem(f"{request.quarter.chinese}还没有发布，无从更正：请先用 --publish 发布。")
        return _versioned(build_inspection(_asked(request, database, None)), 1)
    if not request.erratum.strip():
        raise UsageProblem(
            f"{request.quarter.chinese}已于 {publication.day} 发布（第{publication.version}版），内容不再改变：更正请用 --publish --erratum “理由”。"
        )
    inspection = build_inspection(_asked(request, database, publication))
    lost = [site for site in inspection.sites if site.why == LOST and publication.states.get(site.key) in ("pass", "fail")]
    if lost:
        raise UsageProblem(
            f"{len(lost)} 个网站（{lost[0].name}等）当时的证据文件已清理或移走，不能重新计算，因此不能更正：请用 --evidence 指定证据目录。"
        )
    before = Published(database).inspection(request.quarter)
    told_changes = changes(request.erratum, before, inspection) if before is not None else ()
    return replace(_versioned(inspection, publication.version + 1), changes=told_changes)


def _versioned(inspection: Inspection, version: int) -> Inspection:
    return replace(inspection, version=version, series=(*inspection.series[:-1], replace(inspection.series[-1], published=True)))


def _asked(request: Request, database: Database, corrected: Publication | None) -> Asked:
    """What to build; an erratum keeps cut-off, sample and seed of the version it corrects."""
    cutoff = cutoff_of(database, request.quarter, request.cutoff or (corrected.cutoff if corrected else None))
    if request.office.dated is not None and request.office.dated < cutoff:
        raise UsageProblem(
            f"成文日期 {request.office.dated} 早于监测时间点 {cutoff}：请改正发文机关文件中的 dated，或用 --cutoff 指定监测时间点。"
        )
    folder = evidence_folder(request.db, request.evidence)
    if not folder.is_dir():
        raise UsageProblem(f"证据目录 {folder} 不存在：请用 --evidence 或环境变量 MINGJING_EVIDENCE 指定保存证据的目录。")
    percent, seed = (corrected.percent, corrected.seed) if corrected else (100, str(request.quarter))
    return Asked(
        database=database,
        folder=folder,
        quarter=request.quarter,
        cutoff=cutoff,
        percent=percent if request.percent is None else request.percent,
        seed=seed if request.seed is None else request.seed,
        unreviewed=request.unreviewed,
        decided=cutoff,
        catalogue=request.table(cutoff),
        reply_days=request.reply_days,
        issued=request.office.dated,
        table=request.table,
    )
