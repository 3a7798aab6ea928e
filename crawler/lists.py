"""Lists of a page: blocks of linked items with the day beside each, the newest of them, and whether a column is really empty."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crawler.dates import Dated
from crawler.flow import Flow, flow_of
from crawler.itemdays import Block
from crawler.items import blocks_of, is_more
from crawler.links import Place, absolute

if TYPE_CHECKING:
    from crawler.document import Document, ItemList

_EMPTY = re.compile(
    r"共\s*0\s*[条页篇]|共有?\s*0\s*条|(?:^|[^\d])0\s*条(?:记录|信息|数据)|暂无(?:相关)?(?:数据|内容|信息|记录|文章|资料|新闻|公告|文件|来信|信件|留言|征集|调查|结果)|"
    r"^(?:对不起，?|抱歉，?)?(?:本|该)?(?:栏目|页面)?下?暂(?:无|未发布|未公开|时没有)[\u4e00-\u9fff]{2,8}[。！!…]*$|"
    r"(?:没有|无)(?:找到|查询到|符合条件的|相关|任何|更多){0,2}的?(?:数据|内容|信息|记录|文章|稿件)(?=$|[\s。！!，,])|"
    r"(?:栏目|内容|页面|网站|本栏目)?(?:正在|在)?(?:建设|完善|更新|整理|维护)中|敬请期待"
)
_FILLS = re.compile(
    r"\$\.(?:ajax|get|post|getJSON)|\.load\(|fetch\(|XMLHttpRequest|axios|new Vue|createApp|ng-app|ReactDOM|\.innerHTML|document\.write|\.append\(|\.html\("
)
_PAGER = re.compile(r"共\s*\d+\s*[条页]|第\s*\d+\s*页|下一?页|尾页|末页|上一?页|当前\s*\d+\s*/\s*\d+|(?<!\d)\d{1,9}\s*/\s*\d+\s*页")
_PAGER_REACH = 6  # runs after an entry's last words within which a pager begins
_TITLE, _SENTENCE, _TEXT = 8, 30, 120  # characters of a title, a sentence, a text
_BESIDE = 3  # dated lists beside the paged one on a column's page; more are a home page's


def lists(document: Document) -> tuple[ItemList, ...]:
    """Every list of the page and its fragments in reading order.

    A list is a container of at least three linked items, or of at least one with a day beside it. Exactly one dated list (or,
    when no item is dated, one undated list of real titles) is ``main``: one that a pager follows, else the longest. Items whose day lies in the future, is only a deadline,
    or stands only inside the title have ``date`` None. Navigation, header and footer blocks without days are left out.
    """
    from crawler.document import ItemList, ListItem

    found: list[tuple[Block, ItemList]] = []
    for part in document.parts:
        flow = flow_of(part)
        blocks = blocks_of(part)
        starts = {block.first for block in blocks}
        for block in blocks:
            dated = sum(1 for item in block.items if item.day)
            place = _place(part, flow, block)
            if not dated and (len(block.items) < 3 or place in ("nav", "footer", "breadcrumb", "header")):
                continue
            items = tuple(
                ListItem(
                    absolute(part.base, item.anchor.address) if item.anchor else "",
                    item.title,
                    Dated(item.day, "visible", item.snippet) if item.day else None,
                )
                for item in block.items
            )
            heading, more = _above(part, flow, block, starts)
            found.append((block, ItemList(heading, more, items, False, place)))
    paged = {id(block) for part in document.parts for block in _paged(part)}
    best = _main_of([(entry, id(block) in paged) for block, entry in found])
    return tuple(ItemList(entry.heading, entry.more, entry.items, index == best, entry.place) for index, (_, entry) in enumerate(found))


def _main_of(found: list[tuple[ItemList, bool]]) -> int:
    """Index of the main list among ``(list, whether a pager follows)``: in the page's main part, with a pager, most dated items,
    most real titles count in this order; -1 when there is none."""
    best, best_rank = -1, (0, 0, 0, 0)
    for index, (entry, paged) in enumerate(found):
        dated = sum(1 for item in entry.items if item.date)
        titles = sum(1 for item in entry.items if len(item.title) >= 8)
        rank = (1 if entry.place == "main" else 0, 1 if paged else 0, dated, titles)
        if (dated or titles >= 3) and rank > best_rank:
            best, best_rank = index, rank
    return best


def _place(part: Document, flow: Flow, block: Block) -> Place:
    item = block.items[len(block.items) // 2]
    node = item.anchor.node if item.anchor else flow.runs[item.order].parent
    return part.places.of(node)[0]


def _above(part: Document, flow: Flow, block: Block, starts: set[int]) -> tuple[str, str]:
    """The heading over a block and its 更多 link: the last short words before it, up to the block before."""
    heading, more = "", ""
    for index in range(block.first - 1, max(-1, block.first - 8), -1):
        run = flow.runs[index]
        if is_more(run.text):
            if run.link >= 0 and not more:
                more = absolute(part.base, flow.links[run.link].node.attributes.get("href") or "")
            continue
        if 2 <= len(run.text) <= 20:
            heading = run.text
            if run.link >= 0 and not more:
                more = absolute(part.base, flow.links[run.link].node.attributes.get("href") or "")
            break
        if len(run.text) > 20 or index in starts:
            break
    if not more:
        for anchor in flow.links:
            if block.last < anchor.order <= block.last + 4 and anchor.runs and is_more(flow.runs[anchor.runs[0]].text):
                more = absolute(part.base, anchor.node.attributes.get("href") or "")
                break
    return heading, more


def newest(document: Document) -> Dated | None:
    """The newest dated item as a reader sees it: of the main part's lists, else of side lists, else of menus; the footer never.

    Where a list of the main part is followed by a pager, it is the page's list and the others beside it don't count.
    """
    paged = [item for part in document.parts for block in _paged(part) for item in block.items]
    if days := [Dated(item.day, "visible", item.snippet) for item in paged if item.day]:
        return max(days, key=lambda dated: dated.day)
    entries = [entry for entry in document.lists if any(item.date for item in entry.items)]
    for wanted in (("main",), ("side", "header"), ("nav",)):
        days = [item.date for entry in entries if entry.place in wanted for item in entry.items if item.date]
        if days:
            return max(days, key=lambda dated: dated.day)
    return None


def _paged(part: Document) -> list[Block]:
    """The dated blocks of the main part that a pager follows, with their siblings of one kind (a ``ul`` for every five entries).

    None where the main part holds many dated lists: a home page, whose picture shows turn pages too.
    """
    flow, blocks = flow_of(part), blocks_of(part)
    if not flow.pagers and not _PAGER.search(part.html):
        return []
    nodes, parents = flow.nodes, flow.parents

    def kind(block: Block) -> tuple[int | None, str]:
        node = nodes.get(block.container)
        return parents.get(block.container), f"{node.tag}.{node.attributes.get('class') or ''}" if node else ""

    starts = {item.order for block in blocks for item in block.items if item.tokens}
    kinds: set[tuple[int | None, str]] = set()
    dated = [block for block in blocks if any(item.day for item in block.items) and _place(part, flow, block) == "main"]
    for block in dated:
        end = max((block.last, *(token.last for token in block.items[-1].tokens)))
        for index in range(end + 1, min(end + 1 + _PAGER_REACH, len(flow.runs))):
            if index in starts:
                break
            if index in flow.pagers or (len(flow.runs[index].text) <= 40 and _PAGER.search(flow.runs[index].text)):
                kinds.add(kind(block))
                break
    paged = [block for block in dated if kind(block) in kinds]
    return paged if len(dated) - len(paged) <= _BESIDE else []


def empty_notice(document: Document) -> str:
    """The words that say a list is empty (共0条, 暂无数据, 栏目建设中) where they stand in the page's main part; "" when none do."""
    for part in document.parts:
        for run in flow_of(part).runs:
            text = run.text
            if run.link >= 0 or len(text) > 40 or not (match := _empty(text)):
                continue
            if "：" in text[: match.start()] and "0" not in match[0]:
                continue  # a value nobody filled in: 副局长：暂无信息
            place, hidden = part.places.of(run.parent)
            if not hidden and place in ("main", "side"):
                return match[0].strip()
    return ""


@lru_cache(maxsize=1 << 12)
def _empty(text: str) -> re.Match[str] | None:
    return _EMPTY.search(text)


def _tells(part: Document) -> bool:
    """Whether the main part holds a text of its own: an article that says 在建设中 is no empty column."""
    told = 0
    for run in flow_of(part).runs:
        if run.link < 0 and len(run.text) >= _SENTENCE and part.places.of(run.parent)[0] == "main":
            told += len(run.text)
    return told >= _TEXT


def really_empty(document: Document) -> bool:
    """Whether this column is empty for certain: it says so, shows no item and no text, hides none in a frame, and no script may fill it.

    False means "not shown to be empty", never "has content".
    """
    notice = empty_notice(document)
    if not notice:
        return False
    for part in document.parts:
        if part.tree.css_first("iframe,frame") is not None:
            return False
    for entry in document.lists:
        titles = sum(1 for item in entry.items if len(item.title) >= _TITLE)
        if entry.place in ("main", "side") and (any(item.date for item in entry.items) or (entry.place == "main" and titles >= 3)):
            return False
    if any(_tells(part) for part in document.parts):
        return False
    counted = "0" in notice
    if counted or document.rendered:
        return True
    return not any(script.src or _FILLS.search(script.text) for script in document.scripts)
