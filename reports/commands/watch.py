"""``mingjing watch``: its options. The body is `reports.watch`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import typer

from reports.commands.options import SHANGHAI, Db, Delay, Nameserver, V6Control, as_nameserver, database_path, split
from reports.watch import WatchRequest, run

HELP = "监测网站首页能否打开：持续运行（每天至少 20 轮），或用 --once 只做一轮。"


def watch(
    once: Annotated[bool, typer.Option("--once", help="只做一轮就结束（供 cron 使用）")] = False,
    at: Annotated[
        str, typer.Option("--at", metavar="时间", help="把这一轮记在这个时间（北京时间），只能与 --once 同用", show_default=False)
    ] = "",
    interval: Annotated[float, typer.Option("--interval", metavar="分钟", min=1, help="两轮之间的间隔，最长 72 分钟")] = 60,
    control: Annotated[
        list[str] | None,
        typer.Option("--control", metavar="主机[:端口]", help="用来证明本机 IPv4 网络可用的主机，可以重复", show_default=False),
    ] = None,
    v6_control: V6Control = None,
    nameserver: Nameserver = "",
    delay: Delay = 0.15,
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.watch`."""
    if at and not once:
        raise typer.BadParameter("--at 只能与 --once 同用")
    request = WatchRequest(
        db=database_path(db),
        once=once,
        at=as_moment(at) if at else None,
        interval=timedelta(minutes=interval),
        delay=delay,
        nameserver=as_nameserver(nameserver) if nameserver else None,
        controls=split(control),
        v6_controls=split(v6_control),
    )
    raise typer.Exit(run(request))


def as_moment(value: str) -> datetime:
    """``YYYY-MM-DDTHH:MM[:SS]`` (or with a space), Asia/Shanghai unless it names its offset; raises typer.BadParameter in Chinese."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"“{value}”不是时间，请写成 2026-08-20T03:00 的形式") from error
    return moment.astimezone(SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
