"""An office file taken apart: parts, content types and relationships, as the Open Packaging Conventions (ECMA-376 part 2) say."""

from __future__ import annotations

import functools
import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_RELS = "{http://schemas.openxmlformats.org/package/2006/relationships}"


@dataclass(frozen=True)
class Relationship:
    """From a part to another, or to an address outside."""

    id: str
    kind: str
    target: str
    external: bool


class Package:
    """Every part of an office file. Raises BadZipFile for bytes that are no ZIP, KeyError for a part that isn't there."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as source:
            self.order = [info.filename for info in source.infolist() if not info.is_dir()]
            self.parts = {name: source.read(name) for name in self.order}

    @functools.cached_property
    def _types(self) -> tuple[dict[str, str], dict[str, str]]:
        root = self.xml("[Content_Types].xml")
        extensions = {item.get("Extension", "").lower(): item.get("ContentType", "") for item in root.iter(f"{_TYPES}Default")}
        names = {item.get("PartName", "").lstrip("/"): item.get("ContentType", "") for item in root.iter(f"{_TYPES}Override")}
        return extensions, names

    def content_type(self, name: str) -> str:
        """Declared content type of a part, "" for none."""
        extensions, names = self._types
        return names.get(name) or extensions.get(name.rpartition(".")[2].lower(), "")

    def declared(self) -> set[str]:
        """Parts that the content types name."""
        return set(self._types[1])

    def xml(self, name: str) -> etree._Element:
        """A part parsed. Raises etree.XMLSyntaxError."""
        return etree.fromstring(self.parts[name], etree.XMLParser(resolve_entities=False, huge_tree=True))

    def xml_parts(self) -> Iterator[str]:
        """Names of the parts that are XML."""
        return (name for name in self.order if name.endswith((".xml", ".rels")))

    def relationships(self, part: str) -> list[Relationship]:
        """Relationships of a part ("" for the package), targets resolved to part names."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if rels not in self.parts:
            return []
        found = []
        for item in self.xml(rels).iter(f"{_RELS}Relationship"):
            external = item.get("TargetMode") == "External"
            target = item.get("Target", "")
            inside = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found.append(Relationship(item.get("Id", ""), item.get("Type", ""), target if external else inside, external))
        return found

    def main(self) -> str:
        """Name of the main part, "" when the package names none."""
        return next((each.target for each in self.relationships("") if each.kind.endswith("/officeDocument")), "")


def is_word(data: bytes) -> bool:
    """Whether these bytes hold a Word document rather than a workbook."""
    return "word/document.xml" in Package(data).parts
