"""What people judge and bring (人工评分与单位数据): rows of the indicators that no machine can judge, and figures of units, per quarter.

Both are logs that only grow: the last entry about a row of a site (or a figure of a unit) in a quarter holds; an entry without a value takes it back.
Written by `reports.manual_reading` from the workbook that `reports.manual_sheet` makes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlite_utils import Database

from crawler.oversight import Room, migrate, writing
from reports.manual_terms import TERMS, Term
from reports.quarters import Quarter
from reports.scorecard import ManualJudgement

__all__ = ["TERMS", "FigureEntry", "Manual", "RowEntry", "Term", "UnitFigure"]

ROOM = Room(
    "manual",
    (
        """
        CREATE TABLE manual_rows (
            id INTEGER PRIMARY KEY, quarter TEXT NOT NULL, site TEXT NOT NULL, row TEXT NOT NULL, points REAL, note TEXT NOT NULL,
            person TEXT NOT NULL, day TEXT NOT NULL, catalogue TEXT NOT NULL
        );
        CREATE INDEX manual_rows_of ON manual_rows (quarter, site);
        CREATE TABLE manual_figures (
            id INTEGER PRIMARY KEY, quarter TEXT NOT NULL, unit TEXT NOT NULL, term TEXT NOT NULL, value REAL, note TEXT NOT NULL,
            person TEXT NOT NULL, day TEXT NOT NULL
        );
        CREATE INDEX manual_figures_of ON manual_figures (quarter, unit)
        """,
    ),
)


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """One figure that people brought for a unit. ``term``: id of a `Term`; ``by``: who; ``day``: when it was imported."""

    unit: str
    term: str
    value: float
    note: str
    by: str
    day: date


@dataclass(frozen=True, slots=True)
class RowEntry:
    """One line of the log of judgements; ``points`` None: taken back."""

    site: str
    row: str
    points: float | None
    note: str
    by: str


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """One line of the log of figures; ``value`` None: taken back."""

    unit: str
    term: str
    value: float | None
    note: str
    by: str


class Manual:
    """The judgements and figures that people gave. Opening it brings its tables up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, ROOM)

    def of(
        self, site_keys: Collection[str] | None, first: date, last: date, *, taken_by: date | None = None
    ) -> dict[str, tuple[ManualJudgement, ...]]:
        """Site key → what people judged of it in the quarters that ``first`` to ``last`` touch; the last word on each row.

        ``site_keys`` None: every site. ``taken_by``: only what was imported up to that day (a draft that was made then says the same again).
        """
        log: dict[tuple[Quarter, str, str], ManualJudgement | None] = {}
        for row in self._log("manual_rows", "site,row,points,note,person,day", first, last, taken_by):
            site, name, points, note, by, day = row[1:]
            if site_keys is None or site in site_keys:
                given = None if points is None else ManualJudgement(site, name, float(points), note, by, date.fromisoformat(day))
                log[row[0], site, name] = given
        held = {(site, name): each for (_, site, name), each in sorted(log.items(), key=lambda pair: pair[0]) if each is not None}
        found: dict[str, tuple[ManualJudgement, ...]] = {}
        for (site, _), kept in sorted(held.items(), key=lambda pair: pair[0]):
            found[site] = (*found.get(site, ()), kept)
        return found

    def unit_figures(self, first: date, last: date, *, taken_by: date | None = None) -> dict[str, dict[str, UnitFigure]]:
        """Unit → term → the last figure in the quarters that ``first`` to ``last`` touch."""
        found: dict[str, dict[str, UnitFigure]] = {}
        for figures in self.figures_by_quarter(first, last, taken_by=taken_by).values():
            for unit, terms in figures.items():
                found[unit] = found.get(unit, {}) | terms
        return found

    def figures_by_quarter(
        self, first: date, last: date, *, taken_by: date | None = None
    ) -> dict[Quarter, dict[str, dict[str, UnitFigure]]]:
        """Quarter → unit → term → figure, oldest quarter first: for figures that a year adds up."""
        held: dict[tuple[Quarter, str, str], UnitFigure | None] = {}
        for row in self._log("manual_figures", "unit,term,value,note,person,day", first, last, taken_by):
            unit, term, value, note, by, day = row[1:]
            kept = None if value is None else UnitFigure(unit, term, float(value), note, by, date.fromisoformat(day))
            held[row[0], unit, term] = kept
        found: dict[Quarter, dict[str, dict[str, UnitFigure]]] = {}
        for (quarter, unit, term), figure in sorted(held.items(), key=lambda pair: pair[0]):
            if figure is not None:
                found.setdefault(quarter, {}).setdefault(unit, {})[term] = figure
        return found

    def take(self, quarter: Quarter, rows: Sequence[RowEntry], figures: Sequence[FigureEntry], day: date, catalogue: str) -> int:
        """Write entries for a quarter, all or none; how many say something new. ``catalogue``: the table they were judged by, with its version."""
        with writing(self._database):
            known = {(each.site, each.row): each for each in self._told(quarter)}
            fresh = [each for each in rows if not _same(each, known.get((each.site, each.row)))]
            figured = self.figures_by_quarter(quarter.first, quarter.last).get(quarter, {})
            brought = [each for each in figures if not _same_figure(each, figured.get(each.unit, {}).get(each.term))]
            self._database.conn.executemany(
                "INSERT INTO manual_rows (quarter,site,row,points,note,person,day,catalogue) VALUES (?,?,?,?,?,?,?,?)",
                [(str(quarter), e.site, e.row, e.points, e.note, e.by, day.isoformat(), catalogue) for e in fresh],
            )
            self._database.conn.executemany(
                "INSERT INTO manual_figures (quarter,unit,term,value,note,person,day) VALUES (?,?,?,?,?,?,?)",
                [(str(quarter), e.unit, e.term, e.value, e.note, e.by, day.isoformat()) for e in brought],
            )
        return len(fresh) + len(brought)

    def _told(self, quarter: Quarter) -> Iterator[ManualJudgement]:
        for judgements in self.of(None, quarter.first, quarter.last).values():
            yield from judgements

    def _log(self, table: str, columns: str, first: date, last: date, taken_by: date | None) -> list[tuple[Any, ...]]:
        rows = self._database.conn.execute(
            f"SELECT quarter,{columns} FROM {table} WHERE quarter>=? AND quarter<=? AND day<=? ORDER BY quarter,id",
            (str(Quarter.of(first)), str(Quarter.of(last)), (taken_by or date.max).isoformat()),
        )
        return [(Quarter.parse(row[0]), *row[1:]) for row in rows.fetchall()]


def _same(entry: RowEntry, held: ManualJudgement | None) -> bool:
    if held is None:
        return entry.points is None
    return (entry.points, entry.note, entry.by) == (held.points, held.note, held.by)


def _same_figure(entry: FigureEntry, held: UnitFigure | None) -> bool:
    if held is None:
        return entry.value is None
    return (entry.value, entry.note, entry.by) == (held.value, held.note, held.by)
