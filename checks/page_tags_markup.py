"""The page tags (网页标签) in the markup: which of the ten required ones stand there, whether each says something, and PubDate's form.

Names are compared without case. A tag that is empty, or that still holds a template's own words, says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Literal

from checks.catalogue import rules
from crawler.document import Document
from crawler.evidence import Observer

Group = Literal["site", "column", "content"]
State = Literal["good", "missing", "empty", "placeholder"]
GROUPS: tuple[Group, ...] = ("site", "column", "content")
LENGTH = 120
"""Characters of a tag's content that are kept."""


@dataclass(frozen=True, slots=True)
class Tags:
    """The required tags that stand on a page: lower-case name → content, at most `LENGTH` characters."""

    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Whole:
    """A page carries every tag of ``group``, each with something to say."""

    group: Group


@cache
def names(group: Group) -> tuple[str, ...]:
    """The group's tags as the rule writes them."""
    return rules("page-tags").names[f"{group}-tags"]


@cache
def _lower() -> dict[Group, tuple[str, ...]]:
    return {group: tuple(name.lower() for name in names(group)) for group in GROUPS}


@cache
def _words() -> tuple[frozenset[str], tuple[str, ...]]:
    catalogue = rules("page-tags").names
    return frozenset(catalogue["placeholder-words"]), catalogue["placeholder-marks"]


def placeholder(value: str) -> bool:
    """Whether a tag's content is a template's own words or syntax, not the page's."""
    words, marks = _words()
    if any(mark in value for mark in marks):
        return True
    return value.strip().strip('【】[]（）()<>《》〖〗{}$%“”"：:。 ').lower() in words or value.strip().lower() in words


def state(group: Group, values: dict[str, str]) -> tuple[State, tuple[str, ...]]:
    """How a group stands on a page, and the tags at fault: the gravest state of any tag, with every tag in a bad one."""
    absent, blank, dummy = [], [], []
    for name, key in zip(names(group), _lower()[group], strict=True):
        value = values.get(key)
        if value is None:
            absent.append(name)
        elif not value.strip():
            blank.append(name)
        elif placeholder(value):
            dummy.append(name)
    bad = (*absent, *blank, *dummy)
    return "missing" if absent else "empty" if blank else "placeholder" if dummy else "good", bad


def observe(document: Document) -> Tags | None:
    """The required tags of the page; None when it has none of them."""
    meta = document.meta
    found = {key: meta[key][:LENGTH] for group in _lower().values() for key in group if key in meta}
    return Tags(found) if found else None


def _seer(group: Group) -> Callable[[Document], Whole | None]:
    def observe_group(document: Document) -> Whole | None:
        meta = document.meta
        keys = _lower()[group]
        if any(not meta.get(key) for key in keys) or any(placeholder(meta[key]) for key in keys):
            return None
        return _WHOLE[group]

    return observe_group


_WHOLE: dict[Group, Whole] = {group: Whole(group) for group in GROUPS}
TAGS = Observer("page-tags", Tags, observe)
WHOLE: dict[Group, Observer[Whole]] = {group: Observer(f"page-tags-{group}", Whole, _seer(group)) for group in GROUPS}
"""One observer per group, so that each is settled by itself: None is "the group is not whole on this page"."""

_DAY = r"(\d{4})\s*(?:-|[—–―－‐−/.·]{1,2}|年)\s*(\d{1,2})\s*(?:-|[—–―－‐−/.·]{1,2}|月)\s*(\d{1,2})\s*日?"
_GOOD = re.compile(r"\d{4}-\d{1,2}-\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
_LOOSE = re.compile(rf"\D{{0,16}}{_DAY}(?!\d).{{0,60}}", re.DOTALL)
"""A day at the beginning and whatever follows: 上午, a weekday, a label before it, quotes around it. A person reads the day; so do we."""
_MONTH_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?:\s.{0,30})?")
_UNIVERSAL = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?)(?:\.\d{1,9})?(?:Z|[+]00:?00)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2}){0,3}")
_ENGLISH = re.compile(r"(?:[A-Z][a-z]{2},? )?(?:([A-Z][a-z]{2}) (\d{1,2}),?|(\d{1,2}) ([A-Z][a-z]{2})) .*?((?:19|20)\d{2}).*")
_BEIJING = timedelta(hours=8)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class PubDate:
    """What a PubDate says. ``form``: good (YYYY-MM-DD HH:MM, seconds accepted), other (a day can be read), unreadable (``day`` None)."""

    form: Literal["good", "other", "unreadable"]
    day: date | None


def pub_date(text: str) -> PubDate:
    """Read a PubDate. Date only, long dashes, slashes, 年月日, a label or 上午 and the forms programs print are ``other``."""
    text = text.strip()
    day = _universal(text) or _plain(text) or _english(text)
    if day is None:
        return PubDate("unreadable", None)
    return PubDate("good" if _GOOD.fullmatch(text) and _clock(text) else "other", day)


def _plain(text: str) -> date | None:
    if found := _COMPACT.fullmatch(text) or _LOOSE.fullmatch(text):
        return _date(found[1], found[2], found[3])
    if found := _MONTH_FIRST.fullmatch(text):
        month, day = sorted((int(found[1]), int(found[2]))) if int(found[1]) > 12 else (int(found[1]), int(found[2]))
        return _date(found[3], str(month), str(day))
    return None


def _universal(text: str) -> date | None:
    """The day in Beijing of a moment written in UTC, ISO 8601 with Z."""
    found = _UNIVERSAL.fullmatch(text)
    try:
        return _held((datetime.fromisoformat(found[1]) + _BEIJING).date()) if found else None
    except ValueError:
        return None


def _held(day: date) -> date | None:
    return day if 1990 <= day.year <= 2100 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return _held(date(int(year), int(month), int(day)))
    except ValueError:
        return None


def _clock(text: str) -> bool:
    hour, minute = text.split()[-1].split(":")[:2]
    return int(hour) < 24 and int(minute) < 60


def _english(text: str) -> date | None:
    """``Thu Jun 13 14:54:00 CST 2024`` and ``Thu, 13 Jun 2024 …``, as programs print times."""
    match = _ENGLISH.fullmatch(text)
    if match is None:
        return None
    month, day = match[1] or match[4], match[2] or match[3]
    return _date(match[5], str(_MONTHS.index(month) + 1), day) if month in _MONTHS else None
