"""Bulletin and sheets of a simulated province: every finding reaches exactly one sheet, nothing unconfirmed is anywhere, sentences hold in every quarter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from checks.catalogue.indicators import official
from crawler.oversight import connect
from reports.bulletin import bulletin
from reports.feedback import feedback
from reports.inspection import Asked, build_inspection
from reports.inspection_model import Inspection, Rate
from reports.office import Office
from reports.paper import Paper, Paragraph, Table, every_text
from reports.quarters import Quarter
from reports.sentences import percent
from tests.quarters.fabric import Fabric


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(tmp_path_factory.mktemp("province"), seed=11, units=3, per_unit=4, findings=(2, 9), nights=2)


@pytest.fixture(scope="module", params=[3, 4])
def inspection(request: pytest.FixtureRequest, fabric: Fabric) -> Iterator[Inspection]:
    database = connect(fabric.database)
    quarter = Quarter(2026, request.param)
    asked = Asked(database, fabric.evidence, quarter, None, 100, "", False, date(2027, 1, 5), official(), 15)
    yield build_inspection(asked)
    database.close()


@pytest.fixture(scope="module")
def sheets(inspection: Inspection) -> dict[str, Paper]:
    """Unit → its sheet."""
    return {unit.name: feedback(inspection, unit.name, Office()) for unit in inspection.units}


def prose(paper: Paper) -> str:
    return "\n".join(block.text for block in paper.blocks if isinstance(block, Paragraph))


def ids(paper: Paper) -> list[str]:
    return [
        row[0] for block in paper.blocks if isinstance(block, Table) and block.head and block.head[0] == "问题编号" for row in block.rows
    ]


def test_every_counted_finding_is_in_the_sheet_of_its_unit_and_in_no_other(inspection: Inspection, sheets: dict[str, Paper]) -> None:
    told = {name: ids(paper) for name, paper in sheets.items()}
    for unit in inspection.units:
        own = [each.id for line in inspection.sites if line.unit == unit.name for each in line.problems]
        assert sorted(told[unit.name]) == sorted(own) and len(own) == unit.findings
    assert sum(len(each) for each in told.values()) == sum(problem.findings for problem in inspection.problems)


def test_what_nobody_confirmed_is_in_no_paper(inspection: Inspection, sheets: dict[str, Paper]) -> None:
    waiting = [each for line in inspection.sites for each in line.pending]
    counted = {each.message for line in inspection.sites for each in line.problems}
    papers = [bulletin(inspection, (), Office()), *sheets.values()]
    whole = "\n".join(text for paper in papers for text in every_text(paper))
    assert [each.id for each in waiting if each.id in whole] == []
    assert [each.message for each in waiting if each.message not in counted and each.message in whole] == []


def test_the_sentences_of_a_real_quarter_hold(inspection: Inspection, sheets: dict[str, Paper]) -> None:
    for paper in (bulletin(inspection, (), Office()), *sheets.values()):
        told = prose(paper)
        assert not re.search(r"(?<![\d.])0个|。。|，，|，。|None|nan", told)
        for share, part, whole in re.findall(r"([\d.]+%)[（，](\d+)/(\d+)）", told):
            assert share == percent(Rate(int(part), int(whole)))


def test_failed_and_unassessed_sites_are_all_listed_and_in_no_other_list(inspection: Inspection) -> None:
    annexes = {annex.title: annex.blocks[0] for annex in bulletin(inspection, (), Office()).annexes}
    for title, state in (("不合格网站名单", "fail"), ("未能评估的网站名单", "unassessed")):
        expected = [line.code for line in inspection.sites if line.state == state]
        listed = annexes.get(title)
        assert ([row[1] for row in listed.rows] if isinstance(listed, Table) else []) == expected


def test_the_same_quarter_is_the_same_paper_again(fabric: Fabric) -> None:
    database = connect(fabric.database)
    asked = Asked(database, fabric.evidence, Quarter(2026, 2), None, 100, "", False, date(2027, 1, 5), official(), 15)
    first, second = (bulletin(build_inspection(asked), (), Office()) for _ in range(2))
    database.close()
    assert first == second
