"""The guide's story: the commands in the order of docs/inspector-guide.md, run on simulated provinces, with a picture where the guide shows one.

Two provinces: one at the end of the third quarter, whose quarter is drawn up; one at the end of the year, whose units have sent their ledgers back.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from crawler.oversight import connect
from reports.history_reading import LifeReader
from tests.guide.drawing import Studio
from tests.quarters.fabric import Fabric

OFFICE = """area = "清河省"
name = "清河省人民政府办公厅"
red_heading = "清河省人民政府办公厅"
number = "清政办函〔2026〕9号"
addressees = "各市人民政府，省政府各部门"
signed = "清河省人民政府办公厅"
dated = 2026-10-09
contact = "政务公开办公室，0000-1234567"
"""
WHO = ("--by", "王检查")
SENT = "2026-10-20"

DECISION = ("决定", "理由", "决定人", "有效期至")
FINDINGS = ("网站名称", "问题类型", "严重程度", "是否计入", "扣分", "问题说明", "首次发现")
LEDGER = ("问题编号", "网站/账号", "问题", "责任部门", "责任人", "整改措施", "整改时限", "整改状态", "完成时间")


class GuideError(Exception):
    """A command did not do what the guide says; ``str()`` says which."""


@dataclass(frozen=True)
class Desk:
    """Where an inspector sits: a folder with the central database."""

    folder: Path
    database: Path

    def run(self, *words: str, code: int = 0) -> str:
        """What `mingjing …` printed (both streams). Raises `GuideError` for another exit code than ``code``."""
        program = str(Path(sys.executable).with_name("mingjing"))
        env = os.environ | {"MINGJING_DB": str(self.database), "COLUMNS": "112"}
        done = subprocess.run([program, *words], cwd=self.folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode != code:
            raise GuideError(f"mingjing {' '.join(words)}: exit code {done.returncode}, not {code}\n{done.stdout}{done.stderr}")
        return (done.stdout + done.stderr).replace(f"{self.folder}/", "")

    def waiting(self) -> list[str]:
        """Ids of the findings that count only when a person has confirmed them, the first night's first."""
        opened = connect(self.database)
        found = [each for each in LifeReader(opened).findings() if each.state == "open" and (each.severity == "veto" or each.confirm)]
        opened.close()
        return [each.id for each in found]


class Story:
    """Both provinces below ``room``; pictures go to ``studio``."""

    def __init__(self, room: Path, studio: Studio) -> None:
        self.room, self.studio = room, studio

    def tell(self) -> None:
        """Every step in its order."""
        autumn = self._desk("autumn", (1, 2, 3))
        self._morning(autumn)
        self._quarter(autumn)
        winter = self._desk("winter", (1, 2, 3, 4))
        self._ledger(winter)
        self._objection(winter)
        self._year(winter)

    def _desk(self, name: str, quarters: Sequence[int]) -> Desk:
        folder = self.room / name
        folder.mkdir()
        (folder / "office.toml").write_text(OFFICE, encoding="utf-8")
        return Desk(folder, Fabric(folder, seed=7, quarters=quarters).database)

    def _morning(self, desk: Desk) -> None:
        """Status, what awaits a person, the sheet of decisions."""
        self.studio.terminal("01-监管状态", "mingjing status", desk.run("status"), lines=30)
        desk.run("finding", "export", "问题.xlsx")
        self.studio.sheet("02-问题决定表", desk.folder / "问题.xlsx", "问题", ("编号", "网站", "严重程度", "说明", "首次发现", *DECISION))
        waiting = desk.waiting()
        if len(waiting) < 2:
            raise GuideError(f"the guide needs two findings that await a person, there are {len(waiting)}")
        said = desk.run("finding", "confirm", waiting[0], "--reason", "经电话和页面核实，问题存在", *WHO)
        command = f"mingjing finding confirm {waiting[0]} --reason 经电话和页面核实，问题存在 --by 王检查"
        self.studio.terminal("03-确认问题", command, said)
        desk.run("finding", "false-alarm", waiting[1], "--reason", "当周机房检修，已提前报备", *WHO)

    def _quarter(self, desk: Desk) -> None:
        """The manual workbook, then the quarter's files."""
        desk.run("manual", "template", "人工评分.xlsx", "--quarter", "2026Q3")
        book = load_workbook(desk.folder / "人工评分.xlsx")
        filled = sum(
            (
                _fill(book["单项否决"], "是否存在", "否", of="veto-safety"),
                _fill(book["评分"], "分值", 0, every=3),
                _fill(book["单位数据"], "数值", None),
            )
        )
        book.save(desk.folder / "人工评分.xlsx")
        self.studio.sheet("04-人工评分表", desk.folder / "人工评分.xlsx", "评分", ("网站", "评分细则", "填写", "分值", "说明", "评分人"))
        said = desk.run("manual", "import", "人工评分.xlsx", "--quarter", "2026Q3")
        if str(filled) not in said:
            raise GuideError(f"{filled} judgements were filled in; the command says: {said}")
        command = "mingjing quarterly --quarter 2026Q3 --office office.toml"
        draft = f"{command} --out 草稿"
        self.studio.terminal("05-起草季度检查", draft, desk.run(*draft.split()[1:]))
        desk.run(*command.split()[1:], "--publish")
        out = desk.folder / "季度检查-2026Q3"
        self.studio.office("06-通报", out / "通报.docx", pages=(0, 2))
        self.studio.web("07-通报网页", out / "通报.html", 1000, 900)
        self.studio.sheet("08-检查结果表", out / "检查结果.xlsx", "问题清单", FINDINGS)
        sheet = sorted((out / "问题反馈单").glob("*.docx"), key=lambda path: (-path.stat().st_size, path.name))[0]
        self.studio.office("09-问题反馈单", sheet, pages=(0, 1))

    def _ledger(self, desk: Desk) -> None:
        """Handed out, filled in badly, filled in well, looked at after later nights."""
        desk.run("quarterly", "--quarter", "2026Q3", "--office", "office.toml", "--publish")
        file = desk.folder / "清河江市.xlsx"
        desk.run("ledger", "export", file.name, "--quarter", "2026Q3", "--unit", "清河江市", "--as-of", "2026-10-10")
        self.studio.sheet("10-整改台账", file, "整改台账", LEDGER, rows=7)
        self._claims(file, done=date(2026, 1, 2))
        command = f"mingjing ledger import {file.name} --quarter 2026Q3"
        self.studio.terminal("11-台账有误", command, desk.run(*command.split()[1:], "--as-of", SENT, code=2))
        self._claims(file, done=date(2026, 10, 15))
        desk.run(*command.split()[1:], "--as-of", SENT)
        said = desk.run("ledger", "status", "--quarter", "2026Q3", "--unit", "清河江市", "--as-of", "2026-12-28")
        self.studio.terminal("12-台账进度", "mingjing ledger status --quarter 2026Q3 --unit 清河江市", said, lines=30)

    @staticmethod
    def _claims(file: Path, done: date) -> None:
        """The unit's copy: every finding is said to have been put right on a day."""
        book = load_workbook(file)
        sheet = book["整改台账"]
        top, columns = _head(sheet, "整改状态")
        for row in range(top + 1, sheet.max_row + 1):
            if not sheet.cell(row, columns["问题编号"]).value:
                continue
            told = {"责任部门": "办公室", "责任人": "李四", "整改措施": "已按要求更新。", "整改状态": "已整改", "完成时间": done}
            for name, value in told.items():
                sheet.cell(row, columns[name]).value = value
        book.save(file)

    def _objection(self, desk: Desk) -> None:
        """A unit objects; the list of what awaits a ruling; the ruling; the package of proof."""
        opened = connect(desk.database)
        found = [each.id for each in LifeReader(opened).findings() if each.state == "open" and each.severity == "deduction"]
        opened.close()
        text = "该栏目已并入“政务公开”专栏，请复核。"
        desk.run("objection", "file", found[0], "--text", text, "--by", "清河河厅", "--as-of", "2026-10-12")
        self.studio.terminal("13-待裁定的申诉", "mingjing objection list --pending", desk.run("objection", "list", "--pending"), lines=24)
        desk.run("evidence", found[0], "--out", "证据包.zip")
        desk.run(
            "objection", "rule", found[0], "--reject", "--reason", "合并后的栏目同样没有更新，维持原结论。", *WHO, "--as-of", "2026-10-16"
        )

    def _year(self, desk: Desk) -> None:
        """What units bring, then the ranked assessment."""
        desk.run("manual", "template", "年度数据.xlsx", "--quarter", "2026Q4")
        book = load_workbook(desk.folder / "年度数据.xlsx")
        _fill(book["单项否决"], "是否存在", "否", of="veto-safety")
        _fill(book["单位数据"], "数值", None)
        book.save(desk.folder / "年度数据.xlsx")
        desk.run("manual", "import", "年度数据.xlsx", "--quarter", "2026Q4")
        command = "mingjing assess --year 2026 --office office.toml"
        office = desk.folder / "office.toml"
        office.write_text(OFFICE.replace("2026-10-09", "2027-01-15").replace("〔2026〕9号", "〔2027〕1号"), encoding="utf-8")
        self.studio.terminal("14-年度考核", command, desk.run(*command.split()[1:]))
        self.studio.office("15-考核通报", desk.folder / "年度考核-2026" / "考核通报.docx", pages=(0, 1))


def _head(sheet: Worksheet, name: str) -> tuple[int, dict[str, int]]:
    """The row of the headings, known by one of them, and the column of each."""
    for row in range(1, 12):
        columns = {str(cell.value): cell.column for cell in sheet[row] if cell.value}
        if name in columns:
            return row, columns
    raise GuideError(f"no heading {name} in sheet {sheet.title}")


def _fill(sheet: Worksheet, name: str, value: str | int | None, every: int = 1, of: str = "") -> int:
    """Write ``value`` into every so many rows of a column, with who; None: a figure made from the row; ``of``: how their 细则编号 begins. How many were filled."""
    top, columns = _head(sheet, name)
    rows = [
        row
        for row in range(top + 1, sheet.max_row + 1)
        if sheet.cell(row, 1).value and (not of or str(sheet.cell(row, columns["细则编号"]).value).startswith(of))
    ]
    who = next(column for title, column in columns.items() if title in ("评分人", "填报人"))
    for row in rows[::every]:
        unit = sheet.cell(row, columns["计量单位"]).value if value is None else ""
        sheet.cell(row, columns[name]).value = value if value is not None else 100 - row % 9 if unit == "%" else 1
        sheet.cell(row, who).value = "王检查"
    return len(rows[::every])
