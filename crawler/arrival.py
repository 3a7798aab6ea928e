"""What came back for one asked address, and the row it becomes in the evidence file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from crawler.document import Document, Link
from crawler.earlier import Reading
from crawler.evidence import PageLink, PageState, RenderState, Taken
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
    render_inputs: tuple[tuple[str, str, str, str], ...] | None = None
    taken: Taken = ""
    reading: Reading | None = None  # of an earlier night, taken over when ``taken`` says so
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

    @classmethod
    def take(cls, address: Address, reading: Reading, taken: Taken, headers: Mapping[str, str] | None = None, **facts: Any) -> Arrival:
        """A page as an earlier night read it. ``headers``: of tonight's answer, where there was one."""
        return cls(address, "page", reading.page.reason, reading.page.status, headers or {}, taken=taken, reading=reading, **facts)

    def facts(self) -> dict[str, Any]:
        """The row of `crawler.evidence.Page`, without its id."""
        return self._own_facts() if self.reading is None or not self.taken else self._taken_facts(self.reading)

    def _taken_facts(self, reading: Reading) -> dict[str, Any]:
        """What the earlier night read, with tonight's way to the page, its validators and, where it was asked, its time."""
        page = reading.page
        rendered = self.render == "complete"
        return {
            "url": self.address.url,
            "final_url": self.address.url,
            "via": self.address.via,
            "depth": self.address.depth,
            "state": "page",
            "reason": page.reason,
            "status": page.status,
            "content_type": page.content_type,
            "charset": page.charset,
            "title": page.title,
            "template": page.template,
            "sha256": page.sha256,
            "size": page.size,
            "fetched_at": page.fetched_at if self.taken == "kept" else self.fetched_at,
            "elapsed_ms": page.elapsed_ms if self.taken == "kept" else self.elapsed_ms,
            "etag": self.headers.get("etag", page.etag)[:MAX_TEXT],
            "last_modified": self.headers.get("last-modified", page.last_modified)[:MAX_TEXT],
            "script_built": int(page.script_built),
            "elsewhere": 0,
            "render": "complete" if rendered else "no",
            "render_reason": "" if rendered else self.render_reason,
            "taken": self.taken,
        }

    def _own_facts(self) -> dict[str, Any]:
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
            "taken": "",
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
