"""错链、断链: links, pictures and attachments of the home page and the column pages open, own ones and those of other sites.

Rule    国办秘函〔2019〕19号 site indicators: a link of the home page that can't be opened −0.2 each, of other pages −0.1 each, cap 1.
        Points, word lists and budgets: catalogue, `links`.
Counts  what a visitor meets (`checks.links_targets`), asked by `checks.links_probe`, decided by `checks.links_answers`.
Confirmed by a second look after a pause; a refusal of this program, a challenge or robots.txt accuses nobody.
Perishable: seen on one night a candidate; a deduction when an earlier night saw the same (`checks.links_history`).
Danger  a target that advertises gambling, pornography or pharmacy, or a domain that expired or is for sale: a person must confirm.
One cause is one finding: a target however many pages show it; a dead host whatever its links; a relative address in a template.
Blind   to links of articles, links behind clicks, pictures of style sheets and of frames, and to files that open but are damaged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from pydantic import TypeAdapter

from checks.catalogue import finding, rules
from checks.gaps import incomplete, unopened
from checks.links_facts import KINDS, UNVERIFIED, WHY, Problem, Tally, Target
from checks.links_history import nights
from checks.links_probe import probe
from checks.links_targets import netloc
from checks.model import Check, Finding, Judgement, Proof, Severity, Unseen
from crawler.evidence import Evidence
from crawler.site import host_of

_PROBLEMS, _TALLY = TypeAdapter(list[Problem]), TypeAdapter(Tally)
_SHOWN = 20  # pages named in a row of the figures
_ROWS = 50  # unverifiable targets named in the figures
_FRAME = frozenset({"nav", "header", "footer"})  # parts of the page that its template writes
_CODES = {
    "link": "broken-link",
    "image": "broken-image",
    "attachment": "broken-attachment",
    "resource": "broken-resource",
    "hijacked": "hijacked",
    "for-sale": "parked-domain",
    "soft-404": "wrong-answer",
    "to-home": "wrong-answer",
    "default-page": "wrong-answer",
    "tls": "faulty-link",
    "redirect-loop": "faulty-link",
    "private": "private-address",
}
"""Kind of a broken target, or reason of a caution or danger → code."""


@dataclass(frozen=True, slots=True)
class _Cause:
    """Problems that are one root cause."""

    code: str
    subject: str
    problems: tuple[Problem, ...]

    @property
    def first(self) -> Problem:
        return self.problems[0]

    @property
    def at_home(self) -> bool:
        return any(problem.target.position == "home" for problem in self.problems)

    @property
    def pages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(page for problem in self.problems for page in problem.target.pages))


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """One finding per root cause. Not assessed where home, resolver, our own network or the site itself could not be relied on."""
    state = evidence.meta("site_state", {})
    if state.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，链接未能核验。", unseen=[Unseen(state["state"], state.get("detail", ""))])
    home = evidence.home
    if home is None or not home.readable:
        return Judgement.of(CHECK, [], summary="首页无法读取，链接未能核验。", unseen=[Unseen("unreachable")])
    facts = evidence.probes(CHECK.id)
    if "tally" not in facts or facts["tally"][0] is None:
        return Judgement.of(CHECK, [], summary="采集没有进行到核验链接的一步。", unseen=[Unseen("crawl-stopped")])
    tally = _TALLY.validate_python(facts["tally"][0])
    problems = _PROBLEMS.validate_python(facts["problems"][0])
    causes = list(_causes([p for p in problems if p.result.grade in ("broken", "danger", "caution")]))
    findings = [_finding(evidence, as_of, cause, tally) for cause in causes]
    unseen = [*_unseen(tally), *unopened(evidence.readable), *incomplete(evidence)]
    return Judgement.of(CHECK, findings, summary=_summary(tally, findings), unseen=unseen, figures=_figures(problems, tally))


def _unseen(tally: Tally) -> Iterator[Unseen]:
    if not tally.resolver:
        yield Unseen("dns-failed", "所有域名解析都没有得到应答，其他网站的链接未能核验")
    if not tally.outside:
        yield Unseen("no-outside-here", UNVERIFIED["no-outside"])
    if not tally.site:
        yield Unseen("site-failing", "网站在核验链接时停止应答")
    if tally.walled:
        yield Unseen("blocked", "网站在核验链接时开始拒绝检查程序的访问")


def _causes(problems: Sequence[Problem]) -> Iterator[_Cause]:
    """Problems by root cause: a dead host, a domain for sale, one relative reference of a template, else the target alone."""
    groups: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        groups.setdefault(_cause_of(problem), []).append(problem)
    for (code, name), group in groups.items():
        kind, _, rest = name.partition(" ")
        subject = rest if kind == "host" else min(problem.target.key for problem in group)
        yield _Cause(code, subject, tuple(group))


def _cause_of(problem: Problem) -> tuple[str, str]:
    """Code and a name that problems of one cause share."""
    target, result = problem.target, problem.result
    if result.grade == "broken" and result.host_dead:
        return "dead-host", f"host {_dead(target)}"
    code = _CODES[target.kind if result.grade == "broken" else result.reason]
    if result.reason == "for-sale" and not target.inside:
        return code, f"host {netloc(target.url)}"
    relative = target.reference and target.inside and not target.reference.startswith("/") and "//" not in target.reference
    if relative and (target.kind in ("image", "resource") or target.place in _FRAME):
        return code, f"reference {target.reference} {result.reason}"
    return code, f"target {target.key}"


def _dead(target: Target) -> str:
    """What of a target is dead: its host; ``:8081`` of an own address at another port than the home page's."""
    port = urlsplit(target.url).port
    return f":{port}" if target.inside and port not in (None, 80, 443) else host_of(target.url)


def _finding(evidence: Evidence, as_of: date, cause: _Cause, tally: Tally) -> Finding:
    rule, first = rules(CHECK.id).codes[cause.code], cause.first
    seen, severity = 0, None
    if first.result.grade in ("broken", "danger") and rule.severity != "caution":
        seen = 1 + nights(evidence, [cause.subject, *(problem.target.key for problem in cause.problems)], as_of)
        severity = _severity(seen)
    target, result = first.target, first.result
    return finding(
        CHECK,
        cause.code,
        site_key=evidence.site.key,
        subject=cause.subject,
        severity=severity,
        message=_message(cause, seen),
        evidence=Proof(
            pages=cause.pages,
            seen_at=tally.seen_at,
            snippet=f"{target.text or target.url}\n{target.markup}".strip()[:300],
            selector=_selector(first),
            figures={
                "kind": target.kind,
                "where": "inside" if target.inside else "outside",
                "position": "home" if cause.at_home else "column",
                "url": target.url,
                "status": result.status,
                "reason": result.reason,
                "tries": list(result.tries),
                "title": result.title,
                "final_url": result.final_url,
                "pages": len(cause.pages),
                "targets": len(cause.problems),
            },
        ),
        seen=seen,
        confirm=result.grade == "danger",
    )


def _severity(seen: int) -> Severity | None:
    """A candidate until it was seen on enough nights; then what the catalogue says."""
    return None if seen >= rules(CHECK.id).number("nights") else "candidate"


def _message(cause: _Cause, seen: int) -> str:
    limits, target, result = rules(CHECK.id), cause.first.target, cause.first.result
    where = "首页" if cause.at_home else "栏目页"
    pages = f"等 {len(cause.pages)} 个页面" if len(cause.pages) > 1 else ""
    name = f"“{target.text[:40]}”" if target.text else ""
    many = f"（同一原因的地址共 {len(cause.problems)} 个）" if len(cause.problems) > 1 else ""
    title = f"，打开的页面标题是“{result.title[:60]}”" if result.grade == "danger" and result.title else ""
    said = f"（{'，'.join(result.tries)}）" if result.tries else ""
    words = f"{where}{pages}上的{KINDS[target.kind]}{name} {target.url[:200]}{many}：{WHY[result.reason]}{said}{title}。"
    if not seen:
        return words
    if cause.code == "hijacked":  # whether it is a veto is for a person to say, points are not
        return f"{words}请人工核实。"
    points = limits.number("home-points") if cause.at_home else limits.number("page-points")
    cost = f"每个扣 {points:g} 分，本项最多扣 {limits.number('cap-points'):g} 分"
    if seen >= limits.number("nights"):
        return f"{words}已有 {seen} 晚核验结果相同（{cost}）。"
    return f"{words}本次首次发现，另一晚核验结果相同才扣分（{cost}）。"


def _selector(problem: Problem) -> str:
    """The place on the page, where the reference can be written into a selector as it stands."""
    reference, tag = problem.target.reference, problem.target.markup[1:7].lower()
    if not reference or any(sign in reference for sign in "\"'\\\n]") or not tag.startswith(("a ", "img")):
        return ""
    return f'a[href="{reference}"]' if tag.startswith("a ") else f'img[src="{reference}"],img[data-src="{reference}"]'


def _summary(tally: Tally, findings: Sequence[Finding]) -> str:
    grades = tally.grades
    checked = sum(count for grade, count in grades.items() if grade not in ("unverifiable", "left-out"))
    parts = [f"核验首页和 {max(0, tally.pages - 1)} 个栏目页上的 {checked} 个链接、图片和附件，{grades.get('ok', 0)} 个正常"]
    if broken := grades.get("broken", 0):
        parts.append(f"{broken} 个打不开")
    if danger := grades.get("danger", 0):
        parts.append(f"{danger} 个指向不良内容或过期域名")
    if caution := grades.get("caution", 0):
        parts.append(f"{caution} 个需要留意")
    once = sum(1 for found in findings if found.seen == 1)
    if once:
        parts.append(f"其中 {once} 处为首次发现，待另一晚核实")
    if missed := grades.get("unverifiable", 0) + grades.get("left-out", 0):
        parts.append(f"未核验 {missed} 个")
    return "，".join(parts) + "。"


def _figures(problems: Sequence[Problem], tally: Tally) -> dict[str, Any]:
    grades = tally.grades
    told = [problem for problem in problems if problem.result.grade != "unverifiable"]
    untold = [problem for problem in problems if problem.result.grade == "unverifiable"]
    return {
        "pages": tally.pages,
        "pages_left_out": tally.pages_left_out,
        "targets_found": sum(grades.values()),
        "kinds": tally.kinds,
        "checked": sum(count for grade, count in grades.items() if grade not in ("unverifiable", "left-out")),
        "known_from_crawl": tally.known,
        "outside_hosts": tally.hosts,
        **{grade: grades.get(grade, 0) for grade in ("ok", "caution", "broken", "danger")},
        "unverifiable": tally.unverifiable,
        "left_out": grades.get("left-out", 0),
        "targets": [_row(problem) for problem in told],
        "unverified": [
            {
                "key": problem.target.key,
                "url": problem.target.url,
                "why": UNVERIFIED[problem.result.reason],
                "reason": problem.result.reason,
                "status": problem.result.status,
                "page": problem.target.pages[0],
            }
            for problem in untold[:_ROWS]
        ],
        "recovered": list(tally.recovered),
    }


def _row(problem: Problem) -> dict[str, Any]:
    target, result = problem.target, problem.result
    return {
        "key": target.key,
        "host": _dead(target) if result.host_dead else "",
        "url": target.url,
        "kind": target.kind,
        "where": "inside" if target.inside else "outside",
        "position": target.position,
        "text": target.text,
        "outcome": result.grade,
        "reason": result.reason,
        "why": WHY[result.reason],
        "status": result.status,
        "tries": list(result.tries),
        "title": result.title,
        "pages": list(target.pages[:_SHOWN]),
        "page_count": len(target.pages),
    }


CHECK = Check(
    id="links",
    title="错链、断链",
    codes=(
        "broken-link",
        "broken-image",
        "broken-attachment",
        "broken-resource",
        "dead-host",
        "hijacked",
        "parked-domain",
        "wrong-answer",
        "faulty-link",
        "private-address",
    ),
    observers=(),
    judge=judge,
    probe=probe,
)
