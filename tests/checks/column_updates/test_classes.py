"""Names of columns and the class each is of, lookalikes beside them."""

from __future__ import annotations

from datetime import date

import pytest

from checks.columns_classes import classify, declared_kind, is_column_name, past_year, tidy

AS_OF = date(2026, 8, 25)

NAMES = [
    ("工作动态", "dynamic"),
    ("政务要闻", "dynamic"),
    ("部门动态", "dynamic"),
    ("镇街动态", "dynamic"),
    ("图片新闻", "dynamic"),
    ("新闻中心", "dynamic"),
    ("今日蓝田要闻", "dynamic"),
    ("信访工作动态", "dynamic"),
    ("动态信息公开指南", "static"),  # a guide
    ("价格监测动态", "other"),  # measurements, not news
    ("办理动态", "other"),  # of letters
    ("互动交流", "interaction"),
    ("学术动态", "other"),
    ("新闻发布会", "other"),
    ("通知公告", "notice"),
    ("公示公告", "notice"),
    ("县政府通知公告", "notice"),
    ("公告", "notice"),
    ("招聘公告", "other"),
    ("采购公告", "other"),
    ("征集公告", "interaction"),
    ("人事任免", "other"),
    ("规划计划", "other"),
    ("财政预决算", "other"),
    ("政策文件", "policy"),
    ("行政规范性文件", "policy"),
    ("县政府文件", "policy"),
    ("政策法规", "policy"),
    ("招标文件", "other"),
    ("规范性文件征求意见", "interaction"),
    ("废止失效文件", "archive"),
    ("国务院政策文件", "other"),  # copied, not this site's own
    ("政策解读", "interpretation"),
    ("政策文件解读", "interpretation"),
    ("图解", "interpretation"),
    ("政策咨询", "interaction"),
    ("政府信息公开年报", "annual"),
    ("网站工作年度报表", "annual"),
    ("政府信息公开指南", "static"),
    ("机构职能", "static"),
    ("蓝田概况", "static"),
    ("领导之窗", "static"),
    ("领导活动", "other"),
    ("机构改革动态", "dynamic"),
    ("县长信箱", "interaction"),
    ("意见征集", "interaction"),
    ("在线访谈", "interaction"),
    ("网上信访", "interaction"),
    ("办事服务", "service"),
    ("结果查询", "service"),
    ("主题教育专栏", "topic"),
    ("历史信息", "archive"),
    ("往期回顾", "archive"),
    ("2019年工作动态", "archive"),
    ("2018-2020年专项治理", "archive"),
    ("2026年重点工作", "other"),
    ("2030年远景规划", "other"),
]


@pytest.mark.parametrize(("name", "kind"), NAMES, ids=[name for name, _ in NAMES])
def test_a_columns_class_by_its_name(name: str, kind: str) -> None:
    assert classify(name, (), AS_OF) == kind


@pytest.mark.parametrize(
    ("name", "above", "kind"),
    [
        ("工作动态", ("专题专栏", "防汛抗旱"), "topic"),
        ("工作动态", ("政务公开",), "dynamic"),
        ("工作动态", ("聚焦蓝田",), "dynamic"),
        ("回复选登", ("互动交流",), "interaction"),
        ("通知公告", ("历史信息",), "archive"),
        ("工作动态", ("2019年",), "archive"),
        ("机构职能", ("专题专栏",), "static"),
    ],
)
def test_columns_above_decide_for_topics_archives_and_interaction_only(name: str, above: tuple[str, ...], kind: str) -> None:
    assert classify(name, above, AS_OF) == kind


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (" 通知公告（12） >> ", "通知公告"),
        ("» 工作 动态", "工作动态"),
        ("【政策文件】", "政策文件"),
        ("意见征集(2026)", "意见征集"),
        ("公告：", "公告"),
    ],
)
def test_arrows_brackets_and_counts_are_no_part_of_a_name(raw: str, name: str) -> None:
    assert tidy(raw) == name


@pytest.mark.parametrize(
    ("words", "can"),
    [
        ("通知公告", True),
        ("“双随机一公开”", True),
        ("首页", False),
        ("更多", False),
        ("登录", False),
        ("English", False),
        ("关于我们", True),
        ("关于做好汛期工作的通知", False),
        ("这项政策利好何在？总理这样说", False),
        ("蓝政发〔2026〕4号", False),
        ("2026-08-20", False),
        ("闻", False),
    ],
)
def test_sentences_and_page_controls_name_no_column(words: str, can: bool) -> None:
    assert is_column_name(words) is can


def test_years_gone_by_are_told_from_this_year_and_from_numbers() -> None:
    assert past_year("2025年", AS_OF)
    assert not past_year("2026年", AS_OF)
    assert not past_year("2024-2027年规划", AS_OF)
    assert not past_year("工作动态", AS_OF)


def test_a_registry_may_name_a_class_in_code_or_in_chinese() -> None:
    assert declared_kind("dynamic") == "dynamic"
    assert declared_kind("通知公告") == "notice"
    assert declared_kind("随便什么") is None
