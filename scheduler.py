"""The commands: wiring only. Each command's body lives in its floor's room."""

from __future__ import annotations

import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from crawler.oversight import OversightError
from crawler.settings import VERSION, Limits, RenderMode
from reports.check_site import Request
from reports.check_site import run as run_check_site
from reports.commands import assess as assess_command
from reports.commands import backup as backup_command
from reports.commands import catalogue as catalogue_commands
from reports.commands import evidence as evidence_command
from reports.commands import explain as explain_command
from reports.commands import finding as finding_commands
from reports.commands import ledger as ledger_commands
from reports.commands import manual as manual_commands
from reports.commands import nightly as nightly_command
from reports.commands import objection as objection_commands
from reports.commands import prune as prune_command
from reports.commands import quarterly as quarterly_command
from reports.commands import registry as registry_commands
from reports.commands import show as show_command
from reports.commands import status as status_command
from reports.commands import templates as templates_commands
from reports.commands import verify as verify_command
from reports.commands.options import USAGE, ChineseCommand, UsageProblem, as_date, as_nameserver, group, one_of, split, today
from reports.commands.watch import HELP as WATCH_HELP
from reports.commands.watch import watch as _watch
from reports.output import OutputProblem

FAILED = 4
"""Exit code of every command: the machine, not the user, is at fault (disk, folder, database)."""

_UsageError: Any = typer.BadParameter.__base__  # click's base of all usage errors, which typer does not export

_app = typer.Typer(add_completion=False, rich_markup_mode=None)


@_app.command(cls=ChineseCommand, help="按官方检查指标检查一个政府网站。不写 http:// 或 https:// 时先试 https。")
def _check_site(
    url: Annotated[str, typer.Argument(metavar="[网址]", help="网站首页地址，例如 https://www.example.gov.cn/", show_default=False)] = "",
    again: Annotated[Path | None, typer.Option("--from", metavar="文件", help="不联网，重新判定保存的证据文件")] = None,
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="日期", help="监测时间点，默认今天（北京时间）；用 --from 时默认文件中的日期")
    ] = "",
    nameserver: Annotated[str, typer.Option("--nameserver", metavar="IP[:端口]", help="所有域名解析都使用这台服务器")] = "",
    v6_control: Annotated[
        list[str] | None, typer.Option("--v6-control", metavar="主机", help="用来证明本机 IPv6 可用的主机，可以重复")
    ] = None,
    max_pages: Annotated[int, typer.Option("--max-pages", metavar="页数", min=1, help="最多读取的页数")] = 500,
    max_renders: Annotated[int, typer.Option("--max-renders", metavar="页数", min=0, help="最多在浏览器中逐页打开的页数")] = 60,
    depth: Annotated[int, typer.Option("--depth", metavar="层数", min=0, help="从首页起最多几层")] = 3,
    render: Annotated[str, typer.Option("--render", metavar="auto|always|never", help="何时使用浏览器")] = "auto",
    delay: Annotated[float, typer.Option("--delay", metavar="秒", min=0, help="两次请求之间的间隔")] = 0.5,
    ignore_robots: Annotated[bool, typer.Option("--ignore-robots", help="不遵守 robots.txt（须经网站同意）")] = False,
    no_cloak_test: Annotated[
        bool, typer.Option("--no-cloak-test", help="不再以搜索引擎访客的身份另取两次首页（暗链检查的一部分）")
    ] = False,
    ca_file: Annotated[Path | None, typer.Option("--ca-file", metavar="文件", help="另外信任的根证书（PEM）")] = None,
    site: Annotated[Path | None, typer.Option("--site", metavar="文件", help="站点文件（TOML）：url、code、aliases、columns 等")] = None,
    site_code: Annotated[str, typer.Option("--site-code", metavar="标识码", help="网站标识码；不写时由页面自行比对")] = "",
    alias: Annotated[list[str] | None, typer.Option("--alias", metavar="主机", help="属于本网站的其他主机名，可以重复")] = None,
    kind: Annotated[str, typer.Option("--kind", metavar="portal|department", help="政府门户网站或部门网站")] = "portal",
    no_services: Annotated[bool, typer.Option("--no-services", help="本单位没有对外服务职能")] = False,
    format: Annotated[str, typer.Option("--format", metavar="text|json|html|junit", help="报告格式")] = "text",
    output: Annotated[Path | None, typer.Option("--output", metavar="文件", help="报告写入文件，默认写到屏幕")] = None,
    evidence: Annotated[Path | None, typer.Option("--evidence", metavar="目录", help="保存证据文件的目录")] = None,
) -> None:
    """Parse, then hand over to `reports.check_site`."""
    one_of("--render", render, ("auto", "always", "never"))
    one_of("--kind", kind, ("portal", "department"))
    one_of("--format", format, ("text", "json", "html", "junit"))
    if again is not None and url:
        raise typer.BadParameter("--from 不联网，不能同时给出网址")
    if ca_file is not None and not ca_file.is_file():
        raise typer.BadParameter(f"--ca-file 的文件 {ca_file} 不存在")
    request = Request(
        url=url,
        again=again,
        as_of=as_date(as_of) if as_of else None,
        today=today(),
        site_file=site,
        site_code=site_code,
        aliases=split(alias),
        kind="department" if kind == "department" else "portal",
        has_services=not no_services,
        nameserver=as_nameserver(nameserver) if nameserver else None,
        v6_controls=split(v6_control),
        ca_file=ca_file,
        cloak_test=not no_cloak_test,
        limits=_limits(max_pages, max_renders, depth, delay, render, ignore_robots),
        format=format,  # type: ignore[arg-type]  # held to the four words by _one_of
        output=output,
        evidence=evidence,
    )
    raise typer.Exit(run_check_site(request))


def _limits(max_pages: int, max_renders: int, depth: int, delay: float, render: str, ignore_robots: bool) -> Limits:
    limits = Limits(max_pages=max_pages, max_renders=max_renders, depth=depth, delay=delay, ignore_robots=ignore_robots)
    return replace(limits, render=cast(RenderMode, render))


def _sentence(error: Any) -> str:
    """click's usage errors in one Chinese line: what, where, what to do."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return f"没有参数 {error.option_name}：用 --help 查看全部参数。"
    if kind == "BadOptionUsage":
        return f"参数 {error.option_name} 缺少值或用法不对：用 --help 查看说明。"
    param = getattr(error, "param", None)
    name = getattr(param, "opts", [""])[0]
    if kind == "MissingParameter":
        return (
            f"缺少必填的参数 {name if name.startswith('-') else getattr(param, 'metavar', None) or ''}".rstrip() + "：用 --help 查看说明。"
        )
    if error.message.startswith("No such command"):
        return "没有这个命令：用 --help 查看全部命令。"
    if any("\u4e00" <= character <= "\u9fff" for character in error.message):
        return f"{error.message}。" if not error.message.endswith("。") else str(error.message)
    return f"参数 {name} 的值不对：用 --help 查看说明和允许的范围。" if name else "命令的写法不对：用 --help 查看说明。"


def _execute(app: typer.Typer, name: str) -> None:
    command = typer.main.get_command(app)
    try:
        code = command.main(args=sys.argv[1:], prog_name=name, standalone_mode=False)
    except _UsageError as error:
        print(f"{name}：{_sentence(error)}", file=sys.stderr)
        code = USAGE
    except (UsageProblem, OversightError) as error:
        print(f"{name}：{error}", file=sys.stderr)
        code = USAGE
    except OutputProblem as error:
        print(f"{name}：{error}", file=sys.stderr)
        code = FAILED
    except sqlite3.Error as error:
        print(f"{name}：监管库不能读写（{error}）：可能被其他程序占用，或磁盘已满；已写入的不受影响，请稍后再试。", file=sys.stderr)
        code = FAILED
    except (KeyboardInterrupt, typer.Abort):
        print(f"{name}：已中断。", file=sys.stderr)
        code = 130
    sys.exit(code or 0)


def check_site() -> None:
    """Console script ``check-site``."""
    _execute(_app, "check-site")


_mingjing_app = group("明镜：政府网站检查。")


@_mingjing_app.command("version", cls=ChineseCommand, help="显示版本。")
def _version() -> None:
    print(VERSION)


_mingjing_app.command("check-site", cls=ChineseCommand, help="同 check-site：检查一个政府网站。")(_check_site)
_mingjing_app.add_typer(registry_commands.app, name="registry")
_mingjing_app.command("nightly", cls=ChineseCommand, help=nightly_command.HELP)(nightly_command.nightly)
_mingjing_app.command("watch", cls=ChineseCommand, help=WATCH_HELP)(_watch)
_mingjing_app.add_typer(finding_commands.app, name="finding")
_mingjing_app.add_typer(catalogue_commands.app, name="catalogue")
_mingjing_app.add_typer(objection_commands.app, name="objection")
_mingjing_app.add_typer(ledger_commands.app, name="ledger")
_mingjing_app.command("quarterly", cls=ChineseCommand, help=quarterly_command.HELP)(quarterly_command.quarterly)
_mingjing_app.command("assess", cls=ChineseCommand, help=assess_command.HELP)(assess_command.assess)
_mingjing_app.add_typer(templates_commands.app, name="templates")
_mingjing_app.add_typer(manual_commands.app, name="manual")
_mingjing_app.command("explain", cls=ChineseCommand, help=explain_command.HELP)(explain_command.explain)
_mingjing_app.command("evidence", cls=ChineseCommand, help=evidence_command.HELP)(evidence_command.evidence)
_mingjing_app.command("verify", cls=ChineseCommand, help=verify_command.HELP)(verify_command.verify)
_mingjing_app.command("status", cls=ChineseCommand, help=status_command.HELP)(status_command.status)
_mingjing_app.command("show", cls=ChineseCommand, help=show_command.HELP)(show_command.show)
_mingjing_app.command("backup", cls=ChineseCommand, help=backup_command.HELP)(backup_command.backup)
_mingjing_app.command("prune", cls=ChineseCommand, help=prune_command.HELP)(prune_command.prune)


def mingjing() -> None:
    """Console script ``mingjing``."""
    _execute(_mingjing_app, "mingjing")
