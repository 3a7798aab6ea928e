"""The IPv6 section (IPv6 支持情况): link rates per level, latencies v4 beside v6, name servers, failing links.

Reads the figures of the `ipv6` check. A figure that is absent (the probe could not run) leaves its row out; nothing becomes zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.model import Judgement
from reports.hostile import line
from reports.view import Address, Fact, count_of, said, text_of
from reports.words import IPV6_REASONS, IPV6_SCOPES, word

CHECK_ID = "ipv6"
SHOWN_LINKS = 10


@dataclass(frozen=True, slots=True)
class RateRow:
    """How many links of one level and owner work over IPv6."""

    label: str = field(metadata=said("Level and owner of the links"))
    working: int = field(metadata=said("Links that answered over IPv6"))
    tested: int = field(metadata=said("Links tried"))
    total: str = field(metadata=said("Links found, of which those were drawn; — when not recorded"))
    rate: str = field(metadata=said("Share in percent, one decimal"))
    share: float = field(metadata=said("The same share, 0 … 1, for the chart", html=False))
    judged: bool = field(metadata=said("Whether the rule judges this row (own host); the others are reported only"))


@dataclass(frozen=True, slots=True)
class LatencyRow:
    """One step of a request, over both families."""

    label: str = field(metadata=said("The step"))
    v4: str = field(metadata=said("Over IPv4, with unit; — when not measured"))
    v6: str = field(metadata=said("Over IPv6, with unit; — when not measured"))
    v4_ms: float | None = field(metadata=said("Milliseconds over IPv4, for the chart", html=False))
    v6_ms: float | None = field(metadata=said("Milliseconds over IPv6, for the chart", html=False))


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that does not work over IPv6."""

    address: Address = field(metadata=said("The link"))
    level: str = field(metadata=said("二级 or 三级"))
    scope: str = field(metadata=said("Whose link it is: own host, same domain, other"))
    reason: str = field(metadata=said("Why it does not work over IPv6"))


@dataclass(frozen=True, slots=True)
class Ipv6View:
    """Everything the section prints."""

    facts: tuple[Fact, ...] = field(metadata=said("Addresses, name servers and reachability, one line each"))
    rates: tuple[RateRow, ...] = field(metadata=said("Link rates"))
    latencies: tuple[LatencyRow, ...] = field(metadata=said("Times of the steps of a request"))
    shown: tuple[LinkRow, ...] = field(metadata=said("The first failing links"))
    folded: tuple[LinkRow, ...] = field(metadata=said("The other failing links"))
    folded_count: int = field(metadata=said("How many links are in `folded`"))
    failing: int = field(metadata=said("How many links fail"))


_STEPS = (("dns_ms", "域名解析"), ("connect_ms", "建立连接"), ("first_byte_ms", "首字节"), ("total_ms", "全部读完"))
_LEVELS = (("second_level", "二级链接"), ("third_level", "三级链接"))


def ipv6_view(judgements: Sequence[Judgement]) -> Ipv6View | None:
    """The section, or None when the check brought no figures at all."""
    figures = next((j.figures for j in judgements if j.check == CHECK_ID), {})
    if not figures:
        return None
    links = tuple(_link(entry) for entry in _entries(figures.get("failing_links")))
    view = Ipv6View(
        facts=tuple(_facts(figures)),
        rates=tuple(_rates(figures)),
        latencies=tuple(_latencies(figures.get("latency"))),
        shown=links[:SHOWN_LINKS],
        folded=links[SHOWN_LINKS:],
        folded_count=len(links[SHOWN_LINKS:]),
        failing=len(links),
    )
    return view if view.facts or view.rates or view.latencies or view.failing else None


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def _facts(figures: Mapping[str, Any]) -> Iterable[Fact]:
    addresses = figures.get("aaaa")
    if isinstance(addresses, (list, tuple)):
        yield Fact("IPv6 地址（AAAA）", "，".join(line(str(address)) for address in addresses) or "没有")
    for server in _entries(figures.get("name_servers")):
        answered = {True: "能应答", False: "不能应答"}.get(server.get("answered", None), "未能确认")
        served = "，".join(line(str(address)) for address in server.get("addresses") or ())
        yield Fact("域名服务器", f"{text_of(server.get('name'))}：" + (f"{served}，{answered}" if served else "没有 IPv6 地址"))
    success = figures.get("success")
    for family, name in (("v4", "IPv4"), ("v6", "IPv6")):
        counts = success.get(family) if isinstance(success, Mapping) else None
        if isinstance(counts, Mapping) and count_of(counts.get("tried")):
            yield Fact(f"{name} 访问首页", f"{counts['tried']} 次中成功 {count_of(counts.get('ok')) or 0} 次")


def _rates(figures: Mapping[str, Any]) -> Iterable[RateRow]:
    for key, level in _LEVELS:
        scopes = figures.get(key)
        for scope, name in IPV6_SCOPES.items():
            counts = scopes.get(scope) if isinstance(scopes, Mapping) else None
            tested = count_of(counts.get("tested")) if isinstance(counts, Mapping) else None
            if isinstance(counts, Mapping) and tested:
                working = count_of(counts.get("ok")) or 0
                found = count_of(counts.get("found"))
                share = working / tested
                yield RateRow(
                    f"{level}，{name}", working, tested, "—" if found is None else str(found), f"{share:.1%}", share, scope == "own"
                )


def _latencies(latency: object) -> Iterable[LatencyRow]:
    if not isinstance(latency, Mapping):
        return
    for key, label in _STEPS:
        v4, v6 = (_milliseconds(latency.get(family), key) for family in ("v4", "v6"))
        if v4 is not None or v6 is not None:
            yield LatencyRow(label, _shown(v4), _shown(v6), v4, v6)


def _milliseconds(times: object, key: str) -> float | None:
    value = times.get(key) if isinstance(times, Mapping) else None
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _shown(milliseconds: float | None) -> str:
    return "—" if milliseconds is None else f"{milliseconds:.0f} 毫秒"


def _link(entry: Mapping[str, Any]) -> LinkRow:
    level = count_of(entry.get("level"))
    return LinkRow(
        address=Address.of(text_of(entry.get("url"))),
        level={2: "二级", 3: "三级"}.get(level or 0, "—"),
        scope=word(IPV6_SCOPES, text_of(entry.get("scope"))),
        reason=word(IPV6_REASONS, text_of(entry.get("reason"))),
    )
