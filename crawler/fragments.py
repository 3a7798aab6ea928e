"""Fragments (页面片段): same-host frames and ``.load()``ed pieces, asked once per run, part of every page that shows them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from crawler.charset import decode
from crawler.document import Document
from crawler.fetch import Fetched, Fetcher
from crawler.site import Site

MAX_NESTING = 2
"""Frames inside frames are followed this deep."""

PER_PAGE = 12
"""Fragments of one page that are read; more is a page made of advertisements."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What came back for one fragment; ``document`` None when it could not be read."""

    url: str
    fetched: Fetched
    document: Document | None
    charset: str


class Fragments:
    """The fragments of one site. `of` may be called from several pages at once; each address is asked once."""

    def __init__(self, site: Site, fetcher: Fetcher, *, as_of: date, limit: int) -> None:
        self._site, self._fetcher, self._as_of, self._limit = site, fetcher, as_of, limit
        self._tasks: dict[str, asyncio.Task[Fragment]] = {}

    async def of(self, document: Document, nesting: int = 0) -> tuple[Fragment, ...]:
        """The fragments that ``document`` shows, in reading order, those over the limit left out."""
        tasks = []
        for url in document.frames[:PER_PAGE]:
            if not self._site.owns(url) or url == document.url:
                continue
            if url not in self._tasks and len(self._tasks) < self._limit:
                self._tasks[url] = asyncio.ensure_future(self._fetch(url, nesting))
            if url in self._tasks:
                tasks.append(self._tasks[url])
        return tuple([await asyncio.shield(task) for task in tasks])

    async def again(self, urls: tuple[str, ...]) -> tuple[Fragment, ...]:
        """The fragments that an earlier night read at ``urls``, as they are tonight; fewer than ``urls`` when the limit is reached."""
        for url in urls:
            if url not in self._tasks and len(self._tasks) < self._limit:
                self._tasks[url] = asyncio.ensure_future(self._fetch(url, 0))
        return tuple([await asyncio.shield(self._tasks[url]) for url in urls if url in self._tasks])

    async def _fetch(self, url: str, nesting: int) -> Fragment:
        fetched = await self._fetcher.get(url, kind="fragment")
        kind = fetched.headers.get("content-type", "")
        readable = fetched.ok and fetched.status == 200 and (not kind or "html" in kind or "xml" in kind or "text/plain" in kind)
        if not readable or not self._site.owns(fetched.final_url):
            return Fragment(url, fetched, None, "")
        text, charset, _ = decode(fetched.body, kind)
        document = Document(text, fetched.final_url, as_of=self._as_of)
        if nesting + 1 < MAX_NESTING and document.frames:
            inner = [f for f in await self._inner(document, url, nesting) if f.document is not None]
            if inner:
                document = Document(
                    text, fetched.final_url, as_of=self._as_of, fragments=tuple(f.document for f in inner if f.document is not None)
                )
        return Fragment(url, fetched, document, charset)

    async def _inner(self, document: Document, own: str, nesting: int) -> tuple[Fragment, ...]:
        """Frames of a frame, those already being asked left out: two that show each other would wait for ever."""
        fresh = [url for url in document.frames if url not in self._tasks and url != own]
        if not fresh:
            return ()
        return await self.of(
            Document("".join(f'<iframe src="{url}"></iframe>' for url in fresh), document.url, as_of=self._as_of), nesting + 1
        )

    async def close(self) -> None:
        """Stop what is still being asked."""
        pending = [task for task in self._tasks.values() if not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
