"""The crawl and its sockets: certificates, old TLS, Chinese domain names, odd literals."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from crawler.network import Network
from crawler.site import Site, home_url
from tests.crawler.served import FAST, Server, body, crawl_it
from tests.portals.authority import TestAuthority
from tests.portals.dns import DnsServer


def secure(server: Server) -> str:
    return server.url.replace("http://", "https://")


@pytest.mark.parametrize("fault", ["unknown authority", "expired", "other name"])
def test_a_certificate_fault_does_not_stop_the_crawl(tmp_path: Path, fault: str) -> None:
    server = Server({"/": body(("/zwgk/", "政务公开")), "/zwgk/": body()})
    hosts = ["other.gov.cn"] if fault == "other name" else [server.host]
    context = TestAuthority(tmp_path).context(hosts, days=-5 if fault == "expired" else 30, self_signed=fault == "unknown authority")

    async def go() -> None:
        async with server.running(context):
            crawled = await crawl_it(secure(server), tmp_path)
        assert crawled.result.state == "ok", crawled.result.detail
        assert crawled.result.pages_read == 2

    asyncio.run(go())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_server_that_speaks_only_old_tls_is_read_with_legacy_settings(tmp_path: Path) -> None:
    server = Server({"/": body(("/zwgk/", "政务公开")), "/zwgk/": body()})
    context = TestAuthority(tmp_path).context([server.host])
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")

    async def go() -> None:
        async with server.running(context):
            crawled = await crawl_it(secure(server), tmp_path)
        assert crawled.result.state == "ok", crawled.result.detail
        assert crawled.result.pages_read == 2
        assert crawled.ledger["errors"].get("tls", 0) <= 1, "old settings are kept for the host, not tried anew each time"

    asyncio.run(go())


def test_a_chinese_domain_name_is_crawled_with_its_links_in_either_form(tmp_path: Path) -> None:
    async def go() -> None:
        server = Server()
        with DnsServer() as dns:
            dns.zone("xn--zfr164b", hosts={"xn--0zwm56d": (server.host,)})
            async with server.running():
                url, _ = home_url(f"http://测试.政务:{server.port}/")
                server.routes = {
                    "/": body(
                        (f"http://测试.政务:{server.port}/zwgk/", "政务公开"),
                        (f"http://xn--0zwm56d.xn--zfr164b:{server.port}/tzgg/", "通知"),
                    ),
                    "/zwgk/": body(),
                    "/tzgg/": body(),
                }
                crawled = await crawl_it(url, tmp_path, nameserver=dns.nameserver)
        assert crawled.result.pages_read == 3, crawled.states()

    asyncio.run(go())


def test_an_unknown_host_is_unreachable_in_one_line(tmp_path: Path) -> None:
    async def go() -> None:
        with DnsServer() as dns:
            dns.zone("known-test.gov.cn", hosts={"www": ("127.0.1.5",)})
            crawled = await crawl_it("http://nothere.known-test.gov.cn/", tmp_path, nameserver=dns.nameserver)
        assert crawled.result.state == "unreachable"
        assert "不存在" in crawled.result.detail
        assert "\n" not in crawled.result.detail

    asyncio.run(go())


LITERALS = ["2130706433", "127.1", "0177.0.0.1", "0x7f.1", "[::ffff:127.0.0.1]", "[::]", "0.0.0.0", "127.0.0.1."]


@pytest.mark.parametrize("literal", LITERALS)
def test_no_way_of_writing_a_loopback_address_leads_there_from_a_public_site(tmp_path: Path, literal: str) -> None:
    """The guard is that of a public site; the address stands in for one that a page of it links to."""
    server = Server(fallback=body())
    server.host = "127.0.0.1"

    async def go() -> None:
        async with server.running():
            site = Site(f"http://{literal}:{server.port}/")
            crawled = await crawl_it(site.url, tmp_path, site=site, limits=FAST, network=Network(Site("http://11.0.0.1/")))
        assert crawled.result.state == "unreachable"
        assert server.asked == []

    asyncio.run(go())
