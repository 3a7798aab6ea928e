"""栏目更新: every column of the site is kept up in the time its class allows, and none is blank.

Rule    国办秘函〔2019〕19号《检查指标》 单项否决 4 栏目不更新 and 扣分 发布解读 (动态要闻, 政策文件, 政策解读, 其他栏目). 动态/要闻 14 days; *first-level*
        通知公告, 政策文件, 政策解读 6 calendar months; others 1 year (assumed: the rule says only "long"). Exactly that old is in time.
Dates   what a reader sees: in the list, else in the articles it links to. A dynamic column that shows none anywhere is `undated` and
        counts as not updated; where an address or a tag still tells a day, that is a caution, as weaker evidence accuses nobody.
Blank   is said only of a page that the browser showed empty, without columns below it.
Not for this check: columns on other hosts, archived and past-year ones, navigation, static pages, 办事, 年报; 互动 only when blank.
Figures ``counts`` is what the cumulative rules (≥ 5, ≥ 10, ≥ 5 columns) need; ``columns`` is the table of all columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from checks.catalogue import finding
from checks.columns import Column, SiteLists, find_columns
from checks.columns_classes import KIND_NAMES
from checks.columns_dating import SOURCE_NAMES, entries_of
from checks.columns_rulings import ANSWER_NAMES, Ruling, rule_on
from checks.gaps import stopped
from checks.model import Check, Doubt, Finding, Judgement, Proof, Unseen
from checks.page_lists import OBSERVER
from crawler.evidence import Evidence

_OFFICIAL = ("dynamic", "notice", "policy", "interpretation")
_RANKS = {"dynamic": 0, "notice": 1, "policy": 1, "interpretation": 1}


def rulings(evidence: Evidence, as_of: date) -> tuple[tuple[Column, Ruling], ...]:
    """Every column of the site with the answer about it."""
    lists = SiteLists(evidence)
    columns = find_columns(evidence, as_of, lists)
    keys, names = frozenset(column.key for column in columns), frozenset(column.name for column in columns)
    ruled = [(column, rule_on(column, lists, keys, names, as_of)) for column in columns]
    return tuple(_without_mirrors(ruled, lists, keys, names))


def _without_mirrors(
    ruled: list[tuple[Column, Ruling]], lists: SiteLists, keys: frozenset[str], names: frozenset[str]
) -> Iterator[tuple[Column, Ruling]]:
    """A column that shows the very entries of another (a channel that opens its first child) is judged once, as the other."""
    shown: dict[tuple[str, ...], Column] = {}
    for column, ruling in sorted(ruled, key=lambda each: (each[0].kind not in _OFFICIAL, -(each[0].level or 0), -each[0].key.count("/"))):
        entries = tuple(sorted(entry.url for entry in entries_of(column, lists, keys, names)[:10] if entry.url)) if ruling.dates else ()
        if len(entries) >= 3:
            shown.setdefault(entries, column)
    first = {entries: column.key for entries, column in shown.items()}
    for column, ruling in ruled:
        entries = tuple(sorted(entry.url for entry in entries_of(column, lists, keys, names)[:10] if entry.url)) if ruling.dates else ()
        if entries in first and first[entries] != column.key:
            yield column, Ruling("not_applicable", f"与栏目“{shown[entries].name}”内容相同，只计一次")
        else:
            yield column, ruling


def doubts(evidence: Evidence) -> Iterator[Doubt]:
    """Column pages that look empty, undated or overdue in their static form, then the articles of undated ones; dynamic first."""
    if evidence.meta("site_state", {}).get("state", "ok") != "ok":
        return
    asked: set[int] = set()
    for column, ruling in rulings(evidence, evidence.as_of):
        for page in ruling.confirm:
            if page.id in asked or page.render != "no":
                continue
            asked.add(page.id)
            article = not any(page.id == own.id for own in column.pages)
            yield Doubt(page, OBSERVER, "page", _RANKS.get(column.kind, 2) + (3 if article else 0))


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Judge every column of the site on ``as_of``."""
    state = evidence.meta("site_state", {}).get("state", "ok")
    if state != "ok":
        return Judgement.of(CHECK, (), summary="网站未能读取，栏目更新情况没有判断。", unseen=[Unseen(state)])
    ruled = rulings(evidence, as_of)
    findings = [_finding(evidence, column, ruling, as_of) for column, ruling in ruled if ruling.code]
    unseen = [
        Unseen(ruling.unseen, f"栏目“{column.name}”：{ruling.reason}", (column.url,))
        for column, ruling in ruled
        if ruling.answer == "not_assessed"
    ]
    if not ruled:
        unseen.append(Unseen("not-found-in-crawl", "没有找到任何栏目"))
    unseen += stopped(evidence)
    counts = _counts(ruled)
    figures = {"as_of": as_of.isoformat(), "counts": counts, "columns": [_row(column, ruling, as_of) for column, ruling in ruled]}
    return Judgement.of(CHECK, findings, summary=_summary(counts), unseen=unseen, figures=figures)


def _finding(evidence: Evidence, column: Column, ruling: Ruling, as_of: date) -> Finding:
    dates, page = ruling.dates, column.pages[0]
    return finding(
        CHECK,
        ruling.code,
        site_key=evidence.site.key,
        subject=column.key,
        url=column.url,
        message=_message(column, ruling, as_of),
        severity=ruling.severity,  # softened where the evidence is weak or the column a topic; see columns_rulings
        evidence=Proof(
            pages=tuple(each.final_url or each.url for each in column.pages),
            seen_at=page.fetched_at,
            snippet=ruling.snippet[:300],
            figures={
                "kind": column.kind,
                "newest": dates.newest.isoformat() if dates and dates.newest else None,
                "weak": dates.weak.isoformat() if dates and dates.weak else None,
                "days": (as_of - dates.newest).days if dates and dates.newest else None,
                "window": ruling.window.words if ruling.window else "",
                "entries": dates.entries if dates else 0,
                "undated": dates.undated if dates else 0,
                "latest": [{"title": title, "day": day.isoformat()} for title, day in dates.latest] if dates else [],
            },
        ),
    )


def _message(column: Column, ruling: Ruling, as_of: date) -> str:
    dates, name = ruling.dates, f"栏目“{column.name}”"
    standard = f"（标准：{ruling.window.words}）" if ruling.window else ""
    if ruling.answer == "overdue" and dates and dates.newest:
        days = (as_of - dates.newest).days
        said = f"{name}最近更新于 {dates.newest.isoformat()}，距监测时间点 {days} 天{standard}"
        if ruling.severity != "caution":
            return said
        soft = "专题类栏目可能已结束，请确认是否应归档" if column.kind == "topic" else f"请人工确认：{ruling.reason}"
        return f"{said}；{soft}"
    return f"{name}{ruling.reason}" + ("，视为未更新" if ruling.answer == "undated" and ruling.severity is None else "")


def _row(column: Column, ruling: Ruling, as_of: date) -> dict[str, Any]:
    """One row of the table of columns: plain JSON."""
    dates = ruling.dates
    newest = dates.newest or dates.weak if dates else None
    source = (dates.source or dates.weak_source) if dates else ""
    return {
        "name": column.name,
        "url": column.url,
        "key": column.key,
        "class": column.kind,
        "class_name": KIND_NAMES[column.kind],
        "level": column.level,
        "above": list(column.above),
        "found": list(column.found),
        "newest": newest.isoformat() if newest else None,
        "days": (as_of - newest).days if newest else None,
        "date_source": SOURCE_NAMES[source],
        "entries": dates.entries if dates else 0,
        "undated": dates.undated if dates else 0,
        "window": ruling.window.words if ruling.window else "",
        "assumed": ruling.window.assumed if ruling.window else False,
        "verdict": ruling.answer,
        "verdict_name": f"{ANSWER_NAMES[ruling.answer]}（提示）" if ruling.severity == "caution" else ANSWER_NAMES[ruling.answer],
        "severity": ruling.severity or ("deduction" if ruling.code else None),
        "reason": ruling.reason,
    }


def _counts(ruled: tuple[tuple[Column, Ruling], ...]) -> dict[str, Any]:
    """Numbers for the cumulative rules; cautions are not counted in them.

    ``not_updated`` (≥ 5 is a veto): dynamic columns overdue or undated plus first-level 通知公告/政策文件 overdue; ``overdue_other``
    (≥ 10): other columns overdue; ``blank`` (≥ 5). ``by_class``: per class how many there are and each answer's share.
    """
    accused = [(column, ruling) for column, ruling in ruled if ruling.code and ruling.severity != "caution"]
    dynamic = sum(1 for column, ruling in accused if column.kind == "dynamic" and ruling.answer in ("overdue", "undated"))
    first = sum(1 for column, ruling in accused if ruling.code == "overdue" and column.kind in ("notice", "policy"))
    by_class: dict[str, dict[str, int]] = {}
    for column, ruling in ruled:
        of_class = by_class.setdefault(column.kind, {"all": 0})
        of_class["all"] += 1
        of_class[ruling.answer] = of_class.get(ruling.answer, 0) + 1
    answers = [ruling.answer for _, ruling in ruled]
    return {
        "columns": len(ruled),
        "judged": sum(1 for answer in answers if answer not in ("not_applicable", "not_assessed")),
        "ok": answers.count("ok"),
        "dynamic_not_updated": dynamic,
        "first_level_overdue": first,
        "interpretation_overdue": sum(1 for c, r in accused if r.code == "overdue" and c.kind == "interpretation"),
        "not_updated": dynamic + first,
        "overdue_other": sum(1 for _, ruling in accused if ruling.code == "overdue-other"),
        "blank": sum(1 for _, ruling in accused if ruling.code == "blank"),
        "cautions": sum(1 for _, ruling in ruled if ruling.severity == "caution"),
        "not_assessed": answers.count("not_assessed"),
        "not_applicable": answers.count("not_applicable"),
        "by_class": by_class,
    }


def _summary(counts: dict[str, Any]) -> str:
    if not counts["columns"]:
        return "没有找到可以判断的栏目。"
    parts = [f"共发现栏目 {counts['columns']} 个，判断 {counts['judged']} 个"]
    if counts["not_updated"]:
        parts.append(f"动态要闻及一级通知公告、政策文件栏目未更新 {counts['not_updated']} 个")
    if counts["interpretation_overdue"]:
        parts.append(f"一级政策解读栏目未更新 {counts['interpretation_overdue']} 个")
    if counts["overdue_other"]:
        parts.append(f"其他栏目长期未更新 {counts['overdue_other']} 个")
    if counts["blank"]:
        parts.append(f"空白栏目 {counts['blank']} 个")
    if counts["not_assessed"]:
        parts.append(f"未能判断 {counts['not_assessed']} 个")
    if len(parts) == 1:
        parts.append("均在期限内更新" if counts["judged"] else "均不适用更新期限")
    return "，".join(parts) + "。"


CHECK = Check(
    id="column-updates",
    title="栏目更新",
    codes=("overdue", "overdue-other", "undated", "blank"),
    observers=(OBSERVER,),
    judge=judge,
    doubts=doubts,
)
