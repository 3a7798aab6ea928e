"""The commands: wiring only. Each command's body lives in its floor's room."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer

from crawler.settings import VERSION, Limits, RenderMode
from reports.check_site import USAGE, Request, UsageProblem
from reports.check_site import run as run_check_site

_UsageError: Any = typer.BadParameter.__base__  # click's base of all usage errors, which typer does not export

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
)


class ChineseCommand(typer.core.TyperCommand):
    """A command whose help speaks Chinese: typer's own words are replaced, its layout is kept."""

    def get_help(self, ctx: Any) -> str:
        """The help text with every fixed English word translated."""
        text = str(super().get_help(ctx))
        for english, chinese in _HELP_WORDS:
            text = text.replace(english, chinese)
        return text


_app = typer.Typer(add_completion=False, rich_markup_mode=None)


def _as_date(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise typer.BadParameter(f"“{value}”不是日期，请写成 2026-08-20 的形式") from error


def _as_nameserver(value: str) -> tuple[str, int]:
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


def _split(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(part for value in values for part in value.replace(",", " ").split())


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
    _one_of("--render", render, ("auto", "always", "never"))
    _one_of("--kind", kind, ("portal", "department"))
    _one_of("--format", format, ("text", "json", "html", "junit"))
    if again is not None and url:
        raise typer.BadParameter("--from 不联网，不能同时给出网址")
    if ca_file is not None and not ca_file.is_file():
        raise typer.BadParameter(f"--ca-file 的文件 {ca_file} 不存在")
    request = Request(
        url=url,
        again=again,
        as_of=_as_date(as_of) if as_of else None,
        today=datetime.now(ZoneInfo("Asia/Shanghai")).date(),
        site_file=site,
        site_code=site_code,
        aliases=_split(alias or ()),
        kind="department" if kind == "department" else "portal",
        has_services=not no_services,
        nameserver=_as_nameserver(nameserver) if nameserver else None,
        v6_controls=_split(v6_control or ()),
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


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise typer.BadParameter(f"{option} 只能是 {'、'.join(allowed)}，不能是“{value}”")


def _sentence(error: Any) -> str:
    """click's usage errors in one Chinese line: what, where, what to do."""
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return f"没有参数 {error.option_name}：用 --help 查看全部参数。"
    if kind == "BadOptionUsage":
        return f"参数 {error.option_name} 缺少值或用法不对：用 --help 查看说明。"
    if kind == "MissingParameter":
        return "缺少必填的参数：用 --help 查看说明。"
    name = getattr(getattr(error, "param", None), "opts", [""])[0]
    if any("\u4e00" <= character <= "\u9fff" for character in error.message):
        return f"{error.message}。" if not error.message.endswith("。") else str(error.message)
    return f"参数 {name or ''} 的值不对（{error.message}）：用 --help 查看说明。"


def _execute(app: typer.Typer, name: str) -> None:
    command = typer.main.get_command(app)
    try:
        code = command.main(args=sys.argv[1:], prog_name=name, standalone_mode=False)
    except _UsageError as error:
        print(f"{name}：{_sentence(error)}", file=sys.stderr)
        code = USAGE
    except UsageProblem as error:
        print(f"{name}：{error}", file=sys.stderr)
        code = USAGE
    except (KeyboardInterrupt, typer.Abort):
        print(f"{name}：已中断。", file=sys.stderr)
        code = 130
    sys.exit(code or 0)


def check_site() -> None:
    """Console script ``check-site``."""
    _execute(_app, "check-site")


_mingjing_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="明镜：政府网站检查。")


@_mingjing_app.command("version", cls=ChineseCommand, help="显示版本。")
def _version() -> None:
    print(VERSION)


@_mingjing_app.callback()
def _root() -> None:
    """Keeps ``version`` a sub-command while it is the only one."""


_mingjing_app.command("check-site", cls=ChineseCommand, help="同 check-site：检查一个政府网站。")(_check_site)


def mingjing() -> None:
    """Console script ``mingjing``."""
    _execute(_mingjing_app, "mingjing")
