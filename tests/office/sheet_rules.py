"""What a workbook must keep beyond its package: order of children, rows and cells in place, indexes within range, names that lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from tests.office.order import SHEET, order_problems
from tests.office.parts import Package, R, S

_S = f"{{{S}}}"
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)\Z")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]|^'|'$")
_SHEET_OF = re.compile(r"(?:'((?:[^']|'')+)'|([^'!,()\s]+))!")


def sheet_problems(package: Package, main: str, formulas: bool) -> list[str]:
    """Everything wrong with a workbook and its sheets; [] for nothing."""
    book = package.xml(main)
    found = order_problems(book, S, SHEET, main) + [f"{main}: {text}" for text in _names(book)]
    targets = {each.id: each.target for each in package.relationships(main)}
    limits = _limits(package)
    if "xl/styles.xml" in package.parts:
        found += order_problems(package.xml("xl/styles.xml"), S, SHEET, "xl/styles.xml")
    for sheet in book.iter(f"{_S}sheet"):
        part = targets.get(sheet.get(f"{{{R}}}id", ""), "")
        if part not in package.parts:
            found.append(f"{main}: sheet {sheet.get('name')} has no part")
            continue
        root = package.xml(part)
        found += order_problems(root, S, SHEET, part)
        found += [f"{part}: {text}" for text in (*_cells(root, limits, formulas), *_around(root, limits))]
    return found


def _names(book: etree._Element) -> Iterator[str]:
    """Sheet names and defined names."""
    names = [sheet.get("name", "") for sheet in book.iter(f"{_S}sheet")]
    yield from (f"sheet {name!r} twice" for name, count in Counter(name.lower() for name in names).items() if count > 1)
    yield from (f"sheet name {name!r} is not allowed" for name in names if not 0 < len(name) <= 31 or _FORBIDDEN.search(name))
    ids = [sheet.get("sheetId") for sheet in book.iter(f"{_S}sheet")]
    if len(ids) != len(set(ids)) or not ids:
        yield "no sheet, or two with one id"
    defined = list(book.iter(f"{_S}definedName"))
    for (name, _), count in Counter((each.get("name", "").lower(), each.get("localSheetId")) for each in defined).items():
        if count > 1:
            yield f"name {name!r} twice"
    for each in defined:
        of = [quoted.replace("''", "'") or plain for quoted, plain in _SHEET_OF.findall(each.text or "")]
        if not of or "#REF!" in (each.text or "") or any(name not in names for name in of):
            yield f"name {each.get('name')!r} leads to {each.text!r}, which is no sheet here"
        if int(each.get("localSheetId") or 0) >= len(names):
            yield f"name {each.get('name')!r} belongs to a sheet that is not there"


def _limits(package: Package) -> dict[str, int]:
    """How many shared strings, cell formats and differential formats there are."""
    strings = package.xml("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in package.parts else None
    styles = package.xml("xl/styles.xml") if "xl/styles.xml" in package.parts else None
    formats = None if styles is None else styles.find(f"{_S}cellXfs")
    different = None if styles is None else styles.find(f"{_S}dxfs")
    return {
        "s": 0 if strings is None else len(strings),
        "formats": 1 if formats is None else len(formats),
        "dxfs": 0 if different is None else len(different),
    }


def _cells(root: etree._Element, limits: dict[str, int], formulas: bool) -> Iterator[str]:
    row_before = 0
    for row in root.iter(f"{_S}row"):
        number = int(row.get("r") or row_before + 1)
        if number <= row_before:
            yield f"row {number} after row {row_before}"
        row_before, column_before = number, 0
        for cell in row.iterchildren(f"{_S}c"):
            place = _CELL.match(cell.get("r", ""))
            if not place or int(place[2]) != number or _column(place[1]) <= column_before:
                yield f"cell {cell.get('r')} is not in its place in row {number}"
            column_before = _column(place[1]) if place else column_before + 1
            yield from (f"cell {cell.get('r')}: {text}" for text in _cell(cell, limits, formulas))


def _cell(cell: etree._Element, limits: dict[str, int], formulas: bool) -> Iterator[str]:
    value = cell.findtext(f"{_S}v") or ""
    kind = cell.get("t", "n")
    if int(cell.get("s") or 0) >= limits["formats"]:
        yield "format out of range"
    if not formulas and cell.find(f"{_S}f") is not None:
        yield f"holds a formula: {cell.findtext(f'{_S}f')}"
    if kind == "s" and not (value.isdigit() and int(value) < limits["s"]):
        yield f"text {value} out of range"
    if kind == "n" and value and not re.fullmatch(r"-?\d+(\.\d+)?([eE][-+]?\d+)?", value):
        yield f"{value!r} is no number"
    if kind in ("str", "inlineStr") and sum(len(text) for text in cell.itertext()) > 32767:
        yield "more than 32,767 characters"


def _around(root: etree._Element, limits: dict[str, int]) -> Iterator[str]:
    """Merged cells, drop-downs, links and coloured cells around the data."""
    taken: set[tuple[int, int]] = set()
    for merge in root.iter(f"{_S}mergeCell"):
        (left, top), (right, bottom) = (_place(each) for each in merge.get("ref", "A1:A1").split(":"))
        cells = {(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)}
        if taken & cells:
            yield f"merged cells {merge.get('ref')} overlap others"
        taken |= cells
    for rule in root.iter(f"{_S}cfRule"):
        if rule.get("dxfId") is not None and int(rule.get("dxfId", "0")) >= limits["dxfs"]:
            yield "a coloured cell without its colour"
    for choice in root.iter(f"{_S}dataValidation"):
        listed = choice.findtext(f"{_S}formula1") or ""
        if choice.get("type") == "list" and (not listed or (listed.startswith('"') and len(listed) > 257)):
            yield f"a drop-down of {choice.get('sqref')} with no list, or one longer than 255 characters"
    for link in root.iter(f"{_S}hyperlink"):
        if not (link.get(f"{{{R}}}id") or link.get("location")):
            yield f"the link of {link.get('ref')} leads nowhere"
    if len(list(root.iter(f"{_S}hyperlink"))) > 65530:
        yield "more than 65,530 links"


def _place(reference: str) -> tuple[int, int]:
    found = _CELL.match(reference.replace("$", ""))
    return (_column(found[1]), int(found[2])) if found else (0, 0)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
