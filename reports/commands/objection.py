"""``mingjing objection``: units' objections against findings and the rulings on them. The body is `reports.objections`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from reports.commands.options import ChineseCommand, Db, UsageProblem, as_date, database_path, group, open_database, today
from reports.decisions import WORDS
from reports.hostile import line
from reports.objections import OUTCOMES, Objections
from reports.objections_text import objection_lines
from reports.output import put

app = group("申诉：登记被检查单位对问题的异议和附件，列出待裁定的，作出裁定；裁定影响由该问题得出的每一个数字。")

Finding = Annotated[str, typer.Argument(metavar="编号", help="问题编号（10 位），见台账或 mingjing status", show_default=False)]
By = Annotated[str, typer.Option("--by", metavar="姓名", help="谁申诉、谁裁定", show_default=False)]
Day = Annotated[str, typer.Option("--as-of", metavar="日期", help="申诉或裁定的日期，默认今天（北京时间）", show_default=False)]


@app.command("file", cls=ChineseCommand, help="登记一个申诉。裁定之前，问题照常计入数字，已有的确认不受影响。")
def file(
    finding: Finding,
    text: Annotated[str, typer.Option("--text", metavar="内容", help="单位的意见", show_default=False)],
    by: By,
    attachment: Annotated[
        Path | None, typer.Option("--attachment", metavar="文件", help="佐证材料，最大 20 MB，存入监管库", show_default=False)
    ] = None,
    as_of: Day = "",
    db: Db = None,
) -> None:
    """Put in an objection."""
    filed = Objections(open_database(database_path(db))).file(finding, text, by, as_date(as_of) if as_of else today(), attachment)
    kept = f"附件“{filed.file.name}”（{filed.file.size} 字节，SHA-256 {filed.file.sha256}）。" if filed.file else "没有附件。"
    print(f"已登记对问题 {finding} 的申诉，{kept}")


@app.command("list", cls=ChineseCommand, help="列出申诉和裁定。")
def listing(
    unit: Annotated[str, typer.Option("--unit", metavar="单位", help="只列这个单位及其下属单位的网站", show_default=False)] = "",
    pending: Annotated[bool, typer.Option("--pending", help="只列待裁定的")] = False,
    as_of: Annotated[str, typer.Option("--as-of", metavar="日期", help="截至哪一天，默认全部", show_default=False)] = "",
    db: Db = None,
) -> None:
    """Every objection, by site."""
    print("\n".join(objection_lines(open_database(database_path(db)), unit=unit, pending=pending, as_of=as_date(as_of) if as_of else None)))


@app.command("rule", cls=ChineseCommand, help="裁定一个问题的全部待裁定申诉：成立则按误报（或 --exempt 豁免）处理，不成立则确认问题存在。")
def rule(
    finding: Finding,
    reason: Annotated[str, typer.Option("--reason", metavar="理由", help="裁定理由", show_default=False)],
    by: By,
    uphold: Annotated[bool, typer.Option("--uphold", help="申诉成立")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="申诉不成立")] = False,
    exempt: Annotated[bool, typer.Option("--exempt", help="与 --uphold 同用：问题存在，但按规定不予追究")] = False,
    as_of: Day = "",
    db: Db = None,
) -> None:
    """Decide; the decision is written with it."""
    if uphold == reject:
        raise UsageProblem("请写 --uphold（申诉成立）或 --reject（申诉不成立），二者取一。")
    if exempt and reject:
        raise UsageProblem("--exempt 只能与 --uphold 同用。")
    decision: Literal["false-alarm", "exempt", "confirm"] = "confirm" if reject else "exempt" if exempt else "false-alarm"
    count = Objections(open_database(database_path(db))).rule(finding, decision, reason, by, as_date(as_of) if as_of else today())
    effect = "问题照常计入数字" if reject else "问题不再计入任何数字"
    print(f"已裁定问题 {finding} 的 {count} 个申诉：{OUTCOMES['rejected' if reject else 'upheld']}，记为“{WORDS[decision]}”，{effect}。")


@app.command("save", cls=ChineseCommand, help="把申诉的附件取出来，写入文件。")
def save(
    finding: Finding,
    output: Annotated[Path, typer.Argument(metavar="文件", help="写入的文件", show_default=False)],
    db: Db = None,
) -> None:
    """The file of the last objection that has one."""
    objections = Objections(open_database(database_path(db)))
    files = [each.file for each in objections.of([finding]).get(finding, ()) if each.file]
    if not files:
        raise UsageProblem(f"问题 {line(finding)[:40]} 的申诉没有附件。")
    put(output, objections.content(files[-1]))
    print(f"已写入 {output}：{files[-1].name}，SHA-256 {files[-1].sha256}")
