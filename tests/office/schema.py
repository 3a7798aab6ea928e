"""Validation by the schema data that Microsoft publishes with its Open XML SDK, which the package openxml-audit carries.

Only what the schema says is taken; the package's opinions about style ("semantic") are not.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.office.parts import is_word

_LOOSE = (("/xl/styles.xml", "/font["),)
"""ECMA-376 leaves the order inside a spreadsheet's font free (CT_Font is a choice); the data lists one order."""


def schema_problems(data: bytes) -> list[str]:
    """Where the file is not as the schema says: part, path and what is wrong; [] for a valid file."""
    from openxml_audit import OpenXmlValidator

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("file.docx" if is_word(data) else "file.xlsx")
        path.write_bytes(data)
        found = OpenXmlValidator(max_errors=100).validate(path)
    told = [str(error) for error in found.errors if str(getattr(error.error_type, "value", error.error_type)).lower() == "schema"]
    return [text for text in told if not any(part in text and place in text for part, place in _LOOSE)]
