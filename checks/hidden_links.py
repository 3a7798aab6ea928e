"""暗链: links that no visitor can see to hosts that have nothing to do with the site, and words of gambling, pornography and fake medicine in
title, page tags or links, also where only visitors from search engines get them.

Rule    国办秘函〔2019〕19号 site indicators, 单项否决 / 安全、泄密事故等严重问题: such content published or linked to. A veto is for a person to
        pronounce: this check reports a deduction marked for confirmation. Words, hosts, thresholds: catalogue, `hidden_links`.
Hidden  by style (inline, a rule of the page's own sheet, or as the browser computed it), off-screen, tiny, in the colour of its ground, in
        noscript, in a flat marquee, in a comment, written or hidden by a script. Hidden links alone are a candidate, never an accusation.
Words   one phrase that stands in no honest title, or several weaker words; none where the same text is *about* them (打击, 警惕, 案 …).
Cloaked `hidden_links_cloak` asks for the home page as a search engine's visitor and as the engine. Off with ``--no-cloak-test``.
Subject home, a page, a section, or the site: one finding for one cause, wherever it repeats.
Blind   to outer style sheets on pages that were not rendered, to images, to article text, and to engines other than the one tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from checks.catalogue import finding
from checks.gaps import incomplete, stopped, unopened
from checks.hidden_links_blocks import MAX_SNIPPET, Mark
from checks.hidden_links_cloak import WAYS, describe, probe
from checks.hidden_links_hosts import gives_itself_away
from checks.hidden_links_reading import READING, SUSPECT
from checks.hidden_links_styles import HOW
from checks.model import Check, Doubt, Finding, Judgement, Proof, Severity, Unseen
from crawler.evidence import Evidence, Page
from crawler.links import page_key, section_of
from crawler.responses import ERRORS

_WAY_NAMES = {"referrer": "从搜索结果点击进入", "spider": "以搜索引擎的身份访问"}
_TITLES = {
    "hidden-bad-links": "藏有指向无关网站的不良暗链",
    "hidden-outside-links": "有访问者看不见的外部链接，用途不明，请人工核对",
    "bad-words": "的标题、页面标签或链接中出现博彩、色情、假药类词语",
    "cloaked": "的脚本把从搜索引擎来的访问者带往无关网站",
}


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """Pages with a packed inline script, whose work only a browser shows."""
    for page in evidence.readable:
        if page.render == "no" and evidence.seen(page, SUSPECT).value is not None and evidence.seen(page, READING).value is None:
            yield Doubt(page, READING, "frame", page.depth)


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """One finding per cause; what a packed script does unseen, or a search engine's visitor gets, is not assessed where it was not seen."""
    state = evidence.meta("site_state", {})
    if state.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，暗链未能评估。", unseen=[Unseen(state["state"], state.get("detail", ""))])
    if not evidence.readable:
        return Judgement.of(CHECK, [], summary="没有读到可供检查的页面，暗链未能评估。", unseen=[Unseen("not-found-in-crawl")])
    answers = evidence.probes(CHECK.id)
    findings = [*_page_findings(evidence), *_cloaked(evidence, answers)]
    unseen = [*_unseen_scripts(evidence), *_unseen_answers(evidence, answers)]
    unseen += [*unopened(evidence.readable), *incomplete(evidence), *stopped(evidence)]
    figures = {
        "pages": len(evidence.readable),
        "marked": len({url for each in findings for url in each.evidence.pages}),
        "cloak_test": {
            way: ("ok" if way in answers and not answers[way][1] else answers[way][1] if way in answers else "off") for way in WAYS
        },
    }
    return Judgement.of(CHECK, findings, summary=_summary(evidence, findings), unseen=unseen, figures=figures)


# marks of pages → causes


def _marks(evidence: Evidence, page: Page) -> tuple[Mark, ...]:
    """What is wrong with a page, as served and as rendered."""
    seen = [evidence.seen(page, READING).value, evidence.served(page, READING)]
    return tuple(dict.fromkeys(mark for reading in seen if reading is not None for mark in reading.marks))


def _cause(mark: Mark) -> tuple[str, ...]:
    """What makes two marks one cause: the same domains, else the same words."""
    return mark.domains or mark.words


def _page_findings(evidence: Evidence) -> Iterator[Finding]:
    causes: dict[tuple[str, tuple[str, ...]], list[tuple[Page, Mark]]] = {}
    for page in evidence.readable:
        for mark in _marks(evidence, page):
            causes.setdefault((mark.code, _cause(mark)), []).append((page, mark))
    subjects: dict[tuple[str, str], list[tuple[Page, Mark]]] = {}
    for (code, _), found in causes.items():
        subjects.setdefault((code, _subject(evidence, [page for page, _ in found])), []).extend(found)
    for (code, subject), found in subjects.items():
        yield _finding(evidence, code, subject, found)


def _subject(evidence: Evidence, pages: Sequence[Page]) -> str:
    """Where a cause lies: ``home``, one page, one section, else ``site``."""
    home = evidence.home
    ids = {page.id for page in pages}
    if home is not None and ids == {home.id}:
        return "home"
    addresses = {page.final_url or page.url for page in pages}
    if len(addresses) == 1:
        return page_key(next(iter(addresses)))
    sections = {section_of(url) for url in addresses}
    return next(iter(sections)) if len(sections) == 1 and (home is None or home.id not in ids) else "site"


def _finding(evidence: Evidence, code: str, subject: str, found: Sequence[tuple[Page, Mark]]) -> Finding:
    pages = list(dict.fromkeys(page for page, _ in found))
    marks = list(dict.fromkeys(mark for _, mark in found))
    words, hosts = _names(mark.words for mark in marks), _names(mark.domains for mark in marks)
    hows = _names((HOW[mark.how],) for mark in marks if mark.how != "visible")
    parts = [f"{_where(subject, len(pages))}{_TITLES[code]}"]
    parts += [f"方式：{'、'.join(hows)}"] if hows and code != "cloaked" else []
    parts += [f"词语：{'、'.join(words[:6])}"] if words else []
    parts += [f"指向：{'、'.join(hosts[:6])}"] if hosts else []
    severity: Severity | None = None
    if code in ("bad-words", "hidden-bad-links") and not any(mark.sure for mark in marks):
        severity = "candidate"  # a single phrase among the site's own links may be a title that is about it
    return finding(
        CHECK,
        code,
        site_key=evidence.site.key,
        subject=subject,
        message="；".join(parts) + "。",  # that a person must look says `confirm`: once one has, the words must stand as they are
        severity=severity,
        confirm=True,
        evidence=Proof(
            pages=tuple(dict.fromkeys(page.final_url or page.url for page in pages)),
            seen_at=pages[0].fetched_at,
            snippet=marks[0].snippet[:MAX_SNIPPET],
            figures={"pages": len(pages), "links": max(mark.links for mark in marks), "words": words, "domains": hosts},
        ),
    )


def _names(groups: Iterable[tuple[str, ...]]) -> list[str]:
    return sorted({name for group in groups for name in group})


def _where(subject: str, count: int) -> str:
    if subject == "home":
        return "首页"
    if subject == "site":
        return f"{count} 个页面"
    if count > 1:
        return f"网站根目录下的 {count} 个页面" if subject == "/" else f"版块 {subject} 的 {count} 个页面"
    return f"页面 {subject} "


# the home page as search engines get it


def _cloaked(evidence: Evidence, answers: Mapping[str, tuple[Any, str]]) -> Iterator[Finding]:
    home = evidence.home
    shown = {way: text for way, (answer, _) in answers.items() if answer is not None and (text := describe(answer))}
    if home is None or not shown:
        return
    ways = "、".join(_WAY_NAMES[way] for way in WAYS if way in shown)
    refused = set(shown) == {"spider"} and bool(away := answers["spider"][0]["away"]) and not gives_itself_away(away)
    severity: Severity | None = "candidate" if refused else None  # a firewall sends a false spider to its own page, elsewhere
    yield finding(
        CHECK,
        "cloaked",
        site_key=evidence.site.key,
        subject="home",
        message=f"首页在{ways}时与平常不同：{next(iter(shown.values()))[:160]}。{'可能是防护设备的拦截页。' if refused else ''}",
        severity=severity,
        confirm=True,
        evidence=Proof(
            pages=(home.final_url or home.url,),
            seen_at=home.fetched_at,
            snippet="；".join(shown.values())[:MAX_SNIPPET],
            figures={"ways": [way for way in WAYS if way in shown]},
        ),
    )


def _unseen_answers(evidence: Evidence, answers: Mapping[str, tuple[Any, str]]) -> Iterator[Unseen]:
    home = evidence.home
    if not answers and not evidence.meta("options", {}).get("cloak_test", True):
        yield Unseen("cloak-off", "没有比对首页对搜索引擎来访者的内容")
    elif not answers:
        yield Unseen("site-failing", "首页没有能以搜索引擎来访者的方式打开")
    for way, (answer, error) in answers.items():
        if answer is None:
            pages = (home.final_url or home.url,) if home is not None else ()
            yield Unseen("cloak-refused", f"{_WAY_NAMES[way]}时首页没有正常应答（{_told(error)}）", pages)


def _told(error: str) -> str:
    """Why a way in had no answer, as a user reads it."""
    if error.startswith("http-"):
        return f"HTTP {error.removeprefix('http-')}"
    return "要求验证访问者" if error == "challenge" else ERRORS.get(error, error)


def _unseen_scripts(evidence: Evidence) -> Iterator[Unseen]:
    unseen: dict[str, list[str]] = {}
    for page in evidence.readable:
        if evidence.seen(page, SUSPECT).value is None:
            continue
        seen = evidence.seen(page, READING)
        if seen.value is None and not seen.settled:
            unseen.setdefault(seen.reason, []).append(page.final_url or page.url)
    for reason, urls in sorted(unseen.items()):
        yield Unseen(reason, f"{len(urls)} 个页面有加密的脚本，未能确认它写入了什么", tuple(urls))


def _summary(evidence: Evidence, findings: Sequence[Finding]) -> str:
    bad = sum(1 for each in findings if each.severity in ("veto", "deduction"))
    parts = [f"检查 {len(evidence.readable)} 个页面的隐藏链接和不良词语"]
    parts.append(f"发现 {bad} 处疑似暗链或不良信息，需人工确认" if bad else "没有发现暗链和不良词语")
    if others := len(findings) - bad:
        parts.append(f"另有 {others} 处需人工核对")
    return "，".join(parts) + "。"


CHECK = Check(
    id="hidden-links",
    title="暗链与不良信息",
    codes=("hidden-bad-links", "bad-words", "cloaked", "hidden-outside-links"),
    observers=(READING, SUSPECT),
    judge=judge,
    doubts=doubts,
    probe=probe,
)
