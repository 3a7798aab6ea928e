"""Dates on pages: what day a reader sees, and where it stands. Pure; reads no clock.

`published` tries, surest first: the labelled line (发布时间：…), the day under the title or beside 来源, ``<time datetime>``, the
``PubDate`` meta tag, a day with a weaker label (生成日期), inline script, the address, and last an outside library whose find must
also stand in the visible text. Days of lists beside the article, of header clocks, deadlines, signatures and titles are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal

from selectolax.lexbor import LexborNode

from crawler.daytext import CLOCK, FULL, FULL_DAY, GAP, joined, real_day, url_day, whole_run
from crawler.flow import MARK, Flow, Run, flow_of
from crawler.itemdays import dated_runs

if TYPE_CHECKING:
    from crawler.document import Document

DateSource = Literal["visible", "meta", "script", "url"]
"""Where a date stands, surest first: text a reader sees, a meta tag, inline script, only the address."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day (Asia/Shanghai), where it stands, and the text it was read from (at most 80 characters)."""

    day: date
    source: DateSource
    snippet: str


_PUBLISHED = r"(?:发布|发表|刊发|发稿|发文?布|上网|公开|公布|上传|录入|添加|登载|刊登|推送)\s*(?:时\s*间|日\s*期)|发布于|发表于|发布时?间?(?=\s*[:：])"
_BARE = r"日\s*期|时\s*间"
_UPDATED = r"(?:最后|最近|内容)?(?:更新|修改)(?:时间|日期|于)?"
_WEAK = r"(?:生成|发文|印发|发布机构发文|信息生成|产生)(?:日期|时间)"
_BEFORE = rf"(?:(?<=[\s{MARK}\[【(（|｜/])|(?<=^)|(?<=[^\u4e00-\u9fff\w、.．]))"
_LABELLED = re.compile(
    rf"{_BEFORE}(?:(?:信息|文章|稿件|内容|网站|网上|首次|本文|原文|新闻)?(?P<published>{_PUBLISHED})|(?P<bare>{_BARE})|(?P<updated>{_UPDATED})|(?P<weak>{_WEAK}))"
    rf"(?P<colon>{GAP}[\]】)）]?{GAP}[:：]?){GAP}[\[【(（]?{GAP}{FULL}",
)
_RANGE = re.compile(rf"{GAP}(?:[\d:：时分日上下午]|{GAP}){{0,14}}?{GAP}(?:至|到|—|–|~|～|-\s*\d|起|前|以前|之前|截止)")
_BYLINE = re.compile(
    r"来源(?!于|地)|来自|字体|字号|(?:浏览|阅读|点击|访问|查看)(?:次数|量|数|人次|\s*[:：(（\d])|打印|作者\s*[:：]|编辑\s*[:：]|分享|收藏|发布(?:机构|单位|人|者|部门)|"
    r"供稿|撰稿|信息员|审核|责编|文章类型|【\s*大|人气|纠错"
)
_OTHER_LABEL = re.compile(
    r"(?:成文|生成|截止|截至|开始|结束|印发|发文|留言|提交|答复|回复|来信|写信|办结|处理|受理|今天|今日|现在|当前|开标|报名|会议|活动|实施|施行|生效|失效|决定|签发|有效|出生|公示|考试|通过|日期|时间|期限|是)[^\d\n]{0,6}$"
)
_META_NAMES = (
    "pubdate", "publishdate", "publish_date", "publish-date", "publishtime", "publish_time", "article:published_time",
    "og:article:published_time", "og:published_time", "og:release_date", "datepublished", "releasedate", "dc.date.issued",
    "dcterms.issued", "sailthru.date", "articlepublishdate",
)  # fmt: skip
_META_DAY = re.compile(r"((?:19|20)\d{2})\s*\D{1,4}\s*(\d{1,2})\s*\D{1,4}\s*(\d{1,2})(?!\d)|^((?:19|20)\d{2})(\d{2})(\d{2})(?:\d{6})?$")
_SCRIPT_DAY = re.compile(
    r"""(?:\b|_)(?:publish_?time|publish_?date|pub_?date|pub_?time|date_?published|release_?date)["']?\s*[:=]\s*["']?\s*((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)""",
    re.IGNORECASE,
)
_SCRIPT_EPOCH = re.compile(r"""(?:\bct|publish_time|svr_publish_time|ori_create_time)["']?\s*[:=]\s*["'](\d{10})["']""")
_SHANGHAI = timezone(timedelta(hours=8))
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "ucaptitle"})
_HEADING_NAME = re.compile(r"(?:^|[^a-z])(?:\w*title|\w*tit|\w*biaoti|bt|headline)(?:$|[^a-z])", re.IGNORECASE)
_ROWS = frozenset({"td", "th", "li", "dd"})
_NORMAL = re.compile(r"[^\u4e00-\u9fff\w]+")
_TITLE_CUT = re.compile(r"\s*[-_|—–]{1,2}\s*")


def published(document: Document) -> Dated | None:
    """The day this page says it was published, in Asia/Shanghai, no later than ``document.as_of``.

    ``source`` "visible" is what a reader sees; "meta", "script" and "url" are weaker, "url" the weakest (addresses keep the days
    of migrations). None: the page shows none, as home and list pages do. Reads no clock, no network.
    """
    for part in document.parts:
        if found := _visible(part, document):
            return found
    if _is_list_page(document):
        return None
    return _meta(document) or _weakly_labelled(document) or _script(document) or _address(document) or _library(document)


# -- visible ------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    rank: int  # 0: 发布时间 · 1: bare label or no label · 2: 更新时间
    at: int
    day: date
    snippet: str


def _visible(part: Document, document: Document) -> Dated | None:
    """The surest day in one part's text: 发布时间 anywhere, else the first of the byline's kinds."""
    flow = flow_of(part)
    if not flow.runs:
        return None
    in_lists = _list_runs(part)
    labelled = _lone(list(_labelled(part, flow, document.as_of, in_lists)))
    if best := next((c for c in labelled if c.rank == 0), None):
        return Dated(best.day, "visible", best.snippet)
    others = [*(c for c in labelled if c.rank in (1, 2)), *_unlabelled(part, flow, document, in_lists), *_timed(part, flow, document.as_of)]
    if not others:
        return None
    first = min(others, key=lambda c: (c.at + 200 * (c.rank == 2), c.rank))
    return Dated(first.day, "visible", first.snippet)


def _list_runs(part: Document) -> set[int]:
    """Runs that are days of list entries."""
    from crawler.lists import blocks_of

    return dated_runs(blocks_of(part), least=2)


def _single_runs(part: Document) -> set[int]:
    """Runs that are days beside any linked title."""
    from crawler.lists import blocks_of

    return dated_runs(blocks_of(part), least=1)


def _lone(found: list[_Candidate]) -> list[_Candidate]:
    """Without the labelled days of lists: three or more different days under one kind of label are a list's."""
    days: dict[int, set[date]] = {}
    for candidate in found:
        days.setdefault(candidate.rank, set()).add(candidate.day)
    return [c for c in found if len(days[c.rank]) < 3]


def _labelled(part: Document, flow: Flow, as_of: date, in_lists: set[int]) -> Iterator[_Candidate]:
    for match in _LABELLED.finditer(flow.text):
        kind = next(k for k in ("published", "bare", "updated", "weak") if match[k])
        if kind in ("bare", "updated") and not match["colon"].strip(f" \n{MARK}]】)）"):
            continue
        day = real_day(int(match["y"]), int(match["m"]), int(match["d"]))
        if day is None or day > as_of or _RANGE.match(flow.text, match.end()):
            continue
        index = flow.index_at(match.start("y"))
        if index in in_lists or not _readable(part, flow.runs[index], strict=kind != "published"):
            continue
        rank = {"published": 0, "bare": 1, "updated": 2, "weak": 3}[kind]
        yield _Candidate(rank, match.start(), day, _snippet(match[0]))


def _unlabelled(part: Document, flow: Flow, document: Document, in_lists: set[int]) -> Iterator[_Candidate]:
    """Days that stand alone under the title or in the line of 来源, 字号, 浏览."""
    text = flow.text
    titles = _title_tails(document)
    single = _single_runs(part)
    for match in FULL_DAY.finditer(text):
        day = real_day(int(match["y"]), int(match["m"]), int(match["d"]))
        if day is None or day > document.as_of:
            continue
        index = flow.index_at(match.start())
        run = flow.runs[index]
        if index in in_lists or run.link >= 0 or len(run.text) > 120:
            continue
        if not _stands_alone(text, match) or not _readable(part, run, strict=True):
            continue
        titled = _under_title(text, match, titles) or _under_heading(flow, index)
        if _beside_byline(text, match) or (titled and index not in single and _in_main(part, run)):
            yield _Candidate(1, match.start(), day, _snippet(match[0]))
            return
    yield from _split(part, flow, document, in_lists, titles)


def _stands_alone(text: str, match: re.Match[str]) -> bool:
    """Nothing but a byline's words shares the day's text node."""
    start = max(text.rfind("\n", 0, match.start()), text.rfind(MARK, 0, match.start())) + 1
    before = text[start : match.start()].strip(" [【(（|·　")
    clock = CLOCK.match(text, match.end())
    end = match.end() + len(clock[0].rstrip()) if clock else match.end()
    stop = min(at for at in (text.find("\n", end), text.find(MARK, end), len(text)) if at >= 0)
    after = text[end:stop].strip(" ]】)）|·　")
    if _RANGE.match(text, match.end()) and not after:
        return False
    if before and not _BYLINE.search(before):
        return False
    if after and not _BYLINE.match(after.lstrip("【[(（ ")):
        return False
    if not before and _OTHER_LABEL.search(text[max(0, start - 14) : start].replace(MARK, "").strip(" \n")):
        return False
    return "星期" not in text[match.end() : end] or bool(after or before)


def _under_title(text: str, match: re.Match[str], titles: tuple[str, ...]) -> bool:
    """The title's end stands shortly before the day."""
    plain = _NORMAL.sub("", text[max(0, match.start() - 160) : match.start()])
    return any(tail in plain[-90:] for tail in titles)


def _under_heading(flow: Flow, index: int) -> bool:
    """The run before, or the one before that, is a heading of at least eight characters by its tag or class."""
    for run in flow.runs[max(0, index - 2) : index]:
        if len(run.text) < 8 or run.link >= 0:
            continue
        node: LexborNode | None = run.parent
        for _ in range(3):
            if node is None or node.tag in ("body", "html"):
                break
            if node.tag in _HEADINGS or _HEADING_NAME.search(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"):
                return True
            node = node.parent
    return False


def _beside_byline(text: str, match: re.Match[str]) -> bool:
    """A byline's word (来源, 字号, 浏览次数) stands close by, on either side."""
    beside = text[max(0, match.start() - 40) : match.start()] + "\n" + text[match.end() : match.end() + 60]
    return _BYLINE.search(beside.replace(MARK, "")) is not None


def _in_main(part: Document, run: Run) -> bool:
    return part.places.of(run.parent)[0] == "main"


def _timed(part: Document, flow: Flow, as_of: date) -> Iterator[_Candidate]:
    """The one ``<time datetime>`` outside lists, whose words may be relative (3天前)."""
    if "<time" not in part.html:
        return
    found: list[_Candidate] = []
    for run in flow.runs:
        if run.parent.tag == "time" and run.link < 0 and not _in_row(flow, run) and _in_main(part, run):
            match = _META_DAY.search(run.parent.attributes.get("datetime") or "")
            day = real_day(*(int(number) for number in match.groups() if number is not None)) if match else None
            if day and day <= as_of:
                found.append(_Candidate(1, run.offset, day, _snippet(f"{run.text} {match[0] if match else ''}")))
    if len({candidate.day for candidate in found}) == 1:
        yield found[0]


def _split(part: Document, flow: Flow, document: Document, in_lists: set[int], titles: tuple[str, ...]) -> Iterator[_Candidate]:
    """Days whose parts stand in neighbouring elements (``21`` and ``2024年02月``) beside the title."""
    runs, text = flow.runs, flow.text
    for index in range(len(runs) - 1):
        first, second = runs[index], runs[index + 1]
        if len(first.text) > 12 or len(second.text) > 12 or first.link >= 0 or index in in_lists:
            continue
        one, other = whole_run(first.text, document.as_of), whole_run(second.text, document.as_of)
        whole = joined(one, other) if one and other else None
        day = whole.date() if whole else None
        if day is None or day > document.as_of:
            continue
        around = (
            _NORMAL.sub("", text[max(0, first.offset - 160) : first.offset]),
            _NORMAL.sub("", text[second.offset : second.offset + 200]),
        )
        if any(tail in around[0][-90:] or tail in around[1][:120] for tail in titles) and _in_main(part, first):
            yield _Candidate(1, first.offset, day, _snippet(f"{first.text} {second.text}"))
            return


def _title_tails(document: Document) -> tuple[str, ...]:
    """The last characters of what may be the title: ``ArticleTitle``, headings, ``<title>`` without the site's name."""
    names = [document.meta.get("articletitle", ""), *(_TITLE_CUT.split(document.title)[:1] if document.title else ())]
    for node in document.tree.css("h1,h2,h3"):
        if len(names) > 8:
            break
        names.append(node.text(deep=True))
    plain = (_NORMAL.sub("", re.sub(r"<[^>]*>", "", name)) for name in names)
    return tuple(dict.fromkeys(name[-8:] for name in plain if len(name) >= 5))


def _readable(part: Document, run: Run, *, strict: bool) -> bool:
    """Whether a reader takes this run for part of the article: not footer, navigation or (``strict``) header and side."""
    if run.link >= 0:
        return False
    place, hidden = part.places.of(run.parent)
    return not hidden and place not in (("footer", "side") if strict else ("footer",))


def _in_row(flow: Flow, run: Run) -> bool:
    """Whether a table row or list entry holds the run."""
    current: int | None = run.parent_id
    for _ in range(6):
        if current is None:
            return False
        if flow.nodes[current].tag in _ROWS:
            return True
        current = flow.parents.get(current)
    return False


def _snippet(text: str) -> str:
    return " ".join(text.replace(MARK, " ").split())[:80]


# -- weaker places ------------------------------------------------------------------------------------------------------------


def _is_list_page(document: Document) -> bool:
    """A page whose main part is a list of dated items, without an article's own marks: its meta day is not an article's."""
    if document.meta.get("articletitle"):
        return False
    dated = sum(1 for entry in document.lists if entry.place == "main" for item in entry.items if item.date)
    return dated >= 5


def _meta(document: Document) -> Dated | None:
    tags = dict(document.meta)
    for node in document.tree.css("meta[property],meta[itemprop]"):
        attributes = node.attributes
        name = (attributes.get("property") or attributes.get("itemprop") or "").strip().lower()
        tags.setdefault(name, (attributes.get("content") or "").strip())
    for name in _META_NAMES:
        content = tags.get(name, "")
        match = _META_DAY.search(content) if content else None
        if match and (day := real_day(*(int(part) for part in match.groups() if part is not None))) and day <= document.as_of:
            return Dated(day, "meta", f"{name}: {content}"[:80])
    return None


def _weakly_labelled(document: Document) -> Dated | None:
    """A day under 生成日期 or 发文日期: the paper's own day, close to the publishing one, and a reader sees it."""
    flow = flow_of(document)
    found = [c for c in _labelled(document, flow, document.as_of, set()) if c.rank == 3]
    return Dated(found[0].day, "visible", found[0].snippet) if len({c.day for c in found}) == 1 else None


def _script(document: Document) -> Dated | None:
    for script in document.scripts:
        if script.src or not script.text:
            continue
        for match in _SCRIPT_DAY.finditer(script.text):
            day = real_day(int(match[1]), int(match[2]), int(match[3]))
            if day and day <= document.as_of:
                return Dated(day, "script", match[0][:80])
        for match in _SCRIPT_EPOCH.finditer(script.text):
            moment = datetime.fromtimestamp(int(match[1]), _SHANGHAI).date()
            if date(1995, 1, 1) <= moment <= document.as_of:
                return Dated(moment, "script", match[0][:80])
    return None


def _address(document: Document) -> Dated | None:
    day = url_day(document.url)
    return Dated(day, "url", document.url[-80:]) if day and day <= document.as_of else None


def _library(document: Document) -> Dated | None:
    """What htmldate finds on a page that reads like an article, provided that the day stands alone above the text."""
    flow = flow_of(document)
    told = sum(len(run.text) for run in flow.runs if run.link < 0 and len(run.text) >= 30)
    if told < 200 or told * 2 < len(flow.text) or not FULL_DAY.search(flow.text):
        return None
    from htmldate import find_date

    found = find_date(document.html, extensive_search=False, original_date=True, min_date="1995-01-01", max_date=document.as_of.isoformat())
    if not found:
        return None
    day = date.fromisoformat(found)
    telling = next((run.offset for run in flow.runs if len(run.text) >= 60 and run.link < 0), 0)
    for match in FULL_DAY.finditer(flow.text, 0, telling):
        if real_day(int(match["y"]), int(match["m"]), int(match["d"])) == day and _stands_alone(flow.text, match):
            run = flow.runs[flow.index_at(match.start())]
            if not _in_row(flow, run) and _in_main(document, run):
                return Dated(day, "visible", _snippet(match[0]))
    return None
