"""A paper as a Word document: the look of GB/T 9704 (党政机关公文格式), or the office's own template filled in. Same paper, same bytes."""

from __future__ import annotations

import io
from datetime import datetime, time

import docx
from docx.document import Document
from docx.oxml import parse_xml

from reports.fixed_zip import settled
from reports.hostile import line
from reports.paper import Paper
from reports.paper_docx_base import LEFT, PAGE, RIGHT, SPACES, empty_document
from reports.paper_docx_blocks import Writer
from reports.paper_docx_fill import fill
from reports.paper_docx_frame import annex_list, annexes, notes, opening, signature
from reports.paper_docx_parts import Parts
from reports.paper_docx_styles import LONGEST_NAME, install
from reports.paper_templates import Template

_UNDATED = datetime(2000, 1, 1)
"""Time stamp in the properties of a paper without a date: never the clock's, so that the same paper is the same file."""


def docx_bytes(paper: Paper, template: Template | None = None) -> bytes:
    """``paper`` as DOCX. ``template``: the office's own layout, whose placeholders are filled; None for the look of GB/T 9704.

    Fonts are named, not embedded: a machine that lacks 方正小标宋简体 or 仿宋_GB2312 shows its nearest. A picture whose bytes can't be read is
    replaced by its alternative text; an address that is no plain http(s) one is shown and not linked.
    """
    document = docx.Document(io.BytesIO(template.data if template else empty_document()))
    ids, own = install(document)
    if template:
        fill(document, paper, ids, own)
    else:
        _write(document, paper, ids)
    _properties(document, paper)
    held = io.BytesIO()
    document.save(held)
    return settled(held.getvalue())


def _write(document: Document, paper: Paper, ids: dict[str, str]) -> None:
    """The whole paper into an empty document."""
    width = PAGE[0] - LEFT - RIGHT
    writer = Writer(paper, Parts(document), ids, width)
    told = [
        *opening(writer, paper, width),
        *writer.blocks(paper.blocks),
        *annex_list(writer, paper),
        *signature(writer, paper),
        *notes(writer, paper),
        *annexes(writer, paper),
    ]
    body = document.element.body
    last = body[-1]
    for element in list(parse_xml(f"<w:body {SPACES}>{''.join(told)}</w:body>")):
        last.addprevious(element)


def _properties(document: Document, paper: Paper) -> None:
    """Title, subject, author and fixed times in the file's properties."""
    told = document.core_properties
    told.title = line(paper.title)[:LONGEST_NAME]
    told.subject = line(paper.subject)[:LONGEST_NAME]
    told.author = told.last_modified_by = line(paper.signed)[:LONGEST_NAME]
    told.created = told.modified = datetime.combine(paper.dated, time()) if paper.dated else _UNDATED
    told.language = "zh-CN"
    told.revision = 1
