"""互动受理反馈统计: the interaction section publishes figures on what it received and how it was handled.

Rule    国办秘函〔2019〕19号 扣分指标 互动交流/留言公开: statistics of receipt and reply not public, −3. Names and words: catalogue,
        `interaction-statistics`.
Counts  figures a visitor reads as text on the section's own pages, the home page, or the pages of the platform that the section
        leads to: received, accepted, handled, replied, rates, satisfaction. 办件统计, 依申请公开 figures and visit counters are none.
Missing is said only when the section was read, every page of it is settled, and nothing of it was left unread here or elsewhere.
Stale   (12 months, assumed) is a caution: the rule names no cycle, and the cycles of 办事统计 are not borrowed.
Blind   to figures in a canvas, a picture, a frame of another host or an attachment: not assessed. A counter without a period is
        taken as current. It does not compare the figures with the letters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from checks.catalogue import finding, rules
from checks.columns_windows import months_before
from checks.interaction import OBSERVER, InteractionFacts, Statistics
from checks.interaction_section import Away, Place, Section, corners, section_of_site
from checks.interaction_visits import visits
from checks.model import Check, Doubt, Finding, Judgement, Proof, Unseen
from crawler.evidence import Evidence
from crawler.links import page_key

RANK = 40
MAX_DOUBTS = 8

Shown = tuple[Place, Statistics]


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """Pages of the section that show no figures as served, while none of it does: a script may write them."""
    section = section_of_site(evidence)
    if shown(section):
        return
    if not section.named and section.home is not None and section.home.readable:
        yield Doubt(section.home, OBSERVER, "page", RANK)
    for place in _expected(section)[:MAX_DOUBTS]:
        yield Doubt(place.page, OBSERVER, "page", RANK + (0 if place.kind in ("section", "statistics") else 5))


def shown(section: Section) -> list[Shown]:
    """Every group of figures that counts: on pages of the section, and on the home page where words beside it say it is interaction."""
    found = [(place, group) for place in section.places if place.facts for group in place.facts.statistics]
    if section.home is not None and section.home_seen.value is not None:
        home = Place(section.home, section.home_seen.value, section.home_seen.settled, "", "section", "首页", False, False)
        found += [(home, group) for group in section.home_seen.value.statistics if group.grounds in ("text", "heading")]
    return found


def _expected(section: Section) -> list[Place]:
    """The pages where figures are expected: what links name, and articles that a page of statistics lists."""
    return [place for place in section.places if place.kind in ("section", "statistics", "letters", "consult") and (place.direct or place.kind == "statistics")
            and not (place.facts and place.facts.detail)]  # fmt: skip


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Whether figures are published and from when. Pure."""
    state = evidence.meta("site_state") or {}
    if state.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，未能查看互动交流栏目。", unseen=[Unseen(state["state"])])
    section = section_of_site(evidence)
    found = shown(section)
    if found:
        return _judge_shown(evidence, section, found, as_of)
    unseen = list(_unseen(evidence, section))
    if unseen:
        return Judgement.of(
            CHECK, [], summary="没有读到受理反馈统计，但有的页面未能看全，不能断定没有。", unseen=unseen, figures=_figures([], section)
        )
    return Judgement.of(
        CHECK, [_absent(evidence, section)], summary="互动交流栏目没有公开受理反馈统计数据。", figures=_figures([], section)
    )


def _judge_shown(evidence: Evidence, section: Section, found: list[Shown], as_of: date) -> Judgement:
    latest = _latest(found)
    findings: list[Finding] = []
    if latest is not None:
        place, group = latest
        limit = months_before(as_of, int(rules(CHECK.id).number("stale-months")))
        if group.last is not None and group.last < limit:
            findings.append(
                finding(
                    CHECK,
                    "stale",
                    site_key=evidence.site.key,
                    subject=page_key(place.url),
                    message=f"能读到的最近一期受理反馈统计是“{group.period}”（截至 {group.last}），距检查日已超过 12 个月（期限为本程序假定，仅作提示）。",
                    evidence=Proof(
                        pages=(place.url,), seen_at=place.page.fetched_at, snippet=group.snippet, figures={"last": group.last.isoformat()}
                    ),
                )
            )
    place, group = latest or found[0]
    figures = "、".join(f"{figure.label} {_number(figure.value)}{figure.unit}" for figure in group.figures[:4])
    when = f"（{group.period}）" if group.period else ""
    return Judgement.of(CHECK, findings, summary=f"已公开受理反馈统计{when}：{figures}。", figures=_figures(found, section))


def _latest(found: list[Shown]) -> Shown | None:
    """The group with the latest period; None when a group without any period (a running counter) is shown: it is current."""
    if any(group.last is None and not group.period for _, group in found):
        return None
    dated = [(place, group) for place, group in found if group.last is not None]
    return max(dated, key=lambda pair: pair[1].last or date.min) if len(dated) == len(found) or dated else None


def _unseen(evidence: Evidence, section: Section) -> Iterator[Unseen]:
    """Everything that may hold the figures and was not seen."""
    expected = _expected(section)
    blind = [place for place in expected if place.facts and (place.facts.media or _frames(evidence, place.facts))]
    if blind:
        kinds = sorted({kind for p in blind if p.facts for kind in (*p.facts.media, *(("frame",) if _frames(evidence, p.facts) else ()))})
        words = "、".join({"canvas": "图表", "image": "图片", "frame": "框架", "attachment": "附件"}[kind] for kind in kinds)
        yield Unseen("figures-not-text", f"统计可能在{words}中", tuple(place.url for place in blind))
    for away in _away(section):
        yield Unseen(away.reason, f"“{away.channel.name}”在 {away.channel.host or '其他主机'}", (away.channel.url,))
    unread = [channel.url for channel in section.unread if channel.kind in ("section", "statistics", "letters") or not section.landing]
    listed = [
        url
        for place in expected
        if place.facts and place.kind == "statistics"
        for url in place.facts.entries[:3]
        if _not_read(evidence, url)
    ]
    unread += [*listed, *corners(evidence, section)]
    if unread:
        yield Unseen("not-found-in-crawl", "互动交流栏目下有页面没有读到", tuple(dict.fromkeys(unread))[:20])
    if section.scripted and not section.landing:
        yield Unseen("not-found-in-crawl", f"“{section.scripted[0].name}”的地址由脚本给出，没有读到", ())
    for reason, urls in _unsettled(expected).items():
        yield Unseen(reason, "页面没有统计，但未能确认不是由脚本加入", tuple(urls))
    if not section.landing:
        yield from _no_section(section)


def _no_section(section: Section) -> Iterator[Unseen]:
    if section.home is None or not section.home.readable:
        yield Unseen("unreachable", "首页没有读到")
    elif not section.home_seen.settled:
        yield Unseen(
            section.home_seen.reason or "not-rendered", "首页没有互动交流栏目的链接，但未能确认不是由脚本加入", (section.home.url,)
        )
    elif section.cut:
        yield Unseen("not-found-in-crawl", "没有找到互动交流栏目，采集没有完成")


def _away(section: Section) -> list[Away]:
    """Other hosts that may hold the statistics: the section itself, statistics, letters; a consult channel only where there is none here."""
    here = any(place.kind == "consult" for place in section.landing)
    return [away for away in section.away if away.channel.kind != "consult" or not here]


def _not_read(evidence: Evidence, url: str) -> bool:
    page = evidence.find(url)
    return page is None or not (page.readable or page.state in ("http-error", "soft-404"))


def _frames(evidence: Evidence, facts: InteractionFacts) -> bool:
    """Frames of the site itself, or of a script's choosing, whose content is not part of what was read."""
    return facts.kind in ("statistics", "section") and any(not url or evidence.site.owns(url) for url in facts.frames)


def _unsettled(places: list[Place]) -> dict[str, list[str]]:
    reasons: dict[str, list[str]] = {}
    for place in places:
        if not place.settled:
            reasons.setdefault(place.reason, []).append(place.url)
    return reasons


def _absent(evidence: Evidence, section: Section) -> Finding:
    """The finding that no figures are published: a heading without numbers, or nothing at all."""
    expected = _expected(section)
    headed = [place for place in expected if place.kind == "statistics" or (place.facts and place.facts.headings)]
    if headed:
        place = headed[0]
        words = place.facts.headings[0] if place.facts and place.facts.headings else place.name
        return finding(
            CHECK,
            "no-figures",
            site_key=evidence.site.key,
            subject=page_key(place.url),
            message=f"页面有“{words.strip()}”的标题或栏目，浏览器打开后仍没有任何统计数字。",
            evidence=Proof(pages=tuple(p.url for p in headed), seen_at=place.page.fetched_at, snippet=words),
        )
    pages = tuple(place.url for place in expected) or ((section.home.url,) if section.home else ())
    seen_at = expected[0].page.fetched_at if expected else (section.home.fetched_at if section.home else "")
    where = f"互动交流栏目的 {len(expected)} 个页面都已读取并核实" if expected else "首页和已采集的页面都没有互动交流栏目"
    return finding(
        CHECK,
        "missing",
        site_key=evidence.site.key,
        subject="site",
        message=f"{where}，没有受理、办结、回复、办结率等统计数据。",
        evidence=Proof(pages=pages, seen_at=seen_at, snippet="、".join(place.name for place in expected)[:200]),
    )


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _figures(found: list[Shown], section: Section) -> dict[str, Any]:
    """The figures as data: every group with page, period and numbers, the latest period first."""
    ordered = sorted(found, key=lambda pair: (pair[1].last or date.max, pair[1].period), reverse=True)
    return {
        "pages": [place.url for place in _expected(section)],
        "statistics": [
            {
                "url": place.url,
                "heading": group.heading,
                "period": group.period,
                "last": group.last.isoformat() if group.last else None,
                "snippet": group.snippet,
                "figures": [
                    {"metric": f.metric, "label": f.label, "value": int(f.value) if f.value == int(f.value) else f.value, "unit": f.unit}
                    for f in group.figures
                ],
            }
            for place, group in ordered[:40]
        ],
    }


CHECK = Check(
    id="interaction-statistics",
    title="互动受理反馈统计",
    codes=("missing", "no-figures", "stale"),
    observers=(OBSERVER,),
    judge=judge,
    doubts=doubts,
    visits=visits,
)
