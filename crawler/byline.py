"""The day in an article's own line (发布时间：… · under the title · beside 来源), as a reader of the page sees it.

Which days count: one behind a publishing label; one that stands alone under the title or beside a byline's words; one whose
parts stand in neighbouring elements beside the title; a lone ``<time datetime>``. Never: days of lists, links, footers, side
columns; ranges; days behind other labels; days within a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborNode

from crawler.daytext import CLOCK, FULL, FULL_DAY, GAP, META_DAY, full_days, joined, matched_day, whole_run
from crawler.flow import MARK, Run, flow_of
from crawler.itemdays import dated_runs
from crawler.items import blocks_of

if TYPE_CHECKING:
    from crawler.document import Document

_PUBLISHED = r"(?:发布|发表|刊发|发稿|发布|上网|公开|公布|上传|录入|添加|登载|刊登|推送)\s*(?:时\s*间|日\s*期)|发布(?=\s*[:：])"
_BARE = r"(?:信息|文章|稿件|新闻|加入)?(?:日\s*期|时\s*间)|发布于|发表于|刊于"
_UPDATED = r"(?:最后|最近|内容)?(?:更新|修改)(?:时间|日期|于)?"
_WEAK = r"(?:生成|发文|印发|公告|发布机构发文|信息生成|产生)(?:日期|时间)"
_BEFORE = rf"(?:(?<=[\s{MARK}\[【(（|｜/])|(?<=^)|(?<=[^\u4e00-\u9fff\w、.．]))"
_LABELLED = re.compile(
    rf"{_BEFORE}(?:(?:信息|文章|稿件|内容|网站|网上|首次|本文|原文|新闻)?(?P<published>{_PUBLISHED})|(?P<bare>{_BARE})|(?P<updated>{_UPDATED})|(?P<weak>{_WEAK}))"
    rf"(?P<colon>{GAP}[\]】)）]?{GAP}[:：]?){GAP}[\[【(（]?{GAP}{FULL}",
)
_LABEL_ENDS = tuple("间期布于新改")
"""The last letters of every label above."""
_BETWEEN = f" \n{MARK}[]【】(（)）|｜:："
_GAPS, _LABEL = 12, 48
"""Characters between a label and its day; of a label with what stands between. The flow's text holds no two blanks in a row."""
_RANGE = re.compile(rf"{GAP}(?:[\d:：时分日上下午]|{GAP}){{0,14}}?{GAP}(?:至|到|—|–|~|～|-\s*\d|起|前|以前|之前|截止)")
_BYLINE = re.compile(
    r"来源(?!于|地)|来自|字体|字号|(?:浏览|阅读|点击|访问|查看)(?:次数|量|数|人次|\s*[:：(（\d])|打印|作者\s*[:：]|编辑\s*[:：]|分享|收藏|发布(?:机构|单位|人|者|部门)|"
    r"供稿|撰稿|信息员|审核|责编|文章类型|【\s*大|人气|纠错"
)
_OTHER_LABEL = re.compile(
    r"(?:日\s*期|时\s*间|期\s*限)\s*[:：]?$|"
    r"(?:成文|生成|截止|截至|开始|结束|印发|留言|提交|答复|回复|来信|写信|办结|处理|受理|今天|今日|现在|当前|开标|报名|会议|活动|实施|施行|生效|失效|决定|签发|有效|出生|公示|考试|通过|是)[^\d\n]{0,6}[:：]$"
)
_CLOCK_AFTER = re.compile(r"\s*\d{1,2}[:：∶]\d{2}")
_UNIT = re.compile(r"^[\u4e00-\u9fff（）()·]{2,24}(?:局|厅|委|办|室|中心|部|院|会|网|报|社|政府|处|科|站|镇|乡|街道|队|校)$")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "ucaptitle"})
_HEADING_NAME = re.compile(r"(?:^|[^a-z])(?:\w*title|\w*tit|\w*biaoti|bt|headline)(?:$|[^a-z])", re.IGNORECASE)
_BYLINE_REACH = 400  # characters from the line under the title within which a 发布日期 is the page's own
_ROWS = frozenset({"td", "th", "li", "dd"})
_NORMAL = re.compile(r"[^\u4e00-\u9fff\w]+")
_TAG = re.compile(r"<[^<>]*>")
_TITLE_CUT = re.compile(r"\s*[-_|—–]{1,2}\s*")


@dataclass(frozen=True, slots=True)
class SeenDay:
    """A day in the text: ``rank`` 0 发布时间 · 1 a bare label (时间：) or none · 2 更新时间 · 3 the paper's own (生成日期);
    ``at``: its place in the flow's text; ``sure``: it stands under the title or beside 来源, 字号, 浏览次数."""

    rank: int
    at: int
    day: date
    snippet: str
    sure: bool


class Byline:
    """What one part of a document says in text about its own day."""

    def __init__(self, part: Document, document: Document) -> None:
        self._part, self._document, self._as_of = part, document, document.as_of
        self._flow = flow_of(part)
        self._text = self._flow.text

    def day(self) -> SeenDay | None:
        """The surest day: behind 发布时间, else the first of the byline's kinds; None when the part shows none."""
        if not self._flow.runs:
            return None
        labelled = self._lone(self._labelled)
        others = [*(c for c in labelled if c.rank in (1, 2)), *self._unlabelled(), *self._timed()]
        best = next((c for c in labelled if c.rank == 0), None)
        sure = min((c for c in others if c.sure and c.rank == 1), key=lambda c: c.at, default=None)
        if best is None or (sure is not None and sure.at + _BYLINE_REACH < best.at):
            # A 发布日期 far below the line under the title belongs to a paper quoted in the text.
            best = min(others, key=lambda c: (c.at + 200 * (c.rank == 2), c.rank), default=None)
        return best

    def own_day_of_the_paper(self) -> SeenDay | None:
        """The one day behind 生成日期 or 发文日期: the paper's, close to the publishing one, and a reader sees it."""
        found = [c for c in self._labelled if c.rank == 3]
        return found[0] if len({c.day for c in found}) == 1 else None

    def below_a_list(self, seen: SeenDay) -> bool:
        """Whether an item with a day stands anywhere before the line that was read."""
        runs = self._flow.runs
        return any(runs[index].offset < seen.at for index in self._in_lists)

    def any_above_the_text(self) -> bool:
        """Whether any whole day is written above the first paragraph: without one, nothing can be confirmed by `above_the_text`."""
        return FULL_DAY.search(self._text, 0, self._text_begins) is not None

    def above_the_text(self, day: date) -> str:
        """The words of ``day`` where it stands alone above the first paragraph, "" where it doesn't."""
        for match in FULL_DAY.finditer(self._text, 0, self._text_begins):
            if matched_day(match, self._as_of) == day and self._stands_alone(match):
                run = self._flow.runs[self._flow.index_at(match.start())]
                if not self._in_row(run) and self._in_main(run):
                    return _snippet(match[0])
        return ""

    @cached_property
    def _text_begins(self) -> int:
        """Where the first paragraph stands, 0 when there is none."""
        runs = (run for run in self._flow.runs if run.link < 0 and len(run.text) >= 30)
        return next((run.offset for run in runs if len(run.text) >= 60 or "。" in run.text), 0)

    # -- candidates ---------------------------------------------------------------------------------------------------

    @cached_property
    def _in_lists(self) -> set[int]:
        return dated_runs(blocks_of(self._part), least=2)

    @cached_property
    def _beside_links(self) -> set[int]:
        """Days beside a link with a title's length; a name (the author's, an account's) makes no list."""
        items = (item for block in blocks_of(self._part) for item in block.items)
        return {token.first for item in items if len(item.title) >= 8 for token in item.tokens}

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        """What may be the title, letters only: ``ArticleTitle``, headings, ``<title>`` without the site's name."""
        document = self._document
        names = [document.meta.get("articletitle", ""), *(_TITLE_CUT.split(document.title)[:1] if document.title else ())]
        for node in document.tree.css("h1,h2,h3"):
            if len(names) > 8:
                break
            names.append(node.text(deep=True))
        plain = (_NORMAL.sub("", _TAG.sub("", name)) for name in names)
        return tuple(dict.fromkeys(name for name in plain if len(name) >= 5))

    @cached_property
    def _tails(self) -> tuple[str, ...]:
        return tuple(title[-8:] for title in self._titles)

    @staticmethod
    def _lone(found: Sequence[SeenDay]) -> list[SeenDay]:
        """Without the labelled days of lists: three or more different days under one kind of label are a list's."""
        days: dict[int, set[date]] = {}
        for candidate in found:
            days.setdefault(candidate.rank, set()).add(candidate.day)
        return [c for c in found if len(days[c.rank]) < 3]

    @cached_property
    def _days(self) -> tuple[re.Match[str], ...]:
        """Every whole day of the text."""
        return tuple(full_days(self._text))

    def _with_labels(self) -> Iterator[re.Match[str]]:
        """What ``_LABELLED.finditer(text)`` gives: only the words before a whole day can be its label."""
        text, done = self._text, 0
        for day in self._days:
            before = text[max(0, day.start() - _GAPS) : day.start()].rstrip(_BETWEEN)
            if before[-1:] not in _LABEL_ENDS:
                continue
            match = _LABELLED.search(text, max(done, day.start() - _LABEL), day.end() + 2)
            if match is not None:
                done = match.end()
                yield match

    @cached_property
    def _labelled(self) -> tuple[SeenDay, ...]:
        return tuple(self._find_labelled())

    def _find_labelled(self) -> Iterator[SeenDay]:
        for match in self._with_labels():
            kind = next(k for k in ("published", "bare", "updated", "weak") if match[k])
            if kind in ("bare", "updated") and "于" not in match[kind] and not match["colon"].strip(f" \n{MARK}]】)）"):
                continue
            day = matched_day(match, self._as_of)
            if day is None or _RANGE.match(self._text, match.end()):
                continue
            index = self._flow.index_at(match.start("y"))
            if index in self._in_lists or not self._readable(self._flow.runs[index], strict=kind != "published"):
                continue
            beside = self._beside_byline(match)
            rank = {"published": 0, "bare": 1, "updated": 2, "weak": 3}[kind]
            if kind == "weak" and match["weak"][:2] == "发文" and (beside or _CLOCK_AFTER.match(self._text, match.end())):
                rank = 1  # 发文时间：2024-05-11 09:30 is when the page went out, not the paper's own day
            sure = beside or self._under_title(match) or self._under_heading(index)
            yield SeenDay(rank, match.start(), day, _snippet(match[0]), sure)

    def _unlabelled(self) -> Iterator[SeenDay]:
        """The first day that stands alone under the title or in the line of 来源, 字号, 浏览."""
        for match in self._days:
            index = self._flow.index_at(match.start())
            if index in self._in_lists or (day := matched_day(match, self._as_of)) is None:
                continue
            run = self._flow.runs[index]
            if self._linked(run) or len(run.text) > 120 or self._is_title(run):
                continue
            if not self._stands_alone(match) or not self._readable(run, strict=True):
                continue
            # A day without a clock is also how papers are signed: then the byline's words must stand in the same line.
            signed = ("年" in match[0] or 0 < self._text_begins < match.start()) and not _CLOCK_AFTER.match(self._text, match.end())
            titled = self._under_title(match) or self._under_heading(index) or self._over_heading(index)
            if signed and any("。" in before.text for before in self._flow.runs[max(0, index - 2) : index]):
                titled = False
            if titled and self._in_grid(run):
                titled = False
            if self._beside_byline(match, own_line=signed) or (titled and index not in self._beside_links and self._in_head(match, run)):
                yield SeenDay(1, match.start(), day, _snippet(match[0]), sure=True)
                return
        yield from self._split()

    def _timed(self) -> Iterator[SeenDay]:
        """The one ``<time datetime>`` outside lists, whose words may be relative (3天前)."""
        if "<time" not in self._part.html:
            return
        found: list[SeenDay] = []
        for run in self._flow.runs:
            if run.parent.tag == "time" and run.link < 0 and not self._in_row(run) and self._in_main(run):
                match = META_DAY.search(run.parent.attributes.get("datetime") or "")
                if match and (day := matched_day(match, self._as_of)):
                    found.append(SeenDay(1, run.offset, day, _snippet(f"{run.text} {match[0]}"), sure=False))
        if len({candidate.day for candidate in found}) == 1:
            yield found[0]

    def _split(self) -> Iterator[SeenDay]:
        """A day whose parts stand in neighbouring elements (``21`` and ``2024年02月``) beside the title."""
        runs, text = self._flow.runs, self._text
        for index in range(len(runs) - 1):
            first = runs[index]
            if len(first.text) > 12 or first.link >= 0:
                continue
            second = runs[index + 1]
            if len(second.text) > 12 or index in self._in_lists:
                continue
            one, other = whole_run(first.text, self._as_of), whole_run(second.text, self._as_of)
            whole = joined(one, other) if one and other else None
            day = whole.date() if whole else None
            if day is None or day > self._as_of:
                continue
            before = _NORMAL.sub("", text[max(0, first.offset - 160) : first.offset])[-90:]
            after = _NORMAL.sub("", text[second.offset : second.offset + 200])[:120]
            if any(tail in before or tail in after for tail in self._tails) and self._in_main(first):
                yield SeenDay(1, first.offset, day, _snippet(f"{first.text} {second.text}"), sure=True)
                return

    # -- where a day stands ---------------------------------------------------------------------------------------------

    def _stands_alone(self, match: re.Match[str]) -> bool:
        """Nothing but a byline's words (来源：…, a unit's name) shares the day's text node, and no other label stands before it."""
        text = self._text
        start = max(text.rfind("\n", 0, match.start()), text.rfind(MARK, 0, match.start())) + 1
        before = text[start : match.start()].strip(" [【(（|·　")
        clock = CLOCK.match(text, match.end())
        end = match.end() + len(clock[0].rstrip()) if clock else match.end()
        stop = min(at for at in (text.find("\n", end), text.find(MARK, end), len(text)) if at >= 0)
        after = text[end:stop].strip(" ]】)）|·　")
        if _RANGE.match(text, match.end()) and not after:
            return False
        if before and not (_BYLINE.search(before) or _UNIT.match(before)):
            return False
        if after and not (_BYLINE.match(after.lstrip("【[(（ ")) or _UNIT.match(after)):
            return False
        if not before and _OTHER_LABEL.search(_words_before(text, start)):
            return False
        return "星期" not in text[match.end() : end] or bool(after or before)

    def _is_title(self, run: Run) -> bool:
        """Whether a run with more than a day in it is (the end of) the title: …疫情通报（2024年5月1日）."""
        words = _NORMAL.sub("", run.text)
        return len(words) > 14 and any(words in title for title in self._titles)

    def _under_title(self, match: re.Match[str]) -> bool:
        """The title's end stands shortly before the day."""
        plain = _NORMAL.sub("", self._text[max(0, match.start() - 160) : match.start()])
        return any(tail in plain[-90:] for tail in self._tails)

    def _under_heading(self, index: int) -> bool:
        """The run before, or the one before that, is a heading of at least eight characters by its tag or class."""
        for run in self._flow.runs[max(0, index - 2) : index]:
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

    def _over_heading(self, index: int) -> bool:
        """The next run is the title."""
        run = self._flow.runs[min(index + 1, len(self._flow.runs) - 1)]
        words = _NORMAL.sub("", run.text)
        return run.link < 0 and len(words) >= 8 and any(words.endswith(tail) for tail in self._tails)

    def _beside_byline(self, match: re.Match[str], *, own_line: bool = False) -> bool:
        """A byline's word (来源, 字号, 浏览次数) stands close by, on either side; with ``own_line`` in the day's own line."""
        before = self._text[max(0, match.start() - 40) : match.start()].rsplit("\n", 2)
        after = self._text[match.end() : match.end() + 60].split("\n", 3)
        near = (before[-1], after[0]) if own_line else (*before[-2:], *after[:3])
        return _BYLINE.search("\n".join(near).replace(MARK, "")) is not None

    def _in_head(self, match: re.Match[str], run: Run) -> bool:
        """Whether a run stands in the page's main part, or below a long title in what only its name calls a header."""
        place = self._part.places.of(run.parent)[0]
        if place == "header":
            plain = _NORMAL.sub("", self._text[max(0, match.start() - 160) : match.start()])
            return any(len(title) >= 14 and title[-14:] in plain[-90:] for title in self._titles)
        return place == "main"

    def _linked(self, run: Run) -> bool:
        """Whether a run is a link that leads somewhere; ``<a>`` without an address is only letters."""
        if run.link < 0:
            return False
        attributes = self._flow.links[run.link].node.attributes
        return "href" in attributes or "onclick" in attributes

    def _in_main(self, run: Run) -> bool:
        return self._part.places.of(run.parent)[0] == "main"

    def _readable(self, run: Run, *, strict: bool) -> bool:
        """Whether a reader takes this run for part of the article: no link, not in the footer, and if ``strict`` not at its side."""
        if self._linked(run):
            return False
        place, hidden = self._part.places.of(run.parent)
        return not hidden and place not in (("footer", "side", "breadcrumb") if strict else ("footer",))

    def _in_grid(self, run: Run) -> bool:
        """Whether a table row holds the run and other words in another cell."""
        node: LexborNode | None = run.parent
        for _ in range(4):
            if node is None or node.tag in ("td", "th"):
                break
            node = node.parent
        row = node.parent if node is not None and node.tag in ("td", "th") else None
        return row is not None and sum(1 for cell in row.iter() if cell.tag in ("td", "th") and cell.text(deep=True).strip()) > 1

    def _in_row(self, run: Run) -> bool:
        """Whether a table row or list entry holds the run."""
        current: int | None = run.parent_id
        for _ in range(6):
            if current is None:
                return False
            if self._flow.nodes[current].tag in _ROWS:
                return True
            current = self._flow.parents.get(current)
        return False


def _words_before(text: str, at: int) -> str:
    """The text node before a position when it is as short as a label, else ""."""
    end = at - 1
    start = max(text.rfind("\n", 0, end), text.rfind(MARK, 0, end)) + 1
    words = text[start:end].strip()
    return words if len(words) <= 12 else ""


def _snippet(text: str) -> str:
    return " ".join(text.replace(MARK, " ").split())[:80]
