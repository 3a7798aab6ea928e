"""Every check, in the order of a report."""

from __future__ import annotations

from typing import Any

from checks.availability import CHECK as AVAILABILITY
from checks.column_updates import CHECK as COLUMN_UPDATES
from checks.error_report_entry import CHECK as ERROR_REPORT_ENTRY
from checks.forged_dates import CHECK as FORGED_DATES
from checks.hidden_links import CHECK as HIDDEN_LINKS
from checks.home_updates import CHECK as HOME_UPDATES
from checks.https import CHECK as HTTPS
from checks.interaction_channel import CHECK as INTERACTION_CHANNEL
from checks.interaction_statistics import CHECK as INTERACTION_STATISTICS
from checks.ipv6 import CHECK as IPV6
from checks.links import CHECK as LINKS
from checks.model import Check
from checks.page_tags import CHECK as PAGE_TAGS
from checks.site_identity import CHECK as SITE_IDENTITY
from crawler.evidence import Observer

CHECKS: tuple[Check, ...] = (
    AVAILABILITY,
    HOME_UPDATES,
    COLUMN_UPDATES,
    FORGED_DATES,
    ERROR_REPORT_ENTRY,
    SITE_IDENTITY,
    PAGE_TAGS,
    LINKS,
    HIDDEN_LINKS,
    INTERACTION_CHANNEL,
    INTERACTION_STATISTICS,
    IPV6,
    HTTPS,
)


def observers() -> tuple[Observer[Any], ...]:
    """The observers that all checks need, each once."""
    return tuple({observer.id: observer for check in CHECKS for observer in check.observers}.values())
