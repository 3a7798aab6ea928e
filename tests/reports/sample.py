"""A realistic inspection to lay out: two failing checks, cautions, one check that could not be assessed, pictures, many pages.

Written through `EvidenceWriter` like any inspection; the site is invented. `hostile` is the same with a site that attacks its reader.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks.model import Check, Finding, Judgement, Proof, Severity, Unseen
from crawler.evidence import Evidence, EvidenceWriter
from crawler.site import Site
from reports.site_report import RunFacts, SiteReportView, build_view

AS_OF = date(2026, 9, 30)
HOME = "https://www.qingshan.example.cn/"
SITE = Site(url=HOME, code="6299990001", name="青山县人民政府门户网站")
RUN = RunFacts(as_of=AS_OF, tool_version="1.0.0", catalogue_version="2019.1", catalogue_digest="0a1b2c3d4e5f")
SEEN_AT = "2026-09-30T02:15:08+08:00"

TITLES = {
    ("error-report-entry", "missing"): "页面没有“我为政府网站找错”入口",
    ("error-report-entry", "legacy"): "找错入口指向已停用的旧地址",
    ("column-updates", "overdue"): "栏目超期未更新",
    ("column-updates", "blank"): "空白栏目",
    ("ipv6", "one-v6-name-server"): "只有一台域名服务器支持 IPv6",
    ("interaction-statistics", "stale"): "受理反馈统计超过一年没有更新",
}


@dataclass(frozen=True)
class Rule:
    """What the catalogue would say of one kind of fault."""

    severity: Severity
    advice: str
    indicator: str
    source: str
    basis: str


RULES = {
    ("error-report-entry", "missing"): Rule(
        "deduction",
        "在全站公共页脚引入国家平台的找错脚本，sitecode 填写本网站标识码，并确认该栏目的模板引用了公共页脚。",
        "扣分指标 功能设计 我为政府网站找错",
        "国办秘函〔2019〕19号《政府网站检查指标》",
        "second-hand",
    ),
    ("error-report-entry", "legacy"): Rule(
        "caution", "把脚本地址改为国家平台的现行地址。", "功能设计 我为政府网站找错", "国家平台公开的接入说明", "assumed"
    ),
    ("column-updates", "overdue"): Rule(
        "deduction",
        "及时更新该栏目；长期没有内容的，合并或归档，并在归档页注明。",
        "单项否决 栏目不更新；扣分指标 动态要闻",
        "国办秘函〔2019〕19号《政府网站检查指标》",
        "second-hand",
    ),
    ("column-updates", "blank"): Rule(
        "deduction", "补充内容或撤下空白栏目。", "单项否决 空白栏目", "国办秘函〔2019〕19号《政府网站检查指标》", "second-hand"
    ),
    ("ipv6", "one-v6-name-server"): Rule(
        "caution", "为其余域名服务器配置 IPv6 地址并确认能应答。", "功能设计 IPv6 改造", "本程序的建议，没有官方条文", "none"
    ),
    ("interaction-statistics", "stale"): Rule(
        "caution", "每季度或每年公布受理、办结情况的统计数据。", "互动交流 留言公开", "国办秘函〔2019〕19号", "assumed"
    ),
}


def title_of(check: str, code: str) -> str:
    """The sample's own titles: its snapshots must not move when the catalogue is reworded."""
    return TITLES[check, code]


def png(width: int = 640, height: int = 260) -> bytes:
    """A small picture of a page: red head, grey lines, one framed place."""
    rows = []
    for y in range(height):
        row = bytearray(b"\xff\xff\xff" * width)
        if y < 48:
            row = bytearray(b"\xa3\x16\x1b" * width)
        elif y % 24 < 8 and y < height - 40:
            row[3 * 24 : 3 * (width - 24 - (y * 37 % 160))] = b"\xd5\xd9\xde" * (width - 48 - (y * 37 % 160))
        if y > height - 40:
            row = bytearray(b"\xf2\xf2\xf2" * width)
        rows.append(b"\x00" + bytes(row))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    ]
    body = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def check(id: str, title: str) -> Check:
    """A check that is only named: the sample brings its judgements itself."""
    return Check(id, title, (), (), lambda evidence, as_of: Judgement(id, title, "pass", "", ""))


def finding(check_id: str, code: str, subject: str, message: str, pages: tuple[str, ...], snippet: str = "", site: Site = SITE) -> Finding:
    """A finding by the sample's rules."""
    rule = RULES[check_id, code]
    return Finding(
        site_key=site.key,
        check=check_id,
        code=code,
        severity=rule.severity,
        subject=subject,
        url=pages[0] if pages else "",
        message=message,
        advice=rule.advice,
        indicator=rule.indicator,
        source=rule.source,
        basis=rule.basis,
        evidence=Proof(pages=pages, seen_at=SEEN_AT, snippet=snippet, selector="footer", figures={"pages": len(pages)}),
    )


def page_facts(url: str, **changes: object) -> dict[str, object]:
    """A page's facts as the crawl writes them."""
    facts: dict[str, object] = {
        "url": url,
        "final_url": url,
        "via": HOME,
        "depth": 1,
        "state": "page",
        "reason": "",
        "status": 200,
        "content_type": "text/html",
        "charset": "utf-8",
        "title": "青山县人民政府门户网站",
        "template": "t1",
        "sha256": "0" * 64,
        "size": 20480,
        "fetched_at": SEEN_AT,
        "elapsed_ms": 120,
        "etag": "",
        "last_modified": "",
        "script_built": False,
        "elsewhere": False,
        "render": "no",
        "render_reason": "",
    }
    return facts | changes


NOTICES = tuple(f"{HOME}zwgk/tzgg/2026{month:02d}/t2026{month:02d}11_{4100 + month}.html" for month in range(1, 10))
LETTERS = f"{HOME}hdjl/xjxd/"


def column(
    name: str,
    path: str,
    kind: str,
    level: int,
    newest: str | None,
    source: str,
    window: str,
    answer: str,
    words: str,
    reason: str,
    severity: str | None,
) -> dict[str, object]:
    """One row as `column-updates` gives it."""
    return {
        "name": name,
        "url": HOME + path,
        "class_name": kind,
        "level": level,
        "newest": newest,
        "date_source": source,
        "window": window,
        "verdict": answer,
        "verdict_name": words,
        "severity": severity,
        "reason": reason,
    }


COLUMNS = [
    column("青山要闻", "xwzx/qsyw/", "动态要闻", 1, "2026-09-29", "列表", "14 天", "ok", "更新及时", "最近更新于 2026-09-29（列表）", None),
    column(
        "部门动态",
        "xwzx/bmdt/",
        "动态要闻",
        2,
        "2026-08-02",
        "列表",
        "14 天",
        "overdue",
        "超期未更新",
        "最近更新于 2026-08-02（列表），已超过 14 天",
        "deduction",
    ),
    column(
        "通知公告", "zwgk/tzgg/", "通知公告", 1, "2026-09-11", "列表", "6 个月", "ok", "更新及时", "最近更新于 2026-09-11（列表）", None
    ),
    column(
        "乡镇动态",
        "xwzx/xzdt/",
        "动态要闻",
        2,
        "2026-09-20",
        "网址",
        "14 天",
        "undated",
        "未注明发布时间（提示）",
        "列表和稿件都没有注明发布时间；网址为 2026-09-20",
        "caution",
    ),
    column("意见征集", "hdjl/yjzj/?status=1", "互动交流", 2, None, "", "", "blank", "空白栏目", "没有任何内容", "deduction"),
    column(
        "数据发布",
        "sjfb/",
        "其他栏目",
        1,
        None,
        "",
        "12 个月（假定）",
        "not_assessed",
        "未判断",
        "列表可能由脚本或框架生成，未能在浏览器中确认",
        None,
    ),
    column("机构职能", "zwgk/jgzn/", "静态栏目", 2, None, "", "", "not_applicable", "不适用", "静态栏目，不看更新", None),
]


def level(name: str, title: str, group: str, whose: str, known: int, tested: int, ok: int) -> dict[str, object]:
    """One row of link rates as `ipv6` gives it."""
    rate = f"{1000 * ok // tested / 10:.1f}%" if tested else "—"
    return {
        "level": name,
        "title": title,
        "group": group,
        "group_title": whose,
        "known": known,
        "tested": tested,
        "ok": ok,
        "rate": rate,
        "decides": group == "own",
    }


FAILURES = ("主机没有 IPv6 地址", "IPv6 连接被拒绝", "IPv6 访问超时", "IPv6 上 TLS 握手失败", "跳转到只有 IPv4 地址的主机")

IPV6 = {
    "aaaa": ["2001:db8:6299::80"],
    "aaaa_invalid": [{"address": "::ffff:192.0.2.1", "reason": "IPv4 映射地址"}],
    "zone": {
        "servers": [
            {"name": "ns1.qingshan.example.cn", "addresses": ["2001:db8:6299::53"], "answered": True, "detail": ""},
            {"name": "ns2.qingshan.example.cn", "addresses": [], "answered": False, "detail": "没有 AAAA 记录"},
            {"name": "ns3.qingshan.example.cn", "addresses": ["2001:db8:6299::54"], "answered": False, "detail": "超时"},
        ]
    },
    "success": {"v4": {"tries": 5, "ok": 5, "rate": "100.0%"}, "v6": {"tries": 5, "ok": 5, "rate": "100.0%"}},
    "latency": {
        "v4": {"dns_ms": 12.0, "connect_ms": 8.1, "first_byte_ms": 61.0, "total_ms": 143.9},
        "v6": {"dns_ms": 13.0, "connect_ms": 9.4, "first_byte_ms": 70.2, "total_ms": None},
    },
    "content": {"same_title": True, "text_difference": "0.4%", "link_difference": "0.0%"},
    "links": {
        "rule": "二级链接是首页上的链接，三级链接是二级页面上新出现的链接，同一地址只计一次。",
        "levels": [
            level("second", "二级链接", "own", "本站", 86, 86, 86),
            level("second", "二级链接", "same-domain", "同一注册域名", 12, 12, 9),
            level("second", "二级链接", "other", "其他网站", 31, 20, 8),
            level("third", "三级链接", "own", "本站", 640, 120, 120),
            level("third", "三级链接", "same-domain", "同一注册域名", 44, 20, 15),
            level("third", "三级链接", "other", "其他网站", 9, 0, 0),
        ],
        "failing": [
            {
                "url": f"http://www.bureau{n}.example.cn/",
                "level": "二级链接",
                "group": "其他网站",
                "reason": "x",
                "reason_title": FAILURES[n % 5],
                "detail": "端口 80：超时" if n % 5 == 2 else "",
            }
            for n in range(18)
        ],
        "untested": {"IPv4 下也不能访问，不是 IPv6 的问题": 3},
    },
    "proof": {"proved": True, "text": "本机 IPv6 可用：本次检查中有 IPv6 地址应答"},
}

STATISTICS = {
    "statistics": [
        {
            "url": f"{HOME}hdjl/tjfx/",
            "heading": "2025 年上半年互动情况统计",
            "period": "2025 年上半年",
            "last": "2025-06-30",
            "snippet": "",
            "figures": [
                {"metric": "received", "label": "受理", "value": 157, "unit": "件"},
                {"metric": "rate", "label": "办结率", "value": 98.7, "unit": "%"},
            ],
        },
        {
            "url": f"{HOME}hdjl/tjfx/2024/",
            "heading": "2024 年互动情况统计",
            "period": "",
            "last": None,
            "snippet": "",
            "figures": [{"metric": "received", "label": "受理", "value": 402, "unit": "件"}],
        },
    ]
}
CHANNELS = {
    "channels": [{"name": "县长信箱", "url": f"{HOME}hdjl/xzxx/", "works": "页面有可以提交的留言表单", "elsewhere": False}],
    "letters": 20,
    "newest": "2026-09-20",
}


def judgements(site: Site = SITE) -> tuple[Judgement, ...]:
    """What six checks say of the sample."""
    entry, columns = check("error-report-entry", "我为政府网站找错入口"), check("column-updates", "栏目更新")
    return (
        Judgement.of(
            check("ipv6", "IPv6 改造"),
            [
                finding(
                    "ipv6", "one-v6-name-server", "site", "两台域名服务器中只有 ns1.qingshan.example.cn 有 IPv6 地址", (HOME,), site=site
                )
            ],
            summary="网站支持 IPv6，本网站的二级、三级链接全部可用。",
            figures=IPV6,
        ),
        Judgement.of(
            entry,
            [
                finding(
                    "error-report-entry",
                    "missing",
                    "/zwgk/tzgg/",
                    "通知公告栏目的 9 个页面没有找错入口",
                    NOTICES,
                    '<div class="footer">主办：青山县人民政府办公室</div>',
                    site,
                ),
                finding(
                    "error-report-entry",
                    "legacy",
                    "/hdjl/",
                    "互动交流栏目的找错脚本仍指向旧地址",
                    (LETTERS,),
                    '<script src="http://121.43.68.40/exposure/jiucuo.js"></script>',
                    site,
                ),
            ],
            summary="读取的 38 个页面中有 9 个没有找错入口。",
            figures={"pages": 38, "with_entry": 29},
        ),
        Judgement.of(
            columns,
            [
                finding(
                    "column-updates",
                    "overdue",
                    "/xwzx/bmdt/",
                    "“部门动态”最新内容为 2026-08-02，已 59 天没有更新（标准：14 天）",
                    (f"{HOME}xwzx/bmdt/",),
                    "县农业农村局开展秋粮田间管理指导 2026-08-02",
                    site,
                ),
                finding(
                    "column-updates",
                    "blank",
                    "/hdjl/yjzj/?status=1",
                    "“意见征集”没有任何内容",
                    (f"{HOME}hdjl/yjzj/?status=1",),
                    "暂无相关数据",
                    site,
                ),
            ],
            summary="识别栏目 7 个，2 个有问题，1 个未能评估。",
            unseen=[Unseen("incomplete-render", "数据发布", (f"{HOME}sjfb/",))],
            figures={"columns": COLUMNS},
        ),
        Judgement.of(
            check("home-updates", "首页更新"), [], summary="首页最新内容为 2026-09-29，1 天前更新。", figures={"newest": "2026-09-29"}
        ),
        Judgement.of(
            check("interaction-statistics", "互动交流受理反馈统计"),
            [
                finding(
                    "interaction-statistics",
                    "stale",
                    "/hdjl/tjfx/",
                    "最新一期统计为 2025 年上半年",
                    (f"{HOME}hdjl/tjfx/",),
                    "2025 年上半年共受理 157 件，办结 157 件，办结率 100%",
                    site,
                )
            ],
            summary="公布了受理反馈统计，但最新一期距今超过一年。",
            figures=STATISTICS,
        ),
        Judgement.of(
            check("interaction-channel", "互动交流渠道"),
            [],
            summary="互动平台在其他主机上，未能读取，不能判断留言是否按期答复。",
            unseen=[
                Unseen(
                    "elsewhere-unreadable",
                    "liuyan.qingshan.example.cn",
                    tuple(f"https://liuyan.qingshan.example.cn/letter/{n}" for n in range(8)),
                )
            ],
        ),
    )


def write(path: Path, site: Site = SITE) -> Path:
    """The sample's evidence file at ``path``."""
    writer = EvidenceWriter(path, site, AS_OF)
    writer.add_page(page_facts(HOME, depth=0, render="complete", render_reason=""))
    for row in COLUMNS:
        writer.add_page(page_facts(str(row["url"]), title=str(row["name"])))
    for url in NOTICES:
        writer.add_page(page_facts(url, depth=2, title="关于印发实施方案的通知"))
    for number in range(20):
        writer.add_page(page_facts(f"{HOME}xwzx/qsyw/2026/t{number}.html", depth=2, title=f"要闻 {number}"))
    writer.add_page(page_facts(f"{HOME}old/index.html", state="soft-404", title="页面不存在"))
    writer.add_page(page_facts(f"{HOME}download/1.pdf", state="not-html", title="", content_type="application/pdf"))
    writer.add_page(page_facts(f"{HOME}slow/", state="network-error", reason="timeout", status=None, title=""))
    writer.add_page(page_facts(f"{HOME}include/foot.html", state="fragment", title=""))
    writer.put_meta(
        "coverage",
        {
            "pages_asked": 40,
            "pages_read": 37,
            "known": 1312,
            "columns_known": 9,
            "columns_asked": 7,
            "ended_by": "max-pages",
            "rendered": 4,
            "render_reasons": {"静态网页里没有导航": 3},
            "left_out": {
                "budget": {"label": "达到采集上限，没有访问", "count": 1190, "examples": [f"{HOME}zwgk/page-{n}.html" for n in range(9)]},
                "print": {"label": "打印版、转发等重复页面", "count": 82, "examples": [f"{HOME}print?id=7"]},
            },
        },
    )
    writer.put_meta("settle", {"rendered": 6})
    writer.put_meta("site_state", {"state": "ok", "reason": "", "detail": ""})
    writer.put_meta(
        "identity", {"code": site.code, "source": ["footer", "entry"], "note": "标识码取 6299990001，依据：页面底部、找错入口，各处一致。"}
    )
    writer.put_meta(
        "visit",
        {
            "requests": 214,
            "bytes": 9_812_331,
            "by_kind": {"page": 40, "browser": 120, "probe": 49, "robots": 1, "fragment": 4},
            "by_host": {"www.qingshan.example.cn": 190, "liuyan.qingshan.example.cn": 24},
            "errors": {"timeout": 2, "no-such-domain": 1, "404": 4},
            "peak_per_second": 2.0,
            "seconds": 312.4,
            "started": "2026-09-30T02:10:00+08:00",
            "ended": "2026-09-30T02:15:12+08:00",
        },
    )
    for judgement in judgements(site):
        for found in judgement.findings[:1]:
            writer.put_screenshot(found.id, png())
    return writer.finish()


def view(path: Path, site: Site = SITE) -> SiteReportView:
    """The sample's view-model, its evidence written to ``path``."""
    evidence = Evidence(write(path, site))
    try:
        return build_view(evidence, judgements(site), RUN, titles=title_of)
    finally:
        evidence.close()


ATTACK = (
    '"><script src="{canary}/a.js"></script><img src={canary}/b.png onerror=alert(1)>'
    "\x1b[31m\x1b]0;owned\x07\x00\u202egnp.exe{{{{ 7*7 }}}}]]>[bold]rich[/bold]"
)


def hostile_view(path: Path, canary: str) -> SiteReportView:
    """The sample of a site that puts `ATTACK` wherever its text goes, with ``canary`` as the host that must never be asked."""
    attack = ATTACK.format(canary=canary)
    site = Site(url=HOME, code="6299990001", name=attack)
    pages = (
        f"javascript:alert(1)//{attack}",
        f"{canary}/c.html",
        f"data:text/html,{attack}",
        "https://user:secret@www.example.cn/",
        "http://[::1",
    )
    bad = finding("error-report-entry", "missing", attack, attack, pages, attack, site)
    column = dict(COLUMNS[1], name=attack, url=f"javascript:{attack}", reason=attack, newest=attack)
    failing = [{"url": f"vbscript:{attack}", "level": attack, "group": attack, "reason": attack, "reason_title": attack, "detail": attack}]
    row = level("second", attack, "own", attack, 1, 1, 0)
    figures = {
        "aaaa": [attack],
        "links": {"rule": attack, "levels": [row], "failing": failing, "untested": {attack: 1}},
        "proof": {"text": attack},
    }
    group = {"url": attack, "heading": attack, "period": attack, "figures": [{"label": attack, "value": attack, "unit": attack}]}
    channel = {"name": attack, "url": f"javascript:{attack}", "works": attack}
    judged = (
        Judgement.of(check("error-report-entry", "我为政府网站找错入口"), [bad], summary=attack, unseen=[Unseen("blocked", attack, pages)]),
        Judgement.of(check("column-updates", "栏目更新"), [], summary=attack, figures={"columns": [column], attack: attack}),
        Judgement.of(check("ipv6", "IPv6 改造"), [], summary=attack, figures=figures),
        Judgement.of(check("interaction-statistics", "受理反馈统计"), [], summary=attack, figures={"statistics": [group]}),
        Judgement.of(check("interaction-channel", "互动渠道"), [], summary=attack, figures={"channels": [channel], "newest": attack}),
    )
    writer = EvidenceWriter(path, site, AS_OF)
    writer.add_page(page_facts(HOME, depth=0, title=attack))
    writer.put_meta(
        "coverage", {"ended_by": attack, "left_out": {attack: {"label": attack, "count": 1, "examples": [attack, f"{canary}/d"]}}}
    )
    writer.put_meta("visit", {"requests": 1, "by_host": {attack: 1}, "errors": {attack: 1}})
    writer.put_meta("site_state", {"state": "blocked", "reason": attack, "detail": attack})
    writer.put_meta("identity", {"code": attack, "note": attack})
    writer.put_screenshot(bad.id, f"<svg onload=alert(1)>{attack}".encode())
    evidence = Evidence(writer.finish())
    try:
        return build_view(evidence, judged, RUN, titles=title_of)
    finally:
        evidence.close()


def unread_view(path: Path, state: str) -> SiteReportView:
    """A site that could not be read at all: no page, no coverage, every check not assessed."""
    writer = EvidenceWriter(path, Site(url=HOME), AS_OF)
    writer.put_meta("site_state", {"state": state, "reason": "412", "detail": "防护设备返回验证页面"})
    evidence = Evidence(writer.finish())
    names = (("ipv6", "IPv6 改造"), ("home-updates", "首页更新"))
    judged = tuple(Judgement.of(check(*name), [], summary="网站未能读取。", unseen=[Unseen(state)]) for name in names)
    judged += (Judgement.not_applicable(check("interaction-channel", "互动交流渠道"), "本网站没有互动交流栏目。"),)
    try:
        return build_view(evidence, judged, RUN, titles=title_of)
    finally:
        evidence.close()


def large_view(path: Path, checks: int = 12, findings: int = 300) -> SiteReportView:
    """A bad site at full size: ``checks`` checks that share ``findings`` findings of 12 pages each, and 200 columns."""
    per = findings // checks
    judged = []
    for number in range(checks):
        found = [
            finding(
                "error-report-entry",
                "missing",
                f"/s{number}/{n}/",
                f"栏目 {number}-{n} 没有找错入口",
                tuple(f"{HOME}s{number}/{n}/{k}.html" for k in range(12)),
                "<footer>…</footer>",
            )
            for n in range(per)
        ]
        judged.append(Judgement.of(check(f"check-{number}", f"第 {number + 1} 项检查"), found, summary=f"发现 {per} 处问题。"))
    rows = [dict(COLUMNS[n % len(COLUMNS)], name=f"栏目 {n}", url=f"{HOME}c{n}/") for n in range(200)]
    judged.append(Judgement.of(check("column-updates", "栏目更新"), [], summary="共 200 个栏目。", figures={"columns": rows}))
    evidence = Evidence(write(path))
    try:
        return build_view(evidence, judged, RUN, titles=title_of)
    finally:
        evidence.close()
