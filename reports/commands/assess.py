"""``mingjing assess``: its options. The body is `reports.assess`."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from reports.assess import AssessRequest, run
from reports.commands.options import Db, EvidenceFolder, UsageProblem, database_path, split, today
from reports.commands.tables import IndicatorFiles, table_of

HELP = "年度考核：按考核目录给每个单位计分、排名、评定等次，写出通报（DOCX 和 HTML）、排名表（XLSX）和每个单位的考核情况。"


def assess(
    year: Annotated[int, typer.Option("--year", metavar="年", help="考核哪一年，例如 2026", show_default=False)],
    groups: Annotated[
        list[str] | None,
        typer.Option("--groups", metavar="分组", help="只考核这些分组，逗号隔开；默认为考核目录中的全部分组", show_default=False),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="目录", help="写入的目录，默认 ./年度考核-<年>", show_default=False)] = None,
    scheme: Annotated[
        Path | None,
        typer.Option(
            "--scheme", metavar="文件", help="本省的考核目录（TOML）：项目、分值、评优办法，按编号覆盖自带的目录", show_default=False
        ),
    ] = None,
    catalogue: IndicatorFiles = None,
    templates: Annotated[Path | None, typer.Option("--templates", metavar="目录", help="本单位的 Word 模板", show_default=False)] = None,
    office: Annotated[Path | None, typer.Option("--office", metavar="文件", help="发文机关、文号等（TOML）", show_default=False)] = None,
    evidence: EvidenceFolder = None,
    publish: Annotated[bool, typer.Option("--publish", help="发布：把这次考核的数字存入监管库，供下一年比较")] = False,
    db: Db = None,
) -> None:
    """Parse, then hand over to `reports.assess`."""
    if not 2000 <= year <= 2099:
        raise UsageProblem(f"--year：{year} 不是可以考核的年份，请写成 2026 的形式。")
    request = AssessRequest(
        database=database_path(db),
        year=year,
        groups=tuple(part for each in split(groups) for part in each.replace("，", " ").replace("、", " ").split()),
        out=out or Path(f"年度考核-{year}"),
        scheme=scheme,
        table=partial(table_of, catalogue),
        templates=templates,
        office=office,
        evidence=evidence,
        publish=publish,
        day=today(),
    )
    raise typer.Exit(run(request))
