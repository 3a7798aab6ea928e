"""The bulletin as a whole: every figure of the inspection is said, nothing is accused that is not counted, hostile text stays text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.bulletin import bulletin
from reports.inspection_model import Drawn, Inspection, Past, Rate, Recheck, Repair, Tally
from reports.office import Office
from reports.paper import Heading, Paper, Paragraph, Picture, Table, chinese_day, every_text
from reports.quarters import Quarter
from tests.quarters.samples import HOSTILE, finding, inspection_of, jpeg, no_repair, sample_inspection, site, unit_line

OFFICE = Office(
    name="清河省人民政府办公室",
    red_heading="清河省人民政府办公室文件",
    number="清政办发〔2026〕1号",
    addressees="各市人民政府，省政府各部门",
    dated=date(2026, 10, 9),
)
CHARTS = tuple(
    Picture(jpeg(word), f"图：{word}", f"{word}（图）") for word in ("各季度合格率", "各类问题数量", "各单位IPv6支持率", "各单位整改用时")
)


def prose(paper: Paper) -> list[str]:
    """Sentences, without what tables hold."""
    return [block.text for block in paper.blocks if isinstance(block, Paragraph)]


def tables(paper: Paper) -> Iterator[Table]:
    for block in (*paper.blocks, *(each for annex in paper.annexes for each in annex.blocks)):
        if isinstance(block, Table):
            yield block


def table(paper: Paper, caption: str) -> Table:
    return next(each for each in tables(paper) if each.caption == caption)


def percent(rate: Rate) -> str:
    """By decimal arithmetic, not the program's."""
    if rate.whole == 0:
        return "—"
    if rate.part in (0, rate.whole):
        return "100%" if rate.part else "0%"
    rounded = (Decimal(rate.part) * 100 / rate.whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{min(max(rounded, Decimal('0.01')), Decimal('99.99'))}%"


def test_the_parts_are_those_of_a_published_bulletin() -> None:
    paper = bulletin(sample_inspection(), CHARTS, OFFICE)
    assert paper.title == "关于2026年第三季度全省政府网站检查情况的通报"
    assert [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == 1] == [
        "一、总体情况",
        "二、主要问题",
        "三、整改情况",
        "四、下一步工作要求",
    ]
    assert "国办发〔2017〕47号" in prose(paper)[0] and "国办秘函〔2019〕19号" in prose(paper)[0]
    assert (paper.number, paper.addressees, paper.signed, paper.dated) == (
        "清政办发〔2026〕1号",
        "各市人民政府，省政府各部门",
        "清河省人民政府办公室",
        date(2026, 10, 9),
    )
    assert [annex.title for annex in paper.annexes] == ["不合格网站名单", "各单位检查和整改情况", "未能评估的网站名单"]
    assert paper.banner == ""


def test_headings_of_every_part_count_on_without_a_gap() -> None:
    for inspection in (sample_inspection(), inspection_of([site(1)]), inspection_of([site(1, state="unassessed", card=None)])):
        numbers: list[str] = []
        for block in bulletin(inspection, (), OFFICE).blocks:
            if isinstance(block, Heading):
                if block.level == 1:
                    numbers = []
                else:
                    numbers.append(block.text[1])
                    assert "".join(numbers) == "一二三四五六七八九"[: len(numbers)]


def test_annexes_are_named_in_the_text_by_the_number_they_have() -> None:
    paper = bulletin(sample_inspection(unreviewed=True), (), OFFICE)
    for number in range(1, 10):
        named = [text for text in prose(paper) if f"附件{number}" in text]
        assert not named or number <= len(paper.annexes)
    assert any("名单和原因见附件3" in text for text in prose(paper)) and paper.annexes[2].title == "未能评估的网站名单"
    assert any("列在附件4" in text for text in prose(paper)) and paper.annexes[3].title.startswith("尚未核实的疑似问题")


def test_the_list_of_failed_sites_has_the_official_columns_and_every_failed_site() -> None:
    paper = bulletin(sample_inspection(), (), OFFICE)
    listed = paper.annexes[0].blocks[0]
    assert isinstance(listed, Table)
    assert listed.head == ("序号", "网站标识码", "网站名称", "不合格原因")
    assert [row[:3] for row in listed.rows] == [
        ("1", "6299000002", "白水市人民政府门户网站"),
        ("2", "6299000006", "青山市东岭县人民政府门户网站"),
    ]
    assert all(row[3] for row in listed.rows)


def figures(inspection: Inspection) -> Iterator[str]:
    """Every figure of the view-model, as text."""
    for tally in (inspection.total, *inspection.by_level, *inspection.by_group, *(unit.tally for unit in inspection.units)):
        for count in (tally.operating, tally.checked, tally.passed, tally.failed, tally.unassessed):
            yield str(count)
        yield percent(tally.pass_rate)
    yield percent(inspection.total.checked_rate)
    for past in (inspection.last_quarter, inspection.last_year, *inspection.series):
        if past is not None:
            yield percent(past.tally.pass_rate)
    for problem in inspection.problems:
        yield from (problem.title, str(problem.findings), str(len(problem.sites)), *(str(count) for _, count in problem.sites))
    for repair in (inspection.repair, *(unit.repair for unit in inspection.units)):
        yield from (str(count) for count in (repair.opened, repair.closed, repair.within, repair.due, repair.reopened, repair.overdue))
        yield percent(repair.rate)
        if repair.median_days is not None:
            yield f"{repair.median_days:g}天"
    for unit in inspection.units:
        yield from (unit.name, str(unit.findings), str(unit.vetoes), f"{unit.points:g}", percent(unit.ipv6))
    yield from (inspection.catalogue, inspection.program, chinese_day(inspection.cutoff), chinese_day(inspection.deadline))


def test_every_figure_of_the_inspection_is_in_the_paper() -> None:
    inspection = sample_inspection()
    whole = "\n".join(every_text(bulletin(inspection, (), OFFICE)))
    assert [figure for figure in figures(inspection) if figure not in whole] == []


def test_tables_hold_the_tallies_cell_by_cell() -> None:
    inspection = sample_inspection()
    paper = bulletin(inspection, (), OFFICE)
    for caption, tallies in (("各层级网站检查情况", inspection.by_level), ("各组网站检查情况", inspection.by_group)):
        expected = [
            (each.name, *map(str, (each.operating, each.checked, each.passed, each.failed, each.unassessed)), percent(each.pass_rate))
            for each in (*tallies, replace(inspection.total, name="合计"))
        ]
        assert list(table(paper, caption).rows) == expected
    repairs = {row[1]: row[2:] for row in table(paper, "各单位问题整改情况").rows}
    assert repairs["青山市"] == ("15", "12", "3", "20.00%", "1", "1", "2", "11.5天")
    assert repairs["清河省档案厅"] == ("0", "0", "0", "—", "0", "0", "0", "—")
    ipv6 = {row[1]: row[2:] for row in table(paper, "各单位网站链接IPv6支持情况").rows}
    assert ipv6 == {
        "青山市": ("80", "76", "95.00%"),
        "白水市": ("80", "80", "100%"),
        "清河省档案厅": ("0", "0", "—"),
        "清河省水利厅": ("40", "0", "0%"),
    }


def test_a_chart_stands_right_before_a_table_that_says_the_same() -> None:
    paper = bulletin(sample_inspection(), CHARTS, OFFICE)
    streams = [paper.blocks, *(annex.blocks for annex in paper.annexes)]
    after = {
        block.caption: following.caption
        for blocks in streams
        for block, following in itertools.pairwise(blocks)
        if isinstance(block, Picture) and block in CHARTS and isinstance(following, Table)
    }
    assert after == {
        "各季度合格率（图）": "各季度合格率",
        "各类问题数量（图）": "各类问题数量和涉及网站数",
        "各单位IPv6支持率（图）": "各单位网站链接IPv6支持情况",
        "各单位整改用时（图）": "整改情况",
    }


def test_a_kind_of_problem_shows_one_screenshot_with_site_kind_and_time() -> None:
    shown_ = [block for block in bulletin(sample_inspection(), (), OFFICE).blocks if isinstance(block, Picture)]
    assert len(shown_) == 3 and all(picture.image.startswith(b"\xff\xd8") for picture in shown_)
    assert shown_[0].caption == "青山市人民政府门户网站　栏目更新不及时（2026-09-28 02:10:00）"
    assert all(picture.alt for picture in shown_)


# what nobody has confirmed


def test_what_nobody_confirmed_is_nowhere_in_a_bulletin() -> None:
    whole = "\n".join(every_text(bulletin(sample_inspection(), (), OFFICE)))
    assert "暗链" not in whole and "f000000005" not in whole


def test_unreviewed_lists_it_marked_and_changes_no_number() -> None:
    plain, open_ = (bulletin(sample_inspection(unreviewed=flag), (), OFFICE) for flag in (False, True))
    assert open_.banner.startswith("未经人工复核的内部稿") and not plain.banner
    waiting = open_.annexes[-1]
    assert waiting.title.startswith("尚未核实")
    rows = next(block.rows for block in waiting.blocks if isinstance(block, Table))
    assert len(rows) == 1 and all(row[3].startswith("【未核实】") for row in rows)
    assert [text for text in prose(open_) if text not in prose(plain)] == [
        "另有部分疑似问题尚未经人工核实，列在附件4，不计入本通报的任何数字，不作为问题通报。"
    ]
    assert [each.rows for each in tables(plain)] == [each.rows for each in list(tables(open_))[:-1]]


def test_what_a_decision_took_out_is_not_accused() -> None:
    assert "机构职能" not in "\n".join(every_text(bulletin(sample_inspection(), (), OFFICE)))


def test_a_draft_says_so_and_how_much_waits_for_a_person() -> None:
    assert bulletin(sample_inspection(version=0), (), OFFICE).banner == (
        "草稿：尚未发布。还有1条疑似问题待人工核实，核实前不列入本稿、不计入任何数字。"
    )
    assert bulletin(inspection_of([site(1)], version=0), (), OFFICE).banner == "草稿：尚未发布。"


def test_an_erratum_says_what_changed() -> None:
    paper = bulletin(sample_inspection(version=2, changes=("不合格网站由3个改为2个", "合格率由40.00%改为60.00%。")), (), OFFICE)
    assert paper.title.endswith("（更正）")
    assert prose(paper)[1:4] == ["本通报为第2版，以本版为准。", "1.不合格网站由3个改为2个。", "2.合格率由40.00%改为60.00%。"]
    assert "第2版" in paper.footnotes[-1]


def test_every_basis_that_is_not_the_original_is_noted_once() -> None:
    notes = bulletin(sample_inspection(notes=()), (), OFFICE).footnotes
    assert sum("功能设计／链接可用性" in note and "推定" in note for note in notes) == 1
    assert sum("网络安全" in note and "无官方依据" in note for note in notes) == 1
    assert not any("栏目不更新" in note for note in notes)
    said_before = bulletin(sample_inspection(), (), OFFICE).footnotes
    assert sum("功能设计／链接可用性" in note for note in said_before) == 1


def test_a_hostile_site_writes_only_text() -> None:
    paper = bulletin(sample_inspection(unreviewed=True), (), OFFICE)
    texts = every_text(paper)
    assert any("<script>" in text for text in texts)  # as text; the layout escapes it
    assert not any(character in text for text in texts for character in "\x07\u202e")
    links = [link for each in tables(paper) for link in each.links.values()]
    links += [block.link for block in paper.blocks if isinstance(block, Paragraph) and block.link]
    assert links and all(link.startswith("http://") and " " not in link for link in links)


def test_an_address_that_is_no_plain_web_address_is_told_without_a_link() -> None:
    hostile = finding(1, url="javascript:alert(1)", message=HOSTILE)
    paper = bulletin(inspection_of([site(1, findings=(hostile,))]), (), OFFICE)
    place = next(block for block in paper.blocks if isinstance(block, Paragraph) and block.lead == "页面：")
    assert (place.text, place.link) == ("javascript:alert(1)", "")


# the whole range of inspections


@pytest.mark.parametrize(
    "inspection",
    [
        inspection_of([]),
        inspection_of([site(1)]),
        inspection_of([site(1, state="fail", reasons=("首页不更新",))]),
        inspection_of([site(1, state="unassessed", card=None, why="网站无法读取")]),
        inspection_of([site(number, state="unassessed", card=None, why="网站无法读取") for number in range(1, 15)]),
        inspection_of([site(1), site(2, state="not-drawn", card=None)], drawn=Drawn(50, "2026Q3", ("6299000001",))),
    ],
    ids=["no-site", "one-passes", "one-fails", "one-unseen", "none-seen", "sample"],
)
def test_small_and_empty_quarters_are_told_without_a_rate_of_nothing(inspection: Inspection) -> None:
    paper = bulletin(inspection, (), OFFICE)
    whole = "\n".join(prose(paper))
    assert not re.search(r"(?<![\d.])0个", whole) and "None" not in whole and "nan" not in whole
    if not inspection.total.checked:
        assert "不计算合格率" in whole or "没有正在运行" in whole
        assert "合格率0%" not in whole and "合格率100%" not in whole and "全部合格" not in whole
    assert "较上季度" not in whole and "上年同期" not in whole


@st.composite
def inspections(draw: st.DrawFn) -> Inspection:
    """Any small province: states, units, groups, findings, repairs and past quarters as they come."""
    lines = []
    for number in range(1, draw(st.integers(0, 7)) + 1):
        state = draw(st.sampled_from(["pass", "fail", "unassessed", "not-drawn"]))
        seen = state in ("pass", "fail")
        count = draw(st.integers(0, 3)) if seen else 0
        found = tuple(
            finding(number * 10 + at, indicator=draw(st.sampled_from(["甲指标", "乙指标"])), repeated=draw(st.booleans()))
            for at in range(count)
        )
        changes: dict[str, Any] = {} if seen else {"card": None, "night": None, "why": "网站无法读取"}
        unit = draw(st.sampled_from(["东山市", "西山市"]))
        lines.append(site(number, state=state, unit=unit, group=f"{unit[0]}片", findings=found, reasons=("得分不足",), **changes))
    old, opened, overdue = draw(st.integers(0, 9)), draw(st.integers(0, 9)), draw(st.integers(0, 3))
    done = draw(st.integers(0, old + opened))
    within = min(opened, max(0, done - old))
    repair = Repair("", opened, done, within, old + opened, draw(st.integers(0, 2)), overdue, draw(st.floats(0, 90)) if done else None)
    last = draw(st.none() | st.integers(0, 5).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
    before = last and Past(Quarter(2026, 2), Tally("", last[1], last[1], last[1], last[0], last[1] - last[0], 0, 0), published=True)
    keys = tuple(line.key for line in lines)
    again = draw(st.none() | st.just(Recheck(tuple(line.key for line in lines if line.state == "pass"), (), (), ())))
    drawn = Drawn(30 if any(line.state == "not-drawn" for line in lines) else 100, "种子", keys)
    return inspection_of(lines, repair=repair, last_quarter=before, recheck=again, drawn=drawn, unreviewed=draw(st.booleans()))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(inspections())
def test_the_sentences_of_any_inspection_agree_with_its_figures(inspection: Inspection) -> None:
    paper = bulletin(inspection, (), OFFICE)
    whole = "\n".join(prose(paper))
    assert not re.search(r"(?<![\d.])0个", whole)
    assert not re.search(r"。。|，，|：。|、、|，。|None|nan", whole)
    for told, part, of in re.findall(r"([\d.]+%)[（，](\d+)/(\d+)）", whole):
        assert told == percent(Rate(int(part), int(of))), (told, part, of)
    total = inspection.total
    if total.checked:
        assert f"合格率{percent(total.pass_rate)}（{total.passed}/{total.checked}）" in whole
    if inspection.recheck is not None:
        assert all(line.name in whole and line.key not in whole for line in inspection.sites if line.key in inspection.recheck.passed)
    assert ("全部合格，合格率100%" in whole) == (total.checked > 1 and total.passed == total.checked)
    rows = [each for each in tables(paper) if each.caption == "各单位网站问题数量"]
    assert sum(int(row[2]) for each in rows for row in each.rows) == sum(problem.findings for problem in inspection.problems)
    failed = [annex for annex in paper.annexes if annex.title == "不合格网站名单"]
    assert len(failed) == bool(total.failed)


def test_the_same_inspection_is_the_same_paper() -> None:
    assert bulletin(sample_inspection(), CHARTS, OFFICE) == bulletin(sample_inspection(), CHARTS, OFFICE)


def test_many_sites_are_capped_in_sentences_and_complete_in_annexes() -> None:
    lines = [site(number, findings=(finding(number),), unit=f"单位{number}") for number in range(1, 60)]
    repair = {line.unit: Repair(line.unit, 1, 0, 0, 1, 0, 1, None) for line in lines}
    inspection = inspection_of(
        lines,
        units=tuple(unit_line(line.unit, [line], repair[line.unit]) for line in lines),
        repair=replace(no_repair(), opened=59, due=59, overdue=59),
    )
    paper = bulletin(inspection, (), OFFICE)
    assert max(len(text) for text in prose(paper)) < 400
    assert any("检查的59个网站均有" in text and "等59个网站各1个" in text for text in prose(paper))
    assert len(table(paper, "各单位网站检查情况").rows) == 59
