"""What all commands share: options with one meaning everywhere, their parsing, and help that speaks Chinese."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from sqlite_utils import Database

from crawler.oversight import connect

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Every default date and every time of day a user types."""

USAGE = 2
"""Exit code of every command: it was called wrongly."""


class UsageProblem(Exception):
    """What the user asked for can't be done; ``str()`` is one Chinese line: what, where, what to do."""


_HELP_WORDS = (
    ("Usage:", "用法："),
    ("[OPTIONS]", "[参数]…"),
    ("COMMAND [ARGS]...", "命令 [参数]…"),
    ("Options:", "参数："),
    ("Arguments:", "对象："),
    ("Commands:", "命令："),
    ("Show this message and exit.", "显示本说明。"),
    ("[default: ", "[默认："),
    ("[required]", "[必填]"),
    ("[env var: ", "[环境变量："),
)
_TYPE = re.compile(r" <(?:list\[)?(?:str|path|int)\]?>")  # Python's names of types, beside an argument's own name
_WITHIN, _LEAST = re.compile(r"; (\S+)<=x<=(\S+)\]"), re.compile(r"; x>=(\S+)\]")


def _in_chinese(text: str) -> str:
    for english, chinese in _HELP_WORDS:
        text = text.replace(english, chinese)
    text = _LEAST.sub(r"，不小于 \1]", _WITHIN.sub(r"，\1 到 \2]", text))
    return _TYPE.sub(lambda found: " " * len(found[0]), text)  # as wide as before: the column of explanations stays straight


class ChineseCommand(typer.core.TyperCommand):
    """A command whose help speaks Chinese: typer's own words are replaced, its layout is kept."""

    def get_help(self, ctx: Any) -> str:
        """The help text with every fixed English word translated."""
        return _in_chinese(str(super().get_help(ctx)))


class ChineseGroup(typer.core.TyperGroup):
    """A group of commands whose help speaks Chinese."""

    def get_help(self, ctx: Any) -> str:
        """The help text with every fixed English word translated."""
        return _in_chinese(str(super().get_help(ctx)))


def group(help_text: str) -> typer.Typer:
    """A group of sub-commands, as every command of ours is made."""
    return typer.Typer(cls=ChineseGroup, add_completion=False, rich_markup_mode=None, no_args_is_help=True, help=help_text)


Db = Annotated[
    Path | None, typer.Option("--db", metavar="文件", help="监管库；默认取环境变量 MINGJING_DB，其次是 ./oversight.db", show_default=False)
]
EvidenceFolder = Annotated[
    Path | None,
    typer.Option(
        "--evidence", metavar="目录", help="证据目录；默认取环境变量 MINGJING_EVIDENCE，其次是监管库旁的 evidence", show_default=False
    ),
]
Nameserver = Annotated[str, typer.Option("--nameserver", metavar="IP[:端口]", help="所有域名解析都使用这台服务器", show_default=False)]
V6Control = Annotated[
    list[str] | None,
    typer.Option("--v6-control", metavar="主机", help="用来证明本机 IPv6 可用的主机，可以重复", show_default=False),
]
Delay = Annotated[float, typer.Option("--delay", metavar="秒", min=0, help="对同一主机、同一 IP 地址两次请求之间的间隔")]


def database_path(given: Path | None) -> Path:
    """``--db``, else ``$MINGJING_DB``, else ``./oversight.db``."""
    return given or Path(os.environ.get("MINGJING_DB", "") or "oversight.db")


def evidence_folder(database: Path, given: Path | None) -> Path:
    """``--evidence``, else ``$MINGJING_EVIDENCE``, else ``evidence`` beside the central database."""
    return given or Path(os.environ.get("MINGJING_EVIDENCE", "") or database.parent / "evidence")


def open_database(path: Path) -> Database:
    """The central database, when there is one: a mistyped ``--db`` must not make a new one, nor answer that nothing was found. Raises `UsageProblem`."""
    if not path.is_file():
        raise UsageProblem(f"监管库 {path} 不存在：请检查 --db 或环境变量 MINGJING_DB，新库用 mingjing registry import 建立。")
    return connect(path)


def today() -> date:
    """This day in Asia/Shanghai."""
    return datetime.now(SHANGHAI).date()


def as_date(value: str) -> date:
    """``YYYY-MM-DD``; raises typer.BadParameter in Chinese."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"“{value}”不是日期，请写成 2026-08-20 的形式") from error


def as_nameserver(value: str) -> tuple[str, int]:
    """``IP`` or ``IP:port`` (IPv6 in brackets); raises typer.BadParameter in Chinese."""
    host, port = value, "53"
    if value.startswith("[") and "]" in value:
        host, _, rest = value[1:].partition("]")
        port = rest.removeprefix(":") or "53"
    elif value.count(":") == 1:
        host, port = value.split(":")
    try:
        ipaddress.ip_address(host)
        number = int(port)
    except ValueError as error:
        raise typer.BadParameter(f"“{value}”不是域名服务器地址，请写成 1.2.3.4 或 1.2.3.4:53") from error
    if not 0 < number < 65536:
        raise typer.BadParameter(f"“{value}”的端口应在 1 到 65535 之间")
    return host, number


def split(values: Sequence[str] | None) -> tuple[str, ...]:
    """Repeated and comma-separated values as one tuple."""
    return tuple(part for value in values or () for part in value.replace(",", " ").split())


def one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    """Raises typer.BadParameter when ``value`` is none of ``allowed``."""
    if value not in allowed:
        raise typer.BadParameter(f"{option} 只能是 {'、'.join(allowed)}，不能是“{value}”")
