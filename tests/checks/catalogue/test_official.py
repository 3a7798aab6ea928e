"""The national table against the numbers of the standards, typed here anew, and against everything the checks can find."""

from __future__ import annotations

import pytest

from checks.catalogue import rules
from checks.catalogue.indicators import Part, official, validate
from checks.model import Check
from checks.registry import CHECKS

DEDUCTIONS: dict[str, dict[str, float]] = {
    "发布解读": {
        "概况信息": 2, "机构职能": 2, "领导信息": 2, "动态要闻": 5, "政策文件": 5, "政策解读": 5, "解读比例": 3, "解读关联": 3, "其他栏目": 4,
    },
    "办事服务": {"事项公开": 3, "在线申请": 5, "办事统计": 2, "办事指南": 8, "内容准确": 5, "表格样表": 2},
    "互动交流": {"信息提交": 7, "统一登录": 3, "留言公开": 6, "办理答复": 7},
    "功能设计": {
        "域名名称": 3, "网站标识": 3, "可用性": 1, "“我为政府网站找错”监督举报平台入口": 1, "网民找错留言办理": 3, "站内搜索": 4, "一号登录": 2, "页面标签": 1,
        "兼容性": 2, "IPv6 改造": 1,
    },
}  # fmt: skip
"""Block → item → cap (indicators-websites.md §3)."""

BONUS: dict[str, dict[str, float]] = {
    "信息发布": {"数据发布": 4, "解读回应": 3},
    "办事服务": {"服务功能": 2, "服务内容": 2, "服务关联": 2},
    "互动交流": {"实时互动": 5, "调查征集": 3},
    "功能设计": {"智能搜索": 4, "用户空间": 2},
    "创新发展": {"创新发展": 3},
}
"""§4."""

ROWS: dict[str, list[tuple[float, str]]] = {
    "概况信息": [(2, "once"), (1, "each")],
    "机构职能": [(2, "once"), (1, "each")],
    "领导信息": [(2, "once"), (1, "each")],
    "动态要闻": [(5, "once"), (5, "once")],
    "政策文件": [(5, "once"), (5, "once")],
    "政策解读": [(5, "once"), (5, "once")],
    "解读比例": [(1, "each")],
    "解读关联": [(0.5, "each"), (0.5, "each")],
    "其他栏目": [(2, "each"), (1, "each")],
    "事项公开": [(3, "once")],
    "在线申请": [(5, "once"), (5, "once")],
    "办事统计": [(2, "once"), (1, "once"), (2, "once")],
    "办事指南": [(4, "each"), (0.5, "each"), (1, "each"), (2, "each"), (0.5, "each")],
    "内容准确": [(1, "each")],
    "表格样表": [(1, "each")],
    "信息提交": [(7, "once")],
    "统一登录": [(3, "once")],
    "留言公开": [(6, "once"), (1, "each"), (3, "once"), (3, "once")],
    "办理答复": [(4, "each"), (4, "each")],
    "域名名称": [(1, "once"), (1, "once"), (1, "once")],
    "网站标识": [(0.5, "once")] * 6,
    "可用性": [(0.2, "each"), (0.1, "each")],
    "“我为政府网站找错”监督举报平台入口": [(1, "once"), (0.2, "each")],
    "网民找错留言办理": [(1, "each"), (1, "each")],
    "站内搜索": [(4, "once"), (1, "each"), (1, "once")],
    "一号登录": [(2, "once")],
    "页面标签": [(0.1, "each"), (0.1, "each")],
    "兼容性": [(1, "each")],
    "IPv6 改造": [(1, "once")],
    "数据发布": [(2, "once"), (1, "once"), (1, "once"), (1, "once")],
    "解读回应": [(1, "each")],
    "服务功能": [(1, "once"), (1, "once")],
    "服务内容": [(2, "once"), (1, "once")],
    "服务关联": [(2, "once")],
    "实时互动": [(3, "once"), (2, "once")],
    "调查征集": [(2, "once"), (1, "once")],
    "智能搜索": [(1, "once"), (1, "once"), (1, "each")],
    "用户空间": [(2, "once")],
    "创新发展": [(3, "once")],
}
"""Item → unit deduction or bonus of each line, in the order of the standards."""

VETOES: dict[str, list[int]] = {
    "安全、泄密事故等严重问题": [1] * 6, "站点无法访问": [1], "首页不更新": [1], "栏目不更新": [5, 10, 5], "互动回应差": [1, 1], "服务不实用": [1, 1, 1],
}  # fmt: skip
"""Item → how many findings each line asks for (§2). What people count themselves (guides of 5 matters) asks for one judgement."""

UNFED: dict[str, str] = {}
"""check/code → why a finding that is a veto or a deduction costs nothing by this table."""


@pytest.mark.parametrize(("part", "wanted", "total"), [("deduction", DEDUCTIONS, 100), ("bonus", BONUS, 30)])
def test_blocks_and_caps_are_those_of_the_standards_and_add_up(part: Part, wanted: dict[str, dict[str, float]], total: float) -> None:
    items = official().part(part)
    found: dict[str, dict[str, float]] = {}
    for item in items:
        found.setdefault(item.block, {})[item.name] = item.cap
    assert found == wanted
    assert sum(sum(caps.values()) for caps in wanted.values()) == total
    assert [sum(caps.values()) for caps in wanted.values()] == ([31, 25, 23, 21] if part == "deduction" else [7, 6, 8, 6, 3])
    assert {(block.name, block.points) for block in official().blocks if block.part == part} == {
        (name, sum(caps.values())) for name, caps in wanted.items()
    }


def test_the_gates_are_sixty_and_eighty() -> None:
    gates = official().gates
    assert (gates.fail, gates.bonus, gates.full, gates.bonus_full) == (60, 80, 100, 30)


def test_every_line_costs_or_earns_what_the_standards_say() -> None:
    items = (*official().part("deduction"), *official().part("bonus"))
    assert {item.name: [(row.points, row.per) for row in item.rows] for item in items} == ROWS


def test_the_six_vetoes_have_all_their_lines_and_their_counts() -> None:
    items = official().part("veto")
    assert {item.name: [row.at_least for row in item.rows] for item in items} == VETOES
    assert all(item.kinds == ("portal", "department") and not item.cap for item in items)
    assert not any(row.points for item in items for row in item.rows)


def test_parts_two_and_three_are_for_portals_and_only_service_blocks_hang_on_services() -> None:
    for item in official().indicators:
        assert item.part == "veto" or item.kinds == ("portal",)
        assert item.services == (item.block == "办事服务" or item.name == "服务不实用"), item.id


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_every_veto_and_deduction_a_check_can_give_feeds_a_row_or_says_why_not(check: Check) -> None:
    found = rules(check.id)
    fed = {
        (feed.check, code)
        for item in official().indicators
        for row in item.rows
        for feed in row.feeds
        for code in (feed.codes or found.codes)
    }
    for code, rule in found.codes.items():
        name = f"{found.check}/{code}"
        if rule.severity in ("veto", "deduction"):
            assert ((found.check, code) in fed) != (name in UNFED), name
        if rule.severity == "veto":
            assert any(
                feed.check == found.check and code in feed.codes
                for item in official().part("veto")
                for row in item.rows
                for feed in row.feeds
            ), name


def test_no_row_claims_to_be_the_original_text() -> None:
    """Nobody here has read the original (indicators-websites.md, open question 1)."""
    assert {row.basis for item in official().indicators for row in item.rows} <= {"second-hand", "assumed"}
    assert official().basis == official().gates.basis == "second-hand"
    assert all(row.source for item in official().indicators for row in item.rows)


def test_the_table_is_sound_and_has_a_digest() -> None:
    assert validate(official()) == ()
    assert len(official().digest) == 12
    assert official() is official()
