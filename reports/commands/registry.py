"""``mingjing registry``: its options. The bodies are `reports.registry_import` and `reports.registry_check`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crawler.nights import Nights
from crawler.registry import Registry
from reports import registry_check, registry_import
from reports.commands.options import (
    ChineseCommand,
    Db,
    Delay,
    Nameserver,
    UsageProblem,
    V6Control,
    as_date,
    as_nameserver,
    database_path,
    group,
    open_database,
    split,
    today,
)

app = group("登记表：单位、网站、栏目、账号；以 XLSX 或 CSV 导入导出。")

File = Annotated[Path, typer.Argument(metavar="文件", help=".xlsx，或 CSV（.zip、文件夹）", show_default=False)]
Day = Annotated[str, typer.Option("--as-of", metavar="日期", help="哪一天起关停，默认今天（北京时间）", show_default=False)]


@app.command("template", cls=ChineseCommand, help="写出空的登记表模板。")
def template(file: File) -> None:
    """Empty sheets with their headings and notes."""
    registry_import.template(file)


@app.command("import", cls=ChineseCommand, help="导入登记表；有一处错误，整份都不导入，所有错误一次列出。")
def import_file(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出与监管库的差异，不写入")] = False,
    as_of: Day = "",
    db: Db = None,
) -> None:
    """All rows or none."""
    registry_import.take(database_path(db), file, as_date(as_of) if as_of else today(), dry=dry_run)


@app.command("export", cls=ChineseCommand, help="导出登记表，已关停的网站也在内。")
def export_file(file: File, db: Db = None) -> None:
    """The registry as it is."""
    registry_import.export(database_path(db), file)


@app.command("remove", cls=ChineseCommand, help="关停一个网站：不再检查，历史保留。")
def remove(
    site: Annotated[str, typer.Argument(metavar="网站", help="登记编号、标识码、域名或名称", show_default=False)],
    as_of: Day = "",
    db: Db = None,
) -> None:
    """The site leaves, its history stays."""
    registry_import.remove(database_path(db), site, as_date(as_of) if as_of else today())


@app.command("check", cls=ChineseCommand, help="访问每个网站的首页一次，列出没有应答、已迁移、网址重复的网站。")
def check(
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="单位或网站", help="只看这些单位或网站，可以重复", show_default=False)
    ] = None,
    nameserver: Nameserver = "",
    v6_control: V6Control = None,
    delay: Delay = 0.5,
    db: Db = None,
) -> None:
    """Exit code 1 when something is to be looked at."""
    path = database_path(db)
    database = open_database(path)
    sites = Registry(database).sites(split(only))
    if not sites:
        raise UsageProblem("登记表中没有网站：请先用 mingjing registry import 导入。")
    asking = registry_check.Asking(as_nameserver(nameserver) if nameserver else None, split(v6_control), delay, show=_show)
    remarks, nights = registry_check.look(sites, asking), Nights(database).sites()
    for remark in remarks:
        told = registry_check.with_history(remark, nights.get(remark.site.key))
        print(f"{registry_check.WORDS[told.kind]}  {told.site.key}  {told.site.name}  {told.site.url}  {told.text}")
    kinds = [remark.kind for remark in remarks]
    counts = "，".join(f"{word} {kinds.count(kind)}" for kind, word in registry_check.WORDS.items() if kind in kinds)
    print(f"共查看 {len(sites)} 个网站：{counts or '没有需要核对的'}。")
    raise typer.Exit(1 if remarks else 0)


def _show(done: int, of_all: int) -> None:
    """How far it is: one line that moves on a terminal, else one line every hundred sites."""
    if sys.stderr.isatty():
        print(f"\r已查看 {done}/{of_all}", end="\n" if done == of_all else "", file=sys.stderr, flush=True)
    elif done % 100 == 0:
        print(f"已查看 {done}/{of_all}", file=sys.stderr, flush=True)
