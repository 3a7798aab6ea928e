"""``mingjing evidence``: its options. The body is `reports.evidence_package`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import Db, EvidenceFolder, database_path, evidence_folder, open_database
from reports.commands.tables import IndicatorFiles, table_of
from reports.evidence_package import known, package
from reports.output import put

HELP = "一个问题的证据包（ZIP）：页面原文、应答信息、域名解析、截图、时间、依据、经过和决定，附校验摘要，可离线查看。"


def evidence(
    finding: Annotated[str, typer.Argument(metavar="编号", help="问题编号（10 位），见 mingjing status", show_default=False)],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="写入的 ZIP 文件", show_default=False)],
    folder: EvidenceFolder = None,
    catalogue: IndicatorFiles = None,
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.evidence_package`; the table of indicators is that of the day the finding was last told."""
    path = database_path(db)
    database = open_database(path)
    table = table_of(catalogue, known(database, finding.strip()).last_seen)
    put(out, package(database, finding.strip(), evidence_folder(path, folder), table))
    print(f"证据包已写入：{out}")
