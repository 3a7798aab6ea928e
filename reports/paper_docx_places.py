"""Placeholders (``{{标题}}``) of a Word template: what there are, where they stand, and how they are found in runs that Word has split."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from reports.hostile import line

LINES: Mapping[str, str] = {
    "提示": "草稿等警示语",
    "红头": "发文机关标志",
    "文号": "发文字号",
    "标题": "标题",
    "主送": "主送机关",
    "落款": "发文机关署名",
    "日期": "成文日期",
}
"""Placeholders that stand for one line and may stand within a sentence."""
BLOCKS: Mapping[str, str] = {
    "正文": "正文全部内容",
    "附件": "附件说明（附件：1.……）",
    "注释": "依据、版本等注释",
    "附件正文": "各附件的内容",
}
"""Placeholders that stand for whole paragraphs and so need a paragraph of their own."""
BODY = "正文"
_PLACE = re.compile(r"\{\{(.*?)\}\}")
_MARK = re.compile(r"\{\{|\}\}|｛｛|｝｝")
_P, _T, _FALLBACK = qn("w:p"), qn("w:t"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


@dataclass(frozen=True, slots=True)
class Place:
    """A placeholder: ``name`` between the braces; ``alone`` in its paragraph; ``top``: that paragraph stands in the body itself, in no table or frame."""

    name: str
    paragraph: BaseOxmlElement
    alone: bool
    top: bool


def roots(document: Document) -> list[BaseOxmlElement]:
    """The body, then every header and footer."""
    kinds = (RELATIONSHIP_TYPE.HEADER, RELATIONSHIP_TYPE.FOOTER)
    relations = sorted(document.part.rels.items())
    return [document.element.body, *(each.target_part.element for _, each in relations if each.reltype in kinds)]


def text_nodes(paragraph: BaseOxmlElement) -> list[BaseOxmlElement]:
    """The pieces of text of a paragraph, without those of frames inside it."""
    return [node for node in paragraph.iter(_T) if next(node.iterancestors(_P)) is paragraph]


def own_text(paragraph: BaseOxmlElement) -> str:
    """A paragraph's text, however Word has split it."""
    return "".join(node.text or "" for node in text_nodes(paragraph))


def paragraphs(document: Document, twins: bool = False) -> Iterator[BaseOxmlElement]:
    """Every paragraph, also in tables, frames, headers and footers. ``twins``: also those that Word keeps for old readers of a frame."""
    for root in roots(document):
        for paragraph in root.iter(_P):
            if twins or not any(parent.tag == _FALLBACK for parent in paragraph.iterancestors()):
                yield paragraph


def places(document: Document) -> list[Place]:
    """Every placeholder in reading order, known or not."""
    body = document.element.body
    return [
        Place(name.strip(), paragraph, text.strip() == f"{{{{{name}}}}}", paragraph.getparent() is body)
        for paragraph in paragraphs(document)
        if "{{" in (text := own_text(paragraph))
        for name in _PLACE.findall(text)
    ]


def broken(document: Document) -> str:
    """The first text whose braces open and don't close, or that are full-width ones; "" for none."""
    for paragraph in paragraphs(document):
        rest = _PLACE.sub("", own_text(paragraph))
        if _MARK.search(rest):
            return line(own_text(paragraph))[:40]
    return ""


def put(paragraph: BaseOxmlElement, values: Mapping[str, str]) -> bool:
    """Write values over the placeholders of a paragraph; each takes on the look of its first character. Whether any was there."""
    nodes = text_nodes(paragraph)
    text = "".join(node.text or "" for node in nodes)
    found = [each for each in _PLACE.finditer(text) if each[1].strip() in values]
    for each in reversed(found):
        _write(nodes, each.start(), each.end(), values[each[1].strip()])
    return bool(found)


def _write(nodes: list[BaseOxmlElement], start: int, end: int, value: str) -> None:
    """Replace characters ``start`` to ``end`` of texts that follow one another; the value goes where the first one stood."""
    at, written = 0, False
    for node in nodes:
        text = node.text or ""
        left, right = max(start - at, 0), min(end - at, len(text))
        if left < right:
            node.text = text[:left] + ("" if written else value) + text[right:]
            node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            written = True
        at += len(text)
