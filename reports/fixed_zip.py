"""ZIP files (XLSX, DOCX and bundles) whose bytes depend on their content only: fixed time stamps, fixed order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import IO

_MOMENT = (1980, 1, 1, 0, 0, 0)
_FIRST = ("[Content_Types].xml", "_rels/.rels")
"""Office readers expect these first."""


def bundle(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP of files in the order given. ``files``: name inside the ZIP (UTF-8, ``/`` between folders) and content."""
    out = io.BytesIO()
    bundle_into(out, files)
    return out.getvalue()


def bundle_into(out: IO[bytes], files: Iterable[tuple[str, bytes]]) -> None:
    """As `bundle`, written into an open file: a bundle of a province's pictures need not lie in memory."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name, data in files:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data)


def settled(data: bytes) -> bytes:
    """The same office file with fixed time stamps and order: parts by name, those a reader wants first at the front."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        names = sorted(source.namelist(), key=lambda name: (_FIRST.index(name) if name in _FIRST else len(_FIRST), name))
        return bundle((name, source.read(name)) for name in names)
