"""The home page as a visitor from a search engine gets it, and as the engine itself does (伪装): two polite requests, compared with the page
everybody gets. It measures; what it means is for `judge`.

The second one says who we are as every request does, with the engine's token added. Redirects are followed on the site's own hosts only: where
they lead to somebody else, that somebody is not visited. The robots.txt of the site holds for us under our own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from checks.hidden_links_blocks import MAX_NAMES, Mark, harmless
from checks.hidden_links_hosts import unrelated
from checks.hidden_links_reading import READING, observe
from crawler.charset import decode
from crawler.document import Document
from crawler.evidence import Evidence, Page
from crawler.fetch import Fetched, Fetcher
from crawler.interstitial import challenge, refresh_target
from crawler.network import Network
from crawler.responses import redirect_target
from crawler.settings import USER_AGENT
from crawler.site import host_of

SPIDER = f"{USER_AGENT} (compatible; Baiduspider/2.0)"
"""Our own name and contact, and the token that cloaking scripts look for."""

HOPS = 5
"""Redirects on the site's own hosts that are followed."""

WAYS = ("referrer", "spider")
"""The two ways of asking: from a page of search results, with the engine's token."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one way of asking brought. ``away``: the unrelated host it was sent to, "" when it stayed; ``trail``: the addresses it was sent
    through; ``marks``: what is wrong with the page and was not wrong with the ordinary one; ``title`` of the page."""

    url: str
    status: int | None
    away: str
    trail: tuple[str, ...]
    marks: tuple[Mark, ...]
    title: str


def headers_of(way: str, name: str) -> dict[str, str]:
    """The request headers of a way of asking; ``name``: what a visitor would have searched for."""
    return {"referer": f"https://www.baidu.com/s?wd={quote(name[:40])}"} if way == "referrer" else {"user-agent": SPIDER}


async def probe(evidence: Evidence, network: Network, fetcher: Fetcher) -> dict[str, tuple[Any, str]]:
    """``referrer`` and ``spider``: an `Answer` or why there is none; nothing where the home page could not be read or the test is off."""
    home = evidence.home
    off = not evidence.meta("options", {}).get("cloak_test", True)
    if off or home is None or not home.readable or evidence.meta("site_state", {}).get("state") in ("blocked", "unreachable"):
        return {}
    asking = _Asking(evidence, fetcher, home)
    return {way: await asking.ask(headers_of(way, home.title)) for way in WAYS}


def _ordinary(evidence: Evidence, home: Page) -> tuple[Mark, ...]:
    """What is wrong with the home page as everybody gets it, static and rendered."""
    marks: tuple[Mark, ...] = ()
    body = evidence.body(home)
    if body is not None:
        reading = observe(Document(decode(body, home.content_type).text, home.final_url or home.url, as_of=evidence.as_of))
        marks = reading.marks if reading else ()
    seen = evidence.seen(home, READING).value
    return (*marks, *(seen.marks if seen else ()))


class _Asking:
    """The home page, asked for where everybody begins: at the site's root where that leads to it."""

    def __init__(self, evidence: Evidence, fetcher: Fetcher, home: Page) -> None:
        self.site, self.as_of, self.fetcher, self.home = evidence.site, evidence.as_of, fetcher, home
        roots = (page.url for page in evidence.pages if page.depth == 0 and page.state in ("page", "redirect") and not page.elsewhere)
        self.start = next((url for url in roots if self._ours(url)), home.url)
        self.ordinary = _ordinary(evidence, home)

    def _ours(self, url: str) -> bool:
        return self.site.owns(url) or host_of(url) == host_of(self.home.url)

    async def ask(self, headers: dict[str, str]) -> tuple[Answer | None, str]:
        """One way of asking, redirects on the site's own hosts followed."""
        trail: list[str] = []
        current = self.start
        while True:
            fetched = await self.fetcher.get(current, kind="probe", headers=headers, follow=False)
            if fetched.error:
                return None, fetched.error
            text = decode(fetched.body, fetched.headers.get("content-type", "")).text
            document = Document(text, current, as_of=self.as_of)
            if challenge(fetched.status, document, fetched.headers) is not None:
                return None, "challenge"
            target = _target(fetched, document, current)
            if not target:
                if fetched.status not in (200, 203):
                    return None, f"http-{fetched.status}"
                return Answer(self.start, fetched.status, "", tuple(trail), _new(document, self.ordinary), document.title[:200]), ""
            trail.append(target)
            if not self._ours(target) and unrelated(host_of(target), self.site.host):
                return Answer(self.start, fetched.status, host_of(target), tuple(trail), (), document.title[:200]), ""
            if len(trail) > HOPS or target in trail[:-1] or not self._ours(target):
                return None, "redirect-loop"
            current = target


def _target(fetched: Fetched, document: Document, current: str) -> str:
    """Where the answer sends its visitor, by header, refresh or script; "" when it is a page."""
    if fetched.status in (301, 302, 303, 307, 308):
        return redirect_target(current, fetched.headers.get("location", ""))
    return refresh_target(document) or ""


def _new(document: Document, ordinary: tuple[Mark, ...]) -> tuple[Mark, ...]:
    """What is wrong with this page and not with the ordinary one: other words or other domains."""
    reading = observe(document)
    words = {word for mark in ordinary for word in mark.words}
    hosts = {host for mark in ordinary for host in mark.domains}
    return tuple(
        mark
        for mark in (reading.marks if reading else ())
        if mark.sure and (set(mark.words) - words or (not mark.words and set(mark.domains) - hosts))
    )


def describe(answer: dict[str, Any]) -> str:
    """What a kept answer shows, as harmless text; "" when it shows nothing wrong."""
    if answer["away"]:
        return harmless(f"跳转到 {answer['away']}")
    marks = answer["marks"]
    if not marks:
        return ""
    words = list(dict.fromkeys(word for mark in marks for word in mark["words"]))[:MAX_NAMES]
    return harmless(f"标题《{answer['title']}》；出现词语：{'、'.join(words) or '—'}；{marks[0]['snippet']}")
