"""``mingjing templates``: Word templates to begin with, and whether those of the office can be used. The bodies are `reports.paper_templates`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reports.commands.options import ChineseCommand, UsageProblem, group
from reports.output import put
from reports.paper_samples import sample_templates
from reports.paper_templates import templates

app = group("Word 模板：写出可以修改的样例，检查本单位的模板。")

Folder = Annotated[Path, typer.Argument(metavar="目录", help="放模板的目录", show_default=False)]


@app.command("write", cls=ChineseCommand, help="写出四份样例模板（通报、反馈单、考核通报、单位考核），在 Word 里改成本单位的版式后使用。")
def write(folder: Folder) -> None:
    """Never over a file that is there: it may be the office's own work."""
    samples = sample_templates()
    there = [name for name in samples if (folder / name).exists()]
    if there:
        raise UsageProblem(f"文件 {folder / there[0]} 已经存在：为免覆盖改好的模板，请换一个目录，或者先把它移走。")
    for name, data in samples.items():
        put(folder / name, data)
    print(f"已写出{len(samples)}份样例模板：{folder}。改好后用 mingjing templates check 检查，出文件时加 --templates {folder}。")


@app.command("check", cls=ChineseCommand, help="检查目录里的模板能不能用：文件名、格式、占位符。")
def check(folder: Folder) -> None:
    """Says which papers have a template of the office's own."""
    found = templates(folder)
    print(f"模板可用：{'、'.join(layout.path.name for layout in found.values())}。没有模板的文种用默认版式。")
