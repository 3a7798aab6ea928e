"""Dates on pages: what day a reader sees, and where it stands. Pure; reads no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

DateSource = Literal["visible", "meta", "script", "url"]
"""Where a date stands, surest first: text a reader sees, a meta tag, inline script, only the address."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A day (Asia/Shanghai), where it stands, and the text it was read from (at most 80 characters)."""

    day: date
    source: DateSource
    snippet: str
