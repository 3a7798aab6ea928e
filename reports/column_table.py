"""The table of columns (栏目更新情况): one row per column, those that need attention first. Reads `column-updates`' figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from checks.model import Judgement
from crawler.site import Site
from reports.hostile import line
from reports.view import Address, Tally, count_of, said, text_of
from reports.words import LEVELS

CHECK_ID = "column-updates"
_STYLES = {"ok": "pass", "overdue": "fail", "undated": "fail", "blank": "fail"}
"""Style of an answer about one column; answers not named here are styles themselves (not_assessed, not_applicable)."""
_ORDER = ("fail", "caution", "not_assessed", "pass", "not_applicable")
_ATTENTION = ("fail", "caution", "not_assessed")
SHOWN_COLUMNS = 20
"""Columns that stand open at most; the others are folded."""
PRINTED_COLUMNS = 40
"""Columns that paper shows."""


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column."""

    name: str = field(metadata=said("Name of the column"))
    address: Address = field(metadata=said("Its address"))
    place: str = field(metadata=said("The address as it is printed: without the site's own host"))
    class_word: str = field(metadata=said("Class of the column by the catalogue's name lists"))
    level: str = field(metadata=said("一级, 二级 …; empty when unknown"))
    newest: str = field(metadata=said("Newest date found, or —"))
    source: str = field(metadata=said("Where that date stands; empty without a date"))
    window: str = field(metadata=said("How long it may go without an update"))
    style: str = field(metadata=said("fail, caution, not_assessed, pass or not_applicable: the style name"))
    verdict_word: str = field(metadata=said("Chinese word of the answer"))
    reason: str = field(metadata=said("What the answer rests on"))
    paper: str = field(default="line", metadata=said("line, or none where paper leaves it out: a style name"))


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """All columns, in two parts."""

    total: int = field(metadata=said("How many columns"))
    tallies: tuple[Tally, ...] = field(metadata=said("How many of each answer, worst first"))
    attention: tuple[ColumnRow, ...] = field(
        metadata=said("Columns with a finding and those that could not be assessed, the first of them")
    )
    others: tuple[ColumnRow, ...] = field(metadata=said("All other columns"))
    unprinted: int = field(metadata=said("How many columns paper leaves out"))
    others_count: int = field(metadata=said("How many columns are in `others`"))
    unassessed: int = field(metadata=said("How many columns could not be assessed", html=False))


def column_table(judgements: Sequence[Judgement], site: Site) -> ColumnTable | None:
    """The table of ``site``'s columns, or None when no judgement brings any."""
    rows = next((j.figures.get("columns") for j in judgements if j.check == CHECK_ID), None)
    if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
        return None
    ordered = sorted((_row(row, site) for row in rows if isinstance(row, Mapping)), key=_place)
    table = [*ordered[:PRINTED_COLUMNS], *(replace(row, paper="none") for row in ordered[PRINTED_COLUMNS:])]
    attention = tuple(row for row in table[:SHOWN_COLUMNS] if row.style in _ATTENTION)
    others = tuple(table[len(attention) :])
    counts = Counter((row.style, row.verdict_word) for row in table)  # in the order of the table
    return ColumnTable(
        total=len(table),
        tallies=tuple(Tally(style, words, count) for (style, words), count in counts.items()),
        attention=attention,
        others=others,
        unprinted=len(ordered[PRINTED_COLUMNS:]),
        others_count=len(others),
        unassessed=sum(row.style == "not_assessed" for row in table),
    )


def seen_of_known(table: ColumnTable | None) -> tuple[int, int] | None:
    """``(columns seen, columns known)``; None without a table. A column that could not be assessed counts as known only."""
    return None if table is None else (table.total - table.unassessed, table.total)


def _row(row: Mapping[str, Any], site: Site) -> ColumnRow:
    url = text_of(row.get("url"))
    level = count_of(row.get("level"))
    answer = text_of(row.get("verdict"))
    return ColumnRow(
        name=text_of(row.get("name")) or url,
        address=Address.of(url),
        place=_printed(url, site),
        class_word=text_of(row.get("class_name")) or "—",
        level="" if level is None else LEVELS.get(level, f"{level} 级"),
        newest=text_of(row.get("newest")) or "—",
        source=text_of(row.get("date_source")),
        window=text_of(row.get("window")) or "—",
        style="caution" if row.get("severity") == "caution" else _STYLES.get(answer, answer),
        verdict_word=text_of(row.get("verdict_name")) or answer,
        reason=text_of(row.get("reason")) or "—",
    )


def _printed(url: str, site: Site) -> str:
    if not site.owns(url):
        return line(url)
    parts = urlsplit(url)
    return line(urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment)))


def _place(row: ColumnRow) -> tuple[int, str, str, str]:
    rank = _ORDER.index(row.style) if row.style in _ORDER else len(_ORDER)
    return (rank, row.verdict_word, row.level, row.address.url)
