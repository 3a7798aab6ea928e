"""`mingjing quarterly` as a user runs it: what is written, the same bytes again, publications that never change, errata, bad input."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from checks.catalogue.indicators import Catalogue
from crawler.oversight import OversightError, connect
from reports.commands.options import UsageProblem
from reports.decisions import Decision, Decisions
from reports.inspection_model import Inspection
from reports.ledger import Ledger
from reports.office import Office
from reports.output import OutputProblem
from reports.published import Published
from reports.quarterly import Request, run
from reports.quarters import Quarter
from tests.quarters.fabric import Fabric
from tests.quarters.test_inspection import TABLE

Q1, Q2, Q3 = (Quarter(2026, number) for number in (1, 2, 3))
DAY = date(2026, 10, 20)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    return Fabric(tmp_path_factory.mktemp("original"), seed=5, units=2, per_unit=4, findings=(1, 6), quarters=(1, 2, 3))


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    """The same without pictures."""
    return Fabric(tmp_path_factory.mktemp("bare"), seed=5, units=2, per_unit=4, findings=(1, 6), quarters=(1, 2, 3), pictures=0)


@pytest.fixture
def plain(bare: Fabric, monkeypatch: pytest.MonkeyPatch) -> Fabric:
    """A province whose files are made without charts, which take most of the time."""
    monkeypatch.setattr("reports.quarterly_files.quarter_charts", lambda inspection: ())
    return bare


@pytest.fixture
def province(plain: Fabric, tmp_path: Path) -> Path:
    """A copy of it that a test may change: its central database; the evidence lies beside it."""
    shutil.copytree(plain.folder, tmp_path / "province")
    return tmp_path / "province" / "oversight.db"


def asked(database: Path, out: Path, quarter: Quarter = Q2) -> Request:
    return Request(
        db=database,
        quarter=quarter,
        cutoff=None,
        percent=None,
        seed=None,
        unreviewed=False,
        out=out,
        publish=False,
        erratum="",
        redraft=False,
        templates=None,
        table=lambda day: TABLE,
        reply_days=15,
        office=Office(),
        evidence=None,
        units=(),
        day=DAY,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def published(database: Path, quarter: Quarter = Q2) -> Inspection:
    found = Published(connect(database)).inspection(quarter)
    assert found is not None
    return found


def rule_out(database: Path, finding: str) -> None:
    Decisions(connect(database)).take([Decision(finding, "false-alarm", "经核实不是问题", "王检查", None, date(2026, 10, 25))])


@pytest.fixture(scope="module")
def drafted(original: Fabric, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("drafted") / "out"
    assert run(asked(original.database, out)) == 0
    return out


def test_all_files_of_a_quarter_are_written(original: Fabric, drafted: Path) -> None:
    made = files(drafted)
    units = {unit.name for unit in original.units}
    assert {"通报.docx", "通报.html", "检查结果.xlsx", "整改台账.xlsx", "问题反馈单.zip"} <= set(made)
    assert {name for name in made if name.startswith("问题反馈单/")} == {f"问题反馈单/{unit}.docx" for unit in units}
    assert any(name.startswith("图表/") and name.endswith(".png") for name in made)
    with zipfile.ZipFile(drafted / "问题反馈单.zip") as sheets:
        assert {f"问题反馈单/{name}": sheets.read(name) for name in sheets.namelist()} == {
            name: data for name, data in made.items() if name.startswith("问题反馈单/")
        }
    assert not [name for name in made if ".partial" in name]


def test_the_same_command_writes_the_same_bytes(original: Fabric, drafted: Path, tmp_path: Path) -> None:
    run(asked(original.database, tmp_path))
    assert files(tmp_path) == files(drafted)


def test_what_is_printed_says_what_was_left_out_and_what_to_open_first(
    plain: Fabric, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(replace(asked(plain.database, tmp_path, Q3), percent=50, seed="甲"))
    told = capsys.readouterr().out
    assert "2026年第三季度政府网站检查（草稿，没有发布），监测时间点 2026-09-28，回复期限 2026-10-13" in told
    assert "抽查 50%，种子“甲”，抽中 4 个，未抽中 4 个（不计入任何比率）。" in told
    assert f"请先打开 {tmp_path / '通报.docx'}。" in told and "待人工确认，暂不计入" in told


def test_the_reply_date_counts_from_the_papers_own_day(plain: Fabric, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(replace(asked(plain.database, tmp_path), office=Office(dated=date(2026, 7, 10)), reply_days=20))
    assert "回复期限 2026-07-30" in capsys.readouterr().out


def test_files_of_an_earlier_run_are_pointed_out(plain: Fabric, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(asked(plain.database, tmp_path))
    assert "不是本次写出的" not in capsys.readouterr().out
    (tmp_path / "问题反馈单" / "已撤销的单位.docx").write_bytes(b"old")
    run(asked(plain.database, tmp_path))
    assert "该目录中另有 1 个文件不是本次写出的" in capsys.readouterr().out
    assert (tmp_path / "问题反馈单" / "已撤销的单位.docx").read_bytes() == b"old"


def test_sites_not_assessed_are_named(plain: Fabric, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(asked(plain.database, tmp_path, Q3))
    told = capsys.readouterr().out
    (blocked,) = [site for site in plain.sites if site.key in plain.blocked]
    assert f"未能评估 1 个：\n  {blocked.name}（{blocked.code}）：网站拒绝了检查程序的访问（防护设备拦截）" in told


def test_only_the_sheets_of_the_units_asked_for_are_written(plain: Fabric, tmp_path: Path) -> None:
    name = plain.units[1].name
    run(replace(asked(plain.database, tmp_path), units=(name,)))
    assert [path.name for path in (tmp_path / "问题反馈单").iterdir()] == [f"{name}.docx"]


def _later_evidence_gone(database: Path) -> None:
    shutil.rmtree(database.parent / "evidence")


def _a_finding_ruled_out(database: Path) -> None:
    rule_out(database, next(finding.id for site in published(database).sites for finding in site.problems))


def _all_but_the_publications_gone(database: Path) -> None:
    connection = connect(database).conn
    for table in ("life_events", "life_findings", "life_spans", "nights", "decisions", "site_nights"):
        connection.execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("change", [_later_evidence_gone, _a_finding_ruled_out, _all_but_the_publications_gone])
def test_a_published_quarter_is_written_byte_for_byte_whatever_happens_after(
    province: Path, tmp_path: Path, change: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True))
    change(province)
    again = replace(asked(province, tmp_path / "again"), table=_no_table, reply_days=99, percent=10)
    run(again)
    assert files(tmp_path / "again") == files(tmp_path / "first")
    told = capsys.readouterr().out
    assert "2026年第二季度已于 2026-10-20 发布（第1版），监测时间点 2026-06-28" in told and "--redraft" in told


def _no_table(day: date) -> Catalogue:
    raise AssertionError("a published quarter needs no table of indicators")


def test_a_redraft_counts_anew_and_leaves_the_publication_as_it_is(province: Path, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True))
    before = published(province)
    _a_finding_ruled_out(province)
    run(replace(asked(province, tmp_path / "draft"), redraft=True))
    assert files(tmp_path / "draft")["检查结果.xlsx"] != files(tmp_path / "first")["检查结果.xlsx"]
    after = published(province)
    assert after.findings == before.findings and after.version == 1


def test_the_next_quarter_compares_with_what_was_published(province: Path, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "out"), publish=True))
    total, states = published(province).total, {site.key: site.state for site in published(province).sites}
    shutil.rmtree(province.parent / "evidence" / "2026-06-28")
    run(replace(asked(province, tmp_path / "next", Q3), publish=True))
    made = published(province, Q3)
    assert made.last_quarter is not None and made.last_quarter.published and made.last_quarter.tally == total
    assert made.last_quarter.quarter == Q2 and made.series[-1].published
    assert {site.key: site.before for site in made.sites} == {site.key: states[site.key] for site in made.sites}


def test_an_earlier_quarter_whose_evidence_is_gone_is_compared_with_nothing(province: Path, tmp_path: Path) -> None:
    shutil.rmtree(province.parent / "evidence" / "2026-06-28")
    run(replace(asked(province, tmp_path / "out", Q3), publish=True))
    made = published(province, Q3)
    assert made.last_quarter is None and made.recheck is None
    assert [past.quarter for past in made.series] == [Q1, Q3]


def test_a_site_whose_evidence_is_gone_is_not_told_to_have_had_no_night(province: Path, tmp_path: Path) -> None:
    path = sorted((province.parent / "evidence" / "2026-06-28").iterdir())[0]
    path.unlink()
    run(replace(asked(province, tmp_path / "out"), publish=True))
    (lost,) = [site for site in published(province).sites if site.state == "unassessed"]
    assert lost.key == path.stem and "证据文件缺失" in lost.why


def test_findings_past_the_published_reply_date_are_overdue(province: Path, bare: Fabric, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "q2"), publish=True))
    told = {finding.id: finding for site in published(province).sites for finding in site.problems}
    run(replace(asked(province, tmp_path / "q3", Q3), publish=True))
    made = published(province, Q3)
    still = [finding for site in made.sites for finding in site.problems if finding.id in told]
    quarter = set(range(bare.nights.index(date(2026, 6, 28)), bare.nights.index(date(2026, 9, 28)) + 1))
    unbroken = {bare.finding(plan, min(plan.nights)).id for plan in bare.plans if quarter <= plan.nights}
    overdue = [finding for finding in still if finding.id in unbroken]
    assert overdue and len(overdue) < len(still)
    assert made.repair.overdue == len(overdue)
    assert sum(unit.repair.overdue for unit in made.units) == len(overdue)
    assert all(finding.repeated for finding in still)


def test_a_publication_hands_out_its_ledger(province: Path, tmp_path: Path) -> None:
    run(asked(province, tmp_path / "draft"))
    assert Ledger(connect(province)).issued(Q2) == {}
    run(replace(asked(province, tmp_path / "out"), publish=True))
    issued, made = Ledger(connect(province)).issued(Q2), published(province)
    there = {finding.id for site in made.sites for finding in site.problems}
    assert set(issued) == there | {finding.id for finding in made.repaired_within}
    assert {each.due for each in issued.values()} == {made.deadline}


def test_an_erratum_is_a_new_version_that_says_what_changed(province: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True, percent=50, seed="甲"))
    before = published(province)
    site = next(site for site in before.sites if site.card is not None and site.card.scored and site.problems)
    gone = site.problems[0]
    rule_out(province, gone.id)
    run(replace(asked(province, tmp_path / "second"), publish=True, erratum="误报一处。"))
    after = published(province)
    assert (before.version, after.version) == (1, 2)
    assert (after.drawn, after.cutoff, after.deadline) == (before.drawn, before.cutoff, before.deadline)
    assert after.findings == before.findings - 1
    assert after.changes[0] == "更正理由：误报一处。"
    assert f"计入的问题由{before.findings}个更正为{after.findings}个。" in after.changes
    assert f"不再计入的问题1个：{gone.id}。" in after.changes
    assert any(change.startswith(f"{site.name}（{site.code}）得分由") for change in after.changes)
    assert files(tmp_path / "second")["通报.docx"] != files(tmp_path / "first")["通报.docx"]
    run(asked(province, tmp_path / "third"))
    assert files(tmp_path / "third") == files(tmp_path / "second")
    assert "第2版，更正理由：误报一处。" in capsys.readouterr().out
    assert [each.version for each in Published(connect(province)).versions(Q2)] == [1, 2]


def test_an_erratum_without_a_change_says_so(province: Path, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True))
    run(replace(asked(province, tmp_path / "second"), publish=True, erratum="重新排版"))
    assert published(province).changes == ("更正理由：重新排版。", "各项数字和网站结论没有变化。")


def test_an_erratum_of_a_quarter_whose_evidence_is_gone_is_refused(province: Path, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True))
    shutil.rmtree(province.parent / "evidence" / "2026-06-28")
    with pytest.raises(UsageProblem, match="证据文件已清理或移走，不能重新计算"):
        run(replace(asked(province, tmp_path / "second"), publish=True, erratum="误报"))


def test_a_damaged_publication_is_refused_and_nothing_is_written(province: Path, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True))
    connect(province).conn.execute("UPDATE published_files SET data=x'00' WHERE name='通报.html'")
    with pytest.raises(OversightError, match=r"“通报\.html”已损坏"):
        run(asked(province, tmp_path / "again"))
    assert not (tmp_path / "again").exists()


REFUSED = [
    ("no central database", lambda ask: replace(ask, db=Path("nowhere.db")), "监管库 nowhere.db 不存在"),
    ("a future quarter", lambda ask: replace(ask, quarter=Quarter(2031, 1)), "2031年第一季度还没有检查记录"),
    ("a quarter without nights", lambda ask: replace(ask, quarter=Quarter(2025, 2)), "2025年第二季度没有夜间检查记录"),
    ("a cut-off elsewhere", lambda ask: replace(ask, cutoff=date(2026, 1, 31)), "监测时间点 2026-01-31 不在2026年第二季度"),
    ("no folder of evidence", lambda ask: replace(ask, evidence=Path("no-evidence")), "证据目录 no-evidence 不存在"),
    (
        "a paper older than what it tells of",
        lambda ask: replace(ask, office=Office(dated=date(2026, 6, 27))),
        "成文日期 2026-06-27 早于监测时间点 2026-06-28",
    ),
    ("an unknown unit", lambda ask: replace(ask, units=("清河省=厅",)), "没有考核对象“清河省=厅”"),
    ("templates that are not there", lambda ask: replace(ask, templates=Path("no-templates")), "no-templates"),
    (
        "publishing what nobody reviewed",
        lambda ask: replace(ask, publish=True, unreviewed=True),
        "--unreviewed 的内容未经人工确认，不能发布",
    ),
    ("a draft that is published", lambda ask: replace(ask, publish=True, redraft=True), "--redraft 只写草稿"),
    ("an erratum that is not published", lambda ask: replace(ask, erratum="误报"), "--erratum 只能和 --publish 一起使用"),
    ("an erratum of nothing", lambda ask: replace(ask, publish=True, erratum="误报"), "2026年第二季度还没有发布，无从更正"),
    ("publishing some sheets", lambda ask: replace(ask, publish=True, units=("某",)), "--unit 只写部分单位的反馈单，不能发布"),
]


@pytest.mark.parametrize(("told", "change", "said"), REFUSED, ids=[each[0] for each in REFUSED])
def test_bad_input_is_refused_in_one_line_and_nothing_is_written(
    original: Fabric, tmp_path: Path, told: str, change: Callable[[Request], Request], said: str
) -> None:
    with pytest.raises(UsageProblem) as problem:
        run(change(asked(original.database, tmp_path / "out")))
    assert said in str(problem.value) and "\n" not in str(problem.value), told
    assert not (tmp_path / "out").exists()


def test_what_is_published_is_not_published_again(province: Path, tmp_path: Path) -> None:
    run(replace(asked(province, tmp_path / "first"), publish=True))
    with pytest.raises(UsageProblem, match="已于 2026-10-20 发布（第1版），内容不再改变"):
        run(replace(asked(province, tmp_path / "second"), publish=True))


@pytest.fixture
def in_the_way(tmp_path: Path) -> Iterator[Path]:
    """A folder of an earlier draft in which one file can't be replaced."""
    (tmp_path / "out" / "整改台账.xlsx" / "by hand").mkdir(parents=True)
    (tmp_path / "out" / "通报.docx").write_bytes(b"as it was")
    yield tmp_path / "out"


def test_a_file_that_can_not_be_written_leaves_all_as_they_were_and_nothing_published(province: Path, in_the_way: Path) -> None:
    before = files(in_the_way)
    with pytest.raises(OutputProblem, match=r"整改台账\.xlsx 是目录，不能写成文件"):
        run(replace(asked(province, in_the_way), publish=True))
    assert files(in_the_way) == before and sorted(path.name for path in in_the_way.iterdir()) == ["整改台账.xlsx", "通报.docx"]
    assert Published(connect(province)).last(Q2) is None


def test_an_output_folder_that_is_a_file_is_refused_in_one_line(original: Fabric, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputProblem, match="是文件而不是目录"):
        run(asked(original.database, tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "a file"


def test_what_nobody_confirmed_is_written_only_when_asked_for_and_counts_in_neither(plain: Fabric, tmp_path: Path) -> None:
    run(asked(plain.database, tmp_path / "reviewed", Q3))
    run(replace(asked(plain.database, tmp_path / "all", Q3), unreviewed=True))
    books = [load_workbook(tmp_path / name / "检查结果.xlsx") for name in ("reviewed", "all")]
    for sheet in ("总体情况", "单位", "整改"):
        reviewed, everything = (list(book[sheet].values) for book in books)
        assert reviewed == everything and len(reviewed) > 1
    texts = [(tmp_path / name / "通报.html").read_text() for name in ("reviewed", "all")]
    waiting = [
        plan
        for plan in plain.plans
        if 8 in plan.nights and plan.grave == "veto" and plan.decision is None and plan.site not in plain.blocked
    ]
    assert waiting
    for plan in waiting:
        assert [plain.finding(plan, 8).message.rstrip("。") in text for text in texts] == [False, True]
