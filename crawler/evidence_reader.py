"""Reading an evidence file: what `judge` sees of a site."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import orjson
import zstandard
from pydantic import TypeAdapter
from sqlite_utils import Database

from crawler.evidence_schema import SCHEMA_VERSION, EvidenceError, Observer, Page, PageLink, Seen
from crawler.shape import identity
from crawler.site import DeclaredColumn, Site

T = TypeVar("T")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


_SHORT = 2000
"""Characters of a value that is remembered once decoded."""


@lru_cache(maxsize=1 << 13)
def _repeated(kind: Any, value: str) -> Any:
    """Feet, tags and entries are the same on page after page, and asked for by several checks; what comes out is frozen."""
    return _adapter(kind).validate_json(value)


class Evidence:
    """A whole evidence file, read only. Raises `EvidenceError` for a file that is missing, damaged or of another schema."""

    def __init__(self, path: Path, *, database: Database | None = None) -> None:
        self.path = path
        self._links: dict[int, list[PageLink]] = {}
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
            values["taken"] = values["taken"] or ""
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
        if value is None:
            return None
        kind = cast(Any, observer.type)
        return cast(T, _repeated(kind, value) if len(value) <= _SHORT else _adapter(kind).validate_json(value))

    def links(self, page: Page) -> list[PageLink]:
        """The page's links in reading order."""
        known = self._links.get(page.id)
        if known is None:
            row = self.database.conn.execute("SELECT links FROM links WHERE page=?", (page.id,)).fetchone()
            known = self._links[page.id] = [PageLink(*link) for link in orjson.loads(row[0])] if row else []
        return known

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
