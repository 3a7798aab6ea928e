"""The interaction section (互动交流情况): consult channels that work, letters read, and the published statistics as they were parsed.

Reads the figures of `interaction-channel` and `interaction-statistics`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.model import Judgement
from reports.view import Address, Fact, count_of, said, text_of

CHANNEL_CHECK, STATISTICS_CHECK = "interaction-channel", "interaction-statistics"
SHOWN_STATISTICS = 10
"""Groups of statistics printed; JSON holds all that were parsed."""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel a citizen can consult through."""

    name: str = field(metadata=said("Name of the channel"))
    address: Address = field(metadata=said("Its address"))
    works: str = field(metadata=said("Why it counts as working"))


@dataclass(frozen=True, slots=True)
class StatisticsRow:
    """One published group of figures."""

    heading: str = field(metadata=said("Heading the page gives it"))
    address: Address = field(metadata=said("The page"))
    period: str = field(metadata=said("Period the page states, or —"))
    figures: str = field(metadata=said("The figures with their labels and units"))


@dataclass(frozen=True, slots=True)
class InteractionView:
    """Everything the section prints."""

    facts: tuple[Fact, ...] = field(metadata=said("Counts of letters, newest letter"))
    channels: tuple[ChannelRow, ...] = field(metadata=said("Working channels"))
    statistics: tuple[StatisticsRow, ...] = field(metadata=said("Published statistics, latest period first"))


def interaction_view(judgements: Sequence[Judgement]) -> InteractionView | None:
    """The section, or None when neither check saw anything."""
    figures = {judgement.check: judgement.figures for judgement in judgements}
    talk, counted = figures.get(CHANNEL_CHECK, {}), figures.get(STATISTICS_CHECK, {})
    channels = tuple(
        ChannelRow(text_of(entry.get("name")), Address.of(text_of(entry.get("url"))), text_of(entry.get("works")))
        for entry in _entries(talk.get("channels"))
    )
    statistics = tuple(_statistics(entry) for entry in _entries(counted.get("statistics"))[:SHOWN_STATISTICS])
    facts = []
    if count_of(talk.get("letters")):
        facts.append(Fact("读到的留言", f"{talk['letters']} 件"))
    if talk.get("newest"):
        facts.append(Fact("最新留言", text_of(talk["newest"])))
    view = InteractionView(tuple(facts), channels, statistics)
    return view if facts or channels or statistics else None


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def _statistics(entry: Mapping[str, Any]) -> StatisticsRow:
    figures = (f"{text_of(f.get('label'))} {text_of(f.get('value'))}{text_of(f.get('unit'))}" for f in _entries(entry.get("figures")))
    return StatisticsRow(
        heading=text_of(entry.get("heading")) or "（没有标题）",
        address=Address.of(text_of(entry.get("url"))),
        period=text_of(entry.get("period")) or "—",
        figures="，".join(figures),
    )
