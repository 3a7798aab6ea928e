"""The evidence file (证据): everything known about one site on one night, in one SQLite file. The door to its three rooms: what it
holds (`crawler.evidence_schema`), writing it, reading it."""

from __future__ import annotations

from crawler.evidence_reader import Evidence
from crawler.evidence_schema import (
    SCHEMA_VERSION,
    EvidenceError,
    Observer,
    Page,
    PageLink,
    PageState,
    RenderState,
    Seen,
    Taken,
    to_json,
)
from crawler.evidence_writer import EvidenceWriter

__all__ = [
    "SCHEMA_VERSION",
    "Evidence",
    "EvidenceError",
    "EvidenceWriter",
    "Observer",
    "Page",
    "PageLink",
    "PageState",
    "RenderState",
    "Seen",
    "Taken",
    "to_json",
]
