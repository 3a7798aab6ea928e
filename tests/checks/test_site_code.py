"""网站标识码: footer, meta tag and entry compared, and what is said about it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from checks.entry_markup import ENTRY
from checks.site_code import SITE_CODES, identify, observe
from crawler.document import Document
from tests.checks.build import Built

AS_OF = date(2026, 8, 25)
A, B, C = "6101220001", "6101220002", "6101220003"


@pytest.mark.parametrize(
    ("html", "footer", "meta"),
    [
        ("<p>网站标识码：6101220001</p>", (A,), ()),
        ("<p>政府网站标识码:<span>6101220001</span></p>", (A,), ()),
        ("<p>网站标识码</p><p>6101220001 陕ICP备05000001号</p>", (A,), ()),
        ("<p>标识码：bm01000001</p>", ("bm01000001",), ()),
        ("<p>标识码：BM01000001</p>", ("bm01000001",), ()),
        ('<meta name="SiteIDCode" content="6101220001">', (), (A,)),
        ('<meta name="siteidcode" content=" 6101220001 ">', (), (A,)),
        # harmless or wrong twins
        ("<!--<p>网站标识码：6101220001</p>-->", (), ()),
        ("<p style='display:none'>网站标识码：6101220001</p><p>x</p>", (), ()),
        ("<p>标识码：310000000044</p>", (), ()),
        ("<p>联系电话：6101220001</p>", (), ()),
        ('<meta name="SiteIDCode" content="">', (), ()),
        ('<meta name="SiteIDCode" content="请填写">', (), ()),
    ],
)
def test_a_page_states_its_code_in_text_and_meta(html: str, footer: tuple[str, ...], meta: tuple[str, ...]) -> None:
    seen = observe(Document(html, "https://www.lantian.gov.cn/", as_of=AS_OF))
    assert (seen.footer, seen.meta) if seen else (footer, meta) == ((), ())
    assert (seen is None) == (not footer and not meta)


def page(*, footer: str = "", meta: str = "", entry: str = "") -> str:
    return (
        (f'<meta name="SiteIDCode" content="{meta}">' if meta else "")
        + (f"<p>网站标识码：{footer}</p>" if footer else "<p>正文</p>")
        + (f"<script id=_jiucuo_ sitecode={entry} src=/jiucuo.js></script>" if entry else "")
    )


@pytest.mark.parametrize(
    ("what", "html", "code", "agreed", "words"),
    [
        ("all three", page(footer=A, meta=A, entry=A), A, True, "各处一致"),
        ("footer and meta against the entry", page(footer=A, meta=A, entry=B), A, True, "找错入口为 6101220002"),
        ("footer and entry against the meta", page(footer=A, meta=B, entry=A), A, True, "SiteIDCode为 6101220002"),
        ("meta and entry against the footer", page(footer=B, meta=A, entry=A), A, True, "页面底部为 6101220002"),
        ("three opinions: the footer is taken", page(footer=A, meta=B, entry=C), A, False, "不一致"),
        ("footer against entry: the footer is taken", page(footer=A, entry=B), A, False, "不一致"),
        ("the entry alone", page(entry=A), A, False, "没有其他位置可以印证"),
        ("nothing", page(), "", False, "没有找到"),
    ],
)
def test_the_code_that_most_places_say_is_taken_and_the_report_says_so(
    tmp_path: Path, what: str, html: str, code: str, agreed: bool, words: str
) -> None:
    site = Built(tmp_path, as_of=AS_OF, observers=(ENTRY, SITE_CODES))
    site.page("/", html)
    found, identity = identify(site.evidence())
    assert (found, identity["agreed"]) == (code, agreed), what
    assert words in identity["note"], (what, identity["note"])


def test_a_stray_page_does_not_outvote_the_others(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF, observers=(ENTRY, SITE_CODES))
    for n in range(5):
        site.page(f"/{n}.html", page(footer=A, meta=A))
    site.page("/stray.html", page(footer=B, meta=B))
    assert identify(site.evidence())[0] == A


def test_a_given_code_is_never_overruled(tmp_path: Path) -> None:
    site = Built(tmp_path, as_of=AS_OF, observers=(ENTRY, SITE_CODES), code=C)
    site.page("/", page(footer=A, meta=A, entry=A))
    found, identity = identify(site.evidence())
    assert (found, identity["given"]) == (C, True)
    assert A in identity["note"]
