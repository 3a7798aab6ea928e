"""The figures that people bring for a unit (单位数据), by id. Their use stands in the catalogue of the annual assessment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One figure. ``measure``: its unit of measure in Chinese; ``text``: what to fill in; ``low``/``high``: what it may be (None: no bound)."""

    id: str
    title: str
    measure: str
    text: str
    low: float = 0.0
    high: float | None = None


_LISTED = (
    Term("error-reports", "找错留言数", "件", "本季度“我为政府网站找错”平台转来的留言数"),
    Term("error-reports-on-time", "找错按期办结数", "件", "其中在 3 个工作日内办结的留言数"),
    Term("error-reports-open", "找错逾期未办数", "件", "其中逾期仍未办结的留言数"),
    Term("self-inspection", "季度自查", "次", "本季度按要求开展并公开结果的网站自查次数", high=1.0),
    Term("intensive-progress", "集约化平台建设进度", "%", "按实施方案应迁入集约化平台的网站中已迁入的比例", high=100.0),
    Term("basic-disclosure", "基础信息公开", "%", "基础信息公开得分占满分的百分比", high=100.0),
    Term("key-areas", "重点领域信息公开", "%", "重点领域信息公开得分占满分的百分比", high=100.0),
    Term("grassroots", "基层政务公开", "%", "基层政务公开得分占满分的百分比", high=100.0),
    Term("annual-report", "政府信息公开年报编制", "%", "政府信息公开年报编制得分占满分的百分比", high=100.0),
    Term("new-media", "政务新媒体监管", "%", "政务新媒体监管得分占满分的百分比", high=100.0),
)
TERMS: Mapping[str, Term] = {term.id: term for term in _LISTED}
