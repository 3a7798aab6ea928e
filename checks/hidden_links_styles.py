"""What makes an element invisible: a style, a rule of an in-page style sheet. Pure functions on text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

MAX_RULES = 200
"""Hiding rules of one page that are looked at."""

MAX_SHEET = 100_000
"""Characters of one style sheet that are read."""

_NUMBER = re.compile(r"(-?\d*\.?\d+)\s*(px|em|rem|pt|%|vw|vh|cm|in)?")
_SIMPLE = re.compile(r"[\w.#-]{1,80}(?:[ >]{1,3}[\w.#-]{1,80}){0,3}")
_FAR = -300.0
"""Pixels beyond which nothing is on the screen; em and rem are taken as 12 pixels."""
_PIXELS = {"em": 12.0, "rem": 12.0, "pt": 1.3, "cm": 38.0, "in": 96.0, "%": 10.0, "vw": 10.0, "vh": 10.0}
_NAMES = {
    "#fff": "#ffffff",
    "white": "#ffffff",
    "#000": "#000000",
    "black": "#000000",
    "rgb(255,255,255)": "#ffffff",
    "rgb(0,0,0)": "#000000",
}
_MARKS = re.compile(r"display|visib|opacity|font|indent|position|margin|overflow|clip|transform|color|height|width|left|top", re.IGNORECASE)


def declarations(style: str) -> dict[str, str]:
    """The declarations of a style attribute, the last of each name, without ``!important``."""
    found = {}
    for part in style[:4000].lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            found[name.strip().strip("\"'")] = value.replace("!important", "").strip()
    return found


def pixels(value: str) -> float | None:
    """A length in pixels, roughly; None for what is none."""
    match = _NUMBER.match(value.strip())
    return float(match[1]) * _PIXELS.get(match[2] or "", 1.0) if match else None


def _below(style: dict[str, str], names: tuple[str, ...], limit: float) -> bool:
    return any((size := pixels(style.get(name, ""))) is not None and size <= limit for name in names)


def concealment(style: str) -> str:
    """How a style hides its element from everybody's eyes: a word of `HOW`, "" when it doesn't."""
    if not _MARKS.search(style):
        return ""
    found = declarations(style)
    if found.get("display") == "none" or found.get("visibility") in ("hidden", "collapse"):
        return "display"
    opacity = found.get("opacity", "")
    if (opacity and (pixels(opacity) or 0.0) <= 0.05 and _NUMBER.match(opacity)) or "alpha(opacity=0)" in found.get("filter", "").replace(
        " ", ""
    ):
        return "opacity"
    if _below(found, ("font-size",), 1.0) and _NUMBER.match(found.get("font-size", "")):
        return "font-size"
    if _below(found, ("text-indent", "margin-left", "margin-top", "margin"), _FAR):
        return "off-screen"
    if found.get("position") in ("absolute", "fixed", "relative") and _below(found, ("left", "top", "right", "bottom"), _FAR):
        return "off-screen"
    if found.get("overflow") == "hidden" and _below(found, ("width", "height", "max-height", "max-width", "line-height"), 2.0):
        return "tiny"
    if (
        found.get("clip", "").replace(" ", "").startswith(("rect(0", "rect(1px"))
        or "inset(50%" in found.get("clip-path", "")
        or "inset(100%" in found.get("clip-path", "")
    ):
        return "tiny"
    if re.match(r"(?:scale\(0(?:\.0*)?\)|translate\w*\(-\d{4,})", found.get("transform", "").replace(" ", "")):
        return "off-screen"
    return "colour" if _same_colour(found) else ""


def _same_colour(style: dict[str, str]) -> bool:
    ink = _colour(style.get("color", ""))
    paper = _colour(style.get("background-color", "") or style.get("background", "").partition(" ")[0])
    return bool(ink) and (ink == paper or ink == "transparent")


def _colour(value: str) -> str:
    value = value.replace(" ", "")
    return _NAMES.get(value, value)


@lru_cache(maxsize=64)
def hiding_rules(sheet: str) -> tuple[tuple[str, str], ...]:
    """``(selector, how)`` of the plain rules of a style sheet that hide; rules inside ``@media`` and the like are left out."""
    return tuple(_rules(sheet))


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    depth = start = count = 0
    selector = ""
    sheet = "".join(piece.partition("*/")[2] if number else piece for number, piece in enumerate(sheet[:MAX_SHEET].split("/*")))
    for match in re.finditer(r"[{}]", sheet):
        if match[0] == "{":
            if depth == 0:
                selector = sheet[start : match.start()].rpartition(";")[2].strip()
            depth += 1
        else:
            depth = max(0, depth - 1)
            if depth == 0:
                body = sheet[sheet.find("{", start) + 1 : match.start()]
                if "{" not in body and not selector.startswith("@") and (how := concealment(body)):
                    for each in selector.split(","):
                        if _SIMPLE.fullmatch(each.strip()) and count < MAX_RULES:
                            count += 1
                            yield each.strip(), how
        if depth == 0:
            start = match.end()


HOW = {
    "display": "用样式隐藏",
    "opacity": "设为透明",
    "font-size": "字号为零",
    "off-screen": "移到屏幕之外",
    "tiny": "装进看不见的小框",
    "colour": "文字与背景同色",
    "noscript": "放在 noscript 中",
    "marquee": "放在零高度的滚动条中",
    "comment": "放在注释中",
    "script": "由脚本写入或隐藏",
    "computed": "浏览器计算后不显示",
    "attribute": "带 hidden 属性",
    "visible": "可见",
}
"""The ways of hiding, in Chinese."""
