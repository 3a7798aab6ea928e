"""网站标识码: which code is this site's own. Footer text, the SiteIDCode meta tag and the 找错 entry are compared with each other.

A code that two kinds of places agree on is *agreed*; one that stands in a single kind of place is only *taken*, and the report
says so. A code given by the user or the registry is never overruled. Form: ten digits, or ``bm`` and eight digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from checks.entry_markup import ENTRY
from crawler.document import Document
from crawler.evidence import Evidence, Observer

CODE = re.compile(r"(?:bm\d{8}|\d{10})", re.IGNORECASE)
PLACES = {"footer": "页面底部", "meta": "网页元数据 SiteIDCode", "entry": "找错入口"}
"""The kinds of places in order of trust, and their names for a reader."""


@dataclass(frozen=True, slots=True)
class SiteCodes:
    """The codes a page shows as its site's: in visible text beside 标识码, and in the meta tag. Each in reading order, once."""

    footer: tuple[str, ...]
    meta: tuple[str, ...]


def observe(document: Document) -> SiteCodes | None:
    """The page's own statements of its site code; None when it makes none."""
    shown = document.identity.site_codes
    tag = document.meta.get("siteidcode", "").strip().lower()
    stated = (tag,) if CODE.fullmatch(tag) else ()
    return SiteCodes(shown, stated) if shown or stated else None


SITE_CODES = Observer("site-codes", SiteCodes, observe)
"""Seen on every page; part of what `checks.error_report_entry` needs."""


def identify(evidence: Evidence) -> tuple[str, dict[str, Any]]:
    """The site's code ("" when none is known) and how it was found, as plain data for the report.

    The data: ``code``, ``given`` (by user or registry), ``agreed`` (two kinds of places say it), ``source`` (places that say it),
    ``found`` {place: {code: pages}}, ``note``: one Chinese sentence.
    """
    found = _count(evidence)
    if evidence.site.code:
        given = evidence.site.code
        sources = [place for place, codes in found.items() if given in codes]
        others = sorted({code for codes in found.values() for code in codes} - {given})
        note = f"标识码 {given} 由使用者给定" + (f"；页面上另有 {'、'.join(others)}" if others else "") + "。"
        return given, _identity(given, True, True, sources, found, note)
    votes = {place: codes.most_common(1)[0][0] for place, codes in found.items() if codes}
    if not votes:
        return "", _identity("", False, False, [], found, "页面上没有找到网站标识码。")
    support = Counter(votes.values())
    best = max(support.values())
    code = next(votes[place] for place in PLACES if place in votes and support[votes[place]] == best)
    sources = [place for place in PLACES if votes.get(place) == code]
    agreed = len(sources) > 1
    return code, _identity(code, False, agreed, sources, found, _note(code, sources, votes))


def own_code(evidence: Evidence) -> tuple[str, dict[str, Any]]:
    """The site's code in lower case and how it is known; as kept by the inspection, else worked out from the pages."""
    kept = evidence.meta("identity")
    if isinstance(kept, dict) and kept.get("code"):
        return str(kept["code"]).lower(), kept
    code, identity = identify(evidence)
    return code.lower(), identity


def _count(evidence: Evidence) -> dict[str, Counter[str]]:
    """How many readable pages show each code, by kind of place; ties are broken by the first page that shows it."""
    found: dict[str, Counter[str]] = {place: Counter() for place in PLACES}
    for page in evidence.readable:
        codes = evidence.seen(page, SITE_CODES).value
        if codes is not None:
            found["footer"].update(codes.footer)
            found["meta"].update(codes.meta)
        entry = evidence.seen(page, ENTRY).value
        if entry is not None:
            found["entry"].update(code.lower() for code in entry.site_codes if CODE.fullmatch(code))
    return found


def _identity(code: str, given: bool, agreed: bool, sources: list[str], found: Mapping[str, Counter[str]], note: str) -> dict[str, Any]:
    counts = {place: dict(sorted(codes.items(), key=lambda item: (-item[1], item[0]))) for place, codes in found.items() if codes}
    return {"code": code, "given": given, "agreed": agreed, "source": sources, "found": counts, "note": note}


def _note(code: str, sources: list[str], votes: Mapping[str, str]) -> str:
    places = "、".join(PLACES[place] for place in sources)
    against = "、".join(f"{PLACES[place]}为 {other}" for place, other in votes.items() if other != code)
    said = f"标识码取 {code}，依据：{places}"
    if against:
        return f"{said}；{against}，两者不一致，请核实。"
    return f"{said}{'，各处一致' if len(sources) > 1 else '，没有其他位置可以印证'}。"
