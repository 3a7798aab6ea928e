"""The ledger (整改台账) as a workbook that units fill in and send back: one row a finding, open columns for people, all others protected.

A hidden sheet keeps what every cell held, so that a row that was shifted or overwritten is noticed (`reports.ledger_reading`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import PurePath

from reports.commands.options import UsageProblem
from reports.grid import Cell, Column, Grid, Link, Workbook
from reports.hostile import line
from reports.inspection_model import FindingLine, Inspection, SiteLine
from reports.ledger import STATUSES, Claim, Issued
from reports.ledger_review import Review
from reports.words import BASES, SEVERITIES, word

SHEET, KEPT, KIND = "整改台账", "原值", "ledger"

COLUMNS = (
    Column("序号", "integer", 6), Column("问题编号", width=13), Column("单位", width=16), Column("网站/账号", width=24), Column("标识码", width=13),
    Column("指标", width=20), Column("问题", width=44), Column("问题页面", width=32), Column("依据", width=28), Column("严重程度", width=10),
    Column("扣分", "number", 7), Column("发现时间", "date", 12), Column("截图", width=16), Column("是否重复", width=9),
    Column("责任部门", width=16, open=True), Column("责任人", width=10, open=True), Column("联系电话", width=15, open=True),
    Column("整改措施", width=32, open=True), Column("整改时限", "date", 12, open=True), Column("整改状态", width=11, choices=STATUSES, open=True),
    Column("完成时间", "date", 12, open=True), Column("佐证", width=24, open=True), Column("复核结果", width=18), Column("复核时间", "date", 12),
    Column("备注", width=24, open=True),
)  # fmt: skip
HEADS = tuple(column.head for column in COLUMNS)
FREE = tuple(column.head for column in COLUMNS if column.open)
GUARDED = tuple(column.head for column in COLUMNS if not column.open)

_NOTES = (
    "请只填写黄色表头的列，其余各列受保护；不要增删、移动列，不要合并单元格，可以筛选和排序。填好后原样交回。",
    "整改状态填“已整改”的，请写明完成时间；填“无需整改”的，请在备注中写明理由。日期写成 2026-08-20 的形式。",
    "“已整改”以此后的检查为准：复核通过、仍然存在或尚未复核。对问题本身有异议的，请另行提出申诉。",
)


def ledger_workbook(
    inspection: Inspection,
    unit: str = "",
    *,
    claims: Mapping[str, Claim] | None = None,
    due: Mapping[str, date] | None = None,
    review: Callable[[str], Review] | None = None,
) -> Workbook:
    """The ledger of a unit, or of all units for "": what is in the numbers at the cut-off, and what was put right within the quarter.

    ``claims``: what units have said so far; ``due``: deadlines handed out already, else the inspection's; ``review``: the review of a finding, nothing
    without. Raises `UsageProblem` for a unit that is not in the inspection.
    """
    chosen = tuple(ledger_lines(inspection, unit))
    rows = tuple(
        _row(number, site, finding, (claims or {}).get(finding.id), (due or {}).get(finding.id, inspection.deadline), review)
        for number, (site, finding) in enumerate(chosen, 1)
    )
    about = f"{inspection.quarter.chinese}，监测时间点 {inspection.cutoff}，共 {len(rows)} 个问题；检查指标 {line(inspection.catalogue)}，明镜 {line(inspection.program)}。"
    plain = tuple(Column(column.head, column.kind) for column in COLUMNS)
    kept = Grid(KEPT, plain, (tuple(_plain(cell) for cell in row) for row in rows), filters=False, hidden=True)
    marks = {
        "kind": KIND,
        "year": str(inspection.quarter.year),
        "quarter": str(inspection.quarter),
        "unit": unit,
        "catalogue": inspection.catalogue,
        "program": inspection.program,
    }
    title = f"{inspection.quarter.chinese}整改台账{'：' + unit if unit else ''}"
    return Workbook(title, (Grid(SHEET, COLUMNS, rows, notes=(about, *_NOTES), frozen=2, guarded=True), kept), marks)


def ledger_lines(inspection: Inspection, unit: str = "") -> Iterator[tuple[SiteLine, FindingLine]]:
    """What stands in the ledger, by site: problems in the numbers (with ``--unreviewed`` those that wait for a person too), then what was put right.

    Raises `UsageProblem` for an unknown unit.
    """
    sites = [site for site in inspection.sites if not unit or site.unit == unit]
    if unit and not sites:
        raise UsageProblem(
            f"{inspection.quarter.chinese}的检查中没有单位“{line(unit)[:60]}”的网站：请用 mingjing registry export 核对名称。"
        )
    repaired: dict[str, list[FindingLine]] = {}
    for finding in inspection.repaired_within:
        repaired.setdefault(finding.site, []).append(finding)
    met: set[str] = set()
    for site in sites:
        for finding in (*site.problems, *(site.pending if inspection.unreviewed else ()), *repaired.get(site.key, ())):
            if finding.id not in met:  # one that was put right and came back stands once
                met.add(finding.id)
                yield site, finding


def issues_of(inspection: Inspection, day: date, unit: str = "", *, due: date | None = None) -> list[Issued]:
    """What handing out the ledger notes: every finding in it, with its unit and deadline (``due``, else the inspection's)."""
    deadline = due or inspection.deadline
    return [Issued(inspection.quarter, finding.id, site.key, site.unit, deadline, day) for site, finding in ledger_lines(inspection, unit)]


def _row(
    number: int, site: SiteLine, finding: FindingLine, claim: Claim | None, due: date, review: Callable[[str], Review] | None
) -> tuple[Cell, ...]:
    said = claim or Claim(finding.id, planned=due)
    seen = review(finding.id) if review else Review("verified", finding.closed) if finding.closed else Review("")
    return (
        number, finding.id, line(site.unit), line(site.name), site.code, line(finding.indicator), line(finding.message),
        Link(line(finding.url), url=finding.url), _basis(finding), word(SEVERITIES, finding.severity), finding.points, finding.first_seen,
        "见问题反馈单" if finding.picture else "无", "是" if finding.repeated else "否",
        said.department, said.person, said.phone, said.measures, said.planned, said.status, said.done, said.proof, _seen(seen), seen.day, said.note,
    )  # fmt: skip


def _seen(review: Review) -> str:
    """The review, and where the new evidence lies below the folder of the evidence."""
    path = PurePath(review.evidence)
    return f"{review.text}（证据 {path.parent.name}/{path.name}）" if review.evidence else review.text


def _basis(finding: FindingLine) -> str:
    """The clause, and how well it is known where it is not the original's."""
    note = f"（{BASES[finding.basis][0]}）" if finding.basis in BASES and finding.basis != "original" else ""
    return f"{line(finding.source)}{note}"


def _plain(cell: Cell) -> Cell:
    return cell.text if isinstance(cell, Link) else cell
