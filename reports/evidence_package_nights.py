"""What an evidence file still holds of one finding (一晚的证据): the accused pages with their bytes, the answer's head, DNS answers, the picture.

What is not kept, or not kept any more, is said in words; nothing is left out silently.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from checks.model import Finding
from checks.outcome import read_outcome
from crawler.evidence import Evidence, EvidenceError, Page
from reports.history_reading import LifeFinding
from reports.hostile import line
from reports.words import STATE_WORDS

MOST_PAGES = 20
"""Accused pages of one night whose bytes go into a package."""


@dataclass(frozen=True, slots=True)
class KeptPage:
    """One accused page. ``head``: label and value of what is kept of the answer; ``served``/``shown``: the bytes as received and as the browser showed them."""

    url: str
    title: str
    at: str
    head: tuple[tuple[str, str], ...]
    served: bytes | None
    shown: bytes | None
    missing: tuple[str, ...]

    @property
    def text(self) -> bool:
        """Whether it calls itself text, and can be read in an editor."""
        return any(
            name == "Content-Type" and ("text" in value or "html" in value or "xml" in value or "json" in value)
            for name, value in self.head
        )


@dataclass(frozen=True, slots=True)
class NightEvidence:
    """One night. ``name``: folder in the package; ``finding``: as it was told that night; ``answers``: label and value of DNS answers;

    ``probes``: everything the network was asked for the check and for the addresses, as plain data; ``missing``: what is not there, in Chinese.
    """

    name: str
    label: str
    night: date
    file: str = ""
    program: str = ""
    finding: Finding | None = None
    pages: tuple[KeptPage, ...] = ()
    picture: bytes | None = None
    answers: tuple[tuple[str, str], ...] = ()
    probes: Mapping[str, Any] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def night_evidence(name: str, label: str, night: date, paths: tuple[Path, ...], life: LifeFinding) -> NightEvidence:
    """What the first of ``paths`` that can be read holds of the finding."""
    problem = f"{night.isoformat()} 的证据文件已不在证据目录中（可能已按保存期限清理），当晚的页面、应答和截图不能提供"
    for path in paths:
        if not path.is_file():
            continue
        try:
            evidence = Evidence(path)
        except EvidenceError as error:
            problem = line(str(error))
            continue
        try:
            return _read(evidence, NightEvidence(name, label, night, file=path.name), life)
        finally:
            evidence.close()
    return NightEvidence(name, label, night, missing=(problem,))


def _read(evidence: Evidence, empty: NightEvidence, life: LifeFinding) -> NightEvidence:
    outcome = read_outcome(evidence)
    told = [each for judgement in (outcome.judgements if outcome else ()) for each in judgement.findings if each.id == life.id]
    finding = told[0] if told else None
    urls = list(
        dict.fromkeys((*(finding.evidence.pages if finding else ()), *([life.url] if life.url else []), *(() if finding else life.pages)))
    )
    missing = [] if finding else ["当晚的检查结论中没有这个问题的原始记录"]
    pages = tuple(_page(evidence, url, missing) for url in urls[:MOST_PAGES])
    if len(urls) > MOST_PAGES:
        missing.append(f"涉及的页面共 {len(urls)} 个，只收入前 {MOST_PAGES} 个，其余地址见 finding.json")
    picture = evidence.screenshot(life.id)
    if picture is None:
        missing.append("当晚没有为这个问题截图（截图只在首次发现时拍摄，每个网站数量有限）")
    probes = {check: evidence.probes(check) for check in dict.fromkeys((life.check, "ipv6"))}
    answers = tuple(_answers(probes["ipv6"]))
    if not answers:
        missing.append("没有保存当晚的域名解析应答")
    plain = {
        check: {key: {"value": value, "error": error} for key, (value, error) in found.items()} for check, found in probes.items() if found
    }
    return NightEvidence(
        empty.name, empty.label, empty.night, empty.file, f"{outcome.version}（{outcome.program}），指标目录 {outcome.catalogue}" if outcome else "",
        finding, tuple(page for page in pages if page is not None), picture, answers, plain, tuple(missing),
    )  # fmt: skip


def _page(evidence: Evidence, url: str, missing: list[str]) -> KeptPage | None:
    page = evidence.find(url)
    if page is None:
        missing.append(f"页面 {line(url)[:200]} 当晚没有访问")
        return None
    served, shown = evidence.body(page), evidence.body(page, "rendered")
    gaps = []
    if served is None:
        gaps.append(
            "收到的原始字节没有保存" + ("（页面没有读到）" if not page.readable else "（程序只保存首页、栏目页、样本页和涉及问题的页面）")
        )
    elif page.sha256 and hashlib.sha256(served).hexdigest() != page.sha256:
        gaps.append(f"保存的字节与收到时的摘要不符（收到时 SHA-256 为 {page.sha256}）")
    if shown is None:
        gaps.append("浏览器中的显示结果没有保存（页面没有在浏览器中打开，或显示不完整）")
    return KeptPage(page.final_url or page.url, page.title, page.fetched_at, tuple(_head(page, url)), served, shown, tuple(gaps))


def _head(page: Page, asked: str) -> Iterator[tuple[str, str]]:
    """What the program keeps of an answer; other lines of its head are not kept."""
    yield "请求地址", page.url
    if page.final_url and page.final_url != page.url:
        yield "最终地址", page.final_url
    if asked not in (page.url, page.final_url):
        yield "记录的地址", asked
    yield "状态", STATE_WORDS.get(page.state, page.state) + (f"（{page.reason}）" if page.reason else "")
    if page.status is not None:
        yield "HTTP 状态码", str(page.status)
    for name, value in (("Content-Type", page.content_type), ("ETag", page.etag), ("Last-Modified", page.last_modified)):
        if value:
            yield name, value
    yield "字符编码", page.charset or "不详"
    yield "字节数", str(page.size)
    yield "SHA-256", page.sha256 or "不详"
    yield "应答用时", f"{page.elapsed_ms} 毫秒"
    if page.taken:
        yield "说明", "当晚确认内容没有变化，字节是此前收到的" if page.taken == "unchanged" else "当晚没有访问，是此前收到的"


def _answers(probes: Mapping[str, tuple[Any, str]]) -> Iterator[tuple[str, str]]:
    """The DNS answers, out of what the IPv6 check asked."""
    address = probes.get("address", (None, ""))[0]
    if isinstance(address, dict):
        yield "域名", str(address.get("host", ""))
        yield "查询时间", str(address.get("at", ""))
        for name, key in (("A 记录", "v4"), ("AAAA 记录", "v6")):
            look = address.get(key)
            if isinstance(look, dict):
                yield name, "、".join(map(str, look.get("addresses", ()))) or f"没有（{look.get('detail') or look.get('status', '')}）"
    zone = probes.get("zone", (None, ""))[0]
    if isinstance(zone, dict) and zone.get("servers"):
        yield "权威服务器", "、".join(str(server.get("name", "")) for server in zone["servers"] if isinstance(server, dict))
