"""页面标签: the meta tags that home, column and content pages must carry, each with something of its own to say.

Rule    国办发〔2017〕47号 annex 《网页设计规范》: SiteName, SiteDomain, SiteIDCode on every page; ColumnName, ColumnDescription, ColumnKeywords,
        ColumnType on column pages; ArticleTitle, PubDate, ContentSource on content pages. The check draws pages, −0.1 for each that lacks one of
        its groups, cap 1. Points and words: catalogue, `page_tags`.
Counts  names in any case; a tag that a script writes. Empty tags and a template's own words are no tags.
Missing is said only of pages whose role is certain, confirmed in the browser (themselves, or two pages of their template). One finding per
        group and section, listing its pages.
PubDate YYYY-MM-DD HH:MM, seconds accepted; another form of a day, or a day that differs from the one a reader sees, is a caution.
Blind   to whether a description describes, and to pages that are neither home, list nor article.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from checks.catalogue import finding, rules
from checks.entry_markup import ENTRY
from checks.gaps import stopped
from checks.model import Check, Doubt, Finding, Judgement, Proof, Unseen
from checks.page_lists import OBSERVER as PAGE_LISTS
from checks.page_tags_markup import GROUPS, TAGS, WHOLE, Group, State, Tags, placeholder, pub_date, state
from checks.page_tags_roles import NAMES, NEEDS, Roled, roled
from checks.page_tags_site import OwnSite
from checks.site_code import CODE, SITE_CODES, own_code
from checks.site_identity_facts import OBSERVERS
from checks.subjects import by_subject, urls, where
from crawler.evidence import Evidence, Page

_CODES: dict[tuple[Group, State], str] = {
    ("site", "missing"): "site-missing",
    ("site", "empty"): "site-empty",
    ("site", "placeholder"): "site-placeholder",
    ("column", "missing"): "column-missing",
    ("column", "empty"): "column-empty",
    ("column", "placeholder"): "column-placeholder",
    ("content", "missing"): "content-missing",
    ("content", "empty"): "content-empty",
    ("content", "placeholder"): "content-placeholder",
}
_WORDS: dict[State, str] = {
    "missing": "缺少{kind} {tags}",
    "empty": "的{kind} {tags} 为空",
    "placeholder": "的{kind} {tags} 是占位内容或格式不对",
    "good": "",
}
_KINDS: dict[Group, str] = {"site": "网站标签", "column": "栏目标签", "content": "内容标签"}


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """Pages of a certain role that lack a group in their static HTML and that no complete render has confirmed."""
    for each in roled(evidence):
        if each.page.render == "no" and not each.doubtful:
            for group in NEEDS[each.role]:
                if evidence.seen(each.page, WHOLE[group]).value is None:
                    yield Doubt(each.page, WHOLE[group], "frame", each.page.depth)


@dataclass(slots=True)
class _Tally:
    """The pages of a certain role, and what is wrong with them. ``lacking``: finding code → (page, tags at fault)."""

    pages: list[Roled] = field(default_factory=list)
    lacking: dict[str, list[tuple[Page, tuple[str, ...]]]] = field(default_factory=dict)
    foreign: list[tuple[Page, bool, tuple[str, ...], Tags]] = field(default_factory=list)
    dates: dict[str, list[tuple[Page, str]]] = field(default_factory=dict)
    unseen: dict[str, list[Page]] = field(default_factory=dict)

    def note(self, code: str, page: Page, tags: tuple[str, ...]) -> None:
        self.lacking.setdefault(code, []).append((page, tags))


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Lacking groups per section, foreign tags once, PubDate's form once, its other faults per section."""
    met = evidence.meta("site_state", {})
    if met.get("state") in ("blocked", "unreachable"):
        return Judgement.of(CHECK, [], summary="网站无法读取，页面标签未能评估。", unseen=[Unseen(met["state"], met.get("detail", ""))])
    if not evidence.readable:
        return Judgement.of(CHECK, [], summary="没有读到可供检查的页面，页面标签未能评估。", unseen=[Unseen("not-found-in-crawl")])
    tally = _tally(evidence)
    findings = [*_lacking(evidence, tally), *_foreign(evidence, tally), *_dates(evidence, tally)]
    unseen = [
        Unseen(reason, f"{len(pages)} 个页面的静态源码缺少页面标签，未能确认", urls(pages))
        for reason, pages in sorted(tally.unseen.items())
    ]
    unseen += stopped(evidence)
    return Judgement.of(CHECK, findings, summary=_summary(tally), unseen=unseen, figures=_figures(tally))


def _tally(evidence: Evidence) -> _Tally:
    tally = _Tally()
    code, identity = own_code(evidence)
    own = OwnSite(evidence, code, given=bool(identity["given"]), agreed=bool(identity["agreed"]))
    for each in roled(evidence):
        if each.doubtful:
            if any(evidence.seen(each.page, WHOLE[group]).value is None for group in NEEDS[each.role]):
                tally.unseen.setdefault(each.doubtful, []).append(each.page)
            continue
        tally.pages.append(each)
        tags = evidence.seen(each.page, TAGS).value or Tags({})
        reasons = {reason for group in NEEDS[each.role] if (reason := _group(evidence, each, group, tags, tally))}
        for reason in reasons:
            tally.unseen.setdefault(reason, []).append(each.page)
        certain, wrong = own.foreign(each.page, tags)
        if wrong:
            tally.foreign.append((each.page, certain, wrong, tags))
        if each.role == "content":
            _date(each, tags.values.get("pubdate", ""), tally)
    return tally


def _group(evidence: Evidence, each: Roled, group: Group, tags: Tags, tally: _Tally) -> str:
    """Note how one group stands on one page; returns why it could not be told, "" otherwise."""
    seen = evidence.seen(each.page, WHOLE[group])
    if seen.value is not None:
        code = tags.values.get("siteidcode", "").strip()
        if group == "site" and code and not CODE.fullmatch(code):
            tally.note(_CODES["site", "placeholder"], each.page, ("SiteIDCode",))
        return ""
    if not seen.settled:
        return seen.reason
    how, bad = state(group, tags.values)
    if how != "good":
        tally.note(_CODES[group, how], each.page, bad)
    return ""


def _date(each: Roled, text: str, tally: _Tally) -> None:
    """PubDate's form, and whether it names the day a reader sees."""
    if not text.strip() or placeholder(text):
        return
    read, shown = pub_date(text), each.lists.published if each.lists is not None else None
    if read.day is None:
        tally.dates.setdefault("pubdate-invalid", []).append((each.page, f"PubDate：{text[:60]}"))
        return
    if read.form == "other":
        tally.dates.setdefault("pubdate-form", []).append((each.page, f"PubDate：{text[:60]}"))
    if shown is not None and shown.source == "visible" and shown.day != read.day:
        told = f"PubDate：{text[:60]}，页面显示：{shown.snippet[:40] or shown.day.isoformat()}"
        tally.dates.setdefault("pubdate-disagrees", []).append((each.page, told))


def _lacking(evidence: Evidence, tally: _Tally) -> Iterator[Finding]:
    limits = rules(CHECK.id)
    points, cap = limits.number("page-points"), limits.number("cap-points")
    roles = {each.page.id: each.role for each in tally.pages}
    for (group, how), code in _CODES.items():
        found = {page.id: bad for page, bad in tally.lacking.get(code, ())}
        pages = [page for page, _ in tally.lacking.get(code, ())]
        for subject, members in by_subject(evidence, pages).items():
            tags = tuple(dict.fromkeys(tag for page in members for tag in found[page.id]))
            kinds = "、".join(dict.fromkeys(NAMES[roles[page.id]] for page in members))
            told = where(subject, len(members)) if subject == "home" else f"{where(subject, len(members))}（{kinds}）"
            each = f"每个抽查页面扣 {points:g} 分"
            if subject == "home":  # the indicator draws column and content pages; the annex asks it of every page
                each = f"网站标签每个页面都应有，每个抽查页面扣 {points:g} 分"
            yield finding(
                CHECK,
                code,
                site_key=evidence.site.key,
                subject=subject,
                message=f"{told}{_WORDS[how].format(kind=_KINDS[group], tags='、'.join(tags))}（{each}，最多扣 {cap:g} 分）。",
                evidence=Proof(
                    urls(members),
                    members[0].fetched_at,
                    snippet=f"页面《{members[0].title[:60]}》<head> 中的 {'、'.join(found[members[0].id])}",
                    figures={"pages": len(members), "tags": list(tags)},
                ),
            )


def _foreign(evidence: Evidence, tally: _Tally) -> Iterator[Finding]:
    """One finding for all pages whose site tags are another site's: a copied template is one cause."""
    if not tally.foreign:
        return
    certain = any(sure for _, sure, _, _ in tally.foreign)
    chosen = [each for each in tally.foreign if each[1] == certain]
    pages = [page for page, *_ in chosen]
    wrong = tuple(dict.fromkeys(tag for _, _, tags, _ in chosen for tag in tags))
    values = chosen[0][3].values
    told = "，".join(f"{tag} 为“{values.get(tag.lower(), '')}”" for tag in chosen[0][2])
    yield finding(
        CHECK,
        "site-foreign",
        site_key=evidence.site.key,
        subject="site",
        message=f"{len(pages)} 个页面的网站标签写的{'是' if certain else '可能是'}其他网站：{told}。"
        + ("" if certain else "请人工确认是不是本网站或下属单位的域名。"),
        severity=None if certain else "candidate",  # a domain alone may be the site's second name
        evidence=Proof(urls(pages), pages[0].fetched_at, snippet=told, figures={"pages": len(pages), "tags": list(wrong)}),
    )


def _dates(evidence: Evidence, tally: _Tally) -> Iterator[Finding]:
    """PubDate faults: the form comes from one template and is the site's; unreadable and differing ones stand by section."""
    words = {
        "pubdate-invalid": "的 PubDate 读不出时间",
        "pubdate-form": "的 PubDate 不是 YYYY-MM-DD HH:MM 的形式",
        "pubdate-disagrees": "的 PubDate 与页面显示的发布时间不是同一天",
    }
    for code, found in tally.dates.items():
        snippets = {page.id: text for page, text in found}
        pages = [page for page, _ in found]
        groups = {"site": pages} if code == "pubdate-form" else by_subject(evidence, pages)
        for subject, members in groups.items():
            told = f"{len(members)} 个内容页" if subject == "site" else where(subject, len(members))
            yield finding(
                CHECK,
                code,
                site_key=evidence.site.key,
                subject=subject,
                message=f"{told}{words[code]}。",
                evidence=Proof(
                    urls(members), members[0].fetched_at, snippet=snippets[members[0].id][:300], figures={"pages": len(members)}
                ),
            )


def _summary(tally: _Tally) -> str:
    count = {role: sum(each.role == role for each in tally.pages) for role in NAMES}
    parts = [f"检查首页 {count['home']} 个、栏目页 {count['column']} 个、内容页 {count['content']} 个"]
    wrong = {page.id for found in tally.lacking.values() for page, _ in found}
    parts.append(f"{len(wrong)} 个缺少应有的标签" if wrong else "没有发现缺少标签")
    if any(certain for _, certain, _, _ in tally.foreign):
        parts.append("有网站标签是其他网站的")
    if "pubdate-invalid" in tally.dates:
        parts.append("有 PubDate 读不出时间")
    if tally.unseen:
        parts.append(f"{len({page.id for pages in tally.unseen.values() for page in pages})} 个未能确认")
    return "，".join(parts) + "。"


def _figures(tally: _Tally) -> dict[str, Any]:
    return {
        "pages": {role: sum(each.role == role for each in tally.pages) for role in NAMES},
        "lacking": {code: len(found) for code, found in sorted(tally.lacking.items())},
        "foreign": len(tally.foreign),
        "dates": {code: len(found) for code, found in sorted(tally.dates.items())},
        "unseen": len({page.id for pages in tally.unseen.values() for page in pages}),
    }


CHECK = Check(
    id="page-tags",
    title="页面标签",
    codes=(*_CODES.values(), "site-foreign", "pubdate-invalid", "pubdate-form", "pubdate-disagrees"),
    observers=(TAGS, *(WHOLE[group] for group in GROUPS), PAGE_LISTS, SITE_CODES, ENTRY, OBSERVERS["owner"]),
    judge=judge,
    doubts=doubts,
)
