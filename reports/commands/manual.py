"""``mingjing manual``: the workbook of people's judgements and unit figures, out and in. The bodies are `reports.manual_import`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import ChineseCommand, Db, database_path, group, open_database, today
from reports.commands.tables import IndicatorFiles, table_of
from reports.manual_import import take, template
from reports.quarters import Quarter

app = group("人工评分和单位数据：导出要人填写的 XLSX 表格，填好后导入。")


@app.command("template", cls=ChineseCommand, help="导出一个季度的人工评分表：只能由人判断的指标，逐个网站；各单位要报送的数据。")
def template_sheet(
    file: Annotated[Path, typer.Argument(metavar="文件", help="写入的 XLSX 文件", show_default=False)],
    quarter: Annotated[str, typer.Option("--quarter", metavar="季度", help="例如 2026Q3，默认本季度", show_default=False)] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只含这个考核对象（连同下级单位）", show_default=False)] = "",
    catalogue: IndicatorFiles = None,
    db: Db = None,
) -> None:
    """What was given before stands in it."""
    asked = Quarter.parse(quarter) if quarter else Quarter.of(today())
    table = table_of(catalogue, asked.last)
    sites, units = template(open_database(database_path(db)), file, asked, unit, table)
    print(f"已导出{asked.chinese}人工评分表（网站 {sites} 个，单位 {units} 个）：{file}")


@app.command("import", cls=ChineseCommand, help="导入填好的人工评分表；有一处错误，整个文件都不导入。")
def import_sheet(
    file: Annotated[Path, typer.Argument(metavar="文件", help="mingjing manual template 导出并填写的 XLSX 文件", show_default=False)],
    quarter: Annotated[
        str, typer.Option("--quarter", metavar="季度", help="只接受这个季度的表；默认接受本季度和上季度的", show_default=False)
    ] = "",
    catalogue: IndicatorFiles = None,
    db: Db = None,
) -> None:
    """All rows or none."""
    asked, day = Quarter.parse(quarter) if quarter else None, today()
    taken, count = take(open_database(database_path(db)), file, asked, partial(table_of, catalogue), day)
    print(f"{taken.chinese}：已记录新的评分和数据 {count} 条。" if count else f"{taken.chinese}：没有新的内容。")
