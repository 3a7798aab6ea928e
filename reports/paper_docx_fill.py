"""The office's own template filled with a paper: placeholders give way to texts and blocks, everything else stays as the office drew it."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from reports.hostile import line
from reports.paper import Paper, chinese_day
from reports.paper_docx_base import LEFT, PAGE, RIGHT, SPACES
from reports.paper_docx_blocks import Writer
from reports.paper_docx_frame import addressees, annex_list, annexes, banner, notes
from reports.paper_docx_parts import Parts
from reports.paper_docx_places import BLOCKS, BODY, own_text, paragraphs, places, put
from reports.paper_docx_styles import STYLES

_DRAWN = tuple(qn(name) for name in ("w:drawing", "w:pict", "w:object", "w:sectPr"))
"""What keeps an emptied paragraph: a line, a seal, the end of a section."""


def fill(document: Document, paper: Paper, ids: Mapping[str, str], own_styles: frozenset[str]) -> None:
    """Write ``paper`` over the placeholders of ``document``. ``own_styles``: names of our styles that the template has itself.

    What must never be lost and has no placeholder goes where it belongs: the warning on top, notes below the text, annexes at the end.
    """
    spots = {place.name: place.paragraph for place in places(document)}
    _put_lines(document, paper)  # before any text of a site is in: what looks like a placeholder there is none
    body, spot = document.element.body, spots[BODY]
    marks = max((int(each) for each in document.element.xpath("//w:bookmarkStart/@w:id") if str(each).lstrip("-").isdigit()), default=0)
    look = None if _BODY_STYLE in own_styles else _look(spot)
    writer = Writer(paper, Parts(document), ids, _text_width(spot), look, marks)
    whole = {
        BODY: list(writer.blocks(paper.blocks)),
        "附件": list(annex_list(writer, paper)),
        "注释": list(notes(writer, paper)),
        "附件正文": list(annexes(writer, paper)),
    }
    if "注释" not in spots:
        whole[BODY] += whole.pop("注释")
    for name in BLOCKS:
        if name in spots:
            _replace(spots[name], whole[name])
    if "附件正文" not in spots:
        _before(body[-1], whole["附件正文"])
    if "提示" not in spots and paper.banner:
        _before(body[0], [banner(writer, paper)])


_BODY_STYLE = next(style.name for style in STYLES if style.id == "GwBody")


def _put_lines(document: Document, paper: Paper) -> None:
    """One-line placeholders; a paragraph that holds nothing else and gets nothing goes."""
    values = {
        "提示": line(paper.banner),
        "红头": line(paper.red_heading),
        "文号": line(paper.number),
        "标题": line(paper.title),
        "主送": line(addressees(paper)).rstrip("："),
        "落款": line(paper.signed),
        "日期": chinese_day(paper.dated) if paper.dated else "",
    }
    for paragraph in list(paragraphs(document, twins=True)):
        if put(paragraph, values) and not own_text(paragraph).strip("：: \u3000"):
            _drop(paragraph)


def _look(spot: BaseOxmlElement) -> tuple[str, str]:
    """Paragraph and run properties of the paragraph that stands for the text: all running text takes them on."""
    properties, run = spot.find(qn("w:pPr")), spot.find(f"{qn('w:r')}/{qn('w:rPr')}")
    return _markup(properties, ("sectPr", "rPr", "pPrChange")), "".join(_markup(child, ()) for child in run) if run is not None else ""


def _markup(element: BaseOxmlElement | None, without: Iterable[str]) -> str:
    """An element as markup that can be set into ours, without some of its children."""
    if element is None:
        return ""
    copied = copy.deepcopy(element)
    for name in without:
        for child in copied.findall(qn(f"w:{name}")):
            copied.remove(child)
    return copied.xml


def _text_width(spot: BaseOxmlElement) -> int:
    """Width of the text in twips where ``spot`` stands: its section ends at the next w:sectPr."""
    section = next(iter(spot.xpath("following::w:sectPr | descendant::w:sectPr")), None)
    size = section.find(qn("w:pgSz")) if section is not None else None
    margin = section.find(qn("w:pgMar")) if section is not None else None
    page = _twips(size, "w", PAGE[0])
    width = page - _twips(margin, "left", LEFT) - _twips(margin, "right", RIGHT) - _twips(margin, "gutter", 0)
    return width if width > 2000 else PAGE[0] - LEFT - RIGHT


def _twips(element: BaseOxmlElement | None, name: str, otherwise: int) -> int:
    value = element.get(qn(f"w:{name}")) if element is not None else None
    return int(float(value)) if value and re.fullmatch(r"-?\d+(\.\d+)?", value) else otherwise


def _before(element: BaseOxmlElement, told: Iterable[str]) -> None:
    """Markup set before an element."""
    for each in list(parse_xml(f"<w:body {SPACES}>{''.join(told)}</w:body>")):
        element.addprevious(each)


def _replace(spot: BaseOxmlElement, told: Iterable[str]) -> None:
    """Markup set in the place of a paragraph, which stays only where it ends a section or carries a drawing."""
    _before(spot, told)
    if any(next(spot.iter(tag), None) is not None for tag in _DRAWN):
        put(spot, dict.fromkeys(BLOCKS, ""))
    else:
        spot.getparent().remove(spot)


def _drop(paragraph: BaseOxmlElement) -> None:
    """Remove an empty paragraph where its place can do without it: a cell or a frame keeps its last one."""
    parent = paragraph.getparent()
    if any(next(paragraph.iter(tag), None) is not None for tag in _DRAWN):
        return
    if sum(1 for child in parent if child.tag == qn("w:p")) > 1 and (parent.tag != qn("w:tc") or parent[-1] is not paragraph):
        parent.remove(paragraph)
