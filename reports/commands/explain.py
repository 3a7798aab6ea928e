"""``mingjing explain``: its options. The body is `reports.explain`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from reports.commands.options import Db, EvidenceFolder, as_date, database_path, evidence_folder, open_database, today
from reports.commands.tables import IndicatorFiles, table_of
from reports.explain import Look
from reports.explain import explain as explained

HELP = "一个单位的各个网站现在得多少分、扣在哪里、先整改哪些最见效；不联网。"


def explain(
    unit: Annotated[str, typer.Argument(metavar="单位", help="考核对象（含下级单位），或者一个网站", show_default=False)],
    as_of: Annotated[str, typer.Option("--as-of", metavar="日期", help="监测时间点，默认今天（北京时间）", show_default=False)] = "",
    since: Annotated[str, typer.Option("--since", metavar="日期", help="同时说明自这一天以来得分为什么变化", show_default=False)] = "",
    catalogue: IndicatorFiles = None,
    evidence: EvidenceFolder = None,
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.explain`."""
    path = database_path(db)
    day = as_date(as_of) if as_of else today()
    look = Look(day, table_of(catalogue, day))
    before = as_date(since) if since else None
    compared = Look(before, table_of(catalogue, before)) if before else None
    sys.stdout.write(explained(open_database(path), evidence_folder(path, evidence), unit, look, compared))
