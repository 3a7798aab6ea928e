"""Right of reply: an objection changes no number, a ruling changes every one, both stay; a confirmed veto stays confirmed while it is looked into."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlite_utils import Database

import scheduler
from checks.catalogue.indicators import official
from crawler.oversight import connect
from crawler.registry import RegisteredSite
from reports import objections as room
from reports.commands.options import UsageProblem
from reports.decisions import Decision, Decisions, Kind
from reports.inspection import Asked, build_inspection
from reports.inspection_model import Inspection
from reports.objections import Objections
from reports.objections_text import objection_lines, site_objections
from reports.quarters import Quarter
from reports.site_history import HistoryRequest, run
from reports.standing import standings
from tests.quarters.fabric import Fabric, Plan

CUTOFF, DAY, LATER = date(2026, 3, 28), date(2026, 4, 2), date(2026, 4, 9)
EVERY_NIGHT = frozenset({0, 1, 2})


class Faulty(Fabric):
    """One portal with a deduction, a veto that a person confirmed, and a veto that nobody has looked at."""

    def _plans(self, site: RegisteredSite, fewest: int, most: int) -> Iterator[Plan]:
        yield Plan(site.key, "error-report-entry", "missing", "home", EVERY_NIGHT)
        confirmed = Plan(site.key, "home-updates", "not-updated", "home", EVERY_NIGHT)
        yield Plan(
            confirmed.site, confirmed.check, confirmed.code, confirmed.subject, EVERY_NIGHT, decision=self._decision(confirmed, "confirm")
        )
        yield Plan(site.key, "interaction-channel", "no-channel", "site", EVERY_NIGHT)


@pytest.fixture
def fabric(tmp_path: Path) -> Faulty:
    return Faulty(tmp_path, units=1, per_unit=1, quarters=(1,), pictures=0)


@pytest.fixture
def database(fabric: Faulty) -> Database:
    return connect(fabric.database)


def ids(fabric: Faulty) -> tuple[str, str, str]:
    deduction, confirmed, candidate = (fabric.finding(plan, 0).id for plan in fabric.plans)
    return deduction, confirmed, candidate


def inspection(fabric: Faulty, decided: date = LATER) -> Inspection:
    asked = Asked(connect(fabric.database), fabric.evidence, Quarter(2026, 1), CUTOFF, 100, "x", False, decided, official(), 15)
    return build_inspection(asked)


def test_an_objection_stays_with_its_text_and_file(fabric: Faulty, database: Database, tmp_path: Path) -> None:
    finding = ids(fabric)[0]
    proof = tmp_path / "佐证.pdf"
    proof.write_bytes(b"%PDF-1.7 proof")
    filed = Objections(database).file(finding, " 首页底部有入口。 ", "清河河厅", DAY, proof)
    (kept,) = Objections(database).of([finding])[finding]
    assert kept == filed
    assert (kept.text, kept.by, kept.day, kept.ruling) == ("首页底部有入口。", "清河河厅", DAY, None)
    assert kept.file is not None and kept.file.name == "佐证.pdf" and kept.file.size == 14
    assert kept.file.sha256 == hashlib.sha256(b"%PDF-1.7 proof").hexdigest()
    assert Objections(database).content(kept.file) == b"%PDF-1.7 proof"


def test_an_objection_by_itself_changes_no_number(fabric: Faulty, database: Database) -> None:
    before = inspection(fabric)
    for finding in ids(fabric):
        Objections(database).file(finding, "我们不同意。", "单位", DAY)
    after = inspection(fabric)
    assert after.total == before.total
    assert [site.card for site in after.sites] == [site.card for site in before.sites]
    assert after.units == before.units
    assert "我们不同意。" in after.sites[0].problems[0].objection and after.sites[0].problems[0].ruling == ""


def test_a_confirmed_veto_under_objection_still_fails_the_site(fabric: Faulty, database: Database) -> None:
    confirmed = ids(fabric)[1]
    Objections(database).file(confirmed, "首页每天更新。", "单位", DAY)
    assert inspection(fabric).sites[0].state == "fail"
    Decisions(database).take([Decision(confirmed, "dispute", "单位来电有异议。", "王检查", None, LATER)])
    assert inspection(fabric).sites[0].state == "fail", "a dispute is a note, it takes no confirmation back"


def test_a_veto_upheld_leaves_every_number(fabric: Faulty, database: Database) -> None:
    confirmed = ids(fabric)[1]
    before = inspection(fabric)
    Objections(database).file(confirmed, "首页每天更新。", "单位", DAY)
    assert Objections(database).rule(confirmed, "false-alarm", "核实：首页每天更新。", "李裁定", LATER) == 1
    after = inspection(fabric)
    assert (before.sites[0].state, after.sites[0].state) == ("fail", "pass")
    assert (before.total.failed, after.total.failed, after.total.passed) == (1, 0, 1)
    assert after.units[0].findings == before.units[0].findings - 1 and after.units[0].vetoes == before.units[0].vetoes - 1
    assert after.repair.due == before.repair.due - 1
    (excluded,) = after.sites[0].excluded
    assert (
        excluded.id == confirmed and "首页每天更新。" in excluded.objection and "申诉成立（误报）：核实：首页每天更新。" in excluded.ruling
    )


def test_a_deduction_upheld_gives_its_points_back(fabric: Faulty, database: Database) -> None:
    deduction, confirmed, _ = ids(fabric)
    Objections(database).file(confirmed, "首页每天更新。", "单位", DAY)
    Objections(database).rule(confirmed, "exempt", "网站改版期间。", "李裁定", DAY)
    before = inspection(fabric).sites[0]
    (told,) = [each for each in before.problems if each.id == deduction]
    assert told.points > 0
    Objections(database).file(deduction, "有入口。", "单位", DAY)
    Objections(database).rule(deduction, "false-alarm", "核实有入口。", "李裁定", LATER)
    after = inspection(fabric).sites[0]
    assert before.card is not None and after.card is not None
    assert after.card.certain == pytest.approx((before.card.certain or 0) + told.points)


def test_a_candidate_whose_objection_is_rejected_counts(fabric: Faulty, database: Database) -> None:
    candidate = ids(fabric)[2]
    before = inspection(fabric)
    assert candidate in {each.id for each in before.sites[0].pending}
    Objections(database).file(candidate, "有互动渠道。", "单位", DAY)
    Objections(database).rule(candidate, "confirm", "打开首页核对，确实没有。", "李裁定", LATER)
    after = inspection(fabric)
    assert candidate in {each.id for each in after.sites[0].problems} and after.units[0].vetoes == before.units[0].vetoes + 1
    assert "申诉不成立：打开首页核对，确实没有。（李裁定，2026-04-09）" in next(
        each.ruling for each in after.sites[0].problems if each.id == candidate
    )


def test_the_ruling_is_a_decision_with_its_reason_and_person(fabric: Faulty, database: Database) -> None:
    finding = ids(fabric)[0]
    Objections(database).file(finding, "有入口。", "单位", DAY)
    Objections(database).rule(finding, "exempt", "系统迁移期间。", "李裁定", LATER)
    held = Decisions(database).holding(LATER)[finding]
    assert (held.kind, held.reason, held.by, held.day) == ("exempt", "系统迁移期间。", "李裁定", LATER)
    (kept,) = Objections(database).of([finding])[finding]
    assert kept.ruling is not None and kept.ruling.text == "申诉成立（豁免）：系统迁移期间。（李裁定，2026-04-09）"


def test_one_ruling_decides_every_open_objection_and_a_new_one_can_follow(fabric: Faulty, database: Database) -> None:
    finding, objections = ids(fabric)[0], Objections(database)
    objections.file(finding, "第一次。", "单位", DAY)
    objections.file(finding, "补充材料。", "单位", DAY)
    assert objections.rule(finding, "confirm", "不成立。", "李裁定", DAY) == 2
    objections.file(finding, "再次申诉。", "单位", LATER)
    assert [each.ruling is None for each in objections.of([finding])[finding]] == [False, False, True]
    told, ruled = objections.texts([finding])[finding]
    assert told == "第一次。（单位，2026-04-02）；补充材料。（单位，2026-04-02）；再次申诉。（单位，2026-04-09）"
    assert ruled == "申诉不成立：不成立。（李裁定，2026-04-02）"


def test_what_was_filed_and_ruled_later_is_not_told_of_an_earlier_day(fabric: Faulty, database: Database) -> None:
    finding, objections = ids(fabric)[0], Objections(database)
    objections.file(finding, "有入口。", "单位", DAY)
    objections.rule(finding, "confirm", "没有。", "李裁定", LATER)
    assert objections.of([finding], as_of=CUTOFF) == {}
    assert objections.of([finding], as_of=DAY)[finding][0].ruling is None
    assert objections.of([finding], as_of=LATER)[finding][0].ruling is not None


@pytest.mark.parametrize(
    ("next_kind", "words"),
    [("confirm", "申诉不成立"), ("false-alarm", "申诉成立（误报）"), ("exempt", "申诉成立（豁免）"), ("revoke", "已撤销")],
)
def test_a_dispute_noted_by_an_inspector_is_an_objection_and_the_next_decision_its_ruling(
    fabric: Faulty, database: Database, next_kind: Kind, words: str
) -> None:
    finding = ids(fabric)[0]
    Decisions(database).take([Decision(finding, "dispute", "来电有异议。", "王检查", None, DAY)])
    (noted,) = Objections(database).of([finding])[finding]
    assert (noted.text, noted.ruling) == ("来电有异议。", None)
    Decisions(database).take([Decision(finding, next_kind, "核实。", "李裁定", None, LATER)])
    (ruled,) = Objections(database).of([finding])[finding]
    assert ruled.ruling is not None and ruled.ruling.text.startswith(words)


def test_a_noted_dispute_can_be_ruled_on(fabric: Faulty, database: Database) -> None:
    finding = ids(fabric)[1]
    Decisions(database).take([Decision(finding, "dispute", "来电有异议。", "王检查", None, DAY)])
    assert Objections(database).rule(finding, "confirm", "核实仍未更新。", "李裁定", LATER) == 1
    assert Decisions(database).holding(LATER)[finding].kind == "confirm"


@pytest.mark.parametrize(
    ("kinds", "confirmed"),
    [
        (("confirm",), True),
        (("confirm", "dispute"), True),
        (("confirm", "dispute", "dispute"), True),
        (("dispute",), False),
        (("confirm", "revoke", "dispute"), False),
        (("confirm", "false-alarm", "dispute"), False),
        (("dispute", "confirm"), True),
        (("confirm", "dispute", "false-alarm"), False),
    ],
)
def test_a_confirmation_stands_until_somebody_decides_otherwise(
    fabric: Faulty, database: Database, kinds: tuple[Kind, ...], confirmed: bool
) -> None:
    finding = ids(fabric)[2]
    for number, kind in enumerate(kinds):
        Decisions(database).take([Decision(finding, kind, f"第 {number} 次。", "王检查", None, CUTOFF)])
    (standing,) = standings(database, fabric.evidence, CUTOFF)
    assert standing.assessed is not None
    assert (finding in standing.assessed.confirmed) is confirmed


def test_what_cannot_be_objected_to_is_one_line(
    fabric: Faulty, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    objections, finding = Objections(database), ids(fabric)[0]
    large, empty = tmp_path / "large.zip", tmp_path / "empty.pdf"
    large.write_bytes(b"x" * 2000)
    empty.write_bytes(b"")
    monkeypatch.setattr(room, "MAX_FILE", 1024)
    cases = (
        ("没有编号为“0000000000”的问题", "0000000000", "文", "人", None),
        ("没有编号为“�”的问题", "\x07", "文", "人", None),
        ("请写明申诉内容", finding, " ", "人", None),
        ("请写明申诉内容", finding, "长" * 4001, "人", None),
        ("请写明申诉人", finding, "文", "", None),
        ("读不出来", finding, "文", "人", tmp_path / "没有.pdf"),
        ("是空文件", finding, "文", "人", empty),
        ("超过 0 MB", finding, "文", "人", large),
    )
    for words, name, text, by, file in cases:
        with pytest.raises(UsageProblem, match=words) as problem:
            objections.file(name, text, by, DAY, file)
        assert "\n" not in str(problem.value)
    assert objections.of() == {}


def test_what_was_ruled_out_needs_no_objection(fabric: Faulty, database: Database) -> None:
    finding = ids(fabric)[0]
    Decisions(database).take([Decision(finding, "false-alarm", "核实。", "王检查", None, DAY)])
    with pytest.raises(UsageProblem, match=r"已认定为误报，不计入任何数字，无需申诉"):
        Objections(database).file(finding, "文", "人", DAY)


def test_what_cannot_be_ruled_is_one_line_and_changes_nothing(fabric: Faulty, database: Database) -> None:
    objections, finding = Objections(database), ids(fabric)[0]
    with pytest.raises(UsageProblem, match=r"没有待裁定的申诉"):
        objections.rule(finding, "confirm", "理由", "人", DAY)
    objections.file(finding, "文", "人", LATER)
    for words, reason, by, day in (("早于申诉日期", "理由", "人", DAY), ("裁定理由", " ", "人", LATER), ("决定人", "理由", "", LATER)):
        with pytest.raises(UsageProblem, match=words):
            objections.rule(finding, "false-alarm", reason, by, day)
    assert finding not in Decisions(database).holding(LATER)
    assert objections.of([finding])[finding][0].ruling is None


def test_the_list_names_site_objection_and_ruling(fabric: Faulty, database: Database) -> None:
    deduction, confirmed, _ = ids(fabric)
    objections = Objections(database)
    objections.file(deduction, "=有入口\x07。", "单位", DAY)
    objections.file(confirmed, "每天更新。", "单位", DAY)
    objections.rule(confirmed, "confirm", "核实没有。", "李裁定", LATER)
    text = "\n".join(objection_lines(database))
    assert "申诉：=有入口�。（单位，2026-04-02）" in text and "裁定：待裁定" in text and "裁定：申诉不成立：核实没有。" in text
    assert text.endswith("申诉 2 个，待裁定 1 个。")
    assert objection_lines(database, pending=True)[-1] == "申诉 1 个，待裁定 1 个。"
    assert objection_lines(database, unit=fabric.units[0].name)[-1] == "申诉 2 个，待裁定 1 个。"
    assert any("待裁定" in line for line in site_objections(database, fabric.sites[0].key))


def test_a_list_of_nothing_says_so(database: Database) -> None:
    assert objection_lines(database) == ["没有申诉。"]
    assert objection_lines(database, pending=True) == ["没有待裁定的申诉。"]


def test_a_sites_history_shows_objection_and_ruling(fabric: Faulty, database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    finding, site = ids(fabric)[0], fabric.sites[0].key
    run(HistoryRequest(fabric.database, site))
    assert "申诉和裁定" not in capsys.readouterr().out
    Objections(database).file(finding, "有入口。", "单位", DAY)
    Objections(database).rule(finding, "confirm", "没有。", "李裁定", LATER)
    run(HistoryRequest(fabric.database, site))
    text = capsys.readouterr().out
    assert f"申诉和裁定\n  {finding}\n    申诉：有入口。（单位，2026-04-02）\n    裁定：申诉不成立：没有。（李裁定，2026-04-09）" in text


def test_the_commands_file_list_rule_and_give_the_file_back(
    fabric: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mingjing(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mingjing", "objection", *args, "--db", str(fabric.database)])
        with pytest.raises(SystemExit) as ended:
            scheduler.mingjing()
        told = capsys.readouterr()
        return int(str(ended.value.code)), told.out, told.err

    finding, proof, back = ids(fabric)[0], tmp_path / "证明.txt", tmp_path / "取出.txt"
    proof.write_text("有入口", encoding="utf-8")
    code, out, _ = mingjing("file", finding, "--text", "有入口。", "--by", "单位", "--attachment", str(proof), "--as-of", "2026-04-02")
    assert code == 0 and "附件“证明.txt”（9 字节，SHA-256 " in out
    assert mingjing("list", "--pending")[1].endswith("申诉 1 个，待裁定 1 个。\n")
    code, _, told = mingjing("rule", finding, "--reason", "核实。", "--by", "李裁定")
    assert code == 2 and "--uphold" in told and len(told.splitlines()) == 1
    assert mingjing("rule", finding, "--reject", "--exempt", "--reason", "核实。", "--by", "李裁定")[0] == 2
    code, out, _ = mingjing("rule", finding, "--uphold", "--reason", "核实有入口。", "--by", "李裁定", "--as-of", "2026-04-09")
    assert (code, out) == (0, f"已裁定问题 {finding} 的 1 个申诉：申诉成立，记为“误报”，问题不再计入任何数字。\n")
    assert mingjing("save", finding, str(back))[0] == 0 and back.read_bytes() == proof.read_bytes()
    code, _, told = mingjing("list", "--unit", "没有的局")
    assert code == 2 and len(told.splitlines()) == 1
