"""The inspected portal (政府网站): its address, its scope, its key.

Scope: the site's host with and without ``www`` plus the declared aliases; every other sub-domain is another site.
Hosts are compared in their IDNA (punycode) form, so ``测试.政务`` and ``xn--…`` are one host.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

import idna


class InvalidAddress(ValueError):
    """What the user typed is no web address; ``str()`` is one Chinese line that says what to do."""


def ascii_host(host: str) -> str:
    """``host`` in lower-case IDNA form without a trailing dot; raises `InvalidAddress` for an impossible name."""
    host = host.strip().rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise InvalidAddress(f"域名“{host}”不合规范（{error}），请检查后重新输入。") from error


def host_of(url: str) -> str:
    """The IDNA host of ``url``; "" when it has none or is malformed."""
    try:
        return ascii_host(urlsplit(url).hostname or "")
    except ValueError:
        return ""


def is_address(host: str) -> bool:
    """Whether ``host`` is a bare IPv4 or IPv6 address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def home_url(typed: str) -> tuple[str, bool]:
    """``(url, has_scheme)`` of what a user typed; without a scheme the url is https and the caller may try http.

    Raises `InvalidAddress` when ``typed`` can't be a site's address.
    """
    text = typed.strip()
    has_scheme = "://" in text
    if not has_scheme:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise InvalidAddress(f"“{typed}”不是网址：请输入形如 https://www.example.gov.cn/ 的地址。") from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or any(c.isspace() or ord(c) < 32 for c in text):
        raise InvalidAddress(f"“{typed}”不是网址：请输入形如 https://www.example.gov.cn/ 的地址。")
    if "." not in host and ":" not in host and host != "localhost":
        raise InvalidAddress(f"“{typed}”不是网址：域名应含有点号，例如 www.example.gov.cn。")
    name = ascii_host(host)
    if ":" not in name and any(not label or len(label) > 63 for label in name.split(".")):
        raise InvalidAddress(f"“{typed}”不是网址：域名“{host}”不合规范。")
    netloc = f"[{name}]" if ":" in name else name
    if port is not None:
        netloc += f":{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")), has_scheme


@dataclass(frozen=True, slots=True)
class DeclaredColumn:
    """A column (栏目) that the registry or a site file names: its address, name, class and cycle in days."""

    url: str
    name: str = ""
    kind: str = ""
    cycle_days: int | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One portal under inspection. ``url`` is its home page, already normalised by `home_url`.

    ``registered``: the key the registry gave it for life; it stays when the address, the scheme or the 标识码 change.
    """

    url: str
    aliases: tuple[str, ...] = ()
    code: str = ""
    name: str = ""
    kind: Literal["portal", "department"] = "portal"
    has_services: bool = True
    columns: tuple[DeclaredColumn, ...] = ()
    registered: str = ""
    _hosts: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        """Work out the hosts once: `owns` is asked for every link."""
        hosts: set[str] = set()
        for name in (self.host, *(ascii_host(alias) for alias in self.aliases)):
            bare = name.removeprefix("www.")
            hosts |= {name, bare} if is_address(name) else {bare, f"www.{bare}"}
        object.__setattr__(self, "_hosts", frozenset(hosts))

    @property
    def host(self) -> str:
        """The home page's host in IDNA form."""
        return host_of(self.url)

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that belongs to this site."""
        return self._hosts

    @property
    def key(self) -> str:
        """Identity of the site in findings: the registry's key, else the 标识码 when known, else the host without ``www``."""
        return self.registered or self.code or self.host.removeprefix("www.")

    def owns(self, url: str) -> bool:
        """Whether ``url`` lies on this site."""
        return host_of(url) in self._hosts
