"""How much is read to look at one finding again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from crawler.settings import Limits
from crawler.site import DeclaredColumn, Site
from reports.history_reading import LifeFinding
from reports.verify_scope import scope_of

DAY = date(2026, 8, 20)
HOME = "http://www.zhen-test.gov.cn/"
SITE = Site(HOME, code="9910000001", columns=(DeclaredColumn(HOME + "tzgg/", "通知公告", "notice"),))
USUAL = Limits(max_pages=300, depth=3)


def told(check: str, code: str, subject: str, *pages: str) -> LifeFinding:
    urls = tuple(HOME + page for page in pages)
    return LifeFinding(
        "0123456789", "9910000001", check, code, subject, "deduction", urls[0] if urls else "", "", "", "", "", "none", False, 0, "", urls, "open", DAY, "",
        DAY, DAY, 1, "", "",
    )  # fmt: skip


CASES = [
    ("pages of a section", told("error-report-entry", "missing", "/xw/", "xw/1.html", "xw/2.html"), {}, 22, ["xw/1.html", "xw/2.html"]),
    ("the home page", told("site-identity", "missing-icp", "home", ""), {}, 21, []),
    ("tags of the home page", told("page-tags", "site-missing", "home", ""), {}, 21, []),
    ("tags of articles, which are judged by the kind of page", told("page-tags", "content-missing", "/xw/", "xw/1.html"), {}, 300, None),
    ("a column with its name", told("column-updates", "overdue", "/xw/", "xw/"), {"name": "工作动态", "class": "dynamic"}, 21, ["xw/"]),
    ("a column that is declared already", told("column-updates", "overdue", "/tzgg/", "tzgg/"), {"name": "公告"}, 21, ["tzgg/"]),
    ("a column whose name is not known any more", told("column-updates", "overdue", "/xw/", "xw/"), {}, 300, None),
    ("an address in DNS", told("ipv6", "no-aaaa", "site"), {}, 20, None),
    ("links over IPv6", told("ipv6", "link-rate-low", "home", ""), {}, 300, None),
    ("a channel that is nowhere", told("interaction-channel", "no-channel", "site"), {}, 300, None),
    ("the whole site", told("site-identity", "code-differs", "site", "xw/1.html"), {}, 300, None),
]


@pytest.mark.parametrize(("life", "row", "pages", "named"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_read_is_what_the_finding_needs(life: LifeFinding, row: dict[str, str], pages: int, named: list[str] | None) -> None:
    scope = scope_of(life, SITE, USUAL, row)
    assert scope.limits.max_pages == pages
    columns = SITE.columns if named is None else scope.site.columns
    assert [column.url for column in scope.site.columns] == (
        [c.url for c in SITE.columns] if named is None else [HOME + each for each in named]
    )
    assert all(column in columns for column in scope.site.columns)


def test_a_declared_column_keeps_what_the_registry_says_of_it() -> None:
    scope = scope_of(told("column-updates", "overdue", "/tzgg/", "tzgg/"), SITE, USUAL, {"name": "公告", "class": "dynamic"})
    assert scope.site.columns == SITE.columns


def test_a_page_elsewhere_is_never_named_to_the_crawl() -> None:
    life = replace(told("links", "broken-link", "/x", "xw/"), pages=("https://other-test.gov.cn/xw/",))
    assert scope_of(life, SITE, USUAL, {}).site == SITE


def test_the_accused_pages_are_read_whatever_the_sites_own_cap_is() -> None:
    pages = [f"xw/{number}.html" for number in range(50)]
    scope = scope_of(told("hidden-links", "bad-words", "/xw/", *pages), SITE, replace(USUAL, max_pages=10, depth=0), {})
    assert (scope.limits.max_pages, scope.limits.depth) == (51, 1)
