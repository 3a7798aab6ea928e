"""The evidence file (证据): everything known about one site on one night, in one SQLite file.

Written once under a temporary name and renamed when whole; `judge` reads nothing else. Every text column is UTF-8,
every moment is ISO 8601 with the Asia/Shanghai offset, every day ``YYYY-MM-DD``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, cast

import zstandard
from pydantic import TypeAdapter
from sqlite_utils import Database

from crawler.shape import identity
from crawler.site import DeclaredColumn, Site

SCHEMA_VERSION = 1
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
    """One address that was asked. ``via``: the page that led here; ``elsewhere``: on another host, read for this site."""

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


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


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
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


_TABLES: dict[str, tuple[dict[str, Any], Any]] = {
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
    "links": ({"page": int, "url": str, "text": str, "place": str}, None),
    "probes": ({"check_id": str, "key": str, "value": str, "error": str}, ("check_id", "key")),
    "history": ({"check_id": str, "key": str, "day": str, "value": str}, ("check_id", "key", "day")),
    "contents": ({"sha256": str, "zstd": bytes}, "sha256"),
    "kept": ({"page": int, "phase": str, "sha256": str}, ("page", "phase")),
    "screenshots": ({"finding": str, "png": bytes}, "finding"),
}


class EvidenceWriter:
    """One writer for one site; `finish` renames the temporary file to ``path``. A file already there is replaced whole."""

    def __init__(self, path: Path, site: Site, as_of: date) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        self.partial.parent.mkdir(parents=True, exist_ok=True)
        self.partial.unlink(missing_ok=True)
        self.database = Database(str(self.partial))
        self.database.conn.execute("PRAGMA journal_mode=OFF")
        self.database.conn.execute("PRAGMA synchronous=OFF")
        for name, (columns, key) in _TABLES.items():
            self.database[name].create(columns, pk=key)  # type: ignore[union-attr]
        self._compress = zstandard.ZstdCompressor(level=6)
        self._next_page = 1
        self.put_meta("schema_version", SCHEMA_VERSION)
        self.put_meta("site", site)
        self.put_meta("as_of", as_of)

    def put_meta(self, key: str, value: object) -> None:
        """Keep one JSON value under ``key``; a later call replaces it."""
        self.database["meta"].upsert({"key": key, "value": to_json(value)}, pk="key")  # type: ignore[union-attr]

    def add_page(
        self,
        facts: Mapping[str, object],
        observations: Iterable[tuple[Observer[Any], object | None, str]] = (),
        links: Iterable[PageLink] = (),
        *,
        phase: Literal["static", "rendered"] = "static",
    ) -> int:
        """Keep one asked address; ``facts`` are `Page`'s fields without ``id``. Returns the page's id.

        ``observations`` are ``(observer, value or None, error text or "")``.
        """
        page = self._next_page
        self._next_page += 1
        row: dict[str, Any] = {"id": page, **facts}
        names = ",".join(row)
        run = self.database.conn.execute
        run(f"INSERT INTO pages ({names}) VALUES ({','.join('?' * len(row))})", tuple(row.values()))
        self.add_observations(page, observations, phase=phase)
        self.database.conn.executemany(
            "INSERT INTO links (page,url,text,place) VALUES (?,?,?,?)",
            [(page, link.url, link.text, link.place) for link in links],
        )
        return page

    def add_observations(
        self, page: int, observations: Iterable[tuple[Observer[Any], object | None, str]], *, phase: Literal["static", "rendered"]
    ) -> None:
        """Keep what observers saw on one page in one phase; a second call for the same page and phase replaces."""
        self.database.conn.executemany(
            "INSERT OR REPLACE INTO observations (page,observer,version,phase,value,error) VALUES (?,?,?,?,?,?)",
            [(page, o.id, o.version, phase, None if v is None else to_json(v), error) for o, v, error in observations],
        )

    def update_page(self, page: int, **facts: object) -> None:
        """Change fields of a page already kept (its state after a render, for one)."""
        assignments = ",".join(f"{name}=?" for name in facts)
        self.database.conn.execute(f"UPDATE pages SET {assignments} WHERE id=?", (*facts.values(), page))

    def add_links(self, page: int, links: Iterable[PageLink]) -> None:
        """Add the links that only the rendered page shows; those already kept for the page stay once."""
        known = {row[0] for row in self.database.conn.execute("SELECT url FROM links WHERE page=?", (page,))}
        self.database.conn.executemany(
            "INSERT INTO links (page,url,text,place) VALUES (?,?,?,?)",
            [(page, link.url, link.text, link.place) for link in links if link.url not in known],
        )

    def settle(
        self, page: int, observer: str, outcome: Literal["rendered", "group", "unseen"], *, source: int = 0, reason: str = ""
    ) -> None:
        """Record how a doubt about a page ended; ``group`` holds through ``source``, a rendered page of its template."""
        self.database.conn.execute(
            "INSERT OR REPLACE INTO settlements (page,observer,outcome,source,reason) VALUES (?,?,?,?,?)",
            (page, observer, outcome, source, reason),
        )

    def keep_bytes(self, page: int, body: bytes, sha256: str, *, phase: str = "static") -> None:
        """Keep the bytes a finding may cite, compressed once per content."""
        run = self.database.conn.execute
        if not run("SELECT 1 FROM contents WHERE sha256=?", (sha256,)).fetchone():
            run("INSERT INTO contents (sha256,zstd) VALUES (?,?)", (sha256, self._compress.compress(body)))
        run("INSERT OR REPLACE INTO kept (page,phase,sha256) VALUES (?,?,?)", (page, phase, sha256))

    def put_probe(self, check_id: str, key: str, value: object | None, error: str = "") -> None:
        """Keep one answer of a probe; ``error`` says why there is none ("could not look" is never "saw nothing")."""
        self.database.conn.execute(
            "INSERT OR REPLACE INTO probes (check_id,key,value,error) VALUES (?,?,?,?)",
            (check_id, key, None if value is None else to_json(value), error),
        )

    def put_history(self, check_id: str, key: str, day: date, value: object) -> None:
        """Keep a fact of an earlier night that ``check_id`` declared it needs."""
        self.database.conn.execute(
            "INSERT OR REPLACE INTO history (check_id,key,day,value) VALUES (?,?,?,?)",
            (check_id, key, day.isoformat(), to_json(value)),
        )

    def put_screenshot(self, finding: str, png: bytes) -> None:
        """Keep the picture that shows a finding."""
        self.database.conn.execute("INSERT OR REPLACE INTO screenshots (finding,png) VALUES (?,?)", (finding, png))

    def forget_bytes(self, pages: Iterable[int]) -> None:
        """Drop the kept bytes of these pages, and contents that no page holds any more."""
        self.database.conn.executemany("DELETE FROM kept WHERE page=?", [(page,) for page in pages])
        self.database.conn.execute("DELETE FROM contents WHERE sha256 NOT IN (SELECT sha256 FROM kept)")

    def read(self) -> Evidence:
        """What has been written so far, as `judge` reads it."""
        self.database.conn.commit()
        return Evidence(self.partial, database=self.database)

    def abandon(self) -> Path:
        """Commit and close without giving the file its final name; returns where the part that was collected lies."""
        self.database.conn.commit()
        self.database.close()
        return self.partial

    def finish(self) -> Path:
        """Commit, close and give the file its name."""
        self.database.conn.execute("CREATE INDEX IF NOT EXISTS links_page ON links(page)")
        self.database.conn.commit()
        self.database.conn.execute("VACUUM")
        self.database.close()
        self.partial.replace(self.path)
        return self.path


class Evidence:
    """A whole evidence file, read only. Raises `EvidenceError` for a file that is missing, damaged or of another schema."""

    def __init__(self, path: Path, *, database: Database | None = None) -> None:
        self.path = path
        self.database = database or self._open(path)
        version = self.meta("schema_version")
        if version != SCHEMA_VERSION:
            raise EvidenceError(f"证据文件 {path} 的格式版本是 {version}，本程序只读版本 {SCHEMA_VERSION}：请用生成它的程序版本打开。")

    @staticmethod
    def _open(path: Path) -> Database:
        import sqlite3

        if not path.is_file():
            raise EvidenceError(f"证据文件 {path} 不存在：请检查 --from 的路径。")
        try:
            connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
            connection.execute("SELECT value FROM meta WHERE key='schema_version'").fetchone()
        except sqlite3.DatabaseError as error:
            raise EvidenceError(f"证据文件 {path} 打不开或已损坏（{error}）：请重新检查该网站。") from error
        return Database(connection)

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def meta(self, key: str, default: Any = None) -> Any:
        """The JSON value kept under ``key``, or ``default``."""
        row = self.database.conn.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return default if row is None else json.loads(row[0])

    @cached_property
    def site(self) -> Site:
        """The site as it was inspected."""
        kept = dict(self.meta("site"))
        kept["aliases"] = tuple(kept.get("aliases", ()))
        kept["columns"] = tuple(DeclaredColumn(**column) for column in kept.get("columns", ()))
        return Site(**kept)

    @cached_property
    def as_of(self) -> date:
        """The inspection day (监测时间点) of this file."""
        return date.fromisoformat(self.meta("as_of"))

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        """Every asked address in the order asked."""
        names = [f.name for f in dataclasses.fields(Page)]
        rows = self.database.conn.execute(f"SELECT {','.join(names)} FROM pages ORDER BY id")
        pages = []
        for row in rows:
            values = dict(zip(names, row, strict=True))
            values["script_built"], values["elsewhere"] = bool(values["script_built"]), bool(values["elsewhere"])
            pages.append(Page(**values))
        return tuple(pages)

    @cached_property
    def readable(self) -> tuple[Page, ...]:
        """The site's own pages that could be read: the only ones that can be accused."""
        return tuple(page for page in self.pages if page.readable and not page.elsewhere)

    @cached_property
    def home(self) -> Page | None:
        """The home page's record, whatever became of it: the first readable page of depth 0, else the last one asked at depth 0."""
        roots = [page for page in self.pages if page.depth == 0 and not page.elsewhere and page.state != "fragment"]
        return next((page for page in roots if page.readable), roots[-1] if roots else None)

    @cached_property
    def _by_url(self) -> dict[str, Page]:
        index: dict[str, Page] = {}
        for page in self.pages:
            for url in (page.url, page.final_url):
                if url and (url not in index or (page.readable and not index[url].readable)):
                    index[url] = page
        return index

    @cached_property
    def _by_identity(self) -> dict[str, Page]:
        index: dict[str, Page] = {}
        for page in self.pages:
            key = identity(page.url)
            if page.state != "fragment" and (key not in index or (page.readable and not index[key].readable)):
                index[key] = page
        return index

    def find(self, url: str) -> Page | None:
        """The page that was asked at ``url`` (http and https, with and without ``www`` or ``index.html`` are one) or that ``url`` led
        to, redirects followed; None when it was never asked."""
        page = self._by_url.get(url) or self._by_identity.get(identity(url))
        for _ in range(10):
            if page is None or page.state != "redirect":
                break
            onward = self._by_url.get(page.final_url) or self._by_identity.get(identity(page.final_url))
            if onward is None or onward.id == page.id:
                break
            page = onward
        return page

    @cached_property
    def _observations(self) -> dict[tuple[int, str, str], tuple[str | None, str]]:
        rows = self.database.conn.execute("SELECT page,observer,phase,value,error FROM observations")
        return {(page, observer, phase): (value, error or "") for page, observer, phase, value, error in rows}

    @cached_property
    def _settlements(self) -> dict[tuple[int, str], tuple[str, int, str]]:
        rows = self.database.conn.execute("SELECT page,observer,outcome,source,reason FROM settlements")
        return {(page, observer): (outcome, source or 0, reason or "") for page, observer, outcome, source, reason in rows}

    def seen(self, page: Page, observer: Observer[T]) -> Seen[T]:
        """What ``observer`` saw on ``page``: the render first, then the static page, then its template's render."""
        rendered = self._observations.get((page.id, observer.id, "rendered"))
        if rendered is not None and page.render == "complete":
            if rendered[1]:
                return Seen(None, False, False, "observer-error")
            return Seen(self._decode(observer, rendered[0]), True, True)
        static = self._observations.get((page.id, observer.id, "static"))
        outcome, source, reason = self._settlements.get((page.id, observer.id), ("", 0, ""))
        if static is not None and static[1]:
            return Seen(None, False, False, "observer-error")
        if static is not None and static[0] is not None:
            return Seen(self._decode(observer, static[0]), False, False, reason)
        if outcome == "group":
            held = self._observations.get((source, observer.id, "rendered"))
            if held is not None and not held[1]:
                return Seen(self._decode(observer, held[0]), True, True)
        if rendered is not None and not rendered[1] and rendered[0] is not None:
            return Seen(
                self._decode(observer, rendered[0]), False, True, reason or page.render_reason
            )  # seen, though the render was not whole
        return Seen(None, False, False, reason or page.render_reason or "not-rendered")

    def served(self, page: Page, observer: Observer[T]) -> T | None:
        """What ``observer`` saw on the page as it was served, whatever a browser showed later."""
        value, error = self._observations.get((page.id, observer.id, "static"), (None, ""))
        return None if error else self._decode(observer, value)

    @staticmethod
    def _decode(observer: Observer[T], value: str | None) -> T | None:
        return None if value is None else cast(T, _adapter(cast(Any, observer.type)).validate_json(value))

    @cached_property
    def _links(self) -> dict[int, list[PageLink]]:
        index: dict[int, list[PageLink]] = {}
        for page, url, text, place in self.database.conn.execute("SELECT page,url,text,place FROM links ORDER BY rowid"):
            index.setdefault(page, []).append(PageLink(url, text, place))
        return index

    def links(self, page: Page) -> list[PageLink]:
        """The page's links in reading order."""
        return self._links.get(page.id, [])

    def probes(self, check_id: str) -> dict[str, tuple[Any, str]]:
        """``key -> (value, error)`` of one check's probes; ``error`` is "" when the probe answered."""
        rows = self.database.conn.execute("SELECT key,value,error FROM probes WHERE check_id=? ORDER BY rowid", (check_id,))
        return {key: (None if value is None else json.loads(value), error or "") for key, value, error in rows}

    def history(self, check_id: str) -> list[tuple[str, date, Any]]:
        """``(key, day, value)`` of earlier nights, oldest first."""
        rows = self.database.conn.execute("SELECT key,day,value FROM history WHERE check_id=? ORDER BY day,key", (check_id,))
        return [(key, date.fromisoformat(day), json.loads(value)) for key, day, value in rows]

    def body(self, page: Page, phase: Literal["static", "rendered"] = "static") -> bytes | None:
        """The kept bytes of a page as it was served, or (UTF-8) as the browser showed it; None when they were not kept."""
        row = self.database.conn.execute(
            "SELECT c.zstd FROM kept k JOIN contents c USING (sha256) WHERE k.page=? AND k.phase=?", (page.id, phase)
        ).fetchone()
        return None if row is None else zstandard.ZstdDecompressor().decompress(row[0])

    def screenshot(self, finding: str) -> bytes | None:
        """The picture kept for a finding, as PNG."""
        row = self.database.conn.execute("SELECT png FROM screenshots WHERE finding=?", (finding,)).fetchone()
        return None if row is None else cast(bytes, row[0])
