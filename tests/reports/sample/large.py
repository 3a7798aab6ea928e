"""A bad site at full size: twelve checks, three hundred findings, two hundred columns, long lists of pages and links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checks.model import Finding, Judgement, Severity
from crawler.evidence import Evidence
from reports.site_report import SiteReportView, build_view
from tests.reports.sample import surface
from tests.reports.sample.content import COLUMNS, IPV6, STATISTICS
from tests.reports.sample.ground import HOME, RUN, check, finding, title_of
from tests.reports.sample.written import write
from tests.reports.score.ground import NATIONAL

SECTIONS = ("通知公告", "政策文件", "部门动态", "乡镇动态", "规划计划", "财政预决算", "政策解读", "人事信息", "重点领域", "专题专栏")


@dataclass(frozen=True)
class Batch:
    """Findings of one kind. ``says``: the message, with ``{name}`` of a section and ``{n}``; ``pages``: how many each accuses."""

    code: str
    count: int
    says: str
    pages: int = 1
    severity: Severity | None = None
    seen: int = 0
    confirm: bool = False


CHECKS: dict[tuple[str, str], tuple[Batch, ...]] = {
    ("interaction-channel", "互动渠道与留言答复"): (
        Batch("unanswered", 14, "留言“咨询{name}办理问题”2026-05-{n:02d} 提交，超过 3 个月没有答复"),
    ),
    ("column-updates", "栏目更新"): (
        Batch("overdue", 28, "“{name}”最新内容为 2026-02-{n:02d}，超过 6 个月没有更新（标准：6 个月）"),
        Batch("blank", 9, "“{name}”没有任何内容"),
    ),
    ("links", "错链、断链"): (
        Batch("hijacked", 2, "首页上的链接 http://www.pujing-{n}.example/ 打开的页面是赌博、色情或违规药品内容", seen=2, confirm=True),
        Batch("broken-link", 36, "{name}栏目页上的链接 /zwgk/2019/{n}.html：两次访问都应答 404，内容不存在", 3, seen=3),
        Batch("broken-link", 30, "{name}栏目页上的链接 /zwgk/2018/{n}.html：两次访问都应答 404，内容不存在", 2, "candidate", 1),
        Batch("broken-image", 12, "{name}等页面上的图片 /images/{n}.png：两次访问都应答 404", 40, seen=2),
        Batch("wrong-answer", 16, "{name}栏目页上的链接 /old/{n}.html 打开后提示内容不存在", 2),
    ),
    ("hidden-links", "暗链与不良信息"): (
        Batch("hidden-bad-links", 3, "{name}的页面藏有 12 个访问者看不见的链接，指向博彩网站（位置在屏幕之外）", 12, confirm=True),
        Batch("hidden-outside-links", 5, "{name}的页面有 4 个看不见的外部链接，用途不明", 6),
    ),
    ("site-identity", "网站标识与域名"): (
        Batch("missing-conac", 20, "{name}的 12 个页面底部没有党政机关网站标识，经浏览器打开确认", 12),
        Batch("missing-police", 20, "{name}的 12 个页面底部没有公安机关备案标识，经浏览器打开确认", 12),
        Batch("missing-contact", 8, "{name}的 320 个页面底部没有联系方式，经浏览器打开确认", 320),
    ),
    ("page-tags", "页面标签"): (
        Batch("column-missing", 14, "{name}栏目的栏目标签缺少 ColumnName、ColumnType", 4),
        Batch("content-missing", 14, "{name}的内容页缺少 ContentSource", 24),
        Batch("pubdate-form", 1, "240 个内容页的 PubDate 不是 YYYY-MM-DD HH:MM 的形式", 240),
    ),
    ("error-report-entry", "我为政府网站找错入口"): (Batch("missing", 24, "{name}的 9 个页面没有找错入口", 9),),
    ("https", "HTTPS 安全访问"): (
        Batch("mixed-active", 18, "HTTPS 页面以 HTTP 加载脚本 http://tj{n}.example.cn/count.js", 7),
        Batch("mixed-passive", 22, "HTTPS 页面以 HTTP 加载图片 http://img{n}.example.cn/a.jpg", 3),
    ),
    ("interaction-statistics", "互动交流受理反馈统计"): (Batch("stale", 1, "最新一期统计为 2025 年上半年"),),
    ("ipv6", "IPv6 改造"): (Batch("one-v6-name-server", 1, "两台域名服务器中只有一台有 IPv6 地址"),),
    ("availability", "站点访问"): (Batch("intermittent", 2, "本次检查访问首页 4 次，{n} 次没有打开"),),
    ("home-updates", "首页更新"): (),
}


def findings(check_id: str, batches: tuple[Batch, ...]) -> list[Finding]:
    """The findings of one check, each about a place of its own."""
    found = []
    for number, batch in enumerate(batches):
        for n in range(batch.count):
            name, path = SECTIONS[n % len(SECTIONS)], f"s{n}/c{number}"
            pages = tuple(f"{HOME}{path}/2026/t2026{k % 12 + 1:02d}11_{4100 + k}.html" for k in range(batch.pages))
            found.append(
                finding(
                    check_id,
                    batch.code,
                    f"/{path}/",
                    batch.says.format(name=name, n=n + 1),
                    pages,
                    f'<div class="footer">主办：青山县人民政府办公室 承办：{name}编辑部</div>',
                    severity=batch.severity,
                    seen=batch.seen,
                    confirm=batch.confirm,
                )
            )
    return found


def _figures() -> Mapping[str, Mapping[str, Any]]:
    rows = [dict(COLUMNS[n % len(COLUMNS)], name=f"栏目 {n}", url=f"{HOME}c{n}/") for n in range(200)]
    targets = [dict(entry, url=f"{entry['url']}?n={n}") for n in range(60) for entry in surface.LINKS["targets"]]
    return {
        "column-updates": {"columns": rows},
        "availability": surface.AVAILABILITY,
        "site-identity": surface.IDENTITY,
        "page-tags": surface.TAGS,
        "https": surface.HTTPS,
        "ipv6": IPV6,
        "interaction-statistics": STATISTICS,
        "links": {**surface.LINKS, "targets": targets},
    }


def large_view(path: Path) -> SiteReportView:
    """The view-model of that site."""
    figures, judged = _figures(), []
    for (check_id, title), batches in CHECKS.items():
        found = findings(check_id, batches)
        summary = f"发现 {len(found)} 处问题。" if found else "首页最新内容为 2026-09-29，1 天前更新。"
        judged.append(Judgement.of(check(check_id, title), found, summary=summary, figures=figures.get(check_id)))
    evidence = Evidence(write(path))
    try:
        return build_view(evidence, judged, RUN, titles=title_of, indicators=NATIONAL)
    finally:
        evidence.close()
