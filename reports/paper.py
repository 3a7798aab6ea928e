"""A paper (公文): what a bulletin, a feedback sheet or an assessment says, before it is laid out as DOCX or HTML.

No figure is computed by who lays it out: every sentence, table and picture is here already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` 1 (一、) to 4. The number is part of the text. ``anchor``: a name that links within the paper may use."""

    text: str
    level: Literal[1, 2, 3, 4] = 1
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. ``lead``: a short beginning that is set off (楷体); ``quiet``: a note in small type; ``link``: address that the whole text leads to."""

    text: str
    lead: str = ""
    quiet: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``caption`` stands above it; ``widths``: share of the line of each column (any unit); ``links``: (row, column) → address.

    Every cell is text as it is read; numbers are formatted already. A table without rows is laid out as its caption and ``empty``.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    widths: tuple[float, ...] = ()
    align: tuple[Align, ...] = ()
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    empty: str = "无。"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture. ``image``: PNG or JPEG bytes; ``alt``: what it shows, for those who can't see it; ``width``: share of the line, 0 to 1.

    ``svg``: the same as vector drawing, where there is one (a chart); HTML prefers it.
    """

    image: bytes
    alt: str
    caption: str = ""
    width: float = 1.0
    svg: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Table | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex (附件), from a new page on."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. ``kind`` names the office's own template for it; ``red_heading``: the issuer's red heading (红头), "" for none; ``number``: 文号.

    ``addressees``: 主送; ``signed``: who issues it; ``dated``: 成文日期; ``banner``: a warning above all (例如“未经人工复核的草稿”);
    ``footnotes``: small notes at the end (basis of indicators, versions); ``subject``: for the file's properties.
    """

    kind: Literal["bulletin", "feedback", "assessment", "unit-assessment"]
    title: str
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...] = ()
    red_heading: str = ""
    number: str = ""
    addressees: str = ""
    signed: str = ""
    dated: date | None = None
    banner: str = ""
    footnotes: tuple[str, ...] = ()
    subject: str = ""


_ALIGNED: Mapping[str, Align] = {"l": "left", "c": "center", "r": "right"}


def aligned(letters: str) -> tuple[Align, ...]:
    """Alignment of columns, one letter each: ``clr`` is centre, left, right. Raises KeyError for another letter."""
    return tuple(_ALIGNED[letter] for letter in letters)


_TURNS = ("政府网站", "政务新媒体", "政务公开", "检查", "考核", "工作", "问题", "整改", "情况")


def turns(title: str) -> list[int]:
    """Places at which a title may turn to its next line: before these words, for a line that ends within a word reads badly."""
    return [place for place in range(1, len(title)) if title.startswith(_TURNS, place)]


def chinese_day(day: date) -> str:
    """``2026年10月9日``."""
    return f"{day.year}年{day.month}月{day.day}日"


def every_text(paper: Paper) -> Sequence[str]:
    """Every text of a paper in reading order, for tests that read a file back."""
    texts: list[str] = [paper.title, paper.number, paper.addressees, paper.banner]
    for block in (*paper.blocks, *(each for annex in paper.annexes for each in (Heading(annex.title), *annex.blocks))):
        match block:
            case Heading(text=text):
                texts.append(text)
            case Paragraph(text=text, lead=lead):
                texts += [lead, text]
            case Table(head=head, rows=rows, caption=caption, empty=empty):
                texts += [caption, *head, *(cell for row in rows for cell in row)] if rows else [caption, empty]
            case Picture(caption=caption):
                texts.append(caption)
            case PageBreak():
                pass
    return [text for text in (*texts, *paper.footnotes, paper.signed) if text]
