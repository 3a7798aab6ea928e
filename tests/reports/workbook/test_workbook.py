"""A workbook read back: tabs, links within it, filters, panes, drop-downs, protection, marks; the same content is the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date

import pytest
from openpyxl import load_workbook

from reports import workbook_cells
from reports.grid import Cell, Column, Grid, Link, Workbook, place
from reports.workbook import MARKS, SAMPLED, workbook_bytes
from reports.workbook_titles import tab_titles
from reports.workbook_widths import NARROWEST, WIDEST, lines_of, width_of
from tests.office import problems, schema_problems

COLUMNS = (
    Column("序号", "integer"),
    Column("名称"),
    Column("状态", choices=("待整改", "已整改", "无需整改"), open=True),
    Column("完成时间", "date", open=True),
    Column("页面"),
)


def rows(count: int) -> Iterator[tuple[Cell, ...]]:
    for number in range(1, count + 1):
        yield number, f"清河省第{number}网站", "待整改", date(2026, 8, 20), Link("打开", url=f"http://www.q{number}.gov.cn/")


def book(count: int = 3, **changes: object) -> Workbook:
    told = {"notes": ("说明一", "说明二"), "frozen": 2, "guarded": True, **changes}
    return Workbook("台账", (Grid("台账", COLUMNS, rows(count), **told),), marks={"kind": "ledger", "quarter": "2026Q3"})  # type: ignore[arg-type]


def test_a_sheet_has_notes_head_filter_panes_and_printed_titles() -> None:
    sheet = load_workbook(io.BytesIO(workbook_bytes(book())))["台账"]
    assert [sheet.cell(number, 1).value for number in (1, 2, 3, 4)] == ["说明一", "说明二", "序号", 1]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("C4", "A3:E6", "$3:$3")


def test_a_guarded_sheet_is_locked_but_for_its_open_columns() -> None:
    sheet = load_workbook(io.BytesIO(workbook_bytes(book())))["台账"]
    assert sheet.protection.sheet and not sheet.protection.autoFilter and not sheet.protection.sort
    assert [sheet.cell(4, number).protection.locked for number in range(1, 6)] == [True, True, False, False, True]
    assert not load_workbook(io.BytesIO(workbook_bytes(book(guarded=False))))["台账"].protection.sheet


def test_choices_are_a_drop_down_over_all_rows_and_days_are_asked_for() -> None:
    sheet = load_workbook(io.BytesIO(workbook_bytes(book())))["台账"]
    found = {each.type: (each.formula1, str(each.sqref)) for each in sheet.data_validations.dataValidation}
    assert found == {"list": ('"待整改,已整改,无需整改"', "C4:C6"), "date": ("36526", "D4:D6")}


def test_marks_stand_in_a_sheet_nobody_sees() -> None:
    opened = load_workbook(io.BytesIO(workbook_bytes(book())))
    assert opened[MARKS].sheet_state == "veryHidden"
    assert dict(opened[MARKS].iter_rows(values_only=True)) == {"kind": "ledger", "quarter": "2026Q3"}


def test_a_link_within_the_workbook_finds_its_sheet_whatever_its_title() -> None:
    titles = ["总'体", "a/b:c", "b" * 40, "清河"]
    index = Grid("索引", (Column("去"),), tuple((Link(title, sheet=place(title, 7, 3)),) for title in (*titles, "没有")))
    opened = load_workbook(io.BytesIO(workbook_bytes(Workbook("试", (index, *(Grid(title, (Column("头"),), ()) for title in titles))))))
    cells = [cell for (cell,) in opened["索引"].iter_rows(min_row=2)]
    assert [cell.hyperlink and cell.hyperlink.location for cell in cells] == [
        "'总''体'!C7",
        "'a b c'!C7",
        f"'{'b' * 31}'!C7",
        "'清河'!C7",
        None,
    ]
    assert opened.sheetnames == ["索引", "总'体", "a b c", "b" * 31, "清河"]


@pytest.mark.parametrize(
    ("wanted", "tabs"),
    [
        (["说明", "说明"], ["说明", "说明(2)"]),
        (["A", "a"], ["A", "a(2)"]),
        ([""], ["工作表"]),
        (["'引'"], ["引"]),
        (["[a]:*?/\\b"], ["a b"]),
        (["History"], ["History(2)"]),
        (["标记"], ["标记(2)"]),
        (["x" * 31, "x" * 32], ["x" * 31, "x" * 28 + "(2)"]),
    ],
)
def test_tabs_keep_to_the_rules(wanted: list[str], tabs: list[str]) -> None:
    found = tab_titles(wanted, taken=("标记",))
    assert found == tabs
    assert all(0 < len(title) <= 31 for title in found)


def test_links_beyond_the_limit_of_a_sheet_are_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_cells, "MOST_LINKS", 5)
    sheet = load_workbook(io.BytesIO(workbook_bytes(book(8))))["台账"]
    linked = [sheet.cell(number, 5).hyperlink is not None for number in range(4, 12)]
    assert linked == [True] * 5 + [False] * 3
    assert sheet.cell(11, 5).value == "打开"


def test_the_same_workbook_is_the_same_bytes_and_tells_no_time() -> None:
    first, second = workbook_bytes(book(30)), workbook_bytes(book(30))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_keeps_the_rules_of_the_format() -> None:
    data = workbook_bytes(book(30))
    assert problems(data) == []
    assert schema_problems(data) == []


def test_an_empty_sheet_is_sound() -> None:
    data = workbook_bytes(Workbook("空", (Grid("空", COLUMNS, ()),)))
    assert problems(data) == []
    assert load_workbook(io.BytesIO(data))["空"].auto_filter.ref is None


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="row 2: 1 cells in 2 columns"):
        workbook_bytes(Workbook("试", (Grid("表", (Column("a"), Column("b")), (("x",),)),)))


@pytest.mark.parametrize(
    ("values", "head", "width"),
    [
        ((), "序号", 6.5),
        (("清河省人民政府",), "名称", 15.0),
        (("a" * 20,), "名称", 21.0),
        (("字" * 100,), "名称", WIDEST),
        ((None, 1), "x", NARROWEST),
        ((date(2026, 8, 20),), "日", 11.0),
    ],
)
def test_a_column_is_as_wide_as_its_values_and_a_chinese_character_counts_twice(values: tuple[Cell, ...], head: str, width: float) -> None:
    assert width_of(Column(head), values) == width


@pytest.mark.parametrize(
    ("row", "widths", "lines"),
    [(("短", 1), (20, 8), 1), (("字" * 20,), (21,), 2), (("a\nb\nc",), (20,), 3), (("字" * 5000,), (10,), 8), ((None,), (10,), 1)],
)
def test_a_row_is_as_high_as_its_texts(row: tuple[Cell, ...], widths: tuple[float, ...], lines: int) -> None:
    assert lines_of(row, widths) == lines


def test_rows_are_drawn_one_at_a_time() -> None:
    taken: list[int] = []

    def drawn() -> Iterator[tuple[Cell, ...]]:
        for number in range(SAMPLED * 3):
            taken.append(number)
            yield number, "名", "", None, ""

    workbook_bytes(Workbook("试", (Grid("表", COLUMNS, drawn()),)))
    assert len(taken) == SAMPLED * 3


@pytest.mark.soak
def test_sixty_thousand_findings_are_written_within_two_minutes_and_half_a_gigabyte() -> None:
    import resource
    import time

    wide = (*COLUMNS, *(Column(f"列{number}") for number in range(20)))
    many = ((*row, *(f"问题说明文字若干字{number}" for number in range(20))) for row in rows(60_000))
    began = time.monotonic()
    data = workbook_bytes(Workbook("大", (Grid("问题", wide, many),)))
    assert time.monotonic() - began < 120
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 500 * 1024
    assert sum(1 for _ in load_workbook(io.BytesIO(data), read_only=True)["问题"].iter_rows()) == 60_001
