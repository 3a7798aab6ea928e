"""Questions to the DNS: one look-up with one retry, and the words for how it ended.

``failed`` (time-out, SERVFAIL, no resolver) is never the absence of a record: only ``none`` and ``nxdomain`` are.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import dns.asyncresolver
import dns.exception
import dns.name
import dns.resolver

from crawler.guard import parse

LookupStatus = Literal["ok", "none", "nxdomain", "failed"]
"""ok; none: the name exists without such a record; nxdomain: there is no such name; failed: nobody can tell."""

LIFETIME = 4.0
"""Seconds for one try of one look-up over all servers; there are two tries."""
_PER_SERVER = 2.0
_PAUSE = 0.3  # before the second try: a server that says SERVFAIL says it at once
_HOSTS_FILE = Path("/etc/hosts")


@dataclass(frozen=True, slots=True)
class Records:
    """One look-up of any type: the records' text in the server's order, names without the final dot."""

    name: str
    type: str
    status: LookupStatus
    values: tuple[str, ...]
    detail: str
    canonical: str
    elapsed_ms: int = 0


@cache
def hosts_file() -> dict[str, tuple[str, ...]]:
    """Names of the system's hosts file → addresses; empty when there is none."""
    try:
        lines = _HOSTS_FILE.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return {}
    table: dict[str, list[str]] = {}
    for line in lines:
        address, *names = line.split("#", 1)[0].split() or [""]
        if parse(address) is not None:
            for name in names:
                table.setdefault(name.lower(), []).append(address)
    return {name: tuple(dict.fromkeys(addresses)) for name, addresses in table.items()}


def make_resolver(nameserver: tuple[str, int] | None) -> dns.asyncresolver.Resolver:
    """A resolver that asks ``nameserver`` (IP, port) only, else the system's; raises DNSException or OSError when there is none."""
    resolver = dns.asyncresolver.Resolver(configure=nameserver is None)
    if nameserver is not None:
        resolver.nameservers = [nameserver[0]]
        resolver.port = nameserver[1]
    resolver.timeout, resolver.lifetime, resolver.cache = _PER_SERVER, LIFETIME, None
    return resolver


async def resolve(resolver: dns.asyncresolver.Resolver, name: str, rdtype: str) -> tuple[LookupStatus, tuple[str, ...], str, str]:
    """One look-up with one retry: (status, values, detail, canonical name)."""
    detail = ""
    for attempt in range(2):
        if attempt:
            await asyncio.sleep(_PAUSE)
        try:
            answer = await resolver.resolve(name, rdtype, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN:
            return "nxdomain", (), f"域名 {name} 不存在", name
        except (dns.exception.Timeout, TimeoutError):
            detail = f"解析 {name} 超时"
            continue
        except dns.resolver.NoNameservers:
            detail = f"域名服务器没有给出 {name} 的有效应答"
            continue
        except (dns.name.LabelTooLong, dns.name.EmptyLabel, dns.name.NameTooLong, UnicodeError) as error:
            return "nxdomain", (), f"“{name}”不是合规的域名（{error}）", name
        except (dns.exception.DNSException, OSError, EOFError) as error:
            detail = f"解析 {name} 失败（{error or type(error).__name__}）"
            continue
        canonical = answer.canonical_name.to_text(omit_final_dot=True).lower()
        if answer.rrset is None:
            return "none", (), f"{name} 没有 {rdtype} 记录", canonical
        values = tuple(dict.fromkeys(_text(record) for record in answer.rrset))
        return "ok", values, "", canonical
    return "failed", (), detail, name


def _text(record: Any) -> str:
    """One record as text; names lower-case without the final dot, addresses in their shortest form."""
    text = str(record.to_text())
    return text.removesuffix(".").lower() if " " not in text else text
