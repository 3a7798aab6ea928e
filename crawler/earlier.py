"""An earlier night (前一夜) of the same site: which of its pages, and which of its renders, are still true tonight.

A page whose bytes are the same is not read again: what was seen on it is taken over. A page that the site says is unchanged costs one conditional
request. An article older than the horizon is not even asked, except on its turn of a rotation. Nothing is taken over that a day's passing, another
fragment or another script may have changed, nor from a night of another program.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import orjson

from crawler.document import Link
from crawler.evidence import Evidence, Page
from crawler.fetch import Fetcher
from crawler.shape import Kind, identity

ALWAYS_ASKED = 2
"""Pages of each template that are asked every night, whatever their age: a template that changed is noticed on them."""

Input = tuple[str, str, str, str]
"""A file of the site that a render loaded: url, sha256, ETag, Last-Modified (each "" where there was none)."""


@dataclass(frozen=True, slots=True)
class Turns:
    """How long a reading lasts, in days. ``horizon``: articles older than this are asked in rotation; ``rotation``: each comes round this often;
    ``render``: a kept render is made anew after this long."""

    horizon: int
    rotation: int
    render: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as the earlier night read it. ``offered``: how many of its links the crawl itself met; ``inputs``: what its
    complete render loaded, None when there was none; ``asked_on``: the night on which the site last answered for it."""

    page: Page
    kind: Kind | None
    day: date | None
    good_until: date | None
    fragments: tuple[str, ...]
    offered: int
    following: str
    render_cause: str
    inputs: tuple[Input, ...] | None
    rendered_on: date | None
    has_bytes: bool
    asked_on: date


class Earlier:
    """What an earlier night still tells tonight. ``afresh``: addresses that must be asked and rendered anew (pages with open findings)."""

    def __init__(self, evidence: Evidence, fetcher: Fetcher, *, as_of: date, turns: Turns, afresh: Iterable[str] = ()) -> None:
        self.evidence, self.as_of, self.turns = evidence, as_of, turns
        self._same = SameFiles(fetcher)
        self._afresh = {identity(url) for url in afresh}
        self._met: Counter[str] = Counter()
        self._shaken: set[str] = set()
        self._fragments: dict[str, bool] = {}

    @property
    def path(self) -> Path:
        """The earlier night's file."""
        return self.evidence.path

    @cached_property
    def _readings(self) -> dict[str, Reading]:
        run = self.evidence.database.conn.execute
        kept = {
            row[0]: row[1:]
            for row in run("SELECT page,kind,day,good_until,fragments,offered,following,render_cause,asked_on FROM readings")
        }
        renders = {row[0]: row[1:] for row in run("SELECT page,inputs,rendered_on FROM renders")}
        bytes_of = {row[0] for row in run("SELECT page FROM kept WHERE phase='static'")}
        failed = {row[0] for row in run("SELECT page FROM observations WHERE error<>''")}
        found: dict[str, Reading] = {}
        for page in self.evidence.pages:
            if page.readable and page.id in kept and page.id not in failed and page.url not in found:
                found[page.url] = _reading(page, kept[page.id], renders.get(page.id), page.id in bytes_of)
        return found

    @cached_property
    def _fragment_hashes(self) -> dict[str, str]:
        return {page.url: page.sha256 for page in self.evidence.pages if page.state == "fragment"}

    def reading(self, url: str) -> Reading | None:
        """The earlier reading of ``url``, if it could still be true of the same bytes; None when the page must be read anew."""
        found = self._readings.get(url)
        if found is None or (found.good_until is not None and found.good_until <= self.as_of):
            return None
        return found

    def afresh(self, url: str) -> bool:
        """Whether this page must be asked, and rendered, tonight."""
        return identity(url) in self._afresh

    # pages that are not asked

    def kept(self, url: str, kind: Kind) -> Reading | None:
        """The reading of an article that need not be asked tonight; None for all others. Called once for each address, in the order of asking.

        ``kind``: what the address promises. A page that shows a list beside its text is an article only where the address says so too and no
        check holds it for a column (the bytes of columns are kept).
        """
        found = self.reading(url)
        if found is None or found.page.depth < 1 or found.render_cause or self.afresh(url):
            return None
        if found.kind != "article" and (kind != "article" or found.has_bytes):
            return None
        if found.day is None or (self.as_of - found.day).days <= self.turns.horizon:
            return None
        self._met[found.page.template] += 1
        if self._met[found.page.template] <= ALWAYS_ASKED or found.page.template in self._shaken or self._turn(found):
            return None
        return found if all(self._fragments.get(part, False) for part in found.fragments) else None

    def _turn(self, reading: Reading) -> bool:
        """Whether it is this page's turn: on its day of the rotation, or when it was left out for longer than one."""
        due = zlib.crc32(reading.page.url.encode()) % self.turns.rotation == self.as_of.toordinal() % self.turns.rotation
        return due or (self.as_of - reading.asked_on).days >= self.turns.rotation

    def changed(self, reading: Reading, template: str) -> None:
        """A page was read anew: where its template is another now, no page of the old one is left unasked any more."""
        if template != reading.page.template:
            self._shaken.add(reading.page.template)

    # pages that are asked with a condition

    def validators(self, url: str) -> dict[str, str]:
        """Request headers that let the site answer "not modified"; {} where the page's bytes are wanted tonight in any case.

        What tonight may read again (home page, columns, pages near them) has its bytes kept; those of most articles are not, and nothing reads them.
        """
        found = self.reading(url)
        if found is None or not (found.has_bytes or (not found.fragments and not found.render_cause)):
            return {}
        page = found.page
        headers = {"If-None-Match": page.etag} if page.etag else {}
        return headers | ({"If-Modified-Since": page.last_modified} if page.last_modified else {})

    def body(self, reading: Reading) -> bytes | None:
        """The page's bytes as the earlier night kept them."""
        return self.evidence.body(reading.page)

    def fragment_same(self, url: str, sha256: str) -> bool:
        """Note what a fragment is tonight; whether it is what it was."""
        self._fragments[url] = bool(sha256) and self._fragment_hashes.get(url) == sha256
        return self._fragments[url]

    def links(self, reading: Reading) -> tuple[Link, ...]:
        """The links that the earlier crawl met on the page."""
        row = self.evidence.database.conn.execute("SELECT links FROM links WHERE page=?", (reading.page.id,)).fetchone()
        return tuple(Link(url, text, place) for url, text, place in orjson.loads(row[0])[: reading.offered]) if row else ()

    # renders

    async def render_holds(self, reading: Reading) -> bool:
        """Whether the page's kept render may stand for tonight's: the page is what it was, and so is everything of its site that it loaded."""
        if reading.inputs is None or reading.rendered_on is None or self.afresh(reading.page.url):
            return False
        age = (self.as_of - reading.rendered_on).days
        spread = zlib.crc32(reading.page.url.encode()) % 2  # not every render of a site on one night
        if age < 0 or age >= self.turns.render - spread:
            return False
        for part in reading.inputs:
            if not await self._same(part):
                return False
        return True

    def rendered_values(self, reading: Reading) -> dict[str, object | None]:
        """Observer → what it saw on the kept render, as plain JSON; None where it saw nothing."""
        rows = self.evidence.database.conn.execute(
            "SELECT observer,value FROM observations WHERE page=? AND phase='rendered' AND error=''", (reading.page.id,)
        )
        return {observer: None if value is None else json.loads(value) for observer, value in rows}

    def rendered_links(self, reading: Reading) -> list[tuple[str, str, str]]:
        """Links of the kept page, those that only its render shows included."""
        row = self.evidence.database.conn.execute("SELECT links FROM links WHERE page=?", (reading.page.id,)).fetchone()
        return [(url, text, place) for url, text, place in orjson.loads(row[0])] if row else []

    async def close(self) -> None:
        """Stop what is still being asked, close the file."""
        await self._same.close()
        self.evidence.close()


def _reading(page: Page, kept: tuple[str | int, ...], render: tuple[str, str] | None, has_bytes: bool) -> Reading:
    kind, day, good_until, fragments, offered, following, cause, asked_on = kept
    complete = render is not None and page.render == "complete"
    return Reading(
        page=page,
        kind=kind or None,  # type: ignore[arg-type]  # "column", "article" or ""
        day=date.fromisoformat(str(day)) if day else None,
        good_until=date.fromisoformat(str(good_until)) if good_until else None,
        fragments=tuple(json.loads(str(fragments))),
        offered=int(offered),
        following=str(following),
        render_cause=str(cause),
        inputs=tuple((url, sha, etag, modified) for url, sha, etag, modified in json.loads(render[0]))
        if complete and render is not None
        else None,
        rendered_on=date.fromisoformat(render[1]) if complete and render is not None else None,
        has_bytes=has_bytes,
        asked_on=date.fromisoformat(str(asked_on)),
    )


class SameFiles:
    """Whether files of the site are what they were; each is asked once a night, with the condition the site gave it last time."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._asked: dict[tuple[str, str], asyncio.Task[bool]] = {}

    async def __call__(self, part: Input) -> bool:
        """Whether ``part`` is what it was."""
        key = part[:2]
        if key not in self._asked:
            self._asked[key] = asyncio.ensure_future(self._ask(part))
        return await asyncio.shield(self._asked[key])

    async def _ask(self, part: Input) -> bool:
        url, sha256, etag, modified = part
        headers = ({"if-none-match": etag} if etag else {}) | ({"if-modified-since": modified} if modified else {})
        fetched = await self._fetcher.get(url, kind="browser", headers=headers, robots=False)
        if fetched.ok and fetched.status == 304 and headers:
            return True
        return fetched.ok and fetched.status == 200 and hashlib.sha256(fetched.body).hexdigest() == sha256

    async def close(self) -> None:
        """Stop what is still being asked."""
        for task in self._asked.values():
            task.cancel()
        await asyncio.gather(*self._asked.values(), return_exceptions=True)
