"""``mingjing show``: its options. The body is `reports.site_history`."""

from __future__ import annotations

from typing import Annotated

import typer

from reports.commands.options import Db, database_path
from reports.site_history import HistoryRequest, run

HELP = "一个网站的历史：每项检查逐夜的结果、未整改的问题和决定、最近的证据文件。"


def show(
    site: Annotated[str, typer.Argument(metavar="网站", help="登记编号、标识码、域名或名称", show_default=False)],
    nights: Annotated[int, typer.Option("--nights", metavar="夜数", min=1, max=400, help="显示最近多少夜")] = 30,
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.site_history`."""
    raise typer.Exit(run(HistoryRequest(database_path(db), site, nights)))
