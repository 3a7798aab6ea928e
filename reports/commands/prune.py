"""``mingjing prune``: says which evidence is no longer kept, and removes it when told so. The rules are `reports.retention`."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from crawler.fleet_lock import RunLocked, only_run
from crawler.nights import Nights, file_name
from crawler.oversight import connect
from reports.commands.options import SHANGHAI, Db, EvidenceFolder, UsageProblem, as_date, database_path, evidence_folder, today
from reports.history import Life
from reports.output import os_reason
from reports.retention import SUFFIX, Plan, evidence_files, plan, remove

HELP = "清理证据：先列出不再保存的证据文件和字节数，加 --yes 才删除。"
FAILED = 4
"""Exit code: a night is running, or a file could not be removed."""


def prune(
    keep_days: Annotated[int, typer.Option("--keep-days", metavar="天数", min=1, help="多少天以内的证据每晚都保存")] = 30,
    evidence: EvidenceFolder = None,
    as_of: Annotated[str, typer.Option("--as-of", metavar="日期", help="从哪一天往前算，默认今天（北京时间）", show_default=False)] = "",
    yes: Annotated[bool, typer.Option("--yes", help="真的删除")] = False,
    db: Db = None,
) -> None:
    """Say first; remove only with ``--yes``."""
    path = database_path(db)
    if not path.is_file():
        raise UsageProblem(f"监管库 {path} 不存在，无法知道哪些证据还要用：请检查 --db 或环境变量 MINGJING_DB。")
    folder = evidence_folder(path, evidence)
    day = as_date(as_of) if as_of else today()
    if not yes:
        found = _plan(path, folder, day, keep_days)
        _tell(found, folder)
        if found.removed:
            print("没有删除任何文件；要删除请加 --yes。")
        return
    try:
        with only_run(path, datetime.now(SHANGHAI)):
            found = _plan(path, folder, day, keep_days)
            _tell(found, folder)
            _remove(found)
    except RunLocked as error:
        typer.echo(f"mingjing：{error}", err=True)
        raise typer.Exit(FAILED) from error


def _plan(path: Path, folder: Path, day: date, keep_days: int) -> Plan:
    database = connect(path)
    sites = Nights(database).sites()
    leaned_on = [name for site in sites.values() for name in (site.evidence, site.earlier) if name]
    known = {f"{file_name(key)}{SUFFIX}" for key in sites}
    try:
        files = list(evidence_files(folder))
    except OSError as error:
        raise UsageProblem(f"证据目录 {folder} 读不出来（{os_reason(error)}）：请检查 --evidence。") from error
    return plan(files, as_of=day, keep_days=keep_days, cited=Life(database).cited(), leaned_on=leaned_on, known=known)


def _tell(found: Plan, folder: Path) -> None:
    for each in found.removed:
        print(f"不再保存  {each.night}  {each.path.name}  {each.size:,} 字节")
    kept = sum(each.size for each in found.kept)
    print(
        f"证据目录 {folder}：不再保存 {len(found.removed)} 个文件，{found.freed:,} 字节；继续保存 {len(found.kept)} 个文件，{kept:,} 字节。"
    )
    if found.unknown:
        print(f"另有 {len(found.unknown)} 个文件不属于监管库中检查过的网站，不作处理。")


def _remove(found: Plan) -> None:
    gone = 0
    try:
        for _ in remove(found.removed):
            gone += 1
    except OSError as error:
        typer.echo(f"mingjing：删除了 {gone} 个文件后不能继续（{error}）：请检查目录权限，再次运行接着删除。", err=True)
        raise typer.Exit(FAILED) from error
    print(f"已删除 {gone} 个文件，释放 {found.freed:,} 字节。")
