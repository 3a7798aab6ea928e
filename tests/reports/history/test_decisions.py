"""People decide: by command and by sheet, all or nothing, for good or until a day; nothing of it is lost over nights."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import scheduler
from crawler.registry import RegisteredSite, Registry, Unit
from reports.commands.options import UsageProblem
from reports.decisions import Decision, Decisions
from reports.decisions_sheet import FREE, PROTECTED, export, take_sheet
from reports.history_reading import LifeReader
from tests.reports.history.nights import Story, finding, night

A, B = finding("/zwgk/"), finding("/tzgg/", message='=HYPERLINK("http://evil/","点我")\x1b[2J')
DAY = night(0)


@pytest.fixture
def story(tmp_path: Path) -> Story:
    told = Story(tmp_path)
    told.tell(0, A, B)
    return told


def decision(kind: str, finding_id: str = A.id, **more: Any) -> Decision:
    given: dict[str, Any] = {"reason": "已核实", "by": "张三", "until": None, "day": DAY} | more
    return Decision(finding_id, kind, **given)  # type: ignore[arg-type]


def test_the_last_decision_holds_and_the_log_keeps_all(story: Story) -> None:
    decisions = Decisions(story.database)
    assert decisions.take([decision("confirm"), decision("false-alarm", B.id)]) == 2
    assert decisions.take([decision("confirm")]) == 0, "the same again is not written again"
    decisions.take([decision("exempt", until=night(3))])
    assert decisions.excluded(night(3)) == {A.id, B.id}
    assert decisions.excluded(night(4)) == {B.id}
    decisions.take([decision("revoke", B.id, reason="弄错了")])
    assert decisions.excluded(night(4)) == set()
    assert [each.kind for each in decisions.of([B.id])[B.id]] == ["false-alarm", "revoke"]


def test_decisions_survive_nights_and_the_finding_s_end_and_return(story: Story) -> None:
    Decisions(story.database).take([decision("false-alarm")])
    story.tell(1, B, fates={A.id: "clean"})
    story.tell(2, A, B)
    story.tell(2, A)
    assert Decisions(story.database).excluded(night(2)) == {A.id}


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (decision("confirm", "0123456789"), "没有编号为 0123456789 的问题"),
        (decision("confirm", "XYZ"), "编号是 10 位"),
        (decision("confirm", "\x1b[2J"), "编号是 10 位"),
        (decision("confirm", reason=" "), "请写明理由"),
        (decision("confirm", by=""), "请写明决定人"),
        (decision("exempt", until=date(2026, 7, 31)), "早于决定的日期"),
        (decision("revoke"), "没有可以撤销的决定"),
    ],
)
def test_one_bad_decision_and_none_is_taken(story: Story, bad: Decision, words: str) -> None:
    decisions = Decisions(story.database)
    with pytest.raises(UsageProblem, match=words) as caught:
        decisions.take([decision("confirm", B.id), bad])
    assert "\x1b" not in str(caught.value)
    assert decisions.last() == {}


# the sheet


def written(story: Story, path: Path) -> Path:
    decisions = Decisions(story.database)
    export(path, LifeReader(story.database).findings(), decisions.holding(DAY), {"s1": "=蓝田县"})
    return path


def fill(path: Path, cells: dict[tuple[int, str], Any]) -> None:
    """Fill cells by row and column title, as a person does."""
    book = load_workbook(path)
    for (row, title), value in cells.items():
        book["问题"].cell(row, (*PROTECTED, *FREE).index(title) + 1).value = value
    book.save(path)


def test_a_sheet_goes_out_and_comes_back(story: Story, tmp_path: Path) -> None:
    path, decisions = written(story, tmp_path / "out" / "问题.xlsx"), Decisions(story.database)
    assert take_sheet(decisions, path, DAY) == 0
    fill(path, {(2, "决定"): "豁免", (2, "理由"): "正在改版", (2, "决定人"): "李四", (2, "有效期至"): date(2026, 12, 31)})
    assert take_sheet(decisions, path, DAY) == 1
    assert take_sheet(decisions, path, DAY) == 0
    (held,) = decisions.holding(DAY).values()
    assert (held.kind, held.reason, held.by, held.until) == ("exempt", "正在改版", "李四", date(2026, 12, 31))
    again = written(story, tmp_path / "again.xlsx")
    assert take_sheet(decisions, again, date(2027, 1, 5)) == 0, "a decision that stands already is no new one, whatever the day"


def test_nothing_of_a_site_becomes_a_formula(story: Story, tmp_path: Path) -> None:
    path = written(story, tmp_path / "问题.xlsx")
    book = load_workbook(path)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert book["问题"].protection.sheet
    assert take_sheet(Decisions(story.database), path, DAY) == 0


BAD: list[tuple[str, dict[tuple[int, str], Any], str]] = [
    ("protected", {(2, "说明"): "没有问题"}, "第 2 行：“说明”列是只读的"),
    ("unknown id", {(2, "编号"): "0123456789"}, "第 2 行：编号“0123456789”不在导出的清单中"),
    ("twice", {(4, "编号"): A.id}, "重复"),
    ("no such word", {(2, "决定"): "算了"}, "第 2 行：“决定”列“算了”应为"),
    ("no reason", {(2, "决定"): "确认", (2, "决定人"): "李四"}, "第 2 行：.*请写明理由"),
    ("no name", {(3, "决定人"): None}, "第 3 行：.*请写明决定人"),
    ("no day", {(2, "决定"): "豁免", (2, "理由"): "是", (2, "决定人"): "李四", (2, "有效期至"): "2026-02-30"}, "第 2 行：“有效期至”列“2026-02-30”不是日期"),
    ("past", {(2, "决定"): "豁免", (2, "理由"): "是", (2, "决定人"): "李四", (2, "有效期至"): "2026-07-01"}, "第 2 行：.*早于决定的日期"),
    ("formula", {(2, "决定"): "确认", (2, "理由"): "=1+1", (2, "决定人"): "李四"}, "第 2 行：“理由”列是公式"),
    ("words without decision", {(2, "理由"): "是"}, "第 2 行：“决定”列是空的"),
    ("nothing to revoke", {(2, "决定"): "撤销", (2, "理由"): "是", (2, "决定人"): "李四"}, "第 2 行：.*没有可以撤销的决定"),
    ("moved column", {(1, "决定"): "判断"}, "第 1 行：列应依次为"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_nothing_is_taken_from_a_bad_file_and_the_row_is_named(
    story: Story, tmp_path: Path, cells: dict[tuple[int, str], Any], words: str
) -> None:
    path, decisions = written(story, tmp_path / "问题.xlsx"), Decisions(story.database)
    good = {(3, "决定"): "误报", (3, "理由"): "已核实", (3, "决定人"): "王五"}
    fill(path, good | cells)
    with pytest.raises(UsageProblem, match=words):
        take_sheet(decisions, path, DAY)
    assert decisions.last() == {}


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused(story: Story, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match="不是 XLSX 文件或已损坏"):
        take_sheet(Decisions(story.database), path, DAY)


# the commands


@dataclass(frozen=True)
class Ran:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def mingjing(story: Story, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The console script, in this process: the same door, without a new interpreter for each call."""
    monkeypatch.setenv("MINGJING_DB", str(story.path))

    def run(*words: str) -> Ran:
        monkeypatch.setattr(sys, "argv", ["mingjing", *words])
        with pytest.raises(SystemExit) as left:
            scheduler.mingjing()
        out = capsys.readouterr()
        return Ran(int(left.value.code or 0), out.out, out.err)

    return run


def test_the_commands_from_decision_to_status(story: Story, tmp_path: Path, mingjing: Callable[..., Ran]) -> None:
    site = RegisteredSite(key="s1", name="蓝田县人民政府", url="http://www.lantian.gov.cn/", unit="西河市")
    Registry(story.database).put([Unit("西河市", group="市州")], [site])
    done = mingjing("finding", "false-alarm", A.id, "--reason", "核对无误", "--by", "张三")
    assert (done.returncode, done.stdout) == (0, "已记录“误报” 1 个。\n"), done.stderr
    bad = mingjing("finding", "confirm", B.id, "0123456789", "ffffffffff", "--reason", "是", "--by", "张三")
    assert bad.returncode == 2
    assert [line for line in bad.stderr.splitlines() if "没有编号为" in line] == bad.stderr.splitlines()[:2]
    text = mingjing("status", "--site", "www.lantian.gov.cn")
    assert text.returncode == 0, text.stderr
    assert "待整改问题 1 个" in text.stdout
    assert "\x1b" not in text.stdout
    assert mingjing("status", "--unit", "东海市").returncode == 2
    shown = mingjing("show", "蓝田县人民政府")
    assert shown.returncode == 0, shown.stderr
    assert "误报，核对无误" in shown.stdout
    assert "evidence/2026-08-01/s1.sqlite" in shown.stdout
    sheet = tmp_path / "清单.xlsx"
    assert mingjing("finding", "export", str(sheet)).returncode == 0
    fill(sheet, {(2, "说明"): "改掉了"})
    refused = mingjing("finding", "import", str(sheet))
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    missing = mingjing("finding", "import", str(tmp_path / "没有.xlsx"))
    assert (missing.returncode, "Traceback" in missing.stderr) == (2, False)
