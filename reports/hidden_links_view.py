"""What `hidden-links` looked at: pages, and whether the home page shows search engines' visitors something else. Nothing here can be clicked."""

from __future__ import annotations

from collections.abc import Sequence

from checks.model import Judgement
from reports.sheet import Sheet, figures_of, sheet

CHECK_ID = "hidden-links"


def hidden_links_sheet(judgements: Sequence[Judgement]) -> Sheet | None:
    """The sheet, or None when nothing was looked at."""
    figures = figures_of(judgements, CHECK_ID)
    return sheet(CHECK_ID, "暗链检查情况", [], []) if figures else None
