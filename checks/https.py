"""HTTPS: the certificate, its chain, name and dates, the TLS version, the redirect from http, mixed content (混合内容).

Rule    none: no official indicator asks for it. Everything here is a caution with basis ``none``; the check passes or is not assessed.
Where   the port the home page was read at over https, else 443. A site read over http at a port of its own says nothing about where its
        https would be: not applicable; so is a bare address. Plain http is asked at port 80 only where https is at 443.
Trust   by this machine's roots plus ``--ca-file``, told apart: self-signed, chain incomplete (the certificate that the issuer publishes
        closes it), an expired intermediate, an untrusted root. A machine without roots judges none.
Dates   the certificate's own against the inspection day: expired, or at most 30 days left. "Not yet valid" only where it is so at the
        moment of the look too: a certificate may be younger than an inspection day of the past.
Http    a site whose pages are http and whose port 443 is closed, refuses TLS or shows a certificate that is not valid for it offers no
        https: one finding. A port that does not answer is not known to be closed.
Mixed   of the home page, declared columns and pages the home page leads to, as served and as rendered; nothing where a policy
        (upgrade-insecure-requests) makes browsers fetch all of it over https.
Blind   to other addresses of the host than the first that answers, to versions offered below the best, to revocation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from checks.catalogue import finding, rules
from checks.https_facts import REDIRECTS, STATES, TRUSTS, Certificate, Facts, Handshake, Mixed, Part, read_facts
from checks.https_probe import doors, probe
from checks.model import REASONS, Check, Finding, Judgement, Proof, Unseen
from crawler.evidence import Evidence

_OLD = {"SSLv3": "SSL 3.0", "TLSv1": "TLS 1.0", "TLSv1.1": "TLS 1.1"}
_UNSEEN = {"timeout": "no-answer", "dns-failed": "dns-failed", "no-such-domain": "unreachable", "refused-address": "unreachable"}
_SHOWN = 5  # parts of mixed content that a snippet shows


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """Cautions on certificate, version, redirect and mixed content; what could not be seen is not assessed."""
    door = doors(evidence)
    if door.reason:
        return Judgement.not_applicable(CHECK, door.reason)
    facts = read_facts(evidence.probes(CHECK.id))
    if facts is None:
        return Judgement.of(CHECK, [], summary="没有检测 HTTPS，未能判断。", unseen=[Unseen("crawl-stopped", "HTTPS 探测没有进行")])
    case = _Case(evidence, as_of, facts, served=door.served)
    findings, unseen = case.findings(), case.unseen()
    return Judgement.of(CHECK, findings, summary=case.summary(findings, unseen), unseen=unseen, figures=case.figures())


CHECK = Check(
    id="https",
    title="HTTPS 安全访问",
    codes=(
        "no-https",
        "handshake-failed",
        "self-signed",
        "untrusted",
        "invalid-certificate",
        "incomplete-chain",
        "chain-expired",
        "wrong-name",
        "expired",
        "not-yet-valid",
        "expiring",
        "old-tls",
        "no-redirect",
        "mixed-active",
        "mixed-passive",
    ),
    observers=(),
    judge=judge,
    probe=probe,
)


def matches(host: str, names: Sequence[str]) -> bool:
    """Whether a certificate for ``names`` is valid for ``host`` (IDNA form): equal, or a wildcard for exactly its first label."""
    host = host.lower().rstrip(".")
    parent = host.partition(".")[2]
    return any(name == host or (name.startswith("*.") and name[2:] == parent and "." in parent) for name in names)


class _Case:
    """One site's facts, and what they say on the inspection day. ``served``: what its pages are read over."""

    def __init__(self, evidence: Evidence, as_of: date, facts: Facts, *, served: str) -> None:
        self.evidence, self.as_of, self.facts, self.served = evidence, as_of, facts, served
        self.shake: Handshake = facts.handshake
        self.certificate: Certificate | None = facts.handshake.certificate
        state = evidence.meta("site_state") or {}
        self.state, self.why = str(state.get("state", "ok")), str(state.get("detail", ""))
        port = "" if self.shake.port == 443 else f":{self.shake.port}"
        self.url = f"https://{self.shake.host}{port}/"

    # findings

    def findings(self) -> list[Finding]:
        """Every caution, one per cause."""
        if self.served == "http":
            missing = self._no_https()
            return [missing] if missing is not None else [*self._dates(), *self._redirect()]
        if self.shake.state == "tls":
            said = f"{self._door()}不能建立 TLS 连接：{self.shake.detail}。"
            return [self._finding("handshake-failed", said, self.shake.detail)]
        return [*self._trust(), *self._dates(), *self._version(), *self._redirect(), *self._mixed()]

    def _no_https(self) -> Finding | None:
        """The finding that an http site offers no https, with what is wrong at port 443; None where it does, or where nobody knows."""
        shake, lives = self.shake, self.state != "unreachable"
        why = ""
        if shake.state in ("refused", "tls") and lives:
            why = f"没有开放（{shake.detail}）" if shake.state == "refused" else f"不能建立 TLS 连接（{shake.detail}）"
        elif shake.state == "ok" and self.certificate is not None:
            faults = []
            if shake.trust not in ("ok", "unknown", "no-roots"):
                faults.append(TRUSTS[shake.trust])
            if not matches(shake.host, self.certificate.names):
                faults.append(f"证书不含域名 {shake.host}")
            if self._expired():
                faults.append("证书已过期")
            why = f"有 TLS 服务，但证书对本网站无效（{'、'.join(faults)}）" if faults else ""
        if not why:
            return None
        message = f"网站以 HTTP 提供，{shake.host} 的 443 端口{why}，访问者不能安全访问。"
        return self._finding("no-https", message, f"{shake.address}:{shake.port} {why}")

    def _trust(self) -> Iterator[Finding]:
        """Who signed the certificate, and for whom. A self-signed one is one cause, whatever else is wrong with it."""
        seen, shake = self.certificate, self.shake
        if seen is None:
            return
        named = "、".join(seen.names[:5]) or "无"
        about = f"使用者 {seen.subject}；签发者 {seen.issuer}；可选名称 {named}；有效期 {seen.not_before[:10]} 至 {seen.not_after[:10]}"
        wrong = not matches(shake.host, seen.names)
        if shake.trust == "self-signed":
            also = f"，也不含域名 {shake.host}" if wrong else ""
            yield self._finding("self-signed", f"{self._door()}使用自签名证书（{seen.subject}）{also}，浏览器不信任。", about)
            return
        if shake.trust == "incomplete":
            yield self._finding("incomplete-chain", f"{self._door()}没有发送完整的证书链：{shake.trust_detail}。", about)
        elif shake.trust == "chain-expired":
            yield self._finding("chain-expired", f"{self._door()}发送的中间证书已过期，证书本身仍在有效期内。", about)
        elif shake.trust == "untrusted":
            yield self._finding(
                "untrusted", f"{self._door()}的证书由“{seen.issuer}”签发，不能追溯到系统信任的根证书。", f"{about}；{shake.trust_detail}"
            )
        elif shake.trust == "invalid":  # a weak key, an outdated signature, a certificate for another purpose
            yield self._finding("invalid-certificate", f"{self._door()}的证书没有通过验证（{shake.trust_detail}），浏览器不信任。", about)
        if wrong and not seen.names:
            yield self._finding("wrong-name", f"{self._door()}的证书没有列出域名（缺少使用者可选名称），浏览器不接受。", about)
        elif wrong:
            more = f"等 {len(seen.names)} 个" if len(seen.names) > 5 else ""
            yield self._finding("wrong-name", f"{self._door()}的证书不含域名 {shake.host}，只用于 {named}{more}。", about)

    def _dates(self) -> Iterator[Finding]:
        """The certificate's own dates. A self-signed one is that finding already."""
        seen = self.certificate
        if seen is None or self.shake.trust == "self-signed":
            return
        left, ends, limit = self._days_left(seen), seen.not_after[:10], rules(CHECK.id).number("expiry-days")
        snippet = f"有效期 {seen.not_before} 至 {seen.not_after}；监测时间点 {self.as_of}"
        begins = datetime.fromisoformat(seen.not_before)
        if self._expired():
            yield self._finding("expired", f"{self._door()}的证书已于 {ends} 过期。", snippet)
        elif begins.date() > self.as_of and begins > datetime.fromisoformat(self.shake.at):
            yield self._finding("not-yet-valid", f"{self._door()}的证书从 {begins.date()} 起才有效。", snippet)
        elif left <= limit:
            yield self._finding("expiring", f"{self._door()}的证书将于 {ends} 到期，还有 {left} 天（提示值：{limit:g} 天）。", snippet)

    def _version(self) -> Iterator[Finding]:
        if self.shake.version in _OLD:
            said = f"{self._door()}最高只支持 {_OLD[self.shake.version]}（提示值：TLS 1.2 及以上），新版浏览器拒绝访问。"
            yield self._finding("old-tls", said, f"{self.shake.version} {self.shake.cipher}")

    def _redirect(self) -> Iterator[Finding]:
        seen = self.facts.redirect
        if seen is not None and seen.state == "stays":
            said = f"访问 {seen.url} 直接显示页面，没有跳转到 HTTPS。"
            yield self._finding("no-redirect", said, f"{seen.url} 应答 {seen.status}，停在 {seen.final_url}", (seen.url,))

    def _mixed(self) -> Iterator[Finding]:
        """One finding per kind: what stands in many pages stands in their template."""
        seen = self.facts.mixed
        if seen is None or seen.upgraded or seen.unsure:
            return
        for code, active, words in (
            ("mixed-active", True, "脚本、样式或框架，浏览器会拒绝加载"),
            ("mixed-passive", False, "图片或音视频，浏览器会警告或改用 HTTPS"),
        ):
            parts = [part for part in seen.parts if part.active == active]
            if parts:
                pages = tuple(dict.fromkeys(page for part in parts for page in part.pages))
                said = f"{len(pages)} 个 HTTPS 页面以 HTTP 加载 {len(parts)} 个资源（{words}）：{_listed(parts)}。"
                yield self._finding(code, said, "\n".join(part.tag for part in parts[:_SHOWN]), pages)

    def _door(self) -> str:
        return f"{self.shake.host}{'' if self.shake.port == 443 else f':{self.shake.port}'} "

    def _finding(self, code: str, message: str, snippet: str, pages: tuple[str, ...] = ()) -> Finding:
        proof = Proof(pages=pages or (self.url,), seen_at=self.shake.at, snippet=snippet[:300])
        return finding(CHECK, code, site_key=self.evidence.site.key, subject="site", message=message, evidence=proof)

    # dates

    def _days_left(self, seen: Certificate) -> int:
        return (datetime.fromisoformat(seen.not_after).date() - self.as_of).days

    def _expired(self) -> bool:
        """Past its last day; on that day itself, past its last moment when it was looked at."""
        if self.certificate is None:
            return False
        left, looked = self._days_left(self.certificate), datetime.fromisoformat(self.shake.at)
        return left < 0 or (left == 0 and looked.date() == self.as_of and looked >= datetime.fromisoformat(self.certificate.not_after))

    # the rest

    def unseen(self) -> list[Unseen]:
        """What keeps the check from an answer."""
        found: list[Unseen] = []
        shake = self.shake
        if shake.state in _UNSEEN:
            found.append(Unseen(_UNSEEN[shake.state], shake.detail, (self.url,)))
        elif shake.state != "ok" and (self.served == "https" or self.state == "unreachable"):
            found.append(Unseen("unreachable", shake.detail, (self.url,)))
        elif shake.state == "ok" and self.certificate is None:
            found.append(Unseen("observer-error", shake.detail, (self.url,)))
        elif shake.trust == "no-roots":
            found.append(Unseen("no-roots", "", (self.url,)))
        elif shake.state == "ok" and shake.trust == "unknown":
            found.append(Unseen("no-answer", shake.trust_detail, (self.url,)))
        redirect, mixed = self.facts.redirect, self.facts.mixed
        if redirect is not None and redirect.state in ("blocked", "no-answer"):
            found.append(Unseen(redirect.state, f"{redirect.url}：{redirect.detail}", (redirect.url,)))
        if mixed is not None and mixed.parts and mixed.unsure:
            found.append(Unseen(mixed.unsure, "没有读到首页的应答头，不能判断混合内容是否由浏览器自动改用 HTTPS", (self.url,)))
        if self.served == "https" and shake.state == "ok" and (mixed is None or not mixed.looked):
            reason = self.state if self.state in ("blocked", "unreachable") else "not-found-in-crawl"
            found.append(Unseen(reason, self.why or "没有读到可检查混合内容的页面", (self.url,)))
        return found

    def summary(self, findings: Sequence[Finding], unseen: Sequence[Unseen]) -> str:
        """One sentence."""
        if findings:
            return findings[0].message if len(findings) == 1 else f"HTTPS 有 {len(findings)} 项提示：{findings[0].message}"
        if unseen or self.certificate is None:
            return f"HTTPS 未能判断：{unseen[0].detail or REASONS[unseen[0].reason]}。" if unseen else "HTTPS 未能判断。"
        kind = "网站提供 HTTPS" if self.served == "https" else "网站以 HTTP 提供，443 端口有有效的 HTTPS"
        return (
            f"{kind}（{self.shake.version}），证书有效期至 {self.certificate.not_after[:10]}，还有 {self._days_left(self.certificate)} 天。"
        )

    def figures(self) -> dict[str, Any]:
        """Plain JSON: ``url``; ``served`` (https or http); ``handshake`` (state, title, detail, address, version, legacy, cipher);
        ``certificate``: None, or subject, issuer, names, not_before, not_after, days_left, matches, trust, trust_title, trust_detail, sent;
        ``redirect``: None, or url, state, title, final_url, status, detail; ``mixed``: None, or pages, upgraded, active and passive (lists of
        url, tag, pages)."""
        shake, seen, redirect, mixed = self.shake, self.certificate, self.facts.redirect, self.facts.mixed
        return {
            "url": self.url,
            "served": self.served,
            "handshake": {
                "state": shake.state,
                "title": STATES[shake.state],
                "detail": shake.detail,
                "address": shake.address,
                "version": shake.version,
                "legacy": shake.legacy,
                "cipher": shake.cipher,
            },
            "certificate": None
            if seen is None
            else {
                "subject": seen.subject,
                "issuer": seen.issuer,
                "names": list(seen.names),
                "not_before": seen.not_before,
                "not_after": seen.not_after,
                "days_left": self._days_left(seen),
                "matches": matches(shake.host, seen.names),
                "trust": shake.trust,
                "trust_title": TRUSTS[shake.trust],
                "trust_detail": shake.trust_detail,
                "sent": shake.sent,
            },
            "redirect": None
            if redirect is None
            else {
                "url": redirect.url,
                "state": redirect.state,
                "title": REDIRECTS[redirect.state],
                "final_url": redirect.final_url,
                "status": redirect.status,
                "detail": redirect.detail,
            },
            "mixed": _mixed_figures(mixed),
        }


def _listed(parts: Sequence[Part]) -> str:
    shown = "、".join(part.url for part in parts[:3])
    return shown if len(parts) <= 3 else f"{shown} 等"


def _mixed_figures(mixed: Mixed | None) -> dict[str, Any] | None:
    if mixed is None:
        return None

    def rows(active: bool) -> list[dict[str, Any]]:
        return [{"url": part.url, "tag": part.tag, "pages": list(part.pages)} for part in mixed.parts if part.active == active]

    return {"pages": mixed.looked, "upgraded": mixed.upgraded, "active": rows(True), "passive": rows(False)}
