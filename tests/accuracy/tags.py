"""Page tags of the saved pages, read a second time with another parser (libxml2) from the bytes.

No row is labelled for them: the truth is the markup itself. A page is a case when either reading finds one of the ten required tags, and right
when both agree on every name and content.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from parsel import Selector

from checks.page_tags_markup import GROUPS, LENGTH, names, observe

if TYPE_CHECKING:
    from tests.accuracy.accuracy import Row, Tally

REQUIRED = frozenset(name.lower() for group in GROUPS for name in names(group))


def second_reading(body: bytes) -> dict[str, str]:
    """The required tags as libxml2 reads them, the charset told by a byte order mark, else UTF-8; of several with one name the first that is not
    empty."""
    wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    found: dict[str, str] = {}
    for tag in Selector(body.decode("utf-16" if wide else "utf-8", "replace")).xpath("//meta[@name]"):
        name = tag.attrib["name"].strip().lower()
        if name in REQUIRED and not found.get(name):
            found[name] = tag.attrib.get("content", "").strip()[:LENGTH]
    return found


def add_tags(rows: Iterable[Row], folder: Path, tally: Tally) -> Tally:
    """Compare both readings of every page that carries a required tag."""
    for row in rows:
        truth = second_reading((folder / "pages" / f"{row.id}.html").read_bytes())
        seen = observe(row.document)
        found = dict(seen.values) if seen is not None else {}
        if truth or found:
            tally.add(row.id, "right" if found == truth else "missed" if found.items() <= truth.items() else "false")
    return tally
