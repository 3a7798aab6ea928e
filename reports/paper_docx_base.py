"""An empty official document as Word wants it: A4 with the margins of GB/T 9704, page numbers outside, Chinese throughout. Fixed bytes."""

from __future__ import annotations

import functools

from docx.oxml.ns import nsdecls

from reports.fixed_zip import bundle
from reports.paper_docx_styles import FANG, HEI, KAI, PLAIN, SONG, styles_xml

MM = 1440 / 25.4
"""Twips in a millimetre."""
PAGE = (round(210 * MM), round(297 * MM))
"""A4, in twips."""
TOP, BOTTOM, LEFT, RIGHT = (round(side * MM) for side in (37, 35, 28, 26))
"""Margins (GB/T 9704 5.2.1: 天头 37 mm, 订口 28 mm, 版心 156 mm x 225 mm), in twips."""

SPACES = nsdecls("w", "r", "wp", "a", "pic")
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "application/vnd.openxmlformats-package"
_PARTS = ("styles", "settings", "fontTable", "footer1", "footer2")

_FONTS = (
    (SONG, "FZXiaoBiaoSong-B05S", "方正小标宋_GBK"),
    (FANG, "仿宋", "FangSong"),
    (HEI, "SimHei", ""),
    (KAI, "楷体", "KaiTi"),
    (PLAIN, "SimSun", ""),
)
"""Fonts by name, and what Word may take where one is not installed."""


def _types() -> str:
    overrides = [
        ("/word/document.xml", f"{_WORD}.document.main+xml"),
        *((f"/word/{name}.xml", f"{_WORD}.{name.rstrip('12')}+xml") for name in _PARTS),
        ("/docProps/core.xml", f"{_PACKAGE}.core-properties+xml"),
        ("/docProps/app.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    ]
    told = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in overrides)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{_PACKAGE}.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>{told}</Types>'
    )


def _relations(*pairs: tuple[str, str]) -> str:
    told = "".join(f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>' for number, (kind, target) in enumerate(pairs, 1))
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{told}</Relationships>'


def _document() -> str:
    width, height = PAGE
    return (
        f'<w:document {SPACES}><w:body><w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"/><w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="851" '
        'w:footer="1400" w:gutter="0"/><w:cols w:space="425"/></w:sectPr></w:body></w:document>'
    )


def _footer(align: str) -> str:
    """“— 1 —”, one character from the outer edge of the text (GB/T 9704 7.5)."""
    side = f'<w:ind w:{align}Chars="100" w:{align}="280"/><w:jc w:val="{align}"/>'
    return (
        f'<w:ftr {SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/>{side}</w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
        '<w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        '<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>'
    )


def _settings() -> str:
    return (
        f'<w:settings {SPACES}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    )


def _font_table() -> str:
    told = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{",".join(filter(None, others))}"/><w:charset w:val="86"/></w:font>'
        for name, *others in _FONTS
    )
    return f"<w:fonts {SPACES}>{told}</w:fonts>"


_CORE = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
)
_APP = '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Application>mingjing</Application></Properties>'


@functools.cache
def empty_document() -> bytes:
    """A DOCX with page, page numbers, styles and fonts, and nothing written in it."""
    files = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
            (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
        ),
        "docProps/app.xml": _APP,
        "docProps/core.xml": _CORE,
        "word/_rels/document.xml.rels": _relations(*((f"{_OFFICE}/{name.rstrip('12')}", f"{name}.xml") for name in _PARTS)),
        "word/document.xml": _document(),
        "word/fontTable.xml": _font_table(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
        "word/settings.xml": _settings(),
        "word/styles.xml": styles_xml(),
    }
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return bundle((name, (head + text).encode()) for name, text in files.items())
