"""The registry's files: export and import again is no change; nothing becomes a formula; files that can't be read say so."""

from __future__ import annotations

import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from checks.columns_classes import KIND_NAMES
from crawler.oversight import connect
from crawler.registry import Account, CrawlOptions, RegisteredSite, Registry, Unit
from crawler.site import DeclaredColumn
from reports.commands.options import UsageProblem
from reports.output import OutputProblem
from reports.registry_difference import difference
from reports.registry_files import read, write
from reports.registry_import import contents, export, take, template
from reports.registry_reading import read_contents
from reports.registry_sheets import HEADINGS, Contents, as_rows
from tests.reports.registry.sheets import DAY, SITES, UNITS, put

_PRINTED = st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffe\uffff")
_TEXT = st.text(_PRINTED, max_size=12) | st.sampled_from(
    ["=1+1", "+86 10", "-1", "@cmd", "'=1", "'", "甲，乙", '"引号"', "a;b", "001", "1e5"]
)
_NAME = _TEXT.filter(bool)


@st.composite
def _contents(draw: st.DrawFn) -> Contents:
    names = draw(st.lists(_NAME, min_size=1, max_size=4, unique=True))
    units = tuple(Unit(name, draw(_TEXT), draw(_TEXT), draw(st.sampled_from(["", *names[:number]]))) for number, name in enumerate(names))
    sites = tuple(draw(_site(number, names)) for number in range(draw(st.integers(0, 4))))
    accounts = draw(st.dictionaries(st.tuples(_NAME, _NAME), st.tuples(_TEXT, st.sampled_from(names)), max_size=3))
    return Contents(
        tuple(sorted(units, key=lambda unit: (unit.group, unit.name))),
        sites,
        tuple(Account(*key, name, unit, "", "正常") for key, (name, unit) in sorted(accounts.items())),
    )


def _site(number: int, units: list[str]) -> st.SearchStrategy[RegisteredSite]:
    column = st.builds(
        DeclaredColumn,
        url=st.integers(0, 9999).map(lambda page: f"http://s{number}-test.gov.cn/{page}/"),
        name=_TEXT,
        kind=st.sampled_from(["", *KIND_NAMES]),
        cycle_days=st.none() | st.integers(1, 3660),
    )
    options = st.builds(
        CrawlOptions,
        max_pages=st.none() | st.integers(1, 1000),
        depth=st.none() | st.integers(0, 9),
        delay=st.none() | st.floats(0, 3600),
        per_host=st.none() | st.integers(1, 16),
        max_seconds=st.none() | st.floats(1, 86400),
        ignore_robots=st.booleans(),
    )
    return st.builds(
        RegisteredSite,
        key=st.just(f"99100000{number:02}") | st.just(f"s{number}-test.gov.cn"),
        name=_NAME,
        url=st.sampled_from([f"http://s{number}-test.gov.cn/", f"https://www.s{number}-test.gov.cn:8443/portal/?a=1"]),
        aliases=st.lists(st.sampled_from([f"m{number}-test.gov.cn", "测试.政务"]), unique=True).map(tuple),
        code=st.just(f"99100001{number:02}") | st.just(""),
        unit=st.sampled_from(units),
        kind=st.sampled_from(["portal", "department"]),
        intensive=st.booleans(),
        has_services=st.booleans(),
        columns=st.lists(column, max_size=3, unique_by=lambda each: each.url).map(tuple),
        options=options,
        removed_on=st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    )


@given(held=_contents(), name=st.sampled_from(["名录.xlsx", "名录.zip", "名录"]))
@settings(max_examples=50, deadline=None)
def test_export_and_import_again_is_no_change(held: Contents, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write(path, as_rows(held), guide=False)
        sheets = read(path)
    found, faults = read_contents(sheets, Contents(), DAY)
    assert not faults
    assert found == held
    again, faults = read_contents(sheets, held, date(2027, 1, 1))
    assert not faults and difference(held, again) == []


def test_a_database_exported_and_imported_into_a_new_one_is_the_same(tmp_path: Path) -> None:
    site = RegisteredSite("old-key", "=网站", "http://a-test.gov.cn/", code="9910000001", unit="甲", removed_on=date(2026, 1, 2))
    Registry(connect(tmp_path / "a.db")).put([Unit("甲", "市州")], [site], [Account("微博", "+1", unit="甲", status="注销")])
    export(tmp_path / "a.db", tmp_path / "a.xlsx")
    take(tmp_path / "b.db", tmp_path / "a.xlsx", DAY, dry=False)
    assert contents(Registry(connect(tmp_path / "b.db"))) == contents(Registry(connect(tmp_path / "a.db")))


def test_nothing_that_is_written_is_a_formula(tmp_path: Path) -> None:
    words = ("=cmd|' /C calc'!A0", "+1", "@SUM(A1)", "-2", "'=1")
    held = Contents(units=tuple(Unit(word) for word in words))
    write(tmp_path / "a.xlsx", as_rows(held))
    cells = [row[0] for row in load_workbook(tmp_path / "a.xlsx")["单位"].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [(word, "s") for word in words]
    write(tmp_path / "csv", as_rows(held))
    lines = (tmp_path / "csv" / "单位.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert all(line.startswith("'") for line in lines), lines


def test_the_template_is_an_importable_file_with_headings_choices_and_an_explanation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template(tmp_path / "模板.xlsx")
    made = load_workbook(tmp_path / "模板.xlsx")
    assert made.sheetnames == ["说明", *HEADINGS]
    for title, headings in HEADINGS.items():
        assert [cell.value for cell in made[title][1]] == [heading.name for heading in headings]
        assert made[title].freeze_panes == "A2" and made[title].auto_filter.ref
    take(tmp_path / "a.db", tmp_path / "模板.xlsx", DAY, dry=False)
    assert "没有差异" in capsys.readouterr().out


def test_csv_as_chinese_spreadsheets_write_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "单位.csv").write_bytes("名称,类别\r\n青禾市,市州\r\n".encode("gb18030"))
    take(tmp_path / "a.db", tmp_path / "单位.csv", DAY, dry=False)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("名录/单位.csv", "名称,类别\r\n柳浪县,市州\r\n".encode("utf-8-sig"))
    take(tmp_path / "a.db", tmp_path / "a.zip", DAY, dry=False)
    assert {unit.name for unit in Registry(connect(tmp_path / "a.db")).units()} == {"青禾市", "柳浪县"}


@pytest.mark.parametrize("name", ["a.xlsx", "a.zip", "a.csv", "a.doc", "none.xlsx", "folder"])
def test_a_file_that_is_none_of_ours_says_so_in_one_line(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "folder").mkdir()
    if name != "none.xlsx" and name != "folder":
        (tmp_path / name).write_bytes(b"\xff\xfe no such thing \x00")
    with pytest.raises(UsageProblem) as told:
        take(tmp_path / "a.db", tmp_path / name, DAY, dry=False)
    assert "登记表" in str(told.value) and "\n" not in str(told.value)
    assert not (tmp_path / "a.db").exists()


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_workbook_is_read_or_refused_in_one_line(data: st.DataObject) -> None:
    parts = dict(_SEED)
    name = data.draw(st.sampled_from(sorted(parts)))
    start, length = data.draw(st.integers(0, len(parts[name]))), data.draw(st.integers(0, 40))
    parts[name] = (
        parts[name][:start] + data.draw(st.binary(max_size=8) | st.sampled_from([b'"', b"<", b'x="1"'])) + parts[name][start + length :]
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            for member, content in parts.items():
                archive.writestr(member, content)
        try:
            read(path)
        except UsageProblem as told:
            assert str(told).startswith("登记表") and "\n" not in str(told)


def _seed() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write(
            path, as_rows(Contents((Unit("甲"), Unit("乙", parent="甲")), (RegisteredSite("k", "丙", "http://a-test.gov.cn/", unit="甲"),)))
        )
        with zipfile.ZipFile(path) as archive:
            return {member: archive.read(member) for member in archive.namelist()}


_SEED = _seed()

FAULTY: dict[str, tuple[dict[str, list[list[Any]]], str]] = {
    "unknown heading": ({"单位": [["名称", "级别"], ["甲", "1"]]}, "“单位”表第 1 行“级别”：不认识这一列"),
    "missing heading": ({"网站": [["名称"], ["甲"]]}, "“网站”表第 1 行“网址”：缺少这一列"),
    "heading twice": ({"单位": [["名称", "名称"], ["甲", "甲"]]}, "“单位”表第 1 行“名称”：这一列出现了两次"),
    "empty sheet": ({"单位": [[]]}, "“单位”表：没有表头"),
    "cell without heading": ({"单位": [["名称"], ["甲", None, "备注"]]}, "“单位”表第 2 行“C”：“备注”所在的列没有表头"),
    "invisible characters": ({"单位": [["名称"], ["甲\u200b乙"]]}, "“单位”表第 2 行“名称”：含有看不见的控制字符"),
    "far too long": ({"单位": [["名称"], ["甲" * 2001]]}, "“单位”表第 2 行“名称”：有 2001 个字"),
}


@pytest.mark.parametrize(("sheets", "text"), FAULTY.values(), ids=FAULTY)
def test_faults_of_form_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], sheets: dict[str, list[list[Any]]], text: str
) -> None:
    with pytest.raises(UsageProblem):
        put(tmp_path, **sheets)
    assert text in capsys.readouterr().err


def test_rows_after_empty_ones_keep_their_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageProblem):
        put(tmp_path, 单位=[[], ["名称", "上级单位"], [], ["甲", "乙"]])
    assert "“单位”表第 4 行“上级单位”" in capsys.readouterr().err


def test_an_export_that_breaks_off_leaves_the_file_of_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, 单位=UNITS, 网站=SITES)
    export(tmp_path / "oversight.db", tmp_path / "out.xlsx")
    before = (tmp_path / "out.xlsx").read_bytes()

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputProblem, match="无法写入"):
        export(tmp_path / "oversight.db", tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").read_bytes() == before
    assert not list(tmp_path.glob(".out*"))
