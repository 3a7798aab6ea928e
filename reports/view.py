"""Pieces every view-model is made of: a field with its help text, an address, a count, a labelled fact, moments and amounts.

A view-model is a frozen dataclass whose fields all say what they hold (`said`); templates print it and compute nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.hostile import line, safe_link

SHANGHAI = ZoneInfo("Asia/Shanghai")


def said(help: str, *, html: bool = True) -> dict[str, Any]:
    """Metadata of a view-model's field: what it holds; ``html=False``: other outputs print it, the page does not."""
    return {"help": help, "html": html}


@dataclass(frozen=True, slots=True)
class Address:
    """A web address as it is shown, and as it may be linked."""

    url: str = field(metadata=said("The address as text, cleaned"))
    href: str = field(metadata=said("The same address when it may be linked (plain http or https), else empty"))

    @classmethod
    def of(cls, url: str) -> Address:
        """The address of ``url``, whatever it is."""
        return cls(line(url), safe_link(url))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of one kind."""

    key: str = field(metadata=said("The code counted, as JSON names it"))
    word: str = field(metadata=said("Its Chinese word"))
    count: int = field(metadata=said("How many"))


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled line."""

    label: str = field(metadata=said("Chinese label"))
    value: str = field(metadata=said("What to print, units included"))


def moment(text: str) -> str:
    """An ISO moment as ``2026-09-30 08:15:02`` in Asia/Shanghai; text that is no moment comes back cleaned."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return line(text)
    return (when.astimezone(SHANGHAI) if when.tzinfo else when).strftime("%Y-%m-%d %H:%M:%S")


def amount_of_bytes(count: int) -> str:
    """``count`` bytes in the unit a reader expects: ``820 字节``, ``3.4 KB``, ``12.0 MB``."""
    if count < 1024:
        return f"{count} 字节"
    size, units = count / 1024, ["KB", "MB", "GB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.1f} {units[0]}"


def duration(seconds: float) -> str:
    """``seconds`` as ``42 秒`` or ``3 分 12 秒``; under ten with one decimal."""
    if seconds < 10:
        return f"{seconds:.1f} 秒"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    return f"{minutes} 分 {rest} 秒" if minutes else f"{whole} 秒"


def text_of(value: object) -> str:
    """A value from stored data as one cleaned line; None is empty."""
    return "" if value is None else line(str(value))


def count_of(value: object) -> int | None:
    """A whole number from stored data; None when there is none (a bool is none)."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value)
