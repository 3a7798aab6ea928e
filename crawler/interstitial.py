"""Pages that are not pages: refresh stubs (跳转页), challenges (防护验证页), soft 404s (假 404), parked and empty pages.

Pure functions of a `Document` and what the server said with it. Every rule names a mark that several sites share; none names a
site. Read in this order: `challenge`, `soft_404`, `refresh_target`, `parked`, `empty`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from crawler.links import absolute

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from crawler.document import Document

MAX_REFRESH_SECONDS = 10.0
"""A refresh after a longer delay is a page that reloads itself, not a redirect."""

SHORT_TEXT = 300
"""Characters of visible text up to which a page is one notice and nothing else."""

SHELL_TEXT = 4000
"""Characters of visible text up to which a notice may stand inside the whole frame of a portal."""

NOTICE = 60
"""Characters of one line up to which it is a notice, not a sentence of an article."""

STUB_TEXT = 80
"""Characters of visible text up to which a page with a scripted jump has no content of its own (正在跳转……)."""

_REFRESH = re.compile(r"^\s*([\d.]*)\s*(?:[;,]\s*)?(?:url\s*=\s*)?[\"']?\s*([^\"']*?)\s*[\"']?\s*$", re.IGNORECASE)
_WRITTEN = re.compile(
    r"document\.write(?:ln)?\s*\(\s*(?:\"[^\n]{0,40}?|'[^\n]{0,40}?)<meta\s[^>]{0,80}?refresh[\"'\\]*[^>]{0,80}?content\s*=\s*\\?[\"']?"
    r"\s*([\d.]*)\s*;\s*url\s*=\s*\\?[\"']?([^\"'>\\]{1,500})",
    re.IGNORECASE,
)
_OBJECT = r"(?:(?:window|self|top|parent|document|this)\.)*location"
_JUMP = re.compile(
    rf"(?<![\w.]){_OBJECT}(?:\.href)?\s*=(?!=)\s*([\"'])([^\"'\n]{{1,500}})\1\s*(?=[;\n}}]|$|//)"
    rf"|(?<![\w.]){_OBJECT}\.(?:replace|assign)\(\s*([\"'])([^\"'\n]{{1,500}})\3\s*\)",
    re.IGNORECASE,
)
_TIMER = re.compile(r"setTimeout\s*\([^;]{0,300}?,\s*(\d+)\s*\)", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|(?<![:\"'\w])//[^\n]*", re.DOTALL)
_MOBILE = re.compile(r"//(?:m|wap|3g|mobile)\.|/(?:m|wap|mobile|phone|sj)/", re.IGNORECASE)

_NOT_FOUND = re.compile(
    r"(?:页面|网页|内容|信息|文件|栏目|地址|文章|资源|链接)(?:可能|也许)?(?:已经?)?(?:不存在|未找到|找不到|没有找到|被?删除|失效|走丢|丢失|出错)"
    r"|(?:找不到|未找到|没有找到|不存在)(?:您|你|该|此|这个|所|相关|任何|要|对应)?[^\n。]{0,14}(?:页面|网页|页|内容|信息|文件|栏目|资源)"
    r"|暂时?(?:访问不了|无法访问|不能访问)(?:该|此|这个)?(?:页面|网页)|(?:页面|网页)[^\n。]{0,8}(?:不存在|不见了|走丢了|出错)"
    r"|\b(?:error|http)?[\s\-_:：]*404\b|not\s+found|page\s+(?:does\s+not|doesn't)\s+exist",
    re.IGNORECASE,
)
_ALWAYS_CHALLENGE = frozenset({412, 521})
_MAYBE_CHALLENGE = frozenset({200, 202, 400, 401, 403, 405, 429, 468, 493, 501, 503, 567})
_WALL_MARKS = re.compile(
    r"__jsl_clearid|__jsluid|\bacw_sc__v\d|\$_ts\s*[=.\[]|\$_ss\b|_\$[A-Za-z0-9]{2}\s*=\s*\d+\s*,\s*_\$|content=\"\{qqqq|cf[-_]chl|challenge-platform|yunsuo_session|"
    r"safeline|__tst_status|EO_Bot|\bprobe\.js\?|sec_tc|slider?[-_]?captcha|/_guard/|goahead\.js|waf[-_]?(?:js|captcha|verify)",
    re.IGNORECASE,
)
_WALL_WORDS = re.compile(
    r"(?:访问|请求)[^\n。]{0,16}(?:被阻断|被拦截|被拒绝|存在威胁|造成安全威胁|疑似攻击|不合法|包含危险)|安全验证|人机验证|请完成验证|拖动[^\n]{0,6}滑块|网站防火墙|应用防护系统|"
    r"正在(?:检查|验证)您的(?:浏览器|访问)|checking your browser|access denied|web application firewall|just a moment",
    re.IGNORECASE,
)
_SETS_COOKIE = re.compile(r"document\s*(?:\.\s*cookie|\[\s*[\"']cookie[\"']\s*\])\s*=", re.IGNORECASE)
_RELOADS = re.compile(
    r"location\s*\.\s*reload\s*\(|location(?:\.href)?\s*=|location\s*\.\s*(?:replace|assign)\s*\(|\.submit\(\)", re.IGNORECASE
)
_PARKED = re.compile(
    r"域名[^\n。]{0,10}(?:出售|转让|停放|停靠|已过期|到期)|(?:此|该|本)域名(?:正在)?(?:出售|可以?转让)|domain\s+(?:name\s+)?(?:is\s+)?(?:for\s+sale|parked|has\s+expired)|"
    r"(?:网站|站点|空间|主机)[^\n。]{0,6}(?:已(?:经)?(?:关闭|暂停|停止|到期|过期)|未备案|尚未备案|建设中)|没有找到站点|该网站暂时无法进行访问|"
    r"welcome\s+to\s+(?:nginx|openresty|tengine)|apache2?\s+[^\n]{0,20}default\s+page|^it\s+works!?$|^iis\s*\d*|^internet\s+information\s+services|tomcat\b[^\n]{0,60}successfully\s+installed|恭喜[，,\s]*站点创建成功",
    re.IGNORECASE | re.MULTILINE,
)
_DIGITS = re.compile(r"\d+")
_MEDIA = "img,iframe,frame,object,embed,video,canvas,svg,input,form"


def refresh_target(document: Document) -> str | None:
    """Where this page sends its visitor at once, or None.

    A meta refresh within `MAX_REFRESH_SECONDS`; the same written by ``document.write``; a ``location`` assignment with a literal
    address in a page that is otherwise empty. Refreshes inside comments or ``noscript``, to the page itself, or after a longer
    delay are none.
    """
    own = (document.url, document.url.split("?", 1)[0] if "?" not in document.url else document.url)
    for seconds, target in _refreshes(document):
        if seconds <= MAX_REFRESH_SECONDS:
            url = absolute(document.base, target)
            if url and url not in own:
                return url
    if _has_content(document):
        return None
    jumps = [url for url in _jumps(document) if url not in own]
    return next((url for url in jumps if not _MOBILE.search(url)), jumps[0] if jumps else None)


def _refreshes(document: Document) -> Iterator[tuple[float, str]]:
    if "refresh" not in document.html and "REFRESH" not in document.html and "Refresh" not in document.html:
        return
    for node in document.tree.css("meta[http-equiv]"):
        if (node.attributes.get("http-equiv") or "").strip().lower() != "refresh" or _inside(node, "noscript"):
            continue
        match = _REFRESH.match(node.attributes.get("content") or "")
        if match and match[2]:
            yield _seconds(match[1]), match[2]
    if not _has_content(document):
        for node in document.tree.css("script:not([src])"):
            for match in _WRITTEN.finditer(_code(node)):
                yield _seconds(match[1]), match[2]


def _jumps(document: Document) -> Iterator[str]:
    """Literal addresses that an otherwise empty page's scripts assign to ``location``, in order."""
    handlers = [node.attributes.get("onload") or "" for node in document.tree.css("body[onload]")]
    for text in [*(_code(node) for node in document.tree.css("script:not([src])")), *handlers]:
        if "location" not in text:
            continue
        delays = [int(match[1]) / 1000 for match in _TIMER.finditer(text)]
        if delays and min(delays) > MAX_REFRESH_SECONDS:
            continue
        for match in _JUMP.finditer(text):
            url = absolute(document.base, match[2] or match[4] or "")
            if url:
                yield url


def _has_content(document: Document) -> bool:
    if len(document.text) > STUB_TEXT or sum(1 for link in document.links if link.url) > 3:
        return True
    return document.tree.css_first("iframe[src],frame[src],form") is not None


def _code(node: LexborNode) -> str:
    return _COMMENT.sub("", node.text(deep=True))


def _inside(node: LexborNode, tag: str) -> bool:
    current = node.parent
    while current is not None:
        if current.tag == tag:
            return True
        current = current.parent
    return False


def _seconds(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return MAX_REFRESH_SECONDS + 1


def challenge(status: int | None, document: Document, headers: Mapping[str, str]) -> str | None:
    """How this answer shows that a protection device (WAF) wants something of the visitor first, in a few Chinese words; None: it does not.

    ``headers``: names in lower case. 412 and 521 with a script always; other statuses by a known device's marks, or by a page
    without content whose script sets a cookie and loads again.
    """
    if "cf-mitigated" in headers:
        return "应答标明须通过浏览器验证"
    if status not in _ALWAYS_CHALLENGE and status not in _MAYBE_CHALLENGE:
        return None
    text = document.text
    if len(text) > SHORT_TEXT * 2 or sum(1 for link in document.links if link.url) > 8:
        return None
    scripts = document.tree.css_first("script") is not None
    if status in _ALWAYS_CHALLENGE and scripts:
        return f"应答 {status} 并要求执行脚本"
    bare = len(text) <= STUB_TEXT and document.tree.css_first("iframe[src],frame[src]") is None
    if scripts and bare and (_WALL_MARKS.search(document.html) or "__jsl" in headers.get("set-cookie", "")):
        return "应答是防护设备的脚本"
    if scripts and bare and status in (202, 403, 503) and not text:
        return f"应答 {status}，只有脚本没有内容"
    code = "".join(node.text(deep=True) for node in document.tree.css("script:not([src])")) if scripts and bare else ""
    if code and _SETS_COOKIE.search(code) and _RELOADS.search(code):
        return "应答是设置 Cookie 后重新加载的脚本"
    if len(text) <= SHORT_TEXT and _WALL_WORDS.search(f"{document.title}\n{text}") and (status != 200 or scripts):
        return "应答是防护设备的提示页"
    return None


def soft_404(document: Document, baseline: Document | None) -> bool:
    """Whether an answer of 200 says 页面不存在. ``baseline``: the site's own answer for a random path, whatever its status.

    A phrase in the title, in a short body, or in a line that the baseline shows too (error pages inside a full portal shell),
    *and* likeness to the baseline. Without a baseline (it could not be fetched) only a page that is nothing but such a notice
    counts. The caller never asks this of the home page.
    """
    text = document.text
    titled = _NOT_FOUND.search(document.title) is not None
    short = len(text) <= SHORT_TEXT and _NOT_FOUND.search(text) is not None
    if baseline is None:
        return short and (titled or len(text) <= STUB_TEXT * 2)
    if titled or short:
        return _alike(document, baseline)
    if len(text) > SHELL_TEXT or not _common(document, baseline):
        return False
    return any(len(line) <= NOTICE and _NOT_FOUND.search(line) for line in _lines(document) & _lines(baseline))


def _alike(one: Document, other: Document) -> bool:
    """Whether two pages are the same notice: equal titles on equal skeletons, or nine tenths of their lines in common."""
    if one.title and _DIGITS.sub("", one.title) == _DIGITS.sub("", other.title) and one.skeleton == other.skeleton:
        return True
    return _common(one, other)


def _common(one: Document, other: Document) -> bool:
    mine, theirs = _lines(one), _lines(other)
    return bool(mine and theirs) and len(mine & theirs) >= 0.9 * len(mine | theirs)


def _lines(document: Document) -> set[str]:
    """Text lines with numbers and addresses blanked: an error page often repeats the address that was asked."""
    lines = (_DIGITS.sub("", re.sub(r"(?:https?:/)?/[\w./%-]+", "", line)).strip() for line in document.text.split("\n"))
    return {line for line in lines if line}


def parked(document: Document) -> bool:
    """Whether this is a registrar's, a host's or a web server's own page in the site's place."""
    text = document.text
    return len(text) <= SHORT_TEXT * 3 and _PARKED.search(f"{document.title}\n{text}") is not None and len(document.links) <= 15


def empty(document: Document) -> bool:
    """Whether a visitor sees nothing at all: no text, no link, no picture, no frame, and no script that could add any."""
    if document.text or any(link.url for link in document.links):
        return False
    root = document.tree.body or document.tree.root
    if root is not None and any(part.tree.css_first(_MEDIA) is not None for part in document.parts):
        return False
    return document.rendered or not any(script.src or script.text.strip() for script in document.scripts)
