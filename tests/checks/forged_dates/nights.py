"""Nights of one small portal: each night's pages are judged with what the nights before left in memory, as the run does it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path

from checks.forged_dates import CHECK
from checks.memory import Memory
from checks.model import Judgement
from crawler.oversight import connect, writing
from tests.checks.build import Built
from tests.checks.markup import frame, listing

FIRST = date(2026, 6, 1)
SITE = "www.lantian.gov.cn"

Rows = Mapping[str, tuple[str, str]]
"""File name → title and date as shown."""


def column(folder: str, rows: Rows, *, heading: str = "") -> str:
    """A column page that lists ``rows``; a name that begins with a slash is an address of its own."""
    entries = [(name if name.startswith("/") else f"{folder}{name}", title, day) for name, (title, day) in rows.items()]
    return frame(listing(entries, heading=heading))


class Nights:
    """One site over several nights, with a real central database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.memory = Memory(connect(folder / "oversight.db"))

    def rows(self) -> int:
        """How many memories the database holds."""
        return int(self.memory.database.conn.execute("SELECT count(*) FROM memory_spans").fetchone()[0])

    def night(self, number: int, pages: Mapping[str, str], *, articles: Iterable[tuple[str, str]] = ()) -> Judgement:
        """Judge night ``number`` (days after `FIRST`): ``pages``: path → HTML of home and columns; ``articles``: path, HTML."""
        as_of = FIRST + timedelta(days=number)
        site = Built(self.folder / f"{number}-{len(list(self.folder.iterdir()))}", as_of=as_of)
        for path, html in {"/": frame("<p>欢迎访问</p>"), **pages}.items():
            site.page(path, html, rendered=True)
        for path, html in articles:
            site.page(path, html, depth=2)
        history = self.memory.history(SITE, as_of)
        site.writer.put_meta("options", {"history": sorted(history)})
        for check_id, facts in history.items():
            for key, day, value in facts:
                site.writer.put_history(check_id, key, day, value)
        judgement = CHECK.judge(site.evidence(), as_of)
        with writing(self.memory.database):
            self.memory.remember(SITE, as_of, [judgement])
        return judgement
