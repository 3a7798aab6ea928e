"""``mingjing ledger``: the rectification ledger. The bodies are `reports.ledger_export` and `reports.ledger_status`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import (
    ChineseCommand,
    Db,
    EvidenceFolder,
    as_date,
    database_path,
    evidence_folder,
    group,
    open_database,
    today,
)
from reports.commands.tables import IndicatorFiles, table_of
from reports.ledger_export import ExportRequest, take
from reports.ledger_export import export as export_ledger
from reports.ledger_status import handed_out, ledger_status, status_text
from reports.quarters import Quarter

app = group("整改台账：下发给单位填写，收回并核对，按此后的检查结果复核，列出逾期的。")

Asked = Annotated[str, typer.Option("--quarter", metavar="季度", help="哪个季度，例如 2026Q3", show_default=False)]
AsOf = Annotated[str, typer.Option("--as-of", metavar="日期", help="截至哪一天，默认今天（北京时间）", show_default=False)]


def _quarter(text: str) -> Quarter | None:
    return Quarter.parse(text) if text else None


@app.command(
    "export",
    cls=ChineseCommand,
    help="导出整改台账（XLSX）并记为下发。已发布的季度按发布的结果，否则按草稿；已收回的填报和复核结果一并列出。",
)
def export(
    file: Annotated[Path, typer.Argument(metavar="文件", help="写入的 XLSX 文件", show_default=False)],
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只导出这个单位的，默认全部", show_default=False)] = "",
    quarter: Asked = "",
    deadline: Annotated[
        str,
        typer.Option("--deadline", metavar="日期", help="整改时限，默认为该季度检查的回复日期；再次导出时改为新的时限", show_default=False),
    ] = "",
    reply_days: Annotated[
        int, typer.Option("--reply-days", metavar="天数", min=1, max=180, help="季度尚未发布时，自监测时间点起的整改天数")
    ] = 15,
    catalogue: IndicatorFiles = None,
    evidence: EvidenceFolder = None,
    as_of: AsOf = "",
    db: Db = None,
) -> None:
    """Write the workbook and note what was handed out."""
    request = ExportRequest(
        db=database_path(db),
        file=file,
        unit=unit,
        quarter=_quarter(quarter),
        deadline=as_date(deadline) if deadline else None,
        reply_days=reply_days,
        table=partial(table_of, catalogue),
        evidence=evidence,
        as_of=as_date(as_of) if as_of else today(),
    )
    print(export_ledger(request))


@app.command("import", cls=ChineseCommand, help="导入单位填好的整改台账；有一处错误，整个文件都不导入，错误逐行逐列列出。")
def import_ledger(
    file: Annotated[Path, typer.Argument(metavar="文件", help="单位填好的 XLSX 文件", show_default=False)],
    quarter: Asked = "",
    by: Annotated[str, typer.Option("--by", metavar="姓名", help="谁交来的，默认为单位名称", show_default=False)] = "",
    as_of: AsOf = "",
    db: Db = None,
) -> None:
    """All rows or none."""
    print(take(database_path(db), file, _quarter(quarter), as_date(as_of) if as_of else today(), by))


@app.command("status", cls=ChineseCommand, help="整改情况：各单位的整改率和天数，逾期的、仍然存在的、尚未复核的问题。")
def status(
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看这个单位及其下属单位的", show_default=False)] = "",
    quarter: Asked = "",
    evidence: EvidenceFolder = None,
    as_of: AsOf = "",
    db: Db = None,
) -> None:
    """Figures and lists."""
    path, day = database_path(db), as_date(as_of) if as_of else today()
    database = open_database(path)
    asked = handed_out(database, _quarter(quarter))
    print(status_text(asked, ledger_status(database, evidence_folder(path, evidence), asked, day, unit=unit), day), end="")
