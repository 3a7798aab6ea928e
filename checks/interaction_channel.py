"""互动渠道与留言答复: a working consult channel, letters published with complete answers, none left unanswered.

Rule    国办秘函〔2019〕19号 单项否决 5 (no effective consult channel; a valid message of the last year unanswered for more than 3
        months) and 扣分指标 互动交流/留言公开 (no letters −6; of 5 drawn letters each incomplete −1; nothing new in 2 months −3).
Counts  a form, a log-in for one, a 我要写信 button or published letters on pages named as consult channels. 网上信访 and 纪检举报 are
        none; 在线访谈 and 调查征集 are left out. A bare e-mail address is a caution. Names, labels and states: catalogue.
Drawn   the 5 newest letters whose own page was read (all of them when fewer), ties in the order of the pages: the same every time.
Absence is said only of pages that were read and settled, and only where nothing was left unread, here or on the other host.
Blind   to whether a form really delivers, and to the quality of an answer. A letter whose state no page states accuses nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from checks.catalogue import finding, rules
from checks.columns_windows import months_before
from checks.interaction import OBSERVER
from checks.interaction_replies import Correspondence, column_of, correspondence, is_doubtful, is_unanswered, missing_elements, overdue
from checks.interaction_section import Place, Section, section_of_site
from checks.interaction_visits import visits
from checks.interaction_words import plain
from checks.model import Check, Doubt, Finding, Judgement, Proof, Unseen
from crawler.evidence import Evidence
from crawler.links import page_key

RANK = 35
MAX_DOUBTS = 8


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """Consult pages that show neither form nor letters as served, and drawn letters that look incomplete: scripts may write them."""
    section = section_of_site(evidence)
    if not section.named and section.home is not None and section.home.readable:
        yield Doubt(section.home, OBSERVER, "page", RANK)
    letters = correspondence(evidence, section)
    if not letters or not any(works(place) for place in _consulting(section)):
        bare = [place for place in _consulting(section) if not (place.facts and place.facts.letters) and not place.settled]
        for place in bare[:MAX_DOUBTS]:
            yield Doubt(place.page, OBSERVER, "page", RANK)
    for entry in drawn(letters):
        if entry.page is not None and not entry.settled and (missing_elements(entry) or is_doubtful(entry)):
            yield Doubt(entry.page, OBSERVER, "page", RANK + 5)


def _consulting(section: Section) -> list[Place]:
    """Pages where a visitor would write or read letters."""
    return [place for place in section.landing if place.kind in ("consult", "letters", "section")]


def works(place: Place) -> str:
    """Why a page is a working channel, in Chinese; "" when nothing on it is one."""
    facts = place.facts
    if facts is None:
        return ""
    if facts.form == "form":
        return "可在线填写提交"
    if facts.buttons:
        return f"有“{plain(facts.buttons[0])}”按钮"
    if facts.letters and place.kind in ("consult", "letters"):
        return "公开有网民留言"
    if facts.form == "login" and place.kind == "consult":
        return "登录后可提交"
    return ""


def drawn(letters: list[Correspondence]) -> list[Correspondence]:
    """The letters looked at for completeness: the newest whose own page, or whose list entry, shows the answer."""
    readable = [
        entry
        for entry in letters
        if (entry.detail is not None or entry.letter.reply) and entry.state not in ("pending", "waiting", "invalid")
    ]
    return readable[: int(rules("interaction-channel").number("drawn-letters"))]


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Channel, answers, publication, completeness, freshness. Pure."""
    state = evidence.meta("site_state") or {}
    if state.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，未能查看互动交流栏目。", unseen=[Unseen(state["state"])])
    section = section_of_site(evidence)
    letters = correspondence(evidence, section)
    working = [(place, why) for place in _consulting(section) if (why := works(place))]
    findings: list[Finding] = []
    unseen: list[Unseen] = []
    if not working and not section.login and not letters:
        _judge_channel(evidence, section, findings, unseen)
    _judge_answers(evidence, section, letters, as_of, findings, unseen)
    if letters:
        _judge_complete(evidence, section, letters, findings, unseen)
        _judge_fresh(evidence, section, letters, as_of, findings, unseen)
    elif working or section.login:
        _judge_published(evidence, section, findings, unseen)
    return Judgement.of(
        CHECK, findings, summary=_summary(working, letters, findings), unseen=unseen, figures=_figures(working, letters, section)
    )


def _summary(working: list[tuple[Place, str]], letters: list[Correspondence], findings: list[Finding]) -> str:
    if any(f.code == "no-channel" for f in findings):
        return "没有找到有效的网上咨询建言渠道。"
    first = f"咨询建言渠道“{working[0][0].name}”{working[0][1]}" if working else "咨询建言渠道未能确认"
    if not letters:
        return f"{first}；没有读到公开的留言。"
    newest = f"，最新 {letters[0].newest}" if letters[0].newest else ""
    late, months = sum(1 for f in findings if f.code == "unanswered"), int(rules(CHECK.id).number("unanswered-months"))
    return f"{first}；读到公开留言 {len(letters)} 条{newest}{f'，{late} 条超过 {months} 个月未答复' if late else ''}。"


# --- a channel ------------------------------------------------------------------------------------------------------------


def _judge_channel(evidence: Evidence, section: Section, findings: list[Finding], unseen: list[Unseen]) -> None:
    mails = [(place, place.facts.emails) for place in section.landing if place.kind == "consult" and place.facts and place.facts.emails]
    gaps = list(_unseen_channel(section))
    if mails and not gaps:
        place, addresses = mails[0]
        findings.append(
            finding(
                CHECK, "email-only", site_key=evidence.site.key, subject="site",
                message=f"“{place.name}”只给出电子邮箱 {addresses[0]}，没有可在线提交的留言功能。",
                evidence=Proof(pages=tuple(p.url for p, _ in mails), seen_at=place.page.fetched_at, snippet="、".join(addresses)),
            )
        )  # fmt: skip
        return
    if gaps:
        unseen.extend(gaps)
        return
    findings.append(_no_channel(evidence, section))


def _no_channel(evidence: Evidence, section: Section) -> Finding:
    """A veto where no page even claims to be a channel; a candidate where one does and a person must look whether it works."""
    claimed = [place for place in section.landing if place.kind == "consult"]
    pages = [place.url for place in claimed or section.landing] or ([section.home.url] if section.home else [])
    others = "、".join(dict.fromkeys(channel.name for channel in (*section.exempt, *section.complaints)))[:80]
    broken = "、".join(channel.name for channel in section.broken)[:80]
    if claimed:
        message = f"“{claimed[0].name}”页面没有留言表单、写信入口，也没有公开的留言，需要人工确认能否提交。"
    elif section.broken:
        message = f"咨询建言渠道（{broken}）的页面打不开，没有其他有效渠道。"
    elif others:
        message = f"只有不计入的渠道（{others}），没有咨询建言渠道。"
    else:
        message = "首页和互动交流栏目都没有咨询建言渠道。"
    urls = tuple(dict.fromkeys([*pages, *(channel.url for channel in section.broken)]))
    return finding(
        CHECK,
        "no-channel",
        site_key=evidence.site.key,
        subject="site",
        message=message,
        evidence=Proof(pages=urls, seen_at=_seen_at(section), snippet=(others or broken)[:200]),
        severity="candidate" if claimed or section.complaints else None,  # a page that claims to be one may work in ways not seen here
    )


def _unseen_channel(section: Section) -> Iterator[Unseen]:
    """What may be a channel and was not seen."""
    for away in section.away:
        yield Unseen(away.reason, f"“{away.channel.name}”在 {away.channel.host or '其他主机'}", (away.channel.url,))
    if section.unread:
        yield Unseen("not-found-in-crawl", "渠道页面没有读到", tuple(channel.url for channel in section.unread))
    if section.scripted:
        yield Unseen("not-found-in-crawl", f"“{section.scripted[0].name}”的地址由脚本给出，没有读到")
    yield from _unsettled(_consulting(section), "页面没有留言功能，但未能确认不是由脚本加入")
    if not section.named:
        if section.home is None or not section.home.readable:
            yield Unseen("unreachable", "首页没有读到")
        elif not section.home_seen.settled:
            yield Unseen(
                section.home_seen.reason or "not-rendered", "首页没有互动渠道的链接，但未能确认不是由脚本加入", (section.home.url,)
            )
        elif section.cut:
            yield Unseen("not-found-in-crawl", "没有找到互动渠道，采集没有完成")


def _unsettled(places: list[Place], words: str) -> Iterator[Unseen]:
    reasons: dict[str, list[str]] = {}
    for place in places:
        if not place.settled:
            reasons.setdefault(place.reason, []).append(place.url)
    for reason, urls in reasons.items():
        yield Unseen(reason, words, tuple(urls))


# --- letters --------------------------------------------------------------------------------------------------------------


def _judge_answers(
    evidence: Evidence, section: Section, letters: list[Correspondence], as_of: date, findings: list[Finding], unseen: list[Unseen]
) -> None:
    rule = rules(CHECK.id)
    months = int(rule.number("unanswered-months"))
    late = overdue(letters, as_of, look_back=int(rule.number("look-back-months")), limit=months)
    for entry in late:
        asked = entry.asked or as_of
        state = entry.letter.state_text or (entry.detail.state_text if entry.detail else "") or "没有答复"
        findings.append(
            finding(
                CHECK,
                "unanswered",
                site_key=evidence.site.key,
                subject=page_key(entry.url) if entry.url else f"{page_key(entry.place.url)}#{plain(entry.letter.title)[:30]}",
                message=f"留言“{entry.letter.title[:30]}”{asked} 提交，{(as_of - asked).days} 天没有答复（超过 {months} 个月），页面状态：{state}。",
                evidence=Proof(
                    pages=tuple(dict.fromkeys(filter(None, (entry.url, entry.place.url)))),
                    seen_at=entry.place.page.fetched_at,
                    snippet=f"{entry.letter.title} {asked} {state}"[:300],
                    figures={"asked": asked.isoformat(), "days": (as_of - asked).days},
                ),
            )
        )
    earliest, latest = months_before(as_of, int(rule.number("look-back-months"))), months_before(as_of, months)
    doubtful = [e for e in letters if (day := e.asked) and earliest <= day < latest and is_doubtful(e)]
    if doubtful:
        pages = tuple(dict.fromkeys(e.url or e.place.url for e in doubtful))
        unseen.append(Unseen("not-found-in-crawl", f"{len(doubtful)} 条超过 {months} 个月的留言没有读到答复，也没有写明未答复", pages))


def _judge_complete(
    evidence: Evidence, section: Section, letters: list[Correspondence], findings: list[Finding], unseen: list[Unseen]
) -> None:
    chosen = drawn(letters)
    if not chosen:
        answered = [e.url or e.place.url for e in letters if not is_unanswered(e)][:5]
        if answered:
            unseen.append(Unseen("not-found-in-crawl", "没有读到留言详情，不能核对留言要素", tuple(dict.fromkeys(answered))))
        return
    lacking: dict[str, list[tuple[Correspondence, tuple[str, ...]]]] = {}
    for entry in chosen:
        missing = missing_elements(entry)
        if missing and entry.page is not None and not entry.settled:
            unseen.append(Unseen(entry.reason or "not-rendered", "留言要素不全，但未能确认不是由脚本加入", (entry.url,)))
        elif missing:
            lacking.setdefault(column_of(entry, section), []).append((entry, missing))
    for subject, pairs in lacking.items():
        words = "、".join(dict.fromkeys(name for _, missing in pairs for name in missing))
        first = pairs[0][0]
        findings.append(
            finding(
                CHECK, "letter-incomplete", site_key=evidence.site.key, subject=subject,
                message=f"抽查最新的 {len(chosen)} 条留言，{len(pairs)} 条要素不全，缺少：{words}。",
                evidence=Proof(
                    pages=tuple(e.url or e.place.url for e, _ in pairs), seen_at=(first.page or first.place.page).fetched_at,
                    snippet=first.detail.snippet if first.detail else first.letter.title,
                    figures={"drawn": len(chosen), "incomplete": [{"url": e.url, "title": e.letter.title, "missing": list(m)} for e, m in pairs]},
                ),
            )
        )  # fmt: skip


def _judge_fresh(
    evidence: Evidence, section: Section, letters: list[Correspondence], as_of: date, findings: list[Finding], unseen: list[Unseen]
) -> None:
    dated = [entry for entry in letters if entry.newest]
    months = int(rules(CHECK.id).number("stale-months"))
    if not dated or (newest := dated[0].newest) is None or newest >= months_before(as_of, months):
        return
    gaps = list(_unseen_letters(section))
    if gaps:
        unseen.extend(gaps)
        return
    place = dated[0].place
    findings.append(
        finding(
            CHECK, "stale", site_key=evidence.site.key, subject=column_of(dated[0], section),
            message=f"公开的留言最新一条是 {newest}，距检查日 {(as_of - newest).days} 天，超过 {months} 个月没有新的公开。",
            evidence=Proof(
                pages=tuple(dict.fromkeys(e.place.url for e in dated)), seen_at=place.page.fetched_at,
                snippet=f"{dated[0].letter.title} {newest}", figures={"newest": newest.isoformat()},
            ),
        )
    )  # fmt: skip


def _judge_published(evidence: Evidence, section: Section, findings: list[Finding], unseen: list[Unseen]) -> None:
    gaps = [*_unseen_letters(section), *_unsettled(_consulting(section), "页面没有公开的留言，但未能确认不是由脚本加入")]
    if gaps:
        unseen.extend(gaps)
        return
    places = _consulting(section)
    empty = next((place.facts.empty for place in places if place.facts and place.facts.empty), "")
    findings.append(
        finding(
            CHECK, "no-letters", site_key=evidence.site.key, subject=_box(places, section),
            message=f"咨询建言类栏目的 {len(places)} 个页面都已读取并核实，没有公开任何网民留言{'（页面写明“' + empty.strip() + '”）' if empty else ''}。",
            evidence=Proof(pages=tuple(place.url for place in places), seen_at=_seen_at(section), snippet=empty or "、".join(p.name for p in places)[:200]),
        )
    )  # fmt: skip


def _unseen_letters(section: Section) -> Iterator[Unseen]:
    """Pages that may list letters and were not read."""
    here = any(place.kind in ("consult", "letters") for place in section.landing)
    for away in section.away:
        if away.channel.kind in ("letters", "section") or not here:
            yield Unseen(away.reason, f"“{away.channel.name}”在 {away.channel.host or '其他主机'}", (away.channel.url,))
    unread = [channel.url for channel in section.unread if channel.kind in ("letters", "consult", "section")]
    if unread:
        yield Unseen("not-found-in-crawl", "留言列表没有读到", tuple(unread))
    scripted = [channel.name for channel in section.scripted if channel.kind == "letters"]
    if scripted:
        yield Unseen("not-found-in-crawl", f"“{scripted[0]}”的地址由脚本给出，没有读到")
    framed = [place.url for place in _consulting(section) if place.facts and place.facts.frames and not place.facts.letters]
    if framed and not here:
        yield Unseen("not-found-in-crawl", "留言可能在框架中，没有读到", tuple(framed))


def _box(places: list[Place], section: Section) -> str:
    """Identity of the column where letters should stand: one that publishes them, a mail box, the writing page, the section."""
    boxes = sorted(places, key=lambda p: (p.kind == "section", p.kind != "letters", bool(p.facts and p.facts.form == "form")))
    return page_key(boxes[0].url) if boxes else section.subject


def _seen_at(section: Section) -> str:
    pages = [place.page for place in section.landing] or ([section.home] if section.home else [])
    return pages[0].fetched_at if pages else ""


def _figures(working: list[tuple[Place, str]], letters: list[Correspondence], section: Section) -> dict[str, Any]:
    """Channels, letters and what was drawn, as data."""
    return {
        "channels": [{"name": place.name, "url": place.url, "works": why, "elsewhere": place.elsewhere} for place, why in working],
        "not_counted": [{"name": c.name, "url": c.url, "kind": c.kind} for c in (*section.exempt, *section.complaints)][:20],
        "letters": len(letters),
        "newest": str(letters[0].newest) if letters and letters[0].newest else None,
        "unanswered": sum(1 for entry in letters if is_unanswered(entry)),
        "drawn": [
            {"url": e.url, "title": e.letter.title, "missing": list(missing_elements(e))} for e in drawn(letters)
        ],
    }  # fmt: skip


CHECK = Check(
    id="interaction-channel",
    title="互动渠道与留言答复",
    codes=("no-channel", "email-only", "unanswered", "no-letters", "letter-incomplete", "stale"),
    observers=(OBSERVER,),
    judge=judge,
    doubts=doubts,
    visits=visits,
)
