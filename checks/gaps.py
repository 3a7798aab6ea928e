"""Gaps of a run that keep a check from saying *pass*: the site stopped answering half-way, pages that a script builds were never opened.

A crawl that ends at a limit of ours has no gap: what it reads is what a check promises to look at. A site that dies under it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from checks.model import Unseen
from crawler.evidence import Evidence, Page

SILENT = 3
"""So many pages in a row without an answer, at the end of a crawl: the site had stopped answering."""

GAVE_UP = ("breaker", "safeguard")
"""What ended a crawl because the site would not, or could not, answer."""

_NEVER_LOOKED = ("no-browser", "render-never", "render-budget")
"""Why a page was not opened in the browser at all; one that was opened and came incomplete is another matter."""


def stopped(evidence: Evidence) -> Iterator[Unseen]:
    """One `Unseen` where the site stopped answering before the crawl was done."""
    home = evidence.home
    place = urlsplit(home.final_url or home.url).netloc if home is not None else ""
    asked = [page for page in evidence.pages if urlsplit(page.url).netloc == place and page.state not in ("fragment", "robots")]
    last = asked[-SILENT:]
    silent = len(last) == SILENT and all(page.state == "network-error" for page in last)
    if silent or (evidence.meta("coverage") or {}).get("ended_by") in GAVE_UP:
        yield Unseen("site-failing", f"读取 {len(evidence.readable)} 页后，网站停止应答", tuple(page.url for page in last))


def incomplete(evidence: Evidence) -> Iterator[Unseen]:
    """One `Unseen` where no page that was opened in the browser came whole: a script of the template does not answer."""
    opened = [page for page in evidence.readable if page.render != "no"]
    if opened and all(page.render == "incomplete" for page in opened):
        yield Unseen("incomplete-render", f"在浏览器中打开的 {len(opened)} 个页面都没有完整显示", tuple(page.url for page in opened))


def unopened(pages: Iterable[Page]) -> Iterator[Unseen]:
    """One `Unseen` per reason for those of ``pages`` that a script builds and no browser opened: what stands on them was not seen."""
    found: dict[str, list[str]] = {}
    for page in pages:
        if page.readable and page.render == "no" and page.render_reason in _NEVER_LOOKED:
            found.setdefault(page.render_reason, []).append(page.url)
    for reason, urls in sorted(found.items()):
        yield Unseen(reason, f"{len(urls)} 个页面的内容可能由脚本生成，没有在浏览器中打开", tuple(urls))
