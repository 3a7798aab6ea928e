"""Faults by place: which part of the site (row) has which fault (column) on how many pages. Drawn from findings, not from figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checks.model import Finding
from reports.hostile import line
from reports.sheet import Cell, Grid, Heading
from reports.words import SUBJECTS, word


def matrix(caption: str, columns: Mapping[str, str], findings: Sequence[Finding]) -> Grid | None:
    """Pages per section and code. ``columns``: code → Chinese head, in order; findings of other codes are left out; None without any.

    Columns in which nothing stands are left out too; sections with the most pages come first, home and the whole site before them.
    """
    cells: dict[str, dict[str, int]] = {}
    for found in findings:
        if found.code in columns:
            row = cells.setdefault(found.subject, {})
            row[found.code] = row.get(found.code, 0) + len(found.evidence.pages)
    used = [code for code in columns if any(code in row for row in cells.values())]
    headings = [Heading("位置", "whole"), *(Heading(columns[code], "number") for code in used)]
    rows = []
    for subject in sorted(cells, key=lambda subject: (*_first(subject), -sum(cells[subject].values()), subject)):
        counts = [cells[subject].get(code, 0) for code in used]
        rows.append([Cell(word(SUBJECTS, line(subject))), *(Cell(f"{count} 页" if count else "") for count in counts)])
    return Grid.of(caption, headings, rows)


def _first(subject: str) -> tuple[int]:
    return ({"home": 0, "site": 1}.get(subject, 2),)
