"""A province's own table: what it may change, what is wrong with it and how that is told, which table is in force, what two differ in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import typer

import scheduler
from checks.catalogue import CatalogueError
from checks.catalogue.indicators import Catalogue, difference, in_force, load, official, read, validate
from reports.commands.options import UsageProblem

HEAD = """
id = "qinghe"
version = "2026.1"
title = "清河省政府网站检查指标"
source = "清政办函〔2026〕1号"
basis = "original"
effective = 2026-01-01
"""


def table(folder: Path, body: str = "", head: str = HEAD) -> Path:
    path = folder / "qinghe.toml"
    path.write_text(head + body, encoding="utf-8")
    return path


def test_an_empty_own_table_is_the_national_one_under_its_own_name(tmp_path: Path) -> None:
    own = load(table(tmp_path))
    assert (own.id, own.version, own.effective, own.basis) == ("qinghe", "2026.1", date(2026, 1, 1), "original")
    assert own.indicators == official().indicators
    assert own.digest != official().digest


def test_a_row_that_costs_something_else_cites_the_own_table_and_its_neighbours_do_not(tmp_path: Path) -> None:
    own = load(table(tmp_path, '[[indicators]]\nid = "other-columns"\n[[indicators.rows]]\nid = "other-columns.blank"\npoints = 4\n'))
    _, changed = own.row("other-columns.blank")
    _, same = own.row("other-columns.stale")
    assert (changed.points, changed.source, changed.basis) == (4, "清政办函〔2026〕1号", "original")
    assert changed.feeds == official().row("other-columns.blank")[1].feeds
    assert same == official().row("other-columns.stale")[1]


def test_a_row_may_name_its_own_source(tmp_path: Path) -> None:
    body = '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\npoints = 0.5\nsource = "补充说明"\nbasis = "assumed"\n'
    _, row = load(table(tmp_path, body)).row("browsers.broken")
    assert (row.source, row.basis) == ("补充说明", "assumed")


def test_deductions_may_be_extended_to_department_sites_at_once_or_one_by_one(tmp_path: Path) -> None:
    own = load(table(tmp_path, '[kinds]\ndeduction = ["portal", "department"]\n[[indicators]]\nid = "news"\nkinds = ["portal"]\n'))
    assert {item.id for item in own.part("deduction") if item.kinds == ("portal",)} == {"news"}
    assert all(item.kinds == ("portal",) for item in own.part("bonus"))


def test_items_and_rows_may_be_added_and_dropped_if_the_sums_are_said(tmp_path: Path) -> None:
    body = """
[gates]
full = 101
[[blocks]]
part = "deduction"
name = "功能设计"
points = 22
[[indicators]]
id = "one-login"
drop = true
[[indicators]]
id = "data-safety"
name = "数据安全"
part = "deduction"
block = "功能设计"
cap = 3
rows = [{ id = "data-safety.leak", text = "公开了不应公开的个人信息", points = 3, judged = "person" }]
"""
    own = load(table(tmp_path, body))
    assert own.indicators[-1].rows[0].source == "清政办函〔2026〕1号"
    with pytest.raises(KeyError):
        own.row("one-login.absent")
    assert sum(item.cap for item in own.part("deduction")) == own.gates.full == 101


WRONG = [
    ("missing head", HEAD.replace('version = "2026.1"\n', ""), "", "全文的 version：缺少"),
    ("no TOML", HEAD, "[[indicators]\n", "行第"),
    ("no date", HEAD.replace("2026-01-01", '"今年"'), "", "effective：应为日期"),
    ("a moment is no day", HEAD.replace("2026-01-01", "2026-01-01T08:00:00"), "", "effective：应为日期"),
    ("unknown field of the file", HEAD + 'colour = "red"\n', "", "colour：没有这个字段"),
    ("misspelt field of an item", HEAD, '[[indicators]]\nid = "news"\ncapp = 3\n', "news 的 capp：没有这个字段"),
    ("points no number", HEAD, '[[indicators]]\nid = "news"\n[[indicators.rows]]\nid = "news.stale"\npoints = "五"\n', "news.stale 的 points：应为数字"),
    ("unknown word", HEAD, '[[indicators]]\nid = "news"\n[[indicators.rows]]\nid = "news.stale"\njudged = "robot"\n', "news.stale 的 judged：只能是"),
    ("unknown basis", HEAD.replace('"original"', '"sure"'), "", "basis：只能是"),
    ("no id", HEAD, "[[indicators]]\ncap = 3\n", "第 1 条的 id：缺少"),
    ("row without id", HEAD, '[[indicators]]\nid = "news"\n[[indicators.rows]]\npoints = 3\n', "news 的 rows 第 1 条的 id：缺少"),
    ("twice", HEAD, '[[indicators]]\nid = "news"\n[[indicators]]\nid = "news"\n', "news 的 id：写了两次"),
    ("an item's row in another item", HEAD, '[[indicators]]\nid = "news"\n[[indicators.rows]]\nid = "ipv6.undone"\ntext = "甲"\npoints = 1\njudged = "person"\n', "ipv6.undone 的 id：有 2 条"),
    ("nothing to drop", HEAD, '[[indicators]]\nid = "nothing"\ndrop = true\n', "nothing 的 drop：国家指标中没有"),
    ("drop is a word", HEAD, '[[indicators]]\nid = "news"\ndrop = "yes"\n', "news 的 drop：应为 true"),
    ("not a list", HEAD, "indicators = 3\n", "indicators：应为一组条目"),
    ("kinds of no part", HEAD, '[kinds]\nother = ["portal"]\n', "kinds 的 other：只能有"),
    ("kinds of no site", HEAD, '[kinds]\nbonus = ["school"]\n', "kinds.第 1 个：只能是"),
    ("gates no number", HEAD, '[gates]\nfail = "六十"\n', "gates 的 fail：应为数字"),
    ("gates the wrong way round", HEAD, "[gates]\nfail = 90\n", "gates：应有 0 ≤ fail ≤ bonus ≤ full"),
    ("the sum of a block", HEAD, '[[indicators]]\nid = "browsers"\ncap = 3\n', "功能设计：各项加起来是 22 分，不是 21 分"),
    ("the sum of the whole", HEAD, '[[blocks]]\npart = "deduction"\nname = "功能设计"\npoints = 22\n[[indicators]]\nid = "ipv6"\ncap = 2\n[[indicators.rows]]\nid = "ipv6.undone"\npoints = 2\n', "gates 的 full：扣分指标各项加起来是 101 分，不是 100 分"),
    ("points above the cap", HEAD, '[[indicators]]\nid = "ipv6"\n[[indicators.rows]]\nid = "ipv6.undone"\npoints = 2\n', "ipv6.undone 的 points：应大于 0，不超过本项的 1 分"),
    ("points for nothing", HEAD, '[[indicators]]\nid = "ipv6"\n[[indicators.rows]]\nid = "ipv6.undone"\npoints = 0\n', "ipv6.undone 的 points"),
    ("a cap nothing reaches", HEAD, '[[indicators]]\nid = "ipv6"\n[[indicators.rows]]\nid = "ipv6.undone"\npoints = 0.5\n', "ipv6 的 cap：各行加起来也到不了 1 分"),
    ("a veto with points", HEAD, '[[indicators]]\nid = "veto-home"\n[[indicators.rows]]\nid = "veto-home.two-weeks"\npoints = 5\n', "veto-home.two-weeks 的 points：单项否决不计分"),
    ("unknown check", HEAD, '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\njudged = "both"\nfeeds = [{ check = "browsers" }]\n', "browsers.broken 的 feeds：没有“browsers”这项检查"),
    ("unknown code", HEAD, '[[indicators]]\nid = "ipv6"\n[[indicators.rows]]\nid = "ipv6.undone"\nfeeds = [{ check = "ipv6", codes = ["no-ipv7"] }]\n', "ipv6.undone 的 feeds：检查“ipv6”没有“no-ipv7”"),
    ("a hint that costs", HEAD, '[[indicators]]\nid = "ipv6"\n[[indicators.rows]]\nid = "ipv6.undone"\nfeeds = [{ check = "ipv6", codes = ["unstable-v6"] }]\n', "只是提示，不能计分"),
    ("one finding costs twice", HEAD, '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\njudged = "both"\nfeeds = [{ check = "column-updates", codes = ["overdue"] }]\n', "已计入 news.stale，同一问题不能扣两次"),
    ("a machine row without feeds", HEAD, '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\njudged = "machine"\n', "browsers.broken 的 feeds：由程序判断的行"),
    ("a person's row with feeds", HEAD, '[[indicators]]\nid = "ipv6"\n[[indicators.rows]]\nid = "ipv6.undone"\njudged = "person"\n', "ipv6.undone 的 feeds：只由人判断的行"),
    ("an item without rows", HEAD, '[[indicators]]\nid = "innovation"\nname = "甲"\npart = "veto"\nblock = "单项否决"\nrows = []\n', "innovation 的 rows：一行都没有"),
    ("most without count", HEAD, '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\nmost = 3\n', "browsers.broken 的 most：写了 most"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "told"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_wrong_with_a_table_is_told_in_one_line_by_file_entry_and_field(tmp_path: Path, head: str, body: str, told: str) -> None:
    with pytest.raises(CatalogueError) as problem:
        load(table(tmp_path, body, head))
    text = str(problem.value)
    assert "qinghe.toml" in text and told in text and "\n" not in text, text


def test_a_file_that_is_not_there_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"nowhere\.toml：读不出来"):
        load(tmp_path / "nowhere.toml")
    (tmp_path / "gbk.toml").write_bytes("title = '清河'".encode("gb18030"))
    with pytest.raises(CatalogueError, match="不是 UTF-8"):
        load(tmp_path / "gbk.toml")


def test_all_problems_can_be_told_at_once(tmp_path: Path) -> None:
    body = '[[indicators]]\nid = "ipv6"\ncap = 2\n[[indicators]]\nid = "news"\n[[indicators.rows]]\nid = "news.stale"\npoints = 9\n'
    problems = validate(read(table(tmp_path, body)))
    assert len(problems) == 4  # ipv6's cap is out of reach, points above a cap, one block, the whole
    assert sum("news.stale" in each for each in problems) == 1


def test_two_rows_may_share_a_check_when_no_finding_can_be_meant_by_both(tmp_path: Path) -> None:
    """Harmless twin of `one finding costs twice`: another class of column."""
    body = '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\njudged = "both"\nfeeds = [{ check = "column-updates", codes = ["overdue"], where = { kind = ["nothing-else-has-it"] } }]\n'
    load(table(tmp_path, body))


def at(catalogue: Catalogue, day: date, name: str) -> Catalogue:
    return catalogue.model_copy(update={"effective": day, "id": name})


def test_the_table_that_took_effect_last_is_in_force() -> None:
    old, new = at(official(), date(2026, 1, 1), "old"), at(official(), date(2026, 7, 1), "new")
    tables = (new, official(), old)
    assert [in_force(tables, day).id for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))] == [
        "national", "old", "old", "new",
    ]  # fmt: skip


def test_of_two_tables_of_one_day_the_later_given_holds_and_before_the_first_there_is_none() -> None:
    same = at(official(), official().effective, "own")
    assert in_force((official(), same), date(2026, 1, 1)).id == "own"
    with pytest.raises(CatalogueError, match="2019-03-31 没有施行的指标目录：最早的自 2019-04-01"):
        in_force((official(), same), date(2019, 3, 31))


def test_a_table_does_not_differ_from_itself_and_a_changed_one_says_what_changed(tmp_path: Path) -> None:
    assert difference(official(), official()) == ()
    body = '[[blocks]]\npart = "bonus"\nname = "创新发展"\npoints = 2\n[gates]\nbonus_full = 29\n[[indicators]]\nid = "bonus-innovation"\ncap = 2\n[[indicators.rows]]\nid = "bonus-innovation.practice"\ndrop = true\n[[indicators.rows]]\nid = "bonus-innovation.new"\ntext = "创新"\npoints = 2\njudged = "person"\n'
    found = difference(official(), load(table(tmp_path, body)))
    told = {(change.kind, change.entry, change.field) for change in found if change.entry}
    assert told == {
        ("changed", "gates", "bonus_full"),
        ("changed", "bonus/创新发展", "points"),
        ("changed", "bonus-innovation", "cap"),
        ("removed", "bonus-innovation.practice", ""),
        ("added", "bonus-innovation.new", ""),
    }
    gate = next(change for change in found if change.field == "bonus_full")
    assert (gate.before, gate.after) == (30, 29)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit code and what stands on the screen."""
    code = typer.main.get_command(scheduler._mingjing_app).main(args=["catalogue", *words], prog_name="mingjing", standalone_mode=False)
    return int(code or 0), capsys.readouterr().out


def test_the_commands_show_validate_and_compare(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = str(table(tmp_path, '[[indicators]]\nid = "browsers"\n[[indicators.rows]]\nid = "browsers.broken"\npoints = 2\n'))
    code, shown = run(capsys, "show")
    assert code == 0
    assert all(row.id in shown and row.text in shown for item in official().indicators for row in item.rows)
    code, shown = run(capsys, "show", "browsers.broken", "--catalogue", own)
    assert code == 0 and "每个 −2 分" in shown and "清政办函〔2026〕1号（原文）" in shown
    assert run(capsys, "validate") == (0, run(capsys, "validate")[1])
    code, shown = run(capsys, "diff", own)
    assert code == 0 and "* browsers.broken：分值 1 → 2" in shown
    assert "两份目录没有不同" in run(capsys, "diff", own, own)[1]
    with pytest.raises(UsageProblem, match="没有编号“browser”"):
        run(capsys, "show", "browser")


def test_validate_tells_every_problem_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, shown = run(capsys, "validate", str(table(tmp_path, '[[indicators]]\nid = "browsers"\ncap = 3\n')))
    assert code == 1 and "问题：blocks 的 deduction/功能设计：各项加起来是 22 分，不是 21 分。" in shown and "共 2 处问题" in shown
