"""伪造发稿日期: news that was shown weeks ago under an older date, and lists whose new items are old articles.

Rule    国办秘函〔2019〕19号《检查指标》 单项否决 1: fraud such as forged publication dates (伪造发稿日期). Thresholds: catalogue.
Counts  an item (address) that an earlier night saw and that the same list shows now under a date weeks after that night (`redated`); a
        list most of whose recent items are old addresses: known for weeks under an older date, or carrying an old day (`old-addresses`).
Always  a candidate for a person, with the item's history. Most of the site changing in one night is a migration: one caution.
Harmless corrections by days, 更新时间, pinned items, a list that shows today beside everything, a year that rolls over, an older date than
        before (补发), one article in two columns, an article whose own page or another list still shows the old date.
Blind   to items that no list shows, whose title was changed too, or that were re-dated before the first remembered night.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from checks.catalogue import finding, rules
from checks.columns import SiteLists
from checks.forged_dates_items import CHECK_ID, Known, Shown, Span, moved, remembered, same_title, to_remember, tonight
from checks.model import Check, Finding, Judgement, Proof, Unseen
from checks.page_lists import OBSERVER
from crawler.daytext import url_day
from crawler.evidence import Evidence

_SHOWN = 20  # items named in a finding's figures
_TOLD = 3  # items named in its message
_FEW = 2  # so many lists of old addresses may still be forged; most of the site is an import
_UPDATES = ("更新", "修改", "修订")


@dataclass(frozen=True, slots=True)
class _Old:
    """An item shown as newer than it is. ``since``: the night that first saw it, or the day its address carries; ``span``: what it was then."""

    shown: Shown
    since: date
    span: Span | None
    changes: tuple[Span, ...] = ()


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """One candidate per list. Not applicable without earlier nights; not assessed where these reach less far back than the rule needs."""
    if CHECK_ID not in (evidence.meta("options") or {}).get("history", ()):
        return Judgement.not_applicable(CHECK, "只检查一次，没有以往各晚的记录，不能比较稿件日期是否改过。")
    state = evidence.meta("site_state") or {}
    if state.get("state") in ("blocked", "unreachable") or evidence.home is None or not evidence.home.readable:
        reason = state.get("state") if state.get("state") == "blocked" else "unreachable"
        return Judgement.of(
            CHECK, [], summary="网站无法读取，没有比较稿件日期。", unseen=[Unseen(str(reason), str(state.get("detail", "")))]
        )
    lists = SiteLists(evidence)
    seen, known = tonight(lists, as_of), remembered(evidence, as_of)
    if not seen and not known:
        return Judgement.not_applicable(CHECK, "读到的列表中没有标日期的本站稿件，不能比较发稿日期。")
    inquiry = _Inquiry(lists, as_of, seen, known)
    items, forgotten = to_remember(seen, known, inquiry.mass, as_of)
    since = min((item.spans[0].first for item in known.values()), default=None)
    findings = inquiry.findings()
    short = since is None or (as_of - since).days < rules(CHECK_ID).number("known-days")
    unseen = [Unseen("history-too-short", f"最早的记录是 {since}" if since else "还没有记录")] if short else []
    figures = {
        "since": None if since is None else since.isoformat(),
        "seen": len(seen),
        "compared": len(inquiry.compared),
        "remembered": len(known),
        "suspects": [
            {"list": found.subject, "code": found.code, **item} for found in findings for item in found.evidence.figures.get("items", ())
        ],
        "items": items,
        "forgotten": forgotten,
    }
    return Judgement.of(CHECK, findings, summary=_summary(figures, findings), unseen=unseen, figures=figures)


class _Inquiry:
    """Tonight's items against what is remembered of them."""

    def __init__(self, lists: SiteLists, as_of: date, seen: Mapping[str, Mapping[str, Shown]], known: Mapping[str, Known]) -> None:
        self.lists, self.as_of, self.seen, self.known = lists, as_of, seen, known
        self.limits = rules(CHECK_ID)
        self.compared = [
            (shown, known[key].spans[-1])
            for key, places in seen.items()
            if key in known and (shown := places.get(known[key].spans[-1].place)) and same_title(known[key].spans[-1].title, shown.title)
        ]
        self.mass = self._mass()

    def _mass(self) -> frozenset[str]:
        """Keys of items that changed with most of the site, tonight or in the weeks after such a night."""
        later = [(shown, span) for shown, span in self.compared if moved(span, shown) and shown.day > span.day]
        many = len(later) >= self.limits.number("all-items") and len({shown.place for shown, _ in later}) > 1
        if many and len(later) * 100 >= len(self.compared) * self.limits.number("all-share"):
            return frozenset(shown.key for shown, _ in later)
        earliest = self.as_of - timedelta(days=int(self.limits.number("settling-days")))
        night = max((span.first for item in self.known.values() for span in item.spans if span.mass), default=date.min)
        return frozenset(shown.key for shown, span in later if span.first < night) if night >= earliest else frozenset()

    def findings(self) -> list[Finding]:
        """Per list: its re-dated items, else its old addresses; one caution where it is all of the site."""
        redated: dict[str, list[_Old]] = {}
        for places in self.seen.values():
            for shown in places.values():
                if (old := self._redated(shown)) is not None:
                    redated.setdefault(shown.place, []).append(old)
        stale, recent = self._stale(set(redated))
        imported = {place for place, items in stale.items() if all(old.span is None for old in items)}
        crowd: list[_Old] = []
        if len(imported) > _FEW and len(imported) * 100 >= recent * self.limits.number("all-share"):
            crowd = [old for place in sorted(imported) for old in stale.pop(place)]
        found = [self._finding("redated", place, old) for place, old in redated.items()]
        found += [self._finding("old-addresses", place, old) for place, old in stale.items()]
        if crowd or self._mass_told():
            found.append(self._all(crowd))
        return found

    def _honest(self, shown: Shown, since: date) -> bool:
        """Whether the item says itself that it is old or was updated: here, in another list, or on its own page."""
        if shown.alive or any(other.day <= since for other in self.seen[shown.key].values()):
            return True
        page = self.lists.landed(shown.url)
        asked = page is not None and page.readable and page.taken != "kept"  # what was not asked tonight says nothing of tonight
        value = self.lists.seen(page).value if page is not None and asked else None
        if value is None:
            return False
        if value.role in ("home", "list", "channel"):
            return True  # no article
        told = value.published
        return told is not None and (told.day <= since or any(word in told.snippet for word in _UPDATES))

    def _lively(self, key: str) -> bool:
        """An item that changes again and again, or that changed with all of the site, proves nothing."""
        item = self.known.get(key)
        return key in self.mass or (item is not None and len(item.spans) >= self.limits.number("changes"))

    def _days(self, name: str) -> timedelta:
        return timedelta(days=int(self.limits.number(name)))

    def _redated(self, shown: Shown) -> _Old | None:
        item = self.known.get(shown.key)
        spans = item.alike(shown) if item is not None else ()
        if not spans or self._lively(shown.key) or shown.day <= self.as_of - self._days("told-days") or not moved(spans[0], shown):
            return None
        first, apart = spans[0], self._days("known-days")
        if shown.day - first.first < apart or shown.day - first.day < apart or self._honest(shown, first.first):
            return None
        return _Old(shown, first.first, first, spans[1:])

    def _stale(self, told: set[str]) -> tuple[dict[str, list[_Old]], int]:
        """``(place → old items, how many lists have new items at all)``; lists in ``told`` are told of already."""
        fresh: dict[str, list[Shown]] = {}
        for places in self.seen.values():
            for shown in places.values():
                if shown.day > self.as_of - self._days("fresh-days"):
                    fresh.setdefault(shown.place, []).append(shown)
        found = {}
        for place, items in fresh.items():
            old = [each for shown in items if (each := self._old(shown)) is not None]
            enough = len(old) >= self.limits.number("list-items") and len(old) * 100 >= len(items) * self.limits.number("list-share")
            if enough and place not in told:
                found[place] = old
        return found, len(fresh)

    def _old(self, shown: Shown) -> _Old | None:
        """The item if it was known for weeks under an older date, or if its address carries an old day."""
        item = self.known.get(shown.key)
        if self._lively(shown.key) or (item is not None and any(span.mass for span in item.spans)):
            return None
        apart = self._days("known-days")
        for span in item.spans if item is not None else ():
            if same_title(span.title, shown.title) and shown.day - span.first >= apart and shown.day - span.day >= apart:
                return None if not moved(span, shown) or self._honest(shown, span.first) else _Old(shown, span.first, span)
        carried = url_day(shown.url)
        if carried is None or not shown.whole or shown.day - carried < self._days("address-days"):
            return None
        earlier = tuple(span for span in self._spans(shown.key) if same_title(span.title, shown.title))
        return None if self._honest(shown, carried + apart) else _Old(shown, carried, None, earlier)

    def _mass_told(self) -> bool:
        recent = self.as_of - self._days("settling-days")
        return bool(self.mass) or any(span.mass and span.first > recent for key in self.seen for span in self._spans(key))

    def _spans(self, key: str) -> tuple[Span, ...]:
        item = self.known.get(key)
        return item.spans if item is not None else ()

    def _finding(self, code: str, place: str, found: Sequence[_Old]) -> Finding:
        old = sorted(found, key=lambda each: (each.shown.day, each.shown.key), reverse=True)
        first = old[0].shown
        where = "首页列表" if place == "/" else f"列表“{first.name}”"
        what = "篇稿件现标的日期晚于首次见到它的日期" if code == "redated" else "篇新信息其实是旧稿件"
        told = "；".join(_words(each) for each in old[:_TOLD])
        return finding(
            CHECK,
            code,
            site_key=self.lists.evidence.site.key,
            subject="home" if place == "/" else place,
            message=f"{where}有 {len(old)} {what}：{told}{'等' if len(old) > _TOLD else ''}。请人工核实。",
            evidence=self._proof(old),
            confirm=True,
        )

    def _proof(self, old: Sequence[_Old]) -> Proof:
        page = self.lists.evidence.find(old[0].shown.page)
        return Proof(
            pages=tuple(dict.fromkeys(each.shown.page for each in old)),
            seen_at=page.fetched_at if page is not None else "",
            snippet="\n".join(f"{each.shown.title} {each.shown.snippet}".strip() for each in old[:_TOLD])[:300],
            figures={"count": len(old), "items": [_history(each) for each in old[:_SHOWN]]},
        )

    def _all(self, crowd: Iterable[_Old]) -> Finding:
        """The caution: a person sees which items, if any were met tonight."""
        changed = [shown for shown, _ in self.compared if shown.key in self.mass] or [
            shown for shown, _ in self.compared if any(span.mass for span in self._spans(shown.key))
        ]
        items = changed or [old.shown for old in crowd]
        home = self.lists.evidence.home
        where = tuple(dict.fromkeys(shown.page for shown in items))[:_SHOWN] or ((home.url,) if home is not None else ())
        return finding(
            CHECK,
            "all-redated",
            site_key=self.lists.evidence.site.key,
            subject="site",
            message=f"{len({shown.place for shown in items})} 个列表的 {len(items)} 篇稿件的日期一起变晚，可能是改版、迁移或重新发布造成的；请核对。",
            evidence=Proof(
                pages=where,
                seen_at=home.fetched_at if home is not None else "",
                snippet="\n".join(f"{shown.title} {shown.snippet}".strip() for shown in items[:_TOLD])[:300],
                figures={"count": len(items)},
            ),
            confirm=True,
        )


def _words(old: _Old) -> str:
    name, now = f"“{old.shown.title[:40]}”", old.shown.day
    if old.span is None:
        return f"{name}网址中的日期是 {old.since}，现标 {now}"
    return f"{name}{old.since} 已见到，当时标 {old.span.day}，现标 {now}"


def _history(old: _Old) -> dict[str, Any]:
    """The item's life, for the evidence: first seen when and under which date, every later date, and what is shown now."""
    return {
        "url": old.shown.url,
        "title": old.shown.title,
        "since": old.since.isoformat(),
        "by": "address" if old.span is None else "history",
        "first_date": None if old.span is None else old.span.day.isoformat(),
        "changes": [{"seen": span.first.isoformat(), "date": span.day.isoformat()} for span in old.changes],
        "date": old.shown.day.isoformat(),
    }


def _summary(figures: Mapping[str, Any], findings: Sequence[Finding]) -> str:
    since = figures["since"]
    compared = f"与 {since} 以来的记录比较了 {figures['compared']} 篇" if since else "这是第一晚记录，还没有可比较的稿件"
    candidates = sum(1 for found in findings if found.severity == "candidate")
    told = f"，{candidates} 个列表疑似改动发稿日期或以旧充新，需人工核实" if candidates else ""
    return f"各列表标有日期的稿件 {figures['seen']} 篇，{compared}{told}。"


CHECK = Check(
    id="forged-dates", title="伪造发稿日期", codes=("redated", "old-addresses", "all-redated"), observers=(OBSERVER,), judge=judge
)
