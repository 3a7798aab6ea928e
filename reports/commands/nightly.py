"""``mingjing nightly``: its options. The body is `reports.nightly`."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import (
    SHANGHAI,
    Db,
    Delay,
    EvidenceFolder,
    Nameserver,
    V6Control,
    as_date,
    as_nameserver,
    database_path,
    one_of,
    split,
)
from reports.nightly import run
from reports.nightly_plan import Request

HELP = "检查登记的全部网站：夜间运行一次，未做完的下次接着做。"


def nightly(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="日期", help="监测时间点，默认为未做完的那一晚（24 小时内），否则今天", show_default=False)
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="单位或网站", help="只做这些考核对象或网站（标识码、主机或名称），可以重复", show_default=False),
    ] = None,
    until: Annotated[
        str, typer.Option("--until", metavar="HH:MM", help="到这个时间停止（北京时间），未做的下次最先做", show_default=False)
    ] = "",
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="个数", min=1, help="工作进程数，默认每核一个", show_default=False)
    ] = None,
    cluster: Annotated[
        str, typer.Option("--cluster", metavar="地址", help="在已有的 Dask 集群上运行，例如 tcp://10.0.0.1:8786", show_default=False)
    ] = "",
    full: Annotated[bool, typer.Option("--full", help="不沿用上一晚未变的页面，全部重新读取")] = False,
    max_pages: Annotated[
        int | None, typer.Option("--max-pages", metavar="页数", min=1, help="每个网站最多读取的页数", show_default=False)
    ] = None,
    evidence: EvidenceFolder = None,
    log_format: Annotated[str, typer.Option("--log-format", metavar="text|json", help="日志格式；json 为每行一个对象")] = "text",
    ca_file: Annotated[Path | None, typer.Option("--ca-file", metavar="文件", help="另外信任的根证书（PEM）", show_default=False)] = None,
    db: Db = None,
    nameserver: Nameserver = "",
    v6_control: V6Control = None,
    delay: Delay = 0.5,
) -> None:
    """Parse, then hand over to `reports.nightly`."""
    one_of("--log-format", log_format, ("text", "json"))
    if ca_file is not None and not ca_file.is_file():
        raise typer.BadParameter(f"--ca-file 的文件 {ca_file} 不存在")
    request = Request(
        db=database_path(db),
        now=datetime.now(SHANGHAI),
        as_of=as_date(as_of) if as_of else None,
        only=split(only),
        until=as_time(until) if until else None,
        workers=workers,
        cluster=cluster,
        full=full,
        max_pages=max_pages,
        evidence=evidence,
        nameserver=as_nameserver(nameserver) if nameserver else None,
        v6_controls=split(v6_control),
        delay=delay,
        ca_file=ca_file,
        log_format="json" if log_format == "json" else "text",
    )
    raise typer.Exit(run(request))


def as_time(value: str) -> time:
    """``HH:MM``; raises typer.BadParameter in Chinese."""
    try:
        return datetime.strptime(value, "%H:%M").time()
    except ValueError as error:
        raise typer.BadParameter(f"“{value}”不是时刻，请写成 06:00 的形式") from error
