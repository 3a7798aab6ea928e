"""The guard: which addresses a run may send anything to. Pure; `crawler.network` asks it for every socket it opens.

From a public site nothing ever goes to a private, loopback or link-local address, whatever a page, a redirect or a name server
says. A site whose own addresses are all loopback (or all private) may be read, and with it the other addresses of that class.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

AddressClass = Literal["global", "loopback", "private", "link-local", "multicast", "unspecified", "reserved", "invalid"]

REFUSALS: dict[AddressClass, str] = {
    "loopback": "本机地址",
    "private": "内部网络地址",
    "link-local": "链路本地地址",
    "multicast": "组播地址",
    "unspecified": "未指定地址",
    "reserved": "保留地址",
    "invalid": "不是有效的地址",
}
"""What a user reads about an address that may not be reached."""

_THIS_NETWORK = ipaddress.ip_network("0.0.0.0/8")
_COMPATIBLE = ipaddress.ip_network("::/96")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def parse(address: str) -> IPAddress | None:
    """``address`` (brackets allowed) as an address object; None when it is none. Shorthands like ``127.1`` are none."""
    try:
        return ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return None


def embedded_v4(address: IPAddress) -> ipaddress.IPv4Address | None:
    """The IPv4 address a v6 address stands for: mapped, compatible, NAT64, 6to4, Teredo; else None."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    return address.teredo[1] if address.teredo is not None else None


def address_class(address: str) -> AddressClass:
    """The class of an address; a v6 address that stands for a v4 one is judged as that."""
    parsed = parse(address)
    if parsed is None:
        return "invalid"
    return _class_of(embedded_v4(parsed) or parsed)


def _class_of(ip: IPAddress) -> AddressClass:
    if ip.is_multicast:
        return "multicast"
    if ip.is_unspecified or (ip.version == 4 and ip in _THIS_NETWORK):
        return "unspecified"
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    if ip.version == 6 and ip in _SITE_LOCAL:
        return "private"
    if ip.is_reserved:
        return "reserved"
    return "global" if ip.is_global else "private"


def valid_v6(address: str) -> bool:
    """Whether an AAAA value is a v6 address in its own right (真正的 IPv6 地址): neither malformed nor a v4 in disguise."""
    parsed = parse(address)
    if not isinstance(parsed, ipaddress.IPv6Address) or embedded_v4(parsed) is not None:
        return False
    return not (parsed.is_unspecified or parsed.is_multicast or parsed.is_link_local)


@dataclass(frozen=True, slots=True)
class Guard:
    """What this run may reach: ``own`` are the site's own addresses, ``classes`` the non-global classes they open."""

    own: frozenset[str] = frozenset()
    classes: frozenset[AddressClass] = frozenset()

    @classmethod
    def of(cls, own: Iterable[str]) -> Guard:
        """The guard of a site with these addresses; one global address among them closes every other class."""
        addresses = frozenset(own)
        classes = {address_class(address) for address in addresses}
        if "global" in classes:
            return cls()
        return cls(addresses, frozenset(classes & {"loopback", "private"}))

    def refusal(self, address: str) -> str | None:
        """Why nothing may be sent to ``address``, in Chinese; None when it may."""
        kind = address_class(address)
        if kind == "global" or kind in self.classes or (kind != "invalid" and address in self.own):
            return None
        return REFUSALS[kind]
