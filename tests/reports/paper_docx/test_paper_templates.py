"""Templates of the office: what can't be used is refused before anything is written, what can is filled without touching the rest."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from typer.testing import CliRunner

from reports.commands.options import UsageProblem
from reports.commands.templates import app
from reports.paper import Paragraph, Table
from reports.paper_docx import docx_bytes
from reports.paper_samples import sample_templates
from reports.paper_templates import FILES, Template, load_template, templates
from tests.office import convert, pdf_text, problems, schema_problems
from tests.reports.paper_docx.papers import ANNEXES, PAPER, lines, paper, read, styled

Drawn = Callable[[Document], object]

FRAME = (
    '<w:r {0}><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps">{1}</mc:Choice>'
    "<mc:Fallback>{1}</mc:Fallback></mc:AlternateContent></w:r>"
).format(nsdecls("w"), "<w:pict><w:txbxContent><w:p><w:r><w:t>{{红头}}</w:t></w:r></w:p></w:txbxContent></w:pict>")
"""A text frame as Word writes it: its text twice, for new and old readers."""


def drawn(*texts: str, more: Drawn | None = None) -> bytes:
    """A template of these paragraphs, as python-docx's own empty document would hold them."""
    document = docx.Document()
    for text in texts:
        document.add_paragraph(text)
    if more:
        more(document)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def layout(*texts: str, more: Drawn | None = None, folder: Path) -> Template:
    path = folder / "通报.docx"
    path.write_bytes(drawn(*texts, more=more))
    return load_template("bulletin", path)


def _in_a_table(document: Document) -> None:
    document.add_table(1, 1).cell(0, 0).text = "{{正文}}"


def _header(document: Document, text: str = "{{标题}}") -> None:
    document.sections[0].header.paragraphs[0].text = text


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "不是 DOCX"),
    "a text": ("通报".encode(), "不是 DOCX"),
    "old Word or a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "去掉密码"),
    "another ZIP": (b"PK\x05\x06" + bytes(18), "不是 DOCX"),
    "damaged": (drawn("{{正文}}")[:3000], "不是 DOCX"),
    "no text": (drawn("{{标题}}", "此致"), "缺少占位符 {{正文}}"),
    "an empty document": (drawn(), "缺少占位符 {{正文}}"),
    "unknown": (drawn("{{标題}}", "{{正文}}"), "不认识占位符 {{标題}}"),
    "unknown in the header": (drawn("{{正文}}", more=lambda document: _header(document, "{{页眉}}")), "不认识占位符 {{页眉}}"),
    "empty braces": (drawn("{{}}", "{{正文}}"), "不认识占位符 {{}}"),
    "twice": (drawn("{{标题}}", "{{正文}}", "再说{{标题}}"), "{{标题}} 出现了不止一次"),
    "twice with the header": (drawn("{{标题}}", "{{正文}}", more=_header), "{{标题}} 出现了不止一次"),
    "text twice": (drawn("{{正文}}", "{{正文}}"), "{{正文}} 出现了不止一次"),
    "text beside other words": (drawn("如下：{{正文}}"), "{{正文}} 要单独成段"),
    "text in a table": (drawn(more=_in_a_table), "{{正文}} 要单独成段"),
    "text in the header": (drawn(more=lambda document: _header(document, "{{正文}}")), "{{正文}} 要单独成段"),
    "annexes beside other words": (drawn("{{正文}}", "附件如下：{{附件}}"), "{{附件}} 要单独成段"),
    "braces that do not close": (drawn("{{标题}", "{{正文}}"), "括号不成对"),
    "full-width braces": (drawn("｛｛标题｝｝", "{{正文}}"), "全角括号"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_template_that_can_not_be_used_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    data, expected = BAD[name]
    path = tmp_path / "通报.docx"
    path.write_bytes(data)
    with pytest.raises(UsageProblem) as caught:
        templates(tmp_path)
    said = str(caught.value)
    assert expected in said and str(path) in said and "\n" not in said


@pytest.mark.parametrize("kind", ["application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
                                  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"])  # fmt: skip
def test_another_kind_of_office_file_is_refused(kind: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(drawn("{{正文}}"))) as source, zipfile.ZipFile(tmp_path / "通报.docx", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            main = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
            target.writestr(name, text.replace(main, kind.encode()))
    with pytest.raises(UsageProblem, match="不是 DOCX"):
        templates(tmp_path)


def test_a_folder_is_refused_when_it_is_none_is_empty_or_holds_a_name_that_no_paper_has(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="不存在"):
        templates(tmp_path / "none")
    with pytest.raises(UsageProblem, match="没有模板"):
        templates(tmp_path)
    (tmp_path / "~$通报.docx").write_bytes(b"lock")
    (tmp_path / "说明.txt").write_text("x", encoding="utf-8")
    with pytest.raises(UsageProblem, match="没有模板"):
        templates(tmp_path)
    (tmp_path / "反馈表.docx").write_bytes(drawn("{{正文}}"))
    with pytest.raises(UsageProblem, match=r"反馈表\.docx.*不会被用到.*反馈单\.docx"):
        templates(tmp_path)


def test_without_a_folder_there_are_no_templates() -> None:
    assert templates(None) == {}


def test_each_kind_of_paper_has_its_file(tmp_path: Path) -> None:
    for name in ("通报.docx", "单位考核.docx"):
        (tmp_path / name).write_bytes(drawn("{{正文}}"))
    assert {kind: each.path.name for kind, each in templates(tmp_path).items()} == {
        "bulletin": "通报.docx",
        "unit-assessment": "单位考核.docx",
    }


def test_placeholders_give_way_and_the_rest_stays(tmp_path: Path) -> None:
    made = layout("本单位通报", "{{文号}}", "{{ 标题 }}", "{{主送}}：", "{{正文}}", "{{落款}}　{{日期}}", "抄送：省委。", folder=tmp_path)
    data = docx_bytes(PAPER, made)
    assert problems(data) == []
    said = lines(read(data))
    assert said[0] == "草稿：尚未发布。", "a warning is never lost"
    assert said[1:5] == ["本单位通报", PAPER.number, PAPER.title, "各市人民政府："]
    assert said[5] == "按照要求，开展了检查。现将有关情况通报如下。"
    assert (
        said.index("注2：程序：明镜0.5.0。")
        < said.index("清河省人民政府办公厅　2026年10月9日")
        < said.index("抄送：省委。")
        < said.index("附件1")
    )
    assert not any("{{" in text for text in said)


def test_a_placeholder_that_word_split_into_runs_is_found_and_keeps_its_look(tmp_path: Path) -> None:
    def split(document: Document) -> None:
        title = document.add_paragraph()
        title.add_run("关于")
        first = title.add_run("{")
        first.bold = True
        for part in ("{标", "题}", "} 的"):
            title.add_run(part)
        spot = document.add_paragraph()
        for part in ("{{", "正文", "}}"):
            spot.add_run(part)

    document = read(docx_bytes(paper(Paragraph("正文内容"), title="某事"), layout(more=split, folder=tmp_path)))
    assert lines(document) == ["关于某事 的", "正文内容"]
    title = document.paragraphs[0]
    assert [each.text for each in title.runs if each.bold] == ["某事"]


def test_headers_frames_and_tables_are_filled_too(tmp_path: Path) -> None:
    def more(document: Document) -> None:
        _header(document, "{{文号}}")
        document.add_table(1, 1).cell(0, 0).text = "{{标题}}"
        document.add_paragraph()._p.append(parse_xml(FRAME))

    data = docx_bytes(PAPER, layout("{{正文}}", more=more, folder=tmp_path))
    document = read(data)
    assert document.sections[0].header.paragraphs[0].text == PAPER.number
    assert any(each.cell(0, 0).text == PAPER.title for each in document.tables)
    frames = ["".join(piece.text for piece in node.iter(qn("w:t"))) for node in document.element.iter(qn("w:txbxContent"))]
    assert frames == [PAPER.red_heading] * 2


def test_what_a_paper_does_not_have_leaves_no_empty_line(tmp_path: Path) -> None:
    made = layout("{{提示}}", "{{红头}}", "{{文号}}", "{{标题}}", "{{主送}}：", "{{正文}}", "{{附件}}", "{{落款}}", "{{日期}}", "{{注释}}", "{{附件正文}}",
                  folder=tmp_path)  # fmt: skip
    document = read(docx_bytes(paper(Paragraph("正文内容")), made))
    assert [each.text for each in document.paragraphs] == ["通报", "正文内容"]


def test_a_cell_keeps_its_last_paragraph(tmp_path: Path) -> None:
    def more(document: Document) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{{文号}}"

    data = docx_bytes(paper(Paragraph("正文内容")), layout("{{正文}}", more=more, folder=tmp_path))
    assert problems(data) == [] and read(data).tables[0].cell(0, 0).text == ""


def test_running_text_takes_on_the_look_of_the_paragraph_it_stands_for(tmp_path: Path) -> None:
    def more(document: Document) -> None:
        spot = document.add_paragraph()
        spot.paragraph_format.line_spacing = Pt(26)
        spot.add_run("{{正文}}").font.size = Pt(15)

    document = read(docx_bytes(paper(Paragraph("甲“乙”"), Paragraph("丙", lead="丁：")), layout(more=more, folder=tmp_path)))
    assert [each.text for each in document.paragraphs] == ["甲“乙”", "丁：丙"]
    for each in document.paragraphs:
        assert each.paragraph_format.line_spacing == Pt(26)
        assert each.runs[-1].font.size == Pt(15)
    assert schema_problems(docx_bytes(paper(Paragraph("甲“乙”")), layout(more=more, folder=tmp_path))) == []


def test_styles_of_the_template_win_and_missing_ones_are_added(tmp_path: Path) -> None:
    def more(document: Document) -> None:
        document.styles["Heading 1"].font.size = Pt(40)
        own = document.styles.add_style("公文正文", WD_STYLE_TYPE.PARAGRAPH)
        own.font.size = Pt(13)

    document = read(docx_bytes(PAPER, layout("{{正文}}", more=more, folder=tmp_path)))
    assert document.styles["Heading 1"].font.size == Pt(40) and styled(document, "Heading 1") == ["一、总体情况"]
    assert document.styles["公文正文"].font.size == Pt(13) and "按照要求，开展了检查。现将有关情况通报如下。" in styled(
        document, "公文正文"
    )
    assert document.styles["公文表格文字"].font.size == Pt(12)


def test_tables_fit_the_page_of_the_template(tmp_path: Path) -> None:
    def wide(document: Document) -> None:
        section = document.sections[0]
        section.page_width, section.page_height, section.left_margin, section.right_margin = Mm(297), Mm(210), Mm(20), Mm(20)

    document = read(docx_bytes(paper(Table(("甲", "乙"), (("1", "2"),))), layout("{{正文}}", more=wide, folder=tmp_path)))
    assert sum(int(each.get(qn("w:w"))) for each in document.tables[0]._tbl.tblGrid) == pytest.approx(257 * 1440 / 25.4, abs=3)


def test_a_section_that_ends_at_the_placeholder_stays(tmp_path: Path) -> None:
    def more(document: Document) -> None:
        document.paragraphs[-1]._p.get_or_add_pPr().append(
            parse_xml(f'<w:sectPr {nsdecls("w")}><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>')
        )
        document.add_paragraph("第二节")

    data = docx_bytes(paper(Paragraph("正文内容")), layout("{{正文}}", more=more, folder=tmp_path))
    assert len(read(data).sections) == 2 and lines(read(data)) == ["正文内容", "第二节"]
    assert problems(data) == []


def test_hostile_text_in_a_placeholder_is_neither_markup_nor_a_placeholder(tmp_path: Path) -> None:
    made = layout("{{标题}}", "{{正文}}", "{{落款}}", folder=tmp_path)
    data = docx_bytes(paper(Paragraph("{{落款}}<w:br/>"), title="<b>&{{日期}}\x07", signed="{{标题}}"), made)
    assert problems(data) == []
    assert lines(read(data))[0] == "<b>&{{日期}}\ufffd"
    assert "{{落款}}<w:br/>" in lines(read(data))


def test_filled_templates_are_the_same_file_again(tmp_path: Path) -> None:
    made = layout("{{标题}}", "{{正文}}", folder=tmp_path)
    assert docx_bytes(PAPER, made) == docx_bytes(PAPER, made)


@pytest.mark.parametrize("name", FILES.values())
def test_the_samples_are_sound_and_say_what_a_paper_says_without_template(name: str, tmp_path: Path) -> None:
    for each, data in sample_templates().items():
        (tmp_path / each).write_bytes(data)
    kind = next(kind for kind, file in FILES.items() if file == name)
    made = templates(tmp_path)[kind]
    filled, plain = docx_bytes(PAPER, made), docx_bytes(PAPER)
    assert problems(made.data) == [] and problems(filled) == []
    assert [text for text in lines(read(filled)) if text] == lines(read(plain))


def test_libreoffice_opens_a_filled_template(tmp_path: Path) -> None:
    made = Template("bulletin", tmp_path, sample_templates()["通报.docx"])
    path = tmp_path / "filled.docx"
    path.write_bytes(docx_bytes(replace(PAPER, banner=""), made))
    assert schema_problems(path.read_bytes()) == []
    shown = "".join(pdf_text(convert(path)).split())
    assert PAPER.title in shown and all(annex.title in shown for annex in ANNEXES) and "{{" not in shown and "草稿" not in shown


def test_the_command_writes_samples_once_and_checks_them(tmp_path: Path) -> None:
    folder = str(tmp_path / "模板")
    written = CliRunner().invoke(app, ["write", folder])
    assert written.exit_code == 0 and "4份" in written.output
    checked = CliRunner().invoke(app, ["check", folder])
    assert checked.exit_code == 0 and all(name in checked.output for name in FILES.values())
    (tmp_path / "模板" / "通报.docx").write_bytes(b"own work")
    again = CliRunner().invoke(app, ["write", folder])
    assert isinstance(again.exception, UsageProblem) and (tmp_path / "模板" / "通报.docx").read_bytes() == b"own work"
