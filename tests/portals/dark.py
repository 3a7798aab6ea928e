"""What a break-in leaves in a portal's pages (暗链, 篡改), as bytes that fit every charset, and its harmless twins.

Hosts are invented (``.example``); words stand as character references or escapes, as such injections have them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tests.portals.server import Request, Response

Block = Literal["", "css", "offscreen", "script", "noscript"]
Cloak = Literal["", "referrer", "spider", "redirect"]
_LINKS = (
    ("澳门新葡京娱乐场官网", "www.xpj-play.example"),
    ("百家乐平台开户", "www.zhuangxian.example"),
    ("时时彩计划群", "www.jihua.example"),
)
TITLE = "太阳城娱乐官网_澳门新葡京娱乐平台"


@dataclass
class Dark:
    """``block``: hidden links and how; ``everywhere``: on all pages, else on the home page only; ``title``: the home page's title and
    keywords are replaced; ``cloak``: to whom the home page shows another face."""

    block: Block = ""
    everywhere: bool = False
    title: bool = False
    cloak: Cloak = ""

    def answer(self, response: Response, request: Request, *, home: bool, port: int) -> Response:
        """The answer as the break-in leaves it; ``port``: where the hosts it leads to are served."""
        if not response.type.startswith("text/html") or response.status != 200:
            return response
        body = response.body
        if home and self._shows(request):
            if self.cloak == "redirect":
                return Response(status=302, headers=(("Location", "http://www.xpj-play.example/?from=gov"),))
            body = _titled(body)
        if home and self.title:
            body = _titled(body)
        if self.block and (home or self.everywhere):
            markup = block(self.block, port).encode("ascii", "xmlcharrefreplace")
            end = body.lower().rfind(b"</body>")
            body = body if end < 0 else body[:end] + markup + body[end:]
        return replace(response, body=body)

    def _shows(self, request: Request) -> bool:
        """Whether this visitor is one the break-in waits for."""
        if self.cloak == "spider":
            return "spider" in request.headers.get("user-agent", "").lower()
        return self.cloak != "" and "baidu.com/s?" in request.headers.get("referer", "")


def _titled(body: bytes) -> bytes:
    """The page with another title and other keywords in front of its own."""
    words = TITLE.encode("ascii", "xmlcharrefreplace")
    start = body.lower().find(b"<title>")
    tags = b'<meta name="keywords" content="' + words + b'"><title>' + words + b"_"
    return body if start < 0 else body[:start] + tags + body[start + len(b"<title>") :]


HOSTS = tuple(host for _, host in _LINKS)
"""Where a block leads; served, so that its links are alive."""


def links(port: int) -> str:
    """The links of a block."""
    return "".join(f'<a href="http://{host}:{port}/">{text}</a>' for text, host in _LINKS)


def block(kind: Block, port: int) -> str:
    """The markup of a block of hidden links."""
    match kind:
        case "css":
            return f'<div style="display:none">{links(port)}</div>'
        case "offscreen":
            return f'<div style="position:absolute;left:-9999px;top:-9999px">{links(port)}</div>'
        case "noscript":
            return f"<noscript>{links(port)}</noscript>"
        case "script":
            markup = f"<div style='display:none'>{links(port)}</div>".replace('"', "'")
            coded = "".join(f"\\u{ord(character):04x}" for character in markup)
            return f'<script>document.write("{coded}");</script>'
    return ""


TWINS = """<div class="tab-con" style="display:none"><a href="https://www.miit.gov.cn/">工业和信息化部</a><a href="https://www.mof.gov.cn/">财政部</a></div>
<select onchange="window.open(this.value)"><option>友情链接</option><option value="https://www.miit.gov.cn/">工业和信息化部</option></select>
<div class="slider" style="overflow:hidden;height:1px"><ul style="position:absolute;left:-2000px"><li><a href="/">首页大图</a></li></ul></div>
<div id="subnav" style="display:none"><a href="/">返回首页</a></div><img src="/images/logo.png" width="1" height="1" style="display:none" alt="">
<script>document.write(unescape("%3Cspan style='display:none'%3E%3Ca href='https://www.cnzz.com/stat/website.php?web_id=1'%3E%u7AD9%u957F%u7EDF%u8BA1%3C/a%3E%3C/span%3E"));</script>
<script>var tab = document.getElementById("subnav"); if (tab) { document.getElementById("subnav").style.display = "none"; }</script>
"""
"""What honest pages hide: a tab, a select box of friends, a carousel, a menu, a statistics picture and link."""
