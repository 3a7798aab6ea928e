"""Published assessments (已发布的年度考核) in the central database: figures that later nights, imports and catalogues don't change.

The next year's bulletin is compared with them. An erratum is a new version; the last one is compared with.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlite_utils import Database

from crawler.oversight import Room, migrate, writing
from reports.assessment import PastMarks
from reports.assessment_model import Assessment

ROOM = Room(
    "assessments",
    (
        """
        CREATE TABLE assessments (
            year INTEGER NOT NULL, version INTEGER NOT NULL, day TEXT NOT NULL, digest TEXT NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (year, version)
        )
        """,
    ),
)


class Assessments:
    """The published assessments. Opening it brings its table up to date."""

    def __init__(self, database: Database) -> None:
        self._database = database
        migrate(database, ROOM)

    def version(self, year: int) -> int:
        """The last version published of a year, 0 for none."""
        row = self._database.conn.execute("SELECT max(version) FROM assessments WHERE year=?", (year,)).fetchone()
        return int(row[0] or 0)

    def content(self, year: int) -> Mapping[str, Any] | None:
        """The last version published of a year as plain data, None for none."""
        row = self._database.conn.execute("SELECT content FROM assessments WHERE year=? ORDER BY version DESC LIMIT 1", (year,)).fetchone()
        return None if row is None else json.loads(row[0])

    def marks(self, year: int) -> PastMarks | None:
        """What the next year is compared with, None where that year was never published."""
        content = self.content(year)
        return None if content is None else _marks(content)

    def next_version(self, assessment: Assessment) -> tuple[int, bool]:
        """The version that publishing this would be, and whether it is new: the same figures again are the version that there is."""
        last = self.version(assessment.year)
        row = self._database.conn.execute("SELECT digest FROM assessments WHERE year=? AND version=?", (assessment.year, last)).fetchone()
        return (last, False) if row is not None and row[0] == _digest(_text(assessment)) else (last + 1, True)

    def publish(self, assessment: Assessment, day: date) -> None:
        """Keep it as `Assessment.version`; nothing is written where that version is there already."""
        text = _text(assessment)
        with writing(self._database):
            self._database.conn.execute(
                "INSERT OR IGNORE INTO assessments (year,version,day,digest,content) VALUES (?,?,?,?,?)",
                (assessment.year, assessment.version, day.isoformat(), _digest(text), text),
            )


def _text(assessment: Assessment) -> str:
    """The figures as text; which version they are is no part of them."""
    return json.dumps(_plain(asdict(replace(assessment, version=0))), ensure_ascii=False, sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _marks(content: Mapping[str, Any]) -> PastMarks:
    marks = {
        (each["registered"], each["item"]): (int(each["part"]), int(each["whole"]))
        for group in content["groups"]
        for each in group["marks"]
    }
    excellent = {}
    for group in content["groups"]:
        grades = Counter(unit["grade"] for unit in group["units"])
        excellent[group["name"]] = (grades["excellent"], len(group["units"]))
    return PastMarks(marks, excellent)
