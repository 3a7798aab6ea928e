"""Pages that are not pages, and pages that only look like it."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from crawler.charset import decode
from crawler.document import Document
from crawler.interstitial import challenge, empty, parked, refresh_target, soft_404

AS_OF = date(2026, 3, 1)
URL = "http://www.shili.gov.cn/zwgk/a.html"
REAL = Path(os.environ.get("MINGJING_REALPAGES", Path(__file__).resolve().parents[3] / "shared" / "realpages"))
ARTICLE = "<h1>关于做好春耕备耕工作的通知</h1>" + "<p>各乡镇要抓住农时，做好种子、化肥、农药的供应和质量监管。</p>" * 12
NAVIGATION = "".join(f"<a href='/lm{n}/'>栏目{n}</a>" for n in range(10))


def page(html: str, url: str = URL) -> Document:
    return Document(html, url, as_of=AS_OF)


REFRESHES = [
    ("meta refresh at once", "<meta http-equiv=refresh content='0;url=/index/index.html'>", "http://www.shili.gov.cn/index/index.html"),
    ("meta refresh with spaces and quotes", '<META HTTP-EQUIV="Refresh" CONTENT="1; URL=\'../zwgk/\'">', "http://www.shili.gov.cn/zwgk/"),
    ("meta refresh without url=", "<meta http-equiv='refresh' content='0; /main.htm'>", "http://www.shili.gov.cn/main.htm"),
    ("meta refresh to another host", "<meta http-equiv=refresh content='0;url=https://other.gov.cn/'>", "https://other.gov.cn/"),
    ("meta refresh in a page with content", f"<meta http-equiv=refresh content='3;url=/new/'>{ARTICLE}", "http://www.shili.gov.cn/new/"),
    ("written meta refresh", """<script>document.write("<meta http-equiv='refresh' content='0;url=/zw/'>")</script>""", "http://www.shili.gov.cn/zw/"),
    ("location.href stub", "<script>window.location.href='/site/index.html';</script>", "http://www.shili.gov.cn/site/index.html"),
    ("location.replace stub", "<body><script>location.replace(\"/col/col1/index.html\")</script></body>", "http://www.shili.gov.cn/col/col1/index.html"),
    ("top.location stub with a word of text", "<p>正在跳转，请稍候……</p><script>top.location='index.jsp'</script>", "http://www.shili.gov.cn/zwgk/index.jsp"),
    ("location.assign in onload", "<body onload=\"document.location.assign('/a/')\"></body>", "http://www.shili.gov.cn/a/"),
    ("stub after a short timer", "<script>setTimeout(function(){location.href='/a/'}, 1500)</script>", "http://www.shili.gov.cn/a/"),
    ("desktop wins over mobile", "<script>if(/Android/.test(ua)){location.href='/wap/index.html';}else{location.href='/pc/index.html';}</script>",
     "http://www.shili.gov.cn/pc/index.html"),
]  # fmt: skip
NO_REFRESHES = [
    ("a page that reloads itself every ten minutes", f"<meta http-equiv=refresh content='600'>{ARTICLE}"),
    ("a long delay", "<meta http-equiv=refresh content='60;url=/other/'>"),
    ("a refresh to itself", f"<meta http-equiv=refresh content='5;url={URL}'>"),
    ("a refresh in a comment", f"<!-- <meta http-equiv=refresh content='0;url=/x/'> -->{ARTICLE}"),
    ("a refresh for visitors without scripts", f"<noscript><meta http-equiv=refresh content='0;url=/noscript/'></noscript>{ARTICLE}"),
    ("a mobile switch in a page with content", f"<script>if(isMobile){{location.href='/wap/'}}</script>{ARTICLE}"),
    ("a search function in a page with links", f"<script>function go(){{location.href='/search/'}}</script>{NAVIGATION}"),
    ("an address put together by script", "<script>location.href = location.href.replace('/a/','/b/')</script>"),
    ("a comparison", "<script>if (location.href=='/x/') {}</script>"),
    ("a commented jump", "<script>// location.href='/x/';\n/* location.replace('/y/') */</script>"),
    ("a javascript target", "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>"),
    ("a frameset home", "<frameset><frame src='top.html'></frameset><script>location.href='/x/'</script>"),
]


@pytest.mark.parametrize(("html", "target"), [case[1:] for case in REFRESHES], ids=[case[0] for case in REFRESHES])
def test_a_stub_is_followed_like_a_redirect(html: str, target: str) -> None:
    assert refresh_target(page(html)) == target


@pytest.mark.parametrize("html", [case[1] for case in NO_REFRESHES], ids=[case[0] for case in NO_REFRESHES])
def test_what_only_looks_like_a_stub_is_not_followed(html: str) -> None:
    assert refresh_target(page(html)) is None


SCRIPT = "<script>(function(){var a=1})()</script>"
COOKIE_WALL = "<script>document.cookie='x='+hash()+';path=/';location.reload();</script>"
CHALLENGES: list[tuple[str, int, str, Mapping[str, str]]] = [
    ("412 with script", 412, SCRIPT, {}),
    (
        "521 with script",
        521,
        "<script>document.cookie=('_')+('_')+('j');location.href=location.pathname</script>",
        {"set-cookie": "__jsluid_h=1"},
    ),
    ("202 with script only", 202, SCRIPT, {}),
    ("503 with script only", 503, SCRIPT, {}),
    ("200 that sets a cookie and reloads", 200, COOKIE_WALL, {}),
    ("200 with a known device's script", 200, "<script>var arg1='3A';document.cookie='acw_sc__v2='+x</script>", {}),
    ("a mitigated answer", 403, "<p>one moment</p>", {"cf-mitigated": "challenge"}),
    ("403 that says it was blocked", 403, "<p>您的请求疑似攻击行为，访问已被拦截</p>", {}),
]
NO_CHALLENGES: list[tuple[str, int, str, Mapping[str, str]]] = [
    ("an article about web firewalls", 200, f"<h1>网站防火墙采购公告</h1>{ARTICLE}{SCRIPT}", {}),
    ("a plain 403", 403, "<h1>403 Forbidden</h1>", {}),
    ("a plain 404 with script", 404, SCRIPT, {}),
    ("a script-built page", 200, "<div id=app></div><script src='/app.js'></script>", {}),
    ("a page with content that sets a cookie", 200, COOKIE_WALL + ARTICLE, {}),
    ("a page behind a device that let us in", 200, ARTICLE, {"set-cookie": "__jsluid_h=abc"}),
    ("a jump stub", 200, "<script>location.href='/index/'</script>", {}),
]


@pytest.mark.parametrize(("status", "html", "headers"), [c[1:] for c in CHALLENGES], ids=[c[0] for c in CHALLENGES])
def test_a_challenge_is_told_from_a_page(status: int, html: str, headers: Mapping[str, str]) -> None:
    assert challenge(status, page(html), headers)


@pytest.mark.parametrize(("status", "html", "headers"), [c[1:] for c in NO_CHALLENGES], ids=[c[0] for c in NO_CHALLENGES])
def test_a_page_is_not_taken_for_a_challenge(status: int, html: str, headers: Mapping[str, str]) -> None:
    assert challenge(status, page(html), headers) is None


SHELL = (
    f"<title>某市人民政府</title><div id=top>{NAVIGATION}</div>"
    + "".join(f"<p>页脚第{c}行 主办单位</p>" for c in "甲乙丙丁戊己庚辛壬癸子丑") * 1
)
LOST = "<title>页面不存在</title><p>您访问的页面不存在，5秒后自动跳转到首页</p>"


def test_a_soft_404_needs_the_phrase_and_likeness_to_the_answer_for_a_random_path() -> None:
    assert soft_404(page(LOST), page(LOST))
    assert not soft_404(page(LOST), page("<title>某市</title><p>首页内容</p>"))


def test_an_error_page_inside_the_whole_portal_frame_is_a_soft_404() -> None:
    error = SHELL + "<div class=tip>对不起，您访问的页面找不到了</div>"
    assert soft_404(page(error), page(error))


def test_an_article_about_missing_pages_is_no_soft_404_though_it_shares_the_frame() -> None:
    baseline = page(SHELL + "<div class=tip>对不起，您访问的页面不存在</div>")
    article = SHELL.replace("某市人民政府", "关于部分页面不存在问题的说明") + ARTICLE
    assert not soft_404(page(article), baseline)


def test_the_asked_address_printed_on_the_error_page_does_not_hide_the_likeness() -> None:
    one = page(LOST + "<p>/zwgk/t20240102_17.html</p>")
    other = page(LOST + "<p>/abcdef0123.html</p>")
    assert soft_404(one, other)


def test_without_a_baseline_only_a_bare_notice_counts() -> None:
    assert soft_404(page(LOST), None)
    assert not soft_404(page(SHELL + "<p>页面不存在</p>" + ARTICLE), None)


PARKED = ["<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>", "<p>该域名正在出售，有意者请联系</p>", "<h1>站点创建成功</h1><p>恭喜，站点创建成功！</p>",
          "<p>您访问的网站尚未备案</p>"]  # fmt: skip


@pytest.mark.parametrize("html", PARKED)
def test_a_registrars_or_servers_own_page_is_parked(html: str) -> None:
    assert parked(page(html))


@pytest.mark.parametrize("html", [ARTICLE, NAVIGATION, f"<h1>关于规范域名转让的通知</h1>{ARTICLE * 3}", "<p>政府网站建设指引</p>"])
def test_a_page_of_the_site_is_not_parked(html: str) -> None:
    assert not parked(page(html))


@pytest.mark.parametrize("html", ["", "<html><body></body></html>", "<body><!-- nothing --></body>", "<body>\n&nbsp;</body>"])
def test_a_page_that_shows_nothing_is_empty(html: str) -> None:
    assert empty(page(html))


@pytest.mark.parametrize(
    "html", ["<p>1</p>", "<img src=x.png>", "<a href=/a>a</a>", "<div id=app></div><script src=/a.js></script>", "<iframe src=/a>"]
)
def test_a_page_that_may_show_something_is_not_empty(html: str) -> None:
    assert not empty(page(html))


def real_pages() -> Iterator[tuple[str, str, Document]]:
    if not (REAL / "index.tsv").is_file():
        return
    with (REAL / "index.tsv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            body = (REAL / "pages" / f"{row['id']}.html").read_bytes()
            yield row["id"], row["kind"], page(decode(body).text, row["url"] or URL)


def test_no_real_page_is_taken_for_something_else_and_every_challenge_among_them_is_seen() -> None:
    challenged = set()
    for name, kind, document in real_pages():
        if challenge(200, document, {}):
            challenged.add(name)
            assert kind == "error-stub", name
        assert not empty(document) or kind == "error-stub", name
        assert not parked(document), name
        assert refresh_target(document) is None, name
        assert not soft_404(document, document) or kind == "error-stub", name
        if name in {"rs-sbj-1", "rs-sbj-2"}:
            assert challenge(412, document, {})
            assert name in challenged


def test_the_real_error_pages_are_soft_404s_beside_the_sites_own_error_page() -> None:
    for name, _, document in real_pages():
        if name.startswith("mx-") and name.endswith(("-404", "-tip")):
            assert soft_404(document, document), name
