"""Whose page it is (归属): whether a page on another host speaks for the inspected site. Pure.

Shared platforms serve many sites from one host. A page there counts as this site's when its host lies under the site's own domain,
when it names the site, its unit or its 标识码 where a page says whose it is, or when the link to it carries what tells sites apart.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from checks.interaction import InteractionFacts
from checks.interaction_words import channel_names, plain, title_parts
from crawler.evidence import Evidence, Page
from crawler.site import Site, host_of

_TAIL = re.compile(r"(?:官方)?(?:门户)?(?:网站|信息网|官网|网)?(?:首页)?$")
_UNIT = re.compile(r"(?:政府|局|委员会|委|厅|办公室|办|院|部|中心|署|会|县|区|市|州|省|旗|乡|镇|街道)$")


def is_national(url: str) -> bool:
    """A nation-wide platform (国务院、国家信访局): nobody's own channel."""
    return host_of(url) in channel_names("national-hosts")


def own_domain(site: Site, url: str) -> bool:
    """Whether ``url`` lies on a host under the site's own domain (hd.lantian.gov.cn of www.lantian.gov.cn)."""
    host = host_of(url)
    return any(host.endswith(f".{bare}") for bare in {name.removeprefix("www.") for name in site.hosts})


def site_words(evidence: Evidence, home: InteractionFacts | None) -> tuple[frozenset[str], frozenset[str]]:
    """``(names, codes)`` by which pages may name this site: its registered name, its home page's title and site name; its code."""
    site, page = evidence.site, evidence.home
    raw = [site.name]
    if page is not None:
        raw += title_parts(page.title)[:3]
    if home is not None:
        raw += home.names[:3]
    names: set[str] = set()
    for text in raw:
        name = _TAIL.sub("", plain(text).removeprefix("中国·").removeprefix("中国•"))
        if len(name) >= 3 and _UNIT.search(name):
            names |= {name}
            region = name.removesuffix("人民政府")
            if len(region) >= 3:
                names.add(region)
    codes = {site.code.lower()} if site.code else set(home.codes if home and len(home.codes) == 1 else ())
    return frozenset(names), frozenset(codes)


def link_tells(site: Site, codes: frozenset[str], url: str) -> bool:
    """Whether the address itself carries what tells sites of a shared platform apart: a site parameter, the code, the site's label."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query), *parse_qsl(urlsplit(parts.fragment).query)]
    if any(key.lower().replace("_", "").replace("-", "") in channel_names("site-parameters") and value for key, value in query):
        return True
    label = site.host.removeprefix("www.").split(".")[0]
    pieces = {piece.lower() for split in (r"[/.]+", r"[/._-]+") for piece in re.split(split, unquote(parts.path))} | {
        v.lower() for _, v in query
    }
    return bool(codes & pieces) or (len(label) >= 3 and not label.isdigit() and label in pieces)


def speaks_for(evidence: Evidence, page: Page, facts: InteractionFacts | None, home: InteractionFacts | None, link: str) -> bool:
    """Whether ``page``, reached by ``link``, is this site's by the three grounds above."""
    names, codes = site_words(evidence, home)
    if own_domain(evidence.site, page.final_url or page.url) or own_domain(evidence.site, link):
        return True
    if link_tells(evidence.site, codes, link):
        return True
    said = [page.title, *(facts.names if facts else ())]
    if any(name in plain(text) for text in said for name in names):
        return True
    return bool(facts and codes & set(facts.codes))
