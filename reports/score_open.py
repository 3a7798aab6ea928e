"""What is open in a score, in words (待定内容): what the program could not see, what awaits confirmation, what only people can judge."""

from __future__ import annotations

from collections.abc import Sequence

from checks.catalogue.indicators import Catalogue, Part
from reports.hostile import line
from reports.scorecard import Scorecard, Stake
from reports.view import Fact
from reports.what_if import number

KINDS = {"not-assessed": "未能评估", "candidate": "待人工确认", "person": "待人工评分"}
"""The words for the kinds of a `Stake`, in the order in which they are told."""
_PARTS: tuple[tuple[Part, str], ...] = (("veto", "单项否决"), ("deduction", "扣分指标"), ("bonus", "加分指标"))
_NAMED = 8


def open_facts(card: Scorecard, catalogue: Catalogue) -> tuple[Fact, ...]:
    """One line for each kind of open thing: which items, and how many points hang on them at most."""
    facts = []
    for kind, title in KINDS.items():
        stakes = [each for each in card.at_stake if each.kind == kind]
        if stakes:
            facts.append(
                Fact(
                    title,
                    "；".join(_part(card, catalogue, stakes, part, name) for part, name in _PARTS if _of(catalogue, stakes, part)) + "。",
                )
            )
    return tuple(facts)


def _of(catalogue: Catalogue, stakes: Sequence[Stake], part: Part) -> list[Stake]:
    return [each for each in stakes if catalogue.row(each.row)[0].part == part]


def _part(card: Scorecard, catalogue: Catalogue, stakes: Sequence[Stake], part: Part, name: str) -> str:
    """``扣分指标 3 项（动态要闻、其他栏目、IPv6改造），最多影响 10 分``."""
    of_part = _of(catalogue, stakes, part)
    names = list(dict.fromkeys(line(each.name) for each in of_part))
    shown = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    most = f"，最多影响 {number(_most(card, catalogue, of_part))} 分" if part != "veto" else ""
    return f"{name} {len(names)} 项（{shown}）{most}"


def _most(card: Scorecard, catalogue: Catalogue, stakes: Sequence[Stake]) -> float:
    """The points that hang on these stakes; no item counts beyond what is open in it."""
    room = {item.item: item.open for item in (*card.items, *card.bonus)}
    sums: dict[str, float] = {}
    for each in stakes:
        item = catalogue.row(each.row)[0].id
        sums[item] = sums.get(item, 0.0) + each.points
    return round(sum(min(points, room.get(item, 0.0)) for item, points in sums.items()), 2)
