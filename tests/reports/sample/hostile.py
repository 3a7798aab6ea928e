"""A site that attacks its reader: `ATTACK` stands wherever its text goes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from checks.model import Judgement, Unseen
from crawler.evidence import Evidence, EvidenceWriter
from crawler.site import Site
from reports.site_report import SiteReportView, build_view
from tests.reports.sample import surface
from tests.reports.sample.content import COLUMNS, level
from tests.reports.sample.ground import AS_OF, HOME, RUN, check, finding, page_facts, title_of
from tests.reports.score.ground import NATIONAL

ATTACK = (
    '"><script src="{canary}/a.js"></script><img src={canary}/b.png onerror=alert(1)>'
    "\x1b[31m\x1b]0;owned\x07\x00\u202egnp.exe{{{{ 7*7 }}}}]]>[bold]rich[/bold]"
)


def poisoned(data: Any, attack: str) -> Any:
    """``data`` with ``attack`` in place of every string, keys kept."""
    if isinstance(data, Mapping):
        return {key: poisoned(value, attack) for key, value in data.items()}
    if isinstance(data, list):
        return [poisoned(value, attack) for value in data]
    return attack if isinstance(data, str) else data


def _surface(attack: str, site: Site) -> tuple[Judgement, ...]:
    """The six checks of the surface, every string of their figures replaced; a dark link and a dead one that attack too."""
    dark = finding(
        "hidden-links", "hidden-bad-links", f"javascript:{attack}", attack, (f"javascript:{attack}",), attack, site, confirm=True
    )
    dead = finding("links", "broken-link", attack, attack, (attack,), attack, site, severity="candidate", seen=1)
    lacking = finding("site-identity", "missing-conac", attack, attack, (attack,), attack, site)
    empty = finding("page-tags", "column-empty", attack, attack, (attack,), attack, site)
    ways = {"referrer": attack, "spider": attack, attack: attack}
    return (
        Judgement.of(check("availability", "站点访问"), [], summary=attack, figures=poisoned(surface.AVAILABILITY, attack)),
        Judgement.of(check("site-identity", "网站标识"), [lacking], summary=attack, figures=poisoned(surface.IDENTITY, attack)),
        Judgement.of(check("page-tags", "页面标签"), [empty], summary=attack, figures=poisoned(surface.TAGS, attack)),
        Judgement.of(
            check("links", "错链、断链"), [dead], summary=attack, figures=poisoned(surface.LINKS, attack) | {"unverifiable": {attack: 3}}
        ),
        Judgement.of(check("hidden-links", "暗链"), [dark], summary=attack, figures={"pages": 1, "marked": 1, "cloak_test": ways}),
        Judgement.of(check("https", "HTTPS"), [], summary=attack, figures=poisoned(surface.HTTPS, attack)),
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
    judged: tuple[Judgement, ...] = (
        Judgement.of(check("error-report-entry", "我为政府网站找错入口"), [bad], summary=attack, unseen=[Unseen("blocked", attack, pages)]),
        Judgement.of(check("column-updates", "栏目更新"), [], summary=attack, figures={"columns": [column], attack: attack}),
        Judgement.of(check("ipv6", "IPv6 改造"), [], summary=attack, figures=figures),
        Judgement.of(check("interaction-statistics", "受理反馈统计"), [], summary=attack, figures={"statistics": [group]}),
        Judgement.of(check("interaction-channel", "互动渠道"), [], summary=attack, figures={"channels": [channel], "newest": attack}),
    )
    judged += _surface(attack, site)
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
        return build_view(evidence, judged, RUN, titles=title_of, indicators=NATIONAL)
    finally:
        evidence.close()
