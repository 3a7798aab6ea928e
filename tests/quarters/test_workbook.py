"""The workbook of a quarterly inspection, read back: every figure and every finding of the inspection, and nothing worked out anew."""

from __future__ import annotations

import io
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from checks.registry import CHECKS
from reports.hostile import line
from reports.inspection_model import Inspection, Rate
from reports.inspection_workbook import inspection_workbook
from reports.workbook import workbook_bytes
from tests.office import convert, pdf_text, problems, schema_problems
from tests.quarters.samples import HOSTILE, finding, inspection_of, sample_inspection, site

TABS = [
    "说明",
    "总体情况",
    "网站×指标",
    "网站×检查项",
    "问题清单",
    "栏目更新",
    "IPv6",
    "可用性",
    "单位",
    "整改",
    "季内已整改",
    "复查",
    "标记",
]

Row = dict[str, Any]
WAITS = finding(1, check="home-updates", severity="veto")


def data_of(inspection: Inspection) -> bytes:
    return workbook_bytes(inspection_workbook(inspection))


@pytest.fixture(scope="module")
def sample() -> Inspection:
    return sample_inspection()


@pytest.fixture(scope="module")
def data(sample: Inspection) -> bytes:
    return data_of(sample)


@pytest.fixture(scope="module")
def book(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def table(book: Any, tab: str, first: str) -> list[Row]:
    """Rows of a sheet by their heads; the head row is the one that begins with ``first``."""
    rows = list(book[tab].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def rate(value: Rate) -> object:
    return "无可比数据" if value.whole == 0 else pytest.approx(value.part / value.whole)


def test_the_tabs_stand_in_the_order_of_reading(book: Any) -> None:
    assert book.sheetnames == TABS


def test_the_first_sheet_says_what_the_figures_rest_on(book: Any, sample: Inspection) -> None:
    said = [(row["项目"], row["内容"]) for row in table(book, "说明", "项目")]
    text = "\n".join(f"{key} {value}" for key, value in said)
    for word in ("2026年第三季度", "2026-09-28", "2026-10-16", sample.catalogue, sample.program, "全部网站", "正式发布", *sample.notes):
        assert word in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": 0}, "草稿，尚未发布"),
        ({"version": 2, "changes": ("青山市的合格率更正为100%。",)}, "第 2 版（更正）"),
        ({"unreviewed": True}, "尚未经人工确认"),
    ],
)
def test_a_draft_an_erratum_and_unreviewed_findings_are_named(changes: dict[str, Any], words: str) -> None:
    told = load_workbook(io.BytesIO(data_of(sample_inspection(**changes))))
    assert words in "\n".join(str(row["内容"]) for row in table(told, "说明", "项目"))


def test_every_tally_is_there_with_numerator_and_denominator(book: Any, sample: Inspection) -> None:
    rows = table(book, "总体情况", "类别")
    every = [sample.total, *sample.by_level, *sample.by_group, *(past.tally for past in sample.series)]
    assert len(rows) == len(every)
    for row, tally in zip(rows, every, strict=True):
        assert (row["运行网站"], row["抽中"], row["检查"]) == (tally.operating, tally.drawn, tally.checked)
        assert (row["合格"], row["不合格"], row["未能评估"], row["结论可能变化"]) == (
            tally.passed,
            tally.failed,
            tally.unassessed,
            tally.unsettled,
        )
        assert row["合格率"] == rate(tally.pass_rate) and row["检查率"] == rate(tally.checked_rate)


def test_every_site_stands_with_score_verdict_and_reasons(book: Any, sample: Inspection) -> None:
    rows = table(book, "网站×指标", "序号")
    assert [row["标识码"] for row in rows] == [line.code for line in sample.sites]
    words = {"pass": "合格", "fail": "不合格", "unassessed": "未能评估"}
    for row, own in zip(rows, sample.sites, strict=True):
        card = own.card
        assert row["结论"] == words[own.state]
        assert (row["得分"], row["最低"], row["最高"]) == ((card.certain, card.low, card.high) if card else (None, None, None))
        assert (row["监测日期"].date() if row["监测日期"] else None) == own.night
        assert (row["问题"], row["待核问题"]) == (sum(each.counted for each in own.findings), len(own.pending))
        items = {item.name: item.points for item in card.items} if card and card.scored else {}
        assert row["扣分：栏目不更新"] == items.get("栏目不更新")


def test_a_sites_name_leads_to_the_site_and_a_findings_site_to_its_row(book: Any, sample: Inspection) -> None:
    sites = book["网站×指标"]
    head = next(number for number in range(1, 9) if sites.cell(number, 1).value == "序号")
    names = {line.key: sites.cell(head + number, 3) for number, line in enumerate(sample.sites, 1)}
    assert [names[line.key].hyperlink.target for line in sample.sites] == [line.url for line in sample.sites]
    findings = book["问题清单"]
    for row in findings.iter_rows(min_row=4):
        location = row[2].hyperlink.location
        tab, cell = location.rsplit("!", 1)
        assert tab == "'网站×指标'" and sites[cell].value == row[2].value


def test_every_link_within_the_workbook_lands_where_its_text_stands(book: Any) -> None:
    met: Counter[str] = Counter()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink and cell.hyperlink.location and sheet.title != "说明":
                    tab, place = cell.hyperlink.location.rsplit("!", 1)
                    assert book[tab.strip("'")][place].value == cell.value
                    met[sheet.title] += 1
    assert set(met) == {"网站×检查项", "问题清单", "IPv6", "可用性", "复查"}


def test_every_finding_is_listed_with_whether_it_counts(book: Any, sample: Inspection) -> None:
    rows = {row["问题编号"]: row for row in table(book, "问题清单", "序号")}
    told = {each.id: (word, each) for own in sample.sites for word, findings in (
        ("", own.findings), ("待核", own.pending), ("不计入", own.excluded)) for each in findings}  # fmt: skip
    assert set(rows) == set(told)
    for name, (word, each) in told.items():
        row = rows[name]
        assert row["是否计入"] == (word or ("计入" if each.counted else "提示"))
        assert row["扣分"] == (each.points if row["是否计入"] == "计入" else None)
        assert row["首次发现"] == datetime(each.first_seen.year, each.first_seen.month, each.first_seen.day)
        assert row["问题说明"] == line(each.message)
        assert (row["申诉"] or "", row["裁定或决定"] or "") == (each.objection, each.ruling)
        assert row["涉及页面"] == len(each.pages)
        assert row["是否重复"] == ("是" if each.repeated else "否")


def test_units_and_repairs_carry_their_figures(book: Any, sample: Inspection) -> None:
    for row, unit in zip(table(book, "单位", "单位"), sample.units, strict=True):
        assert (row["单位"], row["问题"], row["单项否决"], row["扣分"]) == (
            unit.name,
            unit.findings,
            unit.vetoes,
            pytest.approx(unit.points),
        )
        assert (row["IPv6 可用链接"], row["IPv6 测试链接"], row["IPv6 可用率"]) == (unit.ipv6.part, unit.ipv6.whole, rate(unit.ipv6))
    rows = table(book, "整改", "单位")
    for row, repair in zip(rows, [sample.repair, *(unit.repair for unit in sample.units)], strict=True):
        assert (row["本季新发现"], row["应整改"], row["已整改"]) == (repair.opened, repair.due, repair.closed)
        assert (row["其中季内发现并整改"], row["反复出现"], row["逾期未整改"]) == (repair.within, repair.reopened, repair.overdue)
        assert row["整改率"] == rate(repair.rate)
        assert row["整改天数（中位数）"] == ("无可比数据" if repair.median_days is None else repair.median_days)


def test_what_was_put_right_and_what_was_checked_again_are_named(book: Any, sample: Inspection) -> None:
    assert [row["问题编号"] for row in table(book, "季内已整改", "序号")] == [each.id for each in sample.repaired_within]
    assert Counter(row["本季结果"] for row in table(book, "复查", "网站")) == Counter(["仍不合格", "未能评估", "不再运行"])


FIGURES = {
    "column-updates": {"columns": [
        {"name": "=新闻", "url": "http://www.s1.gov.cn/xw/", "class_name": "动态要闻", "level": 1, "newest": "2026-09-01", "days": 27, "window": "14 天",
         "verdict_name": "超期未更新", "reason": "列表最新一条"},
        {"name": "空白", "url": "javascript:1", "class_name": "其他栏目", "level": None, "newest": None, "days": None, "window": "", "verdict_name": "空白"},
    ]},
    "ipv6": {"aaaa": ["2001:db8::1"], "links": {"levels": [
        {"title": "二级链接", "group_title": "本站", "known": 70, "tested": 60, "ok": 40, "decides": True},
        {"title": "三级链接", "group_title": "本站", "known": 0, "tested": 0, "ok": 0, "decides": True},
    ]}},
    "availability": {"week": {"first": "2026-09-22", "last": "2026-09-28", "visits": 200, "failed": 21, "v6": {"visits": 50, "failed": 1}}},
}  # fmt: skip


def test_what_the_checks_measured_is_tabled() -> None:
    measured = load_workbook(io.BytesIO(data_of(inspection_of([site(1, figures=FIGURES), site(2, figures={})]))))
    first, second = table(measured, "栏目更新", "网站名称")
    assert (first["栏目"], first["最近更新"], first["距监测时间点天数"], first["结果"]) == ("=新闻", datetime(2026, 9, 1), 27, "超期未更新")
    assert (second["栏目"], second["地址"], second["最近更新"], second["距监测时间点天数"]) == ("空白", "javascript:1", None, None)
    rates = [(row["链接级别"], row["测试"], row["可用"], row["可用率"]) for row in table(measured, "IPv6", "网站名称")]
    assert rates == [("二级链接", 60, 40, pytest.approx(40 / 60)), ("三级链接", 0, 0, None)]
    week, none = table(measured, "可用性", "网站名称")
    assert (week["访问"], week["失败"], week["失败率"], week["IPv6 访问"], week["IPv6 失败"]) == (200, 21, pytest.approx(0.105), 50, 1)
    assert (none["访问"], none["说明"]) == (None, "还没有一周的访问记录")


def test_checks_are_columns_by_their_titles(book: Any) -> None:
    heads = table(book, "网站×检查项", "序号")[0]
    titles = {check.id: check.title for check in CHECKS}
    assert heads[titles["column-updates"]] == "通过" and heads[titles["ipv6"]] == "通过"


@pytest.mark.parametrize(
    ("of", "told"),
    [({"pending": (WAITS,)}, "待人工确认"), ({"findings": (WAITS,)}, "不通过"), ({"findings": (WAITS,), "pending": (WAITS,)}, "不通过")],
)
def test_a_check_has_not_failed_before_its_veto_is_confirmed(of: dict[str, Any], told: str) -> None:
    data = data_of(inspection_of([site(1, verdicts={"home-updates": "fail"}, figures={}, **of)]))
    title = next(check.title for check in CHECKS if check.id == "home-updates")
    assert table(load_workbook(io.BytesIO(data)), "网站×检查项", "序号")[0][title] == told


def test_hostile_text_is_text_in_every_sheet(book: Any) -> None:
    met = 0
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                met += isinstance(cell.value, str) and "HYPERLINK" in cell.value
    assert met >= 4
    assert "\x07" not in str([cell.value for row in book["问题清单"].iter_rows() for cell in row]) and "\u202e" in HOSTILE


def test_the_same_inspection_is_the_same_bytes_and_keeps_the_rules_of_the_format(sample: Inspection, data: bytes) -> None:
    assert data == data_of(sample)
    assert problems(data) == []
    assert schema_problems(data) == []


def test_an_inspection_of_nothing_is_a_sound_workbook() -> None:
    data = data_of(inspection_of([site(1, state="unassessed", night=None, card=None, verdicts={}, figures={}, why="没有检查记录")]))
    assert problems(data) == []
    row = table(load_workbook(io.BytesIO(data)), "总体情况", "类别")[0]
    assert row["合格率"] == "无可比数据"


def test_libreoffice_shows_every_tab_and_figure(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "检查结果.xlsx"
    path.write_bytes(data)
    text = pdf_text(convert(path))
    for word in ("2026年第三季度", "青山市人民政府门户网站", "60.0%", "f000000001", "无可比数据", "仍不合格"):
        assert word in text
