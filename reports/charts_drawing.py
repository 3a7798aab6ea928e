"""Charts (图表) of papers: a few forms that are looked at rather than read, drawn by Altair and vl-convert without browser or network.

Each chart says one thing in its title, labels its marks directly, and uses one dark colour with one accent that differ in black and white too. The same data gives
the same bytes. Nothing is computed here: values, labels and sentences come from the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import altair as alt
import vl_convert
from PIL import Image

from reports.hostile import line
from reports.paper import Picture

FONTS = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, SimHei, sans-serif"
"""What shows Chinese where it is drawn, and where an SVG is looked at."""

DARK, ACCENT, PALE, TEXT = "#1f4e79", "#b8560f", "#9fb6cc", "#222222"
"""Bars; what stands out; what is only context; letters. Each of the first two is at least 4.5 : 1 against white."""

WIDTH = 640
_SCALE = 2
_COLOURS = 64
_BAR, _FEWEST = 22, 3
_TIGHT, _MANY = 16, 30
"""A bar's height; from so many bars on they stand closer, so that sixty still fit a page."""
_NAME = 18
"""Characters of a name that are shown; the table beside a chart has the whole."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One bar, dot or point. ``label``: the figure as it is read; ``out``: stands out (the worst, this quarter)."""

    name: str
    value: float
    label: str
    out: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """What a chart says: ``title`` (one sentence from the figures), ``caption`` under it in a paper, ``alt`` for who can't see it, ``note`` in small letters."""

    title: str
    caption: str
    alt: str
    note: str = ""


def bar_chart(marks: Sequence[Mark], telling: Telling, *, percent: bool = False, reference: Mark | None = None) -> Picture:
    """Lying bars from nought, in the order given, with their figures at the end. ``percent``: values are shares, the axis ends at 100 %.

    ``reference``: a line across all bars (a median), with its label.
    """
    top = 1.0 if percent else max([mark.value for mark in marks] + [0.0]) * 1.18 or 1.0
    base = alt.Chart(_data(marks)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=300, ticks=False, domain=False, labelPadding=8)),
        x=alt.X(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[0, top * (1.14 if percent else 1)], nice=False),
            axis=alt.Axis(
                format="%" if percent else "~g",  # also how a screen reader says a bar's value: 11.5 days are not 12
                values=[0, 0.25, 0.5, 0.75, 1] if percent else alt.Undefined,
                tickCount=5,
                tickMinStep=0 if percent else 1,
                gridColor="#e3e3e3",
            ),
        ),
    )
    layers: list[Any] = [base.mark_bar(height={"band": 0.62}).encode(color=_colour())]
    if reference is not None:
        rule = alt.Chart(_data([reference]))
        layers.append(rule.mark_rule(color=ACCENT, strokeDash=[5, 4], strokeWidth=1.5).encode(x="value:Q"))
        layers.append(rule.mark_text(align="center", dy=-8, color=ACCENT, fontSize=12).encode(x="value:Q", y=alt.value(0), text="label:N"))
    layers += [
        base.mark_text(align="left", dx=5, **kind, fontSize=12).encode(text="label:N")
        for kind in ({"color": "white", "stroke": "white", "strokeWidth": 4}, {"color": TEXT})
    ]  # letters over the reference line stay legible
    return _picture(alt.layer(*layers), telling, height=(_TIGHT if len(marks) > _MANY else _BAR) * max(len(marks), _FEWEST))


def line_chart(marks: Sequence[Mark], telling: Telling, *, low: float, high: float) -> Picture:
    """Shares over time, oldest first, each point with its figure. ``low``, ``high``: ends of the axis, which the caller says in the note when not 0 and 1."""
    base = alt.Chart(_data(marks)).encode(
        x=alt.X("name:N", sort=None, title=None, axis=alt.Axis(labelAngle=0, ticks=False, labelPadding=8)),
        y=alt.Y(
            "value:Q",
            title=None,
            scale=alt.Scale(domain=[low, high], nice=False),
            axis=alt.Axis(format=".0%", tickCount=5, gridColor="#e3e3e3"),
        ),
    )
    layers = [
        base.mark_line(color=DARK, strokeWidth=2.5),
        base.mark_point(filled=True, size=90, opacity=1).encode(color=_colour()),
        base.mark_text(dy=-14, color="white", stroke="white", strokeWidth=5, fontSize=13).encode(
            text="label:N"
        ),  # letters over the line stay legible
        base.mark_text(dy=-14, color=TEXT, fontSize=13).encode(text="label:N"),
    ]
    return _picture(alt.layer(*layers), telling, height=260)


def _data(marks: Sequence[Mark]) -> alt.InlineData:
    names = _names([mark.name for mark in marks])
    rows = [
        {"name": name, "value": mark.value, "label": line(mark.label), "out": mark.out} for name, mark in zip(names, marks, strict=True)
    ]
    return alt.InlineData(values=rows)


def _names(names: Sequence[str]) -> list[str]:
    """Names short enough for an axis, and none twice: two bars of one name would be drawn over each other."""
    shown: list[str] = []
    for name in names:
        short = line(name) if len(line(name)) <= _NAME else f"{line(name)[: _NAME - 1]}…"
        number = 2
        fresh = short
        while fresh in shown:
            fresh, number = f"{short}（{number}）", number + 1
        shown.append(fresh)
    return shown


def _colour() -> alt.Color:
    return alt.Color("out:N", scale=alt.Scale(domain=[False, True], range=[DARK, ACCENT]), legend=None)


def _picture(chart: Any, telling: Telling, *, height: int) -> Picture:
    title = alt.TitleParams(
        line(telling.title),
        subtitle=line(telling.note),
        anchor="start",
        fontSize=16,
        subtitleFontSize=12,
        subtitleColor="#555555",
        color=TEXT,
        offset=14,
    )
    drawn = chart.properties(width=WIDTH, height=height, title=title).configure(font=FONTS, background="white", padding=12)
    spec = drawn.configure_view(stroke=None).configure_axis(labelFontSize=12, labelColor=TEXT).to_dict()
    svg: str = vl_convert.vegalite_to_svg(spec)
    png: bytes = vl_convert.svg_to_png(svg, scale=_SCALE)  # out of the drawing: laying it out a second time would take as long again
    return Picture(_small(png), line(telling.alt), line(telling.caption), svg=svg)


def _small(png: bytes) -> bytes:
    """The picture in a palette: a third of the bytes, and nothing that an eye could tell, for a chart has few colours."""
    held = BytesIO()
    with Image.open(BytesIO(png)) as image:
        image.convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
    return held.getvalue()
