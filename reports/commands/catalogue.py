"""``mingjing catalogue``: the table of indicators (检查指标) shown, checked, compared. The texts are `reports.catalogue_text`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from checks.catalogue import CatalogueError
from checks.catalogue import indicators as tables
from checks.catalogue.indicators import Catalogue
from reports import catalogue_text
from reports.commands.options import ChineseCommand, UsageProblem, group

app = group("检查指标目录：查看、核对、对比。国家指标随程序提供，各省可用自己的目录覆盖。")

_File = Annotated[Path | None, typer.Option("--catalogue", metavar="文件", help="本省的指标目录（TOML）；默认国家指标", show_default=False)]


def _of(path: Path | None, take: Callable[[Path], Catalogue] = tables.load) -> Catalogue:
    try:
        return tables.official() if path is None else take(path)
    except CatalogueError as error:
        raise UsageProblem(str(error)) from error


@app.command("show", cls=ChineseCommand, help="查看指标目录：各项、各行的分值、限值、判断方式；写明编号时显示这一条的全部内容。")
def show(
    entry: Annotated[str, typer.Argument(metavar="[编号]", help="指标或细则的编号，如 news 或 news.stale", show_default=False)] = "",
    catalogue: _File = None,
) -> None:
    """The whole table, or one entry of it."""
    table = _of(catalogue)
    if not entry:
        print("\n".join(catalogue_text.overview(table)))
        return
    try:
        lines = catalogue_text.entry(table, entry)
    except KeyError as error:
        raise UsageProblem(f"指标目录“{table.title}”没有编号“{entry}”：用 mingjing catalogue show 查看全部编号。") from error
    print("\n".join(lines))


@app.command(
    "validate", cls=ChineseCommand, help="核对指标目录：字段、各项之和、取自的检查、是否重复扣分；逐条列出问题，有问题时退出码为 1。"
)
def validate(
    file: Annotated[Path | None, typer.Argument(metavar="[文件]", help="指标目录（TOML）；不写时核对国家指标", show_default=False)] = None,
) -> None:
    """Everything wrong with a table."""
    table = _of(file, tables.read)
    problems = tables.validate(table)
    print("\n".join((*catalogue_text.head(table), *(f"问题：{each}。" for each in problems))))
    rows = sum(len(item.rows) for item in table.indicators)
    print(f"共 {len(problems)} 处问题，请改正后再用。" if problems else f"核对无误：{len(table.indicators)} 项、{rows} 行。")
    raise typer.Exit(1 if problems else 0)


@app.command("diff", cls=ChineseCommand, help="对比两份指标目录，逐条列出增、删、改；只写一份时与国家指标对比。")
def diff(
    file: Annotated[Path, typer.Argument(metavar="文件", help="指标目录（TOML）", show_default=False)],
    other: Annotated[Path | None, typer.Argument(metavar="[文件]", help="与它对比的另一份；不写时是国家指标", show_default=False)] = None,
) -> None:
    """From the first table to the second; from the national one where only one is given."""
    before, after = (_of(None), _of(file)) if other is None else (_of(file), _of(other))
    found = tables.difference(before, after)
    print(f"{before.title}（{before.version}）→ {after.title}（{after.version}）")
    print("\n".join(catalogue_text.changes(found)) or "两份目录没有不同。")
