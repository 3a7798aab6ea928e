"""Accuracy on real pages: ``python -m tests.accuracy [--pages DIR] [--json FILE]``.

Reads ``DIR/index.tsv`` and prints per check: cases, right, false accusations, misses, each by id. What is what:

* A *case* is a row whose label tells the truth of that check (``unclear`` entries are none; a page whose only day is the signature
  at its foot is none).
* *right*: the reading equals the label. *missed*: no reading (None, not assessed) where the label has one. *false*: a reading
  that contradicts the label: a wrong day; "no entry" where there is one; an empty column that is none. Rows without a
  label are counted apart as ``unlabelled`` and never as cases: a day read there is listed, so that a person can look at it.
* ``as_of`` is one fixed late day for all pages, as in a run of today over old pages.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

from crawler.charset import decode
from crawler.dates import Dated
from crawler.document import Document
from crawler.lists import newest, really_empty
from tests.accuracy.footer import READINGS, add_readings
from tests.accuracy.hidden import add_hidden_links
from tests.accuracy.tags import add_tags

AS_OF = date(2026, 11, 24)
ARTICLE_KINDS = frozenset({"article", "disclosure", "annual-report", "weixin"})


def pages_folder() -> Path:
    """Where the labelled pages lie: ``MINGJING_REALPAGES``, else ``shared/realpages`` beside the repository."""
    named = os.environ.get("MINGJING_REALPAGES")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared" / "realpages"


@dataclass(frozen=True)
class Row:
    """One labelled page: its columns of ``index.tsv`` and its parsed document."""

    labels: Mapping[str, str]
    html: str
    document: Document

    @property
    def id(self) -> str:
        return self.labels["id"]


@dataclass
class Tally:
    """Counts of one check, and the ids behind each."""

    cases: int = 0
    right: int = 0
    false: int = 0
    missed: int = 0
    ids: dict[str, list[str]] = field(default_factory=lambda: {"false": [], "missed": [], "unlabelled": []})

    def add(self, identity: str, outcome: str) -> None:
        """Count one case as right, false or missed."""
        self.cases += 1
        setattr(self, outcome, getattr(self, outcome) + 1)
        if outcome != "right":
            self.ids[outcome].append(identity)


def load(folder: Path) -> list[Row]:
    """Every page of the index, decoded as the crawler does. Raises FileNotFoundError when the folder holds no index."""
    with (folder / "index.tsv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = []
    for labels in table:
        html = decode((folder / "pages" / f"{labels['id']}.html").read_bytes(), "").text
        url = labels["url"] or f"http://{labels['host'] or 'page.invalid'}/"
        rows.append(Row(labels, html, Document(html, url, as_of=AS_OF)))
    return rows


def compare_days(truth: str, found: date | None) -> str:
    """right, false or missed for one labelled day."""
    if found is None:
        return "missed"
    return "right" if found.isoformat() == truth[:10] else "false"


def _signature_only(labels: Mapping[str, str]) -> bool:
    return "signature" in labels["publish_date"]


def publish_dates(rows: Iterable[Row], read: Callable[[Row], date | None]) -> Tally:
    """Publish days as a reader sees them."""
    tally = Tally()
    for row in rows:
        if _signature_only(row.labels):
            continue
        if row.labels["publish_date"]:
            tally.add(row.id, compare_days(row.labels["publish_date"], read(row)))
        elif read(row) is not None:
            tally.ids["unlabelled"].append(row.id)
    return tally


def newest_of_lists(rows: Iterable[Row]) -> Tally:
    """The newest dated item of the main list."""
    tally = Tally()
    for row in rows:
        found = newest(row.document)
        if row.labels["list_latest"]:
            tally.add(row.id, compare_days(row.labels["list_latest"], found.day if found else None))
        elif found is not None and not row.labels["publish_date"]:
            tally.ids["unlabelled"].append(row.id)
    return tally


def empty_columns(rows: Iterable[Row]) -> Tally:
    """Columns that say they are empty. Every page is a case: calling one empty that is not is the accusation to avoid."""
    tally = Tally()
    for row in rows:
        truth, found = row.labels["empty_column"] == "1", really_empty(row.document)
        tally.add(row.id, "right" if truth == found else "false" if found else "missed")
    return tally


def hidden_links(rows: Iterable[Row]) -> Tally:
    """Dark links and bad words. Every page is a case, see `tests.accuracy.hidden`."""
    tally = Tally()
    add_hidden_links(rows, tally)
    return tally


def entries(rows: Iterable[Row], folder: Path) -> Tally | None:
    """找错 entries; None while the check that reads them is not there."""
    try:
        from tests.accuracy.entry import entry_verdicts
    except ImportError:
        return None
    cases = [row for row in rows if row.labels["jiucuo"] in ("yes", "no", "legacy")]
    answers = entry_verdicts([(row.labels, row.html) for row in cases], folder)
    tally = Tally()
    for row in cases:
        truth, answer = row.labels["jiucuo"], answers[row.id]
        tally.add(row.id, "right" if answer == truth else "missed" if answer == "not_assessed" else "false")
    return tally


def rival(row: Row) -> date | None:
    """htmldate on the same bytes, with the settings its manual gives for publication dates."""
    from htmldate import find_date

    found = find_date(row.html, original_date=True, url=row.labels["url"] or None, max_date=AS_OF.isoformat())
    return date.fromisoformat(found) if found else None


def ours(row: Row) -> date | None:
    """Our own publish day."""
    dated: Dated | None = row.document.published
    return dated.day if dated else None


def measure(folder: Path) -> tuple[dict[str, Tally], Tally]:
    """Every check's tally by its JSON key, and the rival's publish dates."""
    rows = load(folder)
    tallies: dict[str, Tally] = {}
    if (entry := entries(rows, folder)) is not None:
        tallies["error-report-entry"] = entry
    tallies["publish-date"] = publish_dates(rows, ours)
    tallies["list-newest"] = newest_of_lists(rows)
    tallies["empty-column"] = empty_columns(rows)
    tallies |= {key: add_readings(rows, Tally(), key) for key in READINGS}
    tallies["page-tags"] = add_tags(rows, folder, Tally())
    tallies["hidden-links"] = hidden_links(rows)
    return tallies, publish_dates(rows, rival)


def show(name: str, tally: Tally) -> str:
    """One check's figures and the ids behind them."""
    share = f"{tally.right / tally.cases:.1%}" if tally.cases else "—"
    lines = [f"{name}: cases {tally.cases}, right {tally.right} ({share}), false {tally.false}, missed {tally.missed}"]
    lines.extend(f"  {kind}: {', '.join(ids)}" for kind, ids in tally.ids.items() if ids)
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; exit 0, or 2 when there are no labelled pages at that place."""
    parser = argparse.ArgumentParser(prog="python -m tests.accuracy", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pages", type=Path, default=pages_folder(), help="folder with index.tsv and pages/")
    parser.add_argument("--json", type=Path, default=None, help="also write the figures to this file")
    options = parser.parse_args(arguments)
    if not (options.pages / "index.tsv").is_file():
        print(f"no labelled pages: {options.pages / 'index.tsv'} is not there; nothing was measured", file=sys.stderr)
        return 2
    tallies, other = measure(options.pages)
    for name, tally in tallies.items():
        print(show(name, tally))
    print(show("rival htmldate, publish-date", other))
    if options.json:
        options.json.write_text(json.dumps({name: asdict(tally) for name, tally in tallies.items()}, indent=1), encoding="utf-8")
    return 0
