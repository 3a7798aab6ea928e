"""Observers look at one page: what each saw, or that it could not look."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from crawler.document import Document
from crawler.evidence import Observer

log = logging.getLogger(__name__)


def observe(observers: Sequence[Observer[Any]], document: Document) -> list[tuple[Observer[Any], object | None, str]]:
    """What every observer saw; one that raised is recorded with its error, never taken for having seen nothing."""
    seen: list[tuple[Observer[Any], object | None, str]] = []
    for observer in observers:
        try:
            seen.append((observer, observer.observe(document), ""))
        except Exception as error:  # noqa: BLE001 - an observer's fault is a fact about the page, kept beside it
            log.warning("observer %s failed on %s: %s: %s", observer.id, document.url, type(error).__name__, error)
            seen.append((observer, None, f"{type(error).__name__}: {error}"[:300]))
    return seen
