"""Any paper (公文) as one self-contained HTML file: the same words as the DOCX, no scripts, no outside resource, readable on paper and on a phone.

Everything printed is escaped; only plain web addresses become links. A chart that has a drawing is shown as that, else as its picture; both are data.
"""

from __future__ import annotations

import base64
from functools import cache
from importlib import resources
from itertools import pairwise

from markupsafe import Markup

from reports.hostile import clean, safe_link
from reports.html_report import environment, style_policy
from reports.paper import Annex, Block, Heading, PageBreak, Paper, Paragraph, Picture, Table, chinese_day, turns


def paper_html(paper: Paper) -> str:
    """The paper as an HTML document in UTF-8."""
    style = _style()
    return (
        environment()
        .get_template("paper.html.j2")
        .render(
            paper=paper,
            title=_pieces(clean(paper.title)),
            dated=chinese_day(paper.dated) if paper.dated else "",
            headings=_contents(paper),
            annexes=_annexes(paper.annexes),
            kind=kind,
            source=source,
            clean=clean,
            safe_link=safe_link,
            level=_level,
            width=_width,
            style=Markup(style),
            policy=style_policy(style),
        )
    )


def kind(block: Block) -> str:
    """The name of a block's form, as the template asks for it."""
    match block:
        case Heading():
            return "heading"
        case Paragraph():
            return "paragraph"
        case Table():
            return "table"
        case Picture():
            return "picture"
        case PageBreak():
            return "break"


def source(picture: Picture) -> str:
    """A picture as a ``data:`` address: the drawing where there is one, else PNG or JPEG."""
    if picture.svg:
        return f"data:image/svg+xml;base64,{base64.b64encode(picture.svg.encode()).decode()}"
    form = "png" if picture.image.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{form};base64,{base64.b64encode(picture.image).decode()}"


def _contents(paper: Paper) -> list[tuple[str, str]]:
    """``(anchor, text)`` of the headings that a reader may jump to: those of the first level, then the annexes."""
    own = [(f"part-{number}", block.text) for number, block in enumerate(paper.blocks) if isinstance(block, Heading) and block.level == 1]
    return own + [(f"annex-{number}", f"{name}：{annex.title}") for number, name, annex in _annexes(paper.annexes)]


def _annexes(annexes: tuple[Annex, ...]) -> list[tuple[int, str, Annex]]:
    """Each annex with its number and name: one alone has no number (GB/T 9704)."""
    return [(number, f"附件{number if len(annexes) > 1 else ''}", annex) for number, annex in enumerate(annexes, 1)]


def _pieces(title: str) -> list[str]:
    """A title in the pieces between which it may turn to the next line, as in the Word file."""
    return [title[start:end] for start, end in pairwise([0, *turns(title), len(title)])]


def _width(part: float, whole: float = 1.0) -> str:
    """The class of a width: whole percent, 1 to 100."""
    return f"w{min(max(round(100 * part / whole), 1), 100) if whole else 100}"


def _level(block: Heading, *, below: int = 1) -> int:
    """The HTML level of a heading that stands under one of level ``below``."""
    return min(block.level + below, 6)


@cache
def _style() -> str:
    """The style, with a class for each width: a policy that allows no style but ours allows no style attributes."""
    widths = "".join(f".w{share}{{width:{share}%}}" for share in range(1, 101))
    return (resources.files("reports.templates") / "paper.css").read_text(encoding="utf-8") + widths
