"""A section that leads to a shared platform on another host: read there over real sockets, judged as this site's, or left open."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from checks.elsewhere import read_elsewhere
from checks.interaction import OBSERVER
from checks.interaction_channel import CHECK as CHANNEL
from checks.interaction_statistics import CHECK as STATISTICS
from checks.model import Judgement
from crawler.evidence import EvidenceWriter
from crawler.fetch import Fetcher, Politeness
from crawler.network import Network
from crawler.visit import VisitLedger
from tests.checks.build import Built
from tests.checks.interaction_pages import AS_OF, FORM, home, letters_table
from tests.checks.interaction_pages import STATISTICS as FIGURES
from tests.portals.dns import DnsServer
from tests.portals.server import Request, Response, WebServer

CHECKS = (CHANNEL, STATISTICS)
OURS = "蓝田县人民政府"


class Platform:
    """A shared platform: pages by path, every request counted; the site's own pages never ask the network here."""

    def __init__(self, dns: DnsServer, web: WebServer, folder: Path) -> None:
        self.pages: dict[str, Response] = {}
        self.asked: list[str] = []
        self.dns, self.folder = dns, folder
        dns.zone("lantian-test.gov.cn", hosts={"www": ("127.0.1.61",), "hd": ("127.0.1.62",)})
        dns.zone("sharedhall-test.gov.cn", hosts={"hd": ("127.0.1.62",)})
        for host in ("hd.sharedhall-test.gov.cn", "hd.lantian-test.gov.cn"):
            web.host(host, self._answer)
        self.port = web.listen(("127.0.1.62",))
        self.ledger = VisitLedger()

    def _answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        return self.pages.get(request.path, Response(b"<title>404</title>", 404))

    def url(self, path: str, host: str = "hd.sharedhall-test.gov.cn") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, title: str, body: str, *, unit: str = OURS) -> None:
        """Serve a page of the platform that says it is ``unit``'s."""
        html = f"<html><head><title>{title}_{unit}_互动平台</title></head><body><h1>政民互动平台</h1><div class='main'>{body}</div></body></html>"
        self.pages[path] = Response(html.encode())

    def judged(self, link: str, *, limit: int = 10) -> tuple[Judgement, Judgement]:
        """Both judgements of a site whose navigation leads to ``link``, after the pages elsewhere were read and rendered as they are."""
        built = Built(self.folder, as_of=AS_OF, observers=(OBSERVER,), host="http://www.lantian-test.gov.cn", code="6101220001")
        built.page("/", home(nav=f"<a href='{link}'>互动交流</a>"), rendered=True)
        asyncio.run(self._read(built.writer, limit))
        for page in [page for page in built.evidence().pages if page.elsewhere and page.readable]:
            built.writer.update_page(page.id, render="complete")
            built.writer.database.conn.execute(
                "INSERT INTO observations SELECT page,observer,version,'rendered',value,error FROM observations WHERE page=? AND phase='static'",
                (page.id,),
            )
        evidence = built.evidence()
        return cast(tuple[Judgement, Judgement], tuple(check.judge(evidence, AS_OF) for check in CHECKS))

    async def _read(self, writer: EvidenceWriter, limit: int) -> None:
        evidence = writer.read()
        network = Network(evidence.site, nameserver=self.dns.nameserver)
        await network.start()
        fetcher = Fetcher(network, self.ledger, Politeness(delay=0.0, timeout=3.0))
        try:
            await read_elsewhere(writer, evidence, CHECKS, fetcher, None, (OBSERVER,), AS_OF, limit)
        finally:
            await fetcher.close()


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    with DnsServer() as dns, WebServer() as web:
        yield Platform(dns, web, tmp_path)


def furnish(platform: Platform, *, statistics: str = FIGURES, unit: str = OURS, state: str = "已答复", root: str = "/unit/9903") -> None:
    """An entry page, a form, a list of letters and statistics."""
    links = "".join(
        f"<a href='{root}/{key}/'>{name}</a>"
        for key, name in (("xzxx", "县长信箱"), ("wyxx", "我要写信"), ("lxtj", "来信统计"), ("xf", "网上信访"))
    )
    platform.page(f"{root}/", "互动交流", links, unit=unit)
    rows = [(f"{root}/xzxx/1.html", "咨询入学政策", "2026-08-12", "已答复"), (f"{root}/xzxx/2.html", "反映路灯不亮", "2026-04-12", state)]
    platform.page(f"{root}/xzxx/", "县长信箱", letters_table(rows), unit=unit)
    platform.page(f"{root}/wyxx/", "我要写信", FORM, unit=unit)
    platform.page(f"{root}/lxtj/", "来信统计", statistics, unit=unit)


def codes(judgement: Judgement) -> list[tuple[str, str]]:
    return [(finding.code, finding.subject) for finding in judgement.findings]


def reasons(judgement: Judgement) -> set[str]:
    return {unseen.reason for unseen in judgement.unseen}


def test_entry_statistics_and_letters_are_read_on_the_platform(platform: Platform) -> None:
    furnish(platform)
    channel, statistics = platform.judged(platform.url("/unit/9903/"))
    assert statistics.verdict == "pass"
    assert (codes(channel), channel.figures["letters"]) == ([], 2)
    pages = [path for path in platform.asked if path != "/robots.txt"]
    assert pages[0] == "/unit/9903/"
    assert set(pages[1:4]) == {"/unit/9903/lxtj/", "/unit/9903/wyxx/", "/unit/9903/xzxx/"}
    assert set(pages[4:]) == {"/unit/9903/xzxx/1.html", "/unit/9903/xzxx/2.html"}  # the newest letters, with what is left


def test_a_defect_on_the_platform_is_this_sites(platform: Platform) -> None:
    furnish(platform, statistics="<p>欢迎来信。</p>", state="待回复")
    channel, statistics = platform.judged(platform.url("/unit/9903/"))
    assert codes(channel) == [("unanswered", "/unit/9903/xzxx/2.html")]
    assert codes(statistics) == [("no-figures", "/unit/9903/lxtj/")]


def test_a_platform_that_does_not_answer_accuses_nobody(platform: Platform) -> None:
    for judgement in platform.judged("http://hd.sharedhall-test.gov.cn:1/unit/9903/"):
        assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("not_assessed", [], {"elsewhere-unreadable"})


def test_a_page_that_names_another_unit_is_not_this_sites(platform: Platform) -> None:
    furnish(platform, unit="周至县人民政府", state="待回复")
    for judgement in platform.judged(platform.url("/unit/9903/")):
        assert (judgement.verdict, codes(judgement), reasons(judgement)) == ("not_assessed", [], {"not-attributable"})


OWNED = {
    "a site parameter": ("hd.sharedhall-test.gov.cn", "/unit/9903/", "?siteid=33"),
    "the site's label in the path": ("hd.sharedhall-test.gov.cn", "/lantian-test/hd/", ""),
    "the site's own code in the path": ("hd.sharedhall-test.gov.cn", "/6101220001/", ""),
    "a host under the site's own domain": ("hd.lantian-test.gov.cn", "/unit/9903/", ""),
}


@pytest.mark.parametrize(("host", "root", "query"), OWNED.values(), ids=OWNED)
def test_what_makes_a_nameless_page_this_sites(platform: Platform, host: str, root: str, query: str) -> None:
    furnish(platform, unit="政府", root=root.rstrip("/"))
    if query:
        platform.pages[root + query] = platform.pages[root]
    _, statistics = platform.judged(platform.url(root + query, host))
    assert statistics.verdict == "pass"


def test_a_list_of_all_units_names_nobody(platform: Platform) -> None:
    platform.page("/", "互动平台", "<a href='/u/1/'>蓝田县人民政府</a><a href='/u/2/'>周至县人民政府</a>", unit="某市")
    _, statistics = platform.judged(platform.url("/"))
    assert reasons(statistics) == {"not-attributable"}


def test_no_more_requests_than_the_limit_are_made(platform: Platform) -> None:
    links = "".join(
        f"<a href='/unit/9903/x{i}/'>{name}信箱</a>"
        for i, name in enumerate(["教育", "卫健", "交通", "水务", "农业", "财政", "民政", "司法", "审计", "统计", "商务", "文旅"])
    )
    platform.page("/unit/9903/", "互动交流", links)
    for i in range(12):
        platform.page(f"/unit/9903/x{i}/", "信箱", FORM)
    platform.judged(platform.url("/unit/9903/"))
    assert len([path for path in platform.asked if path != "/robots.txt"]) == 10


def test_petitions_and_national_platforms_are_never_visited(platform: Platform) -> None:
    built = Built(platform.folder, as_of=AS_OF, observers=(OBSERVER,), host="http://www.lantian-test.gov.cn")
    nav = f"<a href='{platform.url('/xf/')}'>网上信访</a><a href='https://liuyan.www.gov.cn/hudong/'>我要留言</a><a href='{platform.url('/jb/')}'>纪检举报</a>"
    built.page("/", home(nav=nav), rendered=True)
    asyncio.run(platform._read(built.writer, 10))
    assert platform.asked == []


def test_pages_elsewhere_are_kept_beside_the_sites_own(platform: Platform) -> None:
    furnish(platform)
    platform.judged(platform.url("/unit/9903/"))
    summary = platform.ledger.summary()
    assert summary["by_kind"]["elsewhere"] == 6
