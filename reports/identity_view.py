"""What `site-identity` saw: on how many pages each of the six facts stands, and in which part of the site which one is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.model import Judgement
from reports.matrix import matrix
from reports.sheet import Cell, Grid, Heading, Sheet, figures_of, sheet, within
from reports.view import Fact, count_of, text_of

CHECK_ID = "site-identity"
FACTS = {
    "conac": "党政机关标识",
    "site-code": "网站标识码",
    "icp": "ICP 备案",
    "police": "公安备案",
    "owner": "主办单位",
    "contact": "联系方式",
}
"""The six facts in short words, in the order of the rule."""
_DOMAINS = {"government": "是政府网站域名", "other": "不是 .gov.cn 或 .政务 域名", "not_applicable": "测试域名或 IP 地址，不判定"}


def identity_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when no page was looked at."""
    figures = figures_of(judgements, CHECK_ID)
    shown = within(figures, "shown")
    if not shown and not within(figures, "missing"):
        return None
    missing = within(figures, "missing")
    headings = (Heading("标识"), Heading("有标识的页面", "number"), Heading("确认缺少的页面", "number"))
    rows = [[Cell(word), Cell(str(count_of(shown.get(key)) or 0)), _lacking(missing.get(key))] for key, word in FACTS.items()]
    findings = next((judgement.findings for judgement in judgements if judgement.check == CHECK_ID), ())
    columns = {f"missing-{key}": word for key, word in FACTS.items()}
    return sheet(
        CHECK_ID,
        "网站标识情况",
        list(_facts(figures)),
        [Grid.of("页面底部的六项标识", headings, rows), matrix("缺少标识的页面在哪些部分", columns, findings)],
    )


def _lacking(count: object) -> Cell:
    pages = count_of(count) or 0
    return Cell(str(pages), "fail" if pages else "")


def _facts(figures: Mapping[str, Any]) -> Iterator[Fact]:
    pages, asides, unseen = (count_of(figures.get(key)) or 0 for key in ("pages", "asides", "unseen"))
    aside = f"，其中 {asides} 页是弹出窗口、打印页一类，不要求有标识" if asides else ""
    yield Fact("检查的页面", f"{pages} 页{aside}")
    if unseen:
        yield Fact("未能确认的页面", f"{unseen} 页（没有在浏览器中打开，缺少的标识可能由脚本写入）")
    domain = text_of(figures.get("domain"))
    if domain:
        yield Fact("域名", _DOMAINS.get(domain, domain))
