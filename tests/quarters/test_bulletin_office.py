"""The office's file: defaults name nobody, every error names file and entry."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reports.commands.options import UsageProblem
from reports.office import Office, load_office


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "office.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_without_a_file_nobody_is_named() -> None:
    office = load_office(None)
    assert office == Office()
    assert (office.area, office.addressees, office.signature, office.red_heading, office.number, office.dated) == (
        "全省",
        "各有关单位",
        "",
        "",
        "",
        None,
    )


def test_a_file_is_read_and_what_it_leaves_out_is_the_default(tmp_path: Path) -> None:
    office = load_office(
        written(tmp_path, 'area = "全市"\nname = "清河市人民政府办公室"\ndated = 2026-10-09\ncontact = "电话 0000-0000000"\n')
    )
    assert (office.area, office.signature, office.dated, office.contact) == (
        "全市",
        "清河市人民政府办公室",
        date(2026, 10, 9),
        "电话 0000-0000000",
    )
    assert office.addressees == "各有关单位"


@pytest.mark.parametrize("dated", ["2026-10-09", '"2026-10-09"', "2026-10-09T08:00:00", "2026-10-09T08:00:00+08:00"])
def test_a_day_may_be_written_as_a_date_or_as_text(tmp_path: Path, dated: str) -> None:
    assert load_office(written(tmp_path, f"dated = {dated}\n")).dated == date(2026, 10, 9)


def test_a_file_saved_by_notepad_is_read(tmp_path: Path) -> None:
    assert load_office(written(tmp_path, '\ufeffsigned = "清河县"\r\n')).signed == "清河县"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('nmae = "x"\n', "不认识“nmae”"),
        ("name = 3\n", "“name”应为加引号的文字，读到的是 3"),
        ('dated = "十月九日"\n', "“dated”（成文日期）应写成 2026-10-09"),
        ("dated = 20261009\n", "“dated”（成文日期）应写成 2026-10-09"),
        ('area = " "\n', "“area”不能为空"),
        ("name = 清河\n", "不是正确的 TOML"),
        ("[office]\nname = 'x'\n", "不认识“office”"),
        ("名称".encode("gbk"), "不是 UTF-8"),
    ],
)
def test_a_wrong_file_is_one_line_that_names_file_and_entry(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageProblem) as caught:
        load_office(path)
    assert said in str(caught.value) and str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="读不到"):
        load_office(tmp_path / "missing.toml")
    with pytest.raises(UsageProblem, match="读不到"):
        load_office(tmp_path)
