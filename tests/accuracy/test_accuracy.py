"""The accuracy we promise on the labelled real pages; skipped, and said so, only where the folder is absent."""

from __future__ import annotations

import pytest

from tests.accuracy.accuracy import (
    Tally,
    empty_columns,
    entries,
    hidden_links,
    load,
    newest_of_lists,
    ours,
    pages_folder,
    publish_dates,
    rival,
)

FOLDER = pages_folder()
pytestmark = pytest.mark.skipif(not (FOLDER / "index.tsv").is_file(), reason=f"no labelled pages at {FOLDER}")


def share(tally: Tally) -> float:
    return tally.right / tally.cases


def test_publish_dates_are_exact_and_ahead_of_the_rival() -> None:
    rows = load(FOLDER)
    mine, other = publish_dates(rows, ours), publish_dates(rows, rival)
    assert share(mine) >= 0.95, mine.ids
    assert mine.right > other.right


def test_the_newest_of_a_list_is_found() -> None:
    tally = newest_of_lists(load(FOLDER))
    assert share(tally) >= 0.95, tally.ids


def test_no_column_is_called_empty_falsely() -> None:
    tally = empty_columns(load(FOLDER))
    assert tally.false == 0, tally.ids


def test_entries_are_right_and_nobody_is_accused_falsely() -> None:
    tally = entries(load(FOLDER), FOLDER)
    assert tally is not None
    assert share(tally) >= 0.98, tally.ids
    assert tally.false == 0, tally.ids


def test_nobody_is_accused_of_dark_links_falsely_and_named_ones_are_found() -> None:
    tally = hidden_links(load(FOLDER))
    assert tally.cases >= 125
    assert tally.false == 0, tally.ids
    assert tally.missed == 0, tally.ids
