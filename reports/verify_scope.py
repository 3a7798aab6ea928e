"""What has to be read to look at one finding again: its accused pages beside the home page, or as much as a night reads.

The accused pages are named to the crawl as columns, so that they are asked right after the home page. Where a check judges a page by what kind of page it is, naming it
so would change the answer: then the whole site is read as usual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crawler.links import page_key
from crawler.settings import Limits
from crawler.site import DeclaredColumn, Site
from reports.history_reading import LifeFinding

BY_PAGE = frozenset({"error-report-entry", "site-identity", "hidden-links", "links"})
"""Checks that judge a page whatever kind of page it is (of `links`, the accused pages are columns already)."""

_NEAR = 20
"""Pages read beside the accused ones: a template's other members, by which the browser's answer is settled."""

_MOST_ACCUSED = 100

_HOME: Mapping[str, frozenset[str]] = {
    "availability": frozenset({"unreachable-now", "intermittent", "unreachable-week"}),
    "site-identity": frozenset({"domain-not-government"}),
    "ipv6": frozenset(
        {
            "no-aaaa", "unreachable-v6", "status-differs", "redirect-v4-only", "ns-not-over-v6", "ns-single-v6", "bad-spare-address",
            "content-differs", "unstable-v6",
        }
    ),
    "https": frozenset(
        {
            "no-https", "handshake-failed", "self-signed", "untrusted", "invalid-certificate", "incomplete-chain", "chain-expired", "wrong-name",
            "expired", "not-yet-valid", "expiring", "old-tls", "no-redirect",
        }
    ),
}  # fmt: skip
"""Check → codes that the home page alone decides."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The site with the pages to begin with, and the limits of the look."""

    site: Site
    limits: Limits


def scope_of(life: LifeFinding, site: Site, limits: Limits, column: Mapping[str, str]) -> Scope:
    """``limits``: those of a night; ``column``: name, class and address of the accused column as last told, empty where it is not known."""
    if life.code in _HOME.get(life.check, ()):
        return Scope(site, replace(limits, max_pages=min(_NEAR, limits.max_pages), depth=1))
    if life.check == "column-updates" and column.get("name"):
        accused = DeclaredColumn(column.get("url", life.url), column["name"], column.get("class", ""))
        return Scope(_with(site, (accused,)), _small(limits, 1))
    by_page = life.check in BY_PAGE or (life.check, life.subject) == ("page-tags", "home")
    if by_page and 0 < len(life.pages) <= _MOST_ACCUSED and life.subject != "site":
        named = tuple(DeclaredColumn(url) for url in life.pages if site.owns(url))
        if len(named) == len(life.pages):
            return Scope(_with(site, named), _small(limits, len(named)))
    return Scope(site, limits)


def _small(limits: Limits, accused: int) -> Limits:
    """Never less than the accused pages, whatever the site's own cap is."""
    return replace(limits, max_pages=max(accused + 1, min(accused + _NEAR, limits.max_pages)), depth=max(1, min(2, limits.depth)))


def _with(site: Site, named: tuple[DeclaredColumn, ...]) -> Site:
    """The site with these columns first; one that is declared already stays as it is declared."""
    own = {page_key(column.url) for column in site.columns}
    home = page_key(site.url)
    fresh = tuple(each for each in named if page_key(each.url) not in own and page_key(each.url) != home)
    wanted = {page_key(each.url) for each in named}
    first = tuple(each for each in site.columns if page_key(each.url) in wanted)
    return replace(site, columns=(*fresh, *first))
