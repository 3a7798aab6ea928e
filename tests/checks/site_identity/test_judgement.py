"""How pages become findings: sections, what stays unseen, pages that are none of their own, whose code is wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks.model import Judgement
from checks.site_code import identify
from checks.site_identity import CHECK, judge
from checks.site_identity_facts import doubts
from tests.checks.build import HOST, Built
from tests.checks.site_identity.test_cases import CODE, FACTS, page

AS_OF = date(2026, 8, 25)
OTHER = "6101220002"


def built(folder: Path, code: str = "") -> Built:
    return Built(folder, as_of=AS_OF, observers=CHECK.observers, code=code)


def judged(site: Built) -> Judgement:
    return judge(site.evidence(), AS_OF)


def codes(foot: str = CODE, meta: str = "", entry: str = "") -> str:
    """A whole page whose foot, SiteIDCode and 找错 entry carry these codes."""
    tag = f'<meta name="SiteIDCode" content="{meta}">' if meta else ""
    script = f"<script id=_jiucuo_ sitecode={entry} src=https://zfwzgl.www.gov.cn/exposure/jiucuo.js></script>" if entry else ""
    return page(script, meta=tag, site_code=f"<p>网站标识码：{foot}</p>")


def test_one_finding_per_fact_and_section_lists_every_page(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    for path in ("/zwgk/a.html", "/zwgk/b/c.html", "/hdjl/"):
        site.page(path, page(icp="", police=""), rendered=True)
    site.page("/zwgk/fine.html", page())
    result = judged(site)
    assert result.verdict == "fail"
    pages = {(found.code, found.subject): found.evidence.pages for found in result.findings}
    both = (f"{HOST}/zwgk/a.html", f"{HOST}/zwgk/b/c.html")
    assert pages == {
        ("missing-icp", "/zwgk/"): both,
        ("missing-police", "/zwgk/"): both,
        ("missing-icp", "/hdjl/"): (f"{HOST}/hdjl/",),
        ("missing-police", "/hdjl/"): (f"{HOST}/hdjl/",),
    }
    assert result.figures["missing"]["icp"] == 3


def test_what_was_not_confirmed_is_not_assessed_with_its_reason(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page())
    site.page("/zwgk/", page(icp="", owner=""), reason="no-browser")
    result = judged(site)
    assert (result.verdict, result.findings) == ("not_assessed", ())
    assert [(unseen.reason, unseen.pages) for unseen in result.unseen] == [("no-browser", (f"{HOST}/zwgk/",))]


def test_a_foot_that_a_script_writes_is_seen_on_the_rendered_page(tmp_path: Path) -> None:
    bare = f"<title>蓝田县人民政府</title><body>{'<a href=/c/>栏目</a>' * 5}<script src=/foot.js></script>"
    site = built(tmp_path)
    site.page("/", bare, rendered=page())
    assert judged(site).verdict == "pass"


def test_a_foot_in_a_frame_of_the_page_counts(tmp_path: Path) -> None:
    site = built(tmp_path)
    foot = "".join(FACTS.values())
    site.page(
        "/", f"<title>蓝田县人民政府</title>{'<a href=/c/>栏目</a>' * 5}<iframe src=/foot.html></iframe>", fragments=[("/foot.html", foot)]
    )
    assert judged(site).verdict == "pass"


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/tool/window.html", "<title>提示</title><p>提交成功</p><a href='javascript:window.close()'>关闭</a>"),
        ("/art/print_1.html", f"<title>打印</title><p>正文</p>{'<a href=/c/>栏目</a>' * 5}"),
        ("/art/show?type=print&id=1", f"<title>打印</title><p>正文</p>{'<a href=/c/>栏目</a>' * 5}"),
        ("/pdf/viewer.html", "<title>阅读</title><canvas></canvas>"),
    ],
)
def test_a_page_that_is_none_of_its_own_has_no_foot(tmp_path: Path, path: str, html: str) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    site.page(path, html, rendered=True)
    result = judged(site)
    assert (result.verdict, result.figures["asides"]) == ("pass", 1)
    assert "不计" in result.summary


def test_a_bare_page_that_was_not_seen_in_the_browser_is_no_aside(tmp_path: Path) -> None:
    """Its whole content may come from a script."""
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    site.page("/app/", "<title>应用</title><div id=app></div><script src=/app.js></script>", reason="no-browser")
    result = judged(site)
    assert (result.verdict, result.figures["asides"], result.unseen[0].reason) == ("not_assessed", 0, "no-browser")


def test_a_page_with_a_menu_and_no_foot_at_all_is_accused_of_all_six(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    site.page("/zwgk/", f"<title>政务公开</title><p>正文</p>{'<a href=/c/>栏目</a>' * 5}", rendered=True)
    assert {found.code for found in judged(site).findings if found.severity == "deduction"} == {f"missing-{fact}" for fact in FACTS}


def test_soft_404s_error_pages_fragments_and_other_hosts_need_no_foot(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    for path, state in (
        ("/a", "soft-404"),
        ("/b", "http-error"),
        ("/c", "fragment"),
        ("/d", "challenge"),
        ("/e", "parked"),
        ("/f", "redirect"),
    ):
        site.failed(path, state, 200)
    site.page("https://hd.example.gov.cn/", "<p>互动</p>" + "<a href=/>首页</a>" * 5, rendered=True, elsewhere=True)
    assert judged(site).verdict == "pass"


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_not_assessed(tmp_path: Path, state: str) -> None:
    site = built(tmp_path)
    site.page("/", page(icp=""), rendered=True)
    site.writer.put_meta("site_state", {"state": state, "reason": state, "detail": "412"})
    result = judged(site)
    assert (result.verdict, result.findings, result.unseen[0].reason) == ("not_assessed", (), state)


def test_doubts_name_the_facts_that_no_render_confirmed(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page())
    site.page("/confirmed/", page(icp=""), rendered=True)
    site.page("/doubted/", page(icp="", conac=""))
    found = list(doubts(site.evidence()))
    assert {(doubt.page.url, doubt.observer.id, doubt.scope) for doubt in found} == {
        (f"{HOST}/doubted/", "identity-icp", "frame"),
        (f"{HOST}/doubted/", "identity-conac", "frame"),
    }


def test_a_malformed_code_is_one_finding_for_all_its_pages(tmp_path: Path) -> None:
    site = built(tmp_path)
    for path in ("/", "/zwgk/", "/hdjl/"):
        site.page(path, codes("610122000144"))
    result = judged(site)
    assert [(found.code, found.subject, len(found.evidence.pages)) for found in result.findings] == [("code-malformed", "site", 3)]
    assert "12 位" in result.findings[0].message


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (codes(CODE, meta=CODE, entry=CODE), []),
        (codes(OTHER, meta=CODE, entry=CODE), [("code-disagrees", "deduction")]),  # the foot is the odd one
        (codes(CODE, meta=OTHER, entry=CODE), [("code-disagrees", "caution")]),  # page-tags takes the points
        (codes(CODE, meta=CODE, entry=OTHER), []),  # error-report-entry says it
        (codes(CODE, meta=OTHER), [("code-disagrees", "candidate")]),  # nothing tells which one is right
        (codes("BM56000001", meta="bm56000001"), []),
    ],
)
def test_foot_meta_and_entry_are_held_against_each_other(tmp_path: Path, html: str, expected: list[tuple[str, str]]) -> None:
    site = built(tmp_path)
    site.page("/", html)
    site.page("/zwgk/", html)
    assert [(found.code, found.severity) for found in judged(site).findings] == expected


def test_a_page_that_lists_many_sites_codes_beside_its_own_disagrees_with_nobody(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", codes(CODE, meta=CODE))
    site.page("/zwgk/", codes(CODE, meta=CODE).replace("<p>正文</p>", f"<p>县农业局 网站标识码：{OTHER}</p>"))
    assert judged(site).verdict == "pass"


def test_another_units_pages_under_the_same_roof_are_for_a_person_to_look_at(tmp_path: Path) -> None:
    """Their foot, their tag and their entry agree with each other."""
    site = built(tmp_path)
    site.page("/", codes(CODE, meta=CODE, entry=CODE))
    site.page("/zwgk/", codes(CODE, meta=CODE, entry=CODE))
    site.page("/nyj/", codes(OTHER, meta=OTHER, entry=OTHER))
    result = judged(site)
    assert [(found.code, found.severity, found.evidence.pages) for found in result.findings] == [
        ("code-disagrees", "candidate", (f"{HOST}/nyj/",))
    ]


def test_a_given_code_is_never_overruled(tmp_path: Path) -> None:
    site = built(tmp_path, code=OTHER)
    site.page("/", codes(CODE, meta=CODE, entry=CODE))
    found = judged(site).findings
    assert [(each.code, each.severity, each.subject) for each in found] == [("code-differs", "deduction", "site")]
    assert CODE in found[0].message and OTHER in found[0].message


def test_judging_again_after_the_code_was_taken_over_gives_the_same(tmp_path: Path) -> None:
    """`inspect` writes the code it found into the site; that must not make it a given one."""
    site = built(tmp_path)
    site.page("/", codes(CODE, meta=OTHER))
    _, identity = identify(site.evidence())
    site.writer.put_meta("identity", identity)
    site.writer.put_meta("site", {**site.evidence().meta("site"), "code": CODE})
    assert [(found.code, found.severity) for found in judged(site).findings] == [("code-disagrees", "candidate")]


def test_identity_of_findings_holds_neither_scheme_nor_host(tmp_path: Path) -> None:
    first = Built(tmp_path / "1", as_of=AS_OF, observers=CHECK.observers, code=CODE)
    second = Built(tmp_path / "2", as_of=AS_OF, observers=CHECK.observers, code=CODE, host="http://lantian.gov.cn")
    for site in (first, second):
        site.page("/", page(), rendered=True)
        site.page("/zwgk/", page(contact=""), rendered=True)
    assert [found.id for found in judged(first).findings] == [found.id for found in judged(second).findings] != []


def test_the_domain_that_a_redirect_led_to_counts(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF, observers=CHECK.observers, host="http://www.lantian.com")
    site.page("/", page(), rendered=True, final="https://www.lantian.gov.cn/")
    assert judged(site).verdict == "pass"


def test_a_head_without_the_name_is_for_a_person_to_look_at(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(title="蓝田县人民政府"), rendered=True)
    meta = '<meta name="SiteName" content="蓝田县人民政府">'
    badge = "<script src=//dcs.conac.cn/js/33/1.js></script>"
    site.page(
        "/zwgk/",
        page(meta=meta, title="政务公开", head="<b>欢迎</b>", conac=badge).replace("<p>正文</p>", "<p>正文</p>" * 150),
        rendered=True,
    )
    result = judged(site)
    assert [(found.code, found.severity, found.subject) for found in result.findings] == [("name-missing", "candidate", "/zwgk/")]
    assert result.verdict == "pass"


@pytest.mark.parametrize(("owner", "severity"), [("蓝田县发展和改革局", "candidate"), ("蓝田县人民政府", "deduction")])
def test_another_units_pages_under_the_same_roof_are_for_a_person(tmp_path: Path, owner: str, severity: str) -> None:
    site = built(tmp_path)
    entry = f"<script id=_jiucuo_ sitecode={CODE} src=https://zfwzgl.www.gov.cn/exposure/jiucuo.js></script>"
    site.page("/", page(entry))
    site.page("/fgj/", page(entry, site_code=f"<p>网站标识码：{OTHER}</p>", owner=f"<p>主办单位：{owner}</p>"))
    assert [(each.code, each.severity) for each in judged(site).findings] == [("code-disagrees", severity)]


def test_further_pages_of_a_list_in_a_frame_have_no_foot(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    site.failed("/zwgk/list/index.html", state="fragment", status=200)
    items = "<a href=/c/>栏目</a>" * 5
    site.page("/zwgk/list/index_2.html", f"<title>列表</title>{items}", rendered=True)
    result = judged(site)
    assert (result.verdict, result.figures["asides"]) == ("pass", 1)


def test_a_page_titled_in_another_script_names_the_site_in_its_own_way(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    site.page("/english/", page(title="Lantian County", head="<h2>Lantian</h2>"), rendered=True)
    assert judged(site).findings == ()


def test_the_message_says_how_a_missing_fact_was_confirmed(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", page(), rendered=True)
    site.page("/zwgk/a.html", page(icp=""), rendered=True)
    found = judged(site).findings[0]
    assert found.message == "版块 /zwgk/ 的 1 个页面底部没有网站 ICP 备案编号，经浏览器打开确认（每缺一项扣 0.5 分，最多扣 3 分）。"
    assert found.evidence.snippet == "页面《通知公告_蓝田县人民政府》的源码和浏览器显示结果中都没有网站 ICP 备案编号"
