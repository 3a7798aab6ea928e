"""Addresses: one form for one page, and the section it belongs to."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from crawler.site import InvalidAddress, ascii_host

Place = Literal["nav", "header", "footer", "breadcrumb", "main", "side"]
"""Where on the page a link stands."""

_SESSION = re.compile(r";jsessionid=[^?#/]*", re.IGNORECASE)
_SESSION_KEYS = frozenset({"jsessionid", "phpsessid", "sid", "sessionid", "aspsessionid"})
_DEFAULT_PORT = {"http": 80, "https": 443}
_SLASHES = re.compile(r"^(https?:)?/{3,}", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:s?html?|jsp|aspx?|php)$", re.IGNORECASE)


def absolute(base: str, reference: str) -> str:
    """``reference`` as an absolute http(s) address in one form (IDNA host, no fragment, no default port, no session id).

    "" for anything else: javascript:, mailto:, data:, malformed addresses.
    """
    reference = reference.strip()
    if not reference or reference[0] == "#":
        return ""
    if reference[0] == "/" or reference[:4].lower() == "http":
        # Menus repeat on every page, and a rooted address depends on the base's origin only.
        end = base.find("/", 8)
        return _absolute(base if end < 0 else base[: end + 1], reference)
    return _resolve(base, reference)


@lru_cache(maxsize=1 << 16)
def _absolute(origin: str, reference: str) -> str:
    return _resolve(origin, reference)


def _resolve(base: str, reference: str) -> str:
    reference = reference.replace("\\", "/")
    if "///" in reference[:9]:  # a slash too many before the host: browsers pass over it
        reference = _SLASHES.sub(r"\1//", reference)
    try:
        parts = urlsplit(urljoin(base, reference))
        scheme = parts.scheme.lower()
        if scheme not in _DEFAULT_PORT or not parts.hostname:
            return ""
        host, port = ascii_host(parts.hostname), parts.port
    except (ValueError, InvalidAddress):
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port is not None and port != _DEFAULT_PORT[scheme]:
        netloc += f":{port}"
    path, query = parts.path or "/", parts.query
    if "jsessionid" in path.lower():
        path = _SESSION.sub("", path)
    if query and "s" in query.lower() and any(key in query.lower() for key in _SESSION_KEYS):
        query = urlencode([(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if k.lower() not in _SESSION_KEYS])
    return urlunsplit((scheme, netloc, path, query, ""))


def page_key(url: str) -> str:
    """Identity of a page inside a site: path plus sorted query, with ``index.html`` and its kin folded into the folder."""
    return _page_key(url) if len(url) <= 300 else _page_key.__wrapped__(url)


@lru_cache(maxsize=1 << 14)
def _page_key(url: str) -> str:
    parts = urlsplit(url)
    path = _INDEX.sub("/", parts.path or "/")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{path}?{query}" if query else path


def section_of(url: str) -> str:
    """The section (版块) a page belongs to: the first folder of its path, ``/`` for pages at the root."""
    folders = [part for part in urlsplit(url).path.split("/")[:-1] if part]
    return f"/{folders[0]}/" if folders else "/"
