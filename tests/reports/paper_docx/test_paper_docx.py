"""A paper as Word shows it: read back with python-docx, checked by rules and schema, opened by LibreOffice."""

from __future__ import annotations

import time
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.bulletin import bulletin
from reports.feedback import feedback
from reports.hostile import clean
from reports.office import Office
from reports.paper import Heading, Paper, Paragraph, Picture, Table, every_text
from reports.paper_docx import docx_bytes
from reports.paper_docx_table import column_widths
from reports.paper_docx_text import breadth
from tests.office import convert, pdf_text, problems, schema_problems
from tests.office.parts import Package
from tests.quarters.samples import HOSTILE, finding, inspection_of, jpeg, sample_inspection, site
from tests.reports.paper_docx.papers import ANNEXES, PAPER, lines, paper, read, styled

OFFICE = Office(name="清河省人民政府办公厅", red_heading="清河省人民政府办公厅文件", number="清政办〔2026〕12号")


@pytest.fixture(scope="module")
def whole() -> bytes:
    return docx_bytes(PAPER)


def test_the_page_is_a4_with_the_margins_of_the_standard(whole: bytes) -> None:
    (section,) = read(whole).sections
    for value, mm in (
        (section.page_width, 210), (section.page_height, 297), (section.top_margin, 37), (section.bottom_margin, 35),
        (section.left_margin, 28), (section.right_margin, 26),
    ):  # fmt: skip
        assert abs(value - Mm(mm)) < Mm(0.1)


@pytest.mark.parametrize(
    ("style", "font", "points"),
    [
        ("Title", "方正小标宋简体", 22), ("公文正文", "仿宋_GB2312", 16), ("Heading 1", "黑体", 16), ("Heading 2", "楷体_GB2312", 16),
        ("footer", "宋体", 14), ("公文红头", "方正小标宋简体", 36),
    ],
)  # fmt: skip
def test_fonts_are_named_for_chinese_text(whole: bytes, style: str, font: str, points: int) -> None:
    found = read(whole).styles[style]
    assert found.element.rPr.rFonts.get(qn("w:eastAsia")) == font
    assert found.font.size == Pt(points)


def test_running_text_is_28_to_29_points_apart_and_two_characters_in(whole: bytes) -> None:
    look = read(whole).styles["公文正文"].paragraph_format
    assert Pt(28) <= look.line_spacing <= Pt(29)
    assert read(whole).styles["公文正文"].element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert read(whole).styles["公文正文"].element.pPr.ind.get(qn("w:firstLine")) == "640"


def test_page_numbers_stand_outside_right_on_odd_and_left_on_even_pages(whole: bytes) -> None:
    document = read(whole)
    assert document.settings.odd_and_even_pages_header_footer
    odd, even = document.sections[0].footer, document.sections[0].even_page_footer
    for footer, side in ((odd, "right"), (even, "left")):
        (numbered,) = footer.paragraphs
        assert numbered._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
        assert "".join(node.text for node in numbered._p.iter(qn("w:t"))) == "— 1 —"
        assert " PAGE " in numbered._p.xml


def test_every_text_is_there_in_reading_order(whole: bytes) -> None:
    said = "\n".join(lines(read(whole)))
    place = 0
    for text in every_text(replace(PAPER, red_heading="", number="", banner="", addressees="", footnotes=(), signed="")):
        place = said.index(clean(text), place) + len(clean(text))
    for text in every_text(PAPER):
        assert clean(text) in said


def test_headings_are_real_ones_for_the_navigation_pane(whole: bytes) -> None:
    document = read(whole)
    assert styled(document, "Heading 1") == ["一、总体情况"]
    assert styled(document, "Heading 2") == ["（一）检查范围", "青山市"]
    assert styled(document, "Heading 3") == ["1.层级"]
    assert styled(document, "Heading 4") == ["（1）省级"]
    assert styled(document, "公文附件标题") == [annex.title for annex in ANNEXES]
    for level in range(1, 5):
        assert f'<w:outlineLvl w:val="{level - 1}"/>' in document.styles[f"Heading {level}"].element.xml
    assert '<w:outlineLvl w:val="0"/>' in document.styles["公文附件标题"].element.xml


def test_a_table_repeats_its_head_keeps_rows_whole_and_fits_the_line(whole: bytes) -> None:
    table = read(whole).tables[0]
    rows = table._tbl.tr_lst
    assert [row.trPr.find(qn("w:tblHeader")) is not None for row in rows] == [True, False, False, False]
    assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
    widths = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
    assert abs(sum(widths) - 156 * 1440 / 25.4) < 5
    assert widths[1] == pytest.approx(4 * widths[0], abs=2)
    assert [[cell.text for cell in row.cells] for row in table.rows][1] == ["1", "青山市人民政府门户网站", "栏目不更新\n超过6个月"]


def test_a_table_without_rows_says_so_instead(whole: bytes) -> None:
    said = lines(read(whole))
    assert said[said.index("未能评估的网站") + 1] == "没有未能评估的网站。"
    assert len(read(whole).tables) == 2


@pytest.mark.parametrize(
    ("table", "least"),
    [
        (Table(("序号", "名称", "说明"), (("1", "青山市", "很长的说明" * 20),)), (800, 800, 5000)),
        (Table(("甲", "乙"), (("1", "2"),), widths=(0, 0)), (4000, 4000)),
        (Table((), (("键", "值" * 10), ("键",))), (1500, 5000)),
        (Table(tuple("列" * 1 for _ in range(14)), (("数",) * 14,)), (600,) * 14),
    ],
)
def test_columns_without_given_widths_take_them_from_their_texts(table: Table, least: tuple[int, ...]) -> None:
    widths = column_widths(table, 8844)
    assert sum(widths) == 8844 and len(widths) == len(least)
    assert all(width >= wanted for width, wanted in zip(widths, least, strict=True))
    assert problems(docx_bytes(paper(table))) == []


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("http://www.s1.gov.cn/a?b=1&c=2", "http://www.s1.gov.cn/a?b=1&c=2"),
        ("http://www.s1.gov.cn/栏目/", "http://www.s1.gov.cn/栏目/"),
        ('http://www.s1.gov.cn/{a}|"<b>', "http://www.s1.gov.cn/%7Ba%7D%7C%22%3Cb%3E"),
        ("http://www.s1.gov.cn/100%", "http://www.s1.gov.cn/100%25"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("\\\\server\\share", None),
        ("http://name:word@www.s1.gov.cn/", None),
        ("http://www.s1.gov.cn/" + "a" * 3000, None),
        ("#nowhere", None),
    ],
)
def test_an_address_is_linked_only_when_it_is_a_plain_one(address: str, target: str | None) -> None:
    data = docx_bytes(paper(Paragraph("打开", link=address), Table(("址",), (("打开",),), links={(0, 0): address})))
    assert problems(data) == []
    document = read(data)
    outside = [each.target_ref for each in document.part.rels.values() if each.is_external]
    assert outside == ([] if target is None else [target]), "each address once"
    assert len(list(document.element.iter(qn("w:hyperlink")))) == (0 if target is None else 2)
    assert lines(document).count("打开") == 2


def test_a_link_within_the_paper_leads_to_its_heading(whole: bytes) -> None:
    document = read(whole)
    (link,) = [each for each in document.element.iter(qn("w:hyperlink")) if "“首页”不更新" in each.xml]
    mark = next(each for each in document.element.iter(qn("w:bookmarkStart")) if each.get(qn("w:name")) == link.get(qn("w:anchor")))
    assert "".join(node.text for node in mark.getparent().iter(qn("w:t"))) == "一、总体情况"


def test_hostile_text_stays_text(whole: bytes) -> None:
    document = read(whole)
    cell = document.tables[0].rows[2].cells[1].text
    assert cell == clean(HOSTILE) and "<script>" in cell and "\x07" not in cell
    assert not list(document.element.iter("script"))


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text())
def test_any_text_makes_a_sound_file_that_says_it(text: str, other: str) -> None:
    data = docx_bytes(
        paper(Heading(text), Paragraph(other, lead=text, link=other), Table((text,), ((other,),), caption=text), title=text, banner=other)
    )
    assert problems(data) == []
    said = "".join(node.text or "" for node in read(data).element.iter(qn("w:t")))
    for told in (text, other):
        assert "".join(clean(told).replace("\t", "").split("\n")) in said


def test_pictures_have_text_caption_width_and_are_stored_once(whole: bytes) -> None:
    document = read(whole)
    first, second = document.inline_shapes
    assert [shape._inline.docPr.get("descr") for shape in (first, second)] == ["青山市首页的截图", "同一张截图"]
    assert first.width / Mm(156) == pytest.approx(0.6, abs=0.01) and first.height / first.width == pytest.approx(400 / 640, abs=0.01)
    assert [name for name in zipfile.ZipFile(BytesIO(whole)).namelist() if "media" in name] == ["word/media/paper1.jpeg"]
    said = lines(document)
    assert "青山市首页" in said


def test_a_tall_picture_stays_on_its_page() -> None:
    (shape,) = read(docx_bytes(paper(Picture(jpeg(size=(200, 2000)), "长页", caption="长页")))).inline_shapes
    assert shape.height < Mm(165) and shape.height / shape.width == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("image", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n", jpeg()[:40], b"GIF89a" + bytes(40)])
def test_a_picture_that_is_none_is_replaced_by_its_text(image: bytes) -> None:
    data = docx_bytes(paper(Picture(image, "首页的截图", caption="首页")))
    assert problems(data) == []
    assert lines(read(data))[-2:] == ["（图片无法显示：首页的截图）", "首页"]


def test_annexes_are_listed_and_begin_on_new_pages(whole: bytes) -> None:
    document = read(whole)
    assert styled(document, "公文附件说明") == ["附件：1. 不合格网站名单", "2. 各单位情况"]
    assert styled(document, "公文附件序号") == ["附件1", "附件2"]
    assert document.styles["公文附件序号"].paragraph_format.page_break_before


def test_a_single_annex_has_no_number() -> None:
    document = read(docx_bytes(replace(PAPER, annexes=ANNEXES[:1])))
    assert styled(document, "公文附件说明") == ["附件：不合格网站名单"]
    assert styled(document, "公文附件序号") == ["附件"]


def test_signature_and_date_stand_at_the_right_after_the_list_of_annexes(whole: bytes) -> None:
    document = read(whole)
    said = lines(document)
    assert (
        said.index("2. 各单位情况")
        < said.index("清河省人民政府办公厅")
        < said.index("2026年10月9日")
        < said.index("注1：依据为推定。")
        < said.index("附件1")
    )
    assert [document.styles[name].paragraph_format.alignment for name in ("公文落款", "公文日期")] == [2, 2]
    addressed = document.styles["公文主送"]
    assert styled(document, "公文主送") == ["各市人民政府："] and addressed.paragraph_format.first_line_indent == 0


def test_what_is_not_given_leaves_no_empty_line() -> None:
    document = read(docx_bytes(paper(Paragraph("正文。"))))
    assert [each.text for each in document.paragraphs] == ["通报", "正文。"]


def test_red_heading_number_and_line_come_only_when_asked_for(whole: bytes) -> None:
    document = read(whole)
    assert styled(document, "公文红头") == ["清河省人民政府办公厅文件"] and len(styled(document, "公文红线")) == 1
    assert str(document.styles["公文红头"].font.color.rgb) == "FF0000"
    plain = read(docx_bytes(replace(PAPER, red_heading="")))
    assert not styled(plain, "公文红头") and not styled(plain, "公文红线") and styled(plain, "公文文号") == ["清政办〔2026〕12号"]


def test_a_long_red_heading_is_set_smaller() -> None:
    document = read(docx_bytes(replace(PAPER, red_heading="清河省人民政府办公厅政务公开与政府网站监督管理办公室文件")))
    size = next(each for each in document.paragraphs if each.style.name == "公文红头").runs[0].font.size
    assert size == Pt(22)


@pytest.mark.parametrize(
    ("title", "first_line"),
    [
        ("关于2026年第三季度全省政府网站检查情况的通报", "关于2026年第三季度全省"),
        ("关于2026年第三季度全省政府网站检查情况的通报（更正）", "关于2026年第三季度全省政府网站"),
        ("关于2026年度全省政务公开工作考核情况的通报", "关于2026年度全省政务公开"),
        ("2026年第三季度政府网站检查问题反馈单", ""),
        ("通报", ""),
        ("一" * 60, ""),
    ],
)
def test_a_title_of_two_lines_turns_before_a_word(title: str, first_line: str) -> None:
    document = read(docx_bytes(paper(title=title)))
    (shown,) = [each for each in document.paragraphs if each.style.name == "Title"]
    assert shown.text == title
    sides = shown.paragraph_format.left_indent, shown.paragraph_format.right_indent
    if not first_line:
        assert sides == (None, None)
    else:
        room = (Mm(156) - sides[0] - sides[1]) / Pt(22)
        whole = breadth(first_line) + 0.5
        assert whole <= room < whole + 1, "the first line holds these words and no character more"


def test_the_warning_stands_above_all_in_a_frame(whole: bytes) -> None:
    document = read(whole)
    assert lines(document)[0] == "草稿：尚未发布。"
    assert document.paragraphs[0].style.name == "公文提示" and "<w:pBdr>" in document.styles["公文提示"].element.xml


def test_properties_name_the_paper_and_never_the_clock(whole: bytes) -> None:
    told = read(whole).core_properties
    assert (told.title, told.subject, told.author, told.language) == (PAPER.title, PAPER.subject, PAPER.signed, "zh-CN")
    assert (told.created.year, told.created.month, told.created.day) == (2026, 10, 9) and told.modified == told.created
    assert read(docx_bytes(replace(PAPER, dated=None))).core_properties.created.year == 2000


def test_the_same_paper_is_the_same_file(whole: bytes) -> None:
    assert docx_bytes(PAPER) == whole
    assert docx_bytes(replace(PAPER, title=PAPER.title + "（更正）")) != whole


def test_the_file_keeps_every_rule_and_the_schema(whole: bytes) -> None:
    assert problems(whole) == []
    assert schema_problems(whole) == []
    kinds = {style.type for style in read(whole).styles}
    assert kinds == {WD_STYLE_TYPE.PARAGRAPH, WD_STYLE_TYPE.CHARACTER, WD_STYLE_TYPE.TABLE}
    assert Package(whole).order[0] == "[Content_Types].xml"


def _samples() -> dict[str, Paper]:
    inspection = sample_inspection()
    return {
        "everything": PAPER,
        "bulletin": bulletin(inspection, (Picture(jpeg("chart"), "合格率", "各季度合格率"),), OFFICE),
        "sheet": feedback(inspection, "青山市", OFFICE),
    }


@pytest.mark.parametrize("name", ["everything", "bulletin", "sheet"])
def test_libreoffice_opens_it_and_shows_every_text(name: str, tmp_path: Path) -> None:
    told = _samples()[name]
    path = tmp_path / f"{name}.docx"
    path.write_bytes(docx_bytes(told))
    assert problems(path.read_bytes()) == [] and schema_problems(path.read_bytes()) == []
    shown = "".join(pdf_text(convert(path)).split())
    for text in every_text(replace(told, blocks=tuple(block for block in told.blocks if not isinstance(block, Table)), annexes=())):
        for part in _pieces(text):
            assert part in shown, part


def _pieces(text: str) -> list[str]:
    """A text in pieces of a line or less: a page break or a footer may stand between two lines."""
    whole = "".join(clean(text).split())
    return [whole[place : place + 12] for place in range(0, max(len(whole) - 12, 1), 40)] if "\ufffd" not in whole else []


def test_a_thousand_findings_are_laid_out_in_seconds() -> None:
    many = inspection_of([site(number, findings=[finding(n) for n in range(number * 40, number * 40 + 40)]) for number in range(1, 26)])
    told = feedback(many, "青山市", OFFICE)
    begun = time.process_time()
    data = docx_bytes(told)
    assert time.process_time() - begun < 8
    said = "\n".join(lines(read(data)))
    assert all(f"f{number:09d}" in said for number in range(40, 1040))
