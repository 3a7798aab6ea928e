"""Styles of a paper in Word: the look that GB/T 9704 (党政机关公文格式) gives an official document. Sizes in half points, distances in twips (1/20 point).

A template's own style of the same name wins: only what a document lacks is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

SONG, FANG, HEI, KAI, PLAIN = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
LINE = 570
"""Exact line of running text: 28.5 points, 22 lines on a page (GB/T 9704 7.2)."""
CHARACTER = 320
"""Width of one character of 三号 (16 points)."""
LONGEST_NAME = 255
"""Characters that Word takes in a property of a file."""


@dataclass(frozen=True, slots=True)
class Style:
    """One style: ``id`` as our XML names it, ``name`` as Word shows it, ``body``: its properties in the order that the schema wants."""

    id: str
    name: str
    body: str
    kind: str = "paragraph"
    based: str = ""
    follows: str = ""


def _fonts(chinese: str, half_points: int, more: str = "", latin: str = LATIN) -> str:
    """Run properties; ``more``: bold first, colour after it, as (b, color) markup."""
    bold, colour = ("<w:b/>", "") if more == "bold" else ("", f'<w:color w:val="{more}"/>' if more else "")
    return (
        f'<w:rPr><w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="{latin}"/>{bold}{colour}'
        f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/></w:rPr>'
    )


def _paragraph(spacing: str, *, before: str = "", indent: str = "", align: str = "", outline: int = -1) -> str:
    """Paragraph properties: ``before``: markup that stands before the spacing."""
    level = f'<w:outlineLvl w:val="{outline}"/>' if outline >= 0 else ""
    side = f'<w:jc w:val="{align}"/>' if align else ""
    return f'<w:pPr>{before}<w:snapToGrid w:val="0"/><w:spacing {spacing}/>{indent}{side}{level}</w:pPr>'


_EXACT = f'w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"'
_SINGLE = 'w:before="0" w:after="0" w:line="240" w:lineRule="auto"'
_TWO = f'<w:ind w:firstLineChars="200" w:firstLine="{2 * CHARACTER}"/>'
_NONE = '<w:ind w:left="0" w:right="0" w:firstLineChars="0" w:firstLine="0"/>'
_KEEP = "<w:keepNext/><w:keepLines/>"


def _border(side: str, size: int, space: int, colour: str = "FF0000") -> str:
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" w:color="{colour}"/>'


_BOX = f"<w:pBdr>{''.join(_border(side, 12, 6) for side in ('top', 'left', 'bottom', 'right'))}</w:pBdr>"
_RULE = f"<w:pBdr>{_border('bottom', 18, 8)}</w:pBdr>"
_THIN = f"<w:pBdr>{_border('top', 4, 4, '808080')}</w:pBdr>"
_CELL = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in (("top", 30), ("left", 70), ("bottom", 30), ("right", 70)))
_GRID = "".join(_border(side, 4, 0, "000000") for side in ("top", "left", "bottom", "right", "insideH", "insideV"))


def _heading(level: int, font: str, more: str = "") -> Style:
    look = _paragraph(_EXACT, before=_KEEP, indent=_TWO, outline=level - 1) + _fonts(font, 32, more)
    return Style(f"Heading{level}", f"heading {level}", look, based="Normal", follows="GwBody")


def _cells(id: str, name: str, font: str, align: str) -> tuple[Style, ...]:
    """Styles of a table's texts in three sizes: 小四, 五号, 小五."""
    look = _paragraph(_SINGLE, indent=_NONE, align=align)
    sizes = (("", "", 24), ("Small", "（五号）", 21), ("Tiny", "（小五）", 18))
    return tuple(Style(f"Gw{id}{end}", f"{name}{told}", look + _fonts(font, size), based="Normal") for end, told, size in sizes)


STYLES: tuple[Style, ...] = (
    Style("Normal", "Normal", _paragraph(_EXACT, align="both") + _fonts(FANG, 32)),
    Style("GwBody", "公文正文", _paragraph(_EXACT, indent=_TWO, align="both") + _fonts(FANG, 32), based="Normal"),
    Style("Title", "Title", _paragraph('w:before="570" w:after="570" w:line="660" w:lineRule="exact"', before=_KEEP, indent=_NONE, align="center")
          + _fonts(SONG, 44), based="Normal", follows="GwBody"),
    _heading(1, HEI),
    _heading(2, KAI),
    _heading(3, FANG, "bold"),
    _heading(4, FANG),
    Style("GwRed", "公文红头", _paragraph('w:before="570" w:after="0" w:line="240" w:lineRule="auto"', before=_KEEP, indent=_NONE, align="center")
          + _fonts(SONG, 72, "FF0000"), based="Normal"),
    Style("GwNumber", "公文文号", _paragraph('w:before="0" w:after="285" w:line="570" w:lineRule="exact"', before=_KEEP, indent=_NONE, align="center")
          + _fonts(FANG, 32), based="Normal"),
    Style("GwRule", "公文红线", _paragraph('w:before="0" w:after="0" w:line="240" w:lineRule="exact"', before=_KEEP + _RULE, indent=_NONE)
          + _fonts(FANG, 12), based="Normal"),
    Style("GwAddressee", "公文主送", _paragraph(_EXACT, indent=_NONE, align="left") + _fonts(FANG, 32), based="Normal", follows="GwBody"),
    Style("GwAnnexList", "公文附件说明", _paragraph(_EXACT, before="<w:keepLines/>", align="left") + _fonts(FANG, 32), based="Normal"),
    Style("GwSigned", "公文落款", _paragraph(_EXACT, before=_KEEP, indent=_NONE, align="right") + _fonts(FANG, 32), based="Normal"),
    Style("GwDated", "公文日期", _paragraph(_EXACT, before="<w:keepLines/>", indent=_NONE, align="right") + _fonts(FANG, 32), based="Normal"),
    Style("GwAnnexMark", "公文附件序号", _paragraph(_EXACT, before="<w:keepNext/><w:pageBreakBefore/>", indent=_NONE, align="left")
          + _fonts(HEI, 32), based="Normal"),
    Style("GwAnnexTitle", "公文附件标题", _paragraph('w:before="285" w:after="285" w:line="660" w:lineRule="exact"', before=_KEEP, indent=_NONE,
          align="center", outline=0) + _fonts(SONG, 44), based="Heading1", follows="GwBody"),
    Style("Caption", "caption", _paragraph('w:before="160" w:after="80" w:line="240" w:lineRule="auto"', before="<w:keepLines/>", indent=_NONE,
          align="center") + _fonts(HEI, 24), based="Normal"),
    Style("GwPicture", "公文图片", _paragraph('w:before="120" w:after="60" w:line="240" w:lineRule="auto"', indent=_NONE, align="center")
          + _fonts(FANG, 24), based="Normal"),
    *_cells("Cell", "公文表格文字", FANG, "left"),
    *_cells("Head", "公文表头", HEI, "center"),
    Style("GwQuiet", "公文说明", _paragraph('w:before="0" w:after="0" w:line="400" w:lineRule="exact"',
          indent='<w:ind w:firstLineChars="200" w:firstLine="480"/>', align="both") + _fonts(FANG, 24), based="Normal"),
    Style("GwNote", "公文注释", _paragraph('w:before="0" w:after="40" w:line="320" w:lineRule="exact"',
          indent='<w:ind w:left="420" w:hanging="420"/>', align="left") + _fonts(FANG, 21), based="Normal"),
    Style("GwNoteRule", "公文注释线", _paragraph('w:before="285" w:after="0" w:line="120" w:lineRule="exact"', before="<w:keepNext/>" + _THIN, indent=_NONE)
          + _fonts(FANG, 12), based="Normal"),
    Style("GwBanner", "公文提示", _paragraph('w:before="0" w:after="240" w:line="400" w:lineRule="atLeast"',
          before=f'<w:keepLines/>{_BOX}<w:shd w:val="clear" w:color="auto" w:fill="FFF2F0"/>', indent='<w:ind w:left="140" w:right="140" w:firstLine="0"/>',
          align="center") + _fonts(HEI, 28, "C00000"), based="Normal"),
    Style("Footer", "footer", _paragraph(_SINGLE, indent=_NONE) + _fonts(PLAIN, 28, latin=PLAIN), based="Normal"),
    Style("DefaultParagraphFont", "Default Paragraph Font", "", kind="character"),
    Style("GwLead", "公文段首语", f'<w:rPr><w:rFonts w:eastAsia="{KAI}"/><w:b/></w:rPr>', kind="character"),
    Style("Hyperlink", "Hyperlink", '<w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr>', kind="character"),
    Style("TableNormal", "Normal Table", "<w:tblPr><w:tblInd w:w=\"0\" w:type=\"dxa\"/><w:tblCellMar>" + _CELL + "</w:tblCellMar></w:tblPr>", kind="table"),
    Style("GwTable", "公文表格", f"<w:tblPr><w:tblBorders>{_GRID}</w:tblBorders><w:tblCellMar>{_CELL}</w:tblCellMar></w:tblPr>", kind="table",
          based="TableNormal"),
)  # fmt: skip
"""Every style of a paper. Names that Word knows are its built-in ones, so that its navigation pane and its own lists of contents work."""

_DEFAULTS = frozenset({"Normal", "DefaultParagraphFont", "TableNormal"})


def style_xml(style: Style, ids: Mapping[str, str], more: str = "", default: bool = False) -> str:
    """One style as markup; ``ids``: what each of our ids is called in this document; ``more``: attributes of the element."""
    names = "".join(f"<w:{tag} w:val={quoteattr(ids[one])}/>" for tag, one in (("basedOn", style.based), ("next", style.follows)) if one)
    shown = "<w:qFormat/>" if style.kind == "paragraph" else ""
    first = ' w:default="1"' if default else ""
    own = "" if style.name[0].isascii() else ' w:customStyle="1"'
    return (
        f'<w:style {more} w:type="{style.kind}"{first}{own} w:styleId={quoteattr(ids[style.id])}>'
        f"<w:name w:val={quoteattr(style.name)}/>{names}{shown}{style.body}</w:style>"
    )


def styles_xml() -> str:
    """The part ``word/styles.xml`` of a document without a template."""
    ids = {style.id: style.id for style in STYLES}
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{FANG}" w:cs="{LATIN}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    )
    return (
        f"<w:styles {nsdecls('w')}>{defaults}{''.join(style_xml(style, ids, default=style.id in _DEFAULTS) for style in STYLES)}</w:styles>"
    )


def install(document: Document) -> tuple[dict[str, str], frozenset[str]]:
    """Add the styles that ``document`` lacks. What each of our ids is called there, and the names that it had itself: these are taken as they are."""
    element = document.styles.element
    there = {str(each.name_val).lower(): str(each.styleId) for each in element.style_lst if each.name_val}
    taken, ids, missing = set(there.values()), {}, []
    for style in STYLES:
        if style.name.lower() in there:
            ids[style.id] = there[style.name.lower()]
            continue
        ids[style.id] = style.id if style.id not in taken else f"{style.id}Mingjing"
        missing.append(style)
    for style in missing:
        element.append(parse_xml(style_xml(style, ids, nsdecls("w"))))
    return ids, frozenset(style.name for style in STYLES) - {style.name for style in missing}
