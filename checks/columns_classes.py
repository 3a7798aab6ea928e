"""The class of a column (栏目类别) by its name, as the catalogue's name lists tell it. Pure; knows no page.

A list ``CLASS_is`` matches whole names, ``CLASS_ends`` their end, ``CLASS_has`` anywhere; a name in ``CLASS_lookalikes`` is not of
that class (招聘公告 is no 通知公告; 动态信息公开指南 is no 动态, it is a guide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

from checks.catalogue import rules

Kind = Literal[
    "dynamic", "notice", "policy", "interpretation", "other", "annual", "static", "archive", "interaction", "service", "topic", "navigation",
    "elsewhere",
]  # fmt: skip
"""What a column is for; ``navigation`` and ``elsewhere`` are told by its page, the others by its name."""

KIND_NAMES: dict[Kind, str] = {
    "dynamic": "动态要闻",
    "notice": "通知公告",
    "policy": "政策文件",
    "interpretation": "政策解读",
    "other": "其他栏目",
    "annual": "年度报告",
    "static": "静态栏目",
    "archive": "归档栏目",
    "interaction": "互动交流",
    "service": "办事服务",
    "topic": "专题专栏",
    "navigation": "导航栏目",
    "elsewhere": "站外栏目",
}
"""The class as a reader sees it."""

_ORDER: tuple[Kind, ...] = (
    "archive",
    "interpretation",
    "dynamic",
    "notice",
    "policy",
    "annual",
    "static",
    "interaction",
    "service",
    "topic",
)
_EDGES = re.compile(r"^[\s>»›》《【\[·•|+-]+|[\s<>»›》】\]·•|+:：…-]+$")
_COUNT = re.compile(r"[(（]\s*\d*\s*[)）]$")
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?=\s*年|\s*[-—~至]|$|\s)")
_SENTENCE = re.compile(r"[，。；！？,;!?〔]|^关于(?!我们|本站|本网)|\d号$|排序|:\S{5}|：\S{5}")
_WORD = re.compile(r"[一-鿿]")


def tidy(name: str) -> str:
    """A column's name without white space, arrows and item counts: ``" 通知公告（12） >>"`` is 通知公告."""
    text, before = "".join(name.split()), ""
    while text != before:
        before, text = text, _COUNT.sub("", _EDGES.sub("", text))
    return text


def is_column_name(name: str) -> bool:
    """Whether the words can name a column: 2 to 16 characters, some of them Chinese, no sentence, no control of the page (首页, 登录)."""
    if not 2 <= len(name) <= 16 or _WORD.search(name) is None or _SENTENCE.search(name):
        return False
    return name not in rules("column-updates").names["not_columns_is"]


def _within(names: dict[str, tuple[str, ...]], kind: Kind, name: str) -> bool:
    if any(part in name for part in names.get(f"{kind}_lookalikes", ())):
        return False
    return (
        name in names.get(f"{kind}_is", ())
        or name.endswith(names.get(f"{kind}_ends", ()))
        or any(part in name for part in names.get(f"{kind}_has", ()))
    )


def past_year(name: str, as_of: date) -> bool:
    """Whether the name says that it holds a year gone by: 2019年工作动态, 2018-2020年专项行动."""
    years = [int(year) for year in _YEARS.findall(name)]
    return bool(years) and max(years) < as_of.year


def declared_kind(kind: str) -> Kind | None:
    """The class a registry names, in code or in Chinese; None when it names none that is known."""
    wanted = kind.strip()
    if wanted in get_args(Kind):
        return wanted  # type: ignore[return-value]
    return next((known for known, chinese in KIND_NAMES.items() if chinese == wanted), None)


def classify(name: str, above: Iterable[str] = (), as_of: date | None = None) -> Kind:
    """The class of a column by its name; ``above``: names of the columns it lies in, which decide for archives and topics only."""
    names = rules("column-updates").names
    word, parents = tidy(name), [tidy(parent) for parent in above]
    if any(_within(names, "archive", each) for each in (word, *parents)):
        return "archive"
    if as_of is not None and any(past_year(each, as_of) for each in (word, *parents)):
        return "archive"
    kind: Kind = next((each for each in _ORDER if _within(names, each, word)), "other")
    if kind in ("dynamic", "notice", "policy", "interpretation", "other") and any(
        part in parent for part in names["topic_parents_has"] for parent in parents
    ):
        return "topic"
    if kind in ("dynamic", "notice", "other") and any(part in parent for part in names["interaction_parents_has"] for parent in parents):
        return "interaction"
    return kind
