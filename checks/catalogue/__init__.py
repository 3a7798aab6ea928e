"""The catalogue (检查指标): codes, thresholds and name lists as data, each with its source and basis.

One TOML file per check. ``basis`` says how well the source is known: original, second-hand, assumed, none; it is printed in
reports where it is not original. An error names file, entry and field.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from checks.model import Check, Finding, Proof, Severity

VERSION = "2019.1"
"""Version of these rules, stored with every result; raised whenever a file here changes what is judged."""

TABLES = frozenset({"official.toml", "assessment.toml"})
"""Files here that say what findings cost and units earn; no check judges by them, so they change no observation and no verdict."""

Basis = Literal["original", "second-hand", "assumed", "none"]


class CatalogueError(Exception):
    """An entry of the catalogue is wrong: file, entry, field and what was expected."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CodeRule(_Strict):
    """What one finding code means: severity, Chinese title and advice, official indicator, its source and basis."""

    severity: Severity
    title: str
    advice: str
    indicator: str
    source: str
    basis: Basis


class Threshold(_Strict):
    """A number a rule uses, with unit, source and basis."""

    value: float
    unit: str
    source: str
    basis: Basis


class Rules(_Strict):
    """One check's part of the catalogue."""

    check: str
    title: str
    codes: dict[str, CodeRule]
    thresholds: dict[str, Threshold] = {}
    names: dict[str, tuple[str, ...]] = {}

    def number(self, name: str) -> float:
        """The value of a threshold; KeyError names the check and the threshold."""
        if name not in self.thresholds:
            raise KeyError(f"catalogue {self.check}: no threshold {name}")
        return self.thresholds[name].value


@cache
def rules(check_id: str) -> Rules:
    """The rules of one check, by its id. Raises `CatalogueError` when the file is wrong."""
    name = check_id.replace("-", "_") + ".toml"
    text = (resources.files("checks.catalogue") / name).read_text(encoding="utf-8")
    try:
        return Rules.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"{name}: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueError(f"{name}: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


@cache
def digest() -> str:
    """Twelve characters that change when the catalogue file of any check changes."""
    folder = resources.files("checks.catalogue")
    files = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml") and entry.name not in TABLES)
    whole = b"".join((folder / name).read_bytes() for name in files)
    return hashlib.sha256(whole).hexdigest()[:12]


def finding(
    check: Check,
    code: str,
    *,
    site_key: str,
    subject: str,
    message: str,
    evidence: Proof,
    url: str = "",
    severity: Severity | None = None,
    seen: int = 0,
    confirm: bool = False,
) -> Finding:
    """A finding with severity, advice, indicator and source from the catalogue; ``severity`` overrides (say why at the call).

    ``seen`` and ``confirm`` as in `Finding`.

    ``url`` defaults to the first accused page.
    """
    rule = rules(check.id).codes[code]
    return Finding(
        site_key=site_key,
        check=check.id,
        code=code,
        severity=severity or rule.severity,
        subject=subject,
        url=url or (evidence.pages[0] if evidence.pages else ""),
        message=message,
        advice=rule.advice,
        indicator=rule.indicator,
        source=rule.source,
        basis=rule.basis,
        evidence=evidence,
        seen=seen,
        confirm=confirm,
    )
