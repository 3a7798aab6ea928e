"""The order in which children of an element must stand: ECMA-376 part 1, annex A (transitional), for what our writers use."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree


def words(text: str) -> tuple[str, ...]:
    """Names in their order."""
    return tuple(text.split())


WORD: Mapping[str, tuple[str, ...]] = {
    "pPr": words(
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku "
        "wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
        "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
    ),
    "rPr": words(
        "ins del moveFrom moveTo rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
        "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish "
        "oMath rPrChange"
    ),
    "tblPr": words(
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout "
        "tblCellMar tblLook tblCaption tblDescription tblPrChange"
    ),
    "trPr": words(
        "cnfStyle divId gridBefore gridAfter wBefore wAfter cantSplit trHeight tblHeader tblCellSpacing jc hidden ins del trPrChange"
    ),
    "tcPr": words(
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark headers cellIns cellDel cellMerge tcPrChange"
    ),
    "sectPr": words(
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign "
        "noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange"
    ),
    "pBdr": words("top left bottom right between bar"),
    "tblBorders": words("top left start bottom right end insideH insideV"),
    "tcBorders": words("top left start bottom right end insideH insideV tl2br tr2bl"),
    "tblCellMar": words("top left start bottom right end"),
    "style": words(
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose "
        "personalReply rsid pPr rPr tblPr trPr tcPr tblStylePr"
    ),
    "tblStylePr": words("pPr rPr tblPr trPr tcPr"),
    "docDefaults": words("rPrDefault pPrDefault"),
    "styles": words("docDefaults latentStyles style"),
}

SHEET: Mapping[str, tuple[str, ...]] = {
    "worksheet": words(
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState "
        "dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup "
        "headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF "
        "picture oleObjects controls webPublishItems tableParts extLst"
    ),
    "workbook": words(
        "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames calcPr oleSize "
        "customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst"
    ),
    "styleSheet": words("numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst"),
    "c": words("f v is extLst"),
    "sheetView": words("pane selection pivotSelection extLst"),
    "dataValidation": words("formula1 formula2"),
    "xf": words("alignment protection extLst"),
    "border": words("start end left right top bottom diagonal vertical horizontal"),
    "dxf": words("font numFmt fill alignment border protection extLst"),
    "sheetPr": words("tabColor outlinePr pageSetUpPr"),
}


def order_problems(root: etree._Element, namespace: str, orders: Mapping[str, tuple[str, ...]], part: str) -> list[str]:
    """Children out of their order, or that don't belong there."""
    found = []
    space = f"{{{namespace}}}"
    for name, order in orders.items():
        for element in root.iter(space + name):
            places = []
            for child in element.iterchildren(etree.Element):
                own = etree.QName(child)
                if own.namespace != namespace:
                    continue
                if own.localname not in order:
                    found.append(f"{part}: {own.localname} does not belong into {name}")
                else:
                    places.append(order.index(own.localname))
            head = name == "sectPr"  # header and footer references may be mixed
            shown = [max(place, 1) if head else place for place in places]
            if shown != sorted(shown):
                found.append(f"{part}: children of {name} out of order: {' '.join(order[place] for place in places)}")
    return found
