"""站点无法访问: whether the home page (首页) opens, seen at several moments of one run, and over a week where there is history.

Rule    2019 site indicators, 单项否决 站点无法访问: monitor 1 week, ≥ 20 spaced visits a day; a visit not open at ≥ 15 s is a failure;
        failures ≥ 5 % of all visits are the veto. Numbers: catalogue, ``availability``.
Visits  before the crawl, after it, and once doubts are settled; IPv4 and IPv6 apart, 15 s each, plus the crawl's own reading of the home
        page. Opened: an answer below 400; also a protection device (403, a challenge): it is an answer, and the report says so. Not
        opened: no address, refused, time-out, TLS, broken HTTP, 4xx/5xx, endless redirects, a parked or blank page. Nothing is learned
        from our own resolver's failure, robots.txt, or an address that our safety rule forbids.
Decides IPv4; IPv6 stands beside it in the figures, *unknown* where it failed and nothing proved our own IPv6.
Never opened: a caution, and the verdict is not assessed: one vantage at one hour accuses nobody. Opened sometimes: pass, with a caution.
Week    only history gives the veto. ``evidence.history("availability")`` holds ``(key, day, value)``: key "4" or "6", the family; day, the
        Shanghai day of the visits; value ``{"visits": n, "failed": n}``, counting visits that opened or failed (nothing that our own side
        spoiled), where something failed also ``"when"``: ``[ISO moment, word, detail]`` of some of it. Needed: all seven days up to the
        inspection day or, while that day has too few visits, to the day before it, each with the demanded number of visits over IPv4. With
        less nothing is accused; where history was supplied (meta ``options``) the verdict is then not assessed, elsewhere the rule is silent.
Blind   to what a visitor elsewhere sees: everything is asked from one place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, cast

from checks.availability_facts import OUR_SIDE, OUTCOMES, REFUSALS, UNTOLD, Outcome, Visit, read_visits, v6_proved, watch
from checks.catalogue import finding, rules
from checks.ipv6_sockets import start_url
from checks.model import Check, Finding, Judgement, Proof, Unseen
from crawler.evidence import Evidence, Page
from crawler.shape import identity

CRAWL = -1
"""The moment of the crawl's own reading of the home page."""

_STATES: dict[str, Outcome] = {
    "challenge": "walled",
    "http-error": "status",
    "network-error": "no-answer",
    "parked": "parked",
    "empty": "empty",
    "robots": "robots",
    "refused-address": "refused-address",
}
"""What became of the home page in the crawl, as a visit; every other state is an answer."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One run's visits to the home page. ``visits``: all of them; ``telling``: those of the family that decides, which learned something."""

    url: str
    visits: tuple[Visit, ...]
    telling: tuple[Visit, ...]

    @property
    def opened(self) -> list[Visit]:
        return [made for made in self.telling if made.opened]

    @property
    def failed(self) -> list[Visit]:
        return [made for made in self.telling if made.failed]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of history: first and last day, visits and failures over IPv4, and beside them over IPv6; ``when``: some of the failures."""

    first: date
    last: date
    visits: int
    failed: int
    visits_v6: int = 0
    failed_v6: int = 0
    when: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        """Failures in percent of all visits."""
        return 100 * self.failed / self.visits


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """The veto from a week's history; else whether the home page opened in this run."""
    case, week = _case(evidence), week_of(evidence, as_of)
    findings = [*_by_week(evidence, case, week), *_by_run(evidence, case)]
    unseen = [*_unseen(evidence, case), *_too_little(evidence, as_of, week)]
    return Judgement.of(CHECK, findings, summary=_summary(case, week, findings), unseen=unseen, figures=_figures(evidence, case, week))


CHECK = Check(
    id="availability",
    title="站点访问",
    codes=("unreachable-week", "unreachable-now", "intermittent"),
    observers=(),
    judge=judge,
    watch=watch,
)


# this run


def _case(evidence: Evidence) -> _Case:
    """The visits that count. One over https that failed before the site turned out to be served over http is dropped: nobody gave a scheme."""
    made, url = read_visits(evidence), start_url(evidence)
    made = [one for one in made if one.opened or one.url == url]
    crawled = _crawl_visit(evidence.home, url, made)
    visits = sorted([*made, *([crawled] if crawled is not None else [])], key=lambda one: 0.5 if one.moment == CRAWL else one.moment)
    decides = 4 if any(one.family == 4 for one in made) or not made else 6
    telling = [one for one in visits if one.outcome not in UNTOLD and one.family in (decides, 0)]
    return _Case(url, tuple(visits), tuple(telling))


def _crawl_visit(page: Page | None, url: str, made: Sequence[Visit]) -> Visit | None:
    """The crawl's reading of the home page as a visit of unknown family.

    A success is left out where it can only have come over IPv6; a failure counts only at the very address that was asked, with a word of
    its own or with visits beside it that reached the resolver.
    """
    if page is None:
        return None
    outcome: Outcome = "open" if page.readable else _STATES.get(page.state, "open")
    if outcome == "status" and page.status in REFUSALS:
        outcome = "walled"
    if outcome in ("open", "walled"):
        only_v6 = any(one.family == 6 and one.opened for one in made) and not any(one.family == 4 and one.opened for one in made)
        if only_v6:
            return None
    elif identity(page.url) != identity(url) or any(one.outcome in OUR_SIDE for one in made):
        return None
    return Visit(
        moment=CRAWL,
        at=page.fetched_at,
        family=0,
        url=page.url,
        final_url=page.final_url,
        outcome=outcome,
        detail="" if page.readable else page.reason,
        status=page.status,
        address="",
        elapsed_ms=page.elapsed_ms,
    )


def _unseen(evidence: Evidence, case: _Case) -> list[Unseen]:
    """What keeps this run from an answer."""
    state = evidence.meta("site_state") or {}
    if not case.visits:
        return [Unseen("crawl-stopped", "没有访问首页")]
    if not case.opened:
        if case.failed:
            return [Unseen("unreachable", case.failed[-1].detail or OUTCOMES[case.failed[-1].outcome], (case.url,))]
        last = case.visits[-1]
        reason = {"dns-failed": "dns-failed", "robots": "blocked"}.get(last.outcome, "unreachable")
        return [Unseen(reason, last.detail or OUTCOMES[last.outcome], (case.url,))]
    home = evidence.home
    led_on = home is not None and not home.readable and identity(home.url) != identity(case.url)
    if state.get("state") == "unreachable" and led_on:  # the address opens, and leads to a page that does not
        return [Unseen("unreachable", str(state.get("detail", "")), (case.url,))]
    return []


def _by_run(evidence: Evidence, case: _Case) -> list[Finding]:
    """What this run shows: never opened, or not every time. Cautions, both."""
    if not case.failed:
        return []
    shown = f"首页访问 {len(case.telling)} 次，打开 {len(case.opened)} 次"
    causes = _causes(case.failed)
    if not case.opened:
        v6 = "，用 IPv6 能打开" if any(one.opened and one.family == 6 for one in case.visits) else ""
        message = f"{shown}：{causes}{v6}。一处网络、一次检查不能断定站点无法访问，请换一处网络核对。"
        return [_finding(evidence, case, "unreachable-now", message)]
    return [_finding(evidence, case, "intermittent", f"{shown}，{len(case.failed)} 次没有打开：{causes}。")]


def _causes(failed: Sequence[Visit]) -> str:
    counted = Counter(f"{OUTCOMES[one.outcome]}{f' {one.status}' if one.outcome == 'status' else ''}" for one in failed)
    return "、".join(f"{cause}（{count} 次）" for cause, count in counted.most_common())


def _finding(evidence: Evidence, case: _Case, code: str, message: str) -> Finding:
    lines = "；".join(_line(one) for one in case.telling)
    proof = Proof(pages=(case.url,), seen_at=case.failed[-1].at, snippet=lines[:300])
    return finding(CHECK, code, site_key=evidence.site.key, subject="home", message=message, evidence=proof)


def _line(one: Visit) -> str:
    how = f"IPv{one.family}" if one.family else "采集"
    return f"{one.at[11:19]} {how} {OUTCOMES[one.outcome]}{f'（{one.detail}）' if one.detail else f'（{one.elapsed_ms} 毫秒）'}"


# the week


def week_of(evidence: Evidence, as_of: date) -> Week | None:
    """The seven days of history up to ``as_of``, or up to the day before it while ``as_of`` lacks visits; None when a day lacks its visits."""
    kept = _kept(evidence, "4")
    last = as_of if _enough(kept.get(as_of)) else as_of - timedelta(days=1)
    days = _days_up_to(last)
    if not all(_enough(kept.get(day)) for day in days):
        return None
    visits, failed = (sum(column) for column in zip(*(_counts(kept.get(day)) for day in days), strict=True))
    six = _kept(evidence, "6")
    visits_v6, failed_v6 = (sum(column) for column in zip(*(_counts(six.get(day)) for day in days), strict=True))
    when = tuple(told for day in reversed(days) for told in _when(kept[day]))
    return Week(days[-1], last, visits, failed, visits_v6, failed_v6, when)


def _kept(evidence: Evidence, family: str) -> dict[date, Any]:
    return {day: value for key, day, value in evidence.history(CHECK.id) if key == family}


def _days_up_to(last: date) -> list[date]:
    """The week's days, the last one first."""
    return [last - timedelta(days=back) for back in range(int(rules(CHECK.id).number("week-days")))]


def _enough(value: Any) -> bool:
    return _counts(value)[0] >= rules(CHECK.id).number("visits-per-day")


def _too_little(evidence: Evidence, as_of: date, week: Week | None) -> list[Unseen]:
    """Samples are taken of this site, and they do not make a whole week yet."""
    if week is not None or CHECK.id not in (evidence.meta("options") or {}).get("history", []):
        return []
    days, kept, needed = _days_up_to(as_of - timedelta(days=1)), _kept(evidence, "4"), rules(CHECK.id).number("visits-per-day")
    whole = sum(_enough(kept.get(day)) for day in days)
    return [Unseen("too-little-history", f"{days[-1]} 至 {days[0]} 的 {len(days)} 天中，{whole} 天的有效访问达到 {needed:g} 次")]


def _counts(value: Any) -> tuple[int, int]:
    """``(visits, failed)`` of one day of history; a day that says nothing sensible has none."""
    if not isinstance(value, dict) or not all(type(value.get(name)) is int for name in ("visits", "failed")):
        return 0, 0
    visits, failed = int(value["visits"]), int(value["failed"])
    return (visits, failed) if 0 <= failed <= visits else (0, 0)


def _when(value: Any) -> list[str]:
    """Failures of one day that came with their moment, as a person reads them; what makes no sense is passed over."""
    told = value.get("when") if isinstance(value, dict) else None
    lines = (
        [one for one in told if isinstance(one, list) and len(one) == 3 and all(isinstance(part, str) for part in one)]
        if isinstance(told, list)
        else []
    )
    return [f"{at[:16].replace('T', ' ')} {detail or OUTCOMES.get(cast(Outcome, word), word)}" for at, word, detail in lines]


def _by_week(evidence: Evidence, case: _Case, week: Week | None) -> list[Finding]:
    limit = rules(CHECK.id).number("failure-rate")
    if week is None or 100 * week.failed < limit * week.visits:
        return []
    message = f"{week.first} 至 {week.last} 用 IPv4 访问首页 {week.visits} 次，{week.failed} 次没有打开，占 {week.rate:.1f}%（标准：低于 {limit:g}%）。"
    proof = Proof(
        pages=(case.url,), seen_at=week.last.isoformat(), snippet="；".join(week.when)[:300] or message[:300], figures=_week(week) or {}
    )
    return [finding(CHECK, "unreachable-week", site_key=evidence.site.key, subject="home", message=message, evidence=proof)]


# words and figures


def _summary(case: _Case, week: Week | None, findings: Sequence[Finding]) -> str:
    if findings:
        return min(findings, key=lambda one: one.severity != "veto").message
    if not case.opened:
        return f"没有得到首页的访问结果（{OUTCOMES[case.visits[-1].outcome]}）。" if case.visits else "没有访问首页。"
    middle = round(median(one.elapsed_ms for one in case.opened))
    walled = "；防护设备限制了检查程序，网站有应答" if any(one.outcome == "walled" for one in case.opened) else ""
    past = f"；{week.first} 至 {week.last} 失败率 {week.rate:.1f}%" if week else ""
    return f"首页访问 {len(case.telling)} 次，全部有应答，用时中位数 {middle} 毫秒{walled}{past}。"


def _figures(evidence: Evidence, case: _Case, week: Week | None) -> dict[str, Any]:
    """Plain JSON; times in milliseconds.

    ``url``; ``limit_seconds``; ``visits`` (moment, at, family, outcome, title, opened, detail, status, final_url, address, elapsed_ms);
    ``families``: "4" and "6", see `_family`; ``counted``: attempts, ok, failed of what decides (the crawl's visit included); ``walled``;
    ``v6_proved``; ``week``: None, or first, last, visits, failed, rate over IPv4, and ``v6`` (visits, failed; None without visits).
    """
    proved = v6_proved(evidence)
    return {
        "url": case.url,
        "limit_seconds": rules(CHECK.id).number("seconds"),
        "visits": [
            {
                "moment": "crawl" if one.moment == CRAWL else one.moment,
                "at": one.at,
                "family": one.family or None,
                "outcome": one.outcome,
                "title": OUTCOMES[one.outcome],
                "opened": one.opened,
                "detail": one.detail,
                "status": one.status,
                "final_url": one.final_url,
                "address": one.address,
                "elapsed_ms": one.elapsed_ms,
            }
            for one in case.visits
        ],
        "families": {str(family): _family(case, family, proved=proved) for family in (4, 6)},
        "counted": {"attempts": len(case.telling), "ok": len(case.opened), "failed": len(case.failed)},
        "walled": any(one.outcome == "walled" for one in case.visits),
        "v6_proved": proved,
        "week": _week(week),
    }


def _family(case: _Case, family: int, *, proved: bool) -> dict[str, Any]:
    """One family's visits: ``attempts``, ``ok``, ``failed``, ``unknown``; ``elapsed_ms`` {min, median, max} of those that opened, else None;
    ``state`` all, some, none, unknown (IPv6 that failed while nothing proved our own) or not-asked, with ``title`` in Chinese."""
    made = [one for one in case.visits if one.family == family]
    opened = [one for one in made if one.opened]
    failed = [one for one in made if one.failed]
    if family == 6 and not proved:
        failed = []
    times = [one.elapsed_ms for one in opened]
    if not made:
        state, title = "not-asked", f"没有 IPv{family} 地址，没有访问"
    elif not opened and not failed:
        state, title = "unknown", "本机 IPv6 未能证明可用，不能判断" if family == 6 and not proved else "没有得到结果"
    else:
        state = "none" if not opened else ("some" if failed else "all")
        title = {"none": "没有打开", "some": "时通时断", "all": "全部打开"}[state]
    return {
        "attempts": len(made),
        "ok": len(opened),
        "failed": len(failed),
        "unknown": len(made) - len(opened) - len(failed),
        "elapsed_ms": {"min": min(times), "median": round(median(times)), "max": max(times)} if times else None,
        "state": state,
        "title": title,
    }


def _week(week: Week | None) -> dict[str, Any] | None:
    if week is None:
        return None
    return {
        "first": week.first.isoformat(),
        "last": week.last.isoformat(),
        "visits": week.visits,
        "failed": week.failed,
        "rate": f"{week.rate:.1f}%",
        "v6": {"visits": week.visits_v6, "failed": week.failed_v6} if week.visits_v6 else None,
    }
