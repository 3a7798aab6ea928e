"""Whose 标识码 the pages carry, and under which domain: form, agreement, the code that was given, .gov.cn or .政务.

The entry's code is `error-report-entry`'s to judge, the meta tag's points are `page-tags`': here a wrong *foot* costs points, and a meta
tag that disagrees is a caution.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from checks.catalogue import finding, rules
from checks.model import Check, Finding, Proof, Severity
from checks.site_code import CODE, SITE_CODES, own_code
from checks.site_identity_facts import OBSERVERS
from checks.subjects import urls
from crawler.evidence import Evidence, Page
from crawler.site import ascii_host, host_of, is_address

FOOT = "footer, #footer, .footer, [id*='foot'], [class*='foot'], [class*='bottom']"
"""Where the facts stand or should stand; the screenshot shows this place."""


def code_findings(check: Check, evidence: Evidence) -> Iterator[Finding]:
    """Malformed codes once, codes of another site once."""
    yield from _malformed(check, evidence)
    own, identity = own_code(evidence)
    if not own:
        return
    foot, meta, both = _foreign(evidence, own)
    if identity["given"]:
        if foot or both:
            yield _differs(check, evidence, own, [*foot, *both])
    elif foot or meta:
        agreed = identity["agreed"] and not _guests(evidence, [page for page, _ in foot])
        yield _disagrees(check, evidence, own, agreed, foot, meta)
    elif both:
        yield _disagrees(check, evidence, own, False, both, [])


def _malformed(check: Check, evidence: Evidence) -> Iterator[Finding]:
    """What stands after 标识码 and is no code, for all pages of the site at once: one wrong foot is one cause."""
    wrong: dict[str, list[Page]] = {}
    for page in evidence.readable:
        value = evidence.seen(page, OBSERVERS["site-code"]).value
        if value is not None and value.text and not any(CODE.fullmatch(code) for code in value.text.split("、")):
            wrong.setdefault(value.text, []).append(page)
    if not wrong:
        return
    pages = [page for group in wrong.values() for page in group]
    told = "、".join(f"“{text}”（{len(text)} 位）" for text in wrong)
    yield finding(
        check,
        "code-malformed",
        site_key=evidence.site.key,
        subject="site",
        message=f"{len(pages)} 个页面的网站标识码写作{told}，应为 10 位数字或 bm 加 8 位数字。",
        evidence=Proof(
            urls(pages),
            pages[0].fetched_at,
            snippet=f"网站标识码：{next(iter(wrong))}",
            selector=FOOT,
            figures={"pages": len(pages), "found": sorted(wrong)},
        ),
    )


_Coded = list[tuple[Page, str]]


def _foreign(evidence: Evidence, own: str) -> tuple[_Coded, _Coded, _Coded]:
    """Pages whose foot, pages whose meta tag, and pages whose foot and meta tag alike carry codes, none of them the site's own.

    Where foot and meta tag agree on another code, the page may be another unit's own under this site's roof.
    """
    foot: _Coded = []
    meta: _Coded = []
    both: _Coded = []
    for page in evidence.readable:
        codes = evidence.seen(page, SITE_CODES).value
        if codes is None:
            continue
        shared = [code for code in codes.footer if code in codes.meta]
        if shared and own not in (*codes.footer, *codes.meta):
            both.append((page, shared[0]))
            continue
        for found, kept in ((codes.footer, foot), (codes.meta, meta)):
            if found and own not in found:
                kept.append((page, found[0]))
    return foot, meta, both


def _guests(evidence: Evidence, pages: list[Page]) -> bool:
    """Whether every one of these pages names another 主办单位 than the home page: units under one roof, each perhaps with its own code."""
    owners = [evidence.seen(page, OBSERVERS["owner"]).value for page in ([evidence.home] if evidence.home is not None else []) + pages]
    names = [owner.text if owner is not None else "" for owner in owners]
    return bool(pages) and len(names) > len(pages) and all(names) and names[0] not in names[1:]


def _differs(check: Check, evidence: Evidence, own: str, foot: _Coded) -> Finding:
    codes = sorted({code for _, code in foot})
    return finding(
        check,
        "code-differs",
        site_key=evidence.site.key,
        subject="site",
        message=f"{len(foot)} 个页面底部的网站标识码是 {'、'.join(codes)}，给定的标识码是 {own}。",
        evidence=_proof(foot, own, codes),
    )


def _disagrees(check: Check, evidence: Evidence, own: str, agreed: bool, foot: _Coded, meta: _Coded) -> Finding:
    """One finding for all that disagrees. A foot against two other kinds of places costs points; a meta tag alone is a caution here;
    where no two kinds of places agree on a code, a person must say which one is right."""
    severity: Severity = "candidate" if not agreed else "deduction" if foot else "caution"
    parts = []
    for name, found in (("底部", foot), ("网页元数据 SiteIDCode", meta)):
        if found:
            parts.append(f"{len(found)} 个页面的{name}写的是 {'、'.join(sorted({code for _, code in found}))}")
    told = f"本网站标识码是 {own}" if agreed else f"其他位置写的是 {own}，请人工核实哪一个正确、是不是其他单位的页面"
    return finding(
        check,
        "code-disagrees",
        site_key=evidence.site.key,
        subject="site",
        message=f"标识码不一致：{'，'.join(parts)}；{told}。",
        severity=severity,  # the catalogue's severity is that of a wrong foot
        evidence=_proof(foot or meta, own, sorted({code for _, code in (*foot, *meta)})),
    )


def _proof(found: _Coded, own: str, codes: list[str]) -> Proof:
    pages = [page for page, _ in found]
    return Proof(
        urls(pages),
        pages[0].fetched_at,
        snippet=f"标识码 {found[0][1]}",
        selector=FOOT,
        figures={"pages": len(pages), "own": own, "found": codes},
    )


DomainState = Literal["government", "other", "not_applicable"]


def domain_state(evidence: Evidence) -> DomainState:
    """Whether a host of the site lies under a government suffix; a bare address, a single label or a reserved name has no domain to judge."""
    home = evidence.home
    hosts = {*evidence.site.hosts, host_of(home.final_url) if home is not None else ""} - {""}
    if any(_under(host, "government-suffixes") for host in hosts):
        return "government"
    host = evidence.site.host
    if is_address(host) or "." not in host or _under(host, "reserved-suffixes"):
        return "not_applicable"
    return "other"


def _under(host: str, names: str) -> bool:
    suffixes = (ascii_host(suffix) for suffix in rules("site-identity").names[names])
    return any(host == suffix or host.endswith(f".{suffix}") for suffix in suffixes)


def domain_findings(check: Check, evidence: Evidence) -> Iterator[Finding]:
    """The domain, when it is a public one of another kind."""
    if domain_state(evidence) != "other":
        return
    home, host = evidence.home, evidence.site.host
    page = evidence.site.url if home is None else home.final_url or home.url
    points = rules(check.id).number("domain-points")
    yield finding(
        check,
        "domain-not-government",
        site_key=evidence.site.key,
        subject="site",
        message=f"网站域名 {host} 不以 .gov.cn 或 .政务 结尾（扣 {points:g} 分）。",
        evidence=Proof((page,), home.fetched_at if home is not None else "", snippet=host, figures={"host": host}),
    )
