"""Charts as inline SVG, drawn from a view-model's numbers; no script, no font, no outside resource.

Each chart is drawn for a column 340 units wide, so that its 12-unit letters stay readable on a phone, and carries its figures as
text: colour alone says nothing, and a table beside it holds the same numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from reports.ipv6_view import LatencyRow, RateRow

WIDTH = 340
_ROW, _BAR = 38, 12


def rate_chart(rows: Sequence[RateRow]) -> str:
    """One bar per row, full width = 100 %; judged rows solid, rows that are only reported hollow. "" without rows."""
    if not rows:
        return ""
    parts = []
    for index, row in enumerate(rows):
        top = index * _ROW
        style = "own" if row.judged else "aside"
        parts += [
            _text(0, top + 14, row.label),
            _text(WIDTH, top + 14, f"{row.rate}（{row.working}/{row.tested}）", end=True),
            _bar(0, top + 20, WIDTH, "track"),
            _bar(0, top + 20, WIDTH * row.share, style),
        ]
    return _svg("各级链接的 IPv6 支持率", parts, len(rows) * _ROW)


def latency_chart(rows: Sequence[LatencyRow]) -> str:
    """Two bars per step, IPv4 above IPv6, to one scale. "" without any measured time."""
    longest = max((ms for row in rows for ms in (row.v4_ms, row.v6_ms) if ms is not None), default=0.0)
    if longest <= 0:
        return ""
    room, left = WIDTH - 130, 46
    parts = []
    for index, row in enumerate(rows):
        top = index * 58
        parts.append(_text(0, top + 14, row.label))
        for offset, name, shown, ms in ((20, "IPv4", row.v4, row.v4_ms), (38, "IPv6", row.v6, row.v6_ms)):
            length = room * (ms or 0.0) / longest
            parts += [
                _text(0, top + offset + 11, name, small=True),
                _bar(left, top + offset, length, name.lower()),
                _text(left + length + 6, top + offset + 11, shown, small=True),
            ]
    return _svg("IPv4 与 IPv6 访问首页的时间", parts, len(rows) * 58)


def _svg(title: str, parts: Sequence[str], height: int) -> str:
    return (
        f'<svg class="chart" role="img" aria-label={quoteattr(title)} viewBox="0 0 {WIDTH} {height}" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )


def _bar(x: float, y: float, width: float, style: str) -> str:
    return f'<rect class="{style}" x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{_BAR}" rx="1"/>'


def _text(x: float, y: float, words: str, *, end: bool = False, small: bool = False) -> str:
    anchor = ' text-anchor="end"' if end else ""
    style = ' class="small"' if small else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{anchor}{style}>{escape(words)}</text>'
