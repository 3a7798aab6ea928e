"""IPv6 支持: the portal can be resolved, reached and used over IPv6 alone.

Rule    2019 site indicators, 扣分指标 IPv6改造 (−1, whole item), measured as the national IPv6 monitoring does: AAAA record, home page
        reachable, success rate of repeated visits, name servers over IPv6, same content as IPv4, IPv6 rate of second- and third-level
        links. Numbers: catalogue, ``ipv6``; the rates that count as met are nowhere published and are assumed.
Fails   no valid AAAA; a port that IPv4 answers and no v6 address does; another HTTP status; a redirect to a host without AAAA; no name
        server that answers a real query over v6; own-host links below the catalogue's rate.
Proof   a *failure* over v6 counts only when a control (``--v6-control``) or anything else answered this run over v6; a missing record
        needs no proof. A resolver that does not answer is never "no record".
Blind   to what a visitor elsewhere sees: one run from one place, some seconds long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from checks.catalogue import finding, rules
from checks.ipv6_facts import GROUPS, LEVELS, REASONS, Facts, Level, LinkTest, NameServer, Try, read_facts
from checks.ipv6_figures import figures, link_rate, percent
from checks.ipv6_probe import has_no_name, probe
from checks.model import Check, Finding, Judgement, Proof, Unseen
from crawler.evidence import Evidence


@dataclass
class _Part:
    """What one aspect found, and what it could not see."""

    findings: list[Finding] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)


def judge(evidence: Evidence, as_of: date) -> Judgement:
    """The verdict on the site's IPv6, from the kept facts alone."""
    if has_no_name(evidence.site.host):
        return Judgement.not_applicable(CHECK, "检查对象没有域名（直接使用 IP 地址或本机名），不判断 IPv6 支持。")
    probes = evidence.probes(CHECK.id)
    facts = read_facts(probes)
    if facts is None:
        error = next((error for _, error in probes.values() if error), "IPv6 探测没有完成")
        return Judgement.of(CHECK, [], summary="IPv6 探测没有完成，未能判断。", unseen=[Unseen("crawl-stopped", error)])
    case = _Case(evidence, facts)
    parts = [case.addresses(), case.servers(), case.ports(), case.visits(), case.content(), case.links()]
    findings = [one for part in parts for one in part.findings]
    unseen = [one for part in parts for one in part.unseen]
    return Judgement.of(CHECK, findings, summary=_summary(facts, findings, unseen), unseen=unseen, figures=figures(facts))


CHECK = Check(
    id="ipv6",
    title="IPv6 支持",
    codes=(
        "no-aaaa",
        "unreachable-v6",
        "status-differs",
        "redirect-v4-only",
        "ns-not-over-v6",
        "link-rate-low",
        "ns-single-v6",
        "bad-spare-address",
        "content-differs",
        "unstable-v6",
    ),
    observers=(),
    judge=judge,
    probe=probe,
)


class _Case:
    """One site's facts and the questions asked of them. ``broken``: the home page can't be used over v6, so its links are not asked."""

    def __init__(self, evidence: Evidence, facts: Facts) -> None:
        self.evidence, self.facts = evidence, facts
        self.url = facts.home.url if facts.home else evidence.site.url
        self.broken = False

    def _finding(self, code: str, subject: str, message: str, snippet: str, pages: Iterable[str] = ()) -> Finding:
        proof = Proof(pages=tuple(pages) or (self.url,), seen_at=self.facts.address.at, snippet=snippet[:300])
        return finding(CHECK, code, site_key=self.evidence.site.key, subject=subject, message=message, evidence=proof)

    def _failure(self, code: str, message: str, snippet: str) -> _Part:
        """A failure over v6 of the site: a finding where our own IPv6 is proved, else unseen."""
        self.broken = True
        if self.facts.proof.proved:
            return _Part([self._finding(code, "site", message, snippet)])
        return _Part(unseen=[Unseen("no-ipv6-here", f"{message}本机 IPv6 没有得到证明，不能断定是网站的问题。", (self.url,))])

    def addresses(self) -> _Part:
        """The host has a v6 address that counts."""
        address = self.facts.address
        if address.valid:
            return _Part()
        self.broken = True
        if address.v6.status == "failed":
            return _Part(unseen=[Unseen("dns-failed", address.v6.detail)])
        if address.v6.status == "nxdomain" and address.v4.status != "ok":
            return _Part(unseen=[Unseen("unreachable", f"域名 {address.host} 不存在")])
        named = "、".join(f"{bad.address}（{bad.reason}）" for bad in address.invalid)
        message = f"域名 {address.host} 的 AAAA 记录无效：{named}。" if named else f"域名 {address.host} 没有 AAAA 记录（IPv6 地址）。"
        v4 = "、".join(address.v4.addresses) or "无"
        return _Part([self._finding("no-aaaa", "site", message, f"AAAA {address.host}：{named or '无记录'}；A：{v4}")])

    def servers(self) -> _Part:
        """At least one name server of the zone answers a real query over v6."""
        zone = self.facts.zone
        if zone is None or zone.status == "failed" or not zone.servers:
            return _Part(unseen=[Unseen("dns-failed", (zone.detail if zone else "") or "没有查到域名的权威服务器")])
        answering = [server for server in zone.servers if _answers(server)]
        snippet = "；".join(_server_line(server) for server in zone.servers)
        if len(answering) == 1:
            message = (
                f"区 {zone.name} 的 {len(zone.servers)} 台权威服务器中，只有 {answering[0].name} 能通过 IPv6 查询（提示值：至少 2 台）。"
            )
            return _Part([self._finding("ns-single-v6", "site", message, snippet)])
        if answering:
            return _Part()
        unknown = [server for server in zone.servers if server.look.status == "failed"]
        if unknown:
            return _Part(unseen=[Unseen("dns-failed", f"权威服务器 {'、'.join(s.name for s in unknown)} 的 IPv6 地址没有查到")])
        silent = [query for server in zone.servers for query in server.queries]
        if not silent:
            message = f"区 {zone.name} 的 {len(zone.servers)} 台权威服务器都没有有效的 IPv6 地址（标准：至少 1 台能通过 IPv6 查询）。"
            return _Part([self._finding("ns-not-over-v6", "site", message, snippet)])
        message = f"区 {zone.name} 的 {len(zone.servers)} 台权威服务器中，有 IPv6 地址的都没有应答 IPv6 查询（标准：至少 1 台）。"
        if self.facts.proof.proved or any(query.error == "protocol" for query in silent):  # a wrong answer came over v6 all the same
            return _Part([self._finding("ns-not-over-v6", "site", message, snippet)])
        return _Part(unseen=[Unseen("no-ipv6-here", f"{message}本机 IPv6 没有得到证明，不能断定是服务器的问题。")])

    def ports(self) -> _Part:
        """Every port that IPv4 answers is answered by some v6 address; every v6 address is as good as the best."""
        reach = self.facts.reach
        if not self.facts.address.valid or reach is None:
            return _Part()
        open4, open6 = ({e.port for e in side if e.ok} for side in (reach.v4, reach.v6))
        if not open4 and not open6:
            self.broken = True
            return _Part(unseen=[Unseen("unreachable", "IPv4 和 IPv6 的端口都没有应答", (self.url,))])
        missing = sorted(open4 - open6)
        if missing:
            ports = "、".join(str(port) for port in missing)
            lines = "；".join(f"[{e.address}]:{e.port} {e.detail}" for e in reach.v6 if not e.ok and e.port in missing)
            return self._failure(
                "unreachable-v6", f"端口 {ports} 用 IPv4 能连接，全部 {len(self.facts.address.valid)} 个 IPv6 地址都不能连接。", lines
            )
        bad = sorted({e.address for e in reach.v6 if not e.ok and e.port in open6})
        if not bad:
            return _Part()
        lines = "；".join(f"[{e.address}]:{e.port} {e.detail}" for e in reach.v6 if not e.ok and e.port in open6)
        message = f"{len(self.facts.address.valid)} 个 IPv6 地址中有 {len(bad)} 个不能访问：{'、'.join(bad)}。"
        return _Part([self._finding("bad-spare-address", "site", message, lines)])

    def visits(self) -> _Part:
        """The home page answers over v6, with the status it has over v4."""
        home = self.facts.home
        if self.broken and not self.facts.address.valid:
            return _Part()
        if home is None or home.skipped:
            state = (self.evidence.meta("site_state") or {}).get("state", "")
            reason = "blocked" if state == "blocked" else "unreachable"
            return _Part() if self.broken else _Part(unseen=[Unseen(reason, "没有用 IPv6 访问首页", (self.url,))])
        if self.broken:
            return _Part()
        tries4, tries6 = ([t for t in home.tries if t.family == family] for family in (4, 6))
        good4, good6 = ([t for t in tries if not t.error] for tries in (tries4, tries6))
        if not good6:
            return self._no_visit(tries6, good4)
        if home.landing_look is not None and home.landing_look.status in ("none", "nxdomain"):
            self.broken = True
            message = f"首页跳转到 {home.landing}，该主机没有 IPv6 地址，只有 IPv6 的用户打不开首页。"
            return _Part([self._finding("redirect-v4-only", "home", message, f"{self.url} → {home.landing}：{home.landing_look.detail}")])
        part = _Part()
        open4, open6 = ([t for t in good if not t.challenged and t.status != 429] for good in (good4, good6))
        status4, status6 = _usual(open4), _usual(open6)
        if not open6:
            part.unseen.append(Unseen("blocked", f"用 IPv6 访问首页时防护设备要求验证或限制频率（状态码 {_usual(good6)}）", (self.url,)))
        elif open4 and status4 != status6:
            message = f"首页用 IPv4 访问状态码为 {status4}，用 IPv6 访问为 {status6}（标准：一致）。"
            part.findings.append(self._finding("status-differs", "home", message, f"{self.url}：IPv4 {status4}，IPv6 {status6}"))
            self.broken = (status6 or 0) >= 400
        limit = rules(CHECK.id).number("success-rate")
        if 100 * len(good6) < limit * len(tries6) and len(good4) == len(tries4):
            message = f"首页用 IPv6 访问 {len(tries6)} 次，成功 {len(good6)} 次，成功率 {percent(len(good6), len(tries6))}（提示值：{limit:g}%），IPv4 全部成功。"
            part.findings.append(self._finding("unstable-v6", "home", message, _try_lines(tries6)))
        return part

    def _no_visit(self, tries6: list[Try], good4: list[Try]) -> _Part:
        """No visit over v6 gave an answer, though a v6 address accepted the connection."""
        last = tries6[-1]
        if last.error == "robots":
            return _Part(unseen=[Unseen("blocked", last.detail, (self.url,))])
        if last.error == "dns-failed":
            return _Part(unseen=[Unseen("dns-failed", last.detail, (self.url,))])
        if last.error == "no-such-domain" and last.redirected:
            self.broken = True
            message = f"首页跳转到 {last.final_url}，该主机没有 IPv6 地址，只有 IPv6 的用户打不开首页。"
            return _Part([self._finding("redirect-v4-only", "home", message, f"{self.url} → {last.final_url}：{last.detail}")])
        if not good4:
            self.broken = True
            return _Part(unseen=[Unseen("unreachable", f"IPv4 和 IPv6 都没有读到首页（{last.detail}）", (self.url,))])
        message = f"首页用 IPv6 访问 {len(tries6)} 次均失败（{last.detail}），用 IPv4 访问 {len(good4)} 次成功。"
        return self._failure("unreachable-v6", message, _try_lines(tries6))

    def content(self) -> _Part:
        """The home page is the same page over v4 and v6."""
        home = self.facts.home
        if self.broken or home is None or home.content is None:
            return _Part()
        seen, limit = home.content, rules(CHECK.id).number("content-difference")
        faults = [] if seen.same_title else [f"标题不同（IPv4“{seen.title_v4[:40]}”，IPv6“{seen.title_v6[:40]}”）"]
        for name, rate in (("可见文字", seen.text_difference), ("链接", seen.link_difference)):
            if 100 * rate > limit:
                faults.append(f"{name}差异率 {100 * rate:.1f}%")
        if not faults:
            return _Part()
        only = [f"仅 IPv4：{url}" for url in seen.only_v4] + [f"仅 IPv6：{url}" for url in seen.only_v6]
        message = f"首页在两种协议下{'、'.join(faults)}（提示值：标题相同，差异率不超过 {limit:g}%）。"
        return _Part([self._finding("content-differs", "home", message, "；".join(only) or message)])

    def links(self) -> _Part:
        """Own-host links work over v6 at the catalogue's rate, level by level."""
        facts = self.facts.links
        if self.broken or facts is None:
            return _Part()
        if facts.skipped:
            return _Part(unseen=[Unseen(facts.skipped, "没有检测站内链接")])
        part = _Part()
        if not facts.known.get("second/own"):
            part.unseen.append(Unseen("not-found-in-crawl", "首页没有读到站内链接", (self.url,)))
        elif not facts.second_read:
            part.unseen.append(Unseen("crawl-stopped", "没有读到二级页面，三级链接未知"))
        if facts.tests and not any(test.ok is not None for test in facts.tests if test.group == "own"):
            walled = [test.url for test in facts.tests if test.reason in ("challenged", "limited")]
            part.unseen += [Unseen("blocked", f"防护设备没有放行站内链接，{len(walled)} 条未能判断", tuple(walled))] if walled else []
        for level in LEVELS:
            tests = [test for test in facts.tests if test.level == level and test.group == "own"]
            self._level(level, tests, part)
        return part

    def _level(self, level: Level, tests: list[LinkTest], part: _Part) -> None:
        told = [test for test in tests if test.ok is not None]
        failing = [test for test in told if not test.ok]
        unknown = [test for test in tests if test.reason == "dns-failed"]
        limit = rules(CHECK.id).number("own-link-rate")
        if failing and 100 * (len(told) - len(failing)) < limit * len(told):
            if not self.facts.proof.proved and all(test.reason in ("refused", "timeout", "tls") for test in failing):
                part.unseen.append(
                    Unseen("no-ipv6-here", f"{LEVELS[level]}访问失败 {len(failing)} 条", tuple(test.url for test in failing))
                )
                return
            causes = "、".join(f"{REASONS[reason]} {count} 条" for reason, count in Counter(test.reason for test in failing).most_common())
            rate = percent(len(told) - len(failing), len(told))
            message = f"{GROUPS['own']}{LEVELS[level]}检测 {len(told)} 条，IPv6 能访问 {len(told) - len(failing)} 条，支持率 {rate}（标准：{limit:g}%）：{causes}。"
            snippet = "；".join(f"{test.url}：{test.detail or REASONS[test.reason]}" for test in failing[:5])
            subject = "home" if level == "second" else "site"
            part.findings.append(self._finding("link-rate-low", subject, message, snippet, (test.url for test in failing)))
        if unknown:
            part.unseen.append(
                Unseen("dns-failed", f"{LEVELS[level]} {len(unknown)} 条的主机没有解析应答", tuple(test.url for test in unknown))
            )


def _answers(server: NameServer) -> bool:
    """A record in its zone came back over one of the server's own v6 addresses."""
    return any(query.ok for query in server.queries)


def _server_line(server: NameServer) -> str:
    if not server.queries:
        bad = "、".join(one.address for one in server.invalid)
        return f"{server.name}：{'无效地址 ' + bad if bad else '无 AAAA'}"
    return f"{server.name}：" + "、".join(f"{query.address} {'有应答' if query.ok else query.detail}" for query in server.queries)


def _usual(tries: list[Try]) -> int | None:
    """The status most visits had; of equals the first seen."""
    return Counter(t.status for t in tries).most_common(1)[0][0] if tries else None


def _try_lines(tries: list[Try]) -> str:
    return "；".join(f"第 {t.number} 次：{t.detail or t.status}" for t in tries)


def _summary(facts: Facts, findings: list[Finding], unseen: list[Unseen]) -> str:
    """One sentence: what stands, worst first."""
    grave = [one for one in findings if one.severity in ("veto", "deduction")]
    if grave:
        return grave[0].message
    valid = "、".join(facts.address.valid) or "无"
    if unseen:
        return f"IPv6 地址 {valid}；有 {len(unseen)} 项未能判断。"
    rates = "，".join(f"{LEVELS[level]}支持率 {link_rate(facts, level)}" for level in LEVELS)
    tail = f"；提示 {len(findings)} 项" if findings else ""
    return f"IPv6 地址 {valid}，首页可用 IPv6 访问，{rates}{tail}。"
