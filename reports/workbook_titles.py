"""Names of a workbook's tabs (工作表标签): what spreadsheet programs refuse is taken out, no two are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.hostile import line

LONGEST = 31
_REFUSED = re.compile(r"[\[\]:*?/\\]+")


def tab_titles(wanted: Sequence[str], taken: Sequence[str] = ()) -> list[str]:
    """One title for each, in order: 31 characters at most, without ``[ ] : * ? / \\``, no apostrophe at its ends, unlike all others but for case."""
    met = {title.casefold() for title in taken} | {"history"}  # Excel keeps this one for itself
    titles: list[str] = []
    for text in wanted:
        base = _REFUSED.sub(" ", line(text)).strip(" '")[:LONGEST].strip(" '") or "工作表"
        title, number = base, 1
        while title.casefold() in met:
            number += 1
            title = f"{base[: LONGEST - len(str(number)) - 2]}({number})"
        met.add(title.casefold())
        titles.append(title)
    return titles
