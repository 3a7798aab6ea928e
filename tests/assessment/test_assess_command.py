"""``mingjing assess`` from the database to its files: what stands in them, that they are whole, the same twice, and all or none."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from checks.catalogue import indicators
from checks.catalogue.assessment import official
from crawler.oversight import connect
from reports.assess import AssessRequest, run, safe_name
from reports.assessment import assess
from reports.assessment_bulletin import assessment_bulletin
from reports.assessment_collect import YearAsked, collect
from reports.assessment_model import Assessment
from reports.assessment_store import Assessments
from reports.commands.options import UsageProblem
from reports.manual import FigureEntry, Manual
from reports.office import Office
from reports.output import OutputProblem
from reports.paper import every_text
from reports.paper_docx_places import BODY
from reports.paper_templates import FILES
from reports.quarters import Quarter
from tests.assessment import made as by_hand
from tests.assessment.made import PERCENTS
from tests.office import convert, pdf_text, problems, schema_problems
from tests.quarters.fabric import Fabric

HOSTILE = "=1+1 <b>报送人</b>\x07"


@pytest.fixture(scope="module")
def fabric(tmp_path_factory: pytest.TempPathFactory) -> Fabric:
    made = Fabric(tmp_path_factory.mktemp("assess"), seed=5, units=4, per_unit=2, findings=(0, 3), pictures=0)
    entries = [
        FigureEntry(unit.name, term, 100.0 - 4 * number, HOSTILE, HOSTILE) for number, unit in enumerate(made.units) for term in PERCENTS
    ]
    Manual(connect(made.database)).take(Quarter(2026, 4), [], entries, date(2026, 12, 29), "official")
    return made


@pytest.fixture
def request_of(fabric: Fabric, tmp_path: Path) -> Callable[..., AssessRequest]:
    def made(**changes: object) -> AssessRequest:
        given: dict[str, object] = {
            "database": fabric.database,
            "year": 2026,
            "groups": (),
            "out": tmp_path / "out",
            "scheme": None,
            "table": lambda _: indicators.official(),
            "templates": None,
            "office": None,
            "evidence": fabric.evidence,
            "publish": False,
            "day": date(2027, 1, 20),
        }
        return AssessRequest(**{**given, **changes})  # type: ignore[arg-type]

    return made


@pytest.fixture(scope="module")
def written(fabric: Fabric, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("written")
    run(
        AssessRequest(
            fabric.database, 2026, (), out, None, lambda _: indicators.official(), None, None, fabric.evidence, False, date(2027, 1, 20)
        )
    )
    return out


@pytest.fixture(scope="module")
def assessed(fabric: Fabric) -> Assessment:
    asked = YearAsked(connect(fabric.database), fabric.evidence, 2026, (), official(), lambda _: indicators.official())
    found = collect(asked)
    return assess(2026, found.units, official(), quarters=found.quarters, indicators="、".join(found.tables))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def words(data: bytes) -> str:
    """Every text of a DOCX, tables too."""
    document = docx.Document(io.BytesIO(data))
    return "\n".join(_texts(document))


def _texts(document: object) -> Iterator[str]:
    for element in document.element.body.iter():  # type: ignore[attr-defined]
        if element.tag.endswith("}p"):
            yield "".join(part.text or "" for part in element.iter() if part.tag.endswith("}t"))


def test_it_writes_bulletin_ranking_and_a_sheet_for_every_unit(written: Path, fabric: Fabric) -> None:
    assert set(files(written)) == {
        "考核通报.docx",
        "考核通报.html",
        "考核排名.xlsx",
        *(f"单位考核/{unit.name}.docx" for unit in fabric.units),
    }


def test_the_office_files_are_sound(written: Path) -> None:
    for name, data in files(written).items():
        if not name.endswith(".html"):
            assert problems(data) == [], name
    assert schema_problems((written / "考核通报.docx").read_bytes()) == [] == schema_problems((written / "考核排名.xlsx").read_bytes())


@pytest.mark.parametrize("name", ["考核通报.docx", "考核排名.xlsx"])
def test_libreoffice_opens_it_and_its_pages_hold_every_text(name: str, written: Path, assessed: Assessment, tmp_path: Path) -> None:
    copy = tmp_path / f"a{Path(name).suffix}"
    copy.write_bytes((written / name).read_bytes())
    told = re.sub("—[0-9]+—", "", "".join(pdf_text(convert(copy)).split()))  # page numbers stand in the middle of a text
    if name.endswith(".docx"):
        paper = assessment_bulletin(assessed, (), Office())
        for text in every_text(paper):
            assert "".join(text.split()) in told, text
    else:
        for unit in assessed.units:
            assert unit.unit in told and f"{unit.points:g}" in told


def test_the_bulletin_in_word_and_on_the_web_says_the_same(written: Path) -> None:
    told = words((written / "考核通报.docx").read_bytes())
    page = (written / "考核通报.html").read_text(encoding="utf-8")
    for text in ("一、总体情况", "二、主要工作成效", "三、存在的主要问题", "四、工作要求", "年度全省政务公开工作考核情况的通报"):
        assert text in told and text in page
    assert "<b>报送人" not in page


def test_the_ranking_is_read_back_with_every_term_and_its_data(written: Path, fabric: Fabric) -> None:
    book = openpyxl.load_workbook(written / "考核排名.xlsx")
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == [
        "排名",
        "项目得分",
        "计分明细",
        "网站各季度",
        "满分情况",
        "说明",
    ]
    ranking = [[cell.value for cell in row] for row in book["排名"].iter_rows()]
    names = {row[2] for row in ranking}
    assert {unit.name for unit in fabric.units} <= names
    details = [[cell.value for cell in row] for row in book["计分明细"].iter_rows()]
    for unit in fabric.units:
        rows = [row for row in details if row[1] == unit.name]
        assert len(rows) == (5 if unit.group == "市州" else 4) + 9 + (0 if unit.group == "市州" else 1)
        assert all(isinstance(row[7], int | float) or row[7] is None for row in rows)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row), "what people wrote is never a formula"


def test_the_sheet_of_a_unit_has_its_own_points(written: Path, fabric: Fabric) -> None:
    book = openpyxl.load_workbook(written / "考核排名.xlsx")
    rows = [[cell.value for cell in row] for row in book["排名"].iter_rows()]
    for unit in fabric.units:
        points = next(row[4] for row in rows if row[2] == unit.name)
        told = words((written / "单位考核" / f"{unit.name}.docx").read_bytes())
        assert f"得分{points:g}" in told and unit.name in told


def test_the_same_command_gives_the_same_bytes(written: Path, request_of: Callable[..., AssessRequest], tmp_path: Path) -> None:
    run(request_of())

    def digest(folder: Path) -> dict[str, str]:
        return {name: hashlib.sha256(data).hexdigest() for name, data in files(folder).items()}

    assert digest(tmp_path / "out") == digest(written)


def test_publishing_keeps_the_figures_for_the_next_year(
    fabric: Fabric, request_of: Callable[..., AssessRequest], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(request_of(publish=True))
    assert "已发布：第 1 版" in capsys.readouterr().out
    run(request_of(publish=True))
    assert "已发布：第 1 版" in capsys.readouterr().out
    assert Assessments(connect(fabric.database)).version(2026) == 1
    assert "草稿" not in words((tmp_path / "out" / "考核通报.docx").read_bytes())


def test_the_bulletin_is_compared_with_the_year_before_once_that_was_published(
    fabric: Fabric, request_of: Callable[..., AssessRequest], tmp_path: Path
) -> None:
    past = assess(2025, [by_hand.unit(each.name, each.group, year=2025) for each in fabric.units], official())
    copied = tmp_path / "copy.db"
    connect(fabric.database).conn.execute("VACUUM INTO ?", (str(copied),))
    Assessments(connect(copied)).publish(replace(past, version=1), date(2026, 1, 20))
    run(request_of(database=copied))
    told = words((tmp_path / "out" / "考核通报.docx").read_bytes())
    assert "比上年减少" in told
    book = openpyxl.load_workbook(tmp_path / "out" / "考核排名.xlsx")
    heads = [[cell.value for cell in row] for row in book["满分情况"].iter_rows()]
    rows = [row for row in heads if row[2] == "政务新媒体监管" and row[0] == "市州"]
    cities = sum(each.group == "市州" for each in fabric.units)
    assert [(row[7], row[8]) for row in rows] == [(cities, cities)]


def test_the_offices_own_template_is_filled(request_of: Callable[..., AssessRequest], fabric: Fabric, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    own = docx.Document()
    own.add_paragraph("本厅自己的版式")
    own.add_paragraph(f"{{{{{BODY}}}}}")
    own.save(str(folder / FILES["unit-assessment"]))
    run(request_of(templates=folder))
    sheet = words((tmp_path / "out" / "单位考核" / f"{fabric.units[0].name}.docx").read_bytes())
    assert "本厅自己的版式" in sheet and "一、考核结果" in sheet
    assert "本厅自己的版式" not in words((tmp_path / "out" / "考核通报.docx").read_bytes())


def _not_word(folder: Path) -> dict[str, object]:
    (folder / "bad").mkdir()
    (folder / "bad" / FILES["assessment"]).write_bytes(b"no word file")
    return {"templates": folder / "bad"}


WRONG: list[tuple[str, Callable[[Path], dict[str, object]], str]] = [
    ("a year without nights", lambda _: {"year": 2024}, "2024 年没有完整的夜间检查"),
    ("an unknown group", lambda _: {"groups": ("外星",)}, "外星"),
    ("no database", lambda folder: {"database": folder / "none.db"}, "不存在"),
    ("a scheme that is not there", lambda folder: {"scheme": folder / "none.toml"}, "none.toml"),
    ("an office that is not there", lambda folder: {"office": folder / "none.toml"}, "none.toml"),
    ("a template that is no DOCX", _not_word, "不是 DOCX"),
    ("templates that are not there", lambda folder: {"templates": folder / "none"}, "none"),
]


@pytest.mark.parametrize(("changes", "named"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_bad_input_is_one_line_and_nothing_is_written(
    changes: Callable[[Path], dict[str, object]], named: str, request_of: Callable[..., AssessRequest], tmp_path: Path
) -> None:
    with pytest.raises(UsageProblem, match=named) as told:
        run(request_of(**changes(tmp_path)))
    assert "\n" not in str(told.value)
    assert not (tmp_path / "out").exists() and not (tmp_path / "none.db").exists()


def test_a_place_that_cannot_be_written_leaves_nothing_half_written(request_of: Callable[..., AssessRequest], tmp_path: Path) -> None:
    (tmp_path / "out" / "考核排名.xlsx").mkdir(parents=True)
    with pytest.raises(OutputProblem, match=r"考核排名\.xlsx"):
        run(request_of())
    assert set(files(tmp_path / "out")) == set(), "the bulletin that could be written is not there alone"


@pytest.mark.parametrize(
    ("text", "name"),
    [("清河市", "清河市"), ("省/厅:*?", "省厅"), ("..", "单位"), ("\x07", "\ufffd"), ("长" * 99, "长" * 60)],
)
def test_a_units_name_is_a_file_name_on_any_system(text: str, name: str) -> None:
    assert safe_name(text) == name
