"""``mingjing status``: its options. The body is `reports.status`."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from reports.commands.options import Db, as_date, database_path, one_of
from reports.status import Format, StatusRequest, run

HELP = "监管状态：哪些问题待整改、新发现、已整改、再次出现，哪些未能评估，规则有何变更。"


def status(
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只看这个考核对象", show_default=False)] = "",
    site: Annotated[
        str, typer.Option("--site", metavar="网站", help="只看这个网站：登记编号、标识码、域名或名称", show_default=False)
    ] = "",
    since: Annotated[str, typer.Option("--since", metavar="日期", help="列出这一夜以来的变化，默认最近一夜", show_default=False)] = "",
    format: Annotated[str, typer.Option("--format", metavar="text|json|csv", help="输出格式")] = "text",
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.status`."""
    one_of("--format", format, ("text", "json", "csv"))
    first = as_date(since) if since else None
    raise typer.Exit(run(StatusRequest(database_path(db), unit, site, first, cast(Format, format))))
