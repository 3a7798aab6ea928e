"""Which registered site a row of the sheet 网站 means: by its key, else by its code, else by its address, else by its host where that leaves no doubt.

A site keeps its key for life, so a row that changes the code or the address of a site must find that site and not make a new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.registry import RegisteredSite
from crawler.site import host_of

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Named:
    """What a row says of which site it is; "" where it says nothing."""

    key: str
    code: str
    url: str


def address(url: str) -> str:
    """What of a URL tells two sites apart: host without ``www``, port, path, query; not the scheme."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port and parts.port != _PORTS.get(parts.scheme) else ""
    return f"{host_of(url).removeprefix('www.')}{port}{parts.path.rstrip('/')}?{parts.query}".rstrip("?")


def host(url: str) -> str:
    """The host without ``www``."""
    return host_of(url).removeprefix("www.")


def match(rows: Sequence[Named], known: Iterable[RegisteredSite]) -> list[RegisteredSite | None]:
    """The registered site each row means, None for a new one; no site is given to two rows."""
    free = {site.key: site for site in sorted(known, key=lambda site: site.removed_on is not None)}
    found: list[RegisteredSite | None] = [None] * len(rows)

    def settle(of_row: Callable[[Named], str], of_site: Callable[[RegisteredSite], str]) -> None:
        """Match what is still free on both sides by one sign."""
        index: dict[str, RegisteredSite] = {}
        for site in free.values():
            index.setdefault(of_site(site), site)
        for number, row in enumerate(rows):
            meant = index.get(of_row(row)) if of_row(row) and found[number] is None else None
            if meant is not None and meant.key in free and (not row.key or row.key == meant.key):
                found[number] = free.pop(meant.key)

    settle(lambda row: row.key, lambda site: site.key)
    settle(lambda row: row.code, lambda site: site.code)
    settle(lambda row: address(row.url) if row.url else "", lambda site: address(site.url))
    left = Counter(host(row.url) for number, row in enumerate(rows) if found[number] is None and row.url)
    sites = Counter(site.host for site in free.values())
    settle(
        lambda row: host(row.url) if row.url and not row.code and left[host(row.url)] == 1 and sites[host(row.url)] == 1 else "",
        lambda site: site.host,
    )
    return found
