"""What the IPv6 probe learned, as it is kept in the evidence file: plain frozen dataclasses, times in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checks.probed import part

Level = Literal["second", "third"]
Group = Literal["own", "same-domain", "other"]

LEVELS: dict[Level, str] = {"second": "二级链接", "third": "三级链接"}
"""second: a link on the home page; third: a link on the pages those lead to."""

GROUPS: dict[Group, str] = {"own": "本站", "same-domain": "同一注册域名", "other": "其他网站"}
"""Whose host a link leads to; only the own host decides."""

REASONS: dict[str, str] = {
    "no-aaaa": "主机没有 IPv6 地址",
    "refused": "IPv6 连接被拒绝",
    "timeout": "IPv6 访问超时",
    "tls": "IPv6 上 TLS 握手失败",
    "protocol": "IPv6 上的应答不符合协议",
    "decode": "IPv6 上的内容无法解开",
    "redirect-loop": "IPv6 上循环重定向",
    "redirect-v4-only": "跳转到只有 IPv4 地址的主机",
    "status": "IPv6 与 IPv4 的状态码不同",
    "content": "IPv6 与 IPv4 的页面标题不同",
}
"""Why a link does not work over IPv6."""

UNTESTED: dict[str, str] = {
    "dns-failed": "域名解析没有得到应答",
    "robots": "robots.txt 不允许访问",
    "dead": "IPv4 下也不能访问，不是 IPv6 的问题",
    "limited": "网站限制了访问频率",
    "challenged": "防护设备要求验证",
    "refused-address": "地址属于本机或内部网络",
}
"""Why a link could not be told; such links are in no rate."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look-up; ``status`` as in `crawler.network.Answer`."""

    status: str
    addresses: tuple[str, ...]
    detail: str
    dns_ms: int


@dataclass(frozen=True, slots=True)
class BadAddress:
    """An AAAA value that does not count, and why (Chinese)."""

    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class AddressFacts:
    """The host's own addresses. ``valid``: v6 addresses that count; ``at``: when it was looked up."""

    host: str
    at: str
    v4: Look
    v6: Look
    valid: tuple[str, ...]
    invalid: tuple[BadAddress, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One TCP connect or one DNS query to one address; ``error`` "" or a word of `crawler.fetch.ERRORS`."""

    address: str
    port: int
    ok: bool
    error: str
    detail: str
    ms: int


@dataclass(frozen=True, slots=True)
class NameServer:
    """One server of the zone: its AAAA, and what each v6 address answered to a real query."""

    name: str
    look: Look
    invalid: tuple[BadAddress, ...]
    queries: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """The zone the host lies in. ``status`` other than ok: its servers could not be found out."""

    name: str
    status: str
    detail: str
    servers: tuple[NameServer, ...]


@dataclass(frozen=True, slots=True)
class ReachFacts:
    """TCP connects to every address of the host (the last of up to two rounds), per family."""

    ports: tuple[int, ...]
    v4: tuple[Exchange, ...]
    v6: tuple[Exchange, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """One GET of the home page in one family, redirects followed. ``challenged``: a protection device (WAF) answered for the site."""

    family: int
    number: int
    status: int | None
    final_url: str
    redirected: bool
    error: str
    detail: str
    connect_ms: int
    first_byte_ms: int
    total_ms: int
    challenged: bool = False


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """The home page over v4 and v6; what differs between two visits of one family is left out of account.

    Rates are 0…1. ``only_v4``/``only_v6``: up to five links that only one side has.
    """

    title_v4: str
    title_v6: str
    same_title: bool
    text_difference: float
    link_difference: float
    links_v4: int
    links_v6: int
    only_v4: tuple[str, ...]
    only_v6: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """The visits to the home page. ``skipped``: a reason of `checks.model.REASONS` when there were none.

    ``landing``: the host a refresh or script led to, when it is another one; ``landing_look``: its AAAA look-up.
    """

    url: str
    skipped: str
    tries: tuple[Try, ...]
    content: ContentFacts | None
    landing: str
    landing_look: Look | None


@dataclass(frozen=True, slots=True)
class LinkTest:
    """One link; ``ok`` None: could not be told, ``reason`` of `UNTESTED`; False: ``reason`` of `REASONS`."""

    url: str
    level: Level
    group: Group
    ok: bool | None
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """Links per level. ``known``: how many there are, by "level/group"; ``second_read``: second-level pages that were read."""

    skipped: str
    known: dict[str, int]
    second_read: int
    tests: tuple[LinkTest, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """One control, tried before and after everything else."""

    target: str
    before: bool
    after: bool
    detail: str


@dataclass(frozen=True, slots=True)
class ProofFacts:
    """Whether our own IPv6 works: the controls, and the v6 addresses that answered us in this run (controls left out)."""

    controls: tuple[Control, ...]
    answered: tuple[str, ...]

    @property
    def proved(self) -> bool:
        """A control that still answers, or any other v6 exchange of this run."""
        return any(control.after for control in self.controls) or bool(self.answered)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the probe learned; a part is None where it did not get that far."""

    address: AddressFacts
    zone: ZoneFacts | None
    reach: ReachFacts | None
    home: HomeFacts | None
    links: LinkFacts | None
    proof: ProofFacts


def read_facts(probes: Mapping[str, tuple[Any, str]]) -> Facts | None:
    """The facts kept under the probe's keys; None when the probe did not run to its first answer."""
    address = part(AddressFacts, probes, "address")
    if address is None:
        return None
    return Facts(
        address=address,
        zone=part(ZoneFacts, probes, "zone"),
        reach=part(ReachFacts, probes, "reach"),
        home=part(HomeFacts, probes, "home"),
        links=part(LinkFacts, probes, "links"),
        proof=part(ProofFacts, probes, "proof") or ProofFacts((), ()),
    )
