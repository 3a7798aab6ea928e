"""Which sites a word means: what ``--only``, ``show`` and ``registry remove`` are given by a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crawler.oversight import OversightError, connect
from crawler.registry import RegisteredSite, Registry, Unit

UNITS = (
    Unit("甲省"),
    Unit("青禾市人民政府", "市州", "", "甲省"),
    Unit("青禾市乙局", "市州", "", "青禾市人民政府"),
    Unit("丙厅", "省级部门"),
)
SITES = (
    RegisteredSite(
        "9912000001",
        "青禾市人民政府",
        "https://www.qinghe-test.gov.cn/",
        aliases=("wap.qinghe2-test.gov.cn", "青禾测试.政务"),
        code="9912000001",
        unit="青禾市人民政府",
    ),
    RegisteredSite("yi", "乙局网站", "http://yi-test.gov.cn/", unit="青禾市乙局"),
    RegisteredSite("old", "丙厅旧站", "http://www.same-test.gov.cn/", unit="丙厅", removed_on=date(2026, 1, 1)),
    RegisteredSite("bm00000001", "丙厅", "http://www.same-test.gov.cn/", code="bm00000001", unit="丙厅"),
)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = Registry(connect(tmp_path / "oversight.db"))
    registry.put(UNITS, SITES)
    return registry


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("9912000001", "9912000001"),
        ("www.qinghe-test.gov.cn", "9912000001"),
        ("QINGHE-test.gov.cn", "9912000001"),
        ("http://www.qinghe-test.gov.cn/index.html", "9912000001"),
        ("wap.qinghe2-test.gov.cn", "9912000001"),
        ("青禾测试.政务", "9912000001"),
        ("乙局网站", "yi"),
        ("BM00000001", "bm00000001"),
    ],
)
def test_a_site_is_meant_by_key_code_host_alias_address_or_name(registry: Registry, word: str, key: str) -> None:
    assert registry.site(word).key == key
    assert [site.key for site in registry.sites([word])] == [key]


def test_a_site_named_as_its_unit_is_found_by_that_name(registry: Registry) -> None:
    assert registry.site("青禾市人民政府").key == "9912000001"


def test_a_site_under_inspection_comes_before_one_that_left(registry: Registry) -> None:
    assert registry.site("same-test.gov.cn").key == "bm00000001"
    assert registry.site("old").removed_on == date(2026, 1, 1)


def test_a_unit_means_its_sites_and_those_of_all_units_below(registry: Registry) -> None:
    assert [site.key for site in registry.sites(["甲省"])] == ["9912000001", "yi"]
    assert [site.key for site in registry.sites(["青禾市乙局"])] == ["yi"]


def test_units_in_a_circle_do_not_hang_a_look_up(registry: Registry) -> None:
    registry.put([Unit("甲省", parent="青禾市乙局")], ())
    assert [site.key for site in registry.sites(["青禾市乙局"])] == ["9912000001", "yi"]


def test_every_word_that_means_nothing_is_named_at_once(registry: Registry) -> None:
    with pytest.raises(OversightError, match=r"无此站.*gov\.cn"):
        registry.sites(["yi", "无此站", "other-test.gov.cn"])
    with pytest.raises(OversightError, match=r"qinghe-test\.gov"):
        registry.site("qinghe-test.gov")


def test_a_word_that_means_two_sites_is_refused_with_their_keys(registry: Registry) -> None:
    registry.put((), (RegisteredSite("yi2", "乙局网站", "http://yi2-test.gov.cn/", unit="青禾市乙局"),))
    with pytest.raises(OversightError, match="yi、yi2"):
        registry.site("乙局网站")


def test_a_site_that_left_keeps_the_day_it_left_and_its_row(registry: Registry) -> None:
    assert registry.remove("yi", date(2026, 8, 1)).removed_on == date(2026, 8, 1)
    assert registry.remove("yi", date(2026, 9, 1)).removed_on == date(2026, 8, 1)
    assert "yi" not in {site.key for site in registry.sites()}
    assert "yi" in {site.key for site in registry.sites(removed=True)}
