"""What `site-identity` reads of a saved page: the site's code, its ICP and 公安 numbers, its owner.

* site-code: every code the page states, at its foot, in SiteIDCode and in its 找错 entry, against the label's codes.
* icp, police: every number, as it stands there, without blanks.
* owner: only pages whose organisation names are their own (``clone`` = 0) and whose label is no copyright line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from checks.entry_markup import observe_entry
from checks.site_code import CODE, observe
from crawler.document import Document

if TYPE_CHECKING:
    from tests.accuracy.accuracy import Row, Tally


def site_codes(document: Document) -> set[str]:
    """Every code the page states as its site's."""
    stated, entry = observe(document), observe_entry(document)
    codes = {*(stated.footer + stated.meta if stated else ()), *(entry.site_codes if entry else ())}
    return {code.lower() for code in codes if CODE.fullmatch(code)}


READINGS: dict[str, tuple[str, Callable[[Document], Collection[str]]]] = {
    "site-code": ("site_code", site_codes),
    "icp": ("icp", lambda document: document.identity.icp),
    "police": ("police", lambda document: document.identity.police),
    "owner": ("owner", lambda document: {document.identity.owner} - {""}),
}
"""JSON key → column of the index, and the reading."""


def labelled(key: str, labels: Mapping[str, str]) -> frozenset[str]:
    """The label's values; empty where the row is no case."""
    value = labels[READINGS[key][0]]
    if key == "owner" and (labels["clone"] != "0" or value.startswith("©")):
        return frozenset()
    return frozenset(part.strip().lower() if key == "site-code" else part.strip() for part in value.split("|") if part.strip())


def add_readings(rows: Iterable[Row], tally: Tally, key: str) -> Tally:
    """Fill ``tally`` with one reading of all rows: a value that the label lacks is false, a label's value that was not read is missed."""
    read = READINGS[key][1]
    for row in rows:
        truth, found = labelled(key, row.labels), set(read(row.document))
        if truth:
            tally.add(row.id, "right" if found == truth else "false" if found - truth else "missed")
        elif found and not row.labels[READINGS[key][0]]:
            tally.ids["unlabelled"].append(row.id)
    return tally
