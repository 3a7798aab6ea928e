"""The workbook of people's judgements: what it asks, what it takes, and what it refuses by name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlite_utils import Database

from checks.catalogue.indicators import Catalogue
from crawler.oversight import OversightError, connect
from crawler.registry import RegisteredSite, Registry, Unit
from reports.commands.options import UsageProblem
from reports.manual import FigureEntry, Manual, RowEntry
from reports.manual_import import take, template
from reports.manual_sheet import FIGURES, HEADS, POINTS, VETOES
from reports.output import OutputProblem
from reports.quarters import Quarter
from reports.score import score
from tests.reports.score.ground import NATIONAL, altered, assessed

Q3 = Quarter(2026, 3)
DAY = date(2026, 10, 9)
PORTAL, OFFICE, SCHOOL = "6200000001", "6200000002", "6200000003"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "oversight.db")
    Registry(opened).put(
        [Unit("清河县", "市州", "清河县"), Unit("清河县教育局", "市州", "清河县", "清河县"), Unit("青禾市", "市州", "青禾市")],
        [
            RegisteredSite(PORTAL, "清河县人民政府", "http://www.qinghe.example.cn/", code=PORTAL, unit="清河县"),
            RegisteredSite(OFFICE, "=清河县教育局", "http://jyj.qinghe.example.cn/", code=OFFICE, unit="清河县教育局", kind="department"),
            RegisteredSite(SCHOOL, "青禾市人民政府", "http://www.qinghe2.example.cn/", code=SCHOOL, unit="青禾市", has_services=False),
        ],
    )
    yield opened
    opened.close()


@pytest.fixture
def sheet(database: Database, tmp_path: Path) -> Path:
    path = tmp_path / "评分.xlsx"
    assert template(database, path, Q3, "", NATIONAL) == (3, 3)
    return path


def table(_: date) -> Catalogue:
    return NATIONAL


def fill(path: Path, *edits: tuple[str, dict[str, str], dict[str, object]]) -> Path:
    """Write cells: sheet, what the row must hold, what to write."""
    book = load_workbook(path)
    for title, where, cells in edits:
        page, heads = book[title], HEADS[title]
        start = next(number for number in range(1, 12) if page.cell(number, 1).value == heads[0])
        rows = [
            number
            for number in range(start + 1, page.max_row + 1)
            if all(page.cell(number, heads.index(head) + 1).value == value for head, value in where.items())
        ]
        assert rows, where
        for head, value in cells.items():
            page.cell(rows[0], heads.index(head) + 1).value = value  # type: ignore[assignment]
    book.save(path)
    return path


def at(site: str, row: str) -> dict[str, str]:
    return {"网站编号": site, "细则编号": row}


def rows(path: Path, title: str) -> list[dict[str, Any]]:
    page, heads = load_workbook(path)[title], HEADS[title]
    cells = [row for row in page.iter_rows(values_only=True) if row[0]]
    start = next(number for number, row in enumerate(cells) if row[0] == heads[0])
    return [dict(zip(heads, row, strict=False)) for row in cells[start + 1 :]]


QUALITY = (POINTS, at(PORTAL, "quality"), {"分值": 12.5, "说明": "解读只是摘抄", "评分人": "王检查"})


def test_it_asks_about_what_only_people_can_judge_and_nothing_that_does_not_apply(sheet: Path) -> None:
    asked = {(row["网站编号"], row["细则编号"]) for title in (VETOES, POINTS) for row in rows(sheet, title)}
    assert {row for site, row in asked if site == PORTAL} == {
        "bad-links", "opinion", "no-way", "services-wrong", "no-submit", "quality", "data-new", "data-charts", "rating", "new",
    }  # fmt: skip
    assert {row for site, row in asked if site == OFFICE} == {"bad-links", "opinion", "no-way"}, "no points for a department site"
    assert {row for site, row in asked if site == SCHOOL} == {
        "bad-links", "opinion", "no-way", "no-submit", "quality", "data-new", "data-charts", "new",
    }  # fmt: skip


def test_it_says_how_many_points_may_be_given(sheet: Path) -> None:
    told = {row["细则编号"]: row["填写"] for row in rows(sheet, POINTS) if row["网站编号"] == PORTAL}
    assert (told["quality"], told["data-new"], told["no-submit"]) == (
        "扣 0 到 46 分（每个扣 1 分）",
        "得 0 到 2 分（得 2 分）",
        "扣 0 到 7 分（扣 7 分）",
    )


def test_one_unit_s_workbook_has_its_sites_and_those_below_it(database: Database, tmp_path: Path) -> None:
    assert template(database, tmp_path / "u.xlsx", Q3, "清河县", NATIONAL) == (2, 2)
    assert {row["单位"] for row in rows(tmp_path / "u.xlsx", FIGURES)} == {"清河县", "清河县教育局"}


def test_what_a_name_looks_like_is_no_formula(sheet: Path) -> None:
    page = load_workbook(sheet)[VETOES]
    assert [cell.data_type for row in page.iter_rows() for cell in row if cell.value == "=清河县教育局"] == ["s"] * 3


def test_a_workbook_filled_in_reaches_the_score(database: Database, sheet: Path) -> None:
    fill(sheet, QUALITY, (VETOES, at(OFFICE, "opinion"), {"是否存在": "是", "说明": "网民举报", "评分人": "李"}))
    assert take(database, sheet, None, table, DAY) == (Q3, 2)
    held = Manual(database).of(None, Q3.first, date(2026, 9, 28))
    [quality] = held[PORTAL]
    assert (quality.row, quality.points, quality.note, quality.by, quality.day) == ("quality", 12.5, "解读只是摘抄", "王检查", DAY)
    assert [(each.row, each.points) for each in held[OFFICE]] == [("opinion", 1.0)]
    site = assessed()

    card = score(replace(site, site=PORTAL), held[PORTAL], NATIONAL, DAY)
    assert card.certain == 87.5


def test_figures_of_units_are_kept_with_who_and_when(database: Database, sheet: Path) -> None:
    fill(sheet, (FIGURES, {"单位": "清河县", "数据编号": "error-reports"}, {"数值": 17, "填报人": "张"}))
    take(database, sheet, Q3, table, DAY)
    figure = Manual(database).unit_figures(date(2026, 1, 1), date(2026, 12, 31))["清河县"]["error-reports"]
    assert (figure.value, figure.by, figure.day) == (17, "张", DAY)


def test_the_same_workbook_again_says_nothing_new_and_the_next_one_holds_what_was_given(
    database: Database, sheet: Path, tmp_path: Path
) -> None:
    fill(sheet, QUALITY)
    assert take(database, sheet, None, table, DAY)[1] == 1
    assert take(database, sheet, None, table, DAY)[1] == 0
    template(database, tmp_path / "next.xlsx", Q3, "", NATIONAL)
    again = next(row for row in rows(tmp_path / "next.xlsx", POINTS) if (row["网站编号"], row["细则编号"]) == (PORTAL, "quality"))
    assert (again["分值"], again["说明"], again["评分人"]) == (12.5, "解读只是摘抄", "王检查")
    assert take(database, tmp_path / "next.xlsx", None, table, DAY)[1] == 0


def test_an_empty_cell_says_nothing_and_withdrawn_takes_back(database: Database, sheet: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.xlsx"
    template(database, empty, Q3, "", NATIONAL)
    take(database, fill(sheet, QUALITY), None, table, DAY)
    assert take(database, empty, None, table, DAY)[1] == 0
    assert PORTAL in Manual(database).of(None, Q3.first, Q3.last)
    fill(empty, (POINTS, at(PORTAL, "quality"), {"分值": "撤回", "评分人": "王检查"}))
    assert take(database, empty, None, table, DAY)[1] == 1
    assert PORTAL not in Manual(database).of(None, Q3.first, Q3.last)


def test_a_draft_of_an_earlier_day_does_not_know_what_came_later(database: Database, sheet: Path) -> None:
    take(database, fill(sheet, QUALITY), None, table, DAY)
    assert Manual(database).of([PORTAL], Q3.first, Q3.last, taken_by=date(2026, 10, 8)) == {}
    assert Manual(database).of([OFFICE], Q3.first, Q3.last) == {}


def test_a_year_has_the_last_word_of_its_quarters(database: Database) -> None:
    manual = Manual(database)
    for number, points in ((1, 3.0), (3, 1.0)):
        manual.take(
            Quarter(2026, number),
            [RowEntry(PORTAL, "quality", points, "", "王")],
            [FigureEntry("清河县", "error-reports", points, "", "王")],
            DAY,
            "t",
        )
    manual.take(Quarter(2026, 4), [RowEntry(PORTAL, "quality", None, "", "王")], [], DAY, "t")
    [held] = manual.of(None, date(2026, 1, 1), date(2026, 12, 31))[PORTAL]
    assert held.points == 1
    by_quarter = manual.figures_by_quarter(date(2026, 1, 1), date(2026, 12, 31))
    assert [(str(quarter), figures["清河县"]["error-reports"].value) for quarter, figures in by_quarter.items()] == [
        ("2026Q1", 3),
        ("2026Q3", 1),
    ]


BAD: list[tuple[str, tuple[str, dict[str, str], dict[str, object]], str]] = [
    ("points beyond the item", (POINTS, at(PORTAL, "data-new"), {"分值": 2.5, "评分人": "王"}), "“分值”列：“2.5”应为0 到 2"),
    ("points below nought", (POINTS, at(PORTAL, "quality"), {"分值": -1, "评分人": "王"}), "“分值”列：“-1”应为0 到 46"),
    ("no number", (POINTS, at(PORTAL, "quality"), {"分值": "很差", "评分人": "王"}), "“分值”列：“很差”不是数字"),
    ("not a number", (POINTS, at(PORTAL, "quality"), {"分值": "nan", "评分人": "王"}), "“分值”列：“nan”应为"),
    ("a formula", (POINTS, at(PORTAL, "quality"), {"分值": "=1+1", "评分人": "王"}), "“分值”列：是公式"),
    ("nobody's name", (POINTS, at(PORTAL, "quality"), {"分值": 1}), "“评分人”列：请写明姓名"),
    ("a name without points", (POINTS, at(PORTAL, "quality"), {"评分人": "王"}), "“分值”列：是空的"),
    ("a note that is a book", (POINTS, at(PORTAL, "quality"), {"分值": 1, "评分人": "王", "说明": "长" * 501}), "“说明”列：超过 500 字"),
    ("neither yes nor no", (VETOES, at(OFFICE, "opinion"), {"是否存在": "也许", "评分人": "王"}), "“是否存在”列：“也许”应为 是、否 或 撤回"),
    ("a site nobody knows", (VETOES, at(OFFICE, "opinion"), {"网站编号": "6299999999", "是否存在": "否", "评分人": "王"}), "“网站编号”列：登记表中没有“6299999999”"),
    ("another row's id", (POINTS, at(SCHOOL, "quality"), {"细则编号": "rating", "分值": 1, "评分人": "王"}), "“细则编号”列：“rating”不是本网站要人工评分的细则"),
    ("a rule reworded", (POINTS, at(PORTAL, "quality"), {"评分细则": "随便", "分值": 1, "评分人": "王"}), "“评分细则”列：与细则编号 quality 不符"),
    ("a row twice", (POINTS, at(PORTAL, "data-charts"), {"细则编号": "data-new", "评分细则": "数据及时更新", "分值": 1, "评分人": "王"}), "“细则编号”列：与第"),
    ("a unit nobody knows", (FIGURES, {"单位": "青禾市"}, {"单位": "别处", "数值": 1, "填报人": "王"}), "“单位”列：登记表中没有“别处”"),
    ("half a message", (FIGURES, {"单位": "青禾市", "数据编号": "error-reports"}, {"数值": 1.5, "填报人": "王"}), "“数值”列：“1.5”应为整数"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "edit", "told"), BAD, ids=[name for name, _, _ in BAD])
def test_a_bad_cell_is_named_and_nothing_is_taken(
    database: Database, sheet: Path, name: str, edit: tuple[str, dict[str, str], dict[str, object]], told: str
) -> None:
    fill(sheet, (VETOES, at(PORTAL, "opinion"), {"是否存在": "否", "评分人": "王"}), edit)
    with pytest.raises(UsageProblem) as refused:
        take(database, sheet, None, table, DAY)
    *faults, last = str(refused.value).split("\n")
    assert [told in fault and f"“{edit[0]}”表第 " in fault for fault in faults] == [True]
    assert last == "共 1 处错误，整个文件没有导入。"
    assert Manual(database).of(None, Q3.first, Q3.last) == {}


def test_every_bad_cell_is_named_at_once(database: Database, sheet: Path) -> None:
    fill(sheet, *[edit for name, edit, _ in BAD if name in ("no number", "neither yes nor no", "a unit nobody knows")])
    with pytest.raises(UsageProblem, match="共 3 处错误"):
        take(database, sheet, None, table, DAY)


def refusal(database: Database, path: Path, quarter: Quarter | None = None, day: date = DAY, catalogue: Catalogue = NATIONAL) -> str:
    with pytest.raises(UsageProblem) as refused:
        take(database, path, quarter, lambda _: catalogue, day)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_workbook_of_another_quarter_or_year_is_refused_in_one_line(database: Database, sheet: Path) -> None:
    assert "是 2026Q3 的人工评分表，现在可以导入的是 2027Q3或2027Q2" in refusal(database, sheet, day=date(2027, 7, 1))
    assert "现在可以导入的是 2025Q3" in refusal(database, sheet, Quarter(2025, 3))


def test_a_workbook_of_another_table_is_refused_in_one_line(database: Database, sheet: Path) -> None:
    assert "按指标目录 national t1" in refusal(database, sheet, catalogue=altered())


def test_a_file_that_is_none_of_ours_is_refused_in_one_line(database: Database, sheet: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.xlsx"
    other.write_bytes(b"PK nothing")
    assert "不是 XLSX 文件或已损坏" in refusal(database, other)
    book = load_workbook(sheet)
    del book["标记"]
    book.save(other)
    assert "不是人工评分表" in refusal(database, other)
    book = load_workbook(sheet)
    del book[POINTS]
    book.save(other)
    assert "没有“评分”表" in refusal(database, other)
    book = load_workbook(sheet)
    book[POINTS].insert_cols(2)
    book.save(other)
    assert "“评分”表没有表头" in refusal(database, other)


def test_an_unknown_unit_or_a_file_that_cannot_be_written_is_one_line(database: Database, tmp_path: Path) -> None:
    with pytest.raises(OversightError, match="登记表中没有“别处”"):
        template(database, tmp_path / "x.xlsx", Q3, "别处", NATIONAL)
    (tmp_path / "folder.xlsx").mkdir()
    with pytest.raises(OutputProblem, match="无法写入"):
        template(database, tmp_path / "folder.xlsx", Q3, "", NATIONAL)


def test_the_same_registry_gives_the_same_bytes(database: Database, tmp_path: Path) -> None:
    for name in "ab":
        template(database, tmp_path / f"{name}.xlsx", Q3, "", NATIONAL)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
