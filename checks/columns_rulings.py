"""What is to be said of one column: in time, overdue, undated, blank, not for this check, or not to be told. Pure.

Nothing is said of a column that looks empty or undated unless its page was seen in the browser, and nothing of one whose newest
entry may stand on a page that was not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks.catalogue import rules
from checks.columns import Column, SiteLists
from checks.columns_classes import KIND_NAMES, tidy
from checks.columns_dating import SOURCE_NAMES, Freshness, entries_of, freshness, leads_away, runs_down
from checks.columns_windows import Window, window_of
from checks.interaction_words import OURS, kind_of
from checks.model import Severity
from checks.page_lists import Block, PageLists, stem
from crawler.evidence import Page
from crawler.links import page_key

Answer = Literal["ok", "overdue", "undated", "blank", "not_applicable", "not_assessed"]

ANSWER_NAMES: dict[Answer, str] = {
    "ok": "更新及时",
    "overdue": "超期未更新",
    "undated": "未注明发布时间",
    "blank": "空白栏目",
    "not_applicable": "不适用",
    "not_assessed": "未判断",
}
"""The answer as a reader sees it."""

_STATES = {
    "http-error": "栏目页返回错误状态",
    "network-error": "栏目页连接失败",
    "challenge": "栏目页被防护设备拦截",
    "soft-404": "栏目页显示“页面不存在”",
    "robots": "网站的 robots.txt 不允许读取该栏目",
    "empty": "栏目页没有内容返回",
    "refused-address": "栏目页指向不允许访问的地址",
    "too-large": "栏目页过大，没有读完",
}


@dataclass(frozen=True, slots=True)
class Ruling:
    """The answer about one column. ``reason`` is Chinese; ``code``/``severity`` of the finding, if any.

    ``unseen``: key of `checks.model.REASONS` when the answer is not_assessed; ``confirm``: pages whose render could change it.
    """

    answer: Answer
    reason: str
    window: Window | None = None
    dates: Freshness | None = None
    code: str = ""
    severity: Severity | None = None
    unseen: str = ""
    confirm: tuple[Page, ...] = ()
    snippet: str = ""


def rule_on(column: Column, lists: SiteLists, keys: frozenset[str], names: frozenset[str], as_of: date) -> Ruling:
    """The answer about ``column``; ``keys`` and ``names`` are those of all columns of the site."""
    if column.kind == "elsewhere":
        return Ruling("not_applicable", "栏目在其他主机上，不计入本网站")
    if column.kind in ("archive", "static", "annual", "service"):
        words = {"archive": "已归档或往年栏目", "static": "静态信息或导航栏目", "annual": "年度报告类栏目，由专门检查判断"}
        return Ruling("not_applicable", words.get(column.kind, "办事服务类栏目，不按更新期限判断"))
    page = column.page
    if column.kind == "interaction" and (page is None or not page.readable or not column.pages):
        return Ruling("not_applicable", "互动交流类栏目，由互动检查判断")
    if page is None:
        return Ruling("not_assessed", "采集范围内没有读到栏目页", unseen="not-found-in-crawl")
    if not page.readable or not column.pages:
        return Ruling("not_assessed", _STATES.get(page.state, "栏目页未能读取"), unseen="not-found-in-crawl")
    seen = lists.seen(column.pages[0])
    if seen.value is None:
        return Ruling("not_assessed", "程序读取栏目页时出错", unseen=seen.reason or "observer-error", confirm=(column.pages[0],))
    entries = entries_of(column, lists, keys, names)
    below = _leads_below(column, seen.value, keys, names, bool(entries))
    if below:
        return Ruling("not_applicable", below)
    if not entries:
        return _empty(column, seen.value, settled=seen.settled, reason=seen.reason)
    if column.kind == "interaction":
        return Ruling("not_applicable", "互动交流类栏目，由互动检查判断")
    dates = freshness(entries, lists, as_of, sorted_down=runs_down(column, lists))
    return _dated(column, dates, lists, as_of)


def _leads_below(column: Column, value: PageLists, keys: frozenset[str], names: frozenset[str], has_entries: bool) -> str:
    """Why the page only leads to columns below it, in Chinese; "" when it has content of its own."""
    blocks = [block for block in value.lists if block.offers]

    lone = len(blocks) == 1 and not blocks[0].more  # the words above a lone list may be the menu's
    if has_entries and blocks and not lone and all(leads_away(block, column, keys, names) for block in blocks):
        return "导航页面，内容由下级栏目发布"
    if has_entries:
        return "导航页面，内容由下级栏目发布" if _all_below(column, blocks, keys) else ""
    children = {stem(page_key(child.url)) for child in value.children} & keys - {column.key, "/"}
    if children or (column.key.endswith("/") and any(key != column.key and key.startswith(column.key) for key in keys)):
        return "导航页面，只有下级栏目"
    return "" if value.total == 0 or not _links_on(column, value) else "导航页面，没有信息列表"


def _all_below(column: Column, blocks: list[Block], keys: frozenset[str]) -> bool:
    """Whether every entry lies in the folder of a column below this one."""
    below = tuple(key for key in keys if key != column.key and key.endswith("/") and key.startswith(column.key))
    entries = [entry for block in blocks for entry in block.entries if entry.titled]
    return column.key.endswith("/") and bool(below) and all(entry.url and page_key(entry.url).startswith(below) for entry in entries)


def _links_on(column: Column, value: PageLists) -> bool:
    """Whether blocks of short links stand on the page that are no menu of the column's siblings: it leads to something."""
    for block in value.lists:
        sibling = tidy(block.heading) in {tidy(step) for step in (*value.trail, *column.above)} or "位置" in block.heading
        if block.place in ("main", "side") and len(block.entries) >= 3 and not sibling:
            return True
    return False


def _empty(column: Column, value: PageLists, *, settled: bool, reason: str) -> Ruling:
    """A column page without a single entry: blank only when the browser showed nothing either."""
    rule = rules("column-updates")
    page = column.pages[0]
    stated = bool(value.notice) or value.total == 0
    if value.own_text >= rule.number("single-page-text"):
        return Ruling("not_applicable", "单页内容，没有列表")
    if not stated and (value.pictures > 0 or value.typed_fields or value.text_areas):
        return Ruling("not_applicable", "页面由图片、框架或表单组成，没有列表")
    if not stated and value.own_text >= rule.number("blank-text"):
        return Ruling("not_applicable", "单页内容，没有列表")
    if not stated and value.titled_links:
        return Ruling("not_applicable", "页面只有个别链接，没有成列的信息")
    if not settled or value.unread_frames:
        return Ruling("not_assessed", "静态页面没有内容，未能在浏览器中确认", unseen=reason or "incomplete-render", confirm=(page,))
    # Empty mail boxes and statistics are what the interaction checks judge: one cause is not taken off twice.
    if column.kind == "interaction" and (not stated or kind_of(column.name, inside=True) in OURS):
        return Ruling("not_applicable", "互动交流类栏目，由互动检查判断")
    shown = value.notice or (f"共{value.total}条" if value.total is not None else "")
    words = f"页面显示“{shown}”，没有任何内容" if shown else "页面没有任何内容，也没有下级栏目"
    return Ruling("blank", words, code="blank", snippet=shown or f"{value.title}（正文 {max(value.own_text, 0)} 字）")


def _dated(column: Column, dates: Freshness, lists: SiteLists, as_of: date) -> Ruling:
    window = window_of(column.kind, column.level, column.cycle_days)
    if dates.newest is not None and not window.exceeded(dates.newest, as_of):
        return Ruling("ok", f"最近更新于 {dates.newest.isoformat()}（{SOURCE_NAMES[dates.source]}）", window, dates)
    if dates.newest is not None:
        return _late(column, dates, dates.newest, window, lists, as_of)
    return _undated(column, dates, window, lists, as_of)


def _code(window: Window) -> str:
    return "overdue-other" if window.assumed else "overdue"


def _late(column: Column, dates: Freshness, newest: date, window: Window, lists: SiteLists, as_of: date) -> Ruling:
    """The newest day a reader sees is too old: look for a reason not to say so."""
    page = column.pages[0]
    seen = lists.seen(page)
    value = seen.value
    confirm = () if seen.settled else (page,)
    if not seen.settled and (page.script_built or (value is not None and value.unread_frames)):
        return Ruling("not_assessed", "列表可能由脚本或框架生成，未能在浏览器中确认", window, dates, unseen=seen.reason, confirm=confirm)
    if not dates.sorted_down:
        return Ruling(
            "not_assessed",
            "列表未按时间排序，后续页没有读完，不能断定最新日期",
            window,
            dates,
            unseen="not-found-in-crawl",
            confirm=confirm,
        )
    if dates.undated and dates.weak is not None and not window.exceeded(dates.weak, as_of):
        words = f"有可见日期的条目最近为 {newest.isoformat()}；{SOURCE_NAMES[dates.weak_source]}为 {dates.weak.isoformat()}，稿件没有注明发布时间"
        return Ruling("overdue", words, window, dates, _code(window), "caution", snippet=dates.snippet, confirm=confirm)
    if dates.blind * 4 > dates.entries:
        words = f"{dates.blind} 个条目没有可见日期，其稿件没有读到"
        return Ruling("not_assessed", words, window, dates, unseen="not-found-in-crawl", confirm=(*confirm, *dates.unsettled[:2]))
    severity: Severity | None = "caution" if column.kind == "topic" else None
    words = f"最近更新于 {newest.isoformat()}（{SOURCE_NAMES[dates.source]}），已超过 {window.words}"
    return Ruling("overdue", words, window, dates, _code(window), severity, snippet=dates.snippet, confirm=confirm)


def _undated(column: Column, dates: Freshness, window: Window, lists: SiteLists, as_of: date) -> Ruling:
    """No day a reader sees, neither in the lists nor in the articles that were read."""
    page = column.pages[0]
    seen = lists.seen(page)
    fresh = dates.weak is not None and not window.exceeded(dates.weak, as_of)
    if column.kind != "dynamic" and fresh and dates.weak is not None:
        return Ruling("ok", f"{SOURCE_NAMES[dates.weak_source]}为 {dates.weak.isoformat()}", window, dates)
    confirm = (*(() if seen.settled else (page,)), *dates.unsettled[:2])
    if not seen.settled or (seen.value is not None and seen.value.unread_frames):
        words = "静态页面的列表没有日期，未能在浏览器中确认"
        return Ruling("not_assessed", words, window, dates, unseen=seen.reason or "incomplete-render", confirm=confirm)
    settled = dates.read - len(dates.unsettled)
    if settled < min(2, dates.entries):
        unseen = lists.seen(dates.unsettled[0]).reason if dates.unsettled else "not-found-in-crawl"
        words = "列表没有日期，所列稿件没有读到或未能在浏览器中确认"
        return Ruling("not_assessed", words, window, dates, unseen=unseen or "not-rendered", confirm=confirm)
    told = dates.weak is not None
    weak = f"；{SOURCE_NAMES[dates.weak_source]}为 {dates.weak.isoformat()}" if dates.weak is not None else ""
    words = f"列表和 {dates.read} 篇稿件都没有注明发布时间{weak}"
    soft: Severity | None = "caution" if told or column.kind != "dynamic" else None
    return Ruling(
        "undated", words, window, dates, "undated", soft, snippet=f"{KIND_NAMES[column.kind]}：{column.name}，{dates.entries} 个条目无日期"
    )
