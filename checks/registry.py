"""Every check, in the order of a report."""

from __future__ import annotations

from typing import Any

from checks import (
    column_updates,
    error_report_entry,
    home_updates,
    interaction_channel,
    interaction_statistics,
    ipv6,
)
from checks.model import Check
from crawler.evidence import Observer

CHECKS: tuple[Check, ...] = (
    home_updates.CHECK,
    column_updates.CHECK,
    error_report_entry.CHECK,
    interaction_channel.CHECK,
    interaction_statistics.CHECK,
    ipv6.CHECK,
)


def observers() -> tuple[Observer[Any], ...]:
    """The observers that all checks need, each once."""
    return tuple({observer.id: observer for check in CHECKS for observer in check.observers}.values())
