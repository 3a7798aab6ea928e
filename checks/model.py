"""The words of a check: Verdict, Severity, Finding, Judgement, Check. Everything a user reads in them is Chinese.

A check is one module with a ``CHECK``. ``judge`` is pure and reads only an `Evidence`; a check *fails* iff it has a veto or a
deduction, else it is *not assessed* if something it needed was unseen, else it passes. Cautions and candidates change nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from crawler.evidence import Evidence, Observer, Page
from crawler.site import Site

if TYPE_CHECKING:
    from crawler.fetch import Fetcher
    from crawler.network import Network

Verdict = Literal["pass", "fail", "not_assessed", "not_applicable"]
Severity = Literal["veto", "deduction", "caution", "candidate"]

REASONS: dict[str, str] = {
    "not-rendered": "页面未在浏览器中打开，不能确认内容是否由脚本生成",
    "no-browser": "本机没有可用的浏览器，不能确认内容是否由脚本生成",
    "render-never": "按参数要求未使用浏览器，不能确认内容是否由脚本生成",
    "render-budget": "超出浏览器打开页数或时间的上限，未能逐页确认",
    "incomplete-render": "页面的部分脚本或框架没有应答，页面未能完整显示",
    "render-disagreement": "同一模板的页面显示结果不一致，未能确认",
    "observer-error": "程序读取该页面时出错",
    "check-error": "程序在这项检查中出错",
    "blocked": "网站拒绝了检查程序的访问（防护设备拦截）",
    "unreachable": "首页无法读取",
    "crawl-stopped": "采集提前结束，相关页面没有读到",
    "dns-failed": "域名解析没有得到应答",
    "no-ipv6-here": "本机 IPv6 网络未能证明可用",
    "elsewhere-unreadable": "互动平台在其他主机上，未能读取",
    "not-attributable": "其他主机上的内容不能确认属于本网站",
    "figures-not-text": "统计数据在图片、图表或附件中，程序不能读取",
    "site-failing": "网站在检查期间停止应答，相关内容没有看到",
    "no-answer": "服务器端口没有应答，未能判断",
    "no-roots": "本机没有可用的根证书，不能判断证书是否可信",
    "no-outside-here": "其他网站全都没有应答，不能排除是本机网络的原因",
    "cloak-off": "按参数要求没有以搜索引擎来访者的方式打开首页",
    "cloak-refused": "网站没有正常应答以搜索引擎来访者方式发出的访问",
    "history-too-short": "条目的监测记录时间还太短，看不出日期是否改过",
    "too-little-history": "连续监测的记录还不够一周，不能判断",
    "not-found-in-crawl": "在采集范围内没有找到相应页面，采集不完整，不能断定没有",
}
"""Why something was not assessed: code → the words a user reads."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What a person needs to check a finding without this program.

    ``pages``: every accused page; ``snippet``: what stands there, at most 300 characters; ``seen_at``: ISO moment of the look;
    ``selector``: a CSS selector of the place, where there is one, for the screenshot; ``figures``: numbers behind the message.
    """

    pages: tuple[str, ...]
    seen_at: str
    snippet: str = ""
    selector: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One root cause. ``subject``: home, site, a section or column (path + sorted query), or one object's address.

    ``seen``: for a perishable fact (a dead link), on how many nights it was seen, this one included; 0 where it makes no difference.
    ``confirm``: a person must look before it is used (hidden links and other veto candidates).
    """

    site_key: str
    check: str
    code: str
    severity: Severity
    subject: str
    url: str
    message: str
    advice: str
    indicator: str
    source: str
    basis: str
    evidence: Proof
    seen: int = 0
    confirm: bool = False

    @property
    def id(self) -> str:
        """Ten characters from the identity (site key, check, code, subject); the same every night."""
        identity = "\x1f".join((self.site_key, self.check, self.code, self.subject))
        return hashlib.sha256(identity.encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class CheckRules:
    """What a check judged by: digest of its catalogue file, digest of its own code."""

    catalogue: str
    code: str


@dataclass(frozen=True, slots=True)
class KnownFinding:
    """A finding that is open from earlier nights: its identity, the page it was told of and every accused page, and its first night."""

    id: str
    check: str
    code: str
    subject: str
    url: str
    pages: tuple[str, ...]
    first_seen: date


Fate = Literal["clean", "gone", "unseen"]
"""What became of a known finding that was not found again: its place was assessed and is clean, no longer exists, or was not assessed."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something a check needed and could not see: a reason from `REASONS`, what it was, which pages."""

    reason: str
    detail: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """One check's answer about one site. ``summary`` is one Chinese sentence; ``figures`` is plain JSON data."""

    check: str
    title: str
    verdict: Verdict
    reason: str
    summary: str
    findings: tuple[Finding, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        check: Check,
        findings: Sequence[Finding],
        *,
        summary: str,
        unseen: Iterable[Unseen] = (),
        figures: Mapping[str, Any] | None = None,
    ) -> Judgement:
        """Decide the verdict by the one rule: fail on a veto or deduction, else not assessed if something was unseen, else pass."""
        missing = tuple(unseen)
        ordered = tuple(sorted(findings, key=lambda f: (SEVERITY_ORDER[f.severity], f.code, f.subject)))
        if any(f.severity in ("veto", "deduction") for f in ordered):
            verdict: Verdict = "fail"
        else:
            verdict = "not_assessed" if missing else "pass"
        reason = "；".join(dict.fromkeys(REASONS[u.reason] for u in missing)) if verdict == "not_assessed" else ""
        return cls(check.id, check.title, verdict, reason, summary, ordered, missing, dict(figures or {}))

    @classmethod
    def not_applicable(cls, check: Check, reason: str, figures: Mapping[str, Any] | None = None) -> Judgement:
        """The check does not concern this site; ``reason`` is a Chinese sentence."""
        return cls(check.id, check.title, "not_applicable", reason, reason, figures=dict(figures or {}))


SEVERITY_ORDER: dict[Severity, int] = {"veto": 0, "deduction": 1, "candidate": 2, "caution": 3}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A page whose static HTML lacks a fact that a script may add.

    ``scope`` frame: the fact (entry, footer, navigation) belongs to the template, two members settle it; page: it belongs to
    the page (lists, dates), each is rendered while the budget lasts. ``rank``: lower is rendered first.
    """

    page: Page
    observer: Observer[Any]
    scope: Literal["frame", "page"]
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """A page on another host that is read as this site's (shared interaction platforms): ``url`` and what it is wanted for."""

    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of the run at which `Check.watch` is called: ``number`` 0 before the crawl, 1 after it, 2 once doubts are settled.

    ``site`` as given; ``delay`` seconds, the politeness of this run (0 in tests), to which a watch scales its own pauses; ``evidence``: what
    has been written so far, the answers of earlier moments included.
    """

    number: int
    site: Site
    delay: float
    evidence: Evidence | None = None


MOMENTS = 3
"""How often a run calls `Check.watch`."""


@dataclass(frozen=True)
class Check:
    """One indicator family. ``id`` as users see it; ``codes`` every code `judge` can give (held to the catalogue by a test).

    ``doubts`` names pages to render; ``visits`` names pages elsewhere, asked again after each round until it names none new;
    ``probe`` asks the network and answers ``key -> (value, error)``; ``watch`` does the same at several moments of the run (its keys
    must differ from moment to moment, see `Moment`). Each may be absent.
    """

    id: str
    title: str
    codes: tuple[str, ...]
    observers: tuple[Observer[Any], ...]
    judge: Callable[[Evidence, date], Judgement]
    doubts: Callable[[Evidence], Iterable[Doubt]] | None = None
    visits: Callable[[Evidence], Iterable[Visit]] | None = None
    probe: Callable[[Evidence, Network, Fetcher], Awaitable[Mapping[str, tuple[Any, str]]]] | None = None
    watch: Callable[[Moment, Network, Fetcher], Awaitable[Mapping[str, tuple[Any, str]]]] | None = None
