"""What the evidence file (证据) holds: its rows, its tables, and how a value is written.

Everything known about one site on one night, in one SQLite file. Written once under a temporary name and renamed when whole; `judge` reads nothing else. Every text column is UTF-8,
every moment is ISO 8601 with the Asia/Shanghai offset, every day ``YYYY-MM-DD``.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar

import orjson

SCHEMA_VERSION = 3
"""Raised whenever a table changes; a file of another version is refused by name."""

T = TypeVar("T")

PageState = Literal[
    "page",  # HTML that answered 200 and is what it claims to be: the only state that can be accused
    "redirect",
    "soft-404",
    "challenge",
    "parked",
    "empty",
    "http-error",
    "network-error",
    "not-html",
    "too-large",
    "fragment",
    "robots",
    "refused-address",
]
RenderState = Literal["no", "complete", "incomplete"]
Taken = Literal["", "unchanged", "kept"]
"""Read this night; asked, and the site said or showed that nothing has changed; not asked this night, the earlier reading still counts."""


class EvidenceError(Exception):
    """The evidence file can't be read: which file, why, and what to do, in one Chinese line."""


@dataclass(frozen=True, slots=True)
class Observer(Generic[T]):
    """What is seen on one page: ``observe(document)`` gives a ``type`` (a frozen dataclass) or None, purely.

    ``version`` is raised whenever ``observe`` changes, so that stored observations of an older one are not reused.
    """

    id: str
    type: type[T]
    observe: Any  # Callable[[Document], T | None]; Any keeps this module free of the parser
    version: int = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One address that was asked. ``via``: the page that led here; ``elsewhere``: on another host, read for this site.

    ``taken``: what was read on an earlier night and taken over; ``fetched_at`` is always the moment the site last answered for it.
    """

    id: int
    url: str
    final_url: str
    via: str
    depth: int
    state: PageState
    reason: str
    status: int | None
    content_type: str
    charset: str
    title: str
    template: str
    sha256: str
    size: int
    fetched_at: str
    elapsed_ms: int
    etag: str
    last_modified: str
    script_built: bool
    elsewhere: bool
    render: RenderState
    render_reason: str
    taken: Taken = ""

    @property
    def readable(self) -> bool:
        """HTML that answered 200 and is a page of its own."""
        return self.state == "page"


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link as a visitor meets it: absolute url, text, and the place it stands in (see `crawler.links.Place`)."""

    url: str
    text: str
    place: str


@dataclass(frozen=True, slots=True)
class Seen(Generic[T]):
    """What is known of one observation of one page.

    ``value`` None and ``settled``: absent for certain. ``value`` None and not ``settled``: could not be told, ``reason`` says why.
    ``rendered``: the value comes from a complete render of this page or of its template.
    """

    value: T | None
    settled: bool
    rendered: bool
    reason: str = ""


def _plain(value: object) -> object:
    """JSON form of dataclasses, dates and paths; raises TypeError for anything else."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if not f.name.startswith("_")}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"evidence can't keep {type(value).__name__}")


def to_json(value: object) -> str:
    """Compact JSON of plain values, frozen dataclasses and dates, keys in the order given."""
    try:
        return orjson.dumps(value, _plain, orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a number beyond 64 bits that a hostile page states, for one
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


TABLES: dict[str, tuple[dict[str, Any], Any]] = {
    "meta": ({"key": str, "value": str}, "key"),
    "pages": (
        {
            f.name: (int if f.name in ("id", "depth", "status", "size", "elapsed_ms", "script_built", "elsewhere") else str)
            for f in dataclasses.fields(Page)
        },
        "id",
    ),
    "observations": (
        {"page": int, "observer": str, "version": int, "phase": str, "value": str, "error": str},
        ("page", "observer", "phase"),
    ),
    "settlements": ({"page": int, "observer": str, "outcome": str, "source": int, "reason": str}, ("page", "observer")),
    # ``links``: JSON of [url, text, place] in reading order; a row for each would cost more than reading them off the page did
    "links": ({"page": int, "links": str}, "page"),
    "probes": ({"check_id": str, "key": str, "value": str, "error": str}, ("check_id", "key")),
    "history": ({"check_id": str, "key": str, "day": str, "value": str}, ("check_id", "key", "day")),
    "contents": ({"sha256": str, "zstd": bytes}, "sha256"),
    "kept": ({"page": int, "phase": str, "sha256": str}, ("page", "phase")),
    "screenshots": ({"finding": str, "png": bytes}, "finding"),
    # what a later night needs to take a page over, see `crawler.earlier`
    "readings": (
        {
            "page": int,
            "kind": str,
            "day": str,
            "good_until": str,
            "fragments": str,
            "offered": int,
            "following": str,
            "render_cause": str,
            "asked_on": str,
        },
        "page",
    ),
    "renders": ({"page": int, "inputs": str, "rendered_on": str}, "page"),
}
