"""Fingerprints: what a result was made by, so that a change of program or rule is never mistaken for a change of the site.

`of_program` changes with any line of the floors that read and judge pages: observations of another program are never taken over.
`of_check` tells rule changes apart: digest of the check's catalogue file, digest of its own modules.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

from checks.catalogue import TABLES
from checks.model import Check, CheckRules

_LENGTH = 12
_OF_TABLES = ("indicators", "assessment")
"""Modules that read the tables of points: they look at no page and give no verdict."""


def _digest(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(path.name.encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()[:_LENGTH]


def _folder(package: str) -> Path:
    with resources.as_file(resources.files(package)) as path:
        return path


@cache
def of_program() -> str:
    """Twelve characters that change with any source or catalogue file of the two lower floors, but for the tables of points and what reads them."""
    crawler, checks = _folder("crawler"), _folder("checks")
    files = [*crawler.rglob("*.py"), *checks.rglob("*.py"), *checks.rglob("*.toml")]
    return _digest(path for path in files if path.name not in TABLES and not path.stem.startswith(_OF_TABLES))


@cache
def _of_id(check_id: str) -> CheckRules:
    stem = check_id.replace("-", "_")
    checks = _folder("checks")
    modules = [path for path in checks.glob(f"{stem}*.py") if path.stem == stem or path.stem.startswith(stem + "_")]
    return CheckRules(catalogue=_digest([checks / "catalogue" / f"{stem}.toml"]), code=_digest(modules))


def of_check(check: Check) -> CheckRules:
    """What ``check`` judges by now."""
    return _of_id(check.id)
