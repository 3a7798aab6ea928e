"""What was looked at and what we did to the site: coverage (覆盖情况) and the visit record (访问记录), for every output.

Both come from the evidence file's ``coverage`` and ``visit``; a file that lacks a key (an interrupted run) is still readable:
what is unknown is said to be unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from crawler.evidence import Evidence, Page
from reports.hostile import line
from reports.view import Address, Fact, Tally, amount_of_bytes, count_of, duration, moment, said, text_of
from reports.words import ENDED_BY, REQUEST_KINDS, STATE_WORDS, TAKEN_WORDS, error_word, word

MAX_PAGES = 2000
"""Addresses listed in ``pages`` of a report; the counts in the coverage are always of all."""
EXAMPLES = 5
SHOWN_HOSTS = 5


@dataclass(frozen=True, slots=True)
class PageView:
    """One address that was asked."""

    url: str = field(metadata=said("The address asked", html=False))
    status: int | None = field(metadata=said("HTTP status; None when no answer came", html=False))
    state: str = field(metadata=said("Code of what it turned out to be", html=False))
    depth: int = field(metadata=said("Links from the home page", html=False))
    title: str = field(metadata=said("Title of the page", html=False))
    render: str = field(metadata=said("Code of how the browser opened it", html=False))


@dataclass(frozen=True, slots=True)
class Group:
    """Addresses that share a reason or state."""

    key: str = field(metadata=said("Code", html=False))
    word: str = field(metadata=said("Chinese word"))
    count: int = field(metadata=said("How many addresses"))
    examples: tuple[Address, ...] = field(metadata=said("At most five of them"))


@dataclass(frozen=True, slots=True)
class CoverageView:
    """What was seen of what is known."""

    pages_asked: int = field(metadata=said("Addresses asked", html=False))
    pages_read: int = field(metadata=said("Pages read", html=False))
    pages_known: int | None = field(metadata=said("Addresses known, asked or not; None when not recorded", html=False))
    columns_read: int | None = field(metadata=said("Columns seen; None when not recorded", html=False))
    columns_known: int | None = field(metadata=said("Columns known; None when not recorded", html=False))
    ended_by: str = field(metadata=said("Code of what ended the crawl; empty when not recorded", html=False))
    rendered: int = field(metadata=said("Pages opened in the browser", html=False))
    render_reasons: tuple[Tally, ...] = field(metadata=said("Why pages were opened in the browser", html=False))
    left_out: tuple[Group, ...] = field(metadata=said("Addresses not asked, by reason"))
    unread: tuple[Group, ...] = field(metadata=said("Addresses asked that gave no page, by state"))
    facts: tuple[Fact, ...] = field(metadata=said("The lines a reader gets"))


@dataclass(frozen=True, slots=True)
class VisitView:
    """What we did to the site."""

    requests: int | None = field(metadata=said("Requests sent; None when not recorded", html=False))
    bytes: int | None = field(metadata=said("Bytes received", html=False))
    peak_per_second: float | None = field(metadata=said("Most requests in one second", html=False))
    seconds: float | None = field(metadata=said("From the first request to the last", html=False))
    started: str = field(metadata=said("ISO moment of the first request", html=False))
    ended: str = field(metadata=said("ISO moment of the last", html=False))
    by_kind: tuple[Tally, ...] = field(metadata=said("Requests by purpose", html=False))
    by_host: tuple[Tally, ...] = field(metadata=said("Requests by host, busiest first", html=False))
    errors: tuple[Tally, ...] = field(metadata=said("Failed requests by cause", html=False))
    facts: tuple[Fact, ...] = field(metadata=said("The lines a reader gets"))


def page_views(evidence: Evidence) -> tuple[PageView, ...]:
    """Every asked address in the order asked, fragments left out, at most `MAX_PAGES`."""
    return tuple(PageView(line(p.url), p.status, p.state, p.depth, line(p.title), p.render) for p in _asked(evidence)[:MAX_PAGES])


def coverage_view(evidence: Evidence, columns: tuple[int, int] | None) -> CoverageView:
    """Coverage of one evidence file; ``columns`` is ``(seen, known)`` from the column table, used where the crawl counted none."""
    meta: Mapping[str, Any] = evidence.meta("coverage") or {}
    asked = _asked(evidence)
    seen, known = count_of(meta.get("columns_seen", meta.get("columns_asked"))), count_of(meta.get("columns_known"))
    if columns is not None:
        seen, known = (columns[0] if seen is None or known is None else seen), (columns[1] if known is None else known)
    read = count_of(meta.get("pages_read"))
    total = count_of(meta.get("pages_asked"))
    renders = _renders(evidence, meta)
    view = CoverageView(
        pages_asked=len(asked) if total is None else total,
        pages_read=sum(page.readable for page in asked) if read is None else read,
        pages_known=count_of(meta.get("known")),
        columns_read=seen,
        columns_known=known,
        ended_by="interrupted" if evidence.meta("interrupted") else text_of(meta.get("ended_by")),
        rendered=sum(tally.count for tally in renders) if renders else sum(page.render != "no" for page in asked),
        render_reasons=renders,
        left_out=_left_out(meta.get("left_out")),
        unread=_unread(asked),
        facts=(),
    )
    return _with_facts(view, count_of(meta.get("cut_pages")) or 0, meta.get("taken"), count_of(meta.get("pauses")) or 0)


def _with_facts(view: CoverageView, cut: int, taken: object, pauses: int) -> CoverageView:
    known = "" if view.pages_known is None else f"，已知地址 {view.pages_known} 个"
    facts = [Fact("页面", f"读取 {view.pages_read} 页，请求 {view.pages_asked} 页{known}")]
    if told := "，".join(f"{tally.word} {tally.count} 页" for tally in _tallies(taken, partial(word, TAKEN_WORDS))):
        facts.append(Fact("沿用上一夜", told))
    if view.columns_known is None:
        facts.append(Fact("栏目", "未记录"))
    else:
        facts.append(Fact("栏目", f"看到 {view.columns_read or 0} 个，已知 {view.columns_known} 个"))
    facts.append(Fact("结束原因", word(ENDED_BY, view.ended_by) if view.ended_by else "未记录"))
    if pauses:
        facts.append(Fact("暂停访问", f"{pauses} 次（五分钟内失败的请求过多，暂停后再继续）"))
    why = "，".join(f"{tally.word} {tally.count} 页" for tally in view.render_reasons)
    facts.append(Fact("浏览器打开", f"{view.rendered} 页" + (f"（{why}）" if why else "")))
    if view.left_out:
        facts.append(Fact("未请求的地址", "，".join(f"{group.word} {group.count} 个" for group in view.left_out)))
    if view.unread:
        facts.append(Fact("没有读到的地址", "，".join(f"{group.word} {group.count} 个" for group in view.unread)))
    if cut:
        facts.append(Fact("没有读完的页面", f"{cut} 页（页面标记过多，只读取前面部分）"))
    return replace(view, facts=tuple(facts))


def visit_view(evidence: Evidence) -> VisitView:
    """The visit record of one evidence file."""
    meta: Mapping[str, Any] = evidence.meta("visit") or {}
    requests, received = count_of(meta.get("requests")), count_of(meta.get("bytes"))
    peak, seconds = _number(meta.get("peak_per_second")), _number(meta.get("seconds"))
    started, ended = text_of(meta.get("started")), text_of(meta.get("ended"))
    kinds = _tallies(meta.get("by_kind"), partial(word, REQUEST_KINDS))
    errors = _tallies(meta.get("errors"), error_word)
    hosts = _tallies(meta.get("by_host"), str)
    facts = [Fact("请求", "未记录" if requests is None else f"{requests} 次" + _listed(kinds, "次"))]
    if hosts:
        shown, more = hosts[:SHOWN_HOSTS], f"，另有 {len(hosts) - SHOWN_HOSTS} 台主机" if len(hosts) > SHOWN_HOSTS else ""
        facts.append(Fact("请求的主机", "，".join(f"{t.word} {t.count} 次" for t in shown) + more))
    if received is not None:
        facts.append(Fact("接收数据", amount_of_bytes(received)))
    if peak is not None:
        facts.append(Fact("最快速度", f"每秒 {peak:g} 次请求"))
    if seconds is not None:
        facts.append(Fact("用时", duration(seconds)))
    if started:
        facts.append(Fact("时间", f"{moment(started)} 至 {moment(ended)}" if ended else f"{moment(started)} 起"))
    facts.append(Fact("失败的请求", "，".join(f"{t.word} {t.count} 次" for t in errors) if errors else "无"))
    facts.append(Fact("对网站的影响", "只读取公开页面，没有登录、提交或修改任何内容"))
    return VisitView(requests, received, peak, seconds, started, ended, kinds, hosts, errors, tuple(facts))


def _renders(evidence: Evidence, coverage: Mapping[str, Any]) -> tuple[Tally, ...]:
    """Why pages were opened in the browser: the crawl's own reasons, and the doubts settled after it."""
    crawled = _tallies(coverage.get("render_reasons"), str)
    settled = count_of((evidence.meta("settle") or {}).get("rendered"))
    return (*crawled, Tally("settle", "确认静态网页里没有的内容", settled)) if settled else crawled


def _listed(tallies: Iterable[Tally], unit: str) -> str:
    inside = "，".join(f"{tally.word} {tally.count} {unit}" for tally in tallies)
    return f"（{inside}）" if inside else ""


def _asked(evidence: Evidence) -> list[Page]:
    return [page for page in evidence.pages if page.state != "fragment"]


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _tallies(counts: object, named: Callable[[str], str]) -> tuple[Tally, ...]:
    """``{code: count}`` as tallies, most frequent first, then by code."""
    if not isinstance(counts, Mapping):
        return ()
    pairs = [(line(str(key)), int(value)) for key, value in counts.items() if count_of(value)]
    return tuple(Tally(key, named(key), count) for key, count in sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def _left_out(kept: object) -> tuple[Group, ...]:
    if not isinstance(kept, Mapping):
        return ()
    groups = []
    for reason, entry in kept.items():
        count = count_of(entry.get("count")) or 0
        examples = tuple(Address.of(str(url)) for url in list(entry.get("examples", ()))[:EXAMPLES])
        if count:
            groups.append(Group(line(str(reason)), text_of(entry.get("label")) or line(str(reason)), count, examples))
    return tuple(sorted(groups, key=lambda group: (-group.count, group.key)))


def _unread(asked: list[Page]) -> tuple[Group, ...]:
    by_state: dict[str, list[Page]] = {}
    for page in asked:
        if page.state not in ("page", "redirect"):
            by_state.setdefault(page.state, []).append(page)
    groups = [
        Group(state, word(STATE_WORDS, state), len(pages), tuple(Address.of(page.url) for page in pages[:EXAMPLES]))
        for state, pages in by_state.items()
    ]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.key)))
