"""What `page-tags` saw: pages looked at by role, and which part of the site lacks which group of meta tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model import Judgement
from reports.matrix import matrix
from reports.sheet import Sheet, figures_of, sheet, within
from reports.view import Fact, count_of

CHECK_ID = "page-tags"
_ROLES = (("home", "首页"), ("column", "栏目页"), ("content", "内容页"))
_GROUPS = (("site", "网站标签"), ("column", "栏目标签"), ("content", "内容标签"))
_STATES = (("missing", "缺少"), ("empty", "为空"), ("placeholder", "占位"))
COLUMNS = {
    **{f"{group}-{state}": f"{name}{word}" for group, name in _GROUPS for state, word in _STATES},
    "site-foreign": "网站标签是别站的",
    "pubdate-invalid": "PubDate 无法识别",
    "pubdate-form": "PubDate 格式",
    "pubdate-disagrees": "PubDate 与页面不符",
}
"""Finding code → head of its column."""


def tags_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when no page was looked at."""
    figures = figures_of(judgements, CHECK_ID)
    if not within(figures, "pages"):
        return None
    findings = next((judgement.findings for judgement in judgements if judgement.check == CHECK_ID), ())
    return sheet(CHECK_ID, "页面标签情况", list(_facts(figures)), [matrix("标签有问题的页面在哪些部分", COLUMNS, findings)])


def _facts(figures: Mapping[str, Any]) -> Iterator[Fact]:
    pages = within(figures, "pages")
    yield Fact("检查的页面", "，".join(f"{name} {count_of(pages.get(role)) or 0} 个" for role, name in _ROLES))
    lacking = within(figures, "lacking")
    for group, name in _GROUPS:
        parts = [(word, count_of(lacking.get(f"{group}-{state}"))) for state, word in _STATES]
        told = "，".join(f"{word} {count} 页" for word, count in parts if count)
        yield Fact(name, told or "没有发现问题")
    unseen = count_of(figures.get("unseen"))
    if unseen:
        yield Fact("未能确认的页面", f"{unseen} 页（没有在浏览器中打开，缺少的标签可能由脚本写入）")
