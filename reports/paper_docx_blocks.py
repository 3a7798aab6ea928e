"""Blocks of a paper as Word markup: headings, running text, tables, pictures, notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from reports.paper import Block, Heading, PageBreak, Paper, Paragraph, Picture, Table
from reports.paper_docx_parts import Parts
from reports.paper_docx_table import columns, table_xml
from reports.paper_docx_text import paragraph, run

_TINY = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
_LITTLE = '<w:spacing w:before="0" w:after="0" w:line="80" w:lineRule="exact"/>'
_GAP = '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>'
"""Two tables in a row would become one without a paragraph between them."""


class Writer:
    """Lays blocks out for one document. ``line``: width of the text in twips; ``ids``: our styles as the document calls them.

    ``body``: paragraph and run properties (markup) of running text where a template gives them, None for the style of our own.
    """

    def __init__(
        self, paper: Paper, parts: Parts, ids: Mapping[str, str], line: int, body: tuple[str, str] | None = None, bookmark: int = 0
    ) -> None:
        self._parts, self.ids, self._line, self._body, self._bookmark = parts, ids, line, body, bookmark
        names = [block.anchor for block in _every_block(paper) if isinstance(block, Heading) and block.anchor]
        self._anchors = {name: f"mingjing{number}" for number, name in enumerate(dict.fromkeys(names), 1)}
        self._open = set(self._anchors)

    def blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Each block's paragraphs and tables."""
        for block in blocks:
            match block:
                case Heading(text=text, level=level, anchor=anchor):
                    yield self.styled(f"Heading{level}", self._marked(run(text), anchor))
                case Paragraph():
                    yield self._paragraph(block)
                case Table():
                    yield from self._table(block)
                case Picture():
                    yield from self._picture(block)
                case PageBreak():
                    yield self.styled("GwPicture", "", f"<w:pageBreakBefore/>{_TINY}")

    def styled(self, style: str, runs: str, more: str = "") -> str:
        """A paragraph in one of our styles."""
        return paragraph(self.ids[style], runs, more)

    def lines(self, style: str, text: str, more: str = "") -> str:
        """A paragraph of plain text in one of our styles, "" for no text."""
        return self.styled(style, run(text), more) if text else ""

    def marked(self, style: str, text: str, anchor: str) -> str:
        """A paragraph that links within the paper lead to; ``anchor``: name of the bookmark in the file."""
        return self.styled(style, self._bookmarked(run(text), anchor))

    def _marked(self, runs: str, anchor: str) -> str:
        """Runs that a link within the paper leads to; a name that was used already marks nothing."""
        if anchor not in self._open:
            return runs
        self._open.discard(anchor)
        return self._bookmarked(runs, self._anchors[anchor])

    def _bookmarked(self, runs: str, name: str) -> str:
        self._bookmark += 1
        return f'<w:bookmarkStart w:id="{self._bookmark}" w:name="{name}"/>{runs}<w:bookmarkEnd w:id="{self._bookmark}"/>'

    def _paragraph(self, block: Paragraph) -> str:
        if block.quiet:
            return self.styled("GwQuiet", run(block.lead, self.ids["GwLead"]) + self._linked(block.text, block.link))
        if self._body is None:
            return self.styled("GwBody", run(block.lead, self.ids["GwLead"]) + self._linked(block.text, block.link))
        properties, look = self._body
        return f"<w:p>{properties}{run(block.lead, self.ids['GwLead'])}{self._linked(block.text, block.link, look)}</w:p>"

    def _linked(self, text: str, address: str, look: str = "") -> str:
        """Runs of a text that leads to an address: a place in the paper (``#name``) or a web page; plain where it is neither."""
        if not address or not text:
            return run(text, more=look)
        if address[1:] in self._anchors and address.startswith("#"):
            return f'<w:hyperlink w:anchor="{self._anchors[address[1:]]}" w:history="1">{run(text, self.ids["Hyperlink"])}</w:hyperlink>'
        name = self._parts.link(address)
        return (
            f'<w:hyperlink r:id="{name}" w:history="1">{run(text, self.ids["Hyperlink"])}</w:hyperlink>' if name else run(text, more=look)
        )

    def _table(self, block: Table) -> Iterator[str]:
        if block.caption:
            yield self.styled("Caption", run(block.caption), "<w:keepNext/>")
        if not block.rows or not columns(block):
            yield self._paragraph(Paragraph(block.empty))
            return
        if not block.caption:
            yield self.styled("GwPicture", "", f"<w:keepNext/>{_LITTLE}")
        yield table_xml(block, self._line, self.ids, self._linked)
        yield self.styled("GwPicture", "", _GAP)

    def _picture(self, block: Picture) -> Iterator[str]:
        share = min(max(block.width, 0.05), 1.0)
        drawn = self._parts.picture(block, round(self._line * share))
        if drawn:
            yield self.styled("GwPicture", drawn, "<w:keepNext/>" if block.caption else "")
        else:
            yield self.styled("GwPicture", run(f"（图片无法显示：{block.alt or block.caption}）"))
        if block.caption:
            yield self.styled("Caption", run(block.caption))


def _every_block(paper: Paper) -> Iterator[Block]:
    yield from paper.blocks
    for annex in paper.annexes:
        yield from annex.blocks
