"""``mingjing verify``: its options. The body is `reports.verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import Db, Delay, Nameserver, V6Control, as_date, as_nameserver, database_path, split, today
from reports.verify import Request, run

HELP = "现在联网复核一个问题，说明看到了什么：仍然存在、本次没有发现、未能判断；不改变问题的状态。"


def verify(
    finding: Annotated[str, typer.Argument(metavar="编号", help="问题编号（10 位），见 mingjing status", show_default=False)],
    as_of: Annotated[str, typer.Option("--as-of", metavar="日期", help="监测时间点，默认今天（北京时间）", show_default=False)] = "",
    evidence: Annotated[
        Path | None,
        typer.Option(
            "--evidence",
            metavar="目录",
            help="证据目录，本次的证据写入其中的 verify；默认取环境变量 MINGJING_EVIDENCE，其次是监管库旁的 evidence",
            show_default=False,
        ),
    ] = None,
    ca_file: Annotated[Path | None, typer.Option("--ca-file", metavar="文件", help="另外信任的根证书（PEM）", show_default=False)] = None,
    db: Db = None,
    nameserver: Nameserver = "",
    v6_control: V6Control = None,
    delay: Delay = 0.5,
) -> None:
    """Parse, then hand over to `reports.verify`."""
    if ca_file is not None and not ca_file.is_file():
        raise typer.BadParameter(f"--ca-file 的文件 {ca_file} 不存在")
    request = Request(
        db=database_path(db),
        finding=finding.strip(),
        as_of=as_date(as_of) if as_of else today(),
        evidence=evidence,
        nameserver=as_nameserver(nameserver) if nameserver else None,
        v6_controls=split(v6_control),
        delay=delay,
        ca_file=ca_file,
    )
    raise typer.Exit(run(request))
