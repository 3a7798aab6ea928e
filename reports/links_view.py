"""What `links` verified: counts by outcome, the problem targets grouped by cause, and what could not be verified and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from checks.links_facts import KINDS, UNVERIFIED
from checks.model import Judgement
from reports.hostile import line
from reports.sheet import Cell, Grid, Heading, Sheet, entries, figures_of, sheet, texts, within
from reports.view import Address, Fact, count_of, text_of

CHECK_ID = "links"
_GRADES = {"danger": ("不良或过期", "veto"), "broken": ("打不开", "fail"), "caution": ("需留意", "caution")}
"""Grade of a target → word and style, worst first."""
_COUNTED = (("ok", "正常"), ("danger", "指向不良内容或过期域名"), ("broken", "打不开"), ("caution", "需要留意"))
_HEADINGS = (
    Heading("目标地址", "whole"),
    Heading("结果"),
    Heading("类别"),
    Heading("原因", "whole"),
    Heading("所在页面", "whole"),
)


def links_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when no target was found."""
    figures = figures_of(judgements, CHECK_ID)
    if not figures:
        return None
    targets = sorted(entries(figures.get("targets")), key=_worst_first)
    untold = entries(figures.get("unverified"))
    grids = [
        Grid.of("有问题的目标（同一原因的排在一起）", _HEADINGS, [_target(entry) for entry in targets]),
        Grid.of(
            "无法判定的地址",
            (Heading("地址", "whole"), Heading("原因", "whole"), Heading("所在页面", "whole")),
            [_untold(entry) for entry in untold],
        ),
    ]
    note = "“无法判定”和“未核验”的地址既不算正常，也不算断链：对方拒绝程序访问、要求验证或限制频率，不等于链接失效。"
    return sheet(CHECK_ID, "链接、图片和附件核验情况", list(_facts(figures)), grids, note if untold else "")


def _facts(figures: Mapping[str, Any]) -> Iterator[Fact]:
    pages, left = count_of(figures.get("pages")), count_of(figures.get("pages_left_out"))
    if pages is not None:
        yield Fact("查看的页面", f"首页和栏目页共 {pages} 页" + (f"，另有 {left} 页超出上限没有查看" if left else ""))
    counts = "，".join(f"{name} {count_of(figures.get(key))} 个" for key, name in _COUNTED if count_of(figures.get(key)))
    yield Fact("核验结果", f"核验 {count_of(figures.get('checked')) or 0} 个" + (f"：{counts}" if counts else ""))
    reasons = {line(str(reason)): count_of(count) or 0 for reason, count in within(figures, "unverifiable").items()}
    told = [
        f"{UNVERIFIED.get(reason, reason)} {count} 个" for reason, count in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    if untold := sum(reasons.values()):
        yield Fact("无法判定", f"{untold} 个（{'，'.join(told)}）")
    if out := count_of(figures.get("left_out")):
        yield Fact("未核验", f"{out} 个，超出本次核验的数量或时间上限")


def _worst_first(entry: Mapping[str, Any]) -> tuple[int, str, int, str]:
    grades = list(_GRADES)
    grade = text_of(entry.get("outcome"))
    rank = grades.index(grade) if grade in grades else len(grades)
    return (rank, text_of(entry.get("reason")), -(count_of(entry.get("page_count")) or 0), text_of(entry.get("url")))


def _target(entry: Mapping[str, Any]) -> list[Cell]:
    grade, kind, url = text_of(entry.get("outcome")), text_of(entry.get("kind")), text_of(entry.get("url"))
    word, style = _GRADES.get(grade, (grade, "caution"))
    tries, pages = texts(entry.get("tries")), texts(entry.get("pages"))
    count = count_of(entry.get("page_count")) or len(pages)
    place = {"inside": "本站", "outside": "外站"}.get(text_of(entry.get("where")), "")
    why = text_of(entry.get("why")) or text_of(entry.get("reason"))
    return [
        Cell(text_of(entry.get("text")), address=_unlinked(url) if grade == "danger" else Address.of(url)),
        Cell(word, style),
        Cell({str(key): name for key, name in KINDS.items()}.get(kind, kind) + (f"，{place}" if place else "")),
        Cell(why + (f"（{'，'.join(text_of(one) for one in tries)}）" if tries else "")),
        Cell(f"共 {count} 页，如" if count > 1 else "", address=Address.of(pages[0]) if pages else None),
    ]


def _unlinked(url: str) -> Address:
    """An address no reader should open by a slip of the hand."""
    return Address(url, "")


def _untold(entry: Mapping[str, Any]) -> list[Cell]:
    status, page = count_of(entry.get("status")), text_of(entry.get("page"))
    why = text_of(entry.get("why")) or text_of(entry.get("reason"))
    return [
        Cell("", address=Address.of(text_of(entry.get("url")))),
        Cell(why + (f"（HTTP {status}）" if status else "")),
        Cell("", address=Address.of(page) if page else None),
    ]
