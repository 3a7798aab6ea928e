"""A small table of indicators with the shape of the national one, and short words for findings: what the cases by hand are told in.

The items add up to 100, the bonus to 30; 办事服务 has 25 as nationally. ``quality`` (46) is a filler that people judge, so that every score between 0 and
100 can be written down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, cast

from checks.catalogue.indicators import Catalogue, Feed, Gates, Indicator, IndicatorRow, Judged, Kind, Part
from checks.model import Finding, Judgement, Proof, Severity, Unseen, Verdict
from reports.scorecard import Assessed, ManualJudgement

DAY = date(2026, 9, 30)
SITE = "4400000001"
SOURCE = "清河省政府网站检查指标（测试）"
BOTH: tuple[Kind, ...] = ("portal", "department")


def row(
    name: str,
    points: float = 0.0,
    *feeds: str,
    per: Literal["once", "each"] = "once",
    at_least: int = 1,
    judged: Judged = "machine",
    where: dict[str, tuple[str, ...]] | None = None,
    home: bool | None = None,
    count: str = "",
    most: int = 0,
) -> IndicatorRow:
    """A row; ``feeds`` as ``check`` or ``check/code,code``."""
    parsed = []
    for feed in feeds:
        check, _, codes = feed.partition("/")
        parsed.append(Feed(check=check, codes=tuple(codes.split(",")) if codes else (), where=where or {}, home=home))
    return IndicatorRow(
        id=name,
        text=NAMES[name],
        points=points,
        per=per,
        at_least=at_least,
        judged=judged,
        feeds=tuple(parsed),
        count=count,
        most=most,
        source=SOURCE,
        basis="assumed",
    )


def item(
    name: str,
    part: Part,
    cap: float,
    *rows: IndicatorRow,
    kinds: tuple[Kind, ...] = ("portal",),
    services: bool = False,
    block: str = "发布解读",
) -> Indicator:
    return Indicator(id=name, name=NAMES[name], part=part, block=block, cap=cap, kinds=kinds, services=services, rows=rows)


NAMES = {
    "serious": "安全、泄密事故等严重问题", "home": "首页不更新", "columns": "栏目不更新", "answers": "互动回应差", "news": "动态要闻", "other": "其他栏目",
    "services": "办事指南", "submit": "信息提交", "letters": "留言公开", "marks": "网站标识", "links": "可用性", "entry": "我为政府网站找错", "tags": "页面标签",
    "v6": "IPv6改造", "quality": "解读质量", "data": "数据发布", "rating": "服务功能", "new": "创新发展",
    "bad-links": "链接反动、暴力、色情等内容", "opinion": "引发严重负面舆情", "home-stale": "2 周内首页没有更新", "blank-5": "空白栏目 5 个以上",
    "no-way": "没有网上咨询建言渠道", "news-stale": "2 周内没有更新", "blank": "空白栏目", "slow": "应更新而未更新的栏目",
    "services-wrong": "指南要素不全或不准确", "no-submit": "不能提交信息", "no-letters": "不公开网民留言",
    "incomplete": "公开的留言要素不全", "stale": "2 个月没有新公开的留言", "mark": "页面底部缺少标识",
    "home-link": "首页链接打不开", "other-link": "其他页面链接打不开", "home-entry": "首页没有找错入口",
    "page-entry": "其他页面没有找错入口", "tag": "页面缺少标签", "no-v6": "没有完成 IPv6 改造",
    "data-new": "数据及时更新", "data-charts": "用图表解读数据", 
}  # fmt: skip
"""What the items and rows are called."""

INDICATORS: tuple[Indicator, ...] = (
    item("serious", "veto", 0, row("bad-links", 0, "hidden-links/hidden-bad-links", judged="both"), row("opinion", judged="person"), kinds=BOTH),
    item("home", "veto", 0, row("home-stale", 0, "home-updates/not-updated"), kinds=BOTH),
    item("columns", "veto", 0, row("blank-5", 0, "column-updates/blank", at_least=5), kinds=BOTH),
    item("answers", "veto", 0, row("no-way", 0, "interaction-channel/no-channel", judged="both"), kinds=BOTH),
    item("news", "deduction", 5, row("news-stale", 5, "column-updates/overdue", where={"kind": ("dynamic",)})),
    item("other", "deduction", 4, row("blank", 2, "column-updates/blank", per="each"), row("slow", 1, "column-updates/overdue,overdue-other", per="each")),
    item("services", "deduction", 25, row("services-wrong", 1, per="each", judged="person"), services=True, block="办事服务"),
    item("submit", "deduction", 7, row("no-submit", 7, "interaction-channel/no-channel", judged="both")),
    item("letters", "deduction", 6, row("no-letters", 6, "interaction-channel/no-letters"), row("incomplete", 1, "interaction-channel/letter-incomplete", per="each"), row("stale", 3, "interaction-channel/stale")),
    item("marks", "deduction", 3, row("mark", 0.5, "site-identity", per="each"), block="功能设计"),
    item("links", "deduction", 1, row("home-link", 0.2, "links/broken-link", per="each", home=True), row("other-link", 0.1, "links/broken-link", per="each", home=False), block="功能设计"),
    item("entry", "deduction", 1, row("home-entry", 1, "error-report-entry/missing", home=True), row("page-entry", 0.2, "error-report-entry/missing", per="each", home=False), block="功能设计"),
    item("tags", "deduction", 1, row("tag", 0.1, "page-tags", per="each", count="pages", most=5), block="功能设计"),
    item("v6", "deduction", 1, row("no-v6", 1, "ipv6"), block="功能设计"),
    item("quality", "deduction", 46, row("quality", 1, per="each", judged="person")),
    item("data", "bonus", 4, row("data-new", 2, judged="person"), row("data-charts", 2, judged="person")),
    item("rating", "bonus", 2, row("rating", 2, judged="person"), services=True, block="办事服务"),
    item("new", "bonus", 24, row("new", 3, per="each", judged="person"), block="创新发展"),
)  # fmt: skip

GATES = Gates(fail=60, bonus=80, full=100, bonus_full=30, source=SOURCE, basis="assumed")
NATIONAL = Catalogue(
    id="national",
    version="t1",
    title="测试指标",
    source=SOURCE,
    basis="assumed",
    effective=date(2019, 4, 1),
    gates=GATES,
    indicators=INDICATORS,
)


def altered(catalogue: Catalogue = NATIONAL, *, version: str = "t2", gates: Gates | None = None, **items: Indicator) -> Catalogue:
    """The catalogue with some items put in the place of those with their ids (``_`` stands for ``-``)."""
    by_id = {name.replace("_", "-"): each for name, each in items.items()}
    indicators = tuple(by_id.get(each.id, each) for each in catalogue.indicators)
    return catalogue.model_copy(update={"version": version, "indicators": indicators, "gates": gates or catalogue.gates})


def extended(kinds: Mapping[str, tuple[Kind, ...]]) -> Catalogue:
    """A province's catalogue: these items apply to other kinds of site too."""
    indicators = tuple(each.model_copy(update={"kinds": kinds.get(each.id, each.kinds)}) for each in INDICATORS)
    return NATIONAL.model_copy(update={"id": "qinghe", "version": "q1", "indicators": indicators})


CHECKS = (
    "hidden-links", "home-updates", "column-updates", "interaction-channel", "site-identity", "links", "error-report-entry", "page-tags", "ipv6",
)  # fmt: skip


def finding(text: str) -> Finding:
    """``check/code@subject``, with ``!veto``, ``!candidate``, ``!caution`` for another severity than deduction, ``?`` for one that a person must confirm,
    ``#kind`` for the figure ``kind`` (of column), ``=9`` for the figure ``pages``."""
    confirm = text.endswith("?")
    body, _, pages = text.rstrip("?").partition("=")
    body, _, group = body.partition("#")
    body, _, severity = body.partition("!")
    kind, _, subject = body.partition("@")
    check, code = kind.split("/")
    proof = Proof(
        (f"https://www.example.cn/{subject}",),
        "2026-09-30T08:00:00+08:00",
        figures=({"kind": group} if group else {}) | ({"pages": int(pages)} if pages else {}),
    )
    return Finding(
        SITE, check, code, cast(Severity, severity or "deduction"), subject or "site", proof.pages[0], f"{code}（{subject}）", "请整改。", "指标", SOURCE, "assumed",
        proof, confirm=confirm,
    )  # fmt: skip


def ids(*texts: str) -> tuple[str, ...]:
    return tuple(finding(text).id for text in texts)


def many(text: str, count: int) -> list[str]:
    """``text`` with its first ``*`` counted through."""
    return [text.replace("*", str(number), 1) for number in range(count)]


def assessed(
    findings: Sequence[str] = (),
    *,
    kind: Kind = "portal",
    services: bool = True,
    unassessed: Sequence[str] = (),
    unseen: Sequence[str] = (),
    apart: Sequence[str] = (),
    absent: Sequence[str] = (),
    confirmed: Sequence[str] = (),
) -> Assessed:
    """A site with these findings. ``unassessed``: checks that could not look; ``unseen``: that did not see everything; ``apart``: that do not apply;
    ``absent``: of which there is no answer at all."""
    found = [finding(text) for text in findings]
    judgements = []
    for check in CHECKS:
        if check in absent:
            continue
        own = tuple(each for each in found if each.check == check)
        grave = any(each.severity in ("veto", "deduction") for each in own)
        verdict: Verdict = (
            "not_applicable" if check in apart else "fail" if grave else "not_assessed" if check in (*unassessed, *unseen) else "pass"
        )
        gaps = (Unseen("blocked"),) if check in (*unassessed, *unseen) else ()
        judgements.append(Judgement(check, f"检查{check}", verdict, "网站拒绝访问" if verdict == "not_assessed" else "", "", own, gaps))
    return Assessed(SITE, kind, services, tuple(judgements), frozenset(ids(*confirmed)))


PERSON_ROWS = ("opinion", "services-wrong", "quality", "data-new", "data-charts", "rating", "new")
"""The rows that only people judge."""


def people(*, open_rows: Sequence[str] = (), site: str = SITE, **points: float) -> list[ManualJudgement]:
    """People's judgements: everything that only they can judge is in order and earns nothing, unless told otherwise (``_`` stands for ``-``)."""
    given = {name.replace("_", "-"): value for name, value in points.items()}
    rows = {name: 0.0 for name in PERSON_ROWS if name not in open_rows} | given
    return [ManualJudgement(site, name, value, "", "王检查", DAY) for name, value in rows.items()]
