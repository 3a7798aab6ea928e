"""What the six checks of content, interaction and IPv6 say of the sample."""

from __future__ import annotations

from checks.model import Judgement, Unseen
from crawler.site import Site
from tests.reports.sample.ground import HOME, SITE, check, finding

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


def _ipv6(site: Site) -> Judgement:
    message = "两台域名服务器中只有 ns1.qingshan.example.cn 有 IPv6 地址"
    found = finding("ipv6", "one-v6-name-server", "site", message, (HOME,), site=site)
    return Judgement.of(check("ipv6", "IPv6 改造"), [found], summary="网站支持 IPv6，本网站的二级、三级链接全部可用。", figures=IPV6)


def _entry(site: Site) -> Judgement:
    footer = '<div class="footer">主办：青山县人民政府办公室</div>'
    old = '<script src="http://121.43.68.40/exposure/jiucuo.js"></script>'
    missing = finding("error-report-entry", "missing", "/zwgk/tzgg/", "通知公告栏目的 9 个页面没有找错入口", NOTICES, footer, site)
    legacy = finding("error-report-entry", "legacy", "/hdjl/", "互动交流栏目的找错脚本仍指向旧地址", (LETTERS,), old, site)
    return Judgement.of(
        check("error-report-entry", "我为政府网站找错入口"),
        [missing, legacy],
        summary="读取的 38 个页面中有 9 个没有找错入口。",
        figures={"pages": 38, "with_entry": 29},
    )


def _columns(site: Site) -> Judgement:
    news, plans = f"{HOME}xwzx/bmdt/", f"{HOME}hdjl/yjzj/?status=1"
    late = "“部门动态”最新内容为 2026-08-02，已 59 天没有更新（标准：14 天）"
    item = "县农业农村局开展秋粮田间管理指导 2026-08-02"
    return Judgement.of(
        check("column-updates", "栏目更新"),
        [
            finding("column-updates", "overdue", "/xwzx/bmdt/", late, (news,), item, site),
            finding("column-updates", "blank", "/hdjl/yjzj/?status=1", "“意见征集”没有任何内容", (plans,), "暂无相关数据", site),
        ],
        summary="识别栏目 7 个，2 个有问题，1 个未能评估。",
        unseen=[Unseen("incomplete-render", "数据发布", (f"{HOME}sjfb/",))],
        figures={"columns": COLUMNS},
    )


def _home() -> Judgement:
    summary = "首页最新内容为 2026-09-29，1 天前更新。"
    return Judgement.of(check("home-updates", "首页更新"), [], summary=summary, figures={"newest": "2026-09-29"})


def _statistics(site: Site) -> Judgement:
    page, shown = f"{HOME}hdjl/tjfx/", "2025 年上半年共受理 157 件，办结 157 件，办结率 100%"
    return Judgement.of(
        check("interaction-statistics", "互动交流受理反馈统计"),
        [finding("interaction-statistics", "stale", "/hdjl/tjfx/", "最新一期统计为 2025 年上半年", (page,), shown, site)],
        summary="公布了受理反馈统计，但最新一期距今超过一年。",
        figures=STATISTICS,
    )


def _channel() -> Judgement:
    letters = tuple(f"https://liuyan.qingshan.example.cn/letter/{n}" for n in range(8))
    return Judgement.of(
        check("interaction-channel", "互动交流渠道"),
        [],
        summary="互动平台在其他主机上，未能读取，不能判断留言是否按期答复。",
        unseen=[Unseen("elsewhere-unreadable", "liuyan.qingshan.example.cn", letters)],
    )


def judgements(site: Site = SITE) -> tuple[Judgement, ...]:
    """What the six checks say, in no particular order."""
    return (_ipv6(site), _entry(site), _columns(site), _home(), _statistics(site), _channel())
