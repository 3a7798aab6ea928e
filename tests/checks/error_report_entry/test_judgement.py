"""How pages become findings: sections, the home page, legacy entries, foreign codes, and what stays unseen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks.error_report_entry import CHECK, doubts, judge
from checks.model import Judgement
from checks.site_code import identify
from tests.checks.build import HOST, Built

AS_OF = date(2026, 8, 25)
OURS, OTHER = "6101220001", "6101220002"
BARE = "<html><head><title>蓝田县人民政府</title></head><body><p>正文</p></body></html>"


def script(code: str = OURS, shown: str = "") -> str:
    """A page with the platform's script, and ``shown`` as its 标识码 in the footer."""
    foot = f"<p>网站标识码：{shown}</p>" if shown else ""
    return f"{BARE}<script id=_jiucuo_ sitecode={code} src=https://zfwzgl.www.gov.cn/exposure/jiucuo.js></script>{foot}"


def built(folder: Path, code: str = OURS) -> Built:
    return Built(folder, as_of=AS_OF, observers=CHECK.observers, code=code)


def judged(site: Built) -> Judgement:
    return judge(site.evidence(), AS_OF)


def test_one_finding_per_section_lists_every_page_without_entry(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", script(), rendered=True)
    for path in ("/zwgk/a.html", "/zwgk/b/c.html", "/hdjl/"):
        site.page(path, BARE, rendered=True)
    site.page("/zwgk/fine.html", script())
    result = judged(site)
    assert result.verdict == "fail"
    pages = {found.subject: found.evidence.pages for found in result.findings}
    assert pages == {"/hdjl/": (f"{HOST}/hdjl/",), "/zwgk/": (f"{HOST}/zwgk/a.html", f"{HOST}/zwgk/b/c.html")}
    assert all(found.code == "missing" and found.severity == "deduction" for found in result.findings)


def test_the_home_page_is_a_subject_of_its_own(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", BARE, rendered=True)
    site.page("/gy.html", BARE, rendered=True)
    result = judged(site)
    assert {found.subject for found in result.findings} == {"home", "/"}
    assert result.figures["home"] == "no"
    home = next(found for found in result.findings if found.subject == "home")
    assert "扣 1 分" in home.message


def test_identity_holds_neither_scheme_nor_host(tmp_path: Path) -> None:
    first, second = (
        Built(tmp_path / "1", as_of=AS_OF, observers=CHECK.observers, code=OURS),
        Built(tmp_path / "2", as_of=AS_OF, observers=CHECK.observers, code=OURS, host="http://lantian.gov.cn"),
    )
    for site in (first, second):
        site.page("/", script(), rendered=True)
        site.page("/zwgk/", BARE, rendered=True)
    assert [f.id for f in judged(first).findings] == [f.id for f in judged(second).findings] != []


@pytest.mark.parametrize("reason", ["not-rendered", "no-browser", "render-never", "render-budget", "incomplete-render"])
def test_a_page_that_was_not_confirmed_is_not_assessed_with_its_reason(tmp_path: Path, reason: str) -> None:
    site = built(tmp_path)
    site.page("/", script())
    site.page("/zwgk/", BARE, reason=reason)
    result = judged(site)
    assert (result.verdict, result.findings) == ("not_assessed", ())
    assert [(unseen.reason, unseen.pages) for unseen in result.unseen] == [(reason, (f"{HOST}/zwgk/",))]
    assert result.reason


def test_confirmed_faults_fail_even_where_other_pages_are_unseen(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", BARE, rendered=True)
    site.page("/zwgk/", BARE)
    result = judged(site)
    assert result.verdict == "fail"
    assert result.figures["unseen"] == 1


def test_soft_404s_error_pages_fragments_and_other_hosts_need_no_entry(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", script(), rendered=True)
    for path, state in (("/a", "soft-404"), ("/b", "http-error"), ("/c", "fragment"), ("/d", "challenge"), ("/e", "parked")):
        site.failed(path, state, 200)
    site.page("https://hd.example.gov.cn/", BARE, rendered=True, elsewhere=True)
    assert judged(site).verdict == "pass"


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_a_site_that_could_not_be_read_is_not_assessed(tmp_path: Path, state: str) -> None:
    site = built(tmp_path)
    site.page("/", BARE, rendered=True)
    site.writer.put_meta("site_state", {"state": state, "reason": state, "detail": "412"})
    result = judged(site)
    assert (result.verdict, result.findings, result.unseen[0].reason) == ("not_assessed", (), state)


def test_legacy_entries_are_a_caution_and_change_no_verdict(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", f'{BARE}<a href="http://121.43.68.40/exposure/jiucuo.html?site_code={OURS}">找错</a>', rendered=True)
    result = judged(site)
    assert [(found.code, found.severity, found.subject) for found in result.findings] == [("legacy", "caution", "home")]
    assert result.verdict == "pass"


def test_a_legacy_entry_on_a_page_that_was_not_confirmed_is_only_unseen(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", f'{BARE}<a href="http://121.43.68.40/exposure/jiucuo.html?site_code={OURS}">找错</a>', reason="no-browser")
    result = judged(site)
    assert (result.verdict, result.findings) == ("not_assessed", ())


def test_a_foreign_code_is_one_finding_for_all_its_pages(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", script(OTHER))
    site.page("/zwgk/", script(OTHER))
    site.page("/hdjl/", script(OURS))
    result = judged(site)
    assert [(found.code, found.subject, found.severity) for found in result.findings] == [("foreign-site-code", "site", "deduction")]
    assert result.findings[0].evidence.pages == (f"{HOST}/", f"{HOST}/zwgk/")
    assert OURS in result.findings[0].message


def test_while_the_sites_own_code_is_unknown_no_code_is_foreign(tmp_path: Path) -> None:
    site = built(tmp_path, code="")
    site.page("/", script(OTHER))
    assert judged(site).verdict == "pass"


def test_footer_and_meta_together_make_the_entrys_code_foreign(tmp_path: Path) -> None:
    site = built(tmp_path, code="")
    site.page("/", script(OTHER, shown=OURS).replace("<title>", f'<meta name="SiteIDCode" content="{OURS}"><title>'))
    assert [(found.code, found.severity) for found in judged(site).findings] == [("foreign-site-code", "deduction")]


def test_a_footer_alone_against_the_entry_is_for_a_person_to_confirm(tmp_path: Path) -> None:
    site = built(tmp_path, code="")
    site.page("/", script(OTHER, shown=OURS))
    result = judged(site)
    assert [(found.code, found.severity) for found in result.findings] == [("foreign-site-code", "candidate")]
    assert result.verdict == "pass"


def test_judging_again_after_the_code_was_taken_over_gives_the_same_severity(tmp_path: Path) -> None:
    """`inspect` writes the code it found into the site; that must not make it a given one."""
    site = built(tmp_path, code="")
    site.page("/", script(OTHER, shown=OURS))
    _, identity = identify(site.evidence())
    site.writer.put_meta("identity", identity)
    site.writer.put_meta("site", {**site.evidence().meta("site"), "code": OURS})
    assert [found.severity for found in judged(site).findings] == ["candidate"]


def test_doubts_are_the_pages_without_entry_that_no_render_confirmed(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", script())
    site.page("/confirmed/", BARE, rendered=True)
    site.page("/doubted/", BARE)
    site.failed("/gone/")
    found = list(doubts(site.evidence()))
    assert {doubt.page.url for doubt in found} == {f"{HOST}/doubted/"}
    assert {doubt.scope for doubt in found} == {"frame"}


def test_summary_counts_what_was_seen(tmp_path: Path) -> None:
    site = built(tmp_path)
    site.page("/", script())
    site.page("/a/", BARE, rendered=True)
    site.page("/b/", BARE)
    assert judged(site).summary == "检查 3 个页面，1 个有找错入口，1 个没有，1 个未能确认。"
