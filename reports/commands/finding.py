"""``mingjing finding``: what people decide about findings. The bodies are `reports.decisions` and `reports.decisions_sheet`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import ChineseCommand, Db, as_date, database_path, group, open_database, today
from reports.decisions import WORDS, Decision, Decisions, Kind
from reports.decisions_sheet import export, take_sheet
from reports.history_reading import LifeReader
from reports.status_sites import site_names

app = group("对问题作出决定：确认、误报、豁免、申诉，或撤销决定；也可以用 XLSX 表格成批办理。")

Ids = Annotated[list[str], typer.Argument(metavar="编号…", help="问题编号（10 位），见 mingjing status", show_default=False)]
Reason = Annotated[str, typer.Option("--reason", metavar="理由", help="为什么这样决定", show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="姓名", help="谁作的决定", show_default=False)]
Until = Annotated[str, typer.Option("--until", metavar="日期", help="有效期的最后一天，过期后决定失效；不写为长期有效", show_default=False)]


def _decide(kind: Kind, ids: list[str], reason: str, by: str, until: str, db: Path | None) -> None:
    last, day = as_date(until) if until else None, today()
    decisions = [Decision(each, kind, reason.strip(), by.strip(), last, day) for each in dict.fromkeys(ids)]
    count = Decisions(open_database(database_path(db))).take(decisions)
    print(f"已记录“{WORDS[kind]}” {count} 个。" + (f"{len(decisions) - count} 个已有相同的决定。" if count < len(decisions) else ""))


@app.command("confirm", cls=ChineseCommand, help="确认：经人工核实，问题存在。")
def confirm(ids: Ids, reason: Reason, by: By, until: Until = "", db: Db = None) -> None:
    """A person has seen it and it is so."""
    _decide("confirm", ids, reason, by, until, db)


@app.command("false-alarm", cls=ChineseCommand, help="误报：程序判断有误，不计入任何数字。")
def false_alarm(ids: Ids, reason: Reason, by: By, until: Until = "", db: Db = None) -> None:
    """The program was wrong: it counts in no number."""
    _decide("false-alarm", ids, reason, by, until, db)


@app.command("exempt", cls=ChineseCommand, help="豁免：问题存在，但按规定不予追究，有效期内不计入任何数字。")
def exempt(ids: Ids, reason: Reason, by: By, until: Until = "", db: Db = None) -> None:
    """It is so and is not held against the site, for a time or for good."""
    _decide("exempt", ids, reason, by, until, db)


@app.command("dispute", cls=ChineseCommand, help="申诉：被检查单位有异议，照常计入数字，另行标明。")
def dispute(ids: Ids, reason: Reason, by: By, until: Until = "", db: Db = None) -> None:
    """The unit objects: it counts on, and is marked."""
    _decide("dispute", ids, reason, by, until, db)


@app.command("revoke", cls=ChineseCommand, help="撤销此前的决定，问题照常处理；此前的决定仍留在记录中。")
def revoke(ids: Ids, reason: Reason, by: By, db: Db = None) -> None:
    """Take the last decision back; the log keeps both."""
    _decide("revoke", ids, reason, by, "", db)


@app.command("export", cls=ChineseCommand, help="把未整改的问题导出为 XLSX 表格，填写后用 import 导入。")
def export_sheet(
    file: Annotated[Path, typer.Argument(metavar="文件", help="写入的 XLSX 文件", show_default=False)],
    all_states: Annotated[bool, typer.Option("--all", help="连同已整改、已不存在等问题")] = False,
    db: Db = None,
) -> None:
    """One row a finding."""
    database = open_database(database_path(db))
    findings = [each for each in LifeReader(database).findings() if all_states or each.state == "open"]
    export(file, findings, Decisions(database).holding(today()), site_names(database))
    print(f"已导出 {len(findings)} 个问题：{file}")


@app.command("import", cls=ChineseCommand, help="导入填写好的 XLSX 表格；有一处错误，整个文件都不导入。")
def import_sheet(
    file: Annotated[Path, typer.Argument(metavar="文件", help="mingjing finding export 导出并填写的 XLSX 文件", show_default=False)],
    db: Db = None,
) -> None:
    """All rows or none."""
    count = take_sheet(Decisions(open_database(database_path(db))), file, today())
    print(f"已记录新的决定 {count} 个。")
