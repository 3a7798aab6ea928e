"""``mingjing quarterly``: its options. The body is `reports.quarterly`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import Db, EvidenceFolder, as_date, database_path, split, today
from reports.commands.tables import IndicatorFiles, table_of
from reports.office import load_office
from reports.quarterly import Request, run
from reports.quarters import Quarter
from reports.sample_drawing import percent_of

HELP = "季度检查：由监管库和证据写出通报、检查结果表、问题反馈单和整改台账，不联网。"

TemplateFolder = Annotated[Path | None, typer.Option("--templates", metavar="目录", help="本单位的 Word 模板所在目录", show_default=False)]
OfficeFile = Annotated[
    Path | None, typer.Option("--office", metavar="文件", help="发文机关（TOML）：名称、文号、主送、成文日期等", show_default=False)
]


def quarterly(
    quarter: Annotated[str, typer.Option("--quarter", metavar="季度", help="哪个季度，例如 2026Q3", show_default=False)],
    cutoff: Annotated[
        str, typer.Option("--cutoff", metavar="日期", help="监测时间点，默认为本季度最后一个做完的检查日", show_default=False)
    ] = "",
    sample: Annotated[
        str, typer.Option("--sample", metavar="N%", help="按分组分层抽查百分之几的网站，默认检查全部", show_default=False)
    ] = "",
    seed: Annotated[
        str, typer.Option("--seed", metavar="文字", help="抽样种子，默认为季度名称；相同的种子抽中相同的网站", show_default=False)
    ] = "",
    unreviewed: Annotated[bool, typer.Option("--unreviewed", help="同时列出未经人工确认的问题（加标注，不计入任何数字）")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="目录", help="写入的目录，默认 ./季度检查-<季度>", show_default=False)
    ] = None,
    publish: Annotated[bool, typer.Option("--publish", help="发布：数字和文件永久保存，之后不再变化")] = False,
    erratum: Annotated[
        str, typer.Option("--erratum", metavar="理由", help="和 --publish 一起使用：更正已发布的内容，写明理由", show_default=False)
    ] = "",
    redraft: Annotated[bool, typer.Option("--redraft", help="已发布的季度也按现在的数据重写一份草稿，不影响已发布的内容")] = False,
    unit: Annotated[
        list[str] | None, typer.Option("--unit", metavar="单位", help="只写这些单位的问题反馈单，可以重复", show_default=False)
    ] = None,
    templates: TemplateFolder = None,
    catalogue: IndicatorFiles = None,
    reply_days: Annotated[
        int, typer.Option("--reply-days", metavar="天数", min=1, max=180, help="自成文日期（没有则自监测时间点）起的回复天数")
    ] = 15,
    office: OfficeFile = None,
    evidence: EvidenceFolder = None,
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.quarterly`."""
    request = Request(
        db=database_path(db),
        quarter=Quarter.parse(quarter),
        cutoff=as_date(cutoff) if cutoff else None,
        percent=percent_of(sample) if sample else None,
        seed=seed or None,
        unreviewed=unreviewed,
        out=out,
        publish=publish,
        erratum=erratum,
        redraft=redraft,
        templates=templates,
        table=partial(table_of, catalogue),
        reply_days=reply_days,
        office=load_office(office),
        evidence=evidence,
        units=split(unit),
        day=today(),
    )
    raise typer.Exit(run(request))
