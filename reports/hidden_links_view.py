"""What `hidden-links` looked at: the pages, and whether the home page shows visitors from search engines something else.

Nothing here can be clicked: what a dark link leads to is text inside the findings.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model import Finding, Judgement
from reports.matrix import matrix
from reports.sheet import Sheet, figures_of, sheet, texts, within
from reports.view import Fact, count_of, text_of
from reports.words import error_word

CHECK_ID = "hidden-links"
COLUMNS = {
    "hidden-bad-links": "藏有暗链",
    "bad-words": "不良词语",
    "cloaked": "对搜索引擎另有内容",
    "hidden-outside-links": "隐藏的外部链接",
}
"""Finding code → head of its column."""
_WAYS = (("referrer", "从搜索结果进入"), ("spider", "搜索引擎抓取"))
_ENDS = {"ok": "首页与平常相同", "off": "没有比对", "challenge": "被防护设备拦截，未能比对", "redirect": "多次跳转，未能比对"}


def hidden_links_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when nothing was looked at."""
    figures = figures_of(judgements, CHECK_ID)
    if not figures:
        return None
    findings = next((judgement.findings for judgement in judgements if judgement.check == CHECK_ID), ())
    return sheet(CHECK_ID, "暗链检查情况", list(_facts(figures, findings)), [matrix("可疑页面在哪些部分（需人工确认）", COLUMNS, findings)])


def _facts(figures: Mapping[str, Any], findings: Sequence[Finding]) -> Iterator[Fact]:
    pages, marked = count_of(figures.get("pages")), count_of(figures.get("marked"))
    if pages is not None:
        yield Fact("检查的页面", f"{pages} 页" + (f"，可疑 {marked} 页" if marked else "，没有可疑之处"))
    ways = within(figures, "cloak_test")
    odd = {text_of(way) for found in findings if found.code == "cloaked" for way in texts(found.evidence.figures.get("ways"))}
    for way, name in _WAYS:
        if way in ways:
            end = text_of(ways.get(way))
            told = _ENDS.get(end) or f"没有正常应答（{error_word(end.removeprefix('http-'))}）"
            yield Fact(name, "首页与平常不同，见问题清单" if way in odd else told)
