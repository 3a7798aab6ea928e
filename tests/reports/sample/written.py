"""The sample's evidence file, written through `EvidenceWriter` like that of any inspection, and its view-model."""

from __future__ import annotations

from pathlib import Path

from checks.model import Judgement
from crawler.evidence import Evidence, EvidenceWriter
from crawler.site import Site
from reports.site_report import SiteReportView, build_view
from tests.reports.sample import content, surface
from tests.reports.sample.content import COLUMNS, NOTICES
from tests.reports.sample.ground import AS_OF, HOME, RUN, SITE, page_facts, png, title_of
from tests.reports.score.ground import NATIONAL


def judgements(site: Site = SITE) -> tuple[Judgement, ...]:
    """What all twelve checks say of the sample."""
    return (*content.judgements(site), *surface.judgements(site))


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
        return build_view(evidence, judgements(site), RUN, titles=title_of, indicators=NATIONAL)
    finally:
        evidence.close()
