"""How pages become findings: roles, sections, what stays unseen, another site's tags, PubDate against the visible day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks.model import Judgement
from checks.page_lists import OBSERVER as PAGE_LISTS
from checks.page_tags import CHECK, doubts, judge
from checks.page_tags_roles import roled
from tests.checks.build import HOST, Built

AS_OF = date(2026, 8, 25)
CODE, OTHER = "6101220001", "6101220002"
SITE = {"SiteName": "蓝田县人民政府", "SiteDomain": "www.lantian.gov.cn", "SiteIDCode": CODE}
COLUMN = {"ColumnName": "通知公告", "ColumnDescription": "发布县政府通知公告", "ColumnKeywords": "通知 公告", "ColumnType": "信息公开目录"}
CONTENT = {"ArticleTitle": "关于停水的通知", "PubDate": "2026-08-01 09:30", "ContentSource": "县政府办公室"}
MENU = '<div class=nav><a href="/">首页</a><a href="/tzgg/">通知公告</a><a href="/zcwj/">政策文件</a></div>'
FOOT = f"<div class=footer>主办单位：蓝田县人民政府 网站标识码：{CODE}</div><script id=_jiucuo_ sitecode={CODE} src=https://zfwzgl.www.gov.cn/exposure/jiucuo.js></script>"


def metas(tags: dict[str, str]) -> str:
    return "".join(f'<meta name="{name}" content="{value}">' for name, value in tags.items())


def home(tags: dict[str, str] | None = None) -> str:
    return f"<title>蓝田县人民政府</title>{metas(SITE if tags is None else tags)}<body>{MENU}<p>欢迎</p>{FOOT}</body>"


def column(tags: dict[str, str] | None = None, name: str = "通知公告") -> str:
    """A list of five dated items with its place above it."""
    items = "".join(f'<li><a href="/tzgg/t{n}.html">关于第{n}号事项办理的通知公告</a><span>2026-08-1{n}</span></li>' for n in range(5))
    tags = SITE | COLUMN if tags is None else tags
    crumbs = f'<div class=position>当前位置：<a href="/">首页</a> &gt; <a href="/tzgg/">{name}</a></div>'
    return f"<title>{name}_蓝田县人民政府</title>{metas(tags)}<body>{MENU}{crumbs}<div class=main><ul>{items}</ul></div>{FOOT}</body>"


def article(tags: dict[str, str] | None = None, shown: str = "发布时间：2026-08-01 09:30", more: str = "") -> str:
    tags = SITE | CONTENT if tags is None else tags
    text = "各有关单位：因管道检修，定于近日停水，请提前做好储水准备，不便之处敬请谅解。" * 6
    return f"<title>关于停水的通知_蓝田县人民政府</title>{metas(tags)}<body>{MENU}<h1>关于停水的通知</h1><div class=info>{shown}</div><p>{text}</p>{more}{FOOT}</body>"


def built(folder: Path, *, host: str = HOST, code: str = "") -> Built:
    return Built(folder, as_of=AS_OF, observers=CHECK.observers, host=host, code=code)


def judged(site: Built) -> Judgement:
    return judge(site.evidence(), AS_OF)


def said(result: Judgement) -> list[tuple[str, str, str]]:
    return [(found.code, found.severity, found.subject) for found in result.findings]


def whole(tmp_path: Path, *, host: str = HOST, **pages: str) -> Built:
    """A site of home, one column and one article, each confirmed in the browser; ``pages`` replaces one of them."""
    site = built(tmp_path, host=host)
    site.page("/", pages.get("home", home()), rendered=True)
    site.page("/tzgg/", pages.get("column", column()), rendered=True)
    site.page("/tzgg/t1.html", pages.get("article", article()), rendered=True)
    return site


def without(tags: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in tags.items() if name not in names}


def test_pages_with_all_their_tags_pass(tmp_path: Path) -> None:
    result = judged(whole(tmp_path))
    assert (result.verdict, result.findings) == ("pass", ())
    assert result.figures["pages"] == {"home": 1, "column": 1, "content": 1}


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ({"home": home(without(SITE, "SiteIDCode"))}, ("site-missing", "home")),
        ({"home": home(SITE | {"SiteName": ""})}, ("site-empty", "home")),
        ({"home": home(SITE | {"SiteName": "网站名称"})}, ("site-placeholder", "home")),
        ({"home": home(SITE | {"SiteIDCode": "610122000144"})}, ("site-placeholder", "home")),
        ({"column": column(SITE | without(COLUMN, "ColumnType"))}, ("column-missing", "/tzgg/")),
        ({"column": column(SITE | COLUMN | {"ColumnDescription": " "})}, ("column-empty", "/tzgg/")),
        ({"column": column(SITE | COLUMN | {"ColumnKeywords": "{{keywords}}"})}, ("column-placeholder", "/tzgg/")),
        ({"article": article(SITE)}, ("content-missing", "/tzgg/")),
        ({"article": article(SITE | CONTENT | {"ContentSource": ""})}, ("content-empty", "/tzgg/")),
        ({"article": article(SITE | CONTENT | {"ContentSource": "内容来源"})}, ("content-placeholder", "/tzgg/")),
        ({"article": article(SITE | CONTENT | {"PubDate": "上周五"})}, ("pubdate-invalid", "/tzgg/")),
        ({"article": article(CONTENT)}, ("site-missing", "/tzgg/")),
    ],
)
def test_a_group_that_is_not_whole_is_one_finding_of_its_section(tmp_path: Path, pages: dict[str, str], expected: tuple[str, str]) -> None:
    result = judged(whole(tmp_path, **pages))
    assert said(result) == [(expected[0], "deduction", expected[1])]
    assert result.verdict == "fail"


@pytest.mark.parametrize(
    "pages",
    [
        {"home": home({name.upper(): value for name, value in SITE.items()})},
        {"home": home({name.lower(): value for name, value in SITE.items()})},
        {"home": home(SITE | {"SiteDomain": "http://www.lantian.gov.cn/"})},
        {"home": home(SITE | {"SiteDomain": "lantian.gov.cn"})},
        {"home": home(SITE | {"SiteName": "蓝田县人民政府门户网站"})},
        {"home": home(SITE | {"ColumnType": ""})},  # a home page needs no column tags
        {"article": article(SITE | CONTENT | {"PubDate": "2026-08-01 09:30:15"})},
        {"article": article(SITE | CONTENT | {"ColumnName": "", "Author": ""})},  # nor an article
        {"column": column(SITE | COLUMN | {"ArticleTitle": "", "PubDate": ""})},
    ],
)
def test_what_the_rule_does_not_ask_is_no_fault(tmp_path: Path, pages: dict[str, str]) -> None:
    assert said(judged(whole(tmp_path, **pages))) == []


def test_one_finding_lists_every_page_of_a_section(tmp_path: Path) -> None:
    site = whole(tmp_path, article=article(SITE))
    site.page("/tzgg/t2.html", article(SITE | without(CONTENT, "PubDate")), rendered=True)
    site.page("/zcwj/t3.html", article(SITE), rendered=True)
    pages = {found.subject: found.evidence.pages for found in judged(site).findings}
    assert pages == {"/tzgg/": (f"{HOST}/tzgg/t1.html", f"{HOST}/tzgg/t2.html"), "/zcwj/": (f"{HOST}/zcwj/t3.html",)}


@pytest.mark.parametrize("reason", ["not-rendered", "no-browser", "render-budget"])
def test_what_was_not_confirmed_is_not_assessed_with_its_reason(tmp_path: Path, reason: str) -> None:
    site = built(tmp_path)
    site.page("/", home(), rendered=True)
    site.page("/tzgg/t1.html", article(SITE), reason=reason)
    result = judged(site)
    assert (result.verdict, result.findings, [unseen.reason for unseen in result.unseen]) == ("not_assessed", (), [reason])


@pytest.mark.parametrize(("tags", "verdict"), [({}, "not_assessed"), (SITE | COLUMN, "pass")])
def test_a_column_whose_list_could_not_be_seen_is_not_assessed_unless_its_tags_are_whole(
    tmp_path: Path, tags: dict[str, str], verdict: str
) -> None:
    site = built(tmp_path)
    site.page("/", home(), rendered=True)
    bare = f"<title>通知公告_蓝田县人民政府</title>{metas(tags)}<body>{MENU}<ul id=l></ul><script>load('#l')</script>{FOOT}</body>"
    number = site.page("/tzgg/", bare, reason="no-browser")
    site.writer.settle(number, PAGE_LISTS.id, "unseen", reason="no-browser")
    result = judged(site)
    assert (result.verdict, result.findings) == (verdict, ())


def test_tags_that_a_script_writes_count(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", home({}), rendered=home())
    assert judged(site).verdict == "pass"


def test_doubts_are_the_groups_that_no_render_confirmed(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", home())
    site.page("/tzgg/t1.html", article(SITE))
    site.page("/tzgg/t2.html", article({}), rendered=True)
    found = [(doubt.page.url, doubt.observer.id, doubt.scope) for doubt in doubts(site.evidence())]
    assert found == [(f"{HOST}/tzgg/t1.html", "page-tags-content", "frame")]


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/about/", "<title>县情</title><p>蓝田县位于秦岭北麓。</p>"),
        ("/search/", "<title>搜索</title><form><input name=q></form>"),
        ("/tzgg/x.html", article({}, shown="")),  # no day, no ArticleTitle: nothing says that it is an article
        ("/hdjl/xx.html", article({}, more="<form><textarea name=a></textarea></form>")),  # a letter box with a date
    ],
)
def test_a_page_whose_role_is_a_guess_must_carry_nothing(tmp_path: Path, path: str, html: str) -> None:
    site = whole(tmp_path)
    site.page(path, html, rendered=True)
    evidence = site.evidence()
    assert path not in {each.page.url.removeprefix(HOST) for each in roled(evidence)}
    assert judge(evidence, AS_OF).verdict == "pass"


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_not_assessed(tmp_path: Path, state: str) -> None:
    site = built(tmp_path)
    site.page("/", home({}), rendered=True)
    site.writer.put_meta("site_state", {"state": state, "reason": state, "detail": "412"})
    result = judged(site)
    assert (result.verdict, result.findings, result.unseen[0].reason) == ("not_assessed", (), state)


FOREIGN = {"SiteName": "远山市人民政府", "SiteDomain": "www.yuanshan.gov.cn", "SiteIDCode": OTHER}


@pytest.mark.parametrize(
    ("tags", "severity"),
    [
        (FOREIGN, "deduction"),
        (SITE | {"SiteIDCode": OTHER}, "deduction"),
        (FOREIGN | {"SiteIDCode": CODE}, "deduction"),  # a foreign domain and a foreign name
        (SITE | {"SiteDomain": "www.yuanshan.gov.cn"}, "candidate"),  # perhaps its second name
        (SITE | {"SiteDomain": "www.xian.gov.cn"}, "candidate"),
        (SITE | {"SiteDomain": "czj.lantian.gov.cn", "SiteName": "财政局"}, "candidate"),  # a unit under the same roof
        (SITE | {"SiteDomain": "www.lantian.xa.gov.cn", "SiteName": "中国·蓝田"}, "candidate"),
        (SITE | {"SiteDomain": "lantian.xa.gov.cn", "SiteName": "Lantian County"}, "candidate"),
        (SITE | {"SiteName": "蓝田政务"}, ""),
        (SITE | {"SiteName": "中国蓝田"}, ""),
    ],
)
def test_another_sites_tags_are_one_finding(tmp_path: Path, tags: dict[str, str], severity: str) -> None:
    site = whole(tmp_path, column=column(tags | COLUMN), article=article(tags | CONTENT))
    assert said(judged(site)) == ([("site-foreign", severity, "site")] if severity else [])


def test_while_no_two_places_agree_on_the_code_a_tag_is_nobodys(tmp_path: Path) -> None:
    """Foot against meta and nothing else: site-identity asks a person."""
    tags = SITE | {"SiteIDCode": OTHER}
    bare = {"home": home(tags), "column": column(tags | COLUMN), "article": article(tags | CONTENT)}
    without_entry = {name: html.replace(f"<script id=_jiucuo_ sitecode={CODE}", "<script") for name, html in bare.items()}
    assert said(judged(whole(tmp_path, **without_entry))) == []


def test_another_units_pages_under_the_same_roof_are_not_accused_here(tmp_path: Path) -> None:
    theirs = article(SITE | CONTENT | {"SiteIDCode": OTHER}).replace(f"网站标识码：{CODE}", f"网站标识码：{OTHER}")
    assert said(judged(whole(tmp_path, article=theirs))) == []


@pytest.mark.parametrize("host", ["http://127.0.0.1", "http://www.lantian.test", "http://portal"])
def test_a_copy_under_a_reserved_name_keeps_its_real_domain(tmp_path: Path, host: str) -> None:
    assert said(judged(whole(tmp_path, host=host))) == []


@pytest.mark.parametrize(
    ("pub_date", "expected"),
    [
        ("2026-08-01", [("pubdate-form", "caution", "site")]),
        ("2026——08——01 09:30", [("pubdate-form", "caution", "site")]),
        ("2026-07-20 10:00", [("pubdate-disagrees", "caution", "/tzgg/")]),
        ("2026-08-01 23:59:59", []),
    ],
)
def test_pub_dates_form_and_day_are_cautions(tmp_path: Path, pub_date: str, expected: list[tuple[str, str, str]]) -> None:
    result = judged(whole(tmp_path, article=article(SITE | CONTENT | {"PubDate": pub_date})))
    assert said(result) == expected
    assert result.verdict == "pass"


def test_an_article_without_a_visible_day_disagrees_with_nothing(tmp_path: Path) -> None:
    assert said(judged(whole(tmp_path, article=article(SITE | CONTENT | {"PubDate": "2020-01-01 08:00"}, shown="")))) == []


def test_identity_of_findings_holds_neither_scheme_nor_host(tmp_path: Path) -> None:
    pages = {"article": article(SITE), "home": home({})}
    first, second = whole(tmp_path / "1", **pages), whole(tmp_path / "2", host="http://lantian.gov.cn", **pages)
    assert [found.id for found in judged(first).findings] == [found.id for found in judged(second).findings] != []


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (without(COLUMN, "ColumnType", "ColumnKeywords"), "版块 /tzgg/ 的 1 个页面（栏目页）缺少栏目标签 ColumnKeywords、ColumnType（"),
        (COLUMN | {"ColumnDescription": ""}, "版块 /tzgg/ 的 1 个页面（栏目页）的栏目标签 ColumnDescription 为空（"),
        (COLUMN | {"ColumnKeywords": "关键词"}, "版块 /tzgg/ 的 1 个页面（栏目页）的栏目标签 ColumnKeywords 是占位内容或格式不对（"),
    ],
)
def test_the_message_reads_as_a_person_would_say_it(tmp_path: Path, tags: dict[str, str], words: str) -> None:
    assert judged(whole(tmp_path, column=column(SITE | tags))).findings[0].message.startswith(words)


def test_the_home_page_is_told_why_it_needs_site_tags(tmp_path: Path) -> None:
    found = judged(whole(tmp_path, home=home(without(SITE, "SiteIDCode")))).findings[0]
    assert found.message == "首页缺少网站标签 SiteIDCode（网站标签每个页面都应有，每个抽查页面扣 0.1 分，最多扣 1 分）。"
    assert "抽查栏目页、内容页各 5 个" in found.source
