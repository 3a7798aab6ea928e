"""What the https probe learned, as it is kept in the evidence file: plain frozen dataclasses; moments in ISO form, Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checks.probed import part

State = Literal["ok", "refused", "timeout", "tls", "dns-failed", "no-such-domain", "refused-address"]
Trust = Literal["ok", "self-signed", "incomplete", "untrusted", "invalid", "chain-expired", "unknown", "no-roots"]
RedirectState = Literal["redirects", "stays", "refused", "no-page", "blocked", "no-answer"]

STATES: dict[State, str] = {
    "ok": "握手成功",
    "refused": "端口没有开放",
    "timeout": "端口没有应答",
    "tls": "TLS 握手失败",
    "dns-failed": "域名解析没有得到应答",
    "no-such-domain": "域名没有可用的地址记录",
    "refused-address": "地址属于本机或内部网络，按安全规则没有访问",
}
"""How the handshake ended → what a user reads."""

TRUSTS: dict[Trust, str] = {
    "ok": "可信",
    "self-signed": "自签名证书",
    "incomplete": "证书链不完整（服务器没有发送中间证书）",
    "untrusted": "签发者不受信任",
    "invalid": "证书没有通过验证",
    "chain-expired": "中间证书已过期",
    "unknown": "没有判断",
    "no-roots": "本机没有可用的根证书，没有判断",
}
"""What the chain leads to, dates and names of the certificate itself apart → what a user reads."""

REDIRECTS: dict[RedirectState, str] = {
    "redirects": "HTTP 自动跳转到 HTTPS",
    "stays": "HTTP 直接显示页面，不跳转",
    "refused": "没有提供 HTTP",
    "no-page": "HTTP 没有显示页面",
    "blocked": "防护设备没有放行，未能判断",
    "no-answer": "HTTP 没有应答，未能判断",
}
"""What plain http does → what a user reads."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The server's own certificate. ``names``: its DNS names in lower case (subjectAltName); ``self_issued``: it names itself as issuer."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: str
    not_after: str
    self_issued: bool


@dataclass(frozen=True, slots=True)
class Handshake:
    """TLS with one address of the host. ``version``: TLSv1.3 and so on, the best both sides have; ``legacy``: only with settings that
    browsers no longer have; ``certificate`` None with state ok: it can't be parsed; ``sent``: certificates in the server's chain."""

    host: str
    port: int
    at: str
    state: State
    detail: str = ""
    address: str = ""
    version: str = ""
    legacy: bool = False
    cipher: str = ""
    certificate: Certificate | None = None
    trust: Trust = "unknown"
    trust_detail: str = ""
    sent: int = 0


@dataclass(frozen=True, slots=True)
class Redirect:
    """What a visitor to the http address meets."""

    url: str
    state: RedirectState
    final_url: str
    status: int | None
    detail: str


@dataclass(frozen=True, slots=True)
class Part:
    """Something an https page fetches over http. ``active``: it can change the page (script, frame, style sheet); ``tag`` as written."""

    url: str
    tag: str
    active: bool
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mixed:
    """Mixed content. ``looked``: pages read; ``upgraded``: a header makes browsers fetch all of it over https; ``unsure``: a reason of
    `checks.model.REASONS` why that header could not be asked for, else ""."""

    looked: int
    upgraded: bool
    unsure: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the probe learned; a part is None where it was not asked."""

    handshake: Handshake
    redirect: Redirect | None
    mixed: Mixed | None


def read_facts(probes: Mapping[str, tuple[Any, str]]) -> Facts | None:
    """The facts kept under the probe's keys; None when the probe did not run."""
    handshake = part(Handshake, probes, "handshake")
    if handshake is None:
        return None
    return Facts(handshake, part(Redirect, probes, "redirect"), part(Mixed, probes, "mixed"))
