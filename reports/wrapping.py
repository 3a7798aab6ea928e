"""Lines of Chinese text for a terminal (断行): a line may end between any two wide characters, never before a closing mark or after an opening one.

Words of narrow characters stay whole where they fit; an address longer than a line is cut. Widths are terminal cells.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, chop_cells

_CLOSING = frozenset("，。；：、！？）》〉」』】”’％…·,.;:!?)]}%")
_OPENING = frozenset("（《〈「『【“‘([{")
_PIECE = re.compile(r"[\x21-\x7e\u00a0-\u02ff]+|\s+|.", re.DOTALL)
_GLUED = 3  # closing marks in a row that may hang on to what stands before them


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` cells; at least one line. Blanks at a line's end are dropped."""
    lines, row = list[str](), ""
    for piece in _pieces(text):
        if cell_len(row) + cell_len(piece.rstrip()) > width:
            if row.strip():
                lines.append(row.rstrip())
            row = ""
            piece = piece.lstrip()
        while cell_len(piece.rstrip()) > width:
            head = chop_cells(piece, width)[0]
            lines.append(head)
            piece = piece[len(head) :]
        row += piece
    return [*lines, row.rstrip()] if row.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """What must not be torn apart: a narrow word or one wide character, with the opening marks before and the closing marks behind it."""
    pieces: list[str] = []
    opened = ""
    for piece in _PIECE.findall(text):
        if piece in _OPENING:
            opened += piece
        elif piece in _CLOSING and pieces and not opened and not pieces[-1].isspace() and not _overloaded(pieces[-1]):
            pieces[-1] += piece
        else:
            pieces.append(opened + piece)
            opened = ""
    return [*pieces, opened] if opened else pieces


def _overloaded(piece: str) -> bool:
    return len(piece) >= _GLUED and all(character in _CLOSING for character in piece[-_GLUED:])
