"""A site that could not be read at all."""

from __future__ import annotations

from pathlib import Path

from checks.model import Judgement, Unseen
from crawler.evidence import Evidence, EvidenceWriter
from crawler.site import Site
from reports.site_report import SiteReportView, build_view
from tests.reports.sample.ground import AS_OF, HOME, RUN, check, title_of
from tests.reports.score.ground import NATIONAL


def unread_view(path: Path, state: str) -> SiteReportView:
    """A site that could not be read at all: no page, no coverage, every check not assessed."""
    writer = EvidenceWriter(path, Site(url=HOME), AS_OF)
    writer.put_meta("site_state", {"state": state, "reason": "412", "detail": "防护设备返回验证页面"})
    evidence = Evidence(writer.finish())
    names = (("ipv6", "IPv6 改造"), ("home-updates", "首页更新"))
    judged = tuple(Judgement.of(check(*name), [], summary="网站未能读取。", unseen=[Unseen(state)]) for name in names)
    judged += (Judgement.not_applicable(check("interaction-channel", "互动交流渠道"), "本网站没有互动交流栏目。"),)
    try:
        return build_view(evidence, judged, RUN, titles=title_of, indicators=NATIONAL)
    finally:
        evidence.close()
