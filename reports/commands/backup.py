"""``mingjing backup``: its options. The body is `reports.backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports import backup as body
from reports.commands.options import Db, database_path

FAILED = 4
"""Exit code: this machine could not make the copy."""

HELP = "备份监管库：可以在夜间检查和监测运行时进行，备份完整才替换原有的备份文件。"


def backup(
    file: Annotated[Path, typer.Argument(metavar="文件", help="备份写入的文件，已有的会被替换", show_default=False)], db: Db = None
) -> None:
    """Copy, check, rename."""
    path = database_path(db)
    try:
        size = body.backup(path, file)
    except body.BackupFailed as error:
        typer.echo(f"mingjing：{error}", err=True)
        raise typer.Exit(FAILED) from error
    print(f"已备份：{path} → {file}（{size:,} 字节，通过完整性检查）")
