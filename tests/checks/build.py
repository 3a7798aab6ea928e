"""A site for a check's test: pages in, observations by the real observers, an `Evidence` out. No network.

site = Built(tmp_path, as_of=date(2026, 8, 25))
site.page("/", "<html>…</html>")                       # the home page: static only
site.page("/tzgg/", "<html>…</html>", rendered=True)   # also seen in the browser, which showed the same
evidence = site.evidence()
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from checks.page_lists import OBSERVER
from crawler.document import Document
from crawler.evidence import Evidence, EvidenceWriter, Observer, PageLink
from crawler.site import DeclaredColumn, Site

HOST = "https://www.lantian.gov.cn"
SEEN_AT = "2026-08-25T02:30:00+08:00"


class Built:
    """One site being put together; `evidence` may be asked once, at the end."""

    def __init__(
        self,
        folder: Path,
        *,
        as_of: date,
        observers: Sequence[Observer[Any]] = (OBSERVER,),
        columns: Iterable[DeclaredColumn] = (),
        code: str = "",
        aliases: tuple[str, ...] = (),
        host: str = HOST,
    ) -> None:
        self.host, self.as_of, self.observers = host, as_of, tuple(observers)
        site = Site(f"{host}/", columns=tuple(columns), code=code, aliases=aliases)
        self.writer = EvidenceWriter(folder / "site.db", site, as_of)

    def url(self, path: str) -> str:
        """The address of a path on the built site; a full address stays what it is."""
        return path if "://" in path else self.host + path

    def page(
        self,
        path: str,
        html: str,
        *,
        rendered: bool | str = False,
        reason: str = "not-rendered",
        depth: int | None = None,
        elsewhere: bool = False,
        fragments: Iterable[tuple[str, str]] = (),
        final: str = "",
    ) -> int:
        """Add a page that answered 200.

        ``rendered``: the browser showed the same (True) or this HTML; without it ``reason`` says why it was not opened.
        ``fragments``: ``(path, html)`` of frames that are part of it. ``final``: where a redirect led.
        """
        url = self.url(path)
        parts = tuple(Document(text, self.url(each), as_of=self.as_of) for each, text in fragments)
        document = Document(html, self.url(final) if final else url, as_of=self.as_of, fragments=parts)
        facts = self._facts(url, depth=(0 if path == "/" else 1) if depth is None else depth, elsewhere=elsewhere)
        facts |= {
            "title": document.title,
            "template": document.skeleton,
            "script_built": document.script_built,
            "state": "page",
            "status": 200,
        }
        facts |= {"final_url": document.url, "render": "complete" if rendered else "no", "render_reason": "" if rendered else reason}
        page = self.writer.add_page(facts, self._seen(document), self._links(document))
        if rendered:
            shown = Document(html if rendered is True else rendered, document.url, as_of=self.as_of, rendered=True, fragments=parts)
            self.writer.add_observations(page, self._seen(shown), phase="rendered")
            self.writer.add_links(page, self._links(shown))
        return page

    def failed(self, path: str, state: str = "http-error", status: int | None = 404) -> int:
        """Add an address that was asked and gave no page."""
        url = self.url(path)
        return self.writer.add_page(self._facts(url, depth=0 if path == "/" else 1) | {"state": state, "status": status})

    def evidence(self) -> Evidence:
        """What was put together, as a check reads it."""
        return self.writer.read()

    def _facts(self, url: str, *, depth: int, elsewhere: bool = False) -> dict[str, object]:
        return {
            "url": url, "final_url": url, "via": "", "depth": depth, "state": "page", "reason": "", "status": None,
            "content_type": "text/html", "charset": "utf-8", "title": "", "template": "", "sha256": "", "size": 0,
            "fetched_at": SEEN_AT, "elapsed_ms": 20, "etag": "", "last_modified": "", "script_built": False,
            "elsewhere": elsewhere, "render": "no", "render_reason": "",
        }  # fmt: skip

    def _seen(self, document: Document) -> list[tuple[Observer[Any], object | None, str]]:
        return [(observer, observer.observe(document), "") for observer in self.observers]

    def _links(self, document: Document) -> list[PageLink]:
        return [PageLink(link.url, link.text, link.place) for link in document.links if link.url]
