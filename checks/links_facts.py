"""What the links check knows: targets, looks at them, results, and the words for each. Plain data, no behaviour beyond forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["link", "image", "attachment", "resource"]
Position = Literal["home", "column"]
Method = Literal["GET", "HEAD"]
Grade = Literal["ok", "caution", "broken", "danger", "unverifiable", "left-out"]

KINDS: dict[Kind, str] = {"link": "链接", "image": "图片", "attachment": "附件", "resource": "样式或脚本文件"}

WHY: dict[str, str] = {
    "no-such-domain": "域名不存在或没有地址记录，两次解析结果相同",
    "gone": "两次访问都应答 404 或 410，内容不存在",
    "server-error": "两次访问都应答服务器错误",
    "no-answer": "两次访问都连接不上或没有应答",
    "tls": "两次访问都不能建立加密连接",
    "redirect-loop": "两次访问都循环跳转",
    "soft-404": "打开的页面提示内容不存在，服务器却应答正常",
    "to-home": "打开的是首页，不是链接所指的内容",
    "default-page": "打开的是服务器默认页或已停用的站点",
    "private": "地址属于内部网络",
    "hijacked": "打开的页面是赌博、色情或违规药品内容",
    "for-sale": "域名已过期或正在出售",
}
"""Why a target is not ok: reason → what a user reads."""

UNVERIFIED: dict[str, str] = {
    "forbidden": "对方拒绝了程序的访问",
    "limited": "对方限制访问频率或临时维护",
    "challenge": "对方要求通过防护验证",
    "robots": "robots.txt 不允许访问",
    "dns-failed": "域名解析没有得到应答",
    "status": "对方应答了不能断定的状态码",
    "unconfirmed": "访问次数用完，未能第二次核实",
    "inconsistent": "几次访问的结果不一致",
    "v6-only": "对方只有 IPv6 地址，本机 IPv6 未能证明可用",
    "no-outside": "其他网站全都没有应答，不能排除是本机网络的原因",
    "site-failing": "本网站在检查期间停止应答",
    "private": "地址属于内部网络，按安全规则不访问",
    "protocol": "网址不合规范或应答不符合 HTTP 协议，程序不能判断",
    "cut-off": "对方接受连接后中断，不能排除是拒绝程序访问",
}
"""Why a target could not be told to be ok or not: reason → what a user reads."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address that pages lead to. ``key``: its identity (`checks.links_targets.target_key`); ``url``: what is asked.

    ``pages``: where it stands, home first; ``reference``: as the markup writes it, "" when unknown; ``place``: of the first place.
    """

    key: str
    url: str
    kind: Kind
    inside: bool
    position: Position
    pages: tuple[str, ...]
    text: str
    markup: str
    reference: str
    place: str


@dataclass(frozen=True, slots=True)
class Look:
    """One exchange about a target: what it says of it. ``title`` of the page that came, ``final_url`` where it came from,
    ``hops``: redirects on the way.
    """

    method: Method
    grade: Grade
    reason: str
    status: int | None = None
    detail: str = ""
    title: str = ""
    final_url: str = ""
    hops: int = 0

    def words(self) -> str:
        """``GET 404``, ``HEAD 超时``."""
        return f"{self.method} {self.status if self.status is not None else self.detail or self.reason}"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a target. ``reason``: a key of `WHY` or `UNVERIFIED`; ``tries``: each look in words; ``host_dead``: no address of
    its host answered anything."""

    grade: Grade
    reason: str = ""
    status: int | None = None
    detail: str = ""
    tries: tuple[str, ...] = ()
    title: str = ""
    final_url: str = ""
    host_dead: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """A target that is not ok, and why."""

    target: Target
    result: Result


@dataclass(frozen=True, slots=True)
class Tally:
    """What the probe did: ``pages`` read for links, ``pages_left_out``; targets by grade; ``known``: told by the crawl without a request.

    ``resolver``: some name could be looked up; ``outside``: some other host answered, or too few were asked to tell; ``site``: the
    site itself still answered; ``walled``: it began to refuse us; ``recovered``: keys that history calls broken and that are ok now;
    ``seen_at``: ISO moment.
    """

    pages: int
    pages_left_out: int
    grades: dict[str, int]
    kinds: dict[str, int]
    unverifiable: dict[str, int]
    known: int
    hosts: int
    resolver: bool
    outside: bool
    site: bool
    recovered: tuple[str, ...]
    seen_at: str
    walled: bool = False
