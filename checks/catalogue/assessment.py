"""The annual assessment (年度考核) as data: items, weights, the website-oversight formula (政府网站监管), grades and quotas, figures people bring.

``assessment.toml`` holds what this program assumes where no official marks are published (basis ``assumed``, printed with every result); a province's
own file overrides single entries by id.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from checks.catalogue import Basis, CatalogueError
from checks.catalogue.indicators_reading import message, parsed

Measure = Literal[
    "figure",
    "pass-rate",
    "self-inspection",
    "ipv6-levels",
    "intensive",
    "interaction-statistics",
    "error-entry",
    "error-handling",
    "rectification-rate",
    "rectification-time",
]
"""What a term is computed from; ``figure``: a percentage of full marks that people bring. The others are `reports.oversight_score`."""

OFFICIAL = "assessment.toml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Term(_Strict):
    """One figure that people bring for a unit in a quarter. ``measure``: its unit of measure in Chinese; ``text``: what to fill in;

    ``low``/``high``: what it may be (None: no bound); ``whole``: only whole numbers.
    """

    id: str
    title: str
    measure: str
    text: str
    low: float = 0.0
    high: float | None = None
    whole: bool = False


class AssessedTerm(_Strict):
    """One term of an item. ``weight``: its part of the item's points (the weights of an item need not add up to 100); ``figures``: ids of `Term`.

    ``full_at``/``zero_at``: days at or below which a time gets full points, at or above which none.
    """

    id: str
    title: str
    weight: float = Field(gt=0)
    measure: Measure
    figures: tuple[str, ...] = ()
    full_at: float = 0.0
    zero_at: float = 0.0
    text: str = ""

    @model_validator(mode="after")
    def _complete(self) -> AssessedTerm:
        needed = {"figure": 1, "self-inspection": 1, "intensive": 1, "error-handling": 2}.get(self.measure, 0)
        if len(self.figures) != needed:
            raise ValueError(f"figures 应为 {needed} 个")
        if self.measure == "rectification-time" and not 0 <= self.full_at < self.zero_at:
            raise ValueError("full_at 应小于 zero_at")
        return self


class Item(_Strict):
    """One item (考核项目): its points, the groups it is for (none named: all but ``not_groups``), its terms, what to advise."""

    id: str
    title: str
    points: float = Field(gt=0)
    groups: tuple[str, ...] = ()
    not_groups: tuple[str, ...] = ()
    terms: tuple[AssessedTerm, ...] = Field(min_length=1)
    advice: str = ""

    def applies(self, group: str) -> bool:
        """Whether units of this ranking group are judged on it."""
        return group not in self.not_groups and (not self.groups or group in self.groups)


class Group(_Strict):
    """One ranking group. ``of``: groups of the registry ranked together; ``counted``: those whose full marks are counted (none named: all of ``of``).

    ``quota``: how many are 优秀 where grades go by quota (None: by ``quota_percent`` of the group, rounded down).
    """

    name: str
    of: tuple[str, ...] = Field(min_length=1)
    counted: tuple[str, ...] = ()
    quota: int | None = Field(default=None, ge=0)
    quota_percent: float | None = Field(default=None, ge=0, le=100)

    @model_validator(mode="after")
    def _known(self) -> Group:
        if stray := [name for name in self.counted if name not in self.of]:
            raise ValueError(f"counted 中的“{stray[0]}”不在 of 中")
        return self


class Grades(_Strict):
    """优秀 by ``cutoff`` or by ``quota``; ``good``: the lower edge of 良好, None for no such grade; ``pass``: of 合格. Out of 100.

    ``edge``: units equal in every figure at the quota's edge are all taken (include) or none of them (exclude). ``second``: item that orders equals.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    mode: Literal["cutoff", "quota"]
    excellent: float = Field(ge=0, le=100)
    good: float | None = Field(default=None, ge=0, le=100)
    passed: float = Field(ge=0, le=100, alias="pass")
    edge: Literal["include", "exclude"]
    second: str
    source: str
    basis: Basis

    @model_validator(mode="after")
    def _ordered(self) -> Grades:
        if not self.passed <= (self.good if self.good is not None else self.passed) <= self.excellent:
            raise ValueError("应有 pass ≤ good ≤ excellent")
        return self


class VetoRule(_Strict):
    """What a single veto (单项否决) of a site does: takes 优秀 from its unit; fails it from ``fails_at`` site-quarters on (0: never)."""

    excludes_excellent: bool
    fails_at: int = Field(ge=0)
    source: str
    basis: Basis


class AssessmentCatalogue(_Strict):
    """The whole table. ``digest``: twelve characters that change with any entry."""

    id: str
    version: str
    title: str
    source: str
    basis: Basis
    grades: Grades
    veto: VetoRule
    groups: tuple[Group, ...]
    items: tuple[Item, ...] = Field(min_length=1)
    figures: tuple[Term, ...]
    digest: str = ""

    @model_validator(mode="after")
    def _coherent(self) -> AssessmentCatalogue:
        figures = {figure.id for figure in self.figures}
        for name, entries in (("items", self.items), ("figures", self.figures)):
            _unique(name, [each.id for each in entries])
        _unique("groups", [each.name for each in self.groups])
        _unique("groups.of", [name for each in self.groups for name in each.of])
        for item in self.items:
            _unique(f"items.{item.id}.terms", [term.id for term in item.terms])
            for term in item.terms:
                if stray := [figure for figure in term.figures if figure not in figures]:
                    raise ValueError(f"items.{item.id}.terms.{term.id}.figures：没有“{stray[0]}”这个数据项")
        if self.grades.second not in {item.id for item in self.items}:
            raise ValueError(f"grades.second：没有“{self.grades.second}”这个考核项目")
        if self.grades.mode == "quota" and (bare := [g.name for g in self.groups if g.quota is None and g.quota_percent is None]):
            raise ValueError(f"groups.{bare[0]}：按名额评优时应有 quota 或 quota_percent")
        return self


def _unique(where: str, names: list[str]) -> None:
    if double := [name for at, name in enumerate(names) if name in names[:at]]:
        raise ValueError(f"{where}：“{double[0]}”重复")


@cache
def official() -> AssessmentCatalogue:
    """The table that comes with this program."""
    return _validated(OFFICIAL, parsed(OFFICIAL, (resources.files("checks.catalogue") / OFFICIAL).read_text(encoding="utf-8")))


def terms() -> tuple[Term, ...]:
    """The figures that people may bring for a unit, in the order of the catalogue."""
    return official().figures


def load(path: Path) -> AssessmentCatalogue:
    """The official table overridden by a province's own file.

    Items, groups and figures are replaced or added by their id or name (an item with ``points = 0`` is taken out); tables such as ``grades`` field by
    field. Raises `CatalogueError` (file, entry, field), also when it can't be read.
    """
    try:
        given = parsed(str(path), path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path}：读不出来，或不是 UTF-8 文本：请核对路径、权限和编码。") from error
    base = parsed(OFFICIAL, (resources.files("checks.catalogue") / OFFICIAL).read_text(encoding="utf-8"))
    return _validated(str(path), _merged(str(path), base, given))


def _merged(name: str, base: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    whole = dict(base)
    for key, value in given.items():
        mark = {"items": "id", "figures": "id", "groups": "name"}.get(key)
        if mark is not None:
            if not isinstance(value, list) or any(not isinstance(each, dict) or mark not in each for each in value):
                raise CatalogueError(f"{name}: {key}: 每一项都应有 {mark}")
            entries = {each[mark]: each for each in base.get(key, [])}
            for each in value:
                entries[each[mark]] = {**entries.get(each[mark], {}), **each}
            whole[key] = [each for each in entries.values() if key != "items" or each.get("points") != 0]
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            whole[key] = {**base[key], **value}
        else:
            whole[key] = value
    return whole


def _validated(name: str, data: dict[str, Any]) -> AssessmentCatalogue:
    try:
        catalogue = AssessmentCatalogue.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise CatalogueError(f"{name}: {'.'.join(str(part) for part in first['loc']) or '全文'}: {message(first)}") from error
    digest = hashlib.sha256(catalogue.model_dump_json(by_alias=True).encode()).hexdigest()[:12]
    return catalogue.model_copy(update={"digest": digest})
