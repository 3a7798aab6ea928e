"""网站名称: whether the head of every page shows it. A candidate at most: the name often stands in a picture behind the page.

A name in the title, in the first words of the page or in a picture's alt is shown. A page whose head has a picture without words is
left alone, and so is every page that was not seen in the browser.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from checks.catalogue import finding, rules
from checks.model import Check, Finding, Proof
from checks.subjects import by_subject, urls, where
from crawler.document import Document
from crawler.evidence import Evidence, Observer, Page

HEAD_TEXT = 200
"""Characters at the beginning of the visible text that are its head."""
HEAD_MARKUP = 12_000
"""Characters of markup from ``<body`` in which the head's pictures stand."""

LONGEST = 24
"""Characters up to which a home page's title is the site's name and nothing else."""

_PARTS = re.compile(r"[-_—–|｜]")
_PICTURE = re.compile(r"<(?:img|svg|object|embed|canvas)\b[^>]*>", re.IGNORECASE)
_ALT = re.compile(r"\b(?:alt|title)\s*=\s*[\"']?([^\"'<>]{2,60})", re.IGNORECASE)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BODY = re.compile(r"<body", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Head:
    """A page's head where the title alone does not show the SiteName tag. ``name``: that tag; ``text``: the first visible words with the
    pictures' own; ``picture``: a picture without words stands there."""

    name: str
    text: str
    picture: bool


def observe(document: Document) -> Head | None:
    """The head, or None when the title shows the site's name as the page states it."""
    name = document.meta.get("sitename", "")[:60]
    if name and _shows(document.title, name):
        return None
    body = _BODY.search(document.html)
    markup = document.html[body.start() : body.start() + HEAD_MARKUP] if body else ""
    pictures = _PICTURE.findall(markup)
    words = [_ALT.search(tag) for tag in pictures]
    text = " ".join((document.text[:HEAD_TEXT], *(word[1] for word in words if word)))
    return Head(name, text[:400], any(word is None for word in words))


HEAD = Observer("identity-head", Head, observe)


@cache
def _suffix() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, rules("site-identity").names["name-suffixes"])))


def core(name: str) -> str:
    """What is left of a site's name without 网站, 门户, 人民政府 and the like: the place or the unit."""
    return re.sub(r"[\s·\-_—|（）()【】《》]+", "", _suffix().sub("", name))


def _shows(text: str, name: str) -> bool:
    """Whether ``text`` holds the telling part of ``name``."""
    wanted = core(name)
    return len(wanted) >= 2 and wanted in text.replace(" ", "")


def site_name(evidence: Evidence) -> str:
    """The site's name: as given, else the SiteName most pages state where the home page's title agrees, else that title; "" when none tells."""
    if evidence.site.name:
        return evidence.site.name
    title = evidence.home.title if evidence.home is not None else ""
    stated = Counter(head.name for page in evidence.readable if (head := evidence.seen(page, HEAD).value) is not None and head.name)
    agreed = (name for name, _ in stated.most_common() if _shows(title, name))
    return next(agreed, title if len(title) <= LONGEST and not _PARTS.search(title) else "")


def name_findings(check: Check, evidence: Evidence) -> Iterator[Finding]:
    """Pages seen in the browser whose head shows the name nowhere, per section. A page titled in another script names the site in its own way."""
    name = site_name(evidence)
    if len(core(name)) < 2:
        return
    lacking: list[Page] = []
    for page in evidence.readable:
        head = evidence.seen(page, HEAD)
        if page.render != "complete" or head.value is None or head.value.picture or not _HAN.search(page.title):
            continue
        if not _shows(page.title, name) and not _shows(head.value.text, name):
            lacking.append(page)
    for subject, group in by_subject(evidence, lacking).items():
        yield finding(
            check,
            "name-missing",
            site_key=evidence.site.key,
            subject=subject,
            message=f"{where(subject, len(group))}的标题和头部没有看到网站名称“{name}”，请人工确认。",
            evidence=Proof(urls(group), group[0].fetched_at, snippet=f"标题：{group[0].title[:60]}", figures={"pages": len(group)}),
        )
