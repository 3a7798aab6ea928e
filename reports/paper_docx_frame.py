"""What stands around the text of a paper: warning, red heading, number, title, addressees, annexes, signature, date, notes (GB/T 9704 7.2-7.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reports.hostile import line
from reports.paper import Annex, Paper, chinese_day, turns
from reports.paper_docx_blocks import Writer
from reports.paper_docx_styles import CHARACTER
from reports.paper_docx_text import breadth, run

_BIGGEST, _SMALLEST = 88, 44
"""Type of the red heading in half points: it is set as large as one line takes."""
_TITLE = 440
"""Width of one character of a title (二号, 22 points), in twips."""
_SEAM = re.compile(r"[0-9A-Za-z](?=[\u3000-\uffff])|[\u3000-\uffff](?=[0-9A-Za-z])")
_SPARE = 4.0
"""The date ends four characters before the edge, the signature stands over its middle."""


def banner(writer: Writer, paper: Paper) -> str:
    """The framed warning, "" for none."""
    return writer.lines("GwBanner", paper.banner)


def red_heading(writer: Writer, paper: Paper, text_line: int) -> Iterator[str]:
    """红头, 文号 and the red line below; nothing without a red heading."""
    if not paper.red_heading:
        return
    size = max(_SMALLEST, min(_BIGGEST, int(2 * 0.96 * text_line / 20 / max(breadth(paper.red_heading), 1)) // 2 * 2))
    yield writer.styled("GwRed", run(paper.red_heading, more=f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'))
    yield writer.lines("GwNumber", paper.number, '<w:spacing w:before="570" w:after="0" w:line="570" w:lineRule="exact"/>')
    yield writer.styled("GwRule", "")


def opening(writer: Writer, paper: Paper, text_line: int) -> Iterator[str]:
    """Everything above the text."""
    yield banner(writer, paper)
    yield from red_heading(writer, paper, text_line)
    yield writer.lines("Title", paper.title, title_indent(paper.title, text_line))
    if not paper.red_heading:
        yield writer.lines("GwNumber", paper.number)
    yield writer.lines("GwAddressee", addressees(paper))


def title_indent(title: str, text_line: int) -> str:
    """Indents that make a title of two lines turn before a word, in two like lines (GB/T 9704 7.3.1: 词意完整、排列对称); "" where one line takes it.

    Indents, not a line break: the title stays one text for whoever copies or searches it.
    """
    room = text_line / _TITLE
    if _title_width(title) <= room:
        return ""
    pairs = [(_title_width(title[:place]), _title_width(title[place:])) for place in turns(title)]
    fitting = [(first - second, first) for first, second in pairs if second <= first <= room - 0.5]
    if not fitting:
        return ""
    side = max(0, round((room - min(fitting)[1] - 0.5) * _TITLE / 2))
    return f'<w:ind w:left="{side}" w:right="{side}" w:firstLine="0"/>'


def _title_width(text: str) -> float:
    """Width in characters, with the quarter that Word puts between Chinese and Latin text."""
    return breadth(text) + len(_SEAM.findall(text)) / 4


def addressees(paper: Paper) -> str:
    """主送 with its colon."""
    text = paper.addressees.rstrip("：: ")
    return f"{text}：" if text else ""


def annex_mark(paper: Paper, number: int) -> str:
    """“附件1”; “附件” where it is the only one."""
    return f"附件{number if len(paper.annexes) > 1 else ''}"


def annex_list(writer: Writer, paper: Paper) -> Iterator[str]:
    """“附件：1. …”, each further one under the first; the texts lead to the annexes."""
    several = len(paper.annexes) > 1
    for number, annex in enumerate(paper.annexes, 1):
        first = "附件：" if number == 1 else ""
        told = f"{first}{number}. " if several else first
        left, hanging = (6.0, (4.0 if first else 1.0)) if several else (5.0, 3.0)
        indent = f'<w:ind w:left="{round(left * CHARACTER)}" w:hanging="{round(hanging * CHARACTER)}"/>'
        before = '<w:spacing w:before="570" w:after="0" w:line="570" w:lineRule="exact"/>' if first else ""
        link = f'<w:hyperlink w:anchor="{_anchor(number)}" w:history="1">{run(annex.title)}</w:hyperlink>'
        yield writer.styled("GwAnnexList", run(told) + link, before + indent)


def signature(writer: Writer, paper: Paper) -> Iterator[str]:
    """落款 and 成文日期 at the right, the name over the middle of the date."""
    day = chinese_day(paper.dated) if paper.dated else ""
    name = paper.signed
    gap = '<w:spacing w:before="1140" w:after="0" w:line="570" w:lineRule="exact"/>'
    middle = _SPARE + breadth(day) / 2 if day else _SPARE + breadth(name) / 2
    if name:
        yield writer.lines("GwSigned", name, gap + _from_right(max(0.0, middle - breadth(name) / 2)))
    if day:
        yield writer.lines("GwDated", day, ("" if name else gap) + _from_right(_SPARE))


def notes(writer: Writer, paper: Paper) -> Iterator[str]:
    """Small notes under a thin line."""
    if paper.footnotes:
        yield writer.styled("GwNoteRule", "")
    for number, text in enumerate(paper.footnotes, 1):
        yield writer.lines("GwNote", f"注{number if len(paper.footnotes) > 1 else ''}：{text}")


def annexes(writer: Writer, paper: Paper) -> Iterator[str]:
    """Every annex, each from a new page on."""
    for number, annex in enumerate(paper.annexes, 1):
        yield from _annex(writer, annex, annex_mark(paper, number), number)


def _annex(writer: Writer, annex: Annex, mark: str, number: int) -> Iterator[str]:
    yield writer.lines("GwAnnexMark", mark)
    yield writer.marked("GwAnnexTitle", line(annex.title), _anchor(number))
    yield from writer.blocks(annex.blocks)


def _anchor(number: int) -> str:
    return f"annex{number}"


def _from_right(characters: float) -> str:
    return f'<w:ind w:right="{round(characters * CHARACTER)}"/>'
