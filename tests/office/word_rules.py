"""What a Word document must keep beyond its package: order of children, unique ids, styles and bookmarks that exist."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import etree

from tests.office.order import WORD, order_problems
from tests.office.parts import WP, A, Package, R, W

_W = f"{{{W}}}"
_BLOCKS = ("p", "tbl", "sdt", "bookmarkStart", "bookmarkEnd", "sectPr")


def word_problems(package: Package, main: str) -> list[str]:
    """Everything wrong with a document and its styles, headers and footers; [] for nothing."""
    own = [name for name in package.order if name.startswith("word/") and name.endswith(".xml") and "/theme/" not in name]
    roots = {name: package.xml(name) for name in own}
    found = [text for name, root in roots.items() if etree.QName(root).namespace == W for text in order_problems(root, W, WORD, name)]
    found += [f"{main}: {text}" for text in (*_body(roots[main]), *_firsts(roots[main]), *_tables(roots[main]), *_bookmarks(roots[main]))]
    found += _styles(package, roots)
    found += _drawings(roots)
    return found


def _body(root: etree._Element) -> Iterator[str]:
    body = root.find(f"{_W}body")
    if body is None:
        yield "no body"
        return
    names = [etree.QName(child).localname for child in body]
    yield from (f"{name} does not belong into the body" for name in sorted(set(names) - set(_BLOCKS)))
    if names.count("sectPr") != 1 or names[-1] != "sectPr":
        yield "the body must end with its only sectPr"


def _firsts(root: etree._Element) -> Iterator[str]:
    """Properties come first, and once."""
    for name, properties in (("p", "pPr"), ("r", "rPr"), ("tc", "tcPr"), ("tbl", "tblPr")):
        for element in root.iter(_W + name):
            places = [number for number, child in enumerate(element) if child.tag == _W + properties]
            if places not in ([], [0]):
                yield f"{properties} is not the first child of {name}, or not the only one"


def _tables(root: etree._Element) -> Iterator[str]:
    for table in root.iter(f"{_W}tbl"):
        grid = table.find(f"{_W}tblGrid")
        columns = 0 if grid is None else len(grid)
        if grid is None or table.find(f"{_W}tblPr") is None:
            yield "a table without tblPr or tblGrid"
        for row in table.iterchildren(f"{_W}tr"):
            cells = list(row.iterchildren(f"{_W}tc"))
            spans = sum(
                int(span.get(f"{_W}val", "1")) if (span := cell.find(f"{_W}tcPr/{_W}gridSpan")) is not None else 1 for cell in cells
            )
            if not cells or (columns and spans != columns):
                yield f"a row of {spans} cells in a table of {columns} columns"
            if any(not len(cell) or cell[-1].tag != f"{_W}p" for cell in cells):
                yield "a cell that does not end with a paragraph"


def _bookmarks(root: etree._Element) -> Iterator[str]:
    starts = list(root.iter(f"{_W}bookmarkStart"))
    names = [each.get(f"{_W}name", "") for each in starts]
    ids = [each.get(f"{_W}id") for each in starts]
    yield from (f"bookmark {name} twice" for name in _twice(names))
    yield from (f"bookmark id {one} twice" for one in _twice(ids))
    if sorted(map(str, ids)) != sorted(str(each.get(f"{_W}id")) for each in root.iter(f"{_W}bookmarkEnd")):
        yield "bookmarks that do not end"
    yield from (f"bookmark name {name!r} is longer than 40 or has a space" for name in names if not 0 < len(name) <= 40 or " " in name)
    anchors = {each.get(f"{_W}anchor") for each in root.iter(f"{_W}hyperlink")} - {None}
    yield from (f"a link to {name}, which is no bookmark" for name in sorted(map(str, anchors - set(names))))


def _styles(package: Package, roots: dict[str, etree._Element]) -> list[str]:
    """Styles used but not defined, defined twice, or based on none."""
    if "word/styles.xml" not in roots:
        return ["word/styles.xml: missing"]
    styles = list(roots["word/styles.xml"].iter(f"{_W}style"))
    ids = [each.get(f"{_W}styleId", "") for each in styles]
    names = [name.get(f"{_W}val", "").lower() for each in styles for name in each.iterchildren(f"{_W}name")]
    found = [f"word/styles.xml: style {name} twice" for name in (*_twice(ids), *_twice(names))]
    for part, root in roots.items():
        used = {
            node.get(f"{_W}val", "")
            for kind in ("pStyle", "rStyle", "tblStyle", "basedOn", "next", "link")
            for node in root.iter(_W + kind)
        }
        found += [f"{part}: style {name} is not defined" for name in sorted(used - set(ids))]
    return found


def _drawings(roots: dict[str, etree._Element]) -> list[str]:
    """Pictures: ids unique in the whole document, each with an image and a text for those who can't see it."""
    ids, found = [], []
    for part, root in roots.items():
        for node in root.iter(f"{{{WP}}}docPr"):
            ids.append(node.get("id"))
            if not (node.get("descr") or node.get("title")):
                found.append(f"{part}: picture {node.get('id')} has no alternative text")
        found += [f"{part}: a picture without image" for node in root.iter(f"{{{A}}}blip") if not node.get(f"{{{R}}}embed")]
    return found + [f"docPr id {one} twice" for one in _twice(ids)]


def _twice(values: Iterable[str | None]) -> list[str]:
    return sorted(str(value) for value, count in Counter(values).items() if count > 1)
