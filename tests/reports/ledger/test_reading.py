"""A ledger that comes back: what can't be is named by row and column, and then nothing is taken; what people may do to a sheet does no harm."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from reports.commands.options import UsageProblem
from reports.grid import Workbook
from reports.inspection_workbook import inspection_workbook
from reports.ledger import Claim, Ledger
from reports.ledger_reading import read_ledger
from reports.ledger_sheet import HEADS, SHEET, issues_of
from reports.quarters import Quarter
from reports.workbook import workbook_bytes
from tests.quarters.samples import QUARTER, finding, inspection_of, site
from tests.reports.ledger.books import DAY, Change, filled, first_row, handed_out, opened, put, small

FIRST = "f000000001"  # of the sample: found on 2026-07-20


@pytest.fixture
def out(tmp_path: Path) -> tuple[Path, Ledger, bytes]:
    ledger, data = handed_out(tmp_path)
    return tmp_path, ledger, data


def refused(out: tuple[Path, Ledger, bytes], *changes: Change) -> list[str]:
    """Lines of what is said against a filled-in ledger; nothing of it is taken."""
    folder, ledger, data = out
    with pytest.raises(UsageProblem) as problem:
        read_ledger(filled(folder, data, *changes), ledger, DAY)
    assert ledger.claims(QUARTER) == {}
    lines = str(problem.value).split("\n")
    assert lines[-1].startswith(f"共 {len(lines) - 1} 处错误") and lines[-1].endswith("整个文件没有导入。")
    return lines[:-1]


def taken(out: tuple[Path, Ledger, bytes], *changes: Change) -> tuple[Claim, ...]:
    folder, ledger, data = out
    return read_ledger(filled(folder, data, *changes), ledger, DAY).claims


DONE = {"整改状态": "已整改", "完成时间": date(2026, 10, 15)}

BAD: list[tuple[str, dict[str, Any], str, str]] = [
    ("an id that nobody knows", {"问题编号": "0123456789"}, "问题编号", "“0123456789”不在下发的台账中"),
    ("no id", {"问题编号": None}, "问题编号", "没有问题编号"),
    ("a changed message", {"问题": "没有问题"}, "问题", "受保护，被改成了“没有问题”"),
    ("a changed date", {"发现时间": date(2026, 1, 1)}, "发现时间", "受保护，被改成了“2026-01-01”（原为“2026-07-20”）"),
    ("changed points", {"扣分": 0}, "扣分", "受保护，被改成了“0”（原为“1”）"),
    ("an emptied cell", {"标识码": None}, "标识码", "受保护，被改成了“”"),
    ("a review of one's own", {"复核结果": "复核通过"}, "复核结果", "受保护"),
    ("done before it was found", {"整改状态": "已整改", "完成时间": date(2026, 7, 19)}, "完成时间", "2026-07-19 早于发现时间 2026-07-20"),
    ("done in the future", {"整改状态": "已整改", "完成时间": date(2026, 10, 21)}, "完成时间", "2026-10-21 晚于今天（2026-10-20）"),
    ("done without a day", {"整改状态": "已整改"}, "完成时间", "请填写完成时间"),
    ("a day without being done", {"完成时间": date(2026, 10, 15)}, "完成时间", "整改状态是“待整改”，却填写了完成时间"),
    (
        "a day and no need",
        {"整改状态": "无需整改", "完成时间": date(2026, 10, 15), "备注": "栏目已合并"},
        "完成时间",
        "整改状态是“无需整改”",
    ),
    ("no need without a reason", {"整改状态": "无需整改"}, "备注", "请写明理由"),
    ("a deadline before it was found", {"整改时限": date(2026, 7, 1)}, "整改时限", "2026-07-01 早于发现时间 2026-07-20"),
    ("a status that is none", {"整改状态": "完成"}, "整改状态", "“完成”应为 待整改、已整改、无需整改 之一"),
    ("a day that is none", {"整改状态": "已整改", "完成时间": "十月中旬"}, "完成时间", "“十月中旬”不是日期"),
    ("a deadline that is none", {"整改时限": "尽快"}, "整改时限", "“尽快”不是日期"),
    ("a telephone number in scientific form", {"联系电话": "1.39E+10"}, "联系电话", "“1.39E+10”不像电话号码"),
    ("a formula", {"整改措施": "=A1"}, "整改措施", "是公式或错误值"),
    ("an error value", {"备注": "#REF!"}, "备注", "是公式或错误值"),
    ("a text too long", {"整改措施": "长" * 2001}, "整改措施", "有 2001 字，最多 2000 字"),
]


@pytest.mark.parametrize(("values", "column", "words"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_what_cannot_be_is_named_by_row_and_column(
    out: tuple[Path, Ledger, bytes], values: dict[str, Any], column: str, words: str
) -> None:
    row = first_row(opened(out[2]))
    (told,) = refused(out, put(1, **values))
    assert told.startswith(f"台账.xlsx 第 {row} 行“{column}”列：") and words in told


def test_every_error_is_told_at_once_and_a_good_row_beside_them_is_not_taken(out: tuple[Path, Ledger, bytes]) -> None:
    told = refused(out, put(1, **DONE), put(2, 整改状态="完成", 标识码="1"), put(3, 整改状态="已整改"))
    assert [line.split("“")[1].split("”")[0] for line in told] == ["标识码", "整改状态", "完成时间"]


def test_a_row_that_stands_twice_is_named_with_the_other(out: tuple[Path, Ledger, bytes]) -> None:
    def twice(book: Any) -> None:
        sheet, first = book[SHEET], first_row(book)
        for column in range(1, len(HEADS) + 1):
            sheet.cell(first + 1, column).value = sheet.cell(first, column).value

    (told,) = refused(out, twice)
    row = first_row(opened(out[2]))
    assert f"第 {row + 1} 行“问题编号”列：{FIRST} 与第 {row} 行重复" in told


def test_merged_cells_are_named(out: tuple[Path, Ledger, bytes]) -> None:
    def merge(book: Any) -> None:
        first = first_row(book)
        book[SHEET].merge_cells(
            start_row=first, end_row=first + 1, start_column=HEADS.index("责任人") + 1, end_column=HEADS.index("责任人") + 1
        )

    told = refused(out, merge)
    assert any("“责任人”列" in line and "合并单元格" in line for line in told)


@pytest.mark.parametrize(
    "change", [lambda book: book[SHEET].delete_cols(5), lambda book: book[SHEET].insert_cols(3)], ids=["deleted", "inserted"]
)
def test_a_column_that_was_moved_is_refused(out: tuple[Path, Ledger, bytes], change: Change) -> None:
    (told,) = refused(out, change)
    assert "列应依次为 序号、问题编号、单位" in told


def test_another_workbook_is_no_ledger(out: tuple[Path, Ledger, bytes]) -> None:
    folder, ledger, _ = out
    path = folder / "检查结果.xlsx"
    path.write_bytes(workbook_bytes(inspection_workbook(small())))
    with pytest.raises(UsageProblem, match=r"检查结果\.xlsx 不是整改台账"):
        read_ledger(path, ledger, DAY)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old binary", "编号,状态".encode()])
def test_a_file_that_is_no_workbook_is_one_line(out: tuple[Path, Ledger, bytes], content: bytes) -> None:
    path = out[0] / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match=r"不是 XLSX 文件或已损坏") as problem:
        read_ledger(path, out[1], DAY)
    assert "\n" not in str(problem.value)


def test_a_missing_file_is_one_line(out: tuple[Path, Ledger, bytes]) -> None:
    with pytest.raises(UsageProblem, match=r"读不出来"):
        read_ledger(out[0] / "没有.xlsx", out[1], DAY)


def test_a_ledger_of_another_quarter_or_year_is_refused_unless_asked_for(out: tuple[Path, Ledger, bytes]) -> None:
    folder, ledger, data = out
    later = inspection_of([site(1, findings=(finding(1),))], quarter=Quarter(2026, 4))
    ledger.issue(issues_of(later, date(2027, 1, 8)))
    path = filled(folder, data, put(1, **DONE))
    with pytest.raises(UsageProblem, match=r"是2026年第三季度的台账，最近下发的是2026年第四季度的：确要导入，请加 --quarter 2026Q3"):
        read_ledger(path, ledger, DAY)
    with pytest.raises(UsageProblem, match=r"是2026年第三季度的台账，不是2025年第三季度的"):
        read_ledger(path, ledger, DAY, quarter=Quarter(2025, 3))
    assert len(read_ledger(path, ledger, DAY, quarter=QUARTER).claims) == 1


def test_a_ledger_that_was_never_handed_out_here_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    _, data = handed_out(tmp_path / "a")
    ledger, _ = handed_out(tmp_path / "b", inspection_of([site(1, findings=(finding(1),))], quarter=Quarter(2026, 2)))
    with pytest.raises(UsageProblem, match=r"本监管库没有下发过该季度的台账"):
        read_ledger(filled(tmp_path, data), ledger, DAY)


def test_a_finding_that_was_not_handed_out_is_unknown_even_if_the_file_has_it(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    _, data = handed_out(tmp_path / "a")
    ledger, _ = handed_out(tmp_path, inspection_of([site(1, findings=(finding(1),))]))
    with pytest.raises(UsageProblem, match=r"“f000000002”不在下发的台账中"):
        read_ledger(filled(tmp_path, data), ledger, DAY)


# what does no harm


def test_a_ledger_that_was_left_as_it_was_says_nothing(out: tuple[Path, Ledger, bytes]) -> None:
    assert taken(out) == ()


def test_what_a_unit_fills_in_is_taken_with_who_and_when_and_the_file(out: tuple[Path, Ledger, bytes]) -> None:
    values = {
        "责任部门": "办公室",
        "责任人": " 张三 ",
        "联系电话": 13900000000.0,
        "整改措施": "已更新。",
        "佐证": "见附件",
        "备注": "无",
        **DONE,
    }
    (claim,) = taken(out, put(1, **values))
    assert claim.said == (
        "办公室", "张三", "13900000000", "已更新。", date(2026, 10, 16), "已整改", date(2026, 10, 15), "见附件", "无",
    )  # fmt: skip
    assert (claim.finding, claim.by, claim.day, claim.file, len(claim.sha256)) == (FIRST, "青山市", DAY, "台账.xlsx", 64)


@pytest.mark.parametrize(
    "value", ["2026-10-15", "2026年10月15日", "2026/10/15", 46310, datetime(2026, 10, 15, 8, 30), "20261015 "], ids=str
)  # fmt: skip
def test_a_day_may_stand_in_any_form(out: tuple[Path, Ledger, bytes], value: Any) -> None:
    (claim,) = taken(out, put(1, 整改状态="已整改", 完成时间=value))
    assert claim.done == date(2026, 10, 15)


def test_days_at_the_edges_are_possible(out: tuple[Path, Ledger, bytes]) -> None:
    first, second = taken(
        out, put(1, 整改状态="已整改", 完成时间=date(2026, 7, 20), 整改时限=date(2026, 7, 20)), put(2, 整改状态="已整改", 完成时间=DAY)
    )
    assert (first.done, first.planned, second.done) == (date(2026, 7, 20), date(2026, 7, 20), DAY)


def harmless(book: Any) -> None:
    """What spreadsheet programs and people do without meaning anything."""
    sheet, first = book[SHEET], first_row(book)
    sheet.cell(first, HEADS.index("扣分") + 1).value = 1  # was 1.0
    sheet.cell(first, HEADS.index("标识码") + 1).value = int(sheet.cell(first, HEADS.index("标识码") + 1).value)
    sheet.cell(first, HEADS.index("问题") + 1).value += "  "
    sheet.cell(first, HEADS.index("问题页面") + 1).hyperlink = None
    sheet.cell(first, HEADS.index("发现时间") + 1).value = "2026-07-20"
    sheet.cell(first, HEADS.index("整改状态") + 1).value = "待整改 "
    sheet.auto_filter.ref = None
    sheet.protection.sheet = False
    sheet.column_dimensions["C"].hidden = True


def test_what_programs_change_without_meaning_is_no_change(out: tuple[Path, Ledger, bytes]) -> None:
    assert taken(out, harmless) == ()


def test_sorted_and_removed_rows_do_no_harm(out: tuple[Path, Ledger, bytes]) -> None:
    def sort(book: Any) -> None:
        sheet, first = book[SHEET], first_row(book)
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)][::-1]
        sheet.delete_rows(first, len(rows))
        for number, row in enumerate(rows[1:], first):
            for column, value in enumerate(row, 1):
                sheet.cell(number, column).value = value

    folder, ledger, data = out
    returned = read_ledger(filled(folder, data, put(1, **DONE), sort), ledger, DAY)
    assert [claim.finding for claim in returned.claims] == [FIRST]
    assert len(returned.missing) == 1 and returned.rows == len(ledger.issued(QUARTER)) - 1


def test_a_note_below_the_table_is_named_not_swallowed(out: tuple[Path, Ledger, bytes]) -> None:
    def below(book: Any) -> None:
        book[SHEET].cell(book[SHEET].max_row + 2, 1).value = "填表人：张三"

    (told,) = refused(out, below)
    assert "没有问题编号：请不要添加行" in told


def test_many_errors_are_cut_and_counted(tmp_path: Path) -> None:
    ledger, data = handed_out(tmp_path, inspection_of([site(1, findings=tuple(finding(number) for number in range(1, 251)))]))
    with pytest.raises(UsageProblem) as problem:
        read_ledger(filled(tmp_path, data, *(put(number, 整改状态="完成") for number in range(1, 251))), ledger, DAY)
    lines = str(problem.value).split("\n")
    assert len(lines) == 201 and lines[-1].startswith("共 250 处错误（只列出前 200 处）")


def test_the_marks_are_what_a_file_is_known_by() -> None:
    workbook = inspection_workbook(small())
    assert isinstance(workbook, Workbook) and workbook.marks["kind"] == "inspection" and workbook.marks["quarter"] == "2026Q3"
