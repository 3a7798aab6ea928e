"""What each check measured is laid out from its figures; what the figures do not say is left out, and nothing is invented."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from checks.model import Judgement
from reports.availability_view import availability_sheet
from reports.hidden_links_view import hidden_links_sheet
from reports.https_view import https_sheet
from reports.identity_view import identity_sheet
from reports.links_view import links_sheet
from reports.matrix import matrix
from reports.page_list import LISTED_PAGES, PRINTED_PAGES, SHOWN_PAGES, PageList
from reports.sheet import LISTED_ROWS, PRINTED_ROWS, SHOWN_ROWS, Cell, Grid, Heading, Sheet
from reports.tags_view import tags_sheet
from tests.reports import sample
from tests.reports.sample import surface

Builder = Callable[[Sequence[Judgement]], Sheet | None]
BUILDERS: dict[str, Builder] = {
    "availability": availability_sheet,
    "site-identity": identity_sheet,
    "page-tags": tags_sheet,
    "links": links_sheet,
    "hidden-links": hidden_links_sheet,
    "https": https_sheet,
}


def built(check: str, judgements: Sequence[Judgement] | None = None) -> Sheet:
    sheet = BUILDERS[check](sample.judgements() if judgements is None else judgements)
    assert sheet is not None
    return sheet


def facts(sheet: Sheet) -> dict[str, str]:
    return {fact.label: fact.value for fact in sheet.facts}


def judged(check: str, figures: dict[str, Any]) -> list[Judgement]:
    return [Judgement.of(sample.check(check, "检查"), [], summary="…", figures=figures)]


@pytest.mark.parametrize("check", BUILDERS)
def test_a_check_that_measured_nothing_has_no_sheet(check: str) -> None:
    assert BUILDERS[check](judged(check, {})) is None
    assert BUILDERS[check]([]) is None


ODD: dict[str, dict[str, Any]] = {
    "availability": {"visits": [{}, "x"], "families": 3},
    "site-identity": {"shown": {"conac": "x"}, "missing": {"icp": None}},
    "page-tags": {"pages": {"home": None}, "lacking": []},
    "links": {"targets": [{}, 7], "unverifiable": {"forbidden": "x"}, "unverified": None},
    "hidden-links": {"cloak_test": ["ok"]},
    "https": {"handshake": {"state": "ok"}, "certificate": {"names": 5, "days_left": "x"}, "mixed": {"active": [{}]}},
}


@pytest.mark.parametrize("check", BUILDERS)
def test_figures_of_another_shape_break_no_report(check: str) -> None:
    BUILDERS[check](judged(check, ODD[check]))


def test_attempts_stand_one_by_one_families_apart() -> None:
    sheet = built("availability")
    assert facts(sheet)["IPv4"] == "访问 3 次，打开 2 次，用时中位数 146 毫秒（时通时断）"
    assert facts(sheet)["IPv6"] == "访问 2 次，打开 2 次，用时中位数 167 毫秒（全部打开）"
    (grid,) = sheet.grids
    assert [row.slots[1].cell.text for row in grid.shown] == ["IPv4", "IPv6", "不详", "IPv4", "IPv6", "IPv4"]
    assert [row.slots[2].cell.style for row in grid.shown] == ["pass", "pass", "pass", "not_assessed", "pass", "pass"]


def test_one_run_does_not_pretend_to_know_a_week() -> None:
    assert "还没有一周的记录" in facts(built("availability"))["一周统计"]
    week = {"first": "2026-09-23", "last": "2026-09-30", "visits": 84, "failed": 9, "rate": "10.7%"}
    told = facts(built("availability", judged("availability", surface.AVAILABILITY | {"week": week})))["一周统计"]
    assert told == "2026-09-23 至 2026-09-30，访问 84 次，失败 9 次，失败率 10.7%（达到 5% 即单项否决）"


def test_six_facts_are_counted_and_their_gaps_placed() -> None:
    counts, places = built("site-identity").grids
    assert [(row.head.text, *(slot.cell.text for slot in row.slots)) for row in counts.shown][:2] == [
        ("党政机关标识", "26", "9"),
        ("网站标识码", "38", "0"),
    ]
    assert [heading.word for heading in places.headings] == ["位置", "党政机关标识", "公安备案"]
    assert [(row.head.text, *(slot.cell.text for slot in row.slots)) for row in places.shown] == [("/zwgk/tzgg/", "9 页", "9 页")]


def test_lacking_tags_are_counted_by_group_and_placed() -> None:
    sheet = built("page-tags")
    assert facts(sheet) == {
        "检查的页面": "首页 1 个，栏目页 7 个，内容页 29 个",
        "网站标签": "没有发现问题",
        "栏目标签": "为空 3 页",
        "内容标签": "缺少 9 页",
    }
    assert [row.head.text for row in sheet.grids[0].shown] == ["全站", "/zwgk/tzgg/", "/xwzx/"]


def test_problem_targets_stand_worst_first_one_cause_after_another() -> None:
    sheet = built("links")
    targets, untold = sheet.grids
    assert [row.slots[0].cell.text for row in targets.shown] == ["不良或过期", "打不开", "打不开", "打不开", "需留意"]
    assert [row.slots[2].cell.text.partition("（")[0] for row in targets.shown][1:4] == [
        surface.GONE,
        surface.GONE,
        "域名不存在或没有地址记录，两次解析结果相同",
    ]
    assert facts(sheet)["无法判定"] == "6 个（对方拒绝了程序的访问 4 个，对方要求通过防护验证 2 个）"
    assert facts(sheet)["未核验"] == "5 个，超出本次核验的数量或时间上限"
    assert len(untold.shown) == 6
    assert "也不算断链" in sheet.note


def test_an_address_of_bad_content_is_text_only() -> None:
    bad = built("links").grids[0].shown[0].head.address
    assert bad is not None
    assert (bad.url, bad.href) == (surface.CASINO, "")


def test_a_certificate_is_told_in_six_lines() -> None:
    told = facts(built("https"))
    assert told["证书有效期"] == "2025-10-20 至 2026-10-20（还有 20 天）"
    assert told["证书域名"] == "www.qingshan.example.cn、qingshan.example.cn（含网站域名）"
    assert told["证书链"] == "可信，服务器发送 2 张证书"
    old = surface.HTTPS | {"certificate": surface.HTTPS["certificate"] | {"days_left": -3, "matches": False}}
    told = facts(built("https", judged("https", old)))
    assert told["证书有效期"].endswith("（已过期 3 天）")
    assert told["证书域名"].endswith("（不含网站域名）")


def test_a_home_page_that_differs_for_search_engines_is_not_called_the_same() -> None:
    assert facts(built("hidden-links"))["从搜索结果进入"] == "首页与平常相同"
    assert facts(built("hidden-links"))["搜索引擎抓取"] == "没有正常应答（HTTP 403 拒绝访问）"
    found = surface.cloaked(("referrer",))
    judgement = Judgement.of(sample.check("hidden-links", "暗链"), [found], summary="…", figures=surface.HIDDEN)
    assert facts(built("hidden-links", [judgement]))["从搜索结果进入"] == "首页与平常不同，见问题清单"


def test_a_matrix_without_a_fault_is_no_table() -> None:
    assert matrix("…", {"missing-icp": "ICP"}, []) is None


@pytest.mark.parametrize("count", [0, 1, SHOWN_PAGES, SHOWN_PAGES + 1, PRINTED_PAGES, PRINTED_PAGES + 1, LISTED_PAGES + 7])
@pytest.mark.parametrize("on_paper", [0, PRINTED_PAGES])
def test_no_page_of_a_list_is_lost_or_counted_twice(count: int, on_paper: int) -> None:
    pages = PageList.of([f"https://www.example.cn/{n}" for n in range(count)], on_paper=on_paper)
    listed = [address.url for address in (*pages.shown, *pages.folded, *pages.screen_only)]
    assert listed == list(pages.every[: len(listed)])
    assert len(listed) + pages.omitted == count == pages.count == len(pages.every)
    assert len(pages.shown) + len(pages.folded) + pages.unprinted == count


@pytest.mark.parametrize("count", [1, SHOWN_ROWS, SHOWN_ROWS + 1, PRINTED_ROWS + 1, LISTED_ROWS + 3])
def test_no_row_of_a_table_is_lost_or_counted_twice(count: int) -> None:
    grid = Grid.of("…", (Heading("a"), Heading("b")), [[Cell(str(n)), Cell("")] for n in range(count)])
    assert grid is not None
    assert len(grid.shown) + grid.folded_count + grid.omitted == count
    assert sum(row.paper == "line" for row in (*grid.shown, *grid.folded)) + grid.unprinted == count


def test_a_row_that_does_not_fit_its_table_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        Grid.of("…", (Heading("a"), Heading("b")), [[Cell("only one")]])
