"""What a visitor meets on a page, and what is no target at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.links_facts import Target
from checks.links_targets import PER_PAGE, Collector, kind_of_link, met_in, pages_of, target_key
from crawler.document import Document
from crawler.site import Site
from tests.checks.links.portal import AS_OF, FRIEND, PNG, Portal, html, only, told
from tests.portals.server import Request, Response

SITE = Site("http://www.qinghe-test.gov.cn/")
URL = "http://www.qinghe-test.gov.cn/zwgk/index.html"


def met(body: str, head: str = "") -> list[tuple[str, str]]:
    document = Document(f"<html><head>{head}</head><body>{body}</body></html>", URL, as_of=AS_OF)
    return [(each.kind, each.url.removeprefix("http://www.qinghe-test.gov.cn")) for each in met_in(document)]


CASES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("a link", '<a href="a.html">甲</a>', [("link", "/zwgk/a.html")]),
    ("a link with a fragment", '<a href="/a.html#top">甲</a>', [("link", "/a.html")]),
    ("a picture link", '<a href="/a.html"><img src="/i.png"></a>', [("link", "/a.html"), ("image", "/i.png")]),
    ("an attachment", '<a href="/f/表格.DOCX">表格</a>', [("attachment", "/f/表格.DOCX")]),
    ("an image map", '<map><area href="/a.html"></map>', [("link", "/a.html")]),
    ("a slash too many", '<a href="http:///www.friend-test.cn/x">友情</a>', [("link", "http://www.friend-test.cn/x")]),
    ("a slash too many without a scheme", '<a href="///www.friend-test.cn/x">友情</a>', [("link", "http://www.friend-test.cn/x")]),
    ("a lazy picture", '<img src="/blank.gif" data-src="/i.jpg">', [("image", "/i.jpg")]),
    ("a lazy picture of another plug-in", '<img data-original="i.jpg">', [("image", "/zwgk/i.jpg")]),
    ("a lazy picture behind a drawn blank", '<img src="data:image/gif;base64,R0" data-src="/i.jpg">', [("image", "/i.jpg")]),
    ("a picture that says it is lazy", '<img src="/i.jpg" data-lazy="true">', [("image", "/i.jpg")]),
    ("a lazy mark alone", '<img src="/blank.gif" data-lazy="1" original="true">', [("image", "/blank.gif")]),
    ("a picture brought from elsewhere", '<img src="/i.jpg" data-src="https://cdn.other-test.cn/640.jpg">', [("image", "/i.jpg")]),
    ("a picture that an editor once stored elsewhere", '<img src="./W1.jpg" _src="/ueditor/1.jpg">', [("image", "/zwgk/W1.jpg")]),
    ("a picture that leads on", '<img src="/default.png" data-url="/detail/1">', [("image", "/default.png")]),
    ("an address without a scheme", '<a href="//www.friend-test.cn/">友情</a>', [("link", "http://www.friend-test.cn/")]),
    (
        "a select box of friends",
        '<select><option value="">--友情链接--</option><option value="http://www.friend-test.cn/">友情</option><option value="3">三</option></select>',
        [("link", "http://www.friend-test.cn/")],
    ),
    ("a drop-down menu", '<ul class="nav"><li><ul style="display:none"><li><a href="/x/">下级</a></li></ul></li></ul>', [("link", "/x/")]),
    ("an icon drawn by a style sheet", '<a class="wx" href="/wx.html"></a>', [("link", "/wx.html")]),
    ("an empty link", '<a href="/dataproxy.jsp?page=1"></a>', []),
    ("a hidden link", '<div style="display:none"><a href="/a.html">甲</a><img src="/i.png"></div>', []),
    ("a hidden picture", '<img src="/i.png" style="display:none">', []),
    ("a comment", '<!-- <a href="/a.html">甲</a> -->', []),
    ("noscript", '<noscript><img src="/i.png"><a href="/a.html">甲</a></noscript>', []),
    ("a template element", '<template><a href="/a.html">甲</a></template>', []),
    ("a script's own address", '<a href="javascript:void(0)">甲</a><a href="javascript:;" onclick="x()">乙</a>', []),
    (
        "mail, telephone, data, anchors",
        '<a href="mailto:a@b.cn">信</a><a href="tel:12345">电</a><a href="#">顶</a><img src="data:image/png;base64,AA">',
        [],
    ),
    ("nothing", '<a href="">甲</a><a href=" ">乙</a><a>丙</a><img src=""><img>', []),
    (
        "a placeholder never filled",
        '<a href="{{item.url}}">甲</a><a href="/a/<%=id%>">乙</a><img src="/i/${pic}"><a href="/{id}.html">丙</a>',
        [],
    ),
    ("a placeholder a browser encoded", '<a href="/%7B%7Burl%7D%7D">甲</a>', []),
    ("a file of the editor's machine", '<img src="file:///C:/tmp/1.png">', []),
]


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_a_visitor_meets(body: str, expected: list[tuple[str, str]]) -> None:
    assert met(body) == expected


def test_style_sheets_and_scripts_are_met_and_other_links_of_the_head_are_not() -> None:
    head = '<link rel="stylesheet" href="/m.css"><link rel="canonical" href="/c.html"><link rel="icon" href="/f.ico"><script src="a.js"></script><script>1</script>'
    assert met("", head) == [("resource", "/m.css"), ("resource", "/zwgk/a.js")]
    assert met('<noscript><link rel="stylesheet" href="/n.css"></noscript>') == []


def test_a_base_element_moves_relative_addresses() -> None:
    assert met('<a href="a.html">甲</a><img src="i.png">', '<base href="/site/12/">') == [
        ("link", "/site/12/a.html"),
        ("image", "/site/12/i.png"),
    ]


KEYS = [
    ("http://www.qinghe-test.gov.cn/a/index.html", "/a/"),
    ("https://qinghe-test.gov.cn/a?b=2&a=1", "/a?a=1&b=2"),
    ("http://www.qinghe-test.gov.cn:8080/app/", ":8080/app/"),
    ("http://www.friend-test.cn", "www.friend-test.cn/"),
    ("https://www.friend-test.cn:443/x?y=1", "www.friend-test.cn/x?y=1"),
    ("http://www.friend-test.cn:81/x", "www.friend-test.cn:81/x"),
    ("http://www.friend-test.cn/s?k=%C7%E0%BA%CC", "www.friend-test.cn/s?k=%C7%E0%BA%CC"),
]


@pytest.mark.parametrize(("url", "key"), KEYS)
def test_the_key_of_a_target_has_no_scheme_and_no_own_host(url: str, key: str) -> None:
    assert target_key(SITE, url) == key


def test_two_queries_in_gbk_are_two_targets() -> None:
    assert target_key(SITE, "http://x.cn/s?k=%C7%E0") != target_key(SITE, "http://x.cn/s?k=%BA%CC")


@given(st.text(max_size=60), st.sampled_from(["a", "img", "option", "script", "link", "area"]))
def test_no_reference_breaks_the_reader(reference: str, tag: str) -> None:
    quoted = reference.replace("&", "&amp;").replace('"', "&quot;")
    name = {"a": "href", "area": "href", "option": "value", "link": "rel=stylesheet href"}.get(tag, "src")
    for each in met_in(Document(f'<{tag} {name}="{quoted}">字</{tag}>', URL, as_of=AS_OF)):
        assert each.url.startswith("http") and target_key(SITE, each.url) and kind_of_link(each.url)


# on pages of a crawl


def collected(portal: Portal) -> dict[str, Target]:
    collector = Collector(portal.writer.read())
    for page in pages_of(collector.evidence)[0]:
        collector.read(page)
    return {target.key: target for target in collector.targets()}


def test_each_target_stands_once_with_every_page_it_was_met_on(portal: Portal) -> None:
    banner = '<img src="/images/banner.png" alt="横幅"><a href="/t.html">稿件</a>'
    portal.page("/", banner)
    portal.page("/zwgk/", banner, title="政务公开")
    portal.page("/xwzx/", '<a href="/only.html">只在栏目</a>', title="新闻中心")
    pages, left = pages_of(portal.writer.read())
    assert left == 0 and len(pages) == 3
    targets = collected(portal)
    assert targets["/images/banner.png"].pages == (portal.url("/"), portal.url("/zwgk/"))
    assert (targets["/t.html"].position, targets["/only.html"].position) == ("home", "column")
    assert targets["/zwgk/"].pages == (portal.url("/"), portal.url("/zwgk/"), portal.url("/xwzx/"))


def test_a_page_of_very_many_links_is_read_in_bounded_time(portal: Portal) -> None:
    portal.home("".join(f'<a href="/x/{n}.html">{n}</a>' for n in range(20_000)))
    began = time.monotonic()
    assert len(collected(portal)) <= PER_PAGE + 2
    assert time.monotonic() - began < 10
    portal.site_walls()
    judgement = portal.judge()
    assert judgement.figures["left_out"] > 2000 and len(portal.asked()) < 10


def test_a_render_speaks_for_the_page(portal: Portal) -> None:
    shown = html('<a href="/by-script.html">脚本写出的链接</a><img src="/lazy.png">')
    portal.home('<div id="list"></div><a href="/placeholder.html">占位</a>', rendered=shown)
    keys = collected(portal)
    assert {"/by-script.html", "/lazy.png"} <= keys.keys() and "/placeholder.html" not in keys


def test_a_picture_missing_in_the_template_is_one_finding(portal: Portal) -> None:
    banner = '<img src="images/banner.png" alt="横幅">'
    portal.page("/", banner)
    portal.page("/zwgk/", banner, title="政务公开")
    portal.page("/xwzx/", banner, title="新闻中心")
    found = only(portal.judge().findings)
    assert (found.code, found.subject, found.evidence.figures["targets"]) == ("broken-image", "/images/banner.png", 3)
    assert len(found.evidence.pages) == 3 and found.evidence.selector.startswith('img[src="images/banner.png"]')


def test_a_relative_link_of_the_frame_is_one_finding(portal: Portal) -> None:
    foot = '<div class="footer"><a href="sitemap.html">网站地图</a></div>'
    portal.page("/", foot)
    portal.serve("/sitemap.html", html("<p>网站地图</p>", "网站地图"))
    for path in ("/zwgk/", "/xwzx/"):
        portal.page(path, f'<p>栏目</p><a href="1.html">稿件</a>{foot}')
    found = {finding.subject: finding for finding in portal.judge().findings}
    assert set(found) == {"/xwzx/sitemap.html", "/xwzx/1.html", "/zwgk/1.html"}, "articles of one name are each their own"
    assert found["/xwzx/sitemap.html"].evidence.figures["targets"] == 2


def test_a_missing_style_sheet_is_a_caution(portal: Portal) -> None:
    portal.home("", head='<link rel="stylesheet" href="/css/lost.css">')
    assert told(portal.judge()) == {("broken-resource", "caution", "/css/lost.css")}


def test_a_query_is_asked_in_the_charset_of_its_page(portal: Portal) -> None:
    asked: list[str] = []

    def answer(request: Request) -> Response:
        asked.append(request.path)
        return Response(html("<p>检索结果</p>").encode())

    text = html('<a href="/s?k=青禾">检索</a>').replace("utf-8", "gb2312").encode("gb18030")
    portal.page("/", '<a href="/s?k=青禾">检索</a>', charset="gb18030", content_type="text/html", sha256="x")
    portal.writer.keep_bytes(1, text, "x")
    portal.page("/zwgk/", "<p>政务公开</p>", title="政务公开")
    portal.page("/xwzx/", "<p>新闻中心</p>", title="新闻中心")
    portal.serve("/s?k=%C7%E0%BA%CC", answer)
    judgement = portal.judge()
    assert not judgement.findings and asked == ["/s?k=%C7%E0%BA%CC"]


def test_friends_in_a_select_box_are_verified(portal: Portal) -> None:
    options = f'<option value="{portal.url("/", FRIEND)}">友情网站</option><option value="http://www.gone-test.cn/">撤销的单位</option>'
    portal.home(f"<select onchange='window.open(this.value)'><option>--请选择--</option>{options}</select>")
    found = only(portal.judge().findings)
    assert (found.code, found.subject) == ("dead-host", "www.gone-test.cn")
    assert found.evidence.snippet.startswith("撤销的单位\n<option")


def test_a_lazy_picture_is_asked_at_its_real_address(portal: Portal) -> None:
    portal.home('<img src="/blank.gif" data-src="/real.jpg" alt="图">')
    portal.serve("/real.jpg", PNG)
    assert not portal.judge().findings and [entry for entry in portal.asked() if entry.startswith("HEAD")] == ["HEAD /real.jpg"]


def test_the_old_addresses_of_the_error_report_platform_are_another_checks_business(portal: Portal) -> None:
    portal.home('<a href="http://121.43.68.40/exposure/jiucuo.html?site_code=1"><img src="http://114.55.181.28/x.png">找错</a>')
    judgement = portal.judge()
    assert not judgement.findings and judgement.figures["outside_hosts"] == 0
