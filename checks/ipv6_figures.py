"""The figures of the IPv6 check for the report's table and chart: computed once, here; a report only lays them out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Any

from checks.catalogue import rules
from checks.ipv6_facts import GROUPS, LEVELS, REASONS, UNTESTED, Exchange, Facts, Group, Level, LinkTest, Try


def percent(part: int, whole: int) -> str:
    """``part`` of ``whole`` as a percentage with one decimal, rounded down so that 100.0% means all; — of nothing."""
    return f"{1000 * part // whole / 10:.1f}%" if whole else "—"


def _tests(facts: Facts, level: Level, group: Group) -> list[LinkTest]:
    return [test for test in (facts.links.tests if facts.links else ()) if test.level == level and test.group == group]


def link_rate(facts: Facts, level: Level, group: Group = "own") -> str:
    """The share of tested links of one level and group that work over IPv6."""
    told = [test for test in _tests(facts, level, group) if test.ok is not None]
    return percent(sum(1 for test in told if test.ok), len(told))


def sampling_rule() -> str:
    """How links are drawn, in Chinese."""
    limits = rules("ipv6")
    second, third, hosts = (int(limits.number(name)) for name in ("second-level-sample", "third-level-sample", "other-hosts"))
    return (
        f"二级链接是首页上的链接，三级链接是二级页面上新出现的链接，同一地址只计一次。本站二级链接最多检测 {second} 条、三级链接最多 {third} 条，"
        f"超过时按地址排序后等距抽取，逐条用 IPv6 访问；其他主机每个连接一次，每级每类最多 {hosts} 个，其上的链接同此结果。"
        "IPv4 下也不能访问的链接不计入支持率。"
    )


def figures(facts: Facts) -> dict[str, Any]:
    """Plain JSON for the report; every time is in milliseconds under a key that ends in ``_ms``.

    ``aaaa``, ``aaaa_invalid``, ``a``, ``lookup``; ``zone`` (name, servers, answered, with_aaaa); ``connects``; ``attempts``, ``success``,
    ``latency`` (medians; None where nothing was measured); ``content``; ``links`` (rule, levels, failing, untested); ``proof``.
    """
    address = facts.address
    return {
        "host": address.host,
        "aaaa": list(address.valid),
        "aaaa_invalid": [{"address": bad.address, "reason": bad.reason} for bad in address.invalid],
        "a": list(address.v4.addresses),
        "lookup": {
            name: {"status": look.status, "detail": look.detail, "dns_ms": look.dns_ms}
            for name, look in (("v4", address.v4), ("v6", address.v6))
        },
        "zone": _zone(facts),
        "connects": [
            {"family": family, "address": e.address, "port": e.port, "ok": e.ok, "detail": e.detail, "connect_ms": e.ms}
            for family, exchanges in ((4, facts.reach.v4), (6, facts.reach.v6))
            for e in exchanges
        ]
        if facts.reach
        else [],
        **_visits(facts),
        "content": _content(facts),
        "links": _links(facts),
        "proof": _proof(facts),
    }


def _zone(facts: Facts) -> dict[str, Any]:
    zone = facts.zone
    servers = zone.servers if zone else ()
    rows = [
        {
            "name": server.name,
            "addresses": sorted({query.address for query in server.queries}),
            "answered": any(query.ok for query in server.queries),
            "detail": "；".join(query.detail for query in server.queries if query.detail) or server.look.detail,
            "answer_ms": min((query.ms for query in server.queries if query.ok), default=None),
        }
        for server in servers
    ]
    return {
        "name": zone.name if zone else "",
        "detail": zone.detail if zone else "没有查询",
        "servers": rows,
        "with_aaaa": sum(1 for row in rows if row["addresses"]),
        "answered": sum(1 for row in rows if row["answered"]),
    }


def _visits(facts: Facts) -> dict[str, Any]:
    tries = facts.home.tries if facts.home else ()
    by_family = {"v4": [t for t in tries if t.family == 4], "v6": [t for t in tries if t.family == 6]}
    dns_ms = {"v4": facts.address.v4.dns_ms, "v6": facts.address.v6.dns_ms}
    connects = {"v4": facts.reach.v4, "v6": facts.reach.v6} if facts.reach else {"v4": (), "v6": ()}
    return {
        "attempts": [
            {
                "family": t.family,
                "number": t.number,
                "ok": not t.error,
                "status": t.status,
                "final_url": t.final_url,
                "detail": t.detail,
                "connect_ms": t.connect_ms,
                "first_byte_ms": t.first_byte_ms,
                "total_ms": t.total_ms,
            }
            for t in tries
        ],
        "success": {
            name: {
                "tries": len(some),
                "ok": sum(1 for t in some if not t.error),
                "rate": percent(sum(1 for t in some if not t.error), len(some)),
            }
            for name, some in by_family.items()
        },
        "latency": {name: _latency(by_family[name], connects[name], dns_ms[name]) for name in ("v4", "v6")},
    }


def _latency(tries: list[Try], connects: Iterable[Exchange], dns_ms: int) -> dict[str, float | None]:
    """Medians of the visits that succeeded; where there was none, of the connects alone."""
    good = [t for t in tries if not t.error]

    def middle(values: Iterable[int]) -> float | None:
        known = list(values)
        return round(median(known), 1) if known else None

    return {
        "dns_ms": float(dns_ms),
        "connect_ms": middle(t.connect_ms for t in good) if good else middle(e.ms for e in connects if e.ok),
        "first_byte_ms": middle(t.first_byte_ms for t in good),
        "total_ms": middle(t.total_ms for t in good),
    }


def _content(facts: Facts) -> dict[str, Any] | None:
    seen = facts.home.content if facts.home else None
    if seen is None:
        return None
    return {
        "same_title": seen.same_title,
        "text_difference": f"{100 * seen.text_difference:.1f}%",
        "link_difference": f"{100 * seen.link_difference:.1f}%",
        "links_v4": seen.links_v4,
        "links_v6": seen.links_v6,
        "only_v4": list(seen.only_v4),
        "only_v6": list(seen.only_v6),
    }


def _links(facts: Facts) -> dict[str, Any]:
    tests = facts.links.tests if facts.links else ()
    known = facts.links.known if facts.links else {}
    levels = []
    for level, title in LEVELS.items():
        for group, whose in GROUPS.items():
            told = [test for test in _tests(facts, level, group) if test.ok is not None]
            levels.append(
                {
                    "level": level,
                    "title": title,
                    "group": group,
                    "group_title": whose,
                    "known": known.get(f"{level}/{group}", 0),
                    "tested": len(told),
                    "ok": sum(1 for test in told if test.ok),
                    "rate": link_rate(facts, level, group),
                    "decides": group == "own",
                }
            )
    return {
        "rule": sampling_rule(),
        "levels": levels,
        "failing": [
            {
                "url": test.url,
                "level": LEVELS[test.level],
                "group": GROUPS[test.group],
                "reason": test.reason,
                "reason_title": REASONS[test.reason],
                "detail": test.detail,
            }
            for test in tests
            if test.ok is False
        ],
        "untested": {UNTESTED[reason]: count for reason, count in sorted(Counter(t.reason for t in tests if t.ok is None).items())},
    }


def _proof(facts: Facts) -> dict[str, Any]:
    proof = facts.proof
    if proof.proved:
        text = "本机 IPv6 可用：" + ("对照主机有应答" if any(c.after for c in proof.controls) else "本次检查中有 IPv6 地址应答")
    else:
        text = "本机 IPv6 未能证明可用：" + ("对照主机没有应答" if proof.controls else "没有指定对照主机，也没有任何 IPv6 地址应答")
    return {
        "proved": proof.proved,
        "text": text,
        "controls": [{"control": c.target, "before": c.before, "after": c.after, "detail": c.detail} for c in proof.controls],
        "answered": list(proof.answered),
    }
