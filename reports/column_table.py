"""The table of columns (栏目更新情况): one row per column, those that need attention first. Reads `column-updates`' figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.model import Judgement
from reports.hostile import line
from reports.view import Address, Tally, count_of, said, text_of
from reports.words import COLUMN_CLASSES, COLUMN_VERDICTS, DATE_SOURCES, LEVELS, word

CHECK_ID = "column-updates"
_ATTENTION = ("fail", "not_assessed")


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column."""

    name: str = field(metadata=said("Name of the column"))
    address: Address = field(metadata=said("Its address"))
    class_word: str = field(metadata=said("Class of the column by the catalogue's name lists"))
    level: str = field(metadata=said("一级, 二级 …"))
    newest: str = field(metadata=said("Newest date found, or —"))
    source: str = field(metadata=said("Where that date stands"))
    window: str = field(metadata=said("How long it may go without an update"))
    verdict: str = field(metadata=said("Code of the verdict, used as a style name"))
    verdict_word: str = field(metadata=said("Chinese word of the verdict"))
    reason: str = field(metadata=said("Why, when it is not 正常"))


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """All columns, in two parts."""

    total: int = field(metadata=said("How many columns"))
    tallies: tuple[Tally, ...] = field(metadata=said("How many of each verdict, worst first"))
    attention: tuple[ColumnRow, ...] = field(metadata=said("Columns that fail or could not be assessed"))
    others: tuple[ColumnRow, ...] = field(metadata=said("All other columns"))
    others_count: int = field(metadata=said("How many columns are in `others`"))


def column_table(judgements: Sequence[Judgement]) -> ColumnTable | None:
    """The table, or None when no judgement brings columns."""
    rows = next((j.figures.get("columns") for j in judgements if j.check == CHECK_ID), None)
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        return None
    table = sorted((_row(row) for row in rows if isinstance(row, Mapping)), key=_order)
    tallies = [Tally(code, name, sum(row.verdict == code for row in table)) for code, name in COLUMN_VERDICTS.items()]
    others = tuple(row for row in table if row.verdict not in _ATTENTION)
    return ColumnTable(
        total=len(table),
        tallies=tuple(tally for tally in tallies if tally.count),
        attention=tuple(row for row in table if row.verdict in _ATTENTION),
        others=others,
        others_count=len(others),
    )


def seen_of_known(table: ColumnTable | None) -> tuple[int, int] | None:
    """``(columns seen, columns known)``; None without a table. A column that could not be assessed counts as known only."""
    if table is None:
        return None
    unseen = sum(tally.count for tally in table.tallies if tally.key == "not_assessed")
    return table.total - unseen, table.total


def _row(row: Mapping[str, Any]) -> ColumnRow:
    url = text_of(row.get("url"))
    level = count_of(row.get("level"))
    verdict = text_of(row.get("verdict"))
    return ColumnRow(
        name=text_of(row.get("name")) or url,
        address=Address.of(url),
        class_word=word(COLUMN_CLASSES, text_of(row.get("class_name"))) or "—",
        level="—" if level is None else LEVELS.get(level, f"{level} 级"),
        newest=text_of(row.get("newest")) or "—",
        source=word(DATE_SOURCES, text_of(row.get("source"))),
        window=_window(row.get("window")),
        verdict=verdict,
        verdict_word=word(COLUMN_VERDICTS, verdict),
        reason=line(text_of(row.get("reason"))),
    )


def _window(value: object) -> str:
    days = count_of(value)
    return f"{days} 天" if days is not None else text_of(value) or "—"


def _order(row: ColumnRow) -> tuple[int, str, str]:
    known = list(COLUMN_VERDICTS)
    return (known.index(row.verdict) if row.verdict in known else len(known), row.level, row.address.url)
