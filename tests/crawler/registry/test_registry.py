"""The registry's room: what is put in comes out, sites are found by every name they have, and one that left keeps its row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.oversight import OversightError, connect
from crawler.registry import Account, CrawlOptions, RegisteredSite, Registry, Unit, key_of
from crawler.site import DeclaredColumn

CITY = RegisteredSite(
    "9910000001",
    "青禾市人民政府",
    "https://www.qinghe-test.gov.cn/",
    aliases=("wap.qinghe-test.gov.cn",),
    code="9910000001",
    unit="青禾市",
    intensive=True,
    columns=(DeclaredColumn("https://www.qinghe-test.gov.cn/b/", "乙", "notice", 180), DeclaredColumn("https://www.qinghe-test.gov.cn/a/")),
    options=CrawlOptions(max_pages=20, delay=1.5, ignore_robots=True),
)
BUREAU = RegisteredSite(
    "tjj.qinghe-test.gov.cn", "统计局", "http://tjj.qinghe-test.gov.cn/", unit="青禾市", kind="department", has_services=False
)
UNITS = (Unit("青禾市", "市州", "青禾", ""), Unit("柳浪县", "市州", "青禾", "青禾市"))


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = Registry(connect(tmp_path / "oversight.db"))
    made.put(UNITS, (CITY, BUREAU), (Account("微信公众号", "gh_1", "青禾发布", "青禾市"),))
    return made


def test_what_is_put_in_comes_out(registry: Registry) -> None:
    assert registry.sites() == (CITY, BUREAU)
    assert set(registry.units()) == set(UNITS)
    assert registry.accounts() == (Account("微信公众号", "gh_1", "青禾发布", "青禾市"),)


def test_put_in_again_replaces_the_site_with_its_columns_and_leaves_the_others(registry: Registry) -> None:
    changed = RegisteredSite("9910000001", "新名", "https://new-test.gov.cn/", code="9910000099", unit="青禾市")
    registry.put((), (changed,))
    assert registry.sites() == (changed, BUREAU)


@pytest.mark.parametrize(
    "word", ["9910000001", "qinghe-test.gov.cn", "www.qinghe-test.gov.cn", "https://www.qinghe-test.gov.cn/", "青禾市人民政府"]
)
def test_a_site_is_found_by_every_name_it_has(registry: Registry, word: str) -> None:
    assert registry.site(word) == CITY
    assert registry.sites([word]) == (CITY,)


def test_a_unit_means_all_its_sites_and_words_that_mean_nothing_are_all_named(registry: Registry) -> None:
    assert registry.sites(["青禾市", "统计局"]) == (CITY, BUREAU)
    with pytest.raises(OversightError, match="“没有的”“也没有”"):
        registry.sites(["青禾市", "没有的", "也没有"])
    with pytest.raises(OversightError, match="没有网站“没有的”"):
        registry.site("没有的")


def test_a_name_that_two_sites_have_means_neither(registry: Registry) -> None:
    registry.put((), (RegisteredSite("second", "统计局", "http://b-test.gov.cn/"),))
    with pytest.raises(OversightError, match="不只指一个网站"):
        registry.site("统计局")


def test_a_site_that_left_keeps_its_row_and_is_not_among_those_to_inspect(registry: Registry) -> None:
    registry.remove("统计局", date(2026, 8, 20))
    assert registry.sites() == (CITY,)
    assert [site.removed_on for site in registry.sites(removed=True)] == [None, date(2026, 8, 20)]
    assert registry.site("tjj.qinghe-test.gov.cn").name == "统计局"


def test_nothing_is_put_in_when_one_thing_of_it_can_not_be(registry: Registry) -> None:
    wrong = RegisteredSite("third", None, "http://c-test.gov.cn/")  # type: ignore[arg-type]  # what the database refuses
    with pytest.raises(Exception, match="NOT NULL"):
        registry.put((Unit("黄花县"),), (RegisteredSite("x", "好的", "http://d-test.gov.cn/"), wrong))
    assert registry.sites() == (CITY, BUREAU) and len(registry.units()) == 2


def test_the_key_is_the_code_else_the_host_and_the_site_inspected_bears_it() -> None:
    assert key_of("9910000001", "http://www.a-test.gov.cn/") == "9910000001"
    assert key_of("", "http://www.a-test.gov.cn:81/x") == "a-test.gov.cn"
    moved = RegisteredSite("9910000001", "青禾", "https://other-test.gov.cn/", code="9910000002")
    assert (moved.as_site().key, moved.as_site().code) == ("9910000001", "9910000002")
