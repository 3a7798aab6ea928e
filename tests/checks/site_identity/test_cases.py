"""The table of cases: one foot, or head, or domain, and what must be said of it when the browser showed the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks.site_identity import CHECK, judge
from tests.checks.build import Built

AS_OF = date(2026, 8, 25)
CODE = "6101220001"
FACTS = {
    "owner": "<p>主办单位：蓝田县人民政府</p>",
    "contact": "<p>联系电话：029-8272 1234</p>",
    "site-code": f"<p>网站标识码：{CODE}</p>",
    "icp": "<p>陕ICP备20260001号-1</p>",
    "police": "<p>陕公网安备 61012202000101号</p>",
    "conac": '<span id="_ideConac"><img src="//dcs.conac.cn/image/red.png"></span>',
}
MENU = "".join(f'<a href="/c{n}/">栏目{n}</a>' for n in range(8))


def page(foot: str = "", *, head: str = "", title: str = "通知公告_蓝田县人民政府", meta: str = "", **changed: str) -> str:
    """A page with all six facts; ``changed``: facts in another form, "" for none (``site_code`` for site-code)."""
    facts = FACTS | {name.replace("_", "-"): markup for name, markup in changed.items()}
    return (
        f"<html><head><title>{title}</title>{meta}</head><body><div class=header>{head or '<h2>蓝田县人民政府</h2>'}</div>"
        f"<div class=nav>{MENU}</div><p>正文</p><div class=footer>{foot}{''.join(facts.values())}</div></body></html>"
    )


def said(tmp_path: Path, html: str, *, host: str = "https://www.lantian.gov.cn", code: str = "") -> list[tuple[str, str, str]]:
    """(code, severity, subject) of every finding about a site of one page, as the browser showed it."""
    site = Built(tmp_path, as_of=AS_OF, observers=CHECK.observers, code=code, host=host)
    site.page("/", html, rendered=True)
    return [(found.code, found.severity, found.subject) for found in judge(site.evidence(), AS_OF).findings]


@pytest.mark.parametrize("fact", FACTS)
def test_a_foot_without_a_fact_is_accused_of_that_fact_alone(tmp_path: Path, fact: str) -> None:
    assert said(tmp_path, page(**{fact.replace("-", "_"): ""})) == [(f"missing-{fact}", "deduction", "home")]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"owner": "<p>主办：蓝田县人民政府办公室</p>"},
        {"owner": "<p>蓝田县人民政府主办</p>"},
        {"owner": "<p>版权所有：蓝田县人民政府</p>"},
        {"owner": "<p>主管单位：蓝田县人民政府</p>"},
        {"owner": "<p>Copyright © 2026 蓝田县人民政府</p>"},
        {"contact": '<a href="/lxwm/">联系我们</a>'},
        {"contact": "<p>邮箱：lt@lantian.gov.cn</p>"},
        {"contact": "<p>地址：蓝关街1号</p>"},
        {"site_code": "<p>网站标识码：<b>6101</b><i>22</i><span>0001</span></p>"},
        {"site_code": "<table><tr><td>网站标识码</td><td>6101220001</td></tr></table>"},
        {"site_code": f'<img src="/foot.png" alt="网站标识码：{CODE}">'},
        {"icp": "<p>陕ICP备20260001</p>"},
        {"icp": '<a href="https://beian.miit.gov.cn/"><img src="/icp.png" alt=""></a>'},
        {"icp": '<img src="/foot.png" alt="陕ICP备20260001号">'},
        {"police": '<a href="http://www.beian.gov.cn/portal/registerSystemInfo?recordcode=61012202000101"><img src="/ga.png"></a>'},
        {"police": "<p>陕公网安备61012202000101</p>"},
        {"conac": "<script>document.write(unescape(\"%3Cspan id='_ideConac' %3E%3C/span%3E\"));</script>"},
        {"conac": '<img src="/images/red.png">'},
        {"conac": '<div class="conac-logo"></div>'},
        {"icp": "<table><tr><td>ICP备案号</td><td>陕20260001</td></tr></table>"},
        {"police": "<table><tr><td>公安备案</td><td>61012202000101</td></tr></table>"},
        {"site_code": f'<p>政府网站标识码2023版、标识码 2023 年度核验</p><img alt="网站标识码：{CODE}" src="/foot.png">'},
        {"owner": "<p>主辦單位：藍田縣人民政府</p>", "contact": "<p>聯繫我們</p>", "police": "<p>陝公網安備 61012202000101號</p>"},
        {"owner": "<p>Hosted by: Lantian County</p>", "contact": "<p>Contact us</p>", "site_code": f"<p>Website Code: {CODE}</p>"},
        {"police": "<p>Shaanxi Public Network Security No. 61012202000101</p>"},
        {"owner": "<p>主办、承办：蓝田县人民政府</p>"},
        {"owner": "<p>(C) 2026 蓝田县人民政府</p>"},
        {"contact": "<p>咨询 13800000000</p>"},
        {"contact": "<p>值班室：82721234</p>"},
        {"icp": "<p>陕ＩＣＰ备２０２６０００１号</p>"},
        {"police": '<a href="/"><img src="/images/gaba.png"></a>'},
        {"site_code": f"<p>网站标识码：{CODE}<span>61012202000101</span></p>"},
        {"site_code": f"<p>网站标识码：{CODE}</p><p>学校标识码：3161012345，产品标识码：6901234567890</p>"},
        {"owner": f"<p>{'ئۇيغۇر ' * 12}</p>", "contact": "", "site_code": f"<p>{CODE}</p>"},
    ],
    ids=lambda changed: "-".join(changed) or "plain",
)
def test_a_fact_in_another_form_is_no_missing_one(tmp_path: Path, changed: dict[str, str]) -> None:
    assert said(tmp_path, page(**changed)) == []


@pytest.mark.parametrize(
    "piece",
    ['<img src="/images/footer.jpg">', '<img src="/images/dibu.png" alt="">', '<iframe id="foot" src="https://pub.one-platform.com/1">'],
)
def test_a_foot_that_cannot_be_read_is_no_missing_one(tmp_path: Path, piece: str) -> None:
    none = dict.fromkeys(("owner", "contact", "site_code", "icp", "police", "conac"), "")
    assert said(tmp_path, page(piece, **none)) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"owner": '<img src="/images/footer.jpg">'}, "missing-owner"),  # the rest is text: so would be the owner
        ({"owner": "<p>承办单位：蓝田县大数据中心</p>"}, "missing-owner"),
        ({"owner": "<!-- <p>主办单位：蓝田县人民政府</p> -->"}, "missing-owner"),
        ({"icp": '<p style="display:none">陕ICP备20260001号</p>'}, "missing-icp"),
        ({"conac": "<!-- <span id=_ideConac></span> -->"}, "missing-conac"),
        ({"site_code": "<p>网站标识码：</p>"}, "missing-site-code"),
    ],
)
def test_what_no_visitor_sees_is_missing(tmp_path: Path, changed: dict[str, str], code: str) -> None:
    assert said(tmp_path, page(**changed)) == [(code, "deduction", "home")]


@pytest.mark.parametrize("wrong", ["610122000144", "610122001", "bm6101220", "61012200012"])
def test_a_code_of_another_length_is_malformed_and_not_missing(tmp_path: Path, wrong: str) -> None:
    assert said(tmp_path, page(site_code=f"<p>网站标识码：{wrong}</p>")) == [("code-malformed", "deduction", "site")]


@pytest.mark.parametrize("right", ["bm56000001", "BM56000001", "6101220001"])
def test_both_shapes_of_a_code_are_well_formed(tmp_path: Path, right: str) -> None:
    assert said(tmp_path, page(site_code=f"<p>网站标识码：{right}</p>")) == []


@pytest.mark.parametrize(
    ("host", "accused"),
    [
        ("https://www.lantian.gov.cn", False),
        ("https://蓝田.政务", False),
        ("https://xn--fiq228c.xn--zfr164b", False),  # the same in punycode
        ("https://www.lantian.com", True),
        ("https://www.lantian.org.cn", True),
        ("https://www.lantian.gov.cn.example.net", False),  # reserved for examples
        ("https://lantiangov.cn", True),
        ("https://www.lantian.test", False),
        ("https://lantian.invalid", False),
        ("https://192.0.2.7", False),
        ("https://[2001:db8::7]", False),
        ("http://localhost", False),
        ("http://portal", False),
    ],
)
def test_the_domain_is_judged_where_there_is_one(tmp_path: Path, host: str, accused: bool) -> None:
    expected = [("domain-not-government", "deduction", "site")] if accused else []
    assert said(tmp_path, page(), host=host) == expected


def test_a_name_in_title_head_or_alt_is_shown(tmp_path: Path) -> None:
    meta = '<meta name="SiteName" content="蓝田县人民政府门户网站">'
    for number, html in enumerate(
        (
            page(meta=meta),
            page(meta=meta, title="通知公告", head="<h2>蓝田县人民政府</h2>"),
            page(meta=meta, title="通知公告", head='<img src="/logo.png" alt="蓝田县人民政府">'),
            page(meta=meta, title="通知公告", head='<img src="/logo.png">'),  # the name may be in the picture
        )
    ):
        assert said(tmp_path / str(number), html) == []
