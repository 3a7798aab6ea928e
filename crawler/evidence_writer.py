"""Writing an evidence file: rows go in while the crawl runs, the file gets its name when it is whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import orjson
import zstandard
from sqlite_utils import Database

from crawler.evidence_reader import Evidence
from crawler.evidence_schema import SCHEMA_VERSION, TABLES, Observer, PageLink, to_json
from crawler.site import Site

_LEVEL = 1
"""Of zstd: most pages are dropped again once they have been judged, and level 6 takes four times as long for a sixth less."""


class EvidenceWriter:
    """One writer for one site; `finish` renames the temporary file to ``path``. A file already there is replaced whole."""

    def __init__(self, path: Path, site: Site, as_of: date) -> None:
        self.path, self.as_of = path, as_of
        self.partial = path.with_name(path.name + ".partial")
        self.partial.parent.mkdir(parents=True, exist_ok=True)
        self.partial.unlink(missing_ok=True)
        self.database = Database(str(self.partial))
        self.database.conn.execute("PRAGMA journal_mode=OFF")
        self.database.conn.execute("PRAGMA synchronous=OFF")
        for name, (columns, key) in TABLES.items():
            self.database[name].create(columns, pk=key)  # type: ignore[union-attr]
        self._compress = zstandard.ZstdCompressor(level=_LEVEL)
        self._next_page = 1
        self._attached = False
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
        self.put_links(page, [(link.url, link.text, link.place) for link in links])
        return page

    def put_links(self, page: int, links: list[tuple[str, str, str]]) -> None:
        """Keep ``(url, text, place)`` of a page's links in reading order; a later call replaces them."""
        if links:
            self.database.conn.execute("INSERT OR REPLACE INTO links (page,links) VALUES (?,?)", (page, to_json(links)))

    def add_observations(
        self, page: int, observations: Iterable[tuple[Observer[Any], object | None, str]], *, phase: Literal["static", "rendered"]
    ) -> None:
        """Keep what observers saw on one page in one phase; a second call for the same page and phase replaces.

        A static page on which an observer saw nothing has no row: there nothing is settled, see `Evidence.seen`.
        """
        self.database.conn.executemany(
            "INSERT OR REPLACE INTO observations (page,observer,version,phase,value,error) VALUES (?,?,?,?,?,?)",
            [
                (page, o.id, o.version, phase, None if v is None else to_json(v), error)
                for o, v, error in observations
                if v is not None or error or phase == "rendered"
            ],
        )

    def update_page(self, page: int, **facts: object) -> None:
        """Change fields of a page already kept (its state after a render, for one)."""
        assignments = ",".join(f"{name}=?" for name in facts)
        self.database.conn.execute(f"UPDATE pages SET {assignments} WHERE id=?", (*facts.values(), page))

    def add_links(self, page: int, links: Iterable[PageLink]) -> None:
        """Add the links that only the rendered page shows; those already kept for the page stay once."""
        row = self.database.conn.execute("SELECT links FROM links WHERE page=?", (page,)).fetchone()
        kept = [(url, text, place) for url, text, place in orjson.loads(row[0])] if row else []
        known = {url for url, _, _ in kept}
        self.put_links(page, kept + [(link.url, link.text, link.place) for link in links if link.url not in known])

    def put_reading(self, page: int, facts: Mapping[str, object]) -> None:
        """Keep what a later night needs to take this page over (columns of ``readings`` without ``page``)."""
        names = ",".join(facts)
        self.database.conn.execute(f"INSERT OR REPLACE INTO readings (page,{names}) VALUES (?{',?' * len(facts)})", (page, *facts.values()))

    def put_render(self, page: int, inputs: Iterable[tuple[str, str, str, str]]) -> None:
        """Keep what a complete render of the page was made of: ``(url, sha256, ETag, Last-Modified)`` of every file of its site it loaded."""
        self.database.conn.execute(
            "INSERT OR REPLACE INTO renders (page,inputs,rendered_on) VALUES (?,?,?)", (page, to_json(list(inputs)), self.as_of.isoformat())
        )

    # taking over from an earlier night

    def attach(self, earlier: Path) -> None:
        """Open an earlier night's file beside this one; `take_page` and `take_render` copy from it."""
        self.database.conn.commit()
        self.database.conn.execute("ATTACH DATABASE ? AS earlier", (str(earlier),))
        self._attached = True

    def take_page(self, facts: Mapping[str, object], source: int, *, rendered: bool) -> int:
        """Keep a page as the earlier night read it: page ``source`` there, with ``facts`` of tonight. Returns the page's id here.

        ``rendered``: its render is taken over too. Links are those the earlier crawl met; what a render added comes with the render.
        """
        page = self.add_page(facts)
        run = self.database.conn.execute
        run(
            "INSERT INTO observations SELECT ?,observer,version,phase,value,error FROM earlier.observations WHERE page=? AND phase='static'",
            (page, source),
        )
        run(
            "INSERT INTO readings SELECT ?,kind,day,good_until,fragments,offered,following,render_cause,CASE WHEN ? THEN ? ELSE asked_on END FROM earlier.readings WHERE page=?",
            (page, facts["taken"] != "kept", self.as_of.isoformat(), source),
        )
        self._take_bytes(page, source, "static")
        if rendered:
            self.take_render(page, source)
        return page

    def take_render(self, page: int, source: int) -> None:
        """Keep the earlier night's complete render of page ``source`` as that of ``page``: observations, bytes, and what it was made of."""
        run = self.database.conn.execute
        run(
            "INSERT OR REPLACE INTO observations SELECT ?,observer,version,phase,value,error FROM earlier.observations "
            "WHERE page=? AND phase='rendered'",
            (page, source),
        )
        run("INSERT OR REPLACE INTO renders SELECT ?,inputs,rendered_on FROM earlier.renders WHERE page=?", (page, source))
        self._take_bytes(page, source, "rendered")

    def _take_bytes(self, page: int, source: int, phase: str) -> None:
        run = self.database.conn.execute
        run(
            "INSERT OR IGNORE INTO contents SELECT c.sha256,c.zstd FROM earlier.kept k JOIN earlier.contents c USING (sha256) "
            "WHERE k.page=? AND k.phase=?",
            (source, phase),
        )
        run("INSERT OR REPLACE INTO kept SELECT ?,phase,sha256 FROM earlier.kept WHERE page=? AND phase=?", (page, source, phase))

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

    def _detach(self) -> None:
        self.database.conn.commit()
        if self._attached:
            self.database.conn.execute("DETACH DATABASE earlier")
            self._attached = False

    def read(self) -> Evidence:
        """What has been written so far, as `judge` reads it."""
        self.database.conn.commit()
        return Evidence(self.partial, database=self.database)

    def abandon(self) -> Path:
        """Commit and close without giving the file its final name; returns where the part that was collected lies."""
        self._detach()
        self.database.close()
        return self.partial

    def finish(self) -> Path:
        """Commit, close and give the file its name."""
        self._detach()
        self.database.conn.execute("VACUUM")
        self.database.close()
        self.partial.replace(self.path)
        return self.path
