"""Names of links and pages mean what a visitor takes them for; near misses mean nothing or something else."""

from __future__ import annotations

import pytest

from checks.interaction_words import kind_of, state_of

NAMES = {
    "互动交流": "section", "政民互动": "section", "互 动 交 流": "section", "公众参与": "section",
    "县长信箱": "consult", "专员信箱": "consult", "区长信箱": "consult", "我要写信": "consult", "在线咨询": "consult", "网上留言": "consult",
    "广州12345": "consult", "市科技局|我要留言": "consult", "市市场监督管理局|我要留言": "consult", "咨询投诉": "consult", "主任邮箱": "consult",
    "回复选登": "letters", "留言选登": "letters", "结果反馈": "letters",
    "来信统计": "statistics", "留言统计": "statistics", "互动统计": "statistics", "信件办理情况": "statistics", "答复排行": "statistics",
    "网上信访": "petition", "市信访局": "petition", "我要信访": "petition",
    "纪检举报": "discipline", "监督举报": "discipline", "我要举报": "discipline", "中国互联网举报中心": "discipline",
    "意见征集": "survey", "网上调查": "survey", "征集结果反馈": "survey",
    "在线访谈": "interview", "往期访谈": "interview",
    "投诉举报": "discipline", "网上投诉": "complaint",
}  # fmt: skip


@pytest.mark.parametrize(("name", "kind"), NAMES.items(), ids=NAMES)
def test_a_name_means_its_channel(name: str, kind: str) -> None:
    assert kind_of(name) == kind


NOTHING = [
    "咨询电话", "主编信箱", "电子邮箱", "邮箱登录", "写信须知", "办事统计", "办件统计", "统计公报", "统计局", "网站访问统计", "工程咨询", "建议提案办理情况",
    "关于2026年秋季入学政策咨询的答复意见", "县领导会见企业家", "通知公告", "数据统计", "政务服务", "",
]  # fmt: skip


@pytest.mark.parametrize("name", NOTHING)
def test_a_near_miss_means_nothing(name: str) -> None:
    assert kind_of(name) == ""


def test_inside_the_section_bare_statistics_are_its_own() -> None:
    assert kind_of("数据统计", inside=True) == "statistics"


STATES = {
    "已办结": "answered", "处理完成": "answered", "已 回 复": "answered", "[已答复]": "answered",
    "受理中": "pending", "待回复": "pending", "未答复": "pending", "正在办理": "pending",
    "已受理": "waiting", "已转办": "waiting", "不予受理": "invalid", "无效来信": "invalid",
    "2026-08-01": "", "县教育局": "", "关于未回复来信的通报说明情况": "",
}  # fmt: skip


@pytest.mark.parametrize(("text", "state"), STATES.items(), ids=STATES)
def test_a_state_is_what_the_page_words(text: str, state: str) -> None:
    assert state_of(text) == state
