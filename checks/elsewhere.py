"""Pages on another host that are read as this site's (互动平台在其他主机): asked politely, kept beside the site's own, never crawled on.

Checks name them (`Check.visits`); after each round they are asked again, because an entry page leads on to its statistics and its
lists of letters. At most ``limit`` requests in all, redirects counted; every answer, whatever it is, becomes a row with ``elsewhere``.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from checks.model import Check, Visit
from crawler.arrival import now, page_links
from crawler.browser import Rendered, Renderer
from crawler.charset import decode
from crawler.document import Document
from crawler.evidence import Evidence, EvidenceWriter, Observer, PageState
from crawler.fetch import Fetched, Fetcher
from crawler.interstitial import challenge, empty, parked, refresh_target, soft_404
from crawler.observing import observe
from crawler.responses import ERRORS

log = logging.getLogger(__name__)

LIMIT = 10
_ERROR_STATES: dict[str, PageState] = {"too-large": "too-large", "refused-address": "refused-address", "robots": "robots"}


async def read_elsewhere(
    writer: EvidenceWriter,
    evidence: Evidence,
    checks: Sequence[Check],
    fetcher: Fetcher,
    renderer: Renderer | None,
    observers: Sequence[Observer[Any]],
    as_of: date,
    limit: int = LIMIT,
) -> int:
    """Read what the checks' ``visits`` name, round by round, until none is new or ``limit`` requests were made; how many pages were asked."""
    reader = _Reader(writer, fetcher, renderer, tuple(observers), as_of, limit)
    asked: set[str] = set()
    while reader.left > 0:
        fresh = [visit for visit in _named(checks, evidence) if visit.url not in asked and not evidence.site.owns(visit.url)]
        if not fresh:
            break
        for visit in fresh:
            if reader.left <= 0:
                break
            asked.add(visit.url)
            await reader.read(visit, _via(evidence, visit.url))
        evidence = writer.read()
    return len(asked)


def _named(checks: Sequence[Check], evidence: Evidence) -> list[Visit]:
    """What all checks name, each address once, in the order of the checks."""
    found: dict[str, Visit] = {}
    for visits in dict.fromkeys(check.visits for check in checks if check.visits is not None):
        for visit in visits(evidence):
            found.setdefault(visit.url, visit)
    return list(found.values())


def _via(evidence: Evidence, url: str) -> str:
    """The page that leads to ``url``: one elsewhere first, for its word says whose ``url`` is."""
    for page in sorted(evidence.pages, key=lambda p: not p.elsewhere):
        if page.readable and any(link.url == url for link in evidence.links(page)):
            return page.final_url or page.url
    return ""


@dataclass(slots=True)
class _Reader:
    """Asks, decodes, observes and keeps; ``left``: requests still allowed."""

    writer: EvidenceWriter
    fetcher: Fetcher
    renderer: Renderer | None
    observers: tuple[Observer[Any], ...]
    as_of: date
    left: int

    async def read(self, visit: Visit, via: str) -> None:
        """Ask one page and keep what came of it."""
        log.info("elsewhere: %s (%s)", visit.url, visit.purpose)
        fetched = await self._get(visit.url)
        state, reason, document = self._look(fetched)
        target = refresh_target(document) if document is not None and state == "page" else None
        if target and self.left > 0:
            fetched = await self._get(target)
            state, reason, document = self._look(fetched)
        shown = await self._render(fetched.final_url) if document is not None and self._needs_browser(state, document) else None
        if state == "challenge":
            document = None
            if shown is not None and shown.document is not None and challenge(200, shown.document, {}) is None:
                state, reason = "page", "在浏览器中通过防护验证"
        self._keep(visit, via, fetched, state, reason, document, shown)

    async def _get(self, url: str) -> Fetched:
        fetched = await self.fetcher.get(url, kind="elsewhere")
        self.left -= 1 + len(fetched.redirects)
        return fetched

    def _look(self, fetched: Fetched) -> tuple[PageState, str, Document | None]:
        """What an answer is, why, and its document where it is HTML."""
        if fetched.error:
            return _ERROR_STATES.get(fetched.error, "network-error"), fetched.detail or ERRORS.get(fetched.error, fetched.error), None
        kind = fetched.headers.get("content-type", "")
        if kind and "html" not in kind.lower() and "text/plain" not in kind.lower():
            return "not-html", kind, None
        document = Document(decode(fetched.body, kind).text, fetched.final_url, as_of=self.as_of)
        if wall := challenge(fetched.status, document, fetched.headers):
            return "challenge", wall, document
        if fetched.status not in (200, 203):
            return "http-error", f"服务器应答 {fetched.status}", None
        if soft_404(document, None):
            return "soft-404", "页面提示内容不存在", None
        if parked(document):
            return "parked", "域名停放页或服务器默认页", None
        if empty(document) and not document.script_built:
            return "empty", "页面没有任何内容", None
        return "page", "", document

    def _needs_browser(self, state: PageState, document: Document) -> bool:
        """Whether the page must be rendered at once: a check could not follow it otherwise."""
        return state == "challenge" or (state == "page" and document.script_built)

    async def _render(self, url: str) -> Rendered | None:
        if self.renderer is None or not self.renderer.available or self.left <= 0:
            return None
        self.left -= 1
        return await self.renderer.render(url)

    def _keep(
        self, visit: Visit, via: str, fetched: Fetched, state: PageState, reason: str, document: Document | None, shown: Rendered | None
    ) -> None:
        facts = _facts(visit, via, fetched, state, reason)
        seen = shown.document if shown is not None and state == "page" else None
        best = seen or document
        if best is not None:
            facts |= {
                "title": best.title[:300],
                "template": (document or best).skeleton,
                "script_built": int(bool(document and document.script_built)),
            }
            facts |= {"charset": decode(fetched.body, fetched.headers.get("content-type", "")).charset}
        if shown is not None:
            facts |= {"render": "complete" if shown.complete and seen is not None else "incomplete", "render_reason": shown.reason}
        static = observe(self.observers, document) if document is not None else []
        page = self.writer.add_page(facts, static, page_links(best.links) if best is not None else [])
        if document is not None and fetched.body:
            self.writer.keep_bytes(page, fetched.body, str(facts["sha256"]))
        if seen is not None and shown is not None:
            self.writer.add_observations(page, observe(self.observers, seen), phase="rendered")
            body = shown.html.encode("utf-8", errors="replace")
            self.writer.keep_bytes(page, body, hashlib.sha256(body).hexdigest(), phase="rendered")


def _facts(visit: Visit, via: str, fetched: Fetched, state: PageState, reason: str) -> dict[str, Any]:
    """The row of `crawler.evidence.Page`, without id, for one answer from elsewhere."""
    headers: Mapping[str, str] = fetched.headers
    return {
        "url": visit.url,
        "final_url": fetched.final_url or visit.url,
        "via": via,
        "depth": 1,
        "state": state,
        "reason": reason[:300],
        "status": fetched.status,
        "content_type": headers.get("content-type", "")[:300],
        "charset": "",
        "title": "",
        "template": "",
        "sha256": hashlib.sha256(fetched.body).hexdigest() if fetched.body else "",
        "size": len(fetched.body),
        "fetched_at": now(),
        "elapsed_ms": fetched.elapsed_ms,
        "etag": headers.get("etag", "")[:300],
        "last_modified": headers.get("last-modified", "")[:300],
        "script_built": 0,
        "elsewhere": 1,
        "render": "no",
        "render_reason": "",
    }
