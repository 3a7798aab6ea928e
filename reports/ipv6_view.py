"""The IPv6 section (IPv6 支持情况): link rates per level, latencies v4 beside v6, name servers, failing links.

Reads the figures of the `ipv6` check. A figure that is absent (the probe could not run) leaves its row out; nothing becomes zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from checks.model import Judgement
from reports.view import Address, Fact, count_of, said, text_of

CHECK_ID = "ipv6"
SHOWN_LINKS = 10


@dataclass(frozen=True, slots=True)
class RateRow:
    """How many links of one level and owner work over IPv6."""

    label: str = field(metadata=said("Level and owner of the links"))
    working: int = field(metadata=said("Links that answered over IPv6"))
    tested: int = field(metadata=said("Links tried"))
    total: str = field(metadata=said("Links found, of which those were drawn"))
    rate: str = field(metadata=said("Share in percent, as the check gives it"))
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
    level: str = field(metadata=said("二级链接 or 三级链接"))
    scope: str = field(metadata=said("Whose link it is: own host, same domain, other"))
    reason: str = field(metadata=said("Why it does not work over IPv6"))


@dataclass(frozen=True, slots=True)
class Ipv6View:
    """Everything the section prints."""

    facts: tuple[Fact, ...] = field(metadata=said("Addresses, name servers, reachability and content, one line each"))
    rule: str = field(metadata=said("How links are drawn; empty when none were"))
    rates: tuple[RateRow, ...] = field(metadata=said("Link rates"))
    latencies: tuple[LatencyRow, ...] = field(metadata=said("Times of the steps of a request"))
    shown: tuple[LinkRow, ...] = field(metadata=said("The first failing links"))
    folded: tuple[LinkRow, ...] = field(metadata=said("The other failing links"))
    folded_count: int = field(metadata=said("How many links are in `folded`"))
    failing: int = field(metadata=said("How many links fail"))


_STEPS = (("dns_ms", "域名解析"), ("connect_ms", "建立连接"), ("first_byte_ms", "首字节"), ("total_ms", "全部读完"))
_FAMILIES = (("v4", "IPv4"), ("v6", "IPv6"))


def ipv6_view(judgements: Sequence[Judgement]) -> Ipv6View | None:
    """The section, or None when the check brought no figures."""
    figures = next((j.figures for j in judgements if j.check == CHECK_ID), {})
    if not figures:
        return None
    links = _within(figures, "links")
    failing = tuple(_link(entry) for entry in _entries(links.get("failing")))
    rates = tuple(_rates(links))
    return Ipv6View(
        facts=tuple(_facts(figures)),
        rule=text_of(links.get("rule")) if rates else "",
        rates=rates,
        latencies=_latencies(_within(figures, "latency")),
        shown=failing[:SHOWN_LINKS],
        folded=failing[SHOWN_LINKS:],
        folded_count=len(failing[SHOWN_LINKS:]),
        failing=len(failing),
    )


def _within(figures: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = figures.get(key)
    return value if isinstance(value, Mapping) else {}


def _entries(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, (list, tuple)) else []


def _texts(value: object) -> str:
    return "，".join(text_of(item) for item in value) if isinstance(value, (list, tuple)) else ""


def _facts(figures: Mapping[str, Any]) -> Iterable[Fact]:
    yield Fact("IPv6 地址", _texts(figures.get("aaaa")) or "没有有效的 AAAA 记录")
    invalid = [f"{text_of(entry.get('address'))}（{text_of(entry.get('reason'))}）" for entry in _entries(figures.get("aaaa_invalid"))]
    if invalid:
        yield Fact("不计入的地址", "，".join(invalid))
    for server in _entries(_within(figures, "zone").get("servers")):
        yield Fact("域名服务器", _server(server))
    success = _within(figures, "success")
    for family, name in _FAMILIES:
        counts = _within(success, family)
        if count_of(counts.get("tries")):
            yield Fact(
                f"{name} 访问首页", f"{counts['tries']} 次，成功 {count_of(counts.get('ok')) or 0} 次（{text_of(counts.get('rate'))}）"
            )
    content = _within(figures, "content")
    if content:
        title = "标题相同" if content.get("same_title") else "标题不同"
        texts, links = text_of(content.get("text_difference")), text_of(content.get("link_difference"))
        yield Fact("首页内容比较", f"{title}，可见文字差异率 {texts}，链接差异率 {links}")
    untested = _within(_within(figures, "links"), "untested")
    if untested:
        yield Fact("未计入的链接", "，".join(f"{text_of(reason)} {count_of(count) or 0} 条" for reason, count in untested.items()))
    proof = text_of(_within(figures, "proof").get("text"))
    if proof:
        yield Fact("检查条件", proof)


def _server(server: Mapping[str, Any]) -> str:
    name, addresses = text_of(server.get("name")), _texts(server.get("addresses"))
    if not addresses:
        return f"{name}：没有 IPv6 地址"
    return f"{name}：{addresses}，" + (
        "经 IPv6 能应答" if server.get("answered") else f"经 IPv6 没有应答（{text_of(server.get('detail'))}）"
    )


def _rates(links: Mapping[str, Any]) -> Iterable[RateRow]:
    for row in _entries(links.get("levels")):
        tested, working = count_of(row.get("tested")) or 0, count_of(row.get("ok")) or 0
        if tested:
            yield RateRow(
                label=f"{text_of(row.get('title'))}，{text_of(row.get('group_title'))}",
                working=working,
                tested=tested,
                total=str(count_of(row.get("known")) or 0),
                rate=text_of(row.get("rate")),
                share=working / tested,
                judged=bool(row.get("decides")),
            )


def _latencies(latency: Mapping[str, Any]) -> tuple[LatencyRow, ...]:
    """The steps that were measured; none where no visit got past the look-up."""
    rows = []
    for key, label in _STEPS:
        v4, v6 = (_milliseconds(_within(latency, family).get(key)) for family, _ in _FAMILIES)
        if v4 is not None or v6 is not None:
            rows.append(LatencyRow(label, _shown(v4), _shown(v6), v4, v6))
    return tuple(rows) if len(rows) > 1 else ()


def _milliseconds(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _shown(milliseconds: float | None) -> str:
    return "—" if milliseconds is None else f"{milliseconds:.0f} 毫秒"


def _link(entry: Mapping[str, Any]) -> LinkRow:
    detail = text_of(entry.get("detail"))
    reason = text_of(entry.get("reason_title")) or text_of(entry.get("reason"))
    return LinkRow(
        address=Address.of(text_of(entry.get("url"))),
        level=text_of(entry.get("level")),
        scope=text_of(entry.get("group")),
        reason=f"{reason}（{detail}）" if detail and detail != reason else reason,
    )
