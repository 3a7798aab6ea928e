"""Rules that every written office file keeps: whole package, declared parts, resolving references, and (word_rules, sheet_rules) their content."""

from __future__ import annotations

import re
import zipfile

from lxml import etree

from tests.office.parts import Package, R
from tests.office.sheet_rules import sheet_problems
from tests.office.word_rules import word_problems

_IMAGES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg"}
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_TARGET = re.compile(r'[\x00-\x20<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})')
"""What no address of a relationship may hold: Word then calls the whole file damaged."""


def problems(data: bytes, formulas: bool = False) -> list[str]:
    """What is wrong with a DOCX or XLSX, one line each; [] for a sound file. ``formulas``: cells with formulas are meant."""
    try:
        package = Package(data)
    except zipfile.BadZipFile as error:
        return [f"not a ZIP: {error}"]
    found = _package_problems(package)
    if found:
        return found
    main = package.main()
    kind = package.content_type(main)
    if kind.endswith("wordprocessingml.document.main+xml"):
        return _reference_problems(package) + word_problems(package, main)
    if kind.endswith("spreadsheetml.sheet.main+xml"):
        return _reference_problems(package) + sheet_problems(package, main, formulas)
    return [f"{main}: neither a document nor a workbook but {kind}"]


def _package_problems(package: Package) -> list[str]:
    """Missing or double parts, parts without a type, XML that isn't."""
    found = [f"{name}: twice in the ZIP" for name in sorted({name for name in package.order if package.order.count(name) > 1})]
    found += [f"{name}: missing" for name in ("[Content_Types].xml", "_rels/.rels") if name not in package.parts]
    for name in package.xml_parts():
        try:
            package.xml(name)
        except etree.XMLSyntaxError as error:
            found.append(f"{name}: {error}")
    if found:
        return found
    found += [f"{name}: no content type" for name in package.order if name != "[Content_Types].xml" and not package.content_type(name)]
    found += [f"{name}: declared but not there" for name in sorted(package.declared() - set(package.parts))]
    found += [f"{name}: {_image(package, name)}" for name in package.order if _image(package, name)]
    if package.main() not in package.parts:
        found.append(f"main part {package.main()!r}: missing")
    return found


def _image(package: Package, name: str) -> str:
    """What is wrong with an image part, "" for nothing."""
    extension = name.rpartition(".")[2].lower()
    if extension not in _IMAGES:
        return ""
    kind = package.content_type(name)
    if kind != _IMAGES[extension]:
        return f"declared as {kind}"
    return "" if package.parts[name].startswith(_MAGIC[kind]) else f"is no {kind}"


def _reference_problems(package: Package) -> list[str]:
    """Relationships that lead nowhere, ids that no relationship has, ids used twice."""
    found = []
    for part in ("", *(name for name in package.order if not name.endswith(".rels"))):
        relations = package.relationships(part)
        ids = [each.id for each in relations]
        found += (
            [f"{part}: relationship {name} twice" for name in sorted({name for name in ids if ids.count(name) > 1})]
            if len(ids) != len(set(ids))
            else []
        )
        for each in relations:
            if each.external and _TARGET.search(each.target):
                found.append(f"{part}: {each.id} leads to an address that is none: {each.target!r}")
            elif not each.external and each.target.partition("#")[0] not in package.parts:
                found.append(f"{part}: {each.id} leads to {each.target}, which is not there")
        if part.endswith(".xml") and part != "[Content_Types].xml":
            found += [f"{part}: {name} is no relationship" for name in sorted(_used(package, part) - set(ids))]
    return found


def _used(package: Package, part: str) -> set[str]:
    """Relationship ids that a part's XML names."""
    return {
        value
        for node in package.xml(part).iter(etree.Element)
        for name, value in node.attrib.items()
        if name.startswith(f"{{{R}}}") and value
    }
