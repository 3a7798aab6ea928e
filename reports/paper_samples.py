"""Templates to begin with: the look of GB/T 9704 with every placeholder in its place, for an office to open in Word and make its own."""

from __future__ import annotations

import io
from collections.abc import Iterator

import docx
from docx.oxml import parse_xml

from reports.fixed_zip import settled
from reports.paper import Paper, Paragraph
from reports.paper_docx_base import LEFT, PAGE, RIGHT, SPACES, empty_document
from reports.paper_docx_blocks import Writer
from reports.paper_docx_parts import Parts
from reports.paper_docx_styles import CHARACTER, install
from reports.paper_docx_text import run
from reports.paper_templates import FILES

_RED_LINE = '<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="8" w:color="FF0000"/></w:pBdr>'
_GAP = '<w:spacing w:before="1140" w:after="0" w:line="570" w:lineRule="exact"/>'
_RIGHT = f'<w:ind w:right="{4 * CHARACTER}"/>'


def sample_template(kind: str) -> bytes:
    """A template for one kind of paper (`reports.paper_templates.FILES`) as DOCX; filled, it says what the paper says without a template."""
    document = docx.Document(io.BytesIO(empty_document()))
    ids, _ = install(document)
    paper = Paper("bulletin", FILES[kind].removesuffix(".docx"), ())
    writer = Writer(paper, Parts(document), ids, PAGE[0] - LEFT - RIGHT)
    last = document.element.body[-1]
    for element in list(parse_xml(f"<w:body {SPACES}>{''.join(_paragraphs(writer))}</w:body>")):
        last.addprevious(element)
    document.core_properties.title = paper.title
    document.core_properties.language = "zh-CN"
    held = io.BytesIO()
    document.save(held)
    return settled(held.getvalue())


def _paragraphs(writer: Writer) -> Iterator[str]:
    yield writer.lines("GwBanner", "{{提示}}")
    yield writer.lines("GwRed", "{{红头}}")
    yield writer.styled("GwNumber", run("{{文号}}"), _RED_LINE)
    yield writer.lines("Title", "{{标题}}")
    yield writer.lines("GwAddressee", "{{主送}}：")
    yield from writer.blocks([Paragraph("{{正文}}")])
    yield writer.lines("GwAnnexList", "{{附件}}")
    yield writer.lines("GwSigned", "{{落款}}", _GAP + _RIGHT)
    yield writer.lines("GwDated", "{{日期}}", _RIGHT)
    yield writer.lines("GwNote", "{{注释}}")
    yield writer.lines("GwBody", "{{附件正文}}")


def sample_templates() -> dict[str, bytes]:
    """Every template by its file name."""
    return {name: sample_template(kind) for kind, name in FILES.items()}
