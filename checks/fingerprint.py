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

from checks.model import Check, CheckRules

_LENGTH = 12


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
    """Twelve characters that change with any source or catalogue file of the two lower floors."""
    crawler, checks = _folder("crawler"), _folder("checks")
    return _digest([*crawler.rglob("*.py"), *checks.rglob("*.py"), *checks.rglob("*.toml")])


@cache
def _of_id(check_id: str) -> CheckRules:
    stem = check_id.replace("-", "_")
    checks = _folder("checks")
    modules = [path for path in checks.glob(f"{stem}*.py") if path.stem == stem or path.stem.startswith(stem + "_")]
    return CheckRules(catalogue=_digest([checks / "catalogue" / f"{stem}.toml"]), code=_digest(modules))


def of_check(check: Check) -> CheckRules:
    """What ``check`` judges by now."""
    return _of_id(check.id)
