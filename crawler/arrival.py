"""What came back for one asked address, and the row it becomes in the evidence file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crawler.document import Document, Link
from crawler.evidence import PageLink, PageState, RenderState
from crawler.fragments import Fragment
from crawler.frontier import Address

_ZONE = ZoneInfo("Asia/Shanghai")
MAX_TEXT = 300


def now() -> str:
    """This moment as ISO 8601 with the Asia/Shanghai offset, to the second."""
    return datetime.now(_ZONE).isoformat(timespec="seconds")


@dataclass(slots=True)
class Arrival:
    """One asked address and its outcome. ``reason`` is Chinese; ``target``: where a redirect or refresh leads; ``error``: a word of
    `crawler.responses.ErrorWord`, or ``stopped`` when it was never sent."""

    address: Address
    state: PageState
    reason: str = ""
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    charset: str = ""
    document: Document | None = None
    fragments: tuple[Fragment, ...] = ()
    target: str = ""
    error: str = ""
    elapsed_ms: int = 0
    fetched_at: str = field(default_factory=now)
    rendered: Document | None = None
    rendered_html: str = ""
    render: RenderState = "no"
    render_reason: str = ""
    render_cause: str = ""  # why the browser was asked
    _digest: tuple[int, str] = (0, "")

    @property
    def readable(self) -> bool:
        """Whether this is a page of its own."""
        return self.state == "page"

    @property
    def shown(self) -> Document | None:
        """The page as a visitor sees it: rendered where that worked, else static."""
        return self.rendered or self.document

    @property
    def sha256(self) -> str:
        """Of the body as served."""
        if not self.body:
            return ""
        if self._digest[0] != id(self.body):
            self._digest = id(self.body), hashlib.sha256(self.body).hexdigest()
        return self._digest[1]

    def facts(self) -> dict[str, Any]:
        """The row of `crawler.evidence.Page`, without its id."""
        page, static = self.shown, self.document
        return {
            "url": self.address.url,
            "final_url": self.target if self.state == "redirect" else self.address.url,
            "via": self.address.via,
            "depth": self.address.depth,
            "state": self.state,
            "reason": self.reason[:MAX_TEXT],
            "status": self.status,
            "content_type": self.headers.get("content-type", "")[:MAX_TEXT],
            "charset": self.charset,
            "title": page.title[:MAX_TEXT] if page is not None else "",
            "template": (static or page).skeleton if self.readable and (static or page) is not None else "",  # type: ignore[union-attr]
            "sha256": self.sha256,
            "size": len(self.body),
            "fetched_at": self.fetched_at,
            "elapsed_ms": self.elapsed_ms,
            "etag": self.headers.get("etag", "")[:MAX_TEXT],
            "last_modified": self.headers.get("last-modified", "")[:MAX_TEXT],
            "script_built": int(bool(static is not None and static.script_built)),
            "elsewhere": 0,
            "render": self.render,
            "render_reason": self.render_reason,
        }


def fragment_facts(fragment: Fragment, via: Address) -> dict[str, Any]:
    """The row of a fragment, asked because of the page ``via``."""
    fetched = fragment.fetched
    return {
        "url": fragment.url,
        "final_url": fetched.final_url,
        "via": via.url,
        "depth": via.depth,
        "state": "fragment",
        "reason": fetched.detail[:MAX_TEXT],
        "status": fetched.status,
        "content_type": fetched.headers.get("content-type", "")[:MAX_TEXT],
        "charset": fragment.charset,
        "title": fragment.document.title[:MAX_TEXT] if fragment.document is not None else "",
        "template": "",
        "sha256": hashlib.sha256(fetched.body).hexdigest() if fetched.body else "",
        "size": len(fetched.body),
        "fetched_at": now(),
        "elapsed_ms": fetched.elapsed_ms,
        "etag": fetched.headers.get("etag", "")[:MAX_TEXT],
        "last_modified": fetched.headers.get("last-modified", "")[:MAX_TEXT],
        "script_built": 0,
        "elsewhere": 0,
        "render": "no",
        "render_reason": "",
    }


def page_links(links: tuple[Link, ...]) -> list[PageLink]:
    """Links for the evidence file: each address once per text and place, in reading order."""
    found = {(link.url, link.text[:200], link.place): None for link in links if link.url}
    return [PageLink(url, text, place) for url, text, place in found]
