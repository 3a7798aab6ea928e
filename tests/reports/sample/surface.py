"""What the six checks of a portal's surface say of the sample: availability, HTTPS, identity, page tags, links, hidden links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from checks.model import Finding, Judgement, Unseen
from crawler.site import Site
from tests.reports.sample.ground import HOME, SITE, check, finding

BUREAU = "http://www.oldbureau.example.cn/"
CASINO = "http://www.pujing-6868.example/"


def visit(moment: int | str, family: int | None, clock: str, title: str, milliseconds: int, *, opened: bool = True) -> dict[str, Any]:
    """One visit as `availability` gives it."""
    return {
        "moment": moment,
        "at": f"2026-09-30T{clock}+08:00",
        "family": family,
        "outcome": "open" if opened else "timeout",
        "title": title,
        "opened": opened,
        "detail": "" if opened else "15 秒内没有打开",
        "status": 200 if opened else None,
        "final_url": HOME if opened else "",
        "address": "" if family is None else ("192.0.2.10" if family == 4 else "2001:db8:6299::80"),
        "elapsed_ms": milliseconds,
    }


AVAILABILITY = {
    "url": HOME,
    "limit_seconds": 15,
    "visits": [
        visit(0, 4, "02:10:00", "打开", 140),
        visit(0, 6, "02:10:02", "打开", 162),
        visit("crawl", None, "02:10:05", "打开", 133),
        visit(1, 4, "02:13:20", "规定时间内没有打开", 15000, opened=False),
        visit(1, 6, "02:13:40", "打开", 171),
        visit(2, 4, "02:15:01", "打开", 151),
    ],
    "families": {
        "4": {
            "attempts": 3,
            "ok": 2,
            "failed": 1,
            "unknown": 0,
            "elapsed_ms": {"min": 140, "median": 146, "max": 151},
            "state": "some",
            "title": "时通时断",
        },
        "6": {
            "attempts": 2,
            "ok": 2,
            "failed": 0,
            "unknown": 0,
            "elapsed_ms": {"min": 162, "median": 167, "max": 171},
            "state": "all",
            "title": "全部打开",
        },
    },
    "counted": {"attempts": 4, "ok": 3, "failed": 1},
    "walled": False,
    "v6_proved": True,
    "week": None,
}

IDENTITY = {
    "pages": 40,
    "asides": 2,
    "shown": {"conac": 26, "site-code": 38, "icp": 38, "police": 29, "owner": 38, "contact": 38},
    "missing": {"conac": 9, "site-code": 0, "icp": 0, "police": 9, "owner": 0, "contact": 0},
    "unseen": 3,
    "site_code": "6299990001",
    "domain": "not_applicable",
}

TAGS = {
    "pages": {"home": 1, "column": 7, "content": 29},
    "lacking": {"column-empty": 3, "content-missing": 9},
    "foreign": 0,
    "dates": {"pubdate-form": 20},
    "unseen": 0,
}


def target(
    url: str, outcome: str, reason: str, why: str, tries: list[str], text: str, pages: int = 1, *, kind: str = "link"
) -> dict[str, Any]:
    """One problem target as `links` gives it."""
    return {
        "key": url,
        "host": "",
        "url": url,
        "kind": kind,
        "where": "inside" if url.startswith(HOME) else "outside",
        "position": "home",
        "text": text,
        "outcome": outcome,
        "reason": reason,
        "why": why,
        "status": None,
        "tries": tries,
        "title": "",
        "pages": [f"{HOME}xwzx/{n}/" for n in range(min(pages, 20))],
        "page_count": pages,
    }


GONE = "两次访问都应答 404 或 410，内容不存在"
LINKS: dict[str, Any] = {
    "pages": 9,
    "pages_left_out": 0,
    "targets_found": 214,
    "kinds": {"link": 160, "image": 41, "attachment": 13},
    "checked": 203,
    "known_from_crawl": 37,
    "outside_hosts": 22,
    "ok": 198,
    "caution": 1,
    "broken": 3,
    "danger": 1,
    "unverifiable": {"forbidden": 4, "challenge": 2},
    "left_out": 5,
    "targets": [
        target(f"{HOME}old/report.html", "caution", "soft-404", "打开的页面提示内容不存在，服务器却应答正常", ["GET 200"], "旧版年报"),
        target(BUREAU, "broken", "no-such-domain", "域名不存在或没有地址记录，两次解析结果相同", ["GET 域名不存在"], "县某局", 9),
        target(f"{HOME}images/banner.png", "broken", "gone", GONE, ["GET 404", "HEAD 404"], "", 38, kind="image"),
        target(f"{HOME}zwgk/2019/plan.html", "broken", "gone", GONE, ["GET 404", "HEAD 404"], "2019 年工作要点"),
        target(CASINO, "danger", "hijacked", "打开的页面是赌博、色情或违规药品内容", ["GET 200", "GET 200"], "县招商网"),
    ],
    "unverified": [
        {
            "key": f"https://www.walled{n}.example.cn/",
            "url": f"https://www.walled{n}.example.cn/",
            "why": "对方拒绝了程序的访问" if n < 4 else "对方要求通过防护验证",
            "reason": "forbidden" if n < 4 else "challenge",
            "status": 403,
            "page": HOME,
        }
        for n in range(6)
    ],
    "recovered": [],
}

HTTPS: dict[str, Any] = {
    "url": HOME,
    "served": "https",
    "handshake": {
        "state": "ok",
        "title": "握手成功",
        "detail": "",
        "address": "192.0.2.10",
        "version": "TLSv1.3",
        "legacy": False,
        "cipher": "TLS_AES_256_GCM_SHA384",
    },
    "certificate": {
        "subject": "CN=www.qingshan.example.cn",
        "issuer": "CN=Example DV CA,O=Example",
        "names": ["www.qingshan.example.cn", "qingshan.example.cn"],
        "not_before": "2025-10-20T08:00:00+08:00",
        "not_after": "2026-10-20T07:59:59+08:00",
        "days_left": 20,
        "matches": True,
        "trust": "ok",
        "trust_title": "可信",
        "trust_detail": "",
        "sent": 2,
    },
    "redirect": {
        "url": HOME.replace("https", "http"),
        "state": "redirects",
        "title": "HTTP 自动跳转到 HTTPS",
        "final_url": HOME,
        "status": 200,
        "detail": "",
    },
    "mixed": {
        "pages": 8,
        "upgraded": False,
        "active": [{"url": "http://tj.example.cn/count.js", "tag": "<script src=…>", "pages": [HOME, f"{HOME}xwzx/"]}],
        "passive": [],
    },
}


HIDDEN = {"pages": 40, "marked": 0, "cloak_test": {"referrer": "ok", "spider": "http-403"}}


def _availability(site: Site) -> Judgement:
    message = "本次检查访问首页 4 次，3 次打开，1 次没有打开（规定时间内没有打开）。"
    found = finding("availability", "intermittent", "home", message, (HOME,), "", site)
    return Judgement.of(check("availability", "站点访问"), [found], summary=message, figures=AVAILABILITY)


def _identity(site: Site) -> Judgement:
    pages = tuple(f"{HOME}zwgk/tzgg/2026{month:02d}/t2026{month:02d}11_{4100 + month}.html" for month in range(1, 10))
    told = "通知公告栏目的 9 个页面底部没有{}，经浏览器打开确认。"
    snippet = "页面《关于印发实施方案的通知》的源码和浏览器显示结果中都没有"
    return Judgement.of(
        check("site-identity", "网站标识与域名"),
        [
            finding(
                "site-identity", "missing-conac", "/zwgk/tzgg/", told.format("党政机关网站标识"), pages, f"{snippet}党政机关网站标识", site
            ),
            finding(
                "site-identity", "missing-police", "/zwgk/tzgg/", told.format("公安机关备案标识"), pages, f"{snippet}公安机关备案标识", site
            ),
        ],
        summary="检查 38 个页面底部的六项标识，有页面缺少党政机关网站标识、公安机关备案标识，3 个页面未能确认。",
        unseen=[Unseen("not-rendered", "3 个页面的静态源码缺少网站标识，未能确认", tuple(f"{HOME}zt/{n}.html" for n in range(3)))],
        figures=IDENTITY,
    )


def _tags(site: Site) -> Judgement:
    columns = tuple(f"{HOME}{path}" for path in ("xwzx/bmdt/", "xwzx/xzdt/", "xwzx/qsyw/"))
    notices = tuple(f"{HOME}zwgk/tzgg/2026{month:02d}/t2026{month:02d}11_{4100 + month}.html" for month in range(1, 10))
    news = tuple(f"{HOME}xwzx/qsyw/2026/t{n}.html" for n in range(20))
    empty, lacking = "3 个栏目页的栏目标签为空的有 ColumnDescription、ColumnType。", "9 个内容页的内容标签缺少 ContentSource。"
    form = "20 个内容页的 PubDate 不是 YYYY-MM-DD HH:MM 的形式。"
    return Judgement.of(
        check("page-tags", "页面标签"),
        [
            finding("page-tags", "column-empty", "/xwzx/", empty, columns, "ColumnDescription、ColumnType", site),
            finding("page-tags", "content-missing", "/zwgk/tzgg/", lacking, notices, "ContentSource", site),
            finding("page-tags", "pubdate-form", "site", form, news, "PubDate：2026年9月29日", site),
        ],
        summary="检查首页 1 个、栏目页 7 个、内容页 29 个，12 个缺少应有的标签。",
        figures=TAGS,
    )


def _links(site: Site) -> Judgement:
    gone = f"首页上的链接“2019 年工作要点” {HOME}zwgk/2019/plan.html：{GONE}。"
    image = f"首页等 38 个页面上的图片 {HOME}images/banner.png：{GONE}。"
    host = f"首页等 9 个页面上的链接“县某局” {BUREAU}：域名不存在或没有地址记录，两次解析结果相同。"
    bad = f"首页上的链接“县招商网” {CASINO}：打开的页面是赌博、色情或违规药品内容，打开的页面标题是“澳门新葡京”。"
    pages = tuple(f"{HOME}xwzx/{n}/" for n in range(38))
    text = f'<a href="{CASINO}">县招商网</a>'
    return Judgement.of(
        check("links", "错链、断链"),
        [
            finding("links", "hijacked", CASINO, bad, (HOME,), text, site, seen=2, confirm=True),
            finding("links", "broken-image", "/images/banner.png", image, pages, '<img src="/images/banner.png">', site, seen=2),
            finding("links", "dead-host", "www.oldbureau.example.cn", host, pages[:9], "县某局", site, severity="candidate", seen=1),
            finding("links", "broken-link", "/zwgk/2019/plan.html", gone, (HOME,), "2019 年工作要点", site, severity="candidate", seen=1),
            finding("links", "wrong-answer", "/old/report.html", "首页上的链接“旧版年报”打开后提示内容不存在。", (HOME,), "", site),
        ],
        summary="核验首页和 8 个栏目页上的 203 个链接、图片和附件，198 个正常，3 个打不开，1 个指向不良内容或过期域名，未核验 11 个。",
        figures=LINKS,
    )


def _https(site: Site) -> Judgement:
    script = "HTTPS 页面以 HTTP 加载脚本 http://tj.example.cn/count.js，涉及 2 个页面。"
    return Judgement.of(
        check("https", "HTTPS 安全访问"),
        [
            finding("https", "expiring", "site", "证书有效期至 2026-10-20，还有 20 天。", (HOME,), "", site),
            finding("https", "mixed-active", "http://tj.example.cn/count.js", script, (HOME, f"{HOME}xwzx/"), "<script src=…>", site),
        ],
        summary="网站提供 HTTPS（TLSv1.3），证书有效期至 2026-10-20，还有 20 天。",
        figures=HTTPS,
    )


def cloaked(ways: Sequence[str]) -> Finding:
    """A home page that shows search engines' visitors another title."""
    found = finding("hidden-links", "hidden-bad-links", "home", "首页在从搜索结果点击进入时与平常不同。", (HOME,), confirm=True)
    return replace(found, code="cloaked", evidence=replace(found.evidence, figures={"ways": list(ways)}))


def _hidden() -> Judgement:
    return Judgement.of(check("hidden-links", "暗链与不良信息"), [], summary="检查 40 个页面，没有发现暗链和不良词语。", figures=HIDDEN)


def judgements(site: Site = SITE) -> tuple[Judgement, ...]:
    """What the six checks say, in no particular order."""
    return (_https(site), _links(site), _availability(site), _hidden(), _tags(site), _identity(site))
