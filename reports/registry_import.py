"""The bodies of ``mingjing registry template|import|export|remove``."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from crawler.oversight import connect
from crawler.registry import Registry
from reports.commands.options import UsageProblem, open_database
from reports.registry_difference import difference, totals
from reports.registry_files import read, write
from reports.registry_reading import read_contents
from reports.registry_sheets import ACCOUNTS, COLUMNS, SITES, UNITS, Contents, as_rows


def contents(registry: Registry) -> Contents:
    """All that stands in the registry, removed sites too."""
    return Contents(registry.units(), registry.sites(removed=True), registry.accounts())


def template(path: Path) -> None:
    """Write empty sheets."""
    write(path, {})
    print(f"模板已写入：{path}（填好后用 mingjing registry import 导入，先加 --dry-run 查看差异）")


def export(db: Path, path: Path) -> None:
    """Write the registry as it is."""
    held = contents(Registry(open_database(db)))
    write(path, as_rows(held))
    print(
        f"已导出：{path}（{UNITS} {len(held.units)}，{SITES} {len(held.sites)}，{COLUMNS} {sum(len(site.columns) for site in held.sites)}，"
        f"{ACCOUNTS} {len(held.accounts)}）"
    )


def take(db: Path, path: Path, day: date, *, dry: bool) -> None:
    """Put a file in, all of it or nothing; ``dry``: only say what it would change. Raises `UsageProblem` after naming every fault on stderr."""
    sheets = read(path)
    known = contents(Registry(connect(db))) if db.exists() else Contents()
    given, faults = read_contents(sheets, known, day)
    for fault in faults:
        print(f"{path.name} {fault}。", file=sys.stderr)
    if faults:
        raise UsageProblem(f"登记表 {path} 共有 {len(faults)} 处错误，整份都没有导入：请改正后再导入。")
    changes = difference(known, given)
    for change in changes if dry else ():
        print(change)
    if not dry:
        Registry(connect(db)).put(given.units, given.sites, given.accounts)
    if not changes:
        print("登记表与监管库没有差异。")
    else:
        print(f"{'如果导入，将有' if dry else '已导入'}：{totals(changes)}。" + ("（--dry-run，没有写入）" if dry else ""))


def remove(db: Path, text: str, day: date) -> None:
    """Take one site out of the registry; its history stays."""
    registry = Registry(open_database(db))
    site = registry.site(text)
    if site.removed_on is not None:
        print(f"{site.key} {site.name} 已于 {site.removed_on} 关停，没有改动。")
        return
    registry.remove(site.key, day)
    print(f"{site.key} {site.name} 自 {day} 起不再检查；以往的检查结果和问题都保留，重新启用时把登记表中的状态改回“在办”再导入。")
