"""What an erratum (更正) changed: figures before and after, and the sites whose result is another one now."""

from __future__ import annotations

from collections.abc import Iterator

from reports.hostile import line
from reports.inspection_model import Inspection, SiteLine
from reports.published import shown
from reports.sentences import percent_of
from reports.words import RESULTS


def changes(reason: str, before: Inspection, now: Inspection) -> tuple[str, ...]:
    """Chinese sentences: the reason, each figure that changed, each site, how many findings came or went."""
    told = [*_figures(before, now), *_sites(before, now), *_findings(before, now)]
    return (f"更正理由：{line(reason).rstrip('。')}。", *(told or ["各项数字和网站结论没有变化。"]))


def _figures(before: Inspection, now: Inspection) -> Iterator[str]:
    rows = (
        ("监测时间点", str(before.cutoff), str(now.cutoff)),
        ("回复期限", str(before.deadline), str(now.deadline)),
        ("指标目录", before.catalogue, now.catalogue),
        ("在运行网站", _count(before.total.operating), _count(now.total.operating)),
        ("检查网站", _count(before.total.checked), _count(now.total.checked)),
        ("合格网站", _count(before.total.passed), _count(now.total.passed)),
        ("不合格网站", _count(before.total.failed), _count(now.total.failed)),
        ("未能评估网站", _count(before.total.unassessed), _count(now.total.unassessed)),
        ("合格率", percent_of(before.total.pass_rate), percent_of(now.total.pass_rate)),
        ("计入的问题", _count(before.findings), _count(now.findings)),
        ("整改率", percent_of(before.repair.rate), percent_of(now.repair.rate)),
    )
    yield from (f"{name}由{old}更正为{new}。" for name, old, new in rows if old != new)


def _count(value: int) -> str:
    return f"{value}个"


def _sites(before: Inspection, now: Inspection) -> Iterator[str]:
    then = {site.key: site for site in before.sites}
    here = {site.key: site for site in now.sites}
    for key in sorted(then | here):
        old, new = then.get(key), here.get(key)
        if old is None or new is None:
            yield f"{shown(_either(old, new))}{'不再列入检查' if new is None else f'列入检查，结论为{RESULTS[new.state]}'}。"
        elif old.state != new.state:
            yield f"{shown(new)}由{RESULTS[old.state]}更正为{RESULTS[new.state]}。"
        elif old.card is not None and new.card is not None and old.card.certain != new.card.certain:
            yield f"{shown(new)}得分由{_points(old.card.certain)}更正为{_points(new.card.certain)}。"


def _either(old: SiteLine | None, new: SiteLine | None) -> SiteLine:
    found = new or old
    if found is None:
        raise ValueError("neither")
    return found


def _points(value: float | None) -> str:
    return "不评分" if value is None else f"{value:g}分"


def _findings(before: Inspection, now: Inspection) -> Iterator[str]:
    then = {each.id for site in before.sites for each in site.problems}
    here = {each.id for site in now.sites for each in site.problems}
    if gone := then - here:
        yield f"不再计入的问题{len(gone)}个：{'、'.join(sorted(gone)[:10])}{'等' if len(gone) > 10 else ''}。"
    if come := here - then:
        yield f"新计入的问题{len(come)}个：{'、'.join(sorted(come)[:10])}{'等' if len(come) > 10 else ''}。"
