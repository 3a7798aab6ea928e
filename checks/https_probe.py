"""The https probe: where https would be, the handshake there, what plain http does, mixed content of pages already read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from checks.catalogue import rules
from checks.https_facts import Mixed, Part, Redirect, RedirectState
from checks.https_mixed import insecure_parts, upgrades
from checks.https_tls import shake
from checks.ipv6_probe import has_no_name
from checks.ipv6_sockets import page_of, start_url
from crawler.charset import decode
from crawler.evidence import Evidence, Page
from crawler.fetch import Fetched, Fetcher
from crawler.interstitial import challenge, refresh_target
from crawler.network import Network
from crawler.site import host_of


@dataclass(frozen=True, slots=True)
class Doors:
    """Where to ask. ``served``: what the site's pages are read over; ``http_url``: the address a visitor of plain http types, "" where nothing
    says at which port it would be; ``reason``: Chinese, why https can't be judged, else ""."""

    served: str
    host: str
    port: int
    http_url: str
    reason: str = ""


def doors(evidence: Evidence) -> Doors:
    """Where the home page was read, and where https and http are then: ports 443 and 80, or the site's own https port.

    A site read over http at a port of its own says nothing about where its https would be: not judged.
    """
    home = evidence.home
    read = home.final_url or home.url if home is not None and home.readable else ""
    url = read if read and evidence.site.owns(read) else start_url(evidence)
    parts, host = urlsplit(url), host_of(url)
    if has_no_name(host):
        return Doors(parts.scheme, host, 0, "", "检查对象没有域名（直接使用 IP 地址或本机名），不判断 HTTPS。")
    plain = f"http://{host}/"
    if parts.scheme == "https":
        port = parts.port or 443
        return Doors("https", host, port, plain if port == 443 else "")
    if parts.port not in (None, 80):
        return Doors("http", host, 0, "", f"网站使用非标准端口 {parts.port} 提供 HTTP，无从得知 HTTPS 应在哪个端口，不判断 HTTPS。")
    return Doors("http", host, 443, plain)


async def probe(evidence: Evidence, network: Network, fetcher: Fetcher) -> dict[str, tuple[Any, str]]:
    """``handshake``, ``redirect``, ``mixed``: dataclasses of `checks.https_facts`; nothing where https is not judged."""
    door = doors(evidence)
    if door.reason:
        return {}
    await network.start()
    handshake = await shake(network, fetcher, door.host, door.port)
    facts: dict[str, tuple[Any, str]] = {"handshake": (handshake, "")}
    if door.http_url and handshake.state == "ok":
        facts["redirect"] = (await redirect_of(evidence, fetcher, door.http_url), "")
    if door.served == "https" and evidence.home is not None and evidence.home.readable:
        facts["mixed"] = (await mixed_of(evidence, fetcher), "")
    return facts


# plain http


async def redirect_of(evidence: Evidence, fetcher: Fetcher, url: str) -> Redirect:
    """What a visitor of the http address meets, redirects followed."""
    got = await fetcher.get(url, kind="probe")
    state, detail = _redirect_state(evidence, got)
    return Redirect(url, state, got.final_url, got.status, detail)


def _redirect_state(evidence: Evidence, got: Fetched) -> tuple[RedirectState, str]:
    if got.final_url.startswith("https://"):
        return "redirects", ""
    if got.error:
        return {"refused": "refused", "robots": "blocked"}.get(got.error, "no-answer"), got.detail  # type: ignore[return-value]
    document = page_of(got, evidence.as_of)
    wall = challenge(got.status, document, got.headers)
    if wall is not None:
        return "blocked", wall
    if got.status not in (200, 203):
        return "no-page", f"服务器应答 {got.status}"
    onward = refresh_target(document) or ""
    return ("redirects", "页面自动跳转") if onward.startswith("https://") else ("stays", "")


# mixed content


def looked_at(evidence: Evidence) -> list[Page]:
    """The https pages that are read for mixed content: home, declared columns, and what the home page leads to, as many as the catalogue says."""
    limit = int(rules("https").number("mixed-pages"))
    declared = {page.id for column in evidence.site.columns if (page := evidence.find(column.url)) is not None}
    near = [page for page in evidence.readable if page.depth <= 1 or page.id in declared]
    own = [page for page in near if (page.final_url or page.url).startswith("https://")]
    return sorted(own, key=lambda page: (page.depth, page.id not in declared, page.id))[:limit]


async def mixed_of(evidence: Evidence, fetcher: Fetcher) -> Mixed:
    """Mixed content of the pages whose bytes are kept; where there is any, the home page's headers are asked for once more."""
    found: dict[str, tuple[str, bool, list[str]]] = {}
    looked = 0
    for page in looked_at(evidence):
        texts = _texts(evidence, page)
        looked += bool(texts)
        url = page.final_url or page.url
        for text in texts:
            for target, tag, active in insecure_parts(text, url, evidence.as_of):
                _, _, pages = found.setdefault(target, (tag, active, []))
                if url not in pages:
                    pages.append(url)
    parts = tuple(Part(target, tag, active, tuple(pages)) for target, (tag, active, pages) in found.items())
    if not parts or evidence.home is None:
        return Mixed(looked, False, "", parts)
    got = await fetcher.get(evidence.home.final_url or evidence.home.url, kind="probe")
    if got.error or challenge(got.status, page_of(got, evidence.as_of), got.headers) is not None:
        return Mixed(looked, False, "blocked" if not got.error or got.error == "robots" else "site-failing", parts)
    return Mixed(looked, upgrades(got.headers.get("content-security-policy", "")), "", parts)


def _texts(evidence: Evidence, page: Page) -> list[str]:
    """The page as served and as the browser showed it, whichever is kept."""
    served, shown = evidence.body(page), evidence.body(page, "rendered")
    texts = [decode(served, page.content_type).text] if served is not None else []
    return [*texts, *([shown.decode("utf-8", errors="replace")] if shown is not None else [])]
