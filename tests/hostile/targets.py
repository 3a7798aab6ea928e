"""Every parser that reads what a stranger wrote, as functions of bytes. Property tests and the fuzzer share them.

A target raises only where the parser is at fault: what it may raise by contract (`ExchangeFailed`) is caught here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date
from urllib.parse import quote

from protego import Protego
from scrapy import Request
from scrapy.http import Headers
from scrapy.robotstxt import ProtegoRobotParser

from checks.registry import observers
from checks.tables import table_grid
from crawler.arrival import page_links
from crawler.charset import decode
from crawler.daytext import url_day, whole_run
from crawler.document import Document, Link
from crawler.download import plain_headers
from crawler.evidence import to_json
from crawler.fetch import _Hop, _pause
from crawler.frontier import Frontier
from crawler.identity import footer_identity
from crawler.interstitial import challenge, empty, parked, refresh_target, soft_404
from crawler.links import absolute, page_key, section_of
from crawler.lists import empty_notice, newest, really_empty
from crawler.permit import retry_after
from crawler.responses import ExchangeFailed, decompress, keep_cookies, parse_headers, redirect_target
from crawler.settings import Limits
from crawler.shape import day_in, group_of, identity, kind_of, pager_step
from crawler.site import Site, host_of
from crawler.traps import Traps

AS_OF = date(2026, 8, 20)
URL = "http://www.a-test.gov.cn/zwgk/tzgg/"
SITE = Site("http://www.a-test.gov.cn/")
BASELINE = Document("<title>404</title><div>您访问的页面不存在</div>", URL + "x.html", as_of=AS_OF)
OBSERVERS = observers()

TOKENS = (
    "<div>", "</div>", "<ul>", "<li>", "</li>", "</ul>", "<a href='/a/1.html'>", "<a href=\"//[::1\">", "<a href='?page=²'>", "</a>", "<span>", "</span>",
    "<table>", "<tr>", "<td rowspan=99999999>", "<td colspan='-1'>", "<th>", "</table>", "<script>", "</script>", "<style>", "</style>", "<!--", "-->",
    "<iframe src=x>", "<frameset>", "<frame src=/x>", "<base href='http://[bad'>", "<base href='//b/'>", "<title>", "</title>", "<form>", "<textarea>", "<select>",
    "<meta name=PubDate content='", "<meta http-equiv=refresh content='0;url=", "<meta charset=", "'>", "\">", ">", "<", "&#x110000;", "&#xD800;", "&#0;", "&amp", "&nbsp;",
    "2026-08-01", "08-01", "2026年", "8月1日", "２０２６", "²", "٣", "99999999999999999999", "发布时间：", "发布日期", "来源：", "更新时间", "昨天", "3小时前", "当前位置：", "首页",
    "标识码：", "6200000001", "bm12345678", "京ICP备", "12345678号", "公网安备", "主办单位：", "某县人民政府", "受理", "157", "回复", "件", "共0条", "暂无内容", "下一页", "更多",
    "createPageHTML(2,0,'index','html')", "$('#x').load('/y')", "location.href='/z';", "document.cookie='a'", "document.write('<meta ", "<![CDATA[", "]]>",
    "<record>", "<datastore>", "</datastore>", "<script type='text/xml'>", "style='display:none'", " hidden ", " class=nav ", " id=footer ", "找错", "jiucuo", "sitecode=",
    "\x00", "\ud800", "\ufeff", "🙂", "\u202e", "\r\n", "\t", " ", "　", "=", "'", '"', "/", "\\", "：", "（", "）", "[", "]", "?", "#", ";", "%",
    "<h1>", "</h1>", "<p>", "</p>", "<img src=x alt=", "<input type=submit value=提交>", "<svg>", "<math>", "<template>", "<noscript>", "<plaintext>", "留言", "信箱", "答复时间",
)  # fmt: skip
"""Pieces of pages that the parsers look for, and what breaks them."""


def read_everything(document: Document) -> None:
    """Ask a document all it can tell, and every observer what it sees; what they give must be storable."""
    for name in ("title", "meta", "text", "links", "breadcrumb", "scripts", "frames", "pager", "skeleton", "lacks_navigation"):
        getattr(document, name)
    for name in ("script_built", "lacks_content", "identity", "lists", "published", "base", "parts"):
        getattr(document, name)
    refresh_target(document), parked(document), empty(document), soft_404(document, BASELINE), soft_404(document, None)
    for status in (200, 403, 412):
        challenge(status, document, {})
    newest(document), empty_notice(document), really_empty(document), footer_identity(document)
    for observer in OBSERVERS:
        to_json(observer.observe(document)).encode("utf-8")
    to_json([link.url for link in document.links]).encode("utf-8")
    to_json(document.title).encode("utf-8")


def html_bytes(data: bytes) -> None:
    """A body as it came over the wire."""
    decoded = decode(data, "text/html; charset=" + data[:12].decode("latin-1"))
    read_everything(Document(decoded.text, URL, as_of=AS_OF, rendered=bool(data) and data[0] % 2 == 0))


def html_tokens(data: bytes) -> None:
    """A page put together from `TOKENS`: each byte names one, a byte beyond the last one stands for itself."""
    text = "".join(TOKENS[byte] if byte < len(TOKENS) else chr(byte) for byte in data)
    read_everything(Document(decode(text.encode("utf-8", "replace")).text, URL, as_of=AS_OF))


def addresses(data: bytes) -> None:
    """An address as a page or a Location gives it, up to the request that would be made of it."""
    text = data.decode("utf-8", "replace")
    host_of(text), identity_of(text)
    frontier = Frontier(SITE, Limits())
    frontier.start(SITE.url)
    frontier.next()
    for reference in (text, quote(text), "/" + text, "?" + text, "?page=" + quote(text), "http://www.a-test.gov.cn" + text):
        url = absolute(URL, reference)
        if not url:
            continue
        identity_of(url), Traps().refusal(url, text)
        link = Link(url, text, "main")
        frontier.offer([link, link], URL, 1)
        page_links((link,))
        redirect_target(URL, reference)
    while (address := frontier.next()) is not None:
        Request(address.url)
        frontier.learn(address, None, "0")
    frontier.coverage()


def identity_of(url: str) -> None:
    """Every question about the shape of an address; what is no address at all is never asked about."""
    with contextlib.suppress(ValueError):
        host_of(url)
        if absolute(URL, url) != url:
            return
    if absolute(URL, url) == url:
        (
            page_key(url),
            section_of(url),
            identity(url),
            group_of(url),
            day_in(url),
            pager_step(url, ""),
            kind_of(url, url, "main"),
            url_day(url),
        )


def headers(data: bytes) -> None:
    """Header lines, a Location, cookies, Retry-After."""
    lines = [(name, value) for name, _, value in (line.partition(b":") for line in data.split(b"\n"))]
    table, cookies = parse_headers(lines)
    keep_cookies({}, "a", [*cookies, *table.values()])
    plain_headers(Headers([(name.decode("latin-1"), value) for name, value in lines]))
    for value in table.values():
        redirect_target(URL, value), retry_after(value)
        _pause(_Hop(URL, status=429, headers={"retry-after": value}))


def encodings(data: bytes) -> None:
    """A compressed body under every label."""
    for label in ("gzip", "deflate", "gzip, deflate", "br", data[:8].decode("latin-1")):
        with contextlib.suppress(ExchangeFailed):
            decompress(data, label, 100_000)
    decode(data, data[:30].decode("latin-1"))


def robots(data: bytes) -> None:
    """robots.txt as the crawl and the fetcher read it."""
    url = "http://www.a-test.gov.cn/" + quote(data[:200])
    ProtegoRobotParser(data, None).allowed(url, "mingjing")
    Protego.parse(data.decode("utf-8", "replace")).can_fetch(url, "mingjing")


def day_texts(data: bytes) -> None:
    """A run of text that may be a date, a table that may be one of figures."""
    text = data.decode("utf-8", "replace")
    whole_run(text, AS_OF), url_day(text)
    table_grid("<table><tr>" + "".join(f"<td rowspan='{part}' colspan='{part}'>{part}" for part in text.split(",")[:40]))


TARGETS: tuple[Callable[[bytes], None], ...] = (html_tokens, html_bytes, addresses, headers, encodings, robots, day_texts)
