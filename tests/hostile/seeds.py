"""First inputs of the fuzzer: pages made by the portals' own generator of markup, addresses, headers; nothing taken from a real site."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator

from tests.hostile.targets import TARGETS, TOKENS, addresses, day_texts, encodings, headers, html_bytes, html_tokens, robots

PAGES = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>通知公告-某县人民政府</title><meta name=PubDate content='2026-08-01'></head><body><div class=nav>"
    "<a href=/>首页</a><a href=/zwgk/>政务公开</a></div><div class=position>当前位置：<a href=/>首页</a> &gt; 通知公告</div><ul class=list>"
    "<li><a href='/zwgk/t20260801_1.html'>关于开展安全检查的通知</a><span>2026-08-01</span></li><li><a href='/zwgk/t20260712_2.html'>工作推进会召开</a><span>07-12</span></li></ul>"
    "<script>createPageHTML(9,0,'index','html')</script><div class=footer>主办单位：某县人民政府 网站标识码：6200000001 陇ICP备12345678号 陇公网安备62000002000001号</div></body></html>",
    "<h1>关于做好防汛工作的通知</h1><p>发布时间：2026年8月1日 来源：县应急局</p><p>正文</p><table><tr><th>来信标题<th>来信时间<th>办理状态<tr><td><a href=/1>路灯</a><td>2026-07-01<td>已答复</table>",
    "<script type='text/xml'><datastore><nextgroup></nextgroup><recordset><record><![CDATA[<li><a href='/a/1.html'>标题</a><span>2026-08-01</span></li>]]></record></datastore></script>",
    "<p>2026年7月，县长信箱共受理群众来信128件，已办结126件，办结率98.4%。</p><form><input name=n><textarea></textarea><input type=submit value=提交></form>",
    "<script>location.href='/index.html'</script>",
    "<meta http-equiv=refresh content='0; url=/home/'>",
    "<script id=_jiucuo_ sitecode=6200000001 src='http://zfwzgl.www.gov.cn/exposure/jiucuo.js'></script><span id=_span_jiucuo></span>",
)
ADDRESSES = (
    "/a/2026/08/01/1.html",
    "?page=2&year=2026&month=8",
    "//b:80/;jsessionid=1?x=²",
    "http://[::1]:99999/",
    "/%zz/../..//a?q=1&q=2#f",
)
HEADERS = (
    b"Location: /\xd6\xd0\nSet-Cookie: a=b; path=/\nRetry-After: 120\nX: \xff",
    b"Retry-After: Wed, 21 Oct 2026 07:28:00 +9999999999",
)
ROBOTS = (b"User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 1e999\nSitemap: x", b"\xff\xfeU\0s\0")
DAYS = ("2026-08-01", "8月1日", "２０２６年８月１日", "昨天 12:00", "3,2,9999999999,-1,²")


def seeds() -> Iterator[bytes]:
    """Every seed behind the byte that names its target."""
    yield from (_of(html_bytes, page.encode()) for page in PAGES)
    yield from (_of(html_bytes, page.encode("gb18030")) for page in PAGES[:2])
    yield _of(html_tokens, bytes(range(len(TOKENS))))
    yield from (_of(addresses, text.encode()) for text in ADDRESSES)
    yield from (_of(headers, lines) for lines in HEADERS)
    yield from (_of(encodings, packed) for packed in (gzip.compress(b"a" * 999), zlib.compress(b"b" * 99), zlib.compress(b"c")[2:-4]))
    yield from (_of(robots, text) for text in ROBOTS)
    yield from (_of(day_texts, text.encode()) for text in DAYS)


def _of(target: object, data: bytes) -> bytes:
    return bytes([TARGETS.index(target)]) + data  # type: ignore[arg-type]
