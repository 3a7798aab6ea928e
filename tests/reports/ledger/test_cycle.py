"""A whole cycle over a simulated province: handed out, filled in, taken in, reviewed by later nights; every figure counted anew from what was planted."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from openpyxl import load_workbook

import scheduler
from checks.catalogue.indicators import official
from crawler.oversight import connect
from reports.commands.options import UsageProblem
from reports.ledger import Ledger
from reports.ledger_export import ExportRequest, export, take
from reports.ledger_figures import LedgerLine, tally_of
from reports.ledger_reading import read_ledger
from reports.ledger_sheet import HEADS, SHEET
from reports.ledger_status import ledger_status, status_text
from reports.quarters import Quarter
from tests.office import convert, problems
from tests.quarters.fabric import Fabric, Plan
from tests.reports.ledger.books import rows_of

SECOND = Quarter(2026, 2)
HANDED_OUT, DONE, RETURNED, ASKED = date(2026, 7, 3), date(2026, 8, 25), date(2026, 8, 26), date(2026, 10, 1)
DUE = date(2026, 7, 13)  # fifteen days after the cut-off of 28 June


@dataclass(frozen=True)
class Cycle:
    fabric: Fabric
    first: bytes
    again: bytes
    said: tuple[str, ...]
    lines: tuple[LedgerLine, ...]


def request(fabric: Fabric, file: Path, as_of: date, **changes: Any) -> ExportRequest:
    told: dict[str, Any] = {"unit": "", "quarter": SECOND, "deadline": None, "reply_days": 15, "evidence": None, **changes}
    return ExportRequest(db=fabric.database, file=file, table=lambda _: official(), as_of=as_of, **told)


def fill(path: Path) -> None:
    """Every third finding is said to be done, every third after it needs no repair, the others are left as they were."""
    book = load_workbook(path)
    sheet = book[SHEET]
    first = next(number for number in range(1, 12) if sheet.cell(number, 1).value == HEADS[0]) + 1
    for row in range(first, sheet.max_row + 1):
        how, values = (row - first) % 3, {}
        if how < 2:
            values = {"责任人": " 张三 ", "联系电话": 13900000000}
        values |= ({"整改状态": "已整改", "完成时间": "2026年8月25日"}, {"整改状态": "无需整改", "备注": "栏目已合并"}, {})[how]
        for head, value in values.items():
            sheet.cell(row, HEADS.index(head) + 1).value = value
    book.save(path)


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory) -> Cycle:
    folder = tmp_path_factory.mktemp("cycle")
    fabric = Fabric(folder, seed=11, units=4, per_unit=4, findings=(2, 6), quarters=(1, 2, 3))
    blank, back = folder / "台账.xlsx", folder / "返回.xlsx"
    said = [export(request(fabric, blank, HANDED_OUT))]
    first = blank.read_bytes()
    back.write_bytes(first)
    fill(back)
    said.append(take(fabric.database, back, None, RETURNED, ""))
    said.append(take(fabric.database, back, None, RETURNED, ""))
    said.append(export(request(fabric, blank, ASKED)))
    lines = ledger_status(connect(fabric.database), fabric.evidence, SECOND, ASKED)
    return Cycle(fabric, first, blank.read_bytes(), tuple(said), lines)


# the truth


def planted(fabric: Fabric) -> dict[str, Plan]:
    return {fabric.finding(plan, min(plan.nights)).id: plan for plan in fabric.plans}


def state(fabric: Fabric, plan: Plan, until: date) -> tuple[str, date | None, date | None]:
    """How a fault stood on a day: whether it is there, the night it was last told, the night it was seen clean."""
    now, told, clean = "unknown", None, None
    for number, night in enumerate(fabric.nights):
        if night > until or number in fabric.blocked.get(plan.site, ()):
            continue
        if number in plan.nights:
            now, told, clean = "there", night, None
        elif now == "there":
            now, clean = "clean", night
    return now, told, clean


def in_ledger(fabric: Fabric) -> set[str]:
    """What Q2's ledger must hold: there at the cut-off and in the numbers, or told first and seen clean within the quarter."""
    cutoff = fabric.cutoff(2)
    found = set()
    for finding, plan in planted(fabric).items():
        kind = plan.decision.kind if plan.decision else ""
        counts = kind not in ("false-alarm", "exempt") and (
            plan.grave == "deduction" or (plan.grave == "veto" and kind == "confirm") or (plan.grave == "candidate" and kind == "confirm")
        )
        now, _, clean = state(fabric, plan, cutoff)
        first = fabric.nights[min(plan.nights)]
        if counts and (now == "there" or (now == "clean" and first >= SECOND.first and clean is not None)):
            found.add(finding)
    return found


def claimed(data: bytes) -> Mapping[str, int]:
    """Finding id → its row modulo three: 0 said to be done, 1 no need, 2 nothing."""
    return {row["问题编号"]: number % 3 for number, row in enumerate(rows_of(data))}


# the promises


def test_the_ledger_holds_what_is_in_the_numbers_and_what_was_put_right_within_the_quarter(cycle: Cycle) -> None:
    assert {row["问题编号"] for row in rows_of(cycle.first)} == in_ledger(cycle.fabric)
    assert len(rows_of(cycle.first)) > 15
    assert problems(cycle.first) == []


def test_the_columns_are_those_of_the_official_ledger_in_their_order(cycle: Cycle) -> None:
    official_order = (
        "序号、问题编号、单位、网站/账号、标识码、指标、问题、问题页面、依据、严重程度、扣分、发现时间、截图、是否重复、责任部门、责任人、联系电话、"
        "整改措施、整改时限、整改状态、完成时间、佐证、复核结果、复核时间、备注"
    )
    assert official_order.split("、") == list(HEADS)
    assert [row["序号"] for row in rows_of(cycle.first)] == list(range(1, len(rows_of(cycle.first)) + 1))


def test_every_row_says_what_the_program_saw(cycle: Cycle) -> None:
    names = {site.key: site for site in cycle.fabric.sites}
    for row in rows_of(cycle.first):
        plan = planted(cycle.fabric)[row["问题编号"]]
        site = names[plan.site]
        assert (row["单位"], row["网站/账号"], row["标识码"]) == (site.unit, site.name, site.code)
        first = cycle.fabric.nights[min(plan.nights)]
        assert row["发现时间"] == datetime(first.year, first.month, first.day)
        assert row["整改时限"] == datetime(DUE.year, DUE.month, DUE.day) and row["整改状态"] == "待整改"


def test_what_came_back_is_taken_once(cycle: Cycle) -> None:
    count = len(rows_of(cycle.first))
    said = sum(each < 2 for each in claimed(cycle.first).values())
    done = sum(each == 0 for each in claimed(cycle.first).values())
    assert cycle.said[1] == f"返回.xlsx：2026年第二季度台账 {count} 行，新的填报 {said} 条，其中表内报已整改 {done} 条。"
    assert f"新的填报 0 条，其中表内报已整改 {done} 条" in cycle.said[2]


def test_every_claim_is_reviewed_by_what_was_planted(cycle: Cycle) -> None:
    said, met = claimed(cycle.first), Counter[str]()
    for line in cycle.lines:
        plan = planted(cycle.fabric)[line.issued.finding]
        now, told, clean = state(cycle.fabric, plan, ASKED)
        if now == "clean":
            expected, day = "verified", clean
        elif said[line.issued.finding] != 0:
            expected, day = "", None
        elif told is not None and told > DONE:
            expected, day = "still-there", told
        else:
            expected, day = "unchecked", None
        assert (line.review.result, line.review.day) == (expected, day), line
        met[expected] += 1
        if expected == "still-there":
            assert str(told) in line.review.evidence and Path(line.review.evidence).is_file()
    assert {"verified", "still-there", "unchecked", ""} <= set(met), met


def test_the_figures_are_those_counted_from_what_was_planted(cycle: Cycle) -> None:
    said, days, late = claimed(cycle.first), [], 0
    for finding, how in said.items():
        plan = planted(cycle.fabric)[finding]
        now, told, clean = state(cycle.fabric, plan, ASKED)
        if now == "clean" and clean is not None:
            days.append((clean - cycle.fabric.nights[min(plan.nights)]).days)
        else:
            late += how == 2 or (how == 0 and told is not None and told > DONE)
    tally = tally_of("合计", cycle.lines, ASKED)
    assert (tally.rate.part, tally.rate.whole) == (len(days), len(said))
    assert tally.median_days == median(days)
    assert tally.overdue == late > 0
    text = status_text(SECOND, cycle.lines, ASKED)
    assert f"（{len(days)}/{len(said)}），整改天数" in text and f"逾期未整改 {late} 个" in text


def test_a_further_export_shows_claims_and_reviews_and_keeps_the_deadline(cycle: Cycle) -> None:
    words = {"verified": "复核通过", "still-there": "仍然存在", "unchecked": "尚未复核", "": ""}
    reviewed = {line.issued.finding: line for line in cycle.lines}
    rows = rows_of(cycle.again)
    assert [row["问题编号"] for row in rows] == [row["问题编号"] for row in rows_of(cycle.first)]
    for row in rows:
        line = reviewed[row["问题编号"]]
        new = f"（证据 {line.review.day}/{line.issued.site}.sqlite）" if line.review.result == "still-there" else ""
        assert (row["复核结果"] or "") == words[line.review.result] + new
        assert (row["复核时间"].date() if row["复核时间"] else None) == line.review.day
        assert row["整改状态"] == (line.claim.status if line.claim else "待整改")
        assert row["整改时限"] == datetime(DUE.year, DUE.month, DUE.day)
        if line.claim:
            assert (row["责任人"], row["联系电话"]) == ("张三", "13900000000")


def test_the_same_database_and_command_give_the_same_bytes(cycle: Cycle, tmp_path: Path) -> None:
    export(request(cycle.fabric, tmp_path / "a.xlsx", ASKED))
    assert (tmp_path / "a.xlsx").read_bytes() == cycle.again


def test_a_ledger_that_another_program_opened_and_saved_says_the_same(cycle: Cycle, tmp_path: Path) -> None:
    blank, back = tmp_path / "空.xlsx", tmp_path / "填.xlsx"
    blank.write_bytes(cycle.first)
    back.write_bytes(cycle.first)
    fill(back)
    ledger = Ledger(connect(cycle.fabric.database))
    direct = read_ledger(back, ledger, RETURNED)
    saved = read_ledger(convert(back, tmp_path / "存", "xlsx"), ledger, RETURNED)
    assert [each.said for each in saved.claims] == [each.said for each in direct.claims] and saved.rows == direct.rows
    assert read_ledger(convert(blank, tmp_path / "存", "xlsx"), ledger, RETURNED).claims == ()


def test_a_units_own_ledger_holds_its_findings_only(cycle: Cycle, tmp_path: Path) -> None:
    unit = cycle.fabric.units[1].name
    export(request(cycle.fabric, tmp_path / "u.xlsx", HANDED_OUT, unit=unit))
    mine = [row["问题编号"] for row in rows_of((tmp_path / "u.xlsx").read_bytes())]
    assert mine == [row["问题编号"] for row in rows_of(cycle.first) if row["单位"] == unit] and mine


def test_an_unknown_unit_or_an_impossible_deadline_writes_and_notes_nothing(cycle: Cycle, tmp_path: Path) -> None:
    for changes, words in (({"unit": "没有的局"}, "没有单位“没有的局”"), ({"deadline": date(2026, 6, 1)}, "早于监测时间点 2026-06-28")):
        with pytest.raises(UsageProblem, match=words):
            export(request(cycle.fabric, tmp_path / "x.xlsx", HANDED_OUT, quarter=SECOND, **changes))
    assert not (tmp_path / "x.xlsx").exists()
    assert {each.due for each in Ledger(connect(cycle.fabric.database)).issued(SECOND).values()} == {DUE}


def test_the_commands_tell_it_in_chinese_and_a_bad_file_is_exit_code_2(
    cycle: Cycle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def mingjing(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mingjing", *args, "--db", str(cycle.fabric.database)])
        with pytest.raises(SystemExit) as ended:
            scheduler.mingjing()
        told = capsys.readouterr()
        return int(str(ended.value.code)), told.out, told.err

    asked = ("--quarter", "2026Q2", "--as-of", ASKED.isoformat())
    assert mingjing("ledger", "status", *asked) == (0, status_text(SECOND, cycle.lines, ASKED), "")
    code, out, _ = mingjing("ledger", "export", str(tmp_path / "c.xlsx"), *asked)
    assert code == 0 and "2026年第二季度整改台账" in out and (tmp_path / "c.xlsx").read_bytes() == cycle.again
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"no workbook")
    code, _, told = mingjing("ledger", "import", str(bad))
    assert code == 2 and told.startswith("mingjing：文件 ") and len(told.splitlines()) == 1
    code, _, told = mingjing("ledger", "status", "--quarter", "2026Q1")
    assert code == 2 and "2026年第一季度的台账还没有下发" in told
    code, _, told = mingjing("ledger", "export", "/proc/no/l.xlsx", *asked)
    assert code == 4 and "无法写入" in told and len(told.splitlines()) == 1
