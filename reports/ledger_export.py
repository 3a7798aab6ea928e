"""The body of ``mingjing ledger export`` and ``import``: what is handed out is noted, what comes back is taken whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.nights import Nights
from reports.commands.options import UsageProblem, evidence_folder, open_database
from reports.hostile import line
from reports.inspection import Asked, build_inspection, cutoff_of
from reports.inspection_model import Inspection
from reports.ledger import Issued, Ledger
from reports.ledger_reading import read_ledger
from reports.ledger_review import Reviews
from reports.ledger_sheet import issues_of, ledger_lines, ledger_workbook
from reports.output import put
from reports.published import Published
from reports.quarters import Quarter
from reports.workbook import workbook_bytes


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What the user typed, parsed. ``quarter`` None: that of the last night; ``table``: the indicators in force on a day; ``deadline`` None: the inspection's."""

    db: Path
    file: Path
    unit: str
    quarter: Quarter | None
    deadline: date | None
    reply_days: int
    table: Callable[[date], Catalogue]
    evidence: Path | None
    as_of: date


def export(request: ExportRequest) -> str:
    """Write the ledger and note what was handed out; what is to be printed. Raises `UsageProblem`, `OutputProblem`; nothing is then noted."""
    database, folder = open_database(request.db), evidence_folder(request.db, request.evidence)
    quarter = request.quarter or _last_quarter(database)
    published = Published(database).inspection(quarter)
    inspection = published or _draft(request, database, folder, quarter)
    issues = issues_of(inspection, request.as_of, request.unit, due=request.deadline)
    if request.deadline is not None and request.deadline < inspection.cutoff:
        raise UsageProblem(f"整改时限 {request.deadline} 早于监测时间点 {inspection.cutoff}：请核对 --deadline。")
    ledger = Ledger(database)
    due = {} if request.deadline else {finding: each.due for finding, each in ledger.issued(quarter).items()}
    due |= {each.finding: each.due for each in issues if each.finding not in due}
    claims = ledger.claims(quarter, as_of=request.as_of)
    reviews = Reviews(database, folder, sorted({site.key for site, _ in ledger_lines(inspection, request.unit)}), request.as_of)
    workbook = ledger_workbook(
        inspection, request.unit, claims=claims, due=due, review=lambda finding: reviews.of(finding, claims.get(finding))
    )
    put(request.file, workbook_bytes(workbook))
    ledger.issue(issues, again=request.deadline is not None)
    state = "按已发布的检查结果" if published else "按草稿（该季度尚未发布）"
    return f"已写入 {request.file}：{quarter.chinese}{line(request.unit)}整改台账，问题 {len(issues)} 个，{state}，整改时限{_when(due, issues)}。"


def _when(due: Mapping[str, date], issues: Sequence[Issued]) -> str:
    days = sorted({due[each.finding] for each in issues})
    return "无" if not days else f" {days[0]}" if len(days) == 1 else f" {days[0]} 至 {days[-1]}"


def _last_quarter(database: Database) -> Quarter:
    nights = Nights(database).all()
    if not nights:
        raise UsageProblem("监管库中还没有任何夜间检查记录：请先运行 mingjing nightly，或用 --db 指定另一个监管库。")
    return Quarter.of(nights[-1].as_of)


def _draft(request: ExportRequest, database: Database, folder: Path, quarter: Quarter) -> Inspection:
    cutoff = cutoff_of(database, quarter, None)
    return build_inspection(
        Asked(
            database=database,
            folder=folder,
            quarter=quarter,
            cutoff=cutoff,
            percent=100,
            seed=str(quarter),
            unreviewed=False,
            decided=cutoff,
            catalogue=request.table(cutoff),
            reply_days=request.reply_days,
            table=request.table,
        )
    )


def take(db: Path, file: Path, quarter: Quarter | None, as_of: date, by: str) -> str:
    """Take in a ledger that a unit has sent back; what is to be printed. Raises `UsageProblem` with every error of the file; nothing is then taken."""
    ledger = Ledger(open_database(db))
    returned = read_ledger(file, ledger, as_of, quarter=quarter, by=by)
    count = ledger.take(returned.quarter, returned.claims)
    done = sum(claim.status == "已整改" for claim in returned.claims)
    told = f"{file.name}：{returned.quarter.chinese}{line(returned.unit)}台账 {returned.rows} 行，新的填报 {count} 条，其中表内报已整改 {done} 条。"
    if returned.missing:
        told += f"另有 {len(returned.missing)} 个问题的行已从表中删去，维持原状。"
    return told
