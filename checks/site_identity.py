"""网站标识: the six facts at the foot of every page, the form and agreement of the 标识码, the domain, the name in the head.

Rule    国办秘函〔2019〕19号 site indicators, 功能设计: all pages carry 党政机关标识, 网站标识码, ICP, 公安, 主办单位, 联系方式 at their foot,
        −0.5 for each that is missing, cap 3; domain and name −1 each. 国办函〔2018〕55号: .gov.cn or .政务. Points: catalogue, `site_identity`.
Missing is said only of a page that was confirmed in the browser (itself, or two pages of its template). One finding per fact and section.
Counts  a fact in a picture's alt, as a link to the register, in a frame or an included piece, written by script; see `crawler.identity`.
Codes   digits split by tags are one number; see `checks.site_identity_codes` for what disagrees with what.
        A page without any of them whose foot is one picture without words or another host's frame is left alone; so are owner and contact
        in a script that is not read here (民族文字).
Blind   to words drawn inside a picture without alt, to where on the page a fact stands, and to whether the numbers are true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from checks.catalogue import finding, rules
from checks.entry_markup import ENTRY
from checks.gaps import stopped
from checks.model import Check, Finding, Judgement, Proof, Unseen
from checks.site_code import SITE_CODES, own_code
from checks.site_identity_codes import FOOT, code_findings, domain_findings, domain_state
from checks.site_identity_facts import NAMES, OBSERVERS, Tally, doubts, tally
from checks.site_identity_name import HEAD, name_findings
from checks.subjects import by_subject, urls, where
from crawler.evidence import Evidence

_CODES = {
    "conac": "missing-conac",
    "site-code": "missing-site-code",
    "icp": "missing-icp",
    "police": "missing-police",
    "owner": "missing-owner",
    "contact": "missing-contact",
}


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Missing facts per section, codes and domain once, names as candidates; what could not be confirmed is not assessed."""
    state = evidence.meta("site_state", {})
    if state.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，网站标识未能评估。", unseen=[Unseen(state["state"], state.get("detail", ""))])
    if not evidence.readable:
        return Judgement.of(CHECK, [], summary="没有读到可供检查的页面，网站标识未能评估。", unseen=[Unseen("not-found-in-crawl")])
    found = tally(evidence)
    findings = [
        *_missing(evidence, found),
        *code_findings(CHECK, evidence),
        *domain_findings(CHECK, evidence),
        *name_findings(CHECK, evidence),
    ]
    unseen = [
        Unseen(reason, f"{len(pages)} 个页面的静态源码缺少网站标识，未能确认", urls(pages))
        for reason, pages in sorted(found.unseen.items())
    ]
    unseen += stopped(evidence)
    return Judgement.of(CHECK, findings, summary=_summary(evidence, found, findings), unseen=unseen, figures=_figures(evidence, found))


def _missing(evidence: Evidence, found: Tally) -> Iterator[Finding]:
    limits = rules(CHECK.id)
    points, cap = limits.number("fact-points"), limits.number("cap-points")
    for fact, pages in found.missing.items():
        for subject, group in by_subject(evidence, pages).items():
            opened = all(page.render == "complete" for page in group)
            how = "经浏览器打开确认" if opened else "经浏览器打开其中的页面或同一模板的页面确认"
            first = next((page for page in group if page.render == "complete"), group[0])
            where_not = "源码和浏览器显示结果中都" if first.render == "complete" else "源码中"
            yield finding(
                CHECK,
                _CODES[fact],
                site_key=evidence.site.key,
                subject=subject,
                message=f"{where(subject, len(group))}底部没有{NAMES[fact]}，{how}（每缺一项扣 {points:g} 分，最多扣 {cap:g} 分）。",
                evidence=Proof(
                    pages=urls(group),
                    seen_at=first.fetched_at,
                    snippet=f"页面《{first.title[:60]}》的{where_not}没有{NAMES[fact]}",
                    selector=FOOT,
                    figures={"pages": len(group)},
                ),
            )


def _summary(evidence: Evidence, found: Tally, findings: Sequence[Finding]) -> str:
    total = len(evidence.readable) - len(found.asides)
    lacking = [NAMES[fact] for fact, pages in found.missing.items() if pages]
    parts = [f"检查 {total} 个页面底部的六项标识", f"有页面缺少{'、'.join(lacking)}" if lacking else "没有发现缺项"]
    if found.asides:
        parts.append(f"另有 {len(found.asides)} 个弹出窗口、打印页一类的页面不计")
    if any(each.code.startswith("code-") for each in findings):
        parts.append("标识码有问题")
    if any(each.code == "domain-not-government" for each in findings):
        parts.append("域名不合规定")
    unseen = {page.id for pages in found.unseen.values() for page in pages}
    if unseen:
        parts.append(f"{len(unseen)} 个页面未能确认")
    return "，".join(parts) + "。"


def _figures(evidence: Evidence, found: Tally) -> dict[str, Any]:
    unseen = {page.id for pages in found.unseen.values() for page in pages}
    return {
        "pages": len(evidence.readable),
        "asides": len(found.asides),
        "shown": dict(found.shown),
        "missing": {fact: len(pages) for fact, pages in found.missing.items()},
        "unseen": len(unseen),
        "site_code": own_code(evidence)[0],
        "domain": domain_state(evidence),
    }


CHECK = Check(
    id="site-identity",
    title="网站标识与域名",
    codes=(*_CODES.values(), "code-malformed", "code-disagrees", "code-differs", "domain-not-government", "name-missing"),
    observers=(*OBSERVERS.values(), HEAD, SITE_CODES, ENTRY),
    judge=judge,
    doubts=doubts,
)
