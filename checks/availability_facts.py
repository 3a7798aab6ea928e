"""One visit to the home page as the availability check keeps it, how it ended, and the visits made at the moments of a run."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from checks.catalogue import rules
from checks.ipv6_sockets import page_of, start_url, usable_v6
from checks.model import Moment
from crawler.evidence import Evidence
from crawler.fetch import Fetched, Fetcher
from crawler.interstitial import challenge, empty, parked, refresh_target
from crawler.network import Family, Network
from crawler.site import host_of, is_address

ID = "availability"

Outcome = Literal[
    "open",
    "walled",
    "no-such-domain",
    "refused",
    "timeout",
    "tls",
    "status",
    "protocol",
    "redirect-loop",
    "parked",
    "empty",
    "no-answer",
    "dns-failed",
    "robots",
    "refused-address",
    "unparsed",
    "own-network",
]

OUTCOMES: dict[Outcome, str] = {
    "open": "打开",
    "walled": "有应答（防护设备要求验证或限制访问）",
    "no-such-domain": "域名没有地址记录",
    "refused": "连接被拒绝或中断",
    "timeout": "规定时间内没有打开",
    "tls": "TLS 握手失败",
    "status": "服务器应答错误",
    "protocol": "应答不符合 HTTP 协议",
    "redirect-loop": "循环跳转",
    "parked": "打开的是域名停放页或服务器默认页",
    "empty": "打开的是空白页面",
    "no-answer": "没有打开",
    "dns-failed": "域名解析没有得到应答（不能断定是网站的问题）",
    "robots": "robots.txt 不允许访问",
    "refused-address": "域名解析到本机或内部网络的地址，按安全规则没有访问",
    "unparsed": "有应答，但程序不能解析（浏览器也许能打开）",
    "own-network": "本机网络不通（不能断定是网站的问题）",
}
"""How a visit ended → what a user reads. ``no-answer``: the crawl's own visit, of which no word is kept."""

OPENED: frozenset[Outcome] = frozenset({"open", "walled"})
"""The site answered a visitor: a protection device (WAF) is an answer."""

OUR_SIDE: frozenset[Outcome] = frozenset({"dns-failed", "unparsed", "own-network"})
"""What our own resolver, parser or network spoiled; the crawl, which keeps no such word, then failed for the same reason."""

UNTOLD: frozenset[Outcome] = OUR_SIDE | {"robots", "refused-address"}
"""Nothing was learned of the site: our own resolver or network, robots.txt, our own safety rule, a header that only browsers can read.
Neither opened nor failed."""

REFUSALS = frozenset({401, 403, 405, 412, 418, 421, 429, 468, 493, 521, 567})
"""HTTP status codes by which a protection device or a limit turns a program away: the site is up."""

_FINAL: frozenset[Outcome] = frozenset({"no-such-domain", "dns-failed", "robots", "refused-address"})
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. ``moment``: of the run (0, 1, 2), or -1 for the crawl's own reading of the home page; ``family``: 4, 6, or 0 where it is
    not known (the crawl's); ``at``: ISO moment in Asia/Shanghai; ``elapsed_ms``: all exchanges without polite waiting."""

    moment: int
    at: str
    family: int
    url: str
    final_url: str
    outcome: Outcome
    detail: str
    status: int | None
    address: str
    elapsed_ms: int

    @property
    def opened(self) -> bool:
        """The site answered."""
        return self.outcome in OPENED

    @property
    def failed(self) -> bool:
        """The home page did not open, and that says something of the site."""
        return self.outcome not in OPENED and self.outcome not in UNTOLD


_VISIT = TypeAdapter(Visit)


def read_visits(evidence: Evidence) -> list[Visit]:
    """The visits kept in the evidence, in the order made."""
    kept = evidence.probes(ID)
    return [_VISIT.validate_python(value) for key, (value, error) in kept.items() if key.startswith("visit/") and not error]


def v6_proved(evidence: Evidence) -> bool:
    """Whether any v6 address answered us by the last moment."""
    return any(bool(value) for key, (value, _) in evidence.probes(ID).items() if key.startswith("v6-proved/"))


async def watch(moment: Moment, network: Network, fetcher: Fetcher) -> Mapping[str, tuple[Any, str]]:
    """One visit over IPv4 and, where the host has an AAAA that counts, one over IPv6, side by side.

    Keys ``visit/<moment>/<family>`` (a `Visit`) and ``v6-proved/<moment>`` (bool). Before the visits it waits only where the home page has
    never opened yet, so that the visits are spread.
    """
    evidence = moment.evidence
    url = start_url(evidence) if evidence is not None else moment.site.url
    earlier = read_visits(evidence) if evidence is not None else []
    await network.start()
    await asyncio.sleep(_pause(moment, earlier, reached=_crawled(evidence)))
    host = host_of(url)
    families = await _families(network, host)
    limit = rules(ID).number("seconds")
    day = evidence.as_of if evidence is not None else datetime.now(_ZONE).date()
    visits = await asyncio.gather(*(visit(fetcher, url, family, moment.number, limit=limit, as_of=day) for family in families))
    facts: dict[str, tuple[Any, str]] = {f"visit/{made.moment}/{made.family}": (made, "") for made in visits}
    facts[f"v6-proved/{moment.number}"] = (network.v6_proved, "")
    return facts


async def _families(network: Network, host: str) -> tuple[Family, ...]:
    """The families a visitor can use: IPv4 always (it decides), IPv6 with a valid AAAA; a bare address has only its own."""
    if is_address(host):
        return (6,) if ":" in host else (4,)
    valid, _ = usable_v6(network, (await network.lookup(host, 6)).addresses)
    return (4, 6) if valid else (4,)


def _crawled(evidence: Evidence | None) -> bool:
    return evidence is not None and evidence.home is not None and evidence.home.readable


def _pause(moment: Moment, earlier: Sequence[Visit], *, reached: bool) -> float:
    """Seconds to wait before the visits of this moment, measured from the last ones; none when the home page has opened.

    A name that has no address keeps its answer for the whole run, so waiting would show nothing.
    """
    if reached or not earlier or any(made.opened for made in earlier) or all(made.outcome in _FINAL for made in earlier):
        return 0.0
    limits = rules(ID)
    spacing = min(limits.number("spacing-factor") * moment.delay, limits.number("spacing-cap"))
    since = (datetime.now(_ZONE) - datetime.fromisoformat(earlier[-1].at)).total_seconds()
    return min(spacing, max(0.0, spacing - since))


async def visit(fetcher: Fetcher, url: str, family: Family, moment: int, *, limit: float, as_of: date) -> Visit:
    """One GET of ``url`` over one address family; ``limit``: seconds after which the page counts as not opened.

    Names are looked up before the clock runs: a slow resolver is our side, not the site's.
    """
    await fetcher.network.start()
    await fetcher.network.lookup(host_of(url), family)
    at = datetime.now(_ZONE).isoformat(timespec="seconds")
    got = await fetcher.get(url, kind="probe", family=family, timeout=limit)
    outcome, detail = classify(got, limit, as_of)
    return Visit(moment, at, family, url, got.final_url, outcome, detail, got.status, got.address, got.elapsed_ms)


def classify(got: Fetched, limit: float, as_of: date) -> tuple[Outcome, str]:
    """How a visit ended, and the detail in Chinese ("" when it opened)."""
    if got.error in ("too-large", "decode"):  # the server answered; that we could not keep the page is our side
        return _by_status(got.status, got.detail)
    if got.error == "protocol" and "illegal header line" in got.detail:  # browsers pass over such a line
        return "unparsed", got.detail
    if got.error == "refused" and os.strerror(errno.ENETUNREACH) in got.detail:
        return "own-network", got.detail
    if got.error:
        return cast(Outcome, got.error), got.detail
    if got.elapsed_ms >= 1000 * limit:
        return "timeout", f"{got.elapsed_ms / 1000:.1f} 秒才打开，超过 {limit:g} 秒"
    document = page_of(got, as_of)
    wall = challenge(got.status, document, got.headers)
    if wall is not None:
        return "walled", wall
    outcome, detail = _by_status(got.status, "")
    if outcome != "open" or refresh_target(document) is not None:  # a stub that leads on opened
        return outcome, detail
    if parked(document):
        return "parked", document.title[:60]
    return ("empty", "页面没有任何内容") if got.status == 200 and empty(document) else ("open", "")


def _by_status(status: int | None, detail: str) -> tuple[Outcome, str]:
    if status is None:
        return "protocol", detail
    if status in REFUSALS:
        return "walled", f"服务器应答 {status}"
    return ("status", f"服务器应答 {status}") if status >= 400 else ("open", "")
