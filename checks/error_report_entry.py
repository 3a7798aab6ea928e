"""找错入口: every page a visitor can read offers 「我为政府网站找错」, and what is written there reaches this site.

Rule    国办秘函〔2019〕19号 site indicators, 功能设计 / 我为政府网站找错: home page without entry −1, any other page −0.2 each, cap 1.
        Points, hosts and ids: catalogue, `error_report_entry`.
Counts  see `checks.entry_markup`: the platform's script (its host or a local copy), a link, a click handler, a plug-in.
Missing is said only of a page that was confirmed in the browser (itself, or two pages of its template). One finding per section,
        listing every page of it that has no entry.
Legacy  only the platform's old addresses: a caution.
Foreign the entry carries another site's code: what visitors write goes to that site. A candidate, for a person to confirm, where
        the site's own code stands in one kind of place only.
Blind   to where the entry stands (the rule says the bottom of the page), and to whether the platform answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checks.catalogue import finding, rules
from checks.entry_markup import ENTRY, LEGACY, Entry
from checks.gaps import stopped
from checks.model import Check, Doubt, Finding, Judgement, Proof, Unseen
from checks.site_code import CODE, SITE_CODES, own_code
from checks.subjects import by_subject, urls, where
from crawler.evidence import Evidence, Page

FOOT = "footer, #footer, .footer, [id*='foot'], [class*='foot'], [class*='bottom']"
"""Where a missing entry should stand; the screenshot shows this place."""


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """Readable pages without an official entry that no complete render has confirmed yet."""
    for page in evidence.readable:
        if page.render == "no" and evidence.seen(page, ENTRY).value is None:
            yield Doubt(page, ENTRY, "frame", page.depth)
            if evidence.seen(page, LEGACY).value is None:
                yield Doubt(page, LEGACY, "frame", page.depth)


@dataclass(slots=True)
class _Tally:
    """The readable pages by what is known of them."""

    entry: list[tuple[Page, Entry]] = field(default_factory=list)
    legacy: list[tuple[Page, Entry]] = field(default_factory=list)
    missing: list[Page] = field(default_factory=list)
    unseen: dict[str, list[Page]] = field(default_factory=dict)


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Missing per section, legacy per section, foreign codes once; what could not be confirmed is not assessed."""
    state = evidence.meta("site_state", {})
    if state.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，找错入口未能评估。", unseen=[Unseen(state["state"], state.get("detail", ""))])
    if not evidence.readable:
        return Judgement.of(CHECK, [], summary="没有读到可供检查的页面，找错入口未能评估。", unseen=[Unseen("not-found-in-crawl")])
    tally = _tally(evidence)
    findings = [*_missing(evidence, tally.missing), *_legacy(evidence, tally.legacy), *_foreign(evidence, tally.entry)]
    unseen = [
        Unseen(reason, f"{len(pages)} 个页面的静态源码没有找错入口，未能确认", tuple(page.final_url or page.url for page in pages))
        for reason, pages in sorted(tally.unseen.items())
    ]
    unseen += stopped(evidence)
    return Judgement.of(CHECK, findings, summary=_summary(tally, findings), unseen=unseen, figures=_figures(evidence, tally))


def _tally(evidence: Evidence) -> _Tally:
    tally = _Tally()
    for page in evidence.readable:
        seen = evidence.seen(page, ENTRY)
        if seen.value is not None:
            tally.entry.append((page, seen.value))
            continue
        old = evidence.seen(page, LEGACY)
        if not seen.settled:
            tally.unseen.setdefault(seen.reason, []).append(page)
        elif old.value is not None:
            tally.legacy.append((page, old.value))
        elif not old.settled:
            tally.unseen.setdefault(old.reason, []).append(page)
        else:
            tally.missing.append(page)
    return tally


def _missing(evidence: Evidence, pages: Sequence[Page]) -> Iterator[Finding]:
    limits = rules(CHECK.id)
    for subject, group in by_subject(evidence, pages).items():
        points = limits.number("home-points") if subject == "home" else limits.number("page-points")
        each = "" if subject == "home" else "每个页面"
        yield finding(
            CHECK,
            "missing",
            site_key=evidence.site.key,
            subject=subject,
            message=f"{where(subject, len(group))}没有“我为政府网站找错”入口，经浏览器打开确认（{each}扣 {points:g} 分，本项最多扣 {limits.number('cap-points'):g} 分）。",
            evidence=Proof(
                pages=urls(group),
                seen_at=group[0].fetched_at,
                snippet=f"页面《{group[0].title[:60]}》的源码和浏览器显示结果中都没有 {'、'.join(limits.names['official-hosts'])} 的脚本或链接",
                selector=FOOT,
                figures={"pages": len(group)},
            ),
        )


def _legacy(evidence: Evidence, found: Sequence[tuple[Page, Entry]]) -> Iterator[Finding]:
    entries = {page.id: entry for page, entry in found}
    for subject, group in by_subject(evidence, [page for page, _ in found]).items():
        yield finding(
            CHECK,
            "legacy",
            site_key=evidence.site.key,
            subject=subject,
            message=f"{where(subject, len(group))}的找错入口只指向国家平台的旧地址。",
            evidence=Proof(
                pages=urls(group),
                seen_at=group[0].fetched_at,
                snippet=entries[group[0].id].snippet,
                selector=",".join(f"[href*='{host}'],[onclick*='{host}']" for host in rules(CHECK.id).names["legacy-hosts"]),
                figures={"pages": len(group)},
            ),
        )


def _foreign(evidence: Evidence, found: Sequence[tuple[Page, Entry]]) -> Iterator[Finding]:
    """One finding for all pages whose entry carries only codes of other sites; none while the site's own code is unknown."""
    known, identity = own_code(evidence)
    if not known:
        return
    wrong = [(page, entry) for page, entry in found if _codes(entry) and known not in _codes(entry)]
    if not wrong:
        return
    sure = bool(identity["given"] or identity["agreed"])
    codes = sorted({code for _, entry in wrong for code in _codes(entry)})
    yield finding(
        CHECK,
        "foreign-site-code",
        site_key=evidence.site.key,
        subject="site",
        message=f"{len(wrong)} 个页面的找错入口登记的标识码是 {'、'.join(codes)}，本网站标识码是 {known}。"
        + ("" if sure else identity["note"]),
        severity=None if sure else "candidate",
        evidence=Proof(
            pages=urls([page for page, _ in wrong]),
            seen_at=wrong[0][0].fetched_at,
            snippet=wrong[0][1].snippet,
            selector="#_span_jiucuo, [sitecode], a[href*='site_code=']",
            figures={"pages": len(wrong), "own": known, "found": codes},
        ),
    )


def _codes(entry: Entry) -> frozenset[str]:
    return frozenset(code.lower() for code in entry.site_codes if CODE.fullmatch(code))


def _summary(tally: _Tally, findings: Sequence[Finding]) -> str:
    unseen = sum(len(pages) for pages in tally.unseen.values())
    total = len(tally.entry) + len(tally.legacy) + len(tally.missing) + unseen
    parts = [f"检查 {total} 个页面，{len(tally.entry)} 个有找错入口"]
    if tally.missing:
        parts.append(f"{len(tally.missing)} 个没有")
    if tally.legacy:
        parts.append(f"{len(tally.legacy)} 个指向旧地址")
    if any(found.code == "foreign-site-code" for found in findings):
        parts.append("有入口登记的是其他网站的标识码")
    if unseen:
        parts.append(f"{unseen} 个未能确认")
    return "，".join(parts) + "。"


def _figures(evidence: Evidence, tally: _Tally) -> dict[str, Any]:
    home = evidence.home
    words = {page.id: "yes" for page, _ in tally.entry} | {page.id: "legacy" for page, _ in tally.legacy}
    words |= {page.id: "no" for page in tally.missing}
    return {
        "pages": len(evidence.readable),
        "with_entry": len(tally.entry),
        "legacy": len(tally.legacy),
        "missing": len(tally.missing),
        "unseen": sum(len(pages) for pages in tally.unseen.values()),
        "home": words.get(home.id, "not_assessed") if home is not None else "not_assessed",
    }


CHECK = Check(
    id="error-report-entry",
    title="我为政府网站找错入口",
    codes=("missing", "foreign-site-code", "legacy"),
    observers=(ENTRY, LEGACY, SITE_CODES),
    judge=judge,
    doubts=doubts,
)
