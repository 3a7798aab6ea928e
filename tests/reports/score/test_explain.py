"""``mingjing explain UNIT``: told from the central database and the evidence, and equal to the score of each site by itself."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawler.oversight import OversightError, connect
from crawler.registry import RegisteredSite
from reports.explain import Look, explain, signed
from reports.manual import Manual, RowEntry
from reports.quarters import Quarter
from reports.score import score
from reports.scorecard import Scorecard
from reports.standing import standings
from reports.what_if import number
from tests.quarters.fabric import Fabric
from tests.reports.score.ground import NATIONAL


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(tmp_path_factory.mktemp("province"), units=3, per_unit=3, quarters=(2, 3), findings=(3, 9), seed=11)


def told(province: Fabric, unit: str, day: date | None = None, since: date | None = None) -> str:
    database = connect(province.database)
    try:
        compared = Look(since, NATIONAL) if since else None
        return explain(database, province.evidence, unit, Look(day or province.cutoff(3), NATIONAL), compared)
    finally:
        database.close()


def cards(province: Fabric, day: date) -> dict[str, Scorecard]:
    """Every assessed site's card, scored without `explain`."""
    database = connect(province.database)
    try:
        people = Manual(database).of(None, Quarter.of(day).first, day, taken_by=day)
        return {
            each.site.key: score(each.assessed, people.get(each.site.key, ()), NATIONAL, day)
            for each in standings(database, province.evidence, day, decided=day)
            if each.assessed is not None
        }
    finally:
        database.close()


def paragraph(text: str, site: RegisteredSite) -> str:
    return next(each for each in text.split("\n\n") if re.match(rf"{re.escape(site.name)}  {site.key}\b", each))


def test_every_site_of_a_unit_stands_with_its_own_score(province: Fabric) -> None:
    day = province.cutoff(3)
    scored = cards(province, day)
    for unit in province.units:
        text = told(province, unit.name)
        for site in (each for each in province.operating(day) if each.unit == unit.name):
            part = paragraph(text, site)
            card = scored.get(site.key)
            if card is None:
                assert "未能评估" in part and "合格（" not in part
                continue
            first = part.split("\n")[1].strip()
            assert first.startswith(f"{number(card.certain)} 分，" if card.scored else ("合格", "不合格"))
            assert ("不合格" in first) == (card.grade == "fail")
            for finding, points in card.points_of.items():
                assert points and (finding in part or " 等 " in part)


def test_the_head_counts_what_follows(province: Fabric) -> None:
    unit, day = province.units[0].name, province.cutoff(3)
    keys = {each.key for each in province.operating(day) if each.unit == unit}
    own = [card for key, card in cards(province, day).items() if key in keys]
    passed = sum(card.grade == "pass" for card in own)
    head = f"网站 {len(keys)} 个：合格 {passed} 个，不合格 {len(own) - passed} 个，未能评估 {len(keys) - len(own)} 个"
    assert head in told(province, unit)


def test_a_confirmed_veto_is_told_with_what_lifts_it(province: Fabric) -> None:
    failed = [key for key, card in cards(province, province.cutoff(3)).items() if card.vetoes]
    assert failed, "the province must hold one"
    site = next(each for each in province.sites if each.key == failed[0])
    part = paragraph(told(province, site.key), site)
    assert "[单项否决]" in part and "由不合格变为合格" in part


def test_what_people_judged_counts_from_the_day_they_said_it(province: Fabric) -> None:
    day = province.cutoff(3)
    site = next(each for each in province.sites if cards(province, day).get(each.key) and each.kind == "portal")
    before = cards(province, day)[site.key].certain
    database = connect(province.database)
    Manual(database).take(Quarter.of(day), [RowEntry(site.key, "quality", 7.0, "摘抄", "王检查")], [], day, "national t1")
    database.close()
    assert before is not None
    part = paragraph(told(province, site.key, day + timedelta(days=1)), site)
    assert f"{number(before - 7)} 分" in part and "[−7] 解读质量" in part and "人工评分" in part


def test_what_changed_since_a_day_adds_up(province: Fabric) -> None:
    then, now = cards(province, province.cutoff(2)), cards(province, province.cutoff(3))
    compared = 0
    for site in province.operating(province.cutoff(3)):
        part = paragraph(told(province, site.key, since=province.cutoff(2)), site)
        if site.key not in now:
            continue
        if site.key not in then:
            assert f"自 {province.cutoff(2)} 以来：当时未能评估" in part
            continue
        before, after = then[site.key], now[site.key]
        parts = [float(text.replace("−", "-")) for text in re.findall(r"^    \[..\] .*?：([+−][\d.]+) 分", part, re.MULTILINE)]
        assert round(sum(parts), 2) == round((after.certain or 0) - (before.certain or 0), 2)
        assert ("没有变化" in part) == (not parts and before.grade == after.grade)
        compared += bool(parts)
    assert compared, "the province must hold a site whose score changed"


def test_points_are_told_with_their_sign() -> None:
    assert (signed(3), signed(-0.5)) == ("+3", "−0.5")


def test_a_day_long_after_the_last_night_assesses_nobody(province: Fabric) -> None:
    text = told(province, province.units[1].name, province.nights[-1] + timedelta(days=15))
    assert "合格 0 个，不合格 0 个，未能评估 3 个" in text
    assert "监测时间点前 14 天内没有检查记录" in text


def test_an_unknown_unit_is_one_line(province: Fabric) -> None:
    with pytest.raises(OversightError, match="登记表中没有“别处”"):
        told(province, "别处")


def test_the_same_day_is_told_in_the_same_words(province: Fabric, tmp_path: Path) -> None:
    assert told(province, province.units[2].name) == told(province, province.units[2].name)
