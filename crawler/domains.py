"""Registered domains, from the suffix list that ships with tldextract: nothing is ever fetched for it."""

from __future__ import annotations

from functools import lru_cache

import tldextract

from crawler.site import is_address

_EXTRACT = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@lru_cache(maxsize=4096)
def registered_domain(host: str) -> str:
    """The registered domain of an IDNA host: ``eea.gd.gov.cn`` gives ``gd.gov.cn``; the last two labels where the suffix is unknown.

    "" for addresses, single labels and names that are themselves a public suffix.
    """
    if not host or is_address(host) or "." not in host:
        return ""
    found = _EXTRACT(host)
    if found.suffix:
        return f"{found.domain}.{found.suffix}" if found.domain else ""
    return ".".join(host.split(".")[-2:])
