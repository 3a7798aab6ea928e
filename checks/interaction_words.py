"""What names mean in the interaction section (互动交流): channels, labels, states of a letter. The words are catalogue data."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

from checks.catalogue import rules

ChannelKind = Literal["section", "consult", "complaint", "petition", "discipline", "survey", "interview", "letters", "statistics", ""]
"""What a link or a page is about: the section itself (互动交流); 咨询建言; a complaint desk (投诉); 信访; 纪检举报; 调查征集; 在线访谈;
published letters (回复选登); statistics (留言统计); "" for anything else."""

OURS: frozenset[ChannelKind] = frozenset({"section", "consult", "letters", "statistics"})
"""Kinds whose pages are read and judged by the interaction checks."""

EXEMPT: frozenset[ChannelKind] = frozenset({"petition", "discipline", "survey", "interview"})
"""Kinds that the rule leaves out: neither a consult channel nor letters with a time limit."""

LetterState = Literal["answered", "pending", "waiting", "invalid", ""]
"""A letter's state as the page words it; ``waiting``: taken in, no word on an answer; "": the page does not say."""

LONGEST_NAME = 18
_SPACE = re.compile(r"\s+")
_EDGES = re.compile(r"^[\W_]+|[\s>»›·•|:：]+$")
_TITLE_PARTS = re.compile(r"[-_|–—>»]+")


def plain(text: str) -> str:
    """``text`` without any white space, full-width letters and punctuation folded (：→:, （→(, ％→%)."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


@cache
def channel_names(name: str) -> tuple[str, ...]:
    """A name list of the ``interaction-channel`` catalogue."""
    return rules("interaction-channel").names[name]


@cache
def statistics_names(name: str) -> tuple[str, ...]:
    """A name list of the ``interaction-statistics`` catalogue."""
    return rules("interaction-statistics").names[name]


def _has(text: str, names: tuple[str, ...]) -> bool:
    return any(name in text for name in names)


@cache
def kind_of(text: str, *, inside: bool = False) -> ChannelKind:
    """What the name ``text`` means; ``inside``: it stands in the interaction section, where a bare 数据统计 means its statistics.

    Only names are read: a text longer than `LONGEST_NAME` characters (a headline) means nothing.
    """
    name = _EDGES.sub("", plain(text))
    if not name or len(name) > LONGEST_NAME or name.startswith("关于") or name.endswith(("公告", "通知")):
        return ""
    if name in channel_names("section"):
        return "section"
    if is_statistics_name(name, inside=inside):
        return "statistics"
    exempt: ChannelKind
    for exempt in ("petition", "discipline", "interview", "survey"):
        if _has(name, channel_names(exempt)):
            return exempt
    if _has(name, channel_names("letters")):
        return "letters"
    if _is_consult(name):
        return "consult"
    return "complaint" if _has(name, channel_names("complaint")) else ""


def _is_consult(name: str) -> bool:
    if _has(name, channel_names("consult-not")):
        return False
    if name in channel_names("consult-exact") or name.endswith(channel_names("consult-suffixes")):
        return True
    return _has(name, channel_names("consult"))


def is_statistics_name(name: str, *, inside: bool) -> bool:
    """Whether a name announces statistics of letters received and handled (来信统计, 信件办理情况), not 办事统计 or visit counts."""
    if _has(name, statistics_names("heading-not")):
        return False
    if inside and name in statistics_names("heading-in-section"):
        return True
    for form in statistics_names("heading-forms"):
        if form in name:
            rest = name.replace(form, "", 1)
            if _has(rest, statistics_names("heading-nouns")) or (inside and not rest and _has(form, statistics_names("heading-nouns"))):
                return True
    return False


def page_kind(names: tuple[str, ...], *, inside: bool) -> tuple[ChannelKind, str]:
    """The most telling kind among a page's own names, surest first (column name, last crumb, title part), and that name."""
    section: tuple[ChannelKind, str] = ("", "")
    for name in names:
        kind = kind_of(name, inside=inside)
        if kind == "section":
            section = section if section[0] else (kind, name)
        elif kind:
            return kind, name
    return section


def title_parts(title: str) -> tuple[str, ...]:
    """The pieces of a ``<title>`` that a CMS joins by dashes, in order."""
    return tuple(part.strip() for part in _TITLE_PARTS.split(title) if part.strip())


def state_of(text: str) -> LetterState:
    """The state that a status cell words: 已办结 → answered, 待回复 → pending, 已受理 → waiting, 不予受理 → invalid."""
    name = plain(text).strip("[]【】()。.:,，")
    if not name or len(name) > 12:
        return ""
    states: tuple[tuple[LetterState, str], ...] = (
        ("invalid", "invalid-words"),
        ("pending", "pending-words"),
        ("answered", "answered-words"),
        ("waiting", "waiting-words"),
    )
    for state, names in states:
        if name in channel_names(names):
            return state
    for state, names in states:
        if any((len(word) > 2 or state == "invalid") and word in name for word in channel_names(names)):
            return state
    return ""


def spaced(words: tuple[str, ...]) -> str:
    """A pattern for any of ``words``, longest first, white space allowed between the characters (回　　复)."""
    return "|".join(r"\s*".join(map(re.escape, word)) for word in sorted(words, key=len, reverse=True))
