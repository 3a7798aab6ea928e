"""Defects of hidden-links: injected blocks, a replaced title, a home page with another face for search engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.portals.dark import HOSTS
from tests.portals.defects.base import Kinds, Places, one
from tests.portals.model import Model

KINDS = Kinds()
HIDDEN = "hidden-links"


def _dark(**changes: Any) -> Callable[[Model, Places], None]:
    def plant(model: Model, places: Places) -> None:
        model.dark = replace(model.dark, **changes)
        if model.dark.block:
            model.astray.neighbours.update(dict.fromkeys(HOSTS, "欢迎光临"))

    return plant


KINDS.add(
    "dark-links-css",
    "全站页面有样式隐藏的暗链",
    _dark(block="css", everywhere=True),
    findings=one(HIDDEN, "hidden-bad-links", lambda p: "site"),
)
KINDS.add(
    "dark-links-offscreen", "首页有移到屏幕外的暗链", _dark(block="offscreen"), findings=one(HIDDEN, "hidden-bad-links", lambda p: "home")
)
KINDS.add(
    "dark-links-script",
    "全站页面有脚本写入的暗链",
    _dark(block="script", everywhere=True),
    findings=one(HIDDEN, "hidden-bad-links", lambda p: "site"),
)
KINDS.add(
    "dark-links-noscript", "首页 noscript 中有暗链", _dark(block="noscript"), findings=one(HIDDEN, "hidden-bad-links", lambda p: "home")
)
KINDS.add("dark-title", "首页标题和关键词被篡改", _dark(title=True), findings=one(HIDDEN, "bad-words", lambda p: "home"))
KINDS.add("dark-cloaked-referrer", "从搜索结果进入时标题被替换", _dark(cloak="referrer"), findings=one(HIDDEN, "cloaked", lambda p: "home"))
KINDS.add("dark-cloaked-spider", "搜索引擎抓取时标题被替换", _dark(cloak="spider"), findings=one(HIDDEN, "cloaked", lambda p: "home"))
KINDS.add(
    "dark-cloaked-redirect", "从搜索结果进入时跳转到其他网站", _dark(cloak="redirect"), findings=one(HIDDEN, "cloaked", lambda p: "home")
)
