"""The feedback sheet: what a unit must put right, with place and proof; what is not settled, not confirmed or ruled out is told as that."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.commands.options import UsageProblem
from reports.feedback import feedback
from reports.feedback_site import open_points, result
from reports.inspection_model import Drawn, FindingLine, Inspection, SiteLine
from reports.office import Office
from reports.paper import Block, Heading, Paper, Paragraph, Picture, Table, every_text
from reports.scorecard import ItemScore, ManualJudgement, RowScore, Stake, Veto
from tests.quarters.samples import HOSTILE, card, finding, inspection_of, jpeg, sample_inspection, site

OFFICE = Office(name="清河省人民政府办公室", dated=date(2026, 10, 9), contact="电话 0000-0000000")


def texts(paper: Paper) -> str:
    return "\n".join(every_text(paper))


def prose(paper: Paper) -> list[str]:
    return [block.text for block in paper.blocks if isinstance(block, Paragraph)]


def finding_tables(paper: Paper) -> list[Table]:
    return [block for block in paper.blocks if isinstance(block, Table) and block.head[0] == "问题编号"]


def of_one(*findings: FindingLine, **changes: Any) -> Inspection:
    """One unit with one site and these findings."""
    inspection: dict[str, Any] = {
        key: changes.pop(key) for key in ("pictures", "unreviewed", "version", "repaired_within") if key in changes
    }
    return inspection_of([site(1, findings=findings, **changes)], **inspection)


def sheet(inspection: Inspection, unit: str = "青山市") -> Paper:
    return feedback(inspection, unit, OFFICE)


def test_it_goes_to_the_unit_and_says_by_when_to_reply_and_how_to_object() -> None:
    paper = sheet(sample_inspection())
    assert (paper.title, paper.addressees) == ("2026年第三季度政府网站检查问题反馈单", "青山市")
    assert (paper.signed, paper.dated) == ("清河省人民政府办公室", date(2026, 10, 9))
    said = texts(paper)
    assert "于2026年10月16日前报送（电话 0000-0000000）" in said and "书面申诉" in said and "凭问题编号" in said
    assert "整改状态（待整改、已整改或者无需整改）" in said


def test_it_holds_the_units_own_sites_and_nobody_elses() -> None:
    inspection = sample_inspection()
    said = texts(sheet(inspection))
    for line in inspection.sites:
        assert (line.name in said) == (line.unit == "青山市")


def test_every_counted_finding_is_there_with_place_what_was_seen_time_points_and_link() -> None:
    inspection = sample_inspection()
    rows = {row[0]: (row, table.links.get((at, 1))) for table in finding_tables(sheet(inspection)) for at, row in enumerate(table.rows)}
    counted = [each for line in inspection.sites if line.unit == "青山市" for each in line.problems]
    assert len(rows) == len(counted)
    for each in counted:
        row, link = rows[each.id]
        assert each.url in row[1] and link == each.url
        assert each.message.rstrip("。") in row[2]
        assert row[4] == "2026-09-28 02:10:00" and float(row[5]) == each.points


def test_findings_of_one_kind_share_their_rule_and_advice() -> None:
    paper = sheet(of_one(*(finding(number) for number in range(1, 6))))
    assert sum(isinstance(block, Paragraph) and block.lead == "整改建议：" for block in paper.blocks) == 1
    rule = next(text for text in prose(paper) if text.startswith("性质："))
    assert rule == "性质：扣分，共扣5分。指标：发布解读／栏目不更新。依据：国办秘函〔2019〕19号《检查指标》扣分指标。"
    assert [len(table.rows) for table in finding_tables(paper)] == [5]


def test_kinds_of_one_check_stand_together_and_a_basis_that_is_not_original_is_said() -> None:
    found = (
        finding(1, check="links", check_title="链接", code="broken-link", title="链接不可用", basis="assumed"),
        finding(2),
        finding(3, check="links", check_title="链接", code="broken-attachment", title="附件不可用", basis="second-hand"),
    )
    paper = sheet(of_one(*found))
    heads = [block.text for block in paper.blocks if isinstance(block, Heading) and block.level == 3]
    assert heads == ["1.链接不可用（1个）", "2.链接：附件不可用（1个）", "3.栏目更新不及时（1个）"]
    rules = [text for text in prose(paper) if text.startswith("性质：")]
    assert ["推定" in text for text in rules] == [True, False, False] and ["转引" in text for text in rules] == [False, True, False]


def test_a_finding_seen_before_is_stressed_in_its_line_and_for_the_site() -> None:
    paper = sheet(of_one(finding(1, repeated=True), finding(2)))
    messages = [row[2] for table in finding_tables(paper) for row in table.rows]
    assert [text.startswith("【重复出现】") for text in messages] == [True, False]
    assert any("有1个以前已经通报过或者整改后再次出现" in text for text in prose(paper))
    assert any(text.endswith("共发现问题2个，其中重复出现1个。") for text in prose(paper))
    assert not any("重复" in text or "再次出现" in text for text in prose(sheet(of_one(finding(1)))))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([], "你单位的网站合格。没有发现需要整改的问题，请继续保持。"),
        ([finding(1)], "你单位的网站合格。发现问题1个。"),
        ([finding(1, repeated=True)], "你单位的网站合格。发现问题1个，为重复出现的问题。"),
        ([finding(1, severity="veto")], "你单位的网站合格。发现问题1个，属于单项否决。"),
        ([finding(1), finding(2)], "你单位的网站合格。共发现问题2个。"),
        (
            [finding(1, severity="veto"), finding(2, repeated=True), finding(3)],
            "你单位的网站合格。共发现问题3个，其中单项否决1个、重复出现1个。",
        ),
        ([finding(1, repeated=True), finding(2, repeated=True)], "你单位的网站合格。共发现问题2个，均为重复出现的。"),
    ],
)
def test_the_count_of_problems_is_a_sentence_for_every_number(found: list[FindingLine], said: str) -> None:
    assert said in prose(sheet(of_one(*found)))


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["pass", "pass"], "你单位2个网站均合格。"),
        (["fail"], "你单位的网站不合格。"),
        (["pass", "fail"], "你单位2个网站中，合格1个，不合格1个。"),
        (["pass", "fail", "unassessed", "not-drawn"], "你单位4个网站中，合格1个，不合格1个，未能评估1个，未抽中1个。"),
        (["unassessed"], "你单位的网站未能评估。没有检查结果，不表示没有问题。"),
        (["unassessed", "unassessed"], "你单位2个网站均未能评估。没有检查结果，不表示没有问题。"),
    ],
)
def test_the_results_of_a_units_sites_are_a_sentence_for_every_mix(states: list[str], said: str) -> None:
    lines = [
        site(at, state=state, **({"card": None, "night": None} if state in ("unassessed", "not-drawn") else {}))
        for at, state in enumerate(states, 1)
    ]
    paper = sheet(inspection_of(lines, drawn=Drawn(50, "s", ()) if "not-drawn" in states else Drawn(100, "", ())))
    assert any(text.startswith(said) for text in prose(paper))


def test_a_unit_with_nothing_to_put_right_gets_a_sheet_that_asks_nothing_of_it() -> None:
    paper = sheet(sample_inspection(), "清河省水利厅")
    said = texts(paper)
    assert paper.title.endswith("检查结果反馈单") and "请继续保持" in said
    assert "完成整改并反馈" not in said and "整改台账" not in said
    assert "书面申诉" in said
    assert finding_tables(paper) == []


def test_a_site_that_could_not_be_assessed_is_told_neither_good_nor_bad() -> None:
    said = texts(sheet(sample_inspection(), "清河省档案厅"))
    assert "未能评估：网站拒绝了检查程序的访问（防护设备拦截）。没有取得有效的检查结果，不表示网站合格，也不表示网站没有问题。" in said
    assert "继续保持" not in said


def test_a_unit_none_of_whose_sites_was_drawn_is_not_said_to_have_been_inspected() -> None:
    lines = [site(1, state="not-drawn", card=None, night=None), site(2, unit="白水市")]
    paper = sheet(inspection_of(lines, drawn=Drawn(50, "s", ("6299000002",))))
    assert "你单位所属的1个政府网站未抽中" in prose(paper)[0]


# results of one site


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "合格，得分88分。"),
        ({"card": card(settled=False, low=84.4, high=87.9, certain=87.9)}, "按已经确认的情况为合格，得87.9分，结论尚未最终确定。待定事项确定后，得分在84.4分至87.9分之间。"),
        (
            {"card": card(settled=False, low=24.9, high=128.9, certain=98.9, at_stake=(Stake("p", "概况信息", "person", 2.0, False, "只能由人判断。"),))},
            "按已经确认的情况为合格，得98.9分，有指标尚待人工评分。待定事项确定后，得分在24.9分至128.9分之间。",
        ),
        ({"card": card(low=84.4, high=87.9, certain=86.0)}, "按已经确认的情况为合格，得86分。待定事项确定后，得分在84.4分至87.9分之间。"),
        ({"card": card(scored=False, low=None, high=None, certain=None)}, "合格。部门网站只检查单项否决指标，不计得分。"),
        (
            {"card": card(scored=False, low=None, high=None, certain=None, settled=False)},
            "按已经确认的情况为合格，结论尚未最终确定。部门网站只检查单项否决指标，不计得分。",
        ),
        ({"state": "fail", "reasons": ("扣分指标得分 58.5 分，低于 60 分。",), "card": card(low=58.5, high=58.5)}, "不合格：扣分指标得分 58.5 分，低于 60 分。"),
        (
            {"state": "fail", "reasons": ("首页不更新",), "card": card(grade="fail", vetoes=(Veto("v", "首页不更新", "首页不更新"),))},
            "不合格：首页不更新。触发单项否决，不再计算得分。",
        ),
        ({"state": "not-drawn", "card": None}, "本季度为抽查，该网站未抽中，没有检查结果。"),
    ],
)  # fmt: skip
def test_the_result_of_a_site_says_what_is_settled_and_what_is_not(changes: dict[str, Any], said: str) -> None:
    assert result(site(1, **changes)) == said


def test_what_could_still_change_is_listed_by_what_it_waits_for_without_accusing() -> None:
    stakes = (
        *(Stake(f"p{number}", f"人工指标{number}", "person", 1.0, number == 1, "只能由人判断。") for number in range(1, 14)),
        Stake("v", "严重错误", "candidate", 0.0, True, "发现疑似暗链。", ("f000000005",)),
        Stake("h", "HTTPS", "not-assessed", 0.5, False, "端口没有应答。"),
    )
    rows = open_points(card(at_stake=stakes, settled=False), unreviewed=False).rows
    assert rows[0] == ("未能查看", "HTTPS", "端口没有应答。涉及0.5分。")
    assert rows[1][0] == "需要人工判定" and rows[1][1].endswith("等13项") and "单项否决" in rows[1][2]
    assert rows[2] == ("待人工核实", "1项", "有疑似情况尚待人工核实，核实前不作为问题。")
    assert open_points(card(at_stake=stakes, settled=False), unreviewed=True).rows[2] == (
        "待人工核实",
        "严重错误",
        "发现疑似暗链。属于单项否决指标。",
    )


def judgement(points: float, note: str) -> ManualJudgement:
    return ManualJudgement("6299000001", "row", points, note, "王检查", date(2026, 9, 20))


def test_what_a_person_took_off_is_told_with_its_note_and_asks_for_rectification() -> None:
    rows = (RowScore("row", 2.0, manual=judgement(2, "领导信息有误")), RowScore("fine", 0.0, manual=judgement(0, "正常")))
    items = (ItemScore("leaders", "领导信息", "发布解读", 2.0, 2.0, 0.0, rows),)
    paper = sheet(of_one(card=card(items=items, low=98.0, high=98.0, certain=98.0)))
    judged = next(block for block in paper.blocks if isinstance(block, Table) and block.caption == "人工评分的指标")
    assert judged.rows == (("领导信息", "扣2分", "领导信息有误。", "2026年9月20日"),)
    assert paper.title.endswith("问题反馈单") and "王检查" not in texts(paper)
    assert any(text.endswith("人工评分中发现的问题见各网站情况。") for text in prose(paper))
    assert any("报送整改报告（电话 0000-0000000），" in text for text in prose(paper)) and "整改台账" not in texts(paper)


def test_a_site_that_failed_by_a_persons_word_is_not_told_to_keep_it_up() -> None:
    veto = Veto("v", "服务不实用", "未提供办事服务（人工认定）。", manual=judgement(1, "没有办事栏目"))
    paper = sheet(of_one(state="fail", reasons=("未提供办事服务（人工认定）。",), card=card(grade="fail", vetoes=(veto,), items=())))
    assert "继续保持" not in texts(paper) and "服务不实用" in texts(paper)


def test_a_score_that_was_spread_over_fewer_blocks_says_so() -> None:
    assert result(site(1, card=card(stretch=100 / 75))).endswith("得分88分。该网站不提供办事服务，扣分指标得分按100/75折算。")


# what is not counted


def test_what_nobody_confirmed_is_shown_only_when_asked_and_marked_line_by_line() -> None:
    plain, open_ = (sheet(sample_inspection(unreviewed=flag)) for flag in (False, True))
    assert "暗链" not in texts(plain) and "f000000005" not in texts(plain)
    marked = [row for table in finding_tables(open_) for row in table.rows if row[0] == "f000000005"]
    assert [(row[2], row[5]) for row in marked] == [("【待核实】页面含有疑似暗链。", "—")]
    assert open_.banner.startswith("未经人工复核")
    assert any("不计入问题数和得分" in block.text for block in open_.blocks if isinstance(block, Heading))
    assert [text for text in prose(plain) if text not in prose(open_)] == []  # no count has changed


def test_hints_and_what_was_ruled_out_stand_apart_and_count_nowhere() -> None:
    paper = sheet(sample_inspection())
    by_caption = {block.caption: block for block in paper.blocks if isinstance(block, Table)}
    assert len(by_caption["提示事项（不扣分，不需要填报台账）"].rows) == 1
    taken_out = by_caption["已经核减的事项（不计入任何数字）"].rows
    assert [(row[0], row[3], row[4]) for row in taken_out] == [
        ("f000000009", "该栏目内容由脚本载入，并非空白。", "误报：经人工核实，栏目有内容（王检查，2026-09-25）。")
    ]
    assert not {"f000000004", "f000000009"} & {row[0] for table in finding_tables(paper) for row in table.rows}


def test_an_objection_and_its_ruling_stay_with_the_finding() -> None:
    told = next(row[2] for table in finding_tables(sheet(sample_inspection())) for row in table.rows if row[0] == "f000000002")
    assert told.endswith("申诉意见：该栏目已于8月合并。处理意见：合并后的栏目同样没有更新，维持原结论。")


# size and hostility


def test_a_site_shows_three_screenshots_at_most_of_its_worst_findings() -> None:
    found = tuple(finding(number, picture=f"f{number:09d}") for number in range(1, 9))
    paper = sheet(of_one(*found, pictures={each.id: jpeg(each.id) for each in found}))
    shown = [block.caption for block in paper.blocks if isinstance(block, Picture)]
    assert [text[:12] for text in shown] == ["问题f000000001", "问题f000000002", "问题f000000003"]


def test_a_picture_that_is_gone_is_left_out() -> None:
    assert not any(isinstance(block, Picture) for block in sheet(of_one(finding(1, picture="f000000001"))).blocks)


def test_a_thousand_findings_stay_in_few_tables_with_every_one_of_them() -> None:
    found = tuple(
        finding(number, check=f"check-{number % 5}", check_title=f"检查{number % 5}", code="x", title=f"问题{number % 5}")
        for number in range(1000)
    )
    paper = sheet(of_one(*found))
    assert sum(len(table.rows) for table in finding_tables(paper)) == 1000
    assert len(finding_tables(paper)) == 5
    assert len(paper.blocks) < 60


def test_names_of_a_finding_with_many_pages_are_capped() -> None:
    pages = tuple(f"http://www.s1.gov.cn/p{number}.html" for number in range(10))
    told = [
        row[1]
        for count in (1, 4, 6, 10)
        for table in finding_tables(sheet(of_one(finding(1, url=pages[0], pages=pages[:count]))))
        for row in table.rows
    ]
    assert told[0] == pages[0]
    assert told[1] == f"{pages[0]}；另见/p1.html、/p2.html、/p3.html"
    assert told[2].endswith("等5个页面") and told[3].endswith("等多个页面")


def test_hostile_text_stays_text_and_hostile_addresses_are_not_linked() -> None:
    found = (
        finding(1, url="javascript:alert(1)", message=HOSTILE, snippet=HOSTILE, advice=HOSTILE, title=HOSTILE),
        finding(2, url="http://user:pass@evil.example/", severity="caution", counted=False),
    )
    paper = sheet(of_one(*found, name=HOSTILE, url="javascript:1", unit="青山市"))
    assert not any(character in text for text in every_text(paper) for character in "\x07\u202e")
    links = [link for block in paper.blocks if isinstance(block, Table) for link in block.links.values()]
    assert [link for link in links if not link.startswith("#site-")] == []
    assert not any(block.link for block in paper.blocks if isinstance(block, Paragraph))


def test_what_was_found_and_put_right_inside_the_quarter_is_listed_up_to_a_number() -> None:
    within = tuple(finding(number, closed=date(2026, 8, 2)) for number in range(70))
    paper = sheet(of_one(repaired_within=within))
    listed = next(block for block in paper.blocks if isinstance(block, Table) and block.head[-1] == "整改时间")
    assert len(listed.rows) == 50 and listed.rows[0][-1] == "2026年8月2日"
    assert any("全部70个" in text for text in prose(paper))


def test_an_unknown_unit_is_one_line_that_names_near_ones() -> None:
    with pytest.raises(UsageProblem) as caught:
        feedback(sample_inspection(), "青山", OFFICE)
    assert "没有单位“青山”" in str(caught.value) and "青山市" in str(caught.value)
    with pytest.raises(UsageProblem, match="以登记表为准"):
        feedback(sample_inspection(), "zzz", OFFICE)


def anchors(blocks: tuple[Block, ...]) -> set[str]:
    return {f"#{block.anchor}" for block in blocks if isinstance(block, Heading) and block.anchor}


def test_links_inside_the_sheet_lead_to_a_heading_that_is_there() -> None:
    paper = sheet(sample_inspection())
    inner = {link for block in paper.blocks if isinstance(block, Table) for link in block.links.values() if link.startswith("#")}
    assert inner == {"#site-1", "#site-2"} and inner <= anchors(paper.blocks)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y"]), st.sampled_from(["veto", "deduction", "caution"]), st.booleans()), max_size=12))  # fmt: skip
def test_numbers_of_any_sheet_are_those_of_the_findings(kinds: list[tuple[str, str, str, bool]]) -> None:
    found = tuple(
        finding(at, check=check, check_title=check, code=code, title=code, severity=severity, repeated=again, counted=severity != "caution")
        for at, (check, code, severity, again) in enumerate(kinds)
    )
    inspection = of_one(*found)
    paper = sheet(inspection)
    line: SiteLine = inspection.sites[0]
    listed = [row[0] for table in finding_tables(paper) for row in table.rows]
    assert sorted(listed) == sorted(each.id for each in line.problems)
    summary = next(block for block in paper.blocks if isinstance(block, Table) and block.caption == "所属网站检查结果")
    assert summary.rows[0][5:] == (str(len(line.problems)), str(sum(each.repeated for each in line.problems)))
    assert not any(re.search(r"(?<![\d.])0个", text) for text in prose(paper))


def test_the_sheet_of_an_erratum_says_so() -> None:
    assert sheet(sample_inspection(version=2)).title.endswith("（更正）")
    assert sheet(replace(sample_inspection(), version=0)).banner.startswith("草稿")
