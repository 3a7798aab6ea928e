"""Parts of an inspection that stand for themselves: level, sample, pictures, titles of indicators, twice-told figures."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from checks.catalogue import rules
from checks.registry import CHECKS
from crawler.evidence import EvidenceWriter
from crawler.registry import RegisteredSite, Unit
from crawler.site import Site
from reports.commands.options import UsageProblem
from reports.inspection_level import level_of
from reports.inspection_pictures import MAX_BYTES, Pictures, Wanted, find, jpeg
from reports.inspection_sites import Figures
from reports.inspection_tally import title_of_indicator
from reports.sample_drawing import draw, percent_of

UNITS = {
    each.name: each
    for each in (
        Unit("省教育厅", "省级部门"), Unit("清河市", "市州"), Unit("白水县", "", "", "清河市"), Unit("青石区", "县区"), Unit("某局"),
        Unit("甲", "", "", "乙"), Unit("乙", "", "", "甲"), Unit("市财政局", "", "", "清河市"),
    )
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "unit", "level"),
    [
        ("6200000001", "清河市", "省级"),
        ("6201000001", "省教育厅", "市级"),
        ("6201020001", "清河市", "县级"),
        ("6200010001", "清河市", "市级"),
        ("6200010001", "省教育厅", "省级"),
        ("", "清河市", "市级"),
        ("", "白水县", "县级"),
        ("", "青石区", "县级"),
        ("", "某局", ""),
        ("", "甲", ""),
        ("", "没有登记的单位", ""),
        ("bm12345678", "省教育厅", "省级"),
    ],
)
def test_the_level_of_a_site_is_read_from_its_code_then_from_its_unit(code: str, unit: str, level: str) -> None:
    assert level_of(RegisteredSite("k", "网站", "http://www.a.gov.cn/", code=code, unit=unit), UNITS) == level


@pytest.mark.parametrize(("text", "percent"), [("30%", 30), ("100％", 100), (" 1 % ", 1), ("7", 7)])
def test_a_share_is_read(text: str, percent: int) -> None:
    assert percent_of(text) == percent


@pytest.mark.parametrize("text", ["0%", "101%", "-5%", "1.5%", "半", "", "٣%", "=1"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageProblem, match="抽查比例"):
        percent_of(text)


GROUPS = st.dictionaries(st.text("0123456789", min_size=1, max_size=6), st.sampled_from(["市州", "省级部门", ""]), max_size=60)


@given(GROUPS, st.integers(1, 100), st.text(max_size=5))
def test_a_sample_takes_its_share_of_every_group_and_is_drawn_the_same_again(groups: dict[str, str], percent: int, seed: str) -> None:
    drawn = draw(groups, percent, seed)
    assert drawn == draw(dict(reversed(groups.items())), percent, seed)
    assert set(drawn.keys) <= set(groups) and len(set(drawn.keys)) == len(drawn.keys)
    for group in set(groups.values()):
        own = [key for key in groups if groups[key] == group]
        taken = sum(groups[key] == group for key in drawn.keys)
        assert taken >= 1 and (taken - 1) * 100 < len(own) * percent <= taken * 100


@given(GROUPS, st.integers(1, 99), st.text(max_size=5))
def test_a_larger_share_keeps_those_of_a_smaller_one(groups: dict[str, str], percent: int, seed: str) -> None:
    assert set(draw(groups, percent, seed).keys) <= set(draw(groups, percent + 1, seed).keys)


def test_another_seed_draws_other_sites() -> None:
    groups = {f"{number:04d}": "市州" for number in range(200)}
    samples = {draw(groups, 30, seed).keys for seed in ("2026Q1", "2026Q2", "2026Q3")}
    assert len(samples) == 3 and {len(sample) for sample in samples} == {60}


def _png(width: int, height: int, *, noise: bool = False) -> bytes:
    image = Image.effect_noise((width, height), 90).convert("RGB") if noise else Image.new("RGB", (width, height), "navy")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("width", "height", "noise"), [(1280, 800, False), (1280, 9000, True), (1, 1, False), (4000, 3, False), (300, 200, True)]
)
def test_every_picture_becomes_a_small_jpeg(width: int, height: int, noise: bool) -> None:
    png = _png(width, height, noise=noise)
    made = jpeg(png)
    assert made is not None and len(made) <= MAX_BYTES and made == jpeg(png)
    with Image.open(BytesIO(made)) as image:
        assert image.format == "JPEG" and image.width <= 800 and image.height <= 1000


@pytest.mark.parametrize("data", [None, b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, _png(50, 50)[:60]])
def test_what_is_no_picture_becomes_none(data: bytes | None) -> None:
    assert jpeg(data) is None


def _evidence(path: Path, pictures: dict[str, bytes]) -> Path:
    writer = EvidenceWriter(path, Site(url="http://www.a.gov.cn/"), date(2026, 9, 28))
    for finding, png in pictures.items():
        writer.put_screenshot(finding, png)
    return writer.finish()


def test_pictures_come_from_the_night_else_from_the_first_one_and_are_three_at_most(tmp_path: Path) -> None:
    png = _png(90, 60)
    night = _evidence(tmp_path / "night.sqlite", {"a": png, "b": b"broken"})
    first = _evidence(tmp_path / "first.sqlite", dict.fromkeys("abcdef", png))
    gone = tmp_path / "gone.sqlite"
    wanted = [
        Wanted("a", (night, first)),
        Wanted("x", (night, first)),
        Wanted("b", (night, first)),
        Wanted("c", (gone, first)),
        Wanted("d", (first,)),
    ]
    places = find(wanted)
    assert places == {"a": night, "b": first, "c": first}
    pictures = Pictures(places)
    assert list(pictures) == ["a", "b", "c"] and len(pictures) == 3
    assert all(pictures[key].startswith(b"\xff\xd8") for key in pictures)
    assert find([Wanted("x", (gone,))]) == {} and find([]) == {}


def test_every_indicator_of_the_checks_has_a_short_name() -> None:
    names = {rule.indicator: title_of_indicator(rule.indicator) for check in CHECKS for rule in rules(check.id).codes.values()}
    assert all(name and "/" not in name and "；" not in name for name in names.values())
    assert names["扣分/互动交流/留言公开"] == "留言公开"
    assert title_of_indicator("扣分/发布解读/新的一项（说明）") == "新的一项"


def test_figures_come_out_as_they_were_put_in() -> None:
    given = {"ipv6": {"links": {"levels": [{"ok": 1, "tested": 2}]}}, "availability": {"week": None}}
    figures = Figures(given)
    assert {key: figures[key] for key in figures} == given and len(figures) == 2
