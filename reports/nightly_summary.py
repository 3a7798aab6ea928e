"""The summary of a night: what was done, what could not be assessed, what changed, how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import orjson

from crawler.nights import SiteNight
from reports.nightly_view import duration

BIGGEST = 3
"""Evidence files named by size."""

ENDINGS = {
    "done": "全部做完",
    "stopped": "到时间停止，未做的下次最先做",
    "interrupted": "收到停止信号，未做的下次接着做",
    "failed": "运行出错停止，已完成的都已保存",
}
"""State of a night → what a person reads."""


@dataclass(frozen=True, slots=True)
class Unassessed:
    """A site that could not be assessed, and why."""

    site: str
    name: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One night's figures, of all sites it did, in this run and in those it resumed. Sizes in bytes.

    ``done``: sites with evidence, blocked and unreachable ones too; ``tonight``: sites settled by this very run; ``changes``: events of
    findings by kind (new, rectified, reopened, withdrawn).
    """

    as_of: date
    state: str
    why: str
    sites: int
    done: int
    tonight: int
    left: int
    pages: int
    requests: int
    bytes: int
    size: int
    seconds: float
    writing_seconds: float
    changes: Mapping[str, int]
    unassessed: Sequence[Unassessed]
    biggest: Sequence[tuple[str, int]]
    evidence: Path

    def facts(self) -> dict[str, object]:
        """What the night's row keeps."""
        names = ("sites", "done", "left", "pages", "requests", "bytes", "size")
        return {**{name: getattr(self, name) for name in names}, "seconds": round(self.seconds, 1), "unassessed": len(self.unassessed)}

    def as_json(self) -> str:
        """One JSON object on one line."""
        return orjson.dumps({"event": "summary", **asdict(self), "evidence": str(self.evidence)}).decode()

    def as_text(self) -> str:
        """Lines for a person."""
        each = self.size / self.done if self.done else 0.0
        lines = [
            f"{self.as_of} 夜间检查：{ENDINGS.get(self.state, self.state)}{f'（{self.why}）' if self.why else ''}",
            f"网站 {self.sites} 个：已查 {self.done}（本次 {self.tonight}），未能评估 {len(self.unassessed)}，未做 {self.left}",
            f"读取 {self.pages:,} 页，请求 {self.requests:,} 次，接收 {megabytes(self.bytes)}，本次用时 {duration(self.seconds)}",
            f"证据 {megabytes(self.size)}，平均每站每晚 {megabytes(each)}，保存在 {self.evidence}",
        ]
        if self.biggest:
            lines.append("证据最大的网站：" + "，".join(f"{key} {megabytes(size)}" for key, size in self.biggest))
        words = (("new", "新增"), ("rectified", "已整改"), ("reopened", "重新出现"), ("withdrawn", "已随页面撤下"))
        lines.append("问题：" + "，".join(f"{word} {self.changes.get(kind, 0)}" for kind, word in words))
        if self.unassessed:
            lines.append("未能评估的网站：")
            lines += [f"  {site.site} {site.name} {site.url}：{site.reason or '没有应答'}" for site in self.unassessed]
        return "\n".join(lines)


def megabytes(size: float) -> str:
    """``1.2 MB``; ``0.03 MB`` for small ones."""
    value = size / 2**20
    return f"{value:,.1f} MB" if value >= 0.1 else f"{value:.2f} MB"


def totals(rows: Sequence[SiteNight]) -> dict[str, int]:
    """Pages, requests, bytes and size of evidence of these sites' nights."""
    names = ("pages", "requests", "bytes", "size")
    return {name: sum(getattr(row, name) for row in rows) for name in names}


def biggest(rows: Sequence[SiteNight]) -> list[tuple[str, int]]:
    """The largest evidence files."""
    return [(row.site_key, row.size) for row in sorted(rows, key=lambda row: -row.size)[:BIGGEST]]
