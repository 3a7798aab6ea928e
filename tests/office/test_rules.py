"""Every rule has a file broken on purpose that it must name; sound files pass all of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from reports.fixed_zip import settled
from tests.office import convert, pdf_pages, pdf_text, problems, schema_problems
from tests.quarters.samples import jpeg

Files = dict[str, bytes]


def _word() -> bytes:
    document = docx.Document()
    first = document.add_paragraph("第一段", style="Heading 1")
    first.paragraph_format.keep_with_next = True
    first.runs[0].bold = True
    table = document.add_table(2, 2, style="Table Grid")
    table.cell(0, 0).text = "格"
    document.add_picture(io.BytesIO(jpeg()))
    document.inline_shapes[0]._inline.docPr.set("descr", "截图")
    held = io.BytesIO()
    document.save(held)
    return settled(held.getvalue())


def _book() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 4):
        sheet.append([row, f"网站{row}", row / 2])
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = "A1:C3"
    sheet.merge_cells("E1:F2")
    sheet["B2"].hyperlink = "http://www.s1.gov.cn/"
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("C2")
    sheet.add_data_validation(choice)
    book.defined_names["范围"] = DefinedName("范围", attr_text="Sheet!$A$1:$C$3")
    held = io.BytesIO()
    book.save(held)
    return settled(held.getvalue())


WORD, BOOK = _word(), _book()


def _changed(data: bytes, change: Callable[[Files], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    change(files)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return held.getvalue()


def _swap(part: str, old: str, new: str) -> Callable[[Files], None]:
    """Replace the first ``old`` (a pattern) in a part; it must be there."""

    def change(files: Files) -> None:
        text, count = re.subn(old, new, files[part].decode(), count=1, flags=re.DOTALL)
        assert count == 1, f"{old} is not in {part}"
        files[part] = text.encode()

    return change


def _without(part: str) -> Callable[[Files], object]:
    return lambda files: files.pop(part)


DOCUMENT, SHEET, BOOK_XML, RELS = "word/document.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml", "word/_rels/document.xml.rels"

BROKEN = {
    "content types missing": (WORD, _without("[Content_Types].xml"), "[Content_Types].xml: missing"),
    "a part missing": (WORD, _without("word/styles.xml"), "word/styles.xml: declared but not there"),
    "main part not named": (WORD, _swap("_rels/.rels", "officeDocument\"", "other\""), "main part"),
    "a part without type": (WORD, lambda files: files.update({"word/odd.bin": b"x"}), "word/odd.bin: no content type"),
    "no XML": (WORD, _swap(DOCUMENT, "</w:body>", ""), DOCUMENT),
    "an image that is none": (WORD, lambda files: files.update({"word/media/image1.jpg": b"x"}), "is no image/jpeg"),
    "an image of another type": (WORD, _swap("[Content_Types].xml", "image/jpeg", "image/png"), "declared as image/png"),
    "a relationship to nothing": (WORD, _swap(RELS, "media/image1.jpg", "media/image9.jpg"), "which is not there"),
    "a relationship twice": (WORD, _swap(RELS, 'Id="rId2"', 'Id="rId1"'), "relationship rId1 twice"),
    "an address that is none": (
        WORD,
        _swap(RELS, "</Relationships>", '<Relationship Id="x" Type="h" Target="http://a/{b}" TargetMode="External"/></Relationships>'),
        "an address that is none",
    ),
    "an id of no relationship": (WORD, _swap(DOCUMENT, 'r:embed="rId\\d+"', 'r:embed="rId99"'), "rId99 is no relationship"),
    "paragraph properties out of order": (WORD, _swap(DOCUMENT, "(<w:pStyle[^>]*/>)(<w:keepNext/>)", r"\2\1"), "children of pPr out of order"),
    "run properties out of order": (WORD, _swap(DOCUMENT, "<w:b/>", '<w:sz w:val="32"/><w:b/>'), "children of rPr out of order"),
    "table properties out of order": (WORD, _swap(DOCUMENT, "(<w:tblStyle[^>]*/>)(<w:tblW[^>]*/>)", r"\2\1"), "children of tblPr out of order"),
    "cell properties out of order": (WORD, _swap(DOCUMENT, "(<w:tcW[^>]*/>)", r'<w:vAlign w:val="center"/>\1'), "children of tcPr out of order"),
    "section properties out of order": (WORD, _swap(DOCUMENT, "(<w:pgSz[^>]*/>)(<w:pgMar[^>]*/>)", r"\2\1"), "children of sectPr out of order"),
    "a strange child": (WORD, _swap(DOCUMENT, "<w:keepNext/>", "<w:keepThis/>"), "keepThis does not belong into pPr"),
    "style out of order": (WORD, _swap("word/styles.xml", "(<w:name [^>]*/>)(<w:qFormat/>)", r"\2\1"), "children of style out of order"),
    "properties after text": (WORD, _swap(DOCUMENT, "(<w:rPr><w:b/></w:rPr>)(<w:t>第一段</w:t>)", r"\2\1"), "rPr is not the first child of r"),
    "section not last": (WORD, _swap(DOCUMENT, "(<w:sectPr.*</w:sectPr>)", r"\1<w:p/>"), "must end with its only sectPr"),
    "text in the body": (WORD, _swap(DOCUMENT, "<w:body>", "<w:body><w:r/>"), "r does not belong into the body"),
    "a table without grid": (WORD, _swap(DOCUMENT, "<w:tblGrid>.*</w:tblGrid>", ""), "without tblPr or tblGrid"),
    "a short row": (WORD, _swap(DOCUMENT, "<w:tc>.*?</w:tc>", ""), "a row of 1 cells in a table of 2 columns"),
    "a cell without paragraph": (WORD, _swap(DOCUMENT, "<w:p>(?:(?!<w:p>).)*格.*?</w:p>", ""), "does not end with a paragraph"),
    "a style that is not defined": (WORD, _swap(DOCUMENT, 'pStyle w:val="Heading1"', 'pStyle w:val="Heading77"'), "style Heading77 is not defined"),
    "a style twice": (WORD, _swap("word/styles.xml", 'w:styleId="Heading2"', 'w:styleId="Heading1"'), "style Heading1 twice"),
    "a bookmark that does not end": (WORD, _swap(DOCUMENT, "<w:body>", '<w:body><w:bookmarkStart w:id="1" w:name="a"/>'), "bookmarks that do not end"),
    "a link to no bookmark": (WORD, _swap(DOCUMENT, "(<w:p>)", r'\1<w:hyperlink w:anchor="nowhere"/>'), "nowhere, which is no bookmark"),
    "a picture without text": (WORD, _swap(DOCUMENT, ' descr="截图"', ""), "has no alternative text"),
    "two pictures of one id": (
        WORD, _swap(DOCUMENT, "(<w:drawing>.*</w:drawing>)", r"\1</w:r><w:r>\1"), "docPr id 1 twice",
    ),
    "sheet parts out of order": (BOOK, _swap(SHEET, "(<autoFilter[^>]*/>)(.*)(</worksheet>)", r"\2\1\3"), "children of worksheet out of order"),
    "book out of order": (BOOK, _swap(BOOK_XML, "(<definedNames>.*</definedNames>)(<calcPr[^>]*/>)", r"\2\1"), "children of workbook out of order"),
    "styles out of order": (BOOK, _swap("xl/styles.xml", "(<fonts.*</fonts>)(<fills.*</fills>)", r"\2\1"), "children of styleSheet out of order"),
    "a text out of range": (BOOK, _swap(SHEET, '<c r="A1" t="n"><v>1</v>', '<c r="A1" t="s"><v>77</v>'), "text 77 out of range"),
    "a format out of range": (BOOK, _swap(SHEET, '<c r="A1"', '<c r="A1" s="99"'), "format out of range"),
    "a formula": (BOOK, _swap(SHEET, "<v>1</v>", "<f>1+1</f><v>2</v>"), "holds a formula: 1+1"),
    "no number": (BOOK, _swap(SHEET, "<v>1</v>", "<v>一</v>"), "is no number"),
    "cells out of place": (BOOK, _swap(SHEET, 'r="A1"', 'r="C1"'), "is not in its place"),
    "rows out of place": (BOOK, _swap(SHEET, '<row r="2"', '<row r="9"'), "row 3 after row 9"),
    "merged twice": (BOOK, _swap(SHEET, "(<mergeCell [^>]*/>)", r"\1\1"), "overlap others"),
    "a drop-down without list": (BOOK, _swap(SHEET, "<formula1>.*?</formula1>", ""), "a drop-down of C2"),
    "a link to nowhere": (BOOK, _swap(SHEET, 'ref="B2" r:id="rId1"', 'ref="B2"'), "leads nowhere"),
    "a name that leads to no sheet": (BOOK, _swap(BOOK_XML, "Sheet!\\$A\\$1:\\$C\\$3</definedName>", "无!$A$1</definedName>"), "which is no sheet here"),
    "a sheet name that is not allowed": (BOOK, _swap(BOOK_XML, 'name="Sheet"', 'name="a/b"'), "is not allowed"),
    "no part for a sheet": (BOOK, _swap(BOOK_XML, 'r:id="rId1"', 'r:id="rId99"'), "sheet Sheet has no part"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_named(name: str) -> None:
    data, change, expected = BROKEN[name]
    found = problems(_changed(data, change))
    assert any(expected in text for text in found), found


def test_sound_files_keep_every_rule() -> None:
    for data in (WORD, BOOK):
        assert problems(data) == []
        assert problems(_changed(data, lambda files: None)) == []


def test_what_is_no_zip_is_named() -> None:
    assert problems(b"no office file")[0].startswith("not a ZIP")


def test_a_formula_may_be_meant() -> None:
    assert problems(_changed(BOOK, _swap(SHEET, "<v>1</v>", "<f>1+1</f><v>2</v>")), formulas=True) == []


@pytest.mark.parametrize("name", ["paragraph properties out of order", "section properties out of order", "sheet parts out of order"])
def test_the_schema_finds_what_is_out_of_order(name: str) -> None:
    data, change, _ = BROKEN[name]
    assert schema_problems(data) == []
    assert schema_problems(_changed(data, change))


def test_libreoffice_and_poppler_show_a_document(tmp_path: Path) -> None:
    path = tmp_path / "试.docx"
    path.write_bytes(WORD)
    pdf = convert(path)
    assert "第一段" in pdf_text(pdf)
    assert [page.read_bytes()[:4] for page in pdf_pages(pdf)] == [b"\x89PNG"]


def test_a_file_that_libreoffice_can_not_open_fails(tmp_path: Path) -> None:
    path = tmp_path / "none.docx"
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(AssertionError):
        convert(path)
