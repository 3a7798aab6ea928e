"""Which host of a link has nothing to do with the site: the allow lists of the catalogue, and names that give themselves away."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from checks.catalogue import rules
from checks.hidden_links_words import ID
from crawler.domains import registered_domain
from crawler.site import InvalidAddress, ascii_host, is_address

_HOST = re.compile(r"//(?:[\w.%-]{0,60}@)?([\w-]+(?:\.[\w-]+)+)")
MAX_HOSTS = 3_000
"""Different hosts of one page that are looked at."""
_SCHEME = 12
"""Characters an address may have before its ``//``."""
_FILES = frozenset(
    {"html", "htm", "shtml", "jsp", "php", "aspx", "js", "css", "png", "jpg", "gif", "write", "open", "href", "location", "log"}
)
"""Last labels of what a script's comment names: no host."""


@cache
def _known() -> frozenset[str]:
    return frozenset(rules(ID).names["known-hosts"])


@cache
def _suffixes() -> tuple[str, ...]:
    return tuple(f".{ascii_host(suffix)}" for suffix in rules(ID).names["known-suffixes"])


@cache
def _bad() -> re.Pattern[str]:
    return re.compile("|".join(rules(ID).names["bad-hosts"]))


def domain_of(host: str) -> str:
    """The registered domain of a host, the host itself where it has none."""
    return registered_domain(host) or host


@lru_cache(maxsize=1 << 14)
def unrelated(host: str, home: str) -> bool:
    """Whether ``host`` (as written) is somebody whom a government site at ``home`` has no reason to hide a link to."""
    try:
        name = ascii_host(host)
    except InvalidAddress:
        return False
    if is_address(name):
        return name not in _known() and name != home and ipaddress.ip_address(name).is_global
    last = name.rpartition(".")[2]
    if "." not in name or last.isdecimal() or len(last) < 2 or last in _FILES:
        return False
    if name == home or f".{name}".endswith(_suffixes()) or name in _known():
        return False
    domain = domain_of(name)
    return domain != domain_of(home) and domain not in _known()


def gives_itself_away(host: str) -> bool:
    """Whether the host's very name is that of a gambling, pornography or pill site."""
    return _bad().search(host.lower()) is not None


def host_in(address: str) -> str:
    """The host that a written address names, in lower case; "" for one on the page's own host."""
    start = address.find("//") if "\\" not in address else (address := address.replace("\\", "/")).find("//")
    match = _HOST.match(address, start) if 0 <= start <= _SCHEME else None
    return match[1].lower() if match else ""


def unrelated_hosts(html: str, home: str) -> frozenset[str]:
    """Every unrelated host that an address anywhere in the source names, scripts and comments included. One pass over ``html``."""
    written = list(dict.fromkeys(_HOST.findall(html)))[:MAX_HOSTS]
    return frozenset(host for name in written if unrelated(host := name.lower(), home))


def domains(hosts: Iterable[str]) -> tuple[str, ...]:
    """The registered domains of hosts, sorted."""
    return tuple(sorted({domain_of(host) for host in hosts}))
